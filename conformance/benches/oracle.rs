//! How fast the oracle is, how it grows, what it needs, and where others give up.
//!
//! ```sh
//! cargo bench -p taskdone-conformance --bench oracle
//! cargo bench -p taskdone-conformance --bench oracle -- differential 3000000
//! ```
//!
//! The first prints all tables. The second compares that many small histories with the search for
//! short ones, and a fifth of them with brute force. `injected`, `undecided` and `baselines` print
//! one table.

#[path = "../tests/it/brute.rs"]
mod brute;
#[path = "../tests/it/oracle/differential.rs"]
mod differential;
#[path = "../tests/it/histories.rs"]
mod histories;
#[path = "../tests/it/oracle/reference.rs"]
mod reference;
#[path = "../tests/it/oracle/simulated.rs"]
mod simulated;

use fastrand::Rng;
use reference::stateright_accepts;
use simulated::{Bug, Mix, everything, simulate, simulate_bug};
use spec::{Constants, Discipline, Ending, History, MomentaryZero};
use std::process::Command;
use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{env, fs, thread};
use taskdone_conformance::oracle::relation::Exact;
use taskdone_conformance::oracle::search::{Found, Question, search};
use taskdone_conformance::oracle::{Answer, core, long};

const MILLION: usize = 1_000_000;

/// A workload and the operations per second that it is meant to reach.
type Workload = (&'static str, Mix, Option<f64>);

fn workloads() -> Vec<Workload> {
    let put_get = |clients: usize, capacity| Mix {
        gives_up: false,
        capacity,
        ..everything(clients / 2, clients / 2, 0, 1)
    };
    vec![
        ("everything, 4 threads, capacity 2", everything(1, 2, 1, 2), Some(1.5)),
        ("everything, 4 threads, capacity 8", everything(1, 2, 1, 8), Some(1.5)),
        ("everything, 8 threads, capacity 2", everything(3, 4, 1, 2), Some(1.0)),
        ("everything, 8 threads, capacity 8", everything(3, 4, 1, 8), Some(1.0)),
        ("put and get, 16 threads, capacity 8", put_get(16, Some(8)), Some(1.0)),
        ("put and get, 16 threads, unbounded", put_get(16, None), Some(1.0)),
        ("everything, 16 threads, capacity 2", everything(7, 8, 1, 2), None),
        ("everything, 16 threads, capacity 8", everything(7, 8, 1, 8), None),
    ]
}

fn constants(mix: Mix) -> Constants {
    Constants { discipline: Discipline::Fifo, capacity: mix.capacity }
}

fn budget(operations: usize) -> usize {
    MILLION + 40 * operations
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let number = |at: usize| arguments.get(at).and_then(|n| n.parse::<u64>().ok());
    let index = |at: usize| number(at).and_then(|n| usize::try_from(n).ok()).expect("a number");
    match arguments.first().map(String::as_str) {
        Some("differential") => compare(number(1).unwrap_or(3_000_000)),
        Some("injected") => injected(number(1).unwrap_or(30)),
        Some("undecided") => undecided(),
        Some("baselines") => baselines(),
        Some("memory") => memory(index(1), index(2)),
        _ => {
            throughput();
            growth();
            undecided();
            injected(30);
            baselines();
        }
    }
}

fn compare(histories: u64) {
    let start = Instant::now();
    // Far from the seeds of the test.
    let tally = differential::compare(histories, 1_000_000);
    println!("{histories} histories in {:.0} s, 0 disagreements: {tally:?}", seconds(start));
}

fn float(n: usize) -> f64 {
    f64::from(u32::try_from(n).expect("a size"))
}

fn seconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64()
}

/// The shortest of three runs, and the last answer.
fn time(mix: Mix, history: &History, operations: usize) -> (f64, Answer) {
    let run = || {
        let start = Instant::now();
        let answer = long::judge(constants(mix), history, budget(operations));
        (seconds(start), answer)
    };
    let runs = [run(), run(), run()];
    let shortest = runs.iter().map(|(seconds, _)| *seconds).fold(f64::MAX, f64::min);
    let [.., (_, answer)] = runs;
    (shortest, answer)
}

