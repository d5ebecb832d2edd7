"""A Signature binds people to one sound, one text and what is printed with them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from podcast_pipeline import localtime
from podcast_pipeline.codec import SPARSE
from podcast_pipeline.model.verdict import Verdict

AUDIO, TRANSCRIPT, MACHINE_TEXT = "audio", "transcript", "machine"
"""Parts that verdicts judge: the audio frames of the MP3, the text of record, and the recogniser's file."""


@dataclass(frozen=True, slots=True)
class Signer:
    """One person who signed, with the fields of a Signature that are the person's own."""

    by: str
    name: str
    role: str
    at: datetime
    example: bool = False
    heard: float | None = None
    host: bool = field(default=False, metadata=SPARSE)
    timezone: str = field(default="", metadata=SPARSE)

    @property
    def day(self) -> date:
        """The day of the signature, by the clocks of the show."""
        return self.at.astimezone(localtime.named(self.timezone)).date()


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed off which content, on which day. `heard` is the share listened to, None where nobody measured it.

    In signoff.json stand beside it `seal`, the digest of these fields, which shows an edit by hand, and `statement`:
    what was printed under the name on that day, by part, of which `statement_sha256` is the digest.

    The fields of the first Signer stand here again, and in this order: records are digested as they are written, with
    the fields of a signature in the order in which they have always stood.
    """

    by: str
    name: str
    role: str
    at: datetime
    audio_sha256: str
    transcript_sha256: str
    example: bool = False
    heard: float | None = None
    host: bool = field(default=False, metadata=SPARSE)
    """Whoever signed hosts the episode: that is said wherever the signature is."""
    timezone: str = field(default="", metadata=SPARSE)
    """In which the day of the signature is told: a zone of the IANA list, an offset, or "" for UTC."""
    statement_sha256: str = field(default="", metadata=SPARSE)
    """Of what is printed under the name beside sound and words; "" where it was signed before that was judged."""
    further: tuple[Signer, ...] = field(default=(), metadata=SPARSE)
    """Who signed the very same after that, where more than one has to."""

    @property
    def signers(self) -> tuple[Signer, ...]:
        """Everybody who signed, in the order of the signatures."""
        own = {name: getattr(self, name) for name in _OWN}
        return Signer(**own), *self.further

    @property
    def names(self) -> str:
        """Everybody who signed, as read in a sentence."""
        return " and ".join(signer.name for signer in self.signers)

    def signed_by(self, signers: Sequence[Signer]) -> Self:
        """The same content, signed by these, of whom there is one at least."""
        first, *others = signers
        own = {name: getattr(first, name) for name in _OWN}
        return dataclasses.replace(self, **own, further=tuple(others))

    @property
    def verdict(self) -> Verdict:
        """The sign-off as a verdict on sound and words."""
        return Verdict(self.by, self.at, {AUDIO: self.audio_sha256, TRANSCRIPT: self.transcript_sha256})


_OWN = tuple(each.name for each in dataclasses.fields(Signer))
