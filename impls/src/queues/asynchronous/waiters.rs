//! Who sleeps, and who is woken when the lock is free.

use std::collections::VecDeque;
use std::task::{Poll, Waker};

/// The wakers of those who sleep, by ticket in ascending order. Whose ticket is not here any more was
/// woken.
#[derive(Default)]
pub(super) struct Waiters {
    asleep: VecDeque<(u64, Waker)>,
    next: u64,
}

impl Waiters {
    /// What becomes of a waiter after a poll: it goes (back) to sleep, or leaves.
    pub(super) fn after<R>(
        &mut self,
        poll: &Poll<R>,
        ticket: &mut Option<u64>,
        waker: &Waker,
        later: &mut Later,
    ) {
        match poll {
            Poll::Pending => self.sleep(ticket, waker, later),
            Poll::Ready(_) => self.leave(ticket, later),
        }
    }

    /// Sleeps until `waker` is called; one from an earlier poll, perhaps of another task, is forgotten.
    fn sleep(&mut self, ticket: &mut Option<u64>, waker: &Waker, later: &mut Later) {
        if let Some((_, known)) = ticket.and_then(|ticket| self.of(ticket)) {
            if !known.will_wake(waker) {
                later.drop = Some(std::mem::replace(known, waker.clone()));
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
        later.drop = at.and_then(|at| self.asleep.remove(at)).map(|(_, waker)| waker);
    }

    /// Whether the owner of the ticket still sleeps.
    pub(super) fn has(&self, ticket: u64) -> bool {
        self.position(ticket).is_some()
    }

    /// Wakes everybody.
    pub(super) fn wake(&mut self, later: &mut Later) {
        for (_, waker) in self.asleep.drain(..) {
            match later.wake {
                None => later.wake = Some(waker),
                Some(_) => later.wake_too.push(waker),
            }
        }
    }

    fn of(&mut self, ticket: u64) -> Option<&mut (u64, Waker)> {
        let at = self.position(ticket)?;
        self.asleep.get_mut(at)
    }

    fn position(&self, ticket: u64) -> Option<usize> {
        self.asleep.binary_search_by_key(&ticket, |(ticket, _)| *ticket).ok()
    }
}

/// Wakers that are called, or dropped, when the lock is free: when this is dropped.
#[derive(Default)]
pub(super) struct Later {
    /// The first, because one is the usual case and needs no allocation.
    wake: Option<Waker>,
    wake_too: Vec<Waker>,
    drop: Option<Waker>,
}

impl Drop for Later {
    fn drop(&mut self) {
        for waker in self.wake.take().into_iter().chain(self.wake_too.drain(..)) {
            waker.wake();
        }
    }
}
