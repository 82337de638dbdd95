//! `taskdone list`

use super::args;
use super::exit::Exit;
use super::say;
use crate::catalogue;
use crate::engine::Engine;
use ::model::algorithms::catalogue as models;
use spec::{CLAUSES, Discipline, PROFILES, Profile};

pub(super) fn list(args: &args::List) -> Exit {
    say(args.profile.map_or_else(everything, clauses_of));
    Exit::Conforms
}

fn everything() -> String {
    let mut text = "Queues\n".to_string();
    for subject in catalogue::queues() {
        text += &format!("  {:36} {}\n", subject.name, subject.about);
    }
    text += "\nQueues of other crates\n";
    for subject in catalogue::others() {
        text += &format!("  {:36} {}\n", subject.name, subject.about);
    }
    text += "\nBroken queues\n";
    for mutant in catalogue::mutants() {
        let (name, about) = (mutant.subject.name, mutant.subject.about);
        text += &format!("  {name:36} {:8} {about}\n", mutant.breaks);
    }
    text += "\nEngines\n";
    for engine in Engine::ALL {
        text += &format!("  {engine:8} cannot see: {}\n", engine.blind_to());
    }
    text += "\nModels (`taskdone model run NAME` checks one)\n";
    for entry in models::all() {
        let breaks = entry.breaks.map_or(String::new(), |clause| clause.to_string());
        text += &format!("  {:44} {breaks:8} {}\n", entry.name, entry.about);
    }
    text += "\nProfiles (`taskdone list --profile NAME` shows which clauses apply)\n";
    for profile in PROFILES {
        text += &format!("  {:21} {}\n", profile.name, profile.about);
    }
    text += "\nClauses (`taskdone explain ID` says more)\n";
    for clause in CLAUSES {
        text += &format!("  {:8} {:6} {}\n", clause.name, clause.level, clause.sentence);
    }
    text
}

/// Which clauses apply to a queue of this profile. Of a clause about one discipline only the rest of
/// its needs is asked for.
fn clauses_of(profile: &'static Profile) -> String {
    let Profile { name, about, momentary_zero, visibility, cancelled_put, .. } = profile;
    let Profile { zero_capacity, negative_timeout, waiter_order, .. } = profile;
    let offers: Vec<String> = profile.offers.iter().map(ToString::to_string).collect();
    let mut text = format!(
        "{name}: {about}\n  offers put, get, {}\n  momentary zero: {momentary_zero}\n  a put is \
         visible: {visibility}\n  a cancelled put: {cancelled_put}\n  capacity 0: {zero_capacity}\n  negative timeout: \
         {negative_timeout}\n  waiters are served: {waiter_order}\n\nClauses that apply\n",
        offers.join(", ")
    );
    let applies = |clause: &spec::Clause| {
        clause.applies(profile, clause.discipline.unwrap_or(Discipline::Fifo))
    };
    for clause in CLAUSES.iter().filter(|clause| applies(clause).is_ok()) {
        text += &format!("  {:8} {:6} {}\n", clause.name, clause.level, clause.sentence);
    }
    text += "\nClauses that do not apply\n";
    for clause in CLAUSES {
        if let Err(why) = applies(clause) {
            text += &format!("  {:8} {why}\n", clause.name);
        }
    }
    text
}
