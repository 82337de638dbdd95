//! The clause table is well formed.

use taskdone_spec::{CLAUSES, ClauseId, Discipline, Feature, PROFILES, WhyNot, profile};

#[test]
fn names_are_unique_and_numbered_within_their_families() {
    let mut last: Vec<(&str, u32)> = Vec::new();
    for clause in CLAUSES {
        let number = clause.name.strip_prefix(clause.family()).and_then(|n| n.strip_prefix('-'));
        let number: u32 = number.and_then(|n| n.parse().ok()).expect("FAMILY-number");
        match last.iter_mut().find(|(family, _)| *family == clause.family()) {
            Some((_, previous)) => {
                assert!(number > *previous, "{} does not follow", clause.name);
                *previous = number;
            }
            None => last.push((clause.family(), number)),
        }
    }
}

#[test]
fn ids_lead_to_their_clauses() {
    for clause in CLAUSES {
        assert_eq!(clause.id.clause().name, clause.name);
        assert_eq!(ClauseId::named(&clause.name.to_lowercase()), Some(clause.id));
        assert_eq!(clause.id.to_string(), clause.name);
    }
    assert_eq!(ClauseId::named("JOIN-99"), None);
}

#[test]
fn sentences_are_sentences() {
    for clause in CLAUSES {
        for sentence in [clause.sentence, clause.intent] {
            assert!(sentence.ends_with('.'), "{}: {sentence}", clause.name);
        }
        assert!(!clause.source.is_empty(), "{} has no source", clause.name);
    }
}

#[test]
fn what_does_not_apply_says_why() {
    let applies = |id: ClauseId, profile, discipline| id.clause().applies(profile, discipline);
    let fifo = Discipline::Fifo;
    assert_eq!(applies(ClauseId::Join3, &profile::FULL, fifo), Ok(()));
    let no_tasks = Err(WhyNot::NotOffered(Feature::Tasks));
    assert_eq!(applies(ClauseId::Join3, &profile::CHANNEL, fifo), no_tasks);
    let other = Err(WhyNot::OtherDiscipline(Discipline::Lifo));
    assert_eq!(applies(ClauseId::Ord2, &profile::FULL, fifo), other);
}

#[test]
fn every_clause_applies_to_some_profile() {
    let disciplines = [Discipline::Fifo, Discipline::Lifo, Discipline::Priority];
    for clause in CLAUSES {
        let applies = |profile| disciplines.iter().any(|d| clause.applies(profile, *d).is_ok());
        assert!(PROFILES.iter().any(applies), "{} applies to nothing", clause.name);
    }
}
