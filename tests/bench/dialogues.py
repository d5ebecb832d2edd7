"""Is anybody's noise under anybody's voice? Each speaker of seeded dialogues: ours, a plain mix, ffmpeg-normalize.

Run it as `PODCAST_SPEECH=folder python tests/bench/dialogues.py`, with real speech in that folder; without, the voices
are generated ones. In each dialogue two or three people take turns, answer with a word and interrupt each other; each
microphone has its own steady or passing noise, and hears the others in the room or over a call.

Wide-band PESQ (1 to 4.6, against the clean voice) and DNSMOS (overall, 1 to 5) of a speaker are measured over the
stretches in which nobody else speaks, joined: that is where other people's noise is heard, and where a reference is.
A pause is where nobody speaks; it is compared with the power of the speech. What is eaten of a speaker is the energy
of the clean voice that the gain of the track takes off, against all of its energy.

Exit 1 if a goal is missed: pauses 20 dB down; no speaker below the plain mix or ffmpeg-normalize by more than 0.05, and
above both on the median; the host beside a guest whose fan is at 15 dB at 3.7 or more; at most -50 dB eaten,
or what lies 25 dB below the speaker's own noise.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))

import audio
import numpy as np
from numpy.typing import NDArray

from podcast_pipeline import ffmpeg
from podcast_pipeline.audio import mix, speech_quality
from podcast_pipeline.audio.preflight import PREFLIGHT, preflight
from podcast_pipeline.model.audio import AudioSettings, Track

RATE = audio.RATE
FRAME = RATE // 100
"""Samples of 10 ms: in these it is said who speaks."""
PAUSES, EATEN, MASKED, HOST, BELOW = -20.0, -50.0, 25.0, 3.7, 0.05
"""The goals: dB of pauses and of what is eaten, at most, or so far below the speaker's own noise, where it is masked;
PESQ of the host at least; how far below another at most."""
SPEECH = ("librivox_ss.flac", "libri_1688.flac", "sonnet1.flac", "jfk.flac")


class Recording(NamedTuple):
    """A dialogue: what each microphone has recorded, and the clean voice in front of it."""

    name: str
    tracks: list[audio.Samples]
    voices: list[audio.Samples]


class Kind(NamedTuple):
    """What one microphone has beside its speaker: noise so many dB below the voice, and the others so late and low."""

    noise: str
    ratio: float
    bleed: float | None = None
    late: float = 0.008
    """Seconds; above 50 ms it is an echo of a call, and as dull as that."""


CLEAN = Kind("room", 45)
DIALOGUES: dict[str, tuple[Kind, ...]] = {
    "clean": (CLEAN, CLEAN),
    "fan 15": (CLEAN, Kind("fan", 15)),
    "fan 6": (CLEAN, Kind("fan", 6)),
    "fan 10, both": (Kind("fan", 10), Kind("fan", 10)),
    "fan 25, bleed 25": (CLEAN, Kind("fan", 25, -25)),
    "fan 15, bleed 25": (CLEAN, Kind("fan", 15, -25)),
    "traffic 15": (CLEAN, Kind("traffic", 15)),
    "traffic 10, both": (Kind("traffic", 10), Kind("traffic", 12)),
    "babble 20": (CLEAN, Kind("babble", 20)),
    "babble 25, hum": (Kind("hum", 20), Kind("babble", 25)),
    "hum 12": (CLEAN, Kind("hum", 12)),
    "room 30": (Kind("room", 30), Kind("room", 28)),
    "bleed 15": (CLEAN, Kind("room", 40, -15)),
    "bleed 20, both": (Kind("room", 40, -20), Kind("room", 35, -20)),
    "bleed 40, fan": (Kind("fan", 20, -40), Kind("room", 40, -40)),
    "echo 80": (Kind("room", 40), Kind("room", 40, -18, 0.08)),
    "echo 400": (Kind("room", 40), Kind("fan", 25, -24, 0.4)),
    "echo 200, fan": (Kind("room", 35), Kind("fan", 15, -22, 0.2)),
    "three, fan 15": (CLEAN, Kind("fan", 15), Kind("room", 35)),
    "three, room": (Kind("room", 35, -25), Kind("traffic", 20, -25), Kind("fan", 18, -25)),
}


def phrases(speech: Path | None, number: int, seed: int) -> list[audio.Samples]:
    """What one person has to say, in pieces with silence around them."""
    if speech is None:
        return [
            audio.voice(length, ((0.05, length - 0.05),), pitch=105 + 55 * number, level=-20, seed=100 * seed + 9 * i)
            for i, length in enumerate(np.random.default_rng((seed, number)).uniform(0.5, 5, 14).tolist())
        ]
    from scipy.signal import butter, sosfilt

    # Without what is no voice: one of these readers knocks at the table.
    sound = sosfilt(butter(4, 100, "high", fs=RATE, output="sos"), audio.decode(speech / SPEECH[number], 1)[:, 0])
    power = np.square(sound[: len(sound) // FRAME * FRAME]).reshape(-1, FRAME).mean(axis=1)
    power = np.convolve(power, np.ones(5) / 5, "same")
    quiet = power < max(np.mean(power) * audio.db(-30) ** 2, 2 * np.quantile(power, 0.1))
    pieces = []
    edges = np.flatnonzero(np.diff(np.concatenate(([1], quiet.view(np.int8), [1])))).reshape(-1, 2)
    start = None
    for (first, last), following in zip(edges.tolist(), [*edges[1:, 0].tolist(), 1 << 60], strict=True):
        start = first if start is None else start
        if following - last >= 15 or last - start > 300:
            piece = sound[max(0, start - 3) * FRAME : (last + 6) * FRAME].copy()
            ramp = np.linspace(0, 1, 2 * FRAME)
            piece[: len(ramp)] *= ramp
            piece[-len(ramp) :] *= ramp[::-1]
            pieces.append(piece)
            start = None
    loud = np.concatenate(pieces)
    return [piece * audio.db(-20) / np.sqrt(np.mean(loud**2)) for piece in pieces]


def conversation(speech: Path | None, people: int, seconds: float, seed: int) -> list[audio.Samples]:
    """The clean voices: turns of one to three phrases, pauses up to 1.5 s, now and then a word in between."""
    random = np.random.default_rng(seed)
    said = [phrases(speech, (number + seed) % len(SPEECH), seed) for number in range(people)]
    places = [0] * people
    voices = [np.zeros(round(seconds * RATE)) for _ in range(people)]

    def speak(who: int, at: float, factor: float = 1.0, most: float = 60.0) -> float:
        phrase = said[who][places[who] % len(said[who])][: round(most * RATE)]
        places[who] += 1
        room = voices[who][round(at * RATE) : round(at * RATE) + len(phrase)]
        room += factor * phrase[: len(room)]
        return at + len(phrase) / RATE

    at, who = 0.6, 0
    while at < seconds - 2:
        for _ in range(int(random.integers(1, 3))):
            if at < seconds - 2:
                start, at = at, speak(who, at)
                if random.random() < 0.25 and at - start > 2:
                    speak((who + 1) % people, start + random.uniform(0.5, 1.5), audio.db(-8), 0.8)
                at += random.uniform(0.1, 0.5)
        at += random.choice([-0.6, 0.2, 0.6, 1.5])
        who = (who + int(random.integers(1, people))) % people
    return voices


def noise(kind: str, seconds: float, seed: int, speech: Path | None) -> audio.Samples:
    """Unit power of what is around a microphone."""
    from scipy.signal import butter, sosfilt

    random, count = np.random.default_rng(seed), round(seconds * RATE)
    white = random.standard_normal(count)
    times = np.arange(count) / RATE
    if kind == "hum":
        sound = audio.hum(seconds, 50, -20) + 0.001 * white
    elif kind == "babble":
        sound = np.zeros(count)
        for number in range(6):
            voice = np.concatenate(phrases(speech, number % len(SPEECH), seed + number))[::-1]
            sound += np.roll(np.resize(voice, count), int(random.integers(count)))
    elif kind == "traffic":
        slow = sosfilt(butter(1, 400, "low", fs=RATE, output="sos"), white)
        sound = slow * 10 ** (8 * np.sin(2 * np.pi * times / random.uniform(7, 12) + random.uniform(0, 6)) / 20)
    else:
        # A room falls by 6 dB in an octave above 300 Hz, a fan above 1 kHz; a fan has blades.
        sound = sosfilt(butter(1, 1000 if kind == "fan" else 300, "low", fs=RATE, output="sos"), white)
        sound /= np.std(sound)
        if kind == "fan":
            sound += sum(0.3 * np.sin(2 * np.pi * hz * times + hz) for hz in (92, 184, 276))
    return np.asarray(sound / np.std(sound))


def recording(speech: Path | None, name: str, kinds: Sequence[Kind], seconds: float, seed: int) -> Recording:
    from scipy.signal import butter, sosfilt

    random = np.random.default_rng(1000 + seed)
    voices = conversation(speech, len(kinds), seconds, seed)
    level = -20.0
    tracks = []
    for number, kind in enumerate(kinds):
        sound = voices[number] + audio.db(level - kind.ratio) * noise(kind.noise, seconds, 10 * seed + number, speech)
        if kind.bleed is not None:
            for other in range(len(kinds)):
                if other != number:
                    late = round((kind.late + 0.002 * other) * RATE)
                    ring = random.standard_normal(RATE // 8) * np.exp(-np.arange(RATE // 8) / (0.03 * RATE))
                    ring = np.concatenate(([1.0], 0.04 * ring))
                    far = (
                        np.convolve(voices[other], ring)[: len(sound)]
                        if len(ring) < 3
                        else _reverberant(voices[other], ring)
                    )
                    if kind.late > 0.05:
                        far = sosfilt(butter(2, [300, 3400], "band", fs=RATE, output="sos"), far)
                    sound = sound + audio.db(kind.bleed) * np.concatenate((np.zeros(late), far))[: len(sound)]
        tracks.append(sound)
    return Recording(name, tracks, voices)


def _reverberant(sound: audio.Samples, ring: audio.Samples) -> audio.Samples:
    from scipy.signal import fftconvolve

    return np.asarray(fftconvolve(sound, ring)[: len(sound)])


def speaking(voice: audio.Samples) -> NDArray[np.bool_]:
    """For each 10 ms whether something is said, with 100 ms around it."""
    power = np.square(voice[: len(voice) // FRAME * FRAME]).reshape(-1, FRAME).mean(axis=1)
    loud = power > 1e-5 * power[power > 0].mean()
    return np.convolve(loud, np.ones(21), "same") > 0


def alone(recording: Recording, who: int) -> NDArray[np.bool_]:
    """For each sample whether this person speaks and nobody else does."""
    spoken = [speaking(voice) for voice in recording.voices]
    others = np.any([turns for number, turns in enumerate(spoken) if number != who], axis=0)
    return np.repeat(spoken[who] & ~others, FRAME)


def nobody(recording: Recording) -> NDArray[np.bool_]:
    """For each sample whether it is in a pause; its first half a second is a way there."""
    silent = ~np.any([speaking(voice) for voice in recording.voices], axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], silent.view(np.int8), [0])))).reshape(-1, 2)
    inside = np.zeros(len(silent), bool)
    for first, last in edges.tolist():
        inside[first + 45 : last - 10] = True
    return np.repeat(inside, FRAME)


def pesq(clean: audio.Samples, heard: audio.Samples) -> float:
    from pesq import pesq as wide
    from scipy.signal import resample_poly

    slow = (resample_poly(sound, 1, 3) for sound in (clean, heard))
    reference, judged = (sound / np.abs(sound).max() * 0.8 for sound in slow)
    return float(wide(16000, reference, judged, "wb"))


def dnsmos(heard: audio.Samples) -> float:
    """The overall score at a speech level of -26 dBFS."""
    from scipy.signal import resample_poly

    sound = resample_poly(heard, 1, 3)
    judged = speech_quality.overall([(sound * audio.db(-26) / np.sqrt(np.mean(sound**2))).astype(np.float32)])
    assert judged is not None, "is speechmos installed?"
    return judged


def ours(recording: Recording, folder: Path, settings: AudioSettings) -> tuple[audio.Samples, list[float]]:
    """Our mix; and what is eaten of each speaker, in dB."""
    pairs = []
    for number, sound in enumerate(recording.tracks):
        path = audio.write_wav(folder / f"{number}.wav", sound, bits=24)
        pairs.append((Track(path.name, f"person{number}"), path))
    preflight(pairs, folder / "p.json", folder / "levels.dat", lambda _: None)
    mix.mix(
        pairs, settings, folder / "mix.w64", lambda _: None, preflight=folder / "p.json",
        levels=folder / "levels.dat", peaks=folder / "peaks.dat", review=folder / "review.wav",
    )  # fmt: skip
    told = PREFLIGHT.load(folder / "p.json")
    eaten = []
    for voice, made in zip(recording.voices, mix.voices(pairs, settings, told, folder / "levels.dat"), strict=True):
        assert made.ride is not None
        ride = dataclasses.replace(made.ride, level=None)
        gain = ride.factors(np.arange(0, len(voice), FRAME) / RATE).repeat(FRAME)[: len(voice)]
        eaten.append(float(10 * np.log10(np.sum((voice * (1 - gain)) ** 2) / np.sum(voice**2) + 1e-12)))
    return audio.decode(folder / "mix.w64", 1)[:, 0], eaten


def normalized(plain: audio.Samples, folder: Path) -> audio.Samples:
    """The plain mix by ffmpeg-normalize with what it does by itself."""
    path = audio.write_wav(folder / "plain.wav", plain / max(1, np.abs(plain).max()), bits=24)
    made = folder / "normalized.wav"
    program = str(Path(sys.executable).with_name("ffmpeg-normalize"))
    environment = {**os.environ, "FFMPEG_PATH": ffmpeg.binary().path}
    argv = [program, str(path), "-f", "-q", "-ar", str(RATE), "-c:a", "pcm_s24le", "-o", str(made)]
    subprocess.run(argv, check=True, capture_output=True, env=environment)
    return audio.decode(made, 1)[:, 0]


class Score(NamedTuple):
    pesq: float
    dnsmos: float


class Result(NamedTuple):
    dialogue: str
    speaker: int
    ours: Score
    plain: Score
    theirs: Score
    pauses: float
    eaten: float


def measured(item: Recording, settings: AudioSettings) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as name:
        mixed, eaten = ours(item, Path(name), settings)
        plain = np.sum(item.tracks, axis=0)
        theirs = normalized(plain, Path(name))
    pause = nobody(item)
    for who in range(len(item.voices)):
        if not (where := alone(item, who)).any():
            continue
        clean = item.voices[who][: len(where)][where]
        scores = []
        for sound in (mixed, plain, theirs):
            sound = sound[: len(where)][where]
            scores.append(Score(pesq(clean, sound), dnsmos(sound)))
        quiet = mixed[: len(pause)][pause]
        speech = np.mean(mixed[: len(pause)][~pause] ** 2)
        pauses = 10 * np.log10(np.mean(quiet**2) / speech) if len(quiet) else -99.0
        yield Result(item.name, who, scores[0], scores[1], scores[2], float(pauses), eaten[who])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    folder = Path(os.environ.get("PODCAST_SPEECH", ""))
    speech = folder if all((folder / name).is_file() for name in SPEECH) else None
    results = []
    columns = ("PESQ", "plain", "ffnorm", "DNSMOS", "plain", "ffnorm", " pause", " eaten")
    print(f"{'dialogue':18} who  {' '.join(f'{column:>6}' for column in columns)}")
    for number, (name, kinds) in enumerate(DIALOGUES.items()):
        for seed in range(options.seeds):
            if options.only and not any(one in name for one in options.only.split(";")):
                continue
            item = recording(speech, name, kinds, options.seconds, 7 * number + seed)
            for r in measured(item, AudioSettings(channels=1)):
                results.append(r)
                judged = [(s.pesq, s.dnsmos) for s in (r.ours, r.plain, r.theirs)]
                pesqs, scores = (" ".join(f"{value:6.2f}" for value in column) for column in zip(*judged, strict=True))
                line = f"{name:18} {r.speaker:3}  {pesqs}   {scores}  {r.pauses:7.1f} {r.eaten:7.1f}"
                print(line, flush=True)
    if not results:
        parser.error(f"--only {options.only}: no dialogue has that in its name")
    missed = list(misses(results))
    print(*(f"missed: {miss}" for miss in missed), sep="\n")
    return 1 if missed else 0


def misses(results: Sequence[Result]) -> Iterator[str]:
    """The goals that are not met; how it stands against the others is printed."""
    for r in results:
        who = f"{r.dialogue}, speaker {r.speaker}"
        if r.pauses > PAUSES:
            yield f"{who}: pauses {r.pauses:.1f} dB"
        if r.eaten > max(EATEN, -DIALOGUES[r.dialogue][r.speaker].ratio - MASKED):
            yield f"{who}: eaten {r.eaten:.1f} dB"
        if r.dialogue == "fan 15" and r.speaker == 0 and r.ours.pesq < HOST:
            yield f"{who}: PESQ {r.ours.pesq:.2f}"
    for what in Score._fields:
        for other in ("plain", "theirs"):
            gains = [getattr(r.ours, what) - getattr(getattr(r, other), what) for r in results]
            middle = statistics.median(gains)
            print(f"{what} against {other}: worst {min(gains):+.2f}, median {middle:+.2f}")
            for r, gain in zip(results, gains, strict=True):
                if gain < -BELOW:
                    yield f"{r.dialogue}, speaker {r.speaker}: {what} {gain:+.2f} against {other}"
            if middle <= 0:
                yield f"{what} against {other}: median {middle:+.2f}"


if __name__ == "__main__":
    sys.exit(main())
