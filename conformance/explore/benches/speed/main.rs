//! How fast the searches are, and how far they get. Seconds are those in which this thread ran, as
//! far as the system says (Linux does), so that they mean something on a busy machine.
//!
//! ```sh
//! cargo bench -p taskdone-explore
//! cargo bench -p taskdone-explore -- Atomic # only the rows with this in their name
//! ```

#![allow(clippy::cast_precision_loss)] // figures to look at

#[path = "../../tests/it/cancelling.rs"]
mod cancelling;
#[path = "../../tests/it/judged.rs"]
mod judged;
#[allow(dead_code)] // what is wrong is the business of the tests
#[path = "../../tests/it/monitor.rs"]
mod monitor;
mod peers;

use cancelling::Cancelling;
use impls::{on_explore, on_loom, on_shuttle};
use judged::{Scenario, timed, workers};
use monitor::{Clients, Defect};
use peers::TIME_MAX;
use spec::{Item, Op, Shutdown, State, Wait};
use std::sync::Arc;
use std::time::Instant;
use std::{env, fs};
use taskdone_explore::{
    Coverage, Limits, Linearizable, Options, Program, Report, Sequential, every, merged, reduced,
};

#[global_allocator]
static ALLOCATOR: taskdone_explore::Allocator = taskdone_explore::Allocator;

/// A queue in three worlds.
struct Queue {
    name: &'static str,
    explore: fn(Option<usize>) -> judged::Queue,
    loom: peers::Make,
    shuttle: peers::Make,
}

macro_rules! queue {
    ($queue:ident) => {
        Queue {
            name: stringify!($queue),
            explore: |capacity| Arc::new(on_explore::queues::$queue::<u32>::new(capacity)),
            loom: |capacity| Arc::new(on_loom::queues::$queue::<u32>::new(capacity)),
            shuttle: |capacity| Arc::new(on_shuttle::queues::$queue::<u32>::new(capacity)),
        }
    };
}

const MUTEX: Queue = queue!(MutexQueue);
const ATOMIC: Queue = queue!(AtomicQueue);
const ASYNC: Queue = queue!(AsyncQueue);

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
    if is_asked("executions") {
        executions();
    }
    println!();
    println!(
        "judged by the sequential specification, any waiter notified; beside it, what loom and"
    );
    println!("shuttle run in {} s", TIME_MAX.as_secs());
    let columns = ["states", "transitions", "s", "us/tr", "loom", "shuttle, DFS"];
    let [states, transitions, s, cost, loom, shuttle] = columns;
    println!(
        "{:<60} {states:>10} {transitions:>12} {s:>8} {cost:>6}     {loom:>18} {shuttle:>18}",
        ""
    );
    for capacity in [1, 2] {
        row(&MUTEX, "1x2, 1 worker, joiner", capacity, workers(1, 2, 1), 0);
        row(&MUTEX, "2x2, 2 workers, joiner", capacity, workers(2, 2, 2), 0);
        row(&MUTEX, "3x2, 2 workers, joiner", capacity, workers(3, 2, 2), 0);
        row(&MUTEX, "3x2, 3 workers, joiner", capacity, workers(3, 2, 3), 0);
    }
    row(&MUTEX, "2x2, 2 workers, joiner, spurious", 1, workers(2, 2, 2), 1);
    row(&MUTEX, "2x2, 2 workers, joiner, timed", 1, timed(workers(2, 2, 2)), 0);
    for mode in [Shutdown::Graceful, Shutdown::Immediate] {
        let clients = workers(2, 2, 2).into_iter().chain([vec![Op::Shutdown(mode)]]).collect();
        row(&MUTEX, &format!("2x2, 2 workers, joiner, {mode:?} shutdown"), 1, clients, 0);
    }
    alone(&ATOMIC, "2x2 try_put, 2x2 try_get", 2, tried());
    alone(&ATOMIC, "1x2, 1 worker, joiner", 1, workers(1, 2, 1));
    alone(&ATOMIC, "2x1, 2 workers, joiner", 1, workers(2, 1, 2));
    alone(&ASYNC, "2x2, 2 workers, joiner", 1, workers(2, 2, 2));
    cancelled("2x2, 2 workers, joiner, tasks", |_| false);
    cancelled("2x2, 2 workers, joiner, all may be cancelled", |_| true);
    cancelled("2x2, 2 workers, joiner, every other one", |client| client % 2 == 0);
}

