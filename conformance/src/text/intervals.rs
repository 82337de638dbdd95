//! Recorded histories: an operation on each line, with what it answered and when it ran.
//!
//! ```text
//! # PROG-1: a lost wake-up beside item 2
//! queue fifo
//! put 1 -> ok            1-2
//! put 2 -> ok            3-4
//! worker: get -> item 1  5-6
//! worker: get            7-~
//! quiescent
//! expect violates PROG-1
//! ```
//!
//! - The `queue` line may say `capacity=2`, and then what the queue chooses: with
//!   `momentary_zero=must_return` its joins must not miss a zero, with
//!   `cancelled_put=may_have_happened` a put that was cancelled may have put its item all the same,
//!   with `visibility=eventual` an item may be on its way when its put has returned. Where nothing
//!   is said a queue has no capacity, a join may miss a zero, a cancelled put has put nothing, and an
//!   item is there at once.
//! - `5-6` is when the operation was called and when it returned, in any unit. `~` stands for a return
//!   that never came; there is no outcome then. Times are compared, nothing else: an operation
//!   precedes another if it returned at an *earlier* time than the other was called. Equal times
//!   overlap.
//! - A client calls one operation after the other. An operation without a client has one of its own.
//!   The order of the lines does not matter where times differ.
//! - How the run ended stands below the operations, if it is known: `quiescent` (nobody could move any
//!   more: what has not returned is blocked for ever), `cut: why` or `panicked: client: message`.
//!   Where nothing is said the recording just stops: what has not returned may have taken effect or
//!   not.
//! - `expect conforms` or `expect violates CLAUSE` may close the history.
//! - The next history begins with its title or its `queue` line.

use super::history::{ending, is_ending, print_ending};
use super::op::{op, outcome_of};
use super::scenario::queue_words;
use super::{Span, SyntaxError};
use crate::recorded::{Expected, Recorded, open_end};
use spec::{
    CancelledPut, Choices, ClauseId, Constants, Event, EventKind, History, MomentaryZero, Op,
    Operation, Outcome, Visibility,
};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Prints a recorded history; the times are the positions of its events.
///
/// # Panics
///
/// If its events are no history.
pub fn print_recorded(recorded: &Recorded) -> String {
    let mut text = String::new();
    for line in recorded.title.lines() {
        text += &format!("# {line}\n");
    }
    text += &print_queue(recorded.constants, recorded.choices);
    let operations = recorded.history.operations().expect("a history is well formed");
    let calls: Vec<String> = operations.iter().map(|o| print_call(recorded, o)).collect();
    let width = calls.iter().map(|call| call.chars().count()).max().unwrap_or(0);
    for (call, operation) in calls.iter().zip(&operations) {
        let returned = operation.returned.map_or("~".to_string(), |(at, _)| (at + 1).to_string());
        writeln!(text, "{call:width$}  {}-{returned}", operation.called + 1)
            .expect("a string takes all");
    }
    if recorded.history.ending != open_end() {
        text += &print_ending(&recorded.history.ending, &recorded.names());
    }
    text + &recorded.expected.map_or(String::new(), |expected| format!("{expected}\n"))
}

fn print_queue(constants: Constants, choices: Choices) -> String {
    let mut line = format!("queue {}", constants.discipline);
    if let Some(capacity) = constants.capacity {
        line += &format!(" capacity={capacity}");
    }
    if choices.momentary_zero == MomentaryZero::MustReturn {
        line += " momentary_zero=must_return";
    }
    if choices.cancelled_put == CancelledPut::MayHaveHappened {
        line += " cancelled_put=may_have_happened";
    }
    if choices.visibility == Visibility::Eventual {
        line += " visibility=eventual";
    }
    line + "\n"
}

fn print_call(recorded: &Recorded, operation: &Operation) -> String {
    let name = recorded.clients[operation.thread].as_ref();
    let name = name.map_or(String::new(), |name| format!("{name}: "));
    let outcome = operation.returned.map_or(String::new(), |(_, o)| format!(" -> {o}"));
    format!("{name}{}{outcome}", operation.op)
}

