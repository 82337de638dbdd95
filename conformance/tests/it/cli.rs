//! The program as a person or a CI job meets it.

use crate::setup::{settings, subject};
use reports::{Run, Status, Verdict};
use spec::{Discipline, Feature, Profile, profile};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use taskdone_conformance::catalogue;
use taskdone_conformance::check::Progress;
use taskdone_conformance::cli::{Exit, exit_code};
use taskdone_conformance::engine::Engine;
use taskdone_conformance::job::{self, Job};
use taskdone_conformance::subject::{Callable, Make, Subject, Worlds};
use tempfile::TempDir;

/// What the program said, and how it ended.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder of its own")
}

fn program(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taskdone"));
    command.args(args).current_dir(folder);
    command
}

pub(crate) fn taskdone(folder: &TempDir, args: &[&str]) -> Said {
    let output = program(folder.path(), args).output().expect("the program starts");
    Said {
        code: output.status.code().expect("it was not killed"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

#[test]
fn conforms_is_0() {
    let said = taskdone(&folder(), &["check", "mutex/fifo", "--engine", "shuttle"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "no progress where there is no terminal");
    assert!(said.out.contains("mutex/fifo conforms: of 69 clauses, 46 kept"), "{}", said.out);
    assert!(!said.out.contains('\u{1b}'), "no colours where there is no terminal");
}

#[test]
fn violates_is_1_and_the_printed_line_replays_it() {
    let folder = folder();
    let name = "broken/task_done_notifies_one";
    let said = taskdone(&folder, &["check", name, "--engine", "shuttle"]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(said.out.contains("JOIN-4 broken"), "{}", said.out);
    let line = said.out.lines().find_map(|line| line.trim().strip_prefix("replay: "));
    let mut words = line.expect("a line that replays it").split(' ');
    assert_eq!(words.next(), Some(env!("CARGO_BIN_EXE_taskdone")));
    let again = taskdone(&folder, &words.collect::<Vec<_>>());
    assert_eq!(again.code, 1);
    insta::assert_snapshot!(again.out);
}

#[test]
fn out_of_time_is_2() {
    let said = taskdone(&folder(), &["check", "mutex/fifo", "--budget", "1ms"]);
    assert_eq!(said.code, 2);
    assert!(said.out.contains("the time was up"), "{}", said.out);
    assert!(said.out.contains("mutex/fifo unknown"), "{}", said.out);
}

#[test]
fn a_waiver_that_does_not_apply_any_more_is_3() {
    let folder = folder();
    let file = folder.path().join("waivers.toml");
    let waive = |subject: &str, clause: &str| {
        let text =
            format!("[[waiver]]\nsubject = '{subject}'\nclause = '{clause}'\nreason = 'known'");
        fs::write(&file, text).expect("the folder can be written");
    };
    let check = |subject, engines: &[&str]| {
        taskdone(&folder, &[&["check", subject, "--waivers", "waivers.toml"], engines].concat())
    };
    let shuttle = ["--engine", "shuttle"];
    waive("broken/len_counts_tasks", "OBS-1");
    let said = check("broken/len_counts_tasks", &shuttle);
    assert_eq!(said.code, 0, "{}", said.out);
    assert!(said.out.contains("OBS-1 broken, waived (known): broken/len_counts_tasks"));
    assert!(said.out.contains("waived: broken/len_counts_tasks breaks OBS-1 (known)"));

    waive("mutex/fifo", "OBS-1");
    let said = check("mutex/fifo", &[]);
    assert_eq!(said.code, 3, "{}", said.out);
    assert!(said.out.contains("it does not occur any more"), "{}", said.out);
    // Another engine might find it, another subject might be the one.
    for said in [check("mutex/fifo", &shuttle), check("mutex/lifo", &shuttle)] {
        assert_eq!(said.code, 0, "{}", said.out);
        assert!(said.out.contains("not tried with everything"), "{}", said.out);
    }

    waive("broken/len_counts_tasks", "OBS-2");
    let said = check("broken/len_counts_tasks", &shuttle);
    assert_eq!(said.code, 1, "another clause is not waived\n{}", said.out);

    waive("mutex/fofi", "OBS-1");
    let said = check("mutex/fifo", &shuttle);
    assert_eq!(said.code, 64);
    assert!(said.err.contains("waivers.toml:2:11: expected the name of a subject"), "{}", said.err);
}

#[test]
fn nothing_ran_is_4() {
    for names in [&["nothing"][..], &["mute"], &["mutex/"], &["mutex/fifo", "mutex/fif"]] {
        let said = taskdone(&folder(), &[&["check"], names].concat());
        assert_eq!(said.code, 4, "{names:?}");
        assert!(said.err.contains("no subject is called"), "{}", said.err);
    }
}

#[test]
fn usage_is_64() {
    let folder = folder();
    let wrong: [&[&str]; 10] = [
        &["chek"],
        &["check", "--engine", "lom"],
        &["check", "--budget", "soon"],
        &["check", "--seed", "x"],
        &["check", "--json", "nowhere/report.json"],
        &["--json", "nowhere/report.json"],
        &["--seed", "2", "list"],
        &["check", "--waivers", "nowhere.toml"],
        &["explain", "JOIN-99"],
        &["replay", "nowhere.toml"],
    ];
    for args in wrong {
        let begun = Instant::now();
        let said = taskdone(&folder, args);
        assert_eq!(said.code, 64, "{args:?}: {}", said.err);
        assert!(!said.err.is_empty() && said.out.is_empty(), "{args:?}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{args:?}: found before the run");
    }
    for args in [&["--help"][..], &["--version"], &["check", "--help"]] {
        assert_eq!(taskdone(&folder, args).code, 0, "{args:?}");
    }
}

struct NoProgress;

impl Progress for NoProgress {
    fn steps(&self, _: usize) {}
    fn step(&self) {}
}

fn run_of(subject: Subject, engines: &[Engine]) -> Run {
    let folder = folder();
    let job = Job {
        subjects: vec![subject],
        mutants: Vec::new(),
        settings: settings(engines),
        waivers: Vec::new(),
        cases: folder.path().to_path_buf(),
        program: "taskdone".to_string(),
    };
    job::run(&job, &NoProgress)
}

#[test]
fn a_subject_that_cannot_be_used_is_69() {
    let make: Make = Arc::new(|_| -> Arc<dyn Callable> { panic!("no such queue") });
    let (name, about) = ("unusable".to_string(), "cannot be made".to_string());
    let (profile, discipline) = (&profile::FULL, Discipline::Fifo);
    let worlds = Worlds { std: Some(make), ..Worlds::default() };
    let subject = Subject { name, about, profile, discipline, worlds };
    let run = run_of(subject, &[Engine::Shuttle]);
    assert_eq!((run.verdict, exit_code(&run)), (Verdict::Unusable, Exit::Unusable));
}

/// A queue that offers less is not asked for more, and what does not apply is listed.
#[test]
fn what_does_not_apply_is_listed() {
    let queues = catalogue::queues();
    let channel = Subject { profile: &profile::CHANNEL, ..queues[0].clone() };
    let run = run_of(channel, &[Engine::Shuttle]);
    let clause =
        |id: &str| run.subjects[0].clauses.iter().find(|c| c.id == id).expect("it is listed");
    let join = clause("JOIN-3");
    assert_eq!(join.status, Status::NotApplicable);
    assert_eq!(join.why.as_deref(), Some("the queue does not offer task_done and join"));
    assert_eq!(clause("PUT-1").status, Status::Kept);
    assert_eq!(exit_code(&run), Exit::Conforms);
}

/// What a queue does not offer, it does not break, unless it does.
#[test]
fn a_violation_of_what_does_not_apply_is_a_violation() {
    static OPEN_FOR_EVER: Profile =
        Profile { name: "open for ever", offers: &[Feature::Try], ..profile::CHANNEL };
    let name = "broken/try_get_always_shut_down";
    let run = run_of(Subject { profile: &OPEN_FOR_EVER, ..subject(name) }, &[Engine::Shuttle]);
    let clause = run.subjects[0].clauses.iter().find(|clause| clause.id == "SHUT-10");
    assert_eq!(clause.map(|clause| clause.status), Some(Status::Broken));
    assert_eq!(exit_code(&run), Exit::Violates);
}

/// The same queue under a profile that demands more.
#[test]
fn a_queue_that_declares_too_much_violates() {
    let queues = catalogue::queues();
    let eager = Subject { profile: &profile::PYTHON_ASYNCIO, ..queues[0].clone() };
    let run = run_of(eager, &[Engine::Shuttle]);
    let broken: Vec<&str> =
        run.subjects[0].counterexamples.iter().map(|example| example.clause.as_str()).collect();
    assert_eq!((broken, exit_code(&run)), (vec!["JOIN-6"], Exit::Violates));
}

/// What no run has put to the test is no pass.
#[test]
fn vacuous_is_2() {
    let run = run_of(catalogue::queues().swap_remove(0), &[]);
    assert!(run.subjects[0].clauses.iter().all(|clause| clause.status != Status::Kept));
    assert_eq!(exit_code(&run), Exit::Unknown);
}

/// A proven violation is never hidden, and nothing undecided passes.
#[test]
fn the_order_of_exit_codes() {
    let mut run = run_of(catalogue::queues().swap_remove(0), &[Engine::Threads]);
    let mut with = |verdict, bugs: &[&str]| {
        run.verdict = verdict;
        run.suite_bugs = bugs.iter().map(ToString::to_string).collect();
        exit_code(&run)
    };
    assert_eq!(with(Verdict::Violates, &["bug"]), Exit::Violates);
    assert_eq!(with(Verdict::Conforms, &["bug"]), Exit::SuiteBug);
    assert_eq!(with(Verdict::Unknown, &["bug"]), Exit::SuiteBug);
    assert_eq!(with(Verdict::Unknown, &[]), Exit::Unknown);
    assert_eq!(with(Verdict::Conforms, &[]), Exit::Conforms);
    run.subjects.clear();
    assert_eq!(exit_code(&run), Exit::Nothing);
}

#[test]
fn the_json_report_is_the_run() {
    let folder = folder();
    let args = ["check", "mutex/lifo", "--engine", "shuttle", "--json", "report.json"];
    let said = taskdone(&folder, &args);
    assert_eq!(said.code, 0, "{}", said.out);
    let text = fs::read_to_string(folder.path().join("report.json")).expect("it was written");
    let run: Run = serde_json::from_str(&text).expect("it is a run");
    assert_eq!(run.verdict, Verdict::Conforms);
    assert_eq!(reports::json::run(&run), text);
    assert!(said.out.starts_with(&reports::terminal::render(&run)[..20]));
}

/// What cannot be stored at the end is no pass, and hides no violation.
#[test]
fn a_report_that_is_lost() {
    let check =
        |name| taskdone(&folder(), &["check", name, "--engine", "shuttle", "--json", "/dev/full"]);
    let said = check("mutex/fifo");
    assert_eq!(said.code, 2, "{}", said.out);
    assert!(said.err.contains("the JSON report is lost"), "{}", said.err);
    assert!(said.out.contains("mutex/fifo conforms"), "nothing that was computed is lost");
    assert_eq!(check("broken/len_counts_tasks").code, 1);
}

/// Ctrl-C in a long run: the report of what was finished is written, and it is no pass.
#[test]
fn an_interrupted_run_is_reported() {
    let folder = folder();
    let args = ["check", "mutex/fifo", "--profile", "deep", "--json", "report.json"];
    let mut command = program(folder.path(), &args);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
    // Ctrl-C is handled by the time that the report's file is there.
    let report = folder.path().join("report.json");
    while !report.exists() {
        assert_eq!(child.try_wait().expect("it is ours"), None, "it makes the file first");
        std::thread::yield_now();
    }
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.expect("kill is there").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(2));
    let text = fs::read_to_string(report).expect("it was written");
    let run: Run = serde_json::from_str(&text).expect("it is a run");
    assert!(run.incomplete.iter().any(|line| line.contains("interrupted")), "{:?}", run.incomplete);
}

#[test]
fn nobody_reads_the_output() {
    let folder = folder();
    let mut command = program(folder.path(), &["list"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn lists_and_explanations() {
    let folder = folder();
    insta::assert_snapshot!("list", taskdone(&folder, &["list"]).out);
    insta::assert_snapshot!("explain", taskdone(&folder, &["explain", "join-4"]).out);
}

/// Which clauses apply to a profile, and why the others do not.
#[test]
fn profiles_are_shown() {
    let folder = folder();
    let said = taskdone(&folder, &["list", "--profile", "python.asyncio"]);
    assert_eq!(said.code, 0);
    insta::assert_snapshot!("profile", said.out);
    let said = taskdone(&folder, &["list", "--profile", "python.asynco"]);
    assert_eq!(said.code, 64);
    assert!(said.err.contains("expected one of full, tasks, strict, python.queue"), "{}", said.err);
}

/// A design holds, a twin is refuted, and what is not there is not run.
#[test]
fn models_run() {
    let folder = folder();
    let run = |name: &str| taskdone(&folder, &["model", "run", name]);
    let said = run("asyncio");
    assert_eq!(said.code, 0, "{}", said.out);
    assert!(said.out.contains("14457 states") && said.out.contains("holds"), "{}", said.out);
    let said = run("monitor/silent-put");
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(said.out.contains("refuted: PROG-1"), "{}", said.out);
    assert!(
        said.out.contains("     1  worker 1: waits\n     2  producer 1: puts\n"),
        "{}",
        said.out
    );
    for command in ["run", "explore"] {
        let said = taskdone(&folder, &["model", command, "monitor/silent"]);
        assert_eq!((said.code, said.out.as_str()), (4, ""));
        assert!(said.err.contains("no model is called monitor/silent"), "{}", said.err);
    }
}

#[test]
fn the_model_answers() {
    let folder = folder();
    let text = "# forgetting task_done\nqueue fifo\nproducer: put 1; join\nworker: get; done\nother: get\n";
    fs::write(folder.path().join("scenario.txt"), text).expect("the folder can be written");
    let said = taskdone(&folder, &["model", "scenario.txt"]);
    assert_eq!(said.code, 0);
    insta::assert_snapshot!(said.out);
    let said = taskdone(&folder, &["model", "outcomes", "scenario.txt"]);
    assert_eq!(said.code, 0);
    insta::assert_snapshot!("outcomes", said.out);
    assert_eq!(taskdone(&folder, &["model"]).code, 0);
    fs::write(folder.path().join("scenario.txt"), "queue fifo\nworker: gett\n").expect("as before");
    let said = taskdone(&folder, &["model", "scenario.txt"]);
    assert_eq!(said.code, 64);
    assert!(said.err.contains("scenario.txt:2:9: expected an operation"), "{}", said.err);
}
