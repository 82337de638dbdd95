//! executor: polls, moves, drops and forgets the futures of a queue for tasks, in every order or at
//! random.
//!
//! Blind to parallelism and to time: there is one thread, and no clock.
//!
//! A client calls an operation when its future is polled for the first time. After that it is polled
//! again when its waker was called, and besides, up to a limit, when it was not. A waker is a flag. So
//! when no flag is up nobody can move, which is quiescence; a call that is pending then, although the
//! specification enables it, was never woken. Nothing waits for that verdict.
//!
//! A call that waits may be dropped, before its first poll as well; its client goes on with the next
//! one. It may also be *forgotten*: it stays alive, keeps what it has, and is never polled again. To
//! the specification it is a cancelled call: it has no effect, and nobody else may depend on it. The
//! history shows it as one that was cancelled when all was over.

mod choose;
mod clients;

use super::quiet::quietly;
use super::record::drop_queue;
use super::{Execution, Extent, Plan, Repeat, Shared, Sweep, Visitor};
use crate::subject::{Ledger, MakeTasks};
use choose::{Choose, DepthFirst, Prescribed, Random};
use clients::{Action, Clients};
use spec::{Ending, Scenario};

/// A client is one digit of a recorded execution.
const DIGITS: u32 = 36;
pub(super) const CLIENTS_MAX: usize = DIGITS as usize;

/// How many polls an execution may have; more means that a future wakes itself for ever.
const STEPS_MAX: usize = 2_000;

/// How often futures may be disturbed in one execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disturbances {
    /// How many are dropped before they are ready.
    pub cancelled: usize,
    /// How many are never polled again.
    pub forgotten: usize,
    /// How many polls there are that nobody has woken for, or with another waker than the last.
    pub spurious: usize,
}

impl Disturbances {
    /// None.
    pub const NONE: Disturbances = Disturbances { cancelled: 0, forgotten: 0, spurious: 0 };

    /// No limit.
    const ANY: Disturbances =
        Disturbances { cancelled: usize::MAX, forgotten: usize::MAX, spurious: usize::MAX };
}

pub(super) fn explore<V: Visitor>(
    make: &MakeTasks,
    scenario: &Scenario,
    plan: &Plan,
    visitor: &Shared<V>,
) -> Extent {
    let (mut choose, most, extent): (Box<dyn Choose>, Disturbances, Extent) = match plan {
        Plan::Executor(Sweep::Exhaustive(most)) => {
            let bound = most.cancelled + most.forgotten + most.spurious;
            (Box::new(DepthFirst::default()), *most, Extent::Bounded(bound))
        }
        Plan::Executor(Sweep::Random { most, seed, executions }) => {
            (Box::new(Random::new(*seed, *executions)), *most, Extent::Sampled)
        }
        Plan::Repeat(Repeat::Executor { choices }) => {
            (Box::new(Prescribed::new(choices)), Disturbances::ANY, Extent::Sampled)
        }
        _ => unreachable!("the plan is for the executor"),
    };
    quietly(|| {
        while choose.another() {
            let execution = execute(make, scenario, most, &mut *choose);
            if visitor.visit(execution).is_break() {
                return Extent::Stopped;
            }
        }
        extent
    })
}

/// One execution.
fn execute(
    make: &MakeTasks,
    scenario: &Scenario,
    most: Disturbances,
    choose: &mut dyn Choose,
) -> Execution {
    let queue = make(scenario.constants);
    let ledger = Ledger::new(scenario.ops().filter_map(|(_, op)| op.item()));
    let mut clients = Clients::new(scenario, &queue, &ledger, most);
    let mut choices = String::new();
    let mut ending = Ending::Quiescent;
    for step in 0.. {
        if step == STEPS_MAX {
            ending = Ending::Cut(format!("somebody is still woken after {STEPS_MAX} polls"));
            break;
        }
        let (actions, due) = clients.actions();
        let action = actions[choose.choose(&actions, due)];
        if action == Action::End {
            break;
        }
        choices += &action.to_string();
        if let Err((thread, message)) = clients.act(action) {
            ending = Ending::Panicked { thread, message };
            break;
        }
    }
    let history = drop_queue(queue, clients.leave(ending), &ledger);
    let followed = history.ending == Ending::Quiescent;
    Execution { history, repeat: Repeat::Executor { choices }, followed }
}
