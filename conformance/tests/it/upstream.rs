//! `spec/UPSTREAM.md`: every test that `CPython` 3.13.0 has for its joinable queues has a row, and
//! what the rows refer to exists.

use ::model::algorithms::catalogue as models;
use spec::{ClauseId, Discipline, PATTERNS};
use std::fs;
use std::path::{Path, PathBuf};
use taskdone_conformance::corpus;

const DOCUMENT: &str = include_str!("../../../spec/UPSTREAM.md");

/// The tests upstream, by file and class, in the order of the document.
const TESTS: [(&str, &str, &str); 15] = [
    (
        "Lib/test/test_queue.py",
        "BaseQueueTestMixin",
        "test_queue_task_done test_queue_join test_basic test_negative_timeout_raises_exception \
        test_nowait test_shrinking_queue test_shutdown_empty test_shutdown_nonempty \
        test_shutdown_immediate test_shutdown_allowed_transitions \
        test_shutdown_all_methods_in_one_thread test_shutdown_immediate_all_methods_in_one_thread \
        test_shutdown_all_methods_in_many_threads \
        test_shutdown_immediate_all_methods_in_many_threads test_shutdown_get \
        test_shutdown_immediate_get test_shutdown_put test_shutdown_immediate_put \
        test_shutdown_immediate_join test_shutdown_join test_shutdown_immediate_put_join \
        test_shutdown_put_join test_shutdown_get_task_done_join test_shutdown_pending_get",
    ),
    ("Lib/test/test_queue.py", "FailingQueueTest", "test_failing_queue"),
    (
        "Lib/test/test_queue.py",
        "BaseSimpleQueueTest",
        "test_basic test_negative_timeout_raises_exception test_order test_many_threads \
        test_many_threads_nonblock test_many_threads_timeout test_references",
    ),
    ("Lib/test/test_queue.py", "CSimpleQueueTest", "test_is_default test_reentrancy"),
    (
        "Lib/test/test_asyncio/test_queues.py",
        "QueueBasicTests",
        "test_repr test_str test_generic_alias test_empty test_full test_order test_maxsize",
    ),
    (
        "Lib/test/test_asyncio/test_queues.py",
        "QueueGetTests",
        "test_blocking_get test_get_with_putters test_blocking_get_wait test_nonblocking_get \
        test_nonblocking_get_exception test_get_cancelled_race test_get_with_waiting_putters \
        test_why_are_getters_waiting test_cancelled_getters_not_being_held_in_self_getters",
    ),
    (
        "Lib/test/test_asyncio/test_queues.py",
        "QueuePutTests",
        "test_blocking_put test_blocking_put_wait test_nonblocking_put \
        test_get_cancel_drop_one_pending_reader test_get_cancel_drop_many_pending_readers \
        test_put_cancel_drop test_nonblocking_put_exception test_float_maxsize test_put_cancelled \
        test_put_cancelled_race test_put_with_waiting_getters test_why_are_putters_waiting \
        test_cancelled_puts_not_being_held_in_self_putters \
        test_cancelled_put_silence_value_error_exception",
    ),
    ("Lib/test/test_asyncio/test_queues.py", "LifoQueueTests", "test_order"),
    ("Lib/test/test_asyncio/test_queues.py", "PriorityQueueTests", "test_order"),
    (
        "Lib/test/test_asyncio/test_queues.py",
        "_QueueJoinTestMixin",
        "test_task_done_underflow test_task_done test_join_empty_queue test_format",
    ),
    (
        "Lib/test/test_asyncio/test_queues.py",
        "_QueueShutdownTestMixin",
        "test_format test_shutdown_empty test_shutdown_nonempty test_shutdown_immediate \
        test_shutdown_immediate_with_unfinished",
    ),
    (
        "Lib/test/_test_multiprocessing.py",
        "_TestQueue",
        "test_put test_get test_fork test_qsize test_task_done test_no_import_lock_contention \
        test_timeout test_queue_feeder_donot_stop_onexc test_queue_feeder_on_queue_feeder_error \
        test_closed_queue_empty_exceptions test_closed_queue_put_get_exceptions",
    ),
    ("Lib/test/_test_multiprocessing.py", "TestSyncManagerTypes", "test_queue test_joinable_queue"),
    ("Lib/test/test_logging.py", "ConfigDictTest", "test_multiprocessing_queues"),
    ("Lib/test/test_genericalias.py", "BaseTest", "test_subscriptable"),
];

/// What no test upstream asserts.
const GAPS: [&str; 16] = [
    "early task_done",
    "momentary zero",
    "momentary zero, several joins",
    "order of the waiters",
    "barging",
    "negative timeout",
    "a worker that waits, an item and a shutdown",
    "a producer that waits for room, and a shutdown",
    "an early report and an immediate shutdown",
    "a comparison that fails",
    "a waiter that is interrupted",
    "JoinableQueue: join after close",
    "JoinableQueue: a report too many",
    "JoinableQueue: momentary zero",
    "JoinableQueue: an item that cannot be pickled",
    "JoinableQueue: a process that dies",
];

