//! Tests of the conformance suite.

mod blame;
mod cases;
mod cli;
mod engines;
mod evidence;
mod examples;
mod exhaustive;
mod explorer;
mod histories;
mod litmus;
mod mutants;
mod oracle;
mod setup;
mod text;
mod tidy;
<<<<<<< HEAD
mod traceability;
=======
mod upstream;
>>>>>>> cd2a2701b14b5bfb39cf4ab6b1b7bfa1e124f6dc
mod waits;
