//! Scenarios that run at full speed inside the process, which writes down what happens.

use super::adapter::Adapter;
use super::fault::Fault;
use super::session::can_answer;
use crate::text::{parse_op, parse_outcome};
use crate::wire::protocol::{Misread, Recorded, RecordedEvent, RecordedRun, Request};
use spec::{Ending, Event, EventKind, History, Op, Outcome, Scenario};
use std::collections::BTreeSet;

/// Has a scenario run, several times.
///
/// # Errors
///
/// If the adapter is of no use any more.
pub fn record(
    adapter: &mut Adapter,
    queue: &str,
    scenario: &Scenario,
    seed: u64,
    times: u32,
) -> Result<Vec<History>, Fault> {
    let line = scenario.to_string().lines().collect::<Vec<_>>().join(" / ");
    adapter.doing(format!("{queue} was asked to run all of `{line}`"));
    let script = |ops: &[Op]| ops.iter().map(Op::to_string).collect();
    let clients = scenario.clients.iter();
    let recorded: Recorded = adapter.ask(Request::Record {
        queue: queue.to_string(),
        capacity: scenario.constants.capacity,
        scripts: clients.map(|client| (client.name.clone(), script(&client.ops))).collect(),
        seed,
        times,
    })?;
    let runs = recorded.runs.iter().enumerate();
    let read: Result<Vec<History>, Misread> =
        runs.map(|(at, run)| read(scenario, run, &format!("runs[{at}]"))).collect();
    let right = |histories: &Vec<History>| histories.len() == times as usize;
    match read {
        Ok(histories) if right(&histories) => Ok(histories),
        Ok(_) => {
            let rule = format!("one run for each time: {times}");
            Err(adapter.wrong(Misread { field: "runs".to_string(), rule }))
        }
        Err(misread) => Err(adapter.wrong(misread)),
    }
}

fn read(scenario: &Scenario, run: &RecordedRun, field: &str) -> Result<History, Misread> {
    let mut reader = Reader {
        scenario,
        next: vec![0; scenario.clients.len()],
        pending: vec![None; scenario.clients.len()],
        history: History { events: Vec::new(), ending: Ending::Quiescent },
    };
    for (at, event) in run.events.iter().enumerate() {
        reader.event(event).map_err(|(name, rule)| Misread {
            field: format!("{field}.events[{at}].{name}"),
            rule: rule.to_string(),
        })?;
    }
    let names = scenario.clients.iter().zip(&reader.pending);
    let left: BTreeSet<&String> =
        names.filter(|(_, pending)| pending.is_some()).map(|(client, _)| &client.name).collect();
    if left != run.blocked.iter().collect() {
        let rule = "exactly those whose calls have not returned".to_string();
        return Err(Misread { field: format!("{field}.blocked"), rule });
    }
    let over = |(at, client): (usize, &spec::Client)| {
        reader.next[at] == client.ops.len() || reader.pending[at].is_some()
    };
    let raised = matches!(reader.history.ending, Ending::Panicked { .. });
    if !raised && !scenario.clients.iter().enumerate().all(over) {
        let rule = "every client calls all of its script, or is blocked".to_string();
        return Err(Misread { field: format!("{field}.events"), rule });
    }
    Ok(reader.history)
}

struct Reader<'a> {
    scenario: &'a Scenario,
    next: Vec<usize>,
    pending: Vec<Option<Op>>,
    history: History,
}

impl Reader<'_> {
    fn event(&mut self, event: &RecordedEvent) -> Result<(), (&'static str, &'static str)> {
        let mut clients = self.scenario.clients.iter();
        let thread = clients.position(|client| client.name == event.client);
        let thread = thread.ok_or(("client", "a client of the scripts"))?;
        let kind = match (&event.call, &event.returned, &event.raised) {
            (Some(call), None, None) => {
                let op = parse_op(call).map_err(|_| ("call", "an operation, like `put 1`"))?;
                let expected = self.scenario.clients[thread].ops.get(self.next[thread]);
                if self.pending[thread].is_some() || expected != Some(&op) {
                    return Err(("call", "the next operation of the client's script"));
                }
                self.next[thread] += 1;
                self.pending[thread] = Some(op);
                EventKind::Call(op)
            }
            (None, Some(word), None) => {
                let outcome = parse_outcome(word);
                let outcome = outcome.map_err(|_| ("return", "an outcome, like `item 1`"))?;
                let op = self.pending[thread].take();
                let op = op.ok_or(("client", "a client whose call has not returned"))?;
                if outcome == Outcome::Cancelled || !can_answer(op, outcome) {
                    return Err(("return", "an outcome that the operation can have"));
                }
                EventKind::Return(outcome)
            }
            (None, None, Some(message)) => {
                self.pending[thread]
                    .take()
                    .ok_or(("client", "a client whose call has not returned"))?;
                self.history.ending = Ending::Panicked { thread, message: message.clone() };
                return Ok(());
            }
            _ => return Err(("call", "exactly one of `call`, `return` and `raised`")),
        };
        self.history.events.push(Event { thread, kind });
        Ok(())
    }
}
