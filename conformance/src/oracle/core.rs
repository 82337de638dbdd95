//! Minimal cores: the few operations of a long history that already break the specification.
//!
//! Only what an allowed history can do without is taken away, so that a core is bad for the same
//! reason as the history: observers; items as a whole, that is a put, its get and the report of that
//! task; whatever is pending; and gets that might as well be. Chunks first, then ever smaller ones (Zeller and Hildebrandt,
//! "Simplifying and isolating failure-inducing input", 2002): that takes a number of judgements that
//! grows with the core and only with the logarithm of the history.

use super::Answer;
use super::index::Index;
use super::read::Refusal;
use super::record::Role;
use super::reduction::{Reduction, Rules, cut};
use fastrand::Rng;
use spec::{Choices, Constants, Event, EventKind, History, Outcome};

/// A few operations of a history.
#[derive(Clone, Debug)]
pub struct Core {
    /// The operations, by their positions in the history.
    pub operations: Vec<usize>,
    /// The history of these operations only. If it is cut, then after the first return that cannot be
    /// explained.
    pub history: History,
}

/// The operations of a history that is not allowed, reduced to few for which the answer is of the
/// same kind. A history whose answer is another comes back as it is.
///
/// What is left depends on what is tried first. Observers are, as most cores need none. If that leaves
/// many, all is tried in a few random orders: often an observer is worth several items.
pub fn core(constants: Constants, choices: impl Into<Choices>, history: &History) -> Core {
    let rules = Rules { constants, choices: choices.into() };
    let mut least = reduced(rules, history, Order::ObserversFirst);
    if least.operations.len() <= SMALL {
        return least;
    }
    let near = near(rules, history, &least.operations);
    for seed in 0..ORDERS_MAX {
        let other = reduced(rules, &near.history, Order::Mixed(seed)).within(&near);
        if other.operations.len() < least.operations.len() {
            least = other;
        }
        if least.operations.len() <= SMALL {
            break;
        }
    }
    least
}

/// A core with no more operations is good enough.
const SMALL: usize = 12;

/// How many random orders are tried.
const ORDERS_MAX: u64 = 20;

/// In which order operations are taken away.
#[derive(Clone, Copy)]
enum Order {
    ObserversFirst,
    /// Observers and items in a random order.
    Mixed(u64),
}

impl Core {
    /// This core of the history of a core, by the positions in the whole history.
    fn within(self, whole: &Core) -> Core {
        let operations = self.operations.iter().map(|at| whole.operations[*at]).collect();
        Core { operations, history: self.history }
    }
}

/// One core, up to the first return that cannot be explained.
fn reduced(rules: Rules, history: &History, order: Order) -> Core {
    let few = reduce(rules, history, order, false);
    match cut_after_first_bad_return(rules, &few.history) {
        Some(small) => reduce(rules, &small, order, true).within(&few),
        None => few,
    }
}

/// The history without what is far from some operations.
fn near(rules: Rules, history: &History, operations: &[usize]) -> Core {
    let mut reduction = match Reduction::new(rules, history, false) {
        Ok(reduction) => reduction,
        Err(core) => return core,
    };
    let (first, last) = (operations.first().unwrap_or(&0), operations.last().unwrap_or(&0));
    let near = first.saturating_sub(NEAR)..=last + NEAR;
    for mut units in [reduction.observers(), reduction.items(&reduction.in_order())] {
        units.retain(|unit| unit.iter().all(|operation| !near.contains(&(*operation as usize))));
        reduction.reduce(units);
    }
    of(history, reduction.operations())
}

/// So many operations before and after some are near them.
const NEAR: usize = 100;

/// The history of some of its operations, by their positions in ascending order.
pub fn restrict(history: &History, operations: &[usize]) -> History {
    let threads = history.events.iter().map(|event| event.thread).max().unwrap_or_default();
    let mut is_kept = Index::new(threads, history.events.len());
    let (mut at, mut wanted) = (0, operations.iter().copied().peekable());
    let mut events = Vec::new();
    for event @ Event { thread, kind } in &history.events {
        if matches!(kind, EventKind::Call(_)) {
            is_kept.insert(*thread, u32::from(wanted.next_if_eq(&at).is_some()));
            at += 1;
        }
        if is_kept.get(*thread) == Some(1) {
            events.push(*event);
        }
    }
    History { events, ending: history.ending.clone() }
}

/// What follows the first return that cannot be explained does not matter.
fn cut_after_first_bad_return(rules: Rules, history: &History) -> Option<History> {
    let is_bad = |at: usize| rules.judge(&cut(history, at)) == Answer::NoLinearization;
    let (mut good, mut bad) = (0, history.events.len());
    if !is_bad(bad) {
        return None;
    }
    while good + 1 < bad {
        let middle = usize::midpoint(good, bad);
        (good, bad) = if is_bad(middle) { (good, middle) } else { (middle, bad) };
    }
    Some(cut(history, bad))
}

/// Takes away what it can. If the last event is what is bad, it stays so: without it, what is left
/// is allowed.
fn reduce(rules: Rules, history: &History, order: Order, last_is_bad: bool) -> Core {
    let mut core = match Reduction::new(rules, history, last_is_bad) {
        Ok(reduction) => reduction,
        Err(core) => return core,
    };
    let mut size = usize::MAX;
    while core.size() < size {
        size = core.size();
        match order {
            Order::ObserversFirst => {
                core.reduce(core.observers());
                core.reduce(core.items(&core.in_order()));
            }
            Order::Mixed(seed) => {
                let mut units = core.observers();
                units.extend(core.items(&core.in_order()));
                Rng::with_seed(seed).shuffle(&mut units);
                core.reduce(units);
            }
        }
        core.reduce(core.task_dones());
        core.reduce(core.shutdowns());
        if !core.left(|role| matches!(role, Role::Unfinished(_))).is_empty() {
            core.reduce(core.items(&core.nested()));
        }
        if last_is_bad {
            core.reduce(core.pending());
            core.let_items_stay();
        }
    }
    of(history, core.operations())
}

/// The operations that show by themselves that something is wrong.
pub(super) fn of_refusal(refusal: Refusal, history: &History) -> Core {
    match refusal {
        Refusal::Impossible(operation) => of(history, vec![operation as usize]),
        Refusal::ThinAir(get) => of(history, with_puts(history, get as usize)),
        Refusal::GotTwice(operations) => {
            of(history, operations.map(|operation| operation as usize).to_vec())
        }
        Refusal::Malformed(_) | Refusal::PutTwice(_) => whole(history),
    }
}

fn of(history: &History, mut operations: Vec<usize>) -> Core {
    operations.sort_unstable();
    let history = restrict(history, &operations);
    Core { operations, history }
}

pub(super) fn whole(history: &History) -> Core {
    let calls = history.events.iter().filter(|e| matches!(e.kind, EventKind::Call(_))).count();
    Core { operations: (0..calls).collect(), history: history.clone() }
}

/// A get, and the puts of its item. None has returned, or the item would not be out of thin air.
fn with_puts(history: &History, get: usize) -> Vec<usize> {
    let operations = history.operations().unwrap_or_default();
    let got = operations.get(get).and_then(|get| match get.returned {
        Some((_, Outcome::Got(item))) => Some(item),
        _ => None,
    });
    let belongs =
        |at: &usize| *at == get || operations[*at].op.item().is_some_and(|item| Some(item) == got);
    (0..operations.len()).filter(belongs).collect()
}
