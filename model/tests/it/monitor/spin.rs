//! SPIN and the C compiler, for the twin in Promela. Shared with the benchmark.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use taskdone_model::algorithms::monitor::Monitor;

/// A verifier that SPIN has written.
pub(crate) struct Verifier(PathBuf);

/// Why there is no SPIN here, if so.
pub(crate) fn missing() -> Option<String> {
    let tools = [("spin", "-V"), ("gcc", "--version")];
    tools.into_iter().find_map(|(tool, version)| {
        let error = Command::new(tool).arg(version).output().err()?;
        Some(format!("{tool}: {error}"))
    })
}

fn run(command: &mut Command) -> io::Result<Output> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(output);
    }
    Err(io::Error::other(format!("{command:?}: {output:?}")))
}

impl Verifier {
    /// Builds the verifier of a monitor without partial-order reduction.
    pub(crate) fn build(monitor: &Monitor, optimise: &str, folder: &Path) -> io::Result<Verifier> {
        std::fs::create_dir_all(folder)?;
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/monitor.pml");
        let sizes = [
            ("P", monitor.producers),
            ("K", monitor.puts),
            ("W", monitor.workers),
            ("J", monitor.joiners),
            ("C", monitor.queue.capacity.expect("a bounded queue")),
        ];
        let sizes = sizes.map(|(name, size)| format!("-D{name}={size}"));
        run(Command::new("spin").current_dir(folder).arg("-a").args(sizes).arg(source))?;
        let mut gcc = Command::new("gcc");
        gcc.args([optimise, "-DSAFETY", "-DNOREDUCE", "-w", "-o", "pan", "pan.c"]);
        run(gcc.current_dir(folder))?;
        Ok(Verifier(folder.join("pan")))
    }

    /// Runs it with two to this power slots: how many states it stored, and in how many bytes.
    /// `Err` too where it finds an error.
    pub(crate) fn run(&self, slots_log2: u32) -> io::Result<(u32, f64)> {
        let slots = format!("-w{slots_log2}");
        let folder = self.0.parent().expect("built in a folder");
        let output = run(Command::new(&self.0).current_dir(folder).args(["-m100000", &slots]))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let number = |what: &str| -> Option<f64> {
            let line = text.lines().find(|line| line.trim_end().ends_with(what))?;
            line.split_whitespace().next()?.parse().ok()
        };
        let complete = text.contains("errors: 0") && !text.contains("max search depth too small");
        let stored = text.lines().find_map(|line| line.trim().strip_suffix(" states, stored"));
        let states = stored.and_then(|states| states.parse().ok());
        match (complete, states, number("total actual memory usage")) {
            (true, Some(states), Some(mebibytes)) => Ok((states, mebibytes * f64::from(1 << 20))),
            _ => Err(io::Error::other(text)),
        }
    }
}
