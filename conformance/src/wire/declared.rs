//! What a queue in another process declares about itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use spec::profile::{NegativeTimeout, WaiterOrder, ZeroCapacity};
use spec::{CancelledPut, Discipline, Feature, MomentaryZero, Visibility};

/// A queue, and what it declares about itself.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// The order in which items leave.
    pub discipline: WireDiscipline,
    /// What it offers besides put and get.
    pub offers: Vec<WireFeature>,
    /// What a waiting join does about a zero that does not last.
    #[serde(default)]
    pub momentary_zero: WireZero,
    /// When others see an item that was put.
    #[serde(default)]
    pub visibility: WireVisibility,
    /// What a put has done that was cancelled.
    #[serde(default)]
    pub cancelled_put: WireCancelledPut,
    /// What a capacity of zero means to the constructor.
    #[serde(default)]
    pub zero_capacity: WireZeroCapacity,
    /// What a negative timeout means.
    #[serde(default)]
    pub negative_timeout: WireNegativeTimeout,
    /// Who is served first of those who wait.
    #[serde(default)]
    pub waiter_order: WireWaiterOrder,
    /// Whose calls can be cancelled.
    #[serde(default)]
    pub cancels: Cancels,
    /// Whether an actor can be killed.
    #[serde(default)]
    pub kills: bool,
    /// Whether a batch happens in one turn of an event loop, and turns can be counted.
    #[serde(default)]
    pub ticks: bool,
    /// How the adapter knows that nothing moves any more.
    pub settle: Settle,
}

/// Defines an enum of words for a type of the specification.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident for $spec:ty {
        $($(#[$about:meta])* $word:ident),* $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$about])* $word),* }

        impl From<$name> for $spec {
            fn from(word: $name) -> $spec {
                match word { $($name::$word => <$spec>::$word),* }
            }
        }
    };
}

words! {
    /// The order in which items leave.
    WireDiscipline for Discipline {
        /// First in, first out.
        #[default]
        Fifo,
        /// Last in, first out.
        Lifo,
        /// Lowest number first.
        Priority,
    }
}

words! {
    /// What a queue may offer.
    WireFeature for Feature {
        /// `done` and `join`.
        #[default]
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
    }
}

words! {
    /// What a waiting join does about a zero that does not last.
    WireZero for MomentaryZero {
        /// It may return or go on waiting.
        #[default]
        MayMiss,
        /// It returns.
        MustReturn,
    }
}

words! {
    /// When others see an item that was put.
    WireVisibility for Visibility {
        /// At once.
        #[default]
        Immediate,
        /// Later, and in order for each producer only.
        Eventual,
    }
}

words! {
    /// What a put has done that was cancelled.
    WireCancelledPut for CancelledPut {
        /// Nothing.
        #[default]
        NoEffect,
        /// It may have put its item, or not.
        MayHaveHappened,
    }
}

words! {
    /// What a capacity of zero means to the constructor.
    WireZeroCapacity for ZeroCapacity {
        /// It is an error.
        #[default]
        Refused,
        /// There is no bound.
        Unbounded,
        /// Put and get meet.
        Rendezvous,
    }
}

words! {
    /// What a negative timeout means.
    WireNegativeTimeout for NegativeTimeout {
        /// There is none.
        #[default]
        Impossible,
        /// An error.
        Refused,
        /// The same as zero.
        Zero,
    }
}

words! {
    /// Who is served first of those who wait.
    WireWaiterOrder for WaiterOrder {
        /// Anybody.
        #[default]
        Unspecified,
        /// Who has waited longest, unless somebody who has not waited comes first.
        FifoUnlessBarged,
    }
}

/// Whose calls can be cancelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cancels {
    /// Nobody's.
    #[default]
    None,
    /// Those of one client, which `open` has to name.
    One,
    /// Anybody's.
    All,
}

/// How an adapter knows that nothing moves any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Settle {
    /// It sees all that is ready to run: exact.
    #[default]
    Ticks,
    /// The kernel says that all actors are asleep: exact.
    Kernel,
    /// Nothing has returned for a while.
    Time,
}
