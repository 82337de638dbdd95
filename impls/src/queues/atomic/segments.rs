//! The unbounded form: a linked list of blocks of slots.
//!
//! As in the list of crossbeam-channel (Glavina, 2019): a lap is a block, and the last position of
//! a lap has no slot. Whoever claims the last slot of a block moves the end on to the next block;
//! while it does, the end stands on that position, and the others wait. A block is freed when all
//! its slots were read: who reads the last slot frees it, unless a slot before is still being read;
//! then it leaves a note in that slot, and its reader goes on with freeing.
//!
//! A get loads nothing from a block before it has claimed a slot in it. Until then the block may be
//! freed by others.

use super::backoff::Backoff;
use super::padded::Padded;
use super::position::{HAS_NEXT, IMMEDIATE, ONE, SHUT};
use super::slots::Slots;
use super::sync::atomic::{AtomicPtr, AtomicU8, Ordering};
use super::sync::cell::UnsafeCell;
use super::words::{Refusal, Words};
use std::mem::MaybeUninit;
use std::ptr;

/// How many slots a block has.
pub(super) const SLOTS: usize = 31;
/// How many positions a lap has: one more.
pub(super) const LAP: usize = 32;

/// The item is there.
const WRITTEN: u8 = 1;
/// It was taken out.
const READ: u8 = 2;
/// Whoever reads it has to go on with freeing the block.
const FREE: u8 = 4;

#[derive(Debug)]
pub(super) struct Segments<T> {
    /// The block of the tail.
    last: Padded<AtomicPtr<Block<T>>>,
    /// The block of the head.
    first: Padded<AtomicPtr<Block<T>>>,
}

#[derive(Debug)]
struct Block<T> {
    next: AtomicPtr<Block<T>>,
    slots: [Slot<T>; SLOTS],
}

#[derive(Debug)]
struct Slot<T> {
    state: AtomicU8,
    item: UnsafeCell<MaybeUninit<T>>,
}

/// A slot in a block, which is not freed before the slot was read.
#[derive(Debug)]
pub(super) struct Claim<T> {
    block: *const Block<T>,
    slot: usize,
}

impl<T> Segments<T> {
    pub(super) fn new() -> Self {
        let block = Block::new();
        Segments {
            last: Padded::new(AtomicPtr::new(block)),
            first: Padded::new(AtomicPtr::new(block)),
        }
    }

    /// The head with its block, as soon as it stands on a slot.
    fn settled_head(&self, words: &Words) -> (u64, *mut Block<T>) {
        let mut backoff = Backoff::new();
        loop {
            // Acquire: the store of the block, which `step_over` has released.
            let head = words.head.load(Ordering::Acquire);
            if words.laps.slot(head) < SLOTS {
                return (head, self.first.load(Ordering::Acquire));
            }
            backoff.snooze();
        }
    }
}

impl<T> Block<T> {
    #[inline(never)]
    fn new() -> *mut Block<T> {
        let slot =
            |_| Slot { state: AtomicU8::new(0), item: UnsafeCell::new(MaybeUninit::uninit()) };
        let slots = std::array::from_fn(slot);
        Box::into_raw(Box::new(Block { next: AtomicPtr::new(ptr::null_mut()), slots }))
    }

    /// The next block, as soon as the put that has claimed the last slot has made it.
    fn wait_for_next(&self) -> *mut Block<T> {
        let mut backoff = Backoff::new();
        loop {
            // Acquire: the contents of the block, which `claim_put` has released.
            let next = self.next.load(Ordering::Acquire);
            if !next.is_null() {
                return next;
            }
            backoff.snooze();
        }
    }

    /// Frees the block, or leaves that to who still reads one of the slots from `slot` on.
    ///
    /// # Safety
    ///
    /// All slots were claimed by gets, those before `slot` and the last one were read, and only one
    /// thread at a time has the task of freeing this block.
    #[cold]
    unsafe fn free(block: *mut Block<T>, slot: usize) {
        for slot in slot..SLOTS - 1 {
            // SAFETY: the block is not freed yet; that is what this thread is about to do.
            let state = unsafe { &(*block).slots[slot].state };
            // Acquire: the reading of the item, before the memory is freed. Release: that of the
            // slots before, to who goes on.
            let read = state.load(Ordering::Acquire) & READ != 0;
            if !read && state.fetch_or(FREE, Ordering::AcqRel) & READ == 0 {
                return;
            }
        }
        // SAFETY: it was made by `Block::new`; every slot was read, and nobody comes back to one.
        drop(unsafe { Box::from_raw(block) });
    }

