//! explore: every sequentially consistent schedule, by merging equal states.
//!
//! Timeouts pass at any moment, any waiter is notified, and waits end for no reason as often as the
//! plan says. A queue for tasks is explored by tasks as well: they drop whatever they wait for at any
//! moment, woken or not, or forget it, if the queue puts up with that, or wait on; and what waits is
//! polled for no reason, by another waker, too. Blind to weak memory. The clients run as coroutines on
//! the primitives of [`taskdone_explore`](explore); whether an execution is right is followed state by
//! state by the [`Monitor`], so that one verdict stands for all executions that were merged.

use super::encoded::{decode, encode};
use super::quiet::quietly;
use super::record::{complaint, one_line};
use super::{Execution, Extent, Plan, Repeat, Shared, Summary, Visitor};
use crate::monitor::{Explanations, Monitor};
use crate::subject::{Answer, Answering, Call, Callable, Ledger, Make, MakeTasks, Tasks};
use ::explore::future::block_on_or_give_up;
use ::explore::{
    self as runtime, Coverage, Ended, Error, Judge, Limits, Options, Program, Schedule, choose, op,
};
use spec::{Choices, Ending, EventKind, History, Op, Outcome, Scenario};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

/// More can be run, and take too many states.
pub(super) const CLIENTS_MAX: usize = 10;

/// What makes the queue.
#[derive(Clone, Copy)]
pub(super) enum Maker<'a> {
    /// Clients are threads.
    Threads(&'a Make),
    /// Clients are tasks, which may drop whatever they wait for, and perhaps forget it.
    Tasks { make: &'a MakeTasks, forget: bool },
}

/// What the clients share.
struct World {
    queue: Queue,
    ledger: Arc<Ledger>,
    /// What nobody polls any more. Not announced: nobody looks at it before the end.
    forgotten: Mutex<Vec<Answering>>,
}

enum Queue {
    Threads(Arc<dyn Callable>),
    Tasks(Arc<dyn Tasks>),
}

pub(super) fn explore<V: Visitor>(
    make: Maker<'_>,
    scenario: &Scenario,
    choices: Choices,
    plan: &Plan,
    visitor: &Shared<V>,
) -> Extent {
    let run = Run::new(make, scenario, choices);
    match plan {
        Plan::States { spurious, states_max, .. } => run.merged(*spurious, *states_max, visitor),
        Plan::Repeat(Repeat::Explore { spurious, schedule, .. }) => {
            run.replayed(*spurious, schedule, visitor)
        }
        _ => unreachable!("the plan is for explore"),
    }
}

struct Run<'a> {
    make: Maker<'a>,
    scenario: &'a Scenario,
    monitor: Monitor,
}

impl<'a> Run<'a> {
    fn new(make: Maker<'a>, scenario: &'a Scenario, choices: Choices) -> Self {
        let (constants, clients) = (scenario.constants, scenario.clients.len());
        Run { make, scenario, monitor: Monitor { constants, choices, clients } }
    }

    /// Every state once.
    fn merged<V: Visitor>(&self, spurious: u8, states_max: u64, visitor: &Shared<V>) -> Extent {
        let mut shown = Shown { run: self, spurious, visitor };
        let should_stop = || visitor.is_over();
        let limits = Limits { states: states_max, should_stop: &should_stop, ..Limits::default() };
        let options = Options { spurious, ..Options::default() };
        let report = match quietly(|| runtime::merged(self, self, &options, &limits, &mut shown)) {
            Ok(report) => report,
            Err(error) => return failed(&error, visitor),
        };
        let limited = matches!(report.coverage, Coverage::Limited(_));
        let (states, transitions) = (report.states, report.transitions);
        visitor.summary(Summary { states, transitions, limited, failed: None });
        if let Some(violation) = report.violation {
            let schedule = &violation.execution.schedule;
            let options = Options { spurious, ..Options::default() };
            // The search may have stopped short of the end, and what is wrong shows better in a whole.
            let whole = quietly(|| runtime::replay_to_the_end(self, &options, schedule));
            let schedule = whole.as_ref().map_or(schedule, |whole| &whole.schedule);
            return self.replayed(spurious, schedule, visitor);
        }
        match report.coverage {
            Coverage::Exhaustive => Extent::Exhaustive,
            Coverage::Ended | Coverage::Limited(_) => Extent::Stopped,
        }
    }

