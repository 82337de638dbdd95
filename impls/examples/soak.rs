//! Threads put, get, report, join, time out and shut down at random, for as long as one likes:
//! no item is lost or dropped twice, the count is zero in the end, and memory stays flat.
//!
//! ```sh
//! cargo run --release -p taskdone-impls --example soak              # a minute, every queue
//! cargo run --release -p taskdone-impls --example soak -- 300 atomic/fifo
//! ```
//!
//! With the feature `broken` it can be run on a broken queue as well, which is how `.ci/tsan` shows
//! that ThreadSanitizer would have seen something.

use fastrand::Rng;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use taskdone_impls::catalogue::Entry;
use taskdone_impls::{JoinableQueue, Shutdown, Wait, on_std};

/// An item that counts how many there are.
struct Item {
    number: u64,
    alive: Option<Arc<AtomicI64>>,
}

impl Item {
    fn new(number: u64, alive: &Arc<AtomicI64>) -> Self {
        alive.fetch_add(1, Ordering::Relaxed);
        Item { number, alive: Some(Arc::clone(alive)) }
    }
}

impl Drop for Item {
    fn drop(&mut self) {
        if let Some(alive) = &self.alive {
            alive.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Clone for Item {
    fn clone(&self) -> Self {
        if let Some(alive) = &self.alive {
            alive.fetch_add(1, Ordering::Relaxed);
        }
        Item { number: self.number, alive: self.alive.clone() }
    }
}

impl Default for Item {
    fn default() -> Self {
        Item { number: 0, alive: None }
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Item {}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.number.cmp(&other.number)
    }
}

/// What the threads of a round have done.
#[derive(Default)]
struct Tally {
    put: AtomicU64,
    put_sum: AtomicU64,
    got: AtomicU64,
    got_sum: AtomicU64,
    joined: AtomicU64,
}

fn main() {
    let mut seconds = 60;
    let mut name = String::new();
    for argument in std::env::args().skip(1) {
        match argument.parse() {
            Ok(number) => seconds = number,
            Err(_) => name = argument,
        }
    }
    let chosen: Vec<_> = entries().into_iter().filter(|entry| is_meant(entry, &name)).collect();
    assert!(!chosen.is_empty(), "no queue is called {name}");
    let each = Duration::from_secs(seconds) / u32::try_from(chosen.len()).expect("a few queues");
    chosen.iter().for_each(|entry| soak(entry, each));
}

fn is_meant(entry: &Entry<Item>, name: &str) -> bool {
    if name.is_empty() { entry.broken.is_none() } else { entry.name == name }
}

fn entries() -> Vec<Entry<Item>> {
    #[allow(unused_mut)] // without the broken ones
    let mut entries = on_std::queues::all();
    #[cfg(feature = "broken")]
    entries.extend(on_std::queues::broken::all());
    entries
}

fn soak(entry: &Entry<Item>, time: Duration) {
    let (started, mut rng) = (Instant::now(), Rng::with_seed(1));
    let (mut rounds, mut items, mut joins) = (0_u64, 0, 0);
    let mut settled = None;
    while started.elapsed() < time {
        let capacity = [None, Some(1), Some(2), Some(3), Some(33), Some(256)][rng.usize(..6)];
        let tally = round(&*(entry.make)(capacity), &mut rng);
        rounds += 1;
        items += tally.put.into_inner();
        joins += tally.joined.into_inner();
        // Once everything has been used for a while.
        if settled.is_none() && time / 4 < started.elapsed() {
            settled = resident();
        }
    }
    println!("{}: {rounds} rounds, {items} items, {joins} joins returned", entry.name);
    if let (Some(settled), Some(now)) = (settled, resident()) {
        println!("  resident memory: {settled} kB after a quarter of the time, {now} kB now");
        assert!(now < settled + settled / 2 + 16_384, "memory grows");
    }
}

/// In kB, where Linux tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Some producers, workers and joiners, and somebody who shuts the queue down.
fn round(queue: &dyn JoinableQueue<Item>, rng: &mut Rng) -> Tally {
    let (tally, alive) = (Tally::default(), Arc::new(AtomicI64::new(0)));
    let (puts, mut is_graceful) = (rng.u64(1..400), false);
    thread::scope(|scope| {
        let mut producing = Vec::new();
        for _ in 0..rng.usize(1..4) {
            let (mut rng, tally, alive) = (rng.fork(), &tally, &alive);
            producing.push(scope.spawn(move || produce(queue, puts, &mut rng, tally, alive)));
        }
        let mut others = Vec::new();
        for _ in 0..rng.usize(1..4) {
            let (mut rng, tally) = (rng.fork(), &tally);
            others.push(scope.spawn(move || work(queue, &mut rng, tally)));
        }
        for _ in 0..rng.usize(..3) {
            let (mut rng, tally) = (rng.fork(), &tally);
            others.push(scope.spawn(move || join(queue, &mut rng, tally)));
        }
        if rng.bool() {
            let puts = std::mem::take(&mut producing);
            puts.into_iter().for_each(ends);
        } else {
            (0..rng.u32(..2_000)).for_each(|_| std::hint::spin_loop());
        }
        is_graceful = rng.bool();
        queue.shutdown(if is_graceful { Shutdown::Graceful } else { Shutdown::Immediate });
        producing.into_iter().chain(others).for_each(ends);
    });
    assert_eq!((queue.len(), queue.unfinished()), (0, 0));
    assert!(queue.try_join().is_ok() && queue.task_done().is_err());
    let read = |number: &AtomicU64| number.load(Ordering::Relaxed);
    let (put, got) = (read(&tally.put), read(&tally.got));
    assert!(got <= put && (got == put || !is_graceful), "{got} of {put} were got");
    let all = got < put || read(&tally.got_sum) == read(&tally.put_sum);
    assert!(all, "what was got is not what was put");
    assert_eq!(alive.load(Ordering::Relaxed), 0, "an item was lost, or dropped twice");
    tally
}

/// Joined one by one: ThreadSanitizer does not see that a scope waits for its threads.
fn ends(thread: thread::ScopedJoinHandle<'_, ()>) {
    thread.join().expect("it does not panic");
}

fn wait(rng: &mut Rng) -> Wait {
    match rng.u8(..4) {
        0 => Wait::Never,
        1 => Wait::AtMost(Duration::from_micros(rng.u64(..100))),
        _ => Wait::Forever,
    }
}

fn produce(
    queue: &dyn JoinableQueue<Item>,
    puts: u64,
    rng: &mut Rng,
    tally: &Tally,
    alive: &Arc<AtomicI64>,
) {
    for _ in 0..puts {
        let number = rng.u64(1..1 << 32);
        if queue.put_within(Item::new(number, alive), wait(rng)).is_ok() {
            tally.put.fetch_add(1, Ordering::Relaxed);
            tally.put_sum.fetch_add(number, Ordering::Relaxed);
        }
    }
}

/// Until the queue is shut down and empty.
fn work(queue: &dyn JoinableQueue<Item>, rng: &mut Rng, tally: &Tally) {
    loop {
        match queue.get_within(wait(rng)) {
            Ok(item) => {
                tally.got.fetch_add(1, Ordering::Relaxed);
                tally.got_sum.fetch_add(item.number, Ordering::Relaxed);
                queue.task_done().expect("it was put");
            }
            Err(taskdone_impls::TryGetError::Empty) => {}
            Err(taskdone_impls::TryGetError::ShutDown) => return,
        }
    }
}

/// Until the queue is shut down.
fn join(queue: &dyn JoinableQueue<Item>, rng: &mut Rng, tally: &Tally) {
    while !queue.is_shutdown() {
        let joined = queue.join_within(Wait::AtMost(Duration::from_micros(rng.u64(..200))));
        tally.joined.fetch_add(u64::from(joined.is_ok()), Ordering::Relaxed);
    }
    queue.join();
}
