//! What CPython's own tests assert: by a scenario that the real queues are driven through, or by
//! `python/beyond.py`.

use crate::Test;
use crate::setup::Interpreter;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use taskdone_conformance::corpus;

pub(crate) const TESTS: &[Test] =
    &[("every_upstream_test_is_exercised", every_row), ("beyond_the_scenarios", all_right)];

pub(crate) const EACH_VERSION: &[Test] = &[("beyond_the_scenarios", all_right)];

fn beyond(python: &Interpreter, args: &[&str]) -> (Option<i32>, String) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("python/beyond.py");
    let output = Command::new(python.command).arg(file).args(args).output();
    let output = output.expect("the interpreter starts");
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Everything is so, and on 3.13 nothing is skipped.
fn all_right(python: &Interpreter) {
    let (code, said) = beyond(python, &[]);
    assert_eq!(code, Some(0), "{said}");
    let count = |word: &str| said.lines().filter(|line| line.starts_with(word)).count();
    let skipped = count("skipped");
    assert!(count("ok ") > 50 && skipped + count("ok ") == said.lines().count(), "{said}");
    assert!(skipped == 0 || python.minor < 13 || cfg!(not(target_os = "linux")), "{said}");
}

/// The document, row by row: file, class, test, and what covers it.
fn rows() -> Vec<(String, String)> {
    let (mut file, mut class) = ("", "");
    let mut rows = Vec::new();
    for line in include_str!("../../../spec/UPSTREAM.md").lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            (file, class) = (heading.rsplit('/').next().unwrap_or(heading), "");
        } else if let Some(heading) = line.strip_prefix("### ") {
            class = heading;
        }
        let is_head = ["| upstream test |", "| gap |", "|---|"].iter().any(|h| line.starts_with(h));
        if is_head || !line.starts_with('|') {
            continue;
        }
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, _, _, covered_by] = cells[..] else { panic!("four cells: {line}") };
        let row = match file {
            "Gaps" => format!("gap: {name}"),
            _ => format!("{file} {class} {name}"),
        };
        rows.push((row, covered_by.to_string()));
    }
    rows
}

/// Whether the real queues are driven through all that a row asserts.
fn is_driven(row: &str, covered_by: &str) -> bool {
    let scenarios: BTreeSet<String> = corpus::scenarios(spec::Discipline::Fifo)
        .into_iter()
        .filter(|scenario| scenario.ops().all(|(_, op)| spec::profile::PYTHON_QUEUE.has(op)))
        .map(|scenario| scenario.title)
        .collect();
    let is_scenario = |source: &str| {
        let title = source.trim_matches('`');
        source.strip_prefix("pattern: ").map_or(scenarios.contains(title), |name| {
            scenarios.contains(&format!("the pattern `{name}`"))
        })
    };
    // SimpleQueue is not joinable, so the suite does not drive it.
    let whole = !covered_by.contains("not covered: ") && !covered_by.contains("; not: ");
    whole && !row.contains("SimpleQueueTest") && covered_by.split("; ").any(is_scenario)
}

fn every_row(python: &Interpreter) {
    let (code, listed) = beyond(python, &["--list"]);
    assert_eq!(code, Some(0));
    let listed: BTreeSet<&str> = listed.lines().collect();
    let rows = rows();
    for (row, covered_by) in &rows {
        assert!(
            listed.contains(row.as_str()) || is_driven(row, covered_by),
            "{row} is neither driven nor in beyond.py: {covered_by}"
        );
    }
    for name in &listed {
        assert!(rows.iter().any(|(row, _)| row == name), "beyond.py: {name} is no row");
    }
    let driven = rows.iter().filter(|(row, covered_by)| is_driven(row, covered_by)).count();
    println!("{} rows: {} in beyond.py, {driven} driven", rows.len(), listed.len());
}
