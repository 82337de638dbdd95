//! Worker pools: the standard scenarios, whose numbers of states are pinned in the tests.

use spec::{Client, Constants, Discipline, Item, Op, Scenario, Wait};

/// How large a pool is.
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    /// How many producers there are.
    pub producers: u32,
    /// How many items each producer puts.
    pub puts: u32,
    /// How many workers share the work: get, done, get, done, …
    pub workers: u32,
    /// How many clients join.
    pub joiners: u32,
    /// How many items fit.
    pub capacity: Option<usize>,
}

/// Pools from the smallest up to some hundred thousand states.
pub fn pools() -> Vec<Scenario> {
    let sizes =
        [(1, 1, 1, 1), (1, 2, 1, 1), (2, 1, 2, 1), (1, 2, 2, 2), (2, 2, 2, 1), (2, 2, 2, 2)];
    let pool = |(producers, puts, workers, joiners)| {
        let pool = Pool { producers, puts, workers, joiners, capacity: Some(1) };
        pool.scenario(Discipline::Fifo)
    };
    sizes.map(pool).to_vec()
}

impl Pool {
    /// The pool as a scenario.
    pub fn scenario(&self, discipline: Discipline) -> Scenario {
        let Pool { producers, puts, workers, joiners, capacity } = *self;
        let client =
            |role: &str, number: u32, ops| Client { name: format!("{role} {number}"), ops };
        let produce = |p: u32| {
            let item = |i: u32| Op::Put(Item((p - 1) * puts + i), Wait::Forever);
            client("producer", p, (1..=puts).map(item).collect())
        };
        let tasks = producers * puts;
        let work = |w: u32| {
            let share = tasks / workers + u32::from(w <= tasks % workers);
            let task = [Op::Get(Wait::Forever), Op::TaskDone];
            client("worker", w, (0..share).flat_map(|_| task).collect())
        };
        let join = |j: u32| client("joiner", j, vec![Op::Join(Wait::Forever)]);
        let clients = (1..=producers).map(produce);
        let clients = clients.chain((1..=workers).map(work)).chain((1..=joiners).map(join));
        Scenario {
            title: format!("{producers}×{puts} puts, {workers} workers, {joiners} joiners"),
            constants: Constants { discipline, capacity },
            clients: clients.filter(|client| !client.ops.is_empty()).collect(),
        }
    }
}

/// The pool in which the designs are compared: two producers of two items each, two workers, two
/// joiners.
pub(crate) fn standard(capacity: Option<usize>) -> Scenario {
    let pool = Pool { producers: 2, puts: 2, workers: 2, joiners: 2, capacity };
    pool.scenario(Discipline::Fifo)
}

/// The same with one more client, also in the title.
pub fn with_client(mut scenario: Scenario, name: &str, ops: &[Op]) -> Scenario {
    scenario.title += &format!(", {name}: {}", calls(ops));
    scenario.clients.push(Client { name: name.to_string(), ops: ops.to_vec() });
    scenario
}

/// What a client calls, in Markdown.
pub(crate) fn calls(ops: &[Op]) -> String {
    let calls: Vec<String> = ops.iter().map(Op::to_string).collect();
    format!("`{}`", calls.join(", "))
}
