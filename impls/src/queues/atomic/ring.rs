//! The bounded form: a ring of slots.
//!
//! Vyukov's bounded queue for many producers and consumers ("Bounded MPMC queue", 1024cores.net).
//! Each slot has a stamp that says which position may use it next, and for what. A put claims a
//! position by a compare-and-swap of the tail, a get by one of the head; it then owns the slot
//! until it moves the stamp on. Whether a slot is free or published at a position is a flag of the
//! stamp, not the next position as in the original, so that one slot is enough.
//!
//! A put takes effect before its item can be seen. So a slot that is not ready does not mean that
//! the queue is empty or full: that is decided by the other end. If it is neither, then somebody
//! else has claimed the slot and is about to hand it over.

use super::backoff::Backoff;
use super::position::{IMMEDIATE, Laps, ONE, SHUT};
use super::slots::Slots;
use super::sync::atomic::{AtomicU64, Ordering};
use super::sync::cell::UnsafeCell;
use super::words::{Refusal, Words};
use std::mem::MaybeUninit;

/// Of a stamp: the slot holds the item of its position. Otherwise it is free for it.
const PUBLISHED: u64 = 1;

#[derive(Debug)]
pub(super) struct Ring<T> {
    slots: Box<[Slot<T>]>,
}

#[derive(Debug)]
struct Slot<T> {
    /// A position, and whether its item is there.
    stamp: AtomicU64,
    item: UnsafeCell<MaybeUninit<T>>,
}

impl<T> Ring<T> {
    /// A ring for the first position `start`.
    pub(super) fn new(laps: Laps, capacity: usize, start: u64) -> Self {
        let first = laps.slot(start);
        let slot = |index: usize| {
            let lap = if index < first { laps.next_lap(start) } else { start };
            let stamp = lap - (laps.slot(lap) as u64 * ONE) + index as u64 * ONE;
            Slot { stamp: AtomicU64::new(stamp), item: UnsafeCell::new(MaybeUninit::uninit()) }
        };
        Ring { slots: (0..capacity).map(slot).collect() }
    }

    #[inline]
    fn slot(&self, words: &Words, position: u64) -> &Slot<T> {
        &self.slots[words.laps.slot(position)]
    }

    /// Moves the item out and hands the slot over to the put of the next lap.
    ///
    /// # Safety
    ///
    /// The caller owns the slot, and it was published.
    #[inline]
    unsafe fn take_out(&self, words: &Words, position: u64) -> T {
        let slot = self.slot(words, position);
        // SAFETY: that it was published means that the item is there, and the owner is the only
        // one to access it. The stamp below makes it unreadable.
        let item = slot.item.with(|item| unsafe { item.read().assume_init() });
        // Release: the reading above, to the put that acquires the stamp in `claim_put`.
        slot.stamp.store(words.laps.next_lap(position), Ordering::Release);
        item
    }

    #[inline]
    fn is_published(slot: &Slot<T>, position: u64) -> bool {
        // Acquire: the item, which `fill` has released.
        slot.stamp.load(Ordering::Acquire) == Laps::bare(position) | PUBLISHED
    }
}

impl<T> Slots<T> for Ring<T> {
    type Claim = u64;

    /// Takes effect at the compare-and-swap of the tail.
    #[inline]
    fn claim_put(&self, words: &Words) -> Result<u64, Refusal> {
        let mut backoff = Backoff::new();
        // Relaxed, here and below: the word is only compared, and its marks are only passed on;
        // the item that was here before is acquired with the stamp.
        let mut tail = words.tail.load(Ordering::Relaxed);
        loop {
            if tail & SHUT != 0 {
                words.help_shutdown(tail);
                return Err(Refusal::ShutDown);
            }
            // Acquire: the reading of the item a lap ago, which `take_out` has released.
            let stamp = self.slot(words, tail).stamp.load(Ordering::Acquire);
            if stamp == Laps::bare(tail) {
                let next = words.laps.next(tail);
                // AcqRel: acquires the registration of waiting gets (see `parking`).
                let order = (Ordering::AcqRel, Ordering::Relaxed);
                match words.tail.compare_exchange_weak(tail, next, order.0, order.1) {
                    Ok(_) => return Ok(tail),
                    Err(found) => tail = found,
                }
                backoff.lost();
                continue;
            }
            if let Some(refusal) = words.refuses_put(tail) {
                return Err(refusal);
            }
            backoff.snooze();
            tail = words.tail.load(Ordering::Relaxed);
        }
    }

    #[inline]
    fn fill(&self, words: &Words, claim: u64, item: T) {
        let slot = self.slot(words, claim);
        // SAFETY: the put at this position has claimed the slot, whose stamp said that it was free;
        // nobody else accesses it until the stamp says that it is published.
        slot.item.with_mut(|place| unsafe { place.write(MaybeUninit::new(item)) });
        // Release: the item, to the get that acquires the stamp in `is_published`.
        slot.stamp.store(Laps::bare(claim) | PUBLISHED, Ordering::Release);
    }

    /// Takes effect at the compare-and-swap of the head.
    #[inline]
    fn claim_get(&self, words: &Words) -> Result<u64, Refusal> {
        let mut backoff = Backoff::new();
        // Relaxed, here and below: as for the tail in `claim_put`.
        let mut head = words.head.load(Ordering::Relaxed);
        loop {
            if head & IMMEDIATE != 0 {
                words.help_shutdown(head);
                return Err(Refusal::ShutDown);
            }
            if Self::is_published(self.slot(words, head), head) {
                let next = words.laps.next(head);
                // AcqRel: acquires the registration of waiting puts (see `parking`).
                let order = (Ordering::AcqRel, Ordering::Relaxed);
                match words.head.compare_exchange_weak(head, next, order.0, order.1) {
                    Ok(_) => return Ok(head),
                    Err(found) => head = found,
                }
                backoff.lost();
                continue;
            }
            if let Some(refusal) = words.refuses_get(head) {
                return Err(refusal);
            }
            backoff.snooze();
            head = words.head.load(Ordering::Relaxed);
        }
    }

    #[inline]
    fn take(&self, words: &Words, claim: u64) -> T {
        // SAFETY: the get at this position has claimed the slot, whose stamp said that it was
        // published.
        unsafe { self.take_out(words, claim) }
    }

    fn drain(&self, words: &Words, head: u64, tail: u64) -> Vec<T> {
        let mut items = Vec::new();
        let mut position = head;
        while words.laps.distance(tail, position) > 0 {
            let mut backoff = Backoff::new();
            while !Self::is_published(self.slot(words, position), position) {
                backoff.snooze();
            }
            // SAFETY: no get claims a position from `head` on, and one drains; it is published.
            items.push(unsafe { self.take_out(words, position) });
            position = words.laps.next(position);
        }
        items
    }

    fn clear(&mut self, words: &Words, head: u64, tail: u64) {
        let mut position = head;
        while words.laps.distance(tail, position) > 0 {
            // What was claimed and never published, in a thread that was torn down, is not there.
            if Self::is_published(self.slot(words, position), position) {
                // SAFETY: there is no other user, and it is published.
                drop(unsafe { self.take_out(words, position) });
            }
            position = words.laps.next(position);
        }
    }
}
