//! What refinement asks of a step: each operation takes effect once between its call and its
//! return.

use spec::{Constants, Discipline, Op, Outcome};
use stateright::Property;
use taskdone_model::algorithms::verified::Search;
use taskdone_model::algorithms::{Algorithm, Step};
use taskdone_model::refinement::{Checked, Effect, Place, REFINES};

const OP: Op = Op::Len;
const TAKES: Effect = Effect::Takes { client: 0, op: OP, outcome: Outcome::Count(0) };

/// One client of a queue that stays empty, step after step: what takes effect, whether the call
/// returns, and where the client is then. It starts outside and has to finish.
#[derive(Clone, Debug)]
struct Told(&'static [(Option<Effect>, bool, Place)]);

impl Algorithm for Told {
    type State = usize;
    type Specification = Constants;

    fn specification(&self) -> Constants {
        Constants { discipline: Discipline::Fifo, capacity: None }
    }

    fn init(&self) -> usize {
        0
    }

    fn steps(&self, s: &usize, steps: &mut Vec<Step<usize>>) {
        steps.extend(self.0.get(*s).map(|(effect, returns, _)| Step {
            thread: 0,
            label: "goes on",
            effects: effect.iter().copied().collect(),
            returns: *returns,
            next: s + 1,
        }));
    }

    fn queue(&self, _: &usize) -> spec::State {
        spec::queue::init()
    }

    fn clients(&self) -> usize {
        1
    }

    fn place(&self, s: &usize, _: usize) -> Place {
        s.checked_sub(1).map_or(Place::Outside, |last| self.0[last].2)
    }

    fn name(&self, _: usize) -> String {
        "client".to_string()
    }

    fn invariant(&self, _: &usize) -> bool {
        true
    }

    fn reaches() -> Vec<Property<Checked<Self>>> {
        Vec::new()
    }
}

#[track_caller]
fn check(steps: &'static [(Option<Effect>, bool, Place)], refines: bool) {
    let verdict = Told(steps).search();
    assert_eq!(!verdict.fails.contains_key(REFINES), refines, "{verdict:?}");
}

use Place::{Called, Effective, Finished, Outside};

#[test]
fn an_operation_takes_effect_once_and_returns() {
    let steps = &[
        (None, false, Called(OP)),
        (Some(TAKES), false, Effective),
        (None, false, Effective),
        (None, true, Called(OP)),
        (Some(TAKES), true, Outside),
        (Some(TAKES), false, Effective),
        (None, true, Outside),
        (Some(TAKES), true, Finished),
    ];
    check(steps, true);
}

#[test]
fn what_has_taken_effect_is_not_called_again() {
    check(&[(Some(TAKES), false, Effective), (None, false, Called(OP))], false);
    check(&[(Some(TAKES), false, Effective), (None, false, Called(Op::Unfinished))], false);
    check(&[(Some(TAKES), false, Effective), (None, false, Outside)], false);
    check(&[(Some(TAKES), false, Effective), (None, false, Finished)], false);
    check(&[(Some(TAKES), false, Effective), (Some(TAKES), false, Effective)], false);
    check(&[(Some(TAKES), false, Called(OP))], false);
    check(&[(None, false, Called(OP)), (Some(TAKES), false, Called(OP))], false);
}

#[test]
fn nothing_returns_that_has_not_taken_effect() {
    check(&[(None, true, Outside)], false);
    check(&[(None, false, Finished)], false);
    check(&[(None, false, Effective)], false);
    check(&[(None, false, Called(OP)), (None, false, Effective)], false);
    check(&[(None, false, Called(OP)), (None, true, Called(OP))], false);
    check(&[(None, false, Called(OP)), (None, true, Outside)], false);
}

#[test]
fn a_cancellation_is_a_return_without_an_effect() {
    const CANCELLED: Option<Effect> = Some(Effect::Cancelled { client: 0 });
    check(&[(None, false, Called(OP)), (CANCELLED, true, Finished)], true);
    check(&[(None, false, Called(OP)), (CANCELLED, false, Called(OP))], false);
    check(&[(None, false, Called(OP)), (CANCELLED, true, Effective)], false);
    check(&[(CANCELLED, true, Outside)], false);
    check(&[(Some(TAKES), false, Effective), (CANCELLED, true, Finished)], false);
}
