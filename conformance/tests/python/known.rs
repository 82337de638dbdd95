//! Known defects: each shows, and one that does not is an error.

use crate::Test;
use crate::setup::{Interpreter, check};
use reports::Standing;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use taskdone_conformance::process::check::Settings;
use taskdone_conformance::process::known::{Shows, try_known};
use taskdone_conformance::process::plan::QUICK;
use taskdone_conformance::process::{Adapter, Limits, Subject, python as adapter};
use taskdone_conformance::stop::Stop;
use taskdone_conformance::wire::known::known;

pub(crate) const TESTS: &[Test] =
    &[("each_known_defect_shows", shows), ("one_that_does_not_show_is_told", does_not_show)];

fn shows(python: &Interpreter) {
    let all = adapter::known();
    let mut queues: Vec<&str> = all.iter().map(|known| known.queue.as_str()).collect();
    queues.dedup();
    // Almost no time for anything else: known defects are tried all the same.
    let said = check(python, &[queues.as_slice(), &["--budget", "1ms"]].concat());
    let run = said.run.as_ref().unwrap_or_else(|| panic!("{}{}", said.out, said.err));
    assert_eq!(run.waivers.len(), all.len());
    for (waiver, known) in run.waivers.iter().zip(&all) {
        assert_eq!(waiver.standing, Standing::Occurs, "{}", said.out);
        assert_eq!(waiver.clause, known.clause.to_string());
    }
}

fn does_not_show(python: &Interpreter) {
    static NEVER: AtomicBool = AtomicBool::new(false);
    let text = r#"
        [[known]]
        queue = "queue.Queue"
        clause = "PUT-5"
        clients = ["client"]
        steps = ["client: put 2", "client: put 1 flawed", "client: len", "client: unfinished"]
        reason = "this queue does not compare its items"
    "#;
    let known = known(Path::new("here"), text).expect("it is well formed");
    let command = adapter::command(python.command, "queue.Queue", None);
    let mut adapter = Adapter::start(&command, Limits::USUAL).expect("it starts");
    let queue = adapter.queues().iter().find(|queue| queue.name == "queue.Queue");
    let subject = Subject::new(queue.expect("it is there"));
    let settings = Settings {
        effort: QUICK,
        seed: 1,
        second_look: Duration::from_millis(100),
        stop: Stop { deadline: None, interrupted: &NEVER },
    };
    let shows = try_known(&mut adapter, &subject, &known[0], &settings).expect("it answers");
    assert!(matches!(shows, Shows::No), "{shows:?}");
}