fn name(answer: &Answer) -> &str {
    match answer {
        Answer::Allowed(_) => "allowed",
        Answer::NoLinearization => "no linearization",
        Answer::Stuck(_) => "stuck",
        Answer::Unknown(_) => "unknown",
    }
}

fn throughput() {
    println!("\n1,000,000 operations: million operations per second, peak bytes per operation");
    for (at, (title, mix, target)) in workloads().into_iter().enumerate() {
        let history = simulate(mix, MILLION, &mut Rng::with_seed(7));
        let (seconds, answer) = time(mix, &history, MILLION);
        let speed = float(MILLION) / seconds / 1e6;
        let wanted = target.map_or(String::new(), |target| format!(" (wanted: {target})"));
        let bytes = peak(at, MILLION);
        println!("  {title:38} {:8} {speed:5.2}{wanted:14} {bytes:4} bytes", name(&answer));
    }
}

fn growth() {
    println!("\nNanoseconds per operation as histories grow");
    for (title, mix, _) in workloads().into_iter().take(5) {
        print!("  {title:38}");
        for operations in [10_000, 100_000, MILLION, 10 * MILLION] {
            let history = simulate(mix, operations, &mut Rng::with_seed(7));
            let (seconds, answer) = time(mix, &history, operations);
            let each = seconds * 1e9 / float(operations);
            print!(" 10^{}: {each:5.0} {}", operations.ilog10(), name(&answer));
        }
        println!();
    }
}

/// The peak memory of a process that judges a workload, in bytes per operation.
fn peak(workload: usize, operations: usize) -> String {
    let this = env::current_exe().expect("a path");
    let arguments = ["memory".to_string(), workload.to_string(), operations.to_string()];
    let output = Command::new(this).args(arguments).output().expect("it runs");
    String::from_utf8_lossy(&output.stdout).trim().to_string()
}

fn memory(workload: usize, operations: usize) {
    let (_, mix, _) = workloads()[workload];
    let history = simulate(mix, operations, &mut Rng::with_seed(7));
    let answer = long::judge(constants(mix), &history, budget(operations));
    assert!(matches!(answer, Answer::Allowed(_)), "{}", name(&answer));
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = peak.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    println!("{}", kibibytes.map_or("?".to_string(), |k| (k * 1024 / operations).to_string()));
}

/// How often the search does not get through. Up to eight threads it has to.
fn undecided() {
    println!("\nValid histories left undecided: of 50 with 10^4 operations, of 3 with 10^6");
    for (clients, capacity) in [(4, 2), (4, 8), (8, 2), (8, 8), (16, 2), (16, 8), (32, 2), (32, 8)]
    {
        let (_, eight, _) = workloads()[3];
        let producers = (clients - 1) / 2;
        let consumers = clients - 1 - producers;
        let mix = Mix { producers, consumers, capacity: Some(capacity), ..eight };
        let undecided = |operations: usize, histories: u64| {
            let is_undecided = |seed: &u64| {
                let history = simulate(mix, operations, &mut Rng::with_seed(*seed));
                let answer = long::judge(constants(mix), &history, budget(operations));
                let is_right = matches!(answer, Answer::Allowed(_) | Answer::Unknown(_));
                assert!(is_right, "{}", name(&answer));
                matches!(answer, Answer::Unknown(_))
            };
            (0..histories).filter(is_undecided).count()
        };
        let (short, long) = (undecided(10_000, 50), undecided(MILLION, 3));
        assert!(clients > 8 || short + long == 0, "{clients} threads: {short} and {long}");
        println!("  {clients:2} threads, capacity {capacity}: {short} {long}");
    }
}

