//! Who sleeps, and who is woken when the lock is free.
//!
//! Most calls find nobody asleep and have nothing to do later: that case is inlined, the rest is not.

use std::collections::VecDeque;
use std::mem;
use std::task::{Poll, Waker};

/// The wakers of those who sleep, by ticket in ascending order. Whose ticket is not here any more was
/// woken.
#[derive(Default)]
pub(super) struct Waiters {
    pub(super) asleep: VecDeque<(u64, Waker)>,
    next: u64,
}

impl Waiters {
    /// What becomes of a waiter after a poll: it goes (back) to sleep, or leaves.
    #[inline]
    pub(super) fn after<R>(
        &mut self,
        poll: &Poll<R>,
        ticket: &mut Option<u64>,
        waker: &Waker,
        later: &mut Later,
    ) {
        if poll.is_pending() {
            self.sleep(ticket, waker, later);
        } else if ticket.is_some() {
            self.leave(ticket, later);
        }
    }

    /// Sleeps until `waker` is called; one from an earlier poll, perhaps of another task, is forgotten.
    fn sleep(&mut self, ticket: &mut Option<u64>, waker: &Waker, later: &mut Later) {
        if let Some(at) = ticket.and_then(|ticket| self.position(ticket)) {
            let (_, known) = &mut self.asleep[at];
            if !known.will_wake(waker) {
                later.drop(mem::replace(known, waker.clone()));
            }
            return;
        }
        self.asleep.push_back((self.next, waker.clone()));
        *ticket = Some(self.next);
        self.next += 1;
    }

    /// Does not wait any more.
    pub(super) fn leave(&mut self, ticket: &mut Option<u64>, later: &mut Later) {
        let at = ticket.take().and_then(|ticket| self.position(ticket));
        if let Some((_, waker)) = at.and_then(|at| self.asleep.remove(at)) {
            later.drop(waker);
        }
    }

    /// Whether the owner of the ticket still sleeps.
    pub(super) fn has(&self, ticket: u64) -> bool {
        self.position(ticket).is_some()
    }

    /// Wakes everybody.
    #[inline]
    pub(super) fn wake(&mut self, later: &mut Later) {
        if !self.asleep.is_empty() {
            self.wake_all(later);
        }
    }

    fn wake_all(&mut self, later: &mut Later) {
        let wakers = later.0.get_or_insert_default();
        for (_, waker) in self.asleep.drain(..) {
            match wakers.wake {
                None => wakers.wake = Some(waker),
                Some(_) => wakers.wake_too.push(waker),
            }
        }
    }

    fn position(&self, ticket: u64) -> Option<usize> {
        self.asleep.binary_search_by_key(&ticket, |(ticket, _)| *ticket).ok()
    }
}

/// Wakers that are called, or dropped, when the lock is free: when this is dropped.
#[derive(Default)]
pub(super) struct Later(Option<Wakers>);

#[derive(Default)]
struct Wakers {
    /// The first, because one is the usual case and needs no allocation.
    wake: Option<Waker>,
    wake_too: Vec<Waker>,
    drop: Option<Waker>,
}

impl Later {
    /// At most one in a critical section.
    fn drop(&mut self, waker: Waker) {
        self.0.get_or_insert_default().drop = Some(waker);
    }
}

impl Drop for Wakers {
    fn drop(&mut self) {
        for waker in self.wake.take().into_iter().chain(self.wake_too.drain(..)) {
            waker.wake();
        }
    }
}
