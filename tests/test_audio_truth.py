"""From raw tracks to the file that a listener downloads, decoded again and measured by meters that are not ours."""

from __future__ import annotations

import json
from pathlib import Path

import audio
import numpy as np
import pytest
import soak

from podcast_pipeline.audio.assemble import assemble
from podcast_pipeline.audio.encode import encode
from podcast_pipeline.audio.mix import mix
from podcast_pipeline.audio.preflight import preflight
from podcast_pipeline.model.audio import AudioSettings, Music, Track
from podcast_pipeline.model.timeline import TIMELINE

MUSIC = AudioSettings(intro=Music("intro.wav", fade_out=1000), outro=Music("outro.wav", fade_in=500, fade_out=500))
FORMS = ("mp3", "m4a", "opus")


def produce(folder: Path, settings: AudioSettings, *tracks: Track, forms: tuple[str, ...] = ("mp3",)) -> audio.Samples:
    """The four stages over these tracks of `folder`, to episode.mp3 and other `forms`; the decoded MP3."""

    def quiet(_: float) -> None: ...

    pairs = [(track, folder / track.file) for track in tracks]
    music = {"intro": settings.intro, "outro": settings.outro}
    sounds = {name: folder / one.file for name, one in music.items() if one is not None}
    preflight(pairs, folder / "preflight.json", folder / "levels.dat", quiet)
    mix(
        pairs,
        settings,
        folder / "mix.w64",
        quiet,
        preflight=folder / "preflight.json",
        levels=folder / "levels.dat",
        peaks=folder / "peaks.dat",
        review=folder / "review.wav",
    )
    assemble(folder / "mix.w64", settings, sounds, folder / "programme.w64", folder / "timeline.json", quiet)
    encode(
        folder / "programme.w64",
        settings,
        {form: folder / f"episode.{form}" for form in forms},
        folder / "loudness.json",
        folder / "curve.json",
        quiet,
    )
    return audio.decode(folder / "episode.mp3", settings.channels, settings.sample_rate)


def within_limits(decoded: audio.Samples, settings: AudioSettings) -> None:
    """Loudness and true peak of the decoded file, by two meters each."""
    audio.within_limits(decoded, settings.target, settings.true_peak, settings.sample_rate)