    /// One schedule again.
    fn replayed<V: Visitor>(
        &self,
        spurious: u8,
        schedule: &Schedule,
        visitor: &Shared<V>,
    ) -> Extent {
        let options = Options { spurious, ..Options::default() };
        match quietly(|| runtime::replay(self, &options, schedule)) {
            Ok(execution) => {
                let _ = visitor.visit(self.execution(&execution, spurious));
                Extent::Stopped
            }
            // The queue has changed since.
            Err(Error::NoSuchStep { .. }) => Extent::Stopped,
            Err(error) => failed(&error, visitor),
        }
    }

    /// The operation that has this number in the runtime.
    fn op(&self, number: u32) -> Op {
        let (client, at) = (number as usize / NUMBERS, number as usize % NUMBERS);
        self.scenario.clients[client].ops[at]
    }

    fn execution(&self, seen: &runtime::Execution, spurious: u8) -> Execution {
        let event = |event: &runtime::Event| match *event {
            runtime::Event::Call { client, op } => {
                spec::Event { thread: client, kind: EventKind::Call(self.op(op)) }
            }
            runtime::Event::Return { client, outcome, .. } => {
                spec::Event { thread: client, kind: EventKind::Return(decode(outcome)) }
            }
        };
        let is_forgotten = |event: &&runtime::Event| {
            matches!(event, runtime::Event::Return { outcome: FORGOTTEN, .. })
        };
        let (forgotten, others): (Vec<_>, Vec<_>) = seen.events.iter().partition(is_forgotten);
        let events = others.into_iter().chain(forgotten).map(event).collect();
        let history = History { events, ending: ending(&seen.ended) };
        let tasks = matches!(self.make, Maker::Tasks { .. });
        let repeat = Repeat::Explore { tasks, spurious, schedule: seen.schedule.clone() };
        Execution { history, repeat, followed: seen.ended == Ended::Finished }
    }
}

/// What an operation comes back with that is alive and never polled again. To the specification it
/// is cancelled: it has no effect, and nobody else may depend on it. In the history that is so when
/// all is over, and its client calls nothing more.
const FORGOTTEN: u64 = u64::MAX;

/// Operations are numbered so many to a client.
const NUMBERS: usize = 1 << 16;

fn ending(ended: &Ended) -> Ending {
    match ended {
        Ended::Finished | Ended::Quiescent(_) => Ending::Quiescent,
        Ended::Cut => Ending::Cut("it was not followed further".to_string()),
        Ended::Panicked { client: Some(thread), message } => {
            Ending::Panicked { thread: *thread, message: one_line(message) }
        }
        Ended::Panicked { client: None, message } => Ending::Mishandled(one_line(message)),
        Ended::DataRace { clients: [thread, other] } => {
            let message = format!("a data race with client {}", other + 1);
            Ending::Panicked { thread: *thread, message }
        }
    }
}

/// The runtime cannot explore the queue: nothing is known.
fn failed<V: Visitor>(error: &Error, visitor: &Shared<V>) -> Extent {
    let failed = Some(format!("explore cannot run it: {error}"));
    visitor.summary(Summary { failed, ..Summary::default() });
    Extent::Stopped
}

