//! The forms of recorded histories: printing and reading are inverse, and what is wrong is named with
//! its place.

use crate::histories::{shape, valid};
use crate::litmus;
use fastrand::Rng;
use serde_json::json;
use spec::{
    CancelledPut, Client, Discipline, Ending, EventKind, History, MomentaryZero, Scenario,
    Visibility,
};
use std::fs;
use std::path::Path;
use taskdone_conformance::recorded::{Recorded, open_end};
use taskdone_conformance::text::{parse_recorded, print_recorded};
use taskdone_conformance::wire::{history_schema, recorded};

/// As a program in another language might write it.
pub(crate) fn json_lines(recorded: &Recorded) -> String {
    let constants = recorded.constants;
    let zero = match recorded.choices.momentary_zero {
        MomentaryZero::MayMiss => "may_miss",
        MomentaryZero::MustReturn => "must_return",
    };
    let cancelled_put = match recorded.choices.cancelled_put {
        CancelledPut::NoEffect => "no_effect",
        CancelledPut::MayHaveHappened => "may_have_happened",
    };
    let visibility = match recorded.choices.visibility {
        Visibility::Immediate => "immediate",
        Visibility::Eventual => "eventual",
    };
    let mut lines = vec![json!({
        "format": 1,
        "queue": constants.discipline.to_string(),
        "capacity": constants.capacity,
        "momentary_zero": zero,
        "cancelled_put": cancelled_put,
        "visibility": visibility,
        "title": recorded.title,
    })];
    let names = recorded.names();
    for event in &recorded.history.events {
        let client = &names[event.thread];
        lines.push(match event.kind {
            EventKind::Call(op) => json!({ "client": client, "call": op.to_string() }),
            EventKind::Return(o) => json!({ "client": client, "return": o.to_string() }),
        });
    }
    match &recorded.history.ending {
        Ending::Quiescent => lines.push(json!({ "ending": "quiescent" })),
        ending if *ending == open_end() => {}
        Ending::Cut(why) => lines.push(json!({ "ending": "cut", "why": why })),
        Ending::Mishandled(what) => lines.push(json!({ "ending": "mishandled", "what": what })),
        Ending::Panicked { thread, message } => {
            let client = &names[*thread];
            lines.push(json!({ "ending": "panicked", "client": client, "message": message }));
        }
    }
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    lines.join("\n") + "\n"
}

/// Everything that is wrong with these histories in the text form.
#[test]
fn malformed_texts() {
    let texts = [
        "",
        "# only a title",
        "put 1 -> ok 1-2",
        "queue filo\nget 1-~",
        "queue fifo capacity=0\nget 1-~",
        "queue fifo fast\nget 1-~",
        "queue fifo capacity=1 momentary_zero=never\nget 1-~",
        "queue fifo momentary_zero=may_miss capacity=1\nget 1-~",
        "queue fifo",
        "queue fifo\nquiescent",
        "queue fifo\nget",
        "queue fifo\nget -> item 1",
        "queue fifo\nget -> item 1 1",
        "queue fifo\nget -> item 1 one-two",
        "queue fifo\nget -> item 1 -1-2",
        "queue fifo\nget -> item 1 5-4",
        "queue fifo\nget -> item 1 5-~",
        "queue fifo\nget 5-6",
        "queue fifo\ngett -> item 1 1-2",
        "queue fifo\nget -> item one 1-2",
        "queue fifo\nput -> ok 1-2",
        "queue fifo\nput 1 -> item 3 1-2",
        "queue fifo\nworker: join -> full 1-2",
        "queue fifo visibility=never\nget 1-~",
        "queue fifo visibility=eventual cancelled_put=no_effect momentary_zero=may_miss x\nget 1-~",
        "queue fifo\n: get -> item 1 1-2",
        "queue fifo\nworker: get -> item 1 1-4\nworker: get -> item 2 3-6",
        "queue fifo\nworker: get -> item 2 4-6\nworker: get -> item 1 1-4",
        "queue fifo\nworker: get 1-~\nworker: get -> item 2 3-6",
        "queue fifo\nworker: get -> item 1 1-2\nworker: get -> item 2 2-3",
        "queue fifo\nworker: get 1-~\nquiescend",
        "queue fifo\nworker: get 1-~\nquiescent\nworker: get 2-~",
        "queue fifo\nworker: get 1-~\npanicked: boss: ouch",
        "queue fifo\nworker: get 1-~\nexpect",
        "queue fifo\nworker: get 1-~\nexpect trouble",
        "queue fifo\nworker: get 1-~\nexpect violates",
        "queue fifo\nworker: get 1-~\nexpect violates ORD-99",
        "queue fifo\nworker: get 1-~\nexpect conforms perhaps",
        "queue fifo\nworker: get 1-~\nexpect conforms\nquiescent",
        "queue fifo\nworker: get 1-~\n\n# the next\n",
    ];
    insta::assert_snapshot!(malformed("h.txt", &texts));
}

