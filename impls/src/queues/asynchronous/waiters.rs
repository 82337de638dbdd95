//! Who sleeps, and who is woken when the lock is free.
//!
//! Most calls find nobody asleep and have nothing to do later: that case is inlined, the rest is not.

use std::mem;
use std::task::{Poll, Waker};

/// Those who wait, each at a place that is its own until it leaves.
#[derive(Default)]
pub(super) struct Waiters {
    pub(super) places: Vec<Place>,
    /// How many places are free.
    free: usize,
    /// How many of those who wait sleep.
    pub(super) asleep: usize,
}

/// A place among those who wait.
pub(super) enum Place {
    Free,
    Asleep(Waker),
    /// Its owner was woken, and has not been polled since.
    Woken,
}

impl Waiters {
    /// What becomes of a waiter after a poll: it goes (back) to sleep, or leaves.
    #[inline]
    pub(super) fn after<R>(
        &mut self,
        poll: &Poll<R>,
        place: &mut Option<usize>,
        waker: &Waker,
        later: &mut Later,
    ) {
        if poll.is_pending() {
            self.sleep(place, waker, later);
        } else if place.is_some() {
            self.leave(place, later);
        }
    }

    /// Sleeps until `waker` is called; one from an earlier poll, perhaps of another task, is forgotten.
    fn sleep(&mut self, place: &mut Option<usize>, waker: &Waker, later: &mut Later) {
        let at = *place.get_or_insert_with(|| self.enter());
        match &mut self.places[at] {
            Place::Asleep(known) => {
                if !known.will_wake(waker) {
                    later.drop(mem::replace(known, waker.clone()));
                }
            }
            place => {
                *place = Place::Asleep(waker.clone());
                self.asleep += 1;
            }
        }
    }

    /// Takes the first free place.
    fn enter(&mut self) -> usize {
        let is_free = |place: &Place| matches!(place, Place::Free);
        let at = if self.free > 0 { self.places.iter().position(is_free) } else { None };
        at.inspect(|_| self.free -= 1).unwrap_or_else(|| {
            self.places.push(Place::Free);
            self.places.len() - 1
        })
    }

    /// Does not wait any more.
    pub(super) fn leave(&mut self, place: &mut Option<usize>, later: &mut Later) {
        let Some(at) = place.take() else { return };
        if let Place::Asleep(waker) = mem::replace(&mut self.places[at], Place::Free) {
            self.asleep -= 1;
            later.drop(waker);
        }
        self.free += 1;
        if self.free == self.places.len() {
            // What is left in unused memory would keep equal states apart.
            (self.places, self.free) = (Vec::new(), 0);
        }
    }

    /// Whether the owner of the place was woken, and has not been polled since.
    pub(super) fn was_woken(&self, place: usize) -> bool {
        matches!(self.places[place], Place::Woken)
    }

    /// Wakes everybody.
    #[inline]
    pub(super) fn wake(&mut self, later: &mut Later) {
        if self.asleep > 0 {
            self.wake_all(later);
        }
    }

    fn wake_all(&mut self, later: &mut Later) {
        let wakers = later.0.get_or_insert_default();
        self.asleep = 0;
        for place in &mut self.places {
            match mem::replace(place, Place::Woken) {
                Place::Free => *place = Place::Free,
                Place::Woken => {}
                Place::Asleep(waker) if wakers.wake.is_none() => wakers.wake = Some(waker),
                Place::Asleep(waker) => wakers.wake_too.push(waker),
            }
        }
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
