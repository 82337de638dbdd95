//! A whole run: subjects are checked, broken queues are hunted, counterexamples are shrunk and
//! written, and all of it becomes one report.

use crate::catalogue::Mutant;
use crate::check::{Findings, Progress, Settings, check};
use crate::declared::{self, Tried};
use crate::engine::{Engine, quietly};
use crate::shrink::{Counterexample, shrink};
use crate::subject::Subject;
use crate::wire::{Case, Waiver};
use crate::{mutants, report};
use rayon::prelude::*;
use reports::{Run, Standing, Status, Verdict};
use spec::{ClauseId, Constants};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

/// What to do.
pub struct Job {
    /// The queues to check.
    pub subjects: Vec<Subject>,
    /// The broken queues to catch.
    pub mutants: Vec<Mutant>,
    /// How.
    pub settings: Settings,
    /// The violations that are put up with.
    pub waivers: Vec<Waiver>,
    /// Where case files go.
    pub cases: PathBuf,
    /// How this program is called, for the lines that replay a case.
    pub program: String,
}

/// Does the job.
pub fn run(job: &Job, progress: &dyn Progress) -> Run {
    let mut run = report::nothing_yet(job.settings.effort.name, job.settings.seed);
    for subject in &job.subjects {
        check_subject(job, subject, &mut run, progress);
    }
    hunt_mutants(job, &mut run, progress);
    run.waivers = job.waivers.iter().map(|waiver| judge_waiver(job, waiver, &run)).collect();
    run.verdict = verdict(&run);
    run
}

fn check_subject(job: &Job, subject: &Subject, run: &mut Run, progress: &dyn Progress) {
    let warnings = match usable(subject) {
        Ok(warnings) => warnings,
        Err(why) => {
            run.subjects.push(report::unusable(subject, why));
            return;
        }
    };
    let findings = check(subject, &job.settings, progress);
    let examples = counterexamples(job, subject, &findings, run);
    run.incomplete.extend(findings.incomplete(subject));
    run.suite_bugs.extend(findings.contradictions());
    let report = report::subject(subject, &findings, &job.settings, &examples, &job.waivers);
    run.subjects.push(reports::Subject { warnings, ..report });
}

/// Whether a queue can be made at all, and has what it declares. What it has besides is said.
fn usable(subject: &Subject) -> Result<Vec<String>, String> {
    let constants = Constants { discipline: subject.discipline, capacity: Some(1) };
    // The worlds of the model checkers are only there while their engine runs.
    let make = || {
        drop(subject.worlds.std.as_ref().map(|make| make(constants)));
        drop(subject.worlds.tasks.as_ref().map(|make| make(constants)));
    };
    if quietly(|| catch_unwind(AssertUnwindSafe(make))).is_err() {
        return Err("its constructor panics".to_string());
    }
    let Tried { missing, undeclared } = declared::tried(subject);
    let profile = subject.profile.name;
    if let Some(feature) = missing.first() {
        return Err(format!("it declares {feature} (profile {profile}), and has none"));
    }
    let undeclared = undeclared.iter();
    Ok(undeclared
        .map(|it| format!("it has {it}, which it does not declare: that is not tried"))
        .collect())
}

/// The smallest counterexample for each broken clause; of an engine that repeats itself if one of
/// those found it.
fn counterexamples(
    job: &Job,
    subject: &Subject,
    findings: &Findings,
    run: &mut Run,
) -> BTreeMap<ClauseId, reports::Counterexample> {
    let mut examples = BTreeMap::new();
    for (engine, explored) in &findings.explored {
        for (case, explored) in findings.cases.iter().zip(explored) {
            let Some((plan, witness)) = &explored.witness else { continue };
            examples.entry(witness.violation.clause).or_insert_with(|| {
                let example = shrink(subject, &case.scenario, plan, witness, &job.settings);
                show(job, subject, *engine, &example, run)
            });
        }
    }
    if let Some(found) = findings.long.as_ref().and_then(|long| long.counterexample.as_ref()) {
        let shown = || show(job, subject, Engine::Threads, found, run);
        examples.entry(found.violation.clause).or_insert_with(shown);
    }
    examples
}

/// Writes the case file of a counterexample, and says how to replay it.
fn show(
    job: &Job,
    subject: &Subject,
    engine: Engine,
    example: &Counterexample,
    run: &mut Run,
) -> reports::Counterexample {
    let written = Case::new(&subject.name, example).write(&job.cases);
    let replay = match written {
        Ok(path) => Some(format!("{} replay {}", job.program, path.display())),
        Err(error) => {
            run.incomplete.push(format!("a counterexample was not stored: {error}"));
            None
        }
    };
    report::counterexample(&subject.name, engine, example, replay)
}

fn hunt_mutants(job: &Job, run: &mut Run, progress: &dyn Progress) {
    // What no engine in use is given is no evidence of this run.
    let is_given =
        |mutant: &&Mutant| job.settings.engines.iter().any(|engine| mutant.fate(*engine).is_some());
    let given: Vec<&Mutant> = job.mutants.iter().filter(is_given).collect();
    progress.steps(given.len());
    let hunt = |mutant: &&Mutant| {
        let outcome = mutants::hunt(mutant, &job.settings);
        progress.step();
        outcome
    };
    let outcomes: Vec<mutants::Outcome> = given.par_iter().map(hunt).collect();
    for (mutant, outcome) in given.into_iter().zip(&outcomes) {
        let example = outcome
            .counterexample
            .as_ref()
            .map(|(engine, example)| show(job, &mutant.subject, *engine, example, run));
        let report = report::mutant(mutant, outcome, example);
        let name = &mutant.subject.name;
        if let Some(over) = outcome.over {
            run.incomplete.push(format!("{name} was not tried to the end: {over}"));
        } else if !report.as_declared {
            run.suite_bugs.push(format!("{name} did not fare as its header declares"));
        } else if outcome.repeats_itself() && !report.replayed {
            run.suite_bugs.push(format!("the counterexample of {name} did not show again"));
        }
        run.mutants.push(report);
    }
}

/// A violation that was not seen is only gone if everything was tried.
fn judge_waiver(job: &Job, waiver: &Waiver, run: &Run) -> reports::Waiver {
    let clause = waiver.clause.to_string();
    let subject = run.subjects.iter().find(|subject| subject.name == waiver.subject);
    let put_up_with =
        |found: &reports::Clause| found.id == clause && found.status == Status::Waived;
    let all_engines = Engine::ALL.iter().all(|engine| job.settings.engines.contains(engine));
    let standing = match subject {
        Some(subject) if subject.clauses.iter().any(put_up_with) => Standing::Occurs,
        Some(_) if all_engines && run.incomplete.is_empty() => Standing::Gone,
        _ => Standing::Untried,
    };
    let (subject, reason) = (waiver.subject.clone(), waiver.reason.clone());
    reports::Waiver { subject, clause, reason, standing }
}

/// A proven violation is never hidden by something unknown.
fn verdict(run: &Run) -> Verdict {
    let any = |verdict| run.subjects.iter().any(|subject| subject.verdict == verdict);
    if any(Verdict::Violates) {
        Verdict::Violates
    } else if any(Verdict::Unusable) {
        Verdict::Unusable
    } else if any(Verdict::Unknown) || !run.incomplete.is_empty() || !run.all_caught() {
        Verdict::Unknown
    } else {
        Verdict::Conforms
    }
}
