//! The clauses: what a joinable queue has to do, numbered. An id is never reused.

use crate::table::{CLAUSES, ClauseId};
use crate::{Discipline, Feature, Profile};
use std::fmt;

/// How binding a clause is (RFC 2119).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A queue that breaks it is wrong.
    Must,
    /// There may be reasons to deviate.
    Should,
    /// A choice.
    May,
}

/// One numbered rule.
#[derive(Debug)]
pub struct Clause {
    /// The variant that stands for it in code.
    pub id: ClauseId,
    /// The id as people write it: `JOIN-3`.
    pub name: &'static str,
    /// How binding it is.
    pub level: Level,
    /// It applies to queues that offer all of these.
    pub needs: &'static [Feature],
    /// It applies to queues of this discipline; `None` is any.
    pub discipline: Option<Discipline>,
    /// How it is checked.
    pub check: Check,
    /// The rule.
    pub sentence: &'static str,
    /// Why it is a rule.
    pub intent: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// What is wrong, most often, with a queue that breaks it.
    pub causes: &'static str,
    /// A scenario that shows it.
    pub example: Example,
}

/// How a clause is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// In every history of every queue, and by a broken queue that is caught with it.
    Histories,
    /// By the models of the algorithms, and by a twin that lacks one line and is refuted for it.
    Models,
    /// Not at all, for this reason.
    Untested(&'static str),
}

/// A scenario in the text form, and how it may and may not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// The scenario.
    pub scenario: &'static str,
    /// An outcome that is allowed.
    pub allowed: &'static str,
    /// An outcome that is not; `None` where the clause is a permission, or no outcome tells.
    pub forbidden: Option<&'static str>,
}

impl Clause {
    /// The part of the name before the dash.
    pub fn family(&self) -> &'static str {
        self.name.split_once('-').map_or(self.name, |(family, _)| family)
    }

    /// Whether the clause says something about queues of this profile and discipline.
    ///
    /// # Errors
    ///
    /// Why it does not.
    pub fn applies(&self, profile: &Profile, discipline: Discipline) -> Result<(), WhyNot> {
        if let Some(other) = self.discipline.filter(|other| *other != discipline) {
            return Err(WhyNot::OtherDiscipline(other));
        }
        match self.needs.iter().find(|need| !profile.offers(**need)) {
            Some(missing) => Err(WhyNot::NotOffered(*missing)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Level::Must => "MUST",
            Level::Should => "SHOULD",
            Level::May => "MAY",
        })
    }
}

/// Why a clause does not apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNot {
    /// The queue does not offer this.
    NotOffered(Feature),
    /// The clause is about queues of this discipline.
    OtherDiscipline(Discipline),
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WhyNot::NotOffered(feature) => write!(f, "the queue does not offer {feature}"),
            WhyNot::OtherDiscipline(discipline) => write!(f, "only for {discipline} queues"),
        }
    }
}

impl ClauseId {
    /// The clause with this id.
    pub fn clause(self) -> &'static Clause {
        &CLAUSES[self as usize]
    }

    /// The clause of that name; letter case does not matter.
    pub fn named(name: &str) -> Option<ClauseId> {
        CLAUSES.iter().find(|clause| clause.name.eq_ignore_ascii_case(name)).map(|c| c.id)
    }
}

impl fmt::Display for ClauseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.clause().name)
    }
}
