//! `SPEC.md`, made from the tables.

use crate::clause::{Check, Clause, Example};
use crate::{CLAUSES, Discipline, Level, PATTERNS, PROFILES, Profile, SOURCES};
use std::fmt::Write;

const HEAD: &str = include_str!("document/head.md");
const PATTERNS_HEAD: &str = include_str!("document/patterns.md");
const TAIL: &str = include_str!("document/glossary.md");

/// The families of the clauses, in the order of the table, with what they are about.
pub const FAMILIES: &[(&str, &str)] = &[
    ("PUT", "what a put has done when it returns"),
    ("GET", "what a get may return"),
    ("CAP", "capacity"),
    ("ORD", "the order in which items leave"),
    ("DONE", "reporting tasks as finished"),
    ("JOIN", "waiting for all tasks"),
    ("SHUT", "both kinds of shutdown"),
    ("TIME", "timeouts"),
    ("CANC", "cancellation"),
    ("VIS", "items that take their time between put and get"),
    ("OBS", "observers"),
    ("PROG", "progress: who may stay blocked"),
];

/// The whole document.
pub fn specification() -> String {
    let mut text = HEAD.to_string();
    text += &profiles();
    text += "\n## Clauses\n";
    for (family, about) in FAMILIES {
        write!(text, "\n### {family}: {about}\n").expect("a string takes all");
        for clause in CLAUSES.iter().filter(|clause| clause.family() == *family) {
            write!(text, "\n#### {}\n\n{}", clause.name, self::clause(clause))
                .expect("a string takes all");
        }
    }
    text += &format!("\n{PATTERNS_HEAD}");
    for pattern in PATTERNS {
        let (name, verdict, source) = (pattern.name, pattern.verdict, pattern.source);
        let example = example(&pattern.example);
        text += &format!("\n### {name}\n\n{verdict}\n\n{example}\nSource: {source}.\n");
    }
    text += &format!("\n## Sources\n\n{}\n{TAIL}", sources());
    text
}

/// What there is to say of a clause, below its name.
pub fn clause(clause: &Clause) -> String {
    let Clause { level, sentence, intent, source, causes, .. } = clause;
    let mut text = format!("**{level}.** {sentence}\n\n*Why:* {intent}\n");
    text += &format!("\n{}", example(&clause.example));
    text += &format!("\n- Applies to {}.\n", applies_to(clause));
    if *level != Level::May {
        text += &format!("- Commonest cause of a violation: {causes}\n");
    }
    text += &match clause.check {
        Check::Histories => "- Checked in every history.\n".to_string(),
        Check::Models => "- Checked by the models of the algorithms.\n".to_string(),
        Check::Untested(why) => format!("- Untested: {why}.\n"),
    };
    text + &format!("- Source: {source}.\n")
}

fn example(example: &Example) -> String {
    let Example { scenario, allowed, forbidden } = example;
    let mut text = format!("```text\n{scenario}\n\nallowed:   {allowed}\n");
    if let Some(forbidden) = forbidden {
        text += &format!("forbidden: {forbidden}\n");
    }
    text + "```\n"
}

fn applies_to(clause: &Clause) -> String {
    let queues = match clause.discipline {
        Some(Discipline::Fifo) => "fifo queues",
        Some(Discipline::Lifo) => "lifo queues",
        Some(Discipline::Priority) => "priority queues",
        None => "queues",
    };
    let needs: Vec<String> = clause.needs.iter().map(ToString::to_string).collect();
    match needs.as_slice() {
        [] => format!("all {queues}"),
        needs => format!("{queues} that offer {}", needs.join("; ")),
    }
}

fn profiles() -> String {
    let mut text = "\n## Profiles\n\n\
        What a queue offers is declared, and a clause applies or does not by that declaration.\n\n\
        | profile | describes | offers besides put and get | momentary zero | a put is visible | \
        a cancelled put | capacity 0 | negative timeout | waiters are served | clauses |\n\
        |---|---|---|---|---|---|---|---|---|--:|\n"
        .to_string();
    for profile in PROFILES {
        let Profile { name, about, momentary_zero, visibility, cancelled_put, .. } = profile;
        let Profile { zero_capacity, negative_timeout, waiter_order, .. } = profile;
        let offers: Vec<String> = profile.offers.iter().map(ToString::to_string).collect();
        let applies = |clause: &&Clause| clause.applies(profile, Discipline::Fifo).is_ok();
        let clauses = CLAUSES.iter().filter(applies).count();
        text += &format!(
            "| `{name}` | {about} | {} | {momentary_zero} | {visibility} | {cancelled_put} | \
             {zero_capacity} | {negative_timeout} | {waiter_order} | {clauses} |\n",
            offers.join("; ")
        );
    }
    text + "\nThe last column counts the clauses that apply to a fifo queue of that profile.\n"
}

fn sources() -> String {
    let line = |source: &crate::Source| match source.url {
        "" => format!("- **\\[{}\\]** {}.\n", source.key, source.title),
        url => format!("- **\\[{}\\]** {}: <{url}>\n", source.key, source.title),
    };
    SOURCES.iter().map(line).collect()
}
