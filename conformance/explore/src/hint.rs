//! What [`std::hint`] has.

/// A hint that the client looks at something again and again until it changes. It is no step: the
/// looking is.
pub fn spin_loop() {}
