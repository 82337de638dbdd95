//! The text forms: printing and reading are inverse, and what is wrong is named with its place.

use crate::histories::{shape, valid};
use fastrand::Rng;
use spec::{Discipline, Ending, MomentaryZero, Scenario};
use taskdone_conformance::corpus;
use taskdone_conformance::text::{parse_history, parse_scenario, parse_scenarios, print_history};

#[track_caller]
fn check_identity(scenario: &Scenario) {
    let text = scenario.to_string();
    assert_eq!(parse_scenario(&text).as_ref(), Ok(scenario), "{text}");
}

#[test]
fn scenarios_of_the_corpus() {
    for discipline in [Discipline::Fifo, Discipline::Lifo, Discipline::Priority] {
        let all = corpus::scenarios(discipline);
        all.iter().for_each(check_identity);
        let text: Vec<String> = all.iter().map(Scenario::to_string).collect();
        assert_eq!(parse_scenarios(&text.join("\n")).as_ref(), Ok(&all));
    }
}

#[test]
fn random_scenarios_and_their_histories() {
    let mut rng = Rng::with_seed(1);
    for _ in 0..1_000 {
        let shape = shape(4, 4, Discipline::Priority);
        let (scenario, mut history) = valid(&shape, MomentaryZero::MayMiss, &mut rng);
        check_identity(&scenario);
        if rng.u8(..4) == 0 {
            history.ending = Ending::Panicked { thread: 0, message: "a: b".to_string() };
        }
        let text = print_history(&scenario, &history);
        assert_eq!(parse_history(&scenario, &text), Ok(history), "{text}");
    }
}

/// Everything that is wrong with these texts, as a person reads it.
#[test]
fn malformed_scenarios() {
    let texts = [
        "",
        "\n\n",
        "# only a title",
        "queue",
        "queue filo",
        "queue fifo capacity=0",
        "queue fifo capacity=-1",
        "queue fifo capacity=many",
        "queue fifo capacity=1 fast",
        "queue fifo",
        "queue fifo\n",
        "queue fifo\nworker",
        "queue fifo\n: get",
        "queue fifo\nworker:",
        "queue fifo\nworker: get;",
        "queue fifo\nworker: ; get",
        "queue fifo\nworker: gett",
        "queue fifo\nworker: get now",
        "queue fifo\nworker: put",
        "queue fifo\nworker: put one",
        "queue fifo\nworker: put 4294967296",
        "queue fifo\nworker: put -1",
        "queue fifo\nworker: get_timeout 5",
        "queue fifo\nworker: get_timeout 5s",
        "queue fifo\nworker: shutdown",
        "queue fifo\nworker: shutdown now",
        "queue fifo\nworker: get\nworker: get",
        "queue fifo\nworker: get\nqueue fifo\nworker: get",
        "  queue   fifo  \n\n   wörker :  get ;  pút 1",
        "worker: get",
    ];
    let say = |text: &&str| match parse_scenario(text) {
        Ok(scenario) => panic!("{text:?} was read as {scenario:?}"),
        Err(error) => format!("{text:?}\n    {error}\n"),
    };
    insta::assert_snapshot!(texts.iter().map(say).collect::<String>());
}

#[test]
fn malformed_histories() {
    let scenario = parse_scenario("queue fifo\nworker: get\nproducer: put 1").expect("it is right");
    let texts = [
        "",
        "worker: get",
        "worker get\nquiescent",
        "boss: get\nquiescent",
        "worker: gett\nquiescent",
        "worker: get\nworker: -> item one\nquiescent",
        "worker: get\nworker: ->\nquiescent",
        "worker: get\nworker: -> shutdown\nquiescent",
        "worker: get\nat rest",
        "worker: get\ncut",
        "worker: get\npanicked: worker",
        "worker: get\npanicked: boss: ouch",
    ];
    let say = |text: &&str| match parse_history(&scenario, text) {
        Ok(history) => panic!("{text:?} was read as {history:?}"),
        Err(error) => format!("{text:?}\n    {error}\n"),
    };
    insta::assert_snapshot!(texts.iter().map(say).collect::<String>());
}

/// No text makes the parsers panic.
#[test]
fn hostile_texts() {
    let pieces = [
        "queue",
        "fifo",
        " ",
        ":",
        ";",
        "\n",
        "#",
        "put",
        "1",
        "->",
        "capacity=",
        "=",
        "\t",
        "é",
        "\u{0}",
        "quiescent",
        "cut:",
        "item",
        "99999999999999999999",
        "5ms",
        "ms",
        "\r\n",
    ];
    let scenario = parse_scenario("queue fifo\nworker: get").expect("it is right");
    let mut rng = Rng::with_seed(3);
    for _ in 0..20_000 {
        let length = rng.usize(..12);
        let text: String = (0..length).map(|_| pieces[rng.usize(..pieces.len())]).collect();
        if let Ok(read) = parse_scenario(&text) {
            check_identity(&read);
        }
        if let Ok(read) = parse_history(&scenario, &text) {
            assert_eq!(parse_history(&scenario, &print_history(&scenario, &read)), Ok(read));
        }
    }
}
