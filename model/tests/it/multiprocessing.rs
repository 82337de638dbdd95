//! `multiprocessing.JoinableQueue` refines the specification of eventual visibility, and each of
//! its twins does not.

use crate::verified::small;
use std::collections::BTreeSet;
use taskdone_model::algorithms::Algorithm;
use taskdone_model::algorithms::multiprocessing::Multiprocessing;
use taskdone_model::algorithms::verified::{Row, Verified};
use taskdone_model::eventual::State;

/// A pool with somebody who gives up is enough for everything to come up.
#[test]
fn refines_and_is_not_vacuous() {
    let searched = small::<Multiprocessing>();
    let impatient = "impatient: `try_get, try_put 5`; fifo of 1";
    let impatient = searched.iter().find(|searched| searched.name.contains(impatient));
    let reached = &impatient.expect("a row of the file").verdict.reaches;
    let all: BTreeSet<_> = Multiprocessing::reaches().iter().map(|it| it.name).collect();
    assert_eq!(*reached, all);
}

#[test]
fn starts_with_an_empty_queue() {
    for Row { designs, .. } in Multiprocessing::small().rows {
        for design in designs.into_iter().flatten() {
            assert_eq!(design.queue(&design.init()), State::init(design.clients()));
        }
    }
}
