"""Stage denoise: by how much the noise of each track may go down without a critical word going with it.

Excerpts around critical words of the transcript are recognised without noise reduction and with it. Where one of these
words is recognised without it and not with it, that may be chance: it is recognised again with more around it, and then
behind half of the noise reduction. A track in which it is not recognised even so stays as it is; all this is said.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline.artefact import Files
from podcast_pipeline.audio.preflight import LEVELS, PREFLIGHT
from podcast_pipeline.engine.stage import Settings
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.model.denoising import DENOISING, DenoisedTrack, Denoising
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.machine import MACHINE, MachineFlag, MachineTranscript, Range
from podcast_pipeline.production import mix, transcribe
from podcast_pipeline.production.mix import MixFacts
from podcast_pipeline.production.transcribe import TranscribeFacts
from podcast_pipeline.progress import Progress, part
from podcast_pipeline.transcript.accuracy import normaliser

if TYPE_CHECKING:
    from podcast_pipeline.audio.excerpts import Excerpt
    from podcast_pipeline.audio.mix import MixVoice

SHARE = 0.1
"""Of the speech of a track that is recognised again, at most; and at least one excerpt."""
_MOST = 180_000
"""ms of it, however long the track is."""
_AROUND = 1500
"""ms before and after a critical word: what a recogniser needs to hear it in its sentence."""
_WIDER = 1000
"""ms more to both sides where a word was not recognised: the recogniser decides anew."""
_WORD = 500
"""ms of a word, about."""


@dataclass(frozen=True)
class DenoiseFacts:
    mixed: MixFacts
    recognised: TranscribeFacts


def facts(dossier: Dossier) -> DenoiseFacts:
    return DenoiseFacts(mix.facts(dossier), transcribe.facts(dossier))


def is_asked(dossier: Dossier) -> bool:
    """Whether noise reduction is on for any track: without it there is no such stage."""
    return mix.is_denoised(mix.facts(dossier))


def settings(facts: DenoiseFacts) -> Settings:
    return {"mix": mix.settings(facts.mixed), "transcribe": transcribe.settings(facts.recognised)}


def run(facts: DenoiseFacts, files: Files, scratch: Path, progress: Progress, *, jobs: int, root: Path) -> None:
    """`jobs` and `root` as for the stage transcribe."""
    from podcast_pipeline.audio import denoiser, excerpts
    from podcast_pipeline.audio.mix import voices
    from podcast_pipeline.transcribe.engine import RATE

    told, machine = files.read(PREFLIGHT), files.read(MACHINE)
    tracks = [(mix.track_of(track), files.path(f"track {track.name}")) for track in facts.mixed.tracks]
    sounds = voices(tracks, mix.audio(facts.mixed), told, files.path(LEVELS))
    asked = [place for place, track in enumerate(facts.mixed.tracks) if track.steps.denoise != "off"]
    versions = denoiser.versions() if any(sounds[place].reduction for place in asked) else {}
    tried = []
    for number, place in enumerate(asked):
        track, heard = facts.mixed.tracks[place], sounds[place].report.heard
        ratio = round(heard.snr, 1)
        plan = DenoisedTrack(track.name, track.steps.denoise, ratio, sounds[place].reduction)
        if plan.reduction and (spans := _spans(machine, place)):
            share = part(progress, number / len(asked), (number + 1) / len(asked))
            both = excerpts.excerpts(sounds[place], mix.audio(facts.mixed), spans, RATE)
            plain, denoised = _read(facts, both, scratch, jobs, root, share)
            plan = compared(plan, spans, _said(machine, place, spans), plain, denoised, machine.language)
            if plan.lost:
                spans = _wider(plan.lost, machine, place, spans)
                said = _said(machine, place, spans)

                def again(reduction: float, voice: MixVoice = sounds[place], spans: list[Range] = spans) -> list[str]:
                    voice = dataclasses.replace(voice, reduction=reduction)
                    parts = excerpts.excerpts(voice, mix.audio(facts.mixed), spans, RATE)
                    return _read(facts, parts, scratch, jobs, root, lambda _: None)[1]

                plan = settled(plan, said, again, machine.language)
            plan = dataclasses.replace(plan, quality=_quality(both))
        tried.append(plan)
        progress((number + 1) / len(asked))
    DENOISING.write(scratch, Denoising(1, tuple(tried), tuple(_findings(tried)), versions))


def _places(machine: MachineTranscript, track: int) -> list[MachineFlag]:
    return [flag for flag in machine.flags if flag.code == "critical" and flag.track == track and flag.words]


def _spans(machine: MachineTranscript, track: int) -> list[Range]:
    """Excerpts (ms) around critical words that are spread over the track, as many as may be recognised again."""
    places = _places(machine, track)
    speech = sum(end - start for start, end in machine.tracks[track].speech)
    count = max(1, min(SHARE * speech, _MOST) // (2 * _AROUND + _WORD))
    step = max(1.0, len(places) / count)
    spans: list[Range] = []
    for number in range(math.ceil(len(places) / step)):
        start, end = places[int(number * step)].span
        start, end = max(0, start - _AROUND), end + _AROUND
        if spans and start <= spans[-1][1]:
            start, end = spans.pop()[0], max(end, start)
        spans.append((start, end))
    return spans


def _wider(lost: Sequence[str], machine: MachineTranscript, track: int, spans: Sequence[Range]) -> list[Range]:
    """The spans in which one of these words is said, with more around it."""
    normal, _ = normaliser(machine.language)
    wider: list[Range] = []
    for start, end in spans:
        if not set(lost).isdisjoint(normal(" ".join(_said(machine, track, [(start, end)]))).split()):
            start, end = max(0, start - _WIDER), end + _WIDER
            if wider and start <= wider[-1][1]:
                start = wider.pop()[0]
            wider.append((start, end))
    return wider


def _said(machine: MachineTranscript, track: int, spans: Sequence[Range]) -> list[str]:
    """The critical words within the spans."""
    within = [
        flag for flag in _places(machine, track) if any(s <= flag.span[0] and flag.span[1] <= e for s, e in spans)
    ]
    words = [machine.words[flag.words[0] : flag.words[1] + 1] for flag in within if flag.words]
    return [" ".join(word.text for word in place if word.track == track) for place in words]


def _read(
    facts: DenoiseFacts, both: Sequence[Excerpt], scratch: Path, jobs: int, root: Path, progress: Progress
) -> tuple[list[str], list[str]]:
    """What is recognised in the excerpts without noise reduction, and with it."""
    from podcast_pipeline.transcribe import again
    from podcast_pipeline.transcribe.stage import located

    sounds = {"plain": [each.plain for each in both], "denoised": [each.denoised for each in both]}
    words = again.words(sounds, located(facts.recognised.settings, root), scratch, jobs, progress)
    return words["plain"], words["denoised"]


def _quality(both: Sequence[Excerpt]) -> tuple[float, float] | None:
    """How good the excerpts sound without noise reduction, and with it; None where that cannot be measured here."""
    from podcast_pipeline.audio import speech_quality

    before, after = (speech_quality.overall([excerpt[form] for excerpt in both]) for form in (0, 1))
    return None if before is None or after is None else (before, after)


def compared(
    plan: DenoisedTrack,
    spans: Sequence[Range],
    said: Sequence[str],
    plain: Sequence[str],
    denoised: Sequence[str],
    language: str,
) -> DenoisedTrack:
    """With the words that are recognised without noise reduction and not with it; what follows is for `settled`.

    Numbers and contractions are compared however they are written.
    """
    normal, _ = normaliser(language)
    wanted = Counter(word for place in said for word in normal(place).split())
    before, after = (Counter(normal(" ".join(words)).split()) for words in (plain, denoised))
    compared = wanted & before
    lost = compared - after
    seconds = sum(end - start for start, end in spans) / 1000
    return dataclasses.replace(
        plan,
        seconds=round(seconds, 1),
        compared=compared.total(),
        lost=tuple(sorted(lost.elements())),
    )


def settled(
    plan: DenoisedTrack, said: Sequence[str], again: Callable[[float], Sequence[str]], language: str
) -> DenoisedTrack:
    """What is done about words that were lost: `again` says what is recognised behind so many dB where they are said.

    All of the noise reduction if they are recognised then, else half of it if they are behind that, else none.
    """
    normal, _ = normaliser(language)
    wanted = Counter(word for place in said for word in normal(place).split())

    def lost(reduction: float) -> tuple[str, ...]:
        missing = wanted - Counter(normal(" ".join(again(reduction))).split())
        return tuple(sorted((Counter(plan.lost) & missing).elements()))

    if not (surely := lost(plan.reduction)):
        return dataclasses.replace(plan, lost=())
    half = plan.reduction / 2
    return dataclasses.replace(plan, lost=surely, reduction=0.0 if lost(half) else half)


def _findings(tracks: Sequence[DenoisedTrack]) -> Iterator[Finding]:
    for track in tracks:
        ratio = f"its noise is {track.ratio:.0f} dB below the speech"
        if track.lost:
            gone = f"{len(track.lost)} of {track.compared} critical words"
            which = ", ".join(dict.fromkeys(track.lost))
            if track.reduction:
                sentence = f"{ratio} and is reduced by up to {track.reduction:g} dB: twice that takes {gone} ({which})"
            else:
                sentence = (
                    f"{ratio} and is not reduced: {gone} are not recognised behind that ({which}), nor all of them "
                    "behind half of it, though they are without it; try a smaller number for denoise in its [[track]], "
                    'or set denoise = "off" there'
                )
            yield Finding("AUD26", "N" if track.reduction else "W", track.file, "", None, sentence)
        elif track.reduction:
            checked = f"all {track.compared} critical words that were compared are recognised behind that as before"
            if not track.compared:
                checked = "there was no critical word to compare"
            sounds = "" if track.quality is None else "; its speech sounds like {:.1f} of 5, {:.1f} before (DNSMOS)"
            sounds = sounds.format(*reversed(track.quality or ()))
            sentence = f"{ratio} and is reduced by up to {track.reduction:g} dB; {checked}{sounds}"
            yield Finding("AUD26", "N", track.file, "", None, sentence)
