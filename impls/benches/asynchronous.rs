//! `AsyncQueue` beside `async-channel` and tokio's `mpsc`, on tokio with one thread and with several:
//! how fast items pass from producers to consumers.
//!
//! The queue counts tasks all the while; the channels have no such thing. In each round of a cell
//! every contestant runs once, in turn, so that what disturbs the machine disturbs all of them; what
//! is printed is the median of the ratios to the queue's own rounds. Above 1.0 the queue is faster.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};
use taskdone_impls::{AsyncQueue, Fifo, JoinableQueue, Shutdown};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

const ROUNDS: usize = 9;
const ITEMS: u32 = 24_000;
const WORKER_THREADS: usize = 2;
const CAPACITIES: [Option<usize>; 4] = [Some(1), Some(64), Some(1024), None];
/// Producers and consumers.
const SHAPES: [(u32, usize); 4] = [(1, 1), (1, 4), (4, 1), (4, 4)];

fn main() {
    let single = Builder::new_current_thread().build().expect("a runtime");
    let mut several = Builder::new_multi_thread();
    let several = several.worker_threads(WORKER_THREADS).build().expect("a runtime");
    println!(
        "items per second of AsyncQueue, and its ratio to others (median of {ROUNDS} rounds)\n"
    );
    println!(
        "| runtime | bytes | producers:consumers | capacity | AsyncQueue | async-channel | tokio mpsc |"
    );
    println!("|---|---|---|---|---|---|---|");
    let (mut to_channel, mut to_mpsc) = (Vec::new(), Vec::new());
    for (runtime, name) in [(&single, "1 thread"), (&several, "2 threads")] {
        for shape in SHAPES {
            for capacity in CAPACITIES {
                let cells =
                    [cell::<1>(runtime, shape, capacity), cell::<8>(runtime, shape, capacity)];
                for (cell, bytes) in cells.iter().zip([8, 64]) {
                    println!("{}", row(cell, name, bytes, shape, capacity));
                    to_channel.push(cell.to_channel);
                    to_mpsc.extend(cell.to_mpsc);
                }
            }
        }
    }
    for (name, mut ratios) in [("async-channel", to_channel), ("tokio mpsc", to_mpsc)] {
        let slower = ratios.iter().filter(|ratio| **ratio < 1.0).count();
        println!(
            "\n{name}: median {:.2} over {} cells, {slower} below 1.0, least {:.2}",
            median(&mut ratios),
            ratios.len(),
            ratios[0]
        );
    }
}

/// What came of one cell.
struct Cell {
    per_second: f64,
    to_channel: f64,
    /// A receiver of tokio's is not shared.
    to_mpsc: Option<f64>,
}

fn cell<const N: usize>(runtime: &Runtime, shape: (u32, usize), capacity: Option<usize>) -> Cell {
    let (mut own, mut to_channel, mut to_mpsc) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let queue = pass::<Own<N>, N>(runtime, shape, capacity).as_secs_f64();
        let channel = pass::<AsyncChannel<N>, N>(runtime, shape, capacity).as_secs_f64();
        let mpsc =
            (shape.1 == 1).then(|| pass::<Mpsc<N>, N>(runtime, shape, capacity).as_secs_f64());
        // The first round warms up.
        if round > 0 {
            own.push(queue);
            to_channel.push(channel / queue);
            to_mpsc.extend(mpsc.map(|mpsc| mpsc / queue));
        }
    }
    let to_mpsc = (!to_mpsc.is_empty()).then(|| median(&mut to_mpsc));
    Cell {
        per_second: f64::from(ITEMS) / median(&mut own),
        to_channel: median(&mut to_channel),
        to_mpsc,
    }
}

fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

fn row(
    cell: &Cell,
    runtime: &str,
    bytes: usize,
    (producers, consumers): (u32, usize),
    capacity: Option<usize>,
) -> String {
    let capacity = capacity.map_or("none".to_string(), |capacity| capacity.to_string());
    let mut row = format!("| {runtime} | {bytes} | {producers}:{consumers} | {capacity} ");
    let _ = write!(row, "| {:.1} M | {:.2} ", cell.per_second / 1e6, cell.to_channel);
    row + &cell.to_mpsc.map_or("| |".to_string(), |ratio| format!("| {ratio:.2} |"))
}

