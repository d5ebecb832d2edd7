"""Does noise reduction help, and what does it cost? PESQ, and words for a recogniser, of real speech in noise.

Run it as `PODCAST_SPEECH=folder python tests/bench/denoise.py`, with librivox_ss.flac, libri_1688.flac, sonnet1.flac
and references.json there; without them there is nothing to measure (exit 77). The noise is that of a fan, of white
noise, and of the other readers talking at once. `lost` are words of the text that tiny.en recognises in the noisy sound
and not behind noise reduction by 12 dB, `gained` the other way round.

Exit 1 if PESQ does not rise for any of them, more words are misread in all, or a second of sound costs over 0.15 s CPU.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))

import audio
import numpy as np
from cleaning import score
from heard import heard

from podcast_pipeline.audio.denoiser import denoised

NAMES = ("librivox_ss", "libri_1688", "sonnet1")
NOISES = {"fan": 12.0, "white": 15.0, "babble": 12.0}
"""dB of the voice above each."""


def noisy(clean: audio.Samples, kind: str, others: list[audio.Samples]) -> audio.Samples:
    from scipy.signal import butter, sosfilt

    made = audio.noise(len(clean) / audio.RATE, -30, 5)[: len(clean)]
    if kind == "fan":
        made = sosfilt(butter(1, 300, fs=audio.RATE, output="sos"), made)
    if kind == "babble":
        talking = [
            np.resize(np.roll(other, 3 * audio.RATE * turn), len(clean)) for turn in range(4) for other in others
        ]
        made = np.sum(talking, axis=0)
    loud = clean[np.abs(clean) > 0.02 * np.abs(clean).max()]
    level = np.sqrt(np.mean(loud**2)) * audio.db(-NOISES[kind])
    return np.asarray(clean + made / np.std(made) * level)


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    speech = Path(os.environ.get("PODCAST_SPEECH", ""))
    if not all((speech / f"{name}.flac").is_file() for name in NAMES):
        print("not measured: PODCAST_SPEECH names no folder with real speech")
        return 77
    import jiwer
    from whisper_normalizer.english import EnglishTextNormalizer

    plainly, texts = EnglishTextNormalizer(), json.loads((speech / "references.json").read_text("utf-8"))
    voices = {name: audio.decode(speech / f"{name}.flac", 1)[:, 0] for name in NAMES}
    voices = {name: voice / np.abs(voice).max() * 0.5 for name, voice in voices.items()}
    better, errors, spent, seconds = True, [0.0, 0.0], 0.0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for name, clean in voices.items():
            text = plainly(texts[name])
            for kind in NOISES:
                raw = noisy(clean, kind, [voice for other, voice in voices.items() if other != name])
                started = time.process_time()
                quieter = np.concatenate(list(denoised([raw.astype(np.float32)[:, None]], audio.RATE, 12.0)))[:, 0]
                spent += time.process_time() - started
                seconds += len(raw) / audio.RATE
                pesq = [score(clean, sound.astype(np.float64)).pesq for sound in (raw, quieter)]
                read = [
                    plainly(heard(audio.write_wav(Path(folder) / "a.wav", sound.astype(np.float64), bits=24)))
                    for sound in (raw, quieter)
                ]
                wrong = [jiwer.wer(text, each) for each in read]
                before, after = (Counter(text.split()) & Counter(each.split()) for each in read)
                lost, gained = (before - after).total(), (after - before).total()
                print(
                    f"{name:12} {kind:7} PESQ {pesq[0]:.2f} -> {pesq[1]:.2f}; words misread {wrong[0]:.1%} -> "
                    f"{wrong[1]:.1%}; {lost} lost, {gained} gained of {len(text.split())}"
                )
                better = better and pesq[1] > pesq[0]
                errors = [total + share * len(text.split()) for total, share in zip(errors, wrong, strict=True)]
    cost, held = spent / seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{errors[0]:.0f} -> {errors[1]:.0f} words misread; {cost:.3f} s CPU for a second; {held:.0f} MB with all else"
    )
    return 0 if better and errors[1] <= errors[0] and cost <= 0.15 else 1


if __name__ == "__main__":
    sys.exit(main())
