//! What is verified: monitors that stay open or are shut down, as `CPython` and as POSIX wake.

use super::{Granularity, Monitor, Owner, Wakes};
use crate::algorithms::verified::{Row, Table, Verified};
use spec::{Constants, Discipline, Shutdown};
use std::fmt;

impl Verified for Monitor {
    const ABOUT: &'static str = "\
## The monitor: `queue.Queue`

A row is *producers × puts each, workers, joiners; discipline of capacity*, and what is switched on.
`any waiter`: a notification wakes any of the waiters, not the first one. `n timed`: the puts of n
producers and the gets of n workers have a timeout, which may fire whenever they wait.

*Fine* has one step each for lock, test, notify and unlock; *coarse* has one step for a critical
section; *symmetry* looks at one of the states that differ in the names of like threads.
";

    fn small() -> Table<Self> {
        let row = |monitor: Monitor| Row {
            name: monitor.to_string(),
            designs: reductions(monitor).map(Some).into(),
        };
        let head = &["monitor", "fine", "fine, symmetry", "coarse", "coarse, symmetry"];
        Table { head, rows: small().into_iter().map(row).collect() }
    }

    fn large() -> Table<Self> {
        let row = |monitor: Monitor| Row {
            name: monitor.to_string(),
            designs: vec![Some(reductions(monitor)[3])],
        };
        let head = &["monitor", "coarse, symmetry"];
        Table { head, rows: large().into_iter().map(row).collect() }
    }
}

/// The same monitor without and with reductions: fine, fine with symmetry, coarse, coarse with
/// symmetry.
pub fn reductions(monitor: Monitor) -> [Monitor; 4] {
    let fine = Monitor { granularity: Granularity::Fine, symmetry: false, ..monitor };
    let coarse = Monitor { granularity: Granularity::Coarse, ..fine };
    [fine, Monitor { symmetry: true, ..fine }, coarse, Monitor { symmetry: true, ..coarse }]
}

/// What is verified with and without reductions.
fn small() -> Vec<Monitor> {
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

/// What is verified with both reductions.
fn large() -> Vec<Monitor> {
    let pool = Monitor::new((3, 2), 3, 2, 2);
    let long = Monitor { puts: 3, ..pool };
    // As many items as a state can hold, and as many threads.
    let full = Monitor { puts: 5, ..pool };
    let early = Owner::ReportsEarly(Shutdown::Immediate);
    vec![
        pool,
        lifo(pool),
        Monitor::new((4, 2), 3, 2, 2),
        long,
        lifo(long),
        any(long),
        ends(full, Owner::ShutsDown(Shutdown::Graceful)),
        ends(full, Owner::ShutsDown(Shutdown::Immediate)),
        ends(full, early),
        Monitor { timed: 1, ..pool },
        Monitor { timed: 2, ..pool },
        Monitor { timed: 3, ..pool },
        Monitor { timed: 1, ..any(pool) },
        Monitor { timed: 2, ..any(pool) },
        Monitor { timed: 1, ..any(ends(pool, early)) },
        Monitor { timed: 2, ..any(ends(pool, early)) },
        Monitor { timed: 1, ..any(ends(long, early)) },
    ]
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
