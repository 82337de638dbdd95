//! Mutual exclusion.
#![allow(unsafe_code)]

use crate::machine::locks;
use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering::Relaxed};
use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};
use std::thread;

/// [`std::sync::Mutex`], for explored code. Acquiring it is a step; releasing it is part of the last
/// step under it, unless the program tries to lock.
pub struct Mutex<T: ?Sized> {
    /// 0 is nobody.
    owner: AtomicU8,
    poisoned: AtomicBool,
    data: UnsafeCell<T>,
}

// SAFETY: the data is reached through a guard only, and there is one guard at a time: clients take
// turns on one thread, and whoever else locks does it by an atomic exchange of the owner.
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}
// SAFETY: a mutex owns its data, as any cell does.
unsafe impl<T: ?Sized + Send> Send for Mutex<T> {}

impl<T: ?Sized> UnwindSafe for Mutex<T> {}
impl<T: ?Sized> RefUnwindSafe for Mutex<T> {}

/// [`std::sync::MutexGuard`], for explored code.
pub struct MutexGuard<'a, T: ?Sized> {
    mutex: &'a Mutex<T>,
    was_panicking: bool,
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared guard gives shared access to the data.
unsafe impl<T: ?Sized + Sync> Sync for MutexGuard<'_, T> {}

impl<T> Mutex<T> {
    /// A mutex that nobody holds.
    pub const fn new(data: T) -> Self {
        let (owner, poisoned) = (AtomicU8::new(0), AtomicBool::new(false));
        Mutex { owner, poisoned, data: UnsafeCell::new(data) }
    }

    /// The data.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned; the data is in the error.
    pub fn into_inner(self) -> LockResult<T> {
        let poisoned = self.poisoned.load(Relaxed);
        let data = self.data.into_inner();
        if poisoned { Err(PoisonError::new(data)) } else { Ok(data) }
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Acquires the mutex.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned: somebody panicked while it was held. The guard is in the error.
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        locks::lock(&self.owner);
        self.guard()
    }

    /// Acquires the mutex if it is free.
    ///
    /// # Errors
    ///
    /// If it is not, or if it is poisoned.
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        if locks::try_lock(&self.owner) {
            self.guard().map_err(TryLockError::Poisoned)
        } else {
            Err(TryLockError::WouldBlock)
        }
    }

    /// Whether somebody panicked while the mutex was held.
    pub fn is_poisoned(&self) -> bool {
        self.poisoned.load(Relaxed)
    }

    /// Forgets that somebody panicked.
    pub fn clear_poison(&self) {
        self.poisoned.store(false, Relaxed);
    }

    /// The data, which nobody else can be using.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned; the data is in the error.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        let poisoned = self.poisoned.load(Relaxed);
        let data = self.data.get_mut();
        if poisoned { Err(PoisonError::new(data)) } else { Ok(data) }
    }

    /// The guard of whoever has just become the owner.
    fn guard(&self) -> LockResult<MutexGuard<'_, T>> {
        let was_panicking = thread::panicking();
        let guard = MutexGuard { mutex: self, was_panicking, not_send: PhantomData };
        if self.poisoned.load(Relaxed) { Err(PoisonError::new(guard)) } else { Ok(guard) }
    }
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    /// Gives the guard up and its mutex back, which stays locked; what `act` leaves locked has a
    /// guard again.
    pub(super) fn around<R>(self, act: impl FnOnce(&'a AtomicU8) -> R) -> (LockResult<Self>, R) {
        let mutex = self.mutex;
        std::mem::forget(self);
        let result = act(&mutex.owner);
        (mutex.guard(), result)
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: whoever has the guard owns the mutex.
        unsafe { &*self.mutex.data.get() }
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: whoever has the guard owns the mutex, and there is one guard.
        unsafe { &mut *self.mutex.data.get() }
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        if thread::panicking() && !self.was_panicking {
            self.mutex.poisoned.store(true, Relaxed);
        }
        locks::unlock(&self.mutex.owner);
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Mutex::new(T::default())
    }
}

impl<T> From<T> for Mutex<T> {
    fn from(data: T) -> Self {
        Mutex::new(data)
    }
}

impl<T: ?Sized> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mutex").finish_non_exhaustive()
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
