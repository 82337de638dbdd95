//! The searches.

mod every;
mod fingerprint;
mod merged;
mod reduced;
mod shortest;
mod states;
mod trace;

pub use every::{Visitor, every, replay, replay_to_the_end};
pub use merged::merged;
pub use reduced::reduced;

use crate::machine::Machine;
use crate::program::{Execution, Program};
use crate::report::{Coverage, Error, Limit};

/// Whether the search must start again with smaller steps.
fn restarts<P: Program>(machine: &Machine<'_, P>) -> bool {
    machine.core.must_restart.replace(false)
}

/// Runs an execution again: it must be the same.
fn repeat<P: Program>(machine: &mut Machine<'_, P>, execution: &Execution) -> Result<(), Error> {
    let steps = &execution.schedule.steps;
    let again = every::follow(machine, steps).map_err(nondeterministic)?;
    if again == *execution { Ok(()) } else { Err(Error::Nondeterministic { step: steps.len() }) }
}

/// A step that was possible before must be possible again.
fn nondeterministic(error: Error) -> Error {
    match error {
        Error::NoSuchStep { step } => Error::Nondeterministic { step },
        other => other,
    }
}

/// What has been seen if a limit was met.
fn coverage(limit: Option<Limit>) -> Coverage {
    limit.map_or(Coverage::Exhaustive, Coverage::Limited)
}
