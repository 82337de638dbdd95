//! What can be wrong with it. Each twin has one of these defects.

use super::Ring;
use crate::algorithms::defects::{
    DONE, GET, IMMEDIATE, JOIN, TRY_GET, clients, defects, put, try_put,
};
use spec::Op;

/// Clients of a ring that do one memory access at a time.
fn ring(capacity: usize, ops: &[&[Op]]) -> Ring {
    Ring::new(clients(capacity, ops))
}

defects! { Ring;
    ParksWithoutRecheck breaks Prog1:
        "Who has registered parks without trying again: what happened in between is lost."
        => ring(1, &[&[put(1)], &[GET]]);
    LooksTooEarly breaks Prog3:
        "`task_done` looks for waiting joiners before it counts, not after: it wakes before it publishes."
        => ring(1, &[&[put(1)], &[GET, DONE], &[JOIN]]);
    WakesOneJoiner breaks Join4: "`task_done` wakes one joiner of several."
        => ring(1, &[&[put(1)], &[GET, DONE], &[JOIN], &[JOIN]]);
    StampsNotAdvanced breaks Prog2:
        "A get hands its slot back with the stamp of its own lap, not of the next."
        => ring(1, &[&[put(1), put(2)], &[GET, GET]]);
    StampsNotDoubled breaks Cap1:
        "Stamps as in Vyukov's queue: with one slot, a published one looks free for the next lap."
        => ring(1, &[&[put(1), put(2)], &[GET, GET]]);
    // Who gets its item before cannot report it.
    CountsLate breaks Done4:
        "A put is counted when it is over, not with the claim of its slot."
        => ring(1, &[&[put(1)], &[GET, DONE]]);
    // Who answers has itself put the item, and got the others out of the way.
    EmptyByStamp breaks Get5: "As in Vyukov's queue, a get answers `empty` by the stamp alone."
        => ring(2, &[&[put(1)], &[put(2), TRY_GET]]);
    FullByStamp breaks Cap2: "As in Vyukov's queue, a put answers `full` by the stamp alone."
        => ring(2, &[&[put(1), put(2)], &[GET], &[GET, try_put(3)]]);
    DoesNotHelpShutdown breaks Shut6:
        "A put that meets the mark in the tail answers at once, and leaves the other words to the shutdown."
        => ring(2, &[&[put(1), put(2), GET], &[IMMEDIATE]]);
}
