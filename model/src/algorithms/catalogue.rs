//! Every model by name, ready to be checked or explored: the designs in a standard pool, and their
//! twins.

use super::asyncio::Asyncio;
use super::monitor::{Granularity, Monitor};
use super::multiprocessing::Multiprocessing;
use super::ring::Ring;
use super::{Algorithm, Twin, asyncio, monitor, multiprocessing, ring};
use crate::pools::{standard, with_client};
use crate::refinement::Checked;
use crate::{Clients, Pool};
use spec::{ClauseId, Discipline, MomentaryZero, Op, Shutdown};
use stateright::{Checker, Expectation, HasDiscoveries, Model};
use std::fmt::Debug;
use std::hash::Hash;
use std::net::SocketAddr;

/// A model.
pub struct Entry {
    /// `monitor`, or `monitor/silent-put` for a twin.
    pub name: String,
    /// What it is, or what is wrong with it.
    pub about: String,
    /// The clause that a twin breaks.
    pub breaks: Option<ClauseId>,
    check: Box<dyn Fn() -> Report>,
    explore: Box<dyn Fn(SocketAddr)>,
}

/// What a check has found.
#[derive(Clone, Debug)]
pub struct Report {
    /// How many states were looked at.
    pub states: usize,
    /// The length of the longest path.
    pub depth: usize,
    /// What came of each property.
    pub properties: Vec<Judged>,
}

/// What came of a property.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The property.
    pub name: &'static str,
    /// Whether it has to hold always, or to come up sometimes.
    pub expectation: Expectation,
    /// The steps to a state in which it fails, or comes up; `None` if there is none.
    pub path: Option<Vec<String>>,
}

impl Judged {
    /// Whether the property is refuted.
    pub fn fails(&self) -> bool {
        self.path.is_some() && self.expectation != Expectation::Sometimes
    }
}

impl Entry {
    /// Looks at every state; at those of a twin until something fails.
    pub fn check(&self) -> Report {
        (self.check)()
    }

    /// Serves stateright's Explorer, for as long as the program runs.
    ///
    /// # Panics
    ///
    /// If the address cannot be listened on.
    pub fn explore(&self, address: SocketAddr) {
        (self.explore)(address);
    }
}

/// Every model: the clients on the sequential specification, the designs, the twins.
pub fn all() -> Vec<Entry> {
    let clients = Clients { scenario: standard(Some(1)), momentary_zero: MomentaryZero::MayMiss };
    let about = "clients on the sequential specification".to_string();
    let mut all = vec![entry("clients".to_string(), about, None, clients)];
    all.extend(designs());
    all.extend(twins::<monitor::Defect>("monitor"));
    all.extend(twins::<asyncio::Defect>("asyncio"));
    all.extend(twins::<multiprocessing::Defect>("multiprocessing"));
    all.extend(twins::<ring::Defect>("ring"));
    all
}

fn designs() -> [Entry; 7] {
    let monitor = Monitor::new((2, 2), 2, 2, 1);
    let coarse = Monitor { granularity: Granularity::Coarse, ..monitor };
    let asyncio = Asyncio { scenario: standard(Some(1)), cancellations: 0, defect: None };
    let ops = [Op::Shutdown(Shutdown::Graceful)];
    let closed = with_client(standard(Some(1)), "closer", &ops);
    let multiprocessing = Multiprocessing { scenario: standard(Some(1)), defect: None };
    let few = Pool { producers: 1, puts: 2, workers: 2, joiners: 1, capacity: Some(1) };
    let design = |name: &str, about: &str| (name.to_string(), about.to_string());
    [
        of(design("monitor", "one mutex, three condition variables: queue.Queue"), monitor),
        of(design("monitor-coarse", "the same, a critical section at a time"), coarse),
        of(design("asyncio", "futures and an event: asyncio.Queue"), asyncio.clone()),
        of(
            design("asyncio-cancelled", "the same, with one cancellation"),
            Asyncio { cancellations: 1, ..asyncio.clone() },
        ),
        of(
            design("asyncio-shutdown", "the same, with a graceful shutdown"),
            Asyncio { scenario: closed, ..asyncio },
        ),
        of(
            design("multiprocessing", "a buffer, a feeder, a pipe: multiprocessing.JoinableQueue"),
            multiprocessing,
        ),
        of(
            design("ring", "a lock-free ring with parking (one producer, one joiner)"),
            Ring::new(few.scenario(Discipline::Fifo)),
        ),
    ]
}

fn of<A: Algorithm>((name, about): (String, String), design: A) -> Entry {
    entry(name, about, None, Checked(design))
}

fn twins<D: Twin>(design: &str) -> impl Iterator<Item = Entry> {
    D::ALL.iter().map(move |defect| {
        let name = format!("{design}/{}", kebab(&format!("{defect:?}")));
        entry(name, defect.to_string(), Some(defect.breaks()), Checked(defect.twin()))
    })
}

/// `SilentPut` as `silent-put`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for (at, letter) in name.char_indices() {
        if at > 0 && letter.is_uppercase() {
            kebab.push('-');
        }
        kebab.extend(letter.to_lowercase());
    }
    kebab
}

fn entry<M>(name: String, about: String, breaks: Option<ClauseId>, model: M) -> Entry
where
    M: Model + Clone + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + Debug + PartialEq + Send + Sync + 'static,
{
    let explored = model.clone();
    let is_twin = breaks.is_some();
    Entry {
        name,
        about,
        breaks,
        check: Box::new(move || check(&model, is_twin)),
        explore: Box::new(move |address| drop(explored.clone().checker().serve(address))),
    }
}

fn check<M>(model: &M, is_twin: bool) -> Report
where
    M: Model + Clone + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + Debug + PartialEq + Send + Sync + 'static,
{
    let enough = if is_twin { HasDiscoveries::AnyFailures } else { HasDiscoveries::All };
    let checker = model.clone().checker().finish_when(enough).spawn_bfs().join();
    let mut paths = checker.discoveries();
    let judged = |property: stateright::Property<M>| Judged {
        name: property.name,
        path: paths.remove(property.name).map(|path| {
            let steps = path.into_actions();
            steps.iter().map(|step| model.format_action(step)).collect()
        }),
        expectation: property.expectation,
    };
    let properties = model.properties().into_iter().map(judged).collect();
    Report { states: checker.unique_state_count(), depth: checker.max_depth(), properties }
}
