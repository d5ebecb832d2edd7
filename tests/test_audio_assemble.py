"""The programme: intro, conversation and outro, and the Timeline that says which sample went where."""

from __future__ import annotations

from pathlib import Path

import audio
import numpy as np
import pytest

from podcast_pipeline.audio import w64
from podcast_pipeline.audio.assemble import assemble
from podcast_pipeline.errors import AudioError
from podcast_pipeline.model.audio import AudioSettings, Music
from podcast_pipeline.model.timeline import TIMELINE, Piece, Timeline


def write_mix(path: Path, sound: audio.Samples, settings: AudioSettings) -> audio.Samples:
    """An intermediate as the stage mix writes it."""
    frames = np.repeat(sound[:, None], settings.channels, axis=1).astype(np.float32)
    with w64.writing(path, settings.sample_rate, settings.channels, len(frames)) as writer:
        writer.write(frames)
    return frames.astype(np.float64)


def assembled(folder: Path, settings: AudioSettings, **sounds: Path) -> tuple[audio.Samples, Timeline]:
    """Run the stage on mix.w64 of `folder`; the programme's samples and its Timeline."""
    told: list[float] = []
    assemble(folder / "mix.w64", settings, sounds, folder / "programme.w64", folder / "timeline.json", told.append)
    assert told == sorted(told), "progress went back"
    assert told[-1] == 1.0
    timeline = TIMELINE.read(folder)
    return audio.decode(folder / "programme.w64", settings.channels, settings.sample_rate), timeline


def test_without_music(tmp_path: Path) -> None:
    """Without intro and outro the programme is the mix, sample by sample, peaks beyond full scale included."""
    settings = AudioSettings()
    frames = write_mix(tmp_path / "mix.w64", audio.voice(12.0, level=-6) * 2, settings)
    assert frames.max() > 1.0
    programme, timeline = assembled(tmp_path, settings)
    assert np.array_equal(programme, frames.astype(np.float64))
    assert timeline == Timeline(48000, (Piece(0, 576000, 0),), source=576000)


@pytest.mark.parametrize(("channels", "rate"), [(2, 48000), (1, 44100)])
def test_intro_and_outro(tmp_path: Path, channels: int, rate: int) -> None:
    """Intro and outro stand before and after, the Timeline has their lengths, the conversation is untouched."""
    settings = AudioSettings(
        channels=channels, sample_rate=rate, intro=Music("intro.wav", fade_out=500), outro=Music("outro.wav", 250)
    )
    frames = write_mix(tmp_path / "mix.w64", audio.voice(11.0, level=-20, rate=rate), settings)
    intro = audio.write_wav(tmp_path / "intro.wav", audio.sine(2.0, 440, -6, rate=24000), rate=24000)
    outro = audio.write_wav(tmp_path / "outro.wav", audio.sine(1.5, 660, -30, rate=rate), rate=rate, bits=24)
    programme, timeline = assembled(tmp_path, settings, intro=intro, outro=outro)
    before, after = 2 * rate, 3 * rate // 2
    assert timeline.pieces == (
        Piece(0, before, None),
        Piece(before, len(frames), 0),
        Piece(before + len(frames), after, None),
    )
    assert len(programme) == timeline.samples == before + len(frames) + after
    assert np.array_equal(programme[before : before + len(frames)], frames.astype(np.float64))
    assert timeline.to_published(1500) == 3500
    for start, length, pitch in ((0, before, 440), (before + len(frames), after, 660)):
        spectrum = np.abs(np.fft.rfft(programme[start : start + length, 0]))
        assert np.argmax(spectrum) * rate / length == pytest.approx(pitch, abs=1)


def test_music_is_quieter_than_speech(tmp_path: Path) -> None:
    """Loud or quiet, mono or stereo, a sound is brought to 2 LU below the loudness of the conversation."""
    settings = AudioSettings(intro=Music("intro.wav"), outro=Music("outro.wav"))
    frames = write_mix(tmp_path / "mix.w64", audio.voice(11.0, level=-24), settings)
    intro = audio.write_wav(tmp_path / "intro.wav", audio.noise(3.0, -12, 5))
    wide = np.stack((audio.noise(3.0, -45, 6), audio.noise(3.0, -45, 7)), axis=1)
    outro = audio.write_wav(tmp_path / "outro.wav", wide, bits=24)
    programme, _ = assembled(tmp_path, settings, intro=intro, outro=outro)
    speech = audio.integrated(frames.astype(np.float64))
    assert audio.integrated(programme[:144000]) == pytest.approx(speech - 2, abs=0.1)
    assert audio.integrated(programme[-144000:]) == pytest.approx(speech - 2, abs=0.1)


