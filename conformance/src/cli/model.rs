//! `taskdone model [FILE]`

use super::args;
use super::exit::Exit;
use super::{refuse, say};
use crate::text::{parse_scenarios, print_outcomes};
use crate::wire::FileError;
use ::model::{Clients, allowed, pools};
use spec::{MomentaryZero, Scenario};
use stateright::{Checker, Expectation, Model};
use std::fs;
use std::path::Path;

pub(super) fn model(args: &args::Model) -> Exit {
    let scenarios = match args.file.as_deref().map(read).transpose() {
        Ok(read) => read.unwrap_or_else(pools),
        Err(error) => return refuse(Exit::Usage, error),
    };
    let mut exit = Exit::Conforms;
    for scenario in scenarios {
        let (text, holds) = report(&scenario);
        say(format_args!("{text}\n"));
        if !holds {
            exit = Exit::SuiteBug;
        }
    }
    exit
}

fn read(path: &Path) -> Result<Vec<Scenario>, FileError> {
    let text = fs::read_to_string(path).map_err(|error| FileError::io(path, error))?;
    parse_scenarios(&text).map_err(|error| FileError::syntax(path, &error))
}

/// What the model says of a scenario, and whether the specification's invariants hold.
fn report(scenario: &Scenario) -> (String, bool) {
    let clients = Clients { scenario: scenario.clone(), momentary_zero: MomentaryZero::MayMiss };
    let properties = clients.properties();
    let checker = clients.checker().spawn_bfs().join();
    let found = checker.discoveries();
    let mut text = format!("{scenario}{} states\n", checker.unique_state_count());
    let mut holds = true;
    for property in properties {
        let found = found.contains_key(property.name);
        let (word, mark) = match property.expectation {
            Expectation::Sometimes if found => ("sometimes", "reached"),
            Expectation::Sometimes => ("sometimes", "not in this scenario"),
            Expectation::Always | Expectation::Eventually if found => {
                holds = false;
                ("always", "VIOLATED: the specification is wrong")
            }
            Expectation::Always => ("always", "holds"),
            Expectation::Eventually => ("eventually", "holds"),
        };
        text += &format!("  {word} {}: {mark}\n", property.name);
    }
    let allowed = allowed(scenario, MomentaryZero::MayMiss);
    text += &format!("  {} allowed outcomes\n", allowed.finals.len());
    for end in &allowed.finals {
        text += &format!("    {}\n", print_outcomes(scenario, end));
    }
    (text, holds)
}
