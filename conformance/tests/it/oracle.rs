//! The oracle against other ways to an answer.

use crate::histories::{damage, shape, valid};
use fastrand::Rng;
use rayon::prelude::*;
use spec::{
    Constants, Discipline, Ending, EventKind, History, MomentaryZero, Op, Operation, Outcome,
    State, queue,
};
use stateright::semantics::{ConsistencyTester, LinearizabilityTester, SequentialSpec};
use taskdone_conformance::oracle::{Answer, judge};

const DISCIPLINES: [Discipline; 3] = [Discipline::Fifo, Discipline::Lifo, Discipline::Priority];

/// What the specification generates, the oracle accepts.
#[test]
fn no_false_alarm_on_100_000_histories_of_the_model() {
    let chunks: u64 = 100;
    (0..chunks).into_par_iter().for_each(|chunk| {
        let mut rng = Rng::with_seed(chunk);
        for run in 0..1_000 {
            let zero = [MomentaryZero::MayMiss, MomentaryZero::MustReturn][run % 2];
            let shape = shape(4, 3, DISCIPLINES[run % 3]);
            let (scenario, history) = valid(&shape, zero, &mut rng);
            let answer = judge(scenario.constants, zero, &history);
            assert!(matches!(answer, Answer::Allowed(_)), "{answer:?}\n{scenario}{history:?}");
        }
    });
}

/// Tries every linearization, straight from the sequential specification.
fn brute_force(constants: Constants, history: &History) -> bool {
    let operations = history.operations().expect("it is well formed");
    try_all(constants, history, &operations, &mut vec![false; operations.len()], &queue::init())
}

fn try_all(
    constants: Constants,
    history: &History,
    operations: &[Operation],
    placed: &mut [bool],
    state: &State,
) -> bool {
    let quiescent = history.ending == Ending::Quiescent;
    let complete = (0..operations.len()).all(|i| placed[i] || operations[i].returned.is_none());
    let waits = |o: &&Operation| queue::answer(&constants, state, o.op).is_none();
    let pending = operations.iter().filter(|o| o.returned.is_none());
    if complete && (!quiescent || pending.clone().count() == pending.filter(waits).count()) {
        return true;
    }
    for i in 0..operations.len() {
        let precedes = |j: usize| {
            operations[j].returned.is_some_and(|(event, _)| event < operations[i].called)
        };
        if placed[i] || (0..operations.len()).any(|j| !placed[j] && precedes(j)) {
            continue;
        }
        let next = match operations[i].returned {
            Some((_, outcome)) => queue::step(&constants, state, operations[i].op, outcome),
            None if quiescent => None,
            None => queue::answer(&constants, state, operations[i].op).map(|(_, next)| next),
        };
        if let Some(next) = next {
            placed[i] = true;
            if try_all(constants, history, operations, placed, &next) {
                return true;
            }
            placed[i] = false;
        }
    }
    false
}

#[test]
fn agrees_with_brute_force() {
    let counts = (0..100_u64).into_par_iter().map(|chunk| {
        let mut rng = Rng::with_seed(1_000 + chunk);
        let (mut allowed, mut refused) = (0, 0);
        for run in 0..400 {
            let zero = MomentaryZero::MayMiss;
            let (scenario, mut history) = valid(&shape(3, 3, DISCIPLINES[run % 3]), zero, &mut rng);
            if run % 4 > 0 {
                damage(&mut history, &mut rng);
            }
            let answer = judge(scenario.constants, zero, &history);
            let expected = brute_force(scenario.constants, &history);
            let is_allowed = matches!(answer, Answer::Allowed(_));
            assert_eq!(is_allowed, expected, "{answer:?}\n{scenario}{history:?}");
            if expected { allowed += 1 } else { refused += 1 }
        }
        (allowed, refused)
    });
    let (allowed, refused) = counts.reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    assert!(allowed > 10_000 && refused > 10_000, "both kinds: {allowed} and {refused}");
}

/// The queue as stateright's testers want it.
#[derive(Clone)]
struct Reference {
    constants: Constants,
    state: State,
}

impl SequentialSpec for Reference {
    type Op = Op;
    type Ret = Outcome;

    fn invoke(&mut self, op: &Op) -> Outcome {
        // An operation that has to wait has no effect yet; nobody looks at what it answers.
        let Some((outcome, state)) = queue::answer(&self.constants, &self.state, *op) else {
            return Outcome::Done;
        };
        self.state = state;
        outcome
    }

    fn is_valid_step(&mut self, op: &Op, ret: &Outcome) -> bool {
        let step = queue::step(&self.constants, &self.state, *op, *ret);
        step.map(|state| self.state = state).is_some()
    }
}

fn stateright_accepts(constants: Constants, history: &History) -> bool {
    let reference = Reference { constants, state: queue::init() };
    let mut tester = LinearizabilityTester::new(reference);
    for event in &history.events {
        let told = match event.kind {
            EventKind::Call(op) => tester.on_invoke(event.thread, op).map(drop),
            EventKind::Return(outcome) => tester.on_return(event.thread, outcome).map(drop),
        };
        told.expect("it is well formed");
    }
    tester.is_consistent()
}

/// stateright knows nothing of blocked operations, so the histories are taken as cut.
#[test]
fn agrees_with_stateright_on_10_000_damaged_histories() {
    let counts = (0..100_u64).into_par_iter().map(|chunk| {
        let mut rng = Rng::with_seed(2_000 + chunk);
        let mut refused = 0;
        for run in 0..100 {
            let zero = MomentaryZero::MayMiss;
            let (scenario, mut history) = valid(&shape(3, 3, DISCIPLINES[run % 3]), zero, &mut rng);
            damage(&mut history, &mut rng);
            history.ending = Ending::Cut("stateright cannot tell".to_string());
            let answer = judge(scenario.constants, zero, &history);
            let expected = stateright_accepts(scenario.constants, &history);
            let is_allowed = matches!(answer, Answer::Allowed(_));
            assert_eq!(is_allowed, expected, "{answer:?}\n{scenario}{history:?}");
            refused += u32::from(!expected);
        }
        refused
    });
    let refused: u32 = counts.sum();
    assert!((1_000..9_000).contains(&refused), "both kinds: {refused} of 10000 refused");
}

/// What the oracle cannot decide it does not let pass.
#[test]
fn too_long_is_unknown() {
    let get = [EventKind::Call(Op::Len), EventKind::Return(Outcome::Count(0))];
    let events = get.iter().cycle().map(|kind| spec::Event { thread: 0, kind: *kind });
    let constants = Constants { discipline: Discipline::Fifo, capacity: None };
    let judged = |operations: usize| {
        let events = events.clone().take(2 * operations).collect();
        judge(constants, MomentaryZero::MayMiss, &History { events, ending: Ending::Quiescent })
    };
    assert!(matches!(judged(128), Answer::Allowed(_)));
    assert!(matches!(judged(129), Answer::Unknown(why) if why.contains("129 operations")));
}
