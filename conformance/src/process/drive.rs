//! Drives one run of a scenario: chooses a step, has it done, and asks the model whether that was
//! allowed.

use super::adapter::Adapter;
use super::choices::Way;
use super::fault::Fault;
use super::session::{Action, Answer, Call, Session};
use super::tracker::{Happened, Rules, Tracker};
use spec::{Op, Scenario};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What a run may do besides calling one operation after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Freedom {
    /// Two calls in one step.
    pub pairs: bool,
    /// Calls that wait may be cancelled, so many.
    pub cancels: usize,
    /// Actors may be killed, so many.
    pub kills: usize,
    /// A cancellation may come in the same step as a call, so many turns after it at most.
    pub ticks: Option<u32>,
}

/// What is driven.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// The name of the queue.
    pub queue: &'a str,
    /// What it is judged by.
    pub rules: Rules,
    /// What its clients call.
    pub scenario: &'a Scenario,
    /// The one client that may be cancelled, where it can be only one.
    pub cancels: Option<usize>,
    /// What else may happen.
    pub freedom: Freedom,
    /// How long to wait for somebody who should not be blocked.
    pub second_look: Duration,
}

/// What happened in a run, step by step.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// What was done in each step, and what came back.
    pub steps: Vec<(Vec<Action>, Vec<(usize, Answer)>)>,
    /// Whether the model has refused the last step.
    pub refused: bool,
    /// Where those were who were blocked, if the model has refused that.
    pub stacks: Vec<String>,
    /// What was chosen.
    pub path: Vec<usize>,
}

/// Drives one run.
///
/// # Errors
///
/// If the adapter is of no use any more.
pub fn drive(adapter: &mut Adapter, job: &Job, mut way: Way) -> Result<Run, Fault> {
    let Job { scenario, rules, .. } = *job;
    let clients = scenario.clients.iter().map(|client| client.name.clone()).collect();
    let session = Session::open(adapter, job.queue, rules.constants, clients, job.cancels);
    let position = Position {
        next: vec![0; scenario.clients.len()],
        gone: BTreeSet::new(),
        left: job.freedom,
    };
    let mut driver =
        Driver { job, session, model: Tracker::new(rules), position, run: Run::default() };
    while !driver.run.refused {
        let options = driver.position.options(job, &driver.session);
        if options.is_empty() {
            break;
        }
        let batch = options[way.choose(options.len())].clone();
        if batch.is_empty() {
            break;
        }
        driver.step(batch)?;
    }
    let mut run = driver.run;
    run.path = way.taken();
    Ok(run)
}

/// Drives a run whose steps are given.
///
/// # Errors
///
/// If the adapter is of no use any more.
pub fn drive_steps(adapter: &mut Adapter, job: &Job, steps: &[Vec<Action>]) -> Result<Run, Fault> {
    let Job { scenario, rules, .. } = *job;
    let clients = scenario.clients.iter().map(|client| client.name.clone()).collect();
    let session = Session::open(adapter, job.queue, rules.constants, clients, job.cancels);
    let position = Position { next: vec![], gone: BTreeSet::new(), left: job.freedom };
    let mut driver =
        Driver { job, session, model: Tracker::new(rules), position, run: Run::default() };
    for batch in steps {
        driver.step(batch.clone())?;
        if driver.run.refused {
            break;
        }
    }
    Ok(driver.run)
}

struct Driver<'a> {
    job: &'a Job<'a>,
    session: Session<'a>,
    model: Tracker,
    position: Position,
    run: Run,
}

/// How far the clients have come.
struct Position {
    /// The next operation of each.
    next: Vec<usize>,
    /// Who was killed.
    gone: BTreeSet<usize>,
    /// What may still be done.
    left: Freedom,
}

