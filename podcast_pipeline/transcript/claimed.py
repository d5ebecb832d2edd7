"""The words of a transcript in which a claim is made."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping

from podcast_pipeline.model import verdict
from podcast_pipeline.model.cut import Cut
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.span import Spans, middle, without
from podcast_pipeline.model.transcript import Transcript


def spans(episode: Episode, cuts: Iterable[Cut]) -> dict[str, Spans]:
    """The stretches of the recording in which each claim is heard, by its id: without what is cut."""
    holes = tuple((cut.start, cut.end) for cut in cuts)
    return {claim.id: without(((claim.at, episode.end_of(claim)),), holes) for claim in episode.claims}


def words(transcript: Transcript, heard: Mapping[str, Spans]) -> dict[str, str]:
    """What is said in each of these stretches, by the claim's id; "" where nothing is."""
    timed = sorted((middle(word), word.text) for word in transcript.words)
    moments = [moment for moment, _ in timed]

    def between(start: int, end: int) -> list[str]:
        return [text for _, text in timed[bisect_left(moments, start) : bisect_left(moments, end)]]

    return {id_: " ".join(text for span in stretches for text in between(*span)) for id_, stretches in heard.items()}


def digests(transcript: Transcript, heard: Mapping[str, Spans]) -> dict[str, str]:
    """The digest of these words, by the claim's id: what a verdict on the claim holds of them."""
    return {id_: verdict.digest(said) for id_, said in words(transcript, heard).items()}
