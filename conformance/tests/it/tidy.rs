//! The architecture as absences: what a crate does not know, and what no file contains.

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace above").to_path_buf()
}

fn metadata() -> Metadata {
    let manifest = root().join("Cargo.toml");
    MetadataCommand::new().manifest_path(manifest).no_deps().exec().expect("cargo knows itself")
}

fn package<'a>(metadata: &'a Metadata, name: &str) -> &'a Package {
    metadata.packages.iter().find(|package| package.name == name).expect("it is a member")
}

/// The names of the packages that it depends on, other than for its tests and its build.
fn dependencies(name: &str) -> BTreeSet<String> {
    let metadata = metadata();
    let normal = package(&metadata, name).dependencies.iter();
    let normal = normal.filter(|dependency| dependency.kind == DependencyKind::Normal);
    normal.map(|dependency| dependency.name.clone()).collect()
}

#[track_caller]
fn assert_dependencies(name: &str, expected: &[&str]) {
    let expected: BTreeSet<String> = expected.iter().map(ToString::to_string).collect();
    assert_eq!(dependencies(name), expected, "{name}");
}

#[test]
fn the_arrows_between_the_crates() {
    assert_dependencies("taskdone-spec", &[]);
    // A queue cannot consult the oracle.
    assert_dependencies("taskdone-impls", &["loom", "shuttle", "taskdone-explore"]);
    assert_dependencies("taskdone-model", &["fastrand", "stateright", "taskdone-spec"]);
    let reports = dependencies("taskdone-reports");
    let ours: Vec<&String> = reports.iter().filter(|name| name.starts_with("taskdone")).collect();
    assert_eq!(ours, ["taskdone-spec"]);
}

#[test]
fn one_edition_one_rust_version_one_licence() {
    for package in metadata().packages {
        let rust = package.rust_version.as_ref().map(ToString::to_string);
        assert_eq!(rust.as_deref(), Some("1.95.0"), "{}", package.name);
        assert_eq!(package.edition.as_str(), "2024", "{}", package.name);
        assert_eq!(package.license.as_deref(), Some("MIT OR Apache-2.0"), "{}", package.name);
    }
}

#[test]
fn the_top_level() {
    let shown = |name: &String| !name.starts_with('.') && name != "target";
    let entries = fs::read_dir(root()).expect("a readable workspace");
    let names = entries.map(|e| e.expect("readable").file_name().to_string_lossy().into_owned());
    let names: BTreeSet<String> = names.filter(shown).collect();
    let expected = [
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "conformance",
        "impls",
        "model",
        "reports",
        "spec",
    ];
    assert_eq!(names, expected.iter().map(ToString::to_string).collect());
}

/// A source file: its path from the root of the workspace, and its text.
struct Source {
    path: String,
    text: String,
}

/// Every Rust file of the workspace.
fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    let mut folders: Vec<PathBuf> =
        ["spec", "model", "impls", "reports", "conformance"].map(|name| root().join(name)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a readable file");
                let path = path.strip_prefix(root()).expect("below the root");
                sources.push(Source { path: path.display().to_string(), text });
            }
        }
    }
    assert!(sources.len() > 50, "the walk finds the sources: {}", sources.len());
    sources
}

/// The lines of code that contain a word; comments do not count.
fn lines_with<'a>(source: &'a Source, word: &'a str) -> impl Iterator<Item = &'a str> {
    let code = source.text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.filter(move |line| line.contains(word))
}

/// The files, among those that `is_there` selects, with a line of code that contains one of the words.
fn files_with(words: &[&str], is_there: impl Fn(&str) -> bool) -> Vec<String> {
    let sources = sources().into_iter().filter(|source| is_there(&source.path));
    let found =
        |source: &Source| words.iter().any(|word| lines_with(source, word).next().is_some());
    sources.filter(found).map(|source| source.path).collect()
}

const NONE: Vec<String> = Vec::new();

/// Not this file, which names what it forbids.
fn elsewhere(path: &str) -> bool {
    !path.ends_with("it/tidy.rs")
}

