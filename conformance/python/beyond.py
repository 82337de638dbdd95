"""What CPython's own tests assert and the scenarios of the suite cannot say, tried on this interpreter.

    python3 beyond.py            tries all; a line each: `ok`, `skipped` with the reason, or `WRONG`
    python3 beyond.py --list     names all

A name is the file, the class and the test upstream, or the gap, of a row of spec/UPSTREAM.md. Also
what the specification leaves open is stated here as CPython does it: how it prints, who is served
first, what a negative timeout means. The standard library only.
"""

import asyncio
import gc
import logging
import logging.config
import multiprocessing
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import types
import weakref

BEHAVIOURS = []
FORK = multiprocessing.get_context("fork") if hasattr(os, "fork") else None
LONG = 60  # Seconds until what has to come counts as missing.
SHORT = 0.2  # Seconds to see that something does not come.
KINDS = (queue.Queue, queue.LifoQueue, queue.PriorityQueue)


class Skipped(Exception):
    """Why something cannot be tried here."""


def behaviour(name, since=(3, 8)):
    def add(function):
        BEHAVIOURS.append((name, since, function))
        return function

    return add


def raises(error, function, *args, **options):
    try:
        function(*args, **options)
    except error:
        return
    raise AssertionError("%s was not raised" % error.__name__)


def took(least, function, *args, **options):
    begin = time.monotonic()
    result = function(*args, **options)
    # Clocks are coarse.
    assert time.monotonic() - begin >= least - 0.02, "gave up too early"
    return result


class Beside(threading.Thread):
    """A call in a thread of its own."""

    def __init__(self, function, *args, **options):
        super().__init__(daemon=True)
        self.call, self.result, self.error = (function, args, options), None, None
        self.start()

    def run(self):
        function, args, options = self.call
        try:
            self.result = function(*args, **options)
        except BaseException as error:
            self.error = error

    def blocked(self):
        self.join(SHORT)
        return self.is_alive()

    def returned(self):
        self.join(LONG)
        assert not self.is_alive(), "it does not return"
        if self.error is not None:
            raise self.error
        return self.result


def until(condition):
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() - begin < LONG, "it does not come about"
        time.sleep(0.005)


def waits_in(condition, waiters):
    """Until so many wait in a threading.Condition."""
    until(lambda: len(condition._waiters) == waiters)


QUEUES = "test_queue.py BaseQueueTestMixin "


@behaviour(QUEUES + "test_basic")
def basic():
    for kind in KINDS:
        tested = kind(3)
        for _ in range(2):
            assert tested.empty() and not tested.full() and tested.qsize() == 0
            for item in (111, 333, 222):
                tested.put(item)
                assert not tested.empty()
            assert tested.full() and tested.qsize() == 3
            raises(queue.Full, tested.put, 4, block=False)
            raises(queue.Full, took, 0.01, tested.put, 4, timeout=0.01)
            for options in ({}, {"timeout": LONG}):
                put = Beside(tested.put, 0, **options)
                waits_in(tested.not_full, 1)
                tested.get()
                put.returned()
                assert tested.full()
            order = [tested.get() for _ in range(3)]
            if kind is queue.PriorityQueue:
                assert order == sorted(order)
            assert tested.empty()
            raises(queue.Empty, tested.get, block=False)
            raises(queue.Empty, took, 0.01, tested.get, timeout=0.01)
            for options in ({}, {"timeout": LONG}):
                get = Beside(tested.get, **options)
                waits_in(tested.not_empty, 1)
                tested.put("found")
                assert get.returned() == "found"


@behaviour(QUEUES + "test_negative_timeout_raises_exception")
def negative_timeout():
    for kind in KINDS:
        tested = kind(1)
        raises(ValueError, tested.put, 1, timeout=-1)
        raises(ValueError, tested.get, timeout=-1)
        assert tested.qsize() == 0 and tested.unfinished_tasks == 0


@behaviour(QUEUES + "test_shrinking_queue")
def shrinking():
    for kind in KINDS:
        tested = kind(3)
        for item in (1, 2, 3):
            tested.put(item)
        tested.maxsize = 2
        raises(queue.Full, tested.put_nowait, 4)
        assert tested.qsize() == 3


