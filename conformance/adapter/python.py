"""taskdone's adapter for joinable queues in Python: spec/PROTOCOL.md on stdin and stdout.

    python3 adapter.py                                        the queues of the standard library
    python3 adapter.py module:Class --capabilities FILE.json  any other class

One file, the standard library only, CPython 3.8 to 3.13. Whoever calls an operation is an *actor*:
a thread, a task of an event loop, or a process. A step hands calls to actors and then waits until
everything has come to rest; what has not returned by then is blocked. That is exact for tasks. For
threads and processes the kernel is asked whether they are asleep, where it tells.
"""

import argparse
import asyncio
import collections
import faulthandler
import importlib
import json
import multiprocessing
import multiprocessing.connection
import os
import queue
import random
import re
import signal
import sys
import tempfile
import threading
import time

PROTOCOL = 1
SWITCH_EVERY = 0.0001  # How often a thread that wants the interpreter's lock asks for it.
LOOK_EVERY = 0.0003  # How long to wait between two looks at actors that may be asleep: longer.
QUIET = 0.05  # For how long nothing must return where the kernel does not tell.
SURE = 0.005  # For how long all must be asleep where nobody takes a second look: a machine may be late.
QUIET_TICKS = 20  # The same for an event loop that does not show what is ready.
ROUNDS_TO_LEAVE = 20  # How often blocked actors are helped out of a queue that is given up.


class Interrupted(BaseException):
    """Raised by a signal in an operation that waits."""


class Flawed:
    """An item that cannot be compared, and cannot be pickled."""

    def __init__(self, number):
        self.number = number

    def __lt__(self, other):
        raise TypeError("this item cannot be compared")

    __gt__ = __lt__

    def __reduce__(self):
        raise TypeError("this item cannot be pickled")


# --- What is called ---------------------------------------------------------------------------


class Names:
    """How a class calls its operations, and the exceptions that are answers."""

    def __init__(self, methods=(), full=(), empty=(), shut_down=(), too_many=(ValueError,)):
        self.methods = dict(methods)
        self.full, self.empty, self.shut_down = tuple(full), tuple(empty), tuple(shut_down)
        self.too_many = tuple(too_many)

    def bind(self, subject, text, flawed):
        """The method that an operation calls, its arguments, and how its result reads."""
        verb, *words = text.split(" ")
        args, options = (), {}
        if verb.endswith("put") or verb == "put_timeout":
            args = (Flawed(int(words[0])) if flawed else int(words[0]),)
        if verb.endswith("_timeout"):
            options = {"timeout": int(words[-1][: -len("ms")]) / 1000}
        if verb == "shutdown":
            options = {"immediate": words[0] == "immediate"}
        usual = {
            "try_put": "put_nowait",
            "try_get": "get_nowait",
            "put_timeout": "put",
            "get_timeout": "get",
            "done": "task_done",
            "len": "qsize",
            "unfinished": "unfinished_tasks",
        }
        name = self.methods.get(verb, usual.get(verb, verb))
        method = getattr(subject, name)
        if not callable(method):
            return (lambda: method), (), {}, verb
        return method, args, options, verb

    def answer(self, verb, result):
        if verb.endswith("get") or verb == "get_timeout":
            return {"return": "item %d" % getattr(result, "number", result)}
        if verb in ("len", "unfinished"):
            return {"return": str(result)}
        if verb == "is_shutdown":
            return {"return": "true" if result else "false"}
        return {"return": "ok"}

    def raised(self, verb, error):
        if isinstance(error, self.full) and "put" in verb:
            return {"return": "full"}
        if isinstance(error, self.empty) and "get" in verb:
            return {"return": "empty"}
        if isinstance(error, self.shut_down) and ("put" in verb or "get" in verb):
            return {"return": "shut down"}
        if isinstance(error, self.too_many) and verb == "done":
            return {"return": "too many"}
        return {"raised": "%s: %s" % (type(error).__name__, error)}


