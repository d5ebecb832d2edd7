"""The words of a text that carry its subject: what is left without the words that every text has."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Sequence

from podcast_pipeline.transcript.align import key

_FUNCTION = """
a about above across actually after again against ah all almost along already also although always am among an and
another any anybody anyone anything anyway are aren't around as ask asked at away back bad basically be because
been before being below better between big both but by call called came can can't cannot certainly come comes
coming could couldn't day days did didn't different do does doesn't doing don't done down during each either else
enough er even ever every everybody everyone everything exactly far few first for from further get gets getting
give gives go goes going gonna good got great guess had hadn't happen happened happens hardly has hasn't have
haven't having he he'd he'll he's hello her here here's hers herself hey him himself his hm hmm how how's however i
i'd i'll i'm i've if in indeed instead into is isn't it it'd it'll it's its itself just keep kind know known last
later least less let let's like little long look looking lot lots made make makes making many matter may maybe me
mean means might mine more most much must mustn't my myself need needs neither never new next nice no nobody nor
not nothing now of off often oh ok okay old on once one ones only onto or other others our ours ourselves out over
own part particular people perhaps person place please point possible pretty probably put question quite rather
really right said same saw say saying says second see seem seems seen sense several shall she she'd she'll she's
should shouldn't show since so some somebody someone something sometimes somewhat soon sort still stuff such sure
take takes taking talk talked talking tell than thank thanks that that'd that'll that's the their theirs them
themselves then there there's therefore these they they'd they'll they're they've thing things think thinking this
those though thought three through time times to today together told too took towards tried true truly try trying
two uh uhm um under unless until up upon us use used very want wanted wants was wasn't way ways we we'd we'll we're
we've welcome well went were weren't what what's whatever when where whether which while who who's whole whom whose
why will with within without won't work would wouldn't yeah year years yes yet you you'd you'll you're you've your
yours yourself
"""
NEGATIONS = frozenset({"not", "no", "never", "without", "none", "neither", "nor", "cannot", "hardly"})


@functools.cache
def function_words() -> frozenset[str]:
    """Words of spoken English that stand in a text whatever it is about, as words are compared."""
    return frozenset(key(word) for word in _FUNCTION.split())


def negates(word: str) -> bool:
    """Whether a word as it is compared turns round what follows it."""
    return word in NEGATIONS or word.endswith(("n't", "n’t")) or (word.endswith("nt") and word in function_words())


def keywords(texts: Sequence[str]) -> list[tuple[str, ...]]:
    """The subject words of each text, as words are compared: no function words, no numbers, none of fewer than three
    letters, and none that stands in more than half of many texts, whatever the language."""
    compared = [[key(word) for word in text.split()] for text in texts]
    spread = Counter(word for words in compared for word in set(words))
    everywhere = {word for word, count in spread.items() if len(texts) >= 20 and count > len(texts) / 2}
    dull = function_words() | everywhere
    return [tuple(word for word in words if _tells(word, dull)) for words in compared]


def _tells(word: str, dull: Iterable[str]) -> bool:
    return len(word) > 2 and word not in dull and not any(character.isdigit() for character in word)
