//! The search for a linearization: depth first, memoised, exact.
//!
//! Wing and Gong's search in the just-in-time form of Lowe ("Testing for linearizability", 2017):
//! the events are walked in order, and operations are linearized only when a return demands it.
//! Every linearization can be brought into that form by moving each point as far right as the next
//! such return.

use super::object::{DONE, Object};
use spec::{EventKind, History, MomentaryZero, Operation, Outcome};
use std::collections::HashSet;
use std::ops::ControlFlow;

/// How many operations of a history may overlap.
pub const OVERLAP_MAX: usize = 64;

/// An operation took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its index among the operations of the history.
    pub operation: usize,
    /// It took effect just before this event.
    pub before: usize,
}

/// What is asked.
pub struct Question<'a> {
    /// The history.
    pub history: &'a History,
    /// Its operations.
    pub operations: &'a [Operation],
    /// Whether what is pending must not have taken effect and must wait in the final state.
    pub blocked_must_wait: bool,
    /// Whether a join that is pending at the end must not have met a zero.
    pub momentary_zero: MomentaryZero,
}

/// What the search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A linearization.
    Linearization(Vec<Step>),
    /// There is none.
    Nothing,
    /// The budget of configurations was used up before the search was over, or more than
    /// [`OVERLAP_MAX`] operations overlap.
    OutOfBudget,
}

/// Searches for a linearization, visiting at most `budget` configurations that lead nowhere.
pub fn search<O: Object>(object: &O, question: &Question, budget: usize) -> Found {
    let Some(overlap) = Overlap::of(question) else { return Found::OutOfBudget };
    let steps = Vec::new();
    let mut search = Search { object, question, overlap, failed: HashSet::new(), budget, steps };
    match search.run() {
        true => Found::Linearization(search.steps),
        false if search.failed.len() >= budget => Found::OutOfBudget,
        false => Found::Nothing,
    }
}

/// No operation.
const NONE: usize = usize::MAX;

/// Which operations overlap.
struct Overlap {
    /// The operation of each event.
    of: Vec<usize>,
    /// The operations that are under way before each event, as pieces of one list.
    under_way: Vec<usize>,
    pieces: Vec<usize>,
    /// Operations in the same slot do not overlap.
    slots: Vec<u32>,
    /// Joins that are blocked for ever although every zero that they meet would release them.
    sticky: Vec<usize>,
}

impl Overlap {
    fn of(question: &Question) -> Option<Overlap> {
        let Question { history, operations, blocked_must_wait, momentary_zero } = *question;
        let mut of = vec![NONE; history.events.len()];
        for (at, operation) in operations.iter().enumerate() {
            of[operation.called] = at;
            if let Some((event, _)) = operation.returned {
                of[event] = at;
            }
        }
        let (mut slots, mut free) = (vec![0; operations.len()], u64::MAX);
        let (mut under_way, mut pieces, mut now) = (Vec::new(), vec![0], Vec::new());
        for (event, &operation) in of.iter().enumerate() {
            under_way.extend_from_slice(&now);
            pieces.push(under_way.len());
            if operation == NONE {
                continue;
            }
            if operations[operation].called == event {
                (free != 0).then_some(())?;
                slots[operation] = free.trailing_zeros();
                free &= free - 1;
                now.push(operation);
            } else {
                free |= 1 << slots[operation];
                now.retain(|other| *other != operation);
            }
        }
        let asked = blocked_must_wait && momentary_zero == MomentaryZero::MustReturn;
        let is_sticky = |at: &usize| {
            let Operation { op, returned, .. } = operations[*at];
            asked && returned.is_none() && matches!(op, spec::Op::Join(_))
        };
        let sticky = (0..operations.len()).filter(is_sticky).collect();
        Some(Overlap { of, under_way, pieces, slots, sticky })
    }

    fn before(&self, event: usize) -> &[usize] {
        &self.under_way[self.pieces[event]..self.pieces[event + 1]]
    }
}

/// How far the operations under way have come, by slot.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Phases(u128);

impl Phases {
    fn of(self, slot: u32) -> u8 {
        u8::try_from(self.0 >> (2 * slot) & 3).expect("two bits")
    }

    fn with(self, slot: u32, phase: u8) -> Phases {
        Phases(self.0 & !(3 << (2 * slot)) | u128::from(phase) << (2 * slot))
    }
}

/// Where the search is: the next event, how far the operations under way have come, and the state.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Configuration<S> {
    at: usize,
    phases: Phases,
    state: S,
}

/// A configuration from which there is more than one way on.
struct Choice<S> {
    from: Configuration<S>,
    /// What has to take effect before the next event, unless that is optional.
    due: Option<usize>,
    /// Whether the next event may happen as things are.
    may_pass: bool,
    /// How many ways have been tried.
    tried: usize,
    /// What is left of the one tried last.
    left: Vec<Configuration<S>>,
    steps: usize,
}

struct Search<'a, O: Object> {
    object: &'a O,
    question: &'a Question<'a>,
    overlap: Overlap,
    /// Configurations from which there is no way to the end.
    failed: HashSet<Configuration<O::State>>,
    budget: usize,
    steps: Vec<Step>,
}

