"""A real Chromium on a real review page: the server as its own process, the sound beside it.

A test module says `pytest_plugins = ["browser"]` and asks for `open_page`; without Playwright or Chromium it is
skipped at home and fails in CI.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import forked
import needs
import numpy as np
import pytest

from podcast_pipeline import ffmpeg, process

ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
FEW = ["--renderer-process-limit=1", "--in-process-gpu"]
"""Of the processes of a browser as few as can be: tests open and close a hundred pages."""


@dataclass
class Server:
    """A running `podcast review` or `podcast desk`: its process, the address it printed, what it said."""

    process: subprocess.Popen[str]
    start: str

    @property
    def origin(self) -> str:
        return self.start.split("/start/")[0]

    @property
    def port(self) -> int:
        return int(self.origin.rsplit(":", 1)[1])

    def kill(self) -> None:
        """As the power cut does it."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> str:
        """As Ctrl-C does it; what stood on stderr."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=120)[1]


def reviewing(
    root: Path, slug: str, port: int | None = 0, browser: str = ""
) -> contextlib.AbstractContextManager[Server]:
    """`podcast review SLUG --port PORT` in the show at `root`, None without; `browser` opens the page, if any."""
    return serving(root, ["review", slug], port, browser)


@contextlib.contextmanager
def serving(root: Path, what: list[str], port: int | None = 0, browser: str = "") -> Iterator[Server]:
    """A command that serves a page of the show at `root`: as `reviewing`."""
    where = [] if port is None else ["--port", str(port)]
    words = ["-C", str(root), *what, *where, *([] if browser else ["--no-browser"])]
    with forked.start({**os.environ, "BROWSER": browser}, *words) as running:
        try:
            assert running.stdout is not None
            start = running.stdout.readline().strip()
            assert start.startswith("http://127.0.0.1:"), start + running.communicate(timeout=120)[1]
            yield Server(running, start)
        finally:
            if running.poll() is None:
                running.kill()


def give_sound(build: Path, sources: list[Path]) -> None:
    """review.wav and peaks.dat from `sources`, mixed: what the audio stage makes."""
    if (build / "review.wav").exists():
        return
    inputs = [word for source in sources for word in ("-i", str(source))]
    arguments = [
        "-filter_complex",
        f"amix=inputs={len(sources)}:normalize=0,aresample=24000",
        "-ac",
        "1",
    ]
    process.run([ffmpeg.binary().path, *ffmpeg.QUIET, *inputs, *arguments, str(build / "review.wav")])
    raw = ["-i", str(build / "review.wav"), "-ac", "1", "-ar", "8000", "-f", "s16le", "-"]
    output, _ = process.run([ffmpeg.binary().path, *ffmpeg.QUIET, *raw])
    samples = np.frombuffer(output, np.int16)
    blocks = samples[: len(samples) // 400 * 400].reshape(-1, 400) >> 8
    np.stack([blocks.min(axis=1), blocks.max(axis=1)], axis=1).astype(np.int8).tofile(build / "peaks.dat")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests."""
    sync_api = needs.module("playwright.sync_api")
    path = needs.program("chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *FEW])
        yield browser
        browser.close()


class Profile:
    """A user's profile, emptied for each test: to start a renderer for a new one costs more than most tests."""

    def __init__(self, chromium: Any, options: dict[str, Any]) -> None:
        self.context = chromium.new_context(
            **{"viewport": {"width": 1280, "height": 860}, "reduced_motion": "reduce", **options}
        )
        self.context.set_default_timeout(120_000)
        self._empty = self.context.new_page()  # with it the renderer stays
        self._tools = self.context.new_cdp_session(self._empty)

    def close_pages(self) -> None:
        """All that a test opened."""
        for page in self.context.pages:
            if page is not self._empty:
                page.close()

    def clear(self) -> None:
        """Forget cookies, all that pages stored, and what was loaded."""
        self.context.set_offline(False)
        self.context.clear_cookies()
        self._tools.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
        self._tools.send("Network.clearBrowserCache")


@pytest.fixture(scope="session")
def profiles() -> dict[str, list[Profile]]:
    """Those that were made, by their options."""
    return {}


@dataclass
class Tab:
    """A page that is open, with everything it complained about."""

    page: Any
    complaints: list[str] = field(default_factory=list)

    def wait_saved(self) -> None:
        self.until("document.getElementById('status').dataset.state === 'good'")

    def until(self, expression: str, seconds: float = 120) -> None:
        """Wait until `expression` holds. Asked again and again from outside: the page's policy forbids eval."""
        end, pause = time.monotonic() + seconds, 10
        while not self._holds(expression):
            assert time.monotonic() < end, f"never true: {expression}; complaints: {self.complaints}"
            self.page.wait_for_timeout(pause)
            pause = min(100, 2 * pause)  # ms; asking costs all processes of the browser more than waiting

    def _holds(self, expression: str) -> bool:
        try:
            return bool(self.page.evaluate(expression))
        except Exception as error:
            if "context was destroyed" not in str(error):  # the page is being loaded again
                raise
            return False

    def text(self, id_: str) -> Any:
        return self.page.locator(f'[data-id="{id_}"] .text')

    def call(self, script: str) -> Any:
        return self.page.evaluate(script)


Opener = Callable[..., Tab]


@pytest.fixture
def open_page(chromium: Any, profiles: dict[str, list[Profile]]) -> Iterator[Opener]:
    """Open the address of a server in a profile of its own: `open_page(server.start, by=HOST, mode="read")`."""
    used: list[Profile] = []

    def profile(options: dict[str, Any]) -> Profile:
        alike = profiles.setdefault(json.dumps(options, sort_keys=True), [])
        free = [one for one in alike if one not in used]
        if not free:
            free.append(Profile(chromium, options))
            alike += free
        used.append(free[0])
        free[0].clear()  # now, and not when its pages are closed: what leaves a page last may come after that
        return free[0]

    def opened(address: str, by: str = "example-host", mode: str = "read", **options: Any) -> Tab:
        page = profile(options).context.new_page()
        kept = f"localStorage.setItem('review-by', {json.dumps(by)});" if by else ""
        page.add_init_script(f"if (!localStorage.getItem('review-by')) {{ {kept} }}")
        tab = Tab(page)
        page.on("console", lambda message: tab.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: tab.complaints.append(str(error)))
        page.goto(address)
        page.wait_for_selector("body[data-ready]")
        page.locator(f'#modes [data-mode="{mode}"]').click()
        return tab

    yield opened
    for one in used:
        one.close_pages()
