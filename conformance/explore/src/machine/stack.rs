//! A client's stack: a coroutine whose live bytes can be read, hashed and put back.
#![allow(unsafe_code)]

use crate::memory::take_word;
use corosensei::stack::{DefaultStack, Stack};
use corosensei::{Coroutine, Yielder};
use std::cell::Cell;
use std::hint::black_box;
use std::mem::{MaybeUninit, size_of};
use std::ptr;

type Routine = Coroutine<u8, (), (), DefaultStack>;

/// The top of a stack holds the way back to whoever resumed it last, rewritten by every resume,
/// and the address of the initial function, used once. Neither is a part of the state.
const LINK_BYTES: usize = 16;

/// A stack, and what runs on it.
pub(crate) struct Thread {
    routine: Option<MaybeUninit<Routine>>,
    spare: Option<DefaultStack>,
    base: usize,
    limit: usize,
    /// Which word of a coroutine is its stack pointer.
    pointer_at: usize,
    /// What lies from here up to the base is the same until the body ends: no part of the state.
    floor: usize,
    /// What lies there. Once the body has ended, it has to be put back.
    below: Vec<u8>,
}

impl Thread {
    pub(crate) fn new(stack_bytes: usize) -> Self {
        let stack = DefaultStack::new(stack_bytes).expect("memory for a stack");
        let (base, limit) = (stack.base().get(), stack.limit().get());
        let (routine, spare, pointer_at) = (None, Some(stack), 0);
        let (floor, below) = (base - LINK_BYTES, Vec::new());
        let mut thread = Thread { routine, spare, base, limit, pointer_at, floor, below };
        thread.find_pointer();
        thread
    }

    /// A suspended coroutine is its stack and its stack pointer. The latter is private; it is the
    /// one word that is 0 when the coroutine is done, and is not 0 before.
    fn find_pointer(&mut self) {
        // SAFETY: it borrows nothing.
        unsafe { self.start(|_, _| ()) };
        let before = self.words();
        self.resume(0);
        let after = self.words();
        let changed = |at: &usize| before[*at] != after[*at];
        let mut changed = (0..before.len()).filter(changed);
        let at = changed.next().expect("a coroutine that has ended differs from one that has not");
        assert_eq!(
            (after[at], changed.next()),
            (0, None),
            "a coroutine that is laid out otherwise"
        );
        self.pointer_at = at;
    }

    fn words(&self) -> Vec<usize> {
        let routine = self.routine.as_ref().expect("it was started").as_ptr().cast::<usize>();
        // SAFETY: the coroutine consists of pointers and sizes.
        let word = |at: usize| unsafe { routine.add(at).read() };
        (0..size_of::<Routine>() / size_of::<usize>()).map(word).collect()
    }

    /// Puts `body` on the stack, and forgets what was there.
    ///
    /// # Safety
    ///
    /// What `body` borrows must live until the thread is started again or dropped.
    pub(crate) unsafe fn start<F>(&mut self, body: F)
    where
        F: FnOnce(&Yielder<u8, ()>, u8),
    {
        self.abandon();
        let stack = self.spare.take().expect("an abandoned thread has its stack back");
        // SAFETY: the caller's promise; the thread is abandoned when it is dropped.
        let routine = unsafe { Routine::with_stack_unchecked(stack, body) };
        self.routine = Some(MaybeUninit::new(routine));
    }

    /// The body has suspended for the first time since it was started, and all that will change from
    /// now on until it ends lies above this floor.
    pub(crate) fn settle(&mut self, floor: usize) {
        let end = self.base - LINK_BYTES;
        assert!((self.limit..end).contains(&floor), "a floor of another stack");
        // States of an earlier run are put back in this one.
        assert!(self.below.is_empty() || self.floor == floor, "another floor than before");
        self.floor = floor;
        self.below.clear();
        // SAFETY: this part of the stack is mapped, and nobody runs on it.
        unsafe { append(&mut self.below, floor, end - floor) };
    }

