//! A joinable queue as a monitor, right or with one defect, and the clients that use it.

use std::collections::VecDeque;
use std::time::Duration;
use taskdone_explore::sync::{Condvar, Mutex};
use taskdone_explore::{Program, op};

/// What is wrong with the monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Defect {
    None,
    /// `if` instead of `while` around a get's wait.
    WaitsOnce,
    /// One condition variable for all, of which one waiter is notified.
    OneCondvar,
    /// Put notifies after it has released the mutex: right, but other schedules.
    NotifiesUnlocked,
    /// Put notifies only if the queue was empty.
    NotifiesWhenEmpty,
    /// Get looks, releases the mutex, and then waits.
    LooksThenWaits,
}

#[derive(Debug)]
struct State {
    items: VecDeque<u64>,
    unfinished: usize,
}

#[derive(Debug)]
pub(crate) struct Monitor {
    state: Mutex<State>,
    not_empty: Condvar,
    not_full: Condvar,
    all_done: Condvar,
    capacity: usize,
    defect: Defect,
}

/// Producers, puts of each, workers, and a joiner.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clients {
    pub(crate) producers: usize,
    pub(crate) puts: usize,
    pub(crate) workers: usize,
    pub(crate) capacity: usize,
    /// Gets give up.
    pub(crate) timed: bool,
    pub(crate) defect: Defect,
}

impl Clients {
    pub(crate) fn new(producers: usize, puts: usize, workers: usize) -> Self {
        let (capacity, timed, defect) = (1, false, Defect::None);
        Clients { producers, puts, workers, capacity, timed, defect }
    }

    pub(crate) fn with(self, defect: Defect) -> Self {
        Clients { defect, ..self }
    }
}

pub(crate) const PUT: u32 = 0;
pub(crate) const GET: u32 = 1_000;
pub(crate) const DONE: u32 = 2_000;
pub(crate) const JOIN: u32 = 3_000;
/// What a get answers that has given up.
pub(crate) const EMPTY: u64 = u64::MAX;

impl Program for Clients {
    type Shared = Monitor;

    fn clients(&self) -> usize {
        self.producers + self.workers + 1
    }

    fn setup(&self) -> Monitor {
        Monitor {
            state: Mutex::new(State { items: VecDeque::new(), unfinished: 0 }),
            not_empty: Condvar::new(),
            not_full: Condvar::new(),
            all_done: Condvar::new(),
            capacity: self.capacity,
            defect: self.defect,
        }
    }

    fn client(&self, monitor: &Monitor, client: usize) {
        if client < self.producers {
            for put in 0..self.puts {
                let item = u32::try_from(client * self.puts + put).expect("few items");
                op(PUT + item, || monitor.put(item.into()));
            }
        } else if client < self.producers + self.workers {
            for _ in 0..self.producers * self.puts / self.workers {
                if op(GET, || monitor.get(self.timed)) != EMPTY {
                    op(DONE, || monitor.task_done());
                }
            }
        } else {
            op(JOIN, || monitor.join());
        }
    }
}

impl Monitor {
    fn not_full(&self) -> &Condvar {
        if self.defect == Defect::OneCondvar { &self.not_empty } else { &self.not_full }
    }

    fn put(&self, item: u64) -> u64 {
        let mut state = self.state.lock().unwrap();
        while state.items.len() >= self.capacity {
            state = self.not_full().wait(state).unwrap();
        }
        let was_empty = state.items.is_empty();
        state.items.push_back(item);
        state.unfinished += 1;
        match self.defect {
            Defect::NotifiesUnlocked => {
                drop(state);
                self.not_empty.notify_one();
            }
            Defect::NotifiesWhenEmpty if !was_empty => {}
            _ => self.not_empty.notify_one(),
        }
        0
    }

    fn get(&self, timed: bool) -> u64 {
        let mut state = self.state.lock().unwrap();
        if self.defect == Defect::LooksThenWaits && state.items.is_empty() {
            drop(state);
            state = self.not_empty.wait(self.state.lock().unwrap()).unwrap();
        }
        while state.items.is_empty() {
            if timed {
                let (after, waited) =
                    self.not_empty.wait_timeout(state, Duration::from_secs(1)).unwrap();
                if waited.timed_out() && after.items.is_empty() {
                    return EMPTY;
                }
                state = after;
            } else {
                state = self.not_empty.wait(state).unwrap();
            }
            if self.defect == Defect::WaitsOnce {
                break;
            }
        }
        let item = state.items.pop_front().expect("an item");
        self.not_full().notify_one();
        item
    }

    fn task_done(&self) -> u64 {
        let mut state = self.state.lock().unwrap();
        state.unfinished -= 1;
        if state.unfinished == 0 {
            self.all_done.notify_all();
        }
        0
    }

    fn join(&self) -> u64 {
        let mut state = self.state.lock().unwrap();
        while state.unfinished > 0 {
            state = self.all_done.wait(state).unwrap();
        }
        0
    }
}
