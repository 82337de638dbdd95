//! Tests of the specification.

mod clauses;
mod histories;
mod steps;