    /// Forgets what is on the stack. Its frames are not unwound: what they own lies in the arenas,
    /// which are emptied.
    fn abandon(&mut self) {
        if let Some(routine) = self.routine.take() {
            // SAFETY: it was initialised by `start`, and is read once.
            let mut routine = unsafe { routine.assume_init() };
            // SAFETY: dropping the frames without their destructors leaks, which is safe.
            unsafe { routine.force_reset() };
            self.spare = Some(routine.into_stack());
        }
    }

    /// Runs until the body suspends or ends.
    pub(crate) fn resume(&mut self, reply: u8) {
        let routine = self.routine.as_mut().expect("it was started");
        // SAFETY: it was initialised by `start`.
        unsafe { routine.assume_init_mut() }.resume(reply);
    }

    /// Whether the body has come to its end.
    pub(crate) fn is_done(&self) -> bool {
        let routine = self.routine.as_ref().expect("it was started");
        // SAFETY: it was initialised by `start`.
        unsafe { routine.assume_init_ref() }.done()
    }

    pub(crate) fn contains(&self, address: usize) -> bool {
        (self.limit..self.base).contains(&address)
    }

    fn pointer(&self) -> *mut usize {
        let routine = self.routine.as_ref().expect("it was started").as_ptr();
        routine.cast::<usize>().wrapping_add(self.pointer_at).cast_mut()
    }

    /// Appends the stack pointer and what may change of the live part of the stack.
    pub(crate) fn save(&self, bytes: &mut Vec<u8>) {
        // SAFETY: `find_pointer` found a word there.
        let pointer = unsafe { self.pointer().read() };
        bytes.extend_from_slice(&pointer.to_ne_bytes());
        if pointer != 0 {
            // SAFETY: the stack is mapped from its pointer to its floor, and nobody runs on it.
            unsafe { append(bytes, pointer, self.floor - pointer) };
        }
    }

    /// Puts the stack back to what it was when it was saved.
    pub(crate) fn restore<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (pointer, bytes) = take_word(bytes);
        // SAFETY: as in `save`; the value was read from there.
        let had_ended = unsafe { self.pointer().replace(pointer) } == 0;
        if pointer == 0 {
            return bytes;
        }
        let (live, rest) = bytes.split_at(self.floor - pointer);
        // SAFETY: as in `save`; nobody else refers to a suspended stack, except to objects in it,
        // which are as old as the rest of the restored state. Below the floor is what was there when
        // the body suspended for the first time.
        unsafe {
            put(live, pointer);
            if had_ended {
                put(&self.below, self.floor);
            }
        }
        rest
    }
}

/// Appends so many bytes from `address` on, as they are; they are never interpreted.
///
/// # Safety
///
/// They are mapped, and nobody writes them.
unsafe fn append(bytes: &mut Vec<u8>, address: usize, count: usize) {
    bytes.reserve(count);
    // SAFETY: the caller's promise; there is room for them.
    unsafe {
        let end = bytes.as_mut_ptr().add(bytes.len());
        ptr::copy_nonoverlapping(ptr::with_exposed_provenance(address), end, count);
        bytes.set_len(bytes.len() + count);
    }
}

/// # Safety
///
/// From `address` on, so many bytes are mapped, and nobody uses them.
unsafe fn put(bytes: &[u8], address: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let to = ptr::with_exposed_provenance_mut(address);
        ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len());
    }
}

/// Runs `run` on a floor: an address that has all that `run` puts on the stack on its one side, and
/// on its other side only what does not change while it runs.
pub(crate) fn on_floor(floor: &Cell<usize>, run: impl Fn()) {
    let here = 0_usize;
    floor.set(ptr::from_ref(black_box(&here)).expose_provenance());
    above(&run);
    black_box(&here);
}

/// Runs it in a frame of its own, which is not mixed up with the caller's. By reference: what is
/// passed by value lies in the caller's frame, and may be changed there.
#[inline(never)]
fn above(run: &impl Fn()) {
    run();
    black_box(());
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.abandon();
    }
}
