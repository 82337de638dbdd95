//! Tests of the models.

mod allowed;
mod asyncio;
mod designs;
mod enumerate;
mod pools;
mod walk;
