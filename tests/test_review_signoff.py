"""The sign-off: bound to audio and words, void with any change of them, and nothing is published without it."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from shows import SIGNER, ShowDir, sign, tree

from podcast_pipeline import codec
from podcast_pipeline.episode import judged, signoff
from podcast_pipeline.episode.signoff import SignOff
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.release import Signature
from podcast_pipeline.model.verdict import Verdict
from podcast_pipeline.publish import signing
from podcast_pipeline.tag.frames import audio_range, audio_sha256
from podcast_pipeline.transcript import document

pytest_plugins = ["shows"]
_BEFORE = {"by", "name", "role", "at", "audio_sha256", "transcript_sha256", "example", "heard"}
"""Fields of a sign-off that covers sound and words alone."""
OTHER = "example-reviewer"
HINT = "read and hear it, then `podcast signoff 001-tiny --by ID`"


def value(show: ShowDir, name: str) -> Any:
    return json.loads((show.folder / name).read_text("utf-8"))


def put(show: ShowDir, name: str, content: Any) -> None:
    (show.folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")


# Signing


def test_a_signature_says_no_more_than_is_true(built: ShowDir) -> None:
    """signoff.json holds the person, both digests, the day, and `heard` as null: nobody measured listening."""
    unread = built.podcast("signoff", "001-tiny", "--by", SIGNER, code=1)
    assert unread.lines == ["001-tiny: nobody is there to be asked, and nothing is signed unread"]
    assert not (built.folder / "signoff.json").exists()
    before = datetime.now(UTC).replace(microsecond=0)
    shown = built.podcast("signoff", "001-tiny", "--by", SIGNER, "--yes", "--role", "editor")
    assert shown.out == unread.out
    for text in ("A tiny episode", "The statement responds to an article.", "ref1: ", "Robin Example", "0:02"):
        assert text in shown.out, text
    found = value(built, "signoff.json")
    transcript = document.read(built.folder / "transcript.json")
    assert (found["by"], found["name"], found["role"]) == (SIGNER, "Robin Example", "editor")
    assert found["audio_sha256"] == audio_sha256(built.mp3)
    assert found["transcript_sha256"] == document.digest(transcript)
    assert found["heard"] is None
    assert before <= datetime.fromisoformat(found["at"]) <= datetime.now(UTC)
    assert "this person is invented: a real show needs a real reader" in shown.err


def test_file_and_journal_say_the_same(signed: ShowDir) -> None:
    """Void without its line of the journal, or beside a line that says something else; a line without the file is
    named; both back from git, it holds."""
    file, journal = signed.folder / "signoff.json", signed.folder / "review.jsonl"
    first = file.read_bytes(), journal.read_bytes()
    *before, last = first[1].splitlines(keepends=True)
    assert json.loads(last)["statement_sha256"] == json.loads(first[0])["statement_sha256"]
    for lines, said in (
        (b"".join(before), "review.jsonl has no line of Robin Example's sign-off"),
        (None, "review.jsonl has no line of Robin Example's sign-off"),
        (
            first[1].replace(b'"role":""', b'"role":"x"').replace(b'"signed_at":"2', b'"signed_at":"3'),
            "another sign-off",
        ),
        (first[1].replace(b'"name":"Robin Example"', b'"name":"Pat Doe"'), "another sign-off"),
        (first[1].replace(b'"role":""', b'"role":"editor"'), "another sign-off"),
        (first[1].replace(b',"example":true', b""), "another sign-off"),
        (first[1] + last.replace(b'"kind":"signoff"', b'"kind":"withdraw"'), "the sign-off was taken back"),
    ):
        journal.write_bytes(lines) if lines is not None else journal.unlink()
        assert said in signed.podcast("publish", "001-tiny", code=1).lines[0]
        assert "sign-off void: review.jsonl" in signed.podcast("status", "001-tiny").out
    journal.write_bytes(first[1])
    file.unlink()
    said = "review.jsonl says that Robin Example signed on"
    assert said in signed.podcast("publish", "001-tiny", code=1).lines[0]
    file.write_bytes(first[0])
    assert "is public" in signed.podcast("publish", "001-tiny").err


def test_an_example_signer_is_printed_as_one(signed: ShowDir) -> None:
    """Captions, notes and tag of an invented signer say that no physician has read this."""
    line = "Example sign-off: no physician has read this"
    assert value(signed, "signoff.json")["example"] is True
    for name in ("transcript.vtt", "transcript.html", "transcript.txt", "notes.html"):
        assert line in (signed.build / name).read_text("utf-8")
    data = signed.mp3.read_bytes()
    assert line.encode() in data or line.encode("utf-16-le") in data


def test_a_real_signer_is_named(built: ShowDir) -> None:
    """A signer who is not invented stands in the captions by name, role and day."""
    person = built.root / "feed" / "people" / "jo.toml"
    person.write_text('id = "jo"\nname = "Jo Example"\ncredentials = ["MD"]\n', "utf-8")
    said = built.podcast("signoff", "001-tiny", "--by", "jo", "--yes", "--role", "physician reviewer").err
    assert "invented" not in said
    built.podcast("build")
    vtt = (built.build / "transcript.vtt").read_text("utf-8")
    assert "Reviewed by Jo Example, MD (physician reviewer), " in vtt


def test_the_transcript_is_written_down_once(built: ShowDir) -> None:
    """Signing writes transcript.json from the machine's words; what a person wrote there stays byte for byte."""
    built.podcast("signoff", "001-tiny", "--by", SIGNER, "--yes")
    machine = value(built, "transcript.json")
    assert len([word for paragraph in machine["paragraphs"] for word in paragraph["words"]]) > 5
    built.correct("Corrected")
    mine = (built.folder / "transcript.json").read_bytes()
    built.podcast("signoff", "001-tiny", "--by", SIGNER, "--yes")
    assert (built.folder / "transcript.json").read_bytes() == mine


