//! A few questions to an adapter whose answers are known, before a run is spent on it.

use super::adapter::Adapter;
use super::child::Limits;
use super::drive::{Freedom, Job, drive_steps, step_in_words};
use super::fault::Fault;
use super::judge::of_names;
use super::record::record;
use super::session::{Action, Call};
use super::subject::Subject;
use crate::text::{parse_op, parse_scenario};
use crate::wire::declared::Cancels;
use spec::{Constants, Feature, Op, Wait};
use std::fmt;
use std::time::Duration;

/// A question, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whether the answer was right.
    pub right: bool,
    /// What was asked, and what was wrong.
    pub text: String,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", if self.right { "ok     " } else { "WRONG  " }, self.text)
    }
}

/// How long to wait for somebody who should not be blocked.
const SECOND_LOOK: Duration = Duration::from_millis(500);

/// Asks; `tell` is told line by line. Returns whether all was right.
///
/// # Errors
///
/// If the adapter breaks the protocol.
pub fn smoke(
    command: &[String],
    limits: Limits,
    tell: &mut dyn FnMut(Line),
) -> Result<bool, Fault> {
    let mut adapter = Adapter::start(command, limits)?;
    let names: Vec<&str> = adapter.queues().iter().map(|queue| queue.name.as_str()).collect();
    let text = format!("hello: {}; it has {}", adapter.about(), names.join(", "));
    tell(Line { right: true, text });
    let subjects: Vec<Subject> = adapter.queues().iter().map(Subject::new).collect();
    let mut all_right = true;
    for subject in subjects {
        for (what, steps) in questions(&subject) {
            let line = ask(&mut adapter, &subject, what, &steps)?;
            all_right &= line.right;
            tell(line);
        }
        let line = ask_recording(&mut adapter, &subject)?;
        all_right &= line.right;
        tell(line);
    }
    adapter.finish()?;
    Ok(all_right)
}

const CLIENTS: [&str; 2] = ["one", "other"];

type Question = (&'static str, Vec<Vec<Action>>);

fn questions(subject: &Subject) -> Vec<Question> {
    let call = |client: usize, text: &str| {
        let op = parse_op(text).expect("the questions are constants");
        Action::Call(client, Call { op, flawed: false })
    };
    let mut all: Vec<Question> = vec![
        ("what was put is got", vec![vec![call(0, "put 7")], vec![call(0, "get")]]),
        (
            "a get of nothing is blocked, and released by a put",
            vec![vec![call(1, "get")], vec![call(0, "put 7")]],
        ),
        (
            "two calls in one step",
            vec![
                vec![call(1, "get"), call(0, "put 7")],
                vec![call(0, "put 8")],
                vec![call(1, "get")],
            ],
        ),
        (
            "a put into what is full is blocked, and released by a get",
            vec![
                vec![call(0, "put 7")],
                vec![call(0, "put 8")],
                vec![call(0, "put 9")],
                vec![call(1, "get")],
            ],
        ),
    ];
    let has = |text: &str| subject.profile.has(parse_op(text).expect("a constant"));
    if has("join") {
        all.push((
            "a join is blocked, and released by the last report",
            vec![vec![call(0, "put 7")], vec![call(0, "join")], vec![call(1, "done")]],
        ));
        all.push(("a report too many", vec![vec![call(0, "done")]]));
    }
    if has("try_get") {
        all.push(("what never waits", vec![vec![call(0, "try_get")], vec![call(0, "try_put 7")]]));
    }
    if has("get_timeout 5ms") {
        all.push(("a timeout that passes", vec![vec![call(0, "get_timeout 5ms")]]));
    }
    if has("shutdown graceful") {
        all.push((
            "a get that waits is told of a shutdown",
            vec![vec![call(1, "get")], vec![call(0, "shutdown graceful")], vec![call(0, "put 7")]],
        ));
    }
    for observer in ["len", "unfinished", "is_shutdown"].into_iter().filter(|text| has(text)) {
        all.push(("an observer", vec![vec![call(0, "put 7")], vec![call(0, observer)]]));
    }
    if subject.profile.offers(Feature::Cancel) && subject.cancels != Cancels::None {
        all.push((
            "a call that is cancelled",
            vec![vec![call(1, "get")], vec![Action::Cancel(1)], vec![call(0, "put 7")]],
        ));
    }
    if subject.kills {
        all.push(("an actor that is killed", vec![vec![call(0, "put 7")], vec![Action::Kill(1)]]));
    }
    all
}

fn ask(
    adapter: &mut Adapter,
    subject: &Subject,
    what: &str,
    steps: &[Vec<Action>],
) -> Result<Line, Fault> {
    let constants = Constants { discipline: subject.discipline, capacity: Some(2) };
    let scenario = of_names(&CLIENTS.map(str::to_string), constants);
    let may_cancel = subject.profile.offers(Feature::Cancel) && subject.cancels == Cancels::One;
    let job = Job {
        queue: &subject.name,
        rules: subject.rules(constants),
        scenario: &scenario,
        cancels: may_cancel.then_some(1),
        freedom: Freedom::default(),
        second_look: SECOND_LOOK,
    };
    let run = drive_steps(adapter, &job, steps)?;
    let mut text = format!("{}: {what}", subject.name);
    if run.refused {
        let said = run.steps.iter().map(|(batch, answers)| {
            let words = step_in_words(&scenario, batch);
            let answers: Vec<String> =
                answers.iter().map(|(client, a)| format!("{}: {a}", CLIENTS[*client])).collect();
            format!("`{}` -> [{}]", words, answers.join(", "))
        });
        text += &format!("; the model does not allow {}", said.collect::<Vec<_>>().join(", "));
    }
    Ok(Line { right: !run.refused, text })
}

fn ask_recording(adapter: &mut Adapter, subject: &Subject) -> Result<Line, Fault> {
    let text = "queue fifo capacity=1\none: put 1; put 2\nother: get; get";
    let mut scenario = parse_scenario(text).expect("a constant");
    scenario.constants.discipline = subject.discipline;
    debug_assert!(scenario.ops().all(|(_, op): (usize, Op)| op.wait() == Some(Wait::Forever)));
    let histories = record(adapter, &subject.name, &scenario, 1, 2)?;
    let right = histories.iter().all(|history| history.events.len() == 8);
    let text = format!("{}: two recordings of two puts and two gets", subject.name);
    Ok(Line { right, text })
}
