//! The recorder of the worlds that run on one operating-system thread, and the client that it
//! records.
//!
//! Events are logged in the order in which they happen. The recorder must be *visible* to an engine
//! that reorders by dependence, or it would not explore who returned before whom called; and it must
//! not *synchronise*, or it would add happens-before edges and hide bugs. So a client ticks a clock
//! of its own world with relaxed atomics, and the log itself is invisible.

use crate::subject::{Call, Callable, Ledger};
use spec::{Ending, Event, EventKind, History, Op};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the clients of one execution have seen so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Log(Arc<Mutex<Entries>>);

#[derive(Debug, Default)]
struct Entries {
    events: Vec<Event>,
    panicked: Option<(usize, String)>,
}

impl Log {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, thread: usize, kind: EventKind) {
        self.entries().events.push(Event { thread, kind });
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        *self.entries() = Entries::default();
    }

    /// Empties the log. If no client has panicked, the history ends as given.
    pub(super) fn take(&self, ending: Ending) -> History {
        let Entries { events, panicked } = std::mem::take(&mut *self.entries());
        let ending = match panicked {
            Some((thread, message)) => Ending::Panicked { thread, message },
            None => ending_with_time(&events, ending),
        };
        History { events, ending }
    }
}

/// Drops the queue of a run that is over and whose clients have left: then every item has to be
/// gone, exactly once.
pub(super) fn drop_queue<Q: ?Sized>(queue: Arc<Q>, history: History, ledger: &Ledger) -> History {
    match (&history.ending, complaint(|| drop(queue), ledger)) {
        (Ending::Quiescent, Some(what)) => History { ending: Ending::Mishandled(what), ..history },
        _ => history,
    }
}

/// What is wrong when the queue is dropped, if anything is.
pub(super) fn complaint(drop_queue: impl FnOnce(), ledger: &Ledger) -> Option<String> {
    match catch_unwind(AssertUnwindSafe(drop_queue)).map_err(|payload| message(&*payload)) {
        Ok(()) => ledger.complaint(),
        Err(said) => {
            Some(format!("the destructor of the queue panicked: {}", said.unwrap_or_default()))
        }
    }
}

/// In a world without time, a call that waits for its timeout is not blocked for ever.
fn ending_with_time(events: &[Event], ending: Ending) -> Ending {
    let history = History { events: events.to_vec(), ending: ending.clone() };
    let operations = history.operations().expect("a client calls after it has returned");
    let timed = operations.iter().any(|o| o.returned.is_none() && o.op.is_timed());
    match ending {
        Ending::Quiescent if timed => {
            Ending::Cut("a timed call waits, and time stands still in this engine".to_string())
        }
        ending => ending,
    }
}

/// A client, and when its world's clock ticks.
pub(super) struct Client<'a> {
    pub(super) queue: &'a dyn Callable,
    pub(super) thread: usize,
    pub(super) calls: Vec<(Op, Call)>,
    pub(super) ledger: &'a Ledger,
    pub(super) log: &'a Log,
}

impl Client<'_> {
    /// Calls the operations one after the other; `tick_call` runs before the call of the operation
    /// with this index, `tick_return` before its return.
    ///
    /// A panic of the queue is logged and ends the client. `is_engine` tells the panics by which the
    /// engine itself speaks; they go on.
    pub(super) fn run(
        self,
        tick_call: impl Fn(usize),
        tick_return: impl Fn(),
        is_engine: impl Fn(&str) -> bool,
    ) {
        let Client { queue, thread, calls, ledger, log } = self;
        let calls = catch_unwind(AssertUnwindSafe(|| {
            for (at, (op, call)) in calls.into_iter().enumerate() {
                tick_call(at);
                log.push(thread, EventKind::Call(op));
                let answer = queue.call(call);
                tick_return();
                let outcome = answer.outcome(op, Some(ledger));
                log.push(thread, EventKind::Return(outcome));
            }
        }));
        if let Err(payload) = calls {
            match message(&*payload) {
                Some(message) if !is_engine(&message) => {
                    log.entries().panicked = Some((thread, message));
                }
                _ => resume_unwind(payload),
            }
        }
    }
}

/// What a panic said, in one line; `None` if it is no panic but an engine tearing a client down.
pub fn message(payload: &(dyn Any + Send)) -> Option<String> {
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| payload.downcast_ref::<String>().cloned()).map(|text| one_line(&text))
}

/// What is said in several lines, in one: histories are stored line by line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
