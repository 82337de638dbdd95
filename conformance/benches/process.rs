//! Steps per second through the process protocol: calls that return at once, of one client, and calls
//! that wait for one another. Needs a `python3`.

use spec::{Constants, Discipline};
use std::time::{Duration, Instant};
use taskdone_conformance::process::{Action, Adapter, Call, Limits, Session, python};
use taskdone_conformance::text::parse_op;

const TIME: Duration = Duration::from_secs(3);

fn main() {
    for queue in ["asyncio.Queue", "queue.Queue", "multiprocessing.JoinableQueue"] {
        for (what, steps) in [("at once", AT_ONCE), ("waiting", WAITING)] {
            match measure(queue, steps) {
                Ok(rate) => println!("{queue}, {what}: {rate:.0} steps per second"),
                Err(why) => println!("skipped: {queue}: {why}"),
            }
        }
    }
}

const AT_ONCE: &[(usize, &str)] = &[(0, "put 1"), (0, "get"), (0, "done"), (0, "join")];

const WAITING: &[(usize, &str)] = &[(0, "get"), (1, "put 1"), (0, "join"), (1, "done")];

fn measure(queue: &str, steps: &[(usize, &str)]) -> Result<f64, String> {
    let command = python::command("python3", queue, None);
    let mut adapter = Adapter::start(&command, Limits::USUAL).map_err(|fault| fault.to_string())?;
    let constants = Constants { discipline: Discipline::Fifo, capacity: Some(2) };
    let clients = ["left", "right"].map(str::to_string).to_vec();
    let mut session = Session::open(&mut adapter, queue, constants, clients, None);
    let action = |(client, text): &(usize, &str)| {
        let op = parse_op(text).expect("a constant");
        [Action::Call(*client, Call { op, flawed: false })]
    };
    let steps: Vec<_> = steps.iter().map(action).collect();
    let (begin, mut taken) = (Instant::now(), 0.0);
    while begin.elapsed() < TIME {
        for step in &steps {
            session.step(step).map_err(|fault| fault.to_string())?;
            taken += 1.0;
        }
    }
    Ok(taken / begin.elapsed().as_secs_f64())
}
