//! `SPEC.md` is what the tables say.

use std::fs;
use std::path::Path;
use taskdone_spec::document::{FAMILIES, specification};
use taskdone_spec::{CLAUSES, PATTERNS, SOURCES};

#[test]
fn the_document_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("SPEC.md");
    let stored = fs::read_to_string(&path).unwrap_or_default();
    if stored != specification() {
        let made = path.with_extension("md.new");
        fs::write(&made, specification()).expect("the folder can be written");
        panic!("SPEC.md is stale; if the change is right, move {} over it", made.display());
    }
}

#[test]
fn every_family_is_introduced() {
    for clause in CLAUSES {
        assert!(FAMILIES.iter().any(|(family, _)| *family == clause.family()), "{}", clause.name);
    }
    for (family, _) in FAMILIES {
        assert!(CLAUSES.iter().any(|clause| clause.family() == *family), "{family}");
    }
}

/// `[queue.py] Queue.put` cites a document that is listed, and every document is cited.
#[test]
fn citations_lead_somewhere() {
    let cited = CLAUSES.iter().map(|c| c.source).chain(PATTERNS.iter().map(|p| p.source));
    let keys: Vec<&str> = cited.flat_map(keys).collect();
    for key in &keys {
        assert!(SOURCES.iter().any(|source| source.key == *key), "[{key}] is not listed");
    }
    for source in SOURCES {
        // The upstream coverage cites the rest.
        assert!(keys.contains(&source.key) || source.key == "mp tests", "[{}]", source.key);
    }
}

fn keys(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split('[').skip(1).filter_map(|rest| rest.split_once(']')).map(|(key, _)| key)
}
