//! A queue of an adapter as the suite sees it: what it declares, in the words of the specification.

use super::tracker::Rules;
use crate::wire::declared::{Cancels, Declared, Settle};
use spec::{Constants, Discipline, Feature, Profile, profile};

/// A queue of an adapter.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// What it declares.
    pub profile: &'static Profile,
    /// The order in which items leave.
    pub discipline: Discipline,
    /// Whose calls can be cancelled.
    pub cancels: Cancels,
    /// Whether actors can be killed: they are processes.
    pub kills: bool,
    /// Whether batches happen in one turn of an event loop.
    pub ticks: bool,
    /// How its adapter knows that nothing moves any more.
    pub settle: Settle,
}

impl Subject {
    /// What a queue declares.
    pub fn new(declared: &Declared) -> Subject {
        Subject {
            name: declared.name.clone(),
            profile: profile_of(declared),
            discipline: declared.discipline.into(),
            cancels: declared.cancels,
            kills: declared.kills,
            ticks: declared.ticks,
            settle: declared.settle,
        }
    }

    /// What it is judged by.
    pub fn rules(&self, constants: Constants) -> Rules {
        Rules { constants, choices: self.profile.choices() }
    }
}

/// The declared profile. It lives as long as the program, as those of the table do.
fn profile_of(declared: &Declared) -> &'static Profile {
    let mut offers: Vec<Feature> = declared.offers.iter().map(|word| (*word).into()).collect();
    offers.sort_unstable();
    offers.dedup();
    let described = Profile {
        name: "declared",
        about: "as its adapter declares",
        offers: Box::leak(offers.into_boxed_slice()),
        momentary_zero: declared.momentary_zero.into(),
        visibility: declared.visibility.into(),
        cancelled_put: declared.cancelled_put.into(),
        zero_capacity: declared.zero_capacity.into(),
        negative_timeout: declared.negative_timeout.into(),
        waiter_order: declared.waiter_order.into(),
    };
    let named = profile::PROFILES.iter().find(|named| is_alike(named, &described));
    let (name, about) = named.map_or((described.name, described.about), |p| (p.name, p.about));
    Box::leak(Box::new(Profile { name, about, ..described }))
}

/// Whether a named profile says the same. That calls can be cancelled may come on top: by a signal.
fn is_alike(named: &Profile, declared: &Profile) -> bool {
    let but_cancel = |profile: &Profile| -> Vec<Feature> {
        let mut offers = profile.offers.to_vec();
        offers.retain(|feature| *feature != Feature::Cancel);
        offers.sort_unstable();
        offers
    };
    let choices = |p: &Profile| (p.choices(), p.zero_capacity, p.negative_timeout, p.waiter_order);
    but_cancel(named) == but_cancel(declared) && choices(named) == choices(declared)
}
