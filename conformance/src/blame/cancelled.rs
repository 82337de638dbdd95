//! Blame for what cancelled calls leave behind.

use super::fault::Fault;
use super::{exact, name};
use crate::oracle;
use crate::oracle::core::Core;
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
    cancelled(all).next()?;
    let explains = |clause: &ClauseId| explains(scenario, choices, history, all, *clause);
    [ClauseId::Canc1, ClauseId::Canc2].into_iter().find(explains)
}

/// Whether a fault in what cancelled calls leave behind explains a history.
fn explains(
    scenario: &Scenario,
    choices: Choices,
    history: &History,
    all: &[Operation],
    clause: ClauseId,
) -> bool {
    let fault = Fault { exact: exact(scenario, choices), clause };
    let found = oracle::explain(&fault, choices.momentary_zero, history, all);
    matches!(found, Found::Linearization(_))
}

/// A core with the cancelled call that explains it. By the specification a cancelled call changes
/// nothing, so no core has any.
pub(super) fn beside(
    scenario: &Scenario,
    choices: Choices,
    history: &History,
    core: &Core,
) -> Option<History> {
    let all = history.operations().ok()?;
    let mut events: Vec<usize> =
        core.operations.iter().flat_map(|at| events_of(&all[*at])).collect();
    events.sort_unstable();
    // Of a history that is cut, what follows does not matter.
    events.truncate(core.history.events.len());
    let until = events.last()? + 1;
    let candidate = |at: usize| {
        let Operation { op, returned: Some((event, Outcome::Cancelled)), .. } = all[at] else {
            return None;
        };
        let clause = match op {
            Op::Get(_) => ClauseId::Canc1,
            Op::Put(..) => ClauseId::Canc2,
            _ => ClauseId::Canc4,
        };
        (event < until && !core.operations.contains(&at)).then_some((at, clause))
    };
    (0..all.len()).filter_map(candidate).find_map(|(at, clause)| {
        let mut events: Vec<usize> = events.iter().copied().chain(events_of(&all[at])).collect();
        events.sort_unstable();
        let events = events.into_iter().map(|event| history.events[event]).collect();
        let beside = History { events, ending: core.history.ending.clone() };
        let all = beside.operations().ok()?;
        explains(scenario, choices, &beside, &all, clause).then_some(beside)
    })
}

fn events_of(operation: &Operation) -> impl Iterator<Item = usize> + use<> {
    let returned = operation.returned.map(|(event, _)| event);
    [Some(operation.called), returned].into_iter().flatten()
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