def test_nobody_signs_without_a_name(built: ShowDir) -> None:
    """Without --by nothing is written."""
    before = tree(built.folder)
    assert built.podcast("signoff", "001-tiny", code=1).lines == ["nobody signs without a name"]
    assert tree(built.folder) == before


def test_an_unknown_person_cannot_sign(built: ShowDir) -> None:
    """An id that is not in feed/people is refused, with the nearest one."""
    before = tree(built.folder)
    said = built.podcast("signoff", "001-tiny", "--by", "exampel-host", "--yes", code=1)
    assert said.lines == ['--by: "exampel-host" is not in feed/people']
    assert 'did you mean "example-host"?' in said.err
    assert tree(built.folder) == before
    said = built.podcast("signoff", "001-tiny", "--by", SIGNER, "--yes", "--role", "physician_reviewer", code=1)
    near = 'is no capacity in which an episode is signed; did you mean "physician reviewer"?'
    assert said.lines == [f"001-tiny: 'physician_reviewer' {near}"]
    assert "`podcast signoff 001-tiny --by ID --role CAPACITY`" in said.err


def test_nothing_can_be_signed_before_it_is_built(raw: ShowDir) -> None:
    """Without audio and words there is nothing to answer for."""
    assert (
        "there is nothing to sign yet" in raw.podcast("signoff", "001-tiny", "--by", SIGNER, "--yes", code=1).lines[0]
    )


def test_a_paragraph_without_a_known_speaker_cannot_be_signed(built: ShowDir) -> None:
    """Text of nobody is refused, with the paragraph."""
    built.podcast("signoff", "001-tiny", "--by", SIGNER, "--yes")
    changed = value(built, "transcript.json")
    changed["paragraphs"][1]["speaker"] = ""
    put(built, "transcript.json", changed)
    said = built.podcast("signoff", "001-tiny", "--by", SIGNER, "--yes", code=1)
    assert said.lines == [f"001-tiny: 1 paragraphs have no known speaker (first: {changed['paragraphs'][1]['id']})"]


