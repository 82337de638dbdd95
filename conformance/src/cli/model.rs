//! `taskdone model [FILE]` and `taskdone model outcomes FILE`: scenarios on the specification.

use super::args::{self, ModelCommand};
use super::exit::Exit;
use super::{models, refuse, say};
use crate::text::{parse_scenarios, print_outcomes};
use crate::wire::FileError;
use ::model::{Clients, Effect, allowed, pools, shortest_runs};
use spec::{MomentaryZero, Scenario};
use stateright::{Checker, Expectation, Model};
use std::fs;
use std::path::Path;

pub(super) fn model(args: &args::Model) -> Exit {
    match &args.command {
        Some(ModelCommand::Run { names }) => models::run(names),
        Some(ModelCommand::Explore { name }) => models::explore(name),
        Some(ModelCommand::Outcomes { file }) => outcomes(file),
        None => scenarios(args.file.as_deref()),
    }
}

fn scenarios(file: Option<&Path>) -> Exit {
    let scenarios = match file.map(read).transpose() {
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

fn outcomes(file: &Path) -> Exit {
    let scenarios = match read(file) {
        Ok(scenarios) => scenarios,
        Err(error) => return refuse(Exit::Usage, error),
    };
    for scenario in scenarios {
        say(format_args!("{}\n", runs(&scenario)));
    }
    Exit::Conforms
}

/// Each allowed outcome, who waits, and a shortest run to it.
fn runs(scenario: &Scenario) -> String {
    let runs = shortest_runs(scenario, MomentaryZero::MayMiss);
    let mut text = format!("{scenario}{} allowed outcomes\n", runs.len());
    for (end, effects) in &runs {
        text += &format!("\n  {}\n", print_outcomes(scenario, end));
        let name = |client: usize| scenario.clients[client].name.as_str();
        for Effect { client, op, outcome } in effects {
            text += &format!("    {}: {op} → {outcome}\n", name(*client));
        }
        for client in &end.blocked {
            let op = scenario.clients[*client].ops[end.outcomes[*client].len()];
            text += &format!("    {}: {op} waits for ever\n", name(*client));
        }
    }
    text
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
