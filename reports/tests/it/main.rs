//! Tests of the renderings.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use taskdone_reports::{
    Blocked, Clause, Counterexample, Ending, Engine, LongRuns, Mutant, Row, Run, Standing, Status,
    Subject, Trial, Verdict, Waiver, json, terminal,
};

/// A run of nothing.
fn run(verdict: Verdict, subjects: Vec<Subject>) -> Run {
    Run {
        format: taskdone_reports::run::FORMAT,
        program: "taskdone 0.0.0".to_string(),
        profile: "quick".to_string(),
        seed: 1,
        verdict,
        subjects,
        mutants: Vec::new(),
        waivers: Vec::new(),
        incomplete: Vec::new(),
        suite_bugs: Vec::new(),
    }
}

fn clause(id: &str, status: Status, evidence: u64) -> Clause {
    let why = (status == Status::Vacuous).then(|| "no run met its precondition".to_string());
    let evidence =
        BTreeMap::from([("loom".into(), evidence), ("shuttle".into(), evidence * 1_234)]);
    Clause { id: id.to_string(), status, why, evidence }
}

fn subject(
    verdict: Verdict,
    clauses: Vec<Clause>,
    counterexamples: Vec<Counterexample>,
) -> Subject {
    let loom = Engine {
        name: "loom".to_string(),
        blind_to: "timeouts".to_string(),
        scenarios: 3,
        bounded: 3,
        preemption_bound: Some(2),
        skipped: BTreeMap::from([("somebody may wait for ever".to_string(), 2)]),
        executions: 1_234_567,
        outcomes_allowed: 10,
        outcomes_seen: 9,
        outcomes_missing: BTreeMap::from([(
            "they need more preemptions than the bound".to_string(),
            1,
        )]),
        ..Engine::default()
    };
    let shuttle = Engine {
        name: "shuttle".to_string(),
        blind_to: "weak memory".to_string(),
        scenarios: 5,
        exhaustive: 4,
        sampled: 1,
        cut_short: 0,
        executions: 999,
        outcomes_allowed: 12,
        outcomes_seen: 12,
        ..Engine::default()
    };
    Subject {
        name: "mutex/fifo".to_string(),
        about: "a queue".to_string(),
        profile: "full".to_string(),
        verdict,
        clauses,
        engines: vec![loom, shuttle],
        long: Some(LongRuns { runs: 7, operations: 70_000 }),
        counterexamples,
        unknown: Vec::new(),
        warnings: Vec::new(),
    }
}

fn row(client: usize, op: &str, called: bool, returned: Option<&str>) -> Row {
    Row { client, op: op.to_string(), called, returned: returned.map(str::to_string) }
}

fn counterexample() -> Counterexample {
    Counterexample {
        subject: "broken/one".to_string(),
        clause: "JOIN-4".to_string(),
        sentence: "When the count reaches zero and stays there, every waiting join returns."
            .to_string(),
        engine: "shuttle".to_string(),
        reason: "`join` of right is blocked for ever".to_string(),
        scenario: "queue fifo\nworker: put 1; done\nleft:   join\nright:  join\n".to_string(),
        clients: ["worker", "left", "right"].map(str::to_string).to_vec(),
        rows: vec![
            row(0, "put 1", true, Some("ok")),
            row(1, "join", true, None),
            row(2, "join", true, None),
            row(0, "done", true, Some("ok")),
            row(1, "join", false, Some("ok")),
        ],
        ending: Ending::Quiescent(vec![Blocked { client: 2, op: "join".to_string() }]),
        replay: Some("taskdone replay target/taskdone/broken.one.JOIN-4.toml".to_string()),
        waived: None,
    }
}

/// As a terminal that knows no colours shows it, and as it is stored and read back.
fn shown(run: &Run) -> String {
    let stored: Run = serde_json::from_str(&json::run(run)).expect("JSON is read back");
    assert_eq!(stored, *run);
    anstream::adapter::strip_str(&terminal::render(run)).to_string()
}

#[test]
fn conforms() {
    let clauses = vec![
        clause("PUT-1", Status::Kept, 12),
        clause("PUT-2", Status::Kept, 7),
        clause("JOIN-4", Status::Kept, 0),
        clause("ORD-2", Status::NotApplicable, 0),
    ];
    let subjects = vec![subject(Verdict::Conforms, clauses, Vec::new())];
    insta::assert_snapshot!(shown(&run(Verdict::Conforms, subjects)));
}

