//! A run for people. The text carries ANSI styles; print it through `anstream`.

use crate::{
    Clause, Counterexample, Disturbances, Engine, LongRuns, Mutant, Run, Standing, Status, Subject,
    Trial, Verdict, Waiver, counterexample,
};
use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const STRONG: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const DOUBTFUL: Style = AnsiColor::Yellow.on_default();

pub(crate) fn painted(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

pub(crate) fn table() -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─')));
    table.set_content_arrangement(ContentArrangement::Disabled);
    table
}

/// Renders a run: what was kept and how often it was put to the test, what was explored, what was
/// broken, and which broken queues were caught.
pub fn render(run: &Run) -> String {
    let mut text = format!("{}, {} profile, seed {}\n", run.program, run.profile, run.seed);
    if run.subjects.iter().any(|subject| !subject.engines.is_empty()) {
        text += &heading("Evidence: runs that put a clause to the test, the least of each family");
        text += &evidence(&run.subjects);
        text += &heading("Explored");
        text += &explored(&run.subjects);
    }
    for subject in &run.subjects {
        text += &verdict(subject);
    }
    if !run.mutants.is_empty() {
        text += &heading("Broken queues, and the clause that each engine found broken");
        text += &caught(run);
    }
    for waiver in &run.waivers {
        text += &waived(waiver);
    }
    for line in &run.incomplete {
        text += &format!("{} {line}\n", painted(DOUBTFUL, "incomplete:"));
    }
    for bug in &run.suite_bugs {
        text += &format!("{} {bug}\n", painted(BAD, "the suite contradicts itself:"));
    }
    text + &format!("\nverdict: {}\n", word(run.verdict))
}

fn word(verdict: Verdict) -> String {
    match verdict {
        Verdict::Conforms => painted(GOOD, "conforms"),
        Verdict::Violates => painted(BAD, "violates the specification"),
        Verdict::Unknown => painted(DOUBTFUL, "unknown"),
        Verdict::Unusable => painted(BAD, "cannot be used"),
    }
}

fn heading(title: &str) -> String {
    format!("\n{}\n", painted(STRONG, title))
}

