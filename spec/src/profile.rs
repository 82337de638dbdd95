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
    /// A waiting call can be cancelled.
    Cancel,
    /// A waiting call that is never polled again keeps nothing from the others, as if it had been
    /// cancelled.
    Forget,
    /// Whoever asks after a put has returned finds the item.
    ImmediatePut,
    /// An item may be on its way when its put has returned.
    EventualPut,
    /// The order holds across producers.
    GlobalOrder,
    /// The order holds for the items of one producer only.
    ProducerOrder,
    /// A waiting join meets every zero of the count.
    StickyJoin,
    /// A waiting join may miss a zero that does not last.
    MissingJoin,
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
            Feature::Cancel => "cancellation of a call that waits",
            Feature::Forget => "progress beside a call that waits and was forgotten",
            Feature::ImmediatePut => "puts that are visible when they return",
            Feature::EventualPut => "puts that become visible later",
            Feature::GlobalOrder => "an order across producers",
            Feature::ProducerOrder => "an order within each producer only",
            Feature::StickyJoin => "a join that meets every zero",
            Feature::MissingJoin => "a join that may miss a zero",
        })
    }
}

/// What happens to a waiting join when the count touches zero and rises again before the waiting
/// thread has run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MomentaryZero {
    /// It may return or go on waiting (`queue.Queue` tests the count again).
    #[default]
    MayMiss,
    /// It returns (`asyncio.Queue` waits for an event).
    MustReturn,
}

/// What a put has done that was cancelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CancelledPut {
    /// Nothing.
    #[default]
    NoEffect,
    /// It may have put its item while it was under way, or not.
    MayHaveHappened,
}

/// When the item of a put that has returned is there for others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Visibility {
    /// At once.
    #[default]
    Immediate,
    /// Later, and in order for each producer only (`multiprocessing`: a buffer, a feeder, a pipe).
    Eventual,
}

/// What a capacity of zero or less means to the constructor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ZeroCapacity {
    /// No bound.
    Unbounded,
    /// An error.
    Refused,
    /// No place at all: put and get meet.
    Rendezvous,
}

/// What a negative timeout means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NegativeTimeout {
    /// An error wherever the call might have to wait, also if it need not: not in a put without a
    /// bound.
    Refused,
    /// The same as zero.
    Zero,
    /// There is none: the type has no negative values, or no call has a timeout.
    Impossible,
}

/// In which order operations that wait for the same thing are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WaiterOrder {
    /// Any.
    Unspecified,
    /// The one that has waited longest, unless somebody who has not waited comes first.
    FifoUnlessBarged,
}

/// Writes a choice for people.
macro_rules! in_words {
    ($type:ident { $($variant:ident => $words:literal),* $(,)? }) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $($type::$variant => $words),* })
            }
        }
    };
}

in_words!(MomentaryZero { MayMiss => "join may miss it", MustReturn => "join returns" });
in_words!(CancelledPut { NoEffect => "has put nothing", MayHaveHappened => "may have put" });
in_words!(Visibility { Immediate => "at once", Eventual => "later" });
in_words!(ZeroCapacity { Unbounded => "no bound", Refused => "an error", Rendezvous => "rendezvous" });
in_words!(NegativeTimeout { Refused => "an error", Zero => "zero", Impossible => "impossible" });
in_words!(WaiterOrder { Unspecified => "in any order", FifoUnlessBarged => "in turn, unless barged" });

/// What a history of a queue is judged by, besides its constants: the choices of its profile that
/// clients can see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Choices {
    /// What a join does about a momentary zero.
    pub momentary_zero: MomentaryZero,
    /// What a put has done that was cancelled.
    pub cancelled_put: CancelledPut,
    /// When others see an item that was put.
    pub visibility: Visibility,
}

/// This about a momentary zero, and the default of the rest.
impl From<MomentaryZero> for Choices {
    fn from(momentary_zero: MomentaryZero) -> Choices {
        Choices { momentary_zero, ..Choices::default() }
    }
}

/// What a queue declares about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The name of the profile.
    pub name: &'static str,
    /// Whose queue it describes.
    pub about: &'static str,
    /// What it offers besides put and get.
    pub offers: &'static [Feature],
    /// What its join does about a momentary zero.
    pub momentary_zero: MomentaryZero,
    /// When others see an item that was put. Order is across producers if they see it at once.
    pub visibility: Visibility,
    /// What a cancelled put has done.
    pub cancelled_put: CancelledPut,
    /// What a capacity of zero means.
    pub zero_capacity: ZeroCapacity,
    /// What a negative timeout means.
    pub negative_timeout: NegativeTimeout,
    /// Who is served first of those who wait.
    pub waiter_order: WaiterOrder,
}

impl Profile {
    /// Whether the queue offers `feature`.
    pub fn offers(&self, feature: Feature) -> bool {
        match feature {
            Feature::ImmediatePut | Feature::GlobalOrder => {
                self.visibility == Visibility::Immediate
            }
            Feature::EventualPut | Feature::ProducerOrder => {
                self.visibility == Visibility::Eventual
            }
            Feature::StickyJoin => self.momentary_zero == MomentaryZero::MustReturn,
            Feature::MissingJoin => self.momentary_zero == MomentaryZero::MayMiss,
            _ => self.offers.contains(&feature),
        }
    }