    /// Moves the item out, and frees the block if this was the last use of it.
    ///
    /// # Safety
    ///
    /// The caller owns the slot, of which the item was not taken out yet.
    #[inline]
    unsafe fn take(block: *mut Block<T>, index: usize) -> T {
        // SAFETY: a block is not freed before its slots were read.
        let slot = unsafe { &(*block).slots[index] };
        let mut backoff = Backoff::new();
        // Acquire: the item, which `fill` has released.
        while slot.state.load(Ordering::Acquire) & WRITTEN == 0 {
            backoff.snooze();
        }
        // SAFETY: the item was written, and the caller is the only one to access it.
        let item = slot.item.with(|item| unsafe { item.read().assume_init() });
        if index + 1 == SLOTS {
            // SAFETY: who reads the last slot has the task; all before it were claimed earlier.
            unsafe { Block::free(block, 0) };
        // AcqRel: releases the reading to who frees, or acquires that of the slots before.
        } else if slot.state.fetch_or(READ, Ordering::AcqRel) & FREE != 0 {
            // SAFETY: the note hands over the task; the slots before this one were read.
            unsafe { Block::free(block, index + 1) };
        }
        item
    }
}

impl<T> Slots<T> for Segments<T> {
    type Claim = Claim<T>;

    /// Takes effect at the compare-and-swap of the tail.
    #[inline]
    fn claim_put(&self, words: &Words) -> Result<Claim<T>, Refusal> {
        let mut backoff = Backoff::new();
        let mut spare = Spare(ptr::null_mut());
        // Acquire, here and below: the store of the block, which `step_over` has released.
        let mut tail = words.tail.load(Ordering::Acquire);
        loop {
            if tail & SHUT != 0 {
                words.help_shutdown(tail);
                return Err(Refusal::ShutDown);
            }
            let slot = words.laps.slot(tail);
            if slot == SLOTS {
                backoff.snooze();
                tail = words.tail.load(Ordering::Acquire);
                continue;
            }
            // Acquire: the contents of the block.
            let block = self.last.load(Ordering::Acquire);
            let is_last = slot + 1 == SLOTS;
            if is_last {
                // Before the claim, so that the others need not wait for the allocation.
                spare.make();
            }
            let next = tail + ONE;
            // AcqRel: acquires the registration of waiting gets (see `parking`), and releases the
            // contents of the first block to who sees that there is an item.
            let order = (Ordering::AcqRel, Ordering::Acquire);
            if let Err(found) = words.tail.compare_exchange_weak(tail, next, order.0, order.1) {
                tail = found;
                backoff.lost();
                continue;
            }
            if is_last {
                let next = spare.take();
                // Release: the contents of the block, here and below.
                self.last.store(next, Ordering::Release);
                Words::step_over(&words.tail, 0);
                // SAFETY: the block is not freed before the claimed slot was read.
                unsafe { &(*block).next }.store(next, Ordering::Release);
            }
            return Ok(Claim { block, slot });
        }
    }

    #[inline]
    fn fill(&self, _: &Words, claim: Claim<T>, item: T) {
        // SAFETY: a block is not freed before its slots were read, and this one was not written.
        let slot = unsafe { &(*claim.block).slots[claim.slot] };
        // SAFETY: the put has claimed the slot; the get that claims it waits for the state below.
        slot.item.with_mut(|place| unsafe { place.write(MaybeUninit::new(item)) });
        // Release: the item, to the get that acquires the state in `take`.
        slot.state.fetch_or(WRITTEN, Ordering::Release);
    }

