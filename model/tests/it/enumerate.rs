//! Every scenario up to a bound, each once.

use spec::{Discipline, Item, Op, Scenario, Wait};
use std::collections::BTreeSet;
use taskdone_model::{Bounds, scenarios};

const PUT: Op = Op::Put(Item(0), Wait::Forever);
const GET: Op = Op::Get(Wait::Forever);

fn bounds(clients: usize, ops_max: usize, discipline: Discipline) -> Bounds {
    let alphabet = vec![PUT, GET, Op::TaskDone];
    Bounds { clients, ops_max, alphabet, discipline, capacities: vec![None] }
}

/// One representative of all scenarios that differ in the order of their clients only.
fn canonical(scenario: &Scenario) -> Vec<Vec<Op>> {
    let mut scripts: Vec<Vec<Op>> = scenario.clients.iter().map(|c| c.ops.clone()).collect();
    for op in scripts.iter_mut().flatten() {
        if let Op::Put(item, _) = op {
            *item = Item(0);
        }
    }
    scripts.sort();
    scripts
}

#[test]
fn each_once_up_to_the_order_of_clients() {
    for (clients, ops_max) in [(1, 3), (2, 1), (2, 2), (3, 1), (3, 2)] {
        let all: Vec<Scenario> = scenarios(&bounds(clients, ops_max, Discipline::Fifo)).collect();
        let distinct: BTreeSet<_> = all.iter().map(canonical).collect();
        assert_eq!(distinct.len(), all.len(), "{clients} clients, {ops_max} operations");
        // Multisets of size `clients` of the scripts with 1 to `ops_max` of 3 operations.
        let scripts: usize =
            (1..=ops_max).map(|n| 3_usize.pow(u32::try_from(n).expect("few"))).sum();
        let multisets = (0..clients).fold(1, |product, i| product * (scripts + i) / (i + 1));
        assert_eq!(all.len(), multisets, "{clients} clients, {ops_max} operations");
    }
}

#[test]
fn items_are_numbered_in_order_or_in_every_order() {
    let numbers = |discipline| {
        let with_two = |scenario: &Scenario| scenario.clients.iter().all(|c| c.ops == [c.ops[0]]);
        let items = |scenario: Scenario| -> Vec<u32> {
            scenario.ops().filter_map(|(_, op)| op.item()).map(|item| item.0).collect()
        };
        let all: Vec<Scenario> = scenarios(&bounds(2, 1, discipline)).collect();
        let all = all.into_iter().filter(with_two).map(items);
        all.filter(|items| items.len() == 2).collect::<Vec<_>>()
    };
    assert_eq!(numbers(Discipline::Fifo), [[1, 2]]);
    assert_eq!(numbers(Discipline::Lifo), [[1, 2]]);
    assert_eq!(numbers(Discipline::Priority), [[1, 2], [2, 1]]);
}

#[test]
fn capacities_that_no_run_can_exceed_are_one() {
    let mut bounds = bounds(1, 3, Discipline::Fifo);
    bounds.capacities = vec![Some(1), Some(2), None];
    for puts in 0..=3 {
        let all = scenarios(&bounds);
        let with_puts = all.filter(|scenario| {
            scenario.clients[0].ops == vec![PUT; puts]
                || scenario.ops().filter(|(_, op)| op.item().is_some()).count() == puts
        });
        let capacities: BTreeSet<_> =
            with_puts.map(|scenario| scenario.constants.capacity).collect();
        let expected: &[Option<usize>] = match puts {
            0 | 1 => &[None],
            2 => &[None, Some(1)],
            _ => &[None, Some(1), Some(2)],
        };
        assert_eq!(capacities.into_iter().collect::<Vec<_>>(), expected, "{puts} puts");
    }
}
