//! The interpreters that there are, and what the program says of their queues.

use reports::{Clause, Run, Status, Subject};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// A Python.
#[derive(Clone, Debug)]
pub(crate) struct Interpreter {
    /// How it is called.
    pub(crate) command: &'static str,
    /// Its version: 3 and this.
    pub(crate) minor: u32,
}

const COMMANDS: [&str; 7] =
    ["python3", "python3.8", "python3.9", "python3.10", "python3.11", "python3.12", "python3.13"];

/// What can be called, or why it cannot.
pub(crate) fn interpreters() -> Vec<(&'static str, Result<Interpreter, String>)> {
    let usual = ask(COMMANDS[0]);
    let differs = |found: Interpreter| match &usual {
        Ok(usual) if usual.minor == found.minor => Err(format!("it is {}", COMMANDS[0])),
        _ => Ok(found),
    };
    let others = COMMANDS[1..].iter().map(|command| (*command, ask(command).and_then(differs)));
    std::iter::once((COMMANDS[0], usual.clone())).chain(others).collect()
}

fn ask(command: &'static str) -> Result<Interpreter, String> {
    let code = "import sys; print(sys.implementation.name, *sys.version_info[:2])";
    let output = Command::new(command).args(["-c", code]).output();
    let output = output.map_err(|error| format!("{command}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let words: Vec<&str> = said.split_whitespace().collect();
    match words.as_slice() {
        ["cpython", "3", minor] => {
            let minor = minor.parse().map_err(|_| format!("{command}: {said}"))?;
            if minor < 8 {
                return Err(format!("{command} is 3.{minor}; the adapter needs 3.8"));
            }
            Ok(Interpreter { command, minor })
        }
        _ => Err(format!("{command} is no CPython 3")),
    }
}

/// What the program said, and how it ended.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) run: Option<Run>,
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder of its own")
}

/// Runs the program in a folder. A report is read if one was written.
pub(crate) fn taskdone(folder: &TempDir, args: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taskdone"));
    let output = command.args(args).current_dir(folder.path()).env("PYTHONPATH", here());
    let output = output.output().expect("the program starts");
    let json = fs::read_to_string(folder.path().join("run.json")).ok();
    Said {
        code: output.status.code().expect("it was not killed"),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        run: json.map(|text| serde_json::from_str(&text).expect("it is a run")),
    }
}

/// Checks queues of an interpreter.
pub(crate) fn check(python: &Interpreter, more: &[&str]) -> Said {
    let folder = folder();
    let args = ["check", "--python", python.command, "--json", "run.json"];
    taskdone(&folder, &[&args, more].concat())
}

/// The folder of these tests.
pub(crate) fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/python")
}

/// The one queue that was checked.
#[track_caller]
pub(crate) fn only(said: &Said) -> &Subject {
    let run = said.run.as_ref().unwrap_or_else(|| panic!("no report: {}{}", said.out, said.err));
    let [subject] = run.subjects.as_slice() else { panic!("one queue") };
    subject
}

/// The clauses of a status.
pub(crate) fn with(subject: &Subject, status: Status) -> Vec<&str> {
    let is = |clause: &&Clause| clause.status == status;
    subject.clauses.iter().filter(is).map(|clause| clause.id.as_str()).collect()
}
