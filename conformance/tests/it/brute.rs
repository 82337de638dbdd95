//! Every linearization is tried, straight from the sequential specification and the definition: the
//! answer that others are compared with. It knows no windows, no memory and no shortcuts.

use spec::{
    CancelledPut, Choices, Constants, Ending, History, MomentaryZero, Op, Operation, Outcome,
    State, queue,
};

/// Whether the specification allows the history.
pub(crate) fn allows(constants: Constants, choices: impl Into<Choices>, history: &History) -> bool {
    let Choices { momentary_zero: zero, cancelled_put, .. } = choices.into();
    let operations = history.operations().expect("it is well formed");
    let quiescent = history.ending == Ending::Quiescent;
    let is_waiting_join = |o: &Operation| o.returned.is_none() && matches!(o.op, Op::Join(_));
    let sticky =
        |o: &Operation| quiescent && zero == MomentaryZero::MustReturn && is_waiting_join(o);
    let is_sticky = operations.iter().map(sticky).collect();
    let placed = vec![false; operations.len()];
    Attempt { constants, cancelled_put, quiescent, operations, is_sticky, placed }
        .from(&queue::init())
}

struct Attempt {
    constants: Constants,
    cancelled_put: CancelledPut,
    quiescent: bool,
    operations: Vec<Operation>,
    /// Joins that wait for ever and must not have met a zero. What is placed of them is their call.
    is_sticky: Vec<bool>,
    placed: Vec<bool>,
}

impl Attempt {
    fn from(&mut self, state: &State) -> bool {
        let all = 0..self.operations.len();
        let waiting = all.clone().any(|i| self.is_sticky[i] && self.placed[i]);
        if waiting && state.unfinished == 0 {
            return false;
        }
        if self.is_complete(state) {
            return true;
        }
        for i in all {
            if self.placed[i] || !self.may_be_next(i) {
                continue;
            }
            if let Some(next) = self.after(i, state) {
                self.placed[i] = true;
                if self.from(&next) {
                    return true;
                }
                self.placed[i] = false;
            }
        }
        false
    }

    /// Whether everything that must take effect has, and whatever is blocked has to wait.
    fn is_complete(&self, state: &State) -> bool {
        let waits = |o: &Operation| queue::answer(&self.constants, state, o.op).is_none();
        self.operations.iter().enumerate().all(|(i, o)| match o.returned {
            Some((_, Outcome::Cancelled)) => true,
            Some(_) => self.placed[i],
            None if self.is_sticky[i] => self.placed[i] && waits(o),
            None => !self.quiescent || waits(o),
        })
    }

    /// Whether all that precedes operation `i` in real time is placed, and nothing that it precedes.
    fn may_be_next(&self, i: usize) -> bool {
        let Operation { called, .. } = self.operations[i];
        let follows = |j: usize| self.placed[j] && self.operations[j].called > self.end(i);
        let precedes = |j: usize| !self.placed[j] && !self.is_optional(j) && self.end(j) < called;
        !(0..self.operations.len()).any(|j| j != i && (follows(j) || precedes(j)))
    }

    /// The event by which an operation has taken effect.
    fn end(&self, i: usize) -> usize {
        match self.operations[i].returned {
            _ if self.is_sticky[i] => self.operations[i].called,
            Some((event, _)) => event,
            None => usize::MAX,
        }
    }

    /// Whether an operation need not take effect.
    fn is_optional(&self, i: usize) -> bool {
        let returned = self.operations[i].returned.map(|(_, outcome)| outcome);
        matches!(returned, None | Some(Outcome::Cancelled)) && !self.is_sticky[i]
    }

    fn after(&self, i: usize, state: &State) -> Option<State> {
        let Operation { op, returned, .. } = self.operations[i];
        match returned {
            Some((_, Outcome::Cancelled)) => match (op, self.cancelled_put) {
                (Op::Put(..), CancelledPut::MayHaveHappened) => {
                    queue::step(&self.constants, state, op, Outcome::Done)
                }
                _ => None,
            },
            Some((_, outcome)) => queue::step(&self.constants, state, op, outcome),
            None if self.is_sticky[i] => Some(state.clone()),
            None if self.quiescent => None,
            None => queue::answer(&self.constants, state, op).map(|(_, after)| after),
        }
    }
}
