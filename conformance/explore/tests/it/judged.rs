//! Real queues, judged by the sequential specification: linearizability and who may stay blocked.

use impls::{JoinableQueue, TryGetError, TryPutError};
use spec::{Constants, Discipline, Item, Op, Outcome, Shutdown, State, Wait, queue};
use std::sync::Arc;
use std::time::Duration;
use taskdone_explore::{Program, Sequential, op};

pub(crate) type Queue = Arc<dyn JoinableQueue<u32>>;

/// A queue, and what each client calls.
pub(crate) struct Scenario {
    pub(crate) make: fn(Option<usize>) -> Queue,
    pub(crate) capacity: Option<usize>,
    pub(crate) clients: Vec<Vec<Op>>,
}

/// Producers with puts, workers with their share of gets, and a joiner.
pub(crate) fn workers(producers: u32, puts: u32, workers: u32) -> Vec<Vec<Op>> {
    let put = |item| Op::Put(Item(item), Wait::Forever);
    let producer = |p: u32| (0..puts).map(|k| put(p * puts + k)).collect();
    let share = producers * puts / workers;
    let worker = |_| (0..share).flat_map(|_| [Op::Get(Wait::Forever), Op::TaskDone]).collect();
    let join = vec![Op::Join(Wait::Forever)];
    (0..producers).map(producer).chain((0..workers).map(worker)).chain([join]).collect()
}

/// The same, but puts and gets may give up.
pub(crate) fn timed(clients: Vec<Vec<Op>>) -> Vec<Vec<Op>> {
    let wait = Wait::AtMost(Duration::from_secs(1));
    let timed = |op: Op| match op {
        Op::Put(item, _) => Op::Put(item, wait),
        Op::Get(_) => Op::Get(wait),
        other => other,
    };
    clients.into_iter().map(|ops| ops.into_iter().map(timed).collect()).collect()
}

/// Operation number `index` of a client, in one number.
pub(crate) fn name(client: usize, index: usize) -> u32 {
    u32::try_from(client << 16 | index).expect("few of both")
}

impl Scenario {
    pub(crate) fn op(&self, op: u32) -> Op {
        self.clients[op as usize >> 16][op as usize & 0xffff]
    }
}

impl Program for Scenario {
    type Shared = Queue;

    fn clients(&self) -> usize {
        self.clients.len()
    }

    fn setup(&self) -> Queue {
        (self.make)(self.capacity)
    }

    fn client(&self, queue: &Queue, client: usize) {
        for (index, call) in self.clients[client].iter().enumerate() {
            op(name(client, index), || encode(run(&**queue, *call)));
        }
    }
}

fn wait(wait: Wait) -> impls::Wait {
    match wait {
        Wait::Never => impls::Wait::Never,
        Wait::AtMost(timeout) => impls::Wait::AtMost(timeout),
        Wait::Forever => impls::Wait::Forever,
    }
}

pub(crate) fn run(queue: &dyn JoinableQueue<u32>, op: Op) -> Outcome {
    match op {
        Op::Put(Item(item), w) => match queue.put_within(item, wait(w)) {
            Ok(()) => Outcome::Done,
            Err(TryPutError::Full(_)) => Outcome::Full,
            Err(TryPutError::ShutDown(_)) => Outcome::ShutDown,
        },
        Op::Get(w) => match queue.get_within(wait(w)) {
            Ok(item) => Outcome::Got(Item(item)),
            Err(TryGetError::Empty) => Outcome::Empty,
            Err(TryGetError::ShutDown) => Outcome::ShutDown,
        },
        Op::TaskDone => queue.task_done().map_or(Outcome::TooMany, |()| Outcome::Done),
        Op::Join(w) => queue.join_within(wait(w)).map_or(Outcome::TimedOut, |()| Outcome::Done),
        Op::Shutdown(mode) => {
            queue.shutdown(match mode {
                Shutdown::Graceful => impls::Shutdown::Graceful,
                Shutdown::Immediate => impls::Shutdown::Immediate,
            });
            Outcome::Done
        }
        Op::Len => Outcome::Count(queue.len()),
        Op::Unfinished => Outcome::Count(queue.unfinished()),
        Op::IsShutdown => Outcome::Is(queue.is_shutdown()),
    }
}

const SIMPLE: [Outcome; 9] = [
    Outcome::Done,
    Outcome::Full,
    Outcome::Empty,
    Outcome::ShutDown,
    Outcome::TooMany,
    Outcome::TimedOut,
    Outcome::Cancelled,
    Outcome::Is(false),
    Outcome::Is(true),
];

pub(crate) fn encode(outcome: Outcome) -> u64 {
    match outcome {
        Outcome::Got(Item(item)) => 1 << 32 | u64::from(item),
        Outcome::Count(count) => 2 << 32 | count as u64,
        simple => SIMPLE.iter().position(|o| *o == simple).expect("all others") as u64,
    }
}

impl Sequential for Scenario {
    type State = State;

    fn start(&self) -> State {
        queue::init()
    }

    fn answers(&self, state: &State, op: u32) -> Vec<(u64, State)> {
        let constants = Constants { discipline: Discipline::Fifo, capacity: self.capacity };
        let answer = queue::answer(&constants, state, self.op(op));
        answer.into_iter().map(|(outcome, after)| (encode(outcome), after)).collect()
    }
}
