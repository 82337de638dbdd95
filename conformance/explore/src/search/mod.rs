//! The searches.

mod every;
mod merged;
mod reduced;
mod shortest;
mod trace;

pub use every::{Visitor, every, replay};
pub use merged::merged;
pub use reduced::reduced;

use crate::machine::Machine;
use crate::program::Program;
use crate::report::{Coverage, Limit};

/// Whether the search must start again without fusing: see [`Core::is_fused`].
///
/// [`Core::is_fused`]: crate::machine::core::Core
fn restarts<P: Program>(machine: &Machine<'_, P>) -> bool {
    let restarts = machine.core.must_restart.replace(false);
    if restarts {
        machine.core.fused.set(false);
    }
    restarts
}

/// What has been seen if a limit was met.
fn coverage(limit: Option<Limit>) -> Coverage {
    limit.map_or(Coverage::Exhaustive, Coverage::Limited)
}
