//! What a run says about the clauses.

use super::drive::{Run, step_in_words};
use super::session::{Action, Answer, Call};
use super::tracker::Rules;
use crate::blame::{self, Verdict, Violation};
use crate::evidence;
use model::Final;
use spec::{
    Choices, ClauseId, Client, Ending, Event, EventKind, History, Item, MomentaryZero, Op, Outcome,
    Scenario, Visibility,
};
use std::collections::{BTreeMap, BTreeSet};

/// A run, judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The verdict.
    pub judgement: Judgement,
    /// What the clients saw. A call whose actor was killed, or that failed for its
    /// item's sake, is left out.
    pub history: History,
    /// How it ended, if it is one of the ends that the model lists.
    pub end: Option<Final>,
}

/// The verdict about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It is allowed; the preconditions of these clauses occurred.
    Conforms(Vec<ClauseId>),
    /// It breaks a clause.
    Violates(Violation),
    /// It could not be decided, and why.
    Unknown(String),
    /// The model and the oracle do not agree: the suite is wrong.
    Contradiction(String),
}

/// Judges a run that the model has followed.
pub fn judge(scenario: &Scenario, rules: &Rules, run: &Run) -> Judged {
    let history = history(run);
    let judgement = if run.refused {
        refused(scenario, rules, run, &history)
    } else {
        followed(scenario, rules, run, &history)
    };
    let complete = !run.steps.iter().flat_map(|(batch, _)| batch).any(|action| {
        matches!(
            action,
            Action::Cancel(_) | Action::Kill(_) | Action::Call(_, Call { flawed: true, .. })
        )
    });
    let end = Final::observed(scenario, &history).filter(|_| complete);
    Judged { judgement, history, end }
}

/// Calls and returns, in the order of the steps.
fn history(run: &Run) -> History {
    let mut events: Vec<Event> = Vec::new();
    let mut ending = Ending::Quiescent;
    for (batch, answers) in &run.steps {
        for action in batch {
            if let Action::Call(thread, call) = *action {
                events.push(Event { thread, kind: EventKind::Call(call.op) });
            }
        }
        for (thread, answer) in answers {
            let thread = *thread;
            match answer {
                Answer::Outcome(outcome) => {
                    events.push(Event { thread, kind: EventKind::Return(*outcome) });
                }
                Answer::Raised(_) if batch.iter().any(|a| is_flawed(a, thread)) => {
                    drop_call(&mut events, thread);
                }
                Answer::Raised(message) => {
                    ending = Ending::Panicked { thread, message: message.clone() };
                }
                Answer::Killed => drop_call(&mut events, thread),
            }
        }
    }
    History { events, ending }
}

/// Whether the action is a put of this client whose item is flawed.
fn is_flawed(action: &Action, thread: usize) -> bool {
    matches!(action, Action::Call(client, call) if call.flawed && *client == thread)
}

/// Leaves out the call that a client has pending.
fn drop_call(events: &mut Vec<Event>, thread: usize) {
    let last = events.iter().rposition(|event| event.thread == thread);
    if let Some(at) = last.filter(|at| matches!(events[*at].kind, EventKind::Call(_))) {
        events.remove(at);
    }
}

/// The model has refused the last step. The oracle says which clause that breaks.
fn refused(scenario: &Scenario, rules: &Rules, run: &Run, history: &History) -> Judgement {
    let actions = || run.steps.iter().flat_map(|(batch, _)| batch);
    let any_flawed = |action: &Action| matches!(action, Action::Call(_, call) if call.flawed);
    let mut violation = match blame::judge(scenario, at_once(rules.choices), history) {
        _ if actions().any(any_flawed) => failing_put(run),
        Verdict::Violates(violation) => violation,
        Verdict::Unknown(why) => return Judgement::Unknown(why),
        Verdict::Conforms(_) => {
            let text = crate::text::print_history(scenario, history);
            return Judgement::Contradiction(format!(
                "the oracle accepts and the model refuses the end of\n{scenario}{text}"
            ));
        }
    };
    if !run.stacks.is_empty() {
        violation.reason += &format!("; {}", run.stacks.join("; "));
    }
    if !actions().all(|action| matches!(action, Action::Call(_, Call { flawed: false, .. }))) {
        let steps = run.steps.iter().map(|(batch, _)| step_in_words(scenario, batch));
        violation.reason += &format!("; steps: {}", steps.collect::<Vec<_>>().join(" / "));
    }
    Judgement::Violates(violation)
}

/// The same choices where items take no time. Blame and evidence know the sequential specification
/// only; what is weaker, the model that is stepped beside the queue decides.
pub(super) fn at_once(choices: Choices) -> Choices {
    Choices { visibility: Visibility::Immediate, ..choices }
}

fn failing_put(run: &Run) -> Violation {
    let (_, answers) = run.steps.last().expect("a step was refused");
    let answers: Vec<String> = answers.iter().map(|(_, answer)| answer.to_string()).collect();
    let what = match answers.len() {
        0 => "nothing returns".to_string(),
        _ => format!("the answer is `{}`", answers.join("`, `")),
    };
    let reason = format!(
        "in the last step {what}; with the item of the put that failed and its task there, or neither, \
         that cannot be"
    );
    Violation { clause: ClauseId::Put5, reason }
}

