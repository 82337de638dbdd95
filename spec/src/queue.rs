//! The sequential specification of the joinable queue, in the order of a TLA+ module: constants,
//! variables, type invariant, initial state, actions (guard → effect), next-state relation over
//! (state, operation, outcome). Blocking is "no outcome is enabled", never a loop.

use crate::{Item, Op, Outcome, Shutdown};

/// The order in which items leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Discipline {
    /// First in, first out.
    Fifo,
    /// Last in, first out.
    Lifo,
    /// Lowest number first.
    Priority,
}

/// CONSTANTS
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Constants {
    /// The order in which items leave.
    pub discipline: Discipline,
    /// How many items fit; `None` is unbounded. ASSUME at least 1.
    pub capacity: Option<usize>,
}

/// Whether the queue accepts items. It never goes back to open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Items can be put.
    Open,
    /// No item can be put any more.
    Shut,
}

/// VARIABLES
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct State {
    /// In the order in which they were put; by number in a priority queue, so that equal
    /// contents are equal states.
    pub items: Vec<Item>,
    /// Items put and not yet reported as done.
    pub unfinished: usize,
    /// Open or shut.
    pub phase: Phase,
}

/// `TypeOK`
pub fn type_ok(c: &Constants, s: &State) -> bool {
    c.capacity.is_none_or(|capacity| s.items.len() <= capacity)
        && (c.discipline != Discipline::Priority || s.items.is_sorted())
}

/// `Init`
pub fn init() -> State {
    State { items: Vec::new(), unfinished: 0, phase: Phase::Open }
}

/// No room. Only a bounded queue is ever full.
pub fn full(c: &Constants, s: &State) -> bool {
    c.capacity.is_some_and(|capacity| s.items.len() >= capacity)
}

/// The position of the item that leaves next.
pub fn next(c: &Constants, s: &State) -> Option<usize> {
    match c.discipline {
        Discipline::Fifo | Discipline::Priority => (!s.items.is_empty()).then_some(0),
        Discipline::Lifo => s.items.len().checked_sub(1),
    }
}

fn put(c: &Constants, s: &State, item: Item) -> Option<State> {
    let enabled = s.phase == Phase::Open && !full(c, s);
    enabled.then(|| State { items: insert(c, s, item), unfinished: s.unfinished + 1, ..*s })
}

/// The items with one more, in the order that [`State::items`] keeps.
pub fn insert(c: &Constants, s: &State, item: Item) -> Vec<Item> {
    let at = match c.discipline {
        Discipline::Fifo | Discipline::Lifo => s.items.len(),
        Discipline::Priority => s.items.partition_point(|other| *other <= item),
    };
    let mut items = s.items.clone();
    items.insert(at, item);
    items
}

fn get(c: &Constants, s: &State, item: Item) -> Option<State> {
    let at = next(c, s).filter(|at| s.items[*at] == item)?;
    let mut items = s.items.clone();
    items.remove(at);
    Some(State { items, ..*s })
}

fn task_done(s: &State) -> Option<State> {
    let unfinished = s.unfinished.checked_sub(1)?;
    Some(State { unfinished, ..s.clone() })
}

fn shutdown(s: &State, mode: Shutdown) -> State {
    match mode {
        Shutdown::Graceful => State { phase: Phase::Shut, ..s.clone() },
        // Clamped: tasks reported as done before they were got do not count twice.
        Shutdown::Immediate => State {
            items: Vec::new(),
            unfinished: s.unfinished.saturating_sub(s.items.len()),
            phase: Phase::Shut,
        },
    }
}

fn unchanged(s: &State, enabled: bool) -> Option<State> {
    enabled.then(|| s.clone())
}

/// `Next`: the state after `op` has answered `outcome` in state `s`; `None` where that is not
/// allowed.
pub fn step(c: &Constants, s: &State, op: Op, outcome: Outcome) -> Option<State> {
    let (open, empty) = (s.phase == Phase::Open, s.items.is_empty());
    match (op, outcome) {
        (Op::Put(..) | Op::Get(_) | Op::Join(_), Outcome::Cancelled) => Some(s.clone()),
        (Op::Put(item, _), Outcome::Done) => put(c, s, item),
        (Op::Put(_, w), Outcome::Full) => unchanged(s, w.gives_up() && open && full(c, s)),
        (Op::Put(..), Outcome::ShutDown) => unchanged(s, !open),
        (Op::Get(_), Outcome::Got(item)) => get(c, s, item),
        (Op::Get(w), Outcome::Empty) => unchanged(s, w.gives_up() && open && empty),
        (Op::Get(_), Outcome::ShutDown) => unchanged(s, !open && empty),
        (Op::TaskDone, Outcome::Done) => task_done(s),
        (Op::TaskDone, Outcome::TooMany) => unchanged(s, s.unfinished == 0),
        (Op::Join(_), Outcome::Done) => unchanged(s, s.unfinished == 0),
        (Op::Join(w), Outcome::TimedOut) => unchanged(s, w.gives_up() && s.unfinished > 0),
        (Op::Shutdown(mode), Outcome::Done) => Some(shutdown(s, mode)),
        (Op::Len, Outcome::Count(n)) => unchanged(s, n == s.items.len()),
        (Op::Unfinished, Outcome::Count(n)) => unchanged(s, n == s.unfinished),
        (Op::IsShutdown, Outcome::Is(value)) => unchanged(s, value != open),
        _ => None,
    }
}

/// What `op` can answer in state `s`, with the state after it. At most one outcome is enabled in
/// any state; none is: the operation waits. That a call is cancelled is no answer of the queue.
pub fn answer(c: &Constants, s: &State, op: Op) -> Option<(Outcome, State)> {
    let got = next(c, s).map(|at| Outcome::Got(s.items[at]));
    let fixed = [Outcome::Done, Outcome::Full, Outcome::Empty, Outcome::ShutDown];
    let rest = [Outcome::TooMany, Outcome::TimedOut, Outcome::Is(s.phase == Phase::Shut)];
    let counts = [s.items.len(), s.unfinished].map(Outcome::Count);
    let candidates = fixed.into_iter().chain(rest).chain(counts).chain(got);
    candidates.into_iter().find_map(|o| step(c, s, op, o).map(|after| (o, after)))
}