/// Reads recorded histories, each with the number of its `queue` line. There is at least one.
///
/// # Errors
///
/// The first place that is wrong, and what was expected there.
pub fn parse_recorded(text: &str) -> Result<Vec<(usize, Recorded)>, SyntaxError> {
    let mut lines = Span::lines(text).filter(|line| !line.text.is_empty()).peekable();
    let end = Span::end(text);
    let mut all = Vec::new();
    while all.is_empty() || lines.peek().is_some() {
        let mut title = Vec::new();
        while let Some(comment) = lines.peek().and_then(|line| line.text.strip_prefix('#')) {
            title.push(comment.trim());
            lines.next();
        }
        let header = lines.next().unwrap_or(end);
        let (constants, choices) = queue_line(header)?;
        let mut timed = Vec::new();
        while let Some(line) = lines.next_if(|line| is_operation(line)) {
            timed.push(operation(line)?);
        }
        if timed.is_empty() {
            return Err(lines.peek().copied().unwrap_or(end).expected(OPERATION));
        }
        let (clients, events) = in_order(timed)?;
        let known = |name: &str| clients.iter().position(|other| other.as_deref() == Some(name));
        let ending = match lines.next_if(|line| is_ending(line)) {
            Some(line) => ending(line, known)?,
            None => open_end(),
        };
        let expected = lines.next_if(|line| first_word(line) == "expect").map(expectation);
        if let Some(line) = lines.peek().filter(|line| !begins(line)) {
            return Err(line.expected("the next history: its title or its `queue` line"));
        }
        let history = History { events, ending };
        let (title, expected) = (title.join("\n"), expected.transpose()?);
        let recorded = Recorded { title, constants, choices, clients, history, expected };
        all.push((header.line, recorded));
    }
    Ok(all)
}

fn first_word<'a>(line: &Span<'a>) -> &'a str {
    line.text.split(' ').next().unwrap_or_default()
}

/// Whether the line begins the next history.
fn begins(line: &Span) -> bool {
    line.text.starts_with('#') || first_word(line) == "queue"
}

fn is_operation(line: &Span) -> bool {
    !begins(line) && !is_ending(line) && first_word(line) != "expect"
}

fn queue_line(line: Span) -> Result<(Constants, Choices), SyntaxError> {
    let (constants, rest) = queue_words(line)?;
    let mut choices = Choices::default();
    let mut open = vec!["momentary_zero", "cancelled_put", "visibility"];
    for (at, word) in rest.into_iter().enumerate() {
        let (key, value) = word.text.split_once('=').unwrap_or_default();
        let known = open.iter().position(|other| *other == key);
        let chosen = known.and_then(|_| choose(&mut choices, key, value));
        chosen.ok_or_else(|| {
            let capacity = (at == 0 && constants.capacity.is_none()).then_some("`capacity=1`");
            let choices = open.iter().map(|key| match *key {
                "momentary_zero" => "`momentary_zero=must_return`",
                "cancelled_put" => "`cancelled_put=may_have_happened`",
                _ => "`visibility=eventual`",
            });
            let words: Vec<&str> = capacity.into_iter().chain(choices).collect();
            match words.as_slice() {
                [] => word.expected("the end of the line"),
                words => word.expected(format!("{} or the end of the line", words.join(", "))),
            }
        })?;
        open.retain(|other| *other != key);
    }
    Ok((constants, choices))
}

fn choose(choices: &mut Choices, key: &str, value: &str) -> Option<()> {
    match (key, value) {
        ("momentary_zero", "may_miss") => choices.momentary_zero = MomentaryZero::MayMiss,
        ("momentary_zero", "must_return") => choices.momentary_zero = MomentaryZero::MustReturn,
        ("cancelled_put", "no_effect") => choices.cancelled_put = CancelledPut::NoEffect,
        ("cancelled_put", "may_have_happened") => {
            choices.cancelled_put = CancelledPut::MayHaveHappened;
        }
        ("visibility", "immediate") => choices.visibility = Visibility::Immediate,
        ("visibility", "eventual") => choices.visibility = Visibility::Eventual,
        _ => return None,
    }
    Some(())
}

const OPERATION: &str = "an operation like `worker: put 1 -> ok 3-5` or `get 3-~`";

const INTERVAL: &str =
    "the times of the call and of the return, like `3-5`, or `3-~` without return";

/// An operation as its line has it.
struct Timed<'a> {
    client: Option<&'a str>,
    op: Op,
    called: u64,
    returned: Option<(u64, Outcome)>,
    interval: Span<'a>,
}

