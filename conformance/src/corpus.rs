//! The scenarios that were written by hand: at least one for each clause that histories can show, the
//! patterns of use, and some in which somebody waits for ever and rightly so.

use crate::text::{parse_scenario, parse_scenarios};
use spec::{ClauseId, Discipline, PATTERNS, Pattern, Scenario};

const FILES: [(&str, &str); 10] = [
    ("put.txt", include_str!("../scenarios/put.txt")),
    ("get.txt", include_str!("../scenarios/get.txt")),
    ("done.txt", include_str!("../scenarios/done.txt")),
    ("join.txt", include_str!("../scenarios/join.txt")),
    ("shutdown.txt", include_str!("../scenarios/shutdown.txt")),
    ("time.txt", include_str!("../scenarios/time.txt")),
    ("cancel.txt", include_str!("../scenarios/cancel.txt")),
    ("observers.txt", include_str!("../scenarios/observers.txt")),
    ("progress.txt", include_str!("../scenarios/progress.txt")),
    ("upstream.txt", include_str!("../scenarios/upstream.txt")),
];

/// The scenarios, for a queue of this discipline.
///
/// # Panics
///
/// If a file of the corpus is malformed, which a test rules out.
pub fn scenarios(discipline: Discipline) -> Vec<Scenario> {
    let parse = |(name, text): (&str, &str)| {
        parse_scenarios(text).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let mut scenarios: Vec<Scenario> = FILES.into_iter().flat_map(parse).collect();
    scenarios.extend(PATTERNS.iter().map(pattern));
    for scenario in &mut scenarios {
        scenario.constants.discipline = discipline;
    }
    scenarios
}

/// A pattern of use as a scenario.
fn pattern(pattern: &Pattern) -> Scenario {
    let Pattern { name, example, .. } = pattern;
    let scenario = parse_scenario(example.scenario).unwrap_or_else(|e| panic!("{name}: {e}"));
    Scenario { title: format!("the pattern `{name}`"), ..scenario }
}

/// The clauses that the title of a scenario names: `ORD-1 ORD-2: …`.
pub fn named_clauses(scenario: &Scenario) -> Vec<ClauseId> {
    let (names, _) = scenario.title.split_once(':').unwrap_or_default();
    names.split(' ').filter_map(ClauseId::named).collect()
}
