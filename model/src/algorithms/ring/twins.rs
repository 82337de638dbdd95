//! The twins of the ring: what each breaks, and a few clients with which that shows.

use super::{Defect, Ring};
use crate::algorithms::Twin;
use spec::{Client, ClauseId, Constants, Discipline, Item, Op, Scenario, Shutdown, Wait};
use std::fmt;

const GET: Op = Op::Get(Wait::Forever);
const TRY_GET: Op = Op::Get(Wait::Never);
const DONE: Op = Op::TaskDone;
const JOIN: Op = Op::Join(Wait::Forever);

fn put(item: u32) -> Op {
    Op::Put(Item(item), Wait::Forever)
}

fn scenario(capacity: usize, clients: &[&[Op]]) -> Scenario {
    let client = |ops: &&[Op]| Client { name: "client".to_string(), ops: ops.to_vec() };
    Scenario {
        title: String::new(),
        constants: Constants { discipline: Discipline::Fifo, capacity: Some(capacity) },
        clients: clients.iter().map(client).collect(),
    }
}

impl Twin for Defect {
    type Design = Ring;

    const ALL: &'static [Defect] = &[
        Defect::ParksWithoutRecheck,
        Defect::LooksTooEarly,
        Defect::WakesOneJoiner,
        Defect::StampsNotAdvanced,
        Defect::StampsNotDoubled,
        Defect::CountsLate,
        Defect::EmptyByStamp,
        Defect::FullByStamp,
        Defect::DoesNotHelpShutdown,
    ];

    fn breaks(self) -> ClauseId {
        match self {
            Defect::ParksWithoutRecheck | Defect::StampsNotAdvanced => ClauseId::Prog2,
            Defect::LooksTooEarly => ClauseId::Prog3,
            Defect::WakesOneJoiner => ClauseId::Join4,
            Defect::StampsNotDoubled => ClauseId::Cap1,
            Defect::CountsLate => ClauseId::Done4,
            Defect::EmptyByStamp => ClauseId::Get5,
            Defect::FullByStamp => ClauseId::Cap2,
            Defect::DoesNotHelpShutdown => ClauseId::Shut10,
        }
    }

    fn twin(self) -> Ring {
        let (one, two, work): (&[Op], &[Op], &[Op]) = (&[put(1)], &[put(1), put(2)], &[GET, DONE]);
        let scenario = match self {
            Defect::ParksWithoutRecheck | Defect::LooksTooEarly => scenario(1, &[one, work, &[JOIN]]),
            Defect::WakesOneJoiner => scenario(1, &[one, work, &[JOIN], &[JOIN]]),
            Defect::StampsNotAdvanced | Defect::StampsNotDoubled => scenario(1, &[two, &[GET, GET]]),
            Defect::CountsLate => scenario(1, &[one, work]),
            // Who answers has itself put the item, and got the others out of the way.
            Defect::EmptyByStamp => scenario(2, &[one, &[put(2), TRY_GET]]),
            Defect::FullByStamp => {
                scenario(2, &[two, &[GET], &[GET, Op::Put(Item(3), Wait::Never)]])
            }
            Defect::DoesNotHelpShutdown => {
                let shutdown = Op::Shutdown(Shutdown::Immediate);
                scenario(2, &[&[put(1), put(2), GET], &[shutdown]])
            }
        };
        Ring::new(scenario).with(self)
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Defect::ParksWithoutRecheck => {
                "Who has registered parks without trying again: what happened in between is lost."
            }
            Defect::LooksTooEarly => {
                "`task_done` looks for waiting joiners before it counts, not after."
            }
            Defect::WakesOneJoiner => "`task_done` wakes one joiner of several.",
            Defect::StampsNotAdvanced => {
                "A get hands its slot back with the stamp of its own lap, not of the next."
            }
            Defect::StampsNotDoubled => {
                "With one slot, the stamp of a published one looks like a free one of the next lap."
            }
            Defect::CountsLate => "A put is counted when it is over, not with the claim of its slot.",
            Defect::EmptyByStamp => "A get answers `empty` by the stamp alone.",
            Defect::FullByStamp => "A put answers `full` by the stamp alone.",
            Defect::DoesNotHelpShutdown => {
                "A put that meets the mark in the tail answers at once, and leaves the other words to \
                 the shutdown."
            }
        })
    }
}
