//! The designs that people build joinable queues with, each as a stateright model, and each next to
//! *twins* that lack one line. They show why that line is there.
//!
//! A design says how each thread goes on, one atomic step at a time ([`Algorithm`]). That it keeps
//! the specification is a refinement ([`crate::refinement`]); where that was checked, and how many
//! states there are, is in [`verified`].

pub mod asyncio;
pub mod catalogue;
mod defects;
mod line;
pub mod monitor;
pub mod multiprocessing;
pub mod ring;
pub mod verified;

use crate::refinement::{Checked, Effect, Place, Specification};
use spec::ClauseId;
use stateright::Property;
use std::fmt::{Debug, Display};
use std::hash::Hash;

/// A design, its threads and what they call: CONSTANTS, `Init` and `Next`.
pub trait Algorithm: Clone + Debug + Send + Sync + Sized + 'static {
    /// VARIABLES
    type State: Clone + Debug + Eq + Hash + Send + Sync + 'static;
    /// What it refines.
    type Specification: Specification;

    /// The specification, with the constants of this design.
    fn specification(&self) -> Self::Specification;

    /// `Init`
    fn init(&self) -> Self::State;

    /// `Next`: every step that some thread can take.
    fn steps(&self, s: &Self::State, steps: &mut Vec<Step<Self::State>>);

    /// The states after those steps, for a search that needs nothing else.
    fn successors(&self, s: &Self::State, next: &mut Vec<Self::State>) {
        let mut steps = Vec::new();
        self.steps(s, &mut steps);
        next.extend(steps.into_iter().map(|step| step.next));
    }

    /// The refinement mapping: the queue as its users see it.
    fn queue(&self, s: &Self::State) -> <Self::Specification as Specification>::State;

    /// How many threads call operations.
    fn clients(&self) -> usize;

    /// Where a client is. Threads that serve the queue itself are no clients.
    fn place(&self, s: &Self::State, client: usize) -> Place;

    /// The role of a thread, for people: `producer 1`.
    fn name(&self, thread: usize) -> String;

    /// What has to hold in every state.
    fn invariant(&self, s: &Self::State) -> bool;

    /// `sometimes` properties: what has to come up, lest the rest be vacuous.
    fn reaches() -> Vec<Property<Checked<Self>>>;

    /// A state that differs from `s` only in the names of threads that do the same; the same one
    /// for all such states. A search goes on from there.
    fn representative(&self, s: &Self::State) -> Self::State {
        s.clone()
    }
}

/// The ways in which a design lacks a line.
pub trait Twin: Copy + Debug + Display + PartialEq + Sized + 'static {
    /// The design.
    type Design: Algorithm;

    /// Every one.
    const ALL: &'static [Self];

    /// The clause that it breaks.
    fn breaks(self) -> ClauseId;

    /// The design as it should be, with few clients that would show it.
    fn design(self) -> Self::Design;

    /// The same without the line.
    fn twin(self) -> Self::Design;
}

/// One atomic step of one thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<S> {
    /// The thread; clients come first.
    pub thread: usize,
    /// What it does.
    pub label: &'static str,
    /// What that is in the specification; nothing is a stutter.
    pub effects: Vec<Effect>,
    /// Whether what the thread had called, or calls in this step, returns in it.
    pub returns: bool,
    /// The state after it.
    pub next: S,
}
