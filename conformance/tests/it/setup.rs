//! What the tests of several files set up.

use spec::Scenario;
use std::sync::atomic::AtomicBool;
use taskdone_conformance::catalogue;
use taskdone_conformance::check::Settings;
use taskdone_conformance::engine::{Engine, Extent, Plan, explore};
use taskdone_conformance::plan::QUICK;
use taskdone_conformance::stop::Stop;
use taskdone_conformance::subject::Subject;
use taskdone_conformance::tally::{Limits, Tally};
use taskdone_conformance::text::parse_scenario;

static NEVER: AtomicBool = AtomicBool::new(false);

/// Nothing from outside ends a run.
const TO_THE_END: Stop = Stop { deadline: None, interrupted: &NEVER };

/// The built-in subject of that name.
pub(crate) fn subject(name: &str) -> Subject {
    catalogue::all().into_iter().find(|s| s.name == name).expect("it is listed")
}

pub(crate) fn scenario(text: &str) -> Scenario {
    parse_scenario(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The quick profile with some engines.
pub(crate) fn settings(engines: &[Engine]) -> Settings {
    Settings { engines: engines.to_vec(), effort: QUICK, seed: 1, stop: TO_THE_END }
}

/// Judges everything that a plan comes by, without a limit.
pub(crate) fn judge_all(subject: &Subject, scenario: &Scenario, plan: &Plan) -> (Extent, Tally) {
    let limits = Limits { executions_max: u64::MAX, stop: TO_THE_END };
    let tally = Tally::new(scenario, subject.profile.choices(), limits);
    explore(subject, scenario, plan, tally)
}
