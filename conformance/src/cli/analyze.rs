//! `taskdone analyze FILE…`: judges stored histories. Nothing is run.

use super::args;
use super::exit::Exit;
use super::{refuse, say};
use crate::blame::{Verdict, Violation};
use crate::recorded::Recorded;
use crate::report;
use crate::wire::{FileError, read_recorded, recorded};
use std::io;
use std::path::Path;

/// More columns or rows than these are not read by people.
const COLUMNS_MAX: usize = 16;
const ROWS_MAX: usize = 100;

pub(super) fn analyze(args: &args::Analyze) -> Exit {
    let mut files = Vec::new();
    // What is wrong is said before anything is judged.
    for path in &args.files {
        match read(path) {
            Ok(histories) => files.push((name(path), histories)),
            Err(error) => return refuse(Exit::Usage, error),
        }
    }
    let mut counts = Counts::default();
    for (name, histories) in files {
        for (line, recorded) in histories {
            let verdict = recorded.judge();
            counts.add(&recorded, &verdict);
            say(told(name, line, &recorded, &verdict));
        }
    }
    say(counts.line());
    counts.exit()
}

/// What a file is called in what is said.
fn name(path: &Path) -> &Path {
    if path == Path::new("-") { Path::new("<stdin>") } else { path }
}

fn read(path: &Path) -> Result<Vec<(usize, Recorded)>, FileError> {
    if path != Path::new("-") {
        return read_recorded(path);
    }
    let path = name(path);
    let text = io::read_to_string(io::stdin()).map_err(|error| FileError::io(path, error))?;
    recorded(path, &text)
}

#[derive(Default)]
struct Counts {
    conform: usize,
    violate: usize,
    unknown: usize,
    expected: usize,
    as_expected: usize,
}

impl Counts {
    fn add(&mut self, recorded: &Recorded, verdict: &Verdict) {
        *match verdict {
            Verdict::Conforms(_) => &mut self.conform,
            Verdict::Violates(_) => &mut self.violate,
            Verdict::Unknown(_) => &mut self.unknown,
        } += 1;
        self.expected += usize::from(recorded.expected.is_some());
        let is_expected = recorded.expected.is_some_and(|expected| expected.is(verdict));
        self.as_expected += usize::from(is_expected);
    }

    fn line(&self) -> String {
        let Counts { conform, violate, unknown, expected, as_expected } = self;
        let histories = match conform + violate + unknown {
            1 => "1 history".to_string(),
            n => format!("{n} histories"),
        };
        let expectations = match expected {
            0 => String::new(),
            n => format!("; {as_expected} of {n} as expected"),
        };
        format!(
            "{histories}: {conform} conforming, {violate} violating, {unknown} unknown{expectations}\n"
        )
    }

    /// A proven violation is never hidden, and nothing undecided passes.
    fn exit(&self) -> Exit {
        match self {
            Counts { violate: 1.., .. } => Exit::Violates,
            Counts { unknown: 1.., .. } => Exit::Unknown,
            _ => Exit::Conforms,
        }
    }
}

/// A history and its verdict, for people.
fn told(name: &Path, line: usize, recorded: &Recorded, verdict: &Verdict) -> String {
    let place = format!("{}:{line}", name.display());
    let title = match recorded.title.as_str() {
        "" => String::new(),
        title => format!(" ({})", title.replace('\n', " ")),
    };
    let mut text = match verdict {
        Verdict::Conforms(_) => format!("{place} conforms{title}\n"),
        Verdict::Violates(violation) => {
            format!("{place} violates {}{title}\n{}", violation.clause, shown(recorded, violation))
        }
        Verdict::Unknown(why) => {
            format!("{place} unknown{title}\n  {why}\n{}", put_again(recorded))
        }
    };
    if let Some(expected) = recorded.expected.filter(|expected| !expected.is(verdict)) {
        text += &format!("  not as expected: {expected}\n");
    }
    // A blank line below what has several lines.
    if text.lines().count() > 1 { text + "\n" } else { text }
}

/// The clause, what happened, and what is wrong with it.
fn shown(recorded: &Recorded, violation: &Violation) -> String {
    let rows = report::rows(&recorded.history);
    let clients = recorded.names();
    let columns = if clients.len() <= COLUMNS_MAX && rows.len() <= ROWS_MAX {
        let ending = report::ending(&recorded.history);
        reports::counterexample::columns(&clients, &rows, &ending)
    } else {
        let (clients, rows) = (clients.len(), rows.len());
        format!("(too large to be shown: {clients} clients, {rows} calls and returns)")
    };
    let mut text = format!("  {}\n\n", violation.clause.clause().sentence);
    for line in columns.lines() {
        text += &format!("  {}\n", line.trim_end());
    }
    text + &format!("\n  {}\n", violation.reason)
}

/// What makes a history harder to judge: which put an item is from cannot be told.
fn put_again(recorded: &Recorded) -> String {
    let again = recorded.put_again().into_iter();
    let words: Vec<String> = again.map(|(item, n)| format!("{item} ({n} times)")).collect();
    match words.as_slice() {
        [] => String::new(),
        [first, .., last] if words.len() > 5 => {
            format!("  {} items were put more than once: {first} … {last}\n", words.len())
        }
        words => format!("  put more than once: item {}\n", words.join(", item ")),
    }
}
