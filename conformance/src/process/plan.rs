//! Which scenarios a queue of an adapter is driven through, and how far.

use super::subject::Subject;
use crate::corpus;
use crate::plan::Origin;
use crate::text::parse_scenarios;
use model::{Bounds, Shape};
use spec::{Item, Op, Profile, Scenario, Shutdown, Wait};
use std::collections::HashSet;
use std::iter::repeat_n;
use std::time::Duration;

/// How much to explore.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// The name on the command line.
    pub name: &'static str,
    /// How many operations each of two clients has at most in the enumerated scenarios.
    pub enumerated_ops_max: usize,
    /// How many random scenarios of three clients there are.
    pub sampled: usize,
    /// How many runs of a scenario are stepped, at most.
    pub stepped: u64,
    /// The same of one that was written by hand: each is there for a clause.
    pub stepped_written: u64,
    /// The same with a call that is cancelled.
    pub cancelled: u64,
    /// How often a scenario is recorded at full speed.
    pub recorded: u32,
}

/// Seconds.
pub const QUICK: Effort = Effort {
    name: "quick",
    enumerated_ops_max: 1,
    sampled: 10,
    stepped: 15,
    stepped_written: 30,
    cancelled: 20,
    recorded: 10,
};

/// Minutes.
pub const DEEP: Effort = Effort {
    name: "deep",
    enumerated_ops_max: 2,
    sampled: 200,
    stepped: 100,
    stepped_written: 200,
    cancelled: 200,
    recorded: 100,
};

/// Whoever is cancelled leaves others behind who wait for the same.
const CANCELLED: &str = "\
# CANC-1 CANC-3: a get beside another
queue fifo
left:     get
right:    get
producer: put 1

# CANC-2 CANC-3: a put beside another
queue fifo capacity=1
left:   put 1; put 2
right:  put 3
worker: get

# CANC-4: a join beside another
queue fifo
left:   join
right:  join
worker: put 1; done
";

impl Effort {
    /// As much as can be had in the same time: event loops need not come to rest, and processes are
    /// slow to start and to do so.
    pub fn of(self, subject: &Subject) -> Effort {
        if subject.ticks {
            return Effort { cancelled: self.cancelled * 5, ..self };
        }
        if !subject.kills {
            return self;
        }
        Effort {
            enumerated_ops_max: 1,
            sampled: self.sampled / 4,
            stepped: self.stepped / 10,
            stepped_written: self.stepped_written / 2,
            cancelled: self.cancelled / 10,
            recorded: self.recorded / 5,
            ..self
        }
    }
}

/// The scenarios: written by hand, enumerated, and drawn at random.
pub fn scenarios(subject: &Subject, effort: &Effort, seed: u64) -> Vec<(Scenario, Origin)> {
    let capacities = vec![Some(1), Some(2), None];
    let alphabet = alphabet(subject.profile);
    let bounds = Bounds {
        clients: 2,
        ops_max: effort.enumerated_ops_max,
        alphabet: alphabet.clone(),
        discipline: subject.discipline,
        capacities: capacities.clone(),
    };
    let usual = [Op::Put(Item(0), Wait::Forever), Op::Get(Wait::Forever), Op::TaskDone];
    let usual = usual.into_iter().filter(|op| subject.profile.has(*op));
    let shape = Shape {
        clients: 3..=3,
        ops: 1..=3,
        alphabet: alphabet.into_iter().chain(usual.flat_map(|op| repeat_n(op, 5))).collect(),
        discipline: subject.discipline,
        capacities,
    };
    let mut rng = fastrand::Rng::with_seed(seed);
    let cancelled = parse_scenarios(CANCELLED).expect("a test reads it");
    let cancelled = cancelled.into_iter().map(|mut scenario| {
        scenario.constants.discipline = subject.discipline;
        scenario
    });
    let written = corpus::scenarios(subject.discipline).into_iter().chain(cancelled);
    let sampled = (0..effort.sampled).map(|_| model::sample(&shape, &mut rng));
    let all = (written.map(|scenario| (scenario, Origin::Written)))
        .chain(model::scenarios(&bounds).map(|scenario| (scenario, Origin::Enumerated)))
        .chain(sampled.map(|scenario| (scenario, Origin::Sampled)));
    let mut seen = HashSet::new();
    all.map(|(scenario, origin)| (without_observers(scenario, subject.profile), origin))
        .filter(|(scenario, _)| scenario.ops().all(|(_, op)| subject.profile.has(op)))
        .filter(|(scenario, _)| !scenario.clients.is_empty())
        .filter(|(scenario, _)| seen.insert((scenario.constants, scenario.clients.clone())))
        .collect()
}

/// The scenario without questions that the queue does not answer: they change nothing.
fn without_observers(mut scenario: Scenario, profile: &Profile) -> Scenario {
    let is_observer = |op: &Op| match op {
        Op::Len | Op::Unfinished | Op::IsShutdown => true,
        Op::Join(wait) => wait.gives_up(),
        _ => false,
    };
    for client in &mut scenario.clients {
        client.ops.retain(|op| profile.has(*op) || !is_observer(op));
    }
    scenario.clients.retain(|client| !client.ops.is_empty());
    scenario
}

/// Every operation that a queue of this profile has.
fn alphabet(profile: &Profile) -> Vec<Op> {
    let waits = [Wait::Never, Wait::AtMost(Duration::from_millis(5)), Wait::Forever];
    let with_waits = waits.iter().flat_map(|w| [Op::Put(Item(0), *w), Op::Get(*w), Op::Join(*w)]);
    let shutdowns = [Shutdown::Graceful, Shutdown::Immediate].map(Op::Shutdown);
    let others = [Op::TaskDone, Op::Len, Op::Unfinished, Op::IsShutdown];
    let all = with_waits.chain(others).chain(shutdowns);
    all.filter(|op| profile.has(*op)).collect()
}
