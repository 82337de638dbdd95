//! `taskdone analyze`: histories that were recorded elsewhere.

use crate::cli::{Said, folder, taskdone};
use crate::oracle::simulated::{everything, simulate};
use crate::recorded::json_lines;
use fastrand::Rng;
use spec::{Choices, Constants, Discipline, Event, EventKind, Item, Outcome};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use taskdone_conformance::recorded::{Recorded, open_end};
use taskdone_conformance::text::parse_recorded;
use taskdone_conformance::wire::recorded;

fn analyze(files: &[(&str, &str)]) -> Said {
    let folder = folder();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("the folder can be written");
    }
    let names = files.iter().map(|(name, _)| *name);
    taskdone(&folder, &std::iter::once("analyze").chain(names).collect::<Vec<_>>())
}

/// The example of the README.
const VIOLATING: &str = "\
# the main thread goes on too early
queue fifo
producer: put 1 -> ok     10-14
worker:   get -> item 1   16-21
main:     join -> ok      19-35
worker:   done -> ok      40-42
";

/// The verdict hangs on what happened, not on how it is written.
#[test]
fn both_forms_have_the_same_verdict() {
    let [(_, read)] = parse_recorded(VIOLATING).expect("it is right").try_into().expect("one");
    let said = [("form.txt", VIOLATING), ("form.jsonl", &json_lines(&read))].map(|file| {
        let said = analyze(&[file]);
        assert_eq!((said.code, said.err.as_str()), (1, ""));
        said.out
    });
    insta::assert_snapshot!("violates", said[0]);
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = fs::read_to_string(readme).expect("it is there");
    for shown in [VIOLATING, &said[0].replace("form.txt", "history.txt")] {
        assert!(readme.contains(&format!("```text\n{shown}```")), "the README shows\n{shown}");
    }
    let lines = readme.split("```json\n").nth(1).and_then(|rest| rest.split("```").next());
    let lines = recorded(Path::new("README.jsonl"), lines.expect("JSON lines"));
    assert_eq!(lines.expect("they are right")[0].1, read);
    let places = ["form.txt:2", "form.jsonl:1"];
    assert_eq!(said[0].replace(places[0], ""), said[1].replace(places[1], ""));
}

const CONFORMING: &str = "queue fifo\nput 1 -> ok 1-2\nget -> item 1 3-4\n";

#[test]
fn verdicts_and_exit_codes() {
    let clients = (0..200).map(|n| format!("put {} -> ok {n}-1000\n", n % 2));
    let large = format!("# too many at once\nqueue fifo\n{}", clients.collect::<String>());
    let wrong = format!("{CONFORMING}expect violates ORD-1\n");
    let files = [("right.txt", CONFORMING), ("large.txt", &large), ("wrong.txt", &wrong)];
    let said = analyze(&files);
    assert_eq!((said.code, said.err.as_str()), (2, ""));
    insta::assert_snapshot!("unknown", said.out);
    assert_eq!(analyze(&files[..1]).code, 0);
    assert_eq!(analyze(&[files[0], files[1], ("form.txt", VIOLATING)]).code, 1);
    let all = [CONFORMING, VIOLATING, CONFORMING].join("\n");
    let said = analyze(&[("all.txt", &all)]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("all.txt:12 conforms"), "{}", said.out);
    let count = "3 histories: 2 conforming, 1 violating, 0 unknown\n";
    assert!(said.out.ends_with(count), "{}", said.out);
}

#[test]
fn the_standard_input_is_a_file() {
    let analyze = |text: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_taskdone"));
        command.args(["analyze", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("it is a pipe");
        stdin.write_all(text.as_bytes()).expect("somebody reads it");
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
        (output.status.code(), said)
    };
    let [(_, read)] = parse_recorded(CONFORMING).expect("it is right").try_into().expect("one");
    for (text, line) in [(CONFORMING, 1), (&json_lines(&read), 1)] {
        let (code, said) = analyze(text);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.starts_with(&format!("<stdin>:{line} conforms\n")), "{said}");
    }
    let (code, said) = analyze("queue fifo\nget 1\n");
    assert_eq!(code, Some(64));
    assert!(said.starts_with("taskdone: <stdin>:2:5: expected"), "{said}");
}

/// The place is in the message, nothing is judged, and the code is that of wrong input.
#[test]
fn malformed_is_64() {
    let wrong = "queue fifo\nget -> item 1 5-4\n";
    let files = [("form.txt", VIOLATING), ("wrong.txt", wrong)];
    let said = analyze(&files);
    assert_eq!((said.code, said.out.as_str()), (64, ""));
    assert!(said.err.starts_with("taskdone: wrong.txt:2:17: expected"), "{}", said.err);
    let said = taskdone(&folder(), &["analyze", "nowhere.txt"]);
    assert_eq!((said.code, said.out.as_str()), (64, ""));
    assert!(said.err.contains("nowhere.txt: "), "{}", said.err);
    assert_eq!(taskdone(&folder(), &["analyze"]).code, 64);
}

/// More than is held at once is judged while it is read, and a violation is found all the same.
#[test]
fn many_lines_are_judged_in_segments() {
    let mix = everything(1, 1, 0, 2);
    let mut history = simulate(mix, 70_000, &mut Rng::with_seed(1));
    history.ending = open_end();
    let mut recorded = Recorded {
        title: String::new(),
        constants: Constants { discipline: Discipline::Fifo, capacity: mix.capacity },
        choices: Choices::default(),
        clients: vec![Some("producer".to_string()), Some("worker".to_string())],
        history,
        expected: None,
    };
    let analyzed = |recorded: &Recorded| {
        let text = json_lines(recorded);
        assert!(text.len() > 4 << 20, "it is held at once: {}", text.len());
        analyze(&[("large.jsonl", &text)])
    };
    let said = analyzed(&recorded);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert!(said.out.contains("judged in segments: "), "{}", said.out);
    let longest = said.out.split("longest: ").nth(1).and_then(|rest| rest.lines().next());
    let longest: usize = longest.and_then(|n| n.parse().ok()).expect("a number");
    assert!(longest < 30_000, "{longest}");

    let is_got = |event: &&mut Event| matches!(event.kind, EventKind::Return(Outcome::Got(_)));
    let last = recorded.history.events.iter_mut().rfind(is_got).expect("something is got");
    last.kind = EventKind::Return(Outcome::Got(Item(1)));
    let said = analyzed(&recorded);
    assert_eq!((said.code, said.err.as_str()), (1, ""), "{}", said.out);
    assert!(said.out.contains("large.jsonl:1 violates "), "{}", said.out);
}
