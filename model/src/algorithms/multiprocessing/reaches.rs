//! What has to come up in a run, lest the other properties hold for want of a case.

use super::{Multiprocessing, Process, Stage, State};
use crate::algorithms::Algorithm;
use crate::refinement::{Checked, Place, Reached};
use spec::{Op, Wait};
use stateright::Property;

pub(super) fn properties() -> Vec<Property<Checked<Multiprocessing>>> {
    vec![
        Property::sometimes("a put waits for a slot", |m, s: &Reached<State>| {
            s.state.slots == 0 && any(m, s, Stage::Called, |op| waits(op, is_put))
        }),
        Property::sometimes("a get waits for an item", |m, s: &Reached<State>| {
            s.state.pipe.is_empty() && any(m, s, Stage::Reading, |op| waits(op, is_get))
        }),
        Property::sometimes("a get waits for the reader lock", |m, s: &Reached<State>| {
            s.state.reader.is_some() && any(m, s, Stage::Called, |op| waits(op, is_get))
        }),
        Property::sometimes("two joins sleep", |_, s: &Reached<State>| {
            s.state.at(Stage::Asleep) > 1
        }),
        Property::sometimes("task_done waits for those that it wakes", |_, s: &Reached<State>| {
            s.state.condition.holder.is_some() && s.state.at(Stage::Notified) > 0
        }),
        Property::sometimes("a momentary zero releases a join", |_, s: &Reached<State>| {
            s.state.unfinished > 0 && s.state.at(Stage::Awake) > 0
        }),
        Property::sometimes("a put has returned before its item can be got", returned),
        Property::sometimes(
            "an item is in transit while a get says empty",
            |m, s: &Reached<State>| {
                s.state.pipe.is_empty()
                    && s.state.in_transit() > 0
                    && any(m, s, Stage::Reading, |op| gives_up(op, is_get))
            },
        ),
        Property::sometimes(
            "an item can be got while a get says empty",
            |m, s: &Reached<State>| {
                s.state.reader.is_some()
                    && !s.state.pipe.is_empty()
                    && any(m, s, Stage::Called, |op| gives_up(op, is_get))
            },
        ),
        Property::sometimes(
            "there are fewer items than fit while a put says full",
            |m, s: &Reached<State>| {
                let items = s.state.pipe.len() + s.state.in_transit();
                s.state.slots == 0
                    && m.0.scenario.constants.capacity.is_some_and(|capacity| items < capacity)
                    && any(m, s, Stage::Called, |op| gives_up(op, is_put))
            },
        ),
        Property::sometimes("everybody finishes", |m, s: &Reached<State>| {
            (0..m.0.clients()).all(|client| m.0.place(&s.state, client) == Place::Finished)
        }),
    ]
}

/// Whether a process at a stage is in such an operation.
fn any(
    model: &Checked<Multiprocessing>,
    s: &Reached<State>,
    stage: Stage,
    what: fn(Op) -> bool,
) -> bool {
    let mut processes = 0..model.0.clients();
    processes.any(|process| {
        let op = model.0.op(&s.state, process);
        s.state.processes[process].stage == stage && op.is_some_and(what)
    })
}

fn returned(_: &Checked<Multiprocessing>, s: &Reached<State>) -> bool {
    let returned = |p: &Process| p.stage == Stage::Called && !p.buffer.is_empty();
    s.state.processes.iter().any(returned)
}

fn waits(op: Op, what: fn(Op) -> bool) -> bool {
    what(op) && op.may_block()
}

fn gives_up(op: Op, what: fn(Op) -> bool) -> bool {
    what(op) && op.wait().is_some_and(Wait::gives_up)
}

fn is_put(op: Op) -> bool {
    matches!(op, Op::Put(..))
}

fn is_get(op: Op) -> bool {
    matches!(op, Op::Get(_))
}
