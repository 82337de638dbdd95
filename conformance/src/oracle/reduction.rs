//! What can be taken away from a history that is not allowed, and in which units.

use super::core::{Core, of_refusal, restrict, whole};
use super::read::read;
use super::record::{Entry, NONE, Record, Role, time};
use super::relation::Exact;
use super::{Answer, long};
use spec::{Choices, Constants, Ending, Event, EventKind, History, Op, Shutdown, Visibility};
use std::collections::HashMap;
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

    pub(super) fn judge(self, history: &History) -> Answer {
        let Rules { constants, choices } = self;
        if choices.visibility == Visibility::Immediate
            && super::is_exact_for_long(constants, choices.momentary_zero, history)
        {
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
    /// Nothing is taken away yet. If there is nothing to reduce, the core is the error.
    pub(super) fn new(rules: Rules, history: &'a History, last_is_bad: bool) -> Result<Self, Core> {
        let answer = rules.judge(history);
        if !matches!(answer, Answer::NoLinearization | Answer::Stuck(_)) {
            return Err(whole(history));
        }
        let record =
            read(rules.exact(), history).map_err(|refusal| of_refusal(refusal, history))?;
        let kept = vec![true; record.entries.len()];
        Ok(Reduction { rules, history, record, kept, answer, last_is_bad })
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

    /// Takes gets away alone, so that what they got stays: those without which the rest is as bad, and
    /// would be if none of them had returned, whatever they could get.
    pub(super) fn let_items_stay(&mut self) {
        let mut pending = Vec::new();
        for get in self.left(|role| role == Role::Get) {
            pending.push(get);
            let rest = restrict(&self.with_pending(&pending), &self.operations());
            if discriminant(&self.rules.judge(&rest)) != discriminant(&self.answer) {
                pending.pop();
            }
        }
        self.reduce(pending.into_iter().map(|get| vec![get]).collect());
    }

    /// The history if some operations had not returned. Each gets a client of its own, as the others
    /// of its client go on.
    fn with_pending(&self, pending: &[u32]) -> History {
        let History { events, ending } = self.history;
        let clients = events.iter().map(|event| event.thread + 1).max().unwrap_or_default();
        let changed = |(event, of): (&Event, &u32)| {
            let Some(at) = pending.iter().position(|operation| operation == of) else {
                return Some(*event);
            };
            let is_call = matches!(event.kind, EventKind::Call(_));
            is_call.then_some(Event { thread: clients + at, ..*event })
        };
        let events = events.iter().zip(&self.record.of).filter_map(changed).collect();
        History { events, ending: ending.clone() }
    }

    fn keep(&mut self, units: &[Vec<u32>], kept: bool) {
        for operation in units.iter().flatten() {
            self.kept[*operation as usize] = kept;
        }
    }

    /// The operations that are left and have a role that is asked for.
    pub(super) fn left(&self, is_asked: impl Fn(Role) -> bool) -> Vec<u32> {
        let entries = self.record.entries.iter().enumerate();
        let asked = entries.filter(|(at, entry)| self.kept[*at] && is_asked(entry.role));
        asked.map(|(at, _)| time(at)).collect()
    }

    /// What changes nothing.
    pub(super) fn observers(&self) -> Vec<Vec<u32>> {
        let idle = |role: Role| role == Role::Idle || role.observes();
        self.left(idle).into_iter().map(|operation| vec![operation]).collect()
    }

    /// Reports, where nobody needs the count to be as low as they make it.
    pub(super) fn task_dones(&self) -> Vec<Vec<u32>> {
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
    pub(super) fn shutdowns(&self) -> Vec<Vec<u32>> {
        if !self.left(Role::sees_shut).is_empty() {
            return Vec::new();
        }
        let graceful = self.left(|role| role == Role::Shutdown(Shutdown::Graceful));
        graceful.into_iter().map(|operation| vec![operation]).collect()
    }

    /// Items: the put, the get and the report of each, if nobody who is left has seen it.
    pub(super) fn items(&self, reports: &HashMap<u32, u32>) -> Vec<Vec<u32>> {
        let mut items: Vec<Vec<u32>> = Vec::new();
        for put in self.left(|role| role == Role::Put) {
            let get = self.record.entry(put).mate;
            let get = Some(get).filter(|get| *get != NONE && self.kept[*get as usize]);
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
    pub(super) fn in_order(&self) -> HashMap<u32, u32> {
        let mut reports = self.left(|role| role == Role::TaskDone);
        reports.sort_by_key(|report| self.record.entry(*report).hi);
        self.left(|role| role == Role::Put).into_iter().zip(reports).collect()
    }

    /// The same, but each report is taken for the last put that was called before and has none.
    /// Nested like this, one task keeps the count above zero while the others come and go.
    pub(super) fn nested(&self) -> HashMap<u32, u32> {
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
