//! The lock-free queue: sizes that break rings, blocks and positions, and destructors.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use taskdone_impls::{
    AtomicQueue, GetError, JoinTimeoutError, JoinableQueue, PutError, Shutdown, TooManyTaskDone,
    TryGetError, TryPutError,
};

const CAPACITIES: [usize; 15] = [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 63, 64, 65, 257];
const WRAPS: [usize; 9] = [0, 1, 2, 3, 30, 31, 32, 62, 1000];

/// Fills the queue, empties it, and goes round a few times, keeping some items inside. A plain
/// deque says what has to come out.
#[track_caller]
fn goes_round<T: Clone + Debug + PartialEq + Send>(
    capacity: Option<usize>,
    wrap: usize,
    item: impl Fn(usize) -> T,
) {
    let queue = AtomicQueue::wrapping_after(capacity, wrap);
    let room = capacity.unwrap_or(300);
    let (mut expected, mut next, mut unfinished) = (VecDeque::new(), 0, 0);
    for keep in [0, 1, room / 2, room - 1, room, 0, room, 0] {
        while expected.len() < room {
            assert_eq!(queue.try_put(item(next)), Ok(()), "{capacity:?}, wrap {wrap}, {next}");
            expected.push_back(item(next));
            (next, unfinished) = (next + 1, unfinished + 1);
            assert_eq!((queue.len(), queue.unfinished()), (expected.len(), unfinished));
        }
        if capacity.is_some() {
            assert_eq!(queue.try_put(item(next)), Err(TryPutError::Full(item(next))));
        }
        while expected.len() > keep {
            assert_eq!(queue.try_get().ok(), expected.pop_front());
            assert_eq!((queue.len(), queue.unfinished()), (expected.len(), unfinished));
        }
        if keep == 0 {
            assert_eq!(queue.try_get(), Err(TryGetError::Empty));
        }
        for _ in 0..unfinished - unfinished / 3 {
            assert_eq!(queue.try_join(), Err(JoinTimeoutError));
            assert_eq!(queue.task_done(), Ok(()));
            unfinished -= 1;
        }
    }
    (0..unfinished).for_each(|_| queue.task_done().expect("one is unfinished"));
    assert_eq!((queue.task_done(), queue.try_join()), (Err(TooManyTaskDone), Ok(())));
}

#[test]
fn rings_of_any_size_go_round() {
    for capacity in CAPACITIES {
        for wrap in WRAPS {
            goes_round(Some(capacity), wrap, |item| item);
        }
    }
}

#[test]
fn blocks_follow_each_other() {
    for wrap in (0..70).chain([310, 311, 1000]) {
        goes_round(None, wrap, |item| item);
    }
}

#[test]
fn items_without_a_size_and_large_ones() {
    for capacity in [Some(1), Some(2), Some(3), None] {
        goes_round(capacity, 40, |_| ());
        goes_round(capacity, 40, |item| [u8::try_from(item % 251).expect("small"); 1024]);
        goes_round(capacity, 40, |item| item.to_string());
    }
}

/// Counts its drops.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Of so many items, some are got; the others are dropped with the queue, or by a shutdown before.
#[track_caller]
fn drops_each_once(capacity: Option<usize>, put: usize, got: usize, shutdown: Option<Shutdown>) {
    let drops = Arc::new(AtomicUsize::new(0));
    let queue = AtomicQueue::wrapping_after(capacity, 40);
    for _ in 0..put {
        queue.put(Counted(Arc::clone(&drops))).expect("it is open");
    }
    let items: Vec<_> = (0..got).map(|_| queue.get().expect("it is there")).collect();
    if let Some(mode) = shutdown {
        queue.shutdown(mode);
        queue.shutdown(mode);
    }
    let dropped = if shutdown == Some(Shutdown::Immediate) { put - got } else { 0 };
    assert_eq!(drops.load(Ordering::Relaxed), dropped, "{capacity:?}: {got} of {put}");
    assert_eq!((queue.len(), queue.unfinished()), (put - got - dropped, put - dropped));
    drop(queue);
    assert_eq!(drops.load(Ordering::Relaxed), put - got, "{capacity:?}: {got} of {put}");
    drop(items);
    assert_eq!(drops.load(Ordering::Relaxed), put);
}

#[test]
fn each_is_dropped_once() {
    for shutdown in [None, Some(Shutdown::Graceful), Some(Shutdown::Immediate)] {
        for put in [0, 1, 2, 30, 31, 32, 33, 62, 63, 100] {
            for got in [0, 1, 29, 30, 31, 32, 61, 62, 100] {
                drops_each_once(None, put, got.min(put), shutdown);
                drops_each_once(Some(100), put, got.min(put), shutdown);
                drops_each_once(Some(put.max(1)), put, got.min(put), shutdown);
            }
        }
    }
}

