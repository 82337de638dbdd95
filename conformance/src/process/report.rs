//! Findings as the plain data that `reports` renders.

use super::check::{Explored, Findings, Mode, Witness};
use super::subject::Subject;
use crate::report::{ending, rows};
use reports::{Status, Verdict};
use spec::{CLAUSES, Check, Clause, ClauseId};
use std::collections::BTreeMap;

/// What was found about a queue. `about` is its adapter; `known` has the
/// known defects that show.
pub(super) fn subject(
    subject: &Subject,
    about: &str,
    findings: &Findings,
    examples: &BTreeMap<ClauseId, reports::Counterexample>,
    known: &BTreeMap<ClauseId, reports::Counterexample>,
) -> reports::Subject {
    let clause = |clause: &Clause| clause_report(subject, findings, examples, known, clause);
    let clauses: Vec<reports::Clause> = CLAUSES.iter().map(clause).collect();
    let mut unknown = unknown(findings);
    unknown.extend(findings.fault.as_ref().map(ToString::to_string));
    let any = |status| clauses.iter().any(|clause: &reports::Clause| clause.status == status);
    let cut = findings.all().any(|(_, _, explored)| explored.over.is_some());
    let verdict = match findings.fault {
        _ if any(Status::Broken) => Verdict::Violates,
        Some(_) => Verdict::Unusable,
        None if any(Status::Vacuous) || !unknown.is_empty() || cut => Verdict::Unknown,
        None => Verdict::Conforms,
    };
    reports::Subject {
        name: subject.name.clone(),
        about: about.to_string(),
        profile: subject.profile.name.to_string(),
        verdict,
        clauses,
        long: None,
        engines: Mode::ALL.into_iter().map(|mode| mode_report(mode, findings)).collect(),
        counterexamples: examples.values().chain(known.values()).cloned().collect(),
        unknown,
        warnings: Vec::new(),
    }
}

fn clause_report(
    subject: &Subject,
    findings: &Findings,
    examples: &BTreeMap<ClauseId, reports::Counterexample>,
    known: &BTreeMap<ClauseId, reports::Counterexample>,
    clause: &Clause,
) -> reports::Clause {
    let count = |explored: &Explored| explored.evidence.get(&clause.id).copied().unwrap_or(0);
    let evidence: BTreeMap<String, u64> = findings
        .explored
        .iter()
        .map(|(mode, all)| (mode.to_string(), all.iter().map(count).sum()))
        .collect();
    let total: u64 = evidence.values().sum();
    // A violation first: it is proven, whatever the queue declares.
    let (status, why) = match clause.applies(subject.profile, subject.discipline) {
        _ if examples.contains_key(&clause.id) => (Status::Broken, None),
        _ if known.contains_key(&clause.id) => (Status::Waived, known[&clause.id].waived.clone()),
        Err(why) => (Status::NotApplicable, Some(why.to_string())),
        Ok(()) if total > 0 => (Status::Kept, None),
        Ok(()) => match clause.check {
            Check::Histories => (Status::Vacuous, Some("no run met its precondition".to_string())),
            Check::Models => {
                (Status::Untested, Some("only the models of the algorithms show it".to_string()))
            }
            Check::Untested(why) => (Status::Untested, Some(why.to_string())),
        },
    };
    reports::Clause { id: clause.name.into(), status, why, evidence }
}

fn unknown(findings: &Findings) -> Vec<String> {
    let mut reasons: BTreeMap<(Mode, &str), u64> = BTreeMap::new();
    for (mode, _, explored) in findings.all() {
        if let Some(why) = &explored.unknown {
            *reasons.entry((mode, why)).or_default() += 1;
        }
    }
    reasons.into_iter().map(|((mode, why), n)| format!("{mode}, in {n} scenarios: {why}")).collect()
}

fn mode_report(mode: Mode, findings: &Findings) -> reports::Engine {
    let mut report = reports::Engine {
        name: mode.to_string(),
        blind_to: mode.blind_to().to_string(),
        ..reports::Engine::default()
    };
    let of_mode = findings.all().filter(|(other, _, _)| *other == mode);
    for (_, case, explored) in of_mode {
        if let Some(reason) = explored.skipped {
            *report.skipped.entry(reason.to_string()).or_default() += 1;
            continue;
        }
        report.scenarios += 1;
        report.executions += explored.executions;
        match explored {
            Explored { witness: Some(_), .. } | Explored { over: Some(_), .. } => {
                report.cut_short += 1;
            }
            // Not schedules, but every order in which the steps can be taken.
            Explored { exhausted: true, .. } => report.exhaustive += 1,
            _ => report.sampled += 1,
        }
        let allowed = &case.allowed.finals;
        let seen = allowed.intersection(&explored.finals).count() as u64;
        report.outcomes_allowed += allowed.len() as u64;
        report.outcomes_seen += seen;
        let missing = allowed.len() as u64 - seen;
        if missing > 0 {
            *report.outcomes_missing.entry(why_missing(mode).to_string()).or_default() += missing;
        }
    }
    report
}

fn why_missing(mode: Mode) -> &'static str {
    match mode {
        Mode::Stepped => "steps come to rest, and nothing is left to the schedule",
        Mode::Cancelled => "a call was cancelled",
        Mode::Recorded => "luck did not bring them up",
    }
}

/// A counterexample for people.
pub(super) fn counterexample(
    subject: &str,
    mode: Mode,
    witness: &Witness,
    replay: Option<String>,
) -> reports::Counterexample {
    let Witness { scenario, violation, history, .. } = witness;
    reports::Counterexample {
        subject: subject.to_string(),
        clause: violation.clause.to_string(),
        sentence: violation.clause.clause().sentence.to_string(),
        engine: mode.to_string(),
        reason: violation.reason.clone(),
        scenario: scenario.to_string(),
        clients: scenario.clients.iter().map(|client| client.name.clone()).collect(),
        rows: rows(history),
        ending: ending(history),
        replay,
        waived: None,
    }
}
