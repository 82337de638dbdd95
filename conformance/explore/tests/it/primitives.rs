//! The primitives one by one: what can be seen of them, and what must be noticed.

use crate::seen::{Answers, Anything, Seen, every_of, merged_of, reduced_of};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicU64 as OutsideAtomic;
use std::time::Duration;
use taskdone_explore::cell::UnsafeCell;
use taskdone_explore::sync::Mutex;
use taskdone_explore::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use taskdone_explore::{
    Blocker, Ended, Error, Limits, Options, Program, choose, every, hint, merged, op, reduced,
    thread,
};

/// A program out of two functions: what is shared, and what client 0, 1, … do.
pub(crate) struct With<S, F> {
    clients: usize,
    setup: fn() -> S,
    client: F,
}

impl<S, F: Fn(&S, usize)> Program for With<S, F> {
    type Shared = S;

    fn clients(&self) -> usize {
        self.clients
    }

    fn setup(&self) -> S {
        (self.setup)()
    }

    fn client(&self, shared: &S, client: usize) {
        (self.client)(shared, client);
    }
}

pub(crate) fn two<S, F: Fn(&S, usize)>(setup: fn() -> S, client: F) -> With<S, F> {
    With { clients: 2, setup, client }
}

/// How executions end, on which all searches must agree.
#[track_caller]
pub(crate) fn ends<P: Program>(program: &P, options: &Options) -> BTreeSet<Ended> {
    let every = every_of(program, options).outcomes;
    assert_eq!(merged_of(program, options), every);
    assert_eq!(reduced_of(program, options).outcomes, every);
    every.into_iter().map(|outcome| outcome.ended).collect()
}

/// The answers of all operations, in every way that can happen.
#[track_caller]
pub(crate) fn answers<P: Program>(program: &P, options: &Options) -> BTreeSet<Vec<u64>> {
    let every = every_of(program, options).outcomes;
    assert_eq!(merged_of(program, options), every);
    assert_eq!(reduced_of(program, options).outcomes, every);
    let answers = |outcome: &crate::seen::Outcome| outcome.answers().collect();
    every.iter().map(answers).collect()
}

fn error<P: Program>(program: &P) -> Error {
    let (options, limits) = (Options::default(), Limits::default());
    let merged = merged(program, &Answers::default(), &options, &limits, &mut ());
    assert_eq!(every(program, &options, &limits, &mut Seen::default()), merged);
    assert_eq!(reduced(program, &options, &limits, &mut Seen::default()), merged);
    merged.expect_err("not explorable")
}

/// Store buffering: at least one of the two sees the other one's store.
#[test]
fn atomics_are_sequentially_consistent() {
    let program = two(<[AtomicU64; 2]>::default, |shared, client| {
        shared[client].store(1, SeqCst);
        op(0, || shared[1 - client].load(SeqCst));
    });
    let expected = [[0, 1], [1, 0], [1, 1]].map(Vec::from);
    assert_eq!(answers(&program, &Options::default()), expected.into());
}

#[test]
fn a_weak_exchange_fails_for_no_reason() {
    let program = two(AtomicU64::default, |shared, client| {
        if client == 0 {
            op(0, || shared.compare_exchange_weak(0, 1, SeqCst, SeqCst).is_ok().into());
        }
    });
    assert_eq!(answers(&program, &Options::default()), [vec![1]].into());
    let options = Options { spurious: 1, ..Options::default() };
    assert_eq!(answers(&program, &options), [vec![0], vec![1]].into());
}

#[test]
fn a_try_fails_while_somebody_else_has_the_mutex() {
    // Also if nothing happens while it does.
    let program = two(
        || Mutex::new(()),
        |mutex, client| {
            if client == 0 {
                drop(mutex.lock());
            } else {
                op(0, || mutex.try_lock().is_ok().into());
            }
        },
    );
    assert_eq!(answers(&program, &Options::default()), [vec![0], vec![1]].into());
}

#[test]
fn all_numbers_are_chosen() {
    let program = two(
        || (),
        |(), client| {
            if client == 0 {
                op(0, || choose(3) as u64);
            }
        },
    );
    assert_eq!(answers(&program, &Options::default()), [vec![0], vec![1], vec![2]].into());
}

#[test]
fn writers_race_with_readers() {
    let program = two(
        || UnsafeCell::new(0),
        |cell, client| {
            if client == 0 {
                cell.with_mut(|_| ());
            } else {
                cell.with(|_| ());
            }
        },
    );
    let race = Ended::DataRace { clients: [0, 1] };
    assert_eq!(ends(&program, &Options::default()), [race].into());
    let readers = two(|| UnsafeCell::new(0), |cell, _| cell.with(|_| ()));
    assert_eq!(ends(&readers, &Options::default()), [Ended::Finished].into());
}

