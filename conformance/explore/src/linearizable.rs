//! A judge for everything that has a sequential specification.

use crate::judge::Judge;
use crate::program::Ended;
use foldhash::fast::RandomState;
use foldhash::{HashSet, HashSetExt};
use indexmap::IndexSet;
use std::cell::RefCell;
use std::fmt::Debug;
use std::hash::Hash;
use std::rc::Rc;

/// What operations may do when nothing happens at the same time.
pub trait Sequential {
    /// What the operations act on.
    type State: Clone + Eq + Hash + Debug;

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
/// let judge = Linearizable::new(&Tickets);
/// let report = merged(&Tickets, &judge, &Options::default(), &Limits::default(), &mut ())?;
/// assert_eq!(report.violation, None);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Linearizable<'s, S: Sequential>(RefCell<Configurations<'s, S>>);

impl<'s, S: Sequential> Linearizable<'s, S> {
    /// The judge that demands what this specification says.
    pub fn new(specification: &'s S) -> Self {
        let (all, next) = (IndexSet::default(), Vec::new());
        Linearizable(RefCell::new(Configurations { specification, all, next }))
    }
}

/// One way in which things can stand: a state, and the running operations, by client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Configuration<S> {
    state: S,
    running: Vec<Running>,
}

/// An operation that was called and has not returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Running {
    client: usize,
    op: u32,
    /// Its answer, if it has taken effect.
    answer: Option<u64>,
}

impl<S> Configuration<S> {
    /// Where the operation of a client is, or would be.
    fn position(&self, client: usize) -> Result<usize, usize> {
        self.running.binary_search_by_key(&client, |running| running.client)
    }

    /// How many operations have taken effect that have not returned.
    fn taken(&self) -> usize {
        self.running.iter().filter(|running| running.answer.is_some()).count()
    }
}

/// Configurations by number. The same ones come up in many histories, so what each leads to is found
/// out once.
#[derive(Debug)]
struct Configurations<'s, S: Sequential> {
    specification: &'s S,
    all: IndexSet<Configuration<S::State>, RandomState>,
    next: Vec<Option<Rc<[u32]>>>,
}

impl<S: Sequential> Configurations<'_, S> {
    fn number(&mut self, configuration: Configuration<S::State>) -> u32 {
        let (number, is_new) = self.all.insert_full(configuration);
        if is_new {
            self.next.push(None);
        }
        u32::try_from(number).expect("memory ends before numbers do")
    }

    fn at(&self, number: u32) -> &Configuration<S::State> {
        &self.all[number as usize]
    }

    /// What a configuration leads to when one running operation takes effect.
    fn next(&mut self, number: u32) -> Rc<[u32]> {
        if let Some(next) = &self.next[number as usize] {
            return Rc::clone(next);
        }
        let at = self.at(number).clone();
        let mut next = Vec::new();
        for (index, Running { op, answer, .. }) in at.running.iter().enumerate() {
            if answer.is_some() {
                continue;
            }
            for (answer, state) in self.specification.answers(&at.state, *op) {
                let mut running = at.running.clone();
                running[index].answer = Some(answer);
                next.push(self.number(Configuration { state, running }));
            }
        }
        let next: Rc<[u32]> = next.into();
        self.next[number as usize] = Some(Rc::clone(&next));
        next
    }

    /// All that configurations lead to when running operations take effect, themselves included.
    fn close(&mut self, mut open: Vec<u32>) -> Vec<u32> {
        let mut closed = HashSet::new();
        while let Some(at) = open.pop() {
            if closed.insert(at) {
                open.extend_from_slice(&self.next(at));
            }
        }
        sorted(closed)
    }

    /// A configuration when a client calls an operation.
    fn called(&mut self, number: u32, client: usize, op: u32) -> u32 {
        let mut at = self.at(number).clone();
        let index = at.position(client).expect_err("a client calls one operation at a time");
        at.running.insert(index, Running { client, op, answer: None });
        self.number(at)
    }

    /// What is left when the operation of a client returns this. Others take effect before it does
    /// where they must, and not after it: that can wait (Lowe, "Testing for linearizability", 2017:
    /// just in time).
    fn returned(&mut self, mut open: Vec<u32>, client: usize, outcome: u64) -> HashSet<u32> {
        let (mut seen, mut returned) = (HashSet::new(), HashSet::new());
        while let Some(number) = open.pop() {
            let at = self.at(number);
            let index = at.position(client).expect("what returns was called");
            match at.running[index].answer {
                Some(answer) if answer == outcome => {
                    let mut at = at.clone();
                    at.running.remove(index);
                    returned.insert(self.number(at));
                }
                Some(_) => {}
                None if seen.insert(number) => open.extend_from_slice(&self.next(number)),
                None => {}
            }
        }
        returned
    }

    /// Without those that others lead to. Nothing takes effect twice, so what is left is the same for
    /// all that lead to the same, and is little.
    fn sources(&mut self, mut all: HashSet<u32>) -> Vec<u32> {
        let taken = |all: &Self, number: u32| all.at(number).taken();
        let taken_max = all.iter().map(|at| taken(self, *at)).max().unwrap_or(0);
        let mut open: Vec<u32> = all.iter().copied().collect();
        let mut seen = HashSet::new();
        while let Some(at) = open.pop() {
            if taken(self, at) == taken_max || !seen.insert(at) {
                continue;
            }
            for next in &*self.next(at) {
                all.remove(next);
                open.push(*next);
            }
        }
        sorted(all)
    }

    /// Whether nothing has taken effect that has not returned, and nothing can.
    fn waits(&self, number: u32) -> bool {
        let Configuration { state, running } = self.at(number);
        let waits = |r: &Running| r.answer.is_none() && self.specification.may_wait(state, r.op);
        running.iter().all(waits)
    }
}

fn sorted(all: HashSet<u32>) -> Vec<u32> {
    let mut sorted: Vec<u32> = all.into_iter().collect();
    sorted.sort_unstable();
    sorted
}

/// The state is the set of the configurations that the history so far allows, by those that all
/// others come from: their numbers, in ascending order.
impl<S: Sequential> Judge for Linearizable<'_, S> {
    type State = Vec<u32>;

    fn start(&self) -> Self::State {
        let mut all = self.0.borrow_mut();
        let state = all.specification.start();
        vec![all.number(Configuration { state, running: Vec::new() })]
    }

    fn call(&self, state: &Self::State, client: usize, op: u32) -> Self::State {
        let mut all = self.0.borrow_mut();
        sorted(state.iter().map(|at| all.called(*at, client, op)).collect())
    }

    fn ret(&self, s: &Self::State, client: usize, _op: u32, outcome: u64) -> Option<Self::State> {
        let mut all = self.0.borrow_mut();
        let returned = all.returned(s.clone(), client, outcome);
        let returned = all.sources(returned);
        (!returned.is_empty()).then_some(returned)
    }

    fn ended(&self, state: &Self::State, ended: &Ended) -> bool {
        match ended {
            Ended::Finished => true,
            Ended::Quiescent(_) => state.iter().any(|at| self.0.borrow().waits(*at)),
            _ => false,
        }
    }

    fn spelled_out(&self, state: &Self::State) -> Self::State {
        self.0.borrow_mut().close(state.clone())
    }

    /// Fewer ways to explain the past are stricter.
    fn accepts_all_of(&self, spelled_out: &Self::State, stricter: &Self::State) -> bool {
        stricter.iter().all(|at| spelled_out.binary_search(at).is_ok())
    }
}
