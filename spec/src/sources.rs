//! The documents that the clauses come from.

/// A document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// How the clauses cite it: `[queue.py]`.
    pub key: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Where it is; empty for texts that are not published.
    pub url: &'static str,
}

const fn source(key: &'static str, title: &'static str, url: &'static str) -> Source {
    Source { key, title, url }
}

/// The documents, in the order in which they are introduced.
pub const SOURCES: &[Source] = &[
    source(
        "explained",
        "task_done() and Queue Explained: Counter & Condition Variables, an essay that this project \
         was given",
        "",
    ),
    source("guide", "a guide to queue.join(), which this project was given", ""),
    source("queue docs", "Python, queue", "https://docs.python.org/3.13/library/queue.html"),
    source(
        "asyncio docs",
        "Python, asyncio queues",
        "https://docs.python.org/3.13/library/asyncio-queue.html",
    ),
    source(
        "mp docs",
        "Python, multiprocessing.JoinableQueue",
        "https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.JoinableQueue",
    ),
    source(
        "queue.py",
        "CPython 3.13, Lib/queue.py",
        "https://github.com/python/cpython/blob/v3.13.0/Lib/queue.py",
    ),
    source(
        "asyncio queues.py",
        "CPython 3.13, Lib/asyncio/queues.py",
        "https://github.com/python/cpython/blob/v3.13.0/Lib/asyncio/queues.py",
    ),
    source(
        "mp queues.py",
        "CPython 3.13, Lib/multiprocessing/queues.py",
        "https://github.com/python/cpython/blob/v3.13.0/Lib/multiprocessing/queues.py",
    ),
    source(
        "test_queue",
        "CPython 3.13, Lib/test/test_queue.py",
        "https://github.com/python/cpython/blob/v3.13.0/Lib/test/test_queue.py",
    ),
    source(
        "asyncio tests",
        "CPython 3.13, Lib/test/test_asyncio/test_queues.py",
        "https://github.com/python/cpython/blob/v3.13.0/Lib/test/test_asyncio/test_queues.py",
    ),
    source(
        "mp tests",
        "CPython 3.13, Lib/test/_test_multiprocessing.py",
        "https://github.com/python/cpython/blob/v3.13.0/Lib/test/_test_multiprocessing.py",
    ),
];
