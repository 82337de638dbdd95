"""Queues in Python with one defect each, and one that is right: what the suite has to tell apart."""

import asyncio
import collections
import queue
import threading


class Right(queue.Queue):
    """Nothing is wrong with it."""


class PutNotifiesNobody(queue.Queue):
    """PROG-1: whoever waits for an item is not told of it."""

    def put(self, item, block=True, timeout=None):
        waiters, self.not_empty._waiters = self.not_empty._waiters, collections.deque()
        super().put(item, block, timeout)
        self.not_empty._waiters = waiters


class TaskDoneSaturates(queue.Queue):
    """DONE-2: a report too many is not refused."""

    def task_done(self):
        try:
            super().task_done()
        except ValueError:
            pass


class JoinWaitsForEmpty(queue.Queue):
    """JOIN-3: join takes an empty queue for finished work."""

    def join(self):
        while True:
            with self.mutex:
                if not self.queue or not self.unfinished_tasks:
                    return
                self.not_full.wait(0.01)


class GetRaises(queue.Queue):
    """PROG-5: an empty queue is a surprise."""

    def get(self, block=True, timeout=None):
        with self.mutex:
            if block and timeout is None and not self.queue:
                return self.queue.popleft()
        return super().get(block, timeout)


class InterruptedStaysInLine(queue.Queue):
    """CANC-3: a get that was interrupted stays in line, and is woken instead of the next."""

    def __init__(self, maxsize=0):
        super().__init__(maxsize)
        self.line = collections.deque()

    def get(self, block=True, timeout=None):
        if not block or timeout is not None:
            return super().get(block, timeout)
        while True:
            with self.mutex:
                if self.queue:
                    item = self._get()
                    self.not_full.notify()
                    return item
                turn = threading.Event()
                self.line.append(turn)
            turn.wait()

    def put(self, item, block=True, timeout=None):
        super().put(item, block, timeout)
        with self.mutex:
            if self.line:
                self.line.popleft().set()


class CancelledTakesItem(asyncio.Queue):
    """CANC-1: the item is handed to a get before it runs, and lost if that is cancelled."""

    async def get(self):
        if not self.empty():
            return self.get_nowait()
        waiter = asyncio.get_running_loop().create_future()
        self._getters.append(waiter)
        return await waiter

    def _wakeup_next(self, waiters):
        if waiters is not self._getters:
            return super()._wakeup_next(waiters)
        while waiters:
            waiter = waiters.popleft()
            if not waiter.done():
                waiter.set_result(self.get_nowait())
                return None


class CancelledKeepsWakeUp(asyncio.Queue):
    """CANC-3: a get that was woken and is cancelled does not hand the wake-up on."""

    async def get(self):
        while self.empty():
            waiter = asyncio.get_running_loop().create_future()
            self._getters.append(waiter)
            await waiter
        return self.get_nowait()