#[test]
fn violates() {
    let clauses = vec![clause("PUT-1", Status::Kept, 12), clause("JOIN-4", Status::Broken, 3)];
    let subjects = vec![subject(Verdict::Violates, clauses, vec![counterexample()])];
    insta::assert_snapshot!(shown(&run(Verdict::Violates, subjects)));
}

#[test]
fn unknown() {
    let clauses = vec![clause("PUT-1", Status::Kept, 12), clause("JOIN-4", Status::Vacuous, 0)];
    let mut subject = subject(Verdict::Unknown, clauses, Vec::new());
    subject.unknown =
        vec!["shuttle, in 2 scenarios: no answer within 1000 configurations".to_string()];
    let mut run = run(Verdict::Unknown, vec![subject]);
    run.incomplete =
        vec!["mutex/fifo: loom did not get through 2 of 5 scenarios: the time was up".into()];
    insta::assert_snapshot!(shown(&run));
}

#[test]
fn unusable() {
    let mut subject = subject(Verdict::Unusable, Vec::new(), Vec::new());
    subject.engines = Vec::new();
    subject.unknown = vec!["its constructor panics".to_string()];
    insta::assert_snapshot!(shown(&run(Verdict::Unusable, vec![subject])));
}

#[test]
fn waived() {
    let clauses = vec![clause("PUT-1", Status::Kept, 12), clause("JOIN-4", Status::Waived, 3)];
    let example = Counterexample { waived: Some("issue 17".to_string()), ..counterexample() };
    let mut run = run(Verdict::Conforms, vec![subject(Verdict::Conforms, clauses, vec![example])]);
    let waiver = |clause: &str, standing| Waiver {
        subject: "mutex/fifo".to_string(),
        clause: clause.to_string(),
        reason: "issue 17".to_string(),
        standing,
    };
    run.waivers = vec![
        waiver("JOIN-4", Standing::Occurs),
        waiver("PUT-1", Standing::Gone),
        waiver("PUT-2", Standing::Untried),
    ];
    insta::assert_snapshot!(shown(&run));
}

#[test]
fn mutants() {
    let trial = |engine: &str, declared: &str, found: Option<&str>| Trial {
        engine: engine.to_string(),
        declared: declared.to_string(),
        found: found.map(str::to_string),
    };
    let mutant = |name: &str, trials, as_declared, counterexample: Option<_>| Mutant {
        name: format!("broken/{name}"),
        defect: "One is enough.".to_string(),
        breaks: "JOIN-4".to_string(),
        trials,
        as_declared,
        replayed: counterexample.is_some(),
        counterexample,
    };
    let mut run = run(Verdict::Unknown, Vec::new());
    let (caught, other) = (Some("JOIN-4"), Some("PROG-3"));
    run.mutants = vec![
        mutant(
            "one",
            vec![trial("loom", "caught", caught), trial("threads", "chance", None)],
            true,
            Some(counterexample()),
        ),
        mutant(
            "two",
            vec![trial("loom", "caught", None), trial("threads", "survives", other)],
            false,
            None,
        ),
        // One that is given to other engines than the first.
        mutant("three", vec![trial("executor", "caught", caught)], true, None),
    ];
    run.suite_bugs = vec!["broken/two did not fare as its header declares".to_string()];
    insta::assert_snapshot!(shown(&run));
}

#[test]
fn other_endings() {
    let mut panicked = counterexample();
    panicked.ending = Ending::Panicked(2, "ouch".to_string());
    panicked.replay = None;
    let mut cut = counterexample();
    cut.ending = Ending::Cut("time stands still".to_string());
    let clauses = vec![clause("JOIN-4", Status::Broken, 3)];
    let subjects = vec![subject(Verdict::Violates, clauses, vec![panicked, cut])];
    insta::assert_snapshot!(shown(&run(Verdict::Violates, subjects)));
}

/// The schema in the repository is that of the types.
#[test]
fn the_schema_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/run.schema.json");
    let stored = fs::read_to_string(&path).unwrap_or_default();
    if stored != json::schema() {
        let made = path.with_extension("json.new");
        fs::write(&made, json::schema()).expect("the folder can be written");
        panic!("the schema has changed; if that is right, move {} over it", made.display());
    }
}