/// Uses its queue in every way when it is dropped.
struct Curious(Weak<AtomicQueue<Curious>>);

impl Drop for Curious {
    fn drop(&mut self) {
        let Some(queue) = self.0.upgrade() else { return };
        assert!(queue.is_shutdown());
        assert_eq!((queue.len(), queue.unfinished()), (0, 0));
        assert!(queue.put(Curious(Weak::new())).is_err());
        assert_eq!(queue.get().err(), Some(GetError));
        assert_eq!(queue.task_done(), Err(TooManyTaskDone));
        queue.join();
        queue.shutdown(Shutdown::Immediate);
    }
}

#[test]
fn a_destructor_may_use_the_queue() {
    for capacity in [Some(3), None] {
        let queue = Arc::new(AtomicQueue::new(capacity));
        for _ in 0..3 {
            queue.put(Curious(Arc::downgrade(&queue))).expect("it is open");
        }
        queue.shutdown(Shutdown::Immediate);
        drop(queue.put(Curious(Arc::downgrade(&queue))));
    }
}

/// Reports may come before the shutdown that drops their items: the count stays at none.
#[test]
fn dropped_items_that_were_reported_before() {
    for capacity in [Some(4), None] {
        for (put, got, done) in [(3, 0, 2), (3, 1, 3), (4, 2, 1), (4, 4, 4), (1, 0, 0)] {
            let queue = AtomicQueue::new(capacity);
            (0..put).for_each(|item| queue.put(item).expect("it is open"));
            (0..got).for_each(|item| assert_eq!(queue.get(), Ok(item)));
            (0..done).for_each(|_| queue.task_done().expect("it was put"));
            queue.shutdown(Shutdown::Immediate);
            let left = usize::try_from(got - done).unwrap_or(0);
            assert_eq!(queue.unfinished(), left, "{put} put, {got} got, {done} done");
            (0..left).for_each(|_| queue.task_done().expect("it is in flight"));
            assert_eq!((queue.task_done(), queue.try_join()), (Err(TooManyTaskDone), Ok(())));
            assert_eq!((queue.put(9), queue.get()), (Err(PutError(9)), Err(GetError)));
        }
    }
}

#[test]
fn graceful_then_immediate_then_graceful() {
    for capacity in [Some(2), None] {
        let queue = AtomicQueue::new(capacity);
        queue.put(1).expect("it is open");
        queue.put(2).expect("it is open");
        queue.shutdown(Shutdown::Graceful);
        assert_eq!((queue.get(), queue.try_put(3)), (Ok(1), Err(TryPutError::ShutDown(3))));
        assert_eq!((queue.len(), queue.unfinished()), (1, 2));
        queue.shutdown(Shutdown::Immediate);
        queue.shutdown(Shutdown::Graceful);
        assert_eq!((queue.try_get(), queue.len()), (Err(TryGetError::ShutDown), 0));
        assert_eq!((queue.unfinished(), queue.is_shutdown()), (1, true));
    }
}

#[test]
fn timeouts_of_every_length() {
    let soon = Duration::from_millis(1);
    for capacity in [Some(1), None] {
        let queue = AtomicQueue::new(capacity);
        assert_eq!(queue.get_timeout(Duration::ZERO), Err(TryGetError::Empty));
        assert_eq!(queue.get_timeout(soon), Err(TryGetError::Empty));
        assert_eq!(queue.put_timeout(1, Duration::MAX), Ok(()));
        assert_eq!(queue.join_timeout(Duration::ZERO), Err(JoinTimeoutError));
        assert_eq!(queue.join_timeout(soon), Err(JoinTimeoutError));
        if capacity.is_some() {
            assert_eq!(queue.put_timeout(2, Duration::ZERO), Err(TryPutError::Full(2)));
            assert_eq!(queue.put_timeout(2, soon), Err(TryPutError::Full(2)));
        }
        assert_eq!(queue.get_timeout(Duration::MAX), Ok(1));
        assert_eq!(queue.task_done(), Ok(()));
        assert_eq!(queue.join_timeout(Duration::MAX), Ok(()));
        queue.shutdown(Shutdown::Graceful);
        assert_eq!(queue.get_timeout(Duration::MAX), Err(TryGetError::ShutDown));
        assert_eq!(queue.put_timeout(3, Duration::MAX), Err(TryPutError::ShutDown(3)));
    }
}

#[test]
fn room_for_nothing() {
    let made = std::panic::catch_unwind(|| AtomicQueue::<u8>::bounded(0));
    assert!(made.is_err(), "nothing could ever be put");
}
