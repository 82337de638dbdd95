//! Tests of the models.

mod allowed;
mod enumerate;
mod pools;
mod ring;
mod walk;
