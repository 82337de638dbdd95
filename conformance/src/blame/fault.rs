//! Faults: the sequential specification with one clause not kept.
//!
//! A history that the specification does not allow is blamed on the clause whose fault allows it.

use crate::oracle::relation::{Exact, Relation};
use spec::{ClauseId, Discipline, Item, Op, Outcome, Phase, Shutdown, State, Wait, queue};

/// The specification, where a queue may also do what `clause` forbids.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    /// The specification.
    pub exact: Exact,
    /// The clause that it need not keep.
    pub clause: ClauseId,
}

/// A state of a faulty queue.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Faulty {
    state: State,
    /// How far the count has fallen below zero.
    debt: usize,
    /// Whether an immediate shutdown has taken effect.
    immediate: bool,
    /// Whether a cancelled join has taken the others along.
    released: bool,
}

/// The clauses that have a fault, the most specific first: where several explain a history, the
/// first is blamed.
pub(super) const FAULTS: &[ClauseId] = &[
    ClauseId::Canc1,
    ClauseId::Canc2,
    ClauseId::Canc4,
    ClauseId::Shut9,
    ClauseId::Shut7,
    ClauseId::Shut6,
    ClauseId::Shut8,
    ClauseId::Shut12,
    ClauseId::Shut11,
    ClauseId::Shut3,
    ClauseId::Shut14,
    ClauseId::Shut1,
    ClauseId::Shut2,
    ClauseId::Shut10,
    ClauseId::Done3,
    ClauseId::Done2,
    ClauseId::Done4,
    ClauseId::Get5,
    ClauseId::Cap3,
    ClauseId::Cap2,
    ClauseId::Join5,
    ClauseId::Join3,
    ClauseId::Join1,
    ClauseId::Put3,
    ClauseId::Get6,
    ClauseId::Get4,
    ClauseId::Done1,
    ClauseId::Put2,
    ClauseId::Obs3,
    ClauseId::Obs1,
    ClauseId::Obs2,
    ClauseId::Ord1,
    ClauseId::Ord2,
    ClauseId::Ord3,
    ClauseId::Cap1,
    ClauseId::Put1,
    ClauseId::Get3,
];

impl Relation for Fault {
    type State = Faulty;

    fn init(&self) -> Faulty {
        Faulty { state: queue::init(), debt: 0, immediate: false, released: false }
    }

    fn after(&self, from: &Faulty, op: Op, outcome: Outcome) -> Vec<Faulty> {
        let mut after = self.faulty(from, op, outcome);
        after.extend(self.kept(from, op, outcome));
        for after in &mut after {
            after.immediate |= op == Op::Shutdown(Shutdown::Immediate);
        }
        after
    }

    fn after_any(&self, from: &Faulty, op: Op) -> Vec<Faulty> {
        let answer = queue::answer(&self.exact.constants, &from.state, op);
        answer.map_or(Vec::new(), |(outcome, _)| self.after(from, op, outcome))
    }

    fn acts_cancelled(&self, op: Op) -> bool {
        let at_fault = match op {
            Op::Get(_) => self.clause == ClauseId::Canc1,
            Op::Put(..) => self.clause == ClauseId::Canc2,
            Op::Join(_) => self.clause == ClauseId::Canc4,
            _ => false,
        };
        at_fault || Relation::acts_cancelled(&self.exact, op)
    }

    fn after_cancelled(&self, from: &Faulty, op: Op) -> Vec<Faulty> {
        match op {
            _ if !Relation::acts_cancelled(self, op) => vec![],
            Op::Join(_) => vec![Faulty { released: true, ..from.clone() }],
            _ => {
                let acted = self.exact.after_any(&from.state, op).into_iter();
                acted.map(|state| Faulty { state, ..from.clone() }).collect()
            }
        }
    }

    fn waits(&self, from: &Faulty, op: Op) -> bool {
        match op {
            Op::Join(_) if from.debt > 0 => true,
            _ => queue::answer(&self.exact.constants, &from.state, op).is_none(),
        }
    }

    fn idle(&self, from: &Faulty) -> bool {
        from.state.unfinished == 0 && from.debt == 0
    }
}

