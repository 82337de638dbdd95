//! Random histories, valid and damaged, for the tests that compare.

use fastrand::Rng;
use model::{Clients, Shape, sample, walk};
use spec::{
    Discipline, Ending, Event, EventKind, History, Item, MomentaryZero, Op, Operation, Outcome,
    Scenario, Shutdown, Wait,
};
use std::time::Duration;

/// Scenarios of up to `clients` clients with up to `ops` operations each, of all kinds.
pub(crate) fn shape(clients: usize, ops: usize, discipline: Discipline) -> Shape {
    let timed = Wait::AtMost(Duration::from_millis(5));
    let waits = [Wait::Never, timed, Wait::Forever];
    let put = |wait| Op::Put(Item(0), wait);
    let mut alphabet: Vec<Op> =
        waits.iter().flat_map(|wait| [put(*wait), Op::Get(*wait), Op::Join(*wait)]).collect();
    alphabet.extend([Op::Len, Op::Unfinished, Op::IsShutdown]);
    alphabet.extend([Op::Shutdown(Shutdown::Graceful), Op::Shutdown(Shutdown::Immediate)]);
    alphabet.extend([put(Wait::Forever), put(Wait::Forever), put(Wait::Never)]);
    alphabet.extend([Op::Get(Wait::Forever), Op::Get(Wait::Never), Op::TaskDone, Op::TaskDone]);
    let capacities = vec![Some(1), Some(2), None];
    Shape { clients: 1..=clients, ops: 1..=ops, alphabet, discipline, capacities }
}

/// A scenario, and a history of it that the specification allows.
pub(crate) fn valid(shape: &Shape, zero: MomentaryZero, rng: &mut Rng) -> (Scenario, History) {
    let clients = Clients { scenario: sample(shape, rng), momentary_zero: zero };
    let mut history = walk(&clients, rng);
    // Half of them end before everybody is through.
    if rng.bool() {
        history.events.truncate(rng.usize(..=history.events.len()));
        history.ending = Ending::Cut("the test ends it here".to_string());
    }
    (clients.scenario, history)
}

/// Cancels an operation: one that is pending, or one that has returned. The specification allows the
/// first, and may allow the second.
pub(crate) fn cancel(history: &mut History, rng: &mut Rng) {
    let operations = history.operations().expect("it is well formed");
    let can_be = |operation: &&Operation| operation.op.can_be_cancelled();
    let operations: Vec<&Operation> = operations.iter().filter(can_be).collect();
    let Some(operation) = rng.choice(operations) else { return };
    let kind = EventKind::Return(Outcome::Cancelled);
    if let Some((at, _)) = operation.returned {
        history.events[at].kind = kind;
    } else {
        let at = rng.usize(operation.called + 1..=history.events.len());
        history.events.insert(at, Event { thread: operation.thread, kind });
    }
}

/// Damages a history in one to three places. The specification may still allow it.
pub(crate) fn damage(history: &mut History, rng: &mut Rng) {
    for _ in 0..rng.usize(1..=3) {
        if history.events.is_empty() {
            return;
        }
        let at = rng.usize(..history.events.len());
        match rng.u8(..4) {
            0 | 1 => change_outcome(history, at, rng),
            2 => swap_with_next(history, at),
            _ => forget_return(history, at),
        }
    }
}

fn change_outcome(history: &mut History, at: usize, rng: &mut Rng) {
    let items = (1..4).map(|n| Outcome::Got(Item(n)));
    let counts = (0..3).map(Outcome::Count);
    let others = [
        Outcome::Done,
        Outcome::Full,
        Outcome::Empty,
        Outcome::ShutDown,
        Outcome::TooMany,
        Outcome::TimedOut,
        Outcome::Is(true),
        Outcome::Is(false),
    ];
    let all: Vec<Outcome> = others.into_iter().chain(items).chain(counts).collect();
    if let EventKind::Return(outcome) = &mut history.events[at].kind {
        *outcome = *rng.choice(&all).expect("it is not empty");
    }
}

fn swap_with_next(history: &mut History, at: usize) {
    let (one, other) = (history.events.get(at), history.events.get(at + 1));
    if one.zip(other).is_some_and(|(one, other)| one.thread != other.thread) {
        history.events.swap(at, at + 1);
    }
}

/// The operation stays pending, and its thread does nothing more.
fn forget_return(history: &mut History, at: usize) {
    let Event { thread, kind } = history.events[at];
    if matches!(kind, EventKind::Return(_)) {
        let later = history.events.split_off(at);
        let others = later.into_iter().filter(|event| event.thread != thread);
        history.events.extend(others);
    }
}
