//! Faults: the sequential specification with one clause not kept.
//!
//! A history that the specification does not allow is blamed on the clause whose fault allows it.

use crate::oracle::relation::Relation;
use spec::{ClauseId, Constants, Discipline, Item, Op, Outcome, Phase, Shutdown, State, queue};

/// The specification, where a queue may also do what `clause` forbids.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    /// The queue.
    pub constants: Constants,
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
}

/// The clauses that have a fault, the most specific first: where several explain a history, the
/// first is blamed.
pub(super) const FAULTS: &[ClauseId] = &[
    ClauseId::Shut9,
    ClauseId::Shut7,
    ClauseId::Shut6,
    ClauseId::Shut8,
    ClauseId::Shut12,
    ClauseId::Shut11,
    ClauseId::Shut3,
    ClauseId::Shut1,
    ClauseId::Shut2,
    ClauseId::Shut10,
    ClauseId::Done3,
    ClauseId::Done2,
    ClauseId::Done4,
    ClauseId::Get5,
    ClauseId::Cap2,
    ClauseId::Join5,
    ClauseId::Join3,
    ClauseId::Join1,
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
        Faulty { state: queue::init(), debt: 0, immediate: false }
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
        let answer = queue::answer(&self.constants, &from.state, op);
        answer.map_or(Vec::new(), |(outcome, _)| self.after(from, op, outcome))
    }

    fn waits(&self, from: &Faulty, op: Op) -> bool {
        match op {
            Op::Join(_) if from.debt > 0 => true,
            _ => queue::answer(&self.constants, &from.state, op).is_none(),
        }
    }

    fn idle(&self, from: &Faulty) -> bool {
        from.state.unfinished == 0 && from.debt == 0
    }
}

impl Fault {
    /// What the specification allows, as far as a count below zero allows it too.
    fn kept(&self, from: &Faulty, op: Op, outcome: Outcome) -> Option<Faulty> {
        let mut after = queue::step(&self.constants, &from.state, op, outcome)?;
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
        let (open, unfinished) = (s.phase == Phase::Open, s.unfinished);
        let full = queue::full(&self.constants, s);
        let counting = |unfinished| vec![State { unfinished, ..s.clone() }];
        let same = |enabled: bool| if enabled { vec![s.clone()] } else { vec![] };
        let without_items = |unfinished| State { items: vec![], unfinished, phase: Phase::Shut };
        let states = match (self.clause, op, outcome) {
            (ClauseId::Put1, Op::Put(..), Outcome::Done) if open && !full => {
                counting(unfinished + 1)
            }
            (ClauseId::Put2, Op::Put(item, _), Outcome::Done) if open && !full => {
                let items = queue::insert(&self.constants, s, item);
                [unfinished, unfinished + 2]
                    .map(|unfinished| State { items: items.clone(), unfinished, ..*s })
                    .to_vec()
            }
            (ClauseId::Get3, ..) => return self.after_a_loss(from, op, outcome),
            (ClauseId::Get4, Op::Get(_), Outcome::Got(_)) => {
                let got = queue::step(&self.constants, s, op, outcome);
                let unfinished = unfinished.saturating_sub(1);
                got.map(|got| State { unfinished, ..got }).into_iter().collect()
            }
            (ClauseId::Get5, Op::Get(_), Outcome::Empty) => same(open),
            (ClauseId::Cap1, Op::Put(item, _), Outcome::Done) if open => vec![State {
                items: queue::insert(&self.constants, s, item),
                unfinished: unfinished + 1,
                ..*s
            }],
            (ClauseId::Cap2, Op::Put(..), Outcome::Full) => same(open),
            (ClauseId::Ord1 | ClauseId::Ord2 | ClauseId::Ord3, Op::Get(_), Outcome::Got(item)) => {
                self.got_out_of_order(s, item).into_iter().collect()
            }
            (ClauseId::Done1, Op::TaskDone, Outcome::Done) if unfinished > 0 => {
                [counting(0), counting(unfinished)].concat()
            }
            (ClauseId::Done2, Op::TaskDone, Outcome::Done) => same(unfinished == 0),
            (ClauseId::Done3, Op::TaskDone, Outcome::TooMany) if unfinished == 0 => {
                return vec![Faulty { debt: from.debt + 1, ..from.clone() }];
            }
            (ClauseId::Done4, Op::TaskDone, Outcome::TooMany)
            | (ClauseId::Join1, Op::Join(_), Outcome::Done) => same(unfinished > 0),
            (ClauseId::Join3, Op::Join(_), Outcome::Done) => same(s.items.is_empty()),
            (ClauseId::Join5, Op::Join(_), Outcome::TimedOut) => same(unfinished == 0),
            (ClauseId::Shut1, Op::Put(..), Outcome::Full) => same(!open),
            (ClauseId::Shut1, Op::Put(item, _), Outcome::Done) if !open => vec![State {
                items: queue::insert(&self.constants, s, item),
                unfinished: unfinished + 1,
                ..*s
            }],
            (ClauseId::Shut2, Op::Get(_), Outcome::ShutDown) => same(!open),
            (ClauseId::Shut2, Op::Shutdown(Shutdown::Graceful), _) => {
                vec![without_items(unfinished)]
            }
            (ClauseId::Shut3, Op::Get(_), Outcome::Empty) => same(!open && s.items.is_empty()),
            (ClauseId::Shut6, Op::Shutdown(Shutdown::Immediate), _) => {
                [unfinished, unfinished.saturating_sub(s.items.len())]
                    .map(|unfinished| State { unfinished, phase: Phase::Shut, ..s.clone() })
                    .to_vec()
            }
            (ClauseId::Shut7, Op::Shutdown(Shutdown::Immediate), _) => {
                vec![without_items(unfinished)]
            }
            (ClauseId::Shut8, Op::Join(_), Outcome::Done) => same(from.immediate),
            (ClauseId::Shut8, Op::Shutdown(Shutdown::Immediate), _) => vec![without_items(0)],
            (ClauseId::Shut9, Op::Shutdown(Shutdown::Immediate), _) => {
                let debt = s.items.len().saturating_sub(unfinished);
                let state = without_items(unfinished.saturating_sub(s.items.len()));
                return vec![Faulty { state, debt, immediate: true }];
            }
            (ClauseId::Shut10, Op::Put(..) | Op::Get(_), Outcome::ShutDown) => same(open),
            (ClauseId::Shut11, Op::Shutdown(Shutdown::Graceful), _) => {
                vec![State { unfinished: 0, phase: Phase::Shut, ..s.clone() }]
            }
            (ClauseId::Shut12, Op::Shutdown(_), _) if !open => {
                vec![State { phase: Phase::Open, ..s.clone() }]
            }
            (ClauseId::Obs1, Op::Len, _)
            | (ClauseId::Obs2, Op::Unfinished, _)
            | (ClauseId::Obs3, Op::IsShutdown, _) => same(true),
            (_, Op::Unfinished, _) => same(from.debt > 0),
            _ => vec![],
        };
        states.into_iter().map(|state| Faulty { state, ..from.clone() }).collect()
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
        (discipline == self.constants.discipline).then_some(State { items, ..*s })
    }
}
