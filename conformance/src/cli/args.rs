//! The arguments.

use crate::engine::Engine;
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// Checks joinable queues (`put`, `get`, `task_done`, `join`, `shutdown`) against their
/// specification.
///
/// Without a command: checks the queues of this project, and that every broken queue is caught.
#[derive(Debug, Parser)]
#[command(
    name = "taskdone",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Exit codes: 0 conforms · 1 violates · 2 unknown or vacuous · 3 a waiver does not \
                  apply any more · 4 nothing ran · 64 usage · 69 a subject cannot be used · 70 a bug \
                  of the suite"
)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) options: Options,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check queues.
    Check(Check),
    /// Check an adapter before a run: does it speak the protocol?
    Smoke(Smoke),
    /// Print an adapter that is part of this program.
    Adapter(Adapter),
    /// List the subjects, the engines, the models and the clauses.
    List(List),
    /// Explain a clause.
    Explain(Explain),
    /// Run a stored counterexample again.
    Replay(Replay),
    /// Judge stored histories, of any queue in any language, without running anything.
    Analyze(Analyze),
    /// Ask the models: states, properties, allowed outcomes, legitimate waits.
    Model(Model),
}

#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// The subjects, as `taskdone list` names them, or what their names begin with [default: the
    /// queues of this project].
    pub(super) subjects: Vec<String>,
    #[command(flatten)]
    pub(super) process: Process,
    #[command(flatten)]
    pub(super) options: Options,
}

/// Queues in another process.
#[derive(Debug, clap::Args)]
pub(super) struct Process {
    /// Check queues of this Python: `queue.Queue`, `asyncio.Queue`, … or `module:Class`.
    #[arg(long, value_name = "PYTHON")]
    pub(super) python: Option<String>,
    /// What `module:Class` offers; see conformance/python/README.md.
    #[arg(long, value_name = "FILE", requires = "python")]
    pub(super) capabilities: Option<String>,
    /// Check queues of this program, which speaks the protocol of spec/PROTOCOL.md.
    #[arg(long, value_name = "COMMAND", conflicts_with = "python")]
    pub(super) adapter: Option<String>,
    /// Take the steps of this file, as a counterexample names it, and do nothing else.
    #[arg(long, value_name = "FILE")]
    pub(super) steps: Option<PathBuf>,
    /// How many times slower than usual the machine is: all its timeouts grow by this factor.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = factor)]
    pub(super) slow: f64,
    /// How many megabytes the process may use.
    #[arg(long, value_name = "MB")]
    pub(super) memory: Option<u64>,
}

fn factor(text: &str) -> Result<f64, String> {
    let factor = text.parse().ok().filter(|factor: &f64| (0.01..=1_000.0).contains(factor));
    factor.ok_or_else(|| "expected a number from 0.01 to 1000".to_string())
}

#[derive(Debug, clap::Args)]
pub(super) struct Adapter {
    /// The language.
    pub(super) language: Language,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Language {
    Python,
}

#[derive(Debug, clap::Args)]
pub(super) struct Smoke {
    /// The program that speaks the protocol, and its arguments.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub(super) command: Vec<String>,
}

/// How to check, and what becomes of the result.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Use only this engine; may be given several times.
    #[arg(long = "engine", value_name = "ENGINE")]
    pub(super) engines: Vec<EngineName>,
    /// How much to explore.
    #[arg(long, default_value = "quick")]
    pub(super) profile: Profile,
    /// Stop after this time, like `60s`; what was not explored is said.
    #[arg(long, value_parser = humantime::parse_duration)]
    pub(super) budget: Option<Duration>,
    /// The seed of everything random.
    #[arg(long, default_value_t = SEED)]
    pub(super) seed: u64,
    /// Write the report as JSON to this file as well.
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
    /// Put up with the violations that this file lists.
    #[arg(long, value_name = "FILE")]
    pub(super) waivers: Option<PathBuf>,
    /// Write counterexamples to this folder.
    #[arg(long, value_name = "FOLDER", default_value = CASES)]
    pub(super) cases: PathBuf,
}

/// The seed where none is given: runs can be compared.
pub(super) const SEED: u64 = 1;

/// Where counterexamples go where nothing is said.
pub(super) const CASES: &str = "target/taskdone";

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum EngineName {
    Explore,
    Loom,
    Shuttle,
    Threads,
    Executor,
}

impl From<EngineName> for Engine {
    fn from(name: EngineName) -> Self {
        match name {
            EngineName::Explore => Engine::Explore,
            EngineName::Loom => Engine::Loom,
            EngineName::Shuttle => Engine::Shuttle,
            EngineName::Threads => Engine::Threads,
            EngineName::Executor => Engine::Executor,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Profile {
    /// Seconds.
    Quick,
    /// Minutes: every scenario of two clients with two operations each, to the end.
    Deep,
}

#[derive(Debug, clap::Args)]
pub(super) struct Explain {
    /// The id of the clause, like JOIN-3.
    pub(super) clause: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct Replay {
    /// The case file.
    pub(super) file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct Analyze {
    /// Files of histories: JSON lines, or the text form; `-` is the standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// Only the clauses: which apply to queues of this profile, and which do not, and why.
    #[arg(long, value_parser = profile)]
    pub(super) profile: Option<&'static spec::Profile>,
}

/// The profile of that name.
fn profile(name: &str) -> Result<&'static spec::Profile, String> {
    spec::Profile::named(name).ok_or_else(|| {
        let names: Vec<&str> = spec::PROFILES.iter().map(|profile| profile.name).collect();
        format!("expected one of {}", names.join(", "))
    })
}

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Model {
    #[command(subcommand)]
    pub(super) command: Option<ModelCommand>,
    /// A file of scenarios: the states, properties and outcomes of each [default: worker pools of
    /// several sizes].
    pub(super) file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum ModelCommand {
    /// Check the models of algorithms; a twin that lacks a line has to be refuted.
    Run {
        /// The models, as `taskdone list` names them [default: all].
        names: Vec<String>,
    },
    /// Walk through a model in a browser.
    Explore {
        /// The model, as `taskdone list` names it.
        name: String,
    },
    /// All allowed outcomes of scenarios, who waits for ever, and a shortest run to each.
    Outcomes {
        /// A file of scenarios.
        file: PathBuf,
    },
}
