//! What a run found: plain data ([`Run`]), and renderings of it for people and programs.

#![forbid(unsafe_code)]

pub mod counterexample;
pub mod json;
pub mod run;
pub mod terminal;

pub use run::{
    Blocked, Clause, Counterexample, Disturbances, Ending, Engine, LongRuns, Mutant, Row, Run,
    Standing, Status, Subject, Trial, Verdict, Waiver,
};
