//! The adapter for Python, which is part of this program.

use crate::wire::{self, known::Known};
use std::path::Path;

/// The adapter: one file that needs the standard library only.
pub const ADAPTER: &str = include_str!("../../adapter/python.py");

/// The known defects of its queues.
///
/// # Panics
///
/// If the file is malformed, which a test rules out.
pub fn known() -> Vec<Known> {
    let path = Path::new("conformance/python/known.toml");
    let text = include_str!("../../python/known.toml");
    wire::known::known(path, text).unwrap_or_else(|error| panic!("{error}"))
}

/// What is checked where nothing is said.
pub const QUEUES: [&str; 3] = ["queue.Queue", "asyncio.Queue", "multiprocessing.JoinableQueue"];

/// The command that runs the adapter for a queue with an interpreter. A queue that is not of the
/// standard library is `module:Class`, and has a capability file.
pub fn command(interpreter: &str, queue: &str, capabilities: Option<&str>) -> Vec<String> {
    let mut command = vec![interpreter.to_string(), "-c".to_string(), ADAPTER.to_string()];
    if let Some(file) = capabilities {
        command.extend([queue.to_string(), "--capabilities".to_string(), file.to_string()]);
    }
    command
}
