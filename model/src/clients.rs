//! Clients × sequential specification.
//!
//! Every client calls its operations one after the other. An operation takes effect at an instant
//! between its call and its return, at which the specification allows its outcome; until then it
//! waits.

use spec::{Discipline, Item, MomentaryZero, Op, Outcome, Phase, Scenario, Shutdown, State, queue};
use stateright::{Model, Property};

/// CONSTANTS
#[derive(Clone, Debug)]
pub struct Clients {
    /// What the clients call.
    pub scenario: Scenario,
    /// Whether a waiting join may miss a momentary zero.
    pub momentary_zero: MomentaryZero,
}

/// VARIABLES
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    /// The queue.
    pub queue: State,
    /// The clients of the scenario.
    pub clients: Vec<Client>,
}

/// What a client has done so far.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    /// The outcomes of the operations that have taken effect.
    pub outcomes: Vec<Outcome>,
    /// Where it is with its next operation.
    pub stage: Stage,
}

/// Where a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Between two operations, before the first or after the last.
    Outside,
    /// It has called an operation that has not taken effect.
    Called,
    /// The operation has taken effect and not returned.
    Effective,
}

/// What can happen next. The number is the client's position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// The client calls its next operation.
    Call(usize),
    /// The operation that it has called takes effect.
    TakeEffect(usize),
    /// The operation returns.
    Return(usize),
}

impl Clients {
    /// The operation that a client has called or would call next.
    pub fn op(&self, world: &World, thread: usize) -> Option<Op> {
        let client = &world.clients[thread];
        let at = match client.stage {
            Stage::Outside | Stage::Called => client.outcomes.len(),
            Stage::Effective => client.outcomes.len() - 1,
        };
        self.scenario.clients[thread].ops.get(at).copied()
    }

    /// The clients that have called an operation which cannot take effect now.
    pub fn waiting(&self, world: &World) -> impl Iterator<Item = (usize, Op)> {
        let called = |t: &usize| world.clients[*t].stage == Stage::Called;
        let with_op = |t: usize| self.op(world, t).map(|op| (t, op));
        let constants = &self.scenario.constants;
        (0..world.clients.len())
            .filter(called)
            .filter_map(with_op)
            .filter(|(_, op)| queue::answer(constants, &world.queue, *op).is_none())
    }

    fn take_effect(&self, world: &World, thread: usize) -> Option<World> {
        let op = self.op(world, thread)?;
        let (outcome, queue) = queue::answer(&self.scenario.constants, &world.queue, op)?;
        let mut next = World { queue, clients: world.clients.clone() };
        next.clients[thread].outcomes.push(outcome);
        next.clients[thread].stage = Stage::Effective;
        if next.queue.unfinished == 0 && self.momentary_zero == MomentaryZero::MustReturn {
            self.release_joins(&mut next);
        }
        Some(next)
    }

    fn release_joins(&self, world: &mut World) {
        for thread in 0..world.clients.len() {
            let called = world.clients[thread].stage == Stage::Called;
            if called && matches!(self.op(world, thread), Some(Op::Join(_))) {
                world.clients[thread].outcomes.push(Outcome::Done);
                world.clients[thread].stage = Stage::Effective;
            }
        }
    }
}

impl Model for Clients {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        let client = Client { outcomes: Vec::new(), stage: Stage::Outside };
        let clients = vec![client; self.scenario.clients.len()];
        vec![World { queue: queue::init(), clients }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        for (thread, client) in world.clients.iter().enumerate() {
            match (client.stage, self.op(world, thread)) {
                (Stage::Outside, Some(_)) => actions.push(Action::Call(thread)),
                (Stage::Outside, None) => {}
                (Stage::Called, _) => actions.push(Action::TakeEffect(thread)),
                (Stage::Effective, _) => actions.push(Action::Return(thread)),
            }
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let stage = |thread: usize, stage: Stage| {
            let mut next = world.clone();
            next.clients[thread].stage = stage;
            next
        };
        match action {
            Action::Call(thread) => {
                let mut next = stage(thread, Stage::Called);
                // A join that is called while nothing is unfinished has met its zero.
                let idle = world.queue.unfinished == 0;
                if idle && self.momentary_zero == MomentaryZero::MustReturn {
                    self.release_joins(&mut next);
                }
                Some(next)
            }
            Action::TakeEffect(thread) => self.take_effect(world, thread),
            Action::Return(thread) => Some(stage(thread, Stage::Outside)),
        }
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("type invariant", |clients: &Clients, world: &World| {
                queue::type_ok(&clients.scenario.constants, &world.queue)
            }),
            Property::always("no item is lost, duplicated or made up", conserved),
            Property::always("unfinished = queued + in flight", counted),
            Property::always("fifo: items of one producer leave in order", in_order),
            Property::sometimes("a put waits", |c, w| waits(c, w, |op| matches!(op, Op::Put(..)))),
            Property::sometimes("a get waits", |c, w| waits(c, w, |op| matches!(op, Op::Get(_)))),
            Property::sometimes("a join waits", |c, w| waits(c, w, |op| matches!(op, Op::Join(_)))),
            Property::sometimes("two joins wait", |clients: &Clients, world: &World| {
                clients.waiting(world).filter(|(_, op)| matches!(op, Op::Join(_))).count() > 1
            }),
            Property::sometimes("everybody finishes", |clients: &Clients, world: &World| {
                (0..world.clients.len()).all(|thread| finished(clients, world, thread))
            }),
            Property::always("whoever cannot go on waits for a reason", |clients, world| {
                !clients.next_steps(world).is_empty() || settled(clients, world)
            }),
        ]
    }
}

