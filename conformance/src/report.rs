//! Findings as the plain data that `reports` renders.

use crate::check::{Explored, Findings, Settings};
use crate::engine::{Disturbances, Engine, Extent};
use crate::plan::Case;
use crate::shrink::Counterexample;
use crate::stop::Over;
use crate::subject::Subject;
use crate::tally::Stopped;
use crate::{catalogue, mutants, wire};
use impls::catalogue::Fate;
use model::Final;
use reports::{Row, Run, Status, Trial, Verdict};
use spec::{CLAUSES, Check, Clause, ClauseId, Ending, EventKind, History, Operation};
use std::collections::{BTreeMap, BTreeSet};

/// The report of a run in which nothing was done yet.
pub fn nothing_yet(profile: &str, seed: u64) -> Run {
    Run {
        format: reports::run::FORMAT,
        program: concat!("taskdone ", env!("CARGO_PKG_VERSION")).to_string(),
        profile: profile.to_string(),
        seed,
        verdict: Verdict::Conforms,
        subjects: Vec::new(),
        mutants: Vec::new(),
        waivers: Vec::new(),
        incomplete: Vec::new(),
        suite_bugs: Vec::new(),
    }
}

/// What was found about a subject. `examples` has the counterexamples that were shrunk, with the
/// commands that replay them.
pub fn subject(
    subject: &Subject,
    findings: &Findings,
    settings: &Settings,
    examples: &BTreeMap<ClauseId, reports::Counterexample>,
    waivers: &[wire::Waiver],
) -> reports::Subject {
    let broken = findings.broken();
    let waiver = |clause| waivers.iter().find(|w| w.subject == subject.name && w.clause == clause);
    let clause = |clause: &Clause| {
        let evidence = findings.evidence(clause.id);
        // A violation first: it is proven, whatever the subject declares.
        let (status, why) = match clause.applies(subject.profile, subject.discipline) {
            _ if broken.contains(&clause.id) => match waiver(clause.id) {
                Some(waiver) => (Status::Waived, Some(waiver.reason.clone())),
                None => (Status::Broken, None),
            },
            Err(why) => (Status::NotApplicable, Some(why.to_string())),
            Ok(()) if clause.check != Check::Histories => (Status::Untested, untested(clause)),
            Ok(()) if evidence > 0 => (Status::Kept, None),
            Ok(()) => (Status::Vacuous, Some("no run met its precondition".to_string())),
        };
        let evidence = findings.explored.iter().map(|(engine, explored)| {
            let counts = explored.iter().map(|e| e.evidence.get(&clause.id).copied().unwrap_or(0));
            (engine.to_string(), counts.sum())
        });
        reports::Clause { id: clause.name.into(), status, why, evidence: evidence.collect() }
    };
    let clauses: Vec<reports::Clause> = CLAUSES.iter().map(clause).collect();
    let unknown = findings.unknown();
    let any = |status| clauses.iter().any(|clause: &reports::Clause| clause.status == status);
    let verdict = if any(Status::Broken) {
        Verdict::Violates
    } else if any(Status::Vacuous) || !unknown.is_empty() || findings.is_cut() {
        Verdict::Unknown
    } else {
        Verdict::Conforms
    };
    let engines = findings.explored.iter().map(|(e, all)| engine(*e, all, findings, settings));
    let example = |(clause, example): (&ClauseId, &reports::Counterexample)| {
        let reason = waiver(*clause).map(|waiver| waiver.reason.clone());
        reports::Counterexample { waived: reason, ..example.clone() }
    };
    reports::Subject {
        name: subject.name.clone(),
        about: subject.about.clone(),
        profile: subject.profile.name.to_string(),
        verdict,
        clauses,
        engines: engines.collect(),
        long: findings.long.as_ref().map(|long| {
            let (runs, operations) = (long.runs, long.operations);
            reports::LongRuns { runs, operations }
        }),
        counterexamples: examples.iter().map(example).collect(),
        unknown,
        warnings: Vec::new(),
    }
}

fn untested(clause: &Clause) -> Option<String> {
    match clause.check {
        Check::Histories => None,
        Check::Models => Some("only the models of the algorithms show it".to_string()),
        Check::Untested(why) => Some(why.to_string()),
    }
}

/// A subject that cannot be used, and why.
pub fn unusable(subject: &Subject, why: String) -> reports::Subject {
    reports::Subject {
        name: subject.name.clone(),
        about: subject.about.clone(),
        profile: subject.profile.name.to_string(),
        verdict: Verdict::Unusable,
        clauses: Vec::new(),
        engines: Vec::new(),
        long: None,
        counterexamples: Vec::new(),
        unknown: vec![why],
        warnings: Vec::new(),
    }
}