impl Fault {
    /// What the specification allows, as far as a count below zero allows it too.
    fn kept(&self, from: &Faulty, op: Op, outcome: Outcome) -> Option<Faulty> {
        let mut after = queue::step(&self.exact.constants, &from.state, op, outcome)?;
        let mut debt = from.debt;
        if debt > 0 {
            match (op, outcome) {
                (Op::Put(..), Outcome::Done) => {
                    after.unfinished -= 1;
                    debt -= 1;
                }
                (Op::Join(_), Outcome::Done) => return None,
                _ => {}
            }
        }
        Some(Faulty { state: after, debt, ..*from })
    }

    /// What the clause forbids.
    fn faulty(&self, from: &Faulty, op: Op, outcome: Outcome) -> Vec<Faulty> {
        let s = &from.state;
        let states = match op {
            _ if self.clause == ClauseId::Get3 => return self.after_a_loss(from, op, outcome),
            Op::Put(item, _) => self.put(s, item, outcome),
            Op::Get(_) => self.get(s, outcome),
            Op::TaskDone if self.clause == ClauseId::Done3 => {
                let reported = outcome == Outcome::TooMany && s.unfinished == 0;
                let debt = from.debt + 1;
                return reported.then(|| Faulty { debt, ..from.clone() }).into_iter().collect();
            }
            Op::TaskDone => self.task_done(s, outcome),
            Op::Join(_) => self.join(from, outcome),
            Op::Shutdown(Shutdown::Graceful) => self.graceful(s),
            Op::Shutdown(Shutdown::Immediate) if self.clause == ClauseId::Shut9 => {
                let debt = s.items.len().saturating_sub(s.unfinished);
                let state = drained(s.unfinished.saturating_sub(s.items.len()));
                return vec![Faulty { state, debt, immediate: true, ..from.clone() }];
            }
            Op::Shutdown(Shutdown::Immediate) => self.immediate(s),
            Op::Len => when(self.clause == ClauseId::Obs1, s.clone()),
            Op::Unfinished => when(self.clause == ClauseId::Obs2 || from.debt > 0, s.clone()),
            Op::IsShutdown => when(self.clause == ClauseId::Obs3, s.clone()),
        };
        states.into_iter().map(|state| Faulty { state, ..from.clone() }).collect()
    }

    fn put(&self, s: &State, item: Item, outcome: Outcome) -> Vec<State> {
        let (open, full) = (s.phase == Phase::Open, queue::full(&self.exact.constants, s));
        let put = |tasks| State {
            items: queue::insert(&self.exact.constants, s, item),
            unfinished: s.unfinished + tasks,
            ..*s
        };
        let put_all_the_same = vec![counting(s, s.unfinished + 1), put(1)];
        match (self.clause, outcome) {
            (ClauseId::Put1, Outcome::Done) if open && !full => vec![counting(s, s.unfinished + 1)],
            (ClauseId::Put2, Outcome::Done) if open && !full => vec![put(0), put(2)],
            (ClauseId::Cap1, Outcome::Done) => when(open, put(1)),
            (ClauseId::Cap2, Outcome::Full) => when(open, s.clone()),
            (ClauseId::Shut1, Outcome::Done) => when(!open, put(1)),
            (ClauseId::Shut14, Outcome::Full) => when(!open, s.clone()),
            (ClauseId::Cap3, Outcome::Full) => {
                when(open && self.exact.constants.capacity.is_none(), s.clone())
            }
            (ClauseId::Put3, Outcome::Full) if open && full => put_all_the_same,
            (ClauseId::Put3, Outcome::ShutDown) if !open => put_all_the_same,
            (ClauseId::Shut10, Outcome::ShutDown) => when(open, s.clone()),
            _ => vec![],
        }
    }

    fn get(&self, s: &State, outcome: Outcome) -> Vec<State> {
        let open = s.phase == Phase::Open;
        match (self.clause, outcome) {
            (ClauseId::Get4, Outcome::Got(_)) => {
                let got = queue::step(&self.exact.constants, s, Op::Get(Wait::Forever), outcome);
                let lowered = got.map(|got| counting(&got, got.unfinished.saturating_sub(1)));
                lowered.into_iter().collect()
            }
            (ClauseId::Ord1 | ClauseId::Ord2 | ClauseId::Ord3, Outcome::Got(item)) => {
                self.got_out_of_order(s, item).into_iter().collect()
            }
            (ClauseId::Get5, Outcome::Empty) => when(open, s.clone()),
            (ClauseId::Get6, Outcome::Empty) if open && s.items.is_empty() => lowered(s),
            (ClauseId::Get6, Outcome::ShutDown) if !open && s.items.is_empty() => lowered(s),
            (ClauseId::Shut2, Outcome::ShutDown) => when(!open, s.clone()),
            (ClauseId::Shut3, Outcome::Empty) => when(!open && s.items.is_empty(), s.clone()),
            (ClauseId::Shut10, Outcome::ShutDown) => when(open, s.clone()),
            _ => vec![],
        }
    }