#[test]
fn only_wire_types_serialise() {
    let found = files_with(&["serde::", "Serialize", "Deserialize", "schemars"], |path| {
        let wire = path.starts_with("reports/") || path.starts_with("conformance/src/wire/");
        elsewhere(path) && !wire
    });
    assert_eq!(found, NONE);
    let manifests = ["spec", "model", "impls"].map(|name| root().join(name).join("Cargo.toml"));
    for manifest in manifests {
        let text = fs::read_to_string(&manifest).expect("a manifest");
        assert!(!text.contains("serde"), "{}", manifest.display());
    }
}

#[test]
fn algorithms_know_no_world() {
    let found =
        files_with(&["loom", "shuttle", "cfg(not"], |path| path.starts_with("impls/src/queues/"));
    assert_eq!(found, NONE);
    let with_cfg = files_with(&["cfg("], |path| path.starts_with("impls/src/queues/"));
    assert_eq!(with_cfg, ["impls/src/queues/mod.rs"], "which leaves out the broken queues");
}

#[test]
fn unsafe_code_is_in_the_queues_and_the_exploring_runtime_only() {
    let word = ["unsafe", " "].concat();
    let allowed =
        ["impls/src/queues/", "conformance/explore/src/", "conformance/explore/example/src/"];
    let found = files_with(&[&word], |path| {
        elsewhere(path) && !allowed.iter().any(|folder| path.starts_with(folder))
    });
    assert_eq!(found, NONE);
}

#[test]
fn an_engine_knows_no_clause_and_a_scenario_no_engine() {
    let engine = |path: &str| path.starts_with("conformance/src/engine/");
    assert_eq!(files_with(&["ClauseId", "blame", "evidence", "oracle"], engine), NONE);
    let scenario =
        |path: &str| path == "spec/src/scenario.rs" || path.starts_with("conformance/src/text/");
    assert_eq!(files_with(&["engine"], scenario), NONE);
}

#[test]
fn the_oracle_uses_the_specification_only() {
    let oracle = |path: &str| path.starts_with("conformance/src/oracle/");
    let used = files_with(&["crate::", "model::", "impls::", "reports::"], oracle);
    assert_eq!(used, NONE);
}

#[test]
fn habits() {
    let sleep = ["thread::", "sleep"].concat();
    assert_eq!(files_with(&[&sleep], elsewhere), NONE, "time is no judge");
    let skipped = [["#[", "ignore"].concat(), ["should_", "panic"].concat()];
    assert_eq!(files_with(&[&skipped[0], &skipped[1]], elsewhere), NONE, "a test runs");
    let configured = ["env::", "var("].concat();
    assert_eq!(files_with(&[&configured], elsewhere), NONE, "limits are arguments");
    let placeholders =
        [["todo", "!("].concat(), ["unimplemented", "!("].concat(), ["dbg", "!("].concat()];
    let placeholders: Vec<&str> = placeholders.iter().map(String::as_str).collect();
    assert_eq!(files_with(&placeholders, elsewhere), NONE);
    for Source { path, text } in sources() {
        assert!(!path.contains("util"), "{path}: a module is named after what it does");
        let commented = |line: &&str| {
            let comment = line.trim_start().strip_prefix("// ").unwrap_or_default();
            let statement = comment.ends_with(';') && comment.contains(['=', '(']);
            statement || comment.ends_with(") {") || comment.starts_with("let ")
        };
        assert_eq!(text.lines().find(commented), None, "{path}: commented-out code");
    }
}

/// Tables are longer, and are read line by line.
#[test]
fn files_are_read_in_one_go() {
    const LINES_MAX: usize = 400;
    let tables = ["spec/src/table.rs"];
    for Source { path, text } in sources() {
        let lines = text.lines().count();
        assert!(lines <= LINES_MAX || tables.contains(&path.as_str()), "{path} has {lines} lines");
    }
    let sequential = fs::read_to_string(root().join("spec/src/queue.rs")).expect("it is there");
    assert!(sequential.lines().count() < 150, "the sequential specification is one page");
}
