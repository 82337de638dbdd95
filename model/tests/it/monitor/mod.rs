//! The monitor: what is verified, what its broken twins do, and SPIN's word on it.

mod promela;
mod spin;
mod state;
mod twins;
mod verified;
