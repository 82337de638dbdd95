//! Minimal cores: the few operations of a long history that already break the specification.
//!
//! Only what an allowed history can do without is taken away, so that a core is bad for the same
//! reason as the history: observers; items as a whole, that is a put, its get and the report of that
//! task; and whatever is pending. Chunks first, then ever smaller ones (Zeller and Hildebrandt,
//! "Simplifying and isolating failure-inducing input", 2002): that takes a number of judgements that
//! grows with the core and only with the logarithm of the history.

use super::index::Index;
use super::read::{Refusal, read};
use super::record::{Entry, NONE, Record, Role, time};
use super::relation::Exact;
use super::{Answer, long};
use spec::{
    Choices, Constants, Ending, Event, EventKind, History, Op, Outcome, Shutdown, Visibility,
};
use std::collections::HashMap;
use std::mem::discriminant;

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
pub fn core(constants: Constants, choices: impl Into<Choices>, history: &History) -> Core {
    let rules = Rules { constants, choices: choices.into() };
    let few = reduce(rules, history, false);
    let (small, last_is_bad) = match cut_after_first_bad_return(rules, &few.history) {
        Some(cut) => (cut, true),
        None => (few.history, false),
    };
    let fewer = reduce(rules, &small, last_is_bad);
    let least = try_all(rules, &fewer.history, last_is_bad);
    let original = |at: &usize| few.operations[fewer.operations[*at]];
    Core { operations: least.operations.iter().map(original).collect(), history: least.history }
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

/// What a history is judged by.
#[derive(Clone, Copy)]
struct Rules {
    constants: Constants,
    choices: Choices,
}

/// How many steps each judgement on the way to a core may take.
const STEPS_MAX: usize = 1_000_000;

impl Rules {
    fn exact(self) -> Exact {
        Exact { constants: self.constants, cancelled_put: self.choices.cancelled_put }
    }

    fn judge(self, history: &History) -> Answer {
        let Rules { constants, choices } = self;
        if choices.visibility == Visibility::Immediate
            && super::is_exact_for_long(constants, choices.momentary_zero, history)
        {
            return long::judge(self.exact(), history, STEPS_MAX);
        }
        super::judge(constants, choices, history)
    }
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

/// The first events of a history.
fn cut(history: &History, events: usize) -> History {
    let ending = Ending::Cut("what follows does not matter".to_string());
    History { events: history.events[..events].to_vec(), ending }
}

/// Takes away what it can. If the last event is what is bad, it stays so: without it, what is left
/// is allowed.
fn reduce(rules: Rules, history: &History, last_is_bad: bool) -> Core {
    let answer = rules.judge(history);
    if !matches!(answer, Answer::NoLinearization | Answer::Stuck(_)) {
        return whole(history);
    }
    let record = match read(rules.exact(), history) {
        Ok(record) => record,
        Err(refusal) => return of_refusal(refusal, history),
    };
    let all = vec![true; record.entries.len()];
    let mut core = Reduction { rules, history, record, kept: all, answer, last_is_bad };
    let mut size = usize::MAX;
    while core.size() < size {
        size = core.size();
        core.reduce(core.observers());
        core.reduce(core.items(&core.in_order()));
        core.reduce(core.task_dones());
        core.reduce(core.shutdowns());
        if !core.left(|role| matches!(role, Role::Unfinished(_))).is_empty() {
            core.reduce(core.items(&core.nested()));
        }
        if last_is_bad {
            core.reduce(core.pending());
        }
    }
    of(history, core.operations())
}

/// Looks for the smallest core among all selections of the items that are left. What the absence of one
/// makes possible, the absence of another may make impossible again, so taking them away one by one
/// can end too soon.
fn try_all(rules: Rules, history: &History, last_is_bad: bool) -> Core {
    let Ok(record) = read(rules.exact(), history) else { return whole(history) };
    let (kept, answer) = (vec![true; record.entries.len()], rules.judge(history));
    let mut core = Reduction { rules, history, record, kept, answer, last_is_bad };
    let items = core.items(&core.in_order());
    if core.size() <= SMALL || items.len() > ITEMS_MAX {
        return whole(history);
    }
    let mut selections: Vec<u32> = (1..1 << items.len()).collect();
    selections.sort_by_key(|selection| u32::MAX - selection.count_ones());
    let chosen = |selection: u32| {
        let chosen = items.iter().enumerate().filter(move |(at, _)| selection >> at & 1 == 1);
        chosen.map(|(_, item)| item.clone()).collect::<Vec<_>>()
    };
    selections.into_iter().find(|selection| core.can_do_without(&chosen(*selection)));
    of(history, core.operations())
}

/// The operations that show by themselves that something is wrong.
fn of_refusal(refusal: Refusal, history: &History) -> Core {
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

fn whole(history: &History) -> Core {
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

/// A core with no more operations is good enough.
const SMALL: usize = 12;

/// Of how many items all selections are tried.
const ITEMS_MAX: usize = 10;

struct Reduction<'a> {
    rules: Rules,
    history: &'a History,
    record: Record,
    kept: Vec<bool>,
    answer: Answer,
    last_is_bad: bool,
}

impl Reduction<'_> {
    fn size(&self) -> usize {
        self.kept.iter().filter(|kept| **kept).count()
    }

    fn operations(&self) -> Vec<usize> {
        (0..self.kept.len()).filter(|operation| self.kept[*operation]).collect()
    }

    /// Takes away as many units as it can.
    fn reduce(&mut self, mut units: Vec<Vec<u32>>) {
        let mut chunk = units.len();
        while chunk > 0 {
            let mut from = 0;
            while from < units.len() {
                let to = units.len().min(from + chunk);
                if self.can_do_without(&units[from..to]) {
                    units.drain(from..to);
                } else {
                    from = to;
                }
            }
            chunk /= 2;
        }
    }

    /// Takes some units away, if what is left is still bad.
    fn can_do_without(&mut self, units: &[Vec<u32>]) -> bool {
        self.keep(units, false);
        let rest = restrict(self.history, &self.operations());
        let still_bad = discriminant(&self.rules.judge(&rest)) == discriminant(&self.answer)
            && (!self.last_is_bad || {
                let before = cut(&rest, rest.events.len() - 1);
                matches!(self.rules.judge(&before), Answer::Allowed(_))
            });
        self.keep(units, !still_bad);
        still_bad
    }

    fn keep(&mut self, units: &[Vec<u32>], kept: bool) {
        for operation in units.iter().flatten() {
            self.kept[*operation as usize] = kept;
        }
    }

    /// The operations that are left and have a role that is asked for.
    fn left(&self, is_asked: impl Fn(Role) -> bool) -> Vec<u32> {
        let entries = self.record.entries.iter().enumerate();
        let asked = entries.filter(|(at, entry)| self.kept[*at] && is_asked(entry.role));
        asked.map(|(at, _)| time(at)).collect()
    }

    /// What changes nothing.
    fn observers(&self) -> Vec<Vec<u32>> {
        let idle = |role: Role| role == Role::Idle || role.observes();
        self.left(idle).into_iter().map(|operation| vec![operation]).collect()
    }

    /// Reports, where nobody needs the count to be as low as they make it.
    fn task_dones(&self) -> Vec<Vec<u32>> {
        let needs_few = |role: Role| matches!(role, Role::Unfinished(_) | Role::Idle);
        if !self.left(needs_few).is_empty() {
            return Vec::new();
        }
        let task_dones = self.left(|role| role == Role::TaskDone);
        task_dones.into_iter().map(|operation| vec![operation]).collect()
    }

    /// What need not have happened, but could explain something.
    fn pending(&self) -> Vec<Vec<u32>> {
        let mut pending = self.left(|role| role != Role::Idle);
        pending.retain(|operation| {
            let entry = self.record.entry(*operation);
            entry.hi == self.record.end() && entry.mate == NONE
        });
        pending.into_iter().map(|operation| vec![operation]).collect()
    }

    /// Shutdowns that nobody has seen, and that drop nothing.
    fn shutdowns(&self) -> Vec<Vec<u32>> {
        if !self.left(Role::sees_shut).is_empty() {
            return Vec::new();
        }
        let graceful = self.left(|role| role == Role::Shutdown(Shutdown::Graceful));
        graceful.into_iter().map(|operation| vec![operation]).collect()
    }

    /// Items: the put, the get and the report of each, if nobody who is left has seen it.
    fn items(&self, reports: &HashMap<u32, u32>) -> Vec<Vec<u32>> {
        let mut items: Vec<Vec<u32>> = Vec::new();
        for put in self.left(|role| role == Role::Put) {
            let get = Some(self.record.entry(put).mate).filter(|get| *get != NONE);
            items
                .push([Some(put), get, reports.get(&put).copied()].into_iter().flatten().collect());
        }
        let witnesses = self.left(|role| {
            matches!(role, Role::Full | Role::Busy | Role::Len(_) | Role::Idle)
                || matches!(role, Role::Unfinished(1..))
        });
        items.retain(|item| witnesses.iter().all(|witness| self.has_not_seen(*witness, item)));
        items
    }

    /// Whether an item was over when an operation was called that needs others to be there, or
    /// came after it.
    fn has_not_seen(&self, witness: u32, item: &[u32]) -> bool {
        let witness = self.record.entry(witness);
        let entries = || item.iter().map(|operation| self.record.entry(*operation));
        let has = |role: Role| entries().any(|entry| entry.role == role);
        let is_over = match witness.role {
            Role::Full | Role::Len(_) => has(Role::Get),
            Role::Busy | Role::Unfinished(_) => has(Role::TaskDone),
            // Whether a put stays blocked depends on the items at the end, which no other does.
            _ if !self.is_put(witness) => return true,
            _ => return has(Role::Get),
        };
        (is_over && entries().all(|entry| entry.hi <= witness.called))
            || entries().all(|entry| entry.called >= witness.hi)
    }

    fn is_put(&self, entry: &Entry) -> bool {
        let call = self.history.events[entry.called as usize].kind;
        matches!(call, EventKind::Call(Op::Put(..)))
    }

    /// A report for each put. The count does not care who reported what, so the first that returned
    /// is taken for the first put that was called, and so on: no put is called after its report
    /// returned.
    fn in_order(&self) -> HashMap<u32, u32> {
        let mut reports = self.left(|role| role == Role::TaskDone);
        reports.sort_by_key(|report| self.record.entry(*report).hi);
        self.left(|role| role == Role::Put).into_iter().zip(reports).collect()
    }

    /// The same, but each report is taken for the last put that was called before and has none.
    /// Nested like this, one task keeps the count above zero while the others come and go.
    fn nested(&self) -> HashMap<u32, u32> {
        let (mut puts, mut reports) = (Vec::new(), HashMap::new());
        for (event, operation) in self.history.events.iter().zip(&self.record.of) {
            let is_call = matches!(event.kind, EventKind::Call(_));
            match self.record.entry(*operation).role {
                _ if !self.kept[*operation as usize] => {}
                Role::Put if is_call => puts.push(*operation),
                Role::TaskDone if !is_call => {
                    reports.extend(puts.pop().map(|put| (put, *operation)));
                }
                _ => {}
            }
        }
        reports
    }
}
