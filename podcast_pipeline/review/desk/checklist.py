"""The check list: places that a person should hear, ordered by the harm a mistake would do, each with its cause."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from podcast_pipeline.model.machine import MachineTranscript
from podcast_pipeline.model.span import lies_in
from podcast_pipeline.review.desk.critical import HEDGES, Near, is_grave
from podcast_pipeline.review.desk.item import Item, bare, doubt, order
from podcast_pipeline.review.desk.names import Names
from podcast_pipeline.review.desk.private import Private
from podcast_pipeline.review.journal.marks import Mark
from podcast_pipeline.review.journal.paragraph import Reviewed
from podcast_pipeline.review.journal.projection import Aligned
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.journal.tokens import Token, approximate
from podcast_pipeline.transcript.align import key
from podcast_pipeline.transcript.characters import fault
from podcast_pipeline.transcript.critical import Critical, asked, classify
from podcast_pipeline.transcript.lexicon import Lexicon
from podcast_pipeline.transcript.sentences import ends_sentence

_KINDS = {
    "dose": "number", "number": "number", "level": "number", "negation": "negation", "drug": "drug",
    "look-alike": "drug", "laterality": "side",
}  # fmt: skip
"""What the recogniser's lexicon finds -> cause."""
_UNLISTED = {"name": "A name: is “{}” who was named, and spelt so?", "word": "“{}” is in no list: was it misheard?"}
_FLAGS = {
    "words_outside_speech": "silence", "stock_phrase": "silence", "speech_without_words": "silence", "loop": "loop",
    "low_logprob": "confidence", "compression": "loop", "no_speech": "confidence", "speaker_flip": "speaker",
}  # fmt: skip
"""The recogniser's own checks. Critical words and near misses are found here, in the text as it is now."""
_PLAIN = frozenset({"that", "this", "with", "they", "there", "then", "than", "have", "were", "been", "from", "what"})
LOW = 450
"""Confidence (of 1000) under which a word is listed, if it carries meaning."""
PER_MINUTE = 1
"""Items that need not be checked, at most, per minute."""


class Checklist:
    """Computes the items; what a paragraph gives is computed once per text."""

    def __init__(
        self,
        lexicon: Lexicon,
        machine: MachineTranscript | None,
        silent: Collection[str] = (),
        private: Private | None = None,
    ) -> None:
        """`machine` has flags and suggestions; None where nothing was recognised here.

        Nobody is asked about the causes in `silent`. Without `private` nobody is asked about privacy.
        """
        self.lexicon, self.near, self.names, self.silent = lexicon, Near(lexicon), Names(lexicon), frozenset(silent)
        self._private = private
        self._flags = list(_flags(machine)) if machine else []
        self._suggestions = list(_suggestions(machine)) if machine else []
        self._known: dict[str, tuple[object, tuple[Item, ...]]] = {}

    def open(self, state: State, aligned: Aligned) -> tuple[Item, ...]:
        """What is still to be decided, worst first."""
        items: list[Item] = []
        for paragraph in state.listed():
            items += self.of(state, paragraph, aligned(state, paragraph))
        items += self._unwritten(state, aligned)
        items += _cuts(state, aligned, self.lexicon)
        items += _speakers(state, aligned)
        asked = sorted((item for item in self._once(items) if item.cause not in self.silent), key=order)
        doubts = [item for item in asked if not item.must][: _budget(state)]
        both = (*(item for item in asked if item.must), *doubts)
        left = (item for item in both if item.id not in state.resolved and not state.paragraphs[item.p].alone)
        # That a paragraph is right says nothing about what may stay in it.
        return (*(self._private.open(state, aligned) if self._private else ()), *left)

    def _once(self, items: Iterable[Item]) -> Iterator[Item]:
        """Each name and each unknown word is asked about where it is first said."""
        said: set[str] = set()
        for item in items:
            if item.cause not in ("name", "word") or item.same not in said:
                said.add(item.same)
                yield item

    def _unwritten(self, state: State, aligned: Aligned) -> Iterator[Item]:
        """Speech of which no word was written: it belongs behind the last words before it."""
        spans = [(start, end, say) for cause, start, end, say in self._flags if cause == "silence"]
        listed = [(p, tokens) for p in state.listed() if (tokens := aligned(state, p))]
        for start, end, say in spans:
            if any(token.start < end and start < token.end for _, tokens in listed for token in tokens):
                continue
            before = [(p, tokens) for p, tokens in listed if tokens[0].start <= start] or listed[:1]
            if before:
                p, tokens = max(before, key=lambda pair: pair[1][0].start)
                place = max((i for i, token in enumerate(tokens) if token.start <= start), default=0)
                yield Item(
                    f"silence-at-{start}", "silence", p.id, place, place, start, end, say, "", f"silence {start}"
                )

    def of(self, state: State, paragraph: Reviewed, tokens: tuple[Token, ...]) -> tuple[Item, ...]:
        """What may be wrong in one paragraph, whoever has decided about it."""
        known = self._known.get(paragraph.id)
        if known is None or known[0] is not tokens:
            known = (tokens, tuple(self._items(state, paragraph, tokens)))
            self._known[paragraph.id] = known
        return known[1]

    def _items(self, state: State, p: Reviewed, tokens: tuple[Token, ...]) -> Iterator[Item]:
        for term in classify([token.text for token in tokens], self.lexicon):
            if any(token.source is not None for token in tokens[term.first : term.last + 1]):
                yield _critical(term, p, tokens)
        for place, token in enumerate(tokens):
            if token.source is None:
                continue
            word, said = key(token.text), bare(token.text)
            if meant := self.near.meant(word):
                yield doubt("near-miss", p, tokens, place, place, f"“{said}” is nearly “{meant}”.", meant)
            confidence = state.words[token.source].confidence
            if confidence is not None and confidence < LOW and word not in _PLAIN and len(word) > 3:
                yield doubt("confidence", p, tokens, place, place, f"The machine was unsure about “{said}”.")
        for name in self.names.find([token.text for token in tokens]):
            said = bare(" ".join(token.text for token in tokens[name.first : name.last + 1]))
            if any(token.source is not None for token in tokens[name.first : name.last + 1]):
                yield doubt(name.cause, p, tokens, name.first, name.last, _UNLISTED[name.cause].format(said))
        if approximate(tokens):
            yield doubt("timing", p, tokens, 0, len(tokens) - 1, "Much was typed here: its times are approximate.")
        yield from self._heard(p, tokens)

    def _heard(self, p: Reviewed, tokens: tuple[Token, ...]) -> Iterator[Item]:
        """What the recogniser's own checks found: flags by time, suggestions by word."""
        places = {token.source: place for place, token in enumerate(tokens) if token.source is not None}
        for cause, start, end, say in self._flags:
            inside = [i for i, token in enumerate(tokens) if token.start < end and start < token.end]
            if inside and any(tokens[i].source is not None for i in inside):
                yield doubt(cause, p, tokens, inside[0], inside[-1], say)
        for first, last, meant in self._suggestions:
            if first in places and last in places:
                said = " ".join(token.text for token in tokens[places[first] : places[last] + 1])
                yield doubt(
                    "near-miss", p, tokens, places[first], places[last], f"“{bare(said)}” is nearly “{meant}”.", meant
                )


