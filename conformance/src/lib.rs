//! The conformance suite: checks joinable queues against the specification.
//!
//! How one scenario flows: the [`model`] says which outcomes it may have; an [`engine`] runs a
//! [`subject`] through it and yields executions; the [`oracle`] says whether the specification allows
//! their histories, [`blame`] which clause one breaks, and [`evidence`] which clauses one put to the
//! test; a [`tally`] counts. [`check`] does that for all scenarios of a [`plan`], [`shrink`] makes
//! what was found small, [`job`] makes a report of it all. A history that was [`recorded`] elsewhere is
//! judged in the same way.

#![forbid(unsafe_code)]

pub mod adapter;
pub mod blame;
pub mod catalogue;
#[cfg(feature = "channels")]
pub mod channels;
pub mod check;
pub mod cli;
pub mod corpus;
pub mod declared;
pub mod engine;
pub mod evidence;
pub mod job;
pub mod long;
pub mod monitor;
pub mod mutants;
pub mod oracle;
pub mod plan;
pub mod process;
pub mod recorded;
pub mod replay;
pub mod report;
pub mod shrink;
pub mod stop;
pub mod subject;
pub mod suite;
pub mod tally;
pub mod text;
pub mod wire;
