//! The specification as a test binary for a queue of your own: one test for each clause.
//!
//! ```toml
//! [dev-dependencies]
//! taskdone-conformance = "0.1"
//!
//! [[test]]
//! name = "conformance"
//! harness = false
//! ```
//!
//! and in `tests/conformance.rs` an [`Adapter`](crate::adapter::Adapter) and
//! `taskdone_conformance::suite!(Mine);`. A test is called like its clause, so
//! `cargo test --test conformance JOIN-3` runs one. Clauses that do not apply to what the queue
//! declares, and those that no run can show, are ignored and say why; one whose precondition never
//! occurred fails, because nothing was shown. A clause is shown in the scenarios that are about it, or,
//! where the queue has not what they call, in all others.

use crate::check::{Explored, Settings, explore_case};
use crate::declared::{Tried, tried};
use crate::engine::Engine;
use crate::plan::{Case, Origin, QUICK, scenarios};
use crate::shrink::shrink;
use crate::stop::Stop;
use crate::subject::Subject;
use crate::{corpus, report};
use libtest_mimic::{Arguments, Failed, Trial};
use spec::{CLAUSES, Check, Clause, ClauseId, Scenario};
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

/// Makes the test binary of a queue: `suite!(Mine)` of an [`Adapter`](crate::adapter::Adapter) for
/// real threads, `suite!(Mine, loom)` and `suite!(Mine, shuttle)` of one whose queue is built on the
/// primitives of these, `suite!(Mine, tasks)` of an [`AsyncAdapter`](crate::adapter::AsyncAdapter).
#[macro_export]
macro_rules! suite {
    ($adapter:ty) => {
        $crate::suite!(@of $adapter, "a queue for threads");
    };
    ($adapter:ty, loom) => {
        $crate::suite!(@of_loom $adapter, "a queue for threads, on loom");
    };
    ($adapter:ty, shuttle) => {
        $crate::suite!(@of_shuttle $adapter, "a queue for threads, on shuttle");
    };
    ($adapter:ty, tasks) => {
        $crate::suite!(@of_tasks $adapter, "a queue for tasks");
    };
    (@$of:ident $adapter:ty, $about:literal) => {
        fn main() -> std::process::ExitCode {
            let subject = $crate::subject::Subject::$of::<$adapter>;
            $crate::suite::run(subject(stringify!($adapter), $about))
        }
    };
}

static NEVER: AtomicBool = AtomicBool::new(false);