def perform(names, subject, text, flawed=False):
    """Calls an operation of a queue for threads or processes."""
    verb = text.split(" ")[0]
    try:
        method, args, options, verb = names.bind(subject, text, flawed)
        return names.answer(verb, method(*args, **options))
    except Interrupted:
        return {"return": "cancelled"}
    except Exception as error:  # Whatever it is, it is told.
        return names.raised(verb, error)


async def perform_async(names, subject, text, flawed=False):
    """Calls an operation of a queue for tasks."""
    verb = text.split(" ")[0]
    try:
        method, args, options, verb = names.bind(subject, text, flawed)
        result = method(*args, **options)
        if asyncio.iscoroutine(result) or asyncio.isfuture(result):
            result = await result
        return names.answer(verb, result)
    except asyncio.CancelledError:
        return {"return": "cancelled"}
    except Exception as error:  # Whatever it is, it is told.
        return names.raised(verb, error)


def is_timed(text):
    return "_timeout" in text


# --- Who is asleep ----------------------------------------------------------------------------


def status(path):
    """How often a thread was switched out, if it is asleep; None if it is awake or gone."""
    try:
        with open(path, "rb") as file:
            text = file.read()
    except OSError:
        return None
    if text.split(b"State:", 1)[1].split(None, 1)[0] != b"S":
        return None
    return text[text.index(b"voluntary_ctxt_switches:") :]


def threads_of(pid):
    try:
        return ["/proc/%d/task/%s/status" % (pid, task) for task in os.listdir("/proc/%d/task" % pid)]
    except OSError:
        return []


KERNEL_TELLS = os.path.exists("/proc/self/task/%d/status" % threading.get_native_id())


class Rest:
    """Whether actors have come to rest.

    Each of them is asleep in two looks and was not switched out in between: then all were asleep at
    one instant, and nobody else can wake them. Whoever waits for the interpreter's lock does not sleep
    as long as that, unless the machine is late; `least` is for how long the looks have to be equal.
    """

    def __init__(self, least=0.0):
        self.before, self.since = None, time.monotonic()
        self.least = least if KERNEL_TELLS else max(QUIET, least)

    def reached(self, paths):
        now = [status(path) for path in paths] if KERNEL_TELLS else []
        if None in now or now != self.before:
            self.before, self.since = now, time.monotonic()
            return False
        return time.monotonic() - self.since >= self.least


# --- Threads ----------------------------------------------------------------------------------


class Mailbox:
    """What actors have finished. SimpleQueue.get waits for ever if its time passes early on."""

    def __init__(self):
        self.items, self.bell = collections.deque(), threading.Lock()
        self.bell.acquire()

    def put(self, item):
        self.items.append(item)
        try:
            self.bell.release()
        except RuntimeError:
            pass  # It was rung already.

    def get(self, timeout):
        deadline = time.monotonic() + timeout
        while not self.items:
            # It may have been rung for what was taken before.
            if not self.bell.acquire(timeout=max(0, deadline - time.monotonic())):
                raise queue.Empty
        return self.items.popleft()


class Actor:
    """A thread that calls what it is handed."""

    def __init__(self):
        self.inbox = queue.SimpleQueue()
        self.ident = self.path = None
        self.armed = False  # Whether an interruption may be meant for a call.
        self.lost = False  # Whether it never came back from a queue.

    def start(self):
        threading.Thread(target=self.run, daemon=True).start()
        while self.path is None:
            time.sleep(0)
        return self

    def run(self):
        self.ident = threading.get_ident()
        self.path = "/proc/self/task/%d/status" % threading.get_native_id()
        while True:
            work = self.inbox.get()
            work()


MAIN = Actor()  # Python runs signal handlers in the main thread: its calls can be interrupted.


def interrupt(_signal, frame):
    # Between the return of an operation and its report there is nothing to interrupt.
    if MAIN.armed and frame is not None and frame.f_code.co_filename != interrupt.__code__.co_filename:
        raise Interrupted()