@behaviour("test_queue.py FailingQueueTest test_failing_queue")
def failing_queue():
    class Failing(queue.Queue):
        fails = None

        def _put(self, item):
            if self.fails == "put":
                raise RuntimeError("put")
            super()._put(item)

        def _get(self):
            if self.fails == "get":
                raise RuntimeError("get")
            return super()._get()

    tested = Failing(1)
    for options in ({"block": False}, {"timeout": 0.1}):
        tested.fails = "put"
        raises(RuntimeError, tested.put, 1, **options)
        assert tested.empty() and tested.unfinished_tasks == 0
        tested.fails = None
        tested.put(1, **options)
        tested.fails = "get"
        raises(RuntimeError, tested.get, **options)
        assert tested.qsize() == 1, "a get that failed leaves the item"
        tested.fails = None
        assert tested.get(**options) == 1
        tested.task_done()
    # The same where the call had to wait.
    tested.put(1)
    put = Beside(tested.put, 2)
    waits_in(tested.not_full, 1)
    tested.fails = "put"
    tested.get()
    raises(RuntimeError, put.returned)
    tested.fails = None
    get = Beside(tested.get)
    waits_in(tested.not_empty, 1)
    tested.fails = "get"
    tested.put(3)
    raises(RuntimeError, get.returned)
    tested.fails = None
    assert tested.get() == 3


SIMPLE = "test_queue.py BaseSimpleQueueTest "


def simple_kinds():
    return {queue.SimpleQueue, getattr(queue, "_PySimpleQueue", queue.SimpleQueue)}


@behaviour(SIMPLE + "test_basic")
def simple_basic():
    for kind in simple_kinds():
        tested = kind()
        assert tested.empty() and tested.qsize() == 0
        tested.put(1)
        tested.put(2, block=True)
        tested.put_nowait(3)
        tested.put(4, timeout=-1)
        assert not tested.empty() and tested.qsize() == 4
        assert [tested.get(), tested.get(timeout=1), tested.get_nowait(), tested.get(False)] == [1, 2, 3, 4]
        raises(queue.Empty, tested.get_nowait)
        raises(queue.Empty, took, 0.01, tested.get, timeout=0.01)
        assert tested.empty()


@behaviour(SIMPLE + "test_negative_timeout_raises_exception")
def simple_negative_timeout():
    for kind in simple_kinds():
        tested = kind()
        tested.put(1)
        raises(ValueError, tested.get, timeout=-1)


@behaviour(SIMPLE + "test_order")
def simple_order():
    for kind in simple_kinds():
        tested = kind()
        produce = Beside(lambda: [tested.put(item) for item in range(500)])
        assert [tested.get(timeout=LONG) for _ in range(500)] == list(range(500))
        produce.returned()


def simple_many(get):
    """Many producers, many workers: nothing is lost and nothing comes twice."""
    for kind in simple_kinds():
        tested, got = kind(), []

        def work():
            while True:
                item = get(tested)
                if item is None:
                    return
                got.append(item)

        workers = [Beside(work) for _ in range(8)]
        producers = [Beside(lambda n=n: [tested.put((n, i)) for i in range(200)]) for n in range(8)]
        for producer in producers:
            producer.returned()
        for _ in workers:
            tested.put(None)
        for worker in workers:
            worker.returned()
        assert sorted(got) == [(n, i) for n in range(8) for i in range(200)]


@behaviour(SIMPLE + "test_many_threads")
def simple_many_blocking():
    simple_many(lambda tested: tested.get())


@behaviour(SIMPLE + "test_many_threads_nonblock")
def simple_many_polling():
    def get(tested):
        while True:
            try:
                return tested.get(block=False)
            except queue.Empty:
                time.sleep(1e-5)

    simple_many(get)


@behaviour(SIMPLE + "test_many_threads_timeout")
def simple_many_timed():
    def get(tested):
        while True:
            try:
                return tested.get(timeout=1e-5)
            except queue.Empty:
                pass

    simple_many(get)


@behaviour(SIMPLE + "test_references")
def simple_references():
    class Item:
        pass

    for kind in simple_kinds():
        tested = kind()
        for _ in range(20):
            tested.put(Item())
        while not tested.empty():
            seen = weakref.ref(tested.get())
            gc.collect()
            assert seen() is None, "the queue keeps an item that was got"


@behaviour("test_queue.py CSimpleQueueTest test_is_default")
def simple_is_c():
    import _queue

    assert queue.SimpleQueue is _queue.SimpleQueue


