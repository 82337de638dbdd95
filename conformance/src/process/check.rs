//! Checks a queue of an adapter: every scenario, in every way, until the adapter is of no use.

use super::adapter::Adapter;
use super::choices::Choices;
use super::drive::{Freedom, Job, Run, drive, may_wait};
use super::fault::Fault;
use super::judge::{Judged, Judgement, at_once, judge};
use super::plan::{Effort, scenarios};
use super::record::record;
use super::subject::Subject;
use crate::blame::{self, Verdict, Violation};
use crate::check::Progress;
use crate::evidence;
use crate::plan::Origin;
use crate::stop::{Over, Stop};
use crate::wire::declared::Cancels;
use model::{Allowed, Final};
use spec::{ClauseId, Feature, History, MomentaryZero, Scenario, Visibility, Wait};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

/// How a queue in another process is put to the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// Step by step beside the model.
    Stepped,
    /// The same, with a call that is cancelled.
    Cancelled,
    /// At full speed, recorded.
    Recorded,
}

/// How to check.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How much.
    pub effort: Effort,
    /// The seed of everything random.
    pub seed: u64,
    /// How long to wait for somebody who should not be blocked.
    pub second_look: Duration,
    /// When to stop before the end.
    pub stop: Stop,
}

/// A scenario, and what the model says of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// The scenario.
    pub scenario: Scenario,
    /// Where it comes from.
    pub origin: Origin,
    /// What is allowed.
    pub allowed: Allowed,
}

/// What was found in one scenario in one way.
#[derive(Clone, Debug, Default)]
pub struct Explored {
    /// Why it was not tried.
    pub skipped: Option<&'static str>,
    /// Whether every choice was taken.
    pub exhausted: bool,
    /// How many runs there were.
    pub executions: u64,
    /// In how many of them the precondition of a clause occurred.
    pub evidence: BTreeMap<ClauseId, u64>,
    /// The ends that were seen.
    pub finals: BTreeSet<Final>,
    /// The first violation.
    pub witness: Option<Witness>,
    /// Why some run could not be judged.
    pub unknown: Option<String>,
    /// Where the suite contradicts itself.
    pub contradiction: Option<String>,
    /// Why it ended before its end.
    pub over: Option<Over>,
}

/// A violation, and the run that shows it.
#[derive(Clone, Debug)]
pub struct Witness {
    /// The scenario.
    pub scenario: Scenario,
    /// The clause and the reason.
    pub violation: Violation,
    /// What the clients saw.
    pub history: History,
    /// The steps, if it was stepped.
    pub run: Option<Run>,
}

/// What was found about a queue.
#[derive(Debug, Default)]
pub struct Findings {
    /// The scenarios.
    pub cases: Vec<Case>,
    /// What was found in each. There are fewer than scenarios if the adapter has failed.
    pub explored: BTreeMap<Mode, Vec<Explored>>,
    /// What was wrong with the adapter.
    pub fault: Option<Fault>,
    /// How many steps were taken.
    pub steps: u64,
}

/// Checks a queue.
pub fn check(
    adapter: &mut Adapter,
    subject: &Subject,
    settings: &Settings,
    progress: &dyn Progress,
) -> Findings {
    let effort = settings.effort.of(subject);
    let zero = subject.profile.momentary_zero;
    let case = |(scenario, origin): (Scenario, Origin)| {
        let allowed = model::allowed(&scenario, zero);
        Case { scenario, origin, allowed }
    };
    let cases: Vec<Case> =
        scenarios(subject, &effort, settings.seed).into_iter().map(case).collect();
    let mut checker = Checker { adapter, subject, settings, effort, steps: 0 };
    progress.steps(cases.len() * Mode::ALL.len());
    let mut findings = Findings { cases, ..Findings::default() };
    for mode in Mode::ALL {
        let all = findings.explored.entry(mode).or_default();
        for case in &findings.cases {
            let violations = all.iter().filter(|explored| explored.witness.is_some()).count();
            if violations >= VIOLATIONS_MAX {
                let skipped = Some("enough violations were found");
                all.push(Explored { skipped, ..Explored::default() });
                progress.step();
                continue;
            }
            match checker.explore(mode, case) {
                Ok(explored) => all.push(explored),
                Err(fault) => {
                    findings.fault = Some(fault);
                    findings.steps = checker.steps;
                    return findings;
                }
            }
            progress.step();
        }
    }
    findings.steps = checker.steps;
    findings
}