/// A row of the document, with the headings above it.
struct Row {
    file: &'static str,
    class: &'static str,
    name: &'static str,
    asserts: &'static str,
    clauses: Vec<ClauseId>,
    covered_by: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cover {
    Whole,
    Part,
    Nothing,
}

impl Row {
    fn cover(&self) -> Cover {
        match self.covered_by {
            text if text.starts_with("not covered: ") => Cover::Nothing,
            text if text.contains("; not: ") => Cover::Part,
            _ => Cover::Whole,
        }
    }
}

fn clause(name: &str) -> ClauseId {
    ClauseId::named(name).unwrap_or_else(|| panic!("there is no clause {name}"))
}

/// The rows of every table, without its head.
fn rows() -> Vec<Row> {
    let (mut file, mut class) = ("", "");
    let mut rows = Vec::new();
    for line in DOCUMENT.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            (file, class) = (heading, "");
        } else if let Some(heading) = line.strip_prefix("### ") {
            class = heading;
        }
        let is_head = ["| upstream test |", "| gap |", "|---|"].iter().any(|h| line.starts_with(h));
        if is_head || !line.starts_with('|') {
            continue;
        }
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, asserts, clauses, covered_by] = cells[..] else { panic!("four cells: {line}") };
        let clauses = clauses.split(", ").filter(|name| *name != "–").map(clause).collect();
        rows.push(Row { file, class, name, asserts, clauses, covered_by });
    }
    rows
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace above").to_path_buf()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What a row says to cover it exists, and is about a clause of the row.
fn check_source(row: &Row, source: &str, titles: &[(String, Vec<ClauseId>)]) {
    let shares = |named: &[ClauseId]| named.iter().any(|id| row.clauses.contains(id));
    if let Some(title) = source.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
        let found: Vec<_> = titles.iter().filter(|(known, _)| known == title).collect();
        let [(_, named)] = found[..] else { panic!("{} scenarios: {title}", found.len()) };
        assert!(named.is_empty() || shares(named), "{}: {title}", row.name);
    } else if let Some(name) = source.strip_prefix("SPEC.md ") {
        let id = clause(name);
        assert!(shares(&[id]), "{}: {source}", row.name);
    } else if let Some(name) = source.strip_prefix("pattern: ") {
        assert!(PATTERNS.iter().any(|pattern| pattern.name == name), "{source}");
    } else if let Some(text) = source.strip_prefix("model: ") {
        assert!(models::all().iter().any(|entry| entry.name == text), "{source}");
    } else {
        let test = source.strip_prefix("test: ").and_then(|test| test.split_once(' '));
        let (path, name) = test.unwrap_or_else(|| panic!("{}: {source}", row.name));
        assert!(read(path).contains(&format!("#[test]\nfn {name}()")), "{source}");
    }
}

#[test]
fn every_upstream_test_has_a_row() {
    let found: Vec<_> = rows().iter().map(|row| (row.file, row.class, row.name)).collect();
    let tests = TESTS.into_iter().flat_map(|(file, class, names)| {
        names.split_whitespace().map(move |name| (file, class, name))
    });
    let gaps = GAPS.into_iter().map(|name| ("Gaps", "", name));
    assert_eq!(found, tests.chain(gaps).collect::<Vec<_>>());
}

#[test]
fn the_rows_refer_to_what_exists() {
    let scenarios = corpus::scenarios(Discipline::Fifo).into_iter();
    let titles: Vec<_> = scenarios.map(|s| (s.title.clone(), corpus::named_clauses(&s))).collect();
    for row in rows() {
        assert!(!row.asserts.is_empty(), "{}", row.name);
        let (sources, why) = match row.covered_by.strip_prefix("not covered: ") {
            Some(why) => ("", Some(why)),
            None => row
                .covered_by
                .split_once("; not: ")
                .map_or((row.covered_by, None), |(sources, why)| (sources, Some(why))),
        };
        assert!(why.is_none_or(|why| why.len() > 5), "{} needs a reason", row.name);
        if row.cover() != Cover::Nothing {
            assert!(!row.clauses.is_empty(), "{} is about no clause", row.name);
            sources.split("; ").for_each(|source| check_source(&row, source, &titles));
        }
    }
}

/// `10 tests: 7 covered, 2 in part, 1 not covered.`
fn count(what: &str, rows: &[&Row]) -> String {
    let count = |cover| rows.iter().filter(|row| row.cover() == cover).count();
    let [whole, part, nothing] = [Cover::Whole, Cover::Part, Cover::Nothing].map(count);
    let all = rows.len();
    format!("{all} {what}: {whole} covered, {part} in part, {nothing} not covered.")
}

#[test]
fn the_summary_counts() {
    let rows = rows();
    let (gaps, tests): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.file == "Gaps");
    let summary = format!("{} {}", count("upstream tests", &tests), count("gaps", &gaps));
    for (file, class, _) in TESTS {
        let of_class = |row: &&Row| (row.file, row.class) == (file, class);
        let rows: Vec<&Row> = tests.iter().copied().filter(of_class).collect();
        println!("{file} {class}: {}", count("tests", &rows));
    }
    println!("{summary}");
    assert_eq!(DOCUMENT.trim_end().lines().last(), Some(summary.as_str()));
}
