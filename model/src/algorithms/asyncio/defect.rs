//! What can be wrong with it. Each twin has one of these defects.

use super::Asyncio;
use crate::algorithms::defects::{DONE, GET, GRACEFUL, JOIN, clients, defects, put};
use spec::Op;

/// One place, and nobody is cancelled.
fn tasks(ops: &[&[Op]]) -> Asyncio {
    Asyncio { scenario: clients(1, ops), cancellations: 0, defect: None }
}

/// The same, and one of them is cancelled.
fn cancelled(ops: &[&[Op]]) -> Asyncio {
    Asyncio { cancellations: 1, ..tasks(ops) }
}

defects! { Asyncio;
    CancelledGetKeepsWakeUp breaks Canc3:
        "A get that was woken and is cancelled wakes nobody in its place."
        => cancelled(&[&[GET], &[GET], &[put(1)]]);
    CancelledPutKeepsWakeUp breaks Canc3:
        "A put that was woken and is cancelled wakes nobody in its place."
        => cancelled(&[&[put(1)], &[put(2)], &[put(3)], &[GET]]);
    // The item leaves the queue, and nobody has got it.
    CancelledGetTakesItem breaks Canc1:
        "A get that was woken takes its item along when it is cancelled."
        => cancelled(&[&[GET], &[GET], &[put(1)]]);
    // An item is in the queue that nobody has put.
    CancelledPutAddsItem breaks Canc2:
        "A put that was woken adds its item even if it is cancelled."
        => cancelled(&[&[put(1), put(2)], &[GET], &[GET]]);
    // One is cancelled, and two are told so.
    JoinsShareFuture breaks Canc4:
        "Joins wait for one future, and the first that is cancelled cancels it for all."
        => cancelled(&[&[put(1)], &[JOIN], &[JOIN]]);
    // The next batch keeps who waits for the end of the first.
    JoinTestsAgain breaks Join6:
        "A join that was woken tests the count again: `while` for `if`."
        => tasks(&[&[put(1), GET, DONE, put(2)], &[JOIN]]);
    PutLeavesEventSet breaks Join1: "A put leaves the event set."
        => tasks(&[&[put(1)], &[JOIN]]);
    ShutdownForgetsPuts breaks Shut5: "A shutdown wakes no put."
        => tasks(&[&[put(1), put(2)], &[GRACEFUL]]);
    EventSetEarly breaks Join1: "The last task but one sets the event."
        => tasks(&[&[put(1), GET, put(2), DONE], &[JOIN]]);
    GetTestsOnce breaks Prog6: "A get that was woken does not test again: `if` for `while`."
        => tasks(&[&[GET], &[GET], &[put(1)]]);
}
