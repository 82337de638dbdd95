//! The queues and the channels behind one trait.

use crossbeam_utils::sync::WaitGroup;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use taskdone_impls::{AtomicQueue, JoinableQueue, MutexQueue};

/// What tells a consumer to end.
const END: u64 = u64::MAX;

/// Something that messages of `8 · W` bytes go through.
pub(crate) trait Contestant<const W: usize>: Sync {
    fn new(capacity: Option<usize>) -> Self;
    fn put(&self, item: u64);
    /// What a producer puts with.
    fn producer(&self) -> impl Fn(u64) {
        |item| self.put(item)
    }
    /// Takes one out, does whatever has to be done with it, and says whether there may be more.
    fn get_and_report(&self) -> bool;
    /// After the last put: lets the consumers end.
    fn finish(&self, consumers: usize) {
        (0..consumers).for_each(|_| self.put(END));
    }
}

pub(crate) struct Atomic<const W: usize>(AtomicQueue<[u64; W]>);
pub(crate) struct Locked<const W: usize>(MutexQueue<[u64; W]>);
pub(crate) struct Crossbeam<const W: usize>(Ends<[u64; W]>);
pub(crate) struct Flume<const W: usize>(flume::Sender<[u64; W]>, flume::Receiver<[u64; W]>);
pub(crate) struct AtomicJoined<const W: usize>(AtomicQueue<[u64; W]>);
pub(crate) struct CrossbeamWaited<const W: usize> {
    ends: Ends<([u64; W], Option<WaitGroup>)>,
    group: Mutex<Option<WaitGroup>>,
}

type Ends<T> = (crossbeam_channel::Sender<T>, crossbeam_channel::Receiver<T>);

fn crossbeam<T>(capacity: Option<usize>) -> Ends<T> {
    capacity.map_or_else(crossbeam_channel::unbounded, crossbeam_channel::bounded)
}

impl<const W: usize> Contestant<W> for Atomic<W> {
    fn new(capacity: Option<usize>) -> Self {
        Atomic(AtomicQueue::new(capacity))
    }

    fn put(&self, item: u64) {
        self.0.put([item; W]).expect("it is open");
    }

    fn get_and_report(&self) -> bool {
        self.0.get().expect("it is open")[0] != END
    }
}

impl<const W: usize> Contestant<W> for Locked<W> {
    fn new(capacity: Option<usize>) -> Self {
        Locked(MutexQueue::new(capacity))
    }

    fn put(&self, item: u64) {
        self.0.put([item; W]).expect("it is open");
    }

    fn get_and_report(&self) -> bool {
        self.0.get().expect("it is open")[0] != END
    }
}

impl<const W: usize> Contestant<W> for Crossbeam<W> {
    fn new(capacity: Option<usize>) -> Self {
        Crossbeam(crossbeam(capacity))
    }

    fn put(&self, item: u64) {
        self.0.0.send([item; W]).expect("it is open");
    }

    fn get_and_report(&self) -> bool {
        self.0.1.recv().expect("it is open")[0] != END
    }
}

impl<const W: usize> Contestant<W> for Flume<W> {
    fn new(capacity: Option<usize>) -> Self {
        let (sender, receiver) = capacity.map_or_else(flume::unbounded, flume::bounded);
        Flume(sender, receiver)
    }

    fn put(&self, item: u64) {
        self.0.send([item; W]).expect("it is open");
    }

    fn get_and_report(&self) -> bool {
        self.1.recv().expect("it is open")[0] != END
    }
}

impl<const W: usize> Contestant<W> for AtomicJoined<W> {
    fn new(capacity: Option<usize>) -> Self {
        AtomicJoined(AtomicQueue::new(capacity))
    }

    fn put(&self, item: u64) {
        self.0.put([item; W]).expect("it is open");
    }

    fn get_and_report(&self) -> bool {
        let item = self.0.get().expect("it is open");
        self.0.task_done().expect("it was put");
        item[0] != END
    }

    fn finish(&self, consumers: usize) {
        self.0.join();
        (0..consumers).for_each(|_| self.put(END));
    }
}

impl<const W: usize> Contestant<W> for CrossbeamWaited<W> {
    fn new(capacity: Option<usize>) -> Self {
        CrossbeamWaited { ends: crossbeam(capacity), group: Mutex::new(Some(WaitGroup::new())) }
    }

    fn put(&self, item: u64) {
        self.ends.0.send(([item; W], None)).expect("it is open");
    }

    fn producer(&self) -> impl Fn(u64) {
        let group = self.group.lock().expect("nobody panics").clone();
        move |item| self.ends.0.send(([item; W], group.clone())).expect("it is open")
    }

    fn get_and_report(&self) -> bool {
        let (item, group) = self.ends.1.recv().expect("it is open");
        drop(group);
        item[0] != END
    }

    fn finish(&self, consumers: usize) {
        let group = self.group.lock().expect("nobody panics").take();
        group.expect("the producers have clones").wait();
        (0..consumers).for_each(|_| self.put(END));
    }
}

/// What one would write without a queue at hand, with its notifications as they come.
pub(crate) struct Condvars<const W: usize> {
    items: Mutex<VecDeque<[u64; W]>>,
    not_empty: Condvar,
    not_full: Condvar,
    capacity: usize,
}

impl<const W: usize> Contestant<W> for Condvars<W> {
    fn new(capacity: Option<usize>) -> Self {
        Condvars {
            items: Mutex::new(VecDeque::new()),
            not_empty: Condvar::new(),
            not_full: Condvar::new(),
            capacity: capacity.unwrap_or(usize::MAX),
        }
    }

    fn put(&self, item: u64) {
        let items = self.items.lock().expect("nobody panics");
        let full = |items: &mut VecDeque<_>| items.len() >= self.capacity;
        let mut items = self.not_full.wait_while(items, full).expect("nobody panics");
        items.push_back([item; W]);
        self.not_empty.notify_one();
    }

    fn get_and_report(&self) -> bool {
        let items = self.items.lock().expect("nobody panics");
        let mut items = self.not_empty.wait_while(items, |q| q.is_empty()).expect("nobody panics");
        let item = items.pop_front().expect("it is not empty");
        self.not_full.notify_one();
        item[0] != END
    }
}