impl<O: Object> Search<'_, O> {
    /// Whether the events can be explained; if so, by the steps.
    fn run(&mut self) -> bool {
        let start = Configuration { at: 0, phases: Phases(0), state: self.object.init() };
        let mut choices: Vec<Choice<O::State>> = Vec::new();
        let mut next = Some(start);
        loop {
            if let Some(configuration) = next.take() {
                match self.advance(configuration) {
                    ControlFlow::Break(explained) if explained => return true,
                    ControlFlow::Break(_) => {}
                    ControlFlow::Continue(choice) => choices.push(choice),
                }
            }
            let Some(choice) = choices.last_mut() else { return false };
            if self.failed.len() >= self.budget {
                return false;
            }
            next = self.choose(choice);
            if next.is_none() {
                let choice = choices.pop().expect("the last");
                self.failed.insert(choice.from);
            }
        }
    }

    /// Passes events until there is a choice, or the outcome is clear: whether all is explained.
    fn advance(&self, mut now: Configuration<O::State>) -> ControlFlow<bool, Choice<O::State>> {
        loop {
            let at = now.at;
            if self.missed_a_zero(at, &now.state) {
                return ControlFlow::Break(false);
            }
            let Some(event) = self.question.history.events.get(at) else {
                return ControlFlow::Break(self.may_end(&now.state));
            };
            let operation = self.overlap.of[at];
            let due = match event.kind {
                EventKind::Return(_) => Some(operation).filter(|operation| *operation != NONE),
                EventKind::Call(_) => None,
            };
            let due = due.filter(|due| self.phase(now.phases, *due) != DONE);
            // What was cancelled need not take effect; if it does, then before it came back.
            let untouched = due.is_none_or(|due| self.phase(now.phases, due) == 0);
            let optional = event.kind == EventKind::Return(Outcome::Cancelled) && untouched;
            let last_chance = optional && due.is_some_and(|due| self.acts_cancelled(due));
            let may_pass = optional || due.is_none();
            if may_pass && !last_chance && !self.sticky_call(at) {
                now = self.pass(now);
                continue;
            }
            if self.failed.contains(&now) {
                return ControlFlow::Break(false);
            }
            let (left, steps) = (Vec::new(), self.steps.len());
            return ControlFlow::Continue(Choice {
                from: now,
                due,
                may_pass,
                tried: 0,
                left,
                steps,
            });
        }
    }

    /// The configuration after the next event.
    fn pass(&self, mut now: Configuration<O::State>) -> Configuration<O::State> {
        match self.question.history.events[now.at].kind {
            EventKind::Return(_) if self.overlap.of[now.at] != NONE => {
                now.phases = now.phases.with(self.overlap.slots[self.overlap.of[now.at]], 0);
            }
            _ => {}
        }
        now.at += 1;
        now
    }

    /// The next way on: past the event, then by what is due, then by what else is under way.
    fn choose(&mut self, choice: &mut Choice<O::State>) -> Option<Configuration<O::State>> {
        loop {
            let at = choice.from.at;
            if let Some(next) = choice.left.pop() {
                return Some(next);
            }
            self.steps.truncate(choice.steps);
            choice.tried += 1;
            let operation = match choice.tried {
                1 if choice.may_pass => return Some(self.pass(choice.from.clone())),
                1 => continue,
                2 => choice.due,
                other => match self.overlap.before(at).get(other - 3) {
                    None => return None,
                    other => other.copied().filter(|other| Some(*other) != choice.due),
                },
            };
            let Some(operation) = operation else { continue };
            choice.left = self.take(operation, &choice.from);
            choice.left.reverse();
            self.steps.push(Step { operation, before: at });
        }
    }

    /// The configurations to which an operation that is under way may lead now.
    fn take(&self, index: usize, from: &Configuration<O::State>) -> Vec<Configuration<O::State>> {
        let operation = &self.question.operations[index];
        let (slot, phase) = (self.overlap.slots[index], self.phase(from.phases, index));
        let next = match operation.returned {
            _ if phase == DONE => return Vec::new(),
            Some((_, Outcome::Cancelled)) => {
                self.object.moves_cancelled(&from.state, operation, phase)
            }
            None if self.question.blocked_must_wait => return Vec::new(),
            _ => self.object.moves(&from.state, operation, phase),
        };
        let moved = |(phase, state)| {
            let phases = from.phases.with(slot, phase);
            Configuration { at: from.at, phases, state }
        };
        next.into_iter().map(moved).collect()
    }

    fn phase(&self, phases: Phases, operation: usize) -> u8 {
        phases.of(self.overlap.slots[operation])
    }

    fn acts_cancelled(&self, operation: usize) -> bool {
        self.object.acts_cancelled(self.question.operations[operation].op)
    }

    fn may_end(&self, state: &O::State) -> bool {
        let mut pending = self.question.operations.iter().filter(|o| o.returned.is_none());
        !self.question.blocked_must_wait || pending.all(|o| self.object.waits(state, o.op))
    }

    fn missed_a_zero(&self, at: usize, state: &O::State) -> bool {
        let called = |join: &usize| self.question.operations[*join].called < at;
        self.overlap.sticky.iter().any(called) && self.object.idle(state)
    }

    /// Whether moving points to the right beyond event `at` could make a join meet a zero: then
    /// they may also be placed here.
    fn sticky_call(&self, at: usize) -> bool {
        self.overlap.sticky.iter().any(|join| self.question.operations[*join].called == at)
    }
}
