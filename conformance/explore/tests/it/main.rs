//! The explorer against itself, against counts that were found independently, and against code that
//! is known to be wrong.

mod agreement;
mod broken;
mod cancelling;
mod counts;
mod example;
mod fuzz;
mod judged;
mod monitor;
mod primitives;
mod queues;
mod seen;
mod tasks;

#[global_allocator]
static ALLOCATOR: taskdone_explore::Allocator = taskdone_explore::Allocator;
