//! The clients of one execution, and what can happen to them.

use super::super::record::message;
use super::{DIGITS, Disturbances};
use crate::subject::{Answering, Call, Ledger, Tasks};
use spec::{Ending, Event, EventKind, History, Op, Outcome, Scenario};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// What happens next. The number is that of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Polls the pending call, or makes the next call and polls that.
    Poll(usize),
    /// Polls the pending call with another waker than before, as a task does that has moved.
    Move(usize),
    /// Drops the pending call, or makes the next call and drops that.
    Cancel(usize),
    /// Never polls the pending call again.
    Forget(usize),
    /// Nothing: nobody is woken.
    End,
}

impl Action {
    /// Reads what `Display` has written; what it has not written is left out.
    pub(super) fn parse(text: &str) -> Vec<Action> {
        let characters: Vec<char> = text.chars().collect();
        let action = |pair: &[char]| {
            let client = pair[0].to_digit(DIGITS)? as usize;
            match pair.get(1)? {
                'p' => Some(Action::Poll(client)),
                'm' => Some(Action::Move(client)),
                'c' => Some(Action::Cancel(client)),
                'f' => Some(Action::Forget(client)),
                _ => None,
            }
        };
        characters.chunks(2).filter_map(action).collect()
    }
}

/// A digit for the client and a letter for what happens to it.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (client, letter) = match *self {
            Action::Poll(client) => (client, 'p'),
            Action::Move(client) => (client, 'm'),
            Action::Cancel(client) => (client, 'c'),
            Action::Forget(client) => (client, 'f'),
            Action::End => return Ok(()),
        };
        let digit = u32::try_from(client).ok().and_then(|client| char::from_digit(client, DIGITS));
        write!(f, "{}{letter}", digit.expect("there are few clients"))
    }
}

/// A waker that says whether it was called.
#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A call that was polled and is not ready.
struct Pending {
    future: Answering,
    op: Op,
    /// The waker of the last poll.
    flag: Arc<Flag>,
}

impl Pending {
    fn woken(&self) -> bool {
        self.flag.0.load(Ordering::Relaxed)
    }
}

/// What is left of a client.
struct Client {
    /// In reverse.
    calls: Vec<(Op, Call)>,
    pending: Option<Pending>,
    forgotten: bool,
}

pub(super) struct Clients {
    queue: Arc<dyn Tasks>,
    ledger: Arc<Ledger>,
    members: Vec<Client>,
    /// How often futures may still be disturbed.
    left: Disturbances,
    last: Option<usize>,
    events: Vec<Event>,
}

impl Clients {
    pub(super) fn new(
        scenario: &Scenario,
        queue: &Arc<dyn Tasks>,
        ledger: &Arc<Ledger>,
        left: Disturbances,
    ) -> Clients {
        let client = |ops: &[Op]| {
            let mut calls = Call::all(ops, ledger);
            calls.reverse();
            Client { calls, pending: None, forgotten: false }
        };
        Clients {
            queue: Arc::clone(queue),
            ledger: Arc::clone(ledger),
            members: scenario.clients.iter().map(|script| client(&script.ops)).collect(),
            left,
            last: None,
            events: Vec::new(),
        }
    }

    /// What can happen, and how many of that, at the beginning, are no disturbances. So the executions
    /// that are tried first are undisturbed.
    pub(super) fn actions(&self) -> (Vec<Action>, usize) {
        let moving = || self.members.iter().enumerate().filter(|(_, client)| !client.forgotten);
        let is_due = |client: &Client| match &client.pending {
            Some(pending) => pending.woken(),
            None => !client.calls.is_empty(),
        };
        let due = moving().filter(|(_, client)| is_due(client));
        let mut actions: Vec<Action> = due.map(|(at, _)| Action::Poll(at)).collect();
        if actions.is_empty() {
            actions.push(Action::End);
        }
        let due = actions.len();
        for (at, client) in moving() {
            self.disturb(at, client, &mut actions);
        }
        (actions, due)
    }

