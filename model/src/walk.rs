//! Valid histories: random walks through the model.

use crate::{Action, Clients, Stage, World};
use spec::{Ending, Event, EventKind, History};
use stateright::Model;

/// Walks the model at random until nobody can move. The specification allows the history.
pub fn walk(clients: &Clients, rng: &mut fastrand::Rng) -> History {
    let mut world = clients.init_states().swap_remove(0);
    let mut events = Vec::new();
    loop {
        let steps = clients.next_steps(&world);
        let Some((action, next)) = rng.choice(&steps) else {
            return History { events, ending: Ending::Quiescent };
        };
        events.extend(event(clients, &world, *action));
        world = next.clone();
    }
}

fn event(clients: &Clients, world: &World, action: Action) -> Option<Event> {
    match action {
        Action::Call(thread) => {
            let op = clients.op(world, thread).expect("only a client with an operation calls");
            Some(Event { thread, kind: EventKind::Call(op) })
        }
        Action::TakeEffect(_) => None,
        Action::Return(thread) => {
            debug_assert_eq!(world.clients[thread].stage, Stage::Effective);
            let outcome = *world.clients[thread].outcomes.last().expect("it has taken effect");
            Some(Event { thread, kind: EventKind::Return(outcome) })
        }
    }
}