class Threads:
    """A queue whose actors are threads."""

    settle_by = "kernel" if KERNEL_TELLS else "time"
    idle = []  # Threads that have nothing to do.

    def __init__(self, offer, capacity, clients, cancels):
        self.names, self.queue = offer.names, offer.make(capacity)
        self.pending, self.finished = {}, Mailbox()
        if cancels is not None and MAIN.lost:
            raise Refused("the main thread is still blocked in a queue that was closed")
        hire = lambda: Threads.idle.pop() if Threads.idle else Actor().start()
        self.actors = {client: MAIN if client == cancels else hire() for client in clients}

    def step(self, batch):
        for action in batch:
            client = action["client"]
            if "call" in action:
                self.call(client, action["call"], action.get("flawed", False))
            elif action.get("cancel"):
                if self.actors[client] is not MAIN:
                    raise Refused("only the client that `open` named can be cancelled")
                signal.pthread_kill(MAIN.ident, signal.SIGUSR1)
            else:
                raise Refused("a thread cannot be killed, and has no ticks")
        return self.settle()

    def call(self, client, text, flawed):
        actor, finished, names, subject = self.actors[client], self.finished, self.names, self.queue
        self.pending[client] = text

        def work():
            actor.armed = True
            answer = perform(names, subject, text, flawed)
            actor.armed = False
            finished.put((client, answer))

        actor.inbox.put(work)

    def settle(self, least=0.0):
        returned, rest, begin = [], Rest(), time.monotonic()
        while self.pending:
            try:
                client, answer = self.finished.get(timeout=LOOK_EVERY)
            except queue.Empty:
                timed = any(map(is_timed, self.pending.values()))
                paths = [self.actors[client].path for client in self.pending]
                if rest.reached(paths) and not timed and time.monotonic() - begin >= least:
                    break
                continue
            del self.pending[client]
            returned.append(dict(answer, client=client))
            rest = Rest()
        return returned

    def record(self, scripts, seed):
        """All scripts at the same time. The list of events takes one after the other."""
        events, at, dice = [], {}, random.Random(seed)
        go = threading.Event()
        for client, script in scripts.items():
            pauses = [dice.choice((0, 0, 1, 20, 200)) for _ in script]
            self.pending[client] = "the script"
            self.actors[client].inbox.put(self.script(client, script, pauses, events, at, go))
        go.set()
        rest = Rest(SURE)
        while self.pending:
            try:
                del self.pending[self.finished.get(timeout=LOOK_EVERY)[0]]
                rest = Rest(SURE)
            except queue.Empty:
                # Who has not called anything yet is not blocked, whatever it looks like.
                inside = all(client in at and not is_timed(at[client]) for client in self.pending)
                if rest.reached([self.actors[client].path for client in self.pending]) and inside:
                    break
        self.pending = {client: at[client] for client in self.pending}
        return list(events)

    def script(self, client, script, pauses, events, at, go):
        def work():
            go.wait()
            for text, pause in zip(script, pauses):
                for _ in range(pause):
                    pass
                at[client] = text
                events.append({"client": client, "call": text})
                answer = perform(self.names, self.queue, text)
                events.append(dict(answer, client=client))
            self.finished.put((client, None))

        return work

    def stacks(self):
        frames, stacks = sys._current_frames(), {}
        for client in self.pending:
            stacks[client] = stack(frames.get(self.actors[client].ident))
        return stacks

    def close(self):
        blocked = dict(self.pending)
        if blocked:
            threading.Thread(target=release, args=(self.names, self.queue, blocked), daemon=True).start()
        for _ in range(ROUNDS_TO_LEAVE):
            if not self.pending:
                break
            if any(self.actors[client] is MAIN for client in self.pending):
                signal.pthread_kill(MAIN.ident, signal.SIGUSR1)
            try:
                self.pending.pop(self.finished.get(timeout=0.01)[0])
            except queue.Empty:
                pass
        # Who is still blocked stays where it is.
        MAIN.lost = any(self.actors[client] is MAIN for client in self.pending)
        free = [actor for client, actor in self.actors.items() if client not in self.pending]
        Threads.idle.extend(actor for actor in free if actor is not MAIN)


