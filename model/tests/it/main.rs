//! Tests of the models.

mod allowed;
mod asyncio;
mod enumerate;
mod eventual;
mod monitor;
mod multiprocessing;
mod pools;
mod refinement;
mod ring;
mod runs;
mod twins;
mod verified;
mod walk;
