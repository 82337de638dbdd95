//! Adapters that do what they must not. Each is a clear error, ends with its whole group, and costs
//! nothing of what was finished before.

use crate::cli::{Said, folder, taskdone};
use reports::{Run, Verdict};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What a good adapter says first.
const HELLO: &str = r#"read line
echo '{"id":1,"protocol":1,"name":"sh","version":"1","queues":[{"name":"q","discipline":"fifo","offers":[],"settle":"time"}]}'
"#;

/// For adapters that hang for ever: however slow the machine is, they do not answer.
const SHORT: &str = "0.05";

/// For all others: a slow machine is no fault of theirs.
const LONG: &str = "1";

/// Checks the queues of a script.
fn check(folder: &TempDir, script: &str, slow: &str, more: &[&str]) -> Said {
    let file = folder.path().join("adapter.sh");
    fs::write(&file, script).expect("a folder of its own");
    let command = format!("sh {}", file.display());
    let json = folder.path().join("run.json");
    let json = json.to_str().expect("text");
    let args = ["check", "--adapter", &command, "--slow", slow, "--json", json];
    taskdone(folder, &[&args, more].concat())
}

fn report(folder: &TempDir) -> Run {
    let text = fs::read_to_string(folder.path().join("run.json")).expect("it is written");
    serde_json::from_str(&text).expect("it is a run")
}

#[track_caller]
fn assert_unusable(script: &str, slow: &str, more: &[&str], expected: &str) {
    let folder = folder();
    let said = check(&folder, script, slow, more);
    assert_eq!(said.code, 69, "{}{}", said.out, said.err);
    assert!(said.out.contains(expected), "expected `{expected}` in\n{}", said.out);
    assert_eq!(report(&folder).verdict, Verdict::Unusable);
}

#[test]
fn one_that_is_not_there() {
    let folder = folder();
    let said = taskdone(&folder, &["check", "--adapter", "/there/is/no/such/adapter"]);
    assert_eq!(said.code, 69, "{}", said.out);
    assert!(said.out.contains("it could not be started"), "{}", said.out);
}

#[test]
fn one_that_dies_at_once() {
    let script = "echo 'no such module' >&2; exit 3";
    assert_unusable(script, LONG, &[], "it ended: exit code 3");
    assert_unusable(script, LONG, &[], "no such module");
}

#[test]
fn one_that_dies_later() {
    let script = format!("{HELLO}read line; kill -9 $$");
    assert_unusable(&script, LONG, &[], "it ended: SIGKILL");
    assert_unusable(&script, LONG, &[], "while q was asked for");
}

#[test]
fn one_that_hangs() {
    let script = format!("{HELLO}while :; do sleep 1000; done");
    assert_unusable(&script, SHORT, &[], "no reply within 3s");
}

#[test]
fn one_that_does_not_even_say_hello() {
    assert_unusable("while :; do sleep 1000; done", SHORT, &[], "no reply within 3s");
}

#[test]
fn one_that_prints_garbage() {
    assert_unusable("echo hello; read line", LONG, &[], "it printed what is no reply: `hello`");
    let script = format!("{HELLO}printf '\\377\\376\\n'; read line; read line; sleep 1000");
    assert_unusable(&script, LONG, &[], "it printed what is no reply");
}

#[test]
fn one_that_closes_its_pipe_and_lives_on() {
    let script = format!("{HELLO}exec 1>&-; while :; do sleep 1000; done");
    assert_unusable(&script, LONG, &[], "it closed its pipe and lives on");
}

