//! Counts: how many items and unfinished tasks there can be in each gap between two events, and
//! which observers that leaves room for.
//!
//! The bounds do not depend on a linearization, so what contradicts them is refuted without a
//! search; and an observer that can only be right up to some gap is due there, not at its return.

use super::record::{Entry, NONE, Record, Role};

/// At least and at most, for each gap.
struct Bounds(Vec<(i32, i32)>);

/// Makes observers due no later than they can be right. False if something contradicts the counts:
/// then there is no linearization.
pub(super) fn narrow(record: &mut Record) -> bool {
    let items = items(record);
    let capacity = i32::try_from(record.capacity).unwrap_or(i32::MAX);
    if items.0.iter().any(|(certain, _)| *certain > capacity) {
        return false;
    }
    let Some(tasks) = tasks(record) else { return false };
    for entry in record.entries.iter_mut().filter(|entry| entry.role.observes()) {
        let fits = |gap: &u32| match entry.role {
            Role::Full => items.allow(capacity, *gap),
            Role::Empty | Role::Drained => items.allow(0, *gap),
            Role::Len(n) => i32::try_from(n).is_ok_and(|n| items.allow(n, *gap)),
            Role::Unfinished(n) => i32::try_from(n).is_ok_and(|n| tasks.allow(n, *gap)),
            Role::Busy => tasks.0[*gap as usize].1 > 0,
            _ => true,
        };
        let Some(hi) = (entry.lo + 1..=entry.hi).rev().find(fits) else { return false };
        entry.hi = hi;
    }
    true
}

/// Makes puts take effect no sooner than there is room: an item that would certainly be in the queue
/// where as many others as fit certainly are comes later. Whether any window is narrower now.
pub(super) fn narrow_puts(record: &mut Record) -> bool {
    let items = items(record);
    let capacity = i32::try_from(record.capacity).unwrap_or(i32::MAX);
    let is_full = |gap: &u32| items.0[*gap as usize].0 >= capacity;
    let mut is_narrower = false;
    for at in 0..record.entries.len() {
        let Entry { role, lo, hi, .. } = record.entries[at];
        if role == Role::Put && hi < record.end() {
            // Until its own put is certain, it is not one of those that certainly are there.
            let stays = record.leaves(&record.entries[at]).0.min(record.first_drop);
            if let Some(gap) = (lo + 1..=hi.min(stays)).rev().find(is_full) {
                (record.entries[at].lo, is_narrower) = (gap, true);
            }
        }
    }
    is_narrower
}

/// How many items there are.
fn items(record: &Record) -> Bounds {
    let mut bounds = Bounds::new(record);
    for put in record.entries.iter().filter(|entry| entry.role == Role::Put) {
        let (lo, hi) = record.leaves(put);
        // What nobody got may have been dropped instead.
        let lo = if put.mate == NONE { lo.min(record.first_drop) } else { lo };
        if put.hi < lo {
            bounds.at_least(put.hi, 1);
            bounds.at_least(lo, -1);
        }
        bounds.at_most(put.lo, 1);
        bounds.at_most(hi, -1);
    }
    bounds.sum_up();
    bounds
}

/// How many tasks are unfinished; `None` if more were reported than can have been put.
fn tasks(record: &Record) -> Option<Bounds> {
    let mut bounds = Bounds::new(record);
    // What is reported before an event must have been put before it.
    let mut reported = vec![0; record.of.len() + 2];
    for &Entry { role, lo, hi, .. } in &record.entries {
        match role {
            Role::Put => {
                bounds.at_least(hi, 1);
                bounds.at_most(lo, 1);
            }
            Role::TaskDone => {
                bounds.at_least(lo, -1);
                bounds.at_most(hi, -1);
                reported[hi as usize] += 1;
            }
            _ => {}
        }
    }
    bounds.sum_up();
    let end = record.of.len();
    let too_many = |gap: usize| bounds.0[gap].1 < reported[gap];
    if (0..end).any(too_many) {
        return None;
    }
    // From the first drop on there may be none.
    for bound in &mut bounds.0[record.first_drop as usize + 1..] {
        bound.0 = i32::MIN;
    }
    Some(bounds)
}

impl Bounds {
    fn new(record: &Record) -> Bounds {
        Bounds(vec![(0, 0); record.of.len() + 2])
    }

    /// From after this event on, at least so many more.
    fn at_least(&mut self, event: u32, more: i32) {
        self.0[event as usize + 1].0 += more;
    }

    /// From after this event on, at most so many more.
    fn at_most(&mut self, event: u32, more: i32) {
        self.0[event as usize + 1].1 += more;
    }

    fn sum_up(&mut self) {
        for gap in 1..self.0.len() {
            let before = self.0[gap - 1];
            self.0[gap] = (self.0[gap].0 + before.0, self.0[gap].1 + before.1);
        }
    }

    fn allow(&self, n: i32, gap: u32) -> bool {
        let (least, most) = self.0[gap as usize];
        least <= n && n <= most
    }
}
