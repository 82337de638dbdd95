//! A whole run over queues of adapters: checked, and made into one report.

use super::adapter::Adapter;
use super::check::{Findings, Mode, Settings, Witness, check};
use super::child::Limits;
use super::known::{Shows, try_known};
use super::plan::Effort;
use super::python;
use super::report;
use super::session::Action;
use super::shrink::shrink;
use super::subject::Subject;
use crate::check::Progress;
use crate::stop::Stop;
use crate::wire::known::{Known, print_known};
use reports::{Run, Standing, Verdict};
use spec::ClauseId;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// What to do.
pub struct Job {
    /// What to check.
    pub targets: Vec<Target>,
    /// How much.
    pub effort: Effort,
    /// The seed of everything random.
    pub seed: u64,
    /// What an adapter may use up.
    pub limits: Limits,
    /// How long to wait for somebody who should not be blocked.
    pub second_look: Duration,
    /// When to stop before the end.
    pub stop: Stop,
    /// Where counterexamples go.
    pub cases: PathBuf,
    /// Take these steps and do nothing else.
    pub steps: Option<Vec<Known>>,
}

/// Queues of an adapter.
#[derive(Clone, Debug)]
pub struct Target {
    /// The command that starts the adapter.
    pub command: Vec<String>,
    /// The queue; `None` is every queue that it has.
    pub queue: Option<String>,
    /// Whether it is the adapter for Python, of whose queues some defects are known.
    pub python: bool,
    /// How this program is called to check it.
    pub again: String,
}

/// Does the job.
pub fn run(job: &Job, progress: &dyn Progress) -> Run {
    let mut run = crate::report::nothing_yet(job.effort.name, job.seed);
    for target in &job.targets {
        check_target(job, target, &mut run, progress);
    }
    run.verdict = verdict(&run);
    run
}

fn check_target(job: &Job, target: &Target, run: &mut Run, progress: &dyn Progress) {
    let mut adapter = match Adapter::start(&target.command, job.limits) {
        Ok(adapter) => adapter,
        Err(fault) => return run.subjects.push(unusable(target, &fault.to_string())),
    };
    let is_meant = |name: &String| target.queue.as_ref().is_none_or(|queue| queue == name);
    let queues = adapter.queues().iter().filter(|queue| is_meant(&queue.name));
    let subjects: Vec<Subject> = queues.map(Subject::new).collect();
    if subjects.is_empty() {
        let names: Vec<&str> = adapter.queues().iter().map(|queue| queue.name.as_str()).collect();
        let why = format!("its adapter has no such queue; it has {}", names.join(", "));
        return run.subjects.push(unusable(target, &why));
    }
    for subject in subjects {
        if !check_subject(job, &mut adapter, &subject, target, run, progress) {
            return;
        }
    }
    if let Err(fault) = adapter.finish() {
        run.incomplete.push(fault.to_string());
    }
}

/// Whether the adapter can go on.
fn check_subject(
    job: &Job,
    adapter: &mut Adapter,
    subject: &Subject,
    target: &Target,
    run: &mut Run,
    progress: &dyn Progress,
) -> bool {
    let settings = Settings {
        effort: job.effort,
        seed: job.seed,
        second_look: job.second_look,
        stop: job.stop,
    };
    let about = adapter.about();
    if let Some(steps) = &job.steps {
        return take_steps(adapter, subject, steps, &settings, run);
    }
    let mut findings = check(adapter, subject, &settings, progress);
    let examples = counterexamples(job, target, adapter, subject, &mut findings, &settings);
    run.suite_bugs.extend(findings.contradictions(subject));
    run.incomplete.extend(incomplete(subject, &findings));
    let known = if target.python { python::known() } else { Vec::new() };
    let known = try_all_known(adapter, subject, &known, &mut findings, &settings, run);
    run.subjects.push(report::subject(subject, &about, &findings, &examples, &known));
    findings.fault.is_none()
}

/// Tries the known defects of a queue. Returns those that show.
fn try_all_known(
    adapter: &mut Adapter,
    subject: &Subject,
    known: &[Known],
    findings: &mut Findings,
    settings: &Settings,
    run: &mut Run,
) -> BTreeMap<ClauseId, reports::Counterexample> {
    let mut shown = BTreeMap::new();
    for known in known.iter().filter(|known| known.queue == subject.name) {
        let standing = match findings.fault {
            Some(_) => Standing::Untried,
            None => match try_known(adapter, subject, known, settings) {
                Ok(Shows::Yes(witness)) => {
                    let name = &subject.name;
                    let mut example = report::counterexample(name, Mode::Stepped, &witness, None);
                    example.waived = Some(known.reason.clone());
                    shown.insert(known.clause, example);
                    Standing::Occurs
                }
                Ok(Shows::No) => Standing::Gone,
                Ok(Shows::Other(what)) => {
                    run.incomplete.push(format!("{} ({}): {what}", known.queue, known.reason));
                    Standing::Untried
                }
                Err(fault) => {
                    findings.fault = Some(fault);
                    Standing::Untried
                }
            },
        };
        run.waivers.push(reports::Waiver {
            subject: known.queue.clone(),
            clause: known.clause.to_string(),
            reason: known.reason.clone(),
            standing,
        });
    }
    shown
}

