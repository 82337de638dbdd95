//! Eventual visibility: a queue between processes, whose puts return before their items can be got.
//!
//! - An item can be got when its put has taken effect and it has arrived, behind the earlier items of
//!   its producer. The order across producers is open. When it arrives nobody can tell but by
//!   getting it, so here it arrives just before.
//! - So a get that gives up may say *empty* at any time: what was put may be on its way.
//! - The count goes up with the put.
//! - An item takes a slot from before its put takes effect until after its get has: both are made of
//!   two moves, and a put that gives up may say *full* because of the slots that are held meanwhile.
//!
//! Nothing of this lasts: who waits for ever has to wait when everything has arrived.

use super::object::{DONE, Object};
use super::search::{Found, Question, Step, search};
use super::{Answer, CONFIGURATIONS_MAX, OPERATIONS_MAX};
use spec::{
    CancelledPut, Choices, Constants, Discipline, Ending, History, Item, MomentaryZero, Op,
    Operation, Outcome,
};
use std::collections::BTreeMap;

/// A queue with eventual visibility.
struct Eventual {
    capacity: usize,
    cancelled_put: CancelledPut,
}

/// A state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct State {
    /// The items that were put and not got, by producer, the oldest first.
    items: BTreeMap<usize, Vec<Item>>,
    /// The slots that are held by puts whose item is not put yet, and by gets that have one.
    held: usize,
    unfinished: usize,
}

/// The put has a slot for its item; the get has the item and not yet given the slot back.
const HOLDS: u8 = 1;

impl State {
    fn len(&self) -> usize {
        self.items.values().map(Vec::len).sum()
    }

    fn put(&mut self, producer: usize, item: Item) {
        self.items.entry(producer).or_default().push(item);
        self.unfinished += 1;
    }

    /// Everything that can be got, and what is left then.
    fn gets(&self) -> impl Iterator<Item = (Item, State)> {
        self.items.iter().map(|(producer, items)| {
            let mut after = self.clone();
            match items.as_slice() {
                [_] => drop(after.items.remove(producer)),
                _ => drop(after.items.get_mut(producer).expect("a producer").remove(0)),
            }
            (items[0], after)
        })
    }
}

impl Eventual {
    fn is_full(&self, state: &State) -> bool {
        state.len() + state.held >= self.capacity
    }

    fn put(&self, s: &State, producer: usize, item: Item, phase: u8) -> Vec<(u8, State)> {
        let mut after = s.clone();
        match phase {
            HOLDS => {
                after.held -= 1;
                after.put(producer, item);
                vec![(DONE, after)]
            }
            _ if self.is_full(s) => vec![],
            _ => {
                after.held += 1;
                vec![(HOLDS, after)]
            }
        }
    }

    /// Gets the item, or any if it is not known.
    fn get(s: &State, item: Option<Item>, phase: u8) -> Vec<(u8, State)> {
        if phase == HOLDS {
            return vec![(DONE, State { held: s.held - 1, ..s.clone() })];
        }
        let gets = s.gets().filter(|(got, _)| item.is_none_or(|item| item == *got));
        let hold = |after: State| (HOLDS, State { held: after.held + 1, ..after });
        gets.map(|(_, after)| hold(after)).collect()
    }
}

impl Object for Eventual {
    type State = State;

    fn init(&self) -> State {
        State::default()
    }

    fn moves(&self, s: &State, operation: &Operation, phase: u8) -> Vec<(u8, State)> {
        let Operation { thread, op, returned, .. } = *operation;
        let outcome = returned.map(|(_, outcome)| outcome);
        let gives_up = op.wait().is_some_and(spec::Wait::gives_up);
        let unchanged = |enabled: bool| if enabled { vec![(DONE, s.clone())] } else { vec![] };
        match (op, outcome) {
            (Op::Put(item, _), None | Some(Outcome::Done)) => self.put(s, thread, item, phase),
            (Op::Put(..), Some(Outcome::Full)) => unchanged(gives_up && self.is_full(s)),
            (Op::Get(_), None) => Self::get(s, None, phase),
            (Op::Get(_), Some(Outcome::Got(item))) => Self::get(s, Some(item), phase),
            (Op::Get(_), Some(Outcome::Empty)) => unchanged(gives_up),
            (Op::TaskDone, None | Some(Outcome::Done)) if s.unfinished > 0 => {
                vec![(DONE, State { unfinished: s.unfinished - 1, ..s.clone() })]
            }
            (Op::TaskDone, Some(Outcome::TooMany)) => unchanged(s.unfinished == 0),
            (Op::Join(_), Some(Outcome::Done)) => unchanged(s.unfinished == 0),
            (Op::Join(_), Some(Outcome::TimedOut)) => unchanged(gives_up && s.unfinished > 0),
            _ => vec![],
        }
    }

    fn acts_cancelled(&self, op: Op) -> bool {
        self.cancelled_put == CancelledPut::MayHaveHappened && matches!(op, Op::Put(..))
    }