def test_withdraw(signed: ShowDir) -> None:
    """--withdraw removes the sign-off; nothing is published then, and the texts say machine again after a build."""
    signed.podcast("signoff", "001-tiny", "--withdraw")
    assert not (signed.folder / "signoff.json").exists()
    assert signed.podcast("publish", "001-tiny", code=1).lines == ["001-tiny: nobody has signed it off"]
    signed.podcast("build")
    assert "Machine transcript, not reviewed" in (signed.build / "transcript.vtt").read_text("utf-8")
    assert "no sign-off to withdraw" in signed.podcast("signoff", "001-tiny", "--withdraw", code=1).lines[0]


# What voids it


def letter(show: ShowDir) -> None:
    changed = value(show, "transcript.json")
    word = changed["paragraphs"][0]["words"][-1]
    word[0] = word[0][:-1] + ("x" if word[0][-1] != "x" else "y")
    put(show, "transcript.json", changed)


def time(show: ShowDir) -> None:
    changed = value(show, "transcript.json")
    changed["paragraphs"][-1]["words"][-1][2] += 1
    put(show, "transcript.json", changed)


def speaker(show: ShowDir) -> None:
    show.edit("episodes/001-tiny/transcript.json", '"Alex Example, MD"', '"Alex Example, PhD"')


def frame(show: ShowDir) -> None:
    """Change one bit of the last byte of sound."""
    data = bytearray(show.mp3.read_bytes())
    data[audio_range(show.mp3)[1] - 1] ^= 1
    show.mp3.write_bytes(data)


@pytest.mark.parametrize("change", [letter, time, speaker])
def test_any_change_of_the_words_voids_it(signed: ShowDir, change: Callable[[ShowDir], None]) -> None:
    """One letter, one time, one name: publish says that it is void and what to do, before and after a build."""
    original = (signed.folder / "transcript.json").read_bytes()
    change(signed)
    said = signed.podcast("publish", "001-tiny", code=1)
    assert said.lines[0].startswith("001-tiny: the sign-off is void: the transcript changed since Robin Example signed")
    assert HINT in said.err
    signed.podcast("build")
    assert "Machine transcript, not reviewed" in (signed.build / "transcript.txt").read_text("utf-8")
    assert signed.podcast("publish", "001-tiny", code=1).lines == said.lines
    shown = signed.podcast("status", "001-tiny").out
    assert "sign-off void: the transcript changed" in shown
    assert "no: the sign-off is void" in shown
    assert not signed.public.exists()
    (signed.folder / "transcript.json").write_bytes(original)
    signed.podcast("build")
    assert "is public" in signed.podcast("publish", "001-tiny").err, "reverting makes it valid again"


def test_one_changed_byte_of_sound_is_refused(signed: ShowDir) -> None:
    """A byte of the audio frames: the file is named as changed by hand; with a forged record, the sign-off is void."""
    original = signed.mp3.read_bytes()
    frame(signed)
    said = signed.podcast("publish", "001-tiny", code=1)
    assert said.lines == ["build/001-tiny/001-tiny.mp3: changed by hand since it was built"]
    path = signed.build / ".records" / "tag.json"
    record = json.loads(path.read_text("utf-8"))
    record["outputs"]["build/001-tiny/001-tiny.mp3"] = hashlib.sha256(signed.mp3.read_bytes()).hexdigest()
    path.write_text(json.dumps(record), "utf-8")
    said = signed.podcast("publish", "001-tiny", code=1)
    assert said.lines[0].startswith("001-tiny: the sign-off is void: the audio changed since Robin Example signed")
    assert not signed.public.exists()
    signed.mp3.write_bytes(original)
    signed.podcast("build", "--force")
    assert "is public" in signed.podcast("publish", "001-tiny").err


def test_another_loudness_voids_it(signed: ShowDir) -> None:
    """Sound that was encoded again at another level is other sound."""
    signed.edit("feed/show.toml", "channels = 2", "loudness = -18.0\nchannels = 2")
    signed.podcast("build")
    said = signed.podcast("publish", "001-tiny", code=1)
    assert said.lines[0].startswith("001-tiny: the sign-off is void: the audio changed")


