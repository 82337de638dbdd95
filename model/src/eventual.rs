//! *Eventual visibility*: the specification of a joinable queue between processes, weaker than the
//! sequential one, in the order of a TLA+ module.
//!
//! A put returns before its item can be got; the item arrives later, on its own, and behind the
//! items that the same producer has put before. The order between producers is open. What else
//! differs comes from operations that are no instants, and others can tell:
//!
//! * The count goes up with the put, not with the arrival: a join waits for an item in transit.
//! * An item takes a slot from before its put takes effect until after its get has. A put that
//!   gives up may say *full* although fewer items are queued and in transit than fit.
//! * A get keeps other gets away. A get that gives up may say *empty* although an item can be got,
//!   while another get is under way.
//!
//! Nothing of this lasts: in the end everything in transit has arrived, and what operations took
//! for themselves is given back. Nobody waits for ever who could go on then.

use crate::refinement::{Effect, Specification};
use spec::{Constants, Discipline, Item, Op, Outcome, queue};

/// CONSTANTS
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Eventual {
    /// How many items fit; `None` is unbounded.
    pub capacity: Option<usize>,
}

/// VARIABLES
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Items that were put and cannot be got yet, by client, the oldest first.
    pub transit: Vec<Vec<Item>>,
    /// The items that can be got, and the count of all that were put and not reported as done. It
    /// stays open.
    pub queue: spec::State,
    /// What is under way, by client.
    pub under_way: Vec<UnderWay>,
}

/// What an operation has taken for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnderWay {
    /// Nothing.
    Nothing,
    /// A put has the slot for its item, which is not put yet.
    Putting,
    /// A get keeps others away.
    Getting,
    /// A get has its item, and not yet given the slot back.
    Got,
}

impl State {
    /// `Init`
    pub fn init(clients: usize) -> Self {
        State {
            transit: vec![Vec::new(); clients],
            queue: queue::init(),
            under_way: vec![UnderWay::Nothing; clients],
        }
    }

    /// The slots that are taken.
    fn slots(&self) -> usize {
        let transit: usize = self.transit.iter().map(Vec::len).sum();
        let takes_slot = |u: &&UnderWay| matches!(u, UnderWay::Putting | UnderWay::Got);
        transit + self.queue.items.len() + self.under_way.iter().filter(takes_slot).count()
    }

    /// Whether the get of another client is under way.
    fn kept_away(&self, client: usize) -> bool {
        let mut others = self.under_way.iter().enumerate().filter(|(other, _)| *other != client);
        others.any(|(_, u)| matches!(u, UnderWay::Getting | UnderWay::Got))
    }

    /// The queue when everything in transit has arrived.
    fn arrived(&self) -> spec::State {
        let mut queue = self.queue.clone();
        queue.items.extend(self.transit.iter().flatten());
        queue
    }

    /// What is under way goes on, if it is where it has to be.
    fn goes(mut self, client: usize, from: UnderWay, to: UnderWay) -> Option<Self> {
        let enabled = self.under_way[client] == from;
        self.under_way[client] = to;
        enabled.then_some(self)
    }
}

impl Eventual {
    fn full(&self, s: &State) -> bool {
        self.capacity.is_some_and(|capacity| s.slots() >= capacity)
    }

    /// What is next, and what is counted, is the matter of the sequential specification.
    fn sequential(self) -> Constants {
        Constants { discipline: Discipline::Fifo, capacity: self.capacity }
    }

    fn begin(&self, s: &State, client: usize, op: Op) -> Option<State> {
        let next = s.clone();
        match op {
            Op::Put(..) if self.full(s) => None,
            Op::Put(..) => next.goes(client, UnderWay::Nothing, UnderWay::Putting),
            Op::Get(_) => next.goes(client, UnderWay::Nothing, UnderWay::Getting),
            _ => None,
        }
    }

    fn take(&self, s: &State, client: usize, op: Op, outcome: Outcome) -> Option<State> {
        let mut next = s.clone();
        match (op, outcome) {
            (Op::Put(item, _), Outcome::Done) => {
                next.transit[client].push(item);
                next.queue.unfinished += 1;
                next.goes(client, UnderWay::Putting, UnderWay::Nothing)
            }
            (Op::Put(_, wait), Outcome::Full) => (wait.gives_up() && self.full(s)).then_some(next),
            (Op::Get(_), Outcome::Got(_)) => {
                next.queue = queue::step(&self.sequential(), &s.queue, op, outcome)?;
                next.goes(client, UnderWay::Getting, UnderWay::Got)
            }
            (Op::Get(wait), Outcome::Empty) => {
                next.under_way[client] = UnderWay::Nothing;
                let nothing = s.queue.items.is_empty() || s.kept_away(client);
                (wait.gives_up() && nothing).then_some(next)
            }
            (Op::TaskDone | Op::Join(_), _) => {
                next.queue = queue::step(&self.sequential(), &s.queue, op, outcome)?;
                Some(next)
            }
            _ => None,
        }
    }
}

impl Specification for Eventual {
    type State = State;

    fn step(&self, s: &State, effect: Effect) -> Option<State> {
        match effect {
            Effect::Begins { client, op } => self.begin(s, client, op),
            Effect::Takes { client, op, outcome } => self.take(s, client, op, outcome),
            Effect::Ends { client } => s.clone().goes(client, UnderWay::Got, UnderWay::Nothing),
            Effect::Cancelled { .. } => None,
            Effect::Delivers { client } if s.transit[client].is_empty() => None,
            Effect::Delivers { client } => {
                let mut next = s.clone();
                next.queue.items.push(next.transit[client].remove(0));
                Some(next)
            }
        }
    }

    fn waits(&self, s: &State, _: usize, op: Op) -> bool {
        queue::answer(&self.sequential(), &s.arrived(), op).is_none()
    }
}
