//! What is verified: pools, answers at once and shutdowns, by single accesses and by attempts.

use super::Ring;
use crate::Pool;
use crate::algorithms::defects::{
    DONE, GET, GRACEFUL, IMMEDIATE, JOIN, TRY_GET, clients, put, try_put,
};
use crate::algorithms::verified::{Row, Table, Verified, name};
use crate::pools::with_client;
use spec::{Discipline, Op, Scenario};

impl Verified for Ring {
    const ABOUT: &'static str = "\
## The ring

*By accesses*, one atomic memory access is one step; *by attempts*, all accesses of an attempt are.
Where a row has no title, it says what each client calls. States that differ in the names of like
clients are one.
";

    fn small() -> Table<Self> {
        table([pools(), at_once(), shut(GRACEFUL), shut(IMMEDIATE), shut_in_other_ways()].concat())
    }

    fn large() -> Table<Self> {
        table(vec![
            by_accesses(pool((2, 2, 2, 0, 1))),
            by_accesses(pool((2, 2, 2, 0, 2))),
            by_accesses(closed((2, 1, 2, 1, 1), GRACEFUL)),
            by_accesses(closed((2, 1, 2, 1, 1), IMMEDIATE)),
            by_attempts(pool((2, 2, 2, 1, 1))),
            by_attempts(pool((2, 2, 2, 1, 2))),
            by_attempts(pool((2, 2, 2, 2, 1))),
            by_attempts(pool((2, 2, 2, 2, 2))),
            by_attempts(closed((2, 2, 2, 1, 1), GRACEFUL)),
            by_attempts(closed((2, 2, 2, 1, 2), GRACEFUL)),
            by_attempts(closed((2, 2, 2, 0, 1), IMMEDIATE)),
            by_attempts(closed((2, 2, 2, 0, 2), IMMEDIATE)),
            by_attempts(closed((2, 2, 2, 1, 1), IMMEDIATE)),
            by_attempts(closed((2, 2, 2, 1, 2), IMMEDIATE)),
        ])
    }
}

fn pools() -> Vec<Row<Ring>> {
    vec![
        by_accesses(pool((1, 1, 1, 1, 1))),
        by_accesses(pool((1, 2, 1, 1, 1))),
        by_accesses(pool((1, 2, 1, 1, 2))),
        by_accesses(pool((2, 1, 2, 1, 1))),
        by_accesses(pool((2, 1, 2, 1, 2))),
        by_both(pool((1, 2, 2, 2, 1))),
        by_attempts(pool((2, 2, 2, 0, 1))),
        by_attempts(pool((2, 2, 2, 0, 2))),
        by_accesses(clients(2, &[&[put(1)], &[put(2)]])),
    ]
}

fn at_once() -> Vec<Row<Ring>> {
    let (one, other): (&[Op], &[Op]) = (&[put(1), try_put(2)], &[put(3), try_put(4)]);
    let work: &[Op] = &[TRY_GET, DONE];
    vec![
        by_accesses(clients(1, &[one, other, work, work])),
        by_accesses(clients(2, &[one, &[TRY_GET, try_put(3), TRY_GET], &[GET]])),
    ]
}

fn shut(shutdown: Op) -> Vec<Row<Ring>> {
    let (one, two, work): (&[Op], &[Op], &[Op]) = (&[put(1)], &[put(1), put(2)], &[GET, DONE]);
    // The producer reports tasks that nobody has got.
    let early: &[Op] = &[put(1), try_put(2), DONE];
    let end: &[Op] = &[shutdown];
    vec![
        by_accesses(clients(1, &[two, work, &[JOIN], end])),
        by_accesses(clients(1, &[one, work, work, &[JOIN], end])),
        by_accesses(clients(1, &[one, &[try_put(2)], &[TRY_GET], end])),
        by_accesses(clients(2, &[early, work, &[JOIN], end])),
    ]
}

fn shut_in_other_ways() -> Vec<Row<Ring>> {
    let work: &[Op] = &[GET, DONE];
    let (one, other): (&[Op], &[Op]) = (&[put(1), put(2)], &[put(3), put(4)]);
    let both: [&[Op]; 6] = [&[put(1)], &[put(2)], work, work, &[GRACEFUL], &[IMMEDIATE]];
    vec![
        by_accesses(clients(2, &[&[put(1), put(2), DONE], &[GET], &[JOIN], &[IMMEDIATE]])),
        by_accesses(clients(1, &[&[put(1), try_put(2)], work, &[GRACEFUL], &[IMMEDIATE]])),
        by_attempts(clients(1, &[one, other, work, work, &[GRACEFUL]])),
        by_attempts(clients(1, &both)),
    ]
}

/// Producers, puts, workers, joiners, capacity.
type Size = (u32, u32, u32, u32, usize);

fn pool((producers, puts, workers, joiners, capacity): Size) -> Scenario {
    let pool = Pool { producers, puts, workers, joiners, capacity: Some(capacity) };
    pool.scenario(Discipline::Fifo)
}

fn closed(size: Size, shutdown: Op) -> Scenario {
    with_client(pool(size), "closer", &[shutdown])
}

fn by_accesses(scenario: Scenario) -> Row<Ring> {
    Row { name: name(&scenario), designs: vec![Some(Ring::new(scenario)), None] }
}

fn by_attempts(scenario: Scenario) -> Row<Ring> {
    Row { name: name(&scenario), designs: vec![None, Some(Ring::new(scenario).merged())] }
}

fn by_both(scenario: Scenario) -> Row<Ring> {
    let name = name(&scenario);
    let ring = Ring::new(scenario);
    Row { name, designs: vec![Some(ring.clone()), Some(ring.merged())] }
}

fn table(rows: Vec<Row<Ring>>) -> Table<Ring> {
    Table { head: &["clients", "by accesses", "by attempts"], rows }
}
