//! A queue under test, in each world that it is compiled for.

use crate::call::{Answer, Call};
use spec::Constants;
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
    /// On those of the exploring runtime.
    pub explore: Option<Make>,
    /// On the standard library's primitives, for tasks.
    pub tasks: Option<MakeTasks>,
    /// On those of the exploring runtime, for tasks.
    pub explore_tasks: Option<MakeTasks>,
}