fn waits(clients: &Clients, world: &World, what: fn(Op) -> bool) -> bool {
    clients.waiting(world).any(|(_, op)| what(op))
}

fn finished(clients: &Clients, world: &World, thread: usize) -> bool {
    world.clients[thread].stage == Stage::Outside && clients.op(world, thread).is_none()
}

/// Every operation that has taken effect, with its outcome.
fn effects<'a>(clients: &'a Clients, world: &'a World) -> impl Iterator<Item = (Op, Outcome)> + 'a {
    let pairs = clients.scenario.clients.iter().zip(&world.clients);
    pairs.flat_map(|(script, done)| script.ops.iter().copied().zip(done.outcomes.iter().copied()))
}

fn items_put(clients: &Clients, world: &World) -> Vec<Item> {
    let put = |(op, outcome): (Op, Outcome)| op.item().filter(|_| outcome == Outcome::Done);
    effects(clients, world).filter_map(put).collect()
}

fn items_got(clients: &Clients, world: &World) -> Vec<Item> {
    let got = |(_, outcome): (Op, Outcome)| match outcome {
        Outcome::Got(item) => Some(item),
        _ => None,
    };
    effects(clients, world).filter_map(got).collect()
}

fn tasks_done(clients: &Clients, world: &World) -> usize {
    effects(clients, world).filter(|effect| *effect == (Op::TaskDone, Outcome::Done)).count()
}

/// Whether an immediate shutdown may have dropped items.
fn has_dropped(clients: &Clients, world: &World) -> bool {
    effects(clients, world).any(|(op, _)| op == Op::Shutdown(Shutdown::Immediate))
}

fn conserved(clients: &Clients, world: &World) -> bool {
    let mut put = items_put(clients, world);
    let mut seen = items_got(clients, world);
    seen.extend(&world.queue.items);
    let all_seen = put.len() == seen.len();
    let nothing_else = seen.iter().all(|item| {
        let at = put.iter().position(|other| other == item);
        at.map(|at| put.swap_remove(at)).is_some()
    });
    nothing_else && (all_seen || has_dropped(clients, world))
}

/// While nobody reports a task early; afterwards an immediate shutdown may have clamped the count.
fn counted(clients: &Clients, world: &World) -> bool {
    let (got, done) = (items_got(clients, world).len(), tasks_done(clients, world));
    if has_dropped(clients, world) {
        return world.queue.items.is_empty() && world.queue.unfinished <= got;
    }
    world.queue.unfinished + done == world.queue.items.len() + got
}

fn in_order(clients: &Clients, world: &World) -> bool {
    if clients.scenario.constants.discipline != Discipline::Fifo {
        return true;
    }
    let got = items_got(clients, world);
    clients.scenario.clients.iter().zip(&world.clients).all(|(script, client)| {
        let puts = script.ops.iter().zip(&client.outcomes);
        let own = puts.filter(|(_, outcome)| **outcome == Outcome::Done);
        let own: Vec<Item> = own.filter_map(|(op, _)| op.item()).collect();
        // Whatever was got is a prefix of what this producer has put.
        own.iter().skip_while(|item| got.contains(item)).all(|item| !got.contains(item))
    })
}

/// Nobody can move, and whoever has not finished waits for something that cannot come.
fn settled(clients: &Clients, world: &World) -> bool {
    let queue = &world.queue;
    (0..world.clients.len()).all(|thread| match clients.op(world, thread) {
        Some(op) if world.clients[thread].stage == Stage::Called => match op {
            Op::Get(_) => queue.phase == Phase::Open && queue.items.is_empty(),
            Op::Put(..) => {
                let room = clients.scenario.constants.capacity.map(|c| c > queue.items.len());
                queue.phase == Phase::Open && room == Some(false)
            }
            Op::Join(_) => queue.unfinished > 0,
            _ => false,
        },
        _ => finished(clients, world, thread),
    })
}
