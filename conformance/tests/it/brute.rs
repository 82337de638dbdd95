//! Every linearization is tried, straight from the sequential specification and the definition: the
//! answer that others are compared with. It knows no windows, no memory and no shortcuts.

use model::eventual::{Eventual, UnderWay};
use model::refinement::{Effect, Specification};
use spec::{
    CancelledPut, Choices, Constants, Ending, History, MomentaryZero, Op, Operation, Outcome,
    State, Visibility, queue,
};
use std::collections::HashSet;

/// Whether the specification allows the history.
pub(crate) fn allows(constants: Constants, choices: impl Into<Choices>, history: &History) -> bool {
    let choices = choices.into();
    if choices.visibility == Visibility::Eventual {
        return Slowly::new(constants, choices, history).explains();
    }
    let Choices { momentary_zero: zero, cancelled_put, .. } = choices;
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

/// Every way of a history through the eventual specification of the models, move by move.
struct Slowly<'a> {
    specification: Eventual,
    choices: Choices,
    history: &'a History,
    operations: Vec<Operation>,
    seen: HashSet<String>,
}

/// How far the operation of a client has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Idle,
    Called(usize),
    Begun(usize),
    Taken(usize),
}

impl<'a> Slowly<'a> {
    fn new(constants: Constants, choices: Choices, history: &'a History) -> Slowly<'a> {
        let specification = Eventual { capacity: constants.capacity };
        let operations = history.operations().expect("it is well formed");
        Slowly { specification, choices, history, operations, seen: HashSet::new() }
    }

    fn explains(&mut self) -> bool {
        let clients = self.history.events.iter().map(|event| event.thread + 1).max().unwrap_or(0);
        self.from(0, &vec![Stage::Idle; clients], &model::eventual::State::init(clients))
    }

    fn from(&mut self, at: usize, stages: &[Stage], state: &model::eventual::State) -> bool {
        if !self.seen.insert(format!("{at} {stages:?} {state:?}")) || self.misses(stages, state) {
            return false;
        }
        let passes = match self.history.events.get(at) {
            None => self.may_end(stages, state),
            Some(event) => self
                .pass(at, event.thread, stages, state)
                .is_some_and(|stages| self.from(at + 1, &stages, state)),
        };
        passes
            || (0..stages.len()).any(|client| {
                let moves = self.moves(client, stages[client], state);
                moves.into_iter().any(|(stage, effect)| {
                    let Some(next) = self.specification.step(state, effect) else { return false };
                    let mut stages = stages.to_vec();
                    stages[client] = stage;
                    self.from(at, &stages, &next)
                })
            })
    }

    fn outcome(&self, operation: usize) -> Option<Outcome> {
        self.operations[operation].returned.map(|(_, outcome)| outcome)
    }

    fn quiescent(&self) -> bool {
        self.history.ending == Ending::Quiescent
    }

    /// Whether a join that waits for ever meets a zero that it must not miss.
    fn misses(&self, stages: &[Stage], state: &model::eventual::State) -> bool {
        let sticky = |stage: &Stage| match stage {
            Stage::Called(o) => {
                matches!(self.operations[*o].op, Op::Join(_)) && self.outcome(*o).is_none()
            }
            _ => false,
        };
        self.quiescent()
            && self.choices.momentary_zero == MomentaryZero::MustReturn
            && state.queue.unfinished == 0
            && stages.iter().any(sticky)
    }

    fn may_end(&self, stages: &[Stage], state: &model::eventual::State) -> bool {
        let waits = |(client, stage): (usize, &Stage)| match stage {
            Stage::Idle => true,
            Stage::Called(o) => self.specification.waits(state, client, self.operations[*o].op),
            _ => false,
        };
        !self.quiescent() || stages.iter().enumerate().all(waits)
    }

    /// The stages after the next event, if it may happen.
    fn pass(
        &self,
        at: usize,
        client: usize,
        stages: &[Stage],
        state: &model::eventual::State,
    ) -> Option<Vec<Stage>> {
        let operation = self.operations.iter().position(|o| o.called == at);
        let mut stages = stages.to_vec();
        let given_back = state.under_way[client] == UnderWay::Nothing;
        stages[client] = match (operation, stages[client]) {
            (Some(called), _) => Stage::Called(called),
            (None, Stage::Taken(_)) if given_back => Stage::Idle,
            (None, Stage::Called(o)) if self.outcome(o) == Some(Outcome::Cancelled) => Stage::Idle,
            _ => return None,
        };
        Some(stages)
    }

    /// What a client may do next, and what may happen to its items.
    fn moves(
        &self,
        client: usize,
        stage: Stage,
        queue: &model::eventual::State,
    ) -> Vec<(Stage, Effect)> {
        let mut moves = vec![(stage, Effect::Delivers { client })];
        let (Stage::Called(o) | Stage::Begun(o)) = stage else {
            moves.push((stage, Effect::Ends { client }));
            return moves;
        };
        let op = self.operations[o].op;
        let may_happen = self.choices.cancelled_put == CancelledPut::MayHaveHappened;
        let outcome = match (op, self.outcome(o)) {
            (_, None) if self.quiescent() => return moves,
            (Op::Put(..), Some(Outcome::Cancelled)) if may_happen => Some(Outcome::Done),
            (_, Some(Outcome::Cancelled)) => return moves,
            (Op::Get(_), None) => queue.queue.items.first().map(|item| Outcome::Got(*item)),
            (_, None) => Some(Outcome::Done),
            (_, outcome) => outcome,
        };
        let begins = matches!(
            (op, self.outcome(o)),
            (_, None)
                | (Op::Put(..), Some(Outcome::Done | Outcome::Cancelled))
                | (Op::Get(_), Some(_))
        );
        if begins && matches!(stage, Stage::Called(_)) {
            moves.push((Stage::Begun(o), Effect::Begins { client, op }));
        }
        moves.extend(
            outcome.map(|outcome| (Stage::Taken(o), Effect::Takes { client, op, outcome })),
        );
        moves
    }
}
