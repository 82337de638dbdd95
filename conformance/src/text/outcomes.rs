//! How a scenario ends: what each client was answered, and who waits for ever.
//!
//! ```text
//! producer: ok, ok; worker: item 1, waits
//! ```

use super::op::outcome;
use super::{Span, SyntaxError};
use model::Final;
use spec::{Client, Outcome, Scenario};
use std::collections::BTreeSet;

/// What stands for an operation that never returns.
const WAITS: &str = "waits";

/// Prints how a scenario ends.
pub fn print_outcomes(scenario: &Scenario, end: &Final) -> String {
    let clients = scenario.clients.iter().zip(&end.outcomes).enumerate();
    let line = |(thread, (client, outcomes)): (usize, (&Client, &Vec<Outcome>))| {
        let mut words: Vec<String> = outcomes.iter().map(ToString::to_string).collect();
        words.extend(end.blocked.contains(&thread).then(|| WAITS.to_string()));
        format!("{}: {}", client.name, words.join(", "))
    };
    clients.map(line).collect::<Vec<_>>().join("; ")
}

/// Reads how a scenario ends. Every client has to be named, in the order of the scenario.
///
/// # Errors
///
/// The first place that is wrong, and what was expected there.
pub fn parse_outcomes(scenario: &Scenario, text: &str) -> Result<Final, SyntaxError> {
    let line = Span { text, line: 1, column: 1 };
    let pieces = line.pieces(";");
    let (mut outcomes, mut blocked) = (Vec::new(), BTreeSet::new());
    for (thread, client) in scenario.clients.iter().enumerate() {
        let piece = pieces.get(thread).copied().unwrap_or(Span { text: "", ..line });
        let expected = || piece.expected(format!("the outcomes of {}", client.name));
        let (name, answers) = piece.split_once(":").ok_or_else(expected)?;
        if name.text != client.name {
            return Err(expected());
        }
        let mut answers = answers.pieces(",");
        if answers.last().is_some_and(|last| last.text == WAITS) {
            answers.pop();
            blocked.insert(thread);
        }
        outcomes.push(answers.into_iter().map(outcome).collect::<Result<_, _>>()?);
    }
    match pieces.get(scenario.clients.len()) {
        Some(extra) => Err(extra.expected("the end: the scenario has no further client")),
        None => Ok(Final { outcomes, blocked }),
    }
}
