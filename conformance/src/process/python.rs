//! The adapter for Python, which is part of this program.

/// The adapter: one file that needs the standard library only.
pub const ADAPTER: &str = include_str!("../../adapter/python.py");

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
