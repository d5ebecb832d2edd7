"""Does the cleaning help? STOI and PESQ of tracks against their clean stems, before and after each step.

Run it as `PODCAST_SPEECH=folder python tests/bench/cleaning.py`, with real speech in that folder; without, the voices
are generated ones. Exit 1 if the cleaning, or the leveller behind it, makes a track worse: STOI by more than a
thousandth, or PESQ at all; or if it would be better without one of its steps: both tracks together by PESQ, or either
by STOI.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))

import audio
import numpy as np

from podcast_pipeline.audio.mix import mix
from podcast_pipeline.audio.preflight import preflight
from podcast_pipeline.model.audio import AudioSettings, Track

RATE = audio.RATE
NOTHING = AudioSettings(channels=1, highpass=0, hum=False, gate=False, crosstalk="off", level="none")
CLEANED = AudioSettings(channels=1, level="none")
STEPS = {
    "high-pass": dataclasses.replace(NOTHING, highpass=None),
    "hum": dataclasses.replace(NOTHING, hum=True),
    "crosstalk": dataclasses.replace(NOTHING, crosstalk="dominance"),
    "gate": dataclasses.replace(NOTHING, gate=True),
    "denoise": dataclasses.replace(NOTHING, denoise="12"),
    "cleaned": CLEANED,
    "cleaned + denoise": dataclasses.replace(CLEANED, denoise="12"),
    "and levelled": AudioSettings(channels=1),
}
WITHOUT = {
    "high-pass": dataclasses.replace(CLEANED, highpass=0),
    "hum": dataclasses.replace(CLEANED, hum=False),
    "crosstalk": dataclasses.replace(CLEANED, crosstalk="off"),
    "gate": dataclasses.replace(CLEANED, gate=False),
}
"""All that is on by default but this."""
JUDGED = ("cleaned", "and levelled")


class Score(NamedTuple):
    stoi: float
    pesq: float


def is_worse(raw: Score, cleaned: Score) -> bool:
    return cleaned.stoi < raw.stoi - 0.001 or cleaned.pesq < raw.pesq


def helps(cleaned: tuple[Score, Score], without: tuple[Score, Score]) -> bool:
    """Whether a step earns its place: what it gives to both tracks, and that it takes from none of them."""
    kept = all(one.stoi >= other.stoi - 0.001 for one, other in zip(cleaned, without, strict=True))
    return kept and sum(one.pesq for one in cleaned) > sum(one.pesq for one in without)


def score(clean: audio.Samples, heard: audio.Samples) -> Score:
    """STOI (0 to 1) and wide-band PESQ (1 to 4.6) of `heard`, at 16 kHz."""
    from pesq import pesq
    from pystoi import stoi
    from scipy.signal import resample_poly

    both = min(len(clean), len(heard))
    one, two = (resample_poly(sound[:both], 1, 3) for sound in (clean, heard))
    one, two = (sound / np.abs(sound).max() * 0.8 for sound in (one, two))
    return Score(float(stoi(one, two, 16000)), float(pesq(16000, one, two, "wb")))


def stems(seconds: float) -> tuple[audio.Samples, audio.Samples]:
    """Two voices that take turns and sometimes speak at once, without anything below 100 Hz: that is what is clean."""
    from scipy.signal import butter, sosfilt

    folder = Path(os.environ.get("PODCAST_SPEECH", ""))
    names = ("librivox_ss.flac", "libri_1688.flac")
    if all((folder / name).is_file() for name in names):
        voices = [audio.decode(folder / name, 1)[:, 0] for name in names]
    else:
        voices = [audio.voice(seconds, pitch=110 * (1 + i), seed=3 + i) for i in range(2)]
    count = min(round(seconds * RATE), *(len(voice) for voice in voices))
    shape = np.zeros(count)
    for at in range(0, count, 8 * RATE):
        shape[at : at + 5 * RATE] = 1
    other = np.roll(1 - shape, -RATE)
    soft = np.hanning(RATE // 20) / np.hanning(RATE // 20).sum()
    high = butter(6, 100, "high", fs=RATE, output="sos")
    made = []
    for voice, turns, level in zip(voices, (shape, other), (-20, -30), strict=True):
        sound = sosfilt(high, voice[:count]) * np.convolve(turns, soft, "same")
        loud = sound[np.abs(sound) > 0.02 * np.abs(sound).max()]
        made.append(sound * audio.db(level) / np.sqrt(np.mean(loud**2)))
    return made[0], made[1]


def record(folder: Path, clean: tuple[audio.Samples, audio.Samples]) -> tuple[audio.Samples, audio.Samples]:
    """The microphones: rumble and noise on both, hum on the quiet one, which also hears the loud one."""
    from scipy.signal import butter, sosfilt

    seconds = len(clean[0]) / RATE
    rumble = sosfilt(butter(4, [15, 40], "band", fs=RATE, output="sos"), audio.noise(seconds, 0, 8))
    rumble *= audio.db(-26) / np.std(rumble)
    host = clean[0] + rumble + audio.noise(seconds, -58, 5)
    guest = clean[1] + np.roll(clean[0], round(0.012 * RATE)) * audio.db(-24) + rumble * audio.db(-30)
    guest = guest + audio.hum(seconds, 50, -52) + audio.noise(seconds, -62, 6)
    for name, sound in (("host", host), ("guest", guest)):
        audio.write_wav(folder / f"{name}.wav", sound, bits=24)
    return host, guest


def scores(seconds: float, steps: Mapping[str, AudioSettings] = STEPS) -> Iterator[tuple[str, tuple[Score, Score]]]:
    """Name of a step and the scores of both tracks; the first is the raw recording."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clean = stems(seconds)
        raw = record(folder, clean)
        tracks = [(Track("host.wav", "host"), folder / "host.wav"), (Track("guest.wav", "guest"), folder / "guest.wav")]
        preflight(tracks, folder / "p.json", folder / "levels.dat", lambda _: None)
        yield "raw", (score(clean[0], raw[0]), score(clean[1], raw[1]))
        for step, settings in steps.items():
            found = []
            for own in (0, 1):
                # The other track is as good as silent: each is judged alone.
                silent = dataclasses.replace(tracks[1 - own][0], gain=-120.0, level="none")
                heard = [(track if i == own else silent, path) for i, (track, path) in enumerate(tracks)]
                mix(
                    heard, settings, folder / "mix.w64", lambda _: None, preflight=folder / "p.json",
                    levels=folder / "levels.dat", peaks=folder / "peaks.dat", review=folder / "review.wav",
                )  # fmt: skip
                found.append(score(clean[own], audio.decode(folder / "mix.w64", 1)[:, 0]))
            yield step, (found[0], found[1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.5)
    without = {f"cleaned, no {step}": settings for step, settings in WITHOUT.items()}
    rows = dict(scores(parser.parse_args().minutes * 60, {**STEPS, **without}))
    print(f"{'':20}{'host STOI':>10}{'PESQ':>7}{'guest STOI':>12}{'PESQ':>7}")
    for step, (host, guest) in rows.items():
        print(f"{step:20}{host.stoi:10.4f}{host.pesq:7.2f}{guest.stoi:12.4f}{guest.pesq:7.2f}")
    worse = [
        f"{who} ({step})"
        for step in JUDGED
        for who, raw, now in zip(("host", "guest"), rows["raw"], rows[step], strict=True)
        if is_worse(raw, now)
    ]
    if worse:
        print(f"BROKEN: worse than raw: {', '.join(worse)}", file=sys.stderr)
    idle = [step for step in without if not helps(rows["cleaned"], rows[step])]
    if idle:
        print(f"BROKEN: as good or better: {', '.join(idle)}", file=sys.stderr)
    return 1 if worse or idle else 0


if __name__ == "__main__":
    sys.exit(main())
