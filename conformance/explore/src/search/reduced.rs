//! Every schedule up to the order of independent steps: dynamic partial-order reduction with source
//! sets and sleep sets (Abdulla, Aronsson, Jonsson, Sagonas: Optimal dynamic partial order
//! reduction, POPL 2014).
//!
//! A call is part of the first step of its operation, a return of the last one, and a return and a
//! call depend on each other: every real-time order of the operations is seen.

use super::Visitor;
use super::trace::{Race, Trace};
use super::{coverage, repeat, restarts};
use crate::machine::Machine;
use crate::machine::client::Pending;
use crate::machine::footprint::{Footprint, Touch};
use crate::program::{Choice, Ended, Event, Execution, Options, Program};
use crate::report::{Coverage, Error, Limit, Limits, Report};
use std::mem;

/// Explores one schedule of each class of schedules that differ in the order of independent steps
/// only. All outcomes are seen, and all orders of operations; not all schedules are.
///
/// # Errors
///
/// If the program cannot be explored: then nothing was found out.
pub fn reduced<P: Program>(
    program: &P,
    options: &Options,
    limits: &Limits<'_>,
    visitor: &mut impl Visitor,
) -> Result<Report, Error> {
    let mut machine = Machine::new(program, options)?;
    // What a step does must not depend on what it finds, as far as others can tell. So a condition
    // variable is never used in the middle of one.
    machine.core.fused.set(false);
    machine.core.footprint.replace(Some(Footprint::default()));
    loop {
        if let Some(report) = Reduced::default().run(&mut machine, limits, visitor)? {
            return Ok(report);
        }
        visitor.restart();
    }
}

/// A point where something was decided.
enum Point {
    /// Who makes the next step.
    Turn(Turn),
    /// How the step goes on: an alternative of the client that has begun it.
    Middle { choices: Vec<Choice>, at: usize },
}

struct Turn {
    choices: Vec<Choice>,
    /// The position of its choice among `choices`: all alternatives of a client are explored.
    at: usize,
    /// The clients to explore here, as a set of bits.
    backtrack: u32,
    /// The clients that need not be explored here, and what they would touch.
    sleep: Vec<(usize, Footprint)>,
    /// What the client that moves now has touched, over all its alternatives so far.
    touched: Footprint,
}

impl Turn {
    fn enabled(&self) -> u32 {
        self.choices.iter().fold(0, |set, choice| set | 1 << choice.client)
    }

    fn sleeping(&self) -> u32 {
        self.sleep.iter().fold(0, |set, (client, _)| set | 1 << client)
    }

    fn client(&self) -> usize {
        self.choices[self.at].client.into()
    }

    /// Moves on to a client that is to be explored; there may be none.
    fn pick(&mut self) -> bool {
        let left = self.backtrack & !self.sleeping();
        let at = self.choices.iter().position(|choice| left >> choice.client & 1 == 1);
        at.inspect(|at| self.at = *at).is_some()
    }

    /// Moves on to the next alternative, of the same client or another one.
    fn next(&mut self) -> bool {
        let client = self.client();
        if self.choices.get(self.at + 1).is_some_and(|next| usize::from(next.client) == client) {
            self.at += 1;
            return true;
        }
        self.sleep.push((client, mem::take(&mut self.touched)));
        self.pick()
    }

    /// Has one of the clients explored that could go first, unless one of them is.
    fn reverse(&mut self, race: Race) {
        if self.backtrack & race.initials != 0 {
            return;
        }
        let possible = race.initials & self.enabled();
        self.backtrack |= match possible {
            0 => self.enabled(),
            _ if possible >> race.client & 1 == 1 => 1 << race.client,
            _ => 1 << possible.trailing_zeros(),
        };
    }
}

#[derive(Default)]
struct Reduced {
    points: Vec<Point>,
    trace: Trace,
    /// For each step of the trace, the point where it was decided.
    turns: Vec<usize>,
    choices: Vec<Choice>,
    report: Report,
}

/// How an execution came to its end.
enum End {
    Ended(Ended),
    /// Others stand for it.
    Redundant,
}