/// Runs the tests that the command line selects, with every engine that the queue is compiled for.
pub fn run(subject: Subject) -> ExitCode {
    let suite = Arc::new(Suite::new(subject));
    let mut trials: Vec<Trial> = CLAUSES.iter().map(|clause| of_clause(&suite, clause)).collect();
    let declared = Arc::clone(&suite);
    trials.push(Trial::test("declaration", move || declaration(&declared.subject)));
    let others = Arc::clone(&suite);
    trials.push(Trial::test("scenarios", move || others.keeps_the_rest()));
    // Real threads want the machine for themselves.
    let arguments = Arguments { test_threads: Some(1), ..Arguments::from_args() };
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn of_clause(suite: &Arc<Suite>, clause: &'static Clause) -> Trial {
    let (subject, id) = (&suite.subject, clause.id);
    let applies = clause.applies(subject.profile, subject.discipline);
    let suite = Arc::clone(suite);
    let trial = Trial::test(clause.name, move || suite.keeps(id));
    match (applies, clause.check) {
        (Err(why), _) => trial.with_kind(format!("not applicable: {why}")).with_ignored_flag(true),
        (Ok(()), Check::Histories) => trial,
        (Ok(()), Check::Models) => {
            let why = "untested: only the models of the algorithms show it";
            trial.with_kind(why).with_ignored_flag(true)
        }
        (Ok(()), Check::Untested(why)) => {
            trial.with_kind(format!("untested: {why}")).with_ignored_flag(true)
        }
    }
}

/// A queue, and what is known of it.
#[derive(Debug)]
pub struct Suite {
    subject: Subject,
    /// What the scenarios show that are about no clause, as soon as somebody asks.
    others: OnceLock<Result<Evidence, String>>,
}

/// In how many runs the precondition of each clause occurred.
type Evidence = BTreeMap<ClauseId, u64>;

impl Suite {
    /// Nothing is known of it yet.
    pub fn new(subject: Subject) -> Self {
        Suite { subject, others: OnceLock::new() }
    }

    /// Whether the queue keeps a clause.
    ///
    /// # Errors
    ///
    /// A counterexample, of this clause or of another that these scenarios show broken; or that
    /// nothing was shown.
    pub fn keeps(&self, clause: ClauseId) -> Result<(), Failed> {
        let subject = &self.subject;
        let about = corpus::scenarios(subject.discipline).into_iter().filter(|scenario| {
            corpus::named_clauses(scenario).contains(&clause)
                && scenario.ops().all(|(_, op)| subject.profile.has(op))
        });
        let is_shown = |evidence: &Evidence| evidence.get(&clause).is_some_and(|n| *n > 0);
        if is_shown(&explore_all(subject, about.collect())?) || is_shown(self.others()?) {
            return Ok(());
        }
        Err("vacuous: no run met the precondition of the clause, so nothing was shown".into())
    }

    /// Whether the queue keeps the specification where no scenario is about a clause.
    fn keeps_the_rest(&self) -> Result<(), Failed> {
        self.others().map(drop)
    }

    /// All other scenarios: those that are about no clause that histories show, every one of two
    /// clients with an operation each, and random ones.
    fn others(&self) -> Result<&Evidence, Failed> {
        let explore = || {
            let all = scenarios(&self.subject, &QUICK, SEED).into_iter();
            let all = all.map(|(scenario, _)| scenario);
            explore_all(
                &self.subject,
                all.filter(|scenario| corpus::named_clauses(scenario).is_empty()).collect(),
            )
        };
        self.others.get_or_init(explore).as_ref().map_err(Failed::from)
    }
}

const SEED: u64 = 1;

/// In how many runs the precondition of each clause occurred; the first violation fails.
fn explore_all(subject: &Subject, scenarios: Vec<Scenario>) -> Result<Evidence, String> {
    let engines = Engine::ALL.into_iter().filter(|engine| subject.runs_on(*engine)).collect();
    let stop = Stop { deadline: None, interrupted: &NEVER };
    let settings = Settings { engines, effort: QUICK, seed: SEED, stop };
    let mut evidence = Evidence::new();
    for scenario in scenarios {
        let case = Case::new(scenario, Origin::Written, subject.profile.momentary_zero);
        for engine in &settings.engines {
            let explored = explore_case(subject, *engine, &case, &settings);
            for (clause, runs) in &explored.evidence {
                *evidence.entry(*clause).or_default() += runs;
            }
            fails(subject, *engine, &case, &explored, &settings)?;
        }
    }
    Ok(evidence)
}

fn fails(
    subject: &Subject,
    engine: Engine,
    case: &Case,
    explored: &Explored,
    settings: &Settings,
) -> Result<(), String> {
    if let Some((plan, witness)) = &explored.witness {
        let example = shrink(subject, &case.scenario, plan, witness, settings);
        let shown = report::counterexample(&subject.name, engine, &example, None);
        let text = reports::counterexample::render(&shown);
        return Err(anstream::adapter::strip_str(&text).to_string());
    }
    match &explored.unknown {
        Some(why) => Err(format!("unknown: {why}, in\n{}", case.scenario)),
        None => Ok(()),
    }
}

/// What the queue declares it has, and what it has is best declared.
fn declaration(subject: &Subject) -> Result<(), Failed> {
    let Tried { missing, undeclared } = tried(subject);
    for feature in undeclared {
        eprintln!("warning: {} has {feature}, which it does not declare", subject.name);
    }
    match missing.first() {
        Some(feature) => Err(format!("it declares {feature}, and has none").into()),
        None => Ok(()),
    }
}
