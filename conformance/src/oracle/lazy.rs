//! The search for a linearization of a long history: lazy, depth first, with an undo log.
//!
//! The events are walked in order. Before the event at which an operation is due, it takes effect;
//! others do so only where that helps it, or helps an observer that is waiting to see what it saw
//! ([`super::goal`]). An observer takes effect as soon as it is right, which changes nothing for
//! anybody. That suffices: take the linearization with the fewest operations ahead of the first
//! that is due, then of the second, and so on. Whatever in it is ahead of something due cannot be
//! moved behind it, so something between the two depends on it.
//!
//! After Lowe, "Testing for linearizability" (2017), whose search also places operations just before
//! a return, but knows nothing of what helps.

use super::record::{Entry, NONE, Record, Role, time};
use super::search::Step;
use super::state::State;
use std::collections::HashSet;

/// How many configurations are remembered. It may forget: then it tries them once more.
const FAILED_MAX: usize = 1 << 20;

/// What the search found.
pub(super) enum Search {
    /// A linearization.
    Linearization(Vec<Step>),
    /// There is none.
    Nothing,
    /// The budget was used up. The furthest event that some attempt reached.
    OutOfBudget(usize),
}

/// Searches, letting operations take effect at most `budget` times.
pub(super) fn search(record: &Record, budget: usize) -> Search {
    let mut walk = Walk::new(record, budget);
    let explained = walk.walk();
    let furthest = walk.furthest as usize;
    match explained {
        true => Search::Linearization(walk.into_steps()),
        false if walk.budget == 0 => Search::OutOfBudget(furthest),
        false => Search::Nothing,
    }
}

/// A choice that was made, or is being made.
struct Choice {
    /// The next event.
    at: u32,
    /// The operation that is due before it.
    due: u32,
    /// How many operations had taken effect.
    effects: u32,
    /// How many candidates have been tried.
    tried: u32,
}

pub(super) struct Walk<'a> {
    pub(super) record: &'a Record,
    pub(super) state: State,
    /// The next event.
    pub(super) at: u32,
    /// The last operation called in each slot.
    pub(super) slots: Vec<u32>,
    /// Whether an operation has taken effect.
    pub(super) taken: Vec<bool>,
    pub(super) order_matters: bool,
    /// The operations due before each event, as lists: the first of each event, and the next.
    due: Vec<u32>,
    next_due: Vec<u32>,
    /// What has taken effect, and before which event.
    effects: Vec<(u32, u32)>,
    choices: Vec<Choice>,
    /// How many observers in the slots have not taken effect.
    waiting: usize,
    failed: HashSet<Box<[u32]>>,
    /// The last event at which something has failed.
    failed_until: u32,
    furthest: u32,
    budget: usize,
}

