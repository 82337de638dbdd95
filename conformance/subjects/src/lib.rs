//! How a queue under test is called, and the queues of this project in every world.
//!
//! A package of its own because it is most of what is to be compiled: some hundred broken queues in
//! four worlds, which need not be fast.

#![forbid(unsafe_code)]

mod call;
mod callable;
mod items;
mod own;

pub use call::{Answer, Call};
pub use callable::{Answering, Callable, Make, MakeTasks, Tasks, Worlds};
pub use items::{Ledger, Tracked};
pub use own::{broken, queues};