    fn task_done(&self, s: &State, outcome: Outcome) -> Vec<State> {
        match (self.clause, outcome) {
            (ClauseId::Done1, Outcome::Done) if s.unfinished > 0 => {
                vec![counting(s, 0), s.clone()]
            }
            (ClauseId::Done2, Outcome::Done) => when(s.unfinished == 0, s.clone()),
            (ClauseId::Done4, Outcome::TooMany) => when(s.unfinished > 0, s.clone()),
            // The count was lowered by get, so there is nothing left to do.
            (ClauseId::Get4, Outcome::Done) => vec![s.clone()],
            _ => vec![],
        }
    }

    fn join(&self, from: &Faulty, outcome: Outcome) -> Vec<State> {
        let s = &from.state;
        match (self.clause, outcome) {
            (ClauseId::Join1, Outcome::Done) => when(s.unfinished > 0, s.clone()),
            (ClauseId::Join3, Outcome::Done) => when(s.items.is_empty(), s.clone()),
            (ClauseId::Canc4, Outcome::Done) => when(from.released, s.clone()),
            (ClauseId::Join5, Outcome::TimedOut) => when(s.unfinished == 0, s.clone()),
            (ClauseId::Shut8, Outcome::Done) => when(from.immediate, s.clone()),
            _ => vec![],
        }
    }

    fn graceful(&self, s: &State) -> Vec<State> {
        let shut = State { phase: Phase::Shut, ..s.clone() };
        match self.clause {
            ClauseId::Shut2 => vec![drained(s.unfinished)],
            ClauseId::Shut11 => vec![counting(&shut, 0)],
            ClauseId::Shut12 => reopened(s),
            _ => vec![],
        }
    }

    fn immediate(&self, s: &State) -> Vec<State> {
        let shut = State { phase: Phase::Shut, ..s.clone() };
        match self.clause {
            ClauseId::Shut6 => {
                vec![counting(&shut, s.unfinished.saturating_sub(s.items.len())), shut]
            }
            ClauseId::Shut7 => vec![drained(s.unfinished)],
            ClauseId::Shut8 => vec![drained(0)],
            ClauseId::Shut12 => reopened(s),
            _ => vec![],
        }
    }

    /// Any queued item vanishes, and then the operation does what the specification says.
    fn after_a_loss(&self, from: &Faulty, op: Op, outcome: Outcome) -> Vec<Faulty> {
        let without = |at: usize| {
            let mut state = from.state.clone();
            state.items.remove(at);
            Faulty { state, ..from.clone() }
        };
        let losses = (0..from.state.items.len()).map(without);
        losses.filter_map(|lossy| self.kept(&lossy, op, outcome)).collect()
    }

    fn got_out_of_order(&self, s: &State, item: Item) -> Option<State> {
        let discipline = match self.clause {
            ClauseId::Ord1 => Discipline::Fifo,
            ClauseId::Ord2 => Discipline::Lifo,
            _ => Discipline::Priority,
        };
        let at = s.items.iter().position(|queued| *queued == item)?;
        let mut items = s.items.clone();
        items.remove(at);
        (discipline == self.exact.constants.discipline).then_some(State { items, ..*s })
    }
}

/// The state, if the fault is possible.
fn when(possible: bool, state: State) -> Vec<State> {
    if possible { vec![state] } else { vec![] }
}

fn counting(s: &State, unfinished: usize) -> State {
    State { unfinished, ..s.clone() }
}

fn lowered(s: &State) -> Vec<State> {
    s.unfinished.checked_sub(1).map(|unfinished| counting(s, unfinished)).into_iter().collect()
}

fn drained(unfinished: usize) -> State {
    State { items: vec![], unfinished, phase: Phase::Shut }
}

fn reopened(s: &State) -> Vec<State> {
    when(s.phase == Phase::Shut, State { phase: Phase::Open, ..s.clone() })
}
