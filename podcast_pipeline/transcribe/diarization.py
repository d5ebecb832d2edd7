"""Several people on one recording: their voices told apart, as S1, S2 ... until a person says who they are.

Windows of speech become vectors, and the vectors so many groups as there are people (average linkage, cosine). How many
people there are is not guessed: that was wrong more often than right.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from podcast_pipeline import codec, timecode
from podcast_pipeline.model.span import overlap
from podcast_pipeline.transcribe import embedding
from podcast_pipeline.transcribe.engine import RATE, RawWord
from podcast_pipeline.transcribe.flags import Flag
from podcast_pipeline.transcribe.heard import Recognition, SpeakerSegment
from podcast_pipeline.transcribe.jobs import Embed
from podcast_pipeline.transcribe.recording import Recording
from podcast_pipeline.transcribe.workers import Pool, Task
from podcast_pipeline.transcript.sentences import ends_sentence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VERSION = 1
"""Of the method. A change of it makes what was kept stale."""
HOP = RATE // 2
"""Samples from one window to the next."""
GROUPED = 1200
"""Windows that are grouped; of a longer recording the others join the nearest group."""
LEAST = 0.02
"""The share of the windows that makes a group a person, and not an odd noise."""
FLIP = 1000
"""ms: a shorter change of voice inside a sentence is none."""
_TASK = 60


def diarized(recording: Recording, heard: Recognition, count: int, pool: Callable[[], Pool]) -> Recognition:
    """`heard` with who speaks when on a recording of `count` people; what was kept of an earlier run is taken over.

    Nobody is told apart where `count` is under 2, or the weights are not installed.
    """
    import numpy as np

    if count < 2 or embedding.weights() is None:
        return replace(heard, voices_key="", voices=())
    key = codec.digest([VERSION, heard.key, embedding.SHA256, count])
    if key == heard.voices_key:
        return heard
    starts = _starts(heard.speech, recording.sound.samples)
    answers = pool().run(_tasks(recording, starts), lambda _: None)
    flat = np.array([row for rows in answers for row in rows], np.float32)
    labels = cluster(flat, count)
    half = (embedding.WINDOW - HOP) // 2
    spoken = tuple(
        SpeakerSegment((start + half) * 1000 // RATE, (start + half + HOP) * 1000 // RATE, int(label))
        for start, label in zip(starts, labels, strict=True)
    )
    return replace(heard, voices_key=key, voices=spoken)


def _starts(speech: Sequence[tuple[int, int]], samples: int) -> list[int]:
    """Where windows begin: each 0.5 s inside speech, and one around a stretch that is shorter than a window."""
    starts = []
    for start, end in speech:
        first, last = start * RATE // 1000, end * RATE // 1000 - embedding.WINDOW
        if last < first:
            starts.append(max(0, min((first + last) // 2, samples - embedding.WINDOW)))
        else:
            starts += [*range(first, last, HOP), last]
    return starts


def _tasks(recording: Recording, starts: Sequence[int]) -> list[Task]:
    return [
        Task(
            f"{recording.path}: the voices at {timecode.show(part[0] * 1000 // RATE)}",
            len(part) * HOP / RATE,
            Embed(str(recording.sound.path), recording.sound.samples, tuple(part)),
        )
        for part in (starts[i : i + _TASK] for i in range(0, len(starts), _TASK))
    ]


def cluster(vectors: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """The group of each unit vector, 0 to `count` - 1; fewer where there are fewer vectors."""
    import numpy as np

    step = max(1, -(-len(vectors) // GROUPED))
    some = vectors[::step]
    groups = _linked(some, count)
    centres = np.stack([some[groups == group].mean(axis=0) for group in range(groups.max() + 1)])
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    nearest: NDArray[np.intp] = np.argmax(vectors @ centres.T, axis=1)
    return nearest


def _linked(vectors: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Average linkage (Lance and Williams 1967), up to the fewest groups of which `count` are large enough."""
    import numpy as np

    size = len(vectors)
    apart = 1 - vectors @ vectors.T
    np.fill_diagonal(apart, np.inf)
    members = np.ones(size, int)
    groups = np.arange(size)
    best = groups.copy()
    least = max(2, round(LEAST * size))
    nearest, far = np.argmin(apart, axis=1), np.min(apart, axis=1)
    for _ in range(size - count):
        group = int(np.argmin(far))
        other = int(nearest[group])
        group, other = min(group, other), max(group, other)
        total = members[group] + members[other]
        row = (members[group] * apart[group] + members[other] * apart[other]) / total
        row[group] = row[other] = np.inf
        apart[group] = apart[:, group] = row
        apart[other] = apart[:, other] = np.inf
        members[group], members[other] = total, 0
        groups[groups == other] = group
        # Rows whose nearest was one of the two look again; the others can only have come nearer to the new one.
        stale = np.flatnonzero((nearest == group) | (nearest == other) | (np.arange(size) == group))
        nearest[stale], far[stale] = np.argmin(apart[stale], axis=1), np.min(apart[stale], axis=1)
        closer = row < far
        nearest[closer], far[closer] = group, row[closer]
        far[other] = np.inf
        if np.sum(members >= least) >= count:
            best = groups.copy()
    large = [group for group, _ in Counter(best.tolist()).most_common(count)]
    order = {group: place for place, group in enumerate(large)}
    labels = np.array([order.get(group, -1) for group in best.tolist()])
    return _homes(vectors, labels)


