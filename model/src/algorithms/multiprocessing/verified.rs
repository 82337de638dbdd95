//! What is verified: pools, with and without somebody who gives up at once.

use super::Multiprocessing;
use crate::algorithms::defects::{TRY_GET, try_put};
use crate::algorithms::verified::{Row, Table, Verified, name};
use crate::pools::{standard, with_client};
use spec::Op;

impl Verified for Multiprocessing {
    const ABOUT: &'static str = "\
## `multiprocessing.JoinableQueue`

It refines the specification of eventual visibility. Who is *impatient* gives up at once.
";

    fn small() -> Table<Self> {
        let impatient = |capacity, ops: &[Op]| with_client(standard(capacity), "impatient", ops);
        let scenarios = [
            standard(Some(1)),
            standard(Some(2)),
            standard(None),
            impatient(Some(1), &[TRY_GET, try_put(5)]),
            impatient(Some(2), &[TRY_GET, try_put(5)]),
            impatient(Some(1), &[try_put(5), TRY_GET]),
        ];
        let row = |scenario| Row {
            name: name(&scenario),
            designs: vec![Some(Multiprocessing { scenario, defect: None })],
        };
        Table { head: &["processes", "states"], rows: scenarios.map(row).into() }
    }

    fn large() -> Table<Self> {
        Table { head: &["processes", "states"], rows: Vec::new() }
    }
}
