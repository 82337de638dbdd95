//! Sets of what was seen, by which searches are compared.

use std::collections::BTreeSet;
use std::hash::Hash;
use std::ops::ControlFlow;
use taskdone_explore::{
    Coverage, Ended, Event, Execution, Judge, Limits, Options, Program, Visitor, every, merged,
    reduced,
};

/// What clients can tell of an execution: what was answered to whom, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Outcome {
    answers: Vec<(usize, u32, u64)>,
    pub(crate) ended: Ended,
}

impl Outcome {
    /// In the order of the clients.
    pub(crate) fn answers(&self) -> impl Iterator<Item = u64> {
        self.answers.iter().map(|(_, _, answer)| *answer)
    }

    fn of(events: &[Event], ended: &Ended) -> Self {
        let answer = |event: &Event| match *event {
            Event::Call { .. } => None,
            Event::Return { client, op, outcome } => Some((client, op, outcome)),
        };
        let mut answers: Vec<_> = events.iter().filter_map(answer).collect();
        answers.sort_unstable();
        Outcome { answers, ended: ended.clone() }
    }
}

/// An outcome, and which operations had returned when another one was called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ordered {
    outcome: Outcome,
    precedes: BTreeSet<[(usize, u32); 2]>,
}

impl Ordered {
    fn of(events: &[Event], ended: &Ended) -> Self {
        let (mut returned, mut precedes) = (Vec::new(), BTreeSet::new());
        for event in events {
            match *event {
                Event::Call { client, op } => {
                    precedes.extend(returned.iter().map(|before| [*before, (client, op)]));
                }
                Event::Return { client, op, .. } => returned.push((client, op)),
            }
        }
        Ordered { outcome: Outcome::of(events, ended), precedes }
    }

    /// Whether a judge who demands linearizability refuses this if it refuses `other`.
    fn is_as_strict_as(&self, other: &Ordered) -> bool {
        self.outcome == other.outcome && self.precedes.is_superset(&other.precedes)
    }
}

impl Outcome {
    pub(crate) fn is_race(&self) -> bool {
        matches!(self.ended, Ended::DataRace { .. })
    }

    pub(crate) fn has_answer(&self, answer: u64) -> bool {
        self.answers.iter().any(|(_, _, given)| *given == answer)
    }
}

/// Collects outcomes, and histories up to the order of neighbouring calls and neighbouring returns.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) executions: u64,
    pub(crate) outcomes: BTreeSet<Outcome>,
    pub(crate) histories: BTreeSet<Vec<Event>>,
    pub(crate) ordered: BTreeSet<Ordered>,
}

impl Visitor for Seen {
    fn visit(&mut self, execution: &Execution) -> ControlFlow<()> {
        self.executions += 1;
        self.outcomes.insert(Outcome::of(&execution.events, &execution.ended));
        self.ordered.insert(Ordered::of(&execution.events, &execution.ended));
        let mut history = execution.events.clone();
        let is_call = |event: &Event| matches!(event, Event::Call { .. });
        history.chunk_by_mut(|a, b| is_call(a) == is_call(b)).for_each(<[Event]>::sort);
        self.histories.insert(history);
        ControlFlow::Continue(())
    }

    fn restart(&mut self) {
        *self = Seen::default();
    }
}

pub(crate) fn every_of<P: Program>(program: &P, options: &Options) -> Seen {
    let mut seen = Seen::default();
    let report = every(program, options, &Limits::default(), &mut seen).expect("explorable");
    assert_eq!(report.coverage, Coverage::Exhaustive);
    assert_eq!(report.executions, seen.executions);
    seen
}

pub(crate) fn reduced_of<P: Program>(program: &P, options: &Options) -> Seen {
    let mut seen = Seen::default();
    let report = reduced(program, options, &Limits::default(), &mut seen).expect("explorable");
    assert_eq!(report.coverage, Coverage::Exhaustive);
    seen
}

/// A judge that remembers all answers, so that executions with different answers stay apart, and
/// writes down how they end.
#[derive(Default)]
pub(crate) struct Answers(std::cell::RefCell<BTreeSet<Outcome>>);

impl Judge for Answers {
    type State = Vec<(usize, u32, u64)>;

    fn start(&self) -> Self::State {
        Vec::new()
    }

    fn call(&self, state: &Self::State, _client: usize, _op: u32) -> Self::State {
        state.clone()
    }

    fn ret(&self, s: &Self::State, client: usize, op: u32, outcome: u64) -> Option<Self::State> {
        let mut answers = s.clone();
        answers.push((client, op, outcome));
        answers.sort_unstable();
        Some(answers)
    }

    fn ended(&self, state: &Self::State, ended: &Ended) -> bool {
        let outcome = Outcome { answers: state.clone(), ended: ended.clone() };
        self.0.borrow_mut().insert(outcome);
        true
    }
}

pub(crate) fn merged_of<P: Program>(program: &P, options: &Options) -> BTreeSet<Outcome> {
    let judge = Answers::default();
    let report = merged(program, &judge, options, &Limits::default(), &mut ()).expect("explorable");
    assert_eq!(report.coverage, Coverage::Exhaustive);
    judge.0.into_inner()
}

/// A judge that remembers the whole history, and writes down how executions end.
#[derive(Default)]
struct Orders(std::cell::RefCell<BTreeSet<Ordered>>);

impl Judge for Orders {
    type State = Vec<Event>;

    fn start(&self) -> Self::State {
        Vec::new()
    }

    fn call(&self, state: &Self::State, client: usize, op: u32) -> Self::State {
        state.iter().copied().chain([Event::Call { client, op }]).collect()
    }

    fn ret(&self, s: &Self::State, client: usize, op: u32, outcome: u64) -> Option<Self::State> {
        Some(s.iter().copied().chain([Event::Return { client, op, outcome }]).collect())
    }

    fn ended(&self, state: &Self::State, ended: &Ended) -> bool {
        self.0.borrow_mut().insert(Ordered::of(state, ended));
        true
    }
}

/// The merged search need not see every order of the operations, but the strictest: of those that
/// differ in how early a call or how late a return was.
#[track_caller]
pub(crate) fn check_orders<P: Program>(program: &P, options: &Options, every: &Seen) {
    let judge = Orders::default();
    let report = merged(program, &judge, options, &Limits::default(), &mut ()).expect("explorable");
    assert_eq!(report.coverage, Coverage::Exhaustive);
    let merged = judge.0.into_inner();
    assert!(merged.is_subset(&every.ordered));
    let is_stood_for = |seen: &&Ordered| merged.iter().any(|other| other.is_as_strict_as(seen));
    assert_eq!(every.ordered.iter().find(|seen| !is_stood_for(seen)), None);
}

/// A judge for whom everything is right, and who remembers nothing.
pub(crate) struct Anything;

impl Judge for Anything {
    type State = ();

    fn start(&self) {}

    fn call(&self, _state: &(), _client: usize, _op: u32) {}

    fn ret(&self, _state: &(), _client: usize, _op: u32, _outcome: u64) -> Option<()> {
        Some(())
    }

    fn ended(&self, _state: &(), _ended: &Ended) -> bool {
        true
    }
}
