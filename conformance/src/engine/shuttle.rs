//! shuttle: sequentially consistent interleavings, depth first or at random.
//!
//! Blind to weak memory, timeouts and spurious wake-ups.
//!
//! shuttle takes an execution in which a thread stays blocked for a failure. Here it may be the
//! right end. So shuttle's main task is an *observer*: it runs only when no client can, which is
//! quiescence. It takes the history and has the clients that are blocked released; where that fails,
//! it abandons the execution. (shuttle leaks whatever the stacks of an abandoned execution own.)

use super::fair::Fair;
use super::quiet::quietly;
use super::record::{Client, Log, drop_queue};
use super::release::release;
use super::{Execution, Extent, Plan, Repeat, Shared, Visitor};
use crate::subject::{Call, Ledger, Make};
use shuttle::scheduler::{
    DfsScheduler, PctScheduler, RandomScheduler, Schedule, Scheduler, Task, TaskId,
    UrwRandomScheduler,
};
use shuttle::sync::atomic::AtomicUsize;
use spec::{Ending, Scenario};
use std::mem::ManuallyDrop;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const OBSERVER: usize = 0;

/// How many steps one execution may have; more means that a client spins.
const STEPS_MAX: usize = 20_000;

/// A schedule has one digit for each choice.
const DIGITS: u32 = 36;
pub(super) const CLIENTS_MAX: usize = DIGITS as usize;