impl Reduced {
    /// `None`: the search must start again.
    fn run<P: Program>(
        mut self,
        machine: &mut Machine<'_, P>,
        limits: &Limits<'_>,
        visitor: &mut impl Visitor,
    ) -> Result<Option<Report>, Error> {
        let mut limit = None;
        loop {
            let execution = self.execute(machine, limits.steps)?;
            if restarts(machine) {
                return Ok(None);
            }
            let mut enough = false;
            match execution {
                None => self.report.redundant += 1,
                Some(execution) => {
                    self.report.executions += 1;
                    if self.report.executions.is_power_of_two() {
                        repeat(machine, &execution)?;
                    }
                    limit = limit.or((execution.ended == Ended::Cut).then_some(Limit::Steps));
                    enough = visitor.visit(&execution).is_break();
                }
            }
            let count = self.report.executions + self.report.redundant;
            self.report.coverage = coverage(limit);
            if enough {
                self.report.coverage = Coverage::Ended;
            } else if !self.next() {
            } else if self.report.executions >= limits.executions {
                self.report.coverage = Coverage::Limited(Limit::Executions);
            } else if count.is_multiple_of(256) && (limits.should_stop)() {
                self.report.coverage = Coverage::Limited(Limit::Stopped);
            } else {
                continue;
            }
            return Ok(Some(self.report));
        }
    }

    /// Runs the execution that the points describe, and on from there.
    fn execute<P: Program>(
        &mut self,
        machine: &mut Machine<'_, P>,
        steps_max: usize,
    ) -> Result<Option<Execution>, Error> {
        machine.start()?;
        let mut events: Vec<Event> = machine.core.events.borrow().clone();
        let mut steps: Vec<Choice> = Vec::new();
        let mut turns = 0;
        let mut step = Footprint::default();
        let end = loop {
            if let Some(failure) = machine.failure() {
                self.explore_everything(step);
                break End::Ended(failure);
            }
            machine.choices(&mut self.choices);
            let middle = is_in_the_middle(machine);
            if !middle {
                let step = mem::take(&mut step);
                // Choices before the first access of a client are no part of any step.
                if turns > 0 {
                    self.complete(turns - 1, step);
                }
            }
            if self.choices.is_empty() {
                self.complete_blocked(machine);
                break End::Ended(machine.ended());
            }
            if steps.len() >= steps_max {
                break End::Ended(Ended::Cut);
            }
            let Some(choice) = self.decide(steps.len(), middle)? else {
                self.complete_blocked(machine);
                break End::Redundant;
            };
            turns += usize::from(!middle);
            before_step(&mut step, machine, choice);
            machine.step(choice);
            steps.push(choice);
            let added = machine.core.events.borrow();
            events.extend_from_slice(&added);
            join(&mut step, machine, &added);
            drop(added);
            if machine.core.must_restart.get() {
                break End::Redundant;
            }
        };
        machine.fault().map_or(Ok(()), Err)?;
        let End::Ended(mut ended) = end else { return Ok(None) };
        if ended == Ended::Finished {
            ended = machine.finish();
        } else if let Ended::Quiescent(_) = ended {
            events.extend_from_slice(&machine.core.events.borrow());
        }
        self.report.transitions += steps.len() as u64;
        Ok(Some(Execution { events, ended, schedule: machine.core.schedule(steps) }))
    }

    /// What to do at a point: as before, or the first possibility at a new one. `None` if others
    /// stand for whatever happens from here.
    fn decide(&mut self, depth: usize, middle: bool) -> Result<Option<Choice>, Error> {
        if let Some(point) = self.points.get(depth) {
            let (Point::Middle { choices, at } | Point::Turn(Turn { choices, at, .. })) = point;
            let same = *choices == self.choices;
            return if same { Ok(Some(choices[*at])) } else { Err(nondeterministic(depth)) };
        }
        let choices = self.choices.clone();
        if middle {
            self.points.push(Point::Middle { choices, at: 0 });
            return Ok(Some(self.choices[0]));
        }
        let sleep = self.still_asleep();
        let mut turn = Turn { choices, at: 0, backtrack: 0, sleep, touched: Footprint::default() };
        let awake = turn.enabled() & !turn.sleeping();
        if awake == 0 {
            return Ok(None);
        }
        turn.backtrack = 1 << awake.trailing_zeros();
        turn.pick();
        let choice = turn.choices[turn.at];
        self.turns.push(self.points.len());
        self.points.push(Point::Turn(turn));
        Ok(Some(choice))
    }