def stack(frame):
    """`file:line function` of the frames within the call, the innermost last."""
    lines = []
    while frame is not None and frame.f_code.co_filename != stack.__code__.co_filename:
        code = frame.f_code
        lines.append("%s:%d %s" % (os.path.basename(code.co_filename), frame.f_lineno, code.co_name))
        frame = frame.f_back
    return lines[::-1]


def release(names, subject, blocked):
    """Calls what lets blocked actors go. It may block in a queue that is broken."""
    opposite = {"get": "try_put 0", "put": "try_get", "join": "done"}
    for _ in range(ROUNDS_TO_LEAVE):
        for text in blocked.values():
            verb = text.split(" ")[0]
            for kind, helps in opposite.items():
                if kind in verb:
                    perform(names, subject, helps)
        time.sleep(0.002)


# --- Tasks ------------------------------------------------------------------------------------


class Tasks:
    """A queue whose actors are tasks of this event loop: one task for each call."""

    settle_by = "ticks"

    def __init__(self, offer, capacity, clients, cancels):
        self.names, self.queue = offer.names, offer.make(capacity)
        self.tasks, self.calls, self.returned = {}, {}, []
        self.loop = asyncio.get_running_loop()
        self.ready = getattr(self.loop, "_ready", None)

    async def step(self, batch):
        self.returned = []
        for action in batch:
            client = action.get("client")
            if "ticks" in action:
                for _ in range(action["ticks"]):
                    await asyncio.sleep(0)
            elif "call" in action:
                text, flawed = action["call"], action.get("flawed", False)
                self.calls[client] = text
                self.tasks[client] = self.loop.create_task(self.call(client, text, flawed))
            elif action.get("cancel"):
                # It may have returned a tick ago.
                if client in self.tasks:
                    self.tasks[client].cancel()
            else:
                raise Refused("a task cannot be killed")
        await self.settle()
        return self.returned

    async def call(self, client, text, flawed):
        answer = await perform_async(self.names, self.queue, text, flawed)
        del self.tasks[client], self.calls[client]
        answer["client"] = client
        self.returned.append(answer)

    async def settle(self):
        """Until nothing is ready any more, but this."""
        if self.ready is None:
            for _ in range(QUIET_TICKS):
                await asyncio.sleep(0)
            return
        await asyncio.sleep(0)
        while self.ready:
            await asyncio.sleep(0)

    async def record(self, scripts, seed):
        events, dice = [], random.Random(seed)

        async def run(client, script):
            for text in script:
                for _ in range(dice.randrange(4)):
                    await asyncio.sleep(0)
                self.calls[client] = text
                events.append({"client": client, "call": text})
                answer = await perform_async(self.names, self.queue, text)
                events.append(dict(answer, client=client))
            del self.tasks[client], self.calls[client]

        for client, script in scripts.items():
            self.tasks[client] = self.loop.create_task(run(client, script))
        await self.settle()
        return list(events)

    @property
    def pending(self):
        return self.calls

    def stacks(self):
        return {client: awaits(task.get_coro()) for client, task in self.tasks.items()}

    async def close(self):
        for task in list(self.tasks.values()):
            task.cancel()
        await self.settle()


def awaits(coroutine):
    """The same of a coroutine that waits for another, and so on."""
    lines = []
    while coroutine is not None:
        lines += stack(getattr(coroutine, "cr_frame", None))
        coroutine = getattr(coroutine, "cr_await", None)
    return lines


# --- Processes --------------------------------------------------------------------------------

FORK = multiprocessing.get_context("fork") if hasattr(os, "fork") else None


# Where an actor is that is on its way: it is not blocked, whatever it looks like.
BETWEEN = ("the script", "between two calls")