    fn moves_cancelled(&self, s: &State, operation: &Operation, phase: u8) -> Vec<(u8, State)> {
        match operation.op {
            Op::Put(item, _) if self.acts_cancelled(operation.op) => {
                self.put(s, operation.thread, item, phase)
            }
            _ => vec![],
        }
    }

    fn waits(&self, s: &State, op: Op) -> bool {
        match op {
            Op::Put(_, spec::Wait::Forever) => self.is_full(s),
            Op::Get(spec::Wait::Forever) => s.len() == 0,
            Op::Join(spec::Wait::Forever) => s.unfinished > 0,
            _ => false,
        }
    }

    fn idle(&self, s: &State) -> bool {
        s.unfinished == 0
    }
}

/// Judges a history of up to [`OPERATIONS_MAX`] puts, gets, reports and joins.
pub(super) fn judge(constants: Constants, choices: Choices, history: &History) -> Answer {
    let operations = match history.operations() {
        Ok(operations) => operations,
        Err(malformed) => return Answer::Unknown(malformed.to_string()),
    };
    if let Some(why) = not_judged(constants, &operations) {
        return Answer::Unknown(why);
    }
    let eventual = Eventual {
        capacity: constants.capacity.unwrap_or(usize::MAX),
        cancelled_put: choices.cancelled_put,
    };
    let quiescent = history.ending == Ending::Quiescent;
    match explain(&eventual, choices.momentary_zero, history, &operations) {
        Found::Linearization(steps) => Answer::Allowed(steps),
        Found::OutOfBudget => super::out_of_budget(),
        Found::Nothing if !quiescent => Answer::NoLinearization,
        Found::Nothing => judge_returned(&eventual, history, &operations),
    }
}

fn not_judged(constants: Constants, operations: &[Operation]) -> Option<String> {
    let known = |op: Op| matches!(op, Op::Put(..) | Op::Get(_) | Op::TaskDone | Op::Join(_));
    let n = operations.len();
    if constants.discipline != Discipline::Fifo {
        return Some("eventual visibility is judged in fifo queues only".to_string());
    }
    if let Some(other) = operations.iter().find(|operation| !known(operation.op)) {
        return Some(format!("eventual visibility does not say what `{}` answers", other.op));
    }
    (n > OPERATIONS_MAX).then(|| {
        format!("{n} operations: eventual visibility is judged up to {OPERATIONS_MAX} operations")
    })
}

fn explain(
    eventual: &Eventual,
    momentary_zero: MomentaryZero,
    history: &History,
    operations: &[Operation],
) -> Found {
    let blocked_must_wait = history.ending == Ending::Quiescent;
    let question = Question { history, operations, blocked_must_wait, momentary_zero };
    match search(eventual, &question, CONFIGURATIONS_MAX) {
        Found::Linearization(moves) => Found::Linearization(effects(operations, &moves)),
        found => found,
    }
}

/// Of the two moves of a put the second is its effect, of those of a get the first.
fn effects(operations: &[Operation], moves: &[Step]) -> Vec<Step> {
    let is_effect = |(at, step): &(usize, &Step)| {
        let same = |other: &Step| other.operation == step.operation;
        match operations[step.operation].op {
            Op::Put(..) => !moves[at + 1..].iter().any(same),
            _ => !moves[..*at].iter().any(same),
        }
    };
    moves.iter().enumerate().filter(is_effect).map(|(_, step)| *step).collect()
}

/// The history is not allowed: is it what returned, or only what stays blocked?
fn judge_returned(eventual: &Eventual, history: &History, operations: &[Operation]) -> Answer {
    let returned: Vec<Operation> =
        operations.iter().copied().filter(|o| o.returned.is_some()).collect();
    match explain(eventual, MomentaryZero::MayMiss, history, &returned) {
        Found::Linearization(steps) => {
            let end = end(&returned, &steps);
            let pending = |at: &usize| operations[*at].returned.is_none();
            let stuck = |at: &usize| !eventual.waits(&end, operations[*at].op);
            let all = 0..operations.len();
            let stuck: Vec<usize> = all.clone().filter(pending).filter(stuck).collect();
            let joins = |at: &usize| matches!(operations[*at].op, Op::Join(_));
            let missed = || all.filter(pending).filter(joins).collect();
            Answer::Stuck(if stuck.is_empty() { missed() } else { stuck })
        }
        Found::Nothing => Answer::NoLinearization,
        Found::OutOfBudget => super::out_of_budget(),
    }
}

/// The state after everything, as far as it decides who waits.
fn end(operations: &[Operation], steps: &[Step]) -> State {
    let mut state = State::default();
    let mut got = 0;
    for step in steps {
        let Operation { thread, op, returned, .. } = operations[step.operation];
        match (op, returned) {
            (Op::Put(item, _), Some((_, Outcome::Done | Outcome::Cancelled))) => {
                state.put(thread, item);
            }
            (Op::Get(_), Some((_, Outcome::Got(_)))) => got += 1,
            (Op::TaskDone, Some((_, Outcome::Done))) => state.unfinished -= 1,
            _ => {}
        }
    }
    // Which of them left does not matter.
    let take = |state: State, _| state.gets().next().expect("what was got was put").1;
    (0..got).fold(state, take)
}
