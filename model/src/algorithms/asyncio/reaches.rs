//! What has to come up in a run, lest the other properties hold for want of a case.

use super::{Asyncio, Stage, State, is_get, is_join, is_put};
use crate::algorithms::Algorithm;
use crate::refinement::{Checked, Place, Reached};
use spec::Op;
use stateright::Property;

pub(super) fn properties() -> Vec<Property<Checked<Asyncio>>> {
    vec![
        Property::sometimes("a put waits", |m, s| asleep(m, s, is_put) > 0),
        Property::sometimes("a get waits", |m, s| asleep(m, s, is_get) > 0),
        Property::sometimes("two joins wait", |m, s| asleep(m, s, is_join) > 1),
        Property::sometimes("a momentary zero releases a join", |m, s: &Reached<State>| {
            s.state.unfinished > 0 && woken(m, s, is_join) > 0
        }),
        Property::sometimes("a woken get finds nothing", |m, s: &Reached<State>| {
            !s.state.shut && s.state.items.is_empty() && woken(m, s, is_get) > 0
        }),
        Property::sometimes("a woken put finds no room", |m, s: &Reached<State>| {
            !s.state.shut && m.0.full(&s.state) && woken(m, s, is_put) > 0
        }),
        Property::sometimes(
            "a woken get that is cancelled hands its wake-up on",
            |m, s: &Reached<State>| {
                cancelled(m, s, is_get) > 0 && asleep(m, s, is_get) > 0 && !s.state.items.is_empty()
            },
        ),
        Property::sometimes(
            "a woken put that is cancelled hands its wake-up on",
            |m, s: &Reached<State>| {
                cancelled(m, s, is_put) > 0 && asleep(m, s, is_put) > 0 && !m.0.full(&s.state)
            },
        ),
        Property::sometimes("a shutdown wakes a put", |m, s: &Reached<State>| {
            s.state.shut && m.0.full(&s.state) && woken(m, s, is_put) > 0
        }),
        Property::sometimes("a shutdown wakes a get", |m, s: &Reached<State>| {
            s.state.shut && s.state.items.is_empty() && woken(m, s, is_get) > 0
        }),
        Property::sometimes("everybody finishes", |m, s: &Reached<State>| {
            (0..m.0.clients()).all(|client| m.0.place(&s.state, client) == Place::Finished)
        }),
    ]
}

fn asleep(model: &Checked<Asyncio>, s: &Reached<State>, what: fn(Op) -> bool) -> usize {
    model.0.tasks(&s.state, what, &[Stage::Asleep]).count()
}

fn woken(model: &Checked<Asyncio>, s: &Reached<State>, what: fn(Op) -> bool) -> usize {
    model.0.tasks(&s.state, what, &[Stage::Woken]).count()
}

/// Those that were woken before they were cancelled.
fn cancelled(model: &Checked<Asyncio>, s: &Reached<State>, what: fn(Op) -> bool) -> usize {
    model.0.tasks(&s.state, what, &[Stage::CancelledWoken]).count()
}
