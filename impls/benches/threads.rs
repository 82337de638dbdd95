//! `AtomicQueue` beside crossbeam-channel and flume, `MutexQueue` beside a mutex with a condition
//! variable: how fast items pass between threads, and how soon a join returns.
//!
//! ```sh
//! cargo bench -p taskdone-impls --bench threads
//! cargo bench -p taskdone-impls --bench threads -- channels # one of: channels, tasks, mutex, join
//! ```
//!
//! The queues count tasks all the while; the channels have no such thing. In each round of a cell
//! every contestant runs once, in turn, so that what disturbs the machine disturbs all of them; what
//! is printed is the median of the ratios of a round. Above 1.0 the queue is faster.

#[path = "threads/contestants.rs"]
mod contestants;

use contestants::{
    Atomic, AtomicJoined, Condvars, Contestant, Crossbeam, CrossbeamWaited, Flume, Locked,
};
use crossbeam_utils::sync::WaitGroup;
use std::fmt::Write as _;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};
use taskdone_impls::{AtomicQueue, JoinableQueue, MutexQueue};

const ROUNDS: usize = 7;
const CAPACITIES: [Option<usize>; 4] = [Some(1), Some(64), Some(1024), None];
/// Producers and consumers.
const SHAPES: [(usize, usize); 6] = [(1, 1), (1, 3), (3, 1), (2, 2), (1, 7), (4, 4)];
/// Below this ratio a cell is lost.
const LEAST: f64 = 0.7;

fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let all = |name: &str| chosen.is_empty() || chosen.iter().any(|chosen| chosen == name);
    println!("{}\n", machine());
    if all("channels") {
        channels();
    }
    if all("tasks") {
        tasks();
    }
    if all("mutex") {
        mutex();
    }
    if all("join") {
        join_latency();
    }
}

fn channels() {
    table::<3>(
        "put and get",
        ["AtomicQueue", "crossbeam-channel", "flume"],
        |shape, capacity, items| {
            [
                run::<Atomic<1>, 1>(shape, capacity, items),
                run::<Crossbeam<1>, 1>(shape, capacity, items),
                run::<Flume<1>, 1>(shape, capacity, items),
            ]
        },
        |shape, capacity, items| {
            [
                run::<Atomic<8>, 8>(shape, capacity, items),
                run::<Crossbeam<8>, 8>(shape, capacity, items),
                run::<Flume<8>, 8>(shape, capacity, items),
            ]
        },
    );
}

fn tasks() {
    table::<2>(
        "put, get and task_done, and a join at the end",
        ["AtomicQueue", "crossbeam-channel + WaitGroup"],
        |shape, capacity, items| {
            [
                run::<AtomicJoined<1>, 1>(shape, capacity, items),
                run::<CrossbeamWaited<1>, 1>(shape, capacity, items),
            ]
        },
        |shape, capacity, items| {
            [
                run::<AtomicJoined<8>, 8>(shape, capacity, items),
                run::<CrossbeamWaited<8>, 8>(shape, capacity, items),
            ]
        },
    );
}

fn mutex() {
    table::<2>(
        "put and get",
        ["MutexQueue", "Mutex<VecDeque> + Condvar"],
        |shape, capacity, items| {
            [
                run::<Locked<1>, 1>(shape, capacity, items),
                run::<Condvars<1>, 1>(shape, capacity, items),
            ]
        },
        |shape, capacity, items| {
            [
                run::<Locked<8>, 8>(shape, capacity, items),
                run::<Condvars<8>, 8>(shape, capacity, items),
            ]
        },
    );
}

/// The processor, from Linux.
fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let threads = thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!("{} hardware threads, {}", threads, model.map_or("unknown", |(_, name)| name))
}

/// So many items that a run takes some milliseconds.
fn items(capacity: Option<usize>) -> usize {
    match capacity {
        Some(1) => 2_400,
        Some(_) => 36_000,
        None => 72_000,
    }
}

type Cell<const N: usize> = fn((usize, usize), Option<usize>, usize) -> [Duration; N];

