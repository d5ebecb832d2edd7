"""What only one person has near a patient: a small place, a role, an achievement, relatives whom people know."""

from __future__ import annotations

import re
from collections.abc import Iterator

from podcast_pipeline.privacy.hit import IDENTIFIES, MAY_IDENTIFY, Hit
from podcast_pipeline.privacy.patient import KIN, OFFICE, PERSON, PUBLISHED, is_clinical, is_one
from podcast_pipeline.privacy.words import words

_ADDRESS = re.compile(
    r"\b\d{1,5} (?:[NSEW]\.? |North |South |East |West )?(?:[A-Z][a-z]+ ){1,2}(?:Street|St|Avenue|Ave|Road|Rd|Lane|"
    r"Drive|"
    r"Boulevard|Blvd|Court|Way|Place|Terrace|Circle)\b|"
    r"\b(?i:zip code|postal code)(?:'s| is| was) (?i:\d|[A-Z]\d|zero|oh|one|two|three|four|five|"
    r"six|seven|eight|nine)"
)
_SMALL = re.compile(
    r"\b(?:(?:small|tiny|little) (?:\w+ )?(?:town|village|island|community|parish)|(?:a|the|this) (?:\w+ )?village\b|"
    r"village of [A-Z]|town of [A-Z]|hamlet|reservation|(?:population|village|town|island|community) of "
    r"(?:\w+ ){0,2}(?:hundred|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b(?! thousand)|\d{2,4}\b))|"
    r"\b(?:on|at|from|in|off) (?:\w+ ){0,4}?[A-Z][a-z]+ (?:Street|Avenue|Road|Lane|Boulevard)\b|"
    r"\b(?:[A-Z]\w+ ){1,2}County\b|\b[A-Z]\w+ (?:Elementary|Middle|High|Grade) School\b|"
    r"\b(?:county|city|state) (?:jail|prison|penitentiary)\b"
)
_ZIP = re.compile(
    r"\b(?:zip|postal) code,? (?:\d{3}|[A-Z]\d|(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b)",
    re.IGNORECASE,
)
_STATES = words("regions")
_PLACE = re.compile(
    r"\b(?:[Ff]rom|[Ii]n|[Nn]ear|[Oo]utside|[Oo]utside of|on|off) (?:the )?([A-Z][\w.'’-]*(?: [A-Z][\w'’-]*)*)"
    r"(?! (?i:disease|syndrome|position|study|trial|protocol|sign|score|scale))"
)
_ON = re.compile(r"\b[Oo](?:n|ff) ")
_ISLAND = re.compile(r"Island|Route|Highway|Street|Avenue|Road|Reservation|Hill|Beach|Mountain|Lake|Bay|Peninsula")
_LAID = re.compile(r"\b(?:[Pp]lace|placed|[Pp]ut|puts|position\w*|lying|lies|lie|lay|laid|sit|sitting) ")
_TOWN = re.compile(r"\b(?:in|from|to) [A-Z]\w+(?: [A-Z]\w+)?, (?:[A-Z]\w+|[A-Z]{2})\b")
_INSTITUTION = re.compile(
    r"(?:Hospital|Clinic|University|Medical|Center|Institute|College|Health|Mayo|Hopkins|Harvard)"
)
_ROLE = re.compile(
    r"(?:\b(?:is|was|were|be|been|being|become|became|as|of|to|treat|treated|saw|seen|had|have|met|implanted|injected|"
    r"operated on|cared for)|['’]s|,) (?:the |our |an? |his |her |that )?(?:only |former |current |retired |town'?s? |"
    r"city'?s? |local |village |famous |well-known |county |state |first |deputy |starting |assistant |\w+'s |\w+’s )*"
    rf"{OFFICE}\b|\b(?:deputy|cellist|violinist|pianist|drummer|dancer|singer|coach|player|teacher|student|driver|"
    r"reporter|ranger|chef|winemaker) (?:\w+ )?(?:with|of|for|from|in|at|on) (?:the )?(?-i:[A-Z])\w+|"
    r"\bthe only (?:\w+ ){0,2}?(?:person|survivor|resident|\w*(?:smith|er|or|ist|ian|man|woman|teacher|doctor|"
    r"station|store|"
    r"shop|baker|farmer|vet)) (?:\w+ )?(?:in|of|on|from)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:won|wins?|winning|took|got|has|holds?|held|set|broke) (?:[\w'’-]+ ){0,4}?(?:gold|silver|bronze|world record|"
    r"national record|state record|Olympic\w*|medals?|lottery|Nobel|Pulitzer|Grammy|Oscar|Emmy|[Mm]arathon|"
    r"(?:state|national|world) titles?|championships?|pageant|Iron ?[Mm]an)\b|"
    r"\b(?:Olympi(?:an|cs)|Paralympi(?:an|cs)|(?:world|national|state) champion|gold medal\w*|world record|"
    r"Medal of Honor|Purple Heart|Miss (?:America|Universe|World|[A-Z]\w+)(?=[ .,]|$))\b|"
    r"\bthe (?:first|oldest|youngest|only|last|fastest|tallest|heaviest) (?:\w+ ){0,3}?(?:ever |alive )?(?:to (?!be\b|"
    r"describe|test|see|get|come|go|have|use|do\b|receive|report|show|publish|try|say|tell|ask)\w+|survivor|in history|"
    r"in the world|on record)|"
    rf"\bthe (?:first|oldest|youngest|only|last) (?:{PERSON}|person|human|American|climber|runner|swimmer|pilot|sailor|"
    r"rower)(?: ever| alive)? (?:to (?!describe|publish|show|report|test)|in the (?:world|country|state|county))|"
    rf"\bthe (?:first|only) (?:{PERSON}|person) (?:on|in|at) (?:the|that|our)\b|"
    rf"\bthe (?:tallest|oldest|youngest|shortest|heaviest|richest|fastest|strongest) (?:living )?(?:{PERSON}|"
    rf"person) (?:in|of|on) "
    r"(?:the|our|this)\b|\b(?:founded|founder of|owns|owned) (?:that|the|a) (?:\w+ ){0,2}?(?:company|brewery|"
    r"restaurant|team|"
    r"newspaper|winery|chain|factory|airline)\b|"
    r"\b(?:read|heard|know) (?:about|of) (?:him|her|them) (?:in|on|from) the (?:news\w*|papers?|television|TV|radio)\b|"
    r"\b(?:was|were|been|is|appeared|featured|seen) (?:all over|on|in) (?:the |a )?(?:\w+ )?(?:news|television|TV|"
    r"newspapers?|headlines|front page|documentary|reality show)\b(?! (?:feed|site))|\b(?:survived|survivor of|"
    r"shot in|hurt in|injured in|burned in|"
    r"pulled from) (?:the|that) (?:\w+ ){0,2}?(?:bombing|earthquake|shooting|crash|attack|avalanche|derailment|"
    r"collapse|"
    r"wreck|explosion|sinking)\b|"
    r"\b(?:plays?|played|sings?|sang|danced?|dances|conducts?|pitch(?:es|ed)|coach(?:es|ed)|skated?|skates|"
    r"r[oa]w(?:s|ed)|"
    r"wrestled?|anchors?|anchored) (?:\w+ ){0,2}?(?:in|with|for|at) the [A-Z]\w+|"
    r"\b(?:survived|survivor of|burned in|fled|lost (?:his|her) (?:house|home) in) the (?:[A-Z]\w+ )*"
    r"(?:[Ff]ire|[Ff]lood|[Hh]urricane|[Tt]ornado|[Tt]sunami|[Ww]ildfire)\b|"
    r"\bwho (?:first )?(?:rowed|swam|sailed|walked|ran|flew|cycled|rode) (?:across|around|through|"
    r"over) (?:the )?[A-Z]\w+|"
    r"\bwho (?:first )?climbed (?:the )?[A-Z]\w+|"
    r"\b(?:heir|heiress) (?:to|of)\b|\b(?:[A-Z]\w+|person|athlete|player|coach) of the [Yy]ear\b|"
    rf"\bone of (?:only )?(?:the )?(?:two|three|four|five|few|only) (?:{PERSON}|people|players|survivors)\b|"
    r"\bin (?:the|that|a) (?:\w+ )?(?:bombing|earthquake|shooting|plane crash|avalanche|derailment|explosion|"
    r"sinking)\b|"
    r"\b(?:shot down|held hostage|taken prisoner) (?:in|over|by)\b|\bused to (?:anchor|play|sing|pitch|coach|"
    r"conduct|dance|act|skate|race|box|wrestle) (?:\w+ ){0,3}?(?:for|in|on|with|at|news)\b|"
    r"\b(?:wrote|directed|composed|painted|author of|invented) (?:that|the) (?:\w+ )?(?:best-?seller|book|novel|song|"
    r"film|"
    r"movie|mural|memoir|musical|opera)\b|\bin (?:that|the) (?:famous|notorious|well-known|infamous) \w+",
)
_KNOWN_KIN = re.compile(
    rf"\b{KIN} (?:also )?(?:plays?|played|sings?|sang|stars?|starred|acts?|anchors?|coach(?:es|ed)) (?:\w+ )?"
    r"(?:in|for|on) (?:an?|the|that|our) (?:\w+ ){0,2}?(?:well[- ]known|famous|popular|national|rock|professional)\b|"
    r"\b(?:had|having|gave birth to|mother of|father of) (?:twins|triplets) (?:at|when)\b|"
    r"\b(?:twin|identical) (?:brothers|sisters)\b|"
    r"\bmarried to (?:an?|the|our|that) (?:\w+ ){0,2}?(?:mayor|sheriff|chief|governor|senator|judge|player|coach|"
    r"star|singer|"
    r"actor|actress|politician|minister|president|ambassador|anchor|celebrity|famous)\b|"
    rf"\b{KIN} of (?:a|an|the|our|that|this) (?:\w+ ){{0,2}}?(?:mayor|sheriff|chief|governor|senator|congress\w+|judge|"
    r"goalkeeper|player|coach|star|singer|actor|actress|politician|minister|president|ambassador|anchor|celebrity|"
    r"famous|"
    rf"well-known|triplets|quadruplets|quintuplets|victim)\b|\b{KIN} of (?:famous|identical|conjoined|triplets|"
    rf"quadruplets|"
    r"quintuplets)\b|\b(?:identical |conjoined )?(?:triplet|quadruplet|quintuplet)s?\b|\btwin (?:sister|brother)\b|"
    rf"\b(?:his|her|patient'?s) {KIN} (?:is|was) (?:a|an|the|our) (?:\w+ )?(?:mayor|sheriff|governor|senator|judge|"
    r"celebrity|congress\w+|famous|actor|actress|singer|surgeon here|nurse here|doctor here)\b",
    re.IGNORECASE,
)

