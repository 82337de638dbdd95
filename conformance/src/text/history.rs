//! Histories of a scenario. `worker: get` is a call, `worker: -> item 1` a return; the last line
//! says how the run ended.
//!
//! ```text
//! producer: put 1
//! worker: get
//! producer: -> ok
//! worker: -> item 1
//! quiescent
//! ```

use super::op::{op, outcome};
use super::{Span, SyntaxError};
use spec::{Ending, Event, EventKind, History, Scenario};
use std::fmt::Write;

/// Prints a history with the names of the scenario's clients.
pub fn print_history(scenario: &Scenario, history: &History) -> String {
    let mut text = String::new();
    for event in &history.events {
        let name = &scenario.clients[event.thread].name;
        let line = match event.kind {
            EventKind::Call(op) => format!("{name}: {op}"),
            EventKind::Return(outcome) => format!("{name}: -> {outcome}"),
        };
        writeln!(text, "{line}").expect("a string takes all");
    }
    text + &match &history.ending {
        Ending::Quiescent => "quiescent\n".to_string(),
        Ending::Cut(why) => format!("cut: {}\n", one_line(why)),
        Ending::Panicked { thread, message } => {
            format!("panicked: {}: {}\n", scenario.clients[*thread].name, one_line(message))
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads the history of a scenario.
///
/// # Errors
///
/// The first place that is wrong, and what was expected there.
pub fn parse_history(scenario: &Scenario, text: &str) -> Result<History, SyntaxError> {
    let lines: Vec<Span> = Span::lines(text).filter(|line| !line.text.is_empty()).collect();
    let end = Span { text: "", line: text.lines().count().max(1), column: 1 };
    let (last, lines) = lines.split_last().ok_or_else(|| end.expected(ENDING))?;
    let events = lines.iter().map(|line| event(scenario, *line)).collect::<Result<_, _>>()?;
    Ok(History { events, ending: ending(scenario, *last)? })
}

const ENDING: &str = "how the run ended (`quiescent`, `cut: why` or `panicked: client: message`)";

fn event(scenario: &Scenario, line: Span) -> Result<Event, SyntaxError> {
    let form = "a call like `worker: get` or a return like `worker: -> item 1`";
    let (name, what) = line.split_once(':').ok_or_else(|| line.expected(form))?;
    let thread = client(scenario, name)?;
    let what = what.trimmed();
    let kind = match what.text.strip_prefix("->") {
        Some(text) => EventKind::Return(outcome(Span { text, column: what.column + 2, ..what })?),
        None => EventKind::Call(op(what)?),
    };
    Ok(Event { thread, kind })
}

fn client(scenario: &Scenario, name: Span) -> Result<usize, SyntaxError> {
    let name = name.trimmed();
    let position = scenario.clients.iter().position(|client| client.name == name.text);
    position.ok_or_else(|| name.expected("the name of a client of the scenario"))
}

fn ending(scenario: &Scenario, line: Span) -> Result<Ending, SyntaxError> {
    if line.text == "quiescent" {
        return Ok(Ending::Quiescent);
    }
    let (what, rest) = line.split_once(':').ok_or_else(|| line.expected(ENDING))?;
    match what.text {
        "cut" => Ok(Ending::Cut(one_line(rest.text))),
        "panicked" => {
            let (name, message) = rest.split_once(':').ok_or_else(|| line.expected(ENDING))?;
            let message = one_line(message.text);
            Ok(Ending::Panicked { thread: client(scenario, name)?, message })
        }
        _ => Err(line.expected(ENDING)),
    }
}