SECONDS = soak.examples(12, 25)
"""Of the conversation: two turns of the one, one of the other."""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two tracks that need work: 18 dB apart, clipped shout, hum, noise, bleed; an intro and an outro."""
    folder = tmp_path_factory.mktemp("room")
    host, guest = audio.conversation(SECONDS)
    audio.write_wav(folder / "host.wav", host)
    audio.write_wav(folder / "guest.wav", guest, bits=24)
    audio.write_wav(folder / "intro.wav", audio.sine(2.0, 440, -3))
    audio.write_wav(folder / "outro.wav", audio.sine(1.5, 330, -3))
    return folder


@pytest.mark.parametrize("level", ["none", "speech"][: soak.examples(1, 2)])  # levelled it is below
@pytest.mark.parametrize("channels", [2, 1])
def test_hard_conversation(room: Path, channels: int, level: str) -> None:
    """Hard material meets loudness and true peak after decoding, with a leveller and without."""
    settings = AudioSettings(channels=channels, level=level)
    within_limits(produce(room, settings, Track("host.wav", "alex"), Track("guest.wav", "robin")), settings)


@pytest.mark.slow
def test_intro_and_outro_in_the_decoded_file(room: Path) -> None:
    """The decoded MP3 lasts as long as the Timeline says, to the sample, and its intro and outro are where it says.

    M4A and Opus beside it are each within the limits after decoding, too.
    """
    decoded = produce(room, MUSIC, Track("host.wav", "alex"), Track("guest.wav", "robin"), forms=FORMS)
    measured(room, MUSIC)
    timeline = TIMELINE.read(room)
    assert timeline.duration == 1000 * SECONDS + 3500
    assert len(decoded) == timeline.samples
    told = json.loads((room / "loudness.json").read_text())
    assert (told["samples"], told["duration"]) == (timeline.samples, timeline.duration)
    for piece, pitch in ((timeline.pieces[0], 440), (timeline.pieces[-1], 330)):
        inside = decoded[piece.out + 24000 : piece.out + 48000, 0]
        assert np.argmax(np.abs(np.fft.rfft(inside))) * 2 == pytest.approx(pitch, abs=4)


@pytest.mark.parametrize("suffix", ["flac", "m4a", "mkv", "mp3", "ogg", "opus", "mp4"][: soak.examples(3, 7)])
def test_every_format_becomes_an_episode(room: Path, tmp_path: Path, suffix: str) -> None:
    """Compressed tracks and the sound of videos become an episode within the limits, in time with a WAV beside them."""
    settings = AudioSettings(channels=1)
    arguments = ["-f", "lavfi", "-i", f"color=size=64x64:rate=5:duration={SECONDS}"] if suffix in ("mkv", "mp4") else []
    audio.convert(room / "host.wav", tmp_path / f"host.{suffix}", *arguments)
    (tmp_path / "guest.wav").write_bytes((room / "guest.wav").read_bytes())
    decoded = produce(tmp_path, settings, Track(f"host.{suffix}", "alex"), Track("guest.wav", "robin"))
    within_limits(decoded, settings)
    # Lossy containers may keep some ms of encoder padding at the start: stay within a syllable's onset.
    shout = audio.decode(room / "host.wav", 1)[: 4 * 48000, 0]
    assert abs(audio.lag(shout, decoded[: 4 * 48000, 0])) <= (0 if suffix == "flac" else 48 * 50)


@pytest.mark.slow
def test_beeps_are_found_where_they_were(tmp_path: Path) -> None:
    """Beeps at known times in a raw track are found within 1 ms of the place that the Timeline gives."""
    sound = audio.voice(16.0, level=-26) * 0.5
    times = [3.0, 6.25, 10.5, 14.9]
    for at in times:
        start = round(at * 48000)
        sound[start : start + 960] = audio.sine(0.02, 6000, -8)
    audio.write_wav(tmp_path / "host.wav", sound, bits=24)
    audio.write_wav(tmp_path / "intro.wav", audio.sine(2.345, 440, -3))
    audio.write_wav(tmp_path / "outro.wav", audio.sine(1.0, 330, -3))
    decoded = produce(tmp_path, MUSIC, Track("host.wav", "alex"))[:, 0]
    timeline = TIMELINE.read(tmp_path)
    beep = audio.sine(0.02, 6000, -8)
    for at in times:
        place = timeline.to_published(round(at * 1000))
        assert place is not None
        start = place * 48
        window = decoded[start - 2400 : start + 2400]
        found = int(np.argmax(np.abs(np.correlate(window, beep, "valid")))) - 2400
        assert abs(found) <= 48


def test_every_form_is_measured_by_itself(room: Path) -> None:
    """Mono, with speech over the end of the music: MP3, M4A and Opus are each within the limits after decoding."""
    settings = AudioSettings(channels=1, intro=Music("intro.wav", fade_out=1000, overlap=800))
    produce(room, settings, Track("host.wav", "alex"), Track("guest.wav", "robin"), forms=FORMS)
    measured(room, settings)


def measured(folder: Path, settings: AudioSettings) -> None:
    """Each form is within the limits, as long as the programme, and of the loudness that is told of it."""
    timeline = TIMELINE.read(folder)
    told = json.loads((folder / "loudness.json").read_text())
    for name in FORMS:
        decoded = audio.decode(folder / f"episode.{name}", settings.channels)
        within_limits(decoded, settings)
        assert abs(len(decoded) - timeline.samples) <= (1 if name == "mp3" else 48 * 25)
        own = told if name == "mp3" else told["formats"][name]
        assert own["integrated"] == pytest.approx(audio.integrated(decoded), abs=0.1)
        assert own["range"] >= 0
