//! Every scenario up to a bound, up to renaming of threads and items.

use spec::{Client, Constants, Discipline, Item, Op, Scenario};

/// How large the scenarios may be.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// How many clients, exactly.
    pub clients: usize,
    /// How many operations each client calls at most; at least one.
    pub ops_max: usize,
    /// What they may call. The numbers of items are ignored.
    pub alphabet: Vec<Op>,
    /// The order in which items leave.
    pub discipline: Discipline,
    /// The capacities.
    pub capacities: Vec<Option<usize>>,
}

/// All scenarios within the bounds, each once.
///
/// Clients are interchangeable, so only one order of them is listed. The names of items carry no
/// meaning in fifo and lifo queues, so items are numbered in the order in which they stand in the
/// scenario; in a priority queue their order matters, so every numbering is listed. A capacity that
/// no run can exceed is the same as any larger one, so of those only the largest is listed.
pub fn scenarios(bounds: &Bounds) -> impl Iterator<Item = Scenario> + '_ {
    let scripts = scripts(&bounds.alphabet, bounds.ops_max);
    multisets(scripts.len(), bounds.clients).flat_map(move |chosen| {
        let ops: Vec<Vec<Op>> = chosen.iter().map(|script| scripts[*script].clone()).collect();
        let puts = ops.iter().flatten().filter(|op| op.item().is_some()).count();
        let mut scenarios = Vec::new();
        for numbers in numberings(bounds.discipline, puts) {
            for capacity in distinct(&bounds.capacities, puts) {
                let constants = Constants { discipline: bounds.discipline, capacity };
                scenarios.push(scenario(constants, &ops, &numbers));
            }
        }
        scenarios
    })
}

/// Every sequence of one to `ops_max` operations.
fn scripts(alphabet: &[Op], ops_max: usize) -> Vec<Vec<Op>> {
    let mut all: Vec<Vec<Op>> = Vec::new();
    let mut longest: Vec<Vec<Op>> = vec![Vec::new()];
    for _ in 0..ops_max {
        let longer = |script: &Vec<Op>| {
            let script = script.clone();
            alphabet.iter().map(move |op| [script.as_slice(), &[*op]].concat())
        };
        longest = longest.iter().flat_map(longer).collect();
        all.extend(longest.iter().cloned());
    }
    all
}

/// Every non-decreasing sequence of `size` numbers below `n`.
fn multisets(n: usize, size: usize) -> impl Iterator<Item = Vec<usize>> {
    let mut next = (n > 0).then(|| vec![0; size]);
    std::iter::from_fn(move || {
        let current = next.take()?;
        let last = (0..size).rev().find(|at| current[*at] + 1 < n);
        next = last.map(|at| {
            let mut following = current.clone();
            following[at..].fill(current[at] + 1);
            following
        });
        Some(current)
    })
}

/// The numbers of the items in the order in which they stand in the scenario.
fn numberings(discipline: Discipline, puts: usize) -> Vec<Vec<u32>> {
    let numbers: Vec<u32> = (1..).take(puts).collect();
    match discipline {
        Discipline::Fifo | Discipline::Lifo => vec![numbers],
        Discipline::Priority => permutations(&numbers),
    }
}

fn permutations(numbers: &[u32]) -> Vec<Vec<u32>> {
    if numbers.is_empty() {
        return vec![Vec::new()];
    }
    let first_then_rest = |at: usize| {
        let rest = [&numbers[..at], &numbers[at + 1..]].concat();
        permutations(&rest).into_iter().map(move |rest| [&[numbers[at]], rest.as_slice()].concat())
    };
    (0..numbers.len()).flat_map(first_then_rest).collect()
}

/// The capacities that differ for at most `puts` items; `None` is the largest.
fn distinct(capacities: &[Option<usize>], puts: usize) -> Vec<Option<usize>> {
    let size = |capacity: &Option<usize>| capacity.unwrap_or(usize::MAX);
    let largest = capacities.iter().copied().max_by_key(size);
    let reachable = |capacity: &Option<usize>| size(capacity) < puts;
    let reached = capacities.iter().copied().filter(reachable);
    reached.chain(largest.filter(|largest| !reachable(largest))).collect()
}

fn scenario(constants: Constants, scripts: &[Vec<Op>], numbers: &[u32]) -> Scenario {
    let mut numbers = numbers.iter();
    let mut numbered = |op: &Op| match *op {
        Op::Put(_, wait) => Op::Put(Item(*numbers.next().expect("a number for each put")), wait),
        other => other,
    };
    let clients = scripts.iter().zip('a'..);
    let clients = clients.map(|(script, name)| Client {
        name: name.to_string(),
        ops: script.iter().map(&mut numbered).collect(),
    });
    Scenario { title: String::new(), constants, clients: clients.collect() }
}
