"""Published episodes whose review date or credit has passed: their pages say so, and nothing else changes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import html5lib
import pytest
from feeds import SMALL, small_release
from shows import ShowDir, sign, stamps, tree

from podcast_pipeline import codec, keys
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Asset
from podcast_pipeline.model.show import Feed
from podcast_pipeline.publish import expiry, members, sealed
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.site import lapse
from podcast_pipeline.storage.local import LocalStorage

pytest_plugins = ["shows"]
TOML = "episodes/001-tiny/episode.toml"
CREDIT = """
[cme]
accredited = true
provider = "Example Society"
credit = "0.5 credits"
claim_url = "https://example.org/claim"
funding = "The society's own funds."
expires = 2021-09-01
"""
REVIEW = "The review of this content was due by 1 June 2021: read it as older knowledge."
OVER = "The credit for this episode ended on 1 September 2021: none is offered any more."


def page(show: ShowDir) -> str:
    (path,) = show.public.glob("episodes/*/index.html")
    text = path.read_text("utf-8")
    html5lib.HTMLParser(strict=True).parse(text)
    found = show.release.page
    assert found is not None
    assert (found.sha256, found.bytes) == (hashlib.sha256(text.encode()).hexdigest(), len(text.encode()))
    return text


def on(day: str) -> tuple[str, str]:
    return "--now", f"{day}T12:00:00Z"


@pytest.fixture
def dated(signed: ShowDir) -> ShowDir:
    """Published in 2020, to be reviewed by 1 June 2021, with credit until 1 September."""
    signed.edit(TOML, 'content_class = "clinical"', 'content_class = "clinical"\nreview_by = 2021-06-01')
    path = signed.root / TOML
    path.write_text(path.read_text("utf-8") + CREDIT, "utf-8")
    for id_ in ("example-host", "example-guest", "example-reviewer"):  # credit needs what was declared before it
        signed.edit(f"feed/people/{id_}.toml", "collected = 2026-11-20", "collected = 2020-01-01")
    sign(signed)
    signed.podcast("publish", signed.slug, *on("2020-02-01"))
    return signed


def test_the_page_gets_its_banner_when_the_day_has_passed(dated: ShowDir) -> None:
    """Not on the day, but after it, with nothing built here any more; sound, guid, feed and all else stay."""
    assert 'role="note"' not in page(dated)
    assert "Credit: 0.5 credits" in page(dated)
    assert "nothing was written" in dated.podcast("publish", *on("2021-06-01")).err
    shutil.move(dated.build, dated.root / "elsewhere")
    before, record = tree(dated.public, "index.html", "manifests/"), dated.release
    assert f"its page says: {REVIEW}" in dated.podcast("publish", *on("2021-06-02")).err
    assert REVIEW in page(dated)
    assert "Credit: 0.5 credits" in page(dated)
    assert tree(dated.public, "index.html", "manifests/") == before
    assert dated.release.revision == record.revision + 1
    same = dataclasses.replace(
        dated.release, page=record.page, lapsed=(), revision=record.revision, replaces=record.replaces
    )
    assert (same, dated.release.lapsed) == (record, (REVIEW,))
    assert "all as recorded" in dated.podcast("verify").err
    written = stamps(dated.public)
    assert "nothing was written" in dated.podcast("publish", *on("2021-09-01")).err
    assert stamps(dated.public) == written
    # The credit line turns into the banner; who paid for it stays.
    dated.podcast("publish", *on("2021-09-02"))
    text = page(dated)
    assert text.count('role="note"') == 1
    assert REVIEW in text
    assert OVER in text
    assert "Credit: 0.5 credits" not in text
    assert "Funding: The society&#39;s own funds." in text
    # Rendered again from what is built, it is the same page.
    shutil.move(dated.root / "elsewhere", dated.build)
    assert "nothing was written" in dated.podcast("publish", dated.slug, *on("2021-09-02")).err


def test_who_is_told_that_it_is_due(dated: ShowDir) -> None:
    """check, status and the nightly watch say so until the page does; a review with a new day takes the banner off."""
    (report,) = json.loads(dated.podcast("check", "--json").out)
    said = {one["code"]: one["sentence"] for one in report["findings"]}
    assert said["LIF01"].startswith("review was due by 2021-06-01: `podcast publish` says so on its page")
    assert said["CME01"] == "credit has expired on 2021-09-01: `podcast publish` says so on its page"
    (row,) = json.loads(dated.podcast("status", "--json").out)["episodes"]
    assert row["state"] == f"published 2020-01-06 09:00 UTC. {REVIEW} {OVER}"
    assert row["next"] == "`podcast publish` says so on its page"
    watched = dated.podcast("refs", "check", code=1)
    assert f"001-tiny: {REVIEW} {OVER} `podcast publish` says so on its page" in watched.out
    dated.podcast("publish")
    assert REVIEW not in dated.podcast("refs", "check").out
    (row,) = json.loads(dated.podcast("status", "--json").out)["episodes"]
    assert (row["state"].endswith(OVER), row["next"]) == (True, "`podcast verify 001-tiny`")
    dated.edit(TOML, "review_by = 2021-06-01", "review_by = 2199-06-01")
    sign(dated, "--force")
    dated.podcast("publish", dated.slug)
    assert REVIEW not in page(dated)
    assert OVER in page(dated)
    assert dated.release.guid == "3b1f0b7e-9d0c-4f0e-8a55-6f2f3f6f1a01"


def test_a_killed_run_and_a_page_that_somebody_changed(dated: ShowDir) -> None:
    """What was uploaded before the record is found again; a page that is not ours stays, one that is gone returns."""
    record = dated.workspace.release(dated.slug)
    before = record.read_bytes()
    dated.podcast("publish", *on("2021-06-02"))
    record.write_bytes(before)
    dated.podcast("publish", *on("2021-06-02"))
    assert dated.release.lapsed == (REVIEW,)
    assert page(dated).count(REVIEW) == 1
    (path,) = dated.public.glob("episodes/*/index.html")
    path.write_text(path.read_text("utf-8").replace("A tiny episode", "Another episode"), "utf-8")
    altered = path.read_bytes()
    assert "nothing was written" in dated.podcast("publish", *on("2021-09-02")).err
    assert path.read_bytes() == altered
    path.unlink()
    dated.podcast("publish", *on("2021-09-02"))  # what the feed names has to be there: put back as it was recorded
    assert REVIEW in page(dated)
    dated.podcast("publish", *on("2021-09-02"))
    assert OVER in page(dated)
    assert "nothing was written" in dated.podcast("publish", *on("2021-09-02")).err


def test_an_episode_for_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its page lies under an address that the record does not name; the banner finds it there."""
    monkeypatch.setenv(members.SECRET, "an example of a secret with enough bytes")
    show = dataclasses.replace(
        SMALL, feeds=(Feed("lit", "https://podcast.example.org/m/lit/{token}.xml", audience="members"),)
    )
    html = b"<head></head>\n<article>\n<h1>A title</h1>\n</article>\n"
    bare = Wanted.of_bytes("", html)
    release = small_release(
        1, feeds=("lit",), review_by=date(2027, 1, 1), page=Asset("", bare.size, "text/html", bare.sha256)
    )
    storage = LocalStorage(show.storage, Workspace(tmp_path))
    now = datetime(2027, 1, 2, tzinfo=UTC)
    assert lapse.due([release], datetime(2027, 1, 1, 23, 59, tzinfo=UTC)) == ()
    assert lapse.due([release], now) == (release,)
    assert expiry.overtaken(show, release, storage, now) == (release, [])
    opened = sealed.opened(show, release).page
    assert opened is not None
    storage.put(html, opened.key, keys.headers(opened.key), bare.sha256, None, True)
    changed, (wanted,) = expiry.overtaken(show, release, storage, now)
    assert wanted.key == opened.key
    assert changed.page is not None
    assert (changed.page.key, changed.page.sha256) == ("", wanted.sha256)
    assert opened.key not in json.dumps(codec.encode(changed))
