//! Queues whose waits are futures, and clients that drop them.

use crate::judged::{Scenario, encode, name, run};
use impls::{GetError, JoinableTasks, Waiting};
use spec::{Item, Op, Outcome, State, Wait};
use std::sync::Arc;
use taskdone_explore::future::{block_on, block_on_or_give_up};
use taskdone_explore::{Program, Sequential, op};

/// How an item is got.
pub(crate) type Get = for<'q> fn(&'q dyn JoinableTasks<u32>) -> Waiting<'q, Result<u32, GetError>>;

/// A scenario in which some of the clients may cancel what waits.
pub(crate) struct Cancelling {
    pub(crate) calls: Scenario,
    pub(crate) tasks: fn(Option<usize>) -> Arc<dyn JoinableTasks<u32>>,
    pub(crate) get: Get,
    pub(crate) may_cancel: fn(usize) -> bool,
}

impl Program for Cancelling {
    type Shared = Arc<dyn JoinableTasks<u32>>;

    fn clients(&self) -> usize {
        self.calls.clients.len()
    }

    fn setup(&self) -> Self::Shared {
        (self.tasks)(self.calls.capacity)
    }

    fn client(&self, queue: &Self::Shared, client: usize) {
        for (index, call) in self.calls.clients[client].iter().enumerate() {
            op(name(client, index), || {
                let may_cancel = (self.may_cancel)(client);
                let outcome = self.run(&**queue, *call, may_cancel);
                encode(outcome.unwrap_or(Outcome::Cancelled))
            });
        }
    }
}

impl Cancelling {
    /// `None`: it was cancelled.
    fn run(&self, queue: &dyn JoinableTasks<u32>, op: Op, may_cancel: bool) -> Option<Outcome> {
        match op {
            Op::Put(Item(item), Wait::Forever) => {
                let put = finish(queue.put_task(item), may_cancel)?;
                Some(put.map_or(Outcome::ShutDown, |()| Outcome::Done))
            }
            Op::Get(Wait::Forever) => {
                let got = finish((self.get)(queue), may_cancel)?;
                Some(got.map_or(Outcome::ShutDown, |item| Outcome::Got(Item(item))))
            }
            Op::Join(Wait::Forever) => {
                finish(queue.join_task(), may_cancel)?;
                Some(Outcome::Done)
            }
            other => Some(run(queue, other)),
        }
    }
}

fn finish<R>(mut waiting: Waiting<'_, R>, may_cancel: bool) -> Option<R> {
    if may_cancel { block_on_or_give_up(waiting.as_mut()) } else { Some(block_on(waiting)) }
}

/// What is cancelled has done nothing.
impl Sequential for Cancelling {
    type State = State;

    fn start(&self) -> State {
        self.calls.start()
    }

    fn answers(&self, state: &State, op: u32) -> Vec<(u64, State)> {
        let mut answers = self.calls.answers(state, op);
        let waits = matches!(
            self.calls.op(op),
            Op::Put(_, Wait::Forever) | Op::Get(Wait::Forever) | Op::Join(Wait::Forever)
        );
        if waits && (self.may_cancel)(op as usize >> 16) {
            answers.push((encode(Outcome::Cancelled), state.clone()));
        }
        answers
    }

    /// Nobody has to cancel.
    fn may_wait(&self, state: &State, op: u32) -> bool {
        self.calls.answers(state, op).is_empty()
    }
}
