//! The slowest oracle, and the simplest.

use spec::{Constants, Ending, History, Operation, State, queue};

/// Tries every linearization, straight from the sequential specification.
pub(crate) fn brute_force(constants: Constants, history: &History) -> bool {
    let operations = history.operations().expect("it is well formed");
    try_all(constants, history, &operations, &mut vec![false; operations.len()], &queue::init())
}

fn try_all(
    constants: Constants,
    history: &History,
    operations: &[Operation],
    placed: &mut [bool],
    state: &State,
) -> bool {
    let quiescent = history.ending == Ending::Quiescent;
    let complete = (0..operations.len()).all(|i| placed[i] || operations[i].returned.is_none());
    let waits = |o: &&Operation| queue::answer(&constants, state, o.op).is_none();
    let pending = operations.iter().filter(|o| o.returned.is_none());
    if complete && (!quiescent || pending.clone().count() == pending.filter(waits).count()) {
        return true;
    }
    for i in 0..operations.len() {
        let precedes = |j: usize| {
            operations[j].returned.is_some_and(|(event, _)| event < operations[i].called)
        };
        if placed[i] || (0..operations.len()).any(|j| !placed[j] && precedes(j)) {
            continue;
        }
        let next = match operations[i].returned {
            Some((_, outcome)) => queue::step(&constants, state, operations[i].op, outcome),
            None if quiescent => None,
            None => queue::answer(&constants, state, operations[i].op).map(|(_, next)| next),
        };
        if let Some(next) = next {
            placed[i] = true;
            if try_all(constants, history, operations, placed, &next) {
                return true;
            }
            placed[i] = false;
        }
    }
    false
}
