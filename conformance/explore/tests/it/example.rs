//! The queue crate of somebody else builds with this one, and its tests say what they should.

use std::path::Path;
use std::process::Command;

#[test]
fn the_example() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("example/Cargo.toml");
    let status = Command::new(env!("CARGO"))
        .args(["test", "--quiet", "--offline", "--locked", "--features", "explore"])
        .arg("--manifest-path")
        .arg(manifest)
        .arg("--target-dir")
        .arg(concat!(env!("CARGO_TARGET_TMPDIR"), "/example"))
        .status();
    assert!(status.expect("cargo runs").success());
}
