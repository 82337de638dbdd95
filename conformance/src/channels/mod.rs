//! Channels of other crates as subjects: put, get and, where there is one, closing.
//!
//! What the executor finds in them is pinned in `tests/it/channels.rs`, and the README has the table.

mod blocking;
mod joinable;
mod tasks;

pub use joinable::Joinable;

use crate::adapter::prelude::*;
use crate::subject::Subject;
use blocking::{Crossbeam, Flume, Kanal, Std};
use tasks::{AsyncChannel, FlumeTasks, KanalTasks, Tokio};

/// The capacity of a channel without a bound that is made with one: no scenario puts as much.
const MANY: usize = 1_000;

/// What a channel can be asked besides put and get.
const WITHOUT_CLOSE: Profile =
    Profile { offers: &[Feature::Try, Feature::Timed, Feature::Len], ..profile::CHANNEL };

/// The channels.
pub fn channels() -> Vec<Subject> {
    vec![
        Subject::of::<Std>("channel/std", "std::sync::mpsc::sync_channel, its receiver in a mutex"),
        Subject::of::<Crossbeam>("channel/crossbeam", "crossbeam-channel"),
        Subject::of::<Flume>("channel/flume", "flume, for threads"),
        Subject::of::<Kanal>("channel/kanal", "kanal, for threads"),
        Subject::of_tasks::<AsyncChannel>("channel/async-channel", "async-channel"),
        Subject::of_tasks::<FlumeTasks>("channel/flume-tasks", "flume, for tasks"),
        Subject::of_tasks::<KanalTasks>("channel/kanal-tasks", "kanal, for tasks"),
        Subject::of_tasks::<Tokio>("channel/tokio", "tokio::sync::mpsc, its receiver in a mutex"),
        Subject::of::<Joinable<Crossbeam>>(
            "channel/joinable-crossbeam",
            "crossbeam-channel with task_done, join and shutdown around it",
        ),
        Subject::of::<Joinable<Flume>>(
            "channel/joinable-flume",
            "flume with task_done, join and shutdown around it",
        ),
    ]
}
