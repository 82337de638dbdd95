//! The oracle against brute force, on small histories made from bytes.
//!
//! ```sh
//! cd conformance
//! RUSTC_BOOTSTRAP=1 cargo fuzz run oracle -s none --target-dir ../target/fuzz -- -max_len=96
//! ```
//!
//! No sanitizer: there is no unsafe code here. The fast slice of it, on random bytes, is a test:
//! `oracle::decode::random_bytes`.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/it/brute.rs"]
mod brute;
#[path = "../../tests/it/oracle/decode.rs"]
mod decode;

fuzz_target!(|bytes: &[u8]| {
    decode::check(bytes);
});
