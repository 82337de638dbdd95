//! Random scenarios.

use spec::{Client, Constants, Discipline, Item, Op, Scenario};
use std::ops::RangeInclusive;

/// How large the scenarios are and what they are made of.
#[derive(Clone, Debug)]
pub struct Shape {
    /// How many clients.
    pub clients: RangeInclusive<usize>,
    /// How many operations each client calls.
    pub ops: RangeInclusive<usize>,
    /// What they may call, each as often as it should be likely. Numbers of items are ignored.
    pub alphabet: Vec<Op>,
    /// The order in which items leave.
    pub discipline: Discipline,
    /// The capacities to choose from.
    pub capacities: Vec<Option<usize>>,
}

/// Draws a scenario.
///
/// # Panics
///
/// If the shape leaves no capacity or no operation to choose from.
pub fn sample(shape: &Shape, rng: &mut fastrand::Rng) -> Scenario {
    let capacity = *rng.choice(&shape.capacities).expect("at least one capacity");
    let clients = rng.usize(shape.clients.clone());
    let mut scripts: Vec<Vec<Op>> = (0..clients)
        .map(|_| {
            let length = rng.usize(shape.ops.clone());
            let op = |_| *rng.choice(&shape.alphabet).expect("at least one operation");
            (0..length).map(op).collect()
        })
        .collect();
    number_items(&mut scripts, rng);
    let name = |(ops, name): (Vec<Op>, char)| Client { name: name.to_string(), ops };
    Scenario {
        title: String::new(),
        constants: Constants { discipline: shape.discipline, capacity },
        clients: scripts.into_iter().zip('a'..).map(name).collect(),
    }
}

/// Gives each put a number of its own, in random order, which matters to a priority queue.
fn number_items(scripts: &mut [Vec<Op>], rng: &mut fastrand::Rng) {
    let puts = scripts.iter_mut().flatten().filter_map(|op| match op {
        Op::Put(item, _) => Some(item),
        _ => None,
    });
    let puts: Vec<&mut Item> = puts.collect();
    let mut numbers: Vec<u32> = (1..).take(puts.len()).collect();
    rng.shuffle(&mut numbers);
    for (item, number) in puts.into_iter().zip(numbers) {
        *item = Item(number);
    }
}