impl<'a> Walk<'a> {
    fn new(record: &'a Record, budget: usize) -> Walk<'a> {
        let n = record.entries.len();
        let mut due = vec![NONE; record.of.len()];
        let mut next_due = vec![NONE; n];
        for (at, entry) in record.entries.iter().enumerate().rev() {
            if entry.role != Role::Idle && entry.hi < record.end() {
                next_due[at] = std::mem::replace(&mut due[entry.hi as usize], time(at));
            }
        }
        let puts = record.entries.iter().filter(|entry| entry.role == Role::Put).count();
        Walk {
            record,
            state: State::with_capacity(puts),
            at: 0,
            slots: vec![NONE; record.slots],
            taken: vec![false; n],
            order_matters: record.order_matters(),
            due,
            next_due,
            effects: Vec::with_capacity(n),
            choices: Vec::with_capacity(n),
            waiting: 0,
            failed: HashSet::new(),
            failed_until: 0,
            furthest: 0,
            budget,
        }
    }

    /// Whether everything can be explained; if so, by the effects.
    fn walk(&mut self) -> bool {
        while let Some(due) = self.advance() {
            let (at, effects) = (self.at, time(self.effects.len()));
            if !self.has_failed() {
                self.choices.push(Choice { at, due, effects, tried: 0 });
            }
            if !self.choose() {
                return false;
            }
        }
        true
    }

    /// Walks to the next event before which some operation has yet to take effect.
    fn advance(&mut self) -> Option<u32> {
        while self.at < self.record.end() {
            let mut due = self.due[self.at as usize];
            while due != NONE && self.taken[due as usize] {
                due = self.next_due[due as usize];
            }
            if due != NONE {
                self.furthest = self.furthest.max(self.at);
                return Some(due);
            }
            self.pass();
        }
        None
    }

    /// Passes an event.
    fn pass(&mut self) {
        let operation = self.record.of[self.at as usize];
        let Entry { role, called, slot, .. } = *self.record.entry(operation);
        let is_call = called == self.at;
        self.at += 1;
        if is_call {
            self.slots[slot as usize] = operation;
            if role.observes() {
                self.waiting += 1;
                self.see(operation);
            }
        }
    }

    /// Goes back to just before the event passed last.
    fn pass_back(&mut self) {
        self.at -= 1;
        let operation = self.record.of[self.at as usize];
        let Entry { role, called, slot, previous, .. } = *self.record.entry(operation);
        if called == self.at {
            self.slots[slot as usize] = previous;
            self.waiting -= usize::from(role.observes());
        }
    }

    /// Lets an observer take effect if it is right.
    fn see(&mut self, observer: u32) {
        if self.state.allows(self.record, observer) {
            self.taken[observer as usize] = true;
            self.effects.push((observer, self.at));
            self.waiting -= 1;
        }
    }

    /// Lets an operation take effect, and all observers that are right then.
    fn take(&mut self, operation: u32) {
        self.state.apply(self.record.entry(operation).role, operation);
        self.taken[operation as usize] = true;
        self.effects.push((operation, self.at));
        if self.waiting > 0 {
            for slot in 0..self.slots.len() {
                if self.waits(self.slots[slot]) {
                    self.see(self.slots[slot]);
                }
            }
        }
    }

    /// Goes back to a choice.
    fn go_back(&mut self, at: u32, effects: u32) {
        while self.effects.len() > effects as usize {
            let (operation, before) = self.effects.pop().expect("there are more");
            while self.at > before {
                self.pass_back();
            }
            let role = self.record.entry(operation).role;
            self.taken[operation as usize] = false;
            self.waiting += usize::from(role.observes());
            self.state.undo(role);
        }
        while self.at > at {
            self.pass_back();
        }
    }

    /// Takes the next candidate of the last choice that has one. False if none has.
    fn choose(&mut self) -> bool {
        while let Some(&Choice { at, due, effects, tried }) = self.choices.last() {
            self.go_back(at, effects);
            if self.budget == 0 {
                return false;
            }
            let candidate = match tried {
                0 if self.can_take(due) => Some(self.first(due)),
                _ => self.candidates(due).get(tried as usize).copied(),
            };
            if let Some(candidate) = candidate {
                self.choices.last_mut().expect("the same").tried += 1;
                self.budget -= 1;
                self.take(candidate);
                return true;
            }
            self.failed_until = self.failed_until.max(at);
            if self.failed.len() == FAILED_MAX {
                self.failed.clear();
            }
            let key = self.key();
            self.failed.insert(key);
            self.choices.pop();
        }
        false
    }

    fn has_failed(&self) -> bool {
        self.at <= self.failed_until && self.failed.contains(&self.key())
    }

    /// The configuration: what is still to come depends on nothing else.
    fn key(&self) -> Box<[u32]> {
        let counts = [self.at, time(self.state.unfinished())];
        let mut key = Vec::from(counts);
        let taken = |slot: &u32| *slot != NONE && self.taken[*slot as usize];
        for slots in self.slots.chunks(32) {
            let bits = slots.iter().rev().map(|slot| u32::from(taken(slot)));
            key.push(bits.fold(0, |bits, bit| bits << 1 | bit));
        }
        key.push(u32::from(self.state.is_shut()));
        key.extend(self.state.items());
        key.into_boxed_slice()
    }

    fn into_steps(self) -> Vec<Step> {
        let Walk { effects, .. } = self;
        let step = |(operation, before): (u32, u32)| Step {
            operation: operation as usize,
            before: before as usize,
        };
        effects.into_iter().map(step).collect()
    }
}
