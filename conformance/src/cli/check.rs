//! `taskdone` and `taskdone check`.

use super::args::{self, Options};
use super::exit::{Exit, exit_code};
use super::{refuse, say};
use crate::catalogue::{self, Mutant};
use crate::check::{Progress, Settings};
use crate::engine::Engine;
use crate::job::{self, Job};
use crate::plan::{DEEP, QUICK};
use crate::stop::Stop;
use crate::subject::Subject;
use crate::wire::{FileError, read_waivers};
use indicatif::{ProgressBar, ProgressStyle};
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Set by Ctrl-C.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The queues of this project, and the broken queues.
pub(super) fn everything(options: &Options) -> Exit {
    check_all(catalogue::queues(), catalogue::mutants(), options)
}

pub(super) fn check(args: &args::Check) -> Exit {
    match select(&args.subjects) {
        Ok(subjects) => check_all(subjects, Vec::new(), &args.options),
        Err(name) => {
            refuse(Exit::Nothing, format!("no subject is called {name}; see `taskdone list`"))
        }
    }
}

/// The subjects with one of these names, or below it: `mutex` selects `mutex/fifo`. A name that
/// selects nothing is an error: what it was meant for would go unchecked.
fn select(names: &[String]) -> Result<Vec<Subject>, &str> {
    if names.is_empty() {
        return Ok(catalogue::queues());
    }
    let is_below = |subject: &Subject, name: &str| {
        let rest = subject.name.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let mut all = catalogue::all();
    if let Some(name) = names.iter().find(|name| !all.iter().any(|s| is_below(s, name))) {
        return Err(name);
    }
    all.retain(|subject| names.iter().any(|name| is_below(subject, name)));
    Ok(all)
}

fn check_all(subjects: Vec<Subject>, mutants: Vec<Mutant>, options: &Options) -> Exit {
    if let Err(error) = interruptible() {
        return refuse(Exit::SuiteBug, error);
    }
    let known = catalogue::all();
    let waivers = options.waivers.as_deref().map(|path| read_waivers(path, &known)).transpose();
    // Made now: a report that cannot be written is not worth computing.
    let json = options.json.as_deref().map(create).transpose();
    let (waivers, json) = match (waivers, json) {
        (Ok(waivers), Ok(json)) => (waivers.unwrap_or_default(), json),
        (Err(error), _) | (_, Err(error)) => return refuse(Exit::Usage, error),
    };
    if let Err(error) = fs::create_dir_all(&options.cases) {
        return refuse(Exit::Usage, FileError::io(&options.cases, error));
    }
    let (settings, cases) = (settings(options), options.cases.clone());
    let job = Job { subjects, mutants, settings, waivers, cases, program: program() };
    let bar = Bar::new();
    let run = job::run(&job, &bar);
    bar.finish();
    say(reports::terminal::render(&run));
    let written = json.map(|mut file| file.write_all(reports::json::run(&run).as_bytes()));
    let exit = exit_code(&run);
    match written {
        Some(Err(error)) => {
            let lost = refuse(Exit::Unknown, format!("the JSON report is lost: {error}"));
            // Whoever reads only the report must not take its absence for a pass.
            if exit == Exit::Conforms { lost } else { exit }
        }
        _ => exit,
    }
}

fn settings(options: &Options) -> Settings {
    let mut engines: Vec<Engine> = options.engines.iter().map(|name| (*name).into()).collect();
    if engines.is_empty() {
        engines = Engine::ALL.to_vec();
    }
    engines.sort_unstable();
    engines.dedup();
    Settings {
        engines,
        effort: match options.profile {
            args::Profile::Quick => QUICK,
            args::Profile::Deep => DEEP,
        },
        seed: options.seed,
        stop: stop(options),
    }
}

/// What ends a run from outside.
pub(super) fn stop(options: &Options) -> Stop {
    // What is too far away to be told is no deadline.
    let deadline = options.budget.and_then(|budget| Instant::now().checked_add(budget));
    Stop { deadline, interrupted: &INTERRUPTED }
}

/// From now on, Ctrl-C ends a run early, and its report is still written. A second one kills.
pub(super) fn interruptible() -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    })
}

pub(super) fn create(path: &Path) -> Result<File, FileError> {
    File::create(path).map_err(|error| FileError::io(path, error))
}

/// How this program was called: `target/release/taskdone` under cargo.
pub(super) fn program() -> String {
    let called = std::env::args_os().next();
    called.map_or("taskdone".to_string(), |path| path.to_string_lossy().into_owned())
}

/// Progress, on a terminal only.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new() -> Self {
        let template = "{elapsed} {wide_bar} {pos} of {len} explorations";
        let style = ProgressStyle::with_template(template).expect("the template is a constant");
        Bar(ProgressBar::new(0).with_style(style))
    }

    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn steps(&self, more: usize) {
        self.0.inc_length(more as u64);
    }

    fn step(&self) {
        self.0.inc(1);
    }
}
