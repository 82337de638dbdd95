//! `taskdone check --python PYTHON` and `--adapter COMMAND`: queues in another process.

use super::args;
use super::check::{Bar, create, interruptible, program, stop};
use super::exit::{Exit, exit_code};
use super::{refuse, say};
use crate::process::job::{Job, Target, run};
use crate::process::plan::{DEEP, QUICK};
use crate::process::{Limits, python};
use crate::wire::known::read_known;
use std::fs;
use std::io::Write;
use std::time::Duration;

/// How long to wait for somebody who should not be blocked, on a machine that is not slow.
const SECOND_LOOK: Duration = Duration::from_millis(300);

pub(super) fn check(args: &args::Check) -> Exit {
    if let Err(error) = interruptible() {
        return refuse(Exit::SuiteBug, error);
    }
    let options = &args.options;
    let json = match options.json.as_deref().map(create).transpose() {
        Ok(json) => json,
        Err(error) => return refuse(Exit::Usage, error),
    };
    if let Err(error) = fs::create_dir_all(&options.cases) {
        return refuse(Exit::Usage, format!("{}: {error}", options.cases.display()));
    }
    let steps = match args.process.steps.as_deref().map(read_known).transpose() {
        Ok(steps) => steps,
        Err(error) => return refuse(Exit::Usage, error),
    };
    let slow = args.process.slow;
    let job = Job {
        targets: targets(args),
        effort: match options.profile {
            args::Profile::Quick => QUICK,
            args::Profile::Deep => DEEP,
        },
        seed: options.seed,
        limits: Limits { reply: Limits::USUAL.reply.mul_f64(slow), ..Limits::USUAL }
            .with_memory(args.process.memory),
        second_look: SECOND_LOOK.mul_f64(slow),
        stop: stop(options),
        cases: options.cases.clone(),
        steps,
    };
    let bar = Bar::new();
    let run = run(&job, &bar);
    bar.finish();
    say(reports::terminal::render(&run));
    let exit = exit_code(&run);
    match json.map(|mut file| file.write_all(reports::json::run(&run).as_bytes())) {
        Some(Err(error)) if exit == Exit::Conforms => {
            refuse(Exit::Unknown, format!("the JSON report is lost: {error}"))
        }
        _ => exit,
    }
}

/// Each queue has a process of its own.
fn targets(args: &args::Check) -> Vec<Target> {
    let process = &args.process;
    let names: Vec<String> = match (&process.python, args.subjects.as_slice()) {
        (Some(_), []) => python::QUEUES.map(str::to_string).to_vec(),
        (_, names) => names.to_vec(),
    };
    if let Some(interpreter) = &process.python {
        let capabilities = process.capabilities.as_deref();
        let mut again = format!("{} check --python {interpreter}", program());
        if let Some(file) = capabilities {
            again += &format!(" --capabilities {file}");
        }
        let target = |name: String| {
            let own = name.contains(':').then_some(capabilities).flatten();
            let command = python::command(interpreter, &name, own);
            Target { command, queue: Some(name), python: own.is_none(), again: again.clone() }
        };
        return names.into_iter().map(target).collect();
    }
    let words = process.adapter.as_deref().unwrap_or_default();
    let target = |queue| Target {
        command: words.split_whitespace().map(str::to_string).collect(),
        queue,
        python: false,
        again: format!("{} check --adapter '{words}'", program()),
    };
    match names.len() {
        0 => vec![target(None)],
        _ => names.into_iter().map(|name| target(Some(name))).collect(),
    }
}
