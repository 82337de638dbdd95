//! Every schedule of the ring: `cargo test --features explore`.

use ring::Ring;
use taskdone_explore::{
    Coverage, Event, Limits, Linearizable, Options, Program, Report, Sequential, merged, op,
};

#[global_allocator]
static ALLOCATOR: taskdone_explore::Allocator = taskdone_explore::Allocator;

/// What clients call: the number of the operation is its item, or `GET`.
const GET: u32 = 1_000;
const EMPTY: u64 = u64::MAX;
const CAPACITY: usize = 2;

/// What each client calls, one after the other.
struct Clients(Vec<Vec<u32>>);

impl Program for Clients {
    type Shared = Ring<u64>;

    fn clients(&self) -> usize {
        self.0.len()
    }

    fn setup(&self) -> Ring<u64> {
        Ring::new(CAPACITY)
    }

    fn client(&self, ring: &Ring<u64>, client: usize) {
        for call in &self.0[client] {
            op(*call, || match *call {
                GET => ring.try_get().unwrap_or(EMPTY),
                item => ring.try_put(item.into()).is_ok().into(),
            });
        }
    }
}

/// The specification: a list with room for two items.
impl Sequential for Clients {
    type State = Vec<u64>;

    fn start(&self) -> Vec<u64> {
        Vec::new()
    }

    fn answers(&self, items: &Vec<u64>, op: u32) -> Vec<(u64, Vec<u64>)> {
        match (op, items.split_first()) {
            (GET, None) => vec![(EMPTY, Vec::new())],
            (GET, Some((first, rest))) => vec![(*first, rest.to_vec())],
            _ if items.len() == CAPACITY => vec![(0, items.clone())],
            (item, _) => vec![(1, [&items[..], &[item.into()]].concat())],
        }
    }
}

fn explore(clients: &[&[u32]]) -> Report {
    let clients = Clients(clients.iter().map(|calls| calls.to_vec()).collect());
    let judge = Linearizable::new(&clients);
    merged(&clients, &judge, &Options::default(), &Limits::default(), &mut ()).expect("explorable")
}

#[test]
fn one_producer() {
    for clients in [&[&[1, 2, 3][..], &[GET, GET]][..], &[&[1, 2], &[GET], &[GET]]] {
        let report = explore(clients);
        assert_eq!((report.violation, report.coverage), (None, Coverage::Exhaustive));
    }
}

/// It is known of this queue: while a producer is between its claim and its store, a get finds the
/// queue empty although a later put has returned. It is not linearizable.
#[test]
fn a_stale_empty() {
    let execution = explore(&[&[1], &[2, GET]]).violation.expect("known").execution;
    assert_eq!(execution.schedule.to_string(), "0 0 0 1 1 1 1 1 1 1");
    let last = execution.events.last();
    assert_eq!(last, Some(&Event::Return { client: 1, op: GET, outcome: EMPTY }));
}

/// The same with getters and a put, which finds the queue full although a get has returned.
#[test]
fn a_stale_full() {
    let execution = explore(&[&[1, 2, 3], &[GET], &[GET]]).violation.expect("known").execution;
    assert_eq!(execution.schedule.context_switches(), 3);
    let last = execution.events.last();
    assert_eq!(last, Some(&Event::Return { client: 0, op: 3, outcome: 0 }));
}
