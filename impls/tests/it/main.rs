//! Tests of the queues on the standard library's primitives: the shape of the interface. What they
//! do when several threads meet is the business of the conformance suite.

<<<<<<< HEAD
mod asynchronous;
=======
mod atomic;
mod atomic_stress;
>>>>>>> e49a309 (AtomicQueue: a lock-free queue whose tail counts the tasks)
mod errors;
mod items;
mod order;
mod tasks;
mod timeouts;