@behaviour("test_queue.py CSimpleQueueTest test_reentrancy")
def simple_reentrancy():
    tested = queue.SimpleQueue()

    class Circular:
        """Only the collector ends it, whatever the thread is doing then."""

        def __init__(self):
            self.self = self

        def __del__(self):
            tested.put(None)

    gc.set_threshold(30)
    try:
        seen = 0
        for _ in range(3000):
            Circular()
            tested.put("item")
            while tested.get() is None:
                seen += 1
    finally:
        gc.set_threshold(700)
    assert seen > 0, "no finalizer has put anything"


# --- asyncio ----------------------------------------------------------------------------------


def in_loop(function):
    """Runs it in an event loop of its own, and not for ever."""

    def run():
        asyncio.run(asyncio.wait_for(function(), LONG))

    return run


async def turns(n=5):
    for _ in range(n):
        await asyncio.sleep(0)


BASICS = "test_queues.py QueueBasicTests "


def shows(text):
    async def check():
        tested = asyncio.Queue()
        assert text(tested).startswith("<Queue") and "maxsize=0" in text(tested)
        assert "_getters" not in text(tested) and "_putters" not in text(tested)
        get = asyncio.ensure_future(tested.get())
        await turns()
        assert "_getters[1]" in text(tested)
        tested.put_nowait(0)
        await get
        tested = asyncio.Queue(maxsize=1)
        put = [asyncio.ensure_future(tested.put(item)) for item in (1, 2)]
        await turns()
        assert "_putters[1]" in text(tested) and "_queue=[1]" in text(tested)
        tested.get_nowait()
        await asyncio.gather(*put)

    return in_loop(check)()


@behaviour(BASICS + "test_repr")
def asyncio_repr():
    shows(repr)


@behaviour(BASICS + "test_str")
def asyncio_str():
    shows(str)


@behaviour(BASICS + "test_generic_alias", since=(3, 9))
def asyncio_alias():
    alias = asyncio.Queue[int]
    assert isinstance(alias, types.GenericAlias) and alias.__args__ == (int,)


@behaviour(BASICS + "test_empty")
@in_loop
async def asyncio_empty():
    tested = asyncio.Queue()
    assert tested.empty()
    await tested.put(1)
    assert not tested.empty()
    assert await tested.get() == 1
    assert tested.empty()


@behaviour(BASICS + "test_full")
@in_loop
async def asyncio_full():
    assert not asyncio.Queue().full()
    tested = asyncio.Queue(maxsize=1)
    await tested.put(1)
    assert tested.full()


@behaviour(BASICS + "test_maxsize")
@in_loop
async def asyncio_maxsize():
    tested = asyncio.Queue(maxsize=2)
    assert tested.maxsize == 2
    put = asyncio.ensure_future(put_all(tested, (1, 2, 3)))
    await turns()
    assert not put.done() and tested.qsize() == 2
    assert await tested.get() == 1
    await put
    assert [await tested.get(), await tested.get()] == [2, 3]


async def put_all(tested, items):
    for item in items:
        await tested.put(item)


GETS, PUTS = "test_queues.py QueueGetTests ", "test_queues.py QueuePutTests "


@behaviour(GETS + "test_get_with_putters")
@in_loop
async def asyncio_get_with_putters():
    tested = asyncio.Queue(1)
    tested.put_nowait(1)
    waiter = asyncio.get_running_loop().create_future()
    tested._putters.append(waiter)
    assert await tested.get() == 1
    assert waiter.done() and waiter.result() is None


@behaviour(GETS + "test_get_cancelled_race")
@in_loop
async def asyncio_get_cancelled_race():
    tested = asyncio.Queue()
    first, second = (asyncio.ensure_future(tested.get()) for _ in range(2))
    await turns()
    first.cancel()
    await turns()
    assert first.cancelled()
    await tested.put(0)
    assert await second == 0


@behaviour(GETS + "test_get_with_waiting_putters")
@in_loop
async def asyncio_waiting_putters():
    tested = asyncio.Queue(maxsize=1)
    puts = [asyncio.ensure_future(tested.put(item)) for item in "ab"]
    await turns()
    assert await tested.get() == "a"
    assert await tested.get() == "b"
    await asyncio.gather(*puts)


@behaviour(GETS + "test_why_are_getters_waiting")
@in_loop
async def asyncio_why_getters():
    tested = asyncio.Queue(1)

    async def consume():
        return [await tested.get() for _ in range(5)]

    got, _ = await asyncio.gather(consume(), put_all(tested, range(5)))
    assert got == list(range(5))


