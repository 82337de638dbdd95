//! Explores every sequentially consistent schedule of concurrent code built on its primitives.

pub mod cell;
pub mod future;
pub mod hint;
mod judge;
mod machine;
mod memory;
mod program;
mod report;
mod search;
pub mod sync;
pub mod thread;

pub use judge::Judge;
pub use memory::Allocator;
pub use program::{
    Blocked, Blocker, Choice, Ended, Event, Execution, Options, Program, Schedule, ScheduleError,
    choose, op,
};
pub use report::{Coverage, Error, Limit, Limits, Report, Violation};
pub use search::{Visitor, every, merged, replay};