class Processes:
    """A queue whose actors are processes."""

    settle_by = "kernel" if KERNEL_TELLS else "time"

    def __init__(self, offer, capacity, clients, cancels):
        self.names, self.queue = offer.names, offer.make(capacity)
        self.pending, self.children, self.pipes, self.dumps = {}, {}, {}, {}
        for client in clients:
            self.pipes[client], end = FORK.Pipe()
            self.dumps[client] = tempfile.TemporaryFile()
            child = FORK.Process(target=self.serve, args=(client, end), daemon=True)
            child.start()
            end.close()
            self.children[client] = child

    def serve(self, client, pipe):
        """The life of an actor."""
        for other in self.pipes.values():
            other.close()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        faulthandler.register(signal.SIGUSR2, file=self.dumps[client])
        signal.signal(signal.SIGUSR1, interrupt)
        while True:
            try:
                script = pipe.recv()
            except EOFError:
                os._exit(0)
            for text, flawed in script:
                pipe.send(("call", text, time.monotonic_ns()))
                MAIN.armed = True
                answer = perform(self.names, self.queue, text, flawed)
                MAIN.armed = False
                pipe.send(("return", answer, time.monotonic_ns()))
            pipe.send(("over", None, None))

    def step(self, batch):
        gone = []
        for action in batch:
            client = action["client"]
            if "call" in action:
                self.pending[client] = action["call"]
                self.pipes[client].send([(action["call"], action.get("flawed", False))])
            elif action.get("cancel"):
                os.kill(self.children[client].pid, signal.SIGUSR1)
            elif action.get("kill"):
                self.children[client].kill()
                self.children[client].join()
                self.pending.pop(client, None)
                gone.append({"client": client, "killed": True})
            else:
                raise Refused("processes have no ticks")
        return gone + self.settle()

    def settle(self, least=0.0):
        events = self.watch(least)
        return [dict(answer, client=client) for client, kind, answer, _ in events if kind == "return"]

    def watch(self, least=0.0, sure=0.0):
        events, rest, begin = [], Rest(sure), time.monotonic()
        while True:
            alive = [client for client, child in self.children.items() if child.exitcode is None]
            pipes = {self.pipes[client]: client for client in alive}
            ready = multiprocessing.connection.wait(list(pipes), LOOK_EVERY)
            for pipe in ready:
                client = pipes[pipe]
                try:
                    kind, what, stamp = pipe.recv()
                except (EOFError, OSError):
                    raise RuntimeError("the process of %s has died" % client) from None
                if kind == "over":
                    self.pending.pop(client, None)
                else:
                    self.pending[client] = what if kind == "call" else BETWEEN[1]
                    events.append((client, kind, what, stamp))
            if ready:
                rest = Rest(sure)
                continue
            timed = any(map(is_timed, self.pending.values()))
            between = any(what in BETWEEN for what in self.pending.values())
            # Also those who wait for their next call: their feeders may have work to do.
            paths = [path for client in alive for path in threads_of(self.children[client].pid)]
            if rest.reached(paths) and not (timed or between) and time.monotonic() - begin >= least:
                return events

    def record(self, scripts, seed):
        for client, script in scripts.items():
            self.pending[client] = BETWEEN[0]
            self.pipes[client].send([(text, False) for text in script])
        # Where stamps are equal, calls come first: that only widens the calls.
        events = sorted(self.watch(sure=SURE), key=lambda event: (event[3], event[1] == "return"))
        line = lambda client, what: {"client": client, "call": what} if isinstance(what, str) else dict(what, client=client)
        return [line(client, what) for client, _, what, _ in events]

    def stacks(self):
        stacks = {}
        for client in self.pending:
            os.kill(self.children[client].pid, signal.SIGUSR2)
        for client in self.pending:
            text, before = b"", None
            for _ in range(100):
                time.sleep(0.01)
                self.dumps[client].seek(0)
                text = self.dumps[client].read()
                if text and text == before:
                    break
                before = text
            stacks[client] = dumped(text.decode("utf-8", "replace"))
        return stacks

    def close(self):
        for child in self.children.values():
            child.kill()
        for child in self.children.values():
            child.join()
        for file in list(self.pipes.values()) + list(self.dumps.values()):
            file.close()


