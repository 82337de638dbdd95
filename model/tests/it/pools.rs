//! Worker pools: pinned numbers of states, and properties in both directions.

use spec::{Discipline, MomentaryZero, Scenario};
use stateright::{Checker, Expectation, Model};
use std::collections::BTreeSet;
use taskdone_model::{Clients, Pool, allowed};

/// Checks the model with stateright and returns the number of states and the `sometimes` properties
/// that were reached. Every `always` and `eventually` has to hold.
fn verify(scenario: &Scenario, momentary_zero: MomentaryZero) -> (usize, BTreeSet<&'static str>) {
    let clients = Clients { scenario: scenario.clone(), momentary_zero };
    let properties = clients.properties();
    let checker = clients.checker().spawn_bfs().join();
    let found = checker.discoveries();
    let mut reached = BTreeSet::new();
    for property in properties {
        match property.expectation {
            Expectation::Sometimes => {
                reached.extend(found.get_key_value(property.name).map(|f| *f.0));
            }
            _ => assert!(
                !found.contains_key(property.name),
                "{} fails in\n{scenario}",
                property.name
            ),
        }
    }
    (checker.unique_state_count(), reached)
}

/// Producers, puts, workers, joiners, capacity.
type Size = (u32, u32, u32, u32, Option<usize>);

#[track_caller]
fn check((producers, puts, workers, joiners, capacity): Size, states: usize) {
    let pool = Pool { producers, puts, workers, joiners, capacity };
    for discipline in [Discipline::Fifo, Discipline::Lifo, Discipline::Priority] {
        let scenario = pool.scenario(discipline);
        let (found, _) = verify(&scenario, MomentaryZero::MayMiss);
        // stateright counts as many states as the walk that collects the allowed outcomes.
        assert_eq!(allowed(&scenario, MomentaryZero::MayMiss).states, found, "\n{scenario}");
        if discipline == Discipline::Fifo {
            assert_eq!(found, states, "\n{scenario}");
        }
    }
}

#[test]
fn numbers_of_states() {
    check((1, 1, 1, 0, Some(1)), 18);
    check((1, 1, 1, 1, Some(1)), 72);
    check((1, 2, 1, 1, Some(1)), 200);
    check((1, 2, 1, 1, None), 216);
    check((2, 1, 2, 1, Some(1)), 2_272);
    check((1, 2, 2, 2, Some(1)), 3_520);
    check((2, 2, 2, 1, Some(1)), 51_072);
    check((2, 2, 2, 1, Some(2)), 61_472);
}

/// The properties are not vacuous: each `sometimes` is reached by some pool, and each is missed by
/// one in which it cannot happen.
#[test]
fn nothing_is_vacuous() {
    let pool = Pool { producers: 1, puts: 2, workers: 2, joiners: 2, capacity: Some(1) };
    let (_, reached) = verify(&pool.scenario(Discipline::Fifo), MomentaryZero::MayMiss);
    let all =
        ["a get waits", "a join waits", "a put waits", "everybody finishes", "two joins wait"];
    assert_eq!(reached, BTreeSet::from(all));

    let pool = Pool { producers: 1, puts: 2, workers: 0, joiners: 1, capacity: None };
    let (_, reached) = verify(&pool.scenario(Discipline::Fifo), MomentaryZero::MayMiss);
    assert_eq!(reached, BTreeSet::from(["a join waits", "everybody finishes"]));
}

/// A join that must not miss a zero leaves fewer ends, never more.
#[test]
fn momentary_zero() {
    let pool = Pool { producers: 2, puts: 1, workers: 1, joiners: 1, capacity: Some(1) };
    let scenario = pool.scenario(Discipline::Fifo);
    let (may_miss, _) = verify(&scenario, MomentaryZero::MayMiss);
    let (must_return, _) = verify(&scenario, MomentaryZero::MustReturn);
    assert!(must_return < may_miss, "{must_return} < {may_miss}");
}
