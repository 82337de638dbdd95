//! What can be wrong with it. Each twin has one of these defects.

use super::Multiprocessing;
use crate::algorithms::defects::{DONE, GET, JOIN, TRY_GET, clients, defects, put};
use spec::Op;

fn processes(capacity: usize, ops: &[&[Op]]) -> Multiprocessing {
    Multiprocessing { scenario: clients(capacity, ops), defect: None }
}

defects! { Multiprocessing;
    // bpo-4660: `task_done` said that it was one too many for an item that was just put.
    CountsLate breaks Vis2: "A put raises the count after it has handed its item over."
        => processes(1, &[&[put(1)], &[GET, DONE]]);
    KeepsSlot breaks Prog2: "A get does not give the slot back."
        => processes(1, &[&[put(1), put(2)], &[GET]]);
    KeepsReaderLock breaks Prog1: "A get that finds nothing keeps the reader lock."
        => processes(1, &[&[TRY_GET], &[put(1)], &[GET]]);
    NotifiesOne breaks Join4: "`task_done` lets one sleeper go."
        => processes(1, &[&[put(1), DONE], &[JOIN], &[JOIN]]);
    // A second join sleeps after the zero and takes the wake-up of the first.
    AwaitsNobody breaks Join1:
        "`task_done` lets go of the condition before those whom it notifies are awake."
        => processes(1, &[&[put(1), DONE, GET, put(2)], &[JOIN], &[JOIN]]);
    SleepsLater breaks Prog3: "A join lets go of the condition between its test and its sleep."
        => processes(1, &[&[put(1), DONE], &[JOIN]]);
    // Item 2 can be got, and item 1 cannot.
    FeederTakesNewest breaks Ord4:
        "A feeder takes the newest item of its buffer: `pop` for `popleft`."
        => processes(2, &[&[put(1), put(2)], &[GET, GET]]);
    // Both puts have returned, item 2 is in the buffer, and its feeder sleeps.
    FeederSleepsUntested breaks Vis1:
        "A feeder that has written sleeps without a look at its buffer."
        => processes(2, &[&[put(1), put(2)], &[GET, GET]]);
}
