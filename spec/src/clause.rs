//! The clauses: what a joinable queue has to do, numbered. An id is never reused.

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
    /// The rule.
    pub sentence: &'static str,
    /// Why it is a rule.
    pub intent: &'static str,
    /// Where it comes from.
    pub source: &'static str,
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
        let order = match self.id {
            ClauseId::Ord1 => Discipline::Fifo,
            ClauseId::Ord2 => Discipline::Lifo,
            ClauseId::Ord3 => Discipline::Priority,
            _ => discipline,
        };
        if order != discipline {
            return Err(WhyNot::OtherDiscipline(order));
        }
        match self.needs.iter().find(|need| !profile.offers(**need)) {
            Some(missing) => Err(WhyNot::NotOffered(*missing)),
            None => Ok(()),
        }
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

/// Defines [`ClauseId`] and [`CLAUSES`] from one table.
macro_rules! clauses {
    ($($id:ident $name:literal $level:ident [$($need:ident)*]
        $sentence:literal $intent:literal $source:literal;)*) => {
        /// The id of a clause.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ClauseId {
            $(#[doc = concat!($name, ": ", $sentence)] $id,)*
        }

        /// Every clause, in the order of the ids.
        pub const CLAUSES: &[Clause] = &[$(Clause {
            id: ClauseId::$id,
            name: $name,
            level: Level::$level,
            needs: &[$(Feature::$need),*],
            sentence: $sentence,
            intent: $intent,
            source: $source,
        }),*];
    };
}