impl Program for Run<'_> {
    type Shared = World;

    fn clients(&self) -> usize {
        self.scenario.clients.len()
    }

    fn setup(&self) -> World {
        let constants = self.scenario.constants;
        let queue = match self.make {
            Maker::Threads(make) => Queue::Threads(make(constants)),
            Maker::Tasks { make, .. } => Queue::Tasks(make(constants)),
        };
        let ledger = Ledger::new(self.scenario.ops().filter_map(|(_, op)| op.item()));
        World { queue, ledger, forgotten: Mutex::default() }
    }

    fn client(&self, world: &World, client: usize) {
        for (at, called) in self.scenario.clients[client].ops.iter().enumerate() {
            let number = u32::try_from(client * NUMBERS + at).expect("few of both");
            let outcome = op(number, || {
                let call = Call::new(*called, |item| world.ledger.make(item));
                let answer = match &world.queue {
                    Queue::Threads(queue) => Ok(queue.call(call)),
                    Queue::Tasks(queue) => self.wait(world, Arc::clone(queue).call(call)),
                };
                answer.map_or_else(
                    |gave_up| gave_up,
                    |answer| encode(answer.outcome(*called, Some(&world.ledger))),
                )
            });
            if outcome == FORGOTTEN {
                return;
            }
        }
    }

    /// Drops everything: then every item has to be gone, exactly once.
    fn finish(&self, World { queue, ledger, forgotten }: World) {
        let drop_all = || drop((forgotten, queue));
        if let Some(what) = complaint(drop_all, &ledger) {
            panic!("{what}");
        }
    }
}

impl Run<'_> {
    /// Waits for the answer, or gives up: then the error is what that counts as.
    fn wait(&self, world: &World, mut call: Answering) -> Result<Answer, u64> {
        block_on_or_give_up(call.as_mut()).ok_or_else(|| {
            let may_forget = matches!(self.make, Maker::Tasks { forget: true, .. });
            if may_forget && choose(2) == 1 {
                world.forgotten.lock().unwrap_or_else(PoisonError::into_inner).push(call);
                FORGOTTEN
            } else {
                encode(Outcome::Cancelled)
            }
        })
    }
}

/// What the monitor makes of the history, and what each client has been answered: outcomes are told
/// apart.
impl Judge for Run<'_> {
    type State = (Explanations, Vec<Vec<u64>>);

    fn start(&self) -> Self::State {
        (self.monitor.start(), vec![Vec::new(); self.scenario.clients.len()])
    }

    fn call(&self, (seen, answers): &Self::State, client: usize, op: u32) -> Self::State {
        (self.monitor.call(seen, client, self.op(op)), answers.clone())
    }

    fn ret(
        &self,
        (seen, answers): &Self::State,
        client: usize,
        _op: u32,
        outcome: u64,
    ) -> Option<Self::State> {
        let seen = self.monitor.ret(seen, client, decode(outcome));
        let mut answers = answers.clone();
        answers[client].push(outcome);
        (!seen.are_none()).then_some((seen, answers))
    }

    fn ended(&self, (seen, _): &Self::State, ended: &Ended) -> bool {
        match ended {
            Ended::Finished | Ended::Quiescent(_) => self.monitor.may_rest(seen),
            Ended::Cut => true,
            Ended::Panicked { .. } | Ended::DataRace { .. } => false,
        }
    }

    fn spelled_out(&self, (seen, answers): &Self::State) -> Self::State {
        (self.monitor.spelled_out(seen), answers.clone())
    }

    /// With the same answers, fewer ways to explain them are stricter.
    fn accepts_all_of(&self, spelled_out: &Self::State, stricter: &Self::State) -> bool {
        let ((all, answers), (fewer, same_answers)) = (spelled_out, stricter);
        answers == same_answers && all.include(fewer)
    }
}

/// Shows the executions of the runtime to the visitor.
struct Shown<'a, V> {
    run: &'a Run<'a>,
    spurious: u8,
    visitor: &'a Shared<V>,
}

impl<V: Visitor> runtime::Visitor for Shown<'_, V> {
    fn visit(&mut self, execution: &runtime::Execution) -> ControlFlow<()> {
        self.visitor.visit(self.run.execution(execution, self.spurious))
    }

    fn restart(&mut self) {
        // What was seen was seen: the visitor only collects.
    }
}
