//! Checks a subject: every case with every engine, and what that says about each clause.

use crate::engine::{Engine, Extent, Plan, explore};
use crate::long::{LongRuns, long_runs};
use crate::plan::{Case, Effort, Origin, plans, scenarios};
use crate::stop::Stop;
use crate::subject::Subject;
use crate::tally::{Limits, Stopped, Tally, Witness};
use model::Final;
use rayon::prelude::*;
use spec::ClauseId;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::resume_unwind;
use std::thread;

/// How to check.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The engines to use.
    pub engines: Vec<Engine>,
    /// How much to explore.
    pub effort: Effort,
    /// The seed of everything random.
    pub seed: u64,
    /// When to stop before the end.
    pub stop: Stop,
}

/// What one engine made of one case.
#[derive(Clone, Debug, Default)]
pub struct Explored {
    /// Why the engine was not given the case.
    pub skipped: Option<&'static str>,
    /// How far the last plan came.
    pub extent: Option<Extent>,
    /// Why the exploration ended before its end, if it did.
    pub stopped: Option<Stopped>,
    /// How many executions there were.
    pub executions: u64,
    /// How many states were told apart.
    pub states: u64,
    /// How many steps were made from one to the next.
    pub transitions: u64,
    /// In how many of them the precondition of a clause occurred.
    pub evidence: BTreeMap<ClauseId, u64>,
    /// The ends that were observed.
    pub finals: BTreeSet<Final>,
    /// The first violation, and the plan that found it.
    pub witness: Option<(Plan, Witness)>,
    /// Why some execution could not be judged.
    pub unknown: Option<String>,
}

/// What was found about one subject.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The cases.
    pub cases: Vec<Case>,
    /// For each engine, what it made of each case.
    pub explored: BTreeMap<Engine, Vec<Explored>>,
    /// What came of long runs, if there were any.
    pub long: Option<LongRuns>,
}

/// Checks a subject. `progress` is told how many steps there are, and about each that is done.
pub fn check(subject: &Subject, settings: &Settings, progress: &dyn Progress) -> Findings {
    let scenarios = scenarios(subject, &settings.effort, settings.seed);
    progress.steps(scenarios.len() * settings.engines.len());
    let zero = subject.profile.momentary_zero;
    let ask = |(scenario, origin)| Case::new(scenario, origin, zero);
    let cases: Vec<Case> = scenarios.into_par_iter().map(ask).collect();
    let run = |engine: Engine, case: &Case| {
        let explored = explore_case(subject, engine, case, settings);
        progress.step();
        explored
    };
    // Real threads wait most of the time, and two models of loom at once are slower than one after
    // the other: each of their threads is a mapping of memory, which they wait for.
    let is_apart = |engine: &Engine| matches!(engine, Engine::Threads | Engine::Loom);
    let (apart, together): (Vec<Engine>, Vec<Engine>) =
        settings.engines.iter().partition(|engine| is_apart(engine));
    let (explored, long) = thread::scope(|scope| {
        let long = scope.spawn(|| long_runs(subject, settings));
        let one_by_one = |engine| cases.iter().map(|case| run(engine, case)).collect();
        let lanes: Vec<_> = (apart.into_iter())
            .map(|engine| scope.spawn(move || (engine, one_by_one(engine))))
            .collect();
        let side_by_side = |engine| cases.par_iter().map(|case| run(engine, case)).collect();
        let mut explored: BTreeMap<Engine, Vec<Explored>> =
            together.into_iter().map(|engine| (engine, side_by_side(engine))).collect();
        for lane in lanes {
            explored.extend([lane.join().unwrap_or_else(|panic| resume_unwind(panic))]);
        }
        (explored, long.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    Findings { cases, explored, long }
}

/// Who wants to know how far a check has come.
pub trait Progress: Sync {
    /// So many steps are to be done, besides those announced before.
    fn steps(&self, more: usize);
    /// One is done.
    fn step(&self);
}

/// One engine on one case.
pub fn explore_case(
    subject: &Subject,
    engine: Engine,
    case: &Case,
    settings: &Settings,
) -> Explored {
    let plans = match plans(subject, engine, case, settings) {
        Ok(plans) => plans,
        Err(reason) => return Explored { skipped: Some(reason), ..Explored::default() },
    };
    let mut explored = Explored::default();
    let mut short = None;
    for plans in plans {
        for plan in plans {
            if let Some(over) = settings.stop.over() {
                explored.stopped = Some(Stopped::Over(over));
                return explored;
            }
            let extent = explored.add(subject, case, plan, settings);
            if let Some(Stopped::Violation | Stopped::Over(_)) = explored.stopped {
                return explored;
            }
            if let Extent::Exhaustive | Extent::Bounded(_) = extent {
                break;
            }
        }
        if explored.extent == Some(Extent::Stopped) {
            short = explored.stopped.or(short);
        }
    }
    // One that was cut short is not made good by others.
    if short.is_some() {
        (explored.extent, explored.stopped) = (Some(Extent::Stopped), short);
    }
    explored
}

impl Explored {
    /// Carries out one more plan.
    fn add(&mut self, subject: &Subject, case: &Case, plan: Plan, settings: &Settings) -> Extent {
        let limits = Limits {
            executions_max: match case.origin {
                _ if plan.engine() == Engine::Explore => u64::MAX,
                Origin::Enumerated => u64::MAX,
                Origin::Written | Origin::Sampled => settings.effort.executions_max,
            },
            stop: settings.stop,
        };
        let tally = Tally::new(&case.scenario, subject.profile.choices(), limits);
        let (extent, mut tally) = explore(subject, &case.scenario, &plan, tally);
        self.extent = Some(extent);
        self.executions += tally.executions;
        for (clause, count) in &tally.evidence {
            *self.evidence.entry(*clause).or_default() += count;
        }
        self.finals.append(&mut tally.finals);
        self.witness = tally.witness.take().map(|witness| (plan, witness));
        self.unknown = self.unknown.take().or(tally.unknown.take());
        self.stopped = tally.stopped;
        self.states += tally.summary.states;
        self.transitions += tally.summary.transitions;
        let refused = extent == Extent::Stopped && self.stopped.is_none();
        assert!(
            !refused || self.unknown.is_some() || self.witness.is_some(),
            "the monitor refuses what the oracle accepts, in\n{}",
            case.scenario
        );
        extent
    }
}
