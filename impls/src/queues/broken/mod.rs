//! Queues with one defect each, made by `build.rs` from the patches in this folder: what they
//! break, and which engines find it, stands in the header of each patch.

// The patched sources answer for their style in their parent.
#![allow(clippy::pedantic, missing_docs, dead_code, unused_imports, unused_variables)]

use super::sync;
use crate::catalogue::{Broken, Discipline, Entry, Fate};
use crate::{Fifo, Lifo, Priority};
use std::sync::Arc;

// Those of this world.
broken!();
