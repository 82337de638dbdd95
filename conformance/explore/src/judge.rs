//! Who says which executions are right, step by step and without looking back.

use crate::program::{Ended, Event};
use foldhash::fast::RandomState;
use foldhash::{HashMap, HashMapExt};
use indexmap::IndexSet;
use std::fmt::Debug;
use std::hash::Hash;

/// A judge reads the history as it grows. Whatever it needs of the past is in its state, which is a
/// part of the explored state: executions are merged only where the judge cannot tell them apart, or
/// where it is stricter about the one that is followed.
///
/// For linearizability, the state is the set of configurations of the sequential specification that
/// the history so far allows.
pub trait Judge {
    /// What the judge remembers.
    type State: Clone + Eq + Hash + Debug;

    /// What it remembers before anything has happened.
    fn start(&self) -> Self::State;

    /// A client calls an operation.
    fn call(&self, state: &Self::State, client: usize, op: u32) -> Self::State;

    /// An operation returns. `None` refuses: this should not have been possible.
    fn ret(&self, state: &Self::State, client: usize, op: u32, outcome: u64)
    -> Option<Self::State>;

    /// The execution ends so: whether that is right.
    fn ended(&self, state: &Self::State, ended: &Ended) -> bool;

    /// The same state, written in the way that it is easiest to compare with others.
    fn spelled_out(&self, state: &Self::State) -> Self::State {
        state.clone()
    }

    /// Whether the judge, in a state that is spelled out, accepts whatever it accepts in `stricter`.
    /// Then nobody has to see what happens after the first who has seen the same after the other (De
    /// Wulf, Doyen, Henzinger, Raskin: Antichains, CAV 2006). To say no is always right; it only
    /// costs time.
    fn accepts_all_of(&self, spelled_out: &Self::State, stricter: &Self::State) -> bool {
        spelled_out == stricter
    }
}

/// The judge's states and the events, by number, and what the judge has said: it is asked once.
pub(crate) struct Verdicts<'j, J: Judge> {
    judge: &'j J,
    states: IndexSet<J::State, RandomState>,
    events: IndexSet<Event, RandomState>,
    /// By state: for each event that was asked for, the state after it.
    after: Vec<Vec<(u32, Option<u32>)>>,
    ends: HashMap<(u32, Ended), bool>,
    spelled_out: HashMap<u32, J::State>,
    accepts_all_of: HashMap<(u32, u32), bool>,
}

impl<'j, J: Judge> Verdicts<'j, J> {
    pub(crate) fn new(judge: &'j J) -> Self {
        let mut verdicts = Verdicts {
            judge,
            states: IndexSet::default(),
            events: IndexSet::default(),
            after: Vec::new(),
            ends: HashMap::new(),
            spelled_out: HashMap::new(),
            accepts_all_of: HashMap::new(),
        };
        number(&mut verdicts.states, judge.start());
        verdicts
    }

    /// The state after these events; `None` refuses them. The first state is number 0.
    pub(crate) fn after(&mut self, state: u32, events: &[Event]) -> Option<u32> {
        events.iter().try_fold(state, |state, event| self.after_one(state, *event))
    }

    fn after_one(&mut self, state: u32, event: Event) -> Option<u32> {
        let state = state as usize;
        let name = number(&mut self.events, event);
        self.after.resize(self.states.len(), Vec::new());
        if let Some((_, known)) = self.after[state].iter().find(|(event, _)| *event == name) {
            return *known;
        }
        let before = &self.states[state];
        let next = match event {
            Event::Call { client, op } => Some(self.judge.call(before, client, op)),
            Event::Return { client, op, outcome } => self.judge.ret(before, client, op, outcome),
        };
        let next = next.map(|state| number(&mut self.states, state));
        self.after[state].push((name, next));
        next
    }

    pub(crate) fn is_right(&mut self, state: u32, ended: &Ended) -> bool {
        let key = (state, ended.clone());
        if let Some(known) = self.ends.get(&key) {
            return *known;
        }
        let right = self.judge.ended(&self.states[state as usize], ended);
        self.ends.insert(key, right);
        right
    }

    pub(crate) fn accepts_all_of(&mut self, state: u32, stricter: u32) -> bool {
        if state == stricter {
            return true;
        }
        *self.accepts_all_of.entry((state, stricter)).or_insert_with(|| {
            let spell_out = || self.judge.spelled_out(&self.states[state as usize]);
            let state = self.spelled_out.entry(state).or_insert_with(spell_out);
            self.judge.accepts_all_of(state, &self.states[stricter as usize])
        })
    }
}

fn number<T: Eq + Hash>(all: &mut IndexSet<T, RandomState>, one: T) -> u32 {
    let (number, _) = all.insert_full(one);
    u32::try_from(number).expect("memory ends before numbers do")
}
