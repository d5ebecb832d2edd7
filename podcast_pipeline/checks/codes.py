"""Every check: its code, where it is made, how grave it is and what it says. A new one is a row here and its file."""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """`severity`: E stops a publication, W should be mended, N is worth knowing."""

    family: str
    """The module of this room that looks for it."""
    severity: str
    title: str
    register: bool = False
    """Needs the network or a dated data file; without them it is reported as not run."""
    ages: bool = False
    """Can go wrong with a published episode while nobody touches it."""
    waived: bool = True
    """A person may answer for it."""


CODES: dict[str, Code] = {
    "CIT01": Code("claims", "E", "a claim of fact has no reference"),
    "CIT02": Code("claims", "E", "cited but not in the library, or a malformed identifier"),
    "CIT03": Code(
        "claims", "E", "a retracted, withdrawn or removed paper cited as if it stood", register=True, ages=True
    ),
    "CIT04": Code(
        "claims", "W", "a concern, a retraction in part, or an unlinked correction", register=True, ages=True
    ),
    "CIT05": Code("claims", "W", "the status of a reference is too old or unknown", ages=True),
    "CIT06": Code("claims", "W", "no persistent identifier"),
    "CIT07": Code("claims", "W", "DOI, PMID and PMCID are not of one paper", register=True, ages=True),
    "CIT08": Code("claims", "N", "one identifier is given though the other probably exists"),
    "CIT09": Code("claims", "W", "there is a later version", register=True, ages=True),
    "CIT10": Code("claims", "W", "a secondary record is cited where the primary paper exists"),
    "CIT11": Code("claims", "W", "an author list is cut, or references are typed by hand beside the list"),
    "CIT12": Code("claims", "W", "pages, supplement or dates do not fit each other"),
    "CIT13": Code("claims", "E", "an evidence level of another scheme, or GRADE on a reference"),
    "CIT14": Code("claims", "N", "a contested claim without the other side, or only the society's own guidelines"),
    "CIT15": Code("claims", "W", "a claim's moment lies outside the recording, or nothing near it names the source"),
    "CIT16": Code("claims", "W", "a link is dead, leads to a home page, or to another host", register=True, ages=True),
    "CIT17": Code(
        "claims", "E", "reference text unescaped in an output, or an address that is not http(s)", waived=False
    ),
    "CIT18": Code("claims", "W", "a range of references holds one of another topic"),
    "CIT19": Code("claims", "E", "no register knows an identifier of a reference", register=True, ages=True),
    "CIT20": Code("claims", "E", "an identifier is that of another paper", register=True, ages=True),
    "CIT21": Code("claims", "E", "no register has confirmed that a cited paper exists"),
    "CIT22": Code("claims", "E", "a reference without identifier, and nobody says that they hold the paper"),
    "CIT23": Code("claims", "E", "a paper under embargo is cited before its time", ages=True, waived=False),
    "CIT24": Code("claims", "W", "the printed line of a paper is not that which PubMed gives for it"),
    "PER01": Code("people", "E", "a person is not in feed/people, or no host is named"),
    "PER02": Code("people", "E", "a check digit of ORCID or NPI, or a role outside the taxonomy"),
    "PER03": Code("people", "W", "a surname is nearly one of the registry"),
    "PER04": Code("people", "W", "a bio is unapproved, old, or of the wrong length"),
    "PER05": Code("people", "W", "a headshot lacks description, credit, licence or size"),
    "PER06": Code("people", "N", "credentials inside the name, with periods, or out of order"),
    "PER07": Code("people", "W", "a person has not agreed to be recorded, or only after the recording"),
    "PER08": Code("people", "W", "the schedule names somebody who has no part in the episode"),
    "DIS01": Code("disclosures", "E", "a person in control of clinical content has not disclosed", waived=False),
    "DIS02": Code("disclosures", "E", "a disclosure has expired, or a relationship is not in the text"),
    "DIS03": Code("disclosures", "E", "relationships were not mitigated before the recording"),
    "DIS04": Code("disclosures", "E", "the disclosure comes after clinical content, or is not spoken"),
    "DIS05": Code("disclosures", "E", "a sponsor in accredited content, or a trade name in a disclosure", waived=False),
    "DIS06": Code("disclosures", "W", "a company of a speaker is named, but not in the spoken disclosure"),
    "DIS07": Code("clinical", "W", "off-label or investigational use is mentioned, not flagged"),
    "DIS08": Code("clinical", "E", "called non-clinical, but full of drugs, devices and procedures"),
    "CME01": Code("disclosures", "E", "credit is incomplete or has expired", ages=True),
    "CME02": Code("disclosures", "W", "no learning objectives, or one that cannot be measured"),
    "SPK01": Code("declared", "E", "a disclosure that is heard contradicts the written one"),
    "SPK02": Code("declared", "N", "a company is named that nobody of the episode discloses"),
    "SPK03": Code("stated", "E", "a claim has another number, unit, side, level or negation than the speech"),
    "SPK04": Code("stated", "W", "what a claim says in numbers, sides, levels or negation is not heard"),
    "SPK05": Code("sponsors", "W", "a sponsor is read out without a chapter of its own"),
    "PHI01": Code("privacy", "E", "something that identifies a patient"),
    "PHI02": Code("privacy", "W", "something near a patient that may identify"),
    "PHI03": Code("privacy", "E", "a case is discussed without a reviewed basis", waived=False),
    "PHI04": Code("privacy", "W", "a patient's case is told, and nobody says that one is discussed"),
    "TRM01": Code("terminology", "W", "a wording to avoid"),
    "TRM02": Code("terminology", "E", "one acronym in two senses"),
    "TRM03": Code("terminology", "N", "an acronym is not expanded at its first use in the notes"),
    "ACC01": Code("access", "E", "no transcript, or no speakers in it"),
    "ACC02": Code("access", "W", "the transcript is not reviewed, or a picture has no description"),
    "ACC03": Code("access", "W", "words per minute suggest cut or doubled text"),
    "LEG01": Code("legal", "E", "the disclaimer or the line on the speakers' views is missing"),
    "LEG02": Code("legal", "W", "a date of an event lacks its year, or the weekday does not fit"),
    "DAT01": Code("dates", "W", "another episode goes out in the same minute"),
    "DAT02": Code("dates", "W", "the schedule left its day open, and nobody has chosen one"),
    "DAT03": Code("days", "E", "a day that is still to come, or that lies before what it follows", waived=False),
    "DAT04": Code("days", "W", "nobody wrote the day of the recording"),
    "DAT05": Code("days", "W", "a disclosure was collected after the recording"),
    "LIF01": Code("legal", "W", "the review date has passed", ages=True),
    "LIF02": Code("legal", "N", "the notes changed after publication, and no correction says so", ages=True),
    "REV01": Code("reviews", "E", "transcript.json was changed by hand beside its journal", waived=False),
    "REV02": Code("reviews", "W", "transcript.json is older than its journal"),
    "REV03": Code("reviews", "E", "words cut for privacy still stand in the journal", waived=False),
    "REV04": Code("reviews", "W", "git holds commits from before words were taken out"),
    "AUD15": Code("recordings", "W", "the programme is much louder in some places than in others"),
    "AUD17": Code("recordings", "W", "a recording lies outside of the show, behind a link"),
    "GAT01": Code("clinical", "E", "content_class is not set by a person", waived=False),
    "GAT02": Code("claims", "E", "nobody has compared a claim of fact with its reference"),
    "GAT03": Code("legal", "E", "the summary is a draft that nobody has read", waived=False),
    "WHO01": Code("responsible", "E", "somebody judges what is their own", waived=False),
    "WHO02": Code("responsible", "W", "somebody may be judging what is their own"),
    "WHO03": Code("responsible", "E", "a voice without a credit", waived=False),
    "WHO04": Code("responsible", "E", "a verdict under a name that is not in feed/people", waived=False),
    "WAI01": Code("waivers", "W", "a waiver is incomplete, expired, or matches nothing", waived=False),
}
RECORDINGS: dict[str, Code] = {
    "AUD01": Code("recordings", "W", "a recording is cut off or damaged, or is not what its name says"),
    "AUD03": Code("recordings", "W", "a recording is clipped"),
    "AUD04": Code("recordings", "W", "a recording is noisy"),
    "AUD05": Code("recordings", "W", "mains hum"),
    "AUD06": Code("recordings", "W", "a channel is silent, doubled or turned round"),
    "AUD07": Code("recordings", "W", "recordings have different sample rates"),
    "AUD08": Code("recordings", "W", "speakers were recorded at different levels"),
    "AUD09": Code("recordings", "W", "gaps in the middle of speech; an error above one per cent"),
    "AUD10": Code("recordings", "W", "recordings differ in length, or their clocks drift apart"),
    "AUD11": Code("recordings", "W", "a microphone hears the other speaker"),
    "AUD13": Code("recordings", "W", "telephone sound, or few kilobits"),
    "AUD14": Code("recordings", "W", "more than two channels"),
    "AUD16": Code(
        "recordings", "W", "time is missing in a recording; an error above five per cent or ten seconds in speech"
    ),
    "AUD18": Code("recordings", "W", "a recording is off zero (DC)"),
    "AUD19": Code("recordings", "W", "a file has sound that is in no track"),
    "AUD20": Code("recordings", "W", "two tracks are the same recording"),
    "AUD21": Code("recordings", "W", "a recording has an echo of itself"),
    "AUD22": Code("recordings", "W", "an automatic gain pumps"),
    "AUD23": Code("recordings", "W", "the room rings"),
    "AUD24": Code("recordings", "W", "a recording runs at another speed than the others"),
    "AUD26": Code("recordings", "W", "noise is not reduced, as a critical word would go with it; a note where it is"),
}
"""What the preflight finds in recordings."""
KNOWN = CODES | RECORDINGS
