"""Every check: its code, how grave it is, what it says, and whether it needs a register or the network."""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """`severity`: E stops a publication, W should be mended, N is worth knowing."""

    severity: str
    title: str
    register: bool = False
    """Needs the network or a dated data file; without them it is reported as not run."""


CODES: dict[str, Code] = {
    "CIT01": Code("E", "a claim of fact has no reference"),
    "CIT02": Code("E", "cited but not in the library, or a malformed identifier"),
    "CIT03": Code("E", "a retracted, withdrawn or removed paper is cited as if it stood", register=True),
    "CIT04": Code("W", "a concern, a retraction in part, or a correction that is not linked", register=True),
    "CIT05": Code("W", "the status of a reference is too old or unknown"),
    "CIT06": Code("W", "no persistent identifier"),
    "CIT07": Code("W", "DOI, PMID and PMCID are not of one paper", register=True),
    "CIT08": Code("N", "one identifier is given though the other probably exists"),
    "CIT09": Code("W", "there is a later version", register=True),
    "CIT10": Code("W", "a secondary record is cited where the primary paper exists"),
    "CIT11": Code("W", "an author list is cut, or references are typed by hand beside the list"),
    "CIT12": Code("W", "pages, supplement or dates do not fit each other"),
    "CIT13": Code("E", "an evidence level of another scheme, or GRADE on a reference"),
    "CIT14": Code("N", "a contested claim without the other side, or only the society's own guidelines"),
    "CIT15": Code("W", "a claim's moment lies outside the recording, or nothing near it names the source"),
    "CIT16": Code("W", "a link is dead, leads to a home page, or to another host", register=True),
    "CIT17": Code("E", "reference text stands unescaped in an output, or an address is not http(s)"),
    "CIT18": Code("W", "a range of references holds one of another topic"),
    "CIT19": Code("E", "no register knows an identifier of a reference", register=True),
    "CIT20": Code("E", "an identifier is that of another paper", register=True),
    "PER01": Code("E", "a person is not in feed/people, or no host is named"),
    "PER02": Code("E", "a check digit of ORCID or NPI, or a role outside the taxonomy"),
    "PER03": Code("W", "a surname is nearly one of the registry"),
    "PER04": Code("W", "a bio is unapproved, old, or of the wrong length"),
    "PER05": Code("W", "a headshot lacks description, credit, licence or size"),
    "PER06": Code("N", "credentials inside the name, with periods, or out of order"),
    "DIS01": Code("E", "a person in control of clinical content has not disclosed"),
    "DIS02": Code("E", "a disclosure has expired, or a relationship is not in the text"),
    "DIS03": Code("E", "relationships were not mitigated before the recording"),
    "DIS04": Code("E", "the disclosure comes after clinical content, or is not spoken"),
    "DIS05": Code("E", "a sponsor inside accredited content, or a trade name in a disclosure"),
    "DIS06": Code("W", "a company of a speaker is named, but not in the spoken disclosure"),
    "DIS07": Code("W", "off-label or investigational use is mentioned, not flagged"),
    "DIS08": Code("W", "called non-clinical, but full of drugs, devices and procedures"),
    "CME01": Code("E", "credit is incomplete or has expired"),
    "CME02": Code("W", "no learning objectives, or one that cannot be measured"),
    "PHI01": Code("E", "something that identifies a patient"),
    "PHI02": Code("W", "something near a patient that may identify"),
    "PHI03": Code("E", "a case is discussed without a reviewed basis"),
    "TRM01": Code("W", "a wording to avoid"),
    "TRM02": Code("E", "one acronym in two senses"),
    "TRM03": Code("N", "an acronym is not expanded at its first use in the notes"),
    "ACC01": Code("E", "no transcript, or no speakers in it"),
    "ACC02": Code("W", "the transcript is not reviewed, or a picture has no description"),
    "ACC03": Code("W", "words per minute suggest cut or doubled text"),
    "LEG01": Code("E", "the disclaimer or the line on the speakers' views is missing"),
    "LEG02": Code("W", "a date of an event lacks its year, or the weekday does not fit"),
    "LIF01": Code("W", "the review date has passed"),
    "LIF02": Code("N", "the notes changed after publication, and no correction says so"),
    "REV01": Code("E", "transcript.json was changed by hand beside its journal"),
    "REV02": Code("W", "transcript.json is older than its journal"),
    "REV03": Code("E", "words cut for privacy still stand in the journal"),
    "REV04": Code("W", "git holds commits from before words were taken out"),
    "AUD15": Code("W", "the programme is much louder in some places than in others"),
    "GAT01": Code("E", "content_class is not set by a person"),
    "GAT02": Code("E", "nobody has compared a claim of fact with its reference"),
    "WAI01": Code("W", "a waiver is incomplete, expired, or matches nothing"),
}
RECORDINGS: dict[str, Code] = {
    "AUD01": Code("W", "a recording is cut off, or is not what its name says"),
    "AUD03": Code("W", "a recording is clipped"),
    "AUD04": Code("W", "a recording is noisy"),
    "AUD05": Code("W", "mains hum"),
    "AUD06": Code("W", "a channel is silent, doubled or turned round"),
    "AUD07": Code("W", "recordings have different sample rates"),
    "AUD08": Code("W", "speakers were recorded at different levels"),
    "AUD09": Code("W", "gaps in the middle of speech; an error above one per cent"),
    "AUD10": Code("W", "recordings differ in length, or their clocks drift apart"),
    "AUD11": Code("W", "a microphone hears the other speaker"),
    "AUD13": Code("W", "telephone sound, or few kilobits"),
    "AUD14": Code("W", "more than two channels"),
    "AUD16": Code("W", "time is missing in a recording, or it begins late"),
}
"""What the preflight finds in recordings."""
KNOWN = CODES | RECORDINGS
NEVER_WAIVED = frozenset({"CIT17", "DIS01", "DIS05", "PHI03", "GAT01", "REV01", "REV03", "WAI01"})
