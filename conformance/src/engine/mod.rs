//! Engines: they run a queue through a scenario and record what the clients see.
//!
//! An engine knows no clause. Which interleavings each can and cannot reach is stated at the head
//! of its module.

mod asleep;
mod encoded;
mod executor;
mod explore;
mod fair;
mod loom;
mod quiet;
mod record;
mod release;
mod shuttle;
mod threads;

use crate::subject::{Subject, Worlds};
use ::explore::Schedule;
use quiet::loudly;
use spec::{Feature, History, Scenario};
use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use executor::Disturbances;
pub use quiet::quietly;
pub use record::message;

/// The engines by name. They are never merged: each is blind to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Engine {
    /// Every sequentially consistent schedule, by merging equal states.
    Explore,
    /// All interleavings and weak-memory behaviours up to a preemption bound.
    Loom,
    /// Sequentially consistent interleavings, exhaustively where few, at random otherwise.
    Shuttle,
    /// The real machine.
    Threads,
    /// Every order of polls, cancellations and spurious wake-ups of a queue for tasks, on one thread.
    Executor,
}

impl Engine {
    /// Every engine.
    pub const ALL: [Engine; 5] =
        [Engine::Explore, Engine::Loom, Engine::Shuttle, Engine::Threads, Engine::Executor];

    /// How many clients it can run.
    pub fn clients_max(self) -> usize {
        match self {
            Engine::Explore => explore::CLIENTS_MAX,
            Engine::Loom => loom::CLIENTS_MAX,
            Engine::Shuttle => shuttle::CLIENTS_MAX,
            Engine::Threads => threads::CLIENTS_MAX,
            Engine::Executor => executor::CLIENTS_MAX,
        }
    }

    /// What it cannot see.
    pub fn blind_to(self) -> &'static str {
        match self {
            Engine::Explore => "weak memory, more than one spurious wake-up of a client",
            Engine::Loom => {
                "timeouts, spurious wake-ups, notify_one waking another than the first waiter, try_lock \
                 meeting a held lock, more than 4 clients, scenarios in which somebody may wait for ever"
            }
            Engine::Shuttle => "weak memory, timeouts, spurious wake-ups",
            Engine::Threads => "anything rare",
            Engine::Executor => {
                "parallelism, timeouts, more disturbances than its bound (cancelled + forgotten + spurious polls)"
            }
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Engine::Explore => "explore",
            Engine::Loom => "loom",
            Engine::Shuttle => "shuttle",
            Engine::Threads => "threads",
            Engine::Executor => "executor",
        })
    }
}

/// What an engine is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// explore, every state.
    States {
        /// Whether clients are tasks, which may drop or forget whatever they wait for, and not
        /// threads.
        tasks: bool,
        /// How often each client may be woken for no reason.
        spurious: u8,
        /// How many states to tell apart at most.
        states_max: u64,
    },
    /// loom, every execution with at most `preemption_bound` preemptions.
    Loom {
        /// The bound.
        preemption_bound: usize,
    },
    /// shuttle, every schedule, depth first.
    Dfs,
    /// shuttle, choosing among the clients that can run at random.
    Random {
        /// The seed.
        seed: u64,
        /// How many schedules.
        executions: usize,
    },
    /// shuttle, probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010).
    Pct {
        /// The seed.
        seed: u64,
        /// How many ordering constraints a bug may have.
        depth: usize,
        /// How many schedules.
        executions: usize,
    },
    /// shuttle, uniform random walk (Zhao et al., ASPLOS 2025).
    Urw {
        /// The seed.
        seed: u64,
        /// How many schedules.
        executions: usize,
    },
    /// Real threads, with random pauses between the operations or led.
    Threads {
        /// The seed of the pauses.
        seed: u64,
        /// How many runs.
        executions: usize,
        /// Whether one operation is called after the other, each when everybody else has come back
        /// or fallen asleep.
        led: bool,
    },
    /// The executor.
    Executor(Sweep),
    /// One execution again. Real threads get [`REPEATS`] runs, because they do as they like.
    Repeat(Repeat),
}

/// How the executor goes through its executions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sweep {
    /// Every execution in which the futures are disturbed at most so often, depth first.
    Exhaustive(Disturbances),
    /// At random.
    Random {
        /// The limit of disturbances, in each execution.
        most: Disturbances,
        /// The seed.
        seed: u64,
        /// How many executions.
        executions: usize,
    },
}

impl Plan {
    /// Whether the clients are tasks on the exploring runtime.
    pub(crate) fn has_tasks(&self) -> bool {
        match self {
            Plan::States { tasks, .. } | Plan::Repeat(Repeat::Explore { tasks, .. }) => *tasks,
            _ => false,
        }
    }

    /// The engine that carries it out.
    pub fn engine(&self) -> Engine {
        match self {
            Plan::States { .. } => Engine::Explore,
            Plan::Loom { .. } => Engine::Loom,
            Plan::Dfs | Plan::Random { .. } | Plan::Pct { .. } | Plan::Urw { .. } => {
                Engine::Shuttle
            }
            Plan::Threads { .. } => Engine::Threads,
            Plan::Executor(_) => Engine::Executor,
            Plan::Repeat(repeat) => repeat.engine(),
        }
    }
}