def test_fades(tmp_path: Path) -> None:
    """A fade rises from silence and falls back to it with equal power, over the time that was set."""
    settings = AudioSettings(channels=1, intro=Music("intro.wav", fade_in=1000, fade_out=2000))
    write_mix(tmp_path / "mix.w64", audio.voice(5.0), settings)
    intro = audio.write_wav(tmp_path / "intro.wav", audio.sine(5.0, 440, -6))
    programme, _ = assembled(tmp_path, settings, intro=intro)
    loud = [float(np.abs(programme[at * 480 : at * 480 + 480]).max()) for at in range(500)]
    full = loud[200]
    assert loud[0] < 0.02 * full
    assert loud[50] == pytest.approx(np.sin(np.pi / 4) * full, rel=0.03)
    assert loud[102] == pytest.approx(full, rel=0.01)
    assert loud[295] == pytest.approx(full, rel=0.01)
    assert loud[400] == pytest.approx(np.sin(np.pi / 4) * full, rel=0.03)
    assert loud[499] < 0.02 * full


def test_fades_of_any_length(tmp_path: Path) -> None:
    """Fades of no whole number of samples (333 ms at 44.1 kHz) change no length and no sample between them."""
    settings = AudioSettings(channels=1, sample_rate=44100, intro=Music("intro.wav", fade_in=333, fade_out=77))
    write_mix(tmp_path / "mix.w64", audio.voice(5.0, rate=44100), settings)
    tone = audio.sine(2.0, 440, -6, rate=44100)
    intro = audio.write_wav(tmp_path / "intro.wav", tone, rate=44100)
    programme, timeline = assembled(tmp_path, settings, intro=intro)
    assert timeline.pieces[0].len == 88200
    between = slice(333 * 441 // 10 + 1, 88200 - 77 * 441 // 10 - 1)
    ratio = programme[between, 0] / np.where(np.abs(tone[between]) > 0.1, tone[between], np.nan)
    assert np.nanstd(ratio) < 1e-3 * np.nanmean(ratio)
    assert abs(programme[0, 0]) < 1e-3
    assert abs(programme[88199, 0]) < 1e-2


@pytest.mark.parametrize("suffix", ["mp3", "m4a", "flac", "opus"])
def test_compressed_music(tmp_path: Path, suffix: str) -> None:
    """An intro may be compressed: no ffprobe and no program on the PATH is needed for it."""
    settings = AudioSettings(intro=Music(f"intro.{suffix}", fade_out=200))
    write_mix(tmp_path / "mix.w64", audio.voice(5.0), settings)
    intro = audio.convert(audio.write_wav(tmp_path / "x.wav", audio.sine(2.0, 440)), tmp_path / f"intro.{suffix}")
    _, timeline = assembled(tmp_path, settings, intro=intro)
    decoded = len(audio.decode(intro, 2))
    assert decoded <= timeline.pieces[0].len < decoded + 480
    assert timeline.pieces[0].len % 480 == 0


def refused(folder: Path, settings: AudioSettings, sound: Path) -> str:
    """The error for this intro."""
    write_mix(folder / "mix.w64", audio.voice(4.0), settings)
    with pytest.raises(AudioError) as caught:
        assembled(folder, settings, intro=sound)
    assert not (folder / "timeline.json").exists()
    return str(caught.value)


def test_missing_music(tmp_path: Path) -> None:
    """A missing intro is named."""
    text = refused(tmp_path, AudioSettings(intro=Music("intro.wav")), tmp_path / "intro.wav")
    assert "intro.wav: no such file" in text


def test_silent_music(tmp_path: Path) -> None:
    """A silent intro gets no gain, but an error."""
    sound = audio.write_wav(tmp_path / "intro.wav", np.zeros(96000))
    assert "intro.wav: silent" in refused(tmp_path, AudioSettings(intro=Music("intro.wav")), sound)


def test_fades_longer_than_the_music(tmp_path: Path) -> None:
    """Fades that do not fit into the sound are refused with both lengths."""
    sound = audio.write_wav(tmp_path / "intro.wav", audio.sine(1.0))
    text = refused(tmp_path, AudioSettings(intro=Music("intro.wav", 600, 600)), sound)
    assert "the fades (1200 ms) are longer than the sound (1000 ms)" in text


def test_whole_song_as_intro(tmp_path: Path) -> None:
    """An intro of more than two minutes is refused: it would be held in memory."""
    sound = audio.write_wav(tmp_path / "intro.wav", audio.sine(121.0, rate=8000), rate=8000)
    assert "intro.wav: longer than 120 s" in refused(tmp_path, AudioSettings(intro=Music("intro.wav")), sound)


def test_silent_mix(tmp_path: Path) -> None:
    """Music has no level to follow where the mix is silent."""
    settings = AudioSettings(intro=Music("intro.wav"))
    write_mix(tmp_path / "mix.w64", np.zeros(240000), settings)
    sound = audio.write_wav(tmp_path / "intro.wav", audio.sine(1.0))
    with pytest.raises(AudioError, match="the mix is silent"):
        assembled(tmp_path, settings, intro=sound)