def test_a_cover_leaves_it_valid(signed: ShowDir) -> None:
    """Another cover, day of publication and imprint are no change of what was signed: after a build it is published."""
    Image.new("RGB", (1400, 1400), "navy").save(signed.root / "feed" / "cover.png")
    signed.edit("episodes/001-tiny/episode.toml", "2020-01-06T09:00:00Z", "2020-01-07T09:00:00Z")
    said = signed.podcast("publish", "001-tiny", code=1)
    assert said.lines[0].startswith("001-tiny: not built as it stands now (")
    assert "podcast build 001-tiny" in said.err
    signed.podcast("build")
    assert "is public" in signed.podcast("publish", "001-tiny").err


def test_a_changed_title_voids_it(signed: ShowDir) -> None:
    """The title, a bio: publish and status say which part, before and after a build, and nothing prints the name;
    signed again it is published."""
    first = value(signed, "signoff.json")
    signed.edit("episodes/001-tiny/episode.toml", "A tiny episode", "A small episode")
    void = "001-tiny: the sign-off is void: the title changed since Robin Example signed on"
    said = signed.podcast("publish", "001-tiny", code=1)
    assert said.lines[0].startswith(void)
    assert HINT in said.err
    signed.podcast("build")
    assert "Machine transcript, not reviewed" in (signed.build / "transcript.vtt").read_text("utf-8")
    assert "Example sign-off" not in (signed.build / "notes.html").read_text("utf-8")
    assert signed.podcast("publish", "001-tiny", code=1).lines == said.lines
    assert "sign-off void: the title changed since Robin Example" in signed.podcast("status").out
    signed.edit("feed/people/example-host.toml", "is an invented host.", "is an invented host, really.")
    assert "; the people changed since" in signed.podcast("publish", "001-tiny", code=1).lines[0]
    shown = signed.podcast("signoff", "001-tiny", "--by", SIGNER, "--yes").out
    assert shown.startswith("001-tiny: what changed of what is printed since Robin Example signed last (")
    assert "  - A tiny episode\n  + A small episode\n" in shown
    assert [line[:48] for line in shown.partition("people:\n")[2].splitlines()] == [
        "  * name: Robin Example",
        "  -     short: Robin Example is an invented host",
        "  +     short: Robin Example is an invented host",
    ]
    signed.podcast("build")
    again = value(signed, "signoff.json")
    assert {part for part in again["statement"] if again["statement"][part] != first["statement"][part]} == {
        "title",
        "people",
    }
    assert "is public" in signed.podcast("publish", "001-tiny").err
    assert signed.release.title == "A small episode"


