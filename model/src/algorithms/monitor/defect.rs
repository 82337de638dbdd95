//! What can be wrong with it. Each twin has one of these defects.

use super::{Granularity, Monitor, Owner};
use crate::algorithms::defects::defects;
use spec::Shutdown;

/// Producers and what each puts, workers, joiners; room for `capacity`. A critical section is a step.
fn pool(producers: (usize, usize), workers: usize, joiners: usize, capacity: usize) -> Monitor {
    let granularity = Granularity::Coarse;
    Monitor { granularity, ..Monitor::new(producers, workers, joiners, capacity) }
}

/// One of each, and one who ends it.
fn ended(owner: Owner, joiners: usize) -> Monitor {
    Monitor { owner, ..pool((1, 1), 1, joiners, 1) }
}

defects! { Monitor;
    // Not at a zero: only a shutdown wakes a join while tasks are unfinished.
    JoinTestsOnce breaks Shut8: "A woken join returns: `if` in place of `while`."
        => ended(Owner::ShutsDown(Shutdown::Immediate), 1);
    GetTestsOnce breaks Prog6: "A woken get takes an item: `if` in place of `while`."
        => pool((1, 2), 2, 0, 2);
    SilentZero breaks Prog3: "`task_done` notifies nobody at zero."
        => pool((1, 1), 1, 1, 1);
    OneJoinerAtZero breaks Join4: "`task_done` wakes one joiner at zero."
        => pool((1, 1), 1, 2, 1);
    SilentPut breaks Prog1: "`put` notifies nobody."
        => pool((1, 1), 1, 0, 1);
    SilentGet breaks Prog2: "`get` notifies nobody."
        => pool((1, 2), 1, 0, 1);
    SharedCondition breaks Prog1: "One condition variable for everything."
        => pool((1, 2), 2, 1, 1);
    ShutdownSparesGetters breaks Shut4: "`shutdown` does not wake getters."
        => ended(Owner::ShutsDown(Shutdown::Graceful), 0);
    ShutdownSparesJoiners breaks Shut13: "An immediate shutdown does not wake joiners."
        => ended(Owner::ShutsDown(Shutdown::Immediate), 1);
    ShutdownKeepsCount breaks Shut7: "An immediate shutdown leaves the count as it is."
        => ended(Owner::ShutsDown(Shutdown::Immediate), 1);
    ShutdownUnclamped breaks Shut9: "An immediate shutdown counts down below zero."
        => ended(Owner::ReportsEarly(Shutdown::Immediate), 1);
    LateGetGivesUp breaks Time5:
        "A get whose time is over gives up without another test, although it may have been notified."
        => Monitor { timed: 1, ..pool((1, 2), 2, 0, 1) };
}
