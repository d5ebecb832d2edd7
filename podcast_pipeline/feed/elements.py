"""The Podcasting 2.0 elements whose values are attributes and a text: one declaration writes and reads each of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, NamedTuple

from podcast_pipeline.feed.names import clark
from podcast_pipeline.feed.text import clean
from podcast_pipeline.model.podcasting import (
    Chat,
    ContentLink,
    Location,
    Picture,
    RemoteItem,
    ServiceBlock,
    Social,
    Soundbite,
    Trailer,
    Txt,
    UpdateFrequency,
)


class ElementForm(NamedTuple):
    """How a value is written: the element, the field that is its text ("": none), attribute -> field."""

    name: str
    text: str
    attributes: dict[str, str]


FORMS: dict[type, ElementForm] = {
    Location: ElementForm("podcast:location", "name", {"rel": "rel", "geo": "geo", "osm": "osm", "country": "country"}),
    Txt: ElementForm("podcast:txt", "text", {"purpose": "purpose"}),
    Picture: ElementForm(
        "podcast:image",
        "",
        {"href": "href", "alt": "alt", "aspect-ratio": "aspect_ratio", "width": "width", "height": "height"}
        | {"purpose": "purpose"},
    ),
    Chat: ElementForm(
        "podcast:chat",
        "",
        {"server": "server", "protocol": "protocol", "accountId": "account_id", "space": "space"},
    ),
    RemoteItem: ElementForm(
        "podcast:remoteItem",
        "",
        {"feedGuid": "feed_guid", "feedUrl": "feed_url", "itemGuid": "item_guid", "medium": "medium", "title": "title"},
    ),
    Trailer: ElementForm(
        "podcast:trailer",
        "title",
        {"pubdate": "published", "url": "url", "length": "length", "type": "mime", "season": "season"},
    ),
    UpdateFrequency: ElementForm(
        "podcast:updateFrequency", "text", {"complete": "complete", "dtstart": "dtstart", "rrule": "rrule"}
    ),
    ServiceBlock: ElementForm("podcast:block", "value", {"id": "id"}),
    Soundbite: ElementForm("podcast:soundbite", "title", {"startTime": "start", "duration": "duration"}),
    Social: ElementForm(
        "podcast:socialInteract",
        "",
        {"uri": "uri", "protocol": "protocol", "accountId": "account_id", "accountUrl": "account_url"}
        | {"priority": "priority"},
    ),
    ContentLink: ElementForm("podcast:contentLink", "text", {"href": "href"}),
}
_MILLISECONDS = {"startTime", "duration"}
_NUMBERS = {"width", "height", "length", "season", "priority"}


def write(parent: Any, value: Any) -> Any:
    """Append the element of `value`; empty fields are left out."""
    form = FORMS[type(value)]
    text = str(getattr(value, form.text)) if form.text else None
    attributes = {name: _shown(name, getattr(value, field)) for name, field in form.attributes.items()}
    return append(parent, form.name, text, **attributes)


def append(parent: Any, name: str, text: str | None = None, **attributes: str) -> Any:
    """Append an element. An attribute `text_` is written as `text`; an empty attribute is left out."""
    from lxml import etree

    element = etree.SubElement(parent, clark(name))
    for key, value in attributes.items():
        if value:
            element.set(key.rstrip("_"), clean(value))
    if text is not None:
        element.text = clean(text)
    return element


def read(parent: Any, kind: type) -> Iterator[Any]:
    """The values of all elements of `kind` right below `parent`; one without what it needs is left out."""
    form = FORMS[kind]
    for element in parent.findall(clark(form.name)):
        given = {field: _parsed(name, element.get(name)) for name, field in form.attributes.items()}
        fields = {field: value for field, value in given.items() if value is not None}
        if form.text:
            fields[form.text] = (element.text or "").strip()
        try:
            yield kind(**fields)
        except TypeError:  # an attribute that must be there is not
            continue


def _shown(attribute: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, datetime):
        return format_datetime(value.astimezone(UTC)) if attribute == "pubdate" else value.isoformat()
    if attribute in _MILLISECONDS:
        return f"{value / 1000:.3f}".rstrip("0").rstrip(".")
    return "true" if value is True else str(value)


def _parsed(attribute: str, value: str | None) -> Any:
    """None for what is absent or cannot be read."""
    try:
        if value is None:
            return None
        if attribute in _MILLISECONDS:
            return round(float(value) * 1000)
        if attribute in _NUMBERS:
            return int(value)
        if attribute == "pubdate":
            from podcast_pipeline.feed.dates import instant

            return instant(value)
        if attribute == "dtstart":
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        return None
    return value == "true" if attribute == "complete" else value.strip()
