"""A person is forgotten: every place is listed, what may go is gone, and the rest is said with the command for it."""

from __future__ import annotations

import html
import json
import tomllib
from contextlib import closing
from pathlib import Path
from typing import Any

import feedparser
import pytest
from PIL import Image
from reviews import Editor, subject_at
from shows import TINY, ShowDir, stamps

from podcast_pipeline import atomic
from podcast_pipeline.people.sought import ID, NAME, NUMBER, PICTURE, Sought
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.page.view import Viewer

pytest_plugins = ["shows"]
GUEST, ENTRY, NAMED = "example-guest", "feed/people/example-guest.toml", "Alex Example"
ORCID, NPI = "0000-0002-1825-0097", "1234567893"
PERSON = Sought(GUEST, (NAMED, "José O'Hara", "Al", ","), (ORCID, "0000000000000097", NPI), frozenset({"ab" * 32}))


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ('person = "example-guest"', {ID}),
        ("example-guest-two and my-example-guest", set()),
        ("says ALEX\n  example.", {NAME}),
        ("Example, Alex", {NAME}),
        ('["Alex", 2780, 3000, 0.96, null, 0],\n["example,", 3000, 3580]', {NAME}),
        ("<span data-t='1'>Alex</span> <span data-t='2'>Example</span>", {NAME}),
        ("Alexa Example said, Alex Examples. Alex said: Example", set()),
        ("Jos\\u00e9 O&#x27;Hara", {NAME}),
        ("Jose O'Hara", {NAME}),
        ("Al said, and others et al.", {NAME}),
        ("et al.", set()),
        ("0000000218250097", {NUMBER}),
        ("https://orcid.org/0000-0002-1825-0097", {NUMBER}),
        ("91234567893", set()),
        ("https://podcast.example.org/images/abababab.jpg", {PICTURE}),
    ],
)
def test_how_a_text_holds_a_person(text: str, by: set[str]) -> None:
    assert set(PERSON.in_text(text)) == by


def test_copies_that_other_programs_made_go_with_the_person(published: ShowDir) -> None:
    """Conflict copies hold what the entry held; those of somebody with a longer name stay."""
    folder = published.root / "feed/people"
    gone = ["example-guest (1).toml", "example-guest.sync-conflict-20261130-101010-ABC.toml", "._example-guest.toml"]
    kept = ["example-guest-two (1).toml", "example-host (1).toml"]
    for name in (*gone, *kept):
        (folder / name).write_bytes((folder / "example-guest.toml").read_bytes())
    said = published.podcast("people", "forget", GUEST, "--yes")
    assert sorted(path.name for path in folder.glob("*(1)*")) == sorted(kept)
    assert not any((folder / name).exists() for name in gone)
    assert all(f"feed/people/{name}: is deleted" in said.out + said.err for name in gone)