    /// Takes effect at the compare-and-swap of the head.
    #[inline]
    fn claim_get(&self, words: &Words) -> Result<Claim<T>, Refusal> {
        let mut backoff = Backoff::new();
        // Acquire, here and below: the store of the block, which `step_over` has released.
        let mut head = words.head.load(Ordering::Acquire);
        loop {
            if head & IMMEDIATE != 0 {
                words.help_shutdown(head);
                return Err(Refusal::ShutDown);
            }
            let slot = words.laps.slot(head);
            if slot == SLOTS {
                backoff.snooze();
                head = words.head.load(Ordering::Acquire);
                continue;
            }
            if head & HAS_NEXT == 0
                && let Some(refusal) = words.refuses_get(head)
            {
                return Err(refusal);
            }
            // Acquire: the contents of the block.
            let block = self.first.load(Ordering::Acquire);
            let is_last = slot + 1 == SLOTS;
            let next = if is_last { head & !HAS_NEXT } else { head } + ONE;
            // Acquire: the registrations of waiting puts, of which there are none; and the claims
            // of the gets before, so that who frees a block comes after all of them.
            let order = (Ordering::AcqRel, Ordering::Acquire);
            if let Err(found) = words.head.compare_exchange_weak(head, next, order.0, order.1) {
                head = found;
                backoff.lost();
                continue;
            }
            if is_last {
                // SAFETY: the block is not freed before the claimed slot was read.
                let next = unsafe { &*block }.wait_for_next();
                // SAFETY: nobody gets from the next block before the head stands on it.
                // Relaxed: only asks whether there is one.
                let after = unsafe { &(*next).next }.load(Ordering::Relaxed);
                // Release: the contents of the block.
                self.first.store(next, Ordering::Release);
                Words::step_over(&words.head, if after.is_null() { 0 } else { HAS_NEXT });
            }
            return Ok(Claim { block, slot });
        }
    }

    #[inline]
    fn take(&self, _: &Words, claim: Claim<T>) -> T {
        // SAFETY: the get has claimed the slot.
        unsafe { Block::take(claim.block.cast_mut(), claim.slot) }
    }

    fn drain(&self, words: &Words, _: u64, tail: u64) -> Vec<T> {
        let (mut position, mut block) = self.settled_head(words);
        let mut items = Vec::new();
        while words.laps.distance(tail, position) > 0 {
            let slot = words.laps.slot(position);
            let mut next = block;
            if slot + 1 == SLOTS {
                // SAFETY: the block is not freed before its last slot was read.
                next = unsafe { &*block }.wait_for_next();
            }
            // SAFETY: no get claims a position from the head on, and one drains.
            items.push(unsafe { Block::take(block, slot) });
            position = words.laps.next(position);
            block = next;
        }
        items
    }

    fn clear(&mut self, words: &Words, head: u64, tail: u64) {
        if words.is_drained() {
            // SAFETY: there is no other user, and draining has freed the blocks before the last.
            drop(unsafe { Box::from_raw(self.last.load(Ordering::Relaxed)) });
            return;
        }
        let mut position = head;
        // Relaxed, here and below: there is no other user.
        let mut block = self.first.load(Ordering::Relaxed);
        while !block.is_null() && words.laps.slot(position) < SLOTS {
            // SAFETY: it was made by `Block::new`; the blocks from that of the head on are not freed.
            let own = unsafe { Box::from_raw(block) };
            for slot in &own.slots[words.laps.slot(position)..] {
                let is_there = words.laps.distance(tail, position) > 0;
                // What was claimed and never written, in a thread that was torn down, is not there.
                if is_there && slot.state.load(Ordering::Acquire) & WRITTEN != 0 {
                    // SAFETY: it was written, and no get has claimed it.
                    drop(slot.item.with(|item| unsafe { item.read().assume_init() }));
                }
                position = words.laps.next(position);
            }
            block = own.next.load(Ordering::Acquire);
        }
    }
}

/// A block that was made for the case that it is needed.
struct Spare<T>(*mut Block<T>);

impl<T> Spare<T> {
    #[cold]
    fn make(&mut self) {
        if self.0.is_null() {
            self.0 = Block::new();
        }
    }

    fn take(&mut self) -> *mut Block<T> {
        std::mem::replace(&mut self.0, ptr::null_mut())
    }
}

impl<T> Drop for Spare<T> {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: it was made by `Block::new` and not given away.
            drop(unsafe { Box::from_raw(self.0) });
        }
    }
}
