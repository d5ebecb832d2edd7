"""Episodes for members only: their committed record names no address; whoever has the secret can derive them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from podcast_pipeline import keys
from podcast_pipeline.feed.members import media_key
from podcast_pipeline.model.asset import Asset
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import members
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.storage.protocol import Storage

PAGE = "index.html"


def seal(release: Release) -> Release:
    """`release` without any key: as it is committed."""
    return _each(release, lambda asset: dataclasses.replace(asset, key=""))


def opened(show: Show, release: Release) -> Release:
    """`release` with its secret addresses where it is for members only, also where its texts name its page.

    Raises PodcastError without the secret.
    """
    if not show.members_only(release.feeds):
        return release
    folder, base = media_key(members.secret(show), release.guid, release.media_epoch), show.storage.public_base_url
    page = keys.url(base, keys.sealed(folder, PAGE))
    public = keys.url(base, keys.page(release.slug))
    plain = _each(release, lambda asset: dataclasses.replace(asset, key=keys.sealed(folder, _name(asset))))
    if plain.page is not None:
        plain = dataclasses.replace(plain, page=dataclasses.replace(plain.page, key=keys.sealed(folder, PAGE)))
    return dataclasses.replace(
        plain,
        notes=release.notes.replace(public, page),
        description=release.description.replace(public, page),
        link=page,
    )


def readable(show: Show, release: Release) -> Release | None:
    """`release` as `opened`; None where it is for members only, and this machine does not hold their secret."""
    return opened(show, release) if members.ready() or not show.members_only(release.feeds) else None


def former(release: Release, secret: bytes) -> tuple[str, ...]:
    """The folders that the episode's files had before its addresses were exchanged."""
    return tuple(f"x/{media_key(secret, release.guid, epoch)}/" for epoch in range(release.media_epoch))


def _name(asset: Asset) -> str:
    return f"{asset.sha256[:8]}.{keys.suffix(asset.mime)}"


def _each(release: Release, change: Callable[[Asset], Asset]) -> Release:
    def one(asset: Asset | None) -> Asset | None:
        return None if asset is None else change(asset)

    alternates = tuple(
        dataclasses.replace(alternate, asset=change(alternate.asset)) for alternate in release.extras.alternates
    )
    return dataclasses.replace(
        release,
        enclosure=change(release.enclosure),
        transcripts=tuple(change(asset) for asset in release.transcripts),
        chapters_file=one(release.chapters_file),
        image=one(release.image),
        page=one(release.page),
        people=tuple(dataclasses.replace(person, image=one(person.image)) for person in release.people),
        extras=dataclasses.replace(release.extras, alternates=alternates),
    )


def plain(release: Release) -> Release:
    """A sealed record with the keys that its files would have if everybody might know them."""
    slug = release.slug
    renamed = _each(release, lambda asset: dataclasses.replace(asset, key=keys.image(asset.sha256, _suffix(asset))))

    def media(asset: Asset) -> Asset:
        return dataclasses.replace(asset, key=keys.media(slug, asset.sha256, _suffix(asset)))

    alternates = tuple(
        dataclasses.replace(alternate, asset=media(alternate.asset)) for alternate in renamed.extras.alternates
    )
    chapters, page = renamed.chapters_file, renamed.page
    return dataclasses.replace(
        renamed,
        enclosure=media(renamed.enclosure),
        transcripts=tuple(
            dataclasses.replace(asset, key=keys.transcript(slug, asset.sha256, _suffix(asset)))
            for asset in renamed.transcripts
        ),
        chapters_file=chapters and dataclasses.replace(chapters, key=keys.chapters(slug, chapters.sha256)),
        page=page and dataclasses.replace(page, key=keys.page(slug)),
        extras=dataclasses.replace(renamed.extras, alternates=alternates),
    )


def hide(release: Release, objects: Sequence[Wanted], secret: bytes, base: str) -> tuple[Release, list[Wanted]]:
    """The record to commit, and the objects under their secret keys; the page leads nobody to them by its referrer."""
    names = {asset.key: _name(asset) for asset in _assets(release)}
    folder = media_key(secret, release.guid, release.media_epoch)
    sealed_keys = {key: keys.sealed(folder, name) for key, name in names.items()}
    sealed_keys[keys.page(release.slug)] = keys.sealed(folder, PAGE)
    hidden = []
    for object_ in objects:
        source = object_.source
        if object_.key == keys.page(release.slug):
            assert isinstance(source, bytes)
            html = unlinked(source.decode())
            for key, ours in sealed_keys.items():
                html = html.replace(keys.url(base, key), keys.url(base, ours))
            page = Wanted.of_bytes(sealed_keys[object_.key], html.encode())
            hidden.append(page)
            release = dataclasses.replace(release, page=page.asset(hidden=True))
        else:
            hidden.append(dataclasses.replace(object_, key=sealed_keys[object_.key]))
    return seal(release), hidden


_HEAD = '<head>\n<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">'


def unlinked(html: str) -> str:
    """A page of ours that no search engine lists, and that tells nobody where its reader came from."""
    return html.replace("<head>", _HEAD, 1)


def _assets(release: Release) -> list[Asset]:
    return [asset for asset in release.assets if asset is not release.page]


def _suffix(asset: Asset) -> str:
    return keys.suffix(asset.mime)


def exchanged(release: Release, secret: bytes, storage: Storage) -> bool:
    """Whether the files are in the storage at the present addresses: the last exchange is public."""
    folder = media_key(secret, release.guid, release.media_epoch)
    return storage.stat(keys.sealed(folder, _name(release.enclosure))) is not None


def forgotten(releases: Sequence[Release], secret: bytes, storage: Storage) -> tuple[str, ...]:
    """Keys of files for members that follow from this secret for no episode of `releases`, of whichever epoch.

    None while the files of an episode are not at its present addresses: they may be the only ones.
    """
    if any(release.status == "published" and not exchanged(release, secret, storage) for release in releases):
        return ()
    ours = {media_key(secret, release.guid, epoch) for release in releases for epoch in range(release.media_epoch + 1)}
    return tuple(stored.key for stored in storage.list("x/") if stored.key.split("/")[1] not in ours)


def moved(release: Release, secret: bytes, storage: Storage) -> tuple[Release, list[Wanted]]:
    """After an exchange of addresses: the record, and the files that still lie at the former address alone.

    Raises StorageError if they lie nowhere: then the episode has to be built and published again.
    """
    if release.media_epoch == 0 or release.status != "published" or exchanged(release, secret, storage):
        return release, []
    new = media_key(secret, release.guid, release.media_epoch)
    earlier = [media_key(secret, release.guid, epoch) for epoch in range(release.media_epoch - 1, -1, -1)]
    name = _name(release.enclosure)
    old = next((folder for folder in earlier if storage.stat(keys.sealed(folder, name)) is not None), earlier[0])
    objects = {}
    for asset in _assets(release):
        data, _ = storage.get(keys.sealed(old, _name(asset)))
        objects[asset.sha256] = Wanted.of_bytes(keys.sealed(new, _name(asset)), data)
    files = list(objects.values())
    if release.page is not None:
        html, _ = storage.get(keys.sealed(old, PAGE))
        page = Wanted.of_bytes(keys.sealed(new, PAGE), html.replace(old.encode(), new.encode()))
        files.append(page)
        release = dataclasses.replace(release, page=page.asset(hidden=True))
    return release, files
