//! loom: every interleaving and every behaviour of the C11 memory model, up to a preemption bound.
//!
//! Blind to timeouts, spurious wake-ups, and `notify_one` waking another waiter than the first. loom
//! panics when every thread is blocked and cannot go on from there, so it is only given scenarios in
//! which, by the model, nobody may wait for ever; that panic is then the end of a bad run.
//!
//! No client runs in loom's main thread: loom was measured to miss outcomes when one does.

use super::quiet::quietly;
use super::record::{Client, Log, drop_queue, message};
use super::{Execution, Extent, Plan, Repeat, Shared, Visitor};
use crate::subject::{Call, Ledger, Make};
use loom::sync::atomic::AtomicUsize;
use spec::{Ending, History, Scenario};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// loom runs at most this many clients beside its main thread.
pub(super) const CLIENTS_MAX: usize = 4;

/// How many choices one execution may have; more means that a client spins.
const BRANCHES_MAX: usize = 10_000;

/// What loom says when it gives up, and the panic that carries a visitor's wish to stop.
const DEADLOCK: &str = "deadlock; threads";
const TOO_LONG: &str = "Model exceeded maximum number of branches";
struct Stop;

pub(super) fn explore<V: Visitor>(
    make: &Make,
    scenario: &Scenario,
    plan: &Plan,
    visitor: &Shared<V>,
) -> Extent {
    let (preemption_bound, only) = match *plan {
        Plan::Loom { preemption_bound } => (preemption_bound, None),
        Plan::Repeat(Repeat::Loom { preemption_bound, execution }) => {
            (preemption_bound, Some(execution))
        }
        _ => unreachable!("the plan is for loom"),
    };
    let run = Arc::new(Run {
        make: Arc::clone(make),
        scenario: scenario.clone(),
        log: Log::default(),
        executions: AtomicU64::new(0),
        only,
        preemption_bound,
        visitor: visitor.clone(),
    });
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemption_bound);
    builder.max_branches = BRANCHES_MAX;
    let body = {
        let run = Arc::clone(&run);
        move || Run::once(&run)
    };
    let Err(payload) = quietly(|| catch_unwind(AssertUnwindSafe(|| builder.check(body)))) else {
        return Extent::Bounded(preemption_bound);
    };
    if payload.is::<Stop>() {
        return Extent::Stopped;
    }
    let Some(message) = message(&*payload) else { resume_unwind(payload) };
    let ending = if message.starts_with(DEADLOCK) {
        Ending::Quiescent
    } else {
        Ending::Cut(format!("loom gave up: {message}"))
    };
    // Whatever the visitor says: loom cannot go on after a panic.
    let _ = run.visit(run.log.take(ending));
    Extent::Stopped
}

struct Run<V> {
    make: Make,
    scenario: Scenario,
    log: Log,
    executions: AtomicU64,
    only: Option<u64>,
    preemption_bound: usize,
    visitor: Shared<V>,
}

impl<V: Visitor> Run<V> {
    /// One execution, in loom's main thread.
    fn once(run: &Arc<Self>) {
        let queue = (run.make)(run.scenario.constants);
        let ledger = Ledger::new(run.scenario.ops().filter_map(|(_, op)| op.item()));
        let clock = Arc::new(AtomicUsize::new(0));
        let spawn = |thread: usize| {
            let (run, queue, clock) = (Arc::clone(run), Arc::clone(&queue), Arc::clone(&clock));
            let calls = Call::all(&run.scenario.clients[thread].ops, &ledger);
            let ledger = Arc::clone(&ledger);
            loom::thread::spawn(move || {
                let client =
                    Client { queue: &*queue, thread, calls, ledger: &ledger, log: &run.log };
                let tick = || {
                    clock.fetch_add(1, Ordering::Relaxed);
                };
                client.run(
                    |_| tick(),
                    tick,
                    |m| m.starts_with(DEADLOCK) || m.starts_with(TOO_LONG),
                );
            })
        };
        let clients: Vec<_> = (0..run.scenario.clients.len()).map(spawn).collect();
        for client in clients {
            client.join().expect("a client does not panic");
        }
        let history = drop_queue(queue, run.log.take(Ending::Quiescent), &ledger);
        if run.visit(history).is_break() {
            resume_unwind(Box::new(Stop));
        }
    }

    fn visit(&self, history: History) -> ControlFlow<()> {
        let execution = self.executions.fetch_add(1, Ordering::Relaxed) + 1;
        if self.only.is_some_and(|only| execution < only) {
            return ControlFlow::Continue(());
        }
        let preemption_bound = self.preemption_bound;
        let repeat = Repeat::Loom { preemption_bound, execution };
        let followed = history.ending == Ending::Quiescent;
        let flow = self.visitor.visit(Execution { history, repeat, followed });
        if self.only.is_some() { ControlFlow::Break(()) } else { flow }
    }
}
