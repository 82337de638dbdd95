//! stateright's linearizability tester, on the sequential specification.

use spec::{Constants, EventKind, History, Op, Outcome, State, queue};
use stateright::semantics::{ConsistencyTester, LinearizabilityTester, SequentialSpec};

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

/// Whether stateright's tester accepts a history, taken as cut.
pub(crate) fn stateright_accepts(constants: Constants, history: &History) -> bool {
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
