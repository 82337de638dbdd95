//! Profiles: what a queue offers, and what it chooses where the specification leaves a choice.

use crate::{Op, Shutdown, Wait};
use std::fmt;

/// Something that a queue may or may not offer. Every queue puts and gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Feature {
    /// `task_done` and `join`.
    Tasks,
    /// `shutdown graceful`.
    Graceful,
    /// `shutdown immediate`.
    Immediate,
    /// `try_put` and `try_get`.
    Try,
    /// `put_timeout` and `get_timeout`.
    Timed,
    /// `try_join` and `join_timeout`.
    JoinTimed,
    /// `len`.
    Len,
    /// `unfinished`.
    Unfinished,
    /// `is_shutdown`.
    IsShutdown,
}

impl Feature {
    /// What a queue has to offer for `op` to be called; `None` for put and get without limit.
    pub fn needed_by(op: Op) -> Option<Feature> {
        match op {
            Op::Put(_, Wait::Forever) | Op::Get(Wait::Forever) => None,
            Op::Put(_, Wait::Never) | Op::Get(Wait::Never) => Some(Feature::Try),
            Op::Put(_, Wait::AtMost(_)) | Op::Get(Wait::AtMost(_)) => Some(Feature::Timed),
            Op::TaskDone | Op::Join(Wait::Forever) => Some(Feature::Tasks),
            Op::Join(_) => Some(Feature::JoinTimed),
            Op::Shutdown(Shutdown::Graceful) => Some(Feature::Graceful),
            Op::Shutdown(Shutdown::Immediate) => Some(Feature::Immediate),
            Op::Len => Some(Feature::Len),
            Op::Unfinished => Some(Feature::Unfinished),
            Op::IsShutdown => Some(Feature::IsShutdown),
        }
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Feature::Tasks => "task_done and join",
            Feature::Graceful => "a graceful shutdown",
            Feature::Immediate => "an immediate shutdown",
            Feature::Try => "try_put and try_get",
            Feature::Timed => "put and get with a timeout",
            Feature::JoinTimed => "join with a timeout",
            Feature::Len => "len",
            Feature::Unfinished => "unfinished",
            Feature::IsShutdown => "is_shutdown",
        })
    }
}

/// What happens to a waiting join when the count touches zero and rises again before the waiting
/// thread has run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MomentaryZero {
    /// It may return or go on waiting (`queue.Queue` tests the count again).
    MayMiss,
    /// It returns (`asyncio.Queue` waits for an event).
    MustReturn,
}

/// What a queue declares about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The name on the command line.
    pub name: &'static str,
    /// What it offers besides put and get.
    pub offers: &'static [Feature],
    /// What its join does about a momentary zero.
    pub momentary_zero: MomentaryZero,
}

impl Profile {
    /// Whether the queue offers `feature`.
    pub fn offers(&self, feature: Feature) -> bool {
        self.offers.contains(&feature)
    }

    /// Whether `op` can be called on the queue.
    pub fn has(&self, op: Op) -> bool {
        Feature::needed_by(op).is_none_or(|feature| self.offers(feature))
    }
}

/// Everything, as the queues of this project declare it.
pub const FULL: Profile = Profile {
    name: "full",
    offers: &[
        Feature::Tasks,
        Feature::Graceful,
        Feature::Immediate,
        Feature::Try,
        Feature::Timed,
        Feature::JoinTimed,
        Feature::Len,
        Feature::Unfinished,
        Feature::IsShutdown,
    ],
    momentary_zero: MomentaryZero::MayMiss,
};

/// CPython 3.13 `queue.Queue`.
pub const PYTHON_QUEUE: Profile = Profile {
    name: "python.queue",
    offers: &[
        Feature::Tasks,
        Feature::Graceful,
        Feature::Immediate,
        Feature::Try,
        Feature::Timed,
        Feature::Len,
        Feature::Unfinished,
        Feature::IsShutdown,
    ],
    momentary_zero: MomentaryZero::MayMiss,
};

/// CPython 3.13 `asyncio.Queue`.
pub const PYTHON_ASYNCIO: Profile = Profile {
    name: "python.asyncio",
    offers: &[Feature::Tasks, Feature::Graceful, Feature::Immediate, Feature::Try, Feature::Len],
    momentary_zero: MomentaryZero::MustReturn,
};

/// A channel: put, get, and closing it.
pub const CHANNEL: Profile = Profile {
    name: "channel",
    offers: &[Feature::Graceful, Feature::Try, Feature::Timed, Feature::Len, Feature::IsShutdown],
    momentary_zero: MomentaryZero::MayMiss,
};

/// The named profiles.
pub const PROFILES: &[Profile] = &[FULL, PYTHON_QUEUE, PYTHON_ASYNCIO, CHANNEL];
