//! Where the explored code and the explorer meet: the code announces what it is about to do and
//! leaves its stack; the explorer picks who goes on.
//!
//! Every entry point is `inline(never)`, and cleans the stack below it before and after: what the
//! explorer computes must not end up in the stack frames of the explored code, where it would keep
//! equal states apart.
#![allow(unsafe_code)]

use super::accessors::Accessors;
use super::clean::cleanly;
use super::client::{Client, InOperation, Object, Pending};
use super::footprint::{Footprint, Touch};
use crate::memory::outside;
use crate::program::{Choice, Event, Options, Schedule};
use std::cell::{Cell, RefCell};
use std::ptr;
use std::thread;

/// Clients are numbered below this: waiters are kept as four bits each.
pub(crate) const CLIENTS_MAX: usize = 15;

/// What a client is told when it may go on, unless it is one of several alternatives.
pub(crate) const GO: u8 = 0;
/// It goes on because its time is over.
pub(crate) const TIME_OUT: u8 = 255;
/// It goes on, or fails, for no reason.
pub(crate) const SPURIOUSLY: u8 = 254;
/// It does not go on, and nobody else does who could only give up: the execution ends.
pub(crate) const REST: u8 = 253;

thread_local! {
    static CURRENT: Cell<*const Core> = const { Cell::new(ptr::null()) };
}

#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) options: Options,
    pub(crate) clients: Vec<Client>,
    /// Where the stack of the client begins that was started last: see `on_floor`.
    pub(super) floor: Cell<usize>,
    /// Who runs. Nobody does during the setup and the finish.
    pub(crate) running: Cell<Option<usize>>,
    /// What the current step has added to the history.
    pub(crate) events: RefCell<Vec<Event>>,
    /// What the current step has touched, if somebody wants to know.
    pub(crate) footprint: RefCell<Option<Footprint>>,
    /// Whether a wait or a notification under the condition variable's mutex is part of the step
    /// that locked it.
    pub(crate) fused: Cell<bool>,
    /// Whether releasing a mutex is a step of its own, so that others find it locked before.
    pub(crate) shows_held: Cell<bool>,
    /// Whether accesses are part of the step before or after them where no other client could tell
    /// the difference.
    pub(crate) glues: Cell<bool>,
    /// How many accesses the current step has made after its first one.
    pub(crate) glued: Cell<u32>,
    /// Who has accessed each atomic, as far as seen in the whole search.
    pub(super) accessors: RefCell<Accessors>,
    /// Whether the dead part of a stack is cleaned, so that nothing of it comes back to life in the
    /// frames of later calls and keeps equal states apart.
    pub(crate) scrubs: Cell<bool>,
    /// The mutex of each condition variable, as far as seen in the whole search: that must not
    /// depend on the schedule.
    pub(super) bindings: RefCell<Vec<(Object, Object)>>,
    /// What was a part of other steps has to be a step: a condition variable is used with two
    /// mutexes, or without one, so that nothing may be fused; somebody tries to lock a mutex; or
    /// clients turn out to share an atomic.
    pub(crate) must_restart: Cell<bool>,
    /// A client panicked, with this message.
    pub(crate) panicked: RefCell<Option<(usize, String)>>,
    /// Accesses to this cell overlap.
    pub(crate) race: Cell<Option<(usize, Object)>>,
}

/// The record of the running client, if one runs.
pub(super) fn running<'a>() -> Option<(&'a Core, usize, &'a Client)> {
    // SAFETY: `CURRENT` is cleared before the core is dropped, and the reference does not leave the
    // primitive that asked for it, which returns before that.
    let core = unsafe { CURRENT.get().as_ref()? };
    let index = core.running.get()?;
    Some((core, index, &core.clients[index]))
}

/// Whether explored code runs, and its stack is to be kept clean.
pub(super) fn scrubs() -> bool {
    running().is_some_and(|(core, ..)| core.scrubs.get())
}

/// Whether explored code runs.
pub(crate) fn is_running() -> bool {
    running().is_some()
}

impl Core {
    pub(crate) fn new(options: Options, clients: usize) -> Box<Self> {
        let core = Box::new(Core {
            options,
            clients: (0..clients).map(|_| Client::new()).collect(),
            floor: Cell::new(0),
            running: Cell::new(None),
            events: RefCell::default(),
            footprint: RefCell::default(),
            fused: Cell::new(!options.apart),
            shows_held: Cell::new(false),
            glues: Cell::new(false),
            glued: Cell::new(0),
            accessors: RefCell::default(),
            scrubs: Cell::new(false),
            bindings: RefCell::default(),
            must_restart: Cell::new(false),
            panicked: RefCell::default(),
            race: Cell::new(None),
        });
        CURRENT.set(&raw const *core);
        core
    }

    pub(crate) fn reset(&self) {
        self.clients.iter().for_each(|client| client.reset(self.options.spurious));
        self.events.borrow_mut().clear();
        self.panicked.take();
        self.race.set(None);
    }