    /// Who need not be explored after the last step, either: it did not touch what they would touch.
    fn still_asleep(&mut self) -> Vec<(usize, Footprint)> {
        let (Some(at), Some(last)) = (self.turns.last(), self.trace.steps.last()) else {
            return Vec::new();
        };
        let Point::Turn(turn) = &self.points[*at] else { return Vec::new() };
        let asleep = turn.sleep.iter().filter(|(_, would)| !would.depends_on(&last.footprint));
        asleep.cloned().collect()
    }

    fn turn(&mut self, step: usize) -> &mut Turn {
        match &mut self.points[self.turns[step]] {
            Point::Turn(turn) => turn,
            Point::Middle { .. } => unreachable!("a step begins with a turn"),
        }
    }

    /// A step is complete. If it is a new one, the steps that race with it are explored the other
    /// way round, and clients that it woke are explored giving up before.
    fn complete(&mut self, step: usize, footprint: Footprint) {
        if step < self.trace.steps.len() {
            return;
        }
        let turn = self.turn(step);
        turn.touched.join(&footprint);
        let client = turn.client();
        for (woken, gives_up) in &footprint.woke {
            turn.backtrack |= if *gives_up { turn.enabled() & 1 << woken } else { 0 };
        }
        for race in self.trace.add(client, footprint) {
            self.turn(race.at).reverse(race);
        }
    }

    /// Nobody can move, or others stand for whoever can: who waits for a mutex could have had it
    /// earlier.
    fn complete_blocked<P: Program>(&mut self, machine: &Machine<'_, P>) {
        for (index, client) in machine.core.clients.iter().enumerate() {
            let Pending::Lock(mutex) = client.pending.get() else { continue };
            if let Some(race) = self.trace.blocked(index, mutex) {
                self.turn(race.at).reverse(race);
            }
        }
    }

    /// The execution ends early, and hides what others would have done: everything is explored.
    fn explore_everything(&mut self, mut step: Footprint) {
        step.anything = true;
        if let Some(last) = self.turns.len().checked_sub(1) {
            self.turn(last).touched.join(&step);
        }
        for step in 0..self.turns.len() {
            let turn = self.turn(step);
            turn.backtrack |= turn.enabled();
        }
    }

    /// Moves on to the next schedule.
    fn next(&mut self) -> bool {
        while let Some(point) = self.points.last_mut() {
            let more = match point {
                Point::Turn(turn) => turn.next(),
                Point::Middle { choices, at } => {
                    *at += 1;
                    *at < choices.len()
                }
            };
            if more {
                // The last step has to be made again, in another way.
                self.trace.steps.truncate(self.turns.len().saturating_sub(1));
                return true;
            }
            if let Point::Turn(_) = point {
                self.turns.pop();
            }
            self.points.pop();
        }
        false
    }
}

fn nondeterministic(step: usize) -> Error {
    Error::Nondeterministic { step }
}

fn is_in_the_middle<P: Program>(machine: &Machine<'_, P>) -> bool {
    let clients = &machine.core.clients;
    clients.iter().any(|client| matches!(client.pending.get(), Pending::Choose(_)))
}

/// Adds to a step what it could do, whatever it finds: return from its operation, and release the
/// mutex that it has.
fn before_step<P: Program>(step: &mut Footprint, machine: &Machine<'_, P>, choice: Choice) {
    let client = &machine.core.clients[usize::from(choice.client)];
    step.may_return |= client.operation.get().is_some();
    match client.holds.get() {
        0 => {}
        mutex => step.touches.push((mutex, Touch::Hold)),
    }
}

/// Adds to a step what its last part has touched, and what that has added to the history.
fn join<P: Program>(step: &mut Footprint, machine: &Machine<'_, P>, events: &[Event]) {
    if let Some(part) = &*machine.core.footprint.borrow() {
        step.join(part);
    }
    step.called |= events.iter().any(|event| matches!(event, Event::Call { .. }));
    step.may_return |= events.iter().any(|event| matches!(event, Event::Return { .. }));
}
