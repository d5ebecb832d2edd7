"""amend: from what is public to what is here, step by step; it stops where only a person can speak."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import replace
from datetime import date

import feedparser
import pytest
from faults import KILLED, forked
from mutagen.mp3 import MP3
from shows import ROOT, SAMPLE, SIGNER, TINY, ShowDir, copied, missing, sign, tree

from podcast_pipeline import ffmpeg, process
from podcast_pipeline.checks import claims
from podcast_pipeline.config.load import load_show
from podcast_pipeline.digests import Digests
from podcast_pipeline.model.podcasting import Alternate, EpisodeExtras
from podcast_pipeline.publish import pending, printed

pytest_plugins = ["shows"]
CHECKED = 'checked_by = "example-reviewer"\nchecked = 2020-01-03\n'


def entry(show: ShowDir) -> feedparser.FeedParserDict:
    (item,) = feedparser.parse((show.root / "public/feed.xml").read_bytes()).entries
    return item


def test_other_words_of_the_notes_need_a_signature(published: ShowDir) -> None:
    """A title: said before, built, signed, published without a correction; the guid stays; a second run: nothing."""
    before, slug = entry(published), published.slug
    assert "nothing to amend" in published.podcast("amend", slug).err
    published.edit(f"episodes/{slug}/episode.toml", 'title = "A tiny episode"', 'title = "Another title"')
    said = published.podcast("amend", slug, "--dry-run").err
    assert "next: build" in said
    assert "changed: the title changed since Robin Example signed on" in said
    assert "statement." not in said
    assert entry(published).title == before.title
    assert "nobody is there to be asked" in published.podcast("amend", slug, code=1).err
    assert "the next step is build, not publish" in published.podcast("amend", slug, "--step", "publish", code=1).err
    published.podcast("amend", slug, "--step", "build", "--yes")
    said = published.podcast("amend", slug, "--yes", code=1).err
    assert "changed: the title" in said
    assert "void or missing: the title changed since Robin Example signed on" in said
    assert "changed: the transcript" not in said
    assert "the guid stays" in said
    said = published.podcast("amend", slug, "--yes", "--by", SIGNER).out
    assert "- A tiny episode" in said
    assert "+ Another title" in said
    assert published.release.corrections == ()
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


def test_another_recording(published: ShowDir) -> None:
    """Nobody but a person signs it and says what was wrong; new sound at a new address, one episode as before."""
    slug, before, old, files = published.slug, published.release, entry(published), tree(published.public)
    track = published.folder / "raw" / "guest.flac"
    take = ["-y", "-ss", "5.5", "-t", "7", "-i", str(ROOT / "episodes" / SAMPLE / "raw" / "guest.flac")]
    process.run([ffmpeg.binary().path, *ffmpeg.QUIET, *take, "-bitexact", str(track)])
    said = published.podcast("amend", slug, "--yes", code=1).err
    assert "changed: the sound" in said
    assert "void or missing: the audio changed since" in said
    assert "the sound has a new address; whoever has downloaded the earlier one keeps it" in said
    assert "it is 0:07 long, and was 0:05" in said
    assert "has to read and hear it, and sign" in said
    assert "the audio changed since Robin Example signed on" in published.podcast("status").out
    idle = published.podcast("publish").err
    assert f"{slug}: what is here is not public: the audio changed since Robin Example signed on" in idle
    assert "up to date" not in idle
    said = published.podcast("amend", slug, "--yes", "--by", SIGNER, code=1).err
    assert f"`podcast check {slug} --seal --by example-reviewer`" in said, "the claim is made in other words"
    published.seal()
    said = published.podcast("amend", slug, "--yes", "--by", SIGNER, code=1).err
    assert "go out with a dated correction" in said
    assert published.release == before
    anew = f"signed anew, and not public yet: `podcast amend {slug}`"
    assert anew in published.podcast("status").out
    idle = published.podcast("publish").err
    assert anew in idle
    assert "up to date" not in idle
    refused = published.podcast("publish", slug, code=1)
    assert refused.lines == [f"{slug}: the audio differs from the published one"]
    assert "--replace" in refused.err
    assert tree(published.public) == files
    by_hand = copied(published, published.root.parent / "by-hand")
    said = published.podcast("amend", slug, "--yes", "--by", SIGNER, "--note", "One microphone was silent.").err
    assert "apps that keep an episode's address go on playing the earlier file" in said
    new, after = entry(published), published.release
    assert (new.id, new.published, after.guid) == (old.id, old.published, before.guid)
    assert (after.publish_at, after.updated_at is not None) == (before.publish_at, True)
    assert after.enclosure.key != before.enclosure.key
    assert new.enclosures[0].href.endswith(after.enclosure.key)
    assert MP3(published.public / after.enclosure.key).info.length == pytest.approx(7, abs=0.1)
    assert tree(published.public)[before.enclosure.key] == files[before.enclosure.key]
    assert [(each.kind, each.note) for each in after.corrections] == [("audio", "One microphone was silent.")]
    assert new.summary.endswith("corrected in the recording: One microphone was silent.")
    assert missing(published.public) == []
    assert "all as recorded" in published.podcast("verify", "--read-data").err
    assert "nothing to amend" in published.podcast("amend", slug, "--yes").err

    said = by_hand.podcast("correct", slug, "--note", "One microphone was silent.").err
    assert f"`podcast publish --replace {slug}`" in said
    assert "--replace" in by_hand.podcast("publish", slug, code=1).err
    by_hand.podcast("publish", "--replace", slug)
    assert by_hand.release.enclosure == after.enclosure
    assert entry(by_hand).summary.endswith("corrected in the recording: One microphone was silent.")


def test_killed_between_record_and_feed_it_goes_on(published: ShowDir) -> None:
    """That the record says it already does not make it public."""
    published.edit(f"episodes/{TINY}/episode.toml", 'title = "A tiny episode"', 'title = "Another title"')
    assert forked(published, ("amend", TINY, "--yes", "--by", SIGNER), f"kill:1:renamed {TINY}.json").code == KILLED
    assert entry(published).title == "A tiny episode"
    assert "what is written down, and not public yet" in published.podcast("amend", TINY, "--yes").err
    assert entry(published).title == "Another title"
    said = published.podcast("amend", TINY, "--yes").err
    assert "nothing to amend" in said
    assert f"stay as they were: `podcast publish --replace {TINY}` puts it anew" in said
    assert MP3(published.public / published.release.enclosure.key).tags["TIT2"].text == ["A tiny episode"]


def test_what_others_wrote_of_it(published: ShowDir) -> None:
    """A person and a paper belong to the show: a change of what is printed of them is named with each public episode
    that it makes void, and is amended; what is printed nowhere is no news. Each part of the statement is told apart."""
    signed = published.workspace.signoff_json(published.slug)
    person, papers = published.workspace.person(SIGNER), published.workspace.references
    for path in (*published.folder.glob("*.*"), signed):
        os.utime(path, (2, 2) if path == signed else (1, 1))
    assert "changed since" not in published.podcast("status").out
    digests = Digests()

    def void() -> str:
        return pending.unsigned(load_show(published.workspace), published.workspace, published.release, digests)

    texts = {path: path.read_text("utf-8") for path in (person, papers)}
    bio, title = tomllib.loads(texts[person])["bio"]["short"], json.loads(texts[papers])[0]["title"]
    for path, old, new, part in [
        (person, bio, f"{bio} Again.", "the people"),
        (person, "ROB-in", "rob-IN", ""),
        (papers, title, f"{title}, again", "the references"),
        (papers, '"title"', '"abstract": "Another.", "title"', ""),
    ]:
        assert old in texts[path]
        path.write_text(texts[path].replace(old, new, 1), "utf-8")
        assert void().startswith(f"{part} changed since" if part else ""), new
        assert bool(void()) is printed.others(load_show(published.workspace), published.release) is bool(part), new
        path.write_text(texts[path], "utf-8")
    assert void() == ""
    kept = signed.rename(signed.with_suffix(".kept"))
    assert void().startswith("review.jsonl says that Robin Example signed on")
    kept.rename(signed)

    public = published.release
    statement = public.statement
    assert statement is not None
    for facts, part in (
        ({"objectives": ("Name one example.",)}, "the objectives"),
        ({"summary": "Another summary."}, "the summary"),
        ({"off_label": "None is spoken of."}, "the off-label use"),
        ({"recorded": date(2019, 1, 1)}, "the particulars"),
        ({"claims": ()}, "the claims"),
        ({"people": tuple(replace(each, orcid="0000-0002-1825-0097") for each in statement.people)}, "the people"),
    ):
        made = replace(public, statement=replace(statement, **facts))
        assert printed.differing(made, public) == (part,)
    other = Alternate(public.enclosure, "In pictures", "sha384-A")
    forms = [replace(public, extras=EpisodeExtras(alternates=(replace(other, integrity=text),))) for text in "AB"]
    assert printed.differing(*forms) == printed.differing(forms[0], public) == ("its other forms",)
    assert printed.differing(public, public) == ()


def test_what_is_not_public_is_not_amended(signed: ShowDir) -> None:
    assert "is not public" in signed.podcast("amend", signed.slug, "--yes", code=1).err


def test_a_verdict_that_is_public_without(published: ShowDir, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the public form had is asked for; what it lacks as well is told and stops nothing, until it changes."""
    slug, toml, place = published.slug, f"episodes/{published.slug}/episode.toml", "claim[article].checked_by"
    published.edit(toml, CHECKED, "")
    sign(published, "--force")
    assert f"E GAT02 {toml}: {place}" in published.podcast("publish", slug, code=1).lines[0]
    assert "the gate would stop it: E GAT02" in published.podcast("amend", slug, "--yes", code=1).err
    assert published.podcast("check", slug, code=1).out.startswith("E GAT02")
    asked = claims.check
    with monkeypatch.context() as before:  # by an earlier version, which did not ask for it
        before.setattr(claims, "check", lambda case: [each for each in asked(case) if each.code != "GAT02"])
        published.podcast("publish", slug)
    assert "compared with their references" not in entry(published).content[0].value

    published.edit(toml, 'title = "A tiny episode"', 'title = "Another title"')
    said = published.podcast("amend", slug, "--yes", "--by", SIGNER).err
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
    sign(published, "--force")
    assert f"E GAT02 {toml}: {place}" in published.podcast("publish", slug, code=1).lines[0]
    assert (published.public / "feed.xml").read_bytes() == feed
    published.edit(toml, 'refs = [{ id = "ref1" }]\n', 'refs = [{ id = "ref1" }]\n' + CHECKED)
    sign(published, "--force")
    published.podcast("publish", slug)
    assert "The statement answers an article." in entry(published).content[0].value
    assert not published.release.lacking
    assert published.podcast("verify").code == 0
