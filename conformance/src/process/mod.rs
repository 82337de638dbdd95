//! Queues in another process, in any language.
//!
//! An [`adapter`](Adapter) speaks the protocol of `spec/PROTOCOL.md`. It is *stepped*: a call is
//! handed to one of its actors, everything comes to rest, and what has returned by then has to be
//! what the model allows; what has not returned has to wait in the model. Besides, whole scenarios
//! are run at full speed inside the process, which writes down what happens for the oracle.
//!
//! Blind to schedules: it can only wait and see.

mod adapter;
pub mod check;
mod child;
mod choices;
mod drive;
mod fault;
pub mod job;
mod judge;
pub mod known;
mod memory;
pub mod plan;
pub mod python;
mod record;
mod report;
mod session;
mod shrink;
pub mod smoke;
mod subject;
mod tracker;

pub use adapter::Adapter;
pub use child::Limits;
pub use choices::{Choice, Choices, Way};
pub use drive::{Freedom, Job, Run, drive, drive_steps, in_words, may_wait, step_in_words};
pub use fault::{Fault, FaultKind};
pub use judge::{Judged, Judgement, judge, of_names};
pub use record::record;
pub use session::{Action, Answer, Call, Session};
pub use subject::Subject;
pub use tracker::{Happened, Rules, Tracker};