/// A row for each cell of the grid, with the ratios of the first contestant to the others.
fn table<const N: usize>(title: &str, names: [&str; N], small: Cell<N>, large: Cell<N>) {
    println!("## {}: {title}, million items per second\n", names[0]);
    let mut head = format!("| bytes | producers:consumers | capacity | {} |", names[0]);
    for name in &names[1..] {
        let _ = write!(head, " {name} | ratio |");
    }
    println!("{head}\n|{}", "---|".repeat(2 + 2 * N));
    let (mut all, mut lost) = (vec![Vec::new(); N - 1], Vec::new());
    for (bytes, cell) in [(8, small), (64, large)] {
        for shape in SHAPES {
            for capacity in CAPACITIES {
                let items = items(capacity);
                let rounds: Vec<_> = (0..ROUNDS).map(|_| cell(shape, capacity, items)).collect();
                let place = format!("{bytes} | {}:{} | {}", shape.0, shape.1, named(capacity));
                let mut row = format!("| {place} | {:.2} |", million(&rounds, 0, items));
                for other in 1..N {
                    let ratio = median(rounds.iter().map(|r| ratio(r[other], r[0])));
                    let _ = write!(row, " {:.2} | {ratio:.2} |", million(&rounds, other, items));
                    all[other - 1].push(ratio);
                    if ratio < LEAST {
                        lost.push(format!("{place}: {ratio:.2} of {}", names[other]));
                    }
                }
                println!("{row}");
            }
        }
    }
    println!();
    for (name, ratios) in names[1..].iter().zip(all) {
        let slower = ratios.iter().filter(|ratio| **ratio < 1.0).count();
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let (cells, median) = (ratios.len(), median(ratios.into_iter()));
        println!(
            "{name}: median ratio {median:.2} over {cells} cells, {slower} below 1.0, least {least:.2}  "
        );
    }
    let lost = if lost.is_empty() { "none".to_string() } else { lost.join("; ") };
    println!("Cells below {LEAST}: {lost}\n");
}

fn named(capacity: Option<usize>) -> String {
    capacity.map_or("unbounded".to_string(), |capacity| capacity.to_string())
}

/// How much faster the one that took `own` was than the one that took `other`.
fn ratio(other: Duration, own: Duration) -> f64 {
    other.as_secs_f64() / own.as_secs_f64()
}

#[allow(clippy::cast_precision_loss)]
fn million<const N: usize>(rounds: &[[Duration; N]], which: usize, items: usize) -> f64 {
    items as f64 / median(rounds.iter().map(|round| round[which].as_secs_f64())) / 1e6
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// How long it takes until all items have passed.
fn run<C: Contestant<W>, const W: usize>(
    (producers, consumers): (usize, usize),
    capacity: Option<usize>,
    items: usize,
) -> Duration {
    let queue = C::new(capacity);
    let start = Barrier::new(producers + consumers);
    let (first, last) = thread::scope(|scope| {
        let consume = || {
            start.wait();
            while queue.get_and_report() {}
            Instant::now()
        };
        let produce = || {
            let put = queue.producer();
            start.wait();
            let started = Instant::now();
            (0..items / producers).for_each(|item| put(item as u64));
            started
        };
        let consuming: Vec<_> = (0..consumers).map(|_| scope.spawn(consume)).collect();
        let producing: Vec<_> = (0..producers).map(|_| scope.spawn(produce)).collect();
        let ended = |thread: thread::ScopedJoinHandle<'_, Instant>| thread.join();
        let started = producing.into_iter().map(|p| ended(p).expect("it does not panic"));
        let started = started.min().expect("there is a producer");
        queue.finish(consumers);
        let stopped = consuming.into_iter().map(|c| ended(c).expect("it does not panic"));
        (started, stopped.max().expect("there is a consumer"))
    });
    last.duration_since(first)
}

/// From the last report, or the drop of the last `WaitGroup`, to the return of who waits for it.
fn join_latency() {
    const ROUNDS: usize = 300;
    let latency = |wait: &(dyn Fn() + Sync), report: &dyn Fn()| {
        thread::scope(|scope| {
            let joiner = scope.spawn(|| {
                wait();
                Instant::now()
            });
            // Long enough for it to fall asleep; if it is not, the figure is only better.
            thread::park_timeout(Duration::from_micros(300));
            let reported = Instant::now();
            report();
            joiner.join().expect("it does not panic").saturating_duration_since(reported)
        })
    };
    let atomic = || {
        let queue = AtomicQueue::unbounded();
        queue.put(1).expect("it is open");
        latency(&|| queue.join(), &|| queue.task_done().expect("one was put"))
    };
    let mutex = || {
        let queue = MutexQueue::unbounded();
        queue.put(1).expect("it is open");
        latency(&|| queue.join(), &|| queue.task_done().expect("one was put"))
    };
    let group = || {
        let (ours, theirs) = (WaitGroup::new(), std::sync::Mutex::new(None));
        *theirs.lock().expect("nobody panics") = Some(ours.clone());
        let wait = std::sync::Mutex::new(Some(ours));
        latency(&|| wait.lock().expect("nobody panics").take().expect("one waits").wait(), &|| {
            drop(theirs.lock().expect("nobody panics").take());
        })
    };
    println!("## Latency of join after the last report, microseconds (median of {ROUNDS})\n");
    println!("| AtomicQueue | MutexQueue | WaitGroup |\n|---|---|---|");
    let mut all = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (all, one) in all.iter_mut().zip([atomic(), mutex(), group()]) {
            all.push(one.as_secs_f64() * 1e6);
        }
    }
    let [atomic, mutex, group] = all.map(|all| median(all.into_iter()));
    println!("| {atomic:.1} | {mutex:.1} | {group:.1} |");
}
