"""People: who they are is a Person; what they did in an episode is a Credit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from podcast_pipeline.codec import SPARSE

FORMER = "Former participant"
"""Printed where an episode that stays names somebody who was forgotten."""


@dataclass(frozen=True, slots=True)
class Bio:
    """Third person. `short` at most 280 characters; `approved` is the day the person agreed to the text."""

    short: str = ""
    long: str = ""
    approved: date | None = None
    judged: str = field(default="", metadata=SPARSE)
    """What the person agreed to, as `model/verdict.py` writes it."""


@dataclass(frozen=True, slots=True)
class Relationship:
    """One financial relationship with a company; the company's name only, no trade names."""

    company: str
    nature: str
    paid_to: str = "self"
    started: date | None = None
    ended: date | None = None


@dataclass(frozen=True, slots=True)
class Attestation:
    """What a person declared on an earlier day; the fields are those of a Disclosure."""

    collected: date | None = None
    none_attested: bool = False
    relationships: tuple[Relationship, ...] = ()
    judged: str = field(default="", metadata=SPARSE)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What a person declared on the day `collected`. Nothing collected is not "nothing to disclose"."""

    collected: date | None = None
    none_attested: bool = False
    relationships: tuple[Relationship, ...] = ()
    judged: str = field(default="", metadata=SPARSE)
    """What the person declared, as `model/verdict.py` writes it."""
    attestations: tuple[Attestation, ...] = field(default=(), metadata=SPARSE)
    """What was declared on other days, earlier as a rule: nothing of it is overwritten."""

    def on(self, day: date) -> Disclosure:
        """What counts on `day`: the last that was declared until then, or else the first after it."""
        own = Attestation(self.collected, self.none_attested, self.relationships, self.judged)
        every = {each.collected: each for each in (*self.attestations, own) if each.collected is not None}
        if not every:
            return self
        last = max((known for known in every if known <= day), default=min(every))
        then = every.pop(last)
        return Disclosure(then.collected, then.none_attested, then.relationships, then.judged, tuple(every.values()))

    @property
    def newest(self) -> Disclosure:
        """What was declared last."""
        return self.on(date.max)


@dataclass(frozen=True, slots=True)
class Person:
    """A physician, host or other speaker. `name` holds no credentials; only what `publish` names leaves the house."""

    id: str
    name: str
    credentials: tuple[str, ...] = ()
    pronunciation: str = ""
    specialty: str = ""
    institution: str = ""
    orcid: str = ""
    npi: str = ""
    publish: tuple[str, ...] = (
        "name",
        "credentials",
        "specialty",
        "institution",
        "orcid",
        "headshot",
        "bio",
        "links",
        "disclosure",
    )
    bio: Bio = Bio()
    headshot_alt: str = ""
    headshot_credit: str = ""
    headshot_license: str = ""
    links: tuple[str, ...] = ()
    disclosure: Disclosure = Disclosure()
    example: bool = False
    """An invented person, and said to be one wherever the name stands."""
    sort: str = ""
    """The name as a list of authors has it, `van Example, Alex`; empty: the family name is the last word."""
    also_known_as: tuple[str, ...] = ()
    """Other names by which the person is heard of."""
    forgotten_on: date | None = field(default=None, metadata=SPARSE)
    """The day on which all that was known of the person was deleted."""

    @property
    def forgotten(self) -> bool:
        """Whether nothing but the id is left of the entry: earlier verdicts name it, and it gives no new one."""
        return self.forgotten_on is not None or (self.name == self.id and not self.publish)

    @property
    def called(self) -> frozenset[str]:
        """Every word by which the person may be named."""
        return frozenset(word for name in (self.name, *self.also_known_as) for word in name.split())

    @property
    def display(self) -> str:
        """Name and credentials as shown everywhere: `Alex Example, MD, FIPP`."""
        shown = self.credentials if "credentials" in self.publish else ()
        return ", ".join((self.name, *shown))


@dataclass(frozen=True, slots=True)
class Credit:
    """A person's part in one episode; role and group are of the Podcasting 2.0 taxonomy, lower case."""

    person: str
    role: str = "guest"
    group: str = "cast"
    consent: date | None = field(default=None, metadata=SPARSE)
    """The day on which the person agreed to be recorded; printed nowhere."""
    judged: str = field(default="", metadata=SPARSE)
    """For which episode they agreed, as `model/verdict.py` writes it."""
