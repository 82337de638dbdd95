//! The machine: it runs the clients one step at a time.
//!
//! A step is an announced access and all that the client does up to its next one. Which step comes
//! next is decided by a search; a machine knows what is possible and makes it happen.
#![allow(unsafe_code)]

mod accessors;
pub(crate) mod clean;
pub(crate) mod client;
pub(crate) mod core;
pub(crate) mod footprint;
mod glue;
pub(crate) mod locks;
mod panics;
pub(crate) mod park;
mod stack;
pub(crate) mod waiters;

use crate::memory::{Arenas, is_installed};
use crate::program::{Blocked, Blocker, Choice, Ended, Options, Program};
use crate::report::Error;
use client::{Object, Pending, Wake};
use core::{CLIENTS_MAX, Core, GO, REST, SPURIOUSLY, TIME_OUT};
use stack::{Thread, on_floor};
use std::ptr;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use waiters::Waiters;

pub(crate) struct Machine<'p, P: Program> {
    program: &'p P,
    /// One for each client, and the last one for the setup.
    threads: Vec<Thread>,
    pub(crate) core: Box<Core>,
    arenas: Box<Arenas>,
    /// In the arena of the setup.
    shared: *mut P::Shared,
}

impl<'p, P: Program> Machine<'p, P> {
    pub(crate) fn new(program: &'p P, options: &Options) -> Result<Self, Error> {
        let clients = program.clients();
        if clients > CLIENTS_MAX {
            return Err(Error::TooManyClients);
        }
        panics::silence();
        let arenas = Arenas::new(clients + 1, options.arena_bytes);
        if !is_installed(&arenas) {
            return Err(Error::NoAllocator);
        }
        let threads = (0..=clients).map(|_| Thread::new(options.stack_bytes)).collect();
        let core = Core::new(*options, clients);
        Ok(Machine { program, threads, core, arenas, shared: ptr::null_mut() })
    }

    /// Runs the setup, and every client up to its first access.
    pub(crate) fn start(&mut self) -> Result<(), Error> {
        self.arenas.clear();
        self.core.reset();
        self.set_up()?;
        for client in 0..self.core.clients.len() {
            self.start_client(client);
        }
        self.fault().map_or(Ok(()), Err)
    }

    fn set_up(&mut self) -> Result<(), Error> {
        let (program, setup) = (self.program, self.core.clients.len());
        let mut made = None;
        let slot = &mut made;
        // SAFETY: the body runs to its end here.
        unsafe {
            self.threads[setup].start(move |_, _| {
                let shared = panics::catch(|| Box::into_raw(Box::new(program.setup())));
                *slot = Some(shared);
            });
        }
        self.arenas.within(setup, || self.threads[setup].resume(GO));
        self.shared = made.expect("the setup has run").map_err(Error::Setup)?;
        Ok(())
    }

    fn start_client(&mut self, client: usize) {
        let program = self.program;
        let core: *const Core = &raw const *self.core;
        let shared = self.shared;
        let body = move |yielder: &_, _| {
            // SAFETY: the machine drops its threads before its core; the shared data lives in an
            // arena, and is only taken apart when all clients have come to their end.
            let (core, shared) = unsafe { (&*core, &*shared) };
            core.clients[client].yielder.set(yielder);
            let run = || on_floor(&core.floor, || program.client(shared, client));
            if let Err(message) = panics::catch(run) {
                core.panicked.replace(Some((client, message)));
            }
        };
        // SAFETY: the program outlives the machine; for the rest see the body.
        unsafe { self.threads[client].start(body) };
        self.resume(client, GO);
        self.threads[client].settle(self.core.floor.get());
    }

    fn resume(&mut self, client: usize, reply: u8) {
        self.core.running.set(Some(client));
        self.arenas.within(client, || self.threads[client].resume(reply));
        self.core.running.set(None);
        if self.threads[client].is_done() {
            self.core.clients[client].pending.set(Pending::Nothing);
        }
    }