fn evidence(subjects: &[Subject]) -> String {
    let mut families: Vec<&str> = Vec::new();
    for clause in spec::CLAUSES {
        if clause.check == spec::Check::Histories && !families.contains(&clause.family()) {
            families.push(clause.family());
        }
    }
    let mut table = table();
    table.set_header(["subject", "engine"].into_iter().chain(families.iter().copied()));
    for subject in subjects {
        for (at, engine) in subject.engines.iter().enumerate() {
            let name = if at == 0 { subject.name.as_str() } else { "" };
            let cells = families.iter().map(|family| least(subject, family, &engine.name));
            table.add_row([name.to_string(), engine.name.clone()].into_iter().chain(cells));
        }
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    format!("{table}\n")
}

/// The least evidence of any clause of the family that applies to the subject.
fn least(subject: &Subject, family: &str, engine: &str) -> String {
    let of_family = |clause: &&Clause| clause.id.split('-').next() == Some(family);
    let shows =
        |clause: &&Clause| !matches!(clause.status, Status::NotApplicable | Status::Untested);
    let clauses = subject.clauses.iter().filter(of_family).filter(shows);
    let counts = clauses.map(|clause| clause.evidence.get(engine).copied().unwrap_or(0));
    counts.min().map_or("n/a".to_string(), short)
}

/// `1 scenario`, `2 scenarios`.
fn count(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// 1234567 as `1.2M`.
fn short(n: u64) -> String {
    let tenths = |unit: u64| format!("{}.{}", n / unit, n % unit * 10 / unit);
    match n {
        0..1_000 => n.to_string(),
        1_000..1_000_000 => tenths(1_000) + "k",
        _ => tenths(1_000_000) + "M",
    }
}

fn explored(subjects: &[Subject]) -> String {
    let mut table = table();
    table.set_header([
        "subject",
        "engine",
        "scenarios",
        "to the end",
        "bounded",
        "sampled",
        "cut short",
        "skipped",
        "executions",
        "outcomes seen",
    ]);
    for subject in subjects {
        for (at, engine) in subject.engines.iter().enumerate() {
            let name = if at == 0 { subject.name.as_str() } else { "" };
            table.add_row([
                name.to_string(),
                engine.name.clone(),
                engine.scenarios.to_string(),
                engine.exhaustive.to_string(),
                bounded(engine),
                engine.sampled.to_string(),
                engine.cut_short.to_string(),
                engine.skipped.values().sum::<u64>().to_string(),
                short(engine.executions),
                format!("{} of {}", engine.outcomes_seen, engine.outcomes_allowed),
            ]);
        }
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let skipped = not(subjects, "given to", "scenario", |engine| &engine.skipped);
    let missing = not(subjects, "seen by", "allowed outcome", |engine| &engine.outcomes_missing);
    let (states, long) = (states(subjects), long_runs(subjects));
    format!("{table}\n{states}{long}{}{skipped}{missing}", blindness(subjects))
}

/// How much there was in long runs, over all subjects.
fn long_runs(subjects: &[Subject]) -> String {
    let all: Vec<LongRuns> = subjects.iter().filter_map(|subject| subject.long).collect();
    let Some(least) = all.iter().map(|long| long.operations).min() else { return String::new() };
    let (runs, operations) = all
        .iter()
        .fold((0, 0), |(runs, operations), it| (runs + it.runs, operations + it.operations));
    format!(
        "  threads: {operations} operations in {runs} long runs, each judged, of every queue at \
         least {least}\n"
    )
}

/// What the engines that merge states have seen, over all subjects.
fn states(subjects: &[Subject]) -> String {
    let mut seen: BTreeMap<&str, [u64; 5]> = BTreeMap::new();
    for engine in engines(subjects) {
        let (Some(states), Some(transitions)) = (engine.states, engine.transitions) else {
            continue;
        };
        let sum = seen.entry(&engine.name).or_default();
        let more = [engine.exhaustive, engine.scenarios, states, transitions];
        sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        sum[4] = sum[4].max(engine.clients.unwrap_or(0));
    }
    let line = |(name, seen): (&str, [u64; 5])| {
        let [exhaustive, scenarios, states, transitions, clients] = seen;
        format!(
            "  {name}: {exhaustive} of {scenarios} scenarios exhaustive, no bound on schedules: \
             {states} states, {transitions} transitions, up to {clients} clients\n"
        )
    };
    seen.into_iter().map(line).collect()
}

/// How many scenarios it explored to the end within its bound.
fn bounded(engine: &Engine) -> String {
    match (engine.preemption_bound, engine.disturbances_bound) {
        (Some(bound), _) => format!("{} (≤ {bound} preemptions)", engine.bounded),
        (_, Some(Disturbances { cancelled, forgotten, spurious })) => {
            format!("{} (≤ {cancelled}+{forgotten}+{spurious} disturbances)", engine.bounded)
        }
        (None, None) => String::new(),
    }
}

fn engines(subjects: &[Subject]) -> impl Iterator<Item = &Engine> {
    subjects.iter().flat_map(|subject| &subject.engines)
}

fn blindness(subjects: &[Subject]) -> String {
    let blind: BTreeMap<&str, &str> =
        engines(subjects).map(|engine| (engine.name.as_str(), engine.blind_to.as_str())).collect();
    let line = |(name, what): (&str, &str)| format!("  {name} cannot see: {what}\n");
    painted(DIM, &blind.into_iter().map(line).collect::<String>())
}

/// How much of something an engine did not get or see, over all subjects, by reason.
fn not(
    subjects: &[Subject],
    verb: &str,
    what: &str,
    of: fn(&Engine) -> &BTreeMap<String, u64>,
) -> String {
    let mut reasons: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for engine in engines(subjects) {
        for (reason, n) in of(engine) {
            *reasons.entry((&engine.name, reason)).or_default() += n;
        }
    }
    let line = |((engine, reason), n): ((&str, &str), u64)| {
        format!("  not {verb} {engine}: {}: {reason}\n", count(n, what))
    };
    painted(DIM, &reasons.into_iter().map(line).collect::<String>())
}

fn verdict(subject: &Subject) -> String {
    let with = |status| subject.clauses.iter().filter(move |clause| clause.status == status);
    let number = |status| with(status).count();
    let mut text = format!("\n{} {}", painted(STRONG, &subject.name), word(subject.verdict));
    if subject.verdict == Verdict::Unusable {
        return text + &format!(": {}\n", subject.unknown.join("; "));
    }
    text += &format!(
        ": of {} clauses, {} kept, {} broken, {} waived, {} vacuous, {} untested, {} not applicable\n",
        subject.clauses.len(),
        number(Status::Kept),
        number(Status::Broken),
        number(Status::Waived),
        number(Status::Vacuous),
        number(Status::Untested),
        number(Status::NotApplicable),
    );
    for clause in with(Status::Vacuous) {
        let why = clause.why.as_deref().unwrap_or("no run met its precondition");
        text += &format!("  {} {}: {why}\n", painted(DOUBTFUL, "vacuous"), clause.id);
    }
    for warning in &subject.warnings {
        text += &format!("  {} {warning}\n", painted(DOUBTFUL, "warning:"));
    }
    for why in &subject.unknown {
        text += &format!("  {} {why}\n", painted(DOUBTFUL, "unknown:"));
    }
    for example in &subject.counterexamples {
        text += "\n";
        text += &counterexample::render(example);
    }
    text
}

fn waived(waiver: &Waiver) -> String {
    let Waiver { subject, clause, reason, standing } = waiver;
    let what = match standing {
        Standing::Occurs => painted(DOUBTFUL, "waived:"),
        Standing::Gone => painted(BAD, "waived, but it does not occur any more:"),
        Standing::Untried => painted(DIM, "waived, and not tried with everything:"),
    };
    format!("{what} {subject} breaks {clause} ({reason})\n")
}

fn caught(run: &Run) -> String {
    let mut table = table();
    let engines: BTreeSet<&str> =
        run.mutants.iter().flat_map(|it| &it.trials).map(|trial| trial.engine.as_str()).collect();
    let header = ["breaks", "queue"].into_iter().chain(engines.iter().copied());
    table.set_header(header.chain(["defect"]));
    for Mutant { name, defect, breaks, trials, .. } in &run.mutants {
        // Blank where the engine is not given the queue.
        let of = |engine: &&str| trials.iter().find(|trial| trial.engine == *engine);
        let cells = engines.iter().map(|it| of(it).map_or(String::new(), |it| found(it, breaks)));
        let row = [breaks.clone(), name.clone()].into_iter().chain(cells);
        table.add_row(row.chain([defect.clone()]));
    }
    let number = |is: fn(&&Mutant) -> bool| run.mutants.iter().filter(is).count();
    let (caught, total) = (number(|mutant| mutant.is_caught()), run.mutants.len());
    let style = if run.all_caught() { GOOD } else { BAD };
    let summary = painted(style, &format!("{caught} of {total} broken queues caught"));
    let replayed = number(|mutant| mutant.replayed);
    let mut text = format!(
        "{table}\n{summary}, {} as their headers declare; {replayed} counterexamples showed the same \
         history again\n",
        number(|mutant| mutant.as_declared)
    );
    for mutant in run.mutants.iter().filter(|mutant| !mutant.as_declared) {
        text +=
            &format!("  {} {}: {}\n", painted(BAD, "not as declared:"), mutant.name, mutant.defect);
    }
    let shown = run.mutants.iter().filter_map(|mutant| mutant.counterexample.as_ref());
    // Three clients show what concurrency does, few rows what this one did.
    let tellable =
        |example: &&Counterexample| (example.clients.len().abs_diff(3), example.rows.len());
    if let Some(example) = shown.min_by_key(tellable) {
        text += &format!("\nOne of them:\n\n{}", counterexample::render(example));
    }
    text
}

fn found(trial: &Trial, breaks: &str) -> String {
    match &trial.found {
        Some(clause) if clause == breaks => "caught".to_string(),
        Some(other) => format!("caught ({other})"),
        None if trial.declared == "caught" => "MISSED".to_string(),
        None => "-".to_string(),
    }
}
