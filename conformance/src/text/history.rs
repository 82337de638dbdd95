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
    let names: Vec<String> = scenario.clients.iter().map(|client| client.name.clone()).collect();
    text + &print_ending(&history.ending, &names)
}

/// How a run of these clients ended, in a line.
pub(super) fn print_ending(ending: &Ending, names: &[String]) -> String {
    match ending {
        Ending::Quiescent => "quiescent\n".to_string(),
        Ending::Cut(why) => format!("cut: {}\n", one_line(why)),
        Ending::Mishandled(what) => format!("mishandled: {}\n", one_line(what)),
        Ending::Panicked { thread, message } => {
            format!("panicked: {}: {}\n", names[*thread], one_line(message))
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
    Ok(History { events, ending: ending(*last, of(scenario))? })
}

const ENDING: &str = "how the run ended (`quiescent`, `cut: why`, `mishandled: item` or `panicked: client: message`)";

fn event(scenario: &Scenario, line: Span) -> Result<Event, SyntaxError> {
    let form = "a call like `worker: get` or a return like `worker: -> item 1`";
    let (name, what) = line.split_once(":").ok_or_else(|| line.expected(form))?;
    let thread = client(name, of(scenario))?;
    let what = what.trimmed();
    let kind = match what.text.strip_prefix("->") {
        Some(text) => EventKind::Return(outcome(Span { text, column: what.column + 2, ..what })?),
        None => EventKind::Call(op(what)?),
    };
    Ok(Event { thread, kind })
}

fn client(name: Span, known: impl Fn(&str) -> Option<usize>) -> Result<usize, SyntaxError> {
    let name = name.trimmed();
    known(name.text).ok_or_else(|| name.expected("the name of a client"))
}

fn of(scenario: &Scenario) -> impl Fn(&str) -> Option<usize> {
    |name| scenario.clients.iter().position(|client| client.name == name)
}

/// Whether the line says how a run ended.
pub(super) fn is_ending(line: &Span) -> bool {
    let named = ["cut:", "mishandled:", "panicked:"];
    line.text == "quiescent" || named.iter().any(|name| line.text.starts_with(name))
}

/// Reads how a run ended; `known` is the position of the client of a name.
pub(super) fn ending(
    line: Span,
    known: impl Fn(&str) -> Option<usize>,
) -> Result<Ending, SyntaxError> {
    if line.text == "quiescent" {
        return Ok(Ending::Quiescent);
    }
    let (what, rest) = line.split_once(":").ok_or_else(|| line.expected(ENDING))?;
    match what.text {
        "cut" => Ok(Ending::Cut(one_line(rest.text))),
        "mishandled" => Ok(Ending::Mishandled(one_line(rest.text))),
        "panicked" => {
            let (name, message) = rest.split_once(":").ok_or_else(|| line.expected(ENDING))?;
            let message = one_line(message.text);
            Ok(Ending::Panicked { thread: client(name, known)?, message })
        }
        _ => Err(line.expected(ENDING)),
    }
}
