//! One execution as a partial order: which step happens before which, and which could have been the
//! other way round.

use crate::machine::client::Object;
use crate::machine::core::CLIENTS_MAX;
use crate::machine::footprint::{Footprint, Touch};

/// For each client, how many of its steps happen before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Clock([u32; CLIENTS_MAX]);

impl Clock {
    fn join(&mut self, other: &Clock) {
        for (mine, other) in self.0.iter_mut().zip(other.0) {
            *mine = other.max(*mine);
        }
    }
}

/// A step, and what happens before it.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) client: usize,
    pub(super) footprint: Footprint,
    clock: Clock,
    /// Its number among the client's.
    number: u32,
}

impl Step {
    fn is_before(&self, clock: &Clock) -> bool {
        self.number <= clock.0[self.client]
    }
}

/// The steps of an execution in their order.
#[derive(Debug, Default)]
pub(super) struct Trace {
    pub(super) steps: Vec<Step>,
}

impl Trace {
    /// What happens before the next step of a client, whatever that step touches: its own steps, and
    /// what let it go on. Two different things: who woke it, and who handed out the token it took.
    fn before(&self, client: usize, footprint: &Footprint) -> Clock {
        let mut clock = Clock::default();
        for step in &self.steps {
            let own = step.client == client;
            let woke = step.footprint.woke.iter().any(|(woken, _)| *woken == client);
            let token = footprint.took_token && step.footprint.handed_out == Some(client);
            if own || woke || token {
                clock.join(&step.clock);
            }
        }
        clock
    }

    /// Adds a step; the earlier steps that could come after it instead, by position.
    pub(super) fn add(&mut self, client: usize, footprint: Footprint) -> Vec<Race> {
        let before = self.before(client, &footprint);
        let (races, mut clock) = self.races(client, &footprint, before);
        let own = self.steps.iter().rfind(|step| step.client == client);
        let number = own.map_or(0, |step| step.number) + 1;
        clock.0[client] = number;
        let races = races.into_iter().map(|at| self.race(at, client)).collect();
        self.steps.push(Step { client, footprint, clock, number });
        races
    }

    /// The race of a client that waits for a mutex in the end: it could have had it before the one
    /// who has it.
    pub(super) fn blocked(&self, client: usize, mutex: Object) -> Option<Race> {
        let touches = vec![(mutex, Touch::Acquire)];
        let footprint = Footprint { touches, ..Footprint::default() };
        let (acquired, _) = self.critical_section(client, mutex)?;
        let before = self.before(client, &footprint);
        (!self.steps[acquired].is_before(&before)).then(|| self.race(acquired, client))
    }

    /// The steps that race with the next one of a client, and what happens before it.
    fn races(&self, client: usize, footprint: &Footprint, before: Clock) -> (Vec<usize>, Clock) {
        let sections: Vec<(usize, usize)> =
            footprint.acquired().filter_map(|m| self.critical_section(client, m)).collect();
        let mut races = Vec::new();
        let mut clock = before;
        for (at, step) in self.steps.iter().enumerate().rev() {
            if step.client == client {
                continue;
            }
            // It could have had the mutex before the last one who had it, whatever else is between.
            if sections.iter().any(|(first, _)| *first == at) {
                if !step.is_before(&before) {
                    races.push(at);
                }
                clock.join(&step.clock);
                continue;
            }
            if !step.footprint.depends_on(footprint) || step.is_before(&clock) {
                continue;
            }
            // While somebody else has the mutex, it cannot have it.
            let holds = |(first, last): &(usize, usize)| {
                *first < at && at <= *last && self.steps[*first].client == step.client
            };
            if !sections.iter().any(holds) {
                races.push(at);
            }
            clock.join(&step.clock);
        }
        (races, clock)
    }

    /// Where somebody else acquired a mutex last, and where it was released again.
    fn critical_section(&self, client: usize, mutex: Object) -> Option<(usize, usize)> {
        let acquires = |step: &Step| {
            step.footprint.has(mutex, Touch::Acquire) || step.footprint.has(mutex, Touch::Write)
        };
        let first = self.steps.iter().rposition(acquires)?;
        let holder = self.steps[first].client;
        let releases =
            |step: &Step| step.client == holder && step.footprint.has(mutex, Touch::Release);
        let last = self.steps[first..].iter().position(releases);
        let last = last.map_or(self.steps.len(), |after| first + after);
        (holder != client).then_some((first, last))
    }

    /// Who could go first instead of step `at`, so that the new step of `client` comes before it:
    /// whoever takes one of the steps that do not happen after `at`, and does not wait for another
    /// of them. What the new step does when it comes earlier may differ from what it has done, even
    /// whether its operation returns: it is taken to wait for all of them.
    fn race(&self, at: usize, client: usize) -> Race {
        let first = &self.steps[at];
        let others: Vec<&Step> =
            self.steps[at + 1..].iter().filter(|step| !first.is_before(&step.clock)).collect();
        let mut initials = 0_u32;
        for (position, step) in others.iter().enumerate() {
            let waits = others[..position].iter().any(|other| other.is_before(&step.clock));
            initials |= if waits { 0 } else { 1 << step.client };
        }
        let initials = if others.is_empty() { 1 << client } else { initials };
        Race { at, client, initials }
    }
}

/// A step could have come after a later one of another client.
#[derive(Clone, Copy, Debug)]
pub(super) struct Race {
    /// The position of the earlier step.
    pub(super) at: usize,
    /// The client of the later one.
    pub(super) client: usize,
    /// The clients who could go first then, as a set of bits.
    pub(super) initials: u32,
}
