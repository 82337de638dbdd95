//! Tests of the conformance suite.

mod analyze;
mod blame;
mod brute;
mod cases;
#[cfg(feature = "channels")]
mod channels;
mod cli;
mod engines;
mod evidence;
mod examples;
mod executor;
mod exhaustive;
mod explorer;
mod histories;
mod hostile;
mod litmus;
mod long;
mod mutants;
mod oracle;
mod outside;
mod process;
mod readme;
mod recorded;
mod setup;
mod suite;
mod text;
mod tidy;
mod traceability;
mod twins;
mod upstream;
mod waits;

/// What a queue allocates while it is explored is a part of the explored state.
#[global_allocator]
static ALLOCATOR: ::explore::Allocator = ::explore::Allocator;