impl Findings {
    fn all(&self) -> impl Iterator<Item = (&Engine, &Case, &Explored)> {
        let of_engine = |(engine, explored)| {
            let cases = self.cases.iter().zip::<&Vec<Explored>>(explored);
            cases.map(move |(case, explored)| (engine, case, explored))
        };
        self.explored.iter().flat_map(of_engine)
    }

    fn broken(&self) -> BTreeSet<ClauseId> {
        let witnesses = self.all().filter_map(|(_, _, explored)| explored.witness.as_ref());
        let long = self.long.iter().filter_map(|long| long.counterexample.as_ref());
        let broken = witnesses.map(|(_, witness)| witness.violation.clause);
        broken.chain(long.map(|found| found.violation.clause)).collect()
    }

    fn evidence(&self, clause: ClauseId) -> u64 {
        self.all().filter_map(|(_, _, explored)| explored.evidence.get(&clause)).sum()
    }

    fn unknown(&self) -> Vec<String> {
        let mut reasons: BTreeMap<(Engine, &str), u64> = BTreeMap::new();
        for (engine, _, explored) in self.all() {
            if let Some(why) = &explored.unknown {
                *reasons.entry((*engine, why)).or_default() += 1;
            }
        }
        let line = |((engine, why), n)| format!("{engine}, in {n} scenarios: {why}");
        let long = self.long.iter().filter_map(|long| long.unknown.as_ref());
        let long = long.map(|why| format!("a long run of real threads: {why}"));
        reasons.into_iter().map(line).chain(long).collect()
    }

    /// What was cut short from outside.
    fn cut(&self) -> impl Iterator<Item = (Engine, Over)> {
        self.all().filter_map(|(engine, _, explored)| match explored.stopped {
            Some(Stopped::Over(over)) => Some((*engine, over)),
            _ => None,
        })
    }

    /// Why there were less long runs than asked for, if from outside.
    fn long_cut(&self) -> Option<Over> {
        self.long.as_ref().and_then(|long| long.over)
    }

    fn is_cut(&self) -> bool {
        self.cut().next().is_some() || self.long_cut().is_some()
    }

    /// What was cut short from outside, in sentences.
    pub fn incomplete(&self, subject: &Subject) -> Vec<String> {
        let mut cut: BTreeMap<(Engine, Over), u64> = BTreeMap::new();
        for what in self.cut() {
            *cut.entry(what).or_default() += 1;
        }
        let line = |((engine, over), n): ((Engine, Over), u64)| {
            let (name, of) = (&subject.name, self.cases.len());
            format!("{name}: {engine} did not get through {n} of {of} scenarios: {over}")
        };
        let long = self.long_cut().map(|over| {
            format!("{}: there were not as many long runs as asked for: {over}", subject.name)
        });
        cut.into_iter().map(line).chain(long).collect()
    }

    /// Outcomes that the oracle let pass and the model does not allow, in sentences.
    pub fn contradictions(&self) -> Vec<String> {
        let contradiction = |(engine, case, explored): (&Engine, &Case, &Explored)| {
            let allowed = &case.allowed.finals;
            let other = explored.finals.iter().find(|end| !allowed.contains(end))?;
            let scenario = &case.scenario;
            Some(format!(
                "the oracle accepts and the model does not allow, {engine}, {other:?}, in\n{scenario}"
            ))
        };
        self.all().filter_map(contradiction).collect()
    }
}

fn engine(
    engine: Engine,
    explored: &[Explored],
    findings: &Findings,
    settings: &Settings,
) -> reports::Engine {
    let loom = engine == Engine::Loom;
    let mut report = reports::Engine {
        name: engine.to_string(),
        blind_to: engine.blind_to().to_string(),
        preemption_bound: loom.then_some(settings.effort.preemption_bound as u64),
        disturbances_bound: (engine == Engine::Executor).then(|| disturbances(settings)),
        ..reports::Engine::default()
    };
    for (case, explored) in findings.cases.iter().zip(explored) {
        if let Some(reason) = explored.skipped {
            *report.skipped.entry(reason.to_string()).or_default() += 1;
            continue;
        }
        let Some(extent) = explored.extent else { continue };
        report.scenarios += 1;
        report.executions += explored.executions;
        if engine == Engine::Explore {
            *report.states.get_or_insert(0) += explored.states;
            *report.transitions.get_or_insert(0) += explored.transitions;
            let clients = case.scenario.clients.len() as u64;
            report.clients = report.clients.max(Some(clients));
        }
        match extent {
            Extent::Exhaustive => report.exhaustive += 1,
            Extent::Bounded(_) => report.bounded += 1,
            Extent::Sampled => report.sampled += 1,
            Extent::Stopped => report.cut_short += 1,
        }
        report.outcomes_allowed += case.allowed.finals.len() as u64;
        let missing = case.allowed.finals.difference(&explored.finals);
        let mut seen = case.allowed.finals.len() as u64;
        for end in missing {
            seen -= 1;
            let reason = why_missing(engine, explored, case, end);
            *report.outcomes_missing.entry(reason.to_string()).or_default() += 1;
        }
        report.outcomes_seen += seen;
    }
    report
}

