"""Transcripts as tests need them: drawn at random (hostile words and people talking at once included), or in short."""

from __future__ import annotations

from hypothesis import strategies as st

from podcast_pipeline.model.timeline import Timeline
from podcast_pipeline.model.transcript import Paragraph, Transcript, Word

NAMES = (("alex", "Alex Example, MD, FIPP"), ("robin", "Robin Example"), ("S1", "S1"))
PLAIN = st.sampled_from(
    [
        "a", "the", "dose", "of", "300", "mg", "was", "not", "given,", "Yes.", "neuromodulation", "why?",
        "radiofrequency;", "and", "pain", "in", "it.", "–", "well",
    ]
)  # fmt: skip
HOSTILE = st.sampled_from(
    [
        "10:30", "1:1000", "that:", "so:", "::", ":", "Name:", "-->", "a-->b", "<script>", "</script>", "&", "&amp;",
        "<v", "<b>x</b>", "NOTE", "WEBVTT", "STYLE", "5", "00:00:01,000", "{\\an8}", "\u202eabc\u202c", "]]>", '"', "'",
        "\\", "%", "Ärzte", "µg", "病院", "👩‍⚕️", "e\u0301", "otorhinolaryngological-otorhinolaryngological", "…",
    ]
)  # fmt: skip
TEXTS = st.one_of(PLAIN, PLAIN, PLAIN, HOSTILE)


def said(text: str, start: int = 0, *, per_word: int = 300, gap: int = 50) -> tuple[Word, ...]:
    """The words of `text`, evenly spaced from `start` (ms)."""
    step = per_word + gap
    return tuple(Word(w, start + i * step, start + i * step + per_word) for i, w in enumerate(text.split()))


@st.composite
def words(draw: st.DrawFn, start: int = 0, texts: st.SearchStrategy[str] = TEXTS) -> tuple[Word, ...]:
    """One to 40 words that rise without overlap."""
    found, now = [], start
    for text in draw(st.lists(texts, min_size=1, max_size=40)):
        now += draw(st.sampled_from([0, 0, 20, 100, 700, 2500]))
        end = now + draw(st.integers(20, 900))
        found.append(Word(text, now, end))
        now = end
    return tuple(found)


@st.composite
def transcripts(draw: st.DrawFn, *, together: bool = True) -> Transcript:
    """One to eight paragraphs in reading order; with `together`, some begin before the one before has ended."""
    found: list[Paragraph] = []
    now = 0
    for number in range(draw(st.integers(1, 8))):
        back = draw(st.sampled_from([0, 0, 300, 5000])) if together else 0
        part = draw(words(max(0, now - back)))
        found.append(Paragraph(f"p{number + 1}", draw(st.sampled_from(["alex", "robin", "S1", ""])), part))
        now = max(now, part[-1].end)
    used = {paragraph.speaker for paragraph in found}
    return Transcript("en", tuple(pair for pair in NAMES if pair[0] in used), tuple(found))


def whole(transcript: Transcript, *, intro: int = 0, after: int = 1000) -> Timeline:
    """A timeline without cuts: `intro` ms before and `after` ms beyond the last word."""
    end = max((word.end for word in transcript.words), default=0)
    return Timeline.assemble(1000, [(intro, None), (end + after, 0)])
