//! Subjects: the queues under test.

use crate::call::{Answer, Call};
use crate::engine::Engine;
use spec::{Constants, Discipline, Profile};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// A queue under test, whatever its type and world.
pub trait Callable: Send + Sync {
    /// Calls an operation, and waits for its answer.
    fn call(&self, call: Call) -> Answer;
}

/// An operation of a queue for tasks that is under way. Dropping it cancels it.
pub type Answering = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// A queue whose operations are futures. One that does not wait is ready when it is first polled.
pub trait Tasks: Send + Sync {
    /// Calls an operation. Nothing happens before the future is polled.
    fn call(self: Arc<Self>, call: Call) -> Answering;
}

/// Makes a fresh queue.
pub type Make = Arc<dyn Fn(Constants) -> Arc<dyn Callable> + Send + Sync>;

/// Makes a fresh queue for tasks.
pub type MakeTasks = Arc<dyn Fn(Constants) -> Arc<dyn Tasks> + Send + Sync>;

/// The same queue in each of the worlds that it is compiled for.
#[derive(Clone, Default)]
pub struct Worlds {
    /// On the standard library's primitives.
    pub std: Option<Make>,
    /// On loom's.
    pub loom: Option<Make>,
    /// On shuttle's.
    pub shuttle: Option<Make>,
    /// On the standard library's primitives, for tasks.
    pub tasks: Option<MakeTasks>,
}

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
        let Worlds { std, loom, shuttle, .. } = &self.worlds;
        match engine {
            Engine::Loom => loom.is_some(),
            Engine::Shuttle => shuttle.is_some(),
            Engine::Threads => std.is_some(),
        }
    }
}
