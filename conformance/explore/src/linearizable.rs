//! A judge for everything that has a sequential specification.

use crate::judge::Judge;
use crate::program::Ended;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::hash::Hash;

/// What operations may do when nothing happens at the same time.
pub trait Sequential {
    /// What the operations act on.
    type State: Clone + Ord + Hash + Debug;

    /// The state before anything has happened.
    fn start(&self) -> Self::State;

    /// What an operation, identified as in [`op`](crate::op), may answer in a state, and the state
    /// after it. Nothing: the operation waits.
    fn answers(&self, state: &Self::State, op: u32) -> Vec<(u64, Self::State)>;

    /// Whether an operation may wait for ever in a state: unless it is overridden, if it has no
    /// answer. One that may be cancelled, but need not be, has an answer and may wait.
    fn may_wait(&self, state: &Self::State, op: u32) -> bool {
        self.answers(state, op).is_empty()
    }
}

/// The judge that demands linearizability: every operation takes effect at one instant between its
/// call and its return. Whoever is blocked at the end must be waiting by the specification, too,
/// without having taken effect. A panic or a data race is never right.
///
/// ```
/// use taskdone_explore::sync::Mutex;
/// use taskdone_explore::{Limits, Linearizable, Options, Program, Sequential, merged, op};
///
/// # #[global_allocator]
/// # static ALLOCATOR: taskdone_explore::Allocator = taskdone_explore::Allocator;
/// /// Every operation takes the next number.
/// struct Tickets;
///
/// impl Sequential for Tickets {
///     type State = u64;
///
///     fn start(&self) -> u64 {
///         0
///     }
///
///     fn answers(&self, next: &u64, _op: u32) -> Vec<(u64, u64)> {
///         vec![(*next, next + 1)]
///     }
/// }
///
/// impl Program for Tickets {
///     type Shared = Mutex<u64>;
///
///     fn clients(&self) -> usize {
///         3
///     }
///
///     fn setup(&self) -> Mutex<u64> {
///         Mutex::new(0)
///     }
///
///     fn client(&self, next: &Mutex<u64>, _client: usize) {
///         op(0, || {
///             let mut next = next.lock().unwrap();
///             *next += 1;
///             *next - 1
///         });
///     }
/// }
///
/// # fn main() -> Result<(), taskdone_explore::Error> {
/// let judge = Linearizable(&Tickets);
/// let report = merged(&Tickets, &judge, &Options::default(), &Limits::default(), &mut ())?;
/// assert_eq!(report.violation, None);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Linearizable<'s, S>(pub &'s S);

/// One way in which things can stand: a state, and what each running operation has answered, if it
/// has taken effect.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Configuration<S> {
    state: S,
    running: BTreeMap<usize, (u32, Option<u64>)>,
}

impl<S: Sequential> Linearizable<'_, S> {
    /// What a configuration leads to when one running operation takes effect.
    fn next(&self, at: &Configuration<S::State>) -> Vec<Configuration<S::State>> {
        let mut next = Vec::new();
        for (client, (op, answer)) in &at.running {
            if answer.is_some() {
                continue;
            }
            for (answer, state) in self.0.answers(&at.state, *op) {
                let mut running = at.running.clone();
                running.insert(*client, (*op, Some(answer)));
                next.push(Configuration { state, running });
            }
        }
        next
    }

    /// Adds what configurations lead to when running operations take effect.
    fn close(&self, mut open: Vec<Configuration<S::State>>) -> BTreeSet<Configuration<S::State>> {
        let mut closed = BTreeSet::new();
        while let Some(at) = open.pop() {
            if !closed.contains(&at) {
                open.extend(self.next(&at));
                closed.insert(at);
            }
        }
        closed
    }

    /// The configurations that all others come from. Nothing takes effect twice, so they are the
    /// same for every set that closes to this one, and few.
    fn sources(
        &self,
        mut closed: BTreeSet<Configuration<S::State>>,
    ) -> BTreeSet<Configuration<S::State>> {
        let led_to: Vec<_> = closed.iter().flat_map(|at| self.next(at)).collect();
        for at in &led_to {
            closed.remove(at);
        }
        closed
    }

    /// Whether nothing has taken effect that has not returned, and nothing can.
    fn waits(&self, at: &Configuration<S::State>) -> bool {
        at.running.values().all(|(op, answer)| answer.is_none() && self.0.may_wait(&at.state, *op))
    }
}

/// The state is the set of the configurations that the history so far allows, by those that all
/// others come from.
impl<S: Sequential> Judge for Linearizable<'_, S> {
    type State = BTreeSet<Configuration<S::State>>;

    fn start(&self) -> Self::State {
        [Configuration { state: self.0.start(), running: BTreeMap::new() }].into()
    }

    fn call(&self, state: &Self::State, client: usize, op: u32) -> Self::State {
        let called = |mut at: Configuration<S::State>| {
            at.running.insert(client, (op, None));
            at
        };
        state.iter().cloned().map(called).collect()
    }

    fn ret(&self, s: &Self::State, client: usize, op: u32, outcome: u64) -> Option<Self::State> {
        let answered = (op, Some(outcome));
        let closed = self.close(s.iter().cloned().collect()).into_iter();
        let right = closed.filter(|at| at.running.get(&client) == Some(&answered));
        let returned = right.map(|mut at| {
            at.running.remove(&client);
            at
        });
        let returned = self.sources(returned.collect());
        (!returned.is_empty()).then_some(returned)
    }

    fn ended(&self, state: &Self::State, ended: &Ended) -> bool {
        match ended {
            Ended::Finished => true,
            Ended::Quiescent(_) => state.iter().any(|at| self.waits(at)),
            _ => false,
        }
    }

    fn spelled_out(&self, state: &Self::State) -> Self::State {
        self.close(state.iter().cloned().collect())
    }

    /// Fewer ways to explain the past are stricter.
    fn accepts_all_of(&self, spelled_out: &Self::State, stricter: &Self::State) -> bool {
        stricter.is_subset(spelled_out)
    }
}
