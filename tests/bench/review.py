"""The review page with 30,000 words in headless Chromium: CPU of loading and of a key, key to paint, saves, memory.

Each value stands beside that of a plain page in the same browser: the same words in paragraphs that can be written in,
the same sound in an <audio> of the browser's own, and no script. CPU is that of the page's main thread (`threadTicks`).
Exit 1 where a ratio is above its goal.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "helpers"))

from browser import FLAGS, Server, reviewing  # noqa: E402 - found by the line above
from reviews import GUEST, HOST, make_show  # noqa: E402

from podcast_pipeline import ffmpeg, process  # noqa: E402

PARAGRAPHS, WORDS = 481, 62
PLAIN = [
    "the", "and", "of", "pain", "we", "with", "patients", "spinal", "cord", "stimulation", "was", "after",
    "treatment", "nerve", "block", "for", "many", "weeks", "in", "this", "study", "a", "significant",
    "reduction", "however", "considered", "before", "surgery", "lumbar", "facet", "joint", "while", "other",
    "people", "told", "us", "so",
]  # fmt: skip
GRAVE = ("not", "300 mg", "gabapentin", "no", "twelve")
"""About three words in a hundred of spoken medicine are numbers, negations and medicines."""


class Measured(NamedTuple):
    """A value, the plain page's, and how many times that it may be."""

    name: str
    value: float
    plain: float
    unit: str
    goal: float

    @property
    def ratio(self) -> float:
        return self.value / self.plain

    def __str__(self) -> str:
        values = f"{self.value:8.1f} {self.unit:3} plain {self.plain:8.1f}"
        return f"{self.name:34} {values}  ratio {self.ratio:6.2f}  goal <= {self.goal:g}"


def show_of(root: Path, paragraphs: int) -> list[str]:
    """A show with an episode of `paragraphs` times 62 words, two speakers in turns; the text of each."""
    dice = random.Random(5)
    turns = [
        (
            (HOST, GUEST)[i % 2],
            " ".join(dice.choice(GRAVE if dice.random() < 0.03 else PLAIN) for _ in range(WORDS)) + ".",
        )
        for i in range(paragraphs)
    ]
    subject = make_show(root, turns, per_word=240, gap=20)
    give_silence(subject.built("review.wav"), subject.machine_transcript().words[-1].end)
    return [text for _, text in turns]


