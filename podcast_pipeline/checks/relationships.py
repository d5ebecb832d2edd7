"""Financial relationships as people tell of them: which companies a clause names, and as what. English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from podcast_pipeline.brands import brands
from podcast_pipeline.checks.makers import Makers

UNNAMED = "a company"
"""One that is told of and not named."""
KIND = r"(?:disclosures?|conflicts?(?: of interests?)?|relationships?|ties|financial interests?)"
_PLAIN = (
    r"(?:disclosures?|conflicts? of interests?|(?:financial|commercial|industry) "
    r"(?:relationships?|interests?|ties|conflicts?)|(?:relationships?|ties|conflicts?)"
    r"(?=\s*(?:$|[.,;!]|(?:to (?:disclose|declare|report)|here|at all|whatsoever)\b|"
    r"(?:with|to) (?:\w+ ){0,2}?(?:industry|compan|manufactur|pharma|device|commercial|ineligible))))"
)
"""What somebody has none of; a relationship between two things is none that is disclosed."""
_NOTHING = re.compile(
    rf"\b(?:nothing|none|no one|any|anything) (?:\w+ ){{0,2}}(?:I (?:would )?(?:have|need) )?to (?:disclose|declare)\b"
    rf"|\b(?:no|zero|any) (?!other|further|more|additional)(?:\w+ ){{0,3}}?{_PLAIN}"
    rf"|\bdisclosures?[,:]? (?:are |is |would be )?(?:none|nothing)\b|\b(?:disclose|declare)s? nothing\b"
    rf"|\b(?:not|never|n't) (?:\w+ )?(?:consult|work|speak|take money|receive money)\w* (?:for|from|with) (?:any|a) "
    rf"(?:\w+ )?(?:compan|industry|manufactur)",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:no|not|never|none|nothing|neither|nor|zero|without)\b|n't\b", re.IGNORECASE)
_BUT = re.compile(r"\b(?:except|other than|apart from|aside from|besides|but for|beyond|outside of)\b", re.IGNORECASE)
_ROLES: tuple[tuple[str, str, str, bool], ...] = (
    ("consultant", "consult(?:s|ed|ing|ants?|ancy)?", "for|to|with", True),
    ("advisor", "advisory (?:board|council|panel|committee)s?", "for|to|of|at|with", True),
    ("advisor", "advis[eo]r", "for|to|of|at|with", True),
    ("advisor", "advise|advises|advised|advising", "", False),
    ("speaker", "speakers?'?s?'? (?:bureau|panel)s?", "of|for|with|at|from", True),
    ("speaker", "speak(?:s|er|ing)?|spoken|talks|lectur\\w+|trains?|teach(?:es)?|proctors?", "for|on behalf of", False),
    ("researcher", "grants?|funding|research support|research funds?|research money", "from|by", True),
    ("researcher", "(?:funded|supported|sponsored)", "by", True),
    ("royalty", "royalt(?:y|ies)", "from|by|with", True),
    ("stock", "stocks?|shares?|equity|options|shareholder|stockholder|stake", "in|of|from|with", True),
    ("stock", "invested|investor|investments?", "in|with", True),
    ("owner", "owner|part of|half of", "of|", False),
    ("owner", "owns?|owned|co-?own|co-?owns", "", False),
    ("executive", "founder|chief [a-z]+ officer|ceo|cmo|medical director|board(?: of directors)?", "of|for", True),
    ("executive", "founded|co-?founded", "", True),
    ("employee", "employee|employed|salary|payroll", "of|by|from|at|for", True),
    ("employee", "work|works|worked|working", "for|with", False),
    ("patent", "patents?", "with|to|at|by", True),
    ("", "honorari(?:a|um)|fees?|payments?|money|compensation|paid|travel support", "from|by", True),
    ("", "relationships?|ties|arrangement|agreement|contract|conflicts? of interest|affiliation", "with|to", True),
    ("", "disclosures?|conflicts?", "are|is|include|includes|would be|with|for", True),
)  # fmt: skip
"""Nature, the words that tell of it, what stands before the company, and whether a company must follow."""
_RELATIONS = tuple(
    (
        nature,
        re.compile(
            rf"\b(?:{words})" + (rf"(?:\s+[\w'-]+){{0,4}}?\s+(?:{before})" if before else "") + r"\s+(?P<who>.+)",
            re.IGNORECASE,
        ),
        firm,
    )
    for nature, words, before, firm in _ROLES
)
_CUE = re.compile(
    rf"\b(?:{'|'.join(words for _, words, _, _ in _ROLES)}|pays|funds|supports|sponsors|disclos\w*|declares?|{KIND})\b",
    re.IGNORECASE,
)
"""What every clause has that tells of a relationship, or of none."""
_PAYS = re.compile(
    r"(?<!\w)(?P<who>[A-Z][\w&.-]*(?:\s[A-Z][\w&.-]*){0,4}) "
    r"(?:has |have )?(?:pays|paid|funds|funded|supports|supported) (?:for )?(?:me|my|us|our)\b"
)
_COMPANY = re.compile(r"(?<![\w'’])(?:[A-ZÀ-Þ][\w&.'’-]*|\d[A-Z]\w*)(?:\s+(?:&\s+)?(?:[A-ZÀ-Þ][\w&.'’-]*))*")
_SOME = re.compile(
    r"^(?!(?:[a-z-]+ ){0,4}(?:no|neither|zero)\b)"
    r"(?:[a-z-]+ ){0,5}(?:company|companies|industry|manufacturers?|makers?|start-?ups?|firms?|vendors?|pharma)\b"
)
_INSTITUTION = re.compile(
    r"\b(?:universit\w*|hospitals?|clinics?|societ\w*|academy|association|college|department|institutes?|foundation|journal|"
    r"government|school|committee|center|centre|ministry|agency|council|board|NIH|VA|WHO|FDA|CMS|NHS|Medicare|Medicaid|"
    r"Veterans|Kaiser|Mayo|Cochrane|NANS|NASS|ASPN|ASRA|AAPM|PSPS|podcast|patients?)\b",
    re.IGNORECASE,
)
_AWAY = re.compile(r"\b(?:from|in|at|on|about)\b|(?:\S+\s+){6}", re.IGNORECASE)
"""What stands between a role and a name that is not its company's: consult with colleagues from Seattle."""
_NO_COMPANY = frozenset({
    "I", "I'm", "I've", "Dr", "Dr.", "We", "He", "She", "They", "The", "And", "But", "So", "Yes", "No", "It", "This",
    "That", "My", "In", "At", "For",
})  # fmt: skip
_COMPANY_LIKE = re.compile(
    r"\b(?:Inc|Corp|Ltd|LLC|GmbH|AG|Devices?|Pharma\w*|Medical|Therapeutics|Bio\w*|Labs?|Technologies|Scientific|Surgical|"
    r"Neuro\w+|Systems|Company|Co)\b\.?"
)


