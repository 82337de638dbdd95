//! How fast the monitor is searched, and with how much memory, beside SPIN on the same machine.
//!
//! `cargo bench -p taskdone-model --bench search`. Every search has a process of its own, for its
//! peak of memory; the searches take turns, so that a busy machine is busy for all of them. Both
//! sides check assertions: stateright the invariant, SPIN those of `monitor.pml`. SPIN also looks
//! for states in which it is stuck. No refinement is checked here.

#[path = "../tests/it/monitor/spin.rs"]
mod spin;

use spin::Verifier;
use stateright::{Checker, Model};
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use taskdone_model::algorithms::monitor::Monitor;
use taskdone_model::algorithms::monitor::verified::reductions;
use taskdone_model::bare::Bare;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often everything is run; the median counts.
const RUNS: usize = 3;

/// A monitor, how it is reduced, how it is searched and with how many threads.
type Search = (&'static str, &'static str, &'static str, usize);

const SEARCHES: [Search; 10] = [
    ("E", "fine", "dfs", 1),
    ("E", "fine", "dfs", 2),
    ("E", "fine", "bfs", 1),
    ("E", "fine", "bfs", 2),
    ("E", "fine", "spin", 1),
    ("E", "fine, symmetry", "dfs", 1),
    ("E", "coarse", "dfs", 1),
    ("E", "coarse, symmetry", "dfs", 1),
    ("F", "fine", "dfs", 1),
    ("F", "fine", "spin", 1),
];

/// 3 producers × 2 puts, 3 workers, capacity 2; one joiner, or two.
fn monitor(name: &str, reduction: &str) -> Monitor {
    let joiners = if name == "E" { 1 } else { 2 };
    let reductions = reductions(Monitor::new((3, 2), 3, joiners, 2));
    match reduction {
        "fine" => reductions[0],
        "fine, symmetry" => reductions[1],
        "coarse" => reductions[2],
        _ => reductions[3],
    }
}

/// What one run has measured.
#[derive(Clone, Copy)]
struct Measured {
    states: u32,
    seconds: f64,
    cpu_seconds: f64,
    bytes: f64,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [name, reduction, order, threads] = &arguments[..] {
        return search(monitor(name, reduction), order, threads.parse().expect("a number"));
    }
    let verifiers = match spin::missing() {
        None => ["E", "F"].map(|name| Some(verifier(name))),
        Some(why) => {
            println!("skipped: no comparison with SPIN: {why}");
            [None, None]
        }
    };
    let [e, f] = &verifiers;
    let mut measured: Vec<Vec<Measured>> = vec![Vec::new(); SEARCHES.len()];
    for _ in 0..RUNS {
        for (search, runs) in SEARCHES.iter().zip(&mut measured) {
            let verifier = if search.0 == "E" { e } else { f };
            runs.extend(match (search.2, verifier) {
                ("spin", None) => None,
                ("spin", Some(verifier)) => Some(run_spin(verifier, search.0)),
                _ => Some(run(search)),
            });
        }
    }
    print_table(&measured.iter().map(|runs| median(runs)).collect::<Vec<_>>());
}

fn verifier(name: &str) -> Verifier {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{name}"));
    Verifier::build(&monitor(name, "fine"), "-O3", &folder).expect("SPIN builds it")
}

/// In the child: searches, and prints the number of states and the bytes it took.
fn search(monitor: Monitor, order: &str, threads: usize) {
    let before = peak_bytes();
    let checker = Bare(monitor).checker().threads(threads);
    let states = if order == "bfs" {
        finish(&checker.spawn_bfs().join())
    } else {
        finish(&checker.spawn_dfs().join())
    };
    println!("{states} {}", peak_bytes() - before);
}

fn finish(checker: &impl Checker<Bare<Monitor>>) -> usize {
    checker.assert_properties();
    checker.unique_state_count()
}

/// The most memory that this process has ever had.
fn peak_bytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kibibytes * 1024.0
}

/// Runs a child process: how long that took, and how long it had a processor.
fn timed<T>(run: impl FnOnce() -> T) -> (T, f64, f64) {
    let (start, cpu_before) = (Instant::now(), children_cpu_seconds());
    let result = run();
    (result, start.elapsed().as_secs_f64(), children_cpu_seconds() - cpu_before)
}

/// How long the children that have ended had a processor, in user and in system mode.
fn children_cpu_seconds() -> f64 {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let (_, fields) = stat.rsplit_once(") ").expect("the name is in parentheses");
    let ticks = fields.split(' ').skip(13).take(2).map(str::parse::<f64>);
    ticks.map(|ticks| ticks.expect("a number")).sum::<f64>() / TICKS_PER_SECOND
}

fn run((name, reduction, order, threads): &Search) -> Measured {
    let program = std::env::current_exe().expect("this program");
    let mut child = Command::new(program);
    child.args([name, reduction, order, threads.to_string().as_str()]);
    let (output, seconds, cpu_seconds) = timed(|| child.output().expect("this program runs"));
    let text = String::from_utf8_lossy(&output.stdout);
    let (states, bytes) = text.trim().split_once(' ').expect("two numbers");
    let states = states.parse().expect("a number");
    Measured { states, seconds, cpu_seconds, bytes: bytes.parse().expect("a number") }
}

fn run_spin(verifier: &Verifier, name: &str) -> Measured {
    // A slot for every state, up to the next power of two.
    let slots_log2 = if name == "E" { 23 } else { 25 };
    let (found, seconds, cpu_seconds) = timed(|| verifier.run(slots_log2));
    let (states, bytes) = found.expect("SPIN finds nothing");
    Measured { states, seconds, cpu_seconds, bytes }
}

/// The run of median duration.
fn median(runs: &[Measured]) -> Option<Measured> {
    let mut runs = runs.to_vec();
    runs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    runs.get(runs.len() / 2).copied()
}

fn print_table(medians: &[Option<Measured>]) {
    println!("E, F: 3 producers × 2 puts, 3 workers, capacity 2; 1 joiner, 2 joiners.");
    println!("Medians of {RUNS} runs. × SPIN: states per second, by the clock and by processor.\n");
    println!(
        "{:<20} {:<4} {:>7} {:>11} {:>8} {:>8} {:>10} {:>11} {:>7} {:>7}",
        "monitor",
        "by",
        "threads",
        "states",
        "seconds",
        "cpu",
        "states/s",
        "bytes/state",
        "× SPIN",
        "by cpu"
    );
    for (search, m) in SEARCHES.iter().zip(medians) {
        let spin = SEARCHES.iter().zip(medians).find(|(s, _)| s.0 == search.0 && s.2 == "spin");
        if let Some(m) = m {
            print_row(search, m, spin.and_then(|(_, spin)| *spin));
        }
    }
}

fn print_row((name, reduction, order, threads): &Search, m: &Measured, spin: Option<Measured>) {
    let states = f64::from(m.states);
    let ratio = |time: fn(&Measured) -> f64| {
        let speed = |m: &Measured| f64::from(m.states) / time(m);
        spin.map_or("-".to_string(), |spin| format!("{:.2}", speed(m) / speed(&spin)))
    };
    println!(
        "{:<20} {order:<4} {threads:>7} {:>11} {:>8.2} {:>8.2} {:>10.0} {:>11.1} {:>7} {:>7}",
        format!("{name} {reduction}"),
        m.states,
        m.seconds,
        m.cpu_seconds,
        states / m.seconds,
        m.bytes / states,
        ratio(|m| m.seconds),
        ratio(|m| m.cpu_seconds),
    );
}