    /// These steps, with what is a step now.
    pub(crate) fn schedule(&self, steps: Vec<Choice>) -> Schedule {
        Schedule { steps, apart: !self.fused.get(), held: self.shows_held.get() }
    }

    /// Makes the same things steps as in this schedule.
    pub(crate) fn step_as_in(&self, schedule: &Schedule) {
        self.fused.set(!schedule.apart);
        self.shows_held.set(schedule.held);
    }

    fn record(&self, event: Event) {
        outside(|| self.events.borrow_mut().push(event));
    }

    /// Records the call of the operation that a client is in, if that has not been done.
    pub(crate) fn call(&self, index: usize) {
        self.touch(index, &self.clients[index]);
    }

    /// An access happens now: the first one of an operation records its call.
    pub(super) fn touch(&self, index: usize, client: &Client) {
        if let Some(operation) = client.operation.get().filter(|operation| !operation.called) {
            client.operation.set(Some(InOperation { called: true, ..operation }));
            self.record(Event::Call { client: index, op: operation.index });
        }
    }

    /// Leaves the stack until the explorer picks this client, and says which alternative it picked.
    #[inline(never)]
    pub(super) fn announce(&self, index: usize, client: &Client, pending: Pending) -> u8 {
        if thread::panicking() {
            return GO; // The execution ends with this step.
        }
        let mut reply = GO;
        if self.glues.get() && self.is_glued(index, client, pending) {
            self.glued.set(self.glued.get() + 1);
        } else {
            client.pending.set(pending);
            // SAFETY: a running client has a stack, and this is its way off it.
            reply = unsafe { (*client.yielder.get()).suspend(()) };
        }
        if !matches!(pending, Pending::Choose(_)) {
            self.touch(index, client);
        }
        match pending {
            Pending::Read(object) | Pending::CellRead(object) | Pending::TryLock(object) => {
                self.touched(object, Touch::Read);
            }
            Pending::Write(object)
            | Pending::CellWrite(object)
            | Pending::Update(object)
            | Pending::WeakUpdate(object) => self.touched(object, Touch::Write),
            Pending::Lock(object) => self.touched(object, Touch::Acquire),
            Pending::Wait { mutex, .. } => self.touched(mutex, Touch::Acquire),
            _ => {}
        }
        reply
    }

    pub(super) fn touched(&self, object: Object, touch: Touch) {
        self.note(|footprint| footprint.touches.push((object, touch)));
    }

    /// Adds to the footprint of the current step, if somebody wants to know it.
    pub(super) fn note(&self, add: impl FnOnce(&mut Footprint)) {
        if let Some(footprint) = &mut *self.footprint.borrow_mut() {
            outside(|| add(footprint));
        }
    }

    /// Whether a client that waits like this could go on by itself.
    pub(super) fn gives_up(&self, client: &Client, timed: bool) -> bool {
        timed && self.options.timeouts || client.spurious.get() > 0
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        CURRENT.set(ptr::null());
    }
}

/// Announces an access and waits for its turn. Outside an exploration, there is nobody to wait for.
#[inline(never)]
pub(crate) fn access(pending: Pending) -> u8 {
    cleanly(|| access_here(pending))
}

fn access_here(pending: Pending) -> u8 {
    running().map_or(GO, |(core, index, client)| core.announce(index, client, pending))
}

/// Chooses one of `count`.
#[inline(never)]
pub(crate) fn choose(count: usize) -> usize {
    cleanly(|| choose_here(count))
}

pub(super) fn choose_here(count: usize) -> usize {
    match running() {
        Some((core, index, client)) if count > 1 => {
            core.announce(index, client, Pending::Choose(count)).into()
        }
        _ => 0,
    }
}

/// The number of the running client.
pub(crate) fn current() -> Option<usize> {
    running().map(|(_, index, _)| index)
}

/// Two accesses to a cell overlap.
pub(crate) fn overlap(object: Object) {
    if let Some((core, index, _)) = running() {
        core.race.set(Some((index, object)));
    }
}

/// Enters an operation. Its call is recorded at its first access.
#[inline(never)]
pub(crate) fn enter(op: u32) {
    cleanly(|| enter_here(op));
}

fn enter_here(op: u32) {
    if let Some((_, _, client)) = running() {
        client.operation.set(Some(InOperation { index: op, called: false }));
    }
}

/// Leaves an operation: that is part of the step of its last access, or a step if there was none.
#[inline(never)]
pub(crate) fn leave(outcome: u64) {
    cleanly(|| leave_here(outcome));
}

fn leave_here(outcome: u64) {
    if let Some((core, index, client)) = running() {
        if client.operation.get().is_some_and(|operation| !operation.called) {
            core.announce(index, client, Pending::Return);
        }
        client.moved.set(false);
        let operation = client.operation.take().expect("it was entered");
        core.record(Event::Return { client: index, op: operation.index, outcome });
    }
}