def dumped(text):
    """The frames of the main thread in what `faulthandler` writes, in the form of `stack`."""
    lines = []
    for line in text.splitlines():
        if line.startswith(("Thread", "Current thread")):
            lines = []
        match = re.match(r'  File "(.*)", line (\d+) in (.*)', line)
        if match and match.group(1) == stack.__code__.co_filename:
            break
        if match:
            lines.append("%s:%s %s" % (os.path.basename(match.group(1)), match.group(2), match.group(3)))
    return lines[::-1]


# --- What there is ----------------------------------------------------------------------------


class Refused(Exception):
    """A request that cannot be served."""


class Offer:
    """A queue that can be opened, and what it declares."""

    def __init__(self, name, actors, make, names, **declared):
        self.name, self.actors, self.make, self.names = name, actors, make, names
        self.declared = dict(declared, name=name, settle=actors.settle_by)


def standard():
    """The joinable queues of this interpreter's standard library."""
    offers = []
    kinds = [("Queue", "fifo"), ("LifoQueue", "lifo"), ("PriorityQueue", "priority")]
    shut_down = getattr(queue, "ShutDown", None)
    names = Names(full=[queue.Full], empty=[queue.Empty], shut_down=[shut_down] if shut_down else [])
    since_3_13 = ["graceful", "immediate"] if shut_down else []
    for kind, discipline in kinds:
        offers.append(
            Offer(
                "queue." + kind,
                Threads,
                sized(getattr(queue, kind)),
                names,
                discipline=discipline,
                offers=["tasks", "try", "timed", "len", "unfinished", "cancel"]
                + since_3_13
                + (["is_shutdown"] if shut_down else []),
                momentary_zero="may_miss",
                zero_capacity="unbounded",
                negative_timeout="refused",
                waiter_order="fifo_unless_barged",
                cancels="one",
            )
        )
    shut_down = getattr(asyncio, "QueueShutDown", None)
    names = Names(
        full=[asyncio.QueueFull], empty=[asyncio.QueueEmpty], shut_down=[shut_down] if shut_down else []
    )
    for kind, discipline in kinds:
        offers.append(
            Offer(
                "asyncio." + kind,
                Tasks,
                sized(getattr(asyncio, kind)),
                names,
                discipline=discipline,
                offers=["tasks", "try", "len", "cancel"] + since_3_13,
                momentary_zero="must_return",
                zero_capacity="unbounded",
                waiter_order="fifo_unless_barged",
                cancels="all",
                ticks=True,
            )
        )
    if FORK:
        offers.append(
            Offer(
                "multiprocessing.JoinableQueue",
                Processes,
                sized(FORK.JoinableQueue),
                Names(full=[queue.Full], empty=[queue.Empty]),
                discipline="fifo",
                offers=["tasks", "try", "timed", "cancel"],
                momentary_zero="must_return",
                visibility="eventual",
                cancelled_put="may_have_happened",
                zero_capacity="unbounded",
                negative_timeout="zero",
                cancels="all",
                kills=True,
            )
        )
    return offers


def sized(cls):
    return lambda capacity: cls() if capacity is None else cls(capacity)


def found(name):
    """The object that `module:name` names."""
    module, _, attribute = name.partition(":")
    subject = importlib.import_module(module)
    for part in attribute.split("."):
        subject = getattr(subject, part)
    return subject


def other(name, file):
    """A class with a capability file."""
    with open(file) as text:
        read = json.load(text)
    actors = {"threads": Threads, "tasks": Tasks, "processes": Processes}[read.pop("actors")]
    exceptions = {kind: [found(e) for e in read.pop(kind, ())] for kind in ("full", "empty", "shut_down")}
    too_many = read.pop("too_many", None)
    if too_many is not None:
        exceptions["too_many"] = [found(e) for e in too_many]
    names = Names(methods=read.pop("methods", {}), **exceptions)
    option, unbounded = read.pop("capacity", "maxsize"), read.pop("unbounded", 0)
    cls = found(name)
    make = lambda capacity: cls(**{option: unbounded if capacity is None else capacity})
    cancel = {"cancels": {Threads: "one"}.get(actors, "all")} if "cancel" in read["offers"] else {}
    ticks = {"ticks": True} if actors is Tasks else {}
    return Offer(name, actors, make, names, **dict(cancel, **ticks), **read)


