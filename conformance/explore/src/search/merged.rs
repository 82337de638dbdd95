//! Every state once: a depth-first search that puts states back and goes on from them.
//!
//! Two executions are merged when nothing that happens later could tell them apart: equal shared
//! memory, equal stacks and heaps of the clients, and an equal state of the judge, or a stricter one
//! of the execution that is followed. So the search decides about every execution although it sees
//! few.

use super::every::{Visitor, follow};
use super::fingerprint::Fingerprint;
use super::shortest::shortest;
use super::states::States;
use super::{coverage, nondeterministic, restarts};
use crate::judge::{Judge, Verdicts};
use crate::machine::Machine;
use crate::machine::core::GO;
use crate::program::{Choice, Ended, Event, Execution, Options, Program};
use crate::report::{Coverage, Error, Limit, Limits, Report, Violation};
use std::iter;

/// Explores every state, and with them every schedule. Ends at the first violation.
///
/// The visitor sees an execution for each step that leads to an end: of all that were merged before,
/// one. It does not see the one that is refused.
///
/// # Errors
///
/// If the program cannot be explored: then nothing was found out.
pub fn merged<P: Program, J: Judge>(
    program: &P,
    judge: &J,
    options: &Options,
    limits: &Limits<'_>,
    visitor: &mut impl Visitor,
) -> Result<Report, Error> {
    let mut machine = Machine::new(program, options)?;
    loop {
        machine.core.scrubs.set(true);
        machine.core.glues.set(true);
        let mut search = Merged::new(&mut machine, judge, visitor);
        let found = search.run(limits)?;
        let report = search.report;
        if restarts(&machine) {
            visitor.restart();
            continue;
        }
        return match found {
            Found::Nothing(coverage) => Ok(Report { coverage, ..report }),
            Found::Violation(path, ended) => {
                let violation = explain(&mut machine, judge, &path, ended)?;
                Ok(Report { violation: Some(violation), ..report })
            }
        };
    }
}

/// The violation that a path leads to, or one with fewer context switches.
fn explain<P: Program, J: Judge>(
    machine: &mut Machine<'_, P>,
    judge: &J,
    path: &[Choice],
    ended: Ended,
) -> Result<Violation, Error> {
    // From here on, every access is a step, as in the schedule that is shown.
    machine.core.glues.set(false);
    let found = Execution { ended, ..follow(machine, path)? };
    let shorter = shortest(machine, judge, found.schedule.context_switches())?;
    Ok(Violation { is_shortest: shorter.is_some(), execution: shorter.unwrap_or(found) })
}

enum Found {
    Nothing(Coverage),
    Violation(Vec<Choice>, Ended),
}

/// What has become of a state.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// Not all that it leads to has been seen.
    Open,
    /// All has been seen.
    Closed,
    /// It is an end.
    Ended,
}

/// A state on the way to the current one.
#[derive(Default)]
struct Node {
    bytes: Vec<u8>,
    /// What was called and came back on the way here from the node before.
    events: Vec<Event>,
    /// How many accesses the step here had after its first one.
    glued: u32,
    judged: u32,
    choices: Vec<Choice>,
    next: usize,
    /// The number of the state, and the lowest one that it leads back to.
    number: u32,
    low: u32,
    /// Whether it leads to an end, and not only round in circles.
    escapes: bool,
}

struct Merged<'m, 'p, 'j, 'v, P: Program, J: Judge, V: Visitor> {
    machine: &'m mut Machine<'p, P>,
    verdicts: Verdicts<'j, J>,
    visitor: &'v mut V,
    /// What was called and came back in the last step.
    last: Vec<Event>,
    /// How many accesses it had after its first one.
    last_glued: u32,
    /// Whether the visitor has seen enough.
    stopped: bool,
    seen: States,
    /// By number.
    progress: Vec<Progress>,
    /// The states that are not closed, in the order in which they were found.
    open: Vec<u32>,
    /// The way to the current state; nodes beyond `depth` are kept for their memory.
    nodes: Vec<Node>,
    depth: usize,
    /// Whether the machine is in the state of the last node.
    here: bool,
    report: Report,
}

