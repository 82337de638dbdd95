//! What [`std::thread`] has, for clients: a client is a thread.

use crate::machine::{core, park};
use std::time::Duration;

/// A client, as somebody to unpark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Thread {
    client: usize,
}

impl Thread {
    /// Hands out the client's token: its park, the present or the next one, returns.
    pub fn unpark(&self) {
        park::unpark(self.client, &|| true);
    }

    /// The number of the client.
    pub fn client(&self) -> usize {
        self.client
    }
}

/// The running client.
///
/// # Panics
///
/// If no client is running: during the setup, the finish, or outside an exploration.
pub fn current() -> Thread {
    Thread { client: core::current().expect("only a client is a thread here") }
}

/// The client of that number.
pub fn of_client(client: usize) -> Thread {
    Thread { client }
}

/// Waits for the token, and takes it. If the options say so, it may return for no reason.
pub fn park() {
    park::park(false);
}

/// The same, but it may time out at any moment, if the options say so.
pub fn park_timeout(_timeout: Duration) {
    park::park(true);
}

/// Lets others run. That is always possible before any access, so it is no step.
pub fn yield_now() {}