impl Driver<'_> {
    fn step(&mut self, batch: Vec<Action>) -> Result<(), Fault> {
        self.session.doing(self.describe(&batch));
        let calls = |action: &Action| match action {
            Action::Call(client, call) => Some((*client, *call)),
            _ => None,
        };
        let mut happened =
            Happened { called: batch.iter().filter_map(calls).collect(), answered: vec![] };
        happened.answered = self.session.step(&batch)?;
        self.position.took(&batch);
        let mut after = self.model.after(&happened);
        if after.is_none() && self.model.awaits_more(&happened) {
            // It may be slow.
            happened.answered.extend(self.session.look(self.job.second_look)?);
            after = self.model.after(&happened);
            if after.is_none() && !self.session.pending().is_empty() {
                self.run.stacks = stacks(self.session.stacks()?);
            }
        }
        match after {
            Some(model) => self.model = model,
            None => self.run.refused = true,
        }
        self.run.steps.push((batch, happened.answered));
        Ok(())
    }

    /// What is being done, with the state of the model.
    fn describe(&self, batch: &[Action]) -> String {
        let name = |client: usize| &self.job.scenario.clients[client].name;
        let state = self.model.state();
        let words = step_in_words(self.job.scenario, batch);
        let pending = self.session.pending().iter();
        let pending: Vec<String> =
            pending.map(|(client, call)| format!("{}: {}", name(*client), call.op)).collect();
        let blocked = match pending.len() {
            0 => String::new(),
            _ => format!("; blocked were {}", pending.join(", ")),
        };
        format!(
            "{} was asked for `{}`{blocked}; the model had {} items queued, {} tasks unfinished, {:?}",
            self.job.queue,
            words,
            state.items.len(),
            state.unfinished,
            state.phase
        )
    }
}

fn stacks(stacks: BTreeMap<String, Vec<String>>) -> Vec<String> {
    stacks
        .into_iter()
        .map(|(client, frames)| format!("{client} is in {}", frames.join(" > ")))
        .collect()
}

/// An action in words: `worker: get`, `cancel worker`, `kill worker`, `2 ticks`.
pub fn in_words(scenario: &Scenario, action: Action) -> String {
    let name = |client: usize| &scenario.clients[client].name;
    match action {
        Action::Call(client, Call { op, flawed: false }) => format!("{}: {op}", name(client)),
        Action::Call(client, Call { op, flawed: true }) => format!("{}: {op} flawed", name(client)),
        Action::Cancel(client) => format!("cancel {}", name(client)),
        Action::Kill(client) => format!("kill {}", name(client)),
        Action::Ticks(ticks) => format!("{ticks} ticks"),
    }
}

/// A step in words: its actions, joined by ` + `.
pub fn step_in_words(scenario: &Scenario, batch: &[Action]) -> String {
    batch.iter().map(|action| in_words(scenario, *action)).collect::<Vec<_>>().join(" + ")
}

impl Position {
    /// What can be done next. An empty batch is the end, where that is a choice.
    fn options(&self, job: &Job, session: &Session) -> Vec<Vec<Action>> {
        let op = |client: usize| job.scenario.clients[client].ops.get(self.next[client]).copied();
        let is_free = |c: &usize| !self.gone.contains(c) && !session.pending().contains_key(c);
        let call = |c: usize| op(c).map(|op| Action::Call(c, Call { op, flawed: false }));
        let calls: Vec<Action> = (0..self.next.len()).filter(is_free).filter_map(call).collect();
        let mut options: Vec<Vec<Action>> = calls.iter().map(|call| vec![*call]).collect();
        if self.left.pairs {
            let pairs = calls.iter().flat_map(|a| calls.iter().map(move |b| (*a, *b)));
            options.extend(pairs.filter(|(a, b)| a != b).map(|(a, b)| vec![a, b]));
        }
        let may_cancel = |client: &&usize| job.cancels.is_none_or(|only| only == **client);
        if self.left.cancels > 0 {
            for client in session.pending().keys().filter(may_cancel) {
                let cancel = Action::Cancel(*client);
                options.push(vec![cancel]);
                for ticks in self.left.ticks.map_or(0..0, |most| 0..most + 1) {
                    let after = |call: &Action| vec![*call, Action::Ticks(ticks), cancel];
                    options.extend(calls.iter().map(after));
                }
                if self.left.ticks.is_some() {
                    options.extend(calls.iter().map(|call| vec![cancel, *call]));
                }
            }
        }
        if self.left.kills > 0 {
            options.extend(session.pending().keys().map(|client| vec![Action::Kill(*client)]));
        }
        if calls.is_empty() && !options.is_empty() {
            options.push(vec![]);
        }
        options
    }

    fn took(&mut self, batch: &[Action]) {
        for action in batch {
            match *action {
                Action::Call(client, _) => {
                    if let Some(next) = self.next.get_mut(client) {
                        *next += 1;
                    }
                }
                Action::Cancel(_) => self.left.cancels = self.left.cancels.saturating_sub(1),
                Action::Kill(client) => {
                    self.gone.insert(client);
                    self.left.kills = self.left.kills.saturating_sub(1);
                }
                Action::Ticks(_) => {}
            }
        }
    }
}

/// Whether a call that may wait without end is in it: only then is there something to cancel.
pub fn may_wait(scenario: &Scenario) -> bool {
    scenario.ops().any(|(_, op): (usize, Op)| op.may_block())
}
