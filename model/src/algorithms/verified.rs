#![doc = include_str!("../../COUNTS.md")]

use super::Algorithm;
use super::asyncio::Asyncio;
use super::monitor::Monitor;
use super::multiprocessing::Multiprocessing;
use super::ring::Ring;
use crate::pools::calls;
use crate::refinement::{Checked, INVARIANT, PROGRESS, REFINES};
use spec::Scenario;
use stateright::{Checker, Model};
use std::collections::{BTreeMap, BTreeSet};

/// `COUNTS.md`, which this page shows.
pub const COUNTS: &str = include_str!("../../COUNTS.md");

/// Searches take as many threads. The number of states does not depend on it.
const THREADS: usize = 2;

const TITLE: &str = "\
# What is verified of each design, and the numbers of states

Every state was looked at: every step refines the specification, nobody is blocked who could go on,
and the invariant holds. `cargo test` searches what is called small again and compares. The long
run, `cargo bench -p taskdone-model --bench counts`, searches everything and prints this file anew.
";

/// A design whose verified configurations are listed.
pub trait Verified: Algorithm {
    /// The heading, and what has to be known to read the tables.
    const ABOUT: &'static str;

    /// What every test run searches.
    fn small() -> Table<Self>;

    /// What only the long run searches.
    fn large() -> Table<Self>;
}

/// Configurations of a design, as they stand in the file.
#[derive(Clone, Debug)]
pub struct Table<A> {
    /// What a row is, and what each column after that is.
    pub head: &'static [&'static str],
    /// The rows.
    pub rows: Vec<Row<A>>,
}

/// A configuration.
#[derive(Clone, Debug)]
pub struct Row<A> {
    /// Its name.
    pub name: String,
    /// What is searched, by column.
    pub designs: Vec<Option<A>>,
}

/// What an exhaustive search has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How many states there are.
    pub states: usize,
    /// The `always` properties that fail in some state, each with the steps to it.
    pub fails: BTreeMap<&'static str, String>,
    /// The `sometimes` properties that hold in some state.
    pub reaches: BTreeSet<&'static str>,
}

/// What can be searched, whatever its type.
pub trait Search {
    /// Looks at every state.
    fn search(&self) -> Verdict;
}

impl<A: Algorithm> Search for A {
    fn search(&self) -> Verdict {
        let model = Checked(self.clone());
        let checker = model.clone().checker().threads(THREADS).spawn_dfs().join();
        let mut found = checker.discoveries();
        let steps = |path: stateright::Path<_, _>| {
            let steps = path.into_actions().into_iter();
            steps.map(|step| model.format_action(&step)).collect::<Vec<_>>().join("; ")
        };
        let failing = [REFINES, PROGRESS, INVARIANT].into_iter();
        let fails = failing.filter_map(|name| Some((name, steps(found.remove(name)?)))).collect();
        let reaches = found.into_keys().collect();
        Verdict { states: checker.unique_state_count(), fails, reaches }
    }
}

impl<A> Table<A> {
    /// The table as it stands in the file. Asks for the number of states of each search, by its
    /// row and column.
    pub fn text(&self, states: &mut dyn FnMut(&str, &A) -> usize) -> String {
        let rule = "--:|".repeat(self.head.len() - 1);
        let mut text = format!("| {} |\n|---|{rule}\n", self.head.join(" | "));
        for Row { name, designs } in &self.rows {
            text += &format!("| {name} |");
            for (column, design) in self.head[1..].iter().zip(designs) {
                let cell = design.as_ref().map(|it| states(&format!("{name} | {column}"), it));
                text += &cell.map_or(" |".to_string(), |number| format!(" {} |", grouped(number)));
            }
            text.push('\n');
        }
        text
    }
}

/// The file. Asks for the number of states of each search, by its row and column.
pub fn document(states: &mut dyn FnMut(&str, &dyn Search) -> usize) -> String {
    let sections = [
        section::<Monitor>(states),
        section::<Asyncio>(states),
        section::<Multiprocessing>(states),
        section::<Ring>(states),
    ];
    format!("{TITLE}{}", sections.concat())
}

fn section<A: Verified>(states: &mut dyn FnMut(&str, &dyn Search) -> usize) -> String {
    let mut text = format!("\n{}\nSmall:\n\n", A::ABOUT);
    text += &A::small().text(&mut |name, design| states(name, design));
    let large = A::large();
    if !large.rows.is_empty() {
        text += "\nBy the long run only:\n\n";
        text += &large.text(&mut |name, design| states(name, design));
    }
    text
}

/// A scenario as the name of a row: its title, or else what each client calls; then the queue.
pub(super) fn name(scenario: &Scenario) -> String {
    let clients = scenario.clients.iter().map(|client| calls(&client.ops)).collect::<Vec<_>>();
    let clients = match scenario.title.as_str() {
        "" => clients.join(" ∥ "),
        title => title.to_string(),
    };
    let queue = scenario.constants.discipline;
    match scenario.constants.capacity {
        Some(capacity) => format!("{clients}; {queue} of {capacity}"),
        None => format!("{clients}; {queue}"),
    }
}

/// A number with a comma before every three digits.
fn grouped(number: usize) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1_000), number % 1_000),
    }
}
