//! Minimal cores: the few operations of a long history that already break the specification.
//!
//! Only what an allowed history can do without is taken away ([`dispensable`]), so that a core is bad
//! for the same reason as the history: observers; reports and shutdowns that nobody needs; items as a
//! whole, that is a put, its get and the report of that task. Where that leaves much, what comes last
//! whatever happens goes too, and where it is not certain which task a report is about, that is
//! guessed. At the end, what is pending and explains nothing goes.
//!
//! Chunks first, then ever smaller ones (Zeller and Hildebrandt, "Simplifying and isolating
//! failure-inducing input", 2002): that takes a number of judgements that grows with the core and only
//! with the logarithm of the history.

use super::Answer;
use super::index::Index;
use super::read::Refusal;
use super::record::time;
use super::reduction::{Reduction, Rules, Unit, cut};
use fastrand::Rng;
use spec::{Choices, Constants, Ending, Event, EventKind, History, Outcome};

/// A few operations of a history.
#[derive(Clone, Debug)]
pub struct Core {
    /// The operations, by their positions in the history.
    pub operations: Vec<usize>,
    /// What was left out because, whenever the history could be explained, it would come after all of
    /// them that returned: by position. So it does not matter, although the operations alone do not
    /// show that it came later. There is nothing of the kind unless more than twelve operations would
    /// be left.
    pub later: Vec<usize>,
    /// The history of these operations only. If it is cut, then after the first return that cannot be
    /// explained.
    pub history: History,
}

/// The operations of a history that is not allowed, reduced to few for which the answer is of the
/// same kind. A history whose answer is another comes back as it is.
pub fn core(constants: Constants, choices: impl Into<Choices>, history: &History) -> Core {
    let rules = Rules { constants, choices: choices.into() };
    let few = reduce(rules, history, Order::AsCalled, false);
    let core = up_to_bad_return(rules, &few);
    let shown = without_pending(rules, core.clone());
    if shown.operations.len() <= SMALL {
        return shown;
    }
    let other = reduce(rules, history, Order::Shuffled, false);
    let other = without_pending(rules, up_to_bad_return(rules, &other));
    if other.operations.len() <= SMALL {
        return other;
    }
    // What was cut off may tell what was pending there.
    let whole = Core { history: cut(&few.history, few.history.events.len()), ..few };
    let mut least = shown;
    for core in [whole, core].iter().flat_map(|core| without_later(rules, core)) {
        let less = without_pending(rules, core);
        if less.operations.len() < least.operations.len() {
            least = less;
        }
        if least.operations.len() <= SMALL {
            break;
        }
    }
    least
}

/// What an allowed history can do without and stay allowed: any number of these units of operations,
/// given by their positions. Each list is by itself: after one, the others may have to be asked for
/// anew.
pub fn dispensable(
    constants: Constants,
    choices: impl Into<Choices>,
    history: &History,
) -> Vec<Vec<Vec<usize>>> {
    let rules = Rules { constants, choices: choices.into() };
    let Ok(reduction) = Reduction::of(rules, history) else { return Vec::new() };
    let last = reduction.last().into_iter().map(|last| vec![last]);
    let all = Unit::ALL.into_iter().map(|unit| reduction.units(unit)).chain(last);
    let positions = |unit: Vec<u32>| unit.into_iter().map(|at| at as usize).collect();
    all.map(|units| units.into_iter().map(positions).collect()).collect()
}

/// In which order units are taken away. What is left depends on it.
#[derive(Clone, Copy)]
enum Order {
    AsCalled,
    /// At random, always in the same way: of what is far away, some is left to the end. What an item
    /// that was lost is overtaken by need not be near.
    Shuffled,
}

/// A core with no more operations is good enough.
const SMALL: usize = 12;

impl Core {
    /// This core of the history of a core, by the positions in the whole history.
    fn within(self, whole: &Core) -> Core {
        let original = |all: Vec<usize>| all.into_iter().map(|at| whole.operations[at]).collect();
        Core { operations: original(self.operations), later: original(self.later), ..self }
    }
}

/// A core up to the first return that cannot be explained, and what can be taken away then.
fn up_to_bad_return(rules: Rules, core: &Core) -> Core {
    match cut_after_first_bad_return(rules, &core.history) {
        Some(cut) => reduce(rules, &cut, Order::AsCalled, true).within(core),
        None => core.clone(),
    }
}

/// Cores of a core without what comes last in every linearization.
fn without_later(rules: Rules, core: &Core) -> impl Iterator<Item = Core> {
    let reduction = Reduction::of(rules, &core.history).ok();
    let last = reduction.as_ref().map(Reduction::last).unwrap_or_default();
    last.into_iter().filter_map(move |last| {
        let is_left = |at: &usize| !last.contains(&time(*at));
        let rest = of(&core.history, (0..core.operations.len()).filter(is_left).collect());
        if rules.judge(&rest.history) != Answer::NoLinearization {
            return None;
        }
        let fewer = reduce(rules, &rest.history, Order::AsCalled, false).within(&rest);
        let fewer = up_to_bad_return(rules, &fewer);
        let happened = |at: &u32| reduction.as_ref().is_some_and(|all| all.has_happened(*at));
        let later = last.iter().filter(|at| happened(at)).map(|at| *at as usize).collect();
        Some(Core { later, ..fewer }.within(core))
    })
}

/// A core without operations that need not have happened and, in an allowed history, could explain
/// something; here they do not. So nothing else may be taken away afterwards.
fn without_pending(rules: Rules, core: Core) -> Core {
    if !matches!(core.history.ending, Ending::Cut(_)) {
        return core;
    }
    let Ok(mut reduction) = Reduction::new(rules, &core.history, true) else { return core };
    reduction.reduce(reduction.pending());
    let fewer = of(&core.history, reduction.operations()).within(&core);
    Core { later: core.later, ..fewer }
}

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
    let (mut size, mut rng) = (usize::MAX, Rng::with_seed(0));
    while core.size() < size {
        size = core.size();
        for unit in Unit::ALL {
            let mut units = core.units(unit);
            if let Order::Shuffled = order {
                rng.shuffle(&mut units);
            }
            core.reduce(units);
        }
        if core.size() == size && size > SMALL {
            for unit in Unit::GUESSES {
                core.reduce(core.units(unit));
            }
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
    Core { operations, later: Vec::new(), history }
}

pub(super) fn whole(history: &History) -> Core {
    let calls = history.events.iter().filter(|e| matches!(e.kind, EventKind::Call(_))).count();
    Core { operations: (0..calls).collect(), later: Vec::new(), history: history.clone() }
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