#[test]
fn one_that_answers_twice() {
    let script = format!(r#"{HELLO}echo '{{"id":1}}'; read line; read line; sleep 1000"#);
    assert_unusable(&script, LONG, &[], "it answered request 1 twice");
}

#[test]
fn one_that_answers_what_was_not_asked() {
    let script = format!(r#"{HELLO}echo '{{"id":77}}'; read line; read line; sleep 1000"#);
    assert_unusable(&script, LONG, &[], "it answered request 77, which was not made");
}

#[test]
fn one_that_refuses() {
    let script =
        format!(r#"{HELLO}read line; echo '{{"id":2,"refused":"not today"}}'; sleep 1000"#);
    assert_unusable(&script, LONG, &[], "it refused: not today");
}

#[test]
fn one_that_floods_stdout() {
    let script = format!("{HELLO}while :; do echo flood; done");
    assert_unusable(&script, LONG, &[], "it printed what is no reply: `flood`");
}

#[test]
fn one_that_floods_stdout_with_one_endless_line() {
    let script = format!("{HELLO}cat /dev/zero");
    assert_unusable(&script, LONG, &[], "it printed a line of more than");
}

#[test]
fn one_that_floods_stderr_goes_on_and_its_last_words_are_kept() {
    let script =
        "i=0; while [ $i -lt 20000 ]; do echo flood >&2; i=$((i+1)); done; echo end >&2; exit 4";
    let folder = folder();
    let said = check(&folder, script, LONG, &[]);
    assert_eq!(said.code, 69, "{}", said.out);
    let words = said.out.split_once("its last words:").expect("they are kept").1;
    assert!(words.contains("end") && words.len() < 10_000, "{}", said.out);
}

#[test]
fn one_that_needs_too_much_memory() {
    if !Path::new("/proc/self/status").exists() {
        return skipped("this system does not tell how much memory a process uses");
    }
    // Endless and slow enough to be stopped in time. Its time is long: only its memory is to end it.
    let hog = r#"awk 'BEGIN { for (;;) kept[n++] = sprintf("%8000s", "") }'"#;
    let script = format!("{HELLO}{hog}");
    assert_unusable(&script, LONG, &["--memory", "100"], "it needs more than 100 MB");
}

#[test]
fn its_children_end_with_it() {
    if !Path::new("/proc/self/stat").exists() {
        return skipped("this system does not tell which processes live");
    }
    let folder = folder();
    let file = folder.path().join("child");
    let script = format!("{HELLO}sleep 1000 & echo $! > {}; exit 0", file.display());
    assert_eq!(check(&folder, &script, LONG, &[]).code, 69);
    let child = fs::read_to_string(&file).expect("it was started");
    let stat = format!("/proc/{}/stat", child.trim());
    // It was killed; the system may take its time.
    let gone = || fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z "));
    let begin = Instant::now();
    while !gone() {
        assert!(begin.elapsed() < Duration::from_mins(1), "the child {child} lives on");
        pause();
    }
}

/// Replies that break a rule: each names the field and the rule.
#[test]
fn a_wrong_reply_names_the_field_and_the_rule() {
    let queue = r#""discipline":"fifo","offers":[],"settle":"time""#;
    let hello = |version: u32, queues: &str| {
        format!(r#"{{"id":1,"protocol":{version},"name":"sh","version":"1","queues":[{queues}]}}"#)
    };
    let named = format!(r#"{{"name":"q",{queue}}}"#);
    for (reply, expected) in [
        (hello(2, &named), "field `protocol`: the suite speaks version 1"),
        (hello(1, ""), "field `queues`: at least one queue"),
        (hello(1, &format!("{named},{named}")), "field `queues[1].name`: each queue has a name"),
        (hello(1, r#"{"name":"q"}"#), "field `queues[0]`: missing field `discipline`"),
        (hello(1, &named.replace("fifo", "lilo")), "field `queues[0].discipline`: unknown variant"),
        (hello(1, &named.replace("[]", r#"["fly"]"#)), "field `queues[0].offers[0]`: unknown"),
        ("[1]".to_string(), "field `.`: an object"),
        (r#"{"id":"one"}"#.to_string(), "field `id`: invalid type"),
    ] {
        assert_unusable(&format!("read line; echo '{reply}'; sleep 1000"), LONG, &[], expected);
    }
}

#[test]
fn a_wrong_step_names_the_field_and_the_rule() {
    // The first scenario of the corpus that such a queue can run has two clients; a step has one
    // call, and the first is a put of its producer.
    for (fields, expected) in [
        (
            r#""returned":[{"client":"nobody","return":"ok"}],"blocked":[]"#,
            "field `returned[0].client`: a client whose call has not returned",
        ),
        (
            r#""returned":[{"client":"CLIENT","return":"item 1"}],"blocked":[]"#,
            "field `returned[0].return`: an outcome that the operation can have",
        ),
        (
            r#""returned":[{"client":"CLIENT","return":"fine"}],"blocked":[]"#,
            "field `returned[0].return`: an outcome, like `item 1`",
        ),
        (
            r#""returned":[{"client":"CLIENT","return":"cancelled"}],"blocked":[]"#,
            "field `returned[0].return`: `cancelled` only if the call was cancelled",
        ),
        (
            r#""returned":[{"client":"CLIENT","killed":true}],"blocked":[]"#,
            "field `returned[0].killed`: true, of a client that was to be killed",
        ),
        (
            r#""returned":[{"client":"CLIENT"}],"blocked":[]"#,
            "exactly one of `return`, `raised` and `killed`",
        ),
        (
            r#""returned":[{"client":"CLIENT","return":"ok"}],"blocked":["CLIENT"]"#,
            "field `blocked`: exactly those whose calls have not returned: []",
        ),
        (
            r#""returned":[],"blocked":[]"#,
            "field `blocked`: exactly those whose calls have not returned: [CLIENT]",
        ),
        (r#""returned":7,"blocked":[]"#, "field `returned`: invalid type"),
        (r#""blocked":[]"#, "missing field `returned`"),
        (r#""returned":[],"blocked":[],"more":1"#, "field `more`: unknown field `more`"),
    ] {
        let client = "producer";
        let (fields, expected) =
            (fields.replace("CLIENT", client), expected.replace("CLIENT", client));
        let opened = r#"read line; read line; echo '{"id":2,"opened":true}'"#;
        let script = format!("{HELLO}{opened}; echo '{{\"id\":3,{fields}}}'; sleep 1000");
        assert_unusable(&script, LONG, &[], &expected);
    }
}

/// Gives others the machine for a moment.
fn pause() {
    let (_keep, nothing) = channel::<()>();
    assert_eq!(nothing.recv_timeout(Duration::from_millis(5)), Err(RecvTimeoutError::Timeout));
}

/// Says visibly that a test could not run here.
fn skipped(why: &str) {
    // Past the capture of the test's output: a test that did not run has to be seen.
    let told = Command::new("sh").args(["-c", "echo \"skipped: $0\" >&2", why]).status();
    assert!(told.is_ok_and(|status| status.success()));
}
