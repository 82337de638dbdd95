//! Random programs: all searches see the same.

use crate::seen::{Outcome, Seen, check_orders, merged_of, reduced_of};
use fastrand::Rng;
use std::cell::Cell;
use std::time::Duration;
use taskdone_explore::cell::UnsafeCell;
use taskdone_explore::sync::atomic::{AtomicU64, Ordering::SeqCst};
use taskdone_explore::sync::{Condvar, Mutex};
use taskdone_explore::{Coverage, Limits, Options, Program, choose, every, op, thread};

/// Something that a client does. The numbers are objects, clients and values.
#[derive(Clone, Debug)]
enum Action {
    Load(usize),
    Store(usize, u64),
    Add(usize),
    Exchange(usize, u64),
    WeakExchange(usize, u64),
    Lock(usize, Vec<Action>),
    TryLock(usize, Vec<Action>),
    /// Locks the mutex, counts, and waits once if the count was even.
    Wait {
        condvar: usize,
        mutex: usize,
        timed: bool,
    },
    Notify {
        condvar: usize,
        all: bool,
    },
    Park {
        timed: bool,
    },
    Unpark(usize),
    /// Reads or writes a cell, with the mutex or without.
    Access {
        cell: usize,
        writes: bool,
        locks: bool,
    },
    Choose,
}

/// For each client its operations, each of them some actions.
#[derive(Clone, Debug)]
struct Random {
    clients: Vec<Vec<Vec<Action>>>,
}

#[derive(Debug, Default)]
struct Shared {
    atomics: [AtomicU64; 2],
    mutexes: [Mutex<u64>; 2],
    condvars: [Condvar; 2],
    /// A cell's content lies beside it, so that nothing unsafe is needed to get at it.
    cells: [(UnsafeCell<()>, Cell<u64>); 2],
}

/// What a random program may contain.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Atomics,
    Locks,
    Condvars,
    Parking,
    Cells,
}

fn action(rng: &mut Rng, kind: Kind, clients: usize, depth: usize) -> Action {
    let object = rng.usize(..2);
    let inner = |rng: &mut Rng| match depth {
        0 => Vec::new(),
        _ => (0..rng.usize(..3)).map(|_| action(rng, kind, clients, depth - 1)).collect(),
    };
    let atomic = |rng: &mut Rng| match rng.u8(..5) {
        0 => Action::Load(object),
        1 => Action::Store(object, rng.u64(1..4)),
        2 => Action::Add(object),
        3 => Action::Exchange(object, rng.u64(..3)),
        _ => Action::WeakExchange(object, rng.u64(..3)),
    };
    match (kind, rng.u8(..8)) {
        (Kind::Locks, 0..3) => Action::Lock(object, inner(rng)),
        (Kind::Locks, 3) => Action::TryLock(object, inner(rng)),
        (Kind::Condvars, 0..3) => {
            // Mostly the condition variable's own mutex.
            let mutex = if rng.u8(..8) == 0 { 1 - object } else { object };
            Action::Wait { condvar: object, mutex, timed: rng.u8(..3) == 0 }
        }
        (Kind::Condvars, 3..=6) => {
            let notify = Action::Notify { condvar: object, all: rng.u8(..3) == 0 };
            if rng.bool() { Action::Lock(object, vec![notify]) } else { notify }
        }
        (Kind::Parking, 0..2) => Action::Park { timed: rng.u8(..4) == 0 },
        (Kind::Parking, 2..5) => Action::Unpark(rng.usize(..clients)),
        (Kind::Cells, 0..4) => {
            Action::Access { cell: object, writes: rng.bool(), locks: rng.u8(..8) > 0 }
        }
        (_, 7) if rng.u8(..4) == 0 => Action::Choose,
        _ => atomic(rng),
    }
}

fn random(rng: &mut Rng, kind: Kind) -> Random {
    let clients = rng.usize(2..4);
    let operation =
        |rng: &mut Rng| (0..rng.usize(1..3)).map(|_| action(rng, kind, clients, 1)).collect();
    let client =
        |rng: &mut Rng| (0..rng.usize(1..3)).map(|_| operation(rng)).collect::<Vec<Vec<Action>>>();
    Random { clients: (0..clients).map(|_| client(rng)).collect() }
}