/// Whether a row is asked for: all are, unless the command line says otherwise.
fn is_asked(name: &str) -> bool {
    let mut asked = env::args().skip(1).filter(|argument| !argument.starts_with("--")).peekable();
    asked.peek().is_none() || asked.any(|asked| name.contains(&asked))
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

fn row(queue: &Queue, name: &str, capacity: usize, clients: Vec<Vec<Op>>, spurious: u8) {
    let scenario = Scenario { make: queue.explore, capacity: Some(capacity), clients };
    let options = Options { spurious, ..Options::default() };
    let name = format!("{} of {capacity}: {name}", queue.name);
    if !is_asked(&name) {
        return;
    }
    states(&name, &scenario, &options);
    let ops = || scenario.clients.iter().flatten();
    let cannot = if spurious > 0 || ops().any(|op| op.is_timed()) {
        Some("has no such thing")
    } else if ops().any(|op| matches!(op, Op::Shutdown(_))) {
        // After an immediate shutdown a join may wait for ever.
        Some("takes it for a bug")
    } else {
        None
    };
    let text = |reached: Result<peers::Reached, String>| match reached {
        Ok(reached) => reached.to_string(),
        Err(why) => why,
    };
    let (loom, shuttle) = match cannot {
        Some(why) => (why.to_string(), why.to_string()),
        None => (
            text(peers::loom(queue.loom, capacity, &scenario.clients)),
            text(Ok(peers::shuttle(queue.shuttle, capacity, &scenario.clients))),
        ),
    };
    println!(" {loom:>18} {shuttle:>18}");
}

/// Without the peers: they do not come to an end where somebody looks again and again.
fn alone(queue: &Queue, name: &str, capacity: usize, clients: Vec<Vec<Op>>) {
    let scenario = Scenario { make: queue.explore, capacity: Some(capacity), clients };
    let name = format!("{} of {capacity}: {name}", queue.name);
    if is_asked(&name) {
        states(&name, &scenario, &Options::default());
        println!();
    }
}

/// The asynchronous queue, with clients that drop what they wait for.
fn cancelled(name: &str, may_cancel: fn(usize) -> bool) {
    let calls = Scenario { make: ASYNC.explore, capacity: Some(1), clients: workers(2, 2, 2) };
    let tasks = |capacity| Arc::new(on_explore::queues::AsyncQueue::<u32>::new(capacity)) as Arc<_>;
    let clients = Cancelling { calls, tasks, get: |queue| queue.get_task(), may_cancel };
    let name = format!("{} of 1: {name}", ASYNC.name);
    if is_asked(&name) {
        states(&name, &clients, &Options::default());
        println!();
    }
}

/// Prints how far the search came, and no line break.
fn states<P: Program + Sequential<State = State>>(name: &str, program: &P, options: &Options) {
    let clock = Clock::start();
    let should_stop = || clock.seconds() > SECONDS_MAX;
    let limits = Limits { states: u64::MAX, should_stop: &should_stop, ..Limits::default() };
    let report: Report = merged(program, &Linearizable::new(program), options, &limits, &mut ())
        .expect("explorable");
    assert_eq!(report.violation, None);
    let seconds = clock.seconds();
    let cost = seconds * 1e6 / report.transitions as f64;
    let Report { states, transitions, coverage, .. } = report;
    let bound = if coverage == Coverage::Exhaustive { "all" } else { "cut" };
    print!("{name:<60} {states:>10} {transitions:>12} {seconds:>8.2} {cost:>6.2} {bound}");
}

/// Two producers and two workers that never wait.
fn tried() -> Vec<Vec<Op>> {
    let put = |item| Op::Put(Item(item), Wait::Never);
    let get = Op::Get(Wait::Never);
    vec![vec![put(0), put(1)], vec![put(2), put(3)], vec![get, get], vec![get, get]]
}