_OF_SPEAKER = re.compile(
    rf"\bmy (?:own |late |dear |old(?:er|est)? |young(?:er|est)? |little |big )?(?:{KIN}|neighbou?r|roommate|"
    rf"secretary|boss)(?:(?:'s|’s) (?:{KIN}|{PERSON}))? (?:who )?(?:himself |herself )?(?:has|had|got|gets|"
    r"was (?:diagnosed|operated|treated|admitted)|developed?|suffer(?:s|ed)|underwent|broke|fell|needed|takes|took|"
    r"died of|lives with)\b",
    re.IGNORECASE,
)
"""Who speaks is known by name, and so are those."""


def find(text: str) -> Iterator[Hit]:
    """An address by itself; what else stands around one person."""
    if _ADDRESS.search(text):
        yield Hit(IDENTIFIES, "an address")
    if _OF_SPEAKER.search(text) and is_clinical(text):
        yield Hit(MAY_IDENTIFY, "somebody of the speaker's own family or street")
    if not is_one(text):
        return
    if _SMALL.search(text) or _ZIP.search(text) or _TOWN.search(text) or _lives_in_a_place(text):
        yield Hit(MAY_IDENTIFY, "a small place near a patient")
    if _ROLE.search(text):
        yield Hit(MAY_IDENTIFY, "a role that only one person has, near a patient")
    if _DONE.search(text):
        yield Hit(MAY_IDENTIFY, "an achievement that only one person has, near a patient")
    if _KNOWN_KIN.search(text):
        yield Hit(MAY_IDENTIFY, "relatives whom people may know")


def _lives_in_a_place(text: str) -> bool:
    if PUBLISHED.search(text) or _LAID.search(text):
        return False
    return any(_is_a_place(match[0], match[1]) for match in _PLACE.finditer(text))


def _is_a_place(said: str, name: str) -> bool:
    words = name.split()
    if _ON.match(said) and not _ISLAND.search(name):
        return False
    if words[0].lower().removesuffix("'s").removesuffix("’s").rstrip(".") in _STATES:
        return False
    return not (words[0].isupper() and len(words[0]) > 1) and not _INSTITUTION.search(name)