fn disturbances(settings: &Settings) -> reports::Disturbances {
    let Disturbances { cancelled, forgotten, spurious } = settings.effort.disturbances;
    let [cancelled, forgotten, spurious] = [cancelled, forgotten, spurious].map(|n| n as u64);
    reports::Disturbances { cancelled, forgotten, spurious }
}

fn why_missing(engine: Engine, explored: &Explored, case: &Case, end: &Final) -> &'static str {
    let time = engine != Engine::Threads && !case.allowed_untimed.finals.contains(end);
    match (explored.extent, explored.stopped) {
        _ if time => "only the passing of time brings them up",
        (Some(Extent::Exhaustive), _) => "no schedule brings them up",
        (Some(Extent::Bounded(_)), _) if engine == Engine::Executor => {
            "no order of polls brings them up"
        }
        (Some(Extent::Bounded(_)), _) => "they need more preemptions than the bound",
        (Some(Extent::Stopped), Some(Stopped::Violation)) => "a violation came before them",
        (Some(Extent::Stopped), Some(Stopped::Limit)) => "the limit of executions came before them",
        (Some(Extent::Stopped), _) => "the run was over before them",
        _ if engine == Engine::Threads => "luck did not bring them up",
        _ => "the schedules that were drawn did not bring them up",
    }
}

/// A counterexample for people.
pub fn counterexample(
    subject: &str,
    engine: Engine,
    example: &Counterexample,
    replay: Option<String>,
) -> reports::Counterexample {
    let Counterexample { scenario, violation, execution } = example;
    reports::Counterexample {
        subject: subject.to_string(),
        clause: violation.clause.to_string(),
        sentence: violation.clause.clause().sentence.to_string(),
        engine: engine.to_string(),
        reason: violation.reason.clone(),
        scenario: scenario.to_string(),
        clients: scenario.clients.iter().map(|client| client.name.clone()).collect(),
        rows: rows(&execution.history),
        ending: ending(&execution.history),
        replay,
        waived: None,
    }
}

/// Calls and returns; a return right after its call shares the row.
pub fn rows(history: &History) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut pending: BTreeMap<usize, String> = BTreeMap::new();
    for event in &history.events {
        let client = event.thread;
        match event.kind {
            EventKind::Call(op) => {
                pending.insert(client, op.to_string());
                rows.push(Row { client, op: op.to_string(), called: true, returned: None });
            }
            EventKind::Return(outcome) => {
                let returned = Some(outcome.to_string());
                let op = pending.remove(&client).unwrap_or_default();
                match rows.last_mut() {
                    Some(row) if row.client == client && row.called => row.returned = returned,
                    _ => rows.push(Row { client, op, called: false, returned }),
                }
            }
        }
    }
    rows
}

/// How a history ended, with those who are blocked.
pub fn ending(history: &History) -> reports::Ending {
    match &history.ending {
        Ending::Quiescent => {
            let operations = history.operations().unwrap_or_default();
            let pending = operations.iter().filter(|operation| operation.returned.is_none());
            let blocked =
                |o: &Operation| reports::Blocked { client: o.thread, op: o.op.to_string() };
            reports::Ending::Quiescent(pending.map(blocked).collect())
        }
        Ending::Cut(why) => reports::Ending::Cut(why.clone()),
        Ending::Mishandled(what) => reports::Ending::Mishandled(what.clone()),
        Ending::Panicked { thread, message } => reports::Ending::Panicked(*thread, message.clone()),
    }
}

/// What came of a broken queue.
pub fn mutant(
    mutant: &catalogue::Mutant,
    outcome: &mutants::Outcome,
    counterexample: Option<reports::Counterexample>,
) -> reports::Mutant {
    let trial = |(engine, found): &(Engine, Option<ClauseId>)| Trial {
        engine: engine.to_string(),
        declared: match mutant.fate(*engine) {
            Some(Fate::Caught) => "caught",
            Some(Fate::Survives) => "survives",
            Some(Fate::Chance) => "chance",
            None => "not given",
        }
        .to_string(),
        found: found.map(|clause| clause.to_string()),
    };
    reports::Mutant {
        name: mutant.subject.name.clone(),
        defect: mutant.declared.defect.to_string(),
        breaks: mutant.breaks.to_string(),
        trials: outcome.found.iter().map(trial).collect(),
        as_declared: outcome.as_declared(mutant),
        replayed: outcome.replayed,
        counterexample,
    }
}
