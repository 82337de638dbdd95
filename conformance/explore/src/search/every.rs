//! Every schedule, one after the other, each from its beginning: the reference.

use super::{coverage, repeat, restarts};
use crate::machine::Machine;
use crate::program::{Choice, Ended, Event, Execution, Options, Program, Schedule};
use crate::report::{Coverage, Error, Limit, Limits, Report};
use std::mem;
use std::ops::ControlFlow;

/// Sees executions.
pub trait Visitor {
    /// An execution has ended. The search goes on unless this says otherwise.
    fn visit(&mut self, execution: &Execution) -> ControlFlow<()>;

    /// The search starts again: forget what was visited. It does so when it finds that it has taken
    /// too much for one step: a condition variable is used with more than one mutex, or without its
    /// mutex, or clients share an atomic that none of them had changed so far.
    fn restart(&mut self);
}

/// Looks at nothing.
impl Visitor for () {
    fn visit(&mut self, _: &Execution) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn restart(&mut self) {}
}

/// Explores every schedule without merging or leaving out any.
///
/// # Errors
///
/// If the program cannot be explored: then nothing was found out.
pub fn every<P: Program>(
    program: &P,
    options: &Options,
    limits: &Limits<'_>,
    visitor: &mut impl Visitor,
) -> Result<Report, Error> {
    let mut machine = Machine::new(program, options)?;
    loop {
        let report = Every::default().run(&mut machine, limits, visitor)?;
        match report {
            Some(report) => return Ok(report),
            None => visitor.restart(),
        }
    }
}

/// A point where several steps were possible.
#[derive(Clone, Copy)]
struct Node {
    /// They are `alternatives[first..][..count]`.
    first: usize,
    count: usize,
    /// The one that is being explored.
    at: usize,
}

#[derive(Default)]
struct Every {
    nodes: Vec<Node>,
    alternatives: Vec<Choice>,
    choices: Vec<Choice>,
    execution: Option<Execution>,
}

impl Every {
    /// `None`: the search must start again.
    fn run<P: Program>(
        &mut self,
        machine: &mut Machine<'_, P>,
        limits: &Limits<'_>,
        visitor: &mut impl Visitor,
    ) -> Result<Option<Report>, Error> {
        let (mut executions, mut transitions, mut limit) = (0, 0, None);
        let ended_by_visitor = loop {
            let execution = self.execute(machine, limits.steps)?;
            if restarts(machine) {
                return Ok(None);
            }
            executions += 1;
            if u64::is_power_of_two(executions) {
                repeat(machine, &execution)?;
            }
            transitions += execution.schedule.steps.len() as u64;
            limit = limit.or((execution.ended == Ended::Cut).then_some(Limit::Steps));
            let enough = visitor.visit(&execution).is_break();
            self.execution = Some(execution);
            if enough || !self.next() {
                break enough;
            }
            if executions >= limits.executions {
                limit = Some(Limit::Executions);
                break false;
            }
            if executions % 256 == 0 && (limits.should_stop)() {
                limit = Some(Limit::Stopped);
                break false;
            }
        };
        let coverage = if ended_by_visitor { Coverage::Ended } else { coverage(limit) };
        Ok(Some(Report { coverage, transitions, executions, ..Report::default() }))
    }

    /// Runs the execution that the nodes describe, and on from there by first alternatives.
    fn execute<P: Program>(
        &mut self,
        machine: &mut Machine<'_, P>,
        steps_max: usize,
    ) -> Result<Execution, Error> {
        let mut execution = self.execution.take().unwrap_or_else(empty);
        execution.events.clear();
        let mut steps = mem::take(&mut execution.schedule.steps);
        steps.clear();
        execution.schedule = machine.core.schedule(steps);
        machine.start()?;
        execution.events.extend_from_slice(&machine.core.events.borrow());
        let mut depth = 0;
        execution.ended = loop {
            if let Some(failure) = machine.failure() {
                break failure;
            }
            machine.choices(&mut self.choices);
            if self.choices.is_empty() {
                let ended = machine.ended();
                execution.events.extend_from_slice(&machine.core.events.borrow());
                break ended;
            }
            let step = execution.schedule.steps.len();
            if step >= steps_max {
                break Ended::Cut;
            }
            let choice = self.choose(depth, step)?;
            depth += usize::from(self.choices.len() > 1);
            machine.step(choice);
            execution.schedule.steps.push(choice);
            execution.events.extend_from_slice(&machine.core.events.borrow());
            if machine.core.must_restart.get() {
                break Ended::Cut;
            }
        };
        machine.fault().map_or(Ok(()), Err)?;
        if execution.ended == Ended::Finished {
            execution.ended = machine.finish();
        }
        Ok(execution)
    }

