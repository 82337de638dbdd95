//! The verdict on histories of any length, for queues that are first in, first out.
//!
//! Windows and counts refute most of what is wrong without a search; the search decides the rest, on
//! the windows that they have narrowed.

use super::lazy::{Search, search};
use super::read::{Refusal, read};
use super::record::{Entry, Record, Role};
use super::relation::Exact;
use super::search::{Found, Step};
use super::{Answer, counts, windows};
use spec::{Ending, EventKind, History, Item, Operation, Phase, Shutdown, State, queue};
use std::mem;

/// Judges a history of a queue that is first in, first out, and whose joins may miss a momentary
/// zero. The search lets operations take effect at most `budget` times.
pub fn judge(exact: impl Into<Exact>, history: &History, budget: usize) -> Answer {
    let exact = exact.into();
    match linearize(exact, history, &Asks::ForAll, budget) {
        Ok((_, steps)) => Answer::Allowed(steps),
        Err(answer) => answer,
    }
}

/// The same for some operations of the history, all that returned among them.
pub(super) fn explain(
    exact: Exact,
    history: &History,
    operations: &[Operation],
    budget: usize,
) -> Found {
    let asks_for_pending = operations.iter().any(|operation| operation.returned.is_none());
    let asks = if asks_for_pending { Asks::ForAll } else { Asks::ForReturned };
    let (record, mut steps) = match linearize(exact, history, &asks, budget) {
        Ok(linearization) => linearization,
        Err(Answer::Unknown(_)) => return Found::OutOfBudget,
        Err(_) => return Found::Nothing,
    };
    for step in &mut steps {
        let called = record.entries[step.operation].called as usize;
        match operations.binary_search_by_key(&called, |operation| operation.called) {
            Ok(operation) => step.operation = operation,
            Err(_) => return Found::OutOfBudget,
        }
    }
    Found::Linearization(steps)
}

/// What has to be explained of a quiescent history.
#[derive(PartialEq, Eq)]
enum Asks {
    /// What returned.
    ForReturned,
    /// What returned, and that the rest is blocked.
    ForAll,
}

/// How many cancelled puts may be left of which nothing shows whether they happened.
const MAYBE_MAX: usize = 6;

/// The linearization of what returned, and of what is pending as far as it took effect. Of the puts
/// that were cancelled and may have happened, every selection is tried.
fn linearize(
    exact: Exact,
    history: &History,
    asks: &Asks,
    budget: usize,
) -> Result<(Record, Vec<Step>), Answer> {
    let record = read(exact, history).map_err(refused)?;
    match record.maybe.len() {
        // No copy of a history that may be long.
        0 => return decide(exact, history, asks, record, budget),
        1..=MAYBE_MAX => {}
        n => return Err(Answer::Unknown(format!("{n} cancelled puts may have happened or not"))),
    }
    let attempt = |selection: u32| {
        let mut record = record.clone();
        let maybe = mem::take(&mut record.maybe);
        let out = maybe.iter().enumerate().filter(|(bit, _)| selection >> bit & 1 == 0);
        for (_, put) in out {
            record.entries[*put as usize].role = Role::Idle;
        }
        decide(exact, history, asks, record, budget)
    };
    // The cancelled puts have not happened, if that explains the history.
    let mut worst = Answer::NoLinearization;
    for selection in 0..1_u32 << record.maybe.len() {
        match attempt(selection) {
            Ok(linearization) => return Ok(linearization),
            Err(unknown @ Answer::Unknown(_)) => worst = unknown,
            Err(stuck) if worst == Answer::NoLinearization => worst = stuck,
            Err(_) => {}
        }
    }
    Err(worst)
}

/// The same, when it is known what happened.
fn decide(
    exact: Exact,
    history: &History,
    asks: &Asks,
    mut record: Record,
    budget: usize,
) -> Result<(Record, Vec<Step>), Answer> {
    if !windows::narrow(&mut record) || !counts::narrow(&mut record) {
        return Err(Answer::NoLinearization);
    }
    let steps = match search(&record, budget) {
        Search::Linearization(steps) => steps,
        Search::Nothing => return Err(Answer::NoLinearization),
        Search::OutOfBudget(event) => {
            return Err(Answer::Unknown(format!(
                "{budget} steps of the search did not get past event {event}"
            )));
        }
    };
    let stuck = match (&history.ending, asks) {
        (Ending::Quiescent, Asks::ForAll) => stuck(exact, history, &record),
        _ => Vec::new(),
    };
    if stuck.is_empty() { Ok((record, steps)) } else { Err(Answer::Stuck(stuck)) }
}

fn refused(refusal: Refusal) -> Answer {
    match refusal {
        Refusal::Malformed(malformed) => Answer::Unknown(malformed.to_string()),
        Refusal::PutTwice(item) => {
            Answer::Unknown(format!("item {item} may have been put more than once"))
        }
        Refusal::Impossible(_) | Refusal::ThinAir(_) | Refusal::GotTwice(_) => {
            Answer::NoLinearization
        }
    }
}

/// The operations that stay blocked at the end although they could go on. What returned can be
/// explained.
fn stuck(exact: Exact, history: &History, record: &Record) -> Vec<usize> {
    let end = last_state(record);
    let is_pending = |entry: &Entry| entry.role == Role::Idle && entry.hi == record.end();
    let idle = record.entries.iter().enumerate().filter(|(_, entry)| is_pending(entry));
    let can_go_on = |called: u32| match history.events[called as usize].kind {
        EventKind::Call(op) => queue::answer(&exact.constants, &end, op).is_some(),
        EventKind::Return(_) => false,
    };
    idle.filter(|(_, entry)| can_go_on(entry.called)).map(|(at, _)| at).collect()
}

/// The state after everything, up to the items' names: only how many there are decides who waits.
///
/// It depends on nothing but how often each operation succeeded. All puts and gets come before an
/// immediate shutdown, so it drops what they leave; and since the count stops at zero, tasks
/// reported before it and after it come to the same.
fn last_state(record: &Record) -> State {
    let count = |role: Role| record.entries.iter().filter(|entry| entry.role == role).count();
    let immediate = count(Role::Shutdown(Shutdown::Immediate)) > 0;
    let left = count(Role::Put) - count(Role::Get);
    let unfinished = count(Role::Put) - count(Role::TaskDone);
    let shut = immediate || count(Role::Shutdown(Shutdown::Graceful)) > 0;
    State {
        items: vec![Item(0); if immediate { 0 } else { left }],
        unfinished: if immediate { unfinished.saturating_sub(left) } else { unfinished },
        phase: if shut { Phase::Shut } else { Phase::Open },
    }
}
