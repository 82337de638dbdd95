//! The process protocol, and the model that is stepped beside a process.

use spec::{Choices, Constants, Discipline, Item, MomentaryZero, Op, Outcome, Visibility, Wait};
use std::fs;
use std::path::Path;
use taskdone_conformance::process::{
    Action, Adapter, Answer, Call, Choices as Ways, Happened, Limits, Rules, Session, Tracker,
    python,
};
use taskdone_conformance::text::{parse_op, parse_outcome};
use taskdone_conformance::wire::known::known;
use taskdone_conformance::wire::protocol::{
    Body, Closed, Hello, Numbered, Opened, Recorded, Refused, Reply, Request, Stacks, Stepped,
    protocol_schema,
};

const DOCUMENT: &str = include_str!("../../../spec/PROTOCOL.md");

/// The lines of the examples.
fn examples() -> Vec<&'static str> {
    let blocks = DOCUMENT.split("```json\n").skip(1);
    blocks.flat_map(|block| block.split("```").next().unwrap_or_default().lines()).collect()
}

fn read<T: Body>(line: &str) -> T {
    let reply = Reply::read(line.as_bytes().to_vec()).unwrap_or_else(|e| panic!("{e:?}: {line}"));
    reply.body().unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[test]
fn the_examples_are_lines_of_the_protocol() {
    let mut kinds = Vec::new();
    let mut asked: Option<Numbered> = None;
    for line in examples() {
        if line.contains("\"do\"") {
            let request = Numbered::read(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            let again = Numbered::read(&request.line()).expect("it is read as it is written");
            assert_eq!(format!("{request:?}"), format!("{again:?}"));
            asked = Some(request);
            continue;
        }
        let Some(Numbered { id, request }) = asked.take() else {
            assert!(!read::<Refused>(line).refused.is_empty());
            continue;
        };
        let (kind, answered) = match request {
            Request::Hello { .. } => ("hello", read::<Hello>(line).id),
            Request::Open { .. } => ("open", read::<Opened>(line).id),
            Request::Step { .. } => ("step", read::<Stepped>(line).id),
            Request::Look { .. } => ("look", read::<Stepped>(line).id),
            Request::Record { .. } => ("record", read::<Recorded>(line).id),
            Request::Stacks { .. } => ("stacks", read::<Stacks>(line).id),
            Request::Close { .. } => ("close", read::<Closed>(line).id),
        };
        assert_eq!(id, answered, "{line}");
        kinds.push(kind);
    }
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds, ["close", "hello", "look", "open", "record", "stacks", "step"]);
}

#[test]
fn the_words_of_the_document_are_words() {
    let rows = DOCUMENT.lines().filter(|line| line.starts_with("| `") && line.contains("` | `"));
    let cells = |row: &str, at: usize| -> Vec<String> {
        let cell = row.trim_matches('|').split('|').nth(at).unwrap_or_default();
        cell.split('`').skip(1).step_by(2).map(str::to_string).collect()
    };
    let mut operations = 0;
    for row in rows.filter(|row| parse_op(&cells(row, 0)[0]).is_ok()) {
        for word in cells(row, 0) {
            parse_op(&word).unwrap_or_else(|error| panic!("{error}: {word}"));
            operations += 1;
        }
        for word in cells(row, 1) {
            parse_outcome(&word).unwrap_or_else(|error| panic!("{error}: {word}"));
        }
    }
    assert!(operations >= 13, "{operations}");
    assert!(DOCUMENT.lines().count() < 200, "it is read in one go");
}

#[test]
fn the_schema_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/protocol.schema.json");
    let stored = fs::read_to_string(&path).unwrap_or_default();
    let made = protocol_schema();
    if stored != made {
        fs::write(&path, made).expect("a checkout can be written");
        panic!("{} was stale, and is written anew", path.display());
    }
}

