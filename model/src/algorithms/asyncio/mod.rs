//! `asyncio.Queue` of `CPython` 3.13: tasks on one event loop that wait for futures.
//!
//! A task runs to its next await and nobody comes in between, so there is no lock. Who has to wait
//! leaves a future in a line. Who makes room for it completes the oldest future that nobody has
//! completed or cancelled; its task runs later, and tests again whether it can go on. A join waits
//! for an event, which is set while the count is zero, and does not test again.
//!
//! The event loop runs tasks in the order in which they became ready. Here any ready task may be
//! next, and every operation is a turn of its own: a task may await something else between two of
//! them, and loops may have another order. The runs of `CPython`'s loop are among these.
//!
//! A task is cancelled by somebody else, while it waits or after its future was completed. It
//! learns of it when it runs, and ends. Limits on waiting are `wait_for`, which cancels too; a call
//! of the queue itself waits without a limit or gives up at once. A join that is cancelled after
//! its release has taken effect all the same: nobody can tell, as it changes nothing.

mod defect;
mod reaches;
mod turn;
mod verified;

use super::line::Line;
use super::{Algorithm, Step};
use crate::refinement::{Checked, Place};
use spec::{Constants, Item, Op, Phase, Scenario};
use stateright::Property;
use turn::Turn;

pub use defect::Defect;

/// The most tasks that a state has room for.
pub const TASKS_MAX: usize = 8;

/// The most items that a state has room for.
pub const ITEMS_MAX: usize = 8;

/// CONSTANTS
#[derive(Clone, Debug)]
pub struct Asyncio {
    /// The tasks and what they call. The queue is first in, first out. A task that is refused or
    /// cancelled ends.
    pub scenario: Scenario,
    /// How many cancellations there are at most. A state is judged for progress when all have been
    /// used, so each number from 0 on has to be checked.
    pub cancellations: usize,
    /// What is wrong with it.
    pub defect: Option<Defect>,
}

/// VARIABLES
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The container.
    items: Line<Item, ITEMS_MAX>,
    /// Items put and not yet reported as done.
    unfinished: usize,
    /// The event that joins wait for.
    finished: bool,
    /// Whether there was a shutdown.
    shut: bool,
    /// The tasks whose futures gets have left, the oldest first.
    getters: Line<usize, TASKS_MAX>,
    /// The tasks whose futures puts have left, the oldest first.
    putters: Line<usize, TASKS_MAX>,
    /// The tasks, by client.
    tasks: [Task; TASKS_MAX],
    /// Cancellations that have not been used.
    cancellations: usize,
}

/// A task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Task {
    /// The position of its operation in the scenario.
    at: usize,
    /// Where it is with it.
    stage: Stage,
}

/// Where a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stage {
    /// Between two operations.
    Ready,
    /// It awaits its future.
    Asleep,
    /// Its future was completed.
    Woken,
    /// Its future was cancelled, and may still be in line.
    CancelledAsleep,
    /// It was cancelled after its future was completed.
    CancelledWoken,
    /// It was refused or cancelled.
    Ended,
}

impl Asyncio {
    /// The operation that a task is in, or calls next.
    fn op(&self, s: &State, task: usize) -> Option<Op> {
        let Task { at, stage } = s.tasks[task];
        let ops = &self.scenario.clients.get(task)?.ops;
        ops.get(at).copied().filter(|_| stage != Stage::Ended)
    }

    fn full(&self, s: &State) -> bool {
        self.scenario.constants.capacity.is_some_and(|capacity| s.items.len() >= capacity)
    }

