//! The schedule with the fewest context switches that ends in a violation: breadth first, over
//! pairs of a state and the client that moved last.

use super::fingerprint::{Fingerprint, Seen};
use crate::judge::{Judge, Verdicts};
use crate::machine::Machine;
use crate::program::{Choice, Ended, Event, Execution, Program};
use crate::report::Error;

/// So many steps are made at most, those on the way to a state included: it is a courtesy, and a
/// second is enough for it.
const STEPS_MAX: usize = 100_000;

/// The execution with the fewest context switches that the judge refuses, if that is found out
/// soon, and it has no more than `switches` of them.
pub(super) fn shortest<P: Program, J: Judge>(
    machine: &mut Machine<'_, P>,
    judge: &J,
    switches: usize,
) -> Result<Option<Execution>, Error> {
    machine.start()?;
    let mut root = Vec::new();
    machine.save(&mut root);
    let first_events = machine.core.events.borrow().clone();
    let verdicts = Verdicts::new(judge);
    let (seen, steps) = (Seen::default(), Vec::new());
    let mut search = Shortest { machine, verdicts, root, first_events, seen, steps, made: 0 };
    let mut level: Vec<Option<usize>> = vec![None];
    for _ in 0..=switches {
        let mut next_level = Vec::new();
        let mut at = 0;
        while at < level.len() && search.made < STEPS_MAX {
            if let Some(found) = search.look_at(level[at], &mut level, &mut next_level) {
                return Ok(Some(found));
            }
            at += 1;
        }
        level = next_level;
    }
    Ok(None)
}

/// A step, and the step before it.
struct Step {
    choice: Choice,
    before: Option<usize>,
}

struct Shortest<'m, 'p, 'j, P: Program, J: Judge> {
    machine: &'m mut Machine<'p, P>,
    verdicts: Verdicts<'j, J>,
    /// The state before the first step, and what has happened by then.
    root: Vec<u8>,
    first_events: Vec<Event>,
    seen: Seen,
    steps: Vec<Step>,
    made: usize,
}

impl<P: Program, J: Judge> Shortest<'_, '_, '_, P, J> {
    /// Goes where step `last` leads to. If that is no violation, adds what is possible from there:
    /// to the same level what needs no context switch, and to the next one what does.
    fn look_at(
        &mut self,
        last: Option<usize>,
        level: &mut Vec<Option<usize>>,
        next_level: &mut Vec<Option<usize>>,
    ) -> Option<Execution> {
        let path = self.path(last);
        let mut events = self.follow(&path);
        let Some(judged) = self.verdicts.after(0, &events) else {
            return Some(self.execution(path, events, Ended::Cut));
        };
        let mut bytes = Vec::new();
        self.machine.save(&mut bytes);
        let mover = path.last().map(|choice| choice.client);
        let seed = u64::from(judged) << 8 | mover.map_or(0, |client| u64::from(client) + 1);
        if !self.seen.insert(Fingerprint::of(&bytes, seed)) {
            return None;
        }
        let mut choices = Vec::new();
        self.machine.choices(&mut choices);
        if let Some(ended) = self.ended(&choices, &mut events) {
            let judged = self.verdicts.after(0, &events).expect("a call cannot be refused");
            let right = self.verdicts.is_right(judged, &ended);
            return (!right).then(|| self.execution(path, events, ended));
        }
        for choice in choices {
            let same = mover.is_none_or(|client| client == choice.client);
            let level = if same { &mut *level } else { &mut *next_level };
            level.push(Some(self.steps.len()));
            self.steps.push(Step { choice, before: last });
        }
        None
    }

    /// How the execution has ended, if it has; with the calls that this adds to the history.
    fn ended(&mut self, choices: &[Choice], events: &mut Vec<Event>) -> Option<Ended> {
        if let Some(failure) = self.machine.failure() {
            return Some(failure);
        }
        if !choices.is_empty() {
            return None;
        }
        let ended = self.machine.ended();
        events.extend_from_slice(&self.machine.core.events.borrow());
        Some(if ended == Ended::Finished { self.machine.finish() } else { ended })
    }

    /// The steps up to `last`.
    fn path(&self, last: Option<usize>) -> Vec<Choice> {
        let step = |at: usize| &self.steps[at];
        let backwards = std::iter::successors(last.map(step), |at| at.before.map(step));
        let mut path: Vec<Choice> = backwards.map(|step| step.choice).collect();
        path.reverse();
        path
    }

    /// Makes these steps; what has happened then.
    fn follow(&mut self, path: &[Choice]) -> Vec<Event> {
        let mut events = self.first_events.clone();
        self.machine.restore(&self.root);
        self.made += path.len();
        for choice in path {
            self.machine.step(*choice);
            events.extend_from_slice(&self.machine.core.events.borrow());
        }
        events
    }

    fn execution(&self, steps: Vec<Choice>, events: Vec<Event>, ended: Ended) -> Execution {
        Execution { events, ended, schedule: self.machine.core.schedule(steps) }
    }
}
