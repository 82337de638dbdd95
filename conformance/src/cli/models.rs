//! `taskdone model run` and `taskdone model explore`: the models of algorithms.

use super::exit::Exit;
use super::{refuse, say};
use ::model::algorithms::catalogue::{self, Entry, Judged, Report};
use stateright::Expectation;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Instant;

/// Checks models. Of a twin that was asked for by name, the failure is the result.
pub(super) fn run(names: &[String]) -> Exit {
    let entries = match select(names) {
        Ok(entries) => entries,
        Err(name) => return unknown(name),
    };
    let mut exit = Exit::Conforms;
    for entry in &entries {
        let begun = Instant::now();
        let report = entry.check();
        say(line(entry, &report, begun.elapsed().as_secs_f64()));
        let failed = report.properties.iter().any(Judged::fails);
        if !names.is_empty() {
            say(properties(&report));
        }
        match (failed, entry.breaks) {
            (true, Some(_)) if names.is_empty() => {}
            (true, Some(_)) => exit = exit.max(Exit::Violates),
            (false, None) => {}
            _ => exit = Exit::SuiteBug,
        }
    }
    exit
}

fn select(names: &[String]) -> Result<Vec<Entry>, &str> {
    let mut all = catalogue::all();
    if let Some(name) = names.iter().find(|name| all.iter().all(|entry| entry.name != **name)) {
        return Err(name);
    }
    all.retain(|entry| names.is_empty() || names.contains(&entry.name));
    Ok(all)
}

fn unknown(name: &str) -> Exit {
    refuse(Exit::Nothing, format!("no model is called {name}; see `taskdone list`"))
}

fn line(entry: &Entry, report: &Report, seconds: f64) -> String {
    let Entry { name, about, breaks, .. } = entry;
    let failed = report.properties.iter().any(Judged::fails);
    let verdict = match (failed, breaks) {
        (true, Some(clause)) => format!("refuted: {clause}"),
        (true, None) => "FAILS".to_string(),
        (false, Some(_)) => "NOT REFUTED".to_string(),
        (false, None) => "holds".to_string(),
    };
    let states = report.states;
    format!("{name:44} {states:>8} states {seconds:>6.1} s  {verdict:17} {about}\n")
}

/// The properties, and how to the one that fails.
fn properties(report: &Report) -> String {
    let stopped = report.properties.iter().any(Judged::fails);
    let mut text = format!("  the longest path has {} steps\n", report.depth);
    for judged in &report.properties {
        let (word, mark) = match (judged.expectation.clone(), &judged.path) {
            (Expectation::Sometimes, Some(_)) => ("sometimes", "reached"),
            (Expectation::Sometimes, None) if stopped => ("sometimes", "not decided"),
            (Expectation::Sometimes, None) => ("sometimes", "not reached"),
            (_, Some(_)) => ("always", "FAILS"),
            (_, None) if stopped => ("always", "not decided: the search ends at a failure"),
            (_, None) => ("always", "holds"),
        };
        text += &format!("  {word} {}: {mark}\n", judged.name);
        let steps = judged.path.iter().filter(|_| judged.fails()).flatten();
        for (at, step) in steps.enumerate() {
            text += &format!("    {:>2}  {step}\n", at + 1);
        }
    }
    text
}

/// Serves stateright's Explorer to this machine only.
pub(super) fn explore(name: &str) -> Exit {
    let Some(entry) = catalogue::all().into_iter().find(|entry| entry.name == name) else {
        return unknown(name);
    };
    // The system chooses a port that is free.
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| socket.local_addr());
    let address: SocketAddr = match free {
        Ok(address) => address,
        Err(error) => return refuse(Exit::Unusable, error),
    };
    say(format_args!("{} at http://{address}/ until Ctrl-C\n", entry.name));
    entry.explore(address);
    Exit::Conforms
}
