"""Cuts that could be made, as the page and the terminal offer them: one list, from the journal and the sound."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from podcast_pipeline.audio import preflight, voice_activity
from podcast_pipeline.audio.preflight import LEVELS, PREFLIGHT
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.model.cut import SHORTEST
from podcast_pipeline.review.desk import beginning, offers
from podcast_pipeline.review.desk.offers import KEPT, LONG, Offer
from podcast_pipeline.review.desk.places import words_of
from podcast_pipeline.review.journal import journal
from podcast_pipeline.review.journal.projection import Aligned
from podcast_pipeline.review.journal.replay import replay
from podcast_pipeline.review.journal.state import State

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ENDS = 500
"""ms that stay of silence before the first and behind the last word."""
_ABOVE = 6.0
"""dB above the noise of a track from which it is no silence."""
_SURELY = 35.0
"""dB below the loudness of a track under which it is silence, however quiet its noise is."""
_FRAME = 1000 // voice_activity.FRAMES


def offered(subject: Dossier) -> tuple[Offer, ...]:
    """All offers that nobody accepted or declined, in order of time. Needs what the stage probe made.

    Fillers are offered where there is a transcript.
    """
    state = _state(subject)
    declined = offers.declined(subject.episode.declined)
    return offers.offers(state, Aligned(), words_of(subject), pauses(subject), subject.cuts, declined)


def _state(subject: Dossier) -> State:
    """The review as it stands; where none was begun, as it would begin."""
    if subject.journal.exists():
        return replay(journal.read(subject.journal))
    written = subject.written_transcript()
    heard = subject.machine_transcript() if subject.machine_json.exists() else written
    if heard is None:
        return State()
    return replay(journal.begun(beginning.acts(heard, "", written), beginning.BY_HAND, datetime.now(UTC)))


def pauses(subject: Dossier) -> list[tuple[int, int]]:
    """What could go of long silences (ms); none where the recording was not probed here."""
    if not (subject.built(PREFLIGHT.name).exists() and subject.built(LEVELS).exists()):
        return []
    return list(_pauses(_silence(subject)))


def _silence(subject: Dossier) -> NDArray[np.bool_]:
    """For every 20 ms of the source whether no microphone hears more than its room."""
    import numpy as np

    told = PREFLIGHT.read(subject.folder)
    tracks = []
    levels = preflight.levels(told, subject.built(LEVELS))
    for track, report, levels_of in zip(subject.episode.tracks, told.tracks, levels, strict=True):
        heard = report.heard
        limit = max(heard.noise_floor + _ABOVE, heard.integrated - _SURELY)
        tracks.append((track.offset // _FRAME, levels_of.sound < limit))
    silence = np.ones(max(start + len(quiet) for start, quiet in tracks), bool)
    for start, quiet in tracks:
        silence[start : start + len(quiet)] &= quiet
    return silence


def _pauses(silence: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
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
            yield start, end