    /// Makes a step. What it adds to the history is in `core.events`.
    pub(crate) fn step(&mut self, choice: Choice) {
        self.core.events.borrow_mut().clear();
        self.core.glued.set(0);
        if let Some(footprint) = &mut *self.core.footprint.borrow_mut() {
            footprint.clear();
        }
        let client = &self.core.clients[usize::from(choice.client)];
        let woken = match choice.branch {
            TIME_OUT => Wake::TimedOut,
            SPURIOUSLY => {
                client.spurious.set(client.spurious.get() - 1);
                Wake::Spurious
            }
            _ => Wake::Notified,
        };
        match client.pending.get() {
            // It leaves the waiters. That is all: it has to get the mutex before it runs.
            _ if choice.branch == REST => client.rests.set(true),
            Pending::Wait { condvar, .. } => {
                let waiters = waiters(condvar);
                let position = waiters.position(choice.client.into()).expect("it waits");
                self.core.wake(waiters, position, woken);
            }
            _ => self.resume(choice.client.into(), choice.branch),
        }
    }

    /// What can happen next. Nothing: the execution has ended.
    pub(crate) fn choices(&self, choices: &mut Vec<Choice>) {
        choices.clear();
        for (index, client) in self.core.clients.iter().enumerate() {
            let number = u8::try_from(index).expect("few clients");
            let mut add = |branch| choices.push(Choice { client: number, branch });
            let gives_up = |timed: bool| timed && self.core.options.timeouts;
            let spurious = client.spurious.get() > 0;
            match client.pending.get() {
                Pending::Nothing => {}
                Pending::Choose(count) => {
                    choices.clear();
                    let branches = 0..u8::try_from(count).expect("few alternatives");
                    return choices
                        .extend(branches.map(|branch| Choice { client: number, branch }));
                }
                Pending::Lock(mutex) if owner(mutex) > 0 => {}
                Pending::Wait { timed, .. } => {
                    gives_up(timed).then(|| add(TIME_OUT));
                    spurious.then(|| add(SPURIOUSLY));
                }
                Pending::Park { .. } if client.token.get() => add(GO),
                Pending::Park { timed } => {
                    gives_up(timed).then(|| add(TIME_OUT));
                    spurious.then(|| add(SPURIOUSLY));
                }
                Pending::ParkOrGiveUp => {
                    let token = client.token.get();
                    token.then(|| add(GO));
                    gives_up(true).then(|| add(TIME_OUT));
                    (spurious && !token).then(|| add(SPURIOUSLY));
                }
                Pending::Notify { condvar, all: false } if !self.core.options.fifo_notify => {
                    let branches = waiters(condvar).count().max(1);
                    (0..u8::try_from(branches).expect("few clients")).for_each(add);
                }
                Pending::WeakUpdate(_) => {
                    add(GO);
                    spurious.then(|| add(SPURIOUSLY));
                }
                _ => add(GO),
            }
        }
        self.rest(choices);
    }

    /// Nobody has to give up. So if that is all that is possible, the execution may end there.
    fn rest(&self, choices: &mut Vec<Choice>) {
        let gives_up = |choice: &Choice| {
            let client = &self.core.clients[usize::from(choice.client)];
            choice.branch == TIME_OUT && client.pending.get() == Pending::ParkOrGiveUp
        };
        if self.core.clients.iter().any(|client| client.rests.get()) {
            choices.clear();
        } else if let Some(first) =
            choices.first().copied().filter(|_| choices.iter().all(gives_up))
        {
            choices.insert(1, Choice { branch: REST, ..first });
        }
    }

    /// Whether the execution is over although somebody could move.
    pub(crate) fn failure(&self) -> Option<Ended> {
        if let Some((client, message)) = self.core.panicked.borrow().clone() {
            return Some(Ended::Panicked { client: Some(client), message });
        }
        self.race().map(|clients| Ended::DataRace { clients })
    }

    /// A data race: two clients are about to access the same cell, one of them to write, or one is
    /// in the middle of it. If any two accesses are not ordered, some schedule brings them together.
    fn race(&self) -> Option<[usize; 2]> {
        if let Some((client, cell)) = self.core.race.get() {
            let same = |other: &usize| {
                *other != client && self.cell_access(*other).is_some_and(|(c, _)| c == cell)
            };
            return Some([client, (0..self.core.clients.len()).find(same).unwrap_or(client)]);
        }
        let accesses = (0..self.core.clients.len())
            .filter_map(|client| Some((client, self.cell_access(client)?)));
        let mut seen: Vec<(usize, (Object, bool))> = Vec::new();
        for (client, (cell, write)) in accesses {
            let conflict = seen.iter().find(|(_, (c, w))| *c == cell && (*w || write));
            if let Some((other, _)) = conflict {
                return Some([*other, client]);
            }
            seen.push((client, (cell, write)));
        }
        None
    }