    /// Whether `op` can be called on the queue.
    pub fn has(&self, op: Op) -> bool {
        Feature::needed_by(op).is_none_or(|feature| self.offers(feature))
    }

    /// What it chooses, as far as clients can see it.
    pub fn choices(&self) -> Choices {
        let Profile { momentary_zero, cancelled_put, visibility, .. } = *self;
        Choices { momentary_zero, cancelled_put, visibility }
    }

    /// The profile of that name.
    pub fn named(name: &str) -> Option<&'static Profile> {
        PROFILES.iter().find(|profile| profile.name == name)
    }
}

const EVERYTHING: &[Feature] = &[
    Feature::Tasks,
    Feature::Graceful,
    Feature::Immediate,
    Feature::Try,
    Feature::Timed,
    Feature::JoinTimed,
    Feature::Len,
    Feature::Unfinished,
    Feature::IsShutdown,
];

/// Everything that threads can use, as the queues of this project declare it.
pub const FULL: Profile = Profile {
    name: "full",
    about: "every operation; a join may miss a momentary zero",
    offers: EVERYTHING,
    momentary_zero: MomentaryZero::MayMiss,
    visibility: Visibility::Immediate,
    cancelled_put: CancelledPut::NoEffect,
    zero_capacity: ZeroCapacity::Refused,
    negative_timeout: NegativeTimeout::Impossible,
    waiter_order: WaiterOrder::Unspecified,
};

/// The same for tasks, whose waits can be cancelled.
pub const TASKS: Profile = Profile {
    name: "tasks",
    about: "every operation, and a wait can be cancelled; a join may miss a momentary zero",
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
        Feature::Cancel,
        Feature::Forget,
    ],
    ..FULL
};

/// The same as the full one, and a join meets every zero.
pub const STRICT: Profile = Profile {
    name: "strict",
    about: "every operation; a join meets every zero",
    momentary_zero: MomentaryZero::MustReturn,
    ..FULL
};

/// CPython 3.13 `queue.Queue`.
pub const PYTHON_QUEUE: Profile = Profile {
    name: "python.queue",
    about: "CPython 3.13, queue.Queue",
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
    zero_capacity: ZeroCapacity::Unbounded,
    negative_timeout: NegativeTimeout::Refused,
    waiter_order: WaiterOrder::FifoUnlessBarged,
    ..FULL
};

/// CPython `queue.Queue` before 3.13.
pub const PYTHON_QUEUE_PRE_3_13: Profile = Profile {
    name: "python.queue-pre-3.13",
    about: "CPython before 3.13, queue.Queue: no shutdown",
    offers: &[Feature::Tasks, Feature::Try, Feature::Timed, Feature::Len, Feature::Unfinished],
    ..PYTHON_QUEUE
};

/// CPython 3.13 `asyncio.Queue`.
pub const PYTHON_ASYNCIO: Profile = Profile {
    name: "python.asyncio",
    about: "CPython 3.13, asyncio.Queue",
    offers: &[
        Feature::Tasks,
        Feature::Graceful,
        Feature::Immediate,
        Feature::Try,
        Feature::Len,
        Feature::Cancel,
    ],
    momentary_zero: MomentaryZero::MustReturn,
    zero_capacity: ZeroCapacity::Unbounded,
    waiter_order: WaiterOrder::FifoUnlessBarged,
    ..FULL
};

/// CPython `multiprocessing.JoinableQueue`.
pub const PYTHON_MULTIPROCESSING: Profile = Profile {
    name: "python.multiprocessing",
    about: "CPython, multiprocessing.JoinableQueue: no shutdown, items take their time, and no bound means the system's largest semaphore",
    offers: &[Feature::Tasks, Feature::Try, Feature::Timed],
    momentary_zero: MomentaryZero::MustReturn,
    visibility: Visibility::Eventual,
    cancelled_put: CancelledPut::MayHaveHappened,
    zero_capacity: ZeroCapacity::Unbounded,
    negative_timeout: NegativeTimeout::Zero,
    ..FULL
};

/// A channel: put, get, and closing it.
pub const CHANNEL: Profile = Profile {
    name: "channel",
    about: "a channel: put, get, and closing it",
    offers: &[Feature::Graceful, Feature::Try, Feature::Timed, Feature::Len, Feature::IsShutdown],
    zero_capacity: ZeroCapacity::Rendezvous,
    ..FULL
};

/// The named profiles.
pub const PROFILES: &[Profile] = &[
    FULL,
    TASKS,
    STRICT,
    PYTHON_QUEUE,
    PYTHON_QUEUE_PRE_3_13,
    PYTHON_ASYNCIO,
    PYTHON_MULTIPROCESSING,
    CHANNEL,
];
