//! The check of a certificate: an independent replay of a linearization, straight from the
//! sequential specification. It shares nothing with the searches.

use super::relation::Exact;
use super::search::Step;
use spec::{CancelledPut, Ending, History, Op, Operation, Outcome, queue};

/// Whether `steps` is a linearization of the history: every step lies between the call and the
/// return of its operation, in the order of time, and the specification allows it; everything that
/// returned is there, once; what was cancelled is there only if it is a put that may have happened;
/// and what is blocked at the end of a quiescent history has not taken effect and has to wait.
///
/// # Errors
///
/// The first thing that is wrong.
pub fn verify(exact: impl Into<Exact>, history: &History, steps: &[Step]) -> Result<(), String> {
    let Exact { constants, cancelled_put } = exact.into();
    let may_have_put = cancelled_put == CancelledPut::MayHaveHappened;
    let quiescent = history.ending == Ending::Quiescent;
    let operations = history.operations().map_err(|malformed| malformed.to_string())?;
    let mut taken = vec![false; operations.len()];
    let (mut state, mut now) = (queue::init(), 0);
    for &Step { operation, before } in steps {
        let Operation { op, called, returned, .. } = operations[operation];
        let last = returned.map_or(history.events.len(), |(event, _)| event);
        if before < now || before <= called || before > last || taken[operation] {
            return Err(format!("`{op}` does not take effect before event {before}"));
        }
        let after = match returned {
            Some((_, Outcome::Cancelled)) => match op {
                Op::Put(..) if may_have_put => queue::step(&constants, &state, op, Outcome::Done),
                _ => None,
            },
            Some((_, outcome)) => queue::step(&constants, &state, op, outcome),
            None if quiescent => None,
            None => queue::answer(&constants, &state, op).map(|(_, after)| after),
        };
        state = after.ok_or_else(|| format!("`{op}` cannot take effect before event {before}"))?;
        (taken[operation], now) = (true, before);
    }
    for (operation, taken) in operations.iter().zip(taken) {
        let waits = || queue::answer(&constants, &state, operation.op).is_none();
        match operation.returned {
            Some((_, Outcome::Cancelled)) => {}
            Some(_) if !taken => return Err(format!("`{}` is missing", operation.op)),
            None if quiescent && !waits() => return Err(format!("`{}` is stuck", operation.op)),
            _ => {}
        }
    }
    Ok(())
}
