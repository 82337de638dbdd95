//! What can be taken away from a history that is not allowed, and in which units.

use super::core::{Core, of_refusal, restrict, whole};
use super::read::{Refusal, read};
use super::record::{Entry, NONE, Record, Role, time};
use super::relation::Exact;
use super::spans::Spans;
use super::{Answer, counts, long, windows};
use spec::{
    Choices, Constants, Ending, EventKind, History, MomentaryZero, Op, Shutdown, Visibility,
};
use std::collections::{HashMap, VecDeque};
use std::mem::discriminant;

/// What a history is judged by.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    pub(super) constants: Constants,
    pub(super) choices: Choices,
}

/// How many steps each judgement on the way to a core may take.
const STEPS_MAX: usize = 1_000_000;

impl Rules {
    fn exact(self) -> Exact {
        Exact { constants: self.constants, cancelled_put: self.choices.cancelled_put }
    }

    fn is_fifo(self, history: &History) -> bool {
        let Rules { constants, choices } = self;
        choices.visibility == Visibility::Immediate
            && super::is_exact_for_long(constants, choices.momentary_zero, history)
    }

    pub(super) fn judge(self, history: &History) -> Answer {
        let Rules { constants, choices } = self;
        if self.is_fifo(history) {
            return long::judge(self.exact(), history, STEPS_MAX);
        }
        super::judge(constants, choices, history)
    }
}

/// The first events of a history.
pub(super) fn cut(history: &History, events: usize) -> History {
    let ending = Ending::Cut("what follows does not matter".to_string());
    History { events: history.events[..events].to_vec(), ending }
}

pub(super) struct Reduction<'a> {
    rules: Rules,
    history: &'a History,
    record: Record,
    kept: Vec<bool>,
    answer: Answer,
    last_is_bad: bool,
}

impl<'a> Reduction<'a> {
    /// Nothing is taken away yet.
    pub(super) fn of(rules: Rules, history: &'a History) -> Result<Self, Refusal> {
        let record = read(rules.exact(), history)?;
        let kept = vec![true; record.entries.len()];
        let answer = Answer::NoLinearization;
        Ok(Reduction { rules, history, record, kept, answer, last_is_bad: false })
    }

    /// To be reduced. If there is nothing to reduce, the core is the error.
    pub(super) fn new(rules: Rules, history: &'a History, last_is_bad: bool) -> Result<Self, Core> {
        let answer = rules.judge(history);
        if !matches!(answer, Answer::NoLinearization | Answer::Stuck(_)) {
            return Err(whole(history));
        }
        let all = Reduction::of(rules, history).map_err(|refusal| of_refusal(refusal, history))?;
        Ok(Reduction { answer, last_is_bad, ..all })
    }

    pub(super) fn size(&self) -> usize {
        self.kept.iter().filter(|kept| **kept).count()
    }

    pub(super) fn operations(&self) -> Vec<usize> {
        (0..self.kept.len()).filter(|operation| self.kept[*operation]).collect()
    }

