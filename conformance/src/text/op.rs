//! Operations and outcomes.

use super::{Span, SyntaxError};
use spec::{Item, Op, Outcome, Shutdown, Wait};
use std::time::Duration;

const OPERATIONS: &str = "an operation (put, try_put, put_timeout, get, try_get, get_timeout, done, \
     join, try_join, join_timeout, shutdown, len, unfinished or is_shutdown)";

const OUTCOMES: &str = "an outcome (ok, item N, full, empty, shut down, too many, timed out, a \
     number, true, false or cancelled)";

pub(super) fn op(span: Span) -> Result<Op, SyntaxError> {
    let (words, end) = span.words();
    let Some((verb, rest)) = words.split_first() else { return Err(end.expected(OPERATIONS)) };
    let mut arguments = Arguments { rest, end };
    let op = match verb.text {
        "put" => Op::Put(arguments.item()?, Wait::Forever),
        "try_put" => Op::Put(arguments.item()?, Wait::Never),
        "put_timeout" => Op::Put(arguments.item()?, arguments.timeout()?),
        "get" => Op::Get(Wait::Forever),
        "try_get" => Op::Get(Wait::Never),
        "get_timeout" => Op::Get(arguments.timeout()?),
        "done" => Op::TaskDone,
        "join" => Op::Join(Wait::Forever),
        "try_join" => Op::Join(Wait::Never),
        "join_timeout" => Op::Join(arguments.timeout()?),
        "shutdown" => Op::Shutdown(arguments.mode()?),
        "len" => Op::Len,
        "unfinished" => Op::Unfinished,
        "is_shutdown" => Op::IsShutdown,
        _ => return Err(verb.expected(OPERATIONS)),
    };
    arguments.none_left()?;
    Ok(op)
}

pub(super) fn outcome(span: Span) -> Result<Outcome, SyntaxError> {
    let span = span.trimmed();
    let number = |text: &str| text.parse().map(Outcome::Count).ok();
    let item = |text: &str| text.strip_prefix("item ")?.parse().map(|n| Outcome::Got(Item(n))).ok();
    Ok(match span.text {
        "ok" => Outcome::Done,
        "full" => Outcome::Full,
        "empty" => Outcome::Empty,
        "shut down" => Outcome::ShutDown,
        "too many" => Outcome::TooMany,
        "timed out" => Outcome::TimedOut,
        "cancelled" => Outcome::Cancelled,
        "true" => Outcome::Is(true),
        "false" => Outcome::Is(false),
        text => item(text).or_else(|| number(text)).ok_or_else(|| span.expected(OUTCOMES))?,
    })
}

/// An outcome that `op` can have at all.
pub(super) fn outcome_of(op: Op, span: Span) -> Result<Outcome, SyntaxError> {
    let outcome = outcome(span)?;
    if op.can_answer(outcome) {
        return Ok(outcome);
    }
    let answers = match op {
        Op::Put(..) => "ok, full, shut down or cancelled",
        Op::Get(_) => "item N, empty, shut down or cancelled",
        Op::TaskDone => "ok or too many",
        Op::Join(_) => "ok, timed out or cancelled",
        Op::Shutdown(_) => "ok",
        Op::Len | Op::Unfinished => "a number",
        Op::IsShutdown => "true or false",
    };
    Err(span.trimmed().expected(format!("an answer of `{op}` ({answers})")))
}

struct Arguments<'a, 'w> {
    rest: &'w [Span<'a>],
    end: Span<'a>,
}

impl<'a> Arguments<'a, '_> {
    fn next(&mut self) -> Span<'a> {
        let Some((first, rest)) = self.rest.split_first() else { return self.end };
        self.rest = rest;
        *first
    }

    fn item(&mut self) -> Result<Item, SyntaxError> {
        let word = self.next();
        word.text.parse().map(Item).map_err(|_| word.expected("the number of an item"))
    }

    fn timeout(&mut self) -> Result<Wait, SyntaxError> {
        let word = self.next();
        let millis = word.text.strip_suffix("ms").and_then(|number| number.parse().ok());
        let millis = millis.ok_or_else(|| word.expected("a timeout like `5ms`"))?;
        Ok(Wait::AtMost(Duration::from_millis(millis)))
    }

    fn mode(&mut self) -> Result<Shutdown, SyntaxError> {
        let word = self.next();
        match word.text {
            "graceful" => Ok(Shutdown::Graceful),
            "immediate" => Ok(Shutdown::Immediate),
            _ => Err(word.expected("`graceful` or `immediate`")),
        }
    }

    fn none_left(&self) -> Result<(), SyntaxError> {
        match self.rest.first() {
            Some(word) => Err(word.expected("`;` or the end of the line")),
            None => Ok(()),
        }
    }
}