/// How long it takes until all items have passed.
fn pass<C: Contestant<N>, const N: usize>(
    runtime: &Runtime,
    (producers, consumers): (u32, usize),
    capacity: Option<usize>,
) -> Duration {
    let (sender, receivers) = C::open(capacity, consumers);
    let each = ITEMS / producers; // without a remainder, as is checked below
    let began = Instant::now();
    let received = runtime.block_on(async {
        let consumers = receivers.into_iter().map(|mut receiver| {
            tokio::spawn(async move {
                let mut received = 0;
                while let Some(item) = C::receive(&mut receiver).await {
                    received += std::hint::black_box(item)[0];
                }
                received
            })
        });
        let consumers: Vec<_> = consumers.collect();
        for _ in 0..producers {
            let sender = sender.clone();
            tokio::spawn(async move {
                for _ in 0..each {
                    C::send(&sender, [1; N]).await;
                }
            });
        }
        drop(sender);
        let mut received = 0;
        for consumer in consumers {
            received += consumer.await.expect("it does not panic");
        }
        received
    });
    assert_eq!(received, u64::from(ITEMS));
    began.elapsed()
}

/// Something that items of `N` words pass through; dropping the last sender closes it.
trait Contestant<const N: usize> {
    type Sender: Clone + Send + Sync + 'static;
    type Receiver: Send + 'static;

    fn open(capacity: Option<usize>, receivers: usize) -> (Self::Sender, Vec<Self::Receiver>);
    fn send(sender: &Self::Sender, item: [u64; N]) -> impl Future<Output = ()> + Send;
    fn receive(receiver: &mut Self::Receiver) -> impl Future<Output = Option<[u64; N]>> + Send;
}

struct Own<const N: usize>;

struct CloseOnDrop<const N: usize>(Arc<AsyncQueue<[u64; N]>>);

impl<const N: usize> Drop for CloseOnDrop<N> {
    fn drop(&mut self) {
        self.0.shutdown(Shutdown::Graceful);
    }
}

impl<const N: usize> Contestant<N> for Own<N> {
    type Sender = Arc<CloseOnDrop<N>>;
    type Receiver = Arc<AsyncQueue<[u64; N]>>;

    fn open(capacity: Option<usize>, receivers: usize) -> (Self::Sender, Vec<Self::Receiver>) {
        let queue = Arc::new(AsyncQueue::<_, Fifo<_>>::new(capacity));
        let receivers = (0..receivers).map(|_| Arc::clone(&queue)).collect();
        (Arc::new(CloseOnDrop(queue)), receivers)
    }

    async fn send(sender: &Self::Sender, item: [u64; N]) {
        sender.0.put(item).await.expect("it is open");
    }

    async fn receive(receiver: &mut Self::Receiver) -> Option<[u64; N]> {
        receiver.get().await.ok()
    }
}

struct AsyncChannel<const N: usize>;

impl<const N: usize> Contestant<N> for AsyncChannel<N> {
    type Sender = async_channel::Sender<[u64; N]>;
    type Receiver = async_channel::Receiver<[u64; N]>;

    fn open(capacity: Option<usize>, receivers: usize) -> (Self::Sender, Vec<Self::Receiver>) {
        let (sender, receiver) =
            capacity.map_or_else(async_channel::unbounded, async_channel::bounded);
        (sender, vec![receiver; receivers])
    }

    async fn send(sender: &Self::Sender, item: [u64; N]) {
        sender.send(item).await.expect("it is open");
    }

    async fn receive(receiver: &mut Self::Receiver) -> Option<[u64; N]> {
        receiver.recv().await.ok()
    }
}

struct Mpsc<const N: usize>;

#[derive(Clone)]
enum MpscSender<T> {
    Bounded(mpsc::Sender<T>),
    Unbounded(mpsc::UnboundedSender<T>),
}

enum MpscReceiver<T> {
    Bounded(mpsc::Receiver<T>),
    Unbounded(mpsc::UnboundedReceiver<T>),
}

impl<const N: usize> Contestant<N> for Mpsc<N> {
    type Sender = MpscSender<[u64; N]>;
    type Receiver = MpscReceiver<[u64; N]>;

    fn open(capacity: Option<usize>, _: usize) -> (Self::Sender, Vec<Self::Receiver>) {
        if let Some(capacity) = capacity {
            let (sender, receiver) = mpsc::channel(capacity);
            return (MpscSender::Bounded(sender), vec![MpscReceiver::Bounded(receiver)]);
        }
        let (sender, receiver) = mpsc::unbounded_channel();
        (MpscSender::Unbounded(sender), vec![MpscReceiver::Unbounded(receiver)])
    }

    async fn send(sender: &Self::Sender, item: [u64; N]) {
        match sender {
            MpscSender::Bounded(sender) => sender.send(item).await.expect("it is open"),
            MpscSender::Unbounded(sender) => sender.send(item).expect("it is open"),
        }
    }

    async fn receive(receiver: &mut Self::Receiver) -> Option<[u64; N]> {
        match receiver {
            MpscReceiver::Bounded(receiver) => receiver.recv().await,
            MpscReceiver::Unbounded(receiver) => receiver.recv().await,
        }
    }
}