const HEADER: &str = r#"{"format": 1, "queue": "fifo"}"#;
const CALL: &str = r#"{"client": "a", "call": "get"}"#;
const RETURN: &str = r#"{"client": "a", "return": "item 1"}"#;
const END: &str = r#"{"ending": "quiescent"}"#;

/// Everything that is wrong with these JSON lines.
#[test]
fn malformed_json_lines() {
    let histories: [&[&str]; 40] = [
        &[],
        &["put 1 -> ok 1-2"],
        &[HEADER, CALL, r#"{"client": "a", "return": "ok"}"#],
        &[r#"{"format": 1, "queue": "fifo", "visibility": "never"}"#],
        &["[1, \"fifo\", null, \"may_miss\"]"],
        &["{\"format\": 1"],
        &["{}"],
        &[CALL],
        &[END],
        &[r#"{"format": 2, "queue": "fifo"}"#],
        &[r#"{"format": "one", "queue": "fifo"}"#],
        &[r#"{"format": 1}"#],
        &[r#"{"format": 1, "queue": "filo"}"#],
        &[r#"{"format": 1, "queue": "fifo", "capacity": 0}"#],
        &[r#"{"format": 1, "queue": "fifo", "capacity": -1}"#],
        &[r#"{"format": 1, "queue": "fifo", "momentary_zero": "never"}"#],
        &[r#"{"format": 1, "queue": "fifo", "queue": "lifo"}"#],
        &[r#"{"format": 1, "queue": "fifo", "bound": 3}"#],
        &[HEADER],
        &[HEADER, END],
        &[HEADER, HEADER, CALL],
        &[HEADER, "{\"client\": \"a\"}"],
        &[HEADER, "{\"call\": \"get\"}"],
        &[HEADER, r#"{"client": "a", "call": "gett"}"#],
        &[HEADER, r#"{"client": "a", "call": "put one"}"#],
        &[HEADER, r#"{"client": "call", "call": "put 1; get"}"#],
        &[HEADER, r#"{"client": "a", "call": 1}"#],
        &[HEADER, r#"{"client": "", "call": "get"}"#],
        &[HEADER, r#"{"client": "a\nb", "call": "get"}"#],
        &[HEADER, r#"{"client": "a", "call": "get", "time": 3}"#],
        &[HEADER, RETURN],
        &[HEADER, CALL, r#"{"client": "a", "return": "item one"}"#],
        &[HEADER, CALL, r#"{"client": "b", "return": "item 1"}"#],
        &[HEADER, CALL, RETURN, RETURN],
        &[HEADER, CALL, CALL],
        &[HEADER, CALL, END, RETURN],
        &[HEADER, CALL, r#"{"ending": "asleep"}"#],
        &[HEADER, CALL, r#"{"ending": "quiescent", "why": "because"}"#],
        &[HEADER, CALL, r#"{"ending": "panicked", "client": "b", "message": "ouch"}"#],
        &[HEADER, CALL, END, "", HEADER],
    ];
    let texts = histories.map(|lines| lines.join("\n"));
    insta::assert_snapshot!(malformed("h.jsonl", &texts));
}

fn malformed(name: &str, texts: &[impl AsRef<str>]) -> String {
    let say = |text: &str| match recorded(Path::new(name), text) {
        Ok(read) => panic!("{text:?} was read as {read:?}"),
        Err(error) => format!("{text}\n    {error}\n\n"),
    };
    texts.iter().map(|text| say(text.as_ref())).collect()
}

/// With the clients in the order of their first calls, as the forms have them.
fn in_order_of_calls(scenario: &Scenario, zero: MomentaryZero, mut history: History) -> Recorded {
    let mut order: Vec<usize> = Vec::new();
    for event in &mut history.events {
        let known = order.iter().position(|thread| *thread == event.thread);
        event.thread = known.unwrap_or_else(|| {
            order.push(event.thread);
            order.len() - 1
        });
    }
    let name = |thread: usize| scenario.clients[thread].name.clone();
    let clients = order.into_iter().map(|thread| Some(name(thread))).collect();
    let (title, constants) = (scenario.title.clone(), scenario.constants);
    Recorded { title, constants, choices: zero.into(), clients, history, expected: None }
}

/// Printing and reading are inverse, in both forms.
#[test]
fn random_histories() {
    let mut rng = Rng::with_seed(1);
    for run in 0..2_000 {
        let zero = [MomentaryZero::MayMiss, MomentaryZero::MustReturn][run % 2];
        let (scenario, mut history) = valid(&shape(4, 4, Discipline::Lifo), zero, &mut rng);
        if history.events.is_empty() {
            continue;
        }
        match rng.u8(..4) {
            0 => {
                let message = "a: b".to_string();
                history.ending = Ending::Panicked { thread: 0, message };
            }
            1 => history.ending = open_end(),
            _ => {}
        }
        let mut recorded = in_order_of_calls(&scenario, zero, history);
        check_identity(&recorded);
        // Clients that called only once need no name, unless they panicked.
        let panicked = matches!(recorded.history.ending, Ending::Panicked { .. });
        for (name, Client { ops, .. }) in recorded.scenario().clients.iter().enumerate() {
            if ops.len() == 1 && !panicked && rng.bool() {
                recorded.clients[name] = None;
            }
        }
        check_identity(&recorded);
    }
    for (_, recorded) in litmus::corpus() {
        check_identity(&recorded);
    }
}

#[track_caller]
fn check_identity(written: &Recorded) {
    let text = print_recorded(written);
    let read = parse_recorded(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let [(_, read)] = read.try_into().expect("one history");
    assert_eq!(read, *written, "{text}");
    let lines = json_lines(written);
    let read = recorded(Path::new("h.jsonl"), &lines).unwrap_or_else(|e| panic!("{e}\n{lines}"));
    let [(_, read)] = read.try_into().expect("one history");
    let named = written.names().into_iter().map(Some).collect();
    assert_eq!(read, Recorded { clients: named, expected: None, ..written.clone() }, "{lines}");
}

/// No text makes the readers panic, and what they read can be printed and judged.
#[test]
fn hostile_texts() {
    let words = [
        "queue fifo\n",
        "capacity=1",
        "momentary_zero=must_return",
        " ",
        ":",
        "\n",
        "#",
        "put 1",
        "get",
        "->",
        "ok",
        "item 1",
        "1-2",
        "2-2",
        "3-~",
        "5-4",
        "18446744073709551616-1",
        "-",
        "~",
        "\t",
        "é",
        "\u{0}",
        "quiescent\n",
        "cut:",
        "panicked:",
        "expect",
        "a:",
        "\r\n",
    ];
    let json = [
        HEADER,
        CALL,
        RETURN,
        END,
        "\n",
        "\n",
        "\n",
        "{",
        "}",
        "\"",
        ":",
        "null",
        "é",
        "{\"call\":",
        "1",
        "\"call\": \"\\u0000\"",
        "[",
        "]",
    ];
    let mut rng = Rng::with_seed(4);
    let mut texts = |words: &[&str], before: &str| {
        let length = rng.usize(..12);
        let words: String = (0..length).map(|_| words[rng.usize(..words.len())]).collect();
        before.to_string() + &words
    };
    for _ in 0..10_000 {
        for text in [texts(&words, ""), texts(&words, "queue fifo\nget 1-~\n")] {
            for (_, read) in parse_recorded(&text).unwrap_or_default() {
                check_identity(&read);
                read.judge();
            }
        }
        for text in [texts(&json, ""), texts(&json, &format!("{HEADER}\n{CALL}\n"))] {
            let read = recorded(Path::new("h.jsonl"), &text).unwrap_or_default();
            for (_, recorded) in read {
                recorded.judge();
            }
        }
    }
}

/// The schema in the repository is that of the types.
#[test]
fn the_schema_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/history.schema.json");
    let stored = fs::read_to_string(&path).unwrap_or_default();
    if stored != history_schema() {
        let made = path.with_extension("json.new");
        fs::write(&made, history_schema()).expect("the folder can be written");
        panic!("the schema has changed; if that is right, move {} over it", made.display());
    }
}
