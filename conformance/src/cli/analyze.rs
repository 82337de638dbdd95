//! `taskdone analyze FILE…`: judges stored histories. Nothing is run.

use super::args;
use super::exit::Exit;
use super::{refuse, say};
use crate::blame::{Verdict, Violation};
use crate::recorded::{InSegments, Judged, Recorded};
use crate::report;
use crate::wire::{FileError, is_json_lines, read_lines, recorded};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// More columns or rows than these are not read by people.
const COLUMNS_MAX: usize = 16;
const ROWS_MAX: usize = 100;

pub(super) fn analyze(args: &args::Analyze) -> Exit {
    let mut files = Vec::new();
    // What is wrong is said before anything is judged, but for what does not fit into memory.
    for path in &args.files {
        match read(path) {
            Ok(contents) => files.push((name(path), contents)),
            Err(error) => return refuse(Exit::Usage, error),
        }
    }
    let mut counts = Counts::default();
    for (name, contents) in files {
        match contents {
            Contents::Whole(histories) => {
                for (line, recorded) in histories {
                    let verdict = recorded.judge();
                    counts.add(&recorded, &verdict);
                    say(told(name, line, &recorded, &verdict));
                }
            }
            Contents::Large(lines) => {
                if let Err(error) = judge_lines(name, lines, &mut counts) {
                    return refuse(Exit::Usage, error);
                }
            }
        }
    }
    say(counts.line());
    counts.exit()
}

/// What a file is called in what is said.
fn name(path: &Path) -> &Path {
    if path == Path::new("-") { Path::new("<stdin>") } else { path }
}

/// What a file has.
enum Contents {
    /// Histories, each with the number of its first line.
    Whole(Vec<(usize, Recorded)>),
    /// More JSON lines than are held at once.
    Large(Box<dyn BufRead>),
}

/// A file of more bytes is judged while it is read, if its form allows that.
const WHOLE_MAX: u64 = 4 << 20;

fn read(path: &Path) -> Result<Contents, FileError> {
    let failed = |error| FileError::io(name(path), error);
    let mut input: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(BufReader::new(io::stdin()))
    } else {
        Box::new(BufReader::new(File::open(path).map_err(failed)?))
    };
    let mut start = Vec::new();
    input.by_ref().take(WHOLE_MAX).read_to_end(&mut start).map_err(failed)?;
    let is_whole = start.len() < usize::try_from(WHOLE_MAX).expect("it is small");
    let begins = String::from_utf8_lossy(&start[..start.len().min(100)]).into_owned();
    if !is_whole && is_json_lines(path, &begins) {
        return Ok(Contents::Large(Box::new(io::Cursor::new(start).chain(input))));
    }
    input.read_to_end(&mut start).map_err(failed)?;
    let text = String::from_utf8(start)
        .map_err(|_| failed(io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8")))?;
    Ok(Contents::Whole(recorded(name(path), &text)?))
}

/// How many events a segment has at least.
const SEGMENT_MIN: usize = 10_000;

/// Judges histories in segments while they are read.
fn judge_lines(name: &Path, lines: Box<dyn BufRead>, counts: &mut Counts) -> Result<(), FileError> {
    let mut current: Option<InSegments> = None;
    read_lines(name, lines.lines(), |line, read, is_over| {
        let mut judging = current.take().unwrap_or_else(|| InSegments::new(read, SEGMENT_MIN));
        if !is_over {
            judging.take(read);
            current = Some(judging);
            return;
        }
        let Judged { segment, verdict, segments, longest } = judging.finish(read);
        counts.add(&segment, &verdict);
        say(told(name, line, &segment, &verdict));
        say(format!(
            "  judged in segments: {segments}, calls and returns in the longest: {longest}\n"
        ));
    })
}

#[derive(Default)]
struct Counts {
    conform: usize,
    violate: usize,
    unknown: usize,
    expected: usize,
    as_expected: usize,
}

impl Counts {
    fn add(&mut self, recorded: &Recorded, verdict: &Verdict) {
        *match verdict {
            Verdict::Conforms(_) => &mut self.conform,
            Verdict::Violates(_) => &mut self.violate,
            Verdict::Unknown(_) => &mut self.unknown,
        } += 1;
        self.expected += usize::from(recorded.expected.is_some());
        let is_expected = recorded.expected.is_some_and(|expected| expected.is(verdict));
        self.as_expected += usize::from(is_expected);
    }

    fn line(&self) -> String {
        let Counts { conform, violate, unknown, expected, as_expected } = self;
        let histories = match conform + violate + unknown {
            1 => "1 history".to_string(),
            n => format!("{n} histories"),
        };
        let expectations = match expected {
            0 => String::new(),
            n => format!("; {as_expected} of {n} as expected"),
        };
        format!(
            "{histories}: {conform} conforming, {violate} violating, {unknown} unknown{expectations}\n"
        )
    }

    /// A proven violation is never hidden, and nothing undecided passes.
    fn exit(&self) -> Exit {
        match self {
            Counts { violate: 1.., .. } => Exit::Violates,
            Counts { unknown: 1.., .. } => Exit::Unknown,
            _ => Exit::Conforms,
        }
    }
}

/// A history and its verdict, for people.
fn told(name: &Path, line: usize, recorded: &Recorded, verdict: &Verdict) -> String {
    let place = format!("{}:{line}", name.display());
    let title = match recorded.title.as_str() {
        "" => String::new(),
        title => format!(" ({})", title.replace('\n', " ")),
    };
    let mut text = match verdict {
        Verdict::Conforms(_) => format!("{place} conforms{title}\n"),
        Verdict::Violates(violation) => {
            format!("{place} violates {}{title}\n{}", violation.clause, shown(recorded, violation))
        }
        Verdict::Unknown(why) => {
            format!("{place} unknown{title}\n  {why}\n{}", put_again(recorded))
        }
    };
    if let Some(expected) = recorded.expected.filter(|expected| !expected.is(verdict)) {
        text += &format!("  not as expected: {expected}\n");
    }
    // A blank line below what has several lines.
    if text.lines().count() > 1 { text + "\n" } else { text }
}

/// The clause, what happened, and what is wrong with it.
fn shown(recorded: &Recorded, violation: &Violation) -> String {
    let rows = report::rows(&recorded.history);
    let clients = recorded.names();
    let columns = if clients.len() <= COLUMNS_MAX && rows.len() <= ROWS_MAX {
        let ending = report::ending(&recorded.history);
        reports::counterexample::columns(&clients, &rows, &ending)
    } else {
        let (clients, rows) = (clients.len(), rows.len());
        format!("(too large to be shown: {clients} clients, {rows} calls and returns)")
    };
    let mut text = format!("  {}\n\n", violation.clause.clause().sentence);
    for line in columns.lines() {
        text += &format!("  {}\n", line.trim_end());
    }
    text + &format!("\n  {}\n", violation.reason)
}

/// What makes a history harder to judge: which put an item is from cannot be told.
fn put_again(recorded: &Recorded) -> String {
    let again = recorded.put_again().into_iter();
    let words: Vec<String> = again.map(|(item, n)| format!("{item} ({n} times)")).collect();
    match words.as_slice() {
        [] => String::new(),
        [first, .., last] if words.len() > 5 => {
            format!("  {} items were put more than once: {first} … {last}\n", words.len())
        }
        words => format!("  put more than once: item {}\n", words.join(", item ")),
    }
}
