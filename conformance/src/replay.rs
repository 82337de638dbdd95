//! Runs a stored counterexample again.

use crate::blame::{Verdict, judge};
use crate::engine::{Engine, Execution, Plan, REPEATS, Visitor, explore};
use crate::report;
use crate::shrink::Counterexample;
use crate::subject::Subject;
use crate::wire::Case;
use spec::Choices;
use std::ops::ControlFlow;

/// What happened this time.
#[derive(Clone, Debug)]
pub enum Again {
    /// The same history.
    Same(Counterexample),
    /// Another history that breaks a clause, perhaps another one.
    Other(Counterexample),
    /// The specification allows what happened this time.
    Conforms,
    /// The specification allows the stored history: it is no counterexample.
    Allowed,
    /// The engine does not come by this execution any more.
    NotReached,
    /// It could not be judged.
    Unknown(String),
}

/// Runs the execution of a case again.
pub fn replay(subject: &Subject, case: &Case) -> Again {
    let stored = judge(&case.scenario, subject.profile.choices(), &case.history);
    if let Verdict::Conforms(_) = stored {
        return Again::Allowed;
    }
    let plan = Plan::Repeat(case.repeat.clone());
    let choices = subject.profile.choices();
    let retrial = Retrial { choices, case: case.clone(), result: Again::NotReached };
    let (_, retrial) = explore(subject, &case.scenario, &plan, retrial);
    retrial.result
}

struct Retrial {
    choices: Choices,
    case: Case,
    result: Again,
}

impl Visitor for Retrial {
    fn visit(&mut self, execution: Execution) -> ControlFlow<()> {
        let Case { scenario, history, .. } = &self.case;
        self.result = match judge(scenario, self.choices, &execution.history) {
            Verdict::Conforms(_) => Again::Conforms,
            Verdict::Unknown(why) => Again::Unknown(why),
            Verdict::Violates(violation) => {
                let same = execution.history == *history && violation.clause == self.case.clause;
                let scenario = scenario.clone();
                let example = Counterexample { scenario, violation, execution };
                if same { Again::Same(example) } else { Again::Other(example) }
            }
        };
        match self.result {
            Again::Same(_) | Again::Other(_) => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }
}

impl Again {
    /// For people.
    pub fn text(&self, case: &Case) -> String {
        let engine = case.repeat.engine();
        let show = |example: &Counterexample| {
            let shown = report::counterexample(&case.subject, engine, example, None);
            reports::counterexample::render(&shown)
        };
        let Case { subject, clause, .. } = case;
        match self {
            Again::Same(example) => format!("{}\nreplayed: the same history\n", show(example)),
            Again::Other(example) => {
                let what = if example.execution.history == case.history {
                    format!(
                        "the same history, which breaks {}, not {clause}",
                        example.violation.clause
                    )
                } else {
                    "another history than the stored one".to_string()
                };
                format!("{}\nreplayed: {what}\n", show(example))
            }
            Again::Conforms if engine == Engine::Threads => format!(
                "{subject} did not break {clause} again in {REPEATS} runs on real threads; the stored \
                 history did: {}\n",
                case.reason
            ),
            Again::Conforms => format!("{subject} no longer breaks {clause} in this execution\n"),
            Again::Allowed => {
                format!("the specification allows the stored history: it does not break {clause}\n")
            }
            Again::NotReached => format!(
                "{engine} does not come by this execution any more: {subject} has changed; \
                 `taskdone check {subject}` explores it anew\n"
            ),
            Again::Unknown(why) => format!("this execution cannot be judged: {why}\n"),
        }
    }
}