impl<'m, 'p, 'j, 'v, P: Program, J: Judge, V: Visitor> Merged<'m, 'p, 'j, 'v, P, J, V> {
    fn new(machine: &'m mut Machine<'p, P>, judge: &'j J, visitor: &'v mut V) -> Self {
        Merged {
            machine,
            verdicts: Verdicts::new(judge),
            visitor,
            last: Vec::new(),
            last_glued: 0,
            stopped: false,
            seen: States::default(),
            progress: Vec::new(),
            open: Vec::new(),
            nodes: Vec::new(),
            depth: 0,
            here: false,
            report: Report::default(),
        }
    }

    fn run(&mut self, limits: &Limits<'_>) -> Result<Found, Error> {
        self.machine.start()?;
        let mut violation = self.arrive(Some(0))?;
        loop {
            if let Some(ended) = violation {
                return Ok(Found::Violation(self.path(), ended));
            }
            if self.stopped || self.machine.core.must_restart.get() {
                return Ok(Found::Nothing(Coverage::Ended));
            }
            let Some(node) = self.nodes[..self.depth].last_mut() else {
                return Ok(Found::Nothing(coverage(None)));
            };
            let Some(choice) = node.choices.get(node.next).copied() else {
                violation = self.leave();
                continue;
            };
            node.next += 1;
            let judged = node.judged;
            if !self.here {
                self.machine.restore(&self.nodes[self.depth - 1].bytes);
            }
            self.machine.step(choice);
            let judged = self.verdicts.after(judged, &self.machine.core.events.borrow());
            violation = self.arrive(judged)?;
            self.report.transitions += 1;
            if let Some(limit) = self.limit(limits) {
                return Ok(Found::Nothing(coverage(Some(limit))));
            }
        }
    }

    fn limit(&self, limits: &Limits<'_>) -> Option<Limit> {
        if self.report.states > limits.states {
            return Some(Limit::States);
        }
        let asks = self.report.transitions.is_multiple_of(1024);
        (asks && (limits.should_stop)()).then_some(Limit::Stopped)
    }

    /// The machine has made a step, after which the judge says `judged`. A violation ends the search.
    fn arrive(&mut self, judged: Option<u32>) -> Result<Option<Ended>, Error> {
        self.here = false;
        self.last_glued = self.machine.core.glued.get();
        let Some(judged) = judged else { return Ok(Some(Ended::Cut)) };
        if self.depth == self.nodes.len() {
            self.nodes.push(Node::default());
        }
        let (before, rest) = self.nodes.split_at_mut(self.depth);
        let node = &mut rest[0];
        self.machine.save(&mut node.bytes);
        let number = u32::try_from(self.progress.len()).expect("memory ends before numbers do");
        let program = Fingerprint::of(&node.bytes, 0);
        let known = self.seen.number(program, judged, &mut self.verdicts);
        if known < number {
            let progress = self.progress[known as usize];
            let closed = progress != Progress::Open;
            if let Some(parent) = before.last_mut() {
                parent.escapes |= closed;
                parent.low = if closed { parent.low } else { parent.low.min(known) };
            }
            if progress == Progress::Ended {
                self.end_again();
            }
            return Ok(None);
        }
        self.report.states += 1;
        self.machine.fault().map_or(Ok(()), Err)?;
        let ended = self.machine.failure();
        self.machine.choices(&mut node.choices);
        self.last.clone_from(&self.machine.core.events.borrow());
        let ended = ended.or_else(|| node.choices.is_empty().then(|| self.machine.ended()));
        self.progress.push(if ended.is_some() { Progress::Ended } else { Progress::Open });
        if let Some(ended) = ended {
            if let Some(parent) = before.last_mut() {
                parent.escapes = true;
            }
            return self.end(judged, ended);
        }
        node.events.clone_from(&self.last);
        (node.judged, node.next, node.escapes) = (judged, 0, false);
        node.glued = self.last_glued;
        (node.number, node.low) = (number, number);
        self.open.push(number);
        self.depth += 1;
        self.here = true;
        Ok(None)
    }

