//! How fast the searches are, and how far they get. Seconds are those in which this thread ran, as
//! far as the system says (Linux does), so that they mean something on a busy machine.
//!
//! ```sh
//! cargo bench -p taskdone-explore
//! ```

#![allow(clippy::cast_precision_loss)] // figures to look at

#[path = "../tests/it/judged.rs"]
mod judged;
#[allow(dead_code)] // what is wrong is the business of the tests
#[path = "../tests/it/monitor.rs"]
mod monitor;

use impls::on_explore::queues::MutexQueue;
use judged::{Queue, Scenario, workers};
use monitor::{Clients, Defect};
use spec::{Op, Shutdown, Wait};
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};
use taskdone_explore::{Coverage, Limits, Linearizable, Options, Report, every, merged, reduced};

#[global_allocator]
static ALLOCATOR: taskdone_explore::Allocator = taskdone_explore::Allocator;

fn mutex_queue(capacity: Option<usize>) -> Queue {
    Arc::new(MutexQueue::<u32>::new(capacity))
}

/// A search is cut after so many seconds.
const SECONDS_MAX: f64 = 60.0;

/// The time that this thread has run.
struct Clock {
    started: Instant,
    ran: Option<u64>,
}

impl Clock {
    fn start() -> Self {
        Clock { started: Instant::now(), ran: ran_ns() }
    }

    fn seconds(&self) -> f64 {
        match (self.ran, ran_ns()) {
            (Some(before), Some(now)) => (now - before) as f64 / 1e9,
            _ => self.started.elapsed().as_secs_f64(),
        }
    }
}

fn ran_ns() -> Option<u64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

fn main() {
    executions();
    println!();
    println!("MutexQueue, judged by the sequential specification, any waiter notified");
    println!("{:<44} {:>10} {:>12} {:>8} {:>6}", "", "states", "transitions", "s", "µs/tr");
    for capacity in [1, 2] {
        states("2x2, 2 workers, joiner", capacity, workers(2, 2, 2), 0);
        states("3x2, 2 workers, joiner", capacity, workers(3, 2, 2), 0);
        states("3x2, 3 workers, joiner", capacity, workers(3, 2, 3), 0);
    }
    states("2x2, 2 workers, joiner, spurious", 1, workers(2, 2, 2), 1);
    states("2x2, 2 workers, joiner, timed", 1, timed(workers(2, 2, 2)), 0);
    for mode in [Shutdown::Graceful, Shutdown::Immediate] {
        let clients = workers(2, 2, 2).into_iter().chain([vec![Op::Shutdown(mode)]]).collect();
        states(&format!("2x2, 2 workers, joiner, {mode:?} shutdown"), 1, clients, 0);
    }
}

/// Plain and reduced executions of the monitor, of some 20 steps each.
fn executions() {
    let clients = Clients::new(2, 1, 2).with(Defect::None);
    // Every use of a condition variable is a step, as it always is in the reduction.
    let options = Options { apart: true, ..Options::default() };
    for (name, reduces) in [("every", false), ("reduced", true)] {
        let clock = Clock::start();
        let (mut executions, mut steps) = (0, 0);
        while clock.seconds() < 1.0 {
            let limits = Limits::default();
            let report = if reduces {
                reduced(&clients, &options, &limits, &mut ())
            } else {
                every(&clients, &options, &limits, &mut ())
            };
            let report = report.expect("explorable");
            executions += report.executions;
            steps += report.transitions;
        }
        let seconds = clock.seconds();
        let rate = executions as f64 / seconds;
        let length = steps as f64 / executions as f64;
        println!("{name:<8} {rate:>10.0} executions/s of {length:.1} steps");
    }
}

fn states(name: &str, capacity: usize, clients: Vec<Vec<Op>>, spurious: u8) {
    let scenario = Scenario { make: mutex_queue, capacity: Some(capacity), clients };
    let options = Options { spurious, ..Options::default() };
    let clock = Clock::start();
    let should_stop = || clock.seconds() > SECONDS_MAX;
    let limits = Limits { should_stop: &should_stop, ..Limits::default() };
    let report: Report = merged(&scenario, &Linearizable(&scenario), &options, &limits, &mut ())
        .expect("explorable");
    assert_eq!(report.violation, None);
    let seconds = clock.seconds();
    let cost = seconds * 1e6 / report.transitions as f64;
    let Report { states, transitions, coverage, .. } = report;
    let bound = if coverage == Coverage::Exhaustive { "" } else { " cut" };
    let name = format!("capacity {capacity}: {name}");
    println!("{name:<44} {states:>10} {transitions:>12} {seconds:>8.2} {cost:>6.2}{bound}");
}

fn timed(clients: Vec<Vec<Op>>) -> Vec<Vec<Op>> {
    let wait = Wait::AtMost(Duration::from_secs(1));
    let timed = |op: Op| match op {
        Op::Put(item, _) => Op::Put(item, wait),
        Op::Get(_) => Op::Get(wait),
        other => other,
    };
    clients.into_iter().map(|ops| ops.into_iter().map(timed).collect()).collect()
}