def _budget(state: State) -> int:
    """How many places that need not be checked are asked about, the decided ones among them."""
    minutes = round((state.words[-1].end if state.words else 0) / 60_000)
    return max(1, minutes) * PER_MINUTE


def _critical(critical: Critical, p: Reviewed, tokens: Sequence[Token]) -> Item:
    said = bare(" ".join(token.text for token in tokens[critical.first : critical.last + 1]))
    say = asked(critical.kind, said, critical.alike)
    return doubt(_KINDS[critical.kind], p, tokens, critical.first, critical.last, say)


def _flags(machine: MachineTranscript) -> Iterator[tuple[str, int, int, str]]:
    for flag in machine.flags:
        if cause := _FLAGS.get(flag.code):
            yield cause, *flag.span, flag.say


def _suggestions(machine: MachineTranscript) -> Iterator[tuple[int, int, str]]:
    """Suggestions with their words as the journal numbers them: words that show nothing are not in it."""
    shown = [word.number for word in machine.words if not fault(word.text)]
    numbers = {number: place for place, number in enumerate(shown)}
    for suggestion in machine.suggestions:
        first, last = suggestion.words
        if first in numbers and last in numbers and suggestion.to:
            yield numbers[first], numbers[last], suggestion.to


def _cuts(state: State, aligned: Aligned, lexicon: Lexicon) -> Iterator[Item]:
    if not state.marks:
        return
    listed = [(p, aligned(state, p)) for p in state.listed()]
    for mark in state.marks.values():
        for p, tokens in listed:
            if tokens and tokens[0].start < mark.end + 1000 and mark.start - 1000 < tokens[-1].end:
                places = _touched(mark, tokens)
                meaning = [i for i in places if _matters(key(tokens[i].text), lexicon)]
                if meaning:
                    said = ", ".join(f"“{bare(tokens[i].text)}”" for i in meaning[:3])
                    say = f"This cut may change the meaning: it takes or borders {said}."
                    first, last = places[0], places[-1]
                    id_ = f"cut-{mark.id}"
                    yield Item(id_, "cut", p.id, first, last, tokens[first].start, tokens[last].end, say, "", id_)
                    break


def _touched(mark: Mark, tokens: Sequence[Token]) -> list[int]:
    """The tokens that a cut takes out, and one on each side."""
    inside = [i for i, token in enumerate(tokens) if lies_in(token, mark.start, mark.end)]
    if not inside:
        before = [i for i, token in enumerate(tokens) if token.end <= mark.start][-1:]
        after = [i for i, token in enumerate(tokens) if token.start >= mark.end][:1]
        return before + after
    return list(range(max(0, inside[0] - 1), min(len(tokens), inside[-1] + 2)))


def _matters(word: str, lexicon: Lexicon) -> bool:
    return word in HEDGES or is_grave(word, lexicon)


def _speakers(state: State, aligned: Aligned) -> Iterable[Item]:
    """Another speaker goes on in the middle of a sentence: one of the two may be the wrong one."""
    before: tuple[Reviewed, tuple[Token, ...]] | None = None
    for p in state.listed():
        tokens = aligned(state, p)
        if not tokens:
            continue
        if before is not None and before[0].speaker != p.speaker and before[0].state == p.state == "machine":
            last = before[1][-1]
            if not ends_sentence(last.text, tokens[0].text) and tokens[0].text[:1].islower():
                say = "Another speaker begins in the middle of a sentence: who says this?"
                yield doubt("speaker", p, tokens, 0, min(3, len(tokens) - 1), say)
        before = (p, tokens)
