"""Does mastering help a recogniser? Word error rate on the decoded MP3, beside a plain sum of the same two tracks.

Run it as `PODCAST_SPEECH=folder python tests/bench/heard.py`, with librivox_ss.flac, libri_1688.flac and
references.json there; without them there is nothing to measure (exit 77). Exit 1 if the mastered is understood worse.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))

import audio
import numpy as np

NAMES = ("librivox_ss", "libri_1688")


def conversation(speech: Path, folder: Path) -> None:
    """One reader after the other, 12 dB apart, each with noise; the second microphone has hum and hears the first."""
    voices = [audio.decode(speech / f"{name}.flac", 1)[:, 0] for name in NAMES]
    length = sum(len(voice) for voice in voices) + audio.RATE
    tracks, at = [np.zeros(length), np.zeros(length)], 0
    for track, voice, level in zip(tracks, voices, (-20, -32), strict=True):
        loud = voice[np.abs(voice) > 0.02 * np.abs(voice).max()]
        track[at : at + len(voice)] = voice * audio.db(level) / np.sqrt(np.mean(loud**2))
        at += len(voice) + audio.RATE
    seconds = length / audio.RATE
    bleed = np.roll(tracks[0], round(0.012 * audio.RATE)) * audio.db(-24)
    audio.write_wav(folder / "host.wav", tracks[0] + audio.noise(seconds, -58, 5), bits=24)
    guest = tracks[1] + bleed + audio.hum(seconds, 50, -52) + audio.noise(seconds, -60, 6)
    audio.write_wav(folder / "guest.wav", guest, bits=24)
    audio.convert(folder / "host.wav", folder / "plain.wav", "-i", str(folder / "guest.wav"), "-filter_complex",
                  "amix=inputs=2:normalize=0")  # fmt: skip


def master(folder: Path) -> Path:
    """The same tracks through this pipeline: the finished MP3."""
    import normalize

    audio.write_wav(folder / "intro.wav", audio.sine(8, 440, -12))
    normalize.work(folder)
    without_intro = folder / "mastered.wav"
    return audio.convert(folder / "episode.mp3", without_intro, "-af", "atrim=start=8,asetpts=PTS-STARTPTS")


def heard(path: Path) -> str:
    """What tiny.en understands."""
    from faster_whisper import WhisperModel

    from podcast_pipeline.transcribe.models import resolve

    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    model = WhisperModel(str(resolve("tiny.en", "faster-whisper").path), device="cpu", compute_type="int8")
    segments, _ = model.transcribe(str(path), language="en", beam_size=5, temperature=0.0)
    return " ".join(segment.text for segment in segments)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    speech = Path(os.environ.get("PODCAST_SPEECH", ""))
    if not all((speech / f"{name}.flac").is_file() for name in NAMES):
        print("not measured: PODCAST_SPEECH names no folder with real speech")
        return 77
    import jiwer
    from whisper_normalizer.english import EnglishTextNormalizer

    plainly = EnglishTextNormalizer()
    texts = json.loads((speech / "references.json").read_text("utf-8"))
    reference = plainly(" ".join(texts[name] for name in NAMES))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        conversation(speech, folder)
        rates = [jiwer.wer(reference, plainly(heard(path))) for path in (folder / "plain.wav", master(folder))]
    print(f"word error rate of tiny.en: plain mix {rates[0]:.1%}, mastered MP3 {rates[1]:.1%}")
    if rates[1] > rates[0]:
        print("BROKEN: mastered speech is understood worse", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