def disclosed(clause: str, known: Makers) -> Iterator[tuple[str, str]]:
    """Company and nature of each relationship that a clause tells of; an empty company is the statement of none."""
    if not _CUE.search(clause):
        return
    nothing = _NOTHING.search(clause)
    exception = _BUT.search(clause)
    if nothing is not None and (
        not nothing[0].casefold().startswith("any") or _NEGATED.search(clause[: nothing.start()])
    ):
        if exception is None or exception.start() < nothing.start():
            if not known.named(clause[nothing.end() :]):
                yield "", ""
            return
        clause = clause[exception.end() :]
    seen: set[str] = set()
    for nature, pattern, firm in _RELATIONS:
        match = pattern.search(clause)
        if match is None or _NEGATED.search(clause[max(0, match.start() - 25) : match.start()]):
            continue
        for company in _companies(match["who"], known, firm, _stands_for_maker(match, firm)):
            if company not in seen:
                seen.add(company)
                yield company, nature
    if (match := _PAYS.search(clause)) is not None:
        yield from ((company, "") for company in _companies(match["who"], known, True, True) if company not in seen)


def _stands_for_maker(match: re.Match[str], firm: bool) -> bool:
    """Whether a product behind these words is said for its maker: I consult for it; not I own it, I work with it."""
    word = match.string[: match.start("who")].split()[-1].casefold()
    return word == "for" or (firm and word in _PREPOSITIONS)


_PREPOSITIONS = frozenset({"to", "with", "of", "at", "from", "by", "in"})


def _companies(tail: str, known: Makers, firm: bool, products: bool) -> Iterator[str]:
    """The companies at the beginning of `tail`. `firm`: the words before it leave no doubt that a company follows;
    `products`: a product is said for its maker."""
    ahead = re.split(r"\b(?:because|which|who|that|where|when|since|until|but|in (?:19|20)\d\d)\b|[.;]\s", tail)[0]
    if known.named(ahead, folded=firm):
        yield from known.meant(ahead, folded=firm, products=products)
        return
    if _SOME.match(ahead):
        yield UNNAMED
        return
    for match in _COMPANY.finditer(ahead):
        name = match[0].rstrip(".,'’").removesuffix("'s").removesuffix("’s")
        before = ahead[: match.start()]
        if name in _NO_COMPANY or _INSTITUTION.search(before + name) or _AWAY.search(before):
            continue
        if firm or _COMPANY_LIKE.search(name) or (products and name.casefold() in brands()):
            yield name