#[test]
fn known_defects_are_read() {
    assert!(python::known().len() >= 5);
    for (text, expected) in [
        ("[[known]]\nqueue = 1", "invalid type"),
        (
            "[[known]]\nqueue='q'\nclause='X-1'\nclients=['a']\nsteps=[]\nreason=''",
            "3:8: expected the id",
        ),
        (
            "[[known]]\nqueue='q'\nclause='PUT-5'\nclients=['a']\nsteps=['b: get']\nreason=''",
            "5:8: expected a step, like `worker: get`, found `b: get`",
        ),
    ] {
        let error = known(Path::new("f.toml"), text).expect_err("it is wrong").to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// An adapter that answers two requests in the wrong order.
#[test]
fn replies_may_come_in_any_order() {
    let script = r#"read line
        echo '{"id":1,"protocol":1,"name":"sh","version":"1","queues":[{"name":"q","discipline":"fifo","offers":[],"settle":"time"}]}'
        read open; read step
        echo '{"id":3,"returned":[{"client":"one","return":"ok"}],"blocked":[]}'
        echo '{"id":2,"opened":true}'
        read look
        echo '{"id":4,"returned":[],"blocked":[]}'
        read line"#;
    let command = ["sh", "-c", script].map(str::to_string);
    let mut adapter = Adapter::start(&command, Limits::USUAL).expect("it starts");
    let constants = Constants { discipline: Discipline::Fifo, capacity: None };
    let mut session = Session::open(&mut adapter, "q", constants, vec!["one".to_string()], None);
    let call = Action::Call(0, plain("put 1"));
    let answers = session.step(&[call]).expect("both are found");
    assert_eq!(answers, [(0, Answer::Outcome(Outcome::Done))]);
    assert_eq!(session.look(std::time::Duration::ZERO).expect("it is in order"), []);
}

fn plain(text: &str) -> Call {
    Call { op: parse_op(text).expect("an operation"), flawed: false }
}

fn rules(choices: Choices) -> Rules {
    Rules { constants: Constants { discipline: Discipline::Fifo, capacity: Some(1) }, choices }
}

/// Steps: calls of clients and answers, each in words; `None` is an end of steps that is refused.
#[track_caller]
fn follows(choices: Choices, steps: &[(&[(usize, &str)], &[(usize, &str)])]) -> bool {
    let mut model = Tracker::new(rules(choices));
    for (calls, answers) in steps {
        let called = calls.iter().map(|(client, text)| (*client, plain(text))).collect();
        let answer = |text: &str| Answer::Outcome(parse_outcome(text).expect("an outcome"));
        let answered = answers.iter().map(|(client, text)| (*client, answer(text))).collect();
        match model.after(&Happened { called, answered }) {
            Some(next) => model = next,
            None => return false,
        }
    }
    true
}

#[test]
fn what_returned_is_allowed_and_what_has_not_waits() {
    let usual = Choices::default();
    let put: (&[(usize, &str)], &[(usize, &str)]) = (&[(0, "put 1")], &[(0, "ok")]);
    let waits: (&[(usize, &str)], &[(usize, &str)]) = (&[(1, "get")], &[]);
    assert!(follows(usual, &[put, (&[(1, "get")], &[(1, "item 1")])]));
    assert!(!follows(usual, &[put, waits]), "a get beside an item");
    assert!(!follows(usual, &[put, (&[(1, "get")], &[(1, "item 2")])]), "an item that nobody put");
    assert!(follows(usual, &[waits, (&[(0, "put 1")], &[(0, "ok"), (1, "item 1")])]));
    assert!(!follows(usual, &[waits, put]), "the get sleeps on");
    assert!(follows(usual, &[put, (&[(0, "put 2")], &[])]), "it is full");
    assert!(!follows(usual, &[put, (&[(0, "put 2")], &[(0, "ok")])]), "one too many");
    assert!(!follows(usual, &[put, (&[(1, "join")], &[(1, "ok")])]), "a join too early");
    assert!(!follows(usual, &[put, (&[(1, "try_get")], &[])]), "it must not wait");
    // Two calls at the same time: in any order.
    for outcome in ["item 1", "empty"] {
        let answers = [(0, "ok"), (1, outcome)];
        assert!(follows(usual, &[(&[(0, "put 1"), (1, "try_get")], &answers)]));
    }
}

#[test]
fn a_momentary_zero_is_missed_only_where_it_may_be() {
    let strict = Choices { momentary_zero: MomentaryZero::MustReturn, ..Choices::default() };
    let missed: &[(&[(usize, &str)], &[(usize, &str)])] = &[
        (&[(0, "put 1")], &[(0, "ok")]),
        (&[(1, "join")], &[]),
        (&[(2, "done"), (3, "get")], &[(2, "ok"), (3, "item 1")]),
    ];
    assert!(!follows(Choices::default(), missed), "the zero lasts");
    let risen: Vec<_> = missed[..2]
        .iter()
        .copied()
        .chain([(
            [(3, "get"), (2, "done"), (0, "put 2")].as_slice(),
            [(3, "item 1"), (2, "ok"), (0, "ok")].as_slice(),
        )])
        .collect();
    assert!(follows(Choices::default(), &risen));
    // The put may have come before the report: then there was no zero, but no room either.
    assert!(follows(strict, &risen), "the get made room before the report");
}

#[test]
fn an_item_that_takes_its_time_is_not_an_empty_queue() {
    let together: &[(&[(usize, &str)], &[(usize, &str)])] = &[
        (&[(0, "put 1")], &[(0, "ok")]),
        (&[(1, "try_get"), (2, "get")], &[(1, "empty"), (2, "item 1")]),
    ];
    assert!(follows(Choices::default(), together), "the other get was first");
    let item_left: &[(&[(usize, &str)], &[(usize, &str)])] = &[
        (&[(0, "put 1"), (1, "try_get")], &[(0, "ok"), (1, "empty")]),
        (&[(1, "try_get")], &[(1, "empty")]),
    ];
    assert!(!follows(Choices::default(), item_left));
    let eventual = Choices { visibility: Visibility::Eventual, ..Choices::default() };
    assert!(!follows(eventual, item_left), "everything has come to rest between the steps");
}

#[test]
fn a_put_that_fails_is_there_and_counted_or_neither() {
    let flawed = Call { op: Op::Put(Item(1), Wait::Forever), flawed: true };
    let failed = Happened {
        called: vec![(0, flawed)],
        answered: vec![(0, Answer::Raised("TypeError".to_string()))],
    };
    let model = Tracker::new(rules(Choices::default())).after(&failed).expect("either is allowed");
    let ask = |model: &Tracker, text: &str, n: usize| {
        let answered = vec![(0, Answer::Outcome(Outcome::Count(n)))];
        model.after(&Happened { called: vec![(0, plain(text))], answered })
    };
    for n in [0, 1] {
        let model = ask(&model, "len", n).expect("either is allowed");
        assert!(ask(&model, "unfinished", n).is_some());
        assert!(ask(&model, "unfinished", 1 - n).is_none(), "PUT-5");
    }
}

#[test]
fn every_way_is_taken_once() {
    let mut ways = Ways::All(Vec::new());
    let mut seen = Vec::new();
    loop {
        let mut way = ways.begin();
        let first = way.choose(2);
        // What there is to choose from depends on what was chosen.
        let second = way.choose(2 + first);
        assert!(second < 2 + first);
        seen.push(way.taken());
        if !ways.advance() {
            break;
        }
    }
    assert_eq!(seen, [[0, 0], [0, 1], [1, 0], [1, 1], [1, 2]]);
}
