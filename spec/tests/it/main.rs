//! Tests of the specification.

mod clauses;
mod document;
mod histories;
mod steps;
