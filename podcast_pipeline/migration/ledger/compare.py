"""A former feed against the new one, element by element: each element and attribute gets exactly one entry.

Nothing is taken from what the import believes: both sides are documents, read anew. The walk is linear in their size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from podcast_pipeline.feed.foreign.document import channel
from podcast_pipeline.feed.foreign.item import identity, links_of
from podcast_pipeline.feed.names import NAMESPACES, clark, prefixed
from podcast_pipeline.migration.ledger import meaning, reasons
from podcast_pipeline.migration.ledger.line import CHANGED, DROPPED, KEPT, LedgerLine

_SCORED = 10_000
"""Pairs of leftovers of one name that are weighed; beyond, their order decides."""
_SHARED = clark("podcast:person")
"""Of the channel, repeated in every item."""


def compare(
    pages: Sequence[bytes], new: Sequence[bytes], name: str, base: str, absent: Mapping[str, str]
) -> Iterator[LedgerLine]:
    """The entries of the feed whose documents are `pages`, called `name`, against the documents of the `new` one.

    `base`: under which the new feed's own files are. `absent`: guid -> why that item is not in it. Raises FeedError.
    """
    documents = [channel(data, "the new feed")[0] for data in new]
    ours_channel = documents[0]
    _one_parent_each(ours_channel)
    items = {item.findtext("guid") or "": item for document in documents for item in document.findall("item")}
    channels = [channel(data, name)[0] for data in pages]
    theirs = [item for node in channels for item in node.findall("item")]
    links = links_of(theirs)
    shared = {" ".join((person.text or "").split()) for item in items.values() for person in item.findall(_SHARED)}
    walk = _Walk(base, shared)
    taken: set[str] = set()
    for node in channels:
        root = node.getparent()
        yield from walk.met(root, ours_channel.getparent(), "", "rss", but=(node,))
        yield from walk.met(node, ours_channel, "", "channel", but=node.findall("item"))
        for item in node.findall("item"):
            who = identity(item, links)
            guid = who.guid if who is not None else ""
            twin = items.get(guid) if guid and guid not in taken else None
            taken.add(guid)
            if twin is not None:
                yield from walk.met(item, twin, guid, "item")
                continue
            why = absent.get(guid) or _no_item(item, guid)
            yield from walk.lost(item, guid or _text(item.find("title")), "item", why)


def _no_item(item: Any, guid: str) -> str:
    if not guid:
        return "no episode: nothing tells who it is"
    if not any((enclosure.get("url") or "").strip() for enclosure in item.findall("enclosure")):
        return "no episode: it has no media"
    return "the episode is not in the new feed"


class _Walk:
    """Entries of one element and all below it."""

    def __init__(self, base: str, shared: set[str]) -> None:
        self._base, self._shared = base, shared

    def met(self, theirs: Any, ours: Any, guid: str, path: str, but: Iterable[Any] = ()) -> Iterator[LedgerLine]:
        """`theirs`, which stands for `ours` in the new feed; children in `but` are told elsewhere."""
        yield self._judged(guid, path, _text(theirs), _text(ours))
        tag = _name(theirs)
        for name, value in theirs.attrib.items():
            now, place = ours.get(name), f"{path}/@{_named(name, theirs)}"
            if now is None:
                yield LedgerLine(guid, place, DROPPED, value, "", reasons.attribute(tag, name))
            else:
                yield self._judged(guid, place, value, now)
        left_out = set(but)
        for child, twin in _pairs([child for child in theirs if child not in left_out], ours):
            place = f"{path}/{_name(child)}"
            if twin is None:
                yield from self._unmatched(child, ours, guid, place)
            else:
                yield from self.met(child, twin, guid, place)

    def _judged(self, guid: str, path: str, was: str, now: str) -> LedgerLine:
        verdict = meaning.judged(path, was, now, self._base)
        return LedgerLine(guid, path, verdict.fate, was, "" if verdict.fate == KEPT else now, verdict.why)

    def _unmatched(self, child: Any, parent: Any, guid: str, path: str) -> Iterator[LedgerLine]:
        name, text = _name(child), _text(child)
        for other in reasons.STANDS_IN.get(name, ()):
            twin = parent.find(clark(other))
            if text and twin is not None and meaning.judged(other, text, _text(twin), self._base).fate != CHANGED:
                yield LedgerLine(guid, path, KEPT, text, "", f"its words stand in {other}")
                yield from self._below(child, guid, path, "its words stand elsewhere")
                return
        if child.tag == _SHARED and path.startswith("channel/") and " ".join(text.split()) in self._shared:
            yield from self.lost(child, guid, path, "stands in every episode that names nobody itself")
            return
        if _is_part(child, parent):
            yield from self.lost(child, guid, path, f"its words stand in the {_name(parent)}")
            return
        yield from self.lost(child, guid, path, reasons.dropped(name, child.get("rel") or "", _strange(child)))

    def lost(self, element: Any, guid: str, path: str, why: str) -> Iterator[LedgerLine]:
        """An element that is not in the new feed, with all that it holds."""
        yield LedgerLine(guid, path, DROPPED, _text(element), "", why)
        yield from self._below(element, guid, path, why)

    def _below(self, element: Any, guid: str, path: str, why: str) -> Iterator[LedgerLine]:
        for name, value in element.attrib.items():
            yield LedgerLine(guid, f"{path}/@{_named(name, element)}", DROPPED, value, "", why)
        for child in element:
            yield from self.lost(child, guid, f"{path}/{_name(child)}", why)


def _is_part(child: Any, parent: Any) -> bool:
    """Whether `child` is markup inside a text that the new feed has whole."""
    text = " ".join(_text(child).split())
    return bool(text) and len(parent) == 0 and text in " ".join((parent.text or "").split())


def _pairs(theirs: Sequence[Any], ours: Any) -> Iterator[tuple[Any, Any]]:
    """Each of `theirs` with the child of `ours` that stands for it, None where none does; those in their order."""
    free: dict[Any, list[Any]] = defaultdict(list)
    for child in ours:
        free[child.tag].append(child)
    groups: dict[Any, list[Any]] = defaultdict(list)
    for child in theirs:
        groups[child.tag].append(child)
    twins: dict[Any, Any] = {}
    for tag, group in groups.items():
        if isinstance(tag, str) and tag in free:
            twins |= _matched(group, free[tag])
    for child in theirs:
        yield child, twins.get(child)


def _matched(theirs: Sequence[Any], ours: Sequence[Any]) -> dict[Any, Any]:
    """Of one name: those that are the same, then those that have most in common, the others in their order."""
    if len(theirs) == len(ours) == 1:
        return {theirs[0]: ours[0]}
    twins: dict[Any, Any] = {}
    same: dict[Any, list[Any]] = defaultdict(list)
    for element in reversed(ours):
        same[_facts(element)].append(element)
    for element in theirs:
        if group := same.get(_facts(element)):
            twins[element] = group.pop()
    free = {element: _facts(element) for element in ours if element not in set(twins.values())}
    rest = [element for element in theirs if element not in twins]
    if len(rest) * len(free) <= _SCORED:
        for element in rest:
            facts = _facts(element)
            best = max(free, key=lambda twin: len(facts & free[twin]), default=None)
            if best is not None and facts & free[best]:
                twins[element] = best
                del free[best]
    rest = [element for element in rest if element not in twins]
    return twins | dict(zip(rest, free, strict=False))


def _facts(element: Any) -> frozenset[tuple[str, str]]:
    """Its text and attributes, spelt alike; of one whose files are named below it, those as well."""
    name = _name(element)
    facts = [(_named(key, element), _spelt(f"{name}/@{key}", value)) for key, value in element.attrib.items()]
    if text := " ".join(_text(element).split()):
        facts.append(("", _spelt(name, text)))
    return frozenset(facts)


def _spelt(place: str, value: str) -> str:
    form = meaning.FORMS.get(place)
    meant = form.read(value) if form is not None else None
    return " ".join(value.split()) if meant is None else repr(meant)


def _text(element: Any) -> str:
    """Its text; of one that holds others nothing, unless words stand between them: then all of its words."""
    if element is None:
        return ""
    if len(element) == 0 or not isinstance(element.tag, str):
        return element.text or ""
    between = (element.text or "") + "".join(child.tail or "" for child in element)
    return "".join(element.itertext()) if between.strip() else ""


def _name(element: Any) -> str:
    """The name as the feed writes it; known namespaces have their usual prefix."""
    return _named(element.tag, element) if isinstance(element.tag, str) else "comment()"


def _named(tag: str, element: Any) -> str:
    if not tag.startswith("{"):
        return tag
    if not (name := prefixed(tag)).startswith("{"):
        return name
    uri, _, local = tag[1:].partition("}")
    prefix = next((key for key, known in element.nsmap.items() if known == uri and key), "")
    return f"{prefix}:{local}" if prefix else name


def _strange(element: Any) -> str:
    """The namespace of an element, "" of one that podcast apps read."""
    if not isinstance(element.tag, str) or not element.tag.startswith("{"):
        return ""
    uri = element.tag[1:].partition("}")[0]
    return "" if uri in NAMESPACES.values() else uri


def _one_parent_each(node: Any) -> None:
    """Categories of one parent that stand in several elements are put into one, as other feeds write them."""
    first: dict[str, Any] = {}
    for category in node.findall(clark("itunes:category")):
        twin = first.setdefault(category.get("text") or "", category)
        if twin is not category:
            twin.extend(category)
            node.remove(category)
