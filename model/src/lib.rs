//! Executable models of the joinable queue.
//!
//! [`Clients`] is a stateright model of *clients × sequential specification*. It proves the
//! specification's invariants, says which outcomes of a scenario are allowed ([`allowed()`]), and
//! generates valid histories ([`walk()`]). [`scenarios()`] lists every scenario up to a bound.

#![forbid(unsafe_code)]

pub mod algorithms;
pub mod allowed;
pub mod bare;
pub mod clients;
pub mod enumerate;
pub mod eventual;
pub mod pools;
pub mod refinement;
pub mod runs;
pub mod sample;
pub mod walk;

pub use allowed::{Allowed, Final, allowed};
pub use clients::{Action, Client, Clients, Stage, World};
pub use enumerate::{Bounds, scenarios};
pub use pools::{Pool, pools};
pub use runs::{Effect, shortest_runs};
pub use sample::{Shape, sample};
pub use walk::walk;