@behaviour(GETS + "test_cancelled_getters_not_being_held_in_self_getters")
@in_loop
async def asyncio_cancelled_getters():
    tested = asyncio.Queue(maxsize=5)
    try:
        await asyncio.wait_for(tested.get(), 0.01)
        raise AssertionError("it has got something")
    except asyncio.TimeoutError:
        assert len(tested._getters) == 0


@behaviour(PUTS + "test_get_cancel_drop_one_pending_reader")
@in_loop
async def asyncio_drop_one_reader():
    tested = asyncio.Queue()
    reader = asyncio.ensure_future(tested.get())
    await turns(1)
    tested.put_nowait(1)
    tested.put_nowait(2)
    reader.cancel()
    await turns()
    left = [1, 2] if reader.cancelled() else [2]
    assert await tested.get() == left[0], "the next has what was put first"


@behaviour(PUTS + "test_get_cancel_drop_many_pending_readers")
@in_loop
async def asyncio_drop_many_readers():
    tested = asyncio.Queue()
    readers = [asyncio.ensure_future(tested.get()) for _ in range(3)]
    await turns(1)
    tested.put_nowait(1)
    tested.put_nowait(2)
    await turns(0)
    readers[0].cancel()
    await turns()
    assert readers[0].cancelled()
    assert {await readers[1], await readers[2]} == {1, 2}


@behaviour(PUTS + "test_put_cancel_drop")
@in_loop
async def asyncio_put_cancel_drop():
    tested = asyncio.Queue(1)
    tested.put_nowait(1)
    writer = asyncio.ensure_future(tested.put(2))
    await turns(1)
    assert tested.get_nowait() == 1
    writer.cancel()
    await turns()
    assert writer.cancelled() and tested.empty()
    await asyncio.wait_for(tested.put(2), LONG)
    assert tested.get_nowait() == 2


@behaviour(PUTS + "test_float_maxsize")
@in_loop
async def asyncio_float_maxsize():
    tested = asyncio.Queue(maxsize=1.3)
    tested.put_nowait(1)
    tested.put_nowait(2)
    assert tested.full()
    raises(asyncio.QueueFull, tested.put_nowait, 3)


@behaviour(PUTS + "test_put_cancelled_race")
@in_loop
async def asyncio_put_cancelled_race():
    tested = asyncio.Queue(maxsize=1)
    puts = [asyncio.ensure_future(tested.put(item)) for item in "abc"]
    await turns()
    puts[2].cancel()
    await turns()
    assert puts[2].cancelled()
    assert [await tested.get(), await tested.get()] == ["a", "b"]
    await turns()
    assert tested.empty(), "a cancelled put has put nothing"


@behaviour(PUTS + "test_why_are_putters_waiting")
@in_loop
async def asyncio_why_putters():
    tested = asyncio.Queue(2)

    async def take():
        await turns(1)
        tested.get_nowait()
        tested.get_nowait()

    await asyncio.gather(*(tested.put(item) for item in range(4)), take())
    assert tested.qsize() == 2


@behaviour(PUTS + "test_cancelled_puts_not_being_held_in_self_putters")
@in_loop
async def asyncio_cancelled_putters():
    tested = asyncio.Queue(maxsize=1)
    await tested.put(1)
    put = asyncio.ensure_future(tested.put(2))
    await turns()
    put.cancel()
    await turns()
    assert put.cancelled() and len(tested._putters) == 0


@behaviour(PUTS + "test_cancelled_put_silence_value_error_exception")
@in_loop
async def asyncio_put_silences():
    tested = asyncio.Queue(maxsize=1)
    await tested.put(1)
    put = asyncio.ensure_future(tested.put(2))
    await turns()
    # The get takes the put out of the line; then its search there fails.
    tested.get_nowait()
    put.cancel()
    await turns()
    assert put.cancelled()


@behaviour("test_queues.py _QueueJoinTestMixin test_format")
@in_loop
async def asyncio_format_tasks():
    tested = asyncio.Queue()
    tested.put_nowait(1)
    tested.put_nowait(2)
    assert "tasks=2" in tested._format()


@behaviour("test_queues.py _QueueShutdownTestMixin test_format", since=(3, 13))
@in_loop
async def asyncio_format_shutdown():
    tested = asyncio.Queue()
    assert "shutdown" not in tested._format()
    tested.shutdown()
    assert "shutdown" in tested._format()


