//! Tests of the conformance suite.

mod blame;
mod cli;
mod engines;
mod exhaustive;
mod histories;
mod litmus;
mod mutants;
mod oracle;
mod text;
mod tidy;
mod waits;
