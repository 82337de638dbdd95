//! How much to explore: which scenarios, and how each engine goes about them.

use crate::check::Settings;
use crate::corpus;
use crate::engine::{Disturbances, Engine, Plan, Sweep};
use crate::subject::Subject;
use model::{Allowed, Bounds, Shape};
use spec::{Feature, MomentaryZero, Op, Profile, Scenario, Shutdown, Wait};
use std::time::Duration;

/// How much to explore.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// The name on the command line.
    pub name: &'static str,
    /// How many operations a client has at most in the enumerated scenarios of two clients.
    pub enumerated_ops_max: usize,
    /// How many random scenarios of three clients there are.
    pub sampled: usize,
    /// How often explore may wake each client for no reason.
    pub spurious: u8,
    /// How many states of a scenario explore may tell apart.
    pub states_max: u64,
    /// How many preemptions loom may make.
    pub preemption_bound: usize,
    /// How many executions of a scenario an enumeration of schedules may take. The enumerated
    /// scenarios have no limit: they are explored to the end.
    pub executions_max: u64,
    /// How many schedules each random scheduler of shuttle draws where enumeration was too much.
    pub schedules: usize,
    /// How often the executor may disturb the futures of one execution.
    pub disturbances: Disturbances,
    /// How many runs real threads make that are led, one operation after the other.
    pub runs_led: usize,
    /// How many runs real threads make that are not.
    pub runs: usize,
    /// The same where somebody may wait for ever, which takes long to tell, or for a time.
    pub runs_waiting: usize,
    /// How many operations real threads call in long runs.
    pub operations_long: u64,
}

/// Seconds.
pub const QUICK: Effort = Effort {
    name: "quick",
    enumerated_ops_max: 1,
    sampled: 20,
    spurious: 1,
    states_max: 100_000,
    preemption_bound: 2,
    executions_max: 1_000,
    schedules: 100,
    disturbances: Disturbances { cancelled: 1, forgotten: 1, spurious: 1 },
    runs_led: 2,
    runs: 50,
    runs_waiting: 2,
    operations_long: 0,
};

/// Minutes: every scenario of two clients with two operations each, to the end.
pub const DEEP: Effort = Effort {
    name: "deep",
    enumerated_ops_max: 2,
    sampled: 200,
    spurious: 1,
    states_max: 150_000,
    preemption_bound: 3,
    executions_max: 6_000,
    schedules: 600,
    disturbances: Disturbances { cancelled: 2, forgotten: 1, spurious: 2 },
    runs_led: 2,
    runs: 100,
    runs_waiting: 4,
    operations_long: 10_000_000,
};

/// How many ordering constraints the bugs that PCT looks for may have.
const PCT_DEPTH: usize = 3;

/// What the executor may do to the futures of one execution when it goes about at random.
const MANY: Disturbances = Disturbances { cancelled: 3, forgotten: 1, spurious: 4 };

/// Where a scenario comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Written by hand.
    Written,
    /// One of all scenarios up to a bound.
    Enumerated,
    /// Drawn at random.
    Sampled,
}

/// A scenario with what the model says of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// The scenario.
    pub scenario: Scenario,
    /// Where it comes from.
    pub origin: Origin,
    /// What is allowed.
    pub allowed: Allowed,
    /// What is allowed where no timeout ever passes.
    pub allowed_untimed: Allowed,
}

impl Case {
    /// Asks the model.
    pub fn new(scenario: Scenario, origin: Origin, momentary_zero: MomentaryZero) -> Case {
        let allowed = model::allowed(&scenario, momentary_zero);
        let untimed = without_timeouts(&scenario);
        let allowed_untimed = if untimed == scenario {
            allowed.clone()
        } else {
            model::allowed(&untimed, momentary_zero)
        };
        Case { scenario, origin, allowed, allowed_untimed }
    }
}

/// The scenario in a world in which no time passes.
fn without_timeouts(scenario: &Scenario) -> Scenario {
    let mut untimed = scenario.clone();
    for op in untimed.clients.iter_mut().flat_map(|client| &mut client.ops) {
        if let (true, Op::Put(_, wait) | Op::Get(wait) | Op::Join(wait)) = (op.is_timed(), op) {
            *wait = Wait::Forever;
        }
    }
    untimed
}

/// The scenarios for a subject: written by hand, enumerated, and drawn at random.
pub fn scenarios(subject: &Subject, effort: &Effort, seed: u64) -> Vec<(Scenario, Origin)> {
    let shape = shape(subject);
    let mut rng = fastrand::Rng::with_seed(seed);
    let bounds = bounds(subject, effort.enumerated_ops_max);
    let written = corpus::scenarios(subject.discipline).into_iter();
    let sampled = (0..effort.sampled).map(|_| model::sample(&shape, &mut rng));
    let all = (written.map(|scenario| (scenario, Origin::Written)))
        .chain(model::scenarios(&bounds).map(|scenario| (scenario, Origin::Enumerated)))
        .chain(sampled.map(|scenario| (scenario, Origin::Sampled)));
    all.filter(|(scenario, _)| scenario.ops().all(|(_, op)| subject.profile.has(op))).collect()
}

/// Every scenario of two clients.
pub fn bounds(subject: &Subject, ops_max: usize) -> Bounds {
    Bounds {
        clients: 2,
        ops_max,
        alphabet: alphabet(subject.profile),
        discipline: subject.discipline,
        capacities: vec![Some(1), Some(2), None],
    }
}

