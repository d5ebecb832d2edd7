"""Cuts that could be made: long pauses, and fillers. A list to accept or decline; nothing is cut unasked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from podcast_pipeline.audio import dominance, preflight
from podcast_pipeline.model.cut import SHORTEST
from podcast_pipeline.model.transcript import Word
from podcast_pipeline.production.material import Material
from podcast_pipeline.review import journal
from podcast_pipeline.review.grave import is_grave
from podcast_pipeline.review.offers import CLEAR, FILLERS, KEPT, LONG
from podcast_pipeline.review.replay import replay
from podcast_pipeline.transcript.align import key
from podcast_pipeline.transcript.lexicon import Lexicon, lexicon

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ENDS = 500
"""ms that stay of silence before the first and behind the last word."""
_ABOVE = 6.0
"""dB above the noise of a track from which it is no silence."""
_SURELY = 35.0
"""dB below the loudness of a track under which it is silence, however quiet its noise is."""
_FRAME = 1000 // dominance.FRAMES


@dataclass(frozen=True, slots=True)
class Offer:
    """A cut from `start` to `end` (ms of the source). kind: pause, filler; `text` is what is said there."""

    kind: str
    start: int
    end: int
    text: str = ""

    @property
    def id(self) -> str:
        return f"{self.kind}-{self.start}-{self.end}"

    @property
    def saved(self) -> int:
        """ms by which the programme gets shorter."""
        return self.end - self.start


def offers(material: Material) -> tuple[Offer, ...]:
    """All offers that nobody accepted or declined, in order of time. Needs what the stage probe made.

    Fillers are offered where there is a transcript. None within two words of a number, unit, negation or medicine.
    """
    words = _words(material)
    grave = _grave(words, lexicon(material.show.terms.words))
    found = [*_pauses(_silence(material)), *_fillers(words)]
    cuts, declined = material.cuts, _declined(material)
    return tuple(
        offer
        for offer in sorted(found, key=lambda offer: (offer.start, offer.end))
        if not any(cut.start < offer.end and offer.start < cut.end for cut in cuts)
        and not any(kind == offer.kind and _same(offer, start, end) for kind, start, end in declined)
        and not _near(offer, words, grave)
    )


def _words(material: Material) -> list[Word]:
    reviewed = material.workspace.transcript_json(material.slug).exists()
    if not reviewed and not material.built("transcript.machine.json").exists():
        return []
    return sorted(material.transcript().words, key=lambda word: word.start)


def _grave(words: Sequence[Word], known: Lexicon) -> list[bool]:
    return [is_grave(key(word.text), known) for word in words]


def _near(offer: Offer, words: Sequence[Word], grave: Sequence[bool]) -> bool:
    """Whether a word that must be right stands within two words of the offer."""
    before = [i for i, word in enumerate(words) if word.end <= offer.start][-CLEAR:]
    behind = [i for i, word in enumerate(words) if word.start >= offer.end][:CLEAR]
    return any(grave[i] for i in (*before, *behind))


def _fillers(words: Sequence[Word]) -> Iterator[Offer]:
    for word in words:
        if key(word.text) in FILLERS and word.end - word.start >= SHORTEST:
            yield Offer("filler", word.start, word.end, word.text)


def _silence(material: Material) -> NDArray[np.bool_]:
    """For every 20 ms of the source whether no microphone hears more than its room."""
    import numpy as np

    told = preflight.load(material.built("preflight.json"))
    data, at = material.built("levels.dat").read_bytes(), 0
    tracks = []
    for track, found in zip(material.episode.tracks, told.tracks, strict=True):
        heard = found.heard
        levels = dominance.unpacked(data[at : at + heard.frames])
        at += heard.frames
        limit = max(heard.noise_floor + _ABOVE, heard.integrated - _SURELY)
        tracks.append((track.offset // _FRAME, levels < limit))
    silence = np.ones(max(start + len(quiet) for start, quiet in tracks), bool)
    for start, quiet in tracks:
        silence[start : start + len(quiet)] &= quiet
    return silence


def _pauses(silence: NDArray[np.bool_]) -> Iterator[Offer]:
    """Long silences, shortened in their middle; at the ends of the recording, down to half a second."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([0], silence.view(np.int8), [0]))))
    for first, last in edges.reshape(-1, 2).tolist():
        start, end = first * _FRAME, last * _FRAME
        if first == 0 and last == len(silence):
            return
        if first == 0:
            start, end = 0, end - ENDS
        elif last == len(silence):
            start = start + ENDS
        elif end - start >= LONG:
            start, end = start + KEPT // 2, end - KEPT // 2
        else:
            continue
        if end - start >= SHORTEST:
            yield Offer("pause", start, end)


def _declined(material: Material) -> list[tuple[str, int, int]]:
    """What people declined, in episode.toml or on the review page."""
    found = []
    for id_ in material.episode.declined:
        kind, start, end = id_.rsplit("-", 2)
        found.append((kind, int(start), int(end)))
    path = material.workspace.episode(material.slug) / "review.jsonl"
    if path.exists():
        found += sorted(replay(journal.read(path)).rejected)
    return found


def _same(offer: Offer, start: int, end: int) -> bool:
    """Whether most of the offer was meant: edges move a little when a track is recognised or probed again."""
    both = min(offer.end, end) - max(offer.start, start)
    return both * 2 > max(offer.end - offer.start, end - start)
