//! Known defects: each is tried, and one that does not show any more has to go.

use super::adapter::Adapter;
use super::check::{Settings, Witness};
use super::drive::{Freedom, Job, drive_steps};
use super::fault::Fault;
use super::judge::{Judgement, judge, of_names};
use super::subject::Subject;
use crate::wire::known::Known;
use spec::{Client, Constants, Scenario};

/// What came of a known defect.
#[derive(Clone, Debug)]
pub enum Shows {
    /// It shows, as this.
    Yes(Box<Witness>),
    /// It does not.
    No,
    /// Something else shows.
    Other(String),
}

/// Tries a known defect.
///
/// # Errors
///
/// If the adapter is of no use any more.
pub fn try_known(
    adapter: &mut Adapter,
    subject: &Subject,
    known: &Known,
    settings: &Settings,
) -> Result<Shows, Fault> {
    let constants = Constants { discipline: subject.discipline, capacity: known.capacity };
    let mut scenario = of_names(&known.clients, constants);
    scenario.title = format!("{}: a known defect", known.clause);
    let job = Job {
        queue: &subject.name,
        rules: subject.rules(constants),
        scenario: &scenario,
        cancels: known.cancels,
        freedom: Freedom::default(),
        second_look: settings.second_look,
    };
    let run = drive_steps(adapter, &job, &known.steps)?;
    if !run.refused {
        return Ok(Shows::No);
    }
    let judged = judge(&scenario, &job.rules, &run);
    let scenario = with_calls(&scenario, known);
    Ok(match judged.judgement {
        Judgement::Violates(violation) if violation.clause == known.clause => {
            let history = judged.history;
            Shows::Yes(Box::new(Witness { scenario, violation, history, run: Some(run) }))
        }
        Judgement::Violates(other) => {
            Shows::Other(format!("it breaks {}: {}", other.clause, other.reason))
        }
        Judgement::Conforms(_) => Shows::No,
        Judgement::Unknown(why) | Judgement::Contradiction(why) => Shows::Other(why),
    })
}

/// The scenario with what its clients call.
fn with_calls(scenario: &Scenario, known: &Known) -> Scenario {
    let mut clients: Vec<Client> = scenario.clients.clone();
    for action in known.steps.iter().flatten() {
        if let super::session::Action::Call(client, call) = action {
            clients[*client].ops.push(call.op);
        }
    }
    Scenario { clients, ..scenario.clone() }
}
