//! The clock of worlds in which time is no number: a timed wait there ends at any moment, or never.

use std::time::Duration;

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