    /// The cell that a client is about to access, and whether it writes.
    fn cell_access(&self, client: usize) -> Option<(Object, bool)> {
        match self.core.clients[client].pending.get() {
            Pending::CellRead(cell) => Some((cell, false)),
            Pending::CellWrite(cell) => Some((cell, true)),
            _ => None,
        }
    }

    /// How the execution has ended, if nobody can move. A client that is blocked at the first access
    /// of an operation has called it: that is added to the history.
    pub(crate) fn ended(&self) -> Ended {
        self.core.events.borrow_mut().clear();
        let blocked = self.blocked();
        if blocked.is_empty() {
            return Ended::Finished;
        }
        for Blocked { client, .. } in &blocked {
            self.core.call(*client);
        }
        Ended::Quiescent(blocked)
    }

    /// The clients that have not come to their end.
    fn blocked(&self) -> Vec<Blocked> {
        let clients = self.core.clients.iter().enumerate();
        let blocked = clients.filter_map(|(index, client)| {
            let by = match client.pending.get() {
                Pending::Nothing => return None,
                Pending::Lock(mutex) if owner(mutex) > 0 => Blocker::Mutex,
                Pending::Wait { .. } => Blocker::Condvar,
                Pending::Park { .. } | Pending::ParkOrGiveUp if !client.token.get() => {
                    Blocker::Park
                }
                _ => Blocker::Spin,
            };
            let op = client.operation.get().map(|operation| operation.index);
            Some(Blocked { client: index, op, by })
        });
        blocked.collect()
    }

    /// Takes the shared data apart. Only after all clients have come to their end, and once.
    pub(crate) fn finish(&mut self) -> Ended {
        // SAFETY: it was made by `set_up`; no client is left that could refer to it.
        let shared = unsafe { Box::from_raw(self.shared) };
        let setup = self.core.clients.len();
        let program = self.program;
        let finished = self.arenas.within(setup, || panics::catch(move || program.finish(*shared)));
        match finished {
            Ok(()) => Ended::Finished,
            Err(message) => Ended::Panicked { client: None, message },
        }
    }

    /// The state as bytes: equal bytes are equal states, with an equal future.
    pub(crate) fn save(&self, bytes: &mut Vec<u8>) {
        bytes.clear();
        self.core.clients.iter().for_each(|client| client.save(bytes));
        for thread in &self.threads[..self.core.clients.len()] {
            thread.save(bytes);
        }
        self.arenas.save(bytes);
    }

    /// Puts back a state that was saved.
    pub(crate) fn restore(&mut self, bytes: &[u8]) {
        self.core.panicked.take();
        self.core.race.set(None);
        let clients = self.core.clients.iter();
        let bytes = clients.fold(bytes, |bytes, client| client.restore(bytes));
        let threads = self.threads[..self.core.clients.len()].iter_mut();
        let bytes = threads.fold(bytes, |bytes, thread| thread.restore(bytes));
        self.arenas.restore(bytes);
    }

    /// What makes this exploration worthless, if anything did.
    pub(crate) fn fault(&self) -> Option<Error> {
        let outside = |object: usize| {
            !self.arenas.contains(object) && !self.threads.iter().any(|t| t.contains(object))
        };
        let pending = self.core.clients.iter().filter_map(|client| client.pending.get().object());
        let strangers = pending.into_iter().any(outside);
        self.arenas.fault().or(strangers.then_some(Error::SharedOutside))
    }
}

/// The owner of a mutex that a client waits for: 0 is nobody.
fn owner(mutex: Object) -> u8 {
    // SAFETY: the client that waits borrows the mutex.
    unsafe { (*ptr::with_exposed_provenance::<AtomicU8>(mutex)).load(Relaxed) }
}

fn waiters<'a>(condvar: Object) -> &'a Waiters {
    // SAFETY: the client that waits, or is about to notify, borrows the condition variable; the
    // reference is used before that client runs again.
    unsafe { &*ptr::with_exposed_provenance(condvar) }
}
