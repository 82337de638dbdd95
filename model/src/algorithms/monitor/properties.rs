//! What holds in every state of the monitor, and what has to come up in some.

use super::state::{number, thread};
use super::{At, Call, Condition, Monitor, Owner, State};
use crate::algorithms::Algorithm;
use crate::refinement::{Checked, Reached};
use stateright::Property;

/// The shape of a state; that the queue is the one of the specification is proven by the
/// refinement.
pub(super) fn invariant(monitor: &Monitor, s: &State) -> bool {
    let in_capacity = monitor.queue.capacity.is_none_or(|capacity| s.items.len() <= capacity);
    let counted = usize::from(s.unfinished) == s.items.len() + s.in_flight();
    let reports_early = matches!(monitor.owner, Owner::ReportsEarly(_));
    in_capacity && (counted || reports_early) && excluded(monitor, s) && listed(monitor, s)
}

/// Mutual exclusion: only the holder of the lock is at a place that needs it.
fn excluded(monitor: &Monitor, s: &State) -> bool {
    (0..monitor.clients()).all(|t| {
        let outside = matches!(
            s.threads[t].at,
            At::Lock | At::Waits | At::Woken | At::Expired | At::Finished
        );
        outside != (s.holder.map(usize::from) == Some(t))
    })
}

/// Every condition variable knows who sleeps on it, and nobody else but those whose time is over.
fn listed(monitor: &Monitor, s: &State) -> bool {
    let known = |t: usize| {
        let waiters = s.waiters[monitor.waits_for(s.threads[t].call)];
        waiters.position(number(t)).is_some()
    };
    let is_awake = |waiter: u8| !matches!(s.threads[thread(waiter)].at, At::Waits | At::Expired);
    let sleepers = (0..monitor.clients()).filter(|t| s.threads[*t].at == At::Waits);
    let waiters = s.waiters.iter().flat_map(|line| line.iter());
    sleepers.into_iter().all(known) && !waiters.into_iter().any(is_awake)
}

/// Whether a property holds in a state.
type Holds = fn(&Checked<Monitor>, &Reached<State>) -> bool;

/// The `sometimes` properties. Which of them a monitor can reach depends on its constants.
pub(super) fn reaches() -> Vec<Property<Checked<Monitor>>> {
    let rows: [(&'static str, Holds); 15] = [
        ("a put waits", |m, s| waiting(m, s, Call::Put) > 0),
        ("a get waits", |m, s| waiting(m, s, Call::Get) > 0),
        ("a join waits", |m, s| waiting(m, s, Call::Join) > 0),
        ("two joins wait", |m, s| waiting(m, s, Call::Join) > 1),
        ("a woken get finds its item gone", |m, s| {
            woken(m, s, Call::Get) && s.state.items.is_empty() && !s.state.shut
        }),
        ("a woken put finds its room taken", |m, s| {
            let full = Some(s.state.items.len()) == m.0.queue.capacity;
            woken(m, s, Call::Put) && full && !s.state.shut
        }),
        ("a woken join has missed its zero", |m, s| {
            woken(m, s, Call::Join) && s.state.unfinished > 0
        }),
        ("a time is over", |m, s| has(m, s, |s, t| at(s, t, At::Expired))),
        ("a get is notified after its time", |m, s| {
            has(m, s, |s, t| {
                let late = at(s, t, At::Expired) && s.threads[t].call == Call::Get;
                late && s.waiters[Condition::NotEmpty as usize].position(number(t)).is_none()
            })
        }),
        ("a shutdown wakes a get", |m, s| {
            woken(m, s, Call::Get) && s.state.shut && s.state.items.is_empty()
        }),
        ("a shutdown wakes a put", |m, s| woken(m, s, Call::Put) && s.state.shut),
        ("a join outlasts a shutdown", |m, s| waiting(m, s, Call::Join) > 0 && s.state.shut),
        ("an item outlasts a shutdown", |_, s| s.state.shut && !s.state.items.is_empty()),
        ("fewer tasks are unfinished than queued", |_, s| {
            usize::from(s.state.unfinished) < s.state.items.len()
        }),
        ("everybody finishes", |m, s| !has(m, s, |s, t| !at(s, t, At::Finished))),
    ];
    rows.map(|(name, condition)| Property::sometimes(name, condition)).into()
}

fn at(s: &State, t: usize, at: At) -> bool {
    s.threads[t].at == at
}

fn has(model: &Checked<Monitor>, s: &Reached<State>, what: fn(&State, usize) -> bool) -> bool {
    (0..model.0.clients()).any(|t| what(&s.state, t))
}

fn count(model: &Checked<Monitor>, s: &Reached<State>, call: Call, place: At) -> usize {
    let is_there = |t: &usize| s.state.threads[*t].call == call && at(&s.state, *t, place);
    (0..model.0.clients()).filter(is_there).count()
}

fn waiting(model: &Checked<Monitor>, s: &Reached<State>, call: Call) -> usize {
    count(model, s, call, At::Waits)
}

fn woken(model: &Checked<Monitor>, s: &Reached<State>, call: Call) -> bool {
    count(model, s, call, At::Woken) > 0
}