# --- multiprocessing --------------------------------------------------------------------------

MP = "_test_multiprocessing.py _TestQueue "


def child(function, *args):
    """A process that runs a function."""
    if FORK is None:
        raise Skipped("there is no fork")
    process = FORK.Process(target=function, args=args, daemon=True)
    process.start()
    return process


def ended(process):
    process.join(LONG)
    assert process.exitcode == 0, "exit code %s" % process.exitcode


def joinable(size=0):
    if FORK is None:
        raise Skipped("there is no fork")
    return FORK.JoinableQueue(size)


@behaviour(MP + "test_put")
def mp_put():
    tested = joinable(3)
    assert tested.empty() and not tested.full()
    tested.put(1)
    tested.put(2, True, None)
    tested.put_nowait(3)
    assert tested.full()
    for args in ((4, False), (4, False, 0.1), (4, False, None)):
        raises(queue.Full, tested.put, *args)
    raises(queue.Full, tested.put_nowait, 4)
    raises(queue.Full, took, 0.1, tested.put, 4, True, 0.1)
    raises(queue.Full, took, 0.1, tested.put, 4, timeout=0.1)

    def drain():
        assert [tested.get(timeout=LONG) for _ in range(3)] == [1, 2, 3]

    process = child(drain)
    ended(process)
    until(lambda: tested.empty() and not tested.full())


@behaviour(MP + "test_get")
def mp_get():
    tested = joinable()

    def fill():
        for item in (1, 2, 3, 4):
            tested.put(item)

    process = child(fill)
    got = [tested.get(True, None), tested.get(True, LONG), tested.get(timeout=LONG), tested.get()]
    assert got == [1, 2, 3, 4]
    until(tested.empty)
    for args in ((False,), (False, 0.1), (False, None)):
        raises(queue.Empty, tested.get, *args)
    raises(queue.Empty, tested.get_nowait)
    raises(queue.Empty, took, 0.1, tested.get, True, 0.1)
    ended(process)


@behaviour(MP + "test_fork")
def mp_fork():
    tested = joinable()
    for item in range(10):
        tested.put(item)
    # The feeder of this process runs; the child has to have one of its own.
    until(lambda: not tested.empty())
    process = child(lambda: [tested.put(item) for item in range(10, 20)])
    ended(process)
    assert [tested.get(timeout=LONG) for _ in range(20)] == list(range(20))


@behaviour(MP + "test_qsize")
def mp_qsize():
    tested = joinable()
    try:
        assert tested.qsize() == 0
    except NotImplementedError:
        raise Skipped("this system does not show the value of a semaphore") from None
    tested.put(1)
    tested.put(5)
    assert tested.qsize() == 2
    tested.get()
    assert tested.qsize() == 1
    tested.get()
    assert tested.qsize() == 0


@behaviour(MP + "test_task_done")
def mp_task_done():
    tested = joinable()

    def work():
        for _ in iter(tested.get, None):
            tested.task_done()

    workers = [child(work) for _ in range(4)]
    for item in range(10):
        tested.put(item)
    tested.join()
    for _ in workers:
        tested.put(None)
    for worker in workers:
        ended(worker)


@behaviour(MP + "test_no_import_lock_contention")
def mp_import_lock():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "imported.py"), "w") as file:
            file.write(
                "import multiprocessing\n"
                "tested = multiprocessing.get_context('fork').Queue()\n"
                "tested.put('item')\n"
                "assert tested.get(timeout=%d) == 'item'\n"
                "tested.close()\n" % LONG
            )
        done = subprocess.run([sys.executable, "-c", "import imported"], cwd=folder, timeout=4 * LONG)
        assert done.returncode == 0


@behaviour(MP + "test_timeout")
def mp_timeout():
    raises(queue.Empty, took, 0.2, joinable().get, True, 0.2)


class Unpicklable:
    def __reduce__(self):
        raise AttributeError("it cannot be pickled")


class Quiet:
    """The feeder prints what it cannot send; here that is no news."""

    def __enter__(self):
        self.kept, self.devnull = os.dup(2), os.open(os.devnull, os.O_WRONLY)
        os.dup2(self.devnull, 2)

    def __exit__(self, *_):
        os.dup2(self.kept, 2)
        os.close(self.kept)
        os.close(self.devnull)