    /// The tasks in an operation at a stage.
    fn tasks<'a>(
        &'a self,
        s: &'a State,
        what: fn(Op) -> bool,
        stages: &'a [Stage],
    ) -> impl Iterator<Item = usize> + 'a {
        let clients = 0..self.clients();
        let at_stage = clients.filter(|task| stages.contains(&s.tasks[*task].stage));
        at_stage.filter(move |task| self.op(s, *task).is_some_and(what))
    }

    /// Somebody else cancels a task that waits.
    fn cancel(&self, s: &State, task: usize) -> Option<Step<State>> {
        let stage = match s.tasks[task].stage {
            Stage::Asleep => Stage::CancelledAsleep,
            Stage::Woken => Stage::CancelledWoken,
            _ => return None,
        };
        let mut next = s.clone();
        next.cancellations = s.cancellations.checked_sub(1)?;
        next.tasks[task].stage = stage;
        let joins: Vec<usize> = self.tasks(s, is_join, &[Stage::Asleep]).collect();
        if self.defect == Some(Defect::JoinsShareFuture) && joins.contains(&task) {
            for join in joins {
                next.tasks[join].stage = stage;
            }
        }
        let label = "is cancelled";
        Some(Step { thread: task, label, effects: Vec::new(), returns: false, next })
    }
}

impl Algorithm for Asyncio {
    type State = State;
    type Specification = Constants;

    fn specification(&self) -> Constants {
        self.scenario.constants
    }

    fn init(&self) -> State {
        State {
            items: Line::new(),
            unfinished: 0,
            finished: true,
            shut: false,
            getters: Line::new(),
            putters: Line::new(),
            tasks: [Task { at: 0, stage: Stage::Ready }; TASKS_MAX],
            cancellations: self.cancellations,
        }
    }

    fn steps(&self, s: &State, steps: &mut Vec<Step<State>>) {
        for task in 0..self.clients() {
            steps.extend(Turn::of(self, s, task).and_then(Turn::run));
            steps.extend(self.cancel(s, task));
        }
    }

    fn queue(&self, s: &State) -> spec::State {
        spec::State {
            items: s.items.values().to_vec(),
            unfinished: s.unfinished,
            phase: if s.shut { Phase::Shut } else { Phase::Open },
        }
    }

    fn clients(&self) -> usize {
        self.scenario.clients.len()
    }

    fn place(&self, s: &State, client: usize) -> Place {
        let Some(op) = self.op(s, client) else { return Place::Finished };
        match (s.tasks[client].stage, op) {
            (Stage::Ready | Stage::Ended, _) => Place::Outside,
            (Stage::Woken | Stage::CancelledWoken, Op::Join(_)) => Place::Effective,
            _ => Place::Called(op),
        }
    }

    fn name(&self, thread: usize) -> String {
        self.scenario.clients[thread].name.clone()
    }

    fn invariant(&self, s: &State) -> bool {
        let woken = |what| self.tasks(s, what, &[Stage::Woken, Stage::CancelledWoken]).count();
        let in_line = |what, line: &Line<usize, TASKS_MAX>| {
            self.tasks(s, what, &[Stage::Asleep]).all(|task| line.values().contains(&task))
        };
        let asleep = |what| self.tasks(s, what, &[Stage::Asleep]).next().is_some();
        let cancelled =
            self.tasks(s, |_| true, &[Stage::CancelledAsleep, Stage::CancelledWoken]).count();
        let free =
            self.scenario.constants.capacity.map(|capacity| capacity.saturating_sub(s.items.len()));
        s.finished == (s.unfinished == 0)
            // Whoever sleeps has not missed a zero.
            && !(s.finished && asleep(is_join))
            // Nobody is cancelled along with somebody else.
            && s.cancellations + cancelled <= self.cancellations
            && in_line(is_get, &s.getters)
            && in_line(is_put, &s.putters)
            // As many were woken as can go on, unless nobody sleeps: no wake-up is lost.
            && (!asleep(is_get) || s.items.len() <= woken(is_get))
            && (!asleep(is_put) || free.is_some_and(|free| free <= woken(is_put)))
    }

    fn reaches() -> Vec<Property<Checked<Self>>> {
        reaches::properties()
    }
}

fn is_put(op: Op) -> bool {
    matches!(op, Op::Put(..))
}

fn is_get(op: Op) -> bool {
    matches!(op, Op::Get(_))
}

fn is_join(op: Op) -> bool {
    matches!(op, Op::Join(_))
}
