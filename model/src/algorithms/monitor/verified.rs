#![doc = include_str!("../../../COUNTS.md")]

use super::{Granularity, Monitor, Owner, Wakes};
use crate::refinement::Checked;
use spec::{Constants, Discipline, Shutdown};
use stateright::{Checker, Expectation, Model};
use std::collections::BTreeSet;
use std::fmt;

/// What an exhaustive search has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The `always` properties that fail in some state.
    pub fails: BTreeSet<&'static str>,
    /// The `sometimes` properties that hold in some state.
    pub reaches: BTreeSet<&'static str>,
}

/// Looks at every state: the number of states, and the verdict.
pub fn search(monitor: Monitor) -> (usize, Verdict) {
    let model = Checked(monitor);
    let properties = model.properties();
    let checker = model.checker().spawn_dfs().join();
    let found = checker.discoveries();
    let (fails, reaches): (Vec<_>, Vec<_>) = properties
        .iter()
        .filter(|property| found.contains_key(property.name))
        .partition(|property| property.expectation == Expectation::Always);
    let names = |properties: Vec<&stateright::Property<_>>| {
        properties.into_iter().map(|property| property.name).collect()
    };
    (checker.unique_state_count(), Verdict { fails: names(fails), reaches: names(reaches) })
}

/// The same monitor without and with reductions: fine, fine with symmetry, coarse, coarse with
/// symmetry.
pub fn reductions(monitor: Monitor) -> [Monitor; 4] {
    let fine = Monitor { granularity: Granularity::Fine, symmetry: false, ..monitor };
    let coarse = Monitor { granularity: Granularity::Coarse, ..fine };
    [fine, Monitor { symmetry: true, ..fine }, coarse, Monitor { symmetry: true, ..coarse }]
}

/// What is verified with and without reductions, by every test run.
pub fn small() -> Vec<Monitor> {
    let one = Monitor::new((2, 2), 2, 2, 1);
    let two = Monitor::new((2, 2), 2, 2, 2);
    let early = Owner::ReportsEarly(Shutdown::Immediate);
    let all = Monitor { timed: 1, ..any(ends(Monitor { joiners: 1, ..one }, early)) };
    vec![
        one,
        lifo(one),
        two,
        lifo(two),
        any(one),
        Monitor { timed: 1, ..one },
        Monitor { timed: 1, ..any(one) },
        ends(one, Owner::ShutsDown(Shutdown::Graceful)),
        ends(one, Owner::ShutsDown(Shutdown::Immediate)),
        ends(one, early),
        ends(lifo(two), Owner::ReportsEarly(Shutdown::Graceful)),
        all,
    ]
}

/// What is verified with both reductions, by the long run.
pub fn large() -> Vec<Monitor> {
    let pool = Monitor::new((3, 2), 3, 2, 2);
    let all = Monitor { timed: 1, ..any(ends(pool, Owner::ReportsEarly(Shutdown::Immediate))) };
    let long = Monitor { puts: 3, ..pool };
    let large = vec![
        pool,
        lifo(pool),
        Monitor::new((4, 2), 3, 2, 2),
        long,
        lifo(long),
        any(long),
        ends(long, Owner::ShutsDown(Shutdown::Graceful)),
        ends(long, Owner::ShutsDown(Shutdown::Immediate)),
        ends(long, Owner::ReportsEarly(Shutdown::Immediate)),
        Monitor { timed: 1, ..pool },
        Monitor { timed: 2, ..pool },
        Monitor { timed: 1, ..any(pool) },
        all,
    ];
    large.into_iter().map(|monitor| reductions(monitor)[3]).collect()
}

fn lifo(monitor: Monitor) -> Monitor {
    Monitor { queue: Constants { discipline: Discipline::Lifo, ..monitor.queue }, ..monitor }
}

/// As POSIX has it: any waiter may be woken, with or without a reason.
fn any(monitor: Monitor) -> Monitor {
    Monitor { wakes: Wakes::Any, spurious: true, ..monitor }
}

fn ends(monitor: Monitor, owner: Owner) -> Monitor {
    Monitor { owner, ..monitor }
}

/// A row of the table of this module: the monitor, and the numbers of states.
pub fn row(monitor: &Monitor, states: &[usize]) -> String {
    let states: Vec<String> = states.iter().map(|states| grouped(*states)).collect();
    format!("| {monitor} | {} |\n", states.join(" | "))
}

/// A number with a comma before every three digits.
fn grouped(number: usize) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1_000), number % 1_000),
    }
}

/// Everything but the reductions and the defect.
impl fmt::Display for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Monitor { producers, puts, workers, joiners, .. } = self;
        let discipline = match self.queue.discipline {
            Discipline::Fifo => "fifo",
            Discipline::Lifo => "lifo",
            Discipline::Priority => "priority",
        };
        write!(f, "{producers} × {puts}, {workers}, {joiners}; {discipline}")?;
        if let Some(capacity) = self.queue.capacity {
            write!(f, " of {capacity}")?;
        }
        if self.wakes == Wakes::Any {
            f.write_str("; any waiter")?;
        }
        if self.spurious {
            f.write_str("; spurious wake-ups")?;
        }
        if self.timed > 0 {
            write!(f, "; {} timed", self.timed)?;
        }
        let (early, mode) = match self.owner {
            Owner::Absent => return Ok(()),
            Owner::ShutsDown(mode) => ("", mode),
            Owner::ReportsEarly(mode) => ("early report, ", mode),
        };
        let mode = if mode == Shutdown::Graceful { "graceful" } else { "immediate" };
        write!(f, "; {early}{mode} shutdown")
    }
}
