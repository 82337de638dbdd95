//! A program of its own, because it must not install the allocator.

use taskdone_explore::{Error, Limits, Options, Program, every, reduced};

struct Nothing;

impl Program for Nothing {
    type Shared = ();

    fn clients(&self) -> usize {
        1
    }

    fn setup(&self) {}

    fn client(&self, (): &(), _client: usize) {}
}

#[test]
fn the_allocator_is_missing() {
    let (options, limits) = (Options::default(), Limits::default());
    assert_eq!(every(&Nothing, &options, &limits, &mut ()), Err(Error::NoAllocator));
    assert_eq!(reduced(&Nothing, &options, &limits, &mut ()), Err(Error::NoAllocator));
}