    fn disturb(&self, at: usize, client: &Client, actions: &mut Vec<Action>) {
        let op = match (&client.pending, client.calls.last()) {
            (Some(pending), _) => pending.op,
            (None, Some((op, _))) => *op,
            (None, None) => return,
        };
        if self.left.cancelled > 0 && op.may_block() {
            actions.push(Action::Cancel(at));
        }
        let Some(pending) = &client.pending else { return };
        // Right after a poll, or never: it makes no difference when.
        if self.left.forgotten > 0 && self.last == Some(at) {
            actions.push(Action::Forget(at));
        }
        if self.left.spurious > 0 {
            actions.extend((!pending.woken()).then_some(Action::Poll(at)));
            actions.push(Action::Move(at));
        }
    }

    /// Does it.
    ///
    /// # Errors
    ///
    /// The client that panicked, and what it said.
    pub(super) fn act(&mut self, action: Action) -> Result<(), (usize, String)> {
        let (Action::Poll(at) | Action::Move(at) | Action::Cancel(at) | Action::Forget(at)) =
            action
        else {
            return Ok(());
        };
        self.last = Some(at);
        let acted = catch_unwind(AssertUnwindSafe(|| match action {
            Action::Forget(_) => {
                self.left.forgotten -= 1;
                self.members[at].forgotten = true;
            }
            Action::Cancel(_) => self.cancel(at),
            _ => self.poll(at, action),
        }));
        acted.map_err(|payload| (at, message(&*payload).unwrap_or_default()))
    }

    fn cancel(&mut self, at: usize) {
        self.left.cancelled -= 1;
        let pending = self.pending(at);
        drop(pending.future);
        self.push(at, EventKind::Return(Outcome::Cancelled));
    }

    fn poll(&mut self, at: usize, action: Action) {
        let is_new = self.members[at].pending.is_none();
        let mut pending = self.pending(at);
        if action == Action::Move(at) {
            pending.flag = Arc::default();
            self.left.spurious -= 1;
        } else if !is_new && !pending.flag.0.swap(false, Ordering::Relaxed) {
            self.left.spurious -= 1;
        }
        let waker = Waker::from(Arc::clone(&pending.flag));
        match pending.future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Pending => self.members[at].pending = Some(pending),
            Poll::Ready(answer) => {
                drop(pending.future);
                let outcome = answer.outcome(pending.op, Some(&self.ledger));
                self.push(at, EventKind::Return(outcome));
            }
        }
    }

    /// The pending call, or the next one as a future that was not polled.
    fn pending(&mut self, at: usize) -> Pending {
        let client = &mut self.members[at];
        if let Some(pending) = client.pending.take() {
            return pending;
        }
        let (op, call) = client.calls.pop().expect("the client has not called everything");
        self.push(at, EventKind::Call(op));
        let future = Arc::clone(&self.queue).call(call);
        Pending { future, op, flag: Arc::default() }
    }

    fn push(&mut self, thread: usize, kind: EventKind) {
        self.events.push(Event { thread, kind });
    }

    /// What they have seen. Whoever is still here leaves.
    pub(super) fn leave(mut self, ending: Ending) -> History {
        let forgotten: Vec<usize> =
            (0..self.members.len()).filter(|at| self.members[*at].forgotten).collect();
        for at in forgotten {
            self.push(at, EventKind::Return(Outcome::Cancelled));
        }
        let Clients { members, events, .. } = self;
        let mut history = History { events, ending };
        for (thread, client) in members.into_iter().enumerate() {
            let left = catch_unwind(AssertUnwindSafe(|| drop(client)));
            if let (Ending::Quiescent, Err(payload)) = (&history.ending, left) {
                let message = message(&*payload).unwrap_or_default();
                history.ending = Ending::Panicked { thread, message };
            }
        }
        history
    }
}
