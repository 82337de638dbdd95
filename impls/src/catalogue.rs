//! What every world offers under the same names: [`queues::all`](crate::on_std::queues::all).

use crate::{JoinableQueue, JoinableTasks};
use std::sync::Arc;

/// The order in which items leave, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discipline {
    /// First in, first out.
    Fifo,
    /// Last in, first out.
    Lifo,
    /// The least first.
    Priority,
}

/// Makes an empty queue; a capacity of `None` is unbounded.
pub type Make<Q> = fn(Option<usize>) -> Arc<Q>;

/// A queue implementation in one world.
#[derive(Clone, Copy, Debug)]
pub struct Entry<T> {
    /// Its name, the same in every world.
    pub name: &'static str,
    /// The order in which its items leave.
    pub discipline: Discipline,
    /// Makes one.
    pub make: Make<dyn JoinableQueue<T>>,
    /// The same where its waits are futures as well.
    pub tasks: Option<Make<dyn JoinableTasks<T>>>,
    /// What is wrong with it; `None` for a queue that is meant to be used.
    pub broken: Option<&'static Broken>,
}

/// A defect, as the header of its patch declares it.
#[derive(Clone, Copy, Debug)]
pub struct Broken {
    /// What is wrong.
    pub defect: &'static str,
    /// The clause of the specification that it breaks.
    pub breaks: &'static str,
    /// Another one that it breaks, and that engines may find first which see more.
    pub also_breaks: Option<&'static str>,
    /// What an engine makes of it, by the name of the engine; others are not given it.
    pub fates: &'static [(&'static str, Fate)],
    /// The change to the queue that it was made from.
    pub patch: &'static str,
}

/// Whether an engine finds a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Always.
    Caught,
    /// Never: the engine is blind to it. For real threads: on x86-64.
    Survives,
    /// Depends on luck.
    Chance,
}
