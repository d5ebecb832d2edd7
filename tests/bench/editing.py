"""The desk with 30,000 words, 40 chapters and 60 claims in headless Chromium: from an edit to its paint.

Each value stands beside that of a plain page in the same browser: the same words in paragraphs, one field to write in,
and no script. An edit is a key in a title, the playhead taken over by F9, and an answer of the server that changes a
row. Goals are for CPU and medians, as other work on the computer falls on single frames; the 95th percentiles, which
should stay below 50 ms on a computer that does nothing else, are printed beside them. Exit 1 above a goal.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "helpers")]

from browser import FLAGS, Server, serving  # noqa: E402 - found by the line above
from review import FRAME, PARAGRAPHS, Measured, cpu, show_of, watched  # noqa: E402

CHAPTERS, CLAIMS = 40, 60
ANSWER = """(number) => new Promise((done) => {
  const view = structuredClone(desk.sheet.view);
  view.values.chapter[5].title = `Chapter ${number}`;
  const start = performance.now();
  desk.sheet.take(view);
  requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => done(performance.now() - start);
    after.port2.postMessage(0);
  });
})"""


def fill(file: Path) -> None:
    """Many chapters and claims into an episode.toml that has two and one."""
    chapters = "".join(f'\n[[chapter]]\nstart = "{3 + 3 * i}:00"\ntitle = "Chapter {i}"\n' for i in range(CHAPTERS))
    claims = "".join(
        f'\n[[claim]]\nid = "c{i}"\nat = "{2 * i}:10"\ntext = "Claim {i} of the sample."\nrefs = [{{ id = "ref1" }}]\n'
        for i in range(CLAIMS)
    )
    file.write_text(file.read_text("utf-8") + chapters + claims, "utf-8")


def late(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


def paints(name: str, values: list[float], reference: list[float]) -> list[Measured]:
    """Median and 95th percentile of an edit to its paint; only the median has a goal that says something."""
    middle, plain = statistics.median(values), statistics.median(reference)
    return [
        Measured(f"{name} to paint, median", middle, plain, "ms", 6),
        Measured(f"{name} to paint, p95", late(values), late(reference), "ms", 50),
    ]


def keys(page: Any, session: Any, selector: str, count: int) -> tuple[list[float], float]:
    """From each key in a field to its paint, and the median CPU of a key; ms."""
    page.locator(selector).nth(0).focus()
    page.keyboard.press("End")
    page.wait_for_timeout(500)
    page.evaluate(FRAME)
    costs = []
    for number in range(count):
        before = cpu(session)
        page.keyboard.press("abcde "[number % 6])
        page.wait_for_timeout(40)
        costs.append(cpu(session) - before)
    return page.evaluate("paints"), statistics.median(costs)


def measure(context: Any, server: Server, texts: list[str], count: int) -> list[Measured]:
    plain = context.new_page()
    body = "".join(f"<p>{text}</p>" for text in texts)
    html = f"<!doctype html><title>Plain</title><input>{body}"
    plain.route(f"{server.origin}/plain", lambda route: route.fulfill(body=html, content_type="text/html"))
    plain.goto(f"{server.origin}/plain")
    reference, reference_cpu = keys(plain, watched(plain), "input", count)
    plain.close()
    page = context.new_page()
    page.goto(f"{server.origin}/#001-tiny")
    page.wait_for_selector("body[data-ready]")
    paint, key = keys(page, watched(page), ".chapter .title input", count)
    values = [Measured("key, CPU", key, reference_cpu, "ms", 6), *paints("key", paint, reference)]
    page.keyboard.press("Enter")
    page.evaluate("paints.length = 0")
    for number in range(count // 2):
        page.evaluate(f"desk.player.sound.currentTime = {10 + number / 10}")
        page.locator(".chapter .start input").nth(1).focus()
        page.keyboard.press("F9")
        page.wait_for_timeout(60)
    values += paints("playhead taken over", page.evaluate("paints"), reference)
    answers = [page.evaluate(ANSWER, number) for number in range(count)]
    values += paints("answer", answers, reference)
    page.close()
    return values


def main() -> int:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="more keys; the words are always 30,000")
    count = 120 if parser.parse_args().full else 40
    path = shutil.which("chromium")
    assert path is not None, "chromium is not installed"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        root = Path(folder) / "show"
        texts = show_of(root, PARAGRAPHS)
        fill(root / "episodes" / "001-tiny" / "episode.toml")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        with serving(root, ["desk", "001-tiny"]) as server:
            context = browser.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
            page = context.new_page()
            page.goto(server.start)  # the right to the rest; and what only a browser's first page costs
            page.wait_for_selector("body[data-ready]")
            page.close()
            values = measure(context, server, texts, count)
        browser.close()
    print("\n".join(map(str, values)))
    return 1 if any(one.ratio > one.goal for one in values) else 0


if __name__ == "__main__":
    sys.exit(main())
