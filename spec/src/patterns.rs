//! The patterns of use that people are taught, and what the specification says of each.

use crate::clause::Example;

/// A pattern of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// What it is called.
    pub name: &'static str,
    /// What join promises in it, and what it does not.
    pub verdict: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// The pattern as a scenario, and how it may and may not end.
    pub example: Example,
}

macro_rules! patterns {
    ($($name:literal $verdict:literal $source:literal
        $scenario:literal => $allowed:literal not $forbidden:literal;)*) => {
        /// The patterns, and the mistakes that are commonest.
        pub const PATTERNS: &[Pattern] = &[$(Pattern {
            name: $name,
            verdict: $verdict,
            source: $source,
            example: Example {
                scenario: $scenario,
                allowed: $allowed,
                forbidden: Some($forbidden),
            },
        }),*];
    };
}

patterns! {
    "worker pool with join"
        "When join returns, every task that was put before it is done, whichever worker did it."
        "[guide] The Classic Producer-Consumer Pattern"
        "queue fifo\nproducer: put 1; put 2; join\nleft: get; done\nright: get; done" => "producer: ok, ok, ok; left: item 1, ok; right: item 2, ok" not "producer: ok, ok, waits; left: item 1, ok; right: item 2, ok";
    "poison pill"
        "A worker that ends at a special item (here the last one) and does not report it leaves the count above zero: join before the pill is put, as here."
        "[explained] Real Example: Work Queue Pattern"
        "queue fifo\nproducer: put 1; join; put 2\nworker: get; done; get" => "producer: ok, ok, ok; worker: item 1, ok, item 2" not "producer: ok, waits; worker: item 1, ok, waits";
    "poison pill that is not reported"
        "Whoever joins after the pill waits for ever, and rightly so: the pill is a task like any other."
        "[explained] Better Code Pattern"
        "queue fifo\nproducer: put 1; put 2; join\nworker: get; done; get" => "producer: ok, ok, waits; worker: item 1, ok, item 2" not "producer: ok, ok, ok; worker: item 1, ok, item 2";
    "sentinel with task_done"
        "A sentinel that is reported too may be put before join."
        "[explained] Better Code Pattern; CPython test_queue_join"
        "queue fifo\nproducer: put 1; put 2; join\nworker: get; done; get; done" => "producer: ok, ok, ok; worker: item 1, ok, item 2, ok" not "producer: ok, ok, waits; worker: item 1, ok, item 2, ok";
    "try/finally"
        "The report comes even if the work fails: join then says that all tasks were ended, not that they succeeded."
        "[guide] worker_with_finally"
        "queue fifo\nproducer: put 1; join\nworker: get; done" => "producer: ok, ok; worker: item 1, ok" not "producer: ok, waits; worker: item 1, ok";
    "guard"
        "A guard that reports when it is dropped is try/finally without the chance to forget it; two workers cannot report one task twice."
        "[guide] Use with for Consumers"
        "queue fifo\nproducer: put 1; put 2\nleft: get; done\nright: get; done\njoiner: join" => "producer: ok, ok; left: item 2, ok; right: item 1, ok; joiner: ok" not "producer: ok, ok; left: item 2, ok; right: item 1, too many; joiner: ok";
    "progress tracking"
        "unfinished counts what is queued and in flight; it falls by one with each report and never rises without a put."
        "[explained] Use Case 2: Track Progress"
        "queue fifo\nclient: put 1; put 2; get; unfinished; done; unfinished" => "client: ok, ok, item 1, 2, ok, 1" not "client: ok, ok, item 1, 1, ok, 1";
    "batch processing"
        "A worker that reports a batch only when it is full (two items here) leaves a last partial batch unreported: join waits for it for ever. join promises that what was put is reported; it does not flush a worker's buffer."
        "[explained] Use Case 3: Batch Processing"
        "queue fifo\nproducer: put 1; put 2; put 3; join\nworker: get; get; done; done; get; get" => "producer: ok, ok, ok, waits; worker: item 1, item 2, ok, ok, item 3, waits" not "producer: ok, ok, ok, ok; worker: item 1, item 2, ok, ok, item 3, waits";
    "forgetting task_done"
        "The commonest mistake. join waits for ever, and that is no fault of the queue."
        "[guide] Common Pitfalls; [explained] What Happens WITHOUT task_done()"
        "queue fifo\nproducer: put 1; join\nworker: get" => "producer: ok, waits; worker: item 1" not "producer: ok, ok; worker: item 1";
    "calling task_done too early"
        "Legal at any time after the put: join then returns although the work goes on, and the queue cannot know."
        "[guide] Common Pitfalls"
        "queue fifo\nproducer: put 1; join\nworker: done; get" => "producer: ok, ok; worker: ok, item 1" not "producer: ok, ok; worker: ok, waits";
    "calling task_done twice"
        "The second report takes the place of another task's; once no task is left it is an error."
        "[mp docs] task_done"
        "queue fifo\nclient: put 1; get; done; done" => "client: ok, item 1, ok, too many" not "client: ok, item 1, ok, ok";
    "joining producers and workers instead of the queue"
        "A worker in an endless loop never ends, so whoever waits for its thread waits for ever; shutdown ends its loop."
        "[explained] The Missing Piece in the Code"
        "queue fifo\nowner: put 1; join; shutdown graceful\nworker: get; done; get" => "owner: ok, ok, ok; worker: item 1, ok, shut down" not "owner: ok, ok, ok; worker: item 1, ok, waits";
}
