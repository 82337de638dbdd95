//! Every small search of every design, against the file of the crate; and that the file names what
//! is verified and nothing else.

use taskdone_model::algorithms::verified::{COUNTS, Search, Verdict, Verified, document};

/// A search of a design: its row and column, and what came of it.
pub(crate) struct Searched<A> {
    pub(crate) name: String,
    pub(crate) design: A,
    pub(crate) verdict: Verdict,
}

/// Searches what is small. Nothing fails, and the numbers of states are those of the file.
pub(crate) fn small<A: Verified>() -> Vec<Searched<A>> {
    let mut searched = Vec::new();
    let table = A::small().text(&mut |name, design| {
        let verdict = design.search();
        assert!(verdict.fails.is_empty(), "{name}: {:?}", verdict.fails);
        let states = verdict.states;
        searched.push(Searched { name: name.to_string(), design: design.clone(), verdict });
        states
    });
    assert!(COUNTS.contains(&table), "not in COUNTS.md:\n{table}");
    searched
}

/// A line of the file without the numbers that fill a cell.
fn without_counts(line: &str) -> String {
    let is_count = |cell: &str| {
        !cell.is_empty() && cell.chars().all(|letter| letter.is_ascii_digit() || letter == ',')
    };
    let without = |cell| if is_count(cell) { "a number" } else { cell };
    line.split('|').map(str::trim).map(without).collect::<Vec<_>>().join("|")
}

#[test]
fn the_file_names_what_is_verified() {
    let document = document(&mut |_, _| 0);
    for (line, expected) in COUNTS.lines().zip(document.lines()) {
        assert_eq!(without_counts(line), without_counts(expected));
    }
    assert_eq!(COUNTS.lines().count(), document.lines().count());
}
