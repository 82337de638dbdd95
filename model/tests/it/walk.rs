//! Random walks are histories of their scenario and end as the model allows.

use spec::{Discipline, EventKind, Item, MomentaryZero, Op, Wait};
use taskdone_model::{Clients, Final, Shape, allowed, sample, walk};

#[test]
fn walks_end_as_allowed() {
    let mut rng = fastrand::Rng::with_seed(1);
    let shape = Shape {
        clients: 1..=3,
        ops: 1..=3,
        alphabet: vec![
            Op::Put(Item(0), Wait::Forever),
            Op::Get(Wait::Forever),
            Op::Get(Wait::Never),
            Op::TaskDone,
            Op::Join(Wait::Forever),
        ],
        discipline: Discipline::Priority,
        capacities: vec![Some(1), None],
    };
    for _ in 0..200 {
        let scenario = sample(&shape, &mut rng);
        let momentary_zero = MomentaryZero::MayMiss;
        let allowed = allowed(&scenario, momentary_zero).finals;
        let clients = Clients { scenario, momentary_zero };
        for _ in 0..10 {
            let history = walk(&clients, &mut rng);
            let end = Final::observed(&clients.scenario, &history).expect("a walk ends quiescent");
            assert!(allowed.contains(&end), "\n{}", clients.scenario);
            let calls = history.events.iter().filter(|e| matches!(e.kind, EventKind::Call(_)));
            assert!(calls.count() <= clients.scenario.ops().count());
        }
    }
}

#[test]
fn the_same_seed_draws_the_same_scenario() {
    let shape = Shape {
        clients: 3..=3,
        ops: 3..=3,
        alphabet: vec![Op::Put(Item(0), Wait::Forever), Op::TaskDone],
        discipline: Discipline::Fifo,
        capacities: vec![Some(1), None],
    };
    let draw = |seed| sample(&shape, &mut fastrand::Rng::with_seed(seed));
    assert_eq!(draw(7), draw(7));
    assert_ne!(draw(7), draw(8));
}
