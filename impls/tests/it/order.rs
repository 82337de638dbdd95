//! In which order items leave.

use taskdone_impls::{Fifo, JoinableQueue, Lifo, MutexQueue, Order, Priority};

#[track_caller]
fn check<O: Order<u32> + Send>(expected: [u32; 4]) {
    let queue = MutexQueue::<u32, O>::new(None);
    for item in [3, 1, 4, 2] {
        queue.put(item).expect("it is open");
    }
    assert_eq!([(); 4].map(|()| queue.get().expect("four were put")), expected);
}

#[test]
fn fifo() {
    check::<Fifo<u32>>([3, 1, 4, 2]);
}

#[test]
fn lifo() {
    check::<Lifo<u32>>([2, 4, 1, 3]);
}

#[test]
fn priority() {
    check::<Priority<u32>>([1, 2, 3, 4]);
}