/// The model has followed all of it. The oracle is asked all the same, and for evidence.
fn followed(scenario: &Scenario, rules: &Rules, run: &Run, history: &History) -> Judgement {
    let verdict = blame::judge(scenario, at_once(rules.choices), history);
    let weaker = rules.choices.visibility == Visibility::Eventual;
    let mut clauses = match verdict {
        Verdict::Conforms(steps) => evidence::occurred(rules.constants, history, &steps),
        Verdict::Violates(_) if weaker => {
            // Where items take their time, the oracle is asked about just that. A process that has
            // called join may not wait yet when the count is zero; only the model knows that it does.
            let momentary_zero = MomentaryZero::MayMiss;
            match blame::judge(scenario, Choices { momentary_zero, ..rules.choices }, history) {
                Verdict::Violates(violation) => return contradicts(scenario, history, &violation),
                Verdict::Unknown(why) => return Judgement::Unknown(why),
                Verdict::Conforms(_) => Vec::new(),
            }
        }
        Verdict::Violates(violation) => return contradicts(scenario, history, &violation),
        Verdict::Unknown(why) => return Judgement::Unknown(why),
    };
    clauses.extend(beyond(rules, run));
    Judgement::Conforms(clauses)
}

fn contradicts(scenario: &Scenario, history: &History, violation: &Violation) -> Judgement {
    let text = crate::text::print_history(scenario, history);
    let why = format!("{}, {}", violation.clause, violation.reason);
    let what = "the model accepts and the oracle refuses";
    Judgement::Contradiction(format!("{what} ({why})\n{scenario}{text}"))
}

/// Clauses that only the models of the algorithms show otherwise.
fn beyond(rules: &Rules, run: &Run) -> BTreeSet<ClauseId> {
    let mut found = BTreeSet::new();
    let mut waiting: BTreeMap<usize, Op> = BTreeMap::new();
    // Cancelled while others of the same kind were waiting, or in the step of another call.
    let mut given_up: Vec<Op> = Vec::new();
    for (at, (batch, answers)) in run.steps.iter().enumerate() {
        let last = at + 1 == run.steps.len();
        for action in batch {
            if let Action::Call(client, call) = action {
                waiting.insert(*client, call.op);
            }
        }
        for (client, answer) in answers {
            let Some(op) = waiting.remove(client) else { continue };
            if *answer == Answer::Outcome(Outcome::Cancelled) {
                given_up.push(op);
                let raced = batch.iter().any(|action| matches!(action, Action::Call(..)));
                if !last || raced {
                    found.extend(clause_of_cancelled(op));
                }
            }
            let woken = given_up.iter().any(|other| kind(*other) == kind(op));
            if woken && matches!(answer, Answer::Outcome(Outcome::Got(_) | Outcome::Done)) {
                found.insert(if matches!(op, Op::Join(_)) {
                    ClauseId::Canc4
                } else {
                    ClauseId::Canc3
                });
            }
        }
    }
    if rules.choices.visibility == Visibility::Eventual {
        found.extend(in_transit(run));
    }
    found
}

fn kind(op: Op) -> u8 {
    match op {
        Op::Put(..) => 0,
        Op::Get(_) => 1,
        Op::Join(_) => 2,
        _ => 3,
    }
}

fn clause_of_cancelled(op: Op) -> Option<ClauseId> {
    match op {
        Op::Get(_) => Some(ClauseId::Canc1),
        Op::Put(..) => Some(ClauseId::Canc2),
        _ => None,
    }
}

/// What a run shows of items that take their time.
fn in_transit(run: &Run) -> BTreeSet<ClauseId> {
    let mut found = BTreeSet::new();
    let mut put: BTreeMap<Item, usize> = BTreeMap::new();
    let mut got: Vec<Item> = Vec::new();
    for (batch, answers) in &run.steps {
        for action in batch {
            if let Action::Call(client, call) = action
                && let Some(item) = call.op.item()
            {
                put.insert(item, *client);
            }
        }
        for (_, answer) in answers {
            match answer {
                Answer::Outcome(Outcome::Got(item)) => {
                    found.insert(ClauseId::Vis1);
                    if got.iter().any(|before| put.get(before) == put.get(item)) {
                        found.insert(ClauseId::Ord4);
                    }
                    got.push(*item);
                }
                Answer::Outcome(Outcome::Done) if !got.is_empty() => {
                    let reports = batch.iter().any(|action| {
                        matches!(action, Action::Call(_, Call { op: Op::TaskDone, .. }))
                    });
                    found.extend(reports.then_some(ClauseId::Vis2));
                }
                _ => {}
            }
        }
    }
    found
}

/// A scenario that has just the names of its clients, for runs whose steps are given.
pub fn of_names(names: &[String], constants: spec::Constants) -> Scenario {
    let client = |name: &String| Client { name: name.clone(), ops: Vec::new() };
    Scenario { title: String::new(), constants, clients: names.iter().map(client).collect() }
}
