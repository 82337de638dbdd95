//! Blame where items take their time: by what was answered, or by who waits.

use spec::{ClauseId, Op, Operation, Outcome};

/// The clause that a result breaks which cannot be explained.
pub(super) fn of_result(operation: &Operation) -> ClauseId {
    match (operation.op, operation.returned.map(|(_, outcome)| outcome)) {
        (Op::Get(_), Some(Outcome::Got(_))) => ClauseId::Ord4,
        (Op::Get(_), _) => ClauseId::Get5,
        (Op::Put(..), Some(Outcome::Full)) => ClauseId::Cap2,
        (Op::Put(..), _) => ClauseId::Cap1,
        (Op::TaskDone, Some(Outcome::TooMany)) => ClauseId::Vis2,
        (Op::TaskDone, _) => ClauseId::Done2,
        (Op::Join(_), Some(Outcome::TimedOut)) => ClauseId::Join5,
        _ => ClauseId::Join1,
    }
}

/// The clause that an operation breaks which is blocked although everything has arrived, and why.
pub(super) fn of_blocked(operation: &Operation) -> (ClauseId, &'static str) {
    match operation.op {
        op if !op.may_block() => (ClauseId::Prog4, "it never waits for ever"),
        Op::Get(_) => (ClauseId::Vis1, "an item was put and not got"),
        Op::Put(..) => (ClauseId::Prog2, "there is room"),
        _ => (ClauseId::Prog3, "no task is unfinished, or none was while it waited"),
    }
}
