//! JSON, and its schema.

use crate::Run;

/// A run as JSON.
pub fn run(run: &Run) -> String {
    serde_json::to_string_pretty(run).expect("a run has string keys only") + "\n"
}

/// The JSON Schema of [`run`].
pub fn schema() -> String {
    let schema = schemars::schema_for!(Run);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}
