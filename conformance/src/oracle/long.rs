//! The verdict on histories of any length, for queues that are first in, first out.
//!
//! Windows and counts refute most of what is wrong without a search; the search decides the rest, on
//! the windows that they have narrowed.

use super::lazy::{Search, search};
use super::read::{Refusal, read};
use super::record::{Record, Role};
use super::search::{Found, Step};
use super::{Answer, counts, windows};
use spec::{Constants, Ending, EventKind, History, Item, Operation, Phase, Shutdown, State, queue};

/// Judges a history of a queue that is first in, first out, and whose joins may miss a momentary
/// zero. The search lets operations take effect at most `budget` times.
pub fn judge(constants: Constants, history: &History, budget: usize) -> Answer {
    let (record, steps) = match linearize(constants, history, budget) {
        Ok(linearization) => linearization,
        Err(answer) => return answer,
    };
    let stuck = match history.ending {
        Ending::Quiescent => stuck(constants, history, &record),
        _ => Vec::new(),
    };
    if stuck.is_empty() { Answer::Allowed(steps) } else { Answer::Stuck(stuck) }
}

/// The same for some operations of the history, all that returned among them.
pub(super) fn explain(
    constants: Constants,
    history: &History,
    operations: &[Operation],
    budget: usize,
) -> Found {
    let (record, mut steps) = match linearize(constants, history, budget) {
        Ok(linearization) => linearization,
        Err(Answer::Unknown(_)) => return Found::OutOfBudget,
        Err(_) => return Found::Nothing,
    };
    let asks_for_pending = operations.iter().any(|operation| operation.returned.is_none());
    let quiescent = history.ending == Ending::Quiescent;
    if quiescent && asks_for_pending && !stuck(constants, history, &record).is_empty() {
        return Found::Nothing;
    }
    for step in &mut steps {
        let called = record.entries[step.operation].called as usize;
        match operations.binary_search_by_key(&called, |operation| operation.called) {
            Ok(operation) => step.operation = operation,
            Err(_) => return Found::OutOfBudget,
        }
    }
    Found::Linearization(steps)
}

/// The linearization of what returned, and of what is pending as far as it took effect.
fn linearize(
    constants: Constants,
    history: &History,
    budget: usize,
) -> Result<(Record, Vec<Step>), Answer> {
    let mut record = read(constants, history).map_err(refused)?;
    if !windows::narrow(&mut record) || !counts::narrow(&mut record) {
        return Err(Answer::NoLinearization);
    }
    match search(&record, budget) {
        Search::Linearization(steps) => Ok((record, steps)),
        Search::Nothing => Err(Answer::NoLinearization),
        Search::OutOfBudget(event) => Err(Answer::Unknown(format!(
            "{budget} steps of the search did not get past event {event}"
        ))),
    }
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
fn stuck(constants: Constants, history: &History, record: &Record) -> Vec<usize> {
    let end = last_state(record);
    let idle = record.entries.iter().enumerate().filter(|(_, entry)| entry.role == Role::Idle);
    let can_go_on = |called: u32| match history.events[called as usize].kind {
        EventKind::Call(op) => queue::answer(&constants, &end, op).is_some(),
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