    /// Takes away as many units as it can.
    pub(super) fn reduce(&mut self, mut units: Vec<Vec<u32>>) {
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

    /// Whether an operation has taken effect.
    pub(super) fn has_happened(&self, operation: u32) -> bool {
        self.record.entry(operation).hi < self.record.end()
    }

    /// The operations that are left and have a role that is asked for.
    fn left(&self, is_asked: impl Fn(Role) -> bool) -> Vec<u32> {
        let entries = self.record.entries.iter().enumerate();
        let asked = entries.filter(|(at, entry)| self.kept[*at] && is_asked(entry.role));
        asked.map(|(at, _)| time(at)).collect()
    }

    /// What can be taken away of what is left.
    pub(super) fn units(&self, unit: Unit) -> Vec<Vec<u32>> {
        match unit {
            Unit::Observer => self.observers(),
            Unit::TaskDone => self.task_dones(),
            Unit::Item(pairing) => self.items(&self.reports(pairing)),
            Unit::Guess(pairing) => {
                self.items(&Reports { early: Vec::new(), ..self.reports(pairing) })
            }
            Unit::Shutdown => self.shutdowns(),
        }
    }

    /// What changes nothing.
    fn observers(&self) -> Vec<Vec<u32>> {
        let mut idle = self.left(|role| role == Role::Idle || role.observes());
        // That a cancelled put has not happened is known by the order of all items only.
        let is_known = self.rules.choices.visibility == Visibility::Immediate;
        idle.retain(|operation| {
            let entry = self.record.entry(*operation);
            let is_put = entry.role == Role::Idle && matches!(self.called(entry), Op::Put(..));
            is_known || !is_put || entry.hi == self.record.end()
        });
        idle.into_iter().map(|operation| vec![operation]).collect()
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
    pub(super) fn pending(&self) -> Vec<Vec<u32>> {
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
    fn items(&self, reports: &Reports) -> Vec<Vec<u32>> {
        let counts = |role| matches!(role, Role::TaskDone | Role::Unfinished(_) | Role::Idle);
        if self.record.first_drop < self.record.end() && !self.left(counts).is_empty() {
            // Which tasks were dropped is not known.
            return Vec::new();
        }
        let mut items: Vec<Vec<u32>> = Vec::new();
        for put in self.left(|role| role == Role::Put) {
            let get = Some(self.record.entry(put).mate).filter(|get| *get != NONE);
            let report = reports.of.get(&put).copied();
            items.push([Some(put), get, report].into_iter().flatten().collect());
        }
        let witnesses = self.left(|role| {
            matches!(role, Role::Full | Role::Busy | Role::Len(_) | Role::Idle)
                || matches!(role, Role::Unfinished(1..))
        });
        items.retain(|item| witnesses.iter().all(|witness| self.has_not_seen(*witness, item)));
        let uncertain = self.uncertain(reports);
        items.retain(|item| self.is_certain(item, &uncertain));
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
            // Whether somebody stays blocked depends on what is there at the end.
            _ => match self.called(witness) {
                Op::Put(..) => return has(Role::Get),
                // There must have been no zero at all, or none at the end.
                Op::Join(_) if self.rules.choices.momentary_zero == MomentaryZero::MustReturn => {
                    has(Role::TaskDone)
                }
                Op::Join(_) => return has(Role::TaskDone),
                _ => return true,
            },
        };
        (is_over && entries().all(|entry| entry.hi <= witness.called))
            || entries().all(|entry| entry.called >= witness.hi)
    }

    fn called(&self, entry: &Entry) -> Op {
        match self.history.events[entry.called as usize].kind {
            EventKind::Call(op) => op,
            EventKind::Return(_) => unreachable!("an entry begins with a call"),
        }
    }

    /// Who reports which task. The count does not care, but must never fall below zero. If every
    /// report has a put of its own that came before, it keeps that whichever items go; and where
    /// the count is zero, all puts that came before have their reports before. So a report is taken
    /// for a put that has certainly happened; or, if there is none, for the next one.
    fn reports(&self, pairing: Pairing) -> Reports {
        let (mut of, mut early) = (HashMap::new(), Vec::new());
        let (mut puts, mut without) = (VecDeque::new(), VecDeque::new());
        for (at, operation) in self.record.of.iter().enumerate() {
            let entry = self.record.entry(*operation);
            match entry.role {
                _ if !self.kept[*operation as usize] => {}
                Role::TaskDone if entry.called == time(at) => without.push_back(*operation),
                Role::Put | Role::Get => puts.extend(self.is_put_by(*operation, time(at))),
                _ => {}
            }
            let Some(report) = without.pop_front() else { continue };
            let put = match pairing {
                Pairing::InOrder => puts.pop_front(),
                Pairing::Nested => puts.pop_back(),
            };
            let Some(put) = put else {
                without.push_front(report);
                continue;
            };
            of.insert(put, report);
            let called = self.record.entry(report).called;
            early.extend((called < time(at)).then_some((called, time(at))));
        }
        early.extend(without.iter().map(|report| (self.record.entry(*report).called, NONE)));
        Reports { of, early }
    }

    /// Who could tell that the put of a report had not certainly happened: the reports that could
    /// be one too many without it, and whoever saw no task unfinished.
    fn uncertain(&self, reports: &Reports) -> Uncertain {
        let early = Spans::of(reports.early.iter().copied());
        let mut all = self.left(|role| matches!(role, Role::TaskDone | Role::Unfinished(0)));
        all.retain(|operation| {
            let entry = self.record.entry(*operation);
            early.overlap(entry.called, entry.hi) > 0
        });
        let entries = all.iter().map(|operation| self.record.entry(*operation));
        Uncertain { spans: Spans::of(entries.map(|entry| (entry.called, entry.hi))), all }
    }

    /// Whether an item was over when any of these was called, or came after it. Its own report does
    /// not matter: it goes, too.
    fn is_certain(&self, item: &[u32], uncertain: &Uncertain) -> bool {
        let entries = || item.iter().map(|operation| self.record.entry(*operation));
        let from = entries().map(|entry| entry.called).min().unwrap_or_default();
        let report = item.iter().find(|at| self.record.entry(**at).role == Role::TaskDone);
        let to = match report {
            Some(_) => entries().map(|entry| entry.hi).max().unwrap_or_default(),
            None => NONE,
        };
        let own = report.is_some_and(|report| uncertain.all.binary_search(report).is_ok());
        uncertain.spans.overlap(from, to) == usize::from(own)
    }

    /// The put of an item, if it is from this event on that it has certainly happened: when the put
    /// returned, or the get if that returned first.
    fn is_put_by(&self, operation: u32, at: u32) -> Option<u32> {
        let entry = self.record.entry(operation);
        let put = if entry.role == Role::Put { operation } else { entry.mate };
        let Entry { hi, mate, .. } = *self.record.entry(put);
        let got = if mate == NONE { hi } else { self.record.entry(mate).hi };
        (hi.min(got) == at && !self.record.maybe.contains(&put)).then_some(put)
    }

    /// What comes last in every linearization, in several ways: there is a time that all windows of
    /// the one end by, and all windows of the other begin at. The beginning of what is allowed is
    /// allowed, unless it has to be known who is blocked at its end.
    pub(super) fn last(&self) -> Vec<Vec<u32>> {
        let (mut record, mut all) = (self.record.clone(), Vec::new());
        let ends_anywhere = matches!(self.history.ending, Ending::Cut(_));
        let is_certain = record.maybe.is_empty();
        if !ends_anywhere || !is_certain || !self.rules.is_fifo(self.history) {
            return all;
        }
        // What is not allowed may show that it is not before the windows are as narrow as can be.
        while windows::narrow(&mut record) {
            let last = self.last_by(&record).into_iter().filter(|last| !all.contains(last));
            all.extend(last.collect::<Vec<_>>());
            if !counts::narrow_puts(&mut record) {
                break;
            }
        }
        all
    }

    /// The same by these windows; the most first.
    fn last_by(&self, record: &Record) -> Vec<Vec<u32>> {
        let left = self.left(|role| role != Role::Idle);
        let window = |operation: &u32| record.entry(*operation);
        let must = || left.iter().map(window).filter(|window| window.hi < record.end());
        let parts = |time: &u32| must().all(|window| window.hi <= *time || window.lo >= *time);
        let mut times: Vec<u32> = must().map(|window| window.hi).filter(parts).collect();
        times.sort_unstable();
        times.dedup();
        let from = |time: u32| left.iter().copied().filter(move |at| window(at).lo >= time);
        let last = times.into_iter().map(|time| from(time).collect::<Vec<_>>());
        last.filter(|last| !last.is_empty()).collect()
    }
}

/// What is taken away as a whole.
#[derive(Clone, Copy)]
pub(super) enum Unit {
    Observer,
    TaskDone,
    Item(Pairing),
    /// An item with a report that may be about another one.
    Guess(Pairing),
    Shutdown,
}

impl Unit {
    /// What an allowed history can do without, in the order in which it is tried.
    pub(super) const ALL: [Unit; 5] = [
        Unit::Observer,
        Unit::TaskDone,
        Unit::Item(Pairing::InOrder),
        Unit::Item(Pairing::Nested),
        Unit::Shutdown,
    ];

    /// What it can do without in most cases.
    pub(super) const GUESSES: [Unit; 2] =
        [Unit::Guess(Pairing::InOrder), Unit::Guess(Pairing::Nested)];
}

/// Which put a report is taken for.
#[derive(Clone, Copy)]
pub(super) enum Pairing {
    /// The first that has none.
    InOrder,
    /// The last that has none: nested like this, one task keeps the count above zero while the others
    /// come and go.
    Nested,
}

/// Who reports which task.
struct Reports {
    /// By put.
    of: HashMap<u32, u32>,
    /// From when to when a report had no put that had certainly happened.
    early: Vec<(u32, u32)>,
}

/// Operations, in ascending order, and when they ran.
struct Uncertain {
    all: Vec<u32>,
    spans: Spans,
}
