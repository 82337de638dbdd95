//! Real threads on the real machine: real timeouts, and whatever schedules come up.
//!
//! Blind to anything rare. Each client stamps its own calls and returns with the machine's monotonic
//! clock into slots of its own, without locks or read-modify-write instructions, which would order
//! the queue's own accesses. Equal stamps count as overlapping, so intervals only ever widen.
//!
//! That nobody can move any more is asked of the kernel (`asleep`). It has to stay so for [`SETTLE`],
//! in case a client sleeps for a lock of the allocator that another thread of this process holds.

mod led;

use self::led::Gates;
use super::asleep::{Look, Tid, look};
use super::encoded::{decode, encode};
use super::quiet::quietly;
use super::record::{drop_queue, message};
use super::release::release;
use super::{Execution, Extent, Plan, REPEATS, Repeat, Shared, Visitor};
use crate::subject::{Call, Callable, Ledger, Make};
use spec::{Ending, Event, EventKind, History, Op, Scenario};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// More is no test of a queue but of the machine.
pub(super) const CLIENTS_MAX: usize = 256;

/// Two explorations never overlap: they want the machine for themselves.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// For how long all clients have to be asleep before the run counts as quiescent.
const SETTLE: Duration = Duration::from_millis(30);

/// How often to look whether they are.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// When to give a run up that neither ends nor falls asleep.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long blocked clients may take to leave after a run, once everything was done to release them.
const LEAVE: Duration = Duration::from_millis(200);

pub(super) fn explore<V: Visitor>(
    make: &Make,
    scenario: &Scenario,
    plan: &Plan,
    visitor: &Shared<V>,
) -> Extent {
    let (seed, executions, led) = match *plan {
        Plan::Threads { seed, executions, led } => (seed, executions, led),
        Plan::Repeat(Repeat::Threads { led }) => (1, REPEATS, led),
        _ => unreachable!("the plan is for real threads"),
    };
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let scenario = Arc::new(scenario.clone());
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut team = Team::hire(&scenario);
    for _ in 0..executions {
        let queue = make(scenario.constants);
        let Round { history, left, followed } = team.run(queue, rng.u64(..), led);
        if !left {
            // Its members are blocked for ever in this queue.
            team = Team::hire(&scenario);
        }
        let repeat = Repeat::Threads { led };
        if visitor.visit(Execution { history, repeat, followed }).is_break() {
            return Extent::Stopped;
        }
    }
    Extent::Sampled
}

/// What one client has stamped about one operation. 0: not yet.
#[derive(Debug, Default)]
struct Slot {
    called: AtomicU64,
    outcome: AtomicU64,
    returned: AtomicU64,
}

/// What came of a run.
struct Round {
    history: History,
    /// Whether all clients are free again.
    left: bool,
    /// Whether it was seen what became of the items.
    followed: bool,
}

/// One run of the scenario, as the clients share it.
struct Job {
    queue: Arc<dyn Callable>,
    seed: u64,
    ledger: Arc<Ledger>,
    /// The calls of each client, until it takes them.
    calls: Vec<Mutex<Vec<(Op, Call)>>>,
    epoch: Instant,
    start: Barrier,
    /// In a run that is led.
    gates: Option<Gates>,
    slots: Vec<Vec<Slot>>,
    panicked: OnceLock<(usize, String)>,
}

/// One thread for each client, used for many rounds.
struct Team {
    scenario: Arc<Scenario>,
    jobs: Vec<Sender<Arc<Job>>>,
    tids: Vec<Option<Tid>>,
    finished: Receiver<usize>,
}

impl Team {
    fn hire(scenario: &Arc<Scenario>) -> Team {
        let (finish, finished) = channel();
        let (mut jobs, mut tids) = (Vec::new(), Vec::new());
        for client in 0..scenario.clients.len() {
            let (send, receive) = channel();
            let (tell, told) = channel();
            let finish = finish.clone();
            thread::spawn(move || {
                // Whoever does not learn the tid cannot be seen asleep.
                let _ = tell.send(Tid::current().ok());
                quietly(|| work(client, &receive, &finish));
            });
            jobs.push(send);
            tids.push(told.recv().expect("a new thread says who it is"));
        }
        Team { scenario: Arc::clone(scenario), jobs, tids, finished }
    }

    /// Runs the scenario on a fresh queue.
    fn run(&self, queue: Arc<dyn Callable>, seed: u64, led: bool) -> Round {
        let clients = &self.scenario.clients;
        let slots = |ops: &Vec<Op>| ops.iter().map(|_| Slot::default()).collect();
        let ledger = Ledger::new(self.scenario.ops().filter_map(|(_, op)| op.item()));
        let calls = |ops: &Vec<Op>| Mutex::new(Call::all(ops, &ledger));
        let (gates, open) = led::gates(clients.len());
        let round = Arc::new(Job {
            queue: Arc::clone(&queue),
            seed,
            calls: clients.iter().map(|client| calls(&client.ops)).collect(),
            ledger: Arc::clone(&ledger),
            epoch: Instant::now(),
            start: Barrier::new(clients.len()),
            gates: led.then_some(gates),
            slots: clients.iter().map(|client| slots(&client.ops)).collect(),
            panicked: OnceLock::new(),
        });
        for job in &self.jobs {
            job.send(Arc::clone(&round)).expect("a free client waits for its next round");
        }
        if led {
            self.lead(&round, &open, &mut fastrand::Rng::with_seed(seed));
        }
        drop(open);
        let mut busy: Vec<usize> = (0..clients.len()).collect();
        let ending = self.watch(&round, &mut busy);
        let history = self.history(&round, ending);
        if !busy.is_empty() {
            let releaser = {
                let queue = Arc::clone(&queue);
                thread::spawn(move || quietly(|| release(&*queue)))
            };
            let deadline = Instant::now() + LEAVE;
            while Instant::now() < deadline && !(busy.is_empty() && releaser.is_finished()) {
                self.wait_for_one(&mut busy);
            }
        }
        drop(round);
        // The last reference is here unless the one who releases is blocked as well.
        let left = busy.is_empty();
        let followed = left && Arc::strong_count(&queue) == 1;
        let history = if followed { drop_queue(queue, history, &ledger) } else { history };
        Round { history, left, followed }
    }

