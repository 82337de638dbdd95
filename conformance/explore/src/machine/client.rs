//! What is known of a client between two of its steps.

use crate::memory::take_word;
use corosensei::Yielder;
use std::cell::Cell;
use std::ptr;

/// An address, which is an object's identity: explored memory lies where it lies in every run.
pub(crate) type Object = usize;

/// What a client is about to do. It has announced it and waits for its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pending {
    /// Nothing: it has come to its end.
    Nothing,
    /// Acquire a mutex.
    Lock(Object),
    /// Acquire a mutex if it is free.
    TryLock(Object),
    /// Release a mutex, where that is a step of its own.
    Unlock(Object),
    /// Be notified: it is among the waiters of the condition variable, and wants the mutex then.
    Wait { condvar: Object, mutex: Object, timed: bool },
    /// Become a waiter, where that is a step of its own.
    Enqueue(Object),
    /// Notify one or all waiters, where that is a step of its own.
    Notify { condvar: Object, all: bool },
    /// Read an atomic.
    Read(Object),
    /// Write an atomic.
    Write(Object),
    /// Read and write an atomic in one go.
    Update(Object),
    /// The same, but it may fail for no reason.
    WeakUpdate(Object),
    /// Read a cell.
    CellRead(Object),
    /// Write a cell.
    CellWrite(Object),
    /// Take its token, which another client hands out.
    Park { timed: bool },
    /// Take its token, or give up, also if the token is there.
    ParkOrGiveUp,
    /// Hand out the token of a client.
    Unpark(usize),
    /// Return from an operation that has accessed nothing.
    Return,
    /// Choose one of so many, in the middle of a step: nobody else runs.
    Choose(usize),
}

impl Pending {
    /// The object that it is about, if it lies in explored memory.
    pub(crate) fn object(self) -> Option<Object> {
        match self {
            Pending::Nothing
            | Pending::Park { .. }
            | Pending::ParkOrGiveUp
            | Pending::Unpark(_)
            | Pending::Return
            | Pending::Choose(_) => None,
            other => Some(other.words()[1]),
        }
    }

    /// As plain numbers: what it is, the object, and the mutex of a wait.
    fn words(self) -> [usize; 3] {
        match self {
            Pending::Nothing => [0, 0, 0],
            Pending::Lock(object) => [1, object, 0],
            Pending::TryLock(object) => [2, object, 0],
            Pending::Wait { condvar, mutex, timed } => [3 + usize::from(timed), condvar, mutex],
            Pending::Enqueue(object) => [5, object, 0],
            Pending::Notify { condvar, all } => [6 + usize::from(all), condvar, 0],
            Pending::Read(object) => [8, object, 0],
            Pending::Write(object) => [9, object, 0],
            Pending::Update(object) => [10, object, 0],
            Pending::WeakUpdate(object) => [11, object, 0],
            Pending::CellRead(object) => [12, object, 0],
            Pending::CellWrite(object) => [13, object, 0],
            Pending::Park { timed } => [14 + usize::from(timed), 0, 0],
            Pending::Unpark(client) => [16, client, 0],
            Pending::Choose(count) => [17, count, 0],
            Pending::Return => [18, 0, 0],
            Pending::ParkOrGiveUp => [19, 0, 0],
            Pending::Unlock(object) => [20, object, 0],
        }
    }

    fn from_words([kind, object, mutex]: [usize; 3]) -> Self {
        match kind {
            1 => Pending::Lock(object),
            2 => Pending::TryLock(object),
            3 | 4 => Pending::Wait { condvar: object, mutex, timed: kind == 4 },
            5 => Pending::Enqueue(object),
            6 | 7 => Pending::Notify { condvar: object, all: kind == 7 },
            8 => Pending::Read(object),
            9 => Pending::Write(object),
            10 => Pending::Update(object),
            11 => Pending::WeakUpdate(object),
            12 => Pending::CellRead(object),
            13 => Pending::CellWrite(object),
            14 | 15 => Pending::Park { timed: kind == 15 },
            16 => Pending::Unpark(object),
            17 => Pending::Choose(object),
            18 => Pending::Return,
            19 => Pending::ParkOrGiveUp,
            20 => Pending::Unlock(object),
            _ => Pending::Nothing,
        }
    }
}