fn injected(histories: u64) {
    println!(
        "\nOne defect in 20,000 operations, of {histories} each: found, explained all the same, unknown;"
    );
    println!("median and longest time of the verdict; median and longest core");
    for (title, mix, _) in workloads().into_iter().take(4) {
        println!("  {title}");
        for bug in Bug::ALL {
            let (mut found, mut explained, mut unknown) = (0, 0, 0);
            let (mut times, mut cores) = (Vec::new(), Vec::new());
            for seed in 0..histories {
                let (history, shown) = simulate_bug(mix, 20_000, bug, &mut Rng::with_seed(seed));
                if !shown {
                    continue;
                }
                let start = Instant::now();
                let answer = long::judge(constants(mix), &history, budget(20_000));
                times.push(seconds(start) * 1e3);
                match answer {
                    Answer::Allowed(_) => explained += 1,
                    Answer::Unknown(_) => unknown += 1,
                    Answer::NoLinearization | Answer::Stuck(_) => {
                        found += 1;
                        let core = core::core(constants(mix), MomentaryZero::MayMiss, &history);
                        cores.push(core.operations.len());
                    }
                }
            }
            times.sort_by(f64::total_cmp);
            cores.sort_unstable();
            let (time, longest) = (middle(&times), times.last().copied().unwrap_or_default());
            let (core, largest) = (middle(&cores), cores.last().copied().unwrap_or_default());
            println!(
                "    {:13} {found:2} {explained:2} {unknown:2}  {time:5.1} ms {longest:6.1} ms  \
                 {core:2} {largest:2} operations",
                format!("{bug:?}")
            );
        }
    }
}

fn middle<T: Copy + Default>(sorted: &[T]) -> T {
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// What a general checker needs for the same histories, up to the size at which it gives up, or the
/// largest.
fn baselines() {
    const LIMIT: Duration = Duration::from_secs(10);
    println!("\nSeconds of general checkers, each size within {} s", LIMIT.as_secs());
    for (title, mix, _) in workloads().into_iter().take(6) {
        type Checker = fn(Constants, &History) -> Option<bool>;
        let checkers: [(&str, Checker); 3] = [
            ("Wing-Gong with memo", wing_gong),
            ("stateright", |constants, history| Some(stateright_accepts(constants, history))),
            ("ours", |constants, history| {
                let answer = long::judge(constants, history, budget(history.events.len()));
                Some(matches!(answer, Answer::Allowed(_)))
            }),
        ];
        for (checker, check) in checkers {
            print!("  {title:38} {checker:20}");
            for operations in (4..=20).map(|power| 1 << power) {
                let mut history = simulate(mix, operations, &mut Rng::with_seed(7));
                history.ending = Ending::Cut("general checkers know no blocking".to_string());
                let (sender, receiver) = mpsc::channel();
                let start = Instant::now();
                // It cannot be stopped; it ends with the process. It may recurse for each operation.
                let thread = thread::Builder::new().stack_size(1 << 30);
                let check = move || sender.send(check(constants(mix), &history));
                thread.spawn(check).expect("one more thread");
                match receiver.recv_timeout(LIMIT) {
                    Ok(Some(true)) => print!(" {operations}: {:.4}", seconds(start)),
                    Ok(Some(false)) => panic!("{checker} refuses a valid history"),
                    Ok(None) | Err(_) => {
                        print!(" {operations}: gives up");
                        break;
                    }
                }
            }
            println!();
        }
    }
}

/// The general search; `None` where it gives up.
fn wing_gong(constants: Constants, history: &History) -> Option<bool> {
    let operations = history.operations().expect("it is well formed");
    let question = Question {
        history,
        operations: &operations,
        blocked_must_wait: false,
        momentary_zero: MomentaryZero::MayMiss,
    };
    match search(&Exact::from(constants), &question, MILLION) {
        Found::Linearization(_) => Some(true),
        Found::Nothing => Some(false),
        Found::OutOfBudget => None,
    }
}
