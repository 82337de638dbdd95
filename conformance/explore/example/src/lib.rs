//! A bounded queue without locks: Dmitry Vyukov's ring of slots with sequence numbers.

mod sync;

use sync::UnsafeCell;
use sync::atomic::{AtomicUsize, Ordering};

/// A queue with room for a fixed number of items.
pub struct Ring<T> {
    slots: Box<[Slot<T>]>,
    head: AtomicUsize,
    tail: AtomicUsize,
}

struct Slot<T> {
    /// The position for which the slot is ready: `n` to be filled, `n + 1` to be emptied.
    turn: AtomicUsize,
    item: UnsafeCell<Option<T>>,
}

// SAFETY: an item is only reached by the one client whose turn it is.
unsafe impl<T: Send> Sync for Ring<T> {}

impl<T> Ring<T> {
    /// An empty queue. It needs room for at least two items.
    pub fn new(capacity: usize) -> Self {
        let slot = |n| Slot { turn: AtomicUsize::new(n), item: UnsafeCell::new(None) };
        let slots = (0..capacity).map(slot).collect();
        Ring { slots, head: AtomicUsize::new(0), tail: AtomicUsize::new(0) }
    }

    fn slot(&self, position: usize) -> &Slot<T> {
        &self.slots[position % self.slots.len()]
    }

    /// Puts an item, unless the queue is full.
    pub fn try_put(&self, item: T) -> Result<(), T> {
        loop {
            let tail = self.tail.load(Ordering::Relaxed);
            let slot = self.slot(tail);
            let turn = slot.turn.load(Ordering::Acquire);
            if turn == tail {
                if claim(&self.tail, tail) {
                    // SAFETY: the position was claimed, and the slot is ready to be filled.
                    slot.item.with_mut(|place| unsafe { *place = Some(item) });
                    slot.turn.store(tail + 1, Ordering::Release);
                    return Ok(());
                }
            } else if turn < tail {
                return Err(item);
            }
        }
    }

    /// Takes the oldest item out.
    pub fn try_get(&self) -> Option<T> {
        loop {
            let head = self.head.load(Ordering::Relaxed);
            let slot = self.slot(head);
            let turn = slot.turn.load(Ordering::Acquire);
            if turn == head + 1 {
                if claim(&self.head, head) {
                    // SAFETY: the position was claimed, and the slot is ready to be emptied.
                    let item = slot.item.with_mut(|place| unsafe { (*place).take() });
                    slot.turn.store(head + self.slots.len(), Ordering::Release);
                    return item;
                }
            } else if turn < head + 1 {
                return None;
            }
        }
    }
}

fn claim(end: &AtomicUsize, position: usize) -> bool {
    let (success, failure) = (Ordering::Relaxed, Ordering::Relaxed);
    end.compare_exchange(position, position + 1, success, failure).is_ok()
}
