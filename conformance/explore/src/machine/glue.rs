//! Which accesses are no steps of their own.

use super::client::{Client, Object, Pending};
use super::core::Core;
use crate::memory::outside;

/// A step has at most so many accesses more: who goes round in a circle comes by here again.
const GLUED_MAX: u32 = 100;

impl Core {
    /// Whether an access is part of the current step.
    ///
    /// An access *moves* if it commutes with all that other clients do: one to a cell, as the
    /// program has no data race or is refused for it, or one to an atomic that nobody else uses, or
    /// that all only read. It can be made at once after the access before it, or together with the
    /// one after it (Lipton: Reduction, a method of proving properties of parallel programs,
    /// CACM 1975). Neither is done across the beginning or the end of an operation, whose call
    /// belongs right before its first access, and whose return right after its last one. Nor is the
    /// first done with a mutex: that would be released in the same step then, and nobody would ever
    /// find it locked.
    pub(super) fn is_glued(&self, index: usize, client: &Client, pending: Pending) -> bool {
        let quiet = match pending {
            Pending::Read(object) => self.is_quiet(object, index, false),
            Pending::Write(object) | Pending::Update(object) | Pending::WeakUpdate(object) => {
                self.is_quiet(object, index, true)
            }
            Pending::Choose(_) => return false,
            _ => false,
        };
        let after_moves = client.moved.get();
        // A cell's accesses are looked at by `Machine::race` before they are made.
        let moves = quiet || matches!(pending, Pending::CellRead(_) | Pending::CellWrite(_));
        let called = client.operation.get().is_some_and(|operation| operation.called);
        let at_once = quiet && called && client.held.get() == 0;
        let plain = matches!(pending, Pending::Read(_) | Pending::Write(_) | Pending::Update(_));
        let glued = plain && self.glued.get() < GLUED_MAX && (at_once || after_moves);
        client.moved.set(moves && (after_moves || !glued));
        glued
    }

    /// Whether an access to an atomic commutes with all accesses by other clients, as far as seen.
    fn is_quiet(&self, object: Object, index: usize, writes: bool) -> bool {
        let access = outside(|| self.accessors.borrow_mut().add(object, index, writes));
        self.must_restart.set(self.must_restart.get() || access.is_first_conflict);
        access.is_quiet
    }
}
