//! `taskdone list`

use super::exit::Exit;
use super::say;
use crate::catalogue;
use crate::engine::Engine;
use spec::{CLAUSES, PROFILES};

pub(super) fn list() -> Exit {
    let mut text = "Queues\n".to_string();
    for subject in catalogue::queues() {
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
    text += "\nProfiles\n";
    for profile in PROFILES {
        let offers: Vec<String> = profile.offers.iter().map(ToString::to_string).collect();
        text += &format!("  {:15} put, get, {}\n", profile.name, offers.join(", "));
    }
    text += "\nClauses (`taskdone explain ID` says more)\n";
    for clause in CLAUSES {
        text += &format!("  {:8} {}\n", clause.name, clause.sentence);
    }
    say(text);
    Exit::Conforms
}
