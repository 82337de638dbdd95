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
//! occurred fails, because nothing was shown.

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
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Makes the test binary of a queue: `suite!(Mine)` of an [`Adapter`](crate::adapter::Adapter),
/// `suite!(Mine, tasks)` of an [`AsyncAdapter`](crate::adapter::AsyncAdapter).
#[macro_export]
macro_rules! suite {
    ($adapter:ty) => {
        fn main() -> std::process::ExitCode {
            let subject = $crate::subject::Subject::of::<$adapter>;
            $crate::suite::run(subject(stringify!($adapter), "a queue for threads"))
        }
    };
    ($adapter:ty, tasks) => {
        fn main() -> std::process::ExitCode {
            let subject = $crate::subject::Subject::of_tasks::<$adapter>;
            $crate::suite::run(subject(stringify!($adapter), "a queue for tasks"))
        }
    };
}

static NEVER: AtomicBool = AtomicBool::new(false);

/// Runs the tests that the command line selects, with every engine that the queue is compiled for.
pub fn run(subject: Subject) -> ExitCode {
    let subject = Arc::new(subject);
    let mut trials: Vec<Trial> = CLAUSES.iter().map(|clause| of_clause(&subject, clause)).collect();
    let declared = Arc::clone(&subject);
    trials.push(Trial::test("declaration", move || declaration(&declared)));
    let others = Arc::clone(&subject);
    trials.push(Trial::test("scenarios", move || other_scenarios(&others)));
    // Real threads want the machine for themselves.
    let arguments = Arguments { test_threads: Some(1), ..Arguments::from_args() };
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn of_clause(subject: &Arc<Subject>, clause: &'static Clause) -> Trial {
    let (applies, id) = (clause.applies(subject.profile, subject.discipline), clause.id);
    let subject = Arc::clone(subject);
    let trial = Trial::test(clause.name, move || keeps(&subject, id));
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

/// Whether a queue keeps a clause in the scenarios that are about it.
///
/// # Errors
///
/// A counterexample, of this clause or of another that these scenarios show broken; or that nothing
/// was shown.
pub fn keeps(subject: &Subject, clause: ClauseId) -> Result<(), Failed> {
    let about = corpus::scenarios(subject.discipline).into_iter().filter(|scenario| {
        corpus::named_clauses(scenario).contains(&clause)
            && scenario.ops().all(|(_, op)| subject.profile.has(op))
    });
    let evidence = explore_all(subject, about.collect(), clause)?;
    let vacuous = "vacuous: no run met the precondition of the clause, so nothing was shown";
    if evidence == 0 { Err(vacuous.into()) } else { Ok(()) }
}

/// All other scenarios: those that are about no clause that histories show, and random ones.
fn other_scenarios(subject: &Subject) -> Result<(), Failed> {
    let all = scenarios(subject, &QUICK, SEED).into_iter();
    let others = all.filter(|(scenario, _)| corpus::named_clauses(scenario).is_empty());
    explore_all(subject, others.map(|(scenario, _)| scenario).collect(), ClauseId::Put1).map(drop)
}

const SEED: u64 = 1;

/// In how many runs the precondition of the clause occurred; the first violation fails.
fn explore_all(
    subject: &Subject,
    scenarios: Vec<Scenario>,
    clause: ClauseId,
) -> Result<u64, Failed> {
    let engines = Engine::ALL.into_iter().filter(|engine| subject.runs_on(*engine)).collect();
    let stop = Stop { deadline: None, interrupted: &NEVER };
    let settings = Settings { engines, effort: QUICK, seed: SEED, stop };
    let mut evidence = 0;
    for scenario in scenarios {
        let case = Case::new(scenario, Origin::Written, subject.profile.momentary_zero);
        for engine in &settings.engines {
            let explored = explore_case(subject, *engine, &case, &settings);
            evidence += explored.evidence.get(&clause).copied().unwrap_or(0);
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
) -> Result<(), Failed> {
    if let Some((plan, witness)) = &explored.witness {
        let example = shrink(subject, &case.scenario, plan, witness, settings);
        let shown = report::counterexample(&subject.name, engine, &example, None);
        let text = reports::counterexample::render(&shown);
        return Err(anstream::adapter::strip_str(&text).to_string().into());
    }
    match &explored.unknown {
        Some(why) => Err(format!("unknown: {why}, in\n{}", case.scenario).into()),
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
