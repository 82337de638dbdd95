//! Who says which executions are right, step by step and without looking back.

use crate::program::{Ended, Event};
use foldhash::{HashMap, HashMapExt};
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

/// The judge's states by number, and what it has said: it is asked once.
pub(crate) struct Verdicts<'j, J: Judge> {
    judge: &'j J,
    states: Vec<J::State>,
    numbers: HashMap<J::State, u32>,
    after: HashMap<(u32, Event), Option<u32>>,
    ends: HashMap<(u32, Ended), bool>,
    spelled_out: HashMap<u32, J::State>,
    accepts_all_of: HashMap<(u32, u32), bool>,
}

impl<'j, J: Judge> Verdicts<'j, J> {
    pub(crate) fn new(judge: &'j J) -> Self {
        let (states, numbers) = (Vec::new(), HashMap::new());
        let mut verdicts = Verdicts {
            judge,
            states,
            numbers,
            after: HashMap::new(),
            ends: HashMap::new(),
            spelled_out: HashMap::new(),
            accepts_all_of: HashMap::new(),
        };
        verdicts.number(judge.start());
        verdicts
    }

    fn number(&mut self, state: J::State) -> u32 {
        if let Some(number) = self.numbers.get(&state) {
            return *number;
        }
        let number = u32::try_from(self.states.len()).expect("memory ends before numbers do");
        self.states.push(state.clone());
        self.numbers.insert(state, number);
        number
    }

    /// The state after these events; `None` refuses them. The first state is number 0.
    pub(crate) fn after(&mut self, state: u32, events: &[Event]) -> Option<u32> {
        events.iter().try_fold(state, |state, event| self.after_one(state, *event))
    }

    fn after_one(&mut self, number: u32, event: Event) -> Option<u32> {
        if let Some(known) = self.after.get(&(number, event)) {
            return *known;
        }
        let state = &self.states[number as usize];
        let next = match event {
            Event::Call { client, op } => Some(self.judge.call(state, client, op)),
            Event::Return { client, op, outcome } => self.judge.ret(state, client, op, outcome),
        };
        let next = next.map(|state| self.number(state));
        self.after.insert((number, event), next);
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