pub(super) fn explore<V: Visitor>(
    make: &Make,
    scenario: &Scenario,
    plan: &Plan,
    visitor: &Shared<V>,
) -> Extent {
    let (scheduler, extent): (Box<dyn Scheduler + Send>, Extent) = match *plan {
        Plan::Dfs => (Box::new(DfsScheduler::new(None, false)), Extent::Exhaustive),
        Plan::Random { seed, executions } => {
            (Box::new(RandomScheduler::new_from_seed(seed, executions)), Extent::Sampled)
        }
        Plan::Pct { seed, depth, executions } => {
            (Box::new(PctScheduler::new_from_seed(seed, depth, executions)), Extent::Sampled)
        }
        Plan::Urw { seed, executions } => {
            (Box::new(UrwRandomScheduler::new_from_seed(seed, executions)), Extent::Sampled)
        }
        Plan::Repeat(Repeat::Shuttle { ref schedule }) => {
            (Box::new(Prescribed::new(schedule)), Extent::Sampled)
        }
        _ => unreachable!("the plan is for shuttle"),
    };
    let control = Arc::new(Mutex::new(Control::default()));
    let observed = Observed {
        chooses: ManuallyDrop::new(scheduler),
        fair: Fair::default(),
        control: Arc::clone(&control),
    };
    let run = Run {
        make: Arc::clone(make),
        scenario: Arc::new(scenario.clone()),
        log: Log::default(),
        control: Arc::clone(&control),
        visitor: visitor.clone(),
    };
    let mut config = shuttle::Config::new();
    config.failure_persistence = shuttle::FailurePersistence::None;
    config.silence_warnings = true;
    quietly(|| shuttle::Runner::new(observed, config).run(move || run.once()));
    if lock(&control).stop { Extent::Stopped } else { extent }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the observer tells the scheduler.
#[derive(Default)]
struct Control {
    phase: Phase,
    /// The choices of this execution so far.
    schedule: String,
    /// How many steps the clients have made, with those that there was no choice for.
    steps: usize,
    /// No further execution.
    stop: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Phase {
    /// The observer spawns the clients: nobody else runs.
    #[default]
    Spawning,
    /// The clients run; the observer only when they cannot.
    Running,
    /// A client spins for ever: the observer takes the history and gives the execution up.
    Spinning,
    /// The history is taken; whoever can run runs, so that the execution comes to an end.
    Releasing,
    /// Some clients are still blocked: give the execution up.
    Abandoned,
}

struct Run<V> {
    make: Make,
    scenario: Arc<Scenario>,
    log: Log,
    control: Arc<Mutex<Control>>,
    visitor: Shared<V>,
}

impl<V: Visitor> Run<V> {
    /// One execution, in the observer.
    fn once(&self) {
        let queue = (self.make)(self.scenario.constants);
        let ledger = Ledger::new(self.scenario.ops().filter_map(|(_, op)| op.item()));
        let clock = Arc::new(AtomicUsize::new(0));
        let busy = Arc::new(std::sync::atomic::AtomicUsize::new(self.scenario.clients.len()));
        for thread in 0..self.scenario.clients.len() {
            let (queue, clock, busy) = (Arc::clone(&queue), Arc::clone(&clock), Arc::clone(&busy));
            let calls = Call::all(&self.scenario.clients[thread].ops, &ledger);
            let (ledger, log) = (Arc::clone(&ledger), self.log.clone());
            shuttle::thread::spawn(move || {
                let client = Client { queue: &*queue, thread, calls, ledger: &ledger, log: &log };
                // A scheduling point before each call, so that it can come as late as possible. The
                // start of the client is one already. A return comes right after the last access.
                let tick = |at| {
                    if at > 0 {
                        clock.fetch_add(1, Ordering::Relaxed);
                    }
                };
                client.run(tick, || (), |_| false);
                busy.fetch_sub(1, Ordering::Relaxed);
            });
        }
        lock(&self.control).phase = Phase::Running;
        shuttle::thread::yield_now();
        let spins = lock(&self.control).phase == Phase::Spinning;
        let history = self.log.take(if spins {
            Ending::Cut(format!("a client spins: more than {STEPS_MAX} steps"))
        } else {
            Ending::Quiescent
        });
        let schedule = std::mem::take(&mut lock(&self.control).schedule);
        if busy.load(Ordering::Relaxed) > 0 && !spins {
            lock(&self.control).phase = Phase::Releasing;
            let queue = Arc::clone(&queue);
            shuttle::thread::spawn(move || release(&*queue));
            shuttle::thread::yield_now();
            // What they saw after the history was taken does not count.
            self.log.clear();
        }
        let left = busy.load(Ordering::Relaxed) == 0;
        let history = if left { drop_queue(queue, history, &ledger) } else { history };
        let execution = Execution { history, repeat: Repeat::Shuttle { schedule }, followed: left };
        if self.visitor.visit(execution).is_break() || spins {
            lock(&self.control).stop = true;
        }
        if !left {
            lock(&self.control).phase = Phase::Abandoned;
            shuttle::thread::yield_now();
        }
    }
}

/// A scheduler that lets the observer run only when no client can.
struct Observed {
    /// Chooses among the clients. Never dropped: `RandomScheduler` prints its seed to stderr when it
    /// is dropped before its last execution.
    chooses: ManuallyDrop<Box<dyn Scheduler + Send>>,
    /// Keeps clients that wait in a loop from running for ever.
    fair: Fair,
    control: Arc<Mutex<Control>>,
}

impl Scheduler for Observed {
    fn new_execution(&mut self) -> Option<Schedule> {
        let mut control = lock(&self.control);
        if control.stop {
            return None;
        }
        *control = Control::default();
        drop(control);
        self.fair = Fair::default();
        self.chooses.new_execution()
    }

    fn next_task(
        &mut self,
        runnable: &[&Task],
        current: Option<TaskId>,
        is_yielding: bool,
    ) -> Option<TaskId> {
        let mut control = lock(&self.control);
        if control.phase == Phase::Abandoned {
            return None;
        }
        // A client that unwinds is not interrupted: a second panic meanwhile would abort.
        if std::thread::panicking() && runnable.iter().any(|task| Some(task.id()) == current) {
            return current;
        }
        let clients: Vec<&Task> =
            runnable.iter().copied().filter(|task| usize::from(task.id()) != OBSERVER).collect();
        control.steps += 1;
        if control.steps > STEPS_MAX {
            match control.phase {
                Phase::Running => control.phase = Phase::Spinning,
                Phase::Releasing => return None,
                _ => {}
            }
        }
        if control.phase == Phase::Releasing && !clients.is_empty() {
            return Some(clients[0].id());
        }
        if matches!(control.phase, Phase::Spawning | Phase::Spinning) || clients.is_empty() {
            let observer = runnable.iter().find(|task| usize::from(task.id()) == OBSERVER)?;
            return self.chooses.next_task(&[observer], current, is_yielding);
        }
        if let Some(waits) = current.filter(|_| is_yielding) {
            self.fair.yields(waits.into(), clients.iter().map(|task| task.id().into()));
        }
        let clients = self.fair.may_run(clients, |task| task.id().into());
        let chosen = self.chooses.next_task(&clients, current, is_yielding)?;
        self.fair.runs(chosen.into());
        if clients.len() > 1 {
            let client = u32::try_from(usize::from(chosen) - 1).expect("few clients");
            control
                .schedule
                .push(char::from_digit(client, DIGITS).expect("at most that many clients"));
        }
        Some(chosen)
    }

    fn next_u64(&mut self) -> u64 {
        self.chooses.next_u64()
    }
}

/// Runs one schedule that was recorded before, as far as it goes.
struct Prescribed {
    schedule: std::vec::IntoIter<char>,
    started: bool,
}

impl Prescribed {
    fn new(schedule: &str) -> Self {
        let schedule: Vec<char> = schedule.chars().collect();
        Prescribed { schedule: schedule.into_iter(), started: false }
    }
}

impl Scheduler for Prescribed {
    fn new_execution(&mut self) -> Option<Schedule> {
        let first = !std::mem::replace(&mut self.started, true);
        first.then(|| Schedule::new(0))
    }

    fn next_task(&mut self, runnable: &[&Task], _: Option<TaskId>, _: bool) -> Option<TaskId> {
        if let [only] = runnable {
            return Some(only.id());
        }
        let client = self.schedule.next().and_then(|digit| digit.to_digit(DIGITS));
        let chosen = client.map(|client| TaskId::from(client as usize + 1));
        // Where the queue has changed since, the schedule may not fit any more; any choice is as
        // good as another then, and the caller compares the histories.
        chosen.filter(|id| runnable.iter().any(|task| task.id() == *id)).or(Some(runnable[0].id()))
    }

    fn next_u64(&mut self) -> u64 {
        0
    }
}
