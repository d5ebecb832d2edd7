"""One single-threaded worker process per core, and a queue of tasks for them.

Two processes of one thread do more than twice the work of one process with two threads here. Results come back in the
order of the tasks, whoever did them. A worker that is killed (out of memory, usually) is replaced and its task done
again, once.
"""

from __future__ import annotations

import contextlib
import os
import selectors
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from podcast_pipeline import errors, process
from podcast_pipeline.errors import PodcastError, ToolFailed, TranscriptionError
from podcast_pipeline.progress import Progress
from podcast_pipeline.transcribe import jobs, worker
from podcast_pipeline.transcribe.jobs import Answer, Failed, Job, Progressed

_FOREVER = 30 * 24 * 3600.0
"""Seconds a worker may live: it serves the whole stage, hours for a long recording and a large model."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something for a worker to do; `name` is how a person knows it, `size` the seconds of sound in it."""

    name: str
    size: float
    job: Job = field(repr=False)


class _Process:
    """A running worker: `task` is the index of what it is doing, `heard` the seconds of it that are done."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._program = self._stack.enter_context(
            process.start(worker.command(), stdin=True, stdout=True, timeout=_FOREVER)
        )
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._stdin, self.stdout = self._program.stdin, self._program.stdout
        self._unread = b""
        self.task: int | None = None
        self.heard = 0.0

    def give(self, index: int, job: Job) -> None:
        self.task, self.heard = index, 0.0
        with contextlib.suppress(BrokenPipeError):  # it has died: the end of its answers says so
            self._stdin.write(jobs.line(job))
            self._stdin.flush()

    def answers(self) -> list[Answer] | None:
        """The answers that have arrived; None when the process has ended."""
        data = os.read(self.stdout.fileno(), 1 << 20)
        if not data:
            return None
        *lines, self._unread = (self._unread + data).split(b"\n")
        return [jobs.answer(line) for line in lines]

    def close(self, error: BaseException | None = None) -> ToolFailed | None:
        """End it: kindly, or at once because of `error`. Returns how it died, where it did."""
        try:
            if error is None:
                self._stack.close()
            else:
                self._stack.__exit__(type(error), error, error.__traceback__)
        except ToolFailed as failure:
            return failure
        except BaseException as other:
            if other is not error:
                raise
        return None


class Pool:
    """Up to `count` workers, started when there is something to do. Leaving the block ends them all."""

    def __init__(self, count: int) -> None:
        self._count = max(1, count)
        self._selector = selectors.DefaultSelector()
        self._processes: list[_Process] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._processes:
            self._processes.pop().close(error)
        self._selector.close()

    def run(self, tasks: Sequence[Task], progress: Progress) -> list[Any]:
        """Do all tasks, longest first; the answers in the order of `tasks`. `progress` is told the seconds done.

        Raises what a worker raised (a PodcastError), or TranscriptionError naming the task that killed two workers.
        """
        waiting = sorted(range(len(tasks)), key=lambda i: (-tasks[i].size, i))
        results: dict[int, Any] = {}
        deaths = [0] * len(tasks)
        while len(results) < len(tasks):
            self._hand_out(tasks, waiting)
            for key, _ in self._selector.select():
                child: _Process = key.data
                answers = child.answers()
                if answers is None:
                    failure = self._bury(child)
                    if child.task is not None:
                        deaths[child.task] += 1
                        if deaths[child.task] > 1:
                            raise _killed(tasks[child.task], failure)
                        waiting.insert(0, child.task)
                    continue
                for answer in answers:
                    assert child.task is not None
                    if isinstance(answer, Progressed):
                        child.heard = min(answer.seconds, tasks[child.task].size)
                    elif isinstance(answer, Failed):
                        raise _passed_on(answer)
                    else:
                        results[child.task] = answer.result
                        child.task, child.heard = None, 0.0
            progress(sum(tasks[i].size for i in results) + sum(p.heard for p in self._processes))
        return [results[i] for i in range(len(tasks))]

    def _hand_out(self, tasks: Sequence[Task], waiting: list[int]) -> None:
        while waiting:
            idle = next((p for p in self._processes if p.task is None), None)
            if idle is None:
                if len(self._processes) >= self._count:
                    return
                idle = _Process()
                self._processes.append(idle)
                self._selector.register(idle.stdout, selectors.EVENT_READ, idle)
            index = waiting.pop(0)
            idle.give(index, tasks[index].job)

    def _bury(self, child: _Process) -> ToolFailed | None:
        self._selector.unregister(child.stdout)
        self._processes.remove(child)
        return child.close()


def _killed(task: Task, failure: ToolFailed | None) -> TranscriptionError:
    if failure is not None and failure.status > 0:
        return TranscriptionError(
            f"{task.name}: the recogniser broke twice: {(failure.tail.strip().splitlines() or ['no message'])[-1]}",
            "`podcast doctor` shows what is installed; the engine or the model may be broken",
        )
    signal = "" if failure is None else f" (signal {-failure.status})"
    return TranscriptionError(
        f"{task.name}: the recogniser was killed twice{signal}",
        "if memory ran out: fewer workers (-j 1), or a smaller model",
    )


def _passed_on(failure: Failed) -> PodcastError:
    kind = getattr(errors, failure.kind, TranscriptionError)
    kind = kind if kind in (TranscriptionError, errors.ConfigError, errors.AudioError) else PodcastError
    raised: PodcastError = kind(failure.message, failure.hint)
    return raised
