//! Exit codes. Never a count.

use reports::{Run, Standing, Verdict};
use std::process::{ExitCode, Termination};

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Everything that was asked conforms.
    Conforms = 0,
    /// A clause is broken.
    Violates = 1,
    /// Something is undecided, or was never put to the test.
    Unknown = 2,
    /// A waiver does not apply any more.
    Waivers = 3,
    /// Nothing ran.
    Nothing = 4,
    /// The command line or an input file is wrong.
    Usage = 64,
    /// A subject cannot be used.
    Unusable = 69,
    /// The suite contradicts itself.
    SuiteBug = 70,
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}

/// The exit code of a run. A proven violation comes before everything else.
pub fn exit_code(run: &Run) -> Exit {
    if run.subjects.is_empty() && run.mutants.is_empty() {
        return Exit::Nothing;
    }
    match run.verdict {
        Verdict::Violates => Exit::Violates,
        _ if !run.suite_bugs.is_empty() => Exit::SuiteBug,
        Verdict::Unusable => Exit::Unusable,
        Verdict::Unknown => Exit::Unknown,
        Verdict::Conforms if run.waivers.iter().any(|w| w.standing == Standing::Gone) => {
            Exit::Waivers
        }
        Verdict::Conforms => Exit::Conforms,
    }
}