def test_tags_and_file_names() -> None:
    """Names in the encodings of tags; a file's name holds an id between its other parts, but not one of another."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"):
        assert PERSON.in_bytes(b"\xff\xfb" + "José O'Hara".encode(encoding) + b"\0") == (NAME,)
    assert PERSON.in_path("episodes/1/raw/example-guest_take-2.wav") == (ID,)
    assert PERSON.in_path("feed/people/example-guest-two.toml", ["example-guest-two"]) == ()


def containing(root: Path, *texts: str) -> set[str]:
    """The files below `root` that hold one of `texts` in any case, as bytes; locks and what was digested aside."""
    wanted = [text.lower().encode() for text in texts]
    return {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and any(text in path.read_bytes().lower() for text in wanted)
    }


def places(report: Any) -> set[str]:
    """Every place that a report lists, as the file that it is: the local storage lies in public/."""
    rows = [place for episode in report["episodes"] for place in episode["places"]]
    return {f"public/{row['place']}" if row["public"] else row["place"] for row in rows}


def report(show: ShowDir, *words: str) -> Any:
    return json.loads(show.podcast("people", "forget", GUEST, *words, "--json").out)


def test_everything_is_listed_and_what_may_go_is_gone(published: ShowDir, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the first list to the last withdrawal: no file holds the name that is not listed, whatever was killed."""
    picture = published.root / "feed" / "people" / f"{GUEST}.jpg"
    Image.new("RGB", (1400, 1400), "navy").save(picture)
    published.edit(ENTRY, "[bio]", f'orcid = "{ORCID}"\nnpi = "{NPI}"\n# reached by 555-0100\n\n[bio]')
    (published.root / "feed" / "notes.txt").write_text(f"asked {ORCID}", "utf-8")
    draft = published.root / "episodes" / "002-draft"
    draft.mkdir()
    (draft / "episode.toml").write_text((published.folder / "episode.toml").read_text("utf-8"), "utf-8")
    (draft / "sent.txt").write_bytes("Dr. Alex  Ex\xe4mple".replace("\xe4", "a").encode())

    before = stamps(published.root)
    first = report(published, "--dry-run")
    assert stamps(published.root) == before
    assert first["does"] == [
        f"{picture.relative_to(published.root)}: is deleted",
        f"{ENTRY}: is reduced to its id",
        f"episodes/{TINY}/transcript.json: the name beside the words becomes Former participant",
    ]
    held = containing(published.root, NAMED, GUEST, ORCID, NPI) - {ENTRY}
    assert len(held) > 20
    assert held <= places(first)
    heard = {f"public/{published.release.enclosure.key}", f"episodes/{TINY}/raw/guest.flac", f"build/{TINY}/review.wav"}
    assert heard <= places(first)
    assert f"episodes/{TINY}/raw/host.flac" not in places(first)
    assert {"feed/notes.txt", "episodes/002-draft/episode.toml", "episodes/002-draft/sent.txt"} <= places(first)
    episodes = {episode["episode"]: episode for episode in first["episodes"]}
    assert f"podcast withdraw {TINY} --kind consent --purge" in " ".join(episodes[TINY]["remedies"])
    assert "take the person out" in episodes["002-draft"]["remedies"][0]
    assert any("git" in line for line in first["stays"])

    assert "there is nobody to ask" in published.podcast("people", "forget", GUEST, code=1).err
    assert picture.exists()
    with monkeypatch.context() as patch:  # killed after the picture, before the entry
        patch.setattr(atomic, "write_text", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        published.podcast("people", "forget", GUEST, "--yes", code=130)
    assert not picture.exists()
    assert ORCID in (published.root / ENTRY).read_text("utf-8")
    records = (published.root / "feed" / "releases" / f"{TINY}.json").read_bytes()
    said = published.podcast("people", "forget", GUEST, "--yes")
    assert "is an id without facts" in said.err
    status = published.podcast("status").out
    assert "UTC. the transcript changed since Robin Example signed on" in status
    assert "002-draft: broken" not in status  # the folder is a copy, and so is its guid
    assert f"next: read it, then `podcast signoff {TINY} --by ID`" in status
    assert "public: episodes/001-tiny/index.html  page, by name" in said.out
    assert (published.root / "feed" / "releases" / f"{TINY}.json").read_bytes() == records
    assert containing(published.root, "555-0100", NPI) == set()
    left = tomllib.loads((published.root / ENTRY).read_text("utf-8"))
    day = left.pop("forgotten")
    assert left == {"id": GUEST, "name": "Former participant", "publish": [], "example": True}
    assert "all as recorded" in published.podcast("verify").err

    refused = published.podcast("correct", TINY, "--note", "The year was 2024.", "--by", GUEST, code=1).err
    assert f'"{GUEST}" was forgotten' in refused
    assert f'"{GUEST}" was forgotten' in published.podcast("signoff", TINY, "--by", GUEST, "--yes", code=1).err

    # A correction of the episode can go out, with the voice and without the person.
    published.podcast("build", TINY, "--force")
    assert "somebody who answers for it" in published.podcast("amend", TINY, "--yes", code=1).err
    published.podcast("amend", TINY, "--yes", "--by", "example-host", "--note", "A name was removed.", code=1)
    with closing(Desk(subject_at(published.root))) as opened:  # the name is nobody's of the show now, and is said
        items = [item.id for item in Viewer(opened).checklist.open(opened.state, opened.aligned)]
        Editor(opened).ask("resolve", items=[id_ for id_ in items if id_.startswith("privacy-")], how="correct")
    published.podcast("amend", TINY, "--yes", "--note", "A name was removed.", "--by", "example-host")
    (item,) = feedparser.parse(published.public / "feed.xml").entries
    removed = f"A former participant's disclosure was removed at their request on {day.day} {day:%B %Y}."
    page = (published.public / "episodes" / TINY / "index.html").read_text("utf-8")
    captions = (published.public / published.release.transcripts[-1].key).read_text("utf-8")
    assert removed in item.content[0].value
    assert removed in html.unescape(page)
    for text in (item.content[0].value, page, captions):
        assert "Former participant" in text
        assert (f"{NAMED}, MD" in text, GUEST in text) == (False, False)
    assert "W DIS01" in published.podcast("check", TINY).out
    assert "all as recorded" in published.podcast("verify").err

    again = report(published, "--name", NAMED)  # nothing is left to be done, so nobody is asked
    assert again["does"] == []
    assert any("no name of the person is known here" in line for line in report(published, "--dry-run")["stays"])
    assert containing(published.root, NAMED, GUEST) - {ENTRY} <= places(again)
    gone = published.podcast("withdraw", TINY, "--kind", "consent", "--purge", "--reason", "Asked for.", "--yes")
    assert "no feed has it" in gone.err
    last = report(published, "--name", NAMED)
    assert containing(published.root, NAMED, GUEST) - {ENTRY} <= places(last)
    assert not any(place.startswith(("public/", "build/", "feed/releases/")) for place in places(last))


def test_who_is_heard_nowhere_and_who_is_nobody(published: ShowDir) -> None:
    """A person of the registry alone: no sound is listed. A name that nobody has is refused, with the nearest one."""
    (published.root / "feed" / "people" / "pat.toml").write_text('id = "pat"\nname = "Pat Sample"\n', "utf-8")
    said = published.podcast("people", "forget", "pat", "--yes")
    assert said.out.splitlines()[0] == "feed/people/pat.toml: is reduced to its id"
    assert "->" not in said.out
    assert "no file here and no public object holds more" in said.err
    assert 'did you mean "example-guest"' in published.podcast("people", "forget", "example-gest", code=1).err