@behaviour(MP + "test_queue_feeder_donot_stop_onexc")
def mp_feeder_goes_on():
    tested = joinable(1)
    with Quiet():
        tested.put(Unpicklable())
        # Its place is free again only once the feeder has failed.
        tested.put(True, timeout=LONG)
        assert tested.get(timeout=LONG) is True
    assert tested.empty() and not tested.full()


@behaviour(MP + "test_queue_feeder_on_queue_feeder_error")
def mp_feeder_hook():
    if FORK is None:
        raise Skipped("there is no fork")
    told = []

    class Told(multiprocessing.queues.Queue):
        @staticmethod
        def _on_queue_feeder_error(error, item):
            told.append((error, item))

    tested = Told(ctx=FORK)
    item = Unpicklable()
    tested.put(item)
    tested.put(True)
    assert tested.get(timeout=LONG) is True
    assert len(told) == 1 and isinstance(told[0][0], AttributeError) and told[0][1] is item


@behaviour(MP + "test_closed_queue_empty_exceptions")
def mp_closed_empty():
    unused = joinable()
    unused.close()
    if sys.version_info >= (3, 9):
        assert unused.empty(), "an unused queue can still be asked"
    used = joinable()
    used.put("item")
    used.close()
    # Since 3.9 its feeder closes the reader, when it is done.
    used.join_thread()
    raises(OSError, used.empty)


@behaviour(MP + "test_closed_queue_put_get_exceptions")
def mp_closed():
    for tested in (joinable(), FORK.Queue()):
        tested.close()
        raises(ValueError, tested.put, "item")
        raises(ValueError, tested.get)


def proxy(make):
    """A queue of a manager, through its proxy."""
    if FORK is None:
        raise Skipped("there is no fork")
    with FORK.Manager() as manager:
        tested = make(manager)
        assert tested.empty() and not tested.full()
        for item in (10, 20, 30):
            tested.put(item)
        assert tested.qsize() == 3 and not tested.empty()
        assert [tested.get() for _ in range(3)] == [10, 20, 30]
        assert tested.qsize() == 0 and tested.empty()


@behaviour("_test_multiprocessing.py TestSyncManagerTypes test_queue")
def manager_queue():
    proxy(lambda manager: manager.Queue())


@behaviour("_test_multiprocessing.py TestSyncManagerTypes test_joinable_queue")
def manager_joinable_queue():
    proxy(lambda manager: manager.JoinableQueue())


@behaviour("test_logging.py ConfigDictTest test_multiprocessing_queues", since=(3, 12))
def logging_configuration():
    if FORK is None:
        raise Skipped("there is no fork")
    with FORK.Manager() as manager:
        handler = {"class": "logging.handlers.QueueHandler", "queue": manager.JoinableQueue()}
        try:
            logging.config.dictConfig(
                {
                    "version": 1,
                    "handlers": {"sink": handler},
                    "loggers": {"beyond": {"level": "INFO", "handlers": ["sink"]}},
                }
            )
        except ValueError as error:
            if sys.version_info < (3, 13):
                raise Skipped("this version does not take it: %s" % error) from None
            raise
        logging.getLogger("beyond").info("a line")
        assert handler["queue"].get().getMessage() == "a line"


@behaviour("test_genericalias.py BaseTest test_subscriptable", since=(3, 12))
def mp_alias():
    from multiprocessing.queues import JoinableQueue

    alias = JoinableQueue[int]
    assert isinstance(alias, types.GenericAlias) and alias.__origin__ is JoinableQueue


# --- What no test upstream asserts ------------------------------------------------------------


@behaviour("gap: momentary zero, several joins")
def several_joins():
    for tested in [queue.Queue()] + ([joinable()] if FORK else []):
        tested.put(1)
        joins = [Beside(tested.join) for _ in range(2)]
        assert all(join.blocked() for join in joins)
        tested.task_done()
        for join in joins:
            join.returned()
        # The zero is over: it lets nobody go who comes later.
        tested.put(2)
        later = Beside(tested.join)
        assert later.blocked()
        tested.task_done()
        later.returned()


