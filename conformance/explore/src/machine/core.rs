//! Where the explored code and the explorer meet: the code announces what it is about to do and
//! leaves its stack; the explorer picks who goes on.
//!
//! Every entry point is `inline(never)`: what the explorer computes must not end up in the stack
//! frames of the explored code, where it would keep equal states apart.
#![allow(unsafe_code)]

use super::client::{Client, InOperation, Object, Pending, Wake};
use super::footprint::{Footprint, Touch};
use super::waiters::Waiters;
use crate::memory::outside;
use crate::program::{Event, Options};
use std::cell::{Cell, RefCell};
use std::hint::black_box;
use std::ptr;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::thread;

/// Clients are numbered below this: waiters are kept as four bits each.
pub(crate) const CLIENTS_MAX: usize = 15;

/// What a client is told when it may go on, unless it is one of several alternatives.
pub(crate) const GO: u8 = 0;
/// It goes on because its time is over.
pub(crate) const TIME_OUT: u8 = 255;
/// It goes on, or fails, for no reason.
pub(crate) const SPURIOUSLY: u8 = 254;

/// The owner of a mutex that was locked outside any client.
const NO_CLIENT: u8 = 255;

thread_local! {
    static CURRENT: Cell<*const Core> = const { Cell::new(ptr::null()) };
}

#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) options: Options,
    pub(crate) clients: Vec<Client>,
    /// Who runs. Nobody does during the setup and the finish.
    pub(crate) running: Cell<Option<usize>>,
    /// What the current step has added to the history.
    pub(crate) events: RefCell<Vec<Event>>,
    /// What the current step has touched, if somebody wants to know.
    pub(crate) footprint: RefCell<Option<Footprint>>,
    /// Whether a wait or a notification under the condition variable's mutex is part of the step
    /// that locked it.
    pub(crate) fused: Cell<bool>,
    /// Whether the dead part of a stack is cleaned, so that nothing of it comes back to life in the
    /// frames of later calls and keeps equal states apart.
    pub(crate) scrubs: Cell<bool>,
    /// The mutex of each condition variable, as far as seen in the whole search: that must not
    /// depend on the schedule.
    bindings: RefCell<Vec<(Object, Object)>>,
    /// A condition variable is used with two mutexes, or without one: nothing may be fused.
    pub(crate) must_restart: Cell<bool>,
    /// A client panicked, with this message.
    pub(crate) panicked: RefCell<Option<(usize, String)>>,
    /// Accesses to this cell overlap.
    pub(crate) race: Cell<Option<(usize, Object)>>,
}