clauses! {
    Put1 "PUT-1" Must []
        "A put that returns has added its item, once."
        "A producer that was told `ok` may forget the item."
        "task_done() and Queue Explained, Complete Operation Table: put appends the item";
    Put2 "PUT-2" Must [Tasks]
        "A put that returns has added one unfinished task, at the instant at which it added the item."
        "An item that is in the queue and not counted lets join return while work is left."
        "task_done() and Queue Explained, Step 1: put increments the counter";

    Get1 "GET-1" Must []
        "A get returns only an item that somebody put."
        "An empty queue that is closed has no value to give, not even a default one."
        "CPython Lib/queue.py, Queue._get";
    Get2 "GET-2" Must []
        "An item that was put once is returned by at most one get."
        "Two workers with one task do it twice."
        "CPython Lib/queue.py, Queue._get: popleft";
    Get3 "GET-3" Must []
        "An item stays in the queue until a get returns it or an immediate shutdown drops it."
        "A lost item is work that nobody does and join waits for without end."
        "CPython Lib/queue.py, Queue.get; test_queue.py, many_threads";
    Get4 "GET-4" Must [Tasks Unfinished]
        "A get leaves the count of unfinished tasks as it is."
        "The task is in flight until task_done: got is not finished."
        "task_done() and Queue Explained, Step 2: item removed, counter unchanged";
    Get5 "GET-5" Must [Try]
        "A get answers `empty` only if the queue was open and empty at an instant within the call."
        "A poller that is told `empty` after a put has returned goes home too early."
        "CPython Lib/queue.py, Queue.get; style of real-time order: design, histories";

    Cap1 "CAP-1" Must []
        "At no instant does the queue hold more items than its capacity."
        "The bound is what keeps a fast producer from filling the memory."
        "CPython Lib/queue.py, Queue.put: while qsize >= maxsize, wait";
    Cap2 "CAP-2" Must [Try]
        "A put answers `full` only if the queue was open and held as many items as its capacity at an instant within the call."
        "A refused put is work that the producer has to keep."
        "CPython Lib/test/test_queue.py, test_nowait";

    Ord1 "ORD-1" Must []
        "In a fifo queue a get returns the item that was put first of those in the queue."
        "First come, first served."
        "CPython Lib/queue.py, Queue; test_queue.py, test_basic";
    Ord2 "ORD-2" Must []
        "In a lifo queue a get returns the item that was put last of those in the queue."
        "A stack of work: the newest first."
        "CPython Lib/queue.py, LifoQueue; test_queue.py, test_basic";
    Ord3 "ORD-3" Must []
        "In a priority queue a get returns the item that compares lowest of those in the queue."
        "The most urgent first, whoever put it and whenever."
        "CPython Lib/queue.py, PriorityQueue; asyncio docs: retrieves entries in priority order (lowest first)";

    Done1 "DONE-1" Must [Tasks]
        "A task_done that returns has lowered the count of unfinished tasks by exactly one."
        "Every item needs a report of its own."
        "task_done() and Queue Explained, What task_done() Actually Does";
    Done2 "DONE-2" Must [Tasks]
        "A task_done called while no task is unfinished answers `too many`."
        "One report too many means that some consumer counts wrongly; silence would hide it."
        "docs.python.org, multiprocessing.JoinableQueue.task_done: raises ValueError if called more times than there were items";
    Done3 "DONE-3" Must [Tasks]
        "A task_done that answers `too many` leaves the queue as it was."
        "A count below zero would make the next join return before its task is done."
        "CPython Lib/queue.py, Queue.task_done: the count is stored after the check";
    Done4 "DONE-4" Must [Tasks]
        "A task_done answers `too many` only if no task was unfinished at an instant within the call: reporting a task whose item is still queued is legal."
        "The queue counts tasks; it does not track which consumer holds which item."
        "CPython Lib/queue.py, Queue.task_done: no relation to get";

    Join1 "JOIN-1" Must [Tasks]
        "A join returns only if no task was unfinished at an instant within the call."
        "After join the results of all work are there; a premature join reads half of them."
        "queue.join() guide, How It Works; docs.python.org, JoinableQueue.join";
    Join2 "JOIN-2" Must [Tasks]
        "A join called while no task is unfinished, and none is added, returns without waiting for an event."
        "Nothing will ever wake somebody who waits on an idle queue."
        "task_done() and Queue Explained, Step 4: while unfinished != 0; asyncio test_queues.py, join on empty twice";
    Join3 "JOIN-3" Must [Tasks]
        "A join waits for task_done, not for an empty queue: items got and not yet reported keep it waiting."
        "An empty queue means that work was taken, not that it was done."
        "queue.join() guide, Key Takeaways: it waits for the counter, not for the queue to be empty";
    Join4 "JOIN-4" Must [Tasks]
        "When the count reaches zero and stays there, every waiting join returns."
        "All who wait for the same event have seen it."
        "task_done() and Queue Explained, What task_done() Actually Does: notify_all";
    Join5 "JOIN-5" Must [Tasks JoinTimed]
        "A join gives up only if a task was unfinished at an instant within the call."
        "A caller that is told `timed out` looks for unfinished work."
        "Design of this specification; bpo-9634 asked for it in Python";

    Shut1 "SHUT-1" Must [Graceful]
        "A put called after a shutdown has returned answers `shut down` and adds nothing."
        "The producers' side is closed for good."
        "CPython 3.13 Lib/queue.py, Queue.put: is_shutdown is checked first";
    Shut2 "SHUT-2" Must [Graceful]
        "After a graceful shutdown the items that are queued can still be got, in order."
        "Accepted work is finished."
        "CPython 3.13 test_queue.py, test_shutdown_nonempty";
    Shut3 "SHUT-3" Must [Graceful]
        "A get on a queue that is shut and empty answers `shut down`, not `empty`, however long it may wait."
        "`empty` invites to come again; `shut down` ends the worker's loop."
        "CPython 3.13 Lib/queue.py, Queue.get: is_shutdown and empty is checked first";
    Shut4 "SHUT-4" Must [Graceful]
        "A shutdown releases every get that waits on an empty queue."
        "Idle workers have to learn that no work will come."
        "CPython 3.13 test_queue.py, test_shutdown_pending_get; gh-117531";
    Shut5 "SHUT-5" Must [Graceful]
        "A shutdown releases every put that waits for room."
        "A producer must not sleep in front of a closed door."
        "CPython 3.13 test_queue.py, test_shutdown_put";
    Shut6 "SHUT-6" Must [Immediate]
        "An immediate shutdown drops every item that is queued."
        "Immediate means that no further task is started."
        "CPython 3.13 test_queue.py, test_shutdown_immediate";
    Shut7 "SHUT-7" Must [Immediate Tasks]
        "An immediate shutdown lowers the count of unfinished tasks by the number of items that it drops."
        "Nobody will ever report the dropped tasks; join must not wait for them."
        "CPython 3.13 Lib/queue.py, Queue.shutdown: unfinished_tasks -= 1 for each item drained";
    Shut8 "SHUT-8" Must [Immediate Tasks]
        "After an immediate shutdown join still waits for the tasks that were got and not yet reported."
        "Work in flight is not undone by closing the queue."
        "CPython 3.13 asyncio test_queues.py, shutdown_immediate_with_unfinished; gh-137088";
    Shut9 "SHUT-9" Must [Immediate Tasks]
        "The count of unfinished tasks never falls below zero at an immediate shutdown, even if tasks were reported before they were got."
        "A clamped count keeps task_done and join meaningful."
        "CPython 3.13 Lib/queue.py, Queue.shutdown: if unfinished_tasks > 0";
    Shut10 "SHUT-10" Must [Graceful]
        "An operation answers `shut down` only if a shutdown took effect before."
        "A worker that is told so leaves and does not come back."
        "CPython 3.13 docs, queue.ShutDown";
    Shut11 "SHUT-11" Must [Graceful Tasks]
        "A graceful shutdown leaves the count of unfinished tasks as it is; task_done and join work as before."
        "Closing the entrance does not finish the work."
        "CPython 3.13 test_queue.py, test_shutdown_get_task_done_join";
    Shut12 "SHUT-12" Must [Graceful]
        "A queue that is shut stays shut, whatever shutdown is called again."
        "Two owners may both close the queue."
        "CPython 3.13 test_queue.py, test_shutdown_allowed_transitions";

    Obs1 "OBS-1" Must [Len]
        "len is the number of items that were queued at an instant within the call."
        "It is what a monitor shows as backlog."
        "CPython Lib/queue.py, Queue.qsize under the mutex";
    Obs2 "OBS-2" Must [Unfinished]
        "unfinished is the count of unfinished tasks at an instant within the call."
        "It is what a monitor shows as progress: queued and in flight."
        "CPython Lib/queue.py, Queue.unfinished_tasks";
    Obs3 "OBS-3" Must [IsShutdown]
        "is_shutdown says whether a shutdown had taken effect at an instant within the call."
        "Whoever was told that shutdown returned can rely on it."
        "CPython 3.13 Lib/queue.py, Queue.is_shutdown";

    Prog1 "PROG-1" Must []
        "No get stays blocked while there is an item for it."
        "A lost wake-up: the worker sleeps beside its work."
        "CPython Lib/queue.py, Queue.put: not_empty.notify";
    Prog2 "PROG-2" Must []
        "No put stays blocked while the queue has room for it."
        "A lost wake-up: the producer sleeps in front of an open door."
        "CPython Lib/queue.py, Queue.get: not_full.notify";
    Prog3 "PROG-3" Must [Tasks]
        "No join stays blocked once the count has reached zero and stays there."
        "All work is done and the program hangs."
        "task_done() and Queue Explained, Key Insight: task_done notifies join at zero";
    Prog4 "PROG-4" Must []
        "An operation that does not wait without limit never stays blocked."
        "try, done, shutdown and the observers may be called where blocking is forbidden."
        "CPython Lib/queue.py: one critical section each";
    Prog5 "PROG-5" Must []
        "No operation panics."
        "A panic in one client must not take the queue from the others."
        "Design of this specification, histories and verdicts";
}
