//! The heap of the explored code: one deterministic arena per client, so that equal states are
//! equal bytes and a state is put back by copying them.
//!
//! An address is a function of what is live: the lowest free place that fits. Freed memory is
//! zeroed at once. Nothing of the past is left in an arena.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};
use std::ptr;

/// The allocator that a program which explores must install:
///
/// ```
/// #[global_allocator]
/// static ALLOCATOR: taskdone_explore::Allocator = taskdone_explore::Allocator;
/// # fn main() {}
/// ```
///
/// It is the system's allocator, except while explored code runs.
#[derive(Debug)]
pub struct Allocator;

/// Memory is handed out in units of this many bytes.
const GRANULE: usize = 16;

thread_local! {
    /// Where the running code allocates; null is the system's heap.
    static ACTIVE: Cell<*const Arena> = const { Cell::new(ptr::null()) };
    /// The arenas of this thread's exploration.
    static ARENAS: Cell<*const Arenas> = const { Cell::new(ptr::null()) };
}

// SAFETY: every block comes from the system's allocator or from an arena of this thread, and goes
// back to where its address says that it came from. Arena blocks are disjoint while they are live
// (`Arena::take`), aligned, and within memory that lives as long as the arenas.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let arena = ACTIVE.get();
        if arena.is_null() {
            // SAFETY: the caller's contract is the same.
            return unsafe { System.alloc(layout) };
        }
        // SAFETY: an active arena is borrowed by the exploration that made it active.
        let block = unsafe { (*arena).take(layout) };
        // SAFETY: the caller's contract is the same.
        block.unwrap_or_else(|| unsafe { System.alloc(layout) })
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let arenas = ARENAS.get();
        // SAFETY: `ARENAS` is cleared before the arenas are dropped.
        if let Some(arenas) = unsafe { arenas.as_ref() } {
            if let Some(arena) = arenas.owner(block) {
                return arena.give_back(block, layout);
            }
            if !ACTIVE.get().is_null() && !arenas.overflowed.get() {
                // Restoring an earlier state would bring the owner of this block back: it stays.
                return arenas.foreign.set(true);
            }
        }
        // SAFETY: it is not an arena's block, so it is the system's.
        unsafe { System.dealloc(block, layout) };
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as in `dealloc`.
        let ours = unsafe { ARENAS.get().as_ref() }.is_some_and(|a| a.owner(block).is_some());
        if !ours {
            // SAFETY: it is not an arena's block, so it is the system's.
            return unsafe { System.realloc(block, layout, size) };
        }
        // SAFETY: the size is the caller's, the alignment was valid before.
        let grown = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        // SAFETY: both blocks are valid for the smaller of the two sizes, and are disjoint.
        unsafe {
            let moved = self.alloc(grown);
            if !moved.is_null() {
                ptr::copy_nonoverlapping(block, moved, size.min(layout.size()));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

/// One client's heap.
#[derive(Debug)]
struct Arena {
    base: *mut u8,
    /// One bit per granule.
    live: RefCell<Vec<u64>>,
    /// Granules up to and including the last live one.
    used: Cell<usize>,
    overflowed: *const Cell<bool>,
}

impl Arena {
    /// The lowest free place that fits.
    fn take(&self, layout: Layout) -> Option<*mut u8> {
        let mut live = self.live.borrow_mut();
        let count = layout.size().div_ceil(GRANULE);
        let step = (layout.align() / GRANULE).max(1);
        let total = live.len() * 64;
        let mut at = 0;
        while at + count <= total {
            if let Some(taken) = (at..at + count).rev().find(|granule| is_set(&live, *granule)) {
                at = (taken + 1).next_multiple_of(step);
                continue;
            }
            (at..at + count).for_each(|granule| live[granule / 64] |= 1 << (granule % 64));
            self.used.set(self.used.get().max(at + count));
            return Some(self.base.wrapping_add(at * GRANULE));
        }
        // SAFETY: it points into the arenas that this arena is part of.
        unsafe { (*self.overflowed).set(true) };
        None
    }

    fn give_back(&self, block: *mut u8, layout: Layout) {
        let mut live = self.live.borrow_mut();
        let at = (block as usize - self.base as usize) / GRANULE;
        let count = layout.size().div_ceil(GRANULE);
        // SAFETY: the block was this large when it was taken.
        unsafe { ptr::write_bytes(block, 0, count * GRANULE) };
        (at..at + count).for_each(|granule| live[granule / 64] &= !(1 << (granule % 64)));
        if at + count == self.used.get() {
            let last = (0..at).rev().find(|granule| is_set(&live, *granule));
            self.used.set(last.map_or(0, |last| last + 1));
        }
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        let used = self.used.get();
        bytes.extend_from_slice(&used.to_ne_bytes());
        for word in &self.live.borrow()[..used.div_ceil(64)] {
            bytes.extend_from_slice(&word.to_ne_bytes());
        }
        // SAFETY: the arena is at least this long, and was zeroed when it was made.
        bytes.extend_from_slice(unsafe { std::slice::from_raw_parts(self.base, used * GRANULE) });
    }

    fn restore<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        let (used, mut bytes) = take_word(bytes);
        let mut live = self.live.borrow_mut();
        let before = self.used.replace(used);
        for word in 0..before.max(used).div_ceil(64) {
            live[word] = 0;
            if word < used.div_ceil(64) {
                let (saved, rest) = take_word(bytes);
                (live[word], bytes) = (saved as u64, rest);
            }
        }
        let (content, rest) = bytes.split_at(used * GRANULE);
        // SAFETY: both lengths were within the arena when they were the used length.
        unsafe {
            ptr::copy_nonoverlapping(content.as_ptr(), self.base, content.len());
            if before > used {
                let after = self.base.add(used * GRANULE);
                ptr::write_bytes(after, 0, (before - used) * GRANULE);
            }
        }
        rest
    }
}

fn is_set(live: &[u64], granule: usize) -> bool {
    live[granule / 64] >> (granule % 64) & 1 == 1
}

/// The first word of `bytes`, and what follows it.
pub(crate) fn take_word(bytes: &[u8]) -> (usize, &[u8]) {
    let (word, rest) = bytes.split_first_chunk().expect("a saved state is complete");
    (usize::from_ne_bytes(*word), rest)
}

/// The heaps of one exploration: one per client, and one for the setup.
#[derive(Debug)]
pub(crate) struct Arenas {
    all: Vec<Arena>,
    base: *mut u8,
    layout: Layout,
    size: usize,
    /// Something was allocated that did not fit.
    overflowed: Box<Cell<bool>>,
    /// Explored code freed what had been allocated elsewhere.
    foreign: Cell<bool>,
}

impl Arenas {
    /// `count` arenas of `size` bytes each. They serve the current thread until they are dropped.
    ///
    /// # Panics
    ///
    /// If the thread is exploring already.
    #[allow(clippy::unnecessary_box_returns)] // the allocator keeps their address
    pub(crate) fn new(count: usize, size: usize) -> Box<Self> {
        assert!(ARENAS.get().is_null(), "an exploration inside an exploration");
        let size = size.next_multiple_of(64 * GRANULE);
        let layout = Layout::from_size_align(count * size, 4096).expect("a reasonable size");
        // SAFETY: the size is not 0.
        let base = unsafe { System.alloc_zeroed(layout) };
        assert!(!base.is_null(), "no memory for the arenas");
        let overflowed = Box::new(Cell::new(false));
        let arena = |index: usize| Arena {
            base: base.wrapping_add(index * size),
            live: RefCell::new(vec![0; size / GRANULE / 64]),
            used: Cell::new(0),
            overflowed: &raw const *overflowed,
        };
        let all = (0..count).map(arena).collect();
        let foreign = Cell::new(false);
        let arenas = Box::new(Arenas { all, base, layout, size, overflowed, foreign });
        ARENAS.set(&raw const *arenas);
        arenas
    }

    fn owner(&self, block: *mut u8) -> Option<&Arena> {
        self.all.get((block as usize).wrapping_sub(self.base as usize) / self.size)
    }

    pub(crate) fn contains(&self, address: usize) -> bool {
        address.wrapping_sub(self.base as usize) < self.layout.size()
    }

    /// Runs `f` with arena `index` as the heap.
    pub(crate) fn within<R>(&self, index: usize, f: impl FnOnce() -> R) -> R {
        let outer = ACTIVE.replace(&raw const self.all[index]);
        let result = f();
        ACTIVE.set(outer);
        result
    }

    /// What happened that no state can be trusted after.
    pub(crate) fn fault(&self) -> Option<crate::Error> {
        if self.overflowed.get() {
            return Some(crate::Error::ArenaFull);
        }
        self.foreign.get().then_some(crate::Error::ForeignMemory)
    }

    pub(crate) fn save(&self, bytes: &mut Vec<u8>) {
        self.all.iter().for_each(|arena| arena.save(bytes));
    }

    pub(crate) fn restore<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        self.all.iter().fold(bytes, |bytes, arena| arena.restore(bytes))
    }

    /// All arenas are empty again; what lived there is forgotten, not dropped.
    pub(crate) fn clear(&self) {
        let empty = 0_usize.to_ne_bytes();
        self.all.iter().for_each(|arena| {
            arena.restore(&empty);
        });
    }
}

impl Drop for Arenas {
    fn drop(&mut self) {
        ARENAS.set(ptr::null());
        // SAFETY: this is how it was allocated, and nobody serves from it any more.
        unsafe { System.dealloc(self.base, self.layout) };
    }
}

/// Runs `f` on the system's heap: what it allocates belongs to no state.
pub(crate) fn outside<R>(f: impl FnOnce() -> R) -> R {
    let inner = ACTIVE.replace(ptr::null());
    let result = f();
    ACTIVE.set(inner);
    result
}

/// Whether [`Allocator`] is this program's allocator.
pub(crate) fn is_installed(arenas: &Arenas) -> bool {
    arenas.within(0, || {
        let probe = std::hint::black_box(Box::new(0_u8));
        arenas.contains(&raw const *probe as usize)
    })
}
