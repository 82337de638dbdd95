//! The queue crate of somebody else, outside the workspace: its author writes an adapter of a few
//! lines and gets a verdict on each clause.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const SYNC: &str = include_str!("../../example/src/sync.rs");
const QUEUE: &str = include_str!("../../example/src/lib.rs");
const ADAPTER: &str = include_str!("../../example/tests/conformance.rs");
const MANIFEST: &str = include_str!("../../example/Cargo.toml");

/// Makes the crate in `folder`, with this queue.
fn write(folder: &Path, queue: &str) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = format!("path = '{}'", here.display());
    for (name, text) in [
        ("Cargo.toml", MANIFEST.replace(r#"path = "..""#, &path).as_str()),
        ("src/sync.rs", SYNC),
        ("src/lib.rs", queue),
        ("tests/conformance.rs", ADAPTER),
    ] {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().expect("it has a folder")).expect("a folder of its own");
        fs::write(file, text).expect("a folder of its own");
    }
    // The versions that were downloaded for the workspace.
    fs::copy(here.join("../Cargo.lock"), folder.join("Cargo.lock")).expect("the lock file");
}

/// Whether the tests that `args` select pass, and what they say.
fn test(folder: &Path, args: &[&str]) -> (bool, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO"))
        .args(["test", "--offline", "--test", "conformance", "--target-dir"])
        .arg(concat!(env!("CARGO_TARGET_TMPDIR"), "/mine"))
        .args(args)
        .current_dir(folder)
        .output()
        .expect("cargo runs");
    let said = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (status.success(), said.concat())
}

#[test]
fn a_crate_outside_gets_a_verdict_on_each_clause() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), QUEUE);
    for args in [[].as_slice(), &["--features", "loom"]] {
        let (passes, said) = test(folder.path(), args);
        let kept = said.lines().filter(|line| line.ends_with("... ok")).count();
        assert!(passes && kept >= 20, "{said}");
    }

    let silent = QUEUE.replace("        self.not_empty.notify_one();\n", "");
    assert_ne!(silent, QUEUE);
    write(folder.path(), &silent);
    let in_loom = ["--features", "loom", "PROG-1"];
    for (args, engine) in [(&in_loom[2..], "threads"), (&in_loom, "loom")] {
        let (passes, said) = test(folder.path(), args);
        let expected = format!("PROG-1 broken: Mine, found by {engine}");
        assert!(!passes && said.contains(&expected), "{said}");
    }
}

#[test]
fn the_adapter_is_short() {
    let says_something = |line: &&str| line.chars().any(char::is_alphanumeric);
    let is_adapter = |line: &&str| !line.starts_with("use ");
    let adapter = ADAPTER.lines().take_while(|line| !line.starts_with("#[cfg"));
    let lines = adapter.filter(says_something).filter(is_adapter).count();
    assert!(lines <= 12, "{lines} lines");
}