/// Why a client that waited goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wake {
    Notified,
    TimedOut,
    Spurious,
}

/// The operation that a client is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InOperation {
    pub(crate) index: u32,
    /// Whether the call has been recorded: it is, at the first access.
    pub(crate) called: bool,
}

/// How many words a client's record is saved as.
const WORDS: usize = 5;

/// A client's record.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) pending: Cell<Pending>,
    pub(crate) wake: Cell<Wake>,
    pub(crate) operation: Cell<Option<InOperation>>,
    /// Whether somebody has unparked it.
    pub(crate) token: Cell<bool>,
    /// How often it may still go on for no reason.
    pub(crate) spurious: Cell<u8>,
    /// The mutex that it acquired last, if it still has it.
    pub(crate) holds: Cell<Object>,
    /// How many mutexes it has.
    pub(crate) held: Cell<u8>,
    /// Whether all accesses since it was last picked move: see `Core::is_glued`. Between two steps,
    /// that is whether the one that it has announced does.
    pub(crate) moved: Cell<bool>,
    /// Whether it waits for ever although it could give up.
    pub(crate) rests: Cell<bool>,
    /// How to get off its stack. The same for the whole run.
    pub(crate) yielder: Cell<*const Yielder<u8, ()>>,
}

impl Client {
    pub(crate) fn new() -> Self {
        Client {
            pending: Cell::new(Pending::Nothing),
            wake: Cell::new(Wake::Notified),
            operation: Cell::new(None),
            token: Cell::new(false),
            spurious: Cell::new(0),
            holds: Cell::new(0),
            held: Cell::new(0),
            moved: Cell::new(false),
            rests: Cell::new(false),
            yielder: Cell::new(ptr::null()),
        }
    }

    pub(crate) fn reset(&self, spurious: u8) {
        self.pending.set(Pending::Nothing);
        self.wake.set(Wake::Notified);
        self.operation.set(None);
        self.token.set(false);
        self.spurious.set(spurious);
        self.holds.set(0);
        self.held.set(0);
        self.moved.set(false);
        self.rests.set(false);
    }

    /// Of a client that has come to its end, nothing matters any more.
    pub(crate) fn save(&self, bytes: &mut Vec<u8>) {
        if self.pending.get() == Pending::Nothing {
            return bytes.extend_from_slice(&[0; WORDS * size_of::<usize>()]);
        }
        let [kind, object, mutex] = self.pending.get().words();
        let operation = match self.operation.get() {
            None => 0,
            Some(InOperation { index, called }) => (index as usize + 1) * 2 + usize::from(called),
        };
        let flags = usize::from(self.token.get()) | (self.wake.get() as usize) << 1;
        let flags = flags | usize::from(self.moved.get()) << 3 | usize::from(self.rests.get()) << 4;
        let flags = flags | usize::from(self.spurious.get()) << 8 | kind << 16;
        let flags = flags | usize::from(self.held.get()) << 24;
        let words: [usize; WORDS] = [flags, object, mutex, operation, self.holds.get()];
        bytes.extend_from_slice(words.map(usize::to_ne_bytes).as_flattened());
    }

    pub(crate) fn restore<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        let (flags, bytes) = take_word(bytes);
        let (object, bytes) = take_word(bytes);
        let (mutex, bytes) = take_word(bytes);
        let (operation, bytes) = take_word(bytes);
        let (holds, bytes) = take_word(bytes);
        let [_, spurious, kind, held, ..] = flags.to_le_bytes();
        self.pending.set(Pending::from_words([kind.into(), object, mutex]));
        self.token.set(flags & 1 == 1);
        self.wake.set([Wake::Notified, Wake::TimedOut, Wake::Spurious][flags >> 1 & 3]);
        self.moved.set(flags >> 3 & 1 == 1);
        self.rests.set(flags >> 4 & 1 == 1);
        self.spurious.set(spurious);
        self.held.set(held);
        let index = || u32::try_from(operation / 2 - 1).expect("it was saved from one");
        let in_operation = || InOperation { index: index(), called: operation % 2 == 1 };
        self.operation.set((operation > 0).then(in_operation));
        self.holds.set(holds);
        bytes
    }
}
