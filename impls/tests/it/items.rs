//! Every item is dropped exactly once, and its destructor may use the queue.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use taskdone_impls::{JoinableQueue, MutexQueue, Shutdown};

/// Counts its drops.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn each_is_dropped_once() {
    let drops = Arc::new(AtomicUsize::new(0));
    let dropped = || drops.load(Ordering::Relaxed);
    let item = || Counted(Arc::clone(&drops));
    let queue = MutexQueue::bounded(2);
    queue.put(item()).expect("there is room");
    queue.put(item()).expect("there is room");
    assert_eq!(dropped(), 0);
    drop(queue.try_put(item()));
    assert_eq!(dropped(), 1, "the refused one, which came back");
    drop(queue.get());
    assert_eq!(dropped(), 2, "the one that was got");
    queue.shutdown(Shutdown::Immediate);
    assert_eq!(dropped(), 3, "the one that was queued");
    drop(queue);
    assert_eq!(dropped(), 3);

    let queue = MutexQueue::unbounded();
    queue.put(item()).expect("it is open");
    drop(queue);
    assert_eq!(dropped(), 4, "the one that was queued when the queue was dropped");
}

/// Looks at its queue when it is dropped.
struct Curious(Weak<MutexQueue<Curious>>);

impl Drop for Curious {
    fn drop(&mut self) {
        if let Some(queue) = self.0.upgrade() {
            assert!(queue.is_shutdown());
            assert_eq!(queue.len(), 0);
        }
    }
}

#[test]
fn a_destructor_may_use_the_queue() {
    let queue = Arc::new(MutexQueue::unbounded());
    queue.put(Curious(Arc::downgrade(&queue))).expect("it is open");
    queue.shutdown(Shutdown::Immediate);
    drop(queue.put(Curious(Arc::downgrade(&queue))));
}

/// Cannot be compared with itself.
#[derive(PartialEq, Eq)]
struct Incomparable;

impl PartialOrd for Incomparable {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Incomparable {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        panic!("two of them were compared")
    }
}

/// The panic is the caller's; the queue goes on, and the item is in it.
#[test]
fn a_comparison_may_panic() {
    use taskdone_impls::Priority;
    let queue = MutexQueue::<_, Priority<_>>::new(None);
    queue.put(Incomparable).expect("it is open");
    let second = catch_unwind(AssertUnwindSafe(|| queue.put(Incomparable)));
    assert!(second.is_err());
    assert_eq!((queue.len(), queue.unfinished()), (2, 2));
    queue.shutdown(Shutdown::Immediate);
    queue.join();
}