# --- The protocol -----------------------------------------------------------------------------


class Server:
    """Answers requests, one after the other."""

    def __init__(self, offers, source, sink):
        self.offers = {offer.name: offer for offer in offers}
        self.source, self.sink = source, sink
        self.sessions = {}

    def run(self):
        """Until stdin ends, or nobody reads the replies."""
        try:
            asyncio.run(self.serve())
        finally:
            os._exit(1)

    async def serve(self):
        while True:
            # Blocks the event loop, too: nothing is to happen between two requests.
            line = self.source.readline()
            if not line:
                os._exit(0)
            request = json.loads(line)
            try:
                reply = await getattr(self, "do_" + request["do"])(request)
            except Refused as why:
                reply = {"refused": str(why)}
            except Exception as error:  # The suite decides what that means.
                reply = {"refused": "%s: %s" % (type(error).__name__, error)}
            reply["id"] = request["id"]
            self.sink.write(json.dumps(reply, separators=(",", ":")).encode() + b"\n")
            self.sink.flush()

    async def do_hello(self, request):
        declared = [offer.declared for offer in self.offers.values()]
        version = "%s %s" % (sys.implementation.name, ".".join(map(str, sys.version_info[:3])))
        return {"protocol": PROTOCOL, "name": "taskdone python adapter", "version": version, "queues": declared}

    async def do_open(self, request):
        offer = self.offers.get(request["queue"])
        if offer is None:
            raise Refused("there is no queue %s" % request["queue"])
        session = offer.actors(offer, request["capacity"], request["clients"], request.get("cancels"))
        self.sessions[request["session"]] = session
        return {"opened": True}

    async def do_step(self, request):
        session = self.sessions[request["session"]]
        returned = await finish(session.step(request["batch"]))
        return {"returned": returned, "blocked": sorted(session.pending)}

    async def do_look(self, request):
        session = self.sessions[request["session"]]
        if isinstance(session, Tasks):
            return {"returned": await session.step([]), "blocked": sorted(session.pending)}
        returned = session.settle(request["for_ms"] / 1000)
        return {"returned": returned, "blocked": sorted(session.pending)}

    async def do_record(self, request):
        runs, offer = [], self.offers[request["queue"]]
        for time_ in range(request["times"]):
            scripts = request["scripts"]
            session = offer.actors(offer, request["capacity"], list(scripts), None)
            events = await finish(session.record(scripts, request["seed"] + time_))
            runs.append({"events": events, "blocked": sorted(session.pending)})
            await finish(session.close())
        return {"runs": runs}

    async def do_stacks(self, request):
        return {"stacks": self.sessions[request["session"]].stacks()}

    async def do_close(self, request):
        await finish(self.sessions.pop(request["session"]).close())
        return {"closed": True}


async def finish(result):
    """The result itself, also where it has to be awaited."""
    return await result if asyncio.iscoroutine(result) else result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("queue", nargs="?", help="module:Class; without it, the standard library")
    parser.add_argument("--capabilities", help="what that class offers, as JSON")
    args = parser.parse_args()
    offers = [other(args.queue, args.capabilities)] if args.queue else standard()
    # Whatever else prints goes to stderr.
    sink = os.fdopen(os.dup(1), "wb")
    source = os.fdopen(os.dup(0), "rb")
    os.set_inheritable(sink.fileno(), False)
    os.dup2(2, 1)
    faulthandler.enable()
    sys.setswitchinterval(SWITCH_EVERY)
    server = Server(offers, source, sink)
    MAIN.ident = threading.get_ident()
    signal.signal(signal.SIGUSR1, interrupt)
    threading.Thread(target=server.run, daemon=True).start()
    MAIN.run()


if __name__ == "__main__":
    main()
