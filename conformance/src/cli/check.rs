//! `taskdone` and `taskdone check`.

use super::args::{self, CASES, SEED};
use super::exit::{Exit, exit_code};
use super::{refuse, say};
use crate::catalogue;
use crate::check::{Progress, Settings};
use crate::engine::Engine;
use crate::job::{self, Job};
use crate::plan::{DEEP, QUICK};
use crate::subject::Subject;
use crate::wire::{FileError, read_waivers};
use indicatif::{ProgressBar, ProgressStyle};
use reports::Run;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Set by Ctrl-C.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The queues of this project, and the broken queues.
pub(super) fn everything() -> Exit {
    let settings = Settings {
        engines: Engine::ALL.to_vec(),
        effort: QUICK,
        seed: SEED,
        deadline: None,
        interrupted: &INTERRUPTED,
    };
    let job = Job {
        subjects: catalogue::queues(),
        mutants: catalogue::mutants(),
        settings,
        waivers: Vec::new(),
        cases: CASES.into(),
        program: program(),
    };
    do_job(&job, None)
}

pub(super) fn check(args: &args::Check) -> Exit {
    let subjects = match args.subjects.as_slice() {
        [] => catalogue::queues(),
        names => select(names),
    };
    if subjects.is_empty() {
        let names = args.subjects.join(" ");
        return refuse(Exit::Nothing, format!("no subject is called {names}; see `taskdone list`"));
    }
    let waivers = args.waivers.as_deref().map(read_waivers).transpose();
    // Opened now: a report that cannot be written is not worth computing.
    let json = args.json.as_deref().map(open).transpose();
    let (waivers, json) = match (waivers, json) {
        (Ok(waivers), Ok(json)) => (waivers.unwrap_or_default(), json),
        (Err(error), _) | (_, Err(error)) => return refuse(Exit::Usage, error),
    };
    let mut engines: Vec<Engine> = args.engines.iter().map(|name| (*name).into()).collect();
    if engines.is_empty() {
        engines = Engine::ALL.to_vec();
    }
    engines.sort_unstable();
    engines.dedup();
    let settings = Settings {
        engines,
        effort: match args.profile {
            args::Profile::Quick => QUICK,
            args::Profile::Deep => DEEP,
        },
        seed: args.seed,
        deadline: args.budget.map(|budget| Instant::now() + budget),
        interrupted: &INTERRUPTED,
    };
    let (mutants, cases, program) = (Vec::new(), args.cases.clone(), program());
    do_job(&Job { subjects, mutants, settings, waivers, cases, program }, json)
}

/// How this program was called: `target/release/taskdone` under cargo.
fn program() -> String {
    let called = std::env::args_os().next();
    called.map_or("taskdone".to_string(), |path| path.to_string_lossy().into_owned())
}

/// The subjects with one of these names, or below it: `mutex` selects `mutex/fifo`.
fn select(names: &[String]) -> Vec<Subject> {
    let matches = |subject: &Subject, name: &String| {
        let rest = subject.name.strip_prefix(name.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let all = catalogue::all().into_iter();
    all.filter(|subject| names.iter().any(|name| matches(subject, name))).collect()
}

fn open(path: &Path) -> Result<File, FileError> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(path);
    file.map_err(|error| FileError::io(path, error))
}

fn do_job(job: &Job, json: Option<File>) -> Exit {
    if let Err(error) = fs::create_dir_all(&job.cases) {
        return refuse(Exit::Usage, FileError::io(&job.cases, error));
    }
    // A second Ctrl-C kills: the handler is only there to let the report be written.
    let handled = ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    if let Err(error) = handled {
        return refuse(Exit::SuiteBug, error);
    }
    let bar = Bar::new();
    let run = job::run(job, &bar);
    bar.0.finish_and_clear();
    say(reports::terminal::render(&run));
    match json.map(|file| write(file, &run)) {
        Some(Err(error)) => refuse(Exit::SuiteBug, format!("the JSON report is lost: {error}")),
        _ => exit_code(&run),
    }
}

fn write(mut file: File, run: &Run) -> std::io::Result<()> {
    file.set_len(0)?;
    file.write_all(reports::json::run(run).as_bytes())
}

/// Progress, on a terminal only.
struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let template = "{elapsed} {wide_bar} {pos} of {len} explorations";
        let style = ProgressStyle::with_template(template).expect("the template is a constant");
        Bar(ProgressBar::new(0).with_style(style))
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
