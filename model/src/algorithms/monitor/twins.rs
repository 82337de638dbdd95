//! The twins of the monitor: what each breaks, and a small pool in which that shows.

use super::{Defect, Monitor, Owner};
use crate::algorithms::Twin;
use spec::{ClauseId, Shutdown};
use std::fmt;

impl Twin for Defect {
    type Design = Monitor;

    const ALL: &'static [Defect] = &[
        Defect::JoinTestsOnce,
        Defect::GetTestsOnce,
        Defect::SilentZero,
        Defect::OneJoinerAtZero,
        Defect::SilentPut,
        Defect::SilentGet,
        Defect::SharedCondition,
        Defect::ShutdownSparesGetters,
        Defect::ShutdownSparesJoiners,
        Defect::ShutdownKeepsCount,
        Defect::ShutdownUnclamped,
        Defect::LateGetGivesUp,
    ];

    fn breaks(self) -> ClauseId {
        match self {
            Defect::JoinTestsOnce => ClauseId::Join1,
            Defect::GetTestsOnce => ClauseId::Prog6,
            Defect::SilentZero => ClauseId::Prog3,
            Defect::OneJoinerAtZero => ClauseId::Join4,
            Defect::SilentPut => ClauseId::Prog1,
            Defect::SilentGet | Defect::SharedCondition => ClauseId::Prog2,
            Defect::ShutdownSparesGetters => ClauseId::Shut4,
            Defect::ShutdownSparesJoiners => ClauseId::Shut13,
            Defect::ShutdownKeepsCount => ClauseId::Shut7,
            Defect::ShutdownUnclamped => ClauseId::Shut9,
            Defect::LateGetGivesUp => ClauseId::Time5,
        }
    }

    fn twin(self) -> Monitor {
        let shut = |monitor, mode| Monitor { owner: Owner::ShutsDown(mode), ..monitor };
        let pool = Monitor::new((1, 1), 1, 1, 1);
        let monitor = match self {
            Defect::JoinTestsOnce => Monitor::new((1, 2), 1, 1, 1),
            Defect::GetTestsOnce => Monitor::new((1, 2), 2, 0, 2),
            Defect::SilentZero => pool,
            Defect::OneJoinerAtZero => Monitor { joiners: 2, ..pool },
            Defect::SilentPut => Monitor { joiners: 0, ..pool },
            Defect::SilentGet => Monitor::new((1, 2), 1, 0, 1),
            Defect::SharedCondition => Monitor::new((1, 2), 2, 1, 1),
            Defect::ShutdownSparesGetters => {
                shut(Monitor { joiners: 0, ..pool }, Shutdown::Graceful)
            }
            Defect::ShutdownSparesJoiners | Defect::ShutdownKeepsCount => {
                shut(pool, Shutdown::Immediate)
            }
            Defect::ShutdownUnclamped => {
                Monitor { owner: Owner::ReportsEarly(Shutdown::Immediate), ..pool }
            }
            Defect::LateGetGivesUp => Monitor { joiners: 0, timed: 1, ..pool },
        };
        Monitor { defect: Some(self), ..monitor }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Defect::JoinTestsOnce => "A woken join returns: `if` in place of `while`.",
            Defect::GetTestsOnce => "A woken get takes an item: `if` in place of `while`.",
            Defect::SilentZero => "`task_done` notifies nobody at zero.",
            Defect::OneJoinerAtZero => "`task_done` wakes one joiner at zero.",
            Defect::SilentPut => "`put` notifies nobody.",
            Defect::SilentGet => "`get` notifies nobody.",
            Defect::SharedCondition => "One condition variable for everything.",
            Defect::ShutdownSparesGetters => "`shutdown` does not wake getters.",
            Defect::ShutdownSparesJoiners => "An immediate shutdown does not wake joiners.",
            Defect::ShutdownKeepsCount => "An immediate shutdown leaves the count as it is.",
            Defect::ShutdownUnclamped => "An immediate shutdown counts down below zero.",
            Defect::LateGetGivesUp => {
                "A get whose time is over gives up without another test, although it may have been \
                 notified."
            }
        })
    }
}
