//! `taskdone list`

use super::exit::Exit;
use crate::catalogue;
use crate::engine::Engine;
use spec::{CLAUSES, PROFILES};

pub(super) fn list() -> Exit {
    anstream::println!("Queues");
    for subject in catalogue::queues() {
        anstream::println!("  {:36} {}", subject.name, subject.about);
    }
    anstream::println!("\nBroken queues");
    for mutant in catalogue::mutants() {
        let (name, about) = (mutant.subject.name, mutant.subject.about);
        anstream::println!("  {name:36} {:8} {about}", mutant.breaks);
    }
    anstream::println!("\nEngines");
    for engine in Engine::ALL {
        anstream::println!("  {engine:8} cannot see: {}", engine.blind_to());
    }
    anstream::println!("\nProfiles");
    for profile in PROFILES {
        let offers: Vec<String> = profile.offers.iter().map(ToString::to_string).collect();
        anstream::println!("  {:15} put, get, {}", profile.name, offers.join(", "));
    }
    anstream::println!("\nClauses (`taskdone explain ID` says more)");
    for clause in CLAUSES {
        anstream::println!("  {:8} {}", clause.name, clause.sentence);
    }
    Exit::Conforms
}
