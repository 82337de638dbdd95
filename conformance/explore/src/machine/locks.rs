//! Mutexes and condition variables.

use super::clean::cleanly;
use super::client::{Client, Object, Pending, Wake};
use super::core::{Core, choose_here, running};
use super::footprint::Touch;
use super::waiters::Waiters;
use crate::memory::outside;
use std::ptr;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// The owner of a mutex that was locked outside any client.
const NO_CLIENT: u8 = 255;

/// Acquires a mutex.
#[inline(never)]
pub(crate) fn lock(owner: &AtomicU8) {
    cleanly(|| lock_here(owner));
}

fn lock_here(owner: &AtomicU8) {
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
    cleanly(|| try_lock_here(owner))
}

fn try_lock_here(owner: &AtomicU8) -> bool {
    let object = ptr::from_ref(owner) as Object;
    let Some((core, index, client)) = running() else { return lock_alone(owner) };
    if !core.shows_held.replace(true) {
        core.must_restart.set(true);
    }
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
    client.held.set(client.held.get() + 1);
}

fn lock_alone(owner: &AtomicU8) -> bool {
    use std::sync::atomic::Ordering::Acquire;
    owner.compare_exchange(0, NO_CLIENT, Acquire, Relaxed).is_ok()
}

/// Releases a mutex. That is part of the last step under the mutex, unless somebody could find it
/// locked who does not wait for it.
#[inline(never)]
pub(crate) fn unlock(owner: &AtomicU8) {
    cleanly(|| {
        announce_unlock(owner);
        unlock_here(owner);
    });
}

fn announce_unlock(owner: &AtomicU8) {
    if let Some((core, index, client)) = running().filter(|(core, ..)| core.shows_held.get()) {
        core.announce(index, client, Pending::Unlock(ptr::from_ref(owner) as Object));
    }
}

fn unlock_here(owner: &AtomicU8) {
    owner.store(0, std::sync::atomic::Ordering::Release);
    if let Some((core, index, client)) = running() {
        core.touch(index, client);
        core.touched(ptr::from_ref(owner) as Object, Touch::Release);
        // What comes before others go on, must not wait for what comes after.
        client.moved.set(false);
        client.held.set(client.held.get().saturating_sub(1));
        if client.holds.get() == ptr::from_ref(owner) as Object {
            client.holds.set(0);
        }
    }
}

/// Releases a mutex, waits until it is woken, and acquires the mutex again.
#[inline(never)]
pub(crate) fn wait(waiters: &Waiters, owner: &AtomicU8, timed: bool) -> Wake {
    cleanly(|| wait_here(waiters, owner, timed))
}

fn wait_here(waiters: &Waiters, owner: &AtomicU8, timed: bool) -> Wake {
    let (condvar, mutex) = (ptr::from_ref(waiters) as Object, ptr::from_ref(owner) as Object);
    let (core, index, client) = running().expect("a wait outside an exploration never ends");
    if core.is_fused(condvar, mutex) {
        announce_unlock(owner);
    } else {
        if core.fused.get() {
            core.restart_apart();
        }
        core.announce(index, client, Pending::Enqueue(condvar));
    }
    core.touched(condvar, Touch::Write);
    waiters.insert(index, core.options.fifo_notify);
    unlock_here(owner);
    core.announce(index, client, Pending::Wait { condvar, mutex, timed });
    acquire(owner, mutex, index, client);
    client.wake.replace(Wake::Notified)
}

/// Wakes one waiter, any, or all.
#[inline(never)]
pub(crate) fn notify(waiters: &Waiters, all: bool) {
    cleanly(|| notify_here(waiters, all));
}

fn notify_here(waiters: &Waiters, all: bool) {
    let condvar = ptr::from_ref(waiters) as Object;
    let Some((core, index, client)) = running() else { return };
    let mut chosen = None;
    if core.is_fused(condvar, client.holds.get()) {
        core.touch(index, client);
        client.moved.set(false);
    } else {
        chosen = Some(core.announce(index, client, Pending::Notify { condvar, all }));
    }
    core.touched(condvar, Touch::Write);
    if all {
        while waiters.count() > 0 {
            core.wake(waiters, 0, Wake::Notified);
        }
    } else if waiters.count() > 0 {
        let any = || if core.options.fifo_notify { 0 } else { choose_here(waiters.count()) };
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

impl Core {
    /// Nothing may be fused, and the search starts again.
    fn restart_apart(&self) {
        self.must_restart.set(true);
        self.fused.set(false);
    }

    /// Whether the waiters of `condvar` cannot change unless the running client lets them.
    fn is_fused(&self, condvar: Object, mutex: Object) -> bool {
        if !self.fused.get() || mutex == 0 {
            return false;
        }
        let mut bindings = self.bindings.borrow_mut();
        if let Some((_, bound)) = bindings.iter().find(|(known, _)| *known == condvar) {
            if *bound != mutex {
                self.restart_apart();
            }
            return *bound == mutex;
        }
        outside(|| bindings.push((condvar, mutex)));
        true
    }
}
