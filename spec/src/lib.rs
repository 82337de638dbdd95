//! The specification of the *joinable queue*: `put`, `get`, `task_done`, `join`, `shutdown`.
//!
//! Plain data and a pure step relation, without dependencies. Everything else in the workspace
//! speaks in these words:
//!
//! - **operation** ([`Op`]): what a client calls; **outcome** ([`Outcome`]): what comes back.
//! - **unfinished**: tasks that were put and not yet reported with `task_done`.
//! - **in flight**: got and not yet reported.
//! - **enabled**: an operation is enabled in a state where some outcome is allowed; otherwise it
//!   *waits*. Blocking is nothing else.
//! - **history** ([`History`]): calls and returns of all clients in one order of events.
//!   `A` *precedes* `B` iff `A` returned before `B` was called, in real time.
//! - **pending**: called and not returned. **Quiescent**: nobody can move.
//! - **linearization**: an order of instants, one inside each call, in which the outcomes are
//!   allowed by the sequential specification ([`queue`]).
//! - **clause** ([`Clause`]): a numbered rule. **Profile** ([`Profile`]): what a queue offers.
//! - **scenario** ([`Scenario`]): what each client calls.

#![forbid(unsafe_code)]

pub mod clause;
pub mod document;
pub mod history;
pub mod op;
pub mod patterns;
pub mod profile;
pub mod queue;
pub mod scenario;
pub mod sources;
pub mod table;

pub use clause::{Check, Clause, Example, Level, WhyNot};
pub use history::{Ending, Event, EventKind, History, Malformed, Operation};
pub use op::{Item, Op, Outcome, Shutdown, Wait};
pub use patterns::{PATTERNS, Pattern};
pub use profile::{CancelledPut, Choices, Feature, MomentaryZero, PROFILES, Profile, Visibility};
pub use queue::{Constants, Discipline, Phase, State};
pub use scenario::{Client, Scenario};
pub use sources::{SOURCES, Source};
pub use table::{CLAUSES, ClauseId};
