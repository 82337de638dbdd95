//! The table of the clauses. Everything that is said of them elsewhere is made from it.
//!
//! An example is a scenario, an outcome that the specification allows it to have, and one that it
//! does not. Outcomes name what each client was answered; `waits` stands for an operation that never
//! returns. A call that was cancelled has left nothing, so an example is what the others see. `[…]` in a source is an entry of [`SOURCES`](crate::SOURCES).

use crate::clause::{Check, Clause, Example, Level};
use crate::{Discipline, Feature};

/// Defines [`ClauseId`] and [`CLAUSES`].
macro_rules! clauses {
    ($($id:ident $name:literal $level:ident [$($need:ident)*] $(in $discipline:ident)?
        $check:expr;
        $sentence:literal $intent:literal $source:literal
        causes $causes:literal
        $scenario:literal => $allowed:literal $(not $forbidden:literal)?;)*) => {
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
            discipline: [$(Discipline::$discipline)?].as_slice().first().copied(),
            check: $check,
            sentence: $sentence,
            intent: $intent,
            source: $source,
            causes: $causes,
            example: Example {
                scenario: $scenario,
                allowed: $allowed,
                forbidden: [$($forbidden)?].as_slice().first().copied(),
            },
        }),*];
    };
}

clauses! {
    Put1 "PUT-1" Must [] Check::Histories;
        "A put that returns has added its item, once."
        "A producer that was told `ok` may forget the item."
        "[explained] Complete Operation Table; [queue.py] Queue.put"
        causes "The item is stored after the lock was released, or two producers write the same slot."
        "queue fifo\nclient: put 1; len" => "client: ok, 1" not "client: ok, 0";
    Put2 "PUT-2" Must [Tasks] Check::Histories;
        "A put that returns has added one unfinished task, at the instant at which it added the item."
        "An item that is in the queue and not counted lets join return while work is left."
        "[explained] Step 1: put() - Increment Counter; [queue.py] Queue.put"
        causes "The count is raised before or after the item is added, outside the same critical section, or only on one of the paths of put."
        "queue fifo\nproducer: put 1; join\nworker: get" => "producer: ok, waits; worker: item 1" not "producer: ok, ok; worker: item 1";
    Put3 "PUT-3" Must [Try] Check::Histories;
        "A put that answers `full` or `shut down` leaves the queue as it was."
        "Whoever keeps the refused item puts it again: it must not be there already."
        "[queue.py] Queue.put raises before _put"
        causes "The count is raised before the queue is asked for room, and not lowered again."
        "queue fifo capacity=1\nclient: try_put 1; try_put 2; unfinished" => "client: ok, full, 1" not "client: ok, full, 2";
    Put4 "PUT-4" Should [] Check::Untested("it is a matter of the signature, which the compiler checks");
        "A put that fails gives its item back."
        "The caller may have no second copy."
        "Rust's convention for channels: std::sync::mpsc::SendError"
        causes "The item is moved into the queue before it is known that there is room."
        "queue fifo capacity=1\nclient: try_put 1; try_put 2; get; try_put 2" => "client: ok, full, item 1, ok";
    Put5 "PUT-5" Must [] Check::Untested("the items of a history have no comparison that could fail; the queues of this project are tested for it");
        "A put that fails on its way, for instance in a comparison of items, has added its item and its task, or neither."
        "An item that is queued and not counted makes join return too early and its report an error."
        "Design of this specification; CPython 3.13's PriorityQueue breaks it: heappush has appended the item when the comparison raises, and the count is not raised"
        causes "The item and the count change one after the other, and what is between them may fail."
        "queue priority\nclient: put 2; put 1; unfinished" => "client: ok, ok, 2" not "client: ok, ok, 1";

    Get1 "GET-1" Must [] Check::Histories;
        "A get returns only an item that somebody put."
        "An empty queue that is closed has no value to give, not even a default one."
        "[queue.py] Queue._get"
        causes "A slot is read before its writer has finished, or a closed queue yields a default value."
        "queue fifo\nclient: shutdown graceful; get" => "client: ok, shut down" not "client: ok, item 0";
    Get2 "GET-2" Must [] Check::Histories;
        "An item that was put once is returned by at most one get."
        "Two workers with one task do it twice."
        "[queue.py] Queue._get: popleft"
        causes "Two getters read the same slot before either advances the head, or a get that gave up leaves a copy."
        "queue fifo\nproducer: put 1\nleft: try_get\nright: try_get" => "producer: ok; left: item 1; right: empty" not "producer: ok; left: item 1; right: item 1";
    Get3 "GET-3" Must [] Check::Histories;
        "An item stays in the queue until a get returns it or an immediate shutdown drops it."
        "A lost item is work that nobody does and join waits for without end."
        "[queue.py] Queue.get; [test_queue] many_threads"
        causes "A full ring overwrites its oldest item, or a get takes an item out and then gives up."
        "queue fifo capacity=1\nclient: try_put 1; try_put 2; get" => "client: ok, full, item 1" not "client: ok, ok, item 2";
    Get4 "GET-4" Must [Tasks Unfinished] Check::Histories;
        "A get leaves the count of unfinished tasks as it is."
        "The task is in flight until task_done: got is not finished."
        "[explained] Step 2: get() - Item Removed, Counter Unchanged"
        causes "The count is lowered where the item is removed: the length of the queue was taken for the count of tasks."
        "queue fifo\nclient: put 1; get; unfinished" => "client: ok, item 1, 1" not "client: ok, item 1, 0";
    Get5 "GET-5" Must [Try ImmediatePut] Check::Histories;
        "A get answers `empty` only if the queue was open and empty at an instant within the call."
        "A poller that is told `empty` after a put has returned goes home too early."
        "[queue.py] Queue.get; real-time order as in Herlihy and Wing, Linearizability, 1990"
        causes "The emptiness is read from a hint that is not ordered with the items, a claimed but unpublished slot counts as none, or a lock that is taken counts as empty."
        "queue fifo\nclient: put 1; try_get" => "client: ok, item 1" not "client: ok, empty";
    Get6 "GET-6" Must [Try] Check::Histories;
        "A get that answers `empty` or `shut down` leaves the queue as it was."
        "Polling is no event."
        "[queue.py] Queue.get raises before _get"
        causes "A ticket is drawn, or a count lowered, before it is known that there is an item."
        "queue fifo\nclient: try_get; put 1; unfinished" => "client: empty, ok, 1" not "client: empty, ok, 0";
    Get7 "GET-7" Must [] Check::Histories;
        "Every item that was put is got, still queued, dropped by a shutdown, or dropped with the queue: exactly once."
        "An item may own a file or a lock."
        "[test_queue] SimpleQueue, test_references"
        causes "The slots between head and tail are not dropped with the queue, or a slot is dropped that was moved out."
        "queue fifo\nclient: put 1; get; shutdown immediate; get" => "client: ok, item 1, ok, shut down" not "client: ok, item 1, ok, item 1";

    Cap1 "CAP-1" Must [] Check::Histories;
        "At no instant does the queue hold more items than its capacity."
        "The bound is what keeps a fast producer from filling the memory."
        "[queue.py] Queue.put: while qsize >= maxsize, wait"
        causes "The comparison is off by one, or room is tested outside the critical section that uses it."
        "queue fifo capacity=1\nclient: try_put 1; try_put 2" => "client: ok, full" not "client: ok, ok";
    Cap2 "CAP-2" Must [Try] Check::Histories;
        "A put answers `full` only if the queue was open and held as many items as its capacity at an instant within the call."
        "A refused put is work that the producer has to keep."
        "[test_queue] test_nowait"
        causes "One slot is kept free to tell full from empty, or a slot that is being emptied counts as taken after its get has returned."
        "queue fifo capacity=2\nclient: try_put 1; try_put 2" => "client: ok, ok" not "client: ok, full";
    Cap3 "CAP-3" Must [] Check::Histories;
        "A queue without a capacity is never full."
        "Its producers do not reckon with a refusal and may hold locks."
        "[queue docs] maxsize: if less than or equal to zero, the queue size is infinite"
        causes "`Unbounded` is a large capacity, or the capacity of the container's first allocation."
        "queue fifo\nclient: put 1; put 2; try_put 3" => "client: ok, ok, ok" not "client: ok, ok, full";
    Cap4 "CAP-4" May [] Check::Untested("it is a permission, which the profile declares");
        "A queue chooses what a capacity of zero or less means, and says so."
        "Python takes it for infinite, a rendezvous channel for no place at all."
        "[queue docs] maxsize"
        causes "None: it is a choice."
        "# made with a capacity of 0, which here means no bound\nqueue fifo\nclient: try_put 1; try_put 2" => "client: ok, ok";

    Ord1 "ORD-1" Must [GlobalOrder] in Fifo Check::Histories;
        "In a fifo queue a get returns the item that was put first of those in the queue."
        "First come, first served."
        "[queue.py] Queue; [test_queue] test_basic"
        causes "Two getters take items in order and return them in another, or a refused item goes to the back."
        "queue fifo\nclient: put 1; put 2; get" => "client: ok, ok, item 1" not "client: ok, ok, item 2";
    Ord2 "ORD-2" Must [GlobalOrder] in Lifo Check::Histories;
        "In a lifo queue a get returns the item that was put last of those in the queue."
        "A stack of work: the newest first."
        "[queue.py] LifoQueue; [test_queue] test_basic"
        causes "The item is taken from the wrong end."
        "queue lifo\nclient: put 1; put 2; get" => "client: ok, ok, item 2" not "client: ok, ok, item 1";
    Ord3 "ORD-3" Must [GlobalOrder] in Priority Check::Histories;
        "In a priority queue a get returns the item that compares lowest of those in the queue."
        "The most urgent first, whoever put it and whenever."
        "[queue.py] PriorityQueue; [asyncio docs] retrieves entries in priority order (lowest first)"
        causes "The heap is of the wrong kind, or an item is added without restoring its order."
        "queue priority\nclient: put 2; put 1; get" => "client: ok, ok, item 1" not "client: ok, ok, item 2";
    Ord4 "ORD-4" Must [ProducerOrder] in Fifo Check::Models;
        "The items of one producer leave in the order in which it put them."
        "What a producer says last must not overtake what it said first."
        "[mp queues.py] one buffer and one feeder thread for each process"
        causes "A producer has several buffers, or several threads write its items."
        "queue fifo\nproducer: put 1; put 2\nworker: get; get" => "producer: ok, ok; worker: item 1, item 2" not "producer: ok, ok; worker: item 2, item 1";
    Ord5 "ORD-5" May [] in Priority Check::Untested("it is a permission");
        "Items that compare equal leave in any order."
        "A heap is not stable; who wants more puts a number beside the priority."
        "[queue docs] PriorityQueue: entries of the form (priority_number, data)"
        causes "None: it is a choice."
        "queue priority\nclient: put 1; put 1; get; get" => "client: ok, ok, item 1, item 1";
    Ord6 "ORD-6" May [] Check::Untested("it is a permission; the models wake any waiter");
        "Operations that wait for the same thing are served in any order, and may be overtaken by one that has not waited."
        "A queue that hands items over to waiters in turn pays for it with a switch of threads each time."
        "[queue.py] threading.Condition.notify and the lock that anybody may take first"
        causes "None: it is a choice."
        "queue fifo\nfirst: get\nsecond: get\nproducer: put 1" => "first: waits; second: item 1; producer: ok";

    Done1 "DONE-1" Must [Tasks] Check::Histories;
        "A task_done that returns has lowered the count of unfinished tasks by exactly one."
        "Every item needs a report of its own."
        "[explained] What task_done() Actually Does"
        causes "The count is set to zero, or read and written in two steps of which another report comes between."
        "queue fifo\nclient: put 1; put 2; done; unfinished" => "client: ok, ok, ok, 1" not "client: ok, ok, ok, 0";
    Done2 "DONE-2" Must [Tasks] Check::Histories;
        "A task_done called while no task is unfinished answers `too many`."
        "One report too many means that some consumer counts wrongly; silence would hide it."
        "[mp docs] task_done: raises a ValueError if called more times than there were items placed in the queue"
        causes "The count saturates at zero without telling."
        "queue fifo\nclient: put 1; done; done" => "client: ok, ok, too many" not "client: ok, ok, ok";
    Done3 "DONE-3" Must [Tasks] Check::Histories;
        "A task_done that answers `too many` leaves the queue as it was."
        "A count below zero would make the next join return before its task is done."
        "[queue.py] Queue.task_done: the count is stored after the check"
        causes "The count is lowered with a subtraction first, and looked at afterwards."
        "queue fifo\nclient: done; put 1; unfinished" => "client: too many, ok, 1" not "client: too many, ok, 0";
    Done4 "DONE-4" Must [Tasks] Check::Histories;
        "A task_done answers `too many` only if no task was unfinished at an instant within the call: reporting a task whose item is still queued is legal."
        "The queue counts tasks; it does not track which consumer holds which item, or who reports it."
        "[queue.py] Queue.task_done: no relation to get; [guide] Calling task_done() too early"
        causes "The queue also counts items in flight, and demands one; or the item is visible before it is counted."
        "queue fifo\nclient: put 1; done; get" => "client: ok, ok, item 1" not "client: ok, too many, item 1";

    Join1 "JOIN-1" Must [Tasks] Check::Histories;
        "A join returns only if no task was unfinished at an instant within the call."
        "After join the results of all work are there; a premature join reads half of them."
        "[guide] How It Works: until the counter drops to zero; [mp docs] join"
        causes "The count is compared with the wrong number, lowered too early, or read without the lock before the put that it should see."
        "queue fifo\nclient: put 1; join" => "client: ok, waits" not "client: ok, ok";
    Join2 "JOIN-2" Must [Tasks] Check::Histories;
        "A join called while no task is unfinished, and none is added, returns without waiting for an event."
        "Nothing will ever wake somebody who waits on an idle queue."
        "[explained] Step 4: join() - Wait, Then Return; [asyncio tests] join on empty twice"
        causes "join waits first and tests afterwards."
        "queue fifo\nclient: join" => "client: ok" not "client: waits";
    Join3 "JOIN-3" Must [Tasks] Check::Histories;
        "A join waits for task_done, not for an empty queue: items got and not yet reported keep it waiting."
        "An empty queue means that work was taken, not that it was done."
        "[guide] Key Takeaways: it waits for the counter to reach zero, not for the queue to be empty"
        causes "join looks at the length of the queue."
        "queue fifo\nclient: put 1; get; join" => "client: ok, item 1, waits" not "client: ok, item 1, ok";
    Join4 "JOIN-4" Must [Tasks] Check::Histories;
        "When the count reaches zero and stays there, every waiting join returns."
        "All who wait for the same event have seen it."
        "[explained] What task_done() Actually Does: notify_all"
        causes "`notify_one` where it should be `notify_all`, or a wake-up that the first joiner does not pass on."
        "queue fifo\nworker: put 1; done\nleft: join\nright: join" => "worker: ok, ok; left: ok; right: ok" not "worker: ok, ok; left: ok; right: waits";
    Join5 "JOIN-5" Must [Tasks JoinTimed] Check::Histories;
        "A join gives up only if a task was unfinished at an instant within the call."
        "A caller that is told `timed out` looks for unfinished work."
        "Design of this specification; bpo-9634 asked for it in Python"
        causes "The answer depends on how the wait ended, and not on the count after it."
        "queue fifo\nclient: put 1; done; try_join" => "client: ok, ok, ok" not "client: ok, ok, timed out";
    Join6 "JOIN-6" Must [Tasks StickyJoin] Check::Models;
        "A join that waits when the count touches zero returns, even if the count rises again before it runs."
        "Whoever waits for the end of a batch must not be kept by the next one."
        "[asyncio queues.py] Queue.join waits for an event; [mp queues.py] JoinableQueue.join: `if`, not `while`"
        causes "The waiter tests the count again after it was woken (the monitor of queue.Queue does, and declares it)."
        "queue fifo\nclient: join; put 1" => "client: ok, ok" not "client: waits";
    Join7 "JOIN-7" May [Tasks MissingJoin] Check::Untested("it is a permission; the models reach both");
        "A join that waits may miss a zero that does not last."
        "A monitor re-tests its condition after it was woken; the next put may come first."
        "[queue.py] Queue.join: while self.unfinished_tasks"
        causes "None: it is a choice."
        "queue fifo\njoiner: join\nworker: put 1; done; put 2" => "joiner: waits; worker: ok, ok, ok";

    Shut1 "SHUT-1" Must [Graceful] Check::Histories;
        "A put called after a shutdown has returned adds nothing."
        "The producers' side is closed for good."
        "[queue.py] Queue.put: is_shutdown is checked first"
        causes "put does not look, or looks before it takes the lock."
        "queue fifo\nclient: shutdown graceful; put 1" => "client: ok, shut down" not "client: ok, ok";
    Shut2 "SHUT-2" Must [Graceful] Check::Histories;
        "After a graceful shutdown the items that are queued can still be got, in order."
        "Accepted work is finished."
        "[test_queue] test_shutdown_nonempty"
        causes "get looks at the flag before it looks for an item."
        "queue fifo\nclient: put 1; shutdown graceful; get" => "client: ok, ok, item 1" not "client: ok, ok, shut down";
    Shut3 "SHUT-3" Must [Graceful] Check::Histories;
        "A get on a queue that is shut and empty answers `shut down`, not `empty`, however long it may wait."
        "`empty` invites to come again; `shut down` ends the worker's loop."
        "[queue.py] Queue.get: is_shutdown and empty is checked first"
        causes "The path that does not wait tests for an item only."
        "queue fifo\nclient: shutdown graceful; try_get" => "client: ok, shut down" not "client: ok, empty";
    Shut4 "SHUT-4" Must [Graceful] Check::Histories;
        "A shutdown releases every get that waits on an empty queue."
        "Idle workers have to learn that no work will come."
        "[test_queue] test_shutdown_pending_get; gh-117531"
        causes "shutdown notifies nobody, one getter only, or before it has set the flag."
        "queue fifo\nworker: get\nowner: shutdown graceful" => "worker: shut down; owner: ok" not "worker: waits; owner: ok";
    Shut5 "SHUT-5" Must [Graceful] Check::Histories;
        "A shutdown releases every put that waits for room."
        "A producer must not sleep in front of a closed door."
        "[test_queue] test_shutdown_put"
        causes "shutdown notifies the getters only."
        "queue fifo capacity=1\nproducer: put 1; put 2\nowner: shutdown graceful" => "producer: ok, shut down; owner: ok" not "producer: ok, waits; owner: ok";
    Shut6 "SHUT-6" Must [Immediate] Check::Histories;
        "An immediate shutdown drops every item that is queued."
        "Immediate means that no further task is started."
        "[test_queue] test_shutdown_immediate"
        causes "The flag is set and the items are left."
        "queue fifo\nclient: put 1; shutdown immediate; get" => "client: ok, ok, shut down" not "client: ok, ok, item 1";
    Shut7 "SHUT-7" Must [Immediate Tasks] Check::Histories;
        "An immediate shutdown lowers the count of unfinished tasks by the number of items that it drops, but not below zero."
        "Nobody will ever report the dropped tasks; join must not wait for them."
        "[queue.py] Queue.shutdown: unfinished_tasks is lowered for each item drained"
        causes "The items are dropped and the count is left."
        "queue fifo\nclient: put 1; shutdown immediate; join" => "client: ok, ok, ok" not "client: ok, ok, waits";
    Shut8 "SHUT-8" Must [Immediate Tasks] Check::Histories;
        "After an immediate shutdown join still waits for the tasks that were got and not yet reported."
        "Work in flight is not undone by closing the queue."
        "[asyncio tests] shutdown_immediate_with_unfinished; gh-137088"
        causes "The count is set to zero, or a join that was woken by the shutdown does not test again."
        "queue fifo\nclient: put 1; get; shutdown immediate; join" => "client: ok, item 1, ok, waits" not "client: ok, item 1, ok, ok";
    Shut9 "SHUT-9" Must [Immediate Tasks] Check::Histories;
        "The count of unfinished tasks never falls below zero at an immediate shutdown, even if tasks were reported before they were got."
        "A clamped count keeps task_done and join meaningful."
        "[queue.py] Queue.shutdown: if self.unfinished_tasks > 0"
        causes "The number of dropped items is subtracted without looking."
        "queue fifo\nclient: put 1; done; shutdown immediate; done" => "client: ok, ok, ok, too many" not "client: ok, ok, ok, ok";
    Shut10 "SHUT-10" Must [Graceful] Check::Histories;
        "An operation answers `shut down` only if a shutdown took effect before."
        "A worker that is told so leaves and does not come back."
        "[queue docs] exception queue.ShutDown"
        causes "A failure of another kind, such as an empty queue, is reported as this one."
        "queue fifo\nclient: try_get" => "client: empty" not "client: shut down";
    Shut11 "SHUT-11" Must [Graceful Tasks] Check::Histories;
        "A graceful shutdown leaves the count of unfinished tasks as it is; task_done and join work as before."
        "Closing the entrance does not finish the work."
        "[test_queue] test_shutdown_get_task_done_join"
        causes "shutdown releases the joiners by clearing the count."
        "queue fifo\nclient: put 1; shutdown graceful; join" => "client: ok, ok, waits" not "client: ok, ok, ok";
    Shut12 "SHUT-12" Must [Graceful] Check::Histories;
        "A queue that is shut stays shut, whatever shutdown is called again."
        "Two owners may both close the queue."
        "[test_queue] test_shutdown_allowed_transitions"
        causes "The flag is a toggle, or the second mode replaces the first."
        "queue fifo\nclient: shutdown immediate; shutdown graceful; try_put 1" => "client: ok, ok, shut down" not "client: ok, ok, ok";
    Shut13 "SHUT-13" Must [Immediate Tasks] Check::Histories;
        "An immediate shutdown that leaves no task unfinished releases every join."
        "No task_done will come that could do it."
        "[queue.py] Queue.shutdown: all_tasks_done.notify_all; [test_queue] test_shutdown_immediate_join"
        causes "Only task_done notifies the joiners."
        "queue fifo\nproducer: put 1; join\nowner: shutdown immediate" => "producer: ok, ok; owner: ok" not "producer: ok, waits; owner: ok";
    Shut14 "SHUT-14" Must [Graceful Try] Check::Histories;
        "A put on a queue that is shut answers `shut down`, not `full`, however long it may wait."
        "`full` invites to come again."
        "[queue.py] Queue.put: is_shutdown is checked before room and timeout"
        causes "put tests for room before it looks at the flag."
        "queue fifo capacity=1\nclient: put 1; shutdown graceful; try_put 2" => "client: ok, ok, shut down" not "client: ok, ok, full";

    Time1 "TIME-1" Must [Timed] Check::Untested("a history has an order and no clock; the queues of this project are tested for it");
        "An operation with a timeout gives up only after the timeout has passed."
        "Who asked for five seconds can do with them."
        "[queue.py] Queue.get: endtime = time() + timeout"
        causes "A wake-up for nothing ends the wait, or the time is taken in the wrong unit."
        "queue fifo\nclient: get_timeout 5ms" => "client: empty";
    Time2 "TIME-2" Should [Timed] Check::Untested("a machine that is shared gives no bound to test");
        "An operation with a timeout gives up soon after the timeout has passed."
        "A deadline that is met by hours is none."
        "[queue.py] Queue.get: remaining = endtime - time()"
        causes "The full timeout begins anew after each wake-up."
        "queue fifo\nclient: put 1; join_timeout 5ms" => "client: ok, timed out" not "client: ok, waits";
    Time3 "TIME-3" Must [Timed] Check::Histories;
        "A timeout of zero has passed at once: the operation never waits."
        "It is how the remaining time of a caller arrives when there is none left."
        "[queue.py] Queue.get: if remaining <= 0, raise Empty"
        causes "Zero stands for `no timeout`."
        "queue fifo\nclient: get_timeout 0ms" => "client: empty" not "client: waits";
    Time4 "TIME-4" May [Timed] Check::Untested("it is a permission, and a Duration is never negative");
        "A queue chooses what a negative timeout means, and says so."
        "queue.Queue refuses it where it might have to wait, even if it need not; multiprocessing takes it for zero."
        "[test_queue] test_negative_timeout_raises_exception; [mp queues.py] Queue.get"
        causes "None: it is a choice."
        "# a negative timeout, which here means zero\nqueue fifo\nclient: get_timeout 0ms" => "client: empty";
    Time5 "TIME-5" Must [Timed] Check::Models;
        "An operation whose timeout passes does not keep a wake-up that another one needs."
        "The item stays, and the getter that could have it sleeps."
        "[queue.py] a waiter whose time has passed tests for an item once more before it gives up"
        causes "The waiter that gives up was just notified, and neither tests again nor notifies another."
        "queue fifo\nhasty: get_timeout 5ms\npatient: get\nproducer: put 1" => "hasty: empty; patient: item 1; producer: ok" not "hasty: empty; patient: waits; producer: ok";

    Canc1 "CANC-1" Must [Cancel] Check::Histories;
        "A get that was cancelled has taken no item."
        "Nobody is there any more who could work on it."
        "[asyncio queues.py] Queue.get; [asyncio tests] get_cancelled_race"
        causes "The item is handed to the waiter before it runs, and dropped with it."
        "# beside a get that was cancelled\nqueue fifo\nproducer: put 1\nworker: get" => "producer: ok; worker: item 1" not "producer: ok; worker: waits";
    Canc2 "CANC-2" Must [Cancel] Check::Histories;
        "A put that was cancelled has added nothing."
        "Its caller will put the item again."
        "[asyncio tests] put_cancel_drop"
        causes "The item is added when the waiter is woken, not when it runs."
        "# beside a put of item 2 that was cancelled\nqueue fifo capacity=1\nproducer: put 1\nworker: get; get" => "producer: ok; worker: item 1, waits" not "producer: ok; worker: item 1, item 2";
    Canc3 "CANC-3" Must [Cancel] Check::Histories;
        "A get or put that was woken and is then cancelled hands the wake-up on."
        "The item, or the place, is there, and the next in line sleeps beside it."
        "[asyncio queues.py] Queue.get: if not empty and not cancelled, wake up the next"
        causes "The waiter's future is taken out of the line when it is woken, and nobody looks at it again."
        "# beside a put that was woken and then cancelled\nqueue fifo capacity=1\nproducer: put 1; put 2\nworker: get" => "producer: ok, ok; worker: item 1" not "producer: ok, waits; worker: item 1";
    Canc4 "CANC-4" Must [Cancel Tasks] Check::Histories;
        "A join that was cancelled changes nothing for the others."
        "Not to wait any more is no news for those who do."
        "[asyncio queues.py] Queue.join: the event knows its waiters"
        causes "Joiners share a future, and the first that is cancelled takes it along."
        "# beside a join that was cancelled\nqueue fifo\nworker: put 1; done\njoiner: join" => "worker: ok, ok; joiner: ok" not "worker: ok, ok; joiner: waits";

    Vis1 "VIS-1" Must [EventualPut] Check::Models;
        "An item whose put has returned becomes visible to some get, unless its producer dies or the item cannot be sent."
        "Later is not never."
        "[mp queues.py] the feeder thread"
        causes "The feeder sleeps beside its buffer: a lost notification."
        "queue fifo\nproducer: put 1\nworker: get" => "producer: ok; worker: item 1" not "producer: ok; worker: waits";
    Vis2 "VIS-2" Must [EventualPut Tasks] Check::Models;
        "The task of an item is counted before the item becomes visible."
        "A consumer that is faster than the producer's count is told `too many`, and a join lets go too early."
        "[mp queues.py] JoinableQueue.put: buffer and semaphore under one condition; bpo-4660"
        causes "The count is raised after the item was handed to the feeder."
        "queue fifo\nproducer: put 1\nworker: get; done" => "producer: ok; worker: item 1, ok" not "producer: ok; worker: item 1, too many";
    Vis3 "VIS-3" May [EventualPut] Check::Untested("it is a permission; the model of multiprocessing reaches it");
        "While an item is on its way, or another get holds the reader, a get may answer `empty`."
        "Between processes an item takes its time, and the producer does not wait for it."
        "[mp docs] there may be an infinitesimal delay before the queue's empty() method returns False"
        causes "None: it is a choice."
        "queue fifo\nproducer: put 1\nworker: try_get" => "producer: ok; worker: empty";

    Obs1 "OBS-1" Must [Len] Check::Histories;
        "len is the number of items that were queued at an instant within the call."
        "It is what a monitor shows as backlog."
        "[queue.py] Queue.qsize under the mutex"
        causes "Head and tail are read at different instants, or the count of tasks is shown."
        "queue fifo\nclient: put 1; get; len" => "client: ok, item 1, 0" not "client: ok, item 1, 1";
    Obs2 "OBS-2" Must [Unfinished] Check::Histories;
        "unfinished is the count of unfinished tasks at an instant within the call."
        "It is what a monitor shows as progress: queued and in flight."
        "[queue.py] Queue.unfinished_tasks"
        causes "The number of items is shown."
        "queue fifo\nclient: put 1; done; unfinished" => "client: ok, ok, 0" not "client: ok, ok, 1";
    Obs3 "OBS-3" Must [IsShutdown] Check::Histories;
        "is_shutdown says whether a shutdown had taken effect at an instant within the call."
        "Whoever was told that shutdown returned can rely on it."
        "[queue.py] Queue.is_shutdown"
        causes "The flag is read with a weaker ordering than it was written with, or means `shut and empty`."
        "queue fifo\nclient: put 1; shutdown graceful; is_shutdown" => "client: ok, ok, true" not "client: ok, ok, false";
    Obs4 "OBS-4" Must [] Check::Untested("the specification has no observer that changes anything, so every history would show it as some other clause");
        "Observers change nothing."
        "Looking at a queue is no use of it."
        "[queue.py] qsize, empty and full read under the mutex"
        causes "An observer tidies up on the way."
        "queue fifo\nclient: put 1; len; len" => "client: ok, 1, 1" not "client: ok, 1, 0";

    Prog1 "PROG-1" Must [] Check::Histories;
        "No get stays blocked while there is an item for it."
        "A lost wake-up: the worker sleeps beside its work."
        "[explained] Timeline: All Three Conditions; [queue.py] Queue.put: not_empty.notify"
        causes "put notifies before the state changes, notifies the wrong waiter, or only when the queue was empty."
        "queue fifo\nproducer: put 1\nworker: get" => "producer: ok; worker: item 1" not "producer: ok; worker: waits";
    Prog2 "PROG-2" Must [] Check::Histories;
        "No put stays blocked while the queue has room for it."
        "A lost wake-up: the producer sleeps in front of an open door."
        "[queue.py] Queue.get: not_full.notify"
        causes "get notifies nobody, the wrong waiter, or only when the queue was full."
        "queue fifo capacity=1\nproducer: put 1; put 2\nworker: get" => "producer: ok, ok; worker: item 1" not "producer: ok, waits; worker: item 1";
    Prog3 "PROG-3" Must [Tasks] Check::Histories;
        "No join stays blocked once the count has reached zero and stays there."
        "All work is done and the program hangs."
        "[explained] Key Insight: Two Data Flows; without the condition join would never wake"
        causes "task_done does not notify at zero, or join goes to sleep between the test and the notification."
        "queue fifo\nproducer: put 1; join\nworker: get; done" => "producer: ok, ok; worker: item 1, ok" not "producer: ok, waits; worker: item 1, ok";
    Prog4 "PROG-4" Must [] Check::Histories;
        "An operation that does not wait without limit never stays blocked."
        "try, done, shutdown and the observers may be called where blocking is forbidden."
        "[queue.py] one critical section each"
        causes "The path that must not wait shares the loop of the one that may."
        "queue fifo\nclient: try_get; len" => "client: empty, 0" not "client: waits";
    Prog5 "PROG-5" Must [] Check::Histories;
        "No operation panics."
        "A panic in one client must not take the queue from the others."
        "Design of this specification"
        causes "A waiter that was woken takes for granted that its item is still there."
        "queue fifo\nslow: get\nquick: try_get\nproducer: put 1" => "slow: waits; quick: item 1; producer: ok";
    Prog6 "PROG-6" Must [] Check::Models;
        "An operation that is woken for nothing goes on waiting."
        "Condition variables may wake up spuriously, and a third party may come first."
        "[queue.py] every wait is a loop; std::sync::Condvar, spurious wakeups"
        causes "`if` instead of `while` around the wait."
        "queue fifo\nclient: get" => "client: waits" not "client: item 0";
}