def test_changed_words_are_read_before_they_are_signed_again(signed: ShowDir) -> None:
    """What changed in transcript.json by hand is shown, old against new, and stays nobody's own; of another person's
    sign-off it is said that it is replaced, and whoever never signed reads everything."""
    written = value(signed, "transcript.json")
    at, words = next((i, p["words"]) for i, p in enumerate(written["paragraphs"], 1) if len(p["words"]) > 3)
    text = " ".join(word[0] for word in words)
    gone = words.pop(2)[0]
    put(signed, "transcript.json", written)
    shown = signed.podcast("signoff", "001-tiny", "--by", SIGNER, code=1).out
    assert shown.startswith(
        "001-tiny: what changed of sound and words (- as it was, + as it is now):\nwords, since Robin"
    )
    assert f"  paragraph {at} at 0:" in shown
    assert ", changed by hand, in transcript.json:\n" in shown
    was, now = (next(line for line in shown.splitlines() if line.startswith(f"  {mark} ")) for mark in "-+")
    assert was.endswith(text)
    assert now.endswith(" ".join(word[0] for word in words))
    assert gone in was
    assert "nothing changed of what is printed since Robin Example signed last" in shown
    *_, edit, _ = [json.loads(line) for line in (signed.folder / "review.jsonl").read_text("utf-8").splitlines()]
    assert (edit["kind"], edit["by"]) == ("edit", "by-hand")
    assert signed.podcast("signoff", "001-tiny", "--by", SIGNER, "--yes").out == shown
    standing = (signed.folder / "signoff.json").read_bytes(), (signed.folder / "review.jsonl").read_bytes()
    again = signed.podcast("signoff", "001-tiny", "--by", SIGNER, "--yes")
    assert again.out == (
        "001-tiny: nothing changed of sound, words and what is printed since Robin Example signed last\n"
    )
    assert ", and nothing was written" in again.err
    assert standing == ((signed.folder / "signoff.json").read_bytes(), (signed.folder / "review.jsonl").read_bytes())
    (signed.folder / "notes.md").write_text("[comment]: # (What does it answer?)\n\nFor *readers*.\n", "utf-8")
    shown = signed.podcast("signoff", "001-tiny", "--by", SIGNER, code=1).out
    assert shown.endswith("notes:\n  + For *readers*.\n")
    signed.edit("episodes/001-tiny/episode.toml", "The statement responds to an article.", "It responds to an article.")
    void = signed.podcast("signoff", "001-tiny", "--by", SIGNER, code=1).err.splitlines()
    assert void[0].startswith(
        "001-tiny: publication will refuse it: E GAT02 episodes/001-tiny/episode.toml: claim[article]"
    )
    assert "is void, as this changed since: claim; example-reviewer says it again by `podcast check 001-" in void[0]
    other = signed.podcast("signoff", "001-tiny", "--by", OTHER, code=1).out.splitlines()
    assert other[0].startswith("001-tiny: this replaces the sign-off by Robin Example of 20")
    assert other[1].startswith("001-tiny: everything that will carry the name of ")
    twice = signed.podcast("signoff", "001-tiny", "--by", SIGNER, "--by", OTHER, "--yes", code=1)
    assert twice.lines == [f"--by is given 2 times: {SIGNER}, {OTHER}"]


