//! Blame for what cancelled calls leave behind.

use super::fault::Fault;
use super::{exact, name};
use crate::oracle;
use crate::oracle::search::Found;
use spec::{Choices, ClauseId, History, Op, Operation, Outcome, Scenario};
use std::mem::discriminant;

/// The calls that were cancelled, and at which event.
fn cancelled(operations: &[Operation]) -> impl Iterator<Item = (&Operation, usize)> {
    operations.iter().filter_map(|operation| match operation.returned {
        Some((event, Outcome::Cancelled)) => Some((operation, event)),
        _ => None,
    })
}

/// The clause about cancellation to name instead of `clause` for an operation that is blocked although
/// it is enabled; `None` if no cancelled call explains that.
pub(super) fn of_blocked(
    scenario: &Scenario,
    choices: Choices,
    history: &History,
    all: &[Operation],
    blocked: Operation,
    clause: ClauseId,
) -> Option<ClauseId> {
    // One that waited for the same thing may have been woken instead.
    let waited_beside = cancelled(all).any(|(other, event)| {
        discriminant(&other.op) == discriminant(&blocked.op) && event > blocked.called
    });
    match clause {
        ClauseId::Prog1 | ClauseId::Prog2 if waited_beside => return Some(ClauseId::Canc3),
        ClauseId::Prog3 | ClauseId::Join4 if waited_beside => return Some(ClauseId::Canc4),
        ClauseId::Prog1 | ClauseId::Prog2 | ClauseId::Prog3 | ClauseId::Join2 => {}
        _ => return None,
    }
    let explains = |clause: &ClauseId| {
        let fault = Fault { exact: exact(scenario, choices), clause: *clause };
        let found = oracle::explain(&fault, choices.momentary_zero, history, all);
        matches!(found, Found::Linearization(_))
    };
    let any = cancelled(all).next().is_some();
    [ClauseId::Canc1, ClauseId::Canc2].into_iter().filter(|_| any).find(explains)
}

/// What to add where a cancelled call is to blame.
pub(super) fn aside(scenario: &Scenario, clause: ClauseId, all: &[Operation]) -> String {
    let has_acted = |op: Op| match clause {
        ClauseId::Canc1 => matches!(op, Op::Get(_)),
        ClauseId::Canc2 => matches!(op, Op::Put(..)),
        ClauseId::Canc4 => matches!(op, Op::Join(_)),
        _ => false,
    };
    let mut acted = cancelled(all).filter(|(operation, _)| has_acted(operation.op));
    acted.next().map_or(String::new(), |(operation, _)| {
        let client = name(scenario, operation.thread);
        format!("; a cancelled `{}` of {client} has left something behind", operation.op)
    })
}
