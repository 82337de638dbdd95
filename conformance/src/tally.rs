//! What the executions of one scenario show.

use crate::blame::{self, Verdict, Violation};
use crate::engine::{Execution, Visitor};
use crate::evidence;
use model::Final;
use spec::{ClauseId, Ending, Event, History, MomentaryZero, Scenario};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// After this many executions.
    pub executions_max: u64,
    /// At this time.
    pub deadline: Option<Instant>,
    /// When this becomes true.
    pub interrupted: &'static AtomicBool,
}

/// Why an exploration was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stopped {
    /// A violation was found.
    Violation,
    /// The limit of executions was reached.
    Executions(u64),
    /// The time was up.
    Deadline,
    /// Somebody interrupted the run.
    Interrupted,
}

/// A violation, and the execution that shows it.
#[derive(Clone, Debug)]
pub struct Witness {
    /// The clause and the reason.
    pub violation: Violation,
    /// The execution.
    pub execution: Execution,
}

/// Judges executions and counts.
#[derive(Debug)]
pub struct Tally {
    scenario: Scenario,
    momentary_zero: MomentaryZero,
    limits: Limits,
    /// Histories that were judged before: engines repeat themselves.
    judged: HashMap<(Vec<Event>, Ending), Judged>,
    /// How many executions there were.
    pub executions: u64,
    /// In how many of them the precondition of a clause occurred.
    pub evidence: BTreeMap<ClauseId, u64>,
    /// The ends that were observed.
    pub finals: BTreeSet<Final>,
    /// The first violation.
    pub witness: Option<Witness>,
    /// Why some execution could not be judged.
    pub unknown: Option<String>,
    /// Why it was stopped, if it was.
    pub stopped: Option<Stopped>,
}

#[derive(Debug)]
enum Judged {
    Conforms(Vec<ClauseId>),
    Unknown,
}

impl Tally {
    /// An empty tally for the executions of a scenario.
    pub fn new(scenario: &Scenario, momentary_zero: MomentaryZero, limits: Limits) -> Self {
        Tally {
            scenario: scenario.clone(),
            momentary_zero,
            limits,
            judged: HashMap::new(),
            executions: 0,
            evidence: BTreeMap::new(),
            finals: BTreeSet::new(),
            witness: None,
            unknown: None,
            stopped: None,
        }
    }

    /// Judges a history that was not seen before. A violation is left in `witness`.
    fn judge(&mut self, execution: &Execution) -> Judged {
        let history = &execution.history;
        match blame::judge(&self.scenario, self.momentary_zero, history) {
            Verdict::Conforms(steps) => {
                self.finals.extend(end(&self.scenario, history));
                Judged::Conforms(evidence::occurred(self.scenario.constants, history, &steps))
            }
            Verdict::Unknown(why) => {
                self.unknown.get_or_insert(why);
                Judged::Unknown
            }
            Verdict::Violates(violation) => {
                self.witness = Some(Witness { violation, execution: execution.clone() });
                Judged::Unknown
            }
        }
    }

    fn stop(&self) -> Option<Stopped> {
        if self.witness.is_some() {
            return Some(Stopped::Violation);
        }
        if self.limits.interrupted.load(Ordering::Relaxed) {
            return Some(Stopped::Interrupted);
        }
        if self.limits.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Some(Stopped::Deadline);
        }
        let max = self.limits.executions_max;
        (self.executions >= max).then_some(Stopped::Executions(max))
    }
}

impl Visitor for Tally {
    fn visit(&mut self, execution: Execution) -> ControlFlow<()> {
        self.executions += 1;
        let key = (execution.history.events.clone(), execution.history.ending.clone());
        if !self.judged.contains_key(&key) {
            let judged = self.judge(&execution);
            self.judged.insert(key.clone(), judged);
        }
        if let Some(Judged::Conforms(clauses)) = self.judged.get(&key) {
            for clause in clauses {
                *self.evidence.entry(*clause).or_default() += 1;
            }
        }
        self.stopped = self.stop();
        if self.stopped.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// How a run ended, in the terms of the model; `None` if it was cut.
fn end(scenario: &Scenario, history: &History) -> Option<Final> {
    if history.ending != Ending::Quiescent {
        return None;
    }
    let mut outcomes = vec![Vec::new(); scenario.clients.len()];
    let mut blocked = BTreeSet::new();
    for operation in history.operations().ok()? {
        match operation.returned {
            Some((_, outcome)) => outcomes[operation.thread].push(outcome),
            None => drop(blocked.insert(operation.thread)),
        }
    }
    Some(Final { outcomes, blocked })
}
