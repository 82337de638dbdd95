//! Subjects: the queues under test.

use crate::engine::Engine;
use spec::{Discipline, Profile};
use std::fmt;

pub use subjects::{
    Answer, Answering, Call, Callable, Ledger, Make, MakeTasks, Tasks, Tracked, Worlds,
};

/// A queue implementation.
#[derive(Clone)]
pub struct Subject {
    /// The name on the command line.
    pub name: String,
    /// What it is, or what is wrong with it.
    pub about: String,
    /// What it declares about itself.
    pub profile: &'static Profile,
    /// The order in which its items leave.
    pub discipline: Discipline,
    /// What the engines run.
    pub worlds: Worlds,
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Subject {
    /// Whether the queue is compiled for the world of an engine.
    pub fn runs_on(&self, engine: Engine) -> bool {
        let Worlds { std, loom, shuttle, explore, tasks, explore_tasks: _ } = &self.worlds;
        match engine {
            Engine::Explore => explore.is_some(),
            Engine::Loom => loom.is_some(),
            Engine::Shuttle => shuttle.is_some(),
            Engine::Threads => std.is_some(),
            Engine::Executor => tasks.is_some(),
        }
    }
}
