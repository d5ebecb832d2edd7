"""Whether a sentence is about a patient: one person, and not the many of a trial."""

from __future__ import annotations

import re

PERSON = (
    r"(?:patient|wom[ae]n|man|lady|ladies|gentleman|boy|girl|child|kid|fellow|guy|baby|toddler|teenager|grandm\w+|"
    r"grandf\w+)"
)
KIN = (
    r"(?:husband|wife|spouse|partner|mother|father|mom|mum|dad|parents?|son|daughter|sister|brother|twin|child|"
    r"children|"
    r"uncle|aunt|cousin|nephew|niece|grand\w+|widow|widower|fianc\w+)"
)
OFFICE = (
    r"(?:mayor|sheriff|police chief|chief of police|fire chief|governor|senator|congress(?:man|woman)|judge|"
    r"school principal|superintendent|head coach|quarterback|goalkeeper|news anchor|weatherman|weather man|priest|"
    r"pastor|bishop|rabbi|imam|ambassador|tribal (?:chief|elder)|sportscaster|CEO|founder of|astronaut|celebrity|"
    r"movie star|rock star|"
    r"anchor(?:man|woman)? (?:of|at|on|for) (?:the )?(?:[\w'’]+ ){0,3}?(?:news|channel|show)|"
    r"conductor|postmaster|county clerk|district attorney|coroner)"
)
"""What one person is at a time, or few."""
WORKS = (
    r"(?:actor|actress|artist|athlete|baker|barber|bartender|builder|carpenter|cashier|cellist|chef|clerk|climber|coach|"
    r"composer|cook|cop|dancer|deputy|diver|driver|drummer|electrician|farmer|fire ?fighter|fisherman|florist|gardener|"
    r"gymnast|hairdresser|jockey|janitor|lawyer|librarian|lifeguard|logger|mailman|mechanic|miner|musician|painter|"
    r"paramedic|pianist|pilot|plumber|policeman|postmaster|ranch(?:er|hand)|ranger|refugee|reporter|roofer|runner|"
    r"sailor|singer|skater|skier|soldier|sommelier|student|surfer|tailor|teacher|trucker|violinist|waitress|waiter|"
    r"weaver|welder|winemaker|writer)"
)
"""What one person is by trade or sport: near a place or a house of a name few are."""
_TREATS = (
    r"(?:treat|treated|treating|saw|seen|see|had|have|met|implanted|injected|operated on|cared for|followed|did|"
    r"there (?:was|is|were))"
)
_ONE = re.compile(
    rf"\b(?:{PERSON}(?!s)(?:'s|’s)?|she|he|her|hers|him|his|himself|herself|(?:a|this|the|our|my|that) case|"
    rf"(?:[a-z]+|\d+)[- ]years?[- ]old {WORKS}|(?:an?|the|our|my|that|this|one) (?:[\w'’-]+ ){{0,3}}?{WORKS}|"
    rf"(?:twin|identical|two|both) (?:brothers|sisters|siblings|cousins)|(?:set|pair) of (?:\w+ )?(?:twins|triplets)|"
    rf"(?:in|to|at) my (?:clinic|practice|office)|"
    rf"{_TREATS} (?:an?|the|our|that|this|one) (?:[\w'’-]+ ){{0,3}}?{OFFICE})\b",
    re.IGNORECASE,
)
_CLINICAL = re.compile(
    r"\b(?:pain\w*|hurts?|ach(?:e|es|ing)|legs?|arms?|feet|foot|hands?|knees?|hips?|shoulders?|necks?|backs?|spine|"
    r"heads?|headaches?|migraines?|numb\w*|weak|surger\w+|surgical|operat\w+|procedures?|blocks?|epidurals?|"
    r"injections?|"
    r"implant\w*|pumps?|stimulators?|leads?|scans?|MRI|clinic|hospitals?|emergency room|ER|wards?|admitted|discharged|"
    r"opioids?|medications?|pills?|chart|diagnos\w+|shingles|cancer|strokes?|CRPS|visits?|wheelchair|canes?|walker|"
    r"walked|limped|slept|sleep|cried|died|came (?:to|in|back)|consent\w*|treated|therapy|appointment|fell|injured|"
    r"brain|heart|family of|permission)\b",
    re.IGNORECASE,
)
_MANY = re.compile(
    r"\b(?:patients|participants|people|persons|adults|subjects|individuals|volunteers|residents|seniors|veterans|"
    r"men and women|median|mean|average|range[ds]?|between|cohort|population|percentiles?|enrolled|excluded|included|"
    r"eligible|randomized|life expectancy|and older|or older|and over|and up|and above)\b",
    re.IGNORECASE,
)
PUBLISHED = re.compile(
    r"\b(?:PMID|doi|publish\w*|(?:the|a|this|that|our|their|his|her|whose|last|new|of|first|next) papers?|papers|"
    r"articles?|journal|trials?|stud(?:y|ies)|guidelines?|meeting|conference|congress|"
    r"webinar|approved|episode|issue|statement|hearing|law|rule|took effect|takes effect|effective|et al|colleagues|"
    r"randomi[sz]ed|authors?|editors?|wrote|review(?:ed)?|lecture[ds]?|presented|session|registry|register|professor|"
    r"fda|deadline|abstract)\b",
    re.IGNORECASE,
)
"""Words of papers, meetings and rules: their days and names are nobody's who is treated."""
_TOLD = re.compile(
    rf"\b(?:I|we) (?:once |just |recently |also |actually )?(?:had|have|saw|see|got|treated|met|took care of|cared for|"
    rf"followed|operated on|am seeing|are seeing) (?:a|an|this|one|another) (?:[\w-]+ ){{0,4}}?{PERSON}(?!s)\b|"
    rf"\b(?:a|one|another) (?:[\w-]+ ){{0,2}}?patients? of (?:mine|ours)\b|\bone of (?:my|our) (?:[\w-]+ )?patients\b|"
    rf"\b(?:last|this|the other) (?:week|month|year|day|night|spring|summer|fall|winter),? (?:a|an|this) "
    rf"(?:[\w-]+ ){{0,4}}?{PERSON}(?!s)\b|\bmy (?:\w+ )?patient (?:who|said|told|came|was|had|asked)\b|"
    rf"\b(?:tell|told) (?:you|us) (?:about|of) (?:a|an|this|one) (?:[\w-]+ ){{0,3}}?(?:case|patient)\b",
    re.IGNORECASE,
)


def is_one(text: str) -> bool:
    """Whether it is about one person who may be a patient."""
    return _ONE.search(text) is not None


def is_clinical(text: str) -> bool:
    """Whether it speaks of symptoms, treatment, or one person who may be a patient."""
    return is_one(text) or _CLINICAL.search(text) is not None


def is_of_many(text: str) -> bool:
    """Whether it speaks of a group: its ages are nobody's."""
    return _MANY.search(text) is not None


def is_case(text: str) -> bool:
    """Whether a speaker begins to tell of a patient of their own."""
    return _TOLD.search(text) is not None
