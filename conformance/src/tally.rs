//! What the executions of one scenario show.

use crate::blame::{self, Verdict, Violation};
use crate::engine::{Execution, Summary, Visitor};
use crate::evidence;
use crate::stop::{Over, Stop};
use model::Final;
use spec::{Choices, ClauseId, History, Scenario};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// After this many executions.
    pub executions_max: u64,
    /// From outside.
    pub stop: Stop,
}

/// Why the visitor ended an exploration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// A violation was found.
    Violation,
    /// The limit of executions was reached.
    Limit,
    /// The run was over.
    Over(Over),
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
    choices: Choices,
    limits: Limits,
    /// Histories that were judged before: engines repeat themselves.
    judged: HashMap<History, Judged>,
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
    /// How an engine came on that merges states.
    pub summary: Summary,
}

#[derive(Debug)]
enum Judged {
    Conforms(Vec<ClauseId>),
    Unknown,
}

impl Tally {
    /// An empty tally for the executions of a scenario.
    pub fn new(scenario: &Scenario, choices: Choices, limits: Limits) -> Self {
        Tally {
            scenario: scenario.clone(),
            choices,
            limits,
            judged: HashMap::new(),
            executions: 0,
            evidence: BTreeMap::new(),
            finals: BTreeSet::new(),
            witness: None,
            unknown: None,
            stopped: None,
            summary: Summary::default(),
        }
    }

    /// Judges a history that was not seen before. A violation is left in `witness`.
    fn judge(&mut self, execution: &Execution) -> Judged {
        let history = &execution.history;
        match blame::judge(&self.scenario, self.choices, history) {
            Verdict::Conforms(steps) => {
                self.finals.extend(Final::observed(&self.scenario, history));
                let constants = self.scenario.constants;
                Judged::Conforms(evidence::occurred(constants, history, &steps))
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
        let over = self.limits.stop.over().map(Stopped::Over);
        let limit = self.executions >= self.limits.executions_max;
        over.or(limit.then_some(Stopped::Limit))
    }
}

impl Visitor for Tally {
    fn visit(&mut self, execution: Execution) -> ControlFlow<()> {
        self.executions += 1;
        let followed = execution.followed;
        if !self.judged.contains_key(&execution.history) {
            let judged = self.judge(&execution);
            self.judged.insert(execution.history.clone(), judged);
        }
        if let Some(Judged::Conforms(clauses)) = self.judged.get(&execution.history) {
            // Only who follows the items sees what becomes of them.
            let shown = |clause: &&ClauseId| followed || **clause != ClauseId::Get7;
            for clause in clauses.iter().filter(shown) {
                *self.evidence.entry(*clause).or_default() += 1;
            }
        }
        self.stopped = self.stop();
        if self.stopped.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn is_over(&self) -> bool {
        self.limits.stop.over().is_some()
    }

    fn summary(&mut self, summary: Summary) {
        let over = self.limits.stop.over().map(Stopped::Over);
        let limit = summary.limited.then_some(over.unwrap_or(Stopped::Limit));
        self.stopped = self.stopped.or(limit);
        self.unknown = self.unknown.take().or(summary.failed.clone());
        self.summary = summary;
    }
}