def test_a_sign_off_of_before_goes_out_again_but_not_anew(signed: ShowDir, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that covers sound and words alone is void for a new publication. What is public under it can be amended while
    nothing that is printed changes, which is said; another title has to be signed."""
    path, journal = signed.folder / "signoff.json", signed.folder / "review.jsonl"
    before = {name: said for name, said in value(signed, "signoff.json").items() if name in _BEFORE}
    path.write_text(json.dumps({**before, "seal": codec.digest(before)}), "utf-8")
    *lines, last = journal.read_text("utf-8").splitlines(keepends=True)
    journal.write_text("".join([*lines, re.sub(',"statement_sha256":"[0-9a-f]*"', "", last)]), "utf-8")
    signed.podcast("build")
    alone = "Robin Example signed sound and words on "
    said = signed.podcast("publish", "001-tiny", code=1)
    assert said.lines[0].startswith(f"001-tiny: the sign-off is void: {alone}")
    assert HINT in said.err
    assert alone in signed.podcast("status").out
    with monkeypatch.context() as earlier:  # as a version published it that did not ask
        earlier.setattr(signing, "void", lambda *_: ((), ()))
        signed.podcast("publish", "001-tiny")
    Image.new("RGB", (1400, 1400), "navy").save(signed.folder / "cover.png")
    signed.edit("episodes/001-tiny/episode.toml", "title = ", 'cover = "cover.png"\ntitle = ')
    signed.podcast("build", "--force")
    assert f"lacking  001-tiny  {alone}" in signed.podcast("publish", "001-tiny", "--dry-run").out
    assert "is public" in signed.podcast("publish", "001-tiny").err
    (lacking,) = signed.release.lacking
    assert lacking.startswith(alone)
    signed.edit("episodes/001-tiny/episode.toml", "A tiny episode", "A small episode")
    os.utime(path, (1, 1))
    changed = "nothing that is printed with them: the title changed"
    assert changed in signed.podcast("status").out
    signed.podcast("build", "--force")
    changed = "nothing that is printed with them: the title, "
    assert changed in signed.podcast("status").out
    idle = signed.podcast("publish").err
    assert changed in idle
    assert "up to date" not in idle
    said = signed.podcast("publish", "001-tiny", code=1)
    assert changed in said.lines[0]
    assert "next: sign" in signed.podcast("amend", "001-tiny", "--dry-run").err
    signed.podcast("amend", "001-tiny", "--by", SIGNER, "--yes")
    assert (signed.release.title, signed.release.lacking) == ("A small episode", ())


@pytest.mark.parametrize(
    ("key", "new"),
    [
        ("name", "Somebody Else, MD"),
        ("by", "example-guest"),
        ("role", "physician reviewer"),
        ("at", "2026-01-01T00:00:00Z"),
        ("example", False),
        ("heard", 1.0),
        ("seal", "0" * 64),
    ],
)
def test_a_sign_off_edited_by_hand_is_refused(signed: ShowDir, key: str, new: object) -> None:
    """No field of signoff.json can be changed by hand: neither build nor publish takes it."""
    found = value(signed, "signoff.json")
    assert found[key] != new
    put(signed, "signoff.json", found | {key: new})
    for words in (("publish", "001-tiny"), ("build",)):
        said = signed.podcast(*words, code=1)
        assert said.lines[0].endswith("signoff.json: was edited by hand, so it is nobody's signature any more")
    put(signed, "signoff.json", found)
    signed.podcast("build")
    assert "is public" in signed.podcast("publish", "001-tiny").err, "its layout is no matter"


def test_a_seal_holds_for_the_fields_that_stand_there(tmp_path: Path) -> None:
    """One of today is what it was; one from before a field was known holds, with its default; one with a field that
    only a newer version knows is named so, and is refused as edited where the seal does not hold."""
    path = tmp_path / "signoff.json"
    today = {
        "by": "example-host", "name": "Robin Example, MD", "role": "physician reviewer", "at": "2026-11-20T09:30:00Z",
        "audio_sha256": "a" * 64, "transcript_sha256": "b" * 64, "example": True, "heard": 0.934,
    }  # fmt: skip
    at = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    person = ("example-host", "Robin Example, MD", "physician reviewer")
    signature = Signature(*person, at, "a" * 64, "b" * 64, example=True, heard=0.934)
    seal = "b2f5dca0eec06cd9bde43ffc08c82c5325c70c96375a304b6065b92f4175e5de"
    path.write_text(json.dumps({**today, "seal": seal}), "utf-8")
    assert signoff.read(path) == signature
    signoff.write(path, SignOff(signature))
    assert json.loads(path.read_text("utf-8"))["seal"] == seal

    before = {name: field for name, field in today.items() if name not in ("example", "heard")}
    path.write_text(json.dumps({**before, "seal": codec.digest(before)}), "utf-8")
    assert signoff.read(path) == replace(signature, example=False, heard=None)

    newer = {**today, "pictures_sha256": "c" * 64}
    path.write_text(json.dumps({**newer, "seal": codec.digest(newer)}), "utf-8")
    with pytest.raises(PodcastError, match="a newer version of this program, which knows 'pictures_"):
        signoff.read(path)
    path.write_text(json.dumps({**newer, "seal": seal}), "utf-8")
    with pytest.raises(PodcastError, match=r"not a sign-off: Signature\.pictures_sha256"):
        signoff.read(path)


def test_two_clones_that_both_signed(signed: ShowDir) -> None:
    """What git could not merge is named as that, in both files, with the way on."""
    for name in ("signoff.json", "review.jsonl"):
        path = signed.folder / name
        text = path.read_text("utf-8")
        path.write_text(f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> theirs\n", "utf-8")
    assert "signoff.json: two people signed, and git could not" in signed.podcast("status", "001-tiny", code=1).out
    said = signed.podcast("signoff", "001-tiny", "--by", SIGNER, "--yes", code=1).err
    assert "review.jsonl: two people went on with it, and git could not put that together" in said
    assert "`git checkout --ours` or `--theirs`" in said


def test_a_damaged_sign_off_is_one_line(signed: ShowDir) -> None:
    """Half a signoff.json is named, with what to do; signing again mends it."""
    path = signed.folder / "signoff.json"
    path.write_bytes(path.read_bytes()[:50])
    said = signed.podcast("publish", "001-tiny", code=1)
    assert len(said.lines) == 1
    assert "signoff.json: not a sign-off" in said.lines[0]
    sign(signed)
    assert "is public" in signed.podcast("publish", "001-tiny").err


def test_tampered_captions_are_refused(signed: ShowDir) -> None:
    """Captions that are not what the signed text renders to never leave, not even with a record that fits them."""
    path = signed.build / "transcript.vtt"
    path.write_text(path.read_text("utf-8").replace("Robin", "Rabin"), "utf-8")
    said = signed.podcast("publish", "001-tiny", code=1)
    assert said.lines == ["build/001-tiny/transcript.vtt: changed by hand since it was built"]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    for stage, part in (("captions", "outputs"), ("release", "inputs")):
        file = signed.build / ".records" / f"{stage}.json"
        record = json.loads(file.read_text("utf-8"))
        record[part]["build/001-tiny/transcript.vtt"] = digest
        file.write_text(json.dumps(record), "utf-8")
    said = signed.podcast("publish", "001-tiny", code=1)
    assert said.lines == ["build/001-tiny/transcript.vtt: is not what the signed transcript renders to"]
    assert not signed.public.exists()


def test_publish_has_no_way_round() -> None:
    """No option of publish names the sign-off or forces anything."""
    from podcast_pipeline.cli.publish import publish

    options = {option for parameter in publish.params for option in parameter.opts}
    removals = {"--allow-guid-change", "--allow-removal"}  # of guids, after every gate
    feeds = {"--replace", "--reinstate", "--gc", "--yes"}
    assert options <= {"episodes", "--dry-run", "--quick", "--now", "--json", *removals, *feeds}


# The values


def test_a_signature_survives_its_file(tmp_path: Path) -> None:
    """What is written is what is read, with the facts that were signed; an absent file is no signature."""
    at, facts = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC), {"title": "Knees", "people": [{"name": "Alex"}]}
    signed = signoff.sign(Person("alex", "Alex Example", ("MD",)), "editor", "a" * 64, "b" * 64, at, facts)
    assert (signed.signature.name, signed.signature.at.microsecond) == ("Alex Example, MD", 0)
    path = tmp_path / "signoff.json"
    assert (signoff.load(path), signoff.read(path)) == (None, None)
    signoff.write(path, signed)
    assert signoff.load(path) == signed
    assert signoff.read(path) == signed.signature
    said = json.loads(path.read_text("utf-8"))
    said["statement"]["title"] = "Hips"
    for seal in (said["seal"], codec.digest({name: value for name, value in said.items() if name != "seal"})):
        path.write_text(json.dumps({**said, "seal": seal}), "utf-8")
        with pytest.raises(PodcastError, match="edited by hand"):
            signoff.load(path)


def test_void_names_what_changed() -> None:
    """Every changed part is named, also one that is gone or that nobody judged; equal digests say nothing."""
    at = datetime(2026, 1, 2, tzinfo=UTC)
    signed = signoff.sign(Person("alex", "Alex Example"), "", "a", "b", at, {"title": "Knees", "notes": "Of knees."})
    verdict, same = signed.signature.verdict, {"audio": "a", "transcript": "b"}
    assert (verdict.by, verdict.at, verdict.judged) == ("alex", at, same)
    assert verdict.changed({"audio": "a"}) == ("transcript",)
    assert signed.printed.changed(judged.digests({"title": "Hips", "notes": "Of knees.", "summary": "A"})) == (
        "title",
        "summary",
    )
    assert signoff.reason(signed.signature, "title") == "the title changed since Alex Example signed on 2026-01-02"
    assert codec.decode(Verdict, codec.encode(verdict)) == verdict
    with pytest.raises(PodcastError, match="042: nobody has signed it off"):
        signoff.required("042", (signoff.NOBODY,))
    signoff.required("042", ())
