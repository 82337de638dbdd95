//! `asyncio.Queue` refines the sequential specification, and each of its twins does not.

use crate::verified::small;
use std::collections::BTreeSet;
use taskdone_model::algorithms::asyncio::{Asyncio, Defect};
use taskdone_model::algorithms::verified::Search;
use taskdone_model::algorithms::{Algorithm, Twin};

/// One pool with a shutdown is enough for everything to come up.
#[test]
fn refines_and_is_not_vacuous() {
    let searched = small::<Asyncio>();
    let closed = "closer: `shutdown graceful`; fifo of 1";
    let closed = searched.into_iter().filter(|searched| searched.name.contains(closed));
    let reached: BTreeSet<_> = closed.flat_map(|searched| searched.verdict.reaches).collect();
    let all = Asyncio::reaches().iter().map(|property| property.name).collect();
    assert_eq!(reached, all);
}

/// What is wrong with these shows only when somebody is cancelled.
#[test]
fn twins_of_cancellation_hold_without_one() {
    for twin in Defect::ALL.iter().map(|defect| defect.twin()) {
        if twin.cancellations > 0 {
            let verdict = Asyncio { cancellations: 0, ..twin.clone() }.search();
            assert!(verdict.fails.is_empty(), "{twin:?}");
        }
    }
}
