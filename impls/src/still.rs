//! What worlds have in common in which time is no number: a timed wait there ends at any moment, or
//! never, and nothing is made faster.

use std::time::Duration;

/// Aligned as anything: more would only be more memory to tell apart.
#[derive(Debug)]
pub struct CacheLine;

/// A clock that stands still.
#[derive(Clone, Copy, Debug)]
pub struct Instant;

impl Instant {
    pub(super) fn now() -> Self {
        Instant
    }

    #[allow(clippy::unused_self)] // the shape of the standard library's
    pub(super) fn elapsed(self) -> Duration {
        Duration::ZERO
    }
}
