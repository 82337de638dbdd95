//! Scenarios.
//!
//! ```text
//! # JOIN-3: join waits for task_done, not for an empty queue
//! queue fifo capacity=1
//! producer: put 1; put 2
//! worker:   get; done; get; done
//! joiner:   join
//! ```

use super::op::op;
use super::{Span, SyntaxError};
use spec::{Client, Constants, Discipline, Scenario};

/// Reads exactly one scenario.
///
/// # Errors
///
/// The first place that is wrong, and what was expected there.
pub fn parse_scenario(text: &str) -> Result<Scenario, SyntaxError> {
    let mut scenarios = parse_from(text)?;
    match scenarios.len() {
        1 => Ok(scenarios.swap_remove(0).0),
        _ => Err(scenarios[1].1.expected("the end of the text: this is a second scenario")),
    }
}

/// Reads one scenario after the other. A comment or a `queue` line begins the next.
///
/// # Errors
///
/// The first place that is wrong, and what was expected there.
pub fn parse_scenarios(text: &str) -> Result<Vec<Scenario>, SyntaxError> {
    Ok(parse_from(text)?.into_iter().map(|(scenario, _)| scenario).collect())
}

/// The scenarios, each with its `queue` line. There is at least one.
fn parse_from(text: &str) -> Result<Vec<(Scenario, Span<'_>)>, SyntaxError> {
    let mut lines = Span::lines(text).filter(|line| !line.text.is_empty()).peekable();
    let end = Span::end(text);
    let mut scenarios = Vec::new();
    while scenarios.is_empty() || lines.peek().is_some() {
        let mut title = Vec::new();
        while let Some(comment) = lines.peek().and_then(|line| line.text.strip_prefix('#')) {
            title.push(comment.trim());
            lines.next();
        }
        let header = lines.next().unwrap_or(end);
        let constants = queue_line(header)?;
        let mut clients: Vec<Client> = Vec::new();
        while let Some(line) = lines.next_if(|line| is_client(line)) {
            let client = client_line(line)?;
            if clients.iter().any(|other| other.name == client.name) {
                return Err(line.expected("a client with a name of its own"));
            }
            clients.push(client);
        }
        if clients.is_empty() {
            let at = lines.peek().copied().unwrap_or(end);
            return Err(at.expected("a client like `worker: get; done`"));
        }
        scenarios.push((Scenario { title: title.join("\n"), constants, clients }, header));
    }
    Ok(scenarios)
}

fn is_client(line: &Span) -> bool {
    !line.text.starts_with('#') && line.text.split(' ').next() != Some("queue")
}

fn queue_line(line: Span) -> Result<Constants, SyntaxError> {
    let (constants, rest) = queue_words(line)?;
    match (rest.first(), constants.capacity) {
        (None, _) => Ok(constants),
        (Some(extra), None) => Err(extra.expected(CAPACITY)),
        (Some(extra), Some(_)) => Err(extra.expected("the end of the line")),
    }
}

const CAPACITY: &str = "a capacity of at least one, like `capacity=1`";

/// The queue, and the words after it and its capacity.
pub(super) fn queue_words(line: Span) -> Result<(Constants, Vec<Span>), SyntaxError> {
    let (words, end) = line.words();
    let word = |at: usize| words.get(at).copied().unwrap_or(end);
    if word(0).text != "queue" {
        return Err(word(0).expected("a queue like `queue fifo capacity=1`"));
    }
    let discipline = match word(1).text {
        "fifo" => Discipline::Fifo,
        "lifo" => Discipline::Lifo,
        "priority" => Discipline::Priority,
        _ => return Err(word(1).expected("`fifo`, `lifo` or `priority`")),
    };
    let Some(number) = word(2).text.strip_prefix("capacity=") else {
        return Ok((Constants { discipline, capacity: None }, words[2..].to_vec()));
    };
    let capacity = number.parse().ok().filter(|capacity: &usize| *capacity > 0);
    let capacity = Some(capacity.ok_or_else(|| word(2).expected(CAPACITY))?);
    Ok((Constants { discipline, capacity }, words[3..].to_vec()))
}

fn client_line(line: Span) -> Result<Client, SyntaxError> {
    let client = "a client like `worker: get; done`";
    let (name, ops) = line.split_once(":").ok_or_else(|| line.expected(client))?;
    let name = name.trimmed();
    if name.text.is_empty() || name.text.contains(';') {
        return Err(line.expected(client));
    }
    let ops = ops.pieces(";").into_iter().map(op).collect::<Result<_, _>>()?;
    Ok(Client { name: name.text.to_string(), ops })
}