    /// An execution has ended.
    fn end(&mut self, judged: u32, mut ended: Ended) -> Result<Option<Ended>, Error> {
        self.report.executions += 1;
        let judged = self.after_calls(judged, &ended);
        let calls = self.machine.core.events.borrow().clone();
        let executions = self.report.executions;
        if executions.is_power_of_two() || executions.is_multiple_of(4096) {
            ended = self.repeat(judged, &ended)?;
        } else if ended == Ended::Finished {
            ended = self.machine.finish();
        }
        if !self.verdicts.is_right(judged, &ended) {
            return Ok(Some(ended));
        }
        self.show(ended, &calls);
        Ok(None)
    }

    /// An execution has ended as another one has, in another way.
    fn end_again(&mut self) {
        if self.machine.failure().is_some() {
            return;
        }
        self.report.executions += 1;
        self.last.clone_from(&self.machine.core.events.borrow());
        let ended = self.machine.ended();
        let calls = self.machine.core.events.borrow().clone();
        self.show(ended, &calls);
    }

    /// Shows the visitor the execution that ends here, with the calls that are added at its end.
    fn show(&mut self, ended: Ended, calls: &[Event]) {
        let ways = self.nodes[..self.depth].iter().flat_map(|node| &node.events);
        let mut events: Vec<Event> = ways.chain(&self.last).copied().collect();
        if matches!(ended, Ended::Quiescent(_)) {
            events.extend_from_slice(calls);
        }
        let schedule = self.machine.core.schedule(self.path());
        let execution = Execution { events, ended, schedule };
        self.stopped |= self.visitor.visit(&execution).is_break();
    }

    /// The judge's state after the calls that an end adds to the history.
    fn after_calls(&mut self, judged: u32, ended: &Ended) -> u32 {
        match ended {
            Ended::Quiescent(_) => {
                let calls = self.machine.core.events.borrow();
                self.verdicts.after(judged, &calls).expect("a call cannot be refused")
            }
            _ => judged,
        }
    }

    /// Runs the current execution again, from its beginning: it must end in the same way.
    fn repeat(&mut self, judged: u32, ended: &Ended) -> Result<Ended, Error> {
        let path = self.path();
        self.machine.core.glues.set(false);
        let again = follow(self.machine, &path).map_err(nondeterministic)?;
        self.machine.core.glues.set(true);
        let finished = matches!(again.ended, Ended::Panicked { client: None, .. });
        let same_end = again.ended == *ended || *ended == Ended::Finished && finished;
        if !same_end || self.verdicts.after(0, &again.events) != Some(judged) {
            return Err(Error::Nondeterministic { step: path.len() });
        }
        Ok(again.ended)
    }

    /// The steps that led to where the machine is, each access as a step.
    fn path(&self) -> Vec<Choice> {
        let nodes = &self.nodes[..self.depth];
        let choices = nodes.iter().map(|node| node.choices[node.next - 1]);
        let reached = nodes.iter().skip(1).map(|node| node.glued);
        let glued = reached.chain([self.last_glued]);
        let steps = choices.zip(glued).flat_map(|(choice, glued)| {
            let again = Choice { branch: GO, ..choice };
            iter::once(choice).chain(iter::repeat_n(again, glued as usize))
        });
        steps.collect()
    }

    /// All that the last node leads to has been seen. If that is nothing but a circle, nobody in it
    /// ever gets further: that is an end, too.
    fn leave(&mut self) -> Option<Ended> {
        self.depth -= 1;
        self.here = false;
        let (before, rest) = self.nodes.split_at_mut(self.depth);
        let node = &rest[0];
        let mut circles = false;
        if node.low == node.number {
            let start = self.open.iter().rposition(|number| *number == node.number);
            let states = self.open.drain(start.expect("an open node is among the open states")..);
            states.for_each(|number| self.progress[number as usize] = Progress::Closed);
            circles = !node.escapes;
        }
        if let Some(parent) = before.last_mut() {
            parent.escapes |= node.escapes || node.low == node.number;
            parent.low = parent.low.min(node.low);
        }
        if !circles {
            return None;
        }
        self.machine.restore(&node.bytes);
        self.last.clone_from(&node.events);
        self.last_glued = node.glued;
        let (judged, ended) = (node.judged, self.machine.ended());
        let judged = self.after_calls(judged, &ended);
        let calls = self.machine.core.events.borrow().clone();
        self.report.executions += 1;
        if !self.verdicts.is_right(judged, &ended) {
            return Some(ended);
        }
        self.show(ended, &calls);
        None
    }
}
