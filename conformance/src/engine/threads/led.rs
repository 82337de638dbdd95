//! Runs that are led: one operation is called after the other, each when everybody else has come
//! back or fallen asleep. So whoever has to wait really waits, and whoever is to be woken sleeps.

use super::{Job, LOOK_EVERY, PATIENCE, Team};
use crate::engine::asleep::look;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

/// Where each client waits before it calls its next operation.
pub(super) type Gates = Vec<Mutex<Receiver<()>>>;

/// Gates for so many clients, and what opens them.
pub(super) fn gates(clients: usize) -> (Gates, Vec<Sender<()>>) {
    let pairs = (0..clients).map(|_| channel());
    let (open, gates): (Vec<_>, Vec<_>) = pairs.unzip();
    (gates.into_iter().map(Mutex::new).collect(), open)
}

impl Team {
    /// Lets one client after the other call its next operation, in random order. It ends when all
    /// have called everything or are asleep in a call, or when somebody does neither for too long.
    pub(super) fn lead(&self, job: &Job, open: &[Sender<()>], rng: &mut fastrand::Rng) {
        let clients = &self.scenario.clients;
        let mut called = vec![0; clients.len()];
        loop {
            let free: Vec<usize> = (0..clients.len())
                .filter(|c| called[*c] < clients[*c].ops.len() && has_returned(job, *c, called[*c]))
                .collect();
            let Some(client) = rng.choice(free) else { return };
            // A client that has panicked is not there any more.
            let _ = open[client].send(());
            called[client] += 1;
            if !self.settles(job, &called) {
                return;
            }
        }
    }

    /// Waits until nobody is on the way: each client has returned from what it has called, or is
    /// asleep there and waits for others. False if that takes too long.
    fn settles(&self, job: &Job, called: &[usize]) -> bool {
        let start = Instant::now();
        let mut before = None;
        while start.elapsed() < PATIENCE {
            let inside = (0..called.len()).filter(|c| !has_returned(job, *c, called[*c]));
            let inside: Vec<usize> = inside.collect();
            if inside.is_empty() {
                return true;
            }
            let tids = inside.iter().map(|c| self.tids[*c].clone()).collect::<Option<Vec<_>>>();
            let timed = inside.iter().any(|client| self.in_timed_call(job, *client));
            let now = tids.and_then(|tids| look(&tids)).filter(|_| !timed);
            if now.is_some() && now == before {
                return true;
            }
            before = now;
            if timed || before.is_some() {
                thread::park_timeout(LOOK_EVERY);
            } else {
                thread::yield_now();
            }
        }
        false
    }
}

/// Whether a client has come back from the last of so many calls.
fn has_returned(job: &Job, client: usize, calls: usize) -> bool {
    let last = calls.checked_sub(1).map(|at| &job.slots[client][at]);
    last.is_none_or(|slot| slot.returned.load(Ordering::Acquire) > 0)
}