/// The smallest counterexample for each broken clause.
fn counterexamples(
    job: &Job,
    target: &Target,
    adapter: &mut Adapter,
    subject: &Subject,
    findings: &mut Findings,
    settings: &Settings,
) -> BTreeMap<ClauseId, reports::Counterexample> {
    let mut smallest: BTreeMap<ClauseId, (Mode, Witness)> = BTreeMap::new();
    for (mode, _, explored) in findings.all() {
        let Some(witness) = &explored.witness else { continue };
        // One that has steps can be told again.
        let size = |witness: &Witness| {
            let ops = witness.scenario.ops().count();
            (witness.run.is_none(), ops, witness.history.events.len())
        };
        let known = smallest.get(&witness.violation.clause);
        if known.is_none_or(|(_, known)| size(witness) < size(known)) {
            smallest.insert(witness.violation.clause, (mode, witness.clone()));
        }
    }
    let mut examples = BTreeMap::new();
    for (clause, (mode, mut witness)) in smallest {
        if findings.fault.is_none() && witness.run.is_some() {
            match shrink(adapter, subject, mode, &witness, settings) {
                Ok(smaller) => witness = smaller,
                Err(fault) => findings.fault = Some(fault),
            }
        }
        let replay = store(job, target, subject, &witness);
        examples.insert(clause, report::counterexample(&subject.name, mode, &witness, replay));
    }
    examples
}

/// Stores the steps of a counterexample, if it has some. Returns the command that takes them again.
fn store(job: &Job, target: &Target, subject: &Subject, witness: &Witness) -> Option<String> {
    let run = witness.run.as_ref()?;
    let cancelled = run.steps.iter().flat_map(|(batch, _)| batch).find_map(|action| match action {
        Action::Cancel(client) => Some(*client),
        _ => None,
    });
    let known = Known {
        queue: subject.name.clone(),
        clause: witness.violation.clause,
        capacity: witness.scenario.constants.capacity,
        clients: witness.scenario.clients.iter().map(|client| client.name.clone()).collect(),
        cancels: cancelled,
        steps: run.steps.iter().map(|(batch, _)| batch.clone()).collect(),
        reason: witness.violation.reason.clone(),
    };
    let name = format!("{}.{}.toml", subject.name.replace([':', '/'], "."), known.clause);
    let path = job.cases.join(name);
    fs::write(&path, print_known(&known)).ok()?;
    Some(format!("{} {} --steps {}", target.again, subject.name, path.display()))
}

/// Takes stored steps again. What they show is broken, and nothing else is known.
fn take_steps(
    adapter: &mut Adapter,
    subject: &Subject,
    steps: &[Known],
    settings: &Settings,
    run: &mut Run,
) -> bool {
    let mut findings = Findings::default();
    let mut examples = BTreeMap::new();
    for known in steps.iter().filter(|known| known.queue == subject.name) {
        match try_known(adapter, subject, known, settings) {
            Ok(Shows::Yes(witness)) => {
                let name = &subject.name;
                let example = report::counterexample(name, Mode::Stepped, &witness, None);
                examples.insert(known.clause, example);
            }
            Ok(Shows::No) => {
                run.incomplete
                    .push(format!("{} did not break {} again", subject.name, known.clause));
            }
            Ok(Shows::Other(what)) => run.incomplete.push(what),
            Err(fault) => {
                findings.fault = Some(fault);
                break;
            }
        }
    }
    let (about, none) = (adapter.about(), BTreeMap::new());
    run.subjects.push(report::subject(subject, &about, &findings, &examples, &none));
    findings.fault.is_none()
}

fn incomplete(subject: &Subject, findings: &Findings) -> Vec<String> {
    let mut lines = Vec::new();
    for mode in Mode::ALL {
        let all = findings.all().filter(|(other, _, _)| *other == mode);
        let cut = all.filter(|(_, _, explored)| explored.over.is_some()).count();
        if cut > 0 {
            let (name, of) = (&subject.name, findings.cases.len());
            lines.push(format!("{name}: {mode} did not get through {cut} of {of} scenarios"));
        }
    }
    lines
}

fn unusable(target: &Target, why: &str) -> reports::Subject {
    reports::Subject {
        warnings: Vec::new(),
        name: target.queue.clone().unwrap_or_else(|| target.command.join(" ")),
        about: target.command.first().cloned().unwrap_or_default(),
        profile: String::new(),
        verdict: Verdict::Unusable,
        clauses: Vec::new(),
        engines: Vec::new(),
        long: None,
        counterexamples: Vec::new(),
        unknown: vec![why.to_string()],
    }
}

/// A proven violation is never hidden by something unknown.
fn verdict(run: &Run) -> Verdict {
    let any = |verdict| run.subjects.iter().any(|subject| subject.verdict == verdict);
    let worst = [Verdict::Violates, Verdict::Unusable, Verdict::Unknown];
    match worst.into_iter().find(|verdict| any(*verdict)) {
        Some(verdict) => verdict,
        None if !run.incomplete.is_empty() => Verdict::Unknown,
        None => Verdict::Conforms,
    }
}
