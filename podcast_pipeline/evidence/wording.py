"""The words of a text that carry its topic: for comparing what is said with what a reference is about."""

from __future__ import annotations

import functools
import re

from podcast_pipeline.brands import substances

_WORD = re.compile(r"[^\W\d_]{5,}")
_COMMON = frozenset(
    re.findall(
        r"\S+",
        """
        about above across after again against almost along already although always among another around because been
        before being below between cannot could different during either enough every first found further given having
        however including instead itself later least less little makes making might moreover much never nothing often
        other others people quite rather really right said same says seems several should shows since some something
        still study studies such take than that their them then there therefore these they thing things think this
        those though three through title toward under until using very want well were what when where whether which
        while whole whose will with within without would years your based systematic review reviews analysis chronic
        patients patient treatment treatments adults overview paper article evidence common clinical
        """,
    )
)


@functools.lru_cache(maxsize=1 << 12)  # a sentence is near many claims
def topic_words(text: str) -> frozenset[str]:
    """Stems of the words of five letters and more that are not in every paper's title; papers name a medicine by its
    substance, so it is one of them where its brand is named."""
    words = " ".join((text, *substances(text)))
    return frozenset(_stem(word) for word in _WORD.findall(words.casefold()) if word not in _COMMON)


@functools.lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ies", "es", "al", "s", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