/// The record of the running client, if one runs.
fn running<'a>() -> Option<(&'a Core, usize, &'a Client)> {
    // SAFETY: `CURRENT` is cleared before the core is dropped, and the reference does not leave the
    // primitive that asked for it, which returns before that.
    let core = unsafe { CURRENT.get().as_ref()? };
    let index = core.running.get()?;
    Some((core, index, &core.clients[index]))
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
            running: Cell::new(None),
            events: RefCell::default(),
            footprint: RefCell::default(),
            fused: Cell::new(!options.apart),
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

    fn record(&self, event: Event) {
        outside(|| self.events.borrow_mut().push(event));
    }

    /// Records the call of the operation that a client is in, if that has not been done.
    pub(crate) fn call(&self, index: usize) {
        self.touch(index, &self.clients[index]);
    }

    /// An access happens now: the first one of an operation records its call.
    fn touch(&self, index: usize, client: &Client) {
        if let Some(operation) = client.operation.get().filter(|operation| !operation.called) {
            client.operation.set(Some(InOperation { called: true, ..operation }));
            self.record(Event::Call { client: index, op: operation.index });
        }
    }

    /// Leaves the stack until the explorer picks this client, and says which alternative it picked.
    #[inline(never)]
    fn announce(&self, index: usize, client: &Client, pending: Pending) -> u8 {
        if thread::panicking() {
            return GO; // The execution ends with this step.
        }
        client.pending.set(pending);
        // SAFETY: a running client has a stack, and this is its way off it.
        let reply = unsafe { (*client.yielder.get()).suspend(()) };
        if self.scrubs.get() {
            scrub();
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

    fn touched(&self, object: Object, touch: Touch) {
        self.note(|footprint| footprint.touches.push((object, touch)));
    }

    /// Adds to the footprint of the current step, if somebody wants to know it.
    fn note(&self, add: impl FnOnce(&mut Footprint)) {
        if let Some(footprint) = &mut *self.footprint.borrow_mut() {
            outside(|| add(footprint));
        }
    }

    /// Whether a client that waits like this could go on by itself.
    fn gives_up(&self, client: &Client, timed: bool) -> bool {
        timed && self.options.timeouts || client.spurious.get() > 0
    }

    /// Whether the waiters of `condvar` cannot change unless the running client lets them.
    fn is_fused(&self, condvar: Object, mutex: Object) -> bool {
        if !self.fused.get() || mutex == 0 {
            return false;
        }
        let mut bindings = self.bindings.borrow_mut();
        if let Some((_, bound)) = bindings.iter().find(|(known, _)| *known == condvar) {
            if *bound != mutex {
                self.must_restart.set(true);
            }
            return *bound == mutex;
        }
        outside(|| bindings.push((condvar, mutex)));
        true
    }
}

/// Zeroes the stack below the caller's frame.
#[inline(never)]
fn scrub() {
    let mut zone = [0_u64; 256];
    black_box(&mut zone);
}

impl Drop for Core {
    fn drop(&mut self) {
        CURRENT.set(ptr::null());
    }
}

/// Announces an access and waits for its turn. Outside an exploration, there is nobody to wait for.
#[inline(never)]
pub(crate) fn access(pending: Pending) -> u8 {
    running().map_or(GO, |(core, index, client)| core.announce(index, client, pending))
}

/// Chooses one of `count`.
#[inline(never)]
pub(crate) fn choose(count: usize) -> usize {
    match running() {
        Some((core, index, client)) if count > 1 => {
            core.announce(index, client, Pending::Choose(count)).into()
        }
        _ => 0,
    }
}

/// Acquires a mutex.
#[inline(never)]
pub(crate) fn lock(owner: &AtomicU8) {
    let object = ptr::from_ref(owner) as Object;
    match running() {
        Some((core, index, client)) => {
            core.announce(index, client, Pending::Lock(object));
            acquire(owner, object, index, client);
        }
        None => assert!(lock_alone(owner), "a mutex is locked twice outside an exploration"),
    }
}

/// Acquires a mutex if it is free.
#[inline(never)]
pub(crate) fn try_lock(owner: &AtomicU8) -> bool {
    let object = ptr::from_ref(owner) as Object;
    let Some((core, index, client)) = running() else { return lock_alone(owner) };
    core.announce(index, client, Pending::TryLock(object));
    let free = owner.load(Relaxed) == 0;
    if free {
        core.touched(object, Touch::Write);
        acquire(owner, object, index, client);
    }
    free
}

fn acquire(owner: &AtomicU8, object: Object, index: usize, client: &Client) {
    let number = u8::try_from(index + 1).expect("few clients");
    owner.store(number, Relaxed);
    client.holds.set(object);
}

fn lock_alone(owner: &AtomicU8) -> bool {
    use std::sync::atomic::Ordering::Acquire;
    owner.compare_exchange(0, NO_CLIENT, Acquire, Relaxed).is_ok()
}

/// Releases a mutex. That is no step: it is part of the last one under the mutex.
#[inline(never)]
pub(crate) fn unlock(owner: &AtomicU8) {
    owner.store(0, std::sync::atomic::Ordering::Release);
    if let Some((core, index, client)) = running() {
        core.touch(index, client);
        core.touched(ptr::from_ref(owner) as Object, Touch::Release);
        if client.holds.get() == ptr::from_ref(owner) as Object {
            client.holds.set(0);
        }
    }
}

/// Releases a mutex, waits until it is woken, and acquires the mutex again.
#[inline(never)]
pub(crate) fn wait(waiters: &Waiters, owner: &AtomicU8, timed: bool) -> Wake {
    let (condvar, mutex) = (ptr::from_ref(waiters) as Object, ptr::from_ref(owner) as Object);
    let (core, index, client) = running().expect("a wait outside an exploration never ends");
    if !core.is_fused(condvar, mutex) {
        if core.fused.get() {
            core.must_restart.set(true);
        }
        core.announce(index, client, Pending::Enqueue(condvar));
    }
    core.touched(condvar, Touch::Write);
    waiters.insert(index, core.options.fifo_notify);
    unlock(owner);
    core.announce(index, client, Pending::Wait { condvar, mutex, timed });
    acquire(owner, mutex, index, client);
    client.wake.get()
}

/// Wakes one waiter, any, or all.
#[inline(never)]
pub(crate) fn notify(waiters: &Waiters, all: bool) {
    let condvar = ptr::from_ref(waiters) as Object;
    let Some((core, index, client)) = running() else { return };
    let mut chosen = None;
    if core.is_fused(condvar, client.holds.get()) {
        core.touch(index, client);
    } else {
        chosen = Some(core.announce(index, client, Pending::Notify { condvar, all }));
    }
    core.touched(condvar, Touch::Write);
    if all {
        while waiters.count() > 0 {
            core.wake(waiters, 0, Wake::Notified);
        }
    } else if waiters.count() > 0 {
        let any = || if core.options.fifo_notify { 0 } else { choose(waiters.count()) };
        let position = chosen.map_or_else(any, usize::from);
        core.wake(waiters, position, Wake::Notified);
    }
}

impl Core {
    /// A waiter goes on as soon as it gets the mutex.
    pub(crate) fn wake(&self, waiters: &Waiters, position: usize, wake: Wake) {
        let index = waiters.remove(position);
        let client = &self.clients[index];
        if let Pending::Wait { condvar, mutex, timed } = client.pending.get() {
            if wake == Wake::Notified {
                let gives_up = self.gives_up(client, timed);
                self.note(|footprint| footprint.woke.push((index, gives_up)));
            } else {
                self.touched(condvar, Touch::Write);
            }
            client.wake.set(wake);
            client.pending.set(Pending::Lock(mutex));
        }
    }
}

/// The number of the running client.
pub(crate) fn current() -> Option<usize> {
    running().map(|(_, index, _)| index)
}

/// Waits for the token of the running client, and takes it.
#[inline(never)]
pub(crate) fn park(timed: bool) -> Wake {
    let (core, index, client) = running().expect("a park outside an exploration never ends");
    match core.announce(index, client, Pending::Park { timed }) {
        TIME_OUT => {
            core.touched(token(index), Touch::Read);
            Wake::TimedOut
        }
        SPURIOUSLY => {
            core.touched(token(index), Touch::Read);
            Wake::Spurious
        }
        _ => {
            client.token.set(false);
            core.touched(token(index), Touch::Write);
            let only = !core.gives_up(client, timed);
            core.note(|footprint| footprint.took_token = only);
            Wake::Notified
        }
    }
}

/// Whether waits may end before what they wait for.
pub(crate) fn lets_time_pass() -> bool {
    running().is_some_and(|(core, ..)| core.options.timeouts)
}

/// The token of a client, as an object: nothing lies at such an address.
fn token(client: usize) -> Object {
    client + 1
}

/// Hands out the token of a client.
#[inline(never)]
pub(crate) fn unpark(target: usize) {
    if let Some((core, index, client)) = running() {
        core.announce(index, client, Pending::Unpark(target));
        core.touched(token(target), Touch::Write);
        if !core.clients[target].token.replace(true) {
            core.note(|footprint| footprint.handed_out = Some(target));
        }
    }
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
    if let Some((core, _, client)) = running() {
        client.operation.set(Some(InOperation { index: op, called: false }));
        if core.scrubs.get() {
            scrub();
        }
    }
}

/// Leaves an operation: that is part of the step of its last access.
#[inline(never)]
pub(crate) fn leave(outcome: u64) {
    if let Some((core, index, client)) = running() {
        core.touch(index, client);
        let operation = client.operation.take().expect("it was entered");
        core.record(Event::Return { client: index, op: operation.index, outcome });
    }
}