fn shape(subject: &Subject) -> Shape {
    let mut alphabet = alphabet(subject.profile);
    // What the clients of a work queue do most.
    let usual = [Op::Put(spec::Item(0), Wait::Forever), Op::Get(Wait::Forever), Op::TaskDone];
    let usual = usual.into_iter().filter(|op| subject.profile.has(*op));
    alphabet.extend(usual.flat_map(|op| std::iter::repeat_n(op, 5)));
    Shape {
        clients: 3..=3,
        ops: 1..=3,
        alphabet,
        discipline: subject.discipline,
        capacities: vec![Some(1), Some(2), None],
    }
}

/// Every operation that a queue of this profile has.
fn alphabet(profile: &Profile) -> Vec<Op> {
    let timed = Wait::AtMost(Duration::from_millis(5));
    let waits = [Wait::Never, timed, Wait::Forever];
    let put = |wait| Op::Put(spec::Item(0), wait);
    let mut ops: Vec<Op> =
        waits.iter().flat_map(|w| [put(*w), Op::Get(*w), Op::Join(*w)]).collect();
    ops.extend([Op::TaskDone, Op::Len, Op::Unfinished, Op::IsShutdown]);
    ops.extend([Op::Shutdown(Shutdown::Graceful), Op::Shutdown(Shutdown::Immediate)]);
    ops.retain(|op| profile.has(*op));
    ops
}

/// How an engine goes about a case: by plans that do not stand for each other. Of each, there are
/// several; if one comes to its end, those after it are not needed.
///
/// # Errors
///
/// Why the engine is not given the case.
pub fn plans(
    subject: &Subject,
    engine: Engine,
    case: &Case,
    settings: &Settings,
) -> Result<Vec<Vec<Plan>>, &'static str> {
    let Settings { effort, seed, .. } = *settings;
    let executions = effort.schedules;
    if !subject.runs_on(engine) {
        return Err("the queue is not compiled for it");
    }
    if case.scenario.clients.len() > engine.clients_max() {
        return Err("there are more clients than it can run");
    }
    match engine {
        Engine::Loom | Engine::Shuttle | Engine::Threads
            if case.origin == Origin::Enumerated && is_left_by(engine, subject, settings) =>
        {
            Err("left to an engine that goes through every schedule")
        }
        Engine::Explore => {
            let Effort { spurious, states_max, .. } = effort;
            let as_threads = Plan::States { tasks: false, spurious, states_max };
            // Every wait that may be given up makes more states; where polls for nothing make too
            // many, it goes without.
            let states_max = states_max / 10;
            let as_tasks =
                [spurious, 0].map(|spurious| Plan::States { tasks: true, spurious, states_max });
            let has_tasks = subject.worlds.explore_tasks.is_some();
            Ok([vec![as_threads]].into_iter().chain(has_tasks.then(|| as_tasks.to_vec())).collect())
        }
        Engine::Loom if case.allowed_untimed.may_block() => Err("somebody may wait for ever"),
        Engine::Loom => Ok(vec![vec![Plan::Loom { preemption_bound: effort.preemption_bound }]]),
        Engine::Shuttle if case.scenario.clients.len() == 1 => Ok(vec![vec![Plan::Dfs]]),
        Engine::Shuttle => {
            let random = [
                Plan::Random { seed, executions },
                Plan::Pct { seed, depth: PCT_DEPTH, executions },
                Plan::Urw { seed, executions },
            ];
            // Going through them one by one is left to the engine that merges them.
            let enumerated = (!is_left_by(engine, subject, settings)).then_some(Plan::Dfs);
            Ok(vec![enumerated.into_iter().chain(random).collect()])
        }
        Engine::Executor if case.scenario.ops().any(|(_, op)| op.is_timed()) => {
            Err("no time passes in it")
        }
        Engine::Executor => {
            let most = as_declared(effort.disturbances, subject.profile);
            let random =
                Sweep::Random { most: as_declared(MANY, subject.profile), seed, executions };
            Ok(vec![vec![Plan::Executor(Sweep::Exhaustive(most)), Plan::Executor(random)]])
        }
        Engine::Threads => {
            let waits =
                case.allowed.may_block() || case.scenario.ops().any(|(_, op)| op.is_timed());
            let executions = if waits { effort.runs_waiting } else { effort.runs };
            Ok(vec![vec![
                Plan::Threads { seed, executions: effort.runs_led, led: true },
                Plan::Threads { seed, executions, led: false },
            ]])
        }
    }
}

/// Whether another engine goes through every schedule of this queue.
fn is_left_by(engine: Engine, subject: &Subject, settings: &Settings) -> bool {
    let thorough = [Engine::Explore, Engine::Shuttle].into_iter();
    let mut used = thorough.filter(|it| subject.runs_on(*it) && settings.engines.contains(it));
    used.next().is_some_and(|first| first != engine)
}

/// The disturbances that a queue of this profile has to put up with.
fn as_declared(most: Disturbances, profile: &Profile) -> Disturbances {
    let if_offered = |feature, n| if profile.offers(feature) { n } else { 0 };
    Disturbances {
        cancelled: if_offered(Feature::Cancel, most.cancelled),
        forgotten: if_offered(Feature::Forget, most.forgotten),
        spurious: most.spurious,
    }
}