/// How often real threads try to show an execution again.
pub const REPEATS: usize = 1_000;

/// How to get an execution again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// The steps, one by one.
    Explore {
        /// Whether clients are tasks.
        tasks: bool,
        /// How often each client could be woken for no reason.
        spurious: u8,
        /// Who moved, and which of its alternatives.
        schedule: Schedule,
    },
    /// loom enumerates in the same order every time.
    Loom {
        /// The preemption bound of the enumeration.
        preemption_bound: usize,
        /// The number of the execution in it, from 1.
        execution: u64,
    },
    /// One digit for each choice among several clients that could run.
    Shuttle {
        /// The positions of the chosen clients.
        schedule: String,
    },
    /// The executor: who was polled (`p`), polled with another waker (`m`), cancelled (`c`) or
    /// forgotten (`f`), one after the other.
    Executor {
        /// A digit for the client and a letter, for each.
        choices: String,
    },
    /// The machine does as it likes; running again may show it again.
    Threads {
        /// Whether the run was led.
        led: bool,
    },
}

impl Repeat {
    /// The engine that it is for.
    pub fn engine(&self) -> Engine {
        match self {
            Repeat::Explore { .. } => Engine::Explore,
            Repeat::Loom { .. } => Engine::Loom,
            Repeat::Shuttle { .. } => Engine::Shuttle,
            Repeat::Threads { .. } => Engine::Threads,
            Repeat::Executor { .. } => Engine::Executor,
        }
    }
}

/// One run of a scenario.
#[derive(Clone, Debug)]
pub struct Execution {
    /// What the clients saw.
    pub history: History,
    /// How to get it again.
    pub repeat: Repeat,
    /// Whether it was seen what became of the items.
    pub followed: bool,
}

/// Looks at executions one by one.
pub trait Visitor: Send + 'static {
    /// Breaks to end the exploration.
    fn visit(&mut self, execution: Execution) -> ControlFlow<()>;

    /// Whether to end the exploration now. Asked by an engine that visits few of the executions that
    /// it decides.
    fn is_over(&self) -> bool {
        false
    }

    /// How an engine came on that merges states.
    fn summary(&mut self, _summary: Summary) {}
}

/// What a search that merges states has come by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// States.
    pub states: u64,
    /// Steps from one to the next.
    pub transitions: u64,
    /// Whether it came to its limit.
    pub limited: bool,
    /// Why the queue cannot be explored, if so.
    pub failed: Option<String>,
}

/// What an exploration has covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything that the engine can tell apart.
    Exhaustive,
    /// Everything with at most this many preemptions (loom) or disturbances (executor).
    Bounded(usize),
    /// As many random schedules as asked for.
    Sampled,
    /// The visitor ended it.
    Stopped,
}

/// Runs a subject through a scenario as planned, and gives the visitor back.
///
/// # Panics
///
/// If the subject is not compiled for the world of the plan's engine ([`Subject::runs_on`]).
pub fn explore<V: Visitor>(
    subject: &Subject,
    scenario: &Scenario,
    plan: &Plan,
    visitor: V,
) -> (Extent, V) {
    let shared = Shared(Arc::new(Mutex::new(Some(visitor))));
    let Worlds { std, loom, shuttle, explore, tasks, explore_tasks } = &subject.worlds;
    let extent = match plan.engine() {
        Engine::Explore => {
            let make = if plan.has_tasks() {
                let forget = subject.profile.offers(Feature::Forget);
                explore::Maker::Tasks { make: made(explore_tasks.as_ref()), forget }
            } else {
                explore::Maker::Threads(made(explore.as_ref()))
            };
            explore::explore(make, scenario, subject.profile.choices(), plan, &shared)
        }
        Engine::Loom => loom::explore(made(loom.as_ref()), scenario, plan, &shared),
        Engine::Shuttle => shuttle::explore(made(shuttle.as_ref()), scenario, plan, &shared),
        Engine::Threads => threads::explore(made(std.as_ref()), scenario, plan, &shared),
        Engine::Executor => executor::explore(made(tasks.as_ref()), scenario, plan, &shared),
    };
    let visitor = shared.lock().take().expect("it is taken once");
    (extent, visitor)
}

/// What an engine makes queues with.
fn made<M>(make: Option<&M>) -> &M {
    make.expect("a subject is explored in the worlds that it is compiled for")
}

/// A visitor within reach of the executions. Some that were abandoned may never let go of it.
struct Shared<V>(Arc<Mutex<Option<V>>>);

impl<V> Clone for Shared<V> {
    fn clone(&self) -> Self {
        Shared(Arc::clone(&self.0))
    }
}

impl<V> Shared<V> {
    fn lock(&self) -> MutexGuard<'_, Option<V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: Visitor> Shared<V> {
    fn visit(&self, execution: Execution) -> ControlFlow<()> {
        // The panics of a visitor are the suite's own.
        let visit = |visitor: &mut V| loudly(|| visitor.visit(execution));
        self.lock().as_mut().map_or(ControlFlow::Break(()), visit)
    }

    fn is_over(&self) -> bool {
        self.lock().as_ref().is_none_or(V::is_over)
    }

    fn summary(&self, summary: Summary) {
        if let Some(visitor) = self.lock().as_mut() {
            visitor.summary(summary);
        }
    }
}
