//! What may be tried before an operation takes effect: what it depends on, and what an observer
//! that waits depends on. Anything else can as well be done later.
//!
//! Which of two neighbours depends on the other is read off the table of [`spec::queue::step`]. A get
//! needs the gets of the items ahead, and its put; a put in a full queue needs a get; a report needs
//! a put if nothing is unfinished; a shutdown needs everything that it would make impossible. Apart
//! from that a put, a get and a report change places freely. Two reports are the same, so the one
//! that is due first goes first. Two puts are not: see `Record::order_matters`.

use super::lazy::Walk;
use super::record::{NONE, Role};
use spec::Shutdown;

/// What has to happen first.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "it is a set")]
pub(super) struct Wants {
    /// Some item leaves.
    pop: bool,
    /// A task is reported.
    task_done: bool,
    /// An item is put.
    put: bool,
    /// This item is put.
    this_put: Option<u32>,
    /// The queue is shut down.
    shutdown: bool,
}

impl Wants {
    fn or(self, other: Wants) -> Wants {
        Wants {
            pop: self.pop || other.pop,
            task_done: self.task_done || other.task_done,
            put: self.put || other.put,
            this_put: self.this_put.or(other.this_put),
            shutdown: self.shutdown || other.shutdown,
        }
    }
}

impl Walk<'_> {
    /// Whether an operation waits to see what it saw.
    pub(super) fn waits(&self, operation: u32) -> bool {
        operation != NONE
            && !self.taken[operation as usize]
            && self.record.entry(operation).role.observes()
    }

    /// Whether an operation can take effect now.
    pub(super) fn can_take(&self, operation: u32) -> bool {
        if !self.is_open(operation) || !self.state.allows(self.record, operation) {
            return false;
        }
        match self.record.entry(operation).role {
            Role::Put => !self.overtakes(operation),
            Role::Shutdown(mode) => self.may_shut_down(mode),
            _ => true,
        }
    }

    /// What may be tried before `due` is, the best first: `due` itself, then what it depends on,
    /// then what the observers that wait depend on.
    pub(super) fn candidates(&self, due: u32) -> Vec<u32> {
        let mut candidates = Vec::new();
        if self.can_take(due) {
            let first = self.first(due);
            candidates.push(first);
            if first != due {
                candidates.push(due);
            }
        }
        let mut wants = self.wants(due);
        self.add_helpers(wants, &mut candidates);
        for slot in &self.slots {
            if self.waits(*slot) {
                wants = wants.or(self.wants(*slot));
            }
        }
        // Which of two puts comes first may decide what fits later.
        wants.put |= self.order_matters && self.record.entry(due).role == Role::Put;
        self.add_helpers(wants, &mut candidates);
        candidates
    }

    /// What to try first where `due` can take effect: it, unless it is a put and the item of another
    /// one, called but not due yet, will probably leave earlier. Going by the middle of the window
    /// in which an item leaves avoids nearly all wrong orders, which show much later, when the queue
    /// is full and nobody has called the get of its first item.
    pub(super) fn first(&self, due: u32) -> u32 {
        if !self.order_matters || self.record.entry(due).role != Role::Put {
            return due;
        }
        let others = self.slots.iter().copied().filter(|slot| {
            self.is_open(*slot)
                && self.record.entry(*slot).role == Role::Put
                && self.leaves_about(*slot) < self.leaves_about(due)
        });
        let first = others.min_by_key(|put| self.leaves_about(*put));
        first.filter(|put| self.can_take(*put)).unwrap_or(due)
    }

    /// When the item of a put leaves: twice the middle of the window.
    fn leaves_about(&self, put: u32) -> u64 {
        let (lo, hi) = self.record.leaves(self.record.entry(put));
        u64::from(lo) + u64::from(hi)
    }

    /// Whether an operation may take effect now as far as its window goes.
    fn is_open(&self, operation: u32) -> bool {
        if operation == NONE || self.taken[operation as usize] {
            return false;
        }
        let entry = self.record.entry(operation);
        entry.lo < self.at && self.at <= entry.hi
    }

    /// The open operations with a role, what is due first first.
    fn open(&self, is_asked: impl Fn(Role) -> bool) -> Vec<u32> {
        let asked = |slot: &u32| self.is_open(*slot) && is_asked(self.record.entry(*slot).role);
        let mut open: Vec<u32> = self.slots.iter().copied().filter(asked).collect();
        open.sort_unstable_by_key(|operation| (self.record.entry(*operation).hi, *operation));
        open
    }

    fn count_open(&self, role: Role) -> usize {
        self.slots
            .iter()
            .filter(|slot| self.is_open(**slot) && self.record.entry(**slot).role == role)
            .count()
    }

    /// Whether another put has to come first, by the order of the gets.
    fn overtakes(&self, put: u32) -> bool {
        let (lo, _) = self.record.leaves(self.record.entry(put));
        self.slots.iter().any(|other| {
            *other != put && self.is_open(*other) && {
                let other = self.record.entry(*other);
                other.role == Role::Put && other.mate != NONE && self.record.leaves(other).1 <= lo
            }
        })
    }

    /// Whether nothing is left that has to come before a shutdown.
    fn may_shut_down(&self, mode: Shutdown) -> bool {
        self.slots.iter().filter(|slot| self.is_open(**slot)).all(|slot| {
            let entry = self.record.entry(*slot);
            match entry.role {
                Role::Put => entry.hi == self.record.end(),
                Role::Get => mode == Shutdown::Graceful,
                _ => true,
            }
        })
    }

    /// The operation that takes out the next item.
    fn popper(&self) -> Option<u32> {
        self.popper_of(*self.state.items().first()?)
    }

    /// An open operation that can take out the item of a put.
    fn popper_of(&self, put: u32) -> Option<u32> {
        match self.record.entry(put).mate {
            NONE => self.open(|role| role == Role::Taker).first().copied(),
            get => Some(get).filter(|get| self.is_open(*get)),
        }
    }

    fn can_pop(&self, items: usize) -> bool {
        self.state.items()[..items].iter().all(|put| self.popper_of(*put).is_some())
    }

    /// What `goal`, which cannot take effect now, depends on.
    fn wants(&self, goal: u32) -> Wants {
        let (len, unfinished) = (self.state.items().len(), self.state.unfinished());
        let shut = self.state.is_shut();
        let entry = self.record.entry(goal);
        let mut wants = Wants::default();
        match entry.role {
            Role::Put => {
                wants.pop = self.state.is_full(self.record);
                wants.put = self.overtakes(goal);
            }
            Role::Get if len > 0 => wants.pop = true,
            Role::Get => {
                wants.this_put = Some(entry.mate);
                wants.put = self.order_matters || self.overtakes(entry.mate);
            }
            Role::TaskDone | Role::Busy => wants.put = unfinished == 0,
            Role::Shutdown(_) => wants.shutdown = true,
            Role::Full => {
                wants.put = !shut && len + self.count_open(Role::Put) >= self.record.capacity;
            }
            Role::Empty => wants.pop = !shut && self.can_pop(len),
            Role::Drained => (wants.shutdown, wants.pop) = (true, true),
            Role::Shut(saw) => wants.shutdown = saw && !shut,
            Role::Len(n) if len > n as usize => {
                wants.shutdown = self.may_drop();
                wants.pop = wants.shutdown || self.can_pop(len - n as usize);
            }
            Role::Len(n) => wants.put = len < n as usize,
            Role::Unfinished(n) if unfinished > n as usize => {
                wants.shutdown = self.may_drop();
                let reports = self.count_open(Role::TaskDone);
                wants.task_done = wants.shutdown || unfinished - n as usize <= reports;
            }
            Role::Unfinished(n) => wants.put = unfinished < n as usize,
            Role::Idle | Role::Taker => {}
        }
        wants
    }

    fn may_drop(&self) -> bool {
        self.count_open(Role::Shutdown(Shutdown::Immediate)) > 0
    }

    /// Adds the operations that do what is wanted and can take effect now.
    fn add_helpers(&self, mut wants: Wants, candidates: &mut Vec<u32>) {
        // What a shutdown drops, and what it leaves, depends on everything that comes before it.
        if wants.shutdown {
            (wants.pop, wants.task_done, wants.put) = (true, true, true);
        }
        wants.pop |= (wants.put || wants.this_put.is_some()) && self.state.is_full(self.record);
        let mut helpers: Vec<u32> = wants.this_put.into_iter().collect();
        if wants.pop {
            helpers.extend(self.popper());
        }
        if wants.task_done {
            helpers.extend(self.open(|role| role == Role::TaskDone).first());
        }
        helpers.retain(|helper| self.can_take(*helper));
        if wants.put {
            let mut puts = self.open(|role| role == Role::Put);
            if self.order_matters {
                puts.sort_by_key(|put| self.leaves_about(*put));
            }
            let puts = puts.into_iter().filter(|put| self.can_take(*put));
            helpers.extend(puts.take(if self.order_matters { usize::MAX } else { 1 }));
        }
        if wants.shutdown {
            let shutdowns = self.open(|role| matches!(role, Role::Shutdown(_))).into_iter();
            helpers.extend(shutdowns.filter(|shutdown| self.can_take(*shutdown)));
        }
        helpers.retain(|helper| !candidates.contains(helper));
        candidates.extend(helpers);
    }
}