fn operation(line: Span) -> Result<Timed, SyntaxError> {
    let (client, rest) = match line.split_once(":") {
        Some((name, _)) if name.trimmed().text.is_empty() => return Err(line.expected(OPERATION)),
        Some((name, rest)) => (Some(name.trimmed().text), rest.trimmed()),
        None => (None, line),
    };
    let (call, interval) = rest.split_last_word();
    let (called, returned) = times(interval)?;
    let (called_op, answer) = match call.split_once("->") {
        Some((op, answer)) => (op.trimmed(), Some(answer)),
        None => (call, None),
    };
    let op = op(called_op)?;
    let answer = answer.map(|answer| outcome_of(op, answer)).transpose()?;
    let returned = match (returned, answer) {
        (Some(time), Some(outcome)) => Some((time, outcome)),
        (None, None) => None,
        (None, Some(_)) => {
            return Err(interval.expected("the time of the return, for there is an outcome"));
        }
        (Some(_), None) => {
            return Err(interval.expected("an outcome like `-> ok` before the times of a return"));
        }
    };
    Ok(Timed { client, op, called, returned, interval })
}

fn times(interval: Span) -> Result<(u64, Option<u64>), SyntaxError> {
    let wrong = || interval.expected(INTERVAL);
    let time = |span: Span| span.text.parse().map_err(|_| wrong());
    let (called, returned) = interval.split_once("-").ok_or_else(wrong)?;
    let called: u64 = time(called)?;
    if returned.text == "~" {
        return Ok((called, None));
    }
    match time(returned)? {
        time if time < called => {
            Err(returned
                .expected(format!("a return at {called} or later, as time does not go back")))
        }
        time => Ok((called, Some(time))),
    }
}

/// The clients in the order of their first calls, and the events in the order of their times: at equal
/// times calls come before returns.
fn in_order(mut timed: Vec<Timed>) -> Result<(Vec<Option<String>>, Vec<Event>), SyntaxError> {
    timed.sort_by_key(|timed| timed.called);
    let mut clients: Vec<Option<String>> = Vec::new();
    let mut last: BTreeMap<&str, (usize, &Timed)> = BTreeMap::new();
    let mut events: Vec<(u64, Event)> = Vec::new();
    let mut returns: Vec<(u64, Event)> = Vec::new();
    for operation in &timed {
        let previous = operation.client.and_then(|name| last.get(name).copied());
        let thread = if let Some((thread, previous)) = previous {
            after(previous, operation)?;
            thread
        } else {
            clients.push(operation.client.map(str::to_string));
            clients.len() - 1
        };
        if let Some(name) = operation.client {
            last.insert(name, (thread, operation));
        }
        let kind = EventKind::Call(operation.op);
        events.push((operation.called, Event { thread, kind }));
        let returned = operation
            .returned
            .map(|(time, outcome)| (time, Event { thread, kind: EventKind::Return(outcome) }));
        returns.extend(returned);
    }
    events.append(&mut returns);
    // The sort is stable, and the calls stand first.
    events.sort_by_key(|(time, _)| *time);
    Ok((clients, events.into_iter().map(|(_, event)| event).collect()))
}

/// Whether a client had returned from one operation before it called the next.
fn after(previous: &Timed, next: &Timed) -> Result<(), SyntaxError> {
    if previous.returned.is_some_and(|(time, _)| time < next.called) {
        return Ok(());
    }
    let name = next.client.unwrap_or_default();
    let Span { text, line, .. } = previous.interval;
    Err(next.interval.expected(format!(
        "a call after the previous one of `{name}`, {text} on line {line}, has returned"
    )))
}

fn expectation(line: Span) -> Result<Expected, SyntaxError> {
    let (words, end) = line.words();
    let word = |at: usize| words.get(at).copied().unwrap_or(end);
    let (expected, length) = match word(1).text {
        "conforms" => (Expected::Conforms, 2),
        "violates" => {
            let clause = ClauseId::named(word(2).text);
            let clause = clause.ok_or_else(|| word(2).expected("the id of a clause"))?;
            (Expected::Violates(clause), 3)
        }
        _ => return Err(word(1).expected("`conforms` or `violates CLAUSE`")),
    };
    match words.get(length) {
        Some(extra) => Err(extra.expected("the end of the line")),
        None => Ok(expected),
    }
}
