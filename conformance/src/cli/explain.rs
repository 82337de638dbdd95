//! `taskdone explain CLAUSE`

use super::args;
use super::exit::Exit;
use super::{refuse, say};
use crate::{catalogue, corpus};
use spec::{ClauseId, Discipline, document};

pub(super) fn explain(args: &args::Explain) -> Exit {
    let Some(id) = ClauseId::named(&args.clause) else {
        let error = format!("no clause is called {}; `taskdone list` names them", args.clause);
        return refuse(Exit::Usage, error);
    };
    say(text(id));
    Exit::Conforms
}

fn text(id: ClauseId) -> String {
    let mut text = format!("{id}\n\n{}", document::clause(id.clause()));
    let scenarios = corpus::scenarios(Discipline::Fifo).into_iter();
    for scenario in scenarios.filter(|scenario| corpus::named_clauses(scenario).contains(&id)) {
        text += &format!("\n{scenario}");
    }
    let breakers = catalogue::mutants().into_iter().filter(|mutant| mutant.breaks == id);
    for mutant in breakers {
        text += &format!("\nBroken by {}: {}\n", mutant.subject.name, mutant.subject.about);
        for line in mutant.declared.patch.lines().skip(2) {
            text += &format!("  {line}\n");
        }
    }
    text
}
