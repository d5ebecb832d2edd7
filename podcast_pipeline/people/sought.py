"""A person as looked for in files: by id, by names, by numbers of registers, and by the digest of a picture.

Pure: a text or some bytes in, by what they hold the person out. Accents and, in names of several words, capitals make
no difference; the words of a name may stand apart as transcripts keep them, with times, marks and tags in between.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from podcast_pipeline import slugs
from podcast_pipeline.entities import unescaped
from podcast_pipeline.model.person import FORMER, Person
from podcast_pipeline.model.release import Release

ID, NAME, NUMBER, PICTURE = "id", "name", "number", "picture"
_APART = r"(?:[\W\d_]|null|true|false){1,120}"
"""What may stand between two words of a name, no word of a language."""
_LETTER = r"[^\W\d_]"
_TAG = re.compile(r"<[^<>]*>")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "latin-1")
"""Those of tags in sound and pictures (ID3v2.4.0 4, MP4, Vorbis comments)."""


@dataclass(frozen=True)
class Sought:
    """What a person is found by. `numbers`: ORCID and NPI; `pictures`: SHA-256 of each."""

    id: str
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    pictures: frozenset[str] = frozenset()

    def in_text(self, text: str) -> tuple[str, ...]:
        """By what a text holds the person, () if it does not: a file of any format that is read as UTF-8."""
        plain = slugs.unaccented(unescaped(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)))
        lower = plain.lower()
        likely = [(kind, pattern) for kind, words, pattern in self._patterns if all(word in lower for word in words)]
        read = (plain, _TAG.sub(" ", plain)) if likely and "<" in plain else (plain,)
        return tuple(dict.fromkeys(kind for kind, pattern in likely if any(pattern.search(form) for form in read)))

    def in_bytes(self, data: bytes) -> tuple[str, ...]:
        """The same of bytes that are no text: names as they are written, in the encodings of tags."""
        kinds = {ID: (self.id,), NAME: self.names, NUMBER: self.numbers}
        return tuple(kind for kind, texts in kinds.items() if any(_spelled(text, data) for text in texts))

    def in_path(self, path: str, others: Iterable[str] = ()) -> tuple[str, ...]:
        """The same of a file's name; `others`: ids that are not this one's, though they may contain it."""
        for other in sorted(others, key=len, reverse=True):
            if self.id in other and other != self.id:
                path = path.replace(other, "")
        named = re.search(rf"(?<![a-z0-9]){re.escape(self.id)}(?![a-z0-9])", path.lower())
        return tuple(dict.fromkeys([*([ID] if named else []), *self.in_text(path)]))

    @functools.cached_property
    def _patterns(self) -> tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...]:
        """Kind, words in lower case that a text has to have, which is asked first as it costs little, and the rest."""
        digits = [(number[-4:], "-?".join(re.sub(r"\W", "", number))) for number in self.numbers]
        rows = [
            (ID, (self.id,), rf"(?<![\w-]){re.escape(self.id)}(?![\w-])"),
            *((NAME, tuple(_words(name.lower())), _name(name)) for name in _orders(self.names) if _words(name)),
            *((NUMBER, (last.lower(),), rf"(?<!\d){number}(?!\d)") for last, number in digits),
            *((PICTURE, (key[:8],), rf"{key}|images/{key[:8]}\.") for key in sorted(self.pictures)),
        ]
        return tuple((kind, words, re.compile(pattern)) for kind, words, pattern in rows)


def sought(
    id_: str,
    person: Person | None,
    releases: Iterable[Release],
    pictures: Iterable[str] = (),
    names: Iterable[str] = (),
) -> Sought:
    """What the registry, the records of what was published, and whoever asks know of the person with this id."""
    known, numbers, digests = list(names), [], set(pictures)
    if person is not None:
        known += [] if person.forgotten else [person.name]
        known += [*person.also_known_as, *([person.sort] if person.sort else [])]
        numbers += [person.orcid, person.npi]
    for release in releases:
        for printed in release.people:
            if printed.id == id_ and printed.name != FORMER:
                known.append(printed.name.partition(",")[0])
                numbers.append(printed.orcid)
                digests |= {printed.image.sha256} if printed.image is not None else set()
        signers = release.signature.signers if release.signature is not None else ()
        known += [signer.name.partition(",")[0] for signer in signers if signer.by == id_]
    clean = (" ".join(name.split()) for name in known)
    return Sought(
        id_,
        tuple(dict.fromkeys(name for name in clean if name and name != id_)),
        tuple(dict.fromkeys(number for number in numbers if number)),
        frozenset(digests),
    )


def _orders(names: Iterable[str]) -> Iterable[str]:
    """Each name as it is, and as lists of authors have it: the family name first."""
    for name in names:
        yield name
        *given, family = name.split()
        if given:
            yield " ".join((family, *given))


def _words(name: str) -> list[str]:
    return [word for part in slugs.unaccented(name).split() if (word := part.strip(","))]


def _name(name: str) -> str:
    words = [re.escape(word) for word in _words(name)]
    pattern = rf"(?<!{_LETTER}){_APART.join(words)}(?!{_LETTER})"
    return f"(?i:{pattern})" if len(words) > 1 else pattern


def _spelled(text: str, data: bytes) -> bool:
    for encoding in _ENCODINGS:
        with contextlib.suppress(UnicodeEncodeError):
            if text.encode(encoding) in data:
                return True
    return False
