//! Atomics. Every access is a step, and all of them are sequentially consistent, whatever ordering
//! is asked for.

use crate::machine::client::{Object, Pending};
use crate::machine::core::{SPURIOUSLY, access};
use std::fmt;
use std::ptr;
use std::sync::atomic::Ordering::Relaxed;

pub use std::sync::atomic::Ordering;

/// A fence. Sequentially consistent accesses need none, so it is no step.
pub fn fence(_order: Ordering) {}

/// A fence for the compiler. It is no step.
pub fn compiler_fence(_order: Ordering) {}

/// A hint that the client spins. It is no step.
pub fn spin_loop_hint() {}

macro_rules! atomic {
    ($name:ident, $value:ty $(, $parameter:ident)?) => {
        #[doc = concat!("[`std::sync::atomic::", stringify!($name), "`], for explored code.")]
        pub struct $name$(<$parameter>)?(std::sync::atomic::$name$(<$parameter>)?);

        impl$(<$parameter>)? $name$(<$parameter>)? {
            /// An atomic with this value.
            pub const fn new(value: $value) -> Self {
                $name(std::sync::atomic::$name::new(value))
            }

            fn object(&self) -> Object {
                ptr::from_ref(self).cast::<()>() as Object
            }

            /// The value.
            pub fn load(&self, _order: Ordering) -> $value {
                access(Pending::Read(self.object()));
                self.0.load(Relaxed)
            }

            /// Sets the value.
            pub fn store(&self, value: $value, _order: Ordering) {
                access(Pending::Write(self.object()));
                self.0.store(value, Relaxed);
            }

            /// Sets the value; the value before.
            pub fn swap(&self, value: $value, _order: Ordering) -> $value {
                access(Pending::Update(self.object()));
                self.0.swap(value, Relaxed)
            }

            /// Sets the value if it is `current`; the value before.
            ///
            /// # Errors
            ///
            /// The value, if it is not `current`.
            pub fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                _success: Ordering,
                _failure: Ordering,
            ) -> Result<$value, $value> {
                access(Pending::Update(self.object()));
                self.0.compare_exchange(current, new, Relaxed, Relaxed)
            }

            /// The same, but it may fail for no reason, if the options say so.
            ///
            /// # Errors
            ///
            /// The value, if it is not `current`, or for no reason.
            pub fn compare_exchange_weak(
                &self,
                current: $value,
                new: $value,
                _success: Ordering,
                _failure: Ordering,
            ) -> Result<$value, $value> {
                if access(Pending::WeakUpdate(self.object())) == SPURIOUSLY {
                    return Err(self.0.load(Relaxed));
                }
                self.0.compare_exchange(current, new, Relaxed, Relaxed)
            }

            /// Sets the value to what `update` makes of it, again and again until nobody interferes;
            /// the value before.
            ///
            /// # Errors
            ///
            /// The value, if `update` makes nothing of it.
            pub fn fetch_update(
                &self,
                _set: Ordering,
                _fetch: Ordering,
                mut update: impl FnMut($value) -> Option<$value>,
            ) -> Result<$value, $value> {
                let mut before = self.load(Ordering::SeqCst);
                while let Some(after) = update(before) {
                    let (set, fetch) = (Ordering::SeqCst, Ordering::SeqCst);
                    match self.compare_exchange_weak(before, after, set, fetch) {
                        Ok(before) => return Ok(before),
                        Err(now) => before = now,
                    }
                }
                Err(before)
            }

            /// The value, which nobody else can be using.
            pub fn get_mut(&mut self) -> &mut $value {
                self.0.get_mut()
            }

            /// The value.
            pub fn into_inner(self) -> $value {
                self.0.into_inner()
            }
        }

        impl$(<$parameter>)? fmt::Debug for $name$(<$parameter>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl$(<$parameter>)? From<$value> for $name$(<$parameter>)? {
            fn from(value: $value) -> Self {
                $name::new(value)
            }
        }
    };
}

/// The operations that combine the value with another one.
macro_rules! combining {
    ($name:ident, $value:ty, $($combine:ident),+) => {
        impl $name {
            $(
                #[doc = concat!("`", stringify!($combine), "` of the standard library; the value before.")]
                pub fn $combine(&self, value: $value, _order: Ordering) -> $value {
                    access(Pending::Update(self.object()));
                    self.0.$combine(value, Relaxed)
                }
            )+
        }

        impl Default for $name {
            fn default() -> Self {
                $name::new(<$value>::default())
            }
        }
    };
}

macro_rules! integers {
    ($($name:ident, $value:ty;)+) => {
        $(
            atomic!($name, $value);
            combining!(
                $name, $value, fetch_add, fetch_sub, fetch_and, fetch_nand, fetch_or, fetch_xor,
                fetch_max, fetch_min
            );
        )+
    };
}

integers! {
    AtomicU8, u8;
    AtomicU16, u16;
    AtomicU32, u32;
    AtomicU64, u64;
    AtomicUsize, usize;
    AtomicI8, i8;
    AtomicI16, i16;
    AtomicI32, i32;
    AtomicI64, i64;
    AtomicIsize, isize;
}
atomic!(AtomicBool, bool);
combining!(AtomicBool, bool, fetch_and, fetch_nand, fetch_or, fetch_xor);
atomic!(AtomicPtr, *mut T, T);

impl<T> Default for AtomicPtr<T> {
    fn default() -> Self {
        AtomicPtr::new(ptr::null_mut())
    }
}
