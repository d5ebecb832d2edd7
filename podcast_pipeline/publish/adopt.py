"""The record of an episode from its item in the public feed, where the copy of the show that wrote it is out of reach.

The record renders to the same item again, to the letter, or there is none. What an item does not say (who signed, the
words of the transcript as data) is kept from the record that stood here before where the files are the same ones.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from podcast_pipeline import keys, sha256, slugs, timecode
from podcast_pipeline.errors import FeedError, PodcastError
from podcast_pipeline.feed.contents import differences, instant, text
from podcast_pipeline.feed.extension import media_type
from podcast_pipeline.feed.foreign import item as foreign
from podcast_pipeline.feed.foreign import values
from podcast_pipeline.feed.foreign.persons import Persons
from podcast_pipeline.feed.members import media_key
from podcast_pipeline.feed.names import clark
from podcast_pipeline.model.asset import Asset
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.release import Release, ReleasePerson
from podcast_pipeline.model.show import Show
from podcast_pipeline.numeral import whole
from podcast_pipeline.people.statement import INVENTED
from podcast_pipeline.publish import items, members, sealed
from podcast_pipeline.publish.plan import Look
from podcast_pipeline.site import corrections

ADOPTED = "adopted"
_EPOCHS = 100
"""How often the addresses of an episode for members may have been exchanged."""


def adopted(
    show: Show,
    item: Any,
    feeds: tuple[str, ...],
    earlier: Release | None,
    look: Look,
    get: Callable[[str], bytes],
    taken: Mapping[str, str],
    updated_at: datetime | None = None,
) -> Release:
    """The record of `item`, which stands in these `feeds`. `taken`: slug -> guid of all episodes here.

    Raises FeedError where the item says something that this version cannot render, or names a file that the storage
    (`look` asks for one object, `get` reads it) does not hold whole: no record is made of damaged bytes.
    """
    guid = item.find("guid")
    slug = earlier.slug if earlier is not None else slug_of(show, item, taken)
    files = _Files(show.storage.public_base_url, look, get)
    release = _read(show, item, slug, files)
    release = dataclasses.replace(
        release, feeds=feeds, updated_at=updated_at, permalink=guid.get("isPermaLink") == "true"
    )
    if earlier is not None:
        release = _with_what_is_known(release, earlier)
    if show.members_only(feeds):
        release = _sealed(show, release)
    if earlier is not None and _texts(release) == _texts(earlier):
        release = dataclasses.replace(release, statement=earlier.statement)
    ours = items.alone(show, release)
    (written,) = ours.elements.values()
    if differing := differences(item, written):
        raise FeedError(
            f"{slug}: its public item cannot be rendered here: {', '.join(differing)}",
            "it may come from a newer version of podcast-pipeline: bring this one up to date",
        )
    if files.faults:
        raise FeedError(
            "\n".join(f"{slug}: {fault}" for fault in files.faults),
            "nothing is taken over from damaged files: put the whole ones back under these keys, from a copy of the "
            f"storage, or with `podcast publish {slug}` where it is built",
        )
    return release


def slug_of(show: Show, item: Any, taken: Mapping[str, str]) -> str:
    """As the addresses of its files have it; of an episode for members, whose addresses say nothing, from its title."""
    guid, base = text(item, "guid"), f"{show.storage.public_base_url.rstrip('/')}/"
    if known := [slug for slug, other in taken.items() if other == guid]:
        return known[0]
    enclosure = item.find("enclosure")
    addresses = [text(item, "link"), *([enclosure.get("url") or ""] if enclosure is not None else [])]
    paths = [address.removeprefix(base).split("/") for address in addresses if address.startswith(base)]
    named = [path[1] for path in paths if path[0] in ("episodes", "media") and len(path) == 3]
    slug = named[0] if named else slugs.words(text(item, "title"), 60) or "episode"
    keys.check_slug(slug)
    free = (name for name in (slug, *(f"{slug}-{n}" for n in range(2, len(taken) + 3))) if name not in taken)
    return next(free)


def _read(show: Show, item: Any, slug: str, files: _Files) -> Release:
    """What the item says."""
    base, enclosure = show.storage.public_base_url, item.find("enclosure")
    link, page = text(item, "link"), keys.url(base, keys.page(slug))
    notes, published = text(item, "content:encoded"), instant(item)
    persons = Persons({person.name: id_ for id_, person in show.people.items()})
    if enclosure is None or published is None:
        raise FeedError(f"{slug}: its public item has no {'enclosure' if published else 'date'}")

    def asset(url: str, mime: str, length: str = "") -> Asset:
        return files.asset(url, mime, whole(length) or 0)

    def file(name: str, attribute: str, mime: str) -> Asset | None:
        element = item.find(clark(name))
        return None if element is None else asset(element.get(attribute) or "", mime)

    transcripts = item.findall(clark("podcast:transcript"))
    image = item.find(clark("itunes:image"))
    extras = foreign.extras(item)
    alternates = tuple(
        dataclasses.replace(
            alternate, asset=asset(alternate.asset.url, alternate.asset.mime, str(alternate.asset.bytes or ""))
        )
        for alternate in extras.alternates
    )
    numbers = {name: whole(text(item, f"itunes:{name}")) for name in ("season", "episode")}
    return Release(
        slug=slug,
        guid=text(item, "guid"),
        title=text(item, "title"),
        publish_at=published,
        description=text(item, "description"),
        notes=notes,
        enclosure=asset(enclosure.get("url") or "", enclosure.get("type") or "", enclosure.get("length") or ""),
        duration=0 if (seconds := whole(text(item, "itunes:duration"))) is None else max(1, 1000 * seconds),
        audio_sha256="",
        signature=None,
        transcripts=tuple(asset(element.get("url") or "", element.get("type") or "") for element in transcripts),
        language=next((element.get("language") or "" for element in transcripts), show.language),
        chapters=_chapters(item),
        chapters_file=file("podcast:chapters", "url", "application/json+chapters"),
        people=tuple(_person(element, asset, persons) for element in item.findall(clark("podcast:person"))),
        number=numbers["episode"],
        season=numbers["season"],
        kind=text(item, "itunes:episodeType") or "full",
        explicit=text(item, "itunes:explicit") == "true",
        image=None if image is None else _picture(image.get("href") or "", asset),
        extras=dataclasses.replace(extras, alternates=alternates),
        source=ADOPTED,
        page=(own := _page(link, files)),
        link="" if link == page and own is not None else link,
        corrections=corrections.read(notes),
    )


@dataclass
class _Files:
    """The files that an item names, and what is wrong with them in the storage."""

    base: str
    look: Look
    get: Callable[[str], bytes]
    faults: list[str] = field(default_factory=list)

    def asset(self, url: str, mime: str, length: int) -> Asset:
        """The object at `url`: of ours as it is stored, else where it was."""
        try:
            key = keys.key_of(url, self.base)
            ours = keys.headers(key).mime
        except PodcastError:
            return Asset("", length, mime, "", url)
        size, sha256 = self._stored(key, length)
        return Asset(key, length or size, ours if media_type(Asset(key, 0, ours, "")) == mime else mime, sha256)

    def _stored(self, key: str, length: int) -> tuple[int, str]:
        """Size and SHA-256. What the storage states is believed where it fits the key and the item, else it is read."""
        stored, sha8 = self.look(key), keys.sha8(key)
        if stored is None:
            if not keys.is_page(key):
                self.faults.append(f"{keys.masked(key)} is not in the storage")
            return 0, ""
        size, digest = stored.size, stored.sha256
        if not digest or not digest.startswith(sha8) or length not in (0, size):
            data = self.get(key)
            size, digest = len(data), sha256.of_bytes(data)
        if length not in (0, size):
            self.faults.append(f"{keys.masked(key)} is damaged: {size:,} bytes in the storage, {length:,} in the feed")
        elif not digest.startswith(sha8):
            self.faults.append(f"{keys.masked(key)} is damaged: it holds other bytes than its name says")
        return size, digest


def _picture(url: str, asset: Callable[[str, str], Asset]) -> Asset:
    return asset(url, "image/png" if url.endswith(".png") else "image/jpeg")


def _page(link: str, files: _Files) -> Asset | None:
    page = files.asset(link, "text/html", 0)
    return page if page.key and page.sha256 else None


def _chapters(item: Any) -> tuple[Chapter, ...]:
    elements = item.findall(f"{clark('psc:chapters')}/{clark('psc:chapter')}")
    return tuple(
        Chapter(timecode.parse(element.get("start") or ""), element.get("title") or "", url=element.get("href") or "")
        for element in elements
    )


def _person(element: Any, asset: Callable[[str, str], Asset], persons: Persons) -> ReleasePerson:
    said, image = element.text or "", element.get("img") or ""
    name = said.removesuffix(INVENTED)
    return ReleasePerson(
        persons.id_of(values.split_name(name)[0]),
        name,
        element.get("role") or "",
        element.get("group") or "",
        href=element.get("href") or "",
        image=_picture(image, asset) if image else None,
        example=said != name,
    )


def _with_what_is_known(release: Release, earlier: Release) -> Release:
    """What no item says, from the record that was here before, as far as it still holds."""
    people = {(person.name, person.role, person.group): person for person in earlier.people}
    shown = tuple(
        dataclasses.replace(known, href=person.href, image=person.image, example=person.example)
        if (known := people.get((person.name, person.role, person.group))) is not None
        else person
        for person in release.people
    )
    noted = {correction.said: correction for correction in earlier.corrections}
    release = dataclasses.replace(
        release,
        people=shown,
        corrections=tuple(noted.get(correction.said, correction) for correction in release.corrections),
        language=release.language if release.transcripts else earlier.language,
        references=earlier.references,
        review_by=earlier.review_by,
        credit_ends=earlier.credit_ends,
        guid_source=earlier.guid_source,
        pending=tuple(
            correction
            for correction in earlier.pending
            if correction.said not in {read.said for read in release.corrections}
        ),
    )
    if earlier.source == "import":  # its guid and its form are another host's
        release = dataclasses.replace(release, source=earlier.source)
    same_sound = release.enclosure.sha256 and release.enclosure.sha256 == earlier.enclosure.sha256
    if same_sound:
        release = dataclasses.replace(
            release,
            duration=earlier.duration if _seconds(earlier) == _seconds(release) else release.duration,
            audio_sha256=earlier.audio_sha256,
            integrated=earlier.integrated,
            true_peak=earlier.true_peak,
            outline=earlier.outline,
        )
    if same_sound and {asset.sha256 for asset in release.transcripts} == {
        asset.sha256 for asset in earlier.transcripts
    }:
        release = dataclasses.replace(
            release,
            signature=earlier.signature,
            waivers=earlier.waivers,
            lacking=earlier.lacking,
            accuracy=earlier.accuracy,
        )
    return release


def _texts(release: Release) -> tuple[object, ...]:
    """What an item says that is made of the statement: where it is the same, so is the statement."""
    chapters = [(chapter.start, chapter.title, chapter.url) for chapter in release.chapters]
    return release.title, release.publish_at, release.number, release.season, release.kind, release.notes, chapters


def _seconds(release: Release) -> int:
    return (release.duration + 500) // 1000


def _sealed(show: Show, release: Release) -> Release:
    """As the record of an episode for members is committed: its addresses derived again, none written down."""
    secret, base = members.secret(show), show.storage.public_base_url
    folder = release.enclosure.key.split("/")[1] if release.enclosure.key.startswith("x/") else ""
    epochs = [epoch for epoch in range(_EPOCHS) if media_key(secret, release.guid, epoch) == folder]
    if not epochs:
        raise FeedError(
            f"{release.slug}: its addresses for members were not made with this {members.SECRET}",
            "put the secret here that it was published with",
        )
    secret_page, page = keys.url(base, keys.sealed(folder, sealed.PAGE)), keys.url(base, keys.page(release.slug))
    return sealed.seal(
        dataclasses.replace(
            release,
            media_epoch=epochs[0],
            link="",
            notes=release.notes.replace(secret_page, page),
            description=release.description.replace(secret_page, page),
        )
    )