    /// Waits until every client has finished or nobody can move; `busy` keeps who has not finished.
    fn watch(&self, round: &Job, busy: &mut Vec<usize>) -> Ending {
        let mut since: Option<(Look, Instant)> = None;
        while !busy.is_empty() {
            if self.wait_for_one(busy) {
                since = None;
                continue;
            }
            let Some(tids) = busy.iter().map(|c| self.tids[*c].clone()).collect::<Option<Vec<_>>>()
            else {
                return Ending::Cut("this system does not say whether threads are asleep".into());
            };
            let timed = busy.iter().any(|client| self.in_timed_call(round, *client));
            since = match (look(&tids).filter(|_| !timed), since) {
                (Some(now), Some((before, when))) if now == before => {
                    if when.elapsed() >= SETTLE {
                        return Ending::Quiescent;
                    }
                    Some((before, when))
                }
                (now, _) => now.map(|now| (now, Instant::now())),
            };
            if round.epoch.elapsed() > PATIENCE {
                return Ending::Cut(format!("still running after {PATIENCE:?}"));
            }
        }
        Ending::Quiescent
    }

    fn wait_for_one(&self, busy: &mut Vec<usize>) -> bool {
        let finished = self.finished.recv_timeout(LOOK_EVERY);
        finished.map(|client| busy.retain(|other| *other != client)).is_ok()
    }

    fn in_timed_call(&self, round: &Job, client: usize) -> bool {
        let returned = |slot: &&Slot| slot.returned.load(Ordering::Acquire) > 0;
        let at = round.slots[client].iter().take_while(returned).count();
        self.scenario.clients[client].ops.get(at).is_some_and(|op| op.is_timed())
    }

    /// The stamps of all clients in one order. Of equal stamps, calls come first.
    fn history(&self, round: &Job, ending: Ending) -> History {
        let mut clients: Vec<_> = (0..self.jobs.len()).map(|c| self.stamps(round, c)).collect();
        let mut events = Vec::new();
        // A merge, not a sort: it keeps the order of each client where stamps are equal.
        let stamp = |client: &&mut VecDeque<(u64, Event)>| {
            client.front().map(|(at, event)| (*at, matches!(event.kind, EventKind::Return(_))))
        };
        while let Some(next) = clients.iter_mut().filter(|c| !c.is_empty()).min_by_key(stamp) {
            events.extend(next.pop_front().map(|(_, event)| event));
        }
        let ending = match round.panicked.get().cloned() {
            Some((thread, message)) => Ending::Panicked { thread, message },
            None => ending,
        };
        History { events, ending }
    }

    fn stamps(&self, round: &Job, thread: usize) -> VecDeque<(u64, Event)> {
        let mut stamps = VecDeque::new();
        for (slot, op) in round.slots[thread].iter().zip(&self.scenario.clients[thread].ops) {
            let returned = slot.returned.load(Ordering::Acquire);
            let called = slot.called.load(Ordering::Acquire);
            if called > 0 {
                stamps.push_back((called, Event { thread, kind: EventKind::Call(*op) }));
            }
            if returned > 0 {
                let outcome = decode(slot.outcome.load(Ordering::Relaxed));
                stamps.push_back((returned, Event { thread, kind: EventKind::Return(outcome) }));
            }
        }
        stamps
    }
}

/// A member of the team: one round after the other, until the team is let go.
fn work(client: usize, jobs: &Receiver<Arc<Job>>, finish: &Sender<usize>) {
    while let Ok(round) = jobs.recv() {
        let mut rng = fastrand::Rng::with_seed(round.seed.wrapping_add(client as u64));
        let now = || u64::try_from(round.epoch.elapsed().as_nanos()).unwrap_or(u64::MAX) + 1;
        let calls = std::mem::take(
            &mut *round.calls[client].lock().unwrap_or_else(PoisonError::into_inner),
        );
        round.start.wait();
        let calls = catch_unwind(AssertUnwindSafe(|| {
            for ((op, call), slot) in calls.into_iter().zip(&round.slots[client]) {
                match &round.gates {
                    // Closed for good: everybody goes on freely.
                    Some(gates) => drop(gates[client].lock().map(|gate| gate.recv())),
                    None => pause(&mut rng),
                }
                slot.called.store(now(), Ordering::Release);
                let answer = round.queue.call(call);
                let returned = now();
                let outcome = answer.outcome(op, Some(&round.ledger));
                slot.outcome.store(encode(outcome), Ordering::Relaxed);
                slot.returned.store(returned, Ordering::Release);
            }
        }));
        if let Err(payload) = calls {
            let said = message(&*payload).unwrap_or_else(|| "a panic without a message".into());
            // The first panic is the one to report.
            let _ = round.panicked.set((client, said));
        }
        drop(round);
        if finish.send(client).is_err() {
            return;
        }
    }
}

/// Spins for none to some hundred iterations, so that clients meet at different points.
fn pause(rng: &mut fastrand::Rng) {
    let longest = [0, 0, 16, 256][rng.usize(..4)];
    for _ in 0..rng.u32(..=longest) {
        std::hint::spin_loop();
    }
}
