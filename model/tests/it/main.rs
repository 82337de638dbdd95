//! Tests of the models.

mod allowed;
mod enumerate;
mod monitor;
mod pools;
mod walk;
