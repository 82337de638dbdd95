//! Explores every sequentially consistent schedule of concurrent code that is built on this crate's
//! primitives: real code, unchanged, and without a bound.
//!
//! [`sync`], [`thread`], [`cell`] and [`hint`] mirror the standard library as far as queues need it,
//! in loom's shape. Code under exploration is a [`Program`]: a setup, and clients that run
//! concurrently. A client's *step* is one access to something shared, and what it does up to its
//! next access; only the order of steps is explored, because nothing else can make a difference.
//!
//! | search | sees | for |
//! |---|---|---|
//! | [`merged`] | every state once | the verdict: a [`Judge`] follows all schedules at once |
//! | [`every`] | every schedule | the reference, and small programs |
//! | [`reduced`] | every schedule, up to the order of independent steps | code whose states do not merge, and a second opinion |
//! | [`replay`] | one schedule | looking at a violation again |
//!
//! ```
//! use taskdone_explore::sync::atomic::{AtomicU64, Ordering};
//! use taskdone_explore::{Coverage, Ended, Judge, Limits, Options, Program, merged, op, replay};
//!
//! // What the explored code allocates is a part of the explored state.
//! #[global_allocator]
//! static ALLOCATOR: taskdone_explore::Allocator = taskdone_explore::Allocator;
//!
//! /// Two clients increment a counter, in two accesses each.
//! struct Increments;
//!
//! impl Program for Increments {
//!     type Shared = AtomicU64;
//!
//!     fn clients(&self) -> usize {
//!         2
//!     }
//!
//!     fn setup(&self) -> AtomicU64 {
//!         AtomicU64::new(0)
//!     }
//!
//!     fn client(&self, counter: &AtomicU64, client: usize) {
//!         op(client as u32, || {
//!             let value = counter.load(Ordering::SeqCst);
//!             counter.store(value + 1, Ordering::SeqCst);
//!             value
//!         });
//!     }
//! }
//!
//! /// No two increments may answer the same.
//! struct Distinct;
//!
//! impl Judge for Distinct {
//!     type State = Vec<u64>;
//!
//!     fn start(&self) -> Vec<u64> {
//!         Vec::new()
//!     }
//!
//!     fn call(&self, seen: &Vec<u64>, _client: usize, _op: u32) -> Vec<u64> {
//!         seen.clone()
//!     }
//!
//!     fn ret(&self, seen: &Vec<u64>, _client: usize, _op: u32, answer: u64) -> Option<Vec<u64>> {
//!         (!seen.contains(&answer)).then(|| [&seen[..], &[answer]].concat())
//!     }
//!
//!     fn ended(&self, _seen: &Vec<u64>, ended: &Ended) -> bool {
//!         *ended == Ended::Finished
//!     }
//! }
//!
//! # fn main() -> Result<(), taskdone_explore::Error> {
//! let options = Options::default();
//! let report = merged(&Increments, &Distinct, &options, &Limits::default(), &mut ())?;
//! let violation = report.violation.expect("the increments are not atomic");
//! let schedule = violation.execution.schedule.clone();
//! assert_eq!(schedule.to_string(), "0 1 1 0");
//! assert_eq!(replay(&Increments, &options, &schedule)?.events, violation.execution.events);
//! # Ok(())
//! # }
//! ```
//!
//! # What is explored
//!
//! - Every order of the accesses: acquiring a mutex, atomics, parking, [`cell::UnsafeCell`].
//!   Releasing a mutex is no step of its own: whoever wants it cannot tell when it was released.
//! - `notify_one` wakes any waiter. Timed waits time out at any moment. With a budget
//!   ([`Options::spurious`]), waits end, and weak exchanges fail, for no reason.
//! - An execution in which nobody can move has ended, and says who is blocked; so does one in which
//!   clients go round in circles without any way out ([`Blocker::Spin`]). A panic and a data race
//!   are ends, too. Whether an end is right is the judge's business.
//!
//! # What is not
//!
//! - Weak memory: every atomic access is sequentially consistent, whatever ordering it asks for. Use
//!   loom for that.
//! - Code that depends on anything else than its arguments and the explored state: real time,
//!   chance (the standard library's `HashMap` included), thread-locals, statics. Where two runs of
//!   one schedule differ, that is [`Error::Nondeterministic`]; where clients share what the setup
//!   did not make, that is [`Error::SharedOutside`].
//! - A loop that looks at nothing shared and never ends hangs the exploration.
//! - Effects on the outside: they are not undone when a state is put back. What a client finds out,
//!   it says as the outcome of an operation.

pub mod cell;
pub mod future;
pub mod hint;
mod judge;
mod linearizable;
mod machine;
mod memory;
mod program;
mod report;
mod search;
pub mod sync;
pub mod thread;

pub use judge::Judge;
pub use linearizable::{Linearizable, Sequential};
pub use memory::Allocator;
pub use program::{
    Blocked, Blocker, Choice, Ended, Event, Execution, Options, Program, Schedule, ScheduleError,
    choose, op,
};
pub use report::{Coverage, Error, Limit, Limits, Report, Violation};
pub use search::{Visitor, every, merged, reduced, replay, replay_to_the_end};