/// Looks for a violation in one scenario in one way.
///
/// # Errors
///
/// If the adapter is of no use any more.
pub fn explore_one(
    adapter: &mut Adapter,
    subject: &Subject,
    mode: Mode,
    scenario: Scenario,
    settings: &Settings,
) -> Result<Option<Witness>, Fault> {
    let allowed = Allowed { finals: BTreeSet::new(), states: 0 };
    let case = Case { scenario, origin: Origin::Sampled, allowed };
    let effort = settings.effort.of(subject);
    let mut checker = Checker { adapter, subject, settings, effort, steps: 0 };
    Ok(checker.explore(mode, &case)?.witness)
}

struct Checker<'a> {
    adapter: &'a mut Adapter,
    subject: &'a Subject,
    settings: &'a Settings,
    effort: Effort,
    steps: u64,
}

impl Checker<'_> {
    fn explore(&mut self, mode: Mode, case: &Case) -> Result<Explored, Fault> {
        let skipped = self.why_not(mode, case);
        let mut explored = Explored { skipped, ..Explored::default() };
        if explored.skipped.is_none() {
            match mode {
                Mode::Stepped => self.stepped(case, &mut explored)?,
                Mode::Cancelled => self.cancelled(case, &mut explored)?,
                Mode::Recorded => self.recorded(case, &mut explored)?,
            }
        }
        Ok(explored)
    }

    fn why_not(&self, mode: Mode, case: &Case) -> Option<&'static str> {
        let offers = |feature| self.subject.profile.offers(feature);
        match mode {
            Mode::Cancelled
                if self.subject.cancels == Cancels::None || !offers(Feature::Cancel) =>
            {
                Some("calls cannot be cancelled")
            }
            Mode::Cancelled if !may_wait(&case.scenario) => Some("nobody waits"),
            Mode::Recorded if case.scenario.clients.len() == 1 => {
                Some("a single client does the same in steps")
            }
            Mode::Recorded if offers(Feature::EventualPut) && !is_followed(case) => Some(
                "there are several producers, or somebody gives up: open where a put is visible later",
            ),
            _ => None,
        }
    }

    fn stepped(&mut self, case: &Case, explored: &mut Explored) -> Result<(), Fault> {
        let freedom = Freedom { pairs: case.scenario.clients.len() > 1, ..Freedom::default() };
        let runs_max = match case.origin {
            Origin::Written => self.effort.stepped_written,
            _ => self.effort.stepped,
        };
        self.all_choices(case, None, freedom, runs_max, explored)
    }

    fn cancelled(&mut self, case: &Case, explored: &mut Explored) -> Result<(), Fault> {
        let freedom = Freedom {
            cancels: 1,
            ticks: self.subject.ticks.then_some(TICKS_MAX),
            ..Freedom::default()
        };
        let victims: Vec<Option<usize>> = match self.subject.cancels {
            Cancels::One => (0..case.scenario.clients.len()).map(Some).collect(),
            _ => vec![None],
        };
        let each = self.effort.cancelled.div_ceil(victims.len() as u64);
        for victim in victims {
            self.all_choices(case, victim, freedom, each, explored)?;
            if explored.witness.is_some() || explored.over.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Every choice, one after the other; if there are too many, the rest at random.
    fn all_choices(
        &mut self,
        case: &Case,
        cancels: Option<usize>,
        freedom: Freedom,
        runs_max: u64,
        explored: &mut Explored,
    ) -> Result<(), Fault> {
        let job = Job {
            queue: &self.subject.name,
            rules: self.subject.rules(case.scenario.constants),
            scenario: &case.scenario,
            cancels,
            freedom,
            second_look: self.settings.second_look,
        };
        let mut choices = Choices::All(Vec::new());
        for number in 0..runs_max {
            if let Some(over) = self.settings.stop.over() {
                explored.over = Some(over);
                return Ok(());
            }
            // What comes first in order is alike.
            if number == runs_max.div_ceil(3) {
                choices = Choices::Random(fastrand::Rng::with_seed(self.settings.seed));
            }
            let run = drive(self.adapter, &job, choices.begin())?;
            self.steps += run.steps.len() as u64;
            let judged = judge(&case.scenario, &job.rules, &run);
            explored.add(&case.scenario, judged, Some(run));
            if explored.witness.is_some() {
                return Ok(());
            }
            if !choices.advance() {
                explored.exhausted = true;
                return Ok(());
            }
        }
        explored.exhausted = false;
        Ok(())
    }

    fn recorded(&mut self, case: &Case, explored: &mut Explored) -> Result<(), Fault> {
        if let Some(over) = self.settings.stop.over() {
            explored.over = Some(over);
            return Ok(());
        }
        let (name, seed) = (&self.subject.name, self.settings.seed);
        let histories = record(self.adapter, name, &case.scenario, seed, self.effort.recorded)?;
        let mut choices = at_once(self.subject.profile.choices());
        if !self.subject.ticks {
            // A call that was recorded need not wait yet: the zero may have come before it did.
            choices.momentary_zero = MomentaryZero::MayMiss;
        }
        for history in histories {
            let judgement = match blame::judge(&case.scenario, choices, &history) {
                Verdict::Conforms(steps) => Judgement::Conforms(evidence::occurred(
                    case.scenario.constants,
                    &history,
                    &steps,
                )),
                Verdict::Violates(violation) => Judgement::Violates(violation),
                Verdict::Unknown(why) => Judgement::Unknown(why),
            };
            let end = Final::observed(&case.scenario, &history);
            explored.add(&case.scenario, Judged { judgement, history, end }, None);
            if explored.witness.is_some() {
                break;
            }
        }
        Ok(())
    }
}

/// How many scenarios have to show a violation before the others are skipped: most of them tell
/// nothing new, and each takes long, as somebody is waited for who is blocked for ever.
const VIOLATIONS_MAX: usize = 8;

/// How many turns after a call its cancellation may come.
const TICKS_MAX: u32 = 4;

/// Whether the sequential specification decides recorded histories of a queue whose items take
/// their time: where nobody asks whether it is empty or full, and one client puts.
fn is_followed(case: &Case) -> bool {
    let producers = case.scenario.clients.iter();
    let puts = |client: &&spec::Client| client.ops.iter().any(|op| op.item().is_some());
    let gives_up = case.scenario.ops().any(|(_, op)| op.wait().is_some_and(Wait::gives_up));
    producers.filter(puts).count() <= 1 && !gives_up
}

impl Explored {
    fn add(&mut self, scenario: &Scenario, judged: Judged, run: Option<Run>) {
        self.executions += 1;
        match judged.judgement {
            Judgement::Conforms(clauses) => {
                for clause in clauses {
                    *self.evidence.entry(clause).or_default() += 1;
                }
                self.finals.extend(judged.end);
            }
            Judgement::Violates(violation) => {
                let (scenario, history) = (scenario.clone(), judged.history);
                self.witness = Some(Witness { scenario, violation, history, run });
            }
            Judgement::Unknown(why) => drop(self.unknown.get_or_insert(why)),
            Judgement::Contradiction(what) => drop(self.contradiction.get_or_insert(what)),
        }
    }
}

impl Mode {
    /// All, in the order in which they are tried.
    pub const ALL: [Mode; 3] = [Mode::Stepped, Mode::Cancelled, Mode::Recorded];

    /// What it cannot see.
    pub fn blind_to(self) -> &'static str {
        match self {
            Mode::Stepped => "schedules: everything comes to rest between two steps",
            Mode::Cancelled => {
                "cancellations within an operation, but for the turns of an event loop"
            }
            Mode::Recorded => "anything rare",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Mode::Stepped => "stepped",
            Mode::Cancelled => "cancelled",
            Mode::Recorded => "recorded",
        })
    }
}

impl Findings {
    /// What was found, scenario by scenario.
    pub fn all(&self) -> impl Iterator<Item = (Mode, &Case, &Explored)> {
        self.explored.iter().flat_map(|(mode, all)| {
            self.cases.iter().zip(all).map(|(case, explored)| (*mode, case, explored))
        })
    }

    /// Where the suite contradicts itself: also ends that were let pass and that the model does not
    /// list, if it lists all ends of such a queue.
    pub fn contradictions(&self, subject: &Subject) -> Vec<String> {
        let mut all: Vec<String> =
            self.all().filter_map(|(_, _, explored)| explored.contradiction.clone()).collect();
        if subject.profile.visibility == Visibility::Immediate {
            all.extend(self.all().filter_map(|(mode, case, explored)| {
                let other = explored.finals.difference(&case.allowed.finals).next()?;
                let what = format!("{mode} has seen {other:?}, which the model does not allow");
                Some(format!("{what}, in\n{}", case.scenario))
            }));
        }
        all
    }
}
