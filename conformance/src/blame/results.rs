//! Blame for a result that cannot be explained.

use super::fault::{FAULTS, Fault};
use super::{Violation, cancelled, eventual, exact, name, operations};
use crate::oracle::search::Found;
use crate::oracle::{self, Answer};
use spec::{
    Choices, ClauseId, Ending, EventKind, History, Op, Operation, Outcome, Scenario, Visibility,
};

/// What returned cannot be explained.
pub(super) fn blame(scenario: &Scenario, choices: Choices, history: &History) -> Violation {
    let operations = operations(history);
    let bad = first_bad_return(scenario, choices, history, &operations);
    let reason = match bad {
        Some(bad) => {
            let cut = cut_after(history, operations[bad].returned.expect("it returned").0);
            explain_return(scenario, choices, &cut, &operations[bad])
        }
        None => "what returned can only be explained if an operation that is still blocked had \
                 taken effect"
            .to_string(),
    };
    let eventual = bad.filter(|_| choices.visibility == Visibility::Eventual);
    let clause = impossible_item(&operations)
        .or_else(|| eventual.map(|bad| eventual::of_result(&operations[bad])))
        .or_else(|| first_fault(scenario, choices, history, &operations))
        .or_else(|| {
            let (event, _) = operations[bad?].returned?;
            first_fault(scenario, choices, &cut_after(history, event), &operations)
        })
        .or_else(|| bad.map(|bad| family(operations[bad])))
        .unwrap_or_else(|| effective_and_blocked(&operations));
    let reason = reason + &cancelled::aside(scenario, clause, &operations);
    Violation { clause, reason }
}

/// An item that nobody had begun to put when it was got, or that was got more often than it was put.
fn impossible_item(operations: &[Operation]) -> Option<ClauseId> {
    let got = |o: &Operation| match o.returned {
        Some((event, Outcome::Got(item))) => Some((event, item)),
        _ => None,
    };
    let times = |item| operations.iter().filter(|o| got(o).is_some_and(|g| g.1 == item)).count();
    let puts = |item| operations.iter().filter(move |o| o.op.item() == Some(item));
    operations.iter().filter_map(got).find_map(|(event, item)| {
        let put_too_late = puts(item).all(|put| put.called > event);
        let got_too_often = times(item) > puts(item).count();
        put_too_late.then_some(ClauseId::Get1).or(got_too_often.then_some(ClauseId::Get2))
    })
}

fn first_fault(
    scenario: &Scenario,
    choices: Choices,
    history: &History,
    operations: &[Operation],
) -> Option<ClauseId> {
    let within = |o: &&Operation| o.called < history.events.len();
    let operations: Vec<Operation> =
        operations.iter().filter(within).map(|o| cut(o, history)).collect();
    if choices.visibility == Visibility::Eventual {
        return None;
    }
    let explains = |clause: &&ClauseId| {
        let fault = Fault { exact: exact(scenario, choices), clause: **clause };
        let found = oracle::explain(&fault, choices.momentary_zero, history, &operations);
        matches!(found, Found::Linearization(_))
    };
    let gets = |o: &Operation| matches!(o.returned, Some((_, Outcome::Got(_))));
    // What a get does to the count shows after a get only.
    let is_possible =
        |clause: &&ClauseId| **clause != ClauseId::Get4 || operations.iter().any(gets);
    FAULTS.iter().filter(is_possible).find(explains).copied()
}

/// The clause to name where an operation that is still blocked must have taken effect.
fn effective_and_blocked(operations: &[Operation]) -> ClauseId {
    let blocked = operations.iter().find(|o| o.returned.is_none());
    match blocked.map(|o| o.op) {
        Some(Op::Get(_)) => ClauseId::Prog1,
        Some(Op::Put(..)) => ClauseId::Prog2,
        Some(Op::Join(_)) => ClauseId::Prog3,
        _ => ClauseId::Prog4,
    }
}

/// The operation as it stands within the events of `history`.
fn cut(operation: &Operation, history: &History) -> Operation {
    let returned = operation.returned.filter(|(event, _)| *event < history.events.len());
    Operation { returned, ..*operation }
}

/// The history up to and including an event.
fn cut_after(history: &History, event: usize) -> History {
    let ending = Ending::Cut("what follows does not matter".to_string());
    History { events: history.events[..=event].to_vec(), ending }
}

/// The operation with the first return after which no linearization is left.
fn first_bad_return(
    scenario: &Scenario,
    choices: Choices,
    history: &History,
    operations: &[Operation],
) -> Option<usize> {
    let bad = (0..history.events.len()).find(|event| {
        let cut = cut_after(history, *event);
        oracle::judge(scenario.constants, choices, &cut) == Answer::NoLinearization
    })?;
    operations.iter().position(|o| o.returned.is_some_and(|(event, _)| event == bad))
}

/// The clause to name where no single fault explains the history: the one about the result that
/// cannot be explained.
fn family(operation: Operation) -> ClauseId {
    match (operation.op, operation.returned.map(|(_, outcome)| outcome)) {
        (Op::Put(..), Some(Outcome::Full)) => ClauseId::Cap2,
        (Op::Put(..), Some(Outcome::ShutDown)) => ClauseId::Shut10,
        (Op::Put(..), _) => ClauseId::Cap1,
        (Op::Get(_), Some(Outcome::Empty)) => ClauseId::Get5,
        (Op::Get(_), Some(Outcome::ShutDown)) => ClauseId::Shut10,
        (Op::Get(_), _) => ClauseId::Get3,
        (Op::TaskDone, Some(Outcome::TooMany)) => ClauseId::Done4,
        (Op::TaskDone, _) => ClauseId::Done2,
        (Op::Join(_), Some(Outcome::TimedOut)) => ClauseId::Join5,
        (Op::Join(_), _) => ClauseId::Join1,
        (Op::Len, _) => ClauseId::Obs1,
        (Op::Unfinished, _) => ClauseId::Obs2,
        (Op::Shutdown(_) | Op::IsShutdown, _) => ClauseId::Obs3,
    }
}

/// The last event of `history` is the return of `bad`, and cannot be explained.
fn explain_return(
    scenario: &Scenario,
    choices: Choices,
    history: &History,
    bad: &Operation,
) -> String {
    let outcome = bad.returned.expect("it returned").1;
    let mut changed = history.clone();
    let items = scenario.ops().filter_map(|(_, op)| op.item()).map(Outcome::Got);
    let counts = (0..=scenario.ops().count()).map(Outcome::Count);
    let plain = [
        Outcome::Done,
        Outcome::Full,
        Outcome::Empty,
        Outcome::ShutDown,
        Outcome::TooMany,
        Outcome::TimedOut,
        Outcome::Is(false),
        Outcome::Is(true),
    ];
    let mut allowed = plain.into_iter().chain(items).chain(counts).filter(|other| {
        changed.events.last_mut().expect("the return").kind = EventKind::Return(*other);
        matches!(oracle::judge(scenario.constants, choices, &changed), Answer::Allowed(_))
    });
    let alternatives: Vec<String> = allowed.by_ref().map(|other| format!("`{other}`")).collect();
    let client = name(scenario, bad.thread);
    let expected = match alternatives.as_slice() {
        [] => "here it has to wait".to_string(),
        [only] => format!("here only {only} is allowed"),
        [rest @ .., last] => format!("here only {} or {last} is allowed", rest.join(", ")),
    };
    format!("`{}` of {client} answered `{outcome}`; {expected}", bad.op)
}