def give_silence(path: Path, length: int) -> None:
    """An MP3 of `length` ms as the pipeline makes it (mono, 64 kbit/s): one minute encoded, and repeated."""
    raw = ["-f", "lavfi", "-i", "anoisesrc=r=44100:a=0.1:d=60", "-ac", "1", "-b:a", "64k", "-reservoir", "0"]
    output, _ = process.run([ffmpeg.binary().path, *ffmpeg.QUIET, *raw, "-write_xing", "0", "-f", "mp3", "-"])
    path.write_bytes(output * (length // 60_000 + 1))


def cpu(session: Any) -> float:
    """ms that the page's main thread has worked since it was made."""
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return 1000 * float(metrics["TaskDuration"])


def watched(page: Any) -> Any:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    return session


def private(session: Any, browser_pid: int) -> float:
    """MB that the largest renderer below this browser has written and shares with nobody.

    Not its PSS: that is less where more browsers run, as they share the program's pages.
    """
    session.send("HeapProfiler.collectGarbage")
    sizes = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and b"--type=renderer" in (folder / "cmdline").read_bytes():
                roll = (folder / "smaps_rollup").read_text()
                if _below(int(folder.name), browser_pid):
                    sizes.append(int(roll.split("Private_Dirty:")[1].split()[0]) / 1024)
        except (OSError, IndexError):
            continue
    return max(sizes, default=0.0)


def _below(pid: int, ancestor: int) -> bool:
    while pid > 1:
        if pid == ancestor:
            return True
        pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    return False


def _done(page: Any, measure: str) -> None:
    """Wait until the page has measured this, and has drawn it."""
    end = time.monotonic() + 10
    while not page.evaluate(f"performance.getEntriesByName('{measure}').length"):
        assert time.monotonic() < end, f"{measure}: never"
        page.wait_for_timeout(50)
    page.wait_for_timeout(200)


FRAME = """() => {
  window.paints = [];
  addEventListener('keydown', (event) => {
    const start = performance.now();
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => paints.push(performance.now() - start);
      after.port2.postMessage(0);
    });
  }, true);
}"""
SCAN = """(text) => {
  const start = performance.now();
  let count = 0;
  for (let i = 0; i < 10; i += 1) for (const word of text.matchAll(/[a-z]+/gi)) count += word[0].length;
  return (performance.now() - start) / 10;
}"""
"""ms to look at every word of a text once: what finding and marking are compared with."""
TURN = ".turn .text"
PLAIN_TURN = "p"


def typed(page: Any, session: Any, selector: str, keys: int) -> tuple[float, float]:
    """Median CPU of a key in the 200th paragraph, and median from key to paint; ms."""
    text = page.locator(selector).nth(200)
    text.scroll_into_view_if_needed()
    text.focus()
    page.keyboard.press("Control+End")
    page.wait_for_timeout(800)
    page.evaluate(FRAME)
    costs = []
    for number in range(keys):
        before = cpu(session)
        page.keyboard.press("abcde "[number % 6])
        page.wait_for_timeout(40)
        costs.append(cpu(session) - before)
    return statistics.median(costs), statistics.median(page.evaluate("paints"))


class Plain(NamedTuple):
    """What the plain page takes: ms and MB."""

    load_cpu: float
    load_wall: float
    key_cpu: float
    key_paint: float
    answer: float
    scan: float
    memory: float
    sound: float
    playing: float


def plain(context: Any, browser_pid: int, server: Server, texts: list[str], keys: int) -> Plain:
    """Open a page with the same words and sound and no script; type, ask the server, jump in the sound."""
    page = context.new_page()
    session = watched(page)
    body = "".join(f"<p contenteditable>{text}</p>" for text in texts)
    html = f"<!doctype html><title>Plain</title><audio src='/e/001-tiny/audio' preload=metadata></audio>{body}"
    address = f"{server.origin}/plain"
    page.route(address, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("about:blank")
    start = time.perf_counter()
    page.goto(address)
    page.wait_for_timeout(300)
    load_cpu, load_wall = cpu(session), 1000 * (time.perf_counter() - start) - 300
    key_cpu, key_paint = typed(page, session, PLAIN_TURN, keys)
    asked = (
        "(async () => { const start = performance.now(); await fetch('/loopback/static/icon.svg', {cache: 'no-store'});"
    )
    answers = [page.evaluate(f"{asked} return performance.now() - start; }})()") for _ in range(20)]
    scan = min(page.evaluate(SCAN, "\n".join(texts)) for _ in range(5))
    memory = private(session, browser_pid)
    jump = """(place) => new Promise((done) => {
      const sound = document.querySelector('audio'), start = performance.now();
      sound.addEventListener('playing', () => done(performance.now() - start), {once: true});
      sound.pause(); sound.currentTime = place; sound.play();
    })"""
    sounds = [page.evaluate(jump, place * WORDS * 0.26) for place in JUMPS]
    values = Plain(
        load_cpu, load_wall, key_cpu, key_paint, statistics.median(answers), scan, memory,
        statistics.median(sounds), private(session, browser_pid),
    )  # fmt: skip
    page.close()
    return values


JUMPS = (400, 20, 300, 100, 450)
"""Paragraphs far apart, and back: the browser has not read there yet."""


def measure(context: Any, browser_pid: int, server: Server, reference: Plain, keys: int) -> list[Measured]:
    """Open the page, type, save, part and join, find; one value for each goal."""
    page = context.new_page()
    session = watched(page)
    page.goto("about:blank")
    start = time.perf_counter()
    page.goto(server.origin, wait_until="commit")
    page.wait_for_selector(".turn:nth-of-type(300)", state="attached")
    page.wait_for_selector("body[data-ready]")
    page.wait_for_timeout(300)
    loaded, wall = cpu(session), time.perf_counter() - start
    found = [
        Measured("load, CPU", loaded, reference.load_cpu, "ms", 7),
        Measured("load, wall", 1000 * wall - 300, reference.load_wall, "ms", 8),
    ]
    page.locator('#modes [data-mode="read"]').click()
    key, paint = typed(page, session, TURN, keys)
    found.append(Measured("key, CPU", key, reference.key_cpu, "ms", 5))
    found.append(Measured("key to paint, median", paint, reference.key_paint, "ms", 6))
    for number in range(max(6, keys // 4)):
        page.keyboard.press("fgh "[number % 4])
        page.evaluate("reviewPage.saver.flush()")
    saves = statistics.median(page.evaluate("performance.getEntriesByName('save').map(e => e.duration)"))
    found.append(Measured("save acknowledged, median", saves, reference.answer, "ms", 40))
    page.keyboard.press("Control+Home")
    for _ in range(8):
        page.keyboard.press("Control+ArrowRight")
    before = cpu(session)
    page.keyboard.press("Enter")
    _done(page, "split done")
    found.append(Measured("new paragraph, CPU", cpu(session) - before, reference.key_cpu, "ms", 25))
    before = cpu(session)
    page.keyboard.press("Backspace")
    _done(page, "merge done")
    found.append(Measured("joined paragraphs, CPU", cpu(session) - before, reference.key_cpu, "ms", 25))
    ticks = page.evaluate(
        """() => { const p = reviewPage.player.store.listed()[200]; const start = performance.now();
      for (let i = 0; i < 200; i += 1) reviewPage.surface.marks.speak(reviewPage.player.store.at(p.start + i * 260));
      return (performance.now() - start) / 200; }"""
    )
    found.append(Measured("spoken word moved", ticks, reference.scan, "ms", 0.3))
    page.keyboard.press("Control+h")
    for word in ("gabapentin", "patients", "gabapentin"):
        page.get_by_label("Find", exact=True).fill(word)
        page.wait_for_timeout(300)
    finds = page.evaluate("performance.getEntriesByName('find').map(e => e.duration)")
    found.append(Measured("find all", min(finds[-3:]), reference.scan, "ms", 50))
    found.append(Measured("renderer, memory of its own", private(session, browser_pid), reference.memory, "MB", 2.2))
    page.keyboard.press("Escape")
    for place in JUMPS:
        time_button = page.locator(".turn .time").nth(place)
        time_button.scroll_into_view_if_needed()
        before = page.evaluate("performance.getEntriesByName('first sound').length")
        time_button.click()
        while page.evaluate("performance.getEntriesByName('first sound').length") == before:
            page.wait_for_timeout(20)
    middle = statistics.median(page.evaluate("performance.getEntriesByName('first sound').map(e => e.duration)"))
    found.append(Measured("first sound after a click, median", middle, reference.sound, "ms", 12))
    found.append(
        Measured("renderer playing, memory of its own", private(session, browser_pid), reference.playing, "MB", 2.5)
    )
    page.close()
    return found


def run(paragraphs: int, keys: int) -> list[Measured]:
    """All values for an episode of `paragraphs` times 62 words. Needs Playwright and Chromium."""
    import shutil

    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    assert path is not None, "chromium is not installed"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        texts = show_of(Path(folder) / "show", paragraphs)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        session = browser.new_browser_cdp_session()
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        pid = next(one["id"] for one in processes if one["type"] == "browser")
        with reviewing(Path(folder) / "show", "001-tiny") as server:
            context = browser.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
            context.add_init_script("localStorage.setItem('review-by', 'example-host')")
            page = context.new_page()
            page.goto(server.start)  # the right to the rest; and what only a browser's first page costs
            page.wait_for_selector("body[data-ready]")
            page.close()
            reference = plain(context, pid, server, texts, keys)
            found = measure(context, pid, server, reference, keys)
        browser.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="more keys; the words are always 30,000")
    found = run(PARAGRAPHS, 120 if parser.parse_args().full else 40)
    print("\n".join(map(str, found)))
    return 1 if any(one.ratio > one.goal for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
