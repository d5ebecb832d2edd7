"""Words of a track and their order in the conversation."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import SCORES
from hypothesis import given
from hypothesis import strategies as st

from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.transcribe import engine, heard
from podcast_pipeline.transcribe.engine import Part, RawWord, Scores
from podcast_pipeline.transcribe.heard import Recognition
from podcast_pipeline.transcribe.turns import PAUSE, Turn, turns


def word(text: str, start: int, end: int, track: str = "host") -> RawWord:
    return RawWord(text, start, end, 0.9, track, SCORES)


def said(track: str, text: str, start: int, each: int = 200) -> list[RawWord]:
    """The words of `text`, `each` ms apart from `start`; "|" is a pause of 3 s, "_" one of 0.6 s."""
    found, at = [], start
    for part in text.split():
        if part in "|_":
            at += 3000 if part == "|" else 600
            continue
        found.append(word(part, at, at + each - 20, track))
        at += each
    return found


def texts(found: tuple[Turn, ...]) -> list[tuple[str, str]]:
    return [(turn.voice, " ".join(one.text for one in turn.words)) for turn in found]


def test_half_words_are_joined() -> None:
    """Parts without a leading space continue the word before, and the less certain part decides how certain it is."""
    parts = [
        Part(" for", 1.0, 1.2, 0.9),
        Part(" non", 1.2, 1.4, 0.9),
        Part("-cancer", 1.4, 1.7, 0.4),
        Part(" 5", 2.0, 2.1, 1.0),
        Part("%", 2.1, 2.3, 0.8),
    ]
    words = engine.words_of(parts, SCORES, "host", "en")
    assert [(w.text, w.start, w.end, w.probability) for w in words] == [
        ("for", 1000, 1200, 0.9),
        ("non-cancer", 1200, 1700, 0.4),
        ("5%", 2000, 2300, 0.8),
    ]


def test_languages_without_spaces_keep_their_words() -> None:
    """In Japanese no part begins with a space, and each stays a word."""
    words = engine.words_of([Part("背", 0, 1, 0.9), Part("中", 1, 2, 0.9)], SCORES, "host", "ja")
    assert [w.text for w in words] == ["背", "中"]


def test_only_a_doubtful_remainder_is_left_out() -> None:
    """A segment from the last second of a block goes if its log probability is low, and stays if it is sure."""
    samples = 60 * engine.RATE
    assert engine.is_residue(5950, samples, Scores(-1.2, 0.5, 0.3))
    assert not engine.is_residue(5950, samples, Scores(-0.6, 0.5, 0.3))
    assert not engine.is_residue(5800, samples, Scores(-1.2, 0.5, 0.3))


TIMES = st.lists(st.tuples(st.integers(0, 60_000), st.integers(-500, 2000)), max_size=60)


@given(TIMES)
def test_words_of_a_track_never_overlap(times: list[tuple[int, int]]) -> None:
    """Whatever times the recogniser gives, a track's words keep their order, have a length, and never overlap."""
    raw = [word(str(i), start, start + length) for i, (start, length) in enumerate(times)]
    found = heard.in_order(raw, 60_000)
    assert [w.text for w in found] == [w.text for w in raw]
    assert all(w.start < w.end for w in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


@given(TIMES)
def test_good_times_are_not_touched(times: list[tuple[int, int]]) -> None:
    """Words that do not overlap keep their times."""
    at, raw = 0, []
    for gap, length in times:
        raw.append(word("a", at + gap, at + gap + max(10, length)))
        at = raw[-1].end
    assert heard.in_order(raw, at) == tuple(raw)


def test_what_was_heard_reads_back(tmp_path: Path) -> None:
    """words/<track>.json gives back the same value under its key, and nothing under another key or when torn."""
    value = Recognition("key", "ab" * 32, 9000, ((100, 8000),), (4000,), tuple(said("host", "Où est „l’hôtel“?", 100)))
    path = tmp_path / "host.json"
    path.write_text(heard.render(value), "utf-8")
    assert heard.read(path, "key", "host") == value
    assert heard.read(path, "other", "host") is None
    path.write_text(heard.render(value)[:-30], "utf-8")
    assert heard.read(path, "key", "host") is None
    assert heard.read(tmp_path / "absent.json", "key", "host") is None


@pytest.mark.parametrize(
    "change",
    [{"language": "de"}, {"beam_size": 1}, {"compute_type": "float32"}],
)
def test_every_setting_changes_the_key(change: dict[str, str | int]) -> None:
    """Another language, beam or precision is another key; `auto` and the int8 that it means are the same."""
    one = TranscribeSettings()
    versions = {"name": "faster-whisper", "version": "1"}

    def key(settings: TranscribeSettings, model: str = "m", sha256: str = "s") -> str:
        return heard.key(sha256, versions, model, settings)

    assert key(replace(one, **change)) != key(one)  # type: ignore[arg-type]
    assert key(one, model="n") != key(one) != key(one, sha256="t")
    assert key(replace(one, compute_type="int8")) == key(one)


def test_an_offset_moves_words_and_speech() -> None:
    """A track that begins late has all its times later; what lies before the programme's start is left out."""
    value = Recognition("k", "s", 9000, ((0, 900), (2000, 8000)), (), tuple(said("host", "one two three", 500, 1000)))
    later, earlier = heard.shifted(value, 250), heard.shifted(value, -1500)
    assert [w.start for w in later.words] == [750, 1750, 2750]
    assert later.speech == ((250, 1150), (2250, 8250))
    assert [(w.text, w.start, w.end) for w in earlier.words] == [("two", 0, 980), ("three", 1000, 1980)]
    assert earlier.speech == ((500, 6500),)


def test_a_conversation_is_read_turn_by_turn() -> None:
    """Two people who take turns give turns in order of time, whole sentences each."""
    host = said("host", "What helps? | | Thank you.", 0)
    guest = said("guest", "Moving helps. And sleep.", 800)
    assert texts(turns({"host": host, "guest": guest})) == [
        ("host", "What helps?"),
        ("guest", "Moving helps. And sleep."),
        ("host", "Thank you."),
    ]


def test_two_seconds_of_silence_end_a_turn() -> None:
    """The same speaker after a long pause begins a new turn; after a short one goes on."""
    host = said("host", "One. _ Two. | Three.", 0)
    assert texts(turns({"host": host})) == [("host", "One. Two."), ("host", "Three.")]


def test_a_back_channel_does_not_split_a_sentence() -> None:
    """ "Right, I see" inside a sentence, also in a breath of it, comes after the sentence as a turn of its own."""
    guest = said("guest", "The dose _ was small in all of them. It was safe.", 0)
    host = said("host", "Right, mm.", 250)
    assert texts(turns({"host": host, "guest": guest})) == [
        ("guest", "The dose was small in all of them."),
        ("host", "Right, mm."),
        ("guest", "It was safe."),
    ]


def test_a_question_in_a_pause_splits() -> None:
    """More than a back-channel in a pause is a change of speaker, also where the sentence goes on after it."""
    guest = said("guest", "The dose _ _ was small.", 0)
    host = said("host", "Sorry, which dose was it", 420, 150)
    assert texts(turns({"guest": guest, "host": host})) == [
        ("guest", "The dose"),
        ("host", "Sorry, which dose was it"),
        ("guest", "was small."),
    ]


@st.composite
def conversations(draw: st.DrawFn) -> dict[str, list[RawWord]]:
    tracks = {}
    for track in ("host", "guest", "third"):
        at, words = 0, []
        for gap, length, mark in draw(
            st.lists(
                st.tuples(st.integers(0, 4000), st.integers(10, 900), st.sampled_from(["", ".", "?", ","])), max_size=25
            )
        ):
            at += gap
            words.append(word(f"w{mark}", at, at + length, track))
            at += length
        tracks[track] = words
    return tracks


@given(conversations())
def test_reading_order_keeps_everything(tracks: dict[str, list[RawWord]]) -> None:
    """Every word is in one turn; each track's words stay in order; within a turn times rise and no pause is long."""
    found = turns(tracks)
    for track, words in tracks.items():
        assert [w for turn in found if turn.voice == track for w in turn.words] == words
    for turn in found:
        assert all(a.end <= b.start and b.start - a.end < PAUSE for a, b in itertools.pairwise(turn.words))
    # Neighbouring turns of one speaker are there for a reason: a long pause.
    for one, two in itertools.pairwise(found):
        assert one.voice != two.voice or two.start - one.end >= PAUSE
