//! The queue as the search moves it: every operation can be undone, in the reverse order.

use super::record::{Record, Role};
use spec::Shutdown;

/// A state. The items are the puts that brought them; those before `head` have left.
#[derive(Debug, Default)]
pub(super) struct State {
    order: Vec<u32>,
    head: usize,
    unfinished: usize,
    shut: bool,
    /// What each shutdown found.
    before: Vec<(usize, usize, bool)>,
}

impl State {
    pub(super) fn with_capacity(items: usize) -> State {
        State { order: Vec::with_capacity(items), ..State::default() }
    }

    /// The puts whose items are in, the next to leave first.
    pub(super) fn items(&self) -> &[u32] {
        &self.order[self.head..]
    }

    /// How many tasks are unfinished.
    pub(super) fn unfinished(&self) -> usize {
        self.unfinished
    }

    /// Whether it is shut.
    pub(super) fn is_shut(&self) -> bool {
        self.shut
    }

    /// Whether there is no room.
    pub(super) fn is_full(&self, record: &Record) -> bool {
        self.items().len() >= record.capacity
    }

    /// Whether an operation can take effect here: the guards of [`spec::queue::step`].
    pub(super) fn allows(&self, record: &Record, operation: u32) -> bool {
        let entry = record.entry(operation);
        let len = self.items().len();
        match entry.role {
            Role::Idle => false,
            Role::Put => !self.shut && !self.is_full(record),
            Role::Get => self.items().first() == Some(&entry.mate),
            Role::Taker => self
                .items()
                .first()
                .is_some_and(|put| record.entry(*put).mate == super::record::NONE),
            Role::TaskDone => self.unfinished > 0,
            Role::Shutdown(_) => true,
            Role::Full => !self.shut && self.is_full(record),
            Role::Empty => !self.shut && len == 0,
            Role::Drained => self.shut && len == 0,
            Role::Shut(shut) => self.shut == shut,
            Role::Busy => self.unfinished > 0,
            Role::Len(n) => len == n as usize,
            Role::Unfinished(n) => self.unfinished == n as usize,
        }
    }

    /// Lets an operation take effect that is allowed to: the effects of [`spec::queue::step`].
    pub(super) fn apply(&mut self, role: Role, operation: u32) {
        match role {
            Role::Put => {
                self.order.push(operation);
                self.unfinished += 1;
            }
            Role::Get | Role::Taker => self.head += 1,
            Role::TaskDone => self.unfinished -= 1,
            Role::Shutdown(mode) => {
                self.before.push((self.head, self.unfinished, self.shut));
                self.shut = true;
                if mode == Shutdown::Immediate {
                    self.unfinished = self.unfinished.saturating_sub(self.items().len());
                    self.head = self.order.len();
                }
            }
            _ => {}
        }
    }

    /// Takes back the last operation that took effect.
    pub(super) fn undo(&mut self, role: Role) {
        match role {
            Role::Put => {
                self.order.pop();
                self.unfinished -= 1;
            }
            Role::Get | Role::Taker => self.head -= 1,
            Role::TaskDone => self.unfinished += 1,
            Role::Shutdown(_) => {
                let before = self.before.pop().expect("a shutdown took effect");
                (self.head, self.unfinished, self.shut) = before;
            }
            _ => {}
        }
    }
}
