//! What has to come up in some scenario, lest the rest be vacuous.

use super::state::{Event, Pc, State, Thread, Ticket};
use super::{Ring, step};
use crate::refinement::{Checked, Reached};
use spec::Op;
use stateright::Property;

type Condition = fn(&Checked<Ring>, &Reached<State>) -> bool;

pub(super) fn properties() -> Vec<Property<Checked<Ring>>> {
    let conditions: [(&'static str, Condition); 16] = [
        ("a put parks", |ring, s| parked(ring, s, Event::Room) > 0),
        ("a get parks", |ring, s| parked(ring, s, Event::Items) > 0),
        ("a join parks", |ring, s| parked(ring, s, Event::Idle) > 0),
        ("two joins park", |ring, s| parked(ring, s, Event::Idle) > 1),
        ("a put fails to claim", |ring, s| {
            let late = |op, end| matches!(op, Op::Put(..)) && end != s.state.tail;
            some(ring, s, |op, thread| matches!(thread.pc, Pc::Claim(end) if late(op, end)))
        }),
        ("a get fails to claim", |ring, s| {
            let late = |op, end| matches!(op, Op::Get(_)) && end != s.state.head;
            some(ring, s, |op, thread| matches!(thread.pc, Pc::Claim(end) if late(op, end)))
        }),
        ("a task_done fails to count", |ring, s| {
            some(
                ring,
                s,
                |_, thread| matches!(thread.pc, Pc::Finish { done, .. } if done != s.state.done),
            )
        }),
        ("a get meets a put under way", |ring, s| {
            let spins = Pc::Spin(s.state.head);
            some(ring, s, |op, thread| matches!(op, Op::Get(_)) && thread.pc == spins)
        }),
        ("a put meets a get under way", |ring, s| {
            let spins = Pc::Spin(s.state.tail);
            some(ring, s, |op, thread| matches!(op, Op::Put(..)) && thread.pc == spins)
        }),
        ("somebody looks and nobody waits", |ring, s| {
            some(ring, s, |_, thread| thread.pc == Pc::Look) && s.state.waiters == [false; 3]
        }),
        ("somebody wakes and nobody is left", |ring, s| {
            some(
                ring,
                s,
                |_, thread| matches!(thread.pc, Pc::Wake(event) if registered(ring, s, event) == 0),
            )
        }),
        ("a join misses a momentary zero", |ring, s| {
            let stale = |thread: &Thread| thread.ticket == Ticket::Stale;
            let woken = some(ring, s, |op, thread| matches!(op, Op::Join(_)) && stale(thread));
            woken && s.state.unfinished() > 0
        }),
        ("the ring wraps around", |ring, s| s.state.head.pos > ring.0.capacity()),
        ("others finish a shutdown", |ring, s| {
            some(ring, s, |op, thread| {
                let marks = matches!(thread.pc, Pc::MarkHead(_) | Pc::MarkDone);
                matches!(op, Op::Shutdown(_)) && marks && thread.effective
            })
        }),
        ("more tasks are done than were got when the rest is dropped", |_, s| {
            s.state.done.closed && s.state.done.count > s.state.head.pos
        }),
        ("an item is dropped that was never published", |ring, s| {
            let dropped = |pos| s.state.done.closed && pos >= s.state.head.pos;
            some(ring, s, |op, thread| {
                let owns = matches!(thread.pc, Pc::HandOver(pos) if dropped(pos));
                owns && matches!(op, Op::Put(..))
            })
        }),
    ];
    conditions.map(|(name, condition)| Property::sometimes(name, condition)).to_vec()
}

/// Whether a client is somewhere in an operation.
fn some(ring: &Checked<Ring>, s: &Reached<State>, condition: impl Fn(Op, &Thread) -> bool) -> bool {
    count(ring, s, condition) > 0
}

fn count(
    ring: &Checked<Ring>,
    s: &Reached<State>,
    condition: impl Fn(Op, &Thread) -> bool,
) -> usize {
    let threads = s.state.threads.iter().enumerate();
    let holds = |(client, thread): (usize, &Thread)| {
        ring.0.op(&s.state, client).is_some_and(|op| condition(op, thread))
    };
    threads.filter(|thread| holds(*thread)).count()
}

fn registered(ring: &Checked<Ring>, s: &Reached<State>, event: Event) -> usize {
    count(ring, s, |op, thread| {
        step::waits_for(op) == Some(event) && thread.ticket == Ticket::Valid
    })
}

fn parked(ring: &Checked<Ring>, s: &Reached<State>, event: Event) -> usize {
    count(ring, s, |op, thread| {
        let asleep = thread.pc == Pc::Park && thread.ticket == Ticket::Valid;
        step::waits_for(op) == Some(event) && asleep
    })
}