/// The race is there only if the flag was missed; a lock or a flag orders the accesses.
#[test]
fn what_is_ordered_does_not_race() {
    let locked = two(
        || (Mutex::new(()), UnsafeCell::new(0)),
        |(mutex, cell), _| {
            let _guard = mutex.lock();
            cell.with_mut(|_| ());
        },
    );
    assert_eq!(ends(&locked, &Options::default()), [Ended::Finished].into());
    let flag = |(flag, cell): &(AtomicBool, UnsafeCell<u32>), client: usize| {
        if client == 0 {
            cell.with_mut(|_| ());
            flag.store(true, SeqCst);
        } else if flag.load(SeqCst) {
            cell.with(|_| ());
        }
    };
    let flagged = two(|| (AtomicBool::new(false), UnsafeCell::new(0)), flag);
    assert_eq!(ends(&flagged, &Options::default()), [Ended::Finished].into());
    let too_early = two(
        || (AtomicBool::new(false), UnsafeCell::new(0)),
        |(flag, cell), client| {
            if client == 0 {
                flag.store(true, SeqCst);
                cell.with_mut(|_| ());
            } else if flag.load(SeqCst) {
                cell.with(|_| ());
            }
        },
    );
    let race = Ended::DataRace { clients: [0, 1] };
    assert_eq!(ends(&too_early, &Options::default()), [race, Ended::Finished].into());
}

/// A spin loop is a circle of states; it ends where somebody lets it out.
#[test]
fn spinning_is_waiting() {
    let spin = |shared: &AtomicBool, client: usize| {
        if client == 0 {
            op(0, || {
                while !shared.load(SeqCst) {
                    hint::spin_loop();
                }
                0
            });
        } else if choose(2) == 0 {
            shared.store(true, SeqCst);
        }
    };
    let all = merged_of(&two(AtomicBool::default, spin), &Options::default());
    let ends: Vec<Ended> = all.into_iter().map(|outcome| outcome.ended).collect();
    let [Ended::Quiescent(blocked), Ended::Finished] = &ends[..] else { panic!("{ends:?}") };
    assert_eq!((blocked[0].client, blocked[0].op, blocked[0].by), (0, Some(0), Blocker::Spin));
}

#[test]
fn a_token_is_not_lost() {
    let park = |(): &(), client: usize| {
        if client == 0 {
            thread::park();
        } else {
            thread::of_client(0).unpark();
        }
    };
    assert_eq!(ends(&two(|| (), park), &Options::default()), [Ended::Finished].into());
}

#[test]
fn a_park_gives_up() {
    let park = |(): &(), client: usize| {
        if client == 0 {
            thread::park_timeout(Duration::from_secs(1));
            thread::park();
        } else {
            thread::of_client(0).unpark();
        }
    };
    let ends = ends(&two(|| (), park), &Options::default());
    assert_eq!(ends.len(), 2, "whoever had the token at the first park is blocked at the second");
}

thread_local! {
    static RUNS: Cell<u64> = const { Cell::new(0) };
}

#[test]
fn what_another_run_left_behind_is_noticed() {
    let program = two(AtomicU64::default, |shared, _| {
        RUNS.set(RUNS.get() + 1);
        op(0, || shared.fetch_add(RUNS.get(), SeqCst));
    });
    assert_eq!(error(&program), Error::Nondeterministic { step: 2 });
}

static ELSEWHERE: AtomicU64 = AtomicU64::new(0);

#[test]
fn statics_are_noticed() {
    let program = two(
        || (),
        |(), _| {
            ELSEWHERE.fetch_add(1, SeqCst);
        },
    );
    assert_eq!(error(&program), Error::SharedOutside);
}

#[test]
fn memory_of_others_is_noticed() {
    static OUTSIDE: std::sync::Mutex<Vec<Vec<u64>>> = std::sync::Mutex::new(Vec::new());
    OUTSIDE.lock().expect("not poisoned").extend((1..9).map(|item| vec![item]));
    let program = two(AtomicU64::default, |shared, client| {
        shared.load(SeqCst);
        if client == 0 {
            drop(OUTSIDE.lock().expect("not poisoned").pop());
        }
        shared.load(SeqCst);
    });
    assert_eq!(error(&program), Error::ForeignMemory);
}

#[test]
fn a_full_heap_is_noticed() {
    let program = two(AtomicU64::default, |shared, _| {
        let large = vec![1_u8; 100_000];
        shared.fetch_add(large[17].into(), SeqCst);
    });
    let options = Options { arena_bytes: 50_000, ..Options::default() };
    let full = merged(&program, &Anything, &options, &Limits::default(), &mut ());
    assert_eq!(full, Err(Error::ArenaFull));
}

/// What clients leave behind is dropped at the end, once.
#[test]
fn the_finish_sees_what_is_left() {
    struct Counted<'a>(&'a OutsideAtomic);

    impl Drop for Counted<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
        }
    }

    static DROPPED: OutsideAtomic = OutsideAtomic::new(0);
    let program = two(
        || Mutex::new(Vec::new()),
        |items, _| items.lock().expect("not poisoned").push(Counted(&DROPPED)),
    );
    let executions = every_of(&program, &Options::default()).executions;
    // The first executions are repeated, to see whether they are the same again.
    assert_eq!((executions, DROPPED.load(SeqCst)), (2, 2 * 2 * 2));
}

#[test]
fn a_panic_poisons() {
    let program = two(
        || Mutex::new(0),
        |mutex, client| {
            if client == 0 {
                let caught = std::panic::catch_unwind(|| {
                    let _guard = mutex.lock();
                    panic!("on purpose");
                });
                assert!(caught.is_err());
            }
            op(0, || mutex.lock().is_err().into());
        },
    );
    assert_eq!(answers(&program, &Options::default()), [vec![1, 0], vec![1, 1]].into());
}