fn run(shared: &Shared, action: &Action) -> u64 {
    let (exchanged, failed) = (|value: u64| value, |value: u64| value + 100);
    match action {
        Action::Load(at) => shared.atomics[*at].load(SeqCst),
        Action::Store(at, value) => {
            shared.atomics[*at].store(*value, SeqCst);
            0
        }
        Action::Add(at) => shared.atomics[*at].fetch_add(1, SeqCst),
        Action::Exchange(at, value) => shared.atomics[*at]
            .compare_exchange(*value, value + 1, SeqCst, SeqCst)
            .map_or_else(failed, exchanged),
        Action::WeakExchange(at, value) => shared.atomics[*at]
            .compare_exchange_weak(*value, value + 1, SeqCst, SeqCst)
            .map_or_else(failed, exchanged),
        Action::Lock(at, inner) => {
            let mut count = shared.mutexes[*at].lock().expect("nobody panics");
            *count += 1;
            *count + 10 * run_all(shared, inner)
        }
        Action::TryLock(at, inner) => match shared.mutexes[*at].try_lock() {
            Ok(mut count) => {
                *count += 1;
                *count + 10 * run_all(shared, inner)
            }
            Err(_) => 7,
        },
        Action::Wait { condvar, mutex, timed } => wait(shared, *condvar, *mutex, *timed),
        Action::Notify { condvar, all: true } => {
            shared.condvars[*condvar].notify_all();
            0
        }
        Action::Notify { condvar, all: false } => {
            shared.condvars[*condvar].notify_one();
            0
        }
        Action::Park { timed } => {
            if *timed {
                thread::park_timeout(Duration::from_secs(1));
            } else {
                thread::park();
            }
            0
        }
        Action::Unpark(client) => {
            thread::of_client(*client).unpark();
            0
        }
        Action::Access { cell, writes, locks } => {
            let _guard = locks.then(|| shared.mutexes[*cell].lock());
            access(&shared.cells[*cell], *writes)
        }
        Action::Choose => choose(3) as u64,
    }
}

fn access((cell, content): &(UnsafeCell<()>, Cell<u64>), writes: bool) -> u64 {
    if writes {
        cell.with_mut(|_| content.set(content.get() + 1));
        return 0;
    }
    cell.with(|_| content.get())
}

fn wait(shared: &Shared, condvar: usize, mutex: usize, timed: bool) -> u64 {
    let mut count = shared.mutexes[mutex].lock().expect("nobody panics");
    *count += 1;
    if count.is_multiple_of(2) {
        return *count;
    }
    let condvar = &shared.condvars[condvar];
    if timed {
        let waited = condvar.wait_timeout(count, Duration::from_secs(1)).expect("nobody panics");
        return *waited.0 + 10 * u64::from(waited.1.timed_out());
    }
    *condvar.wait(count).expect("nobody panics") + 20
}

fn run_all(shared: &Shared, actions: &[Action]) -> u64 {
    actions.iter().fold(0, |sum, action| sum * 31 + run(shared, action))
}

impl Program for Random {
    type Shared = Shared;

    fn clients(&self) -> usize {
        self.clients.len()
    }

    fn setup(&self) -> Shared {
        Shared::default()
    }

    fn client(&self, shared: &Shared, client: usize) {
        for (index, actions) in self.clients[client].iter().enumerate() {
            op(u32::try_from(index).expect("few"), || run_all(shared, actions));
        }
    }
}

/// Everything that happens in a random program, unless that is too much.
fn all(program: &Random, options: &Options) -> Option<Seen> {
    let mut seen = Seen::default();
    let limits = Limits { executions: 20_000, ..Limits::default() };
    let report = every(program, options, &limits, &mut seen).expect("explorable");
    (report.coverage == Coverage::Exhaustive).then_some(seen)
}

/// Compares the searches on random programs: all that were small enough, which are so many.
#[track_caller]
fn check(kind: Kind, compared: usize) {
    let options = Options { spurious: 1, ..Options::default() };
    let apart = Options { apart: true, ..options };
    let programs = (600..720).map(|seed| random(&mut Rng::with_seed(seed), kind));
    let small = programs.filter(|program| {
        let Some(seen) = all(program, &options) else { return false };
        assert_eq!(merged_of(program, &options), seen.outcomes, "{program:?}");
        check_orders(program, &options, &seen);
        // What is a part of another step makes no difference.
        let Some(seen_apart) = all(program, &apart) else { return false };
        assert_eq!(seen_apart.outcomes, seen.outcomes, "{program:?}");
        assert_eq!(merged_of(program, &apart), seen.outcomes, "{program:?}");
        // The reduction is always apart.
        let reduced = reduced_of(program, &options);
        assert_eq!(reduced.outcomes, seen.outcomes, "{program:?}");
        assert!(reduced.histories == seen_apart.histories, "{program:?}");
        true
    });
    assert_eq!(small.count(), compared);
}

#[test]
fn atomics() {
    check(Kind::Atomics, 119);
}

#[test]
fn locks() {
    check(Kind::Locks, 109);
}

#[test]
fn condition_variables() {
    check(Kind::Condvars, 86);
}

#[test]
fn parking() {
    check(Kind::Parking, 118);
}

/// An access to a cell is part of the step after it. That must not hide a data race; which of two
/// races an execution runs into first may depend on it.
#[test]
fn cells() {
    let options = Options::default();
    let (mut clean, mut racy) = (0, 0);
    for program in (600..800).map(|seed| random(&mut Rng::with_seed(seed), Kind::Cells)) {
        let Some(seen) = all(&program, &options) else { continue };
        let merged = merged_of(&program, &options);
        if seen.outcomes.iter().any(Outcome::is_race) {
            assert!(merged.iter().any(Outcome::is_race), "{program:?}");
            racy += 1;
        } else {
            assert_eq!(merged, seen.outcomes, "{program:?}");
            check_orders(&program, &options, &seen);
            clean += 1;
        }
    }
    assert_eq!((clean, racy), (165, 26));
}
