//! The monitor: what comes up in it, what its broken twins do, and SPIN's word on it.

mod coverage;
mod promela;
mod spin;
mod state;
mod twins;