@behaviour("gap: order of the waiters")
def waiters_in_order():
    tested = queue.Queue(1)
    gets = []
    for number in range(3):
        gets.append(Beside(tested.get))
        waits_in(tested.not_empty, number + 1)
    # One at a time: a put that meets another's item would wait.
    for number, get in enumerate(gets):
        tested.put(number)
        assert get.returned() == number, "who has waited longest is served first"
    # Unless somebody comes first: what waits to be put is overtaken, gh-83055.
    tested.put("first")
    old = Beside(tested.put, "old")
    waits_in(tested.not_full, 1)
    with tested.mutex:
        # As get_nowait and put_nowait do in one go, before the one that was woken runs.
        assert tested._get() == "first"
        tested.not_full.notify()
        tested._put("new")
        tested.unfinished_tasks += 1
    assert [tested.get(timeout=LONG), tested.get(timeout=LONG)] == ["new", "old"]
    old.returned()


@behaviour("gap: negative timeout")
def negative_timeout_elsewhere():
    tested = queue.Queue()
    tested.put(1, timeout=-1)
    raises(ValueError, tested.get, timeout=-1)
    assert tested.get(block=False, timeout=-1) == 1
    shared = joinable(1)
    shared.put(1, timeout=-1)
    raises(queue.Full, shared.put, 2, timeout=-1)
    until(lambda: not shared.empty())
    assert shared.get(timeout=-1) == 1
    raises(queue.Empty, shared.get, timeout=-1)


class Incomparable:
    def __lt__(self, other):
        raise TypeError("it cannot be compared")

    __gt__ = __lt__


@behaviour("gap: a comparison that fails")
def comparison_fails():
    tested = queue.PriorityQueue()
    tested.put(1)
    raises(TypeError, tested.put, Incomparable())
    # Queued and not counted: PUT-5 is broken, and known.toml says so.
    assert (tested.qsize(), tested.unfinished_tasks) == (2, 1)


@behaviour("gap: a waiter that is interrupted")
def interrupted():
    class Interrupted(Exception):
        pass

    def interrupt(*_):
        raise Interrupted

    before = signal.signal(signal.SIGUSR1, interrupt)
    main = threading.main_thread().ident
    try:
        tested = queue.Queue(1)

        def poke(condition):
            waits_in(condition, 1)
            signal.pthread_kill(main, signal.SIGUSR1)

        poking = Beside(poke, tested.not_empty)
        raises(Interrupted, tested.get)
        poking.returned()
        other = Beside(tested.get)
        waits_in(tested.not_empty, 1)
        tested.put(1)
        assert other.returned() == 1, "the item goes to the one that still waits"
        poking = Beside(poke, tested.all_tasks_done)
        raises(Interrupted, tested.join)
        poking.returned()
        tested.task_done()
        tested.join()
    finally:
        signal.signal(signal.SIGUSR1, before)


@behaviour("gap: JoinableQueue: join after close")
def join_after_close():
    tested = joinable()
    tested.put(1)
    assert tested.get(timeout=LONG) == 1
    tested.close()
    join = Beside(tested.join)
    assert join.blocked()
    tested.task_done()
    join.returned()
    raises(ValueError, tested.task_done)


@behaviour("gap: JoinableQueue: an item that cannot be pickled")
def unpicklable():
    tested = joinable()
    with Quiet():
        tested.put(Unpicklable())
        tested.put(2)
        assert tested.get(timeout=LONG) == 2
    tested.task_done()
    # The one that was dropped stays counted: PUT-5 is broken, and known.toml says so.
    join = Beside(tested.join)
    assert join.blocked()
    tested.task_done()
    join.returned()


@behaviour("gap: JoinableQueue: a process that dies")
def process_dies():
    tested = joinable()
    victim = child(tested.get)
    until(lambda: not tested._rlock.acquire(False) or tested._rlock.release())
    victim.kill()
    victim.join(LONG)
    tested.put(1)
    until(lambda: not tested.empty())
    # It has kept the lock of the readers: PROG-1 is broken, and known.toml says so.
    raises(queue.Empty, tested.get, timeout=SHORT)


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(name for name, _, _ in BEHAVIOURS))
        return
    wrong = 0
    for name, since, function in BEHAVIOURS:
        try:
            if sys.version_info < since:
                raise Skipped("not before %d.%d" % since)
            function()
            print("ok      %s" % name)
        except Skipped as why:
            print("skipped %s: %s" % (name, why))
        except BaseException:
            wrong += 1
            print("WRONG   %s" % name)
            traceback.print_exc(file=sys.stdout)
        sys.stdout.flush()
    for process in multiprocessing.active_children():
        process.kill()
    # Whoever is blocked stays so.
    os._exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
