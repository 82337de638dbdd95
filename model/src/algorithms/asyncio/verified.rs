//! What is verified: pools whose tasks are cancelled, with and without a shutdown, and with
//! somebody who waits for nothing.

use super::Asyncio;
use crate::Pool;
use crate::algorithms::defects::{GRACEFUL, IMMEDIATE, TRY_GET, try_put};
use crate::algorithms::verified::{Row, Table, Verified, name};
use crate::pools::{standard, with_client};
use spec::{Discipline, Op, Scenario};
use std::ops::RangeInclusive;

impl Verified for Asyncio {
    const ABOUT: &'static str = "\
## `asyncio.Queue`

A column is the number of cancellations. A state is judged for progress when all have been used, so
each number counts for itself. Six tasks of a pool can wait, and each is cancelled once at most: so
with capacities 1 and 2, the pools hold for every number of cancellations. A *barger* waits for
nothing, and so comes in before those who were woken.
";

    fn small() -> Table<Self> {
        let row = |scenario, most: usize| row(&scenario, 0..=2, |number| number <= most);
        let rows = vec![
            row(standard(Some(1)), 2),
            row(standard(Some(2)), 2),
            row(standard(None), 1),
            row(closed(1, GRACEFUL), 1),
            row(closed(1, IMMEDIATE), 1),
            row(closed(2, GRACEFUL), 0),
            row(closed(2, IMMEDIATE), 0),
            row(barged(1), 0),
            row(barged(2), 0),
        ];
        Table { head: &["tasks", "none cancelled", "one", "two"], rows }
    }

    /// The numbers of cancellations that every test run leaves out.
    fn large() -> Table<Self> {
        let row = |scenario, least: usize| row(&scenario, 1..=6, |number| number >= least);
        let only = |numbers: &[usize], scenario| {
            self::row(&scenario, 1..=6, |number| numbers.contains(&number))
        };
        let closed_larger = |capacity, shutdown| {
            only(&[3, 6], with_client(larger(capacity), "closer", &[shutdown]))
        };
        let rows = vec![
            row(standard(Some(1)), 3),
            row(standard(Some(2)), 3),
            row(closed(1, GRACEFUL), 2),
            row(closed(1, IMMEDIATE), 2),
            row(closed(2, GRACEFUL), 1),
            row(closed(2, IMMEDIATE), 1),
            only(&[6], larger(1)),
            only(&[6], larger(2)),
            closed_larger(1, GRACEFUL),
            closed_larger(1, IMMEDIATE),
            closed_larger(2, GRACEFUL),
            closed_larger(2, IMMEDIATE),
        ];
        let head = &["tasks", "one cancelled", "two", "three", "four", "five", "six"];
        Table { head, rows }
    }
}

/// A column for each number of cancellations, and which of these are searched.
fn row(
    scenario: &Scenario,
    columns: RangeInclusive<usize>,
    is_searched: impl Fn(usize) -> bool,
) -> Row<Asyncio> {
    let design = |number| is_searched(number).then(|| cancelled(scenario, number));
    Row { name: name(scenario), designs: columns.map(design).collect() }
}

fn cancelled(scenario: &Scenario, cancellations: usize) -> Asyncio {
    Asyncio { scenario: scenario.clone(), cancellations, defect: None }
}

/// Three producers. Each search takes one to two minutes.
fn larger(capacity: usize) -> Scenario {
    let pool = Pool { producers: 3, puts: 2, workers: 2, joiners: 2, capacity: Some(capacity) };
    pool.scenario(Discipline::Fifo)
}

fn closed(capacity: usize, shutdown: Op) -> Scenario {
    with_client(standard(Some(capacity)), "closer", &[shutdown])
}

fn barged(capacity: usize) -> Scenario {
    with_client(standard(Some(capacity)), "barger", &[TRY_GET, try_put(5)])
}