def _homes(vectors: NDArray[np.float32], groups: NDArray[np.intp]) -> NDArray[np.intp]:
    """What is in no group joins the nearest."""
    import numpy as np

    centres = np.stack([vectors[groups == group].mean(axis=0) for group in range(groups.max() + 1)])
    lost = groups < 0
    groups[lost] = np.argmax(vectors[lost] @ centres.T, axis=1)
    return groups


def part(
    words: Sequence[RawWord], spoken: Sequence[SpeakerSegment], track: str
) -> tuple[dict[str, tuple[RawWord, ...]], list[Flag]]:
    """The words of a mixed track by voice, S1 being the first to speak; and where a short change was smoothed away.

    Without `spoken` nobody is told apart: the voice is "".
    """
    if not spoken:
        return {"": tuple(words)}, []
    labels = [_voice(word, spoken) for word in words]
    flags: list[Flag] = []
    for first, last in _sentences(words):
        flags += _smoothed(words, labels, first, last, track)
    names = {voice: f"S{place}" for place, voice in enumerate(dict.fromkeys(labels), 1)}
    voices = {name: tuple(w for w, v in zip(words, labels, strict=True) if v == voice) for voice, name in names.items()}
    return voices, flags


def _voice(word: RawWord, spoken: Sequence[SpeakerSegment]) -> int:
    """The voice with the largest share of a word; the nearest where none covers it."""
    place = bisect_left(spoken, word.start, key=lambda segment: segment.end)
    shares: Counter[int] = Counter()
    for turn in spoken[place:]:
        if turn.start >= word.end:
            break
        shares[turn.voice] += overlap(turn, word.start, word.end)
    if shares:
        return shares.most_common(1)[0][0]
    near = spoken[max(0, place - 1) : place + 1]
    return min(near, key=lambda segment: max(segment.start - word.end, word.start - segment.end)).voice


def _sentences(words: Sequence[RawWord]) -> Iterable[tuple[int, int]]:
    first = 0
    for place, word in enumerate(words):
        following = words[place + 1].text if place + 1 < len(words) else ""
        if place + 1 == len(words) or ends_sentence(word.text, following) or words[place + 1].start - word.end > FLIP:
            yield first, place
            first = place + 1


def _smoothed(words: Sequence[RawWord], labels: list[int], first: int, last: int, track: str) -> list[Flag]:
    """Give short runs of another voice inside a sentence to the one that says most of it."""
    usual = Counter(labels[first : last + 1]).most_common(1)[0][0]
    flags, place = [], first
    while place <= last:
        end = place
        while end < last and labels[end + 1] == labels[place]:
            end += 1
        if labels[place] != usual and words[end].end - words[place].start < FLIP and (place, end) != (first, last):
            labels[place : end + 1] = [usual] * (end + 1 - place)
            if first < place and end < last:  # at the edges of a sentence a window holds two voices
                say = "another voice for a moment, in the middle of a sentence"
                flags.append(
                    Flag("speaker_flip", track, words[place].start, words[end].end, say, tuple(words[place : end + 1]))
                )
        place = end + 1
    return flags


def shifted(spoken: Sequence[SpeakerSegment], offset: int) -> list[SpeakerSegment]:
    """The same on the source timeline."""
    return [segment._replace(start=segment.start + offset, end=segment.end + offset) for segment in spoken]
