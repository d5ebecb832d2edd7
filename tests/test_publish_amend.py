"""amend: from what is public to what is here, step by step; it stops where only a person can speak."""

from __future__ import annotations

import json

import feedparser
import pytest
from shows import SIGNER, ShowDir

from podcast_pipeline.checks import claims

pytest_plugins = ["shows"]
CHECKED = 'checked_by = "example-host"\nchecked = 2020-01-03\n'


def entry(show: ShowDir) -> feedparser.FeedParserDict:
    (item,) = feedparser.parse((show.root / "public/feed.xml").read_bytes()).entries
    return item


def test_other_words_of_the_notes_need_nobody(published: ShowDir) -> None:
    """A title: said before, built, published; the sign-off stands, the guid stays; a second run does nothing."""
    before, slug = entry(published), published.slug
    assert "nothing to amend" in published.podcast("amend", slug).err
    published.edit(f"episodes/{slug}/episode.toml", 'title = "A tiny episode"', 'title = "Another title"')
    said = published.podcast("amend", slug, "--dry-run").err
    assert "next: build" in said
    assert entry(published).title == before.title
    assert "nobody is there to be asked" in published.podcast("amend", slug, code=1).err
    assert "the next step is build, not publish" in published.podcast("amend", slug, "--step", "publish", code=1).err
    published.podcast("amend", slug, "--step", "build", "--yes")
    said = published.podcast("amend", slug, "--yes").err
    assert "changed: the title" in said
    assert "the guid stays" in said
    after = entry(published)
    assert (after.title, after.id, after.enclosures) == ("Another title", before.id, before.enclosures)
    assert "nothing to amend" in published.podcast("amend", slug, "--yes").err


def test_other_words_need_a_person_and_a_correction(published: ShowDir) -> None:
    """--yes signs nothing and says nothing for anybody; each stop says what is needed, and it goes on from there."""
    slug, path = published.slug, published.workspace.transcript_json(published.slug)
    value = json.loads(path.read_text("utf-8"))
    word = value["paragraphs"][0]["words"][0]
    word[0] = "Indeed" if isinstance(word, list) else word
    path.write_text(json.dumps(value), "utf-8")
    said = published.podcast("amend", slug, "--yes", code=1).err
    assert "has to read and hear it, and sign" in said
    assert "void or missing: the transcript changed since" in said
    assert published.release.corrections == ()
    said = published.podcast("amend", slug, "--yes", "--by", SIGNER, code=1).err
    assert "go out with a dated correction" in said
    assert "Indeed" not in (published.root / "public/feed.xml").read_text("utf-8")
    published.podcast("amend", slug, "--yes", "--by", SIGNER, "--note", "The first word was heard wrongly.")
    assert "The first word was heard wrongly." in entry(published).content[0].value
    key = next(asset.key for asset in published.release.transcripts if asset.mime.startswith("text/vtt"))
    assert "Indeed" in (published.root / "public" / key).read_text("utf-8")
    assert published.podcast("verify").code == 0


def test_what_is_not_public_is_not_amended(signed: ShowDir) -> None:
    assert "is not public" in signed.podcast("amend", signed.slug, "--yes", code=1).err


def test_a_verdict_that_is_public_without(published: ShowDir, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the public form had is asked for; what it lacks as well is told and stops nothing, until it changes."""
    slug, toml, place = published.slug, f"episodes/{published.slug}/episode.toml", "claim[article].checked_by"
    published.edit(toml, CHECKED, "")
    published.podcast("build", "--force")
    assert f"E GAT02 {toml}: {place}" in published.podcast("publish", slug, code=1).lines[0]
    assert "the gate would stop it: E GAT02" in published.podcast("amend", slug, "--yes", code=1).err
    assert published.podcast("check", slug, code=1).out.startswith("E GAT02")
    asked = claims.check
    with monkeypatch.context() as before:  # by an earlier version, which did not ask for it
        before.setattr(claims, "check", lambda case: [each for each in asked(case) if each.code != "GAT02"])
        published.podcast("publish", slug)
    assert "compared with their references" not in entry(published).content[0].value

    published.edit(toml, 'title = "A tiny episode"', 'title = "Another title"')
    said = published.podcast("amend", slug, "--yes").err
    assert f"missing as before: GAT02 {toml}: {place}" in said
    assert f"without a verdict, as it was before: GAT02 {toml}: {place}" in said
    assert entry(published).title == "Another title"
    assert published.release.lacking == (f"GAT02 {toml}: {place}",)
    assert "W GAT02" in published.podcast("check", slug).out
    published.podcast("correct", slug, "--note", "The year was 2024.")
    published.podcast("publish", slug)
    assert "The year was 2024." in entry(published).content[0].value
    assert "nothing was written" in published.podcast("publish", slug).err

    feed = (published.public / "feed.xml").read_bytes()
    published.edit(toml, "The statement responds to an article.", "The statement answers an article.")
    published.podcast("build", "--force")
    assert f"E GAT02 {toml}: {place}" in published.podcast("publish", slug, code=1).lines[0]
    assert (published.public / "feed.xml").read_bytes() == feed
    published.edit(toml, 'refs = [{ id = "ref1" }]\n', 'refs = [{ id = "ref1" }]\n' + CHECKED)
    published.podcast("build", "--force")
    published.podcast("publish", slug)
    assert "The statement answers an article." in entry(published).content[0].value
    assert not published.release.lacking
    assert published.podcast("verify").code == 0
