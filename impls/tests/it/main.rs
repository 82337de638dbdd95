//! Tests of the queues on the standard library's primitives: the shape of the interface. What they
//! do when several threads meet is the business of the conformance suite.

mod asynchronous;
mod atomic;
#[cfg(feature = "loom")]
mod atomic_loom;
#[cfg(feature = "shuttle")]
mod atomic_shuttle;
mod atomic_stress;
mod errors;
mod items;
mod order;
mod tasks;
mod timeouts;
