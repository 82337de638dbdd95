//! Subjects: the queues under test, and how an operation is called on one.

use crate::engine::Engine;
use impls::{JoinTimeoutError, JoinableQueue, JoinableTasks, TryGetError, TryPutError};
use spec::{Constants, Discipline, Item, Op, Outcome, Profile, Shutdown, Wait};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// A queue under test, whatever its type and world.
pub type Queue = dyn JoinableQueue<Item>;

/// Makes a fresh queue.
pub type Make = Arc<dyn Fn(Constants) -> Arc<Queue> + Send + Sync>;

/// A queue whose operations are futures. One that does not wait is ready when it is first polled.
pub trait Tasks: Send + Sync {
    /// Calls an operation. Nothing happens before the future is polled.
    fn call(self: Arc<Self>, op: Op) -> Pin<Box<dyn Future<Output = Outcome> + Send>>;
}

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

/// A queue of this project, for tasks.
pub(crate) struct OwnTasks(pub(crate) Arc<dyn JoinableTasks<Item>>);

impl Tasks for OwnTasks {
    fn call(self: Arc<Self>, op: Op) -> Pin<Box<dyn Future<Output = Outcome> + Send>> {
        Box::pin(async move {
            let queue = &*self.0;
            match op {
                Op::Put(item, Wait::Forever) => {
                    put(queue.put_task(item).await.map_err(|_| Outcome::ShutDown))
                }
                Op::Get(Wait::Forever) => {
                    got(queue.get_task().await.map_err(|_| TryGetError::ShutDown))
                }
                Op::Join(Wait::Forever) => {
                    queue.join_task().await;
                    Outcome::Done
                }
                _ => call(queue, op),
            }
        })
    }
}

/// Calls an operation by the method that a user would call, and waits for its outcome.
pub fn call(queue: &Queue, op: Op) -> Outcome {
    match op {
        Op::Put(item, Wait::Forever) => put(queue.put(item).map_err(|_| Outcome::ShutDown)),
        Op::Put(item, Wait::Never) => put(queue.try_put(item).map_err(refused)),
        Op::Put(item, Wait::AtMost(t)) => put(queue.put_timeout(item, t).map_err(refused)),
        Op::Get(Wait::Forever) => got(queue.get().map_err(|_| TryGetError::ShutDown)),
        Op::Get(Wait::Never) => got(queue.try_get()),
        Op::Get(Wait::AtMost(timeout)) => got(queue.get_timeout(timeout)),
        Op::TaskDone => queue.task_done().map_or(Outcome::TooMany, |()| Outcome::Done),
        Op::Join(Wait::Forever) => {
            queue.join();
            Outcome::Done
        }
        Op::Join(Wait::Never) => joined(queue.try_join()),
        Op::Join(Wait::AtMost(timeout)) => joined(queue.join_timeout(timeout)),
        Op::Shutdown(mode) => {
            queue.shutdown(match mode {
                Shutdown::Graceful => impls::Shutdown::Graceful,
                Shutdown::Immediate => impls::Shutdown::Immediate,
            });
            Outcome::Done
        }
        Op::Len => Outcome::Count(queue.len()),
        Op::Unfinished => Outcome::Count(queue.unfinished()),
        Op::IsShutdown => Outcome::Is(queue.is_shutdown()),
    }
}

fn put(result: Result<(), Outcome>) -> Outcome {
    result.map_or_else(|refused| refused, |()| Outcome::Done)
}

fn refused(error: TryPutError<Item>) -> Outcome {
    match error {
        TryPutError::Full(_) => Outcome::Full,
        TryPutError::ShutDown(_) => Outcome::ShutDown,
    }
}

fn got(result: Result<Item, TryGetError>) -> Outcome {
    match result {
        Ok(item) => Outcome::Got(item),
        Err(TryGetError::Empty) => Outcome::Empty,
        Err(TryGetError::ShutDown) => Outcome::ShutDown,
    }
}

fn joined(result: Result<(), JoinTimeoutError>) -> Outcome {
    result.map_or(Outcome::TimedOut, |()| Outcome::Done)
}
