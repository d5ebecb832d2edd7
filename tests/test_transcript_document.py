"""The transcript of record: its file form, its digest, and what is refused."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from transcripts import NAMES, said, transcripts

from podcast_pipeline.errors import ConfigError
from podcast_pipeline.model.cut import Cut
from podcast_pipeline.model.transcript import Paragraph, Transcript, Word
from podcast_pipeline.transcript import document
from podcast_pipeline.transcript.characters import fault

SMALL = Transcript(
    "en",
    NAMES[:2],
    (
        Paragraph("p1", "alex", said("So the dose was 300 mg.", 900)),
        Paragraph("p2", "robin", said("It was not given.", 4000)),
    ),
)


def value() -> dict[str, Any]:
    """SMALL as JSON, to be spoilt."""
    loaded: dict[str, Any] = json.loads(document.text(SMALL))
    return loaded


def read(folder: Path, spoilt: object) -> Transcript:
    path = folder / "transcript.json"
    path.write_text(json.dumps(spoilt), "utf-8")
    return document.read(path)


@given(transcripts(together=True))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_reads_back_equal(tmp_path: Path, transcript: Transcript) -> None:
    """Any transcript whose words can be shown survives its file, hostile text and people talking at once included."""
    kept = tuple(
        replace(p, words=shown)
        for p in transcript.paragraphs
        if (shown := tuple(word for word in p.words if not fault(word.text)))
    )
    assume(kept)
    speakers = dict.fromkeys(paragraph.speaker for paragraph in kept if paragraph.speaker)
    transcript = Transcript("en", tuple((speaker, transcript.name(speaker)) for speaker in speakers), kept)
    path = tmp_path / "transcript.json"
    path.write_text(document.text(transcript), "utf-8")
    assert document.read(path) == transcript
    assert document.digest(document.read(path)) == document.digest(transcript)


def test_the_file_is_for_people() -> None:
    """Words stand in lines of about a second; one corrected word changes one short line and moves none."""
    before = document.text(SMALL)
    words = list(SMALL.paragraphs[0].words)
    words[4] = replace(words[4], text="3,000-and-something")
    changed = replace(SMALL, paragraphs=(replace(SMALL.paragraphs[0], words=tuple(words)), SMALL.paragraphs[1]))
    diff = [line for line in difflib.ndiff(before.splitlines(), document.text(changed).splitlines()) if line[0] in "-+"]
    assert len(diff) == 2
    assert all(len(line) < 100 for line in diff)
    assert before.endswith('\n  "cuts": []\n}\n')


def test_an_entry_of_two_words_is_two_words(tmp_path: Path) -> None:
    """A person who writes two words in one entry need not invent a time between them."""
    spoilt = value()
    spoilt["paragraphs"][0]["words"] = [["spinal  cord", 1000, 2000]]
    assert read(tmp_path, spoilt).paragraphs[0].words == (Word("spinal", 1000, 1599), Word("cord", 1599, 2000))


def test_the_digest_is_that_of_the_canonical_text() -> None:
    """SHA-256 over sorted keys without spaces: names as shown, words, times, cuts; written out here by hand."""
    transcript = Transcript(
        "en", NAMES, (Paragraph("p1", "robin", (Word("cafe\u0301", 10, 20, 900), Word('"', 20, 30))),)
    )
    canonical = '{"cuts":[],"paragraphs":[{"speaker":"Robin Example","words":[["café",10,20],["\\"",20,30]]}]}'
    assert document.digest(transcript) == hashlib.sha256(canonical.encode()).hexdigest()


def test_any_change_of_content_changes_the_digest() -> None:
    """One letter, a comma, a time, the order, a name as shown: each voids a sign-off."""
    first, second = SMALL.paragraphs
    words = first.words
    variants = [
        replace(SMALL, paragraphs=(replace(first, words=(replace(words[0], text="so"), *words[1:])), second)),
        replace(SMALL, paragraphs=(replace(first, words=(replace(words[0], text="So,"), *words[1:])), second)),
        replace(SMALL, paragraphs=(replace(first, words=(replace(words[0], start=901), *words[1:])), second)),
        replace(SMALL, paragraphs=(replace(first, words=words[1:]), second)),
        replace(SMALL, paragraphs=(second, first)),
        replace(SMALL, paragraphs=(replace(first, speaker="robin"), second)),
        replace(SMALL, names=(("alex", "Alex Example, MD"), NAMES[1])),
        replace(SMALL, paragraphs=(replace(first, words=words + second.words),)),
    ]
    digests = {document.digest(variant) for variant in (SMALL, *variants)}
    assert len(digests) == len(variants) + 1


def test_layout_and_machine_details_do_not_change_the_digest(tmp_path: Path) -> None:
    """Line ends, indentation, a byte-order mark, decomposed letters, ids and confidence are not content."""
    machine = replace(
        SMALL,
        paragraphs=tuple(
            replace(p, id=f"x{p.id}", words=tuple(replace(w, confidence=500) for w in p.words))
            for p in SMALL.paragraphs
        ),
    )
    assert document.digest(machine) == document.digest(SMALL)
    path = tmp_path / "transcript.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(value(), indent=8).replace("\n", "\r\n").encode())
    assert document.digest(document.read(path)) == document.digest(SMALL)
    accent = replace(SMALL, paragraphs=(Paragraph("p1", "alex", (Word("é", 1, 2),)),))
    apart = replace(SMALL, paragraphs=(Paragraph("p1", "alex", (Word(unicodedata.normalize("NFD", "é"), 1, 2),)),))
    assert document.digest(accent) == document.digest(apart)


SPOILT: list[tuple[str, Any, str]] = [
    ("schema", 2, r"schema: must be 1$"),
    ("schema", True, r"schema: must be 1$"),
    ("timeline", "published", r'timeline: must be "source"$'),
    ("cuts", {}, r"cuts: a list is needed$"),
    ("cuts", [{"start": 5, "end": 5, "reason": "content", "by": "", "id": ""}], r"cut number 1: from 5 to 5 is no"),
    ("cuts", [{"start": 5, "end": 9, "reason": "dull", "by": "", "id": ""}], r"cut number 1: reason must be one of"),
    ("language", "English", r"language: 'English' is not a language"),
    ("speakers", [], r"speakers: an object of id and name is needed"),
    ("speakers.alex", "Alex: Example", r'speakers: "alex": the name holds ":"'),
    ("speakers.alex", "Alex\nExample", r'speakers: "alex": the name holds a line break'),
    ("speakers.alex", "", r'speakers: "alex": the name is empty'),
    ("speakers.alex", 5, r'speakers: "alex": the name must be text'),
    ("speakers.a b", "A", r'speakers: "a b" is not an id'),
    ("paragraphs", [], r"paragraphs: a list with at least one paragraph"),
    ("paragraphs", {}, r"paragraphs: a list with at least one paragraph"),
    ("paragraphs.0", 5, r"paragraph number 1: an object with id, speaker, words"),
    ("paragraphs.1.id", "p1", r"paragraph p1: this id stands twice"),
    ("paragraphs.1.id", "P\u0007", r"paragraph number 2: 'P\\x07' is not an id"),
    ("paragraphs.1.speaker", "robbin", r"paragraph p2: unknown speaker 'robbin'; speakers names alex, robin"),
    ("paragraphs.1.speaker", None, r"paragraph p2: unknown speaker None"),
    ("paragraphs.1.words", [], r"paragraph p2: a list of words is needed; .* remove the whole paragraph"),
    ("paragraphs.1.extra", 1, r'paragraph number 2: unknown "extra"; known are id, speaker, words'),
    ("paragraphs.1.words.0", ["It", 4000], r'paragraph p2: word 1: \["text", start, end\]'),
    ("paragraphs.1.words.0", ["It", 4000.0, 4100], r'paragraph p2: word 1: \["text", start, end\] with whole'),
    ("paragraphs.1.words.0.0", "", r'paragraph p2: word 1 \(""\): the text is empty'),
    ("paragraphs.1.words.0.0", "a\u0000", r'word 1 \("a\\u0000"\): the text holds the control character U\+0000'),
    ("paragraphs.1.words.0.0", "a\ud800", r'word 1 \("a\\ud800"\): the text holds the control character U\+D800'),
    ("paragraphs.1.words.0.0", "\u200b", r"the text holds nothing visible"),
    ("paragraphs.1.words.0.2", 4000, r'paragraph p2: word 1 \("It"\): ends at 4000, which is not after its start 4000'),
    ("paragraphs.1.words.1.1", 4299, r'paragraph p2: word 2 \("was"\): starts at 4299, before the word before it ends'),
    ("paragraphs.1.words.0.1", -1, r"outside the day"),
    ("paragraphs.1.words.3.2", 10**9, r"outside the day"),
    ("paragraphs.1.words.0", ["a b c", 4000, 4002], r"3 words do not fit into 2 ms"),
]


def spoil(target: Any, where: str, what: Any) -> None:
    *folders, name = where.split(".")
    for folder in folders:
        target = target[int(folder)] if isinstance(target, list) else target[folder]
    if isinstance(target, list):
        target[int(name)] = what
    else:
        target[name] = what


@pytest.mark.parametrize(("where", "what", "message"), SPOILT)
def test_each_fault_is_named_with_its_place(tmp_path: Path, where: str, what: Any, message: str) -> None:
    """File, paragraph, word and reason, in one line."""
    spoilt = value()
    spoil(spoilt, where, what)
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, spoilt)
    found = [problem for problem in caught.value.problems if re.search(message, problem)]
    assert len(found) == 1
    assert found[0].startswith(f"{tmp_path / 'transcript.json'}: ")
    assert found[0].isprintable()


def test_all_faults_of_a_file_are_reported_at_once(tmp_path: Path) -> None:
    """Five faults, five problems, in the order of the file."""
    spoilt = value()
    for where, what in (
        ("schema", 7), ("speakers.robin", "a<b"), ("paragraphs.0.words.1.2", 1), ("paragraphs.1.id", "p1"),
        ("paragraphs.1.words.2.0", "\u0007"),
    ):  # fmt: skip
        spoil(spoilt, where, what)
    del spoilt["cuts"]
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, spoilt)
    assert [problem.split("transcript.json: ")[1].split(" (")[0] for problem in caught.value.problems] == [
        '"cuts" is missing',
        "schema: must be 1",
        'speakers: "robin": the name holds "<", where caption readers would cut it off',
        "paragraph p1: word 2",
        "paragraph p1: word 3",
        "paragraph p1: this id stands twice; give the second one another",
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "line 1: not JSON"),
        (b'{"schema": 1,\n "timeline": "source"\n "language": "en"}', "line 3: not JSON"),
        (b"\xff\xfe{}", r"not UTF-8 text \(byte 0\)"),
        (b'{"schema": 1, "schema": 1}', '"schema" stands twice'),
        (b"[" * 100_000, "not JSON"),
        (b'{"schema": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"[]", "an object with schema, timeline"),
    ],
)
def test_a_file_that_is_no_transcript_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    """Broken JSON is named by its line; nothing ends in a traceback."""
    path = tmp_path / "transcript.json"
    path.write_bytes(data)
    with pytest.raises(ConfigError, match=message):
        document.read(path)
    with pytest.raises(ConfigError, match="no such file"):
        document.read(tmp_path / "absent.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(st.sampled_from([where for where, _, _ in SPOILT]), JSON)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_there_the_answer_is_a_transcript_or_a_config_error(
    tmp_path: Path, where: str, what: object
) -> None:
    """Any JSON value at any place is either understood or refused in words that can be printed."""
    spoilt = value()
    spoil(spoilt, where, what)
    try:
        transcript = read(tmp_path, spoilt)
    except ConfigError as error:
        str(error).encode("utf-8")  # no half characters reach a terminal
    else:
        path = tmp_path / "again.json"
        path.write_text(document.text(transcript), "utf-8")
        assert document.read(path) == transcript


def test_cuts_are_read_back_and_part_of_the_digest(tmp_path: Path) -> None:
    """Cuts come back as they were written; another edge is another digest, another reason is not."""
    words = said("So the dose was 300 mg")
    base = Transcript("en", (("alex", "Alex"),), (Paragraph("p1", "alex", words),))
    cut = dataclasses.replace(base, cuts=(Cut(400, 900, "filler", "alex", "c1"), Cut(1000, 1400)))
    path = tmp_path / "transcript.json"
    path.write_text(document.text(cut), "utf-8")
    assert document.read(path) == cut
    moved = dataclasses.replace(cut, cuts=(Cut(400, 901, "filler", "alex", "c1"), cut.cuts[1]))
    renamed = dataclasses.replace(cut, cuts=(Cut(400, 900, "content"), cut.cuts[1]))
    assert len({document.digest(one) for one in (base, cut, moved)}) == 3
    assert document.digest(renamed) == document.digest(cut)
