//! A joinable queue of one mutex and three condition variables.

mod sync;

use std::collections::VecDeque;
use sync::{Condvar, Mutex};

pub struct Queue<T> {
    /// The items, and how many tasks are unfinished.
    state: Mutex<(VecDeque<T>, usize)>,
    capacity: usize,
    not_empty: Condvar,
    not_full: Condvar,
    all_done: Condvar,
}

impl<T> Queue<T> {
    pub fn new(capacity: usize) -> Self {
        let state = Mutex::new((VecDeque::new(), 0));
        let [not_empty, not_full, all_done] = [(); 3].map(|()| Condvar::new());
        Queue { state, capacity, not_empty, not_full, all_done }
    }

    pub fn put(&self, item: T) {
        let mut state = self.state.lock().unwrap();
        while state.0.len() >= self.capacity {
            state = self.not_full.wait(state).unwrap();
        }
        state.0.push_back(item);
        state.1 += 1;
        self.not_empty.notify_one();
    }

    pub fn get(&self) -> T {
        let mut state = self.state.lock().unwrap();
        loop {
            if let Some(item) = state.0.pop_front() {
                self.not_full.notify_one();
                return item;
            }
            state = self.not_empty.wait(state).unwrap();
        }
    }

    /// Whether there was a task to report.
    pub fn task_done(&self) -> bool {
        let mut state = self.state.lock().unwrap();
        if state.1 == 1 {
            self.all_done.notify_all();
        }
        let was_one = state.1 > 0;
        state.1 -= usize::from(was_one);
        was_one
    }

    pub fn join(&self) {
        let mut state = self.state.lock().unwrap();
        while state.1 > 0 {
            state = self.all_done.wait(state).unwrap();
        }
    }
}
