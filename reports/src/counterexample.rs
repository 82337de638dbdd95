//! A counterexample as a column for each client.

use crate::terminal::{BAD, DIM, DOUBTFUL, STRONG, painted, table};
use crate::{Blocked, Counterexample, Ending, Row};

/// Renders a counterexample.
pub fn render(example: &Counterexample) -> String {
    let Counterexample { subject, clause, sentence, engine, reason, .. } = example;
    let head = match &example.waived {
        Some(why) => painted(DOUBTFUL, &format!("{clause} broken, waived ({why}):")),
        None => painted(BAD, &format!("{clause} broken:")),
    };
    let mut text =
        format!("{head} {subject}, found by {engine}\n  {}\n\n", painted(STRONG, sentence));
    for line in example.scenario.lines() {
        text += &format!("  {}\n", painted(DIM, line));
    }
    text += "\n";
    for line in columns(&example.clients, &example.rows, &example.ending).lines() {
        text += &format!("  {line}\n");
    }
    if let Ending::Cut(why) = &example.ending {
        text += &format!("  not followed further: {why}\n");
    }
    text += &format!("\n  {reason}\n");
    if let Some(replay) = &example.replay {
        text += &format!("  replay: {replay}\n");
    }
    text
}

/// What these clients did, and how it ended: a column for each.
pub fn columns(clients: &[String], rows: &[Row], ending: &Ending) -> String {
    let mut table = table();
    let line = |client, number, what| line(clients.len(), client, number, what);
    let names = clients.iter().map(String::as_str);
    table.set_header(std::iter::once("").chain(names));
    for (at, row) in rows.iter().enumerate() {
        table.add_row(line(row.client, (at + 1).to_string(), cell(row)));
    }
    match ending {
        Ending::Quiescent(blocked) => {
            for Blocked { client, op } in blocked {
                table.add_row(line(*client, "end".into(), format!("{op} … blocked")));
            }
        }
        Ending::Panicked(client, _) => {
            table.add_row(line(*client, "end".into(), "panicked".into()));
        }
        Ending::Cut(_) | Ending::Mishandled(_) => {}
    }
    table.to_string()
}

/// A line with something in the column of one client.
fn line(clients: usize, client: usize, number: String, what: String) -> Vec<String> {
    let mut cells = vec![String::new(); clients + 1];
    cells[0] = number;
    cells[client + 1] = what;
    cells
}

fn cell(row: &Row) -> String {
    match (&row.returned, row.called) {
        (None, _) => format!("{} …", row.op),
        (Some(outcome), true) => format!("{} → {outcome}", row.op),
        (Some(outcome), false) => format!("… {} → {outcome}", row.op),
    }
}