    fn choose(&mut self, depth: usize, step: usize) -> Result<Choice, Error> {
        if let [only] = self.choices[..] {
            return Ok(only);
        }
        let Some(node) = self.nodes.get(depth) else {
            let first = self.alternatives.len();
            self.alternatives.extend_from_slice(&self.choices);
            self.nodes.push(Node { first, count: self.choices.len(), at: 0 });
            return Ok(self.choices[0]);
        };
        let alternatives = &self.alternatives[node.first..][..node.count];
        if alternatives != self.choices {
            return Err(Error::Nondeterministic { step });
        }
        Ok(alternatives[node.at])
    }

    /// Moves on to the next schedule; there is none when all alternatives are done.
    fn next(&mut self) -> bool {
        while let Some(node) = self.nodes.last_mut() {
            node.at += 1;
            if node.at < node.count {
                return true;
            }
            self.alternatives.truncate(node.first);
            self.nodes.pop();
        }
        false
    }
}

fn empty() -> Execution {
    Execution { events: Vec::new(), ended: Ended::Cut, schedule: Schedule::default() }
}

/// Runs one schedule again. If it does not lead to an end, the execution is cut after it.
///
/// # Errors
///
/// If the program cannot be explored, or a step of the schedule is not possible.
pub fn replay<P: Program>(
    program: &P,
    options: &Options,
    schedule: &Schedule,
) -> Result<Execution, Error> {
    let mut machine = Machine::new(program, options)?;
    machine.core.step_as_in(schedule);
    follow(&mut machine, &schedule.steps)
}

/// How many steps an execution may take to come to its end after a schedule.
const STEPS_TO_THE_END_MAX: usize = 10_000;

/// The same, and goes on after the schedule, with few context switches, until the execution ends,
/// unless that takes too long: then it is cut after the schedule.
///
/// # Errors
///
/// As [`replay`].
pub fn replay_to_the_end<P: Program>(
    program: &P,
    options: &Options,
    schedule: &Schedule,
) -> Result<Execution, Error> {
    let mut machine = Machine::new(program, options)?;
    machine.core.step_as_in(schedule);
    let cut = follow(&mut machine, &schedule.steps)?;
    if cut.ended != Ended::Cut {
        return Ok(cut);
    }
    let (mut steps, mut choices) = (schedule.steps.clone(), Vec::new());
    for _ in 0..STEPS_TO_THE_END_MAX {
        machine.choices(&mut choices);
        let last = steps.last().map(|last| last.client);
        let same = choices.iter().find(|choice| Some(choice.client) == last);
        let next = same.or(choices.first()).filter(|_| machine.failure().is_none());
        let Some(choice) = next.copied() else { break };
        machine.step(choice);
        steps.push(choice);
    }
    let whole = follow(&mut machine, &steps)?;
    Ok(if whole.ended == Ended::Cut { cut } else { whole })
}

/// Runs the steps of a schedule from the start.
pub(super) fn follow<P: Program>(
    machine: &mut Machine<'_, P>,
    steps: &[Choice],
) -> Result<Execution, Error> {
    machine.start()?;
    let mut events: Vec<Event> = machine.core.events.borrow().clone();
    let mut choices = Vec::new();
    for (step, choice) in steps.iter().enumerate() {
        machine.choices(&mut choices);
        if machine.failure().is_some() || !choices.contains(choice) {
            return Err(Error::NoSuchStep { step });
        }
        machine.step(*choice);
        events.extend_from_slice(&machine.core.events.borrow());
    }
    machine.fault().map_or(Ok(()), Err)?;
    machine.choices(&mut choices);
    let mut ended = match machine.failure() {
        Some(failure) => failure,
        None if !choices.is_empty() => Ended::Cut,
        None => machine.ended(),
    };
    if ended == Ended::Finished {
        ended = machine.finish();
    } else if let Ended::Quiescent(_) = ended {
        events.extend_from_slice(&machine.core.events.borrow());
    }
    Ok(Execution { events, ended, schedule: machine.core.schedule(steps.to_vec()) })
}
