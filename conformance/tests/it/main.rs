//! Tests of the conformance suite.

mod analyze;
mod blame;
mod brute;
mod cases;
mod cli;
mod engines;
mod evidence;
mod examples;
mod exhaustive;
mod explorer;
mod histories;
mod hostile;
mod litmus;
mod mutants;
mod oracle;
mod process;
mod readme;
mod recorded;
mod setup;
mod text;
mod tidy;
mod traceability;
mod twins;
mod upstream;
mod waits;
