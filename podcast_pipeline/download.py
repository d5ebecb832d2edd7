"""Fetch what others have published: https only, public addresses only, bounded in size, time and redirects.

An address in a foreign feed may point anywhere, also at this computer or its network. So every address that a name
resolves to must be a public one, the connection goes to the very address that was checked, and each redirect is
checked again. No cookie, password or proxy is used.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import os
import re
import socket
import ssl
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from podcast_pipeline import __version__, faults, sha256
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.progress import Progress

FEED_MOST = 20 << 20
"""Bytes of a feed."""
MEDIA_MOST = 1 << 30
"""Bytes of a media file."""
REDIRECTS = 5
AGENT = f"podcast-pipeline/{__version__}"
_BLOCK = 1 << 18
_AS_IT_IS = "/%?:@!$&'()*+,;=~-._[]"
_PRIVATE = re.compile(r"(?<=//)[^/?#]*@|[?#].*", re.DOTALL)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreachable(PodcastError):
    """The address could not be fetched: refused, not public, too large, broken off."""


@dataclass(frozen=True)
class Reach:
    """Where requests may go: only to public addresses, unless `private`; seconds of silence, seconds in all."""

    private: bool = False
    context: ssl.SSLContext | None = None
    silence: float = 20.0
    whole: float = 3600.0


PUBLIC = Reach()


class Fetched(NamedTuple):
    """The body, and the address that answered in the end."""

    url: str
    body: bytes


class Saved(NamedTuple):
    """A file that was fetched."""

    size: int
    sha256: str
    mime: str


def shown(url: str) -> str:
    """`url` as it may stand in a message: without user, password and query, which may be secret."""
    return _PRIVATE.sub("", url)


def read(url: str, most: int = FEED_MOST, reach: Reach = PUBLIC) -> Fetched:
    """The body at `url`, at most `most` bytes. Raises Unreachable."""
    with _answer(url, {}, reach) as (final, response, until):
        if response.status != 200:
            raise Unreachable(f"{shown(final)}: answers {response.status}, not 200")
        unzip = zlib.decompressobj(31) if response.headers.get("Content-Encoding") in ("gzip", "x-gzip") else None
        body = bytearray()
        for block in _blocks(response, final, until):
            body += block if unzip is None else unzip.decompress(block, most + 1 - len(body))
            if len(body) > most:
                raise Unreachable(f"{shown(final)}: more than {most:,} bytes", "this is too large to be what it should")
        return Fetched(final, bytes(body))


def post(url: str, form: bytes, reach: Reach = PUBLIC) -> int:
    """Send a form; the status of the answer, redirects not followed. Raises Unreachable."""
    connection, target = _connect(url, reach)
    try:
        headers = {"User-Agent": AGENT, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", target, form, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise _broken(url, error) from error
    finally:
        connection.close()


def save(url: str, path: Path, most: int = MEDIA_MOST, reach: Reach = PUBLIC, report: Progress | None = None) -> Saved:
    """Fetch `url` into the file `path`, which appears only when it is whole. Raises Unreachable.

    What an earlier run left in `<path>.part` is continued where the server has the same file still.
    """
    part, tag = path.with_name(f"{path.name}.part"), path.with_name(f"{path.name}.part.etag")
    have = part.stat().st_size if part.exists() and tag.exists() else 0
    resume = {"Range": f"bytes={have}-", "If-Range": tag.read_text("utf-8")} if have else {}
    with _answer(url, resume, reach) as (final, response, until), _written(part):
        if response.status not in (200, 206):
            raise Unreachable(f"{shown(final)}: answers {response.status}, not 200")
        have = have if response.status == 206 else 0
        total = have + int(response.headers.get("Content-Length") or 0)
        if total > most:
            raise Unreachable(f"{shown(final)}: {total:,} bytes; at most {most:,} are fetched")
        path.parent.mkdir(parents=True, exist_ok=True)
        if not have:
            # The earlier bytes go before the new tag comes: a kill in between must not join two files.
            part.unlink(missing_ok=True)
            tag.unlink(missing_ok=True)
            etag = response.headers.get("ETag", "")
            faults.point(f"fetch {path.name}")
            if etag and not etag.startswith("W/"):
                tag.write_text(etag, "utf-8")
        with open(part, "ab") as stream:
            for block in _blocks(response, final, until):
                faults.point(f"fetching {path.name}")
                have += stream.write(block)
                if have > most:
                    raise Unreachable(f"{shown(final)}: more than {most:,} bytes")
                if report is not None and total:
                    report(min(1.0, have / total))
            stream.flush()
            os.fsync(stream.fileno())
        mime = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        digest = sha256.of_file(part)
        faults.point(f"fetched {path.name}")
        part.replace(path)
        tag.unlink(missing_ok=True)
    return Saved(have, digest, mime)


@contextlib.contextmanager
def _written(path: Path) -> Iterator[None]:
    """A disk that fails in the block is Unreachable, with the file's name."""
    try:
        yield
    except OSError as error:
        raise Unreachable(f"{path}: cannot be written: {error.strerror}", "free some space, then again") from error


def _blocks(response: http.client.HTTPResponse, url: str, until: float) -> Iterator[bytes]:
    try:
        while block := response.read1(_BLOCK):
            if time.monotonic() > until:
                raise Unreachable(f"{shown(url)}: too slow", "run the command again: what is there is kept")
            yield block
    except (OSError, http.client.HTTPException) as error:
        raise _broken(url, error) from error
    if response.length:
        hint = "run the command again: it goes on from here"
        raise Unreachable(f"{shown(url)}: broke off {response.length:,} bytes before its end", hint)


@contextlib.contextmanager
def _answer(url: str, headers: dict[str, str], reach: Reach) -> Iterator[tuple[str, http.client.HTTPResponse, float]]:
    """The final address, its response, and the moment by which all must be read."""
    until, current = time.monotonic() + reach.whole, url
    for _ in range(REDIRECTS + 1):
        connection, target = _connect(current, reach)
        try:
            sent = {"User-Agent": AGENT, "Accept-Encoding": "identity", **headers}
            try:
                connection.request("GET", target, headers=sent)
                response = connection.getresponse()
            except (OSError, http.client.HTTPException) as error:
                raise _broken(current, error) from error
            location = response.headers.get("Location")
            if response.status not in (301, 302, 303, 307, 308) or not location:
                yield current, response, until
                return
            try:
                current = urljoin(current, location)
            except ValueError as error:
                raise Unreachable(f"{shown(current)}: redirects to what is no address") from error
        finally:
            connection.close()
    raise Unreachable(f"{shown(url)}: more than {REDIRECTS} redirects")


def _connect(url: str, reach: Reach) -> tuple[http.client.HTTPSConnection, str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or 443
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or re.search(r"[\x00-\x1f\x7f]", url):
        raise Unreachable(f'"{shown(url)}" is not a web address')
    if "@" in parts.netloc:
        raise Unreachable(f"{shown(url)}: addresses with a password are not asked", "download the file, then name it")
    # Nothing is asked without encryption; most hosts answer the same address with it.
    port = 443 if parts.scheme == "http" else port
    address = _public(host, port, url, reach)
    context = reach.context or ssl.create_default_context()
    connection = _Pinned(host, port, address, timeout=reach.silence, context=context)
    # Spaces and other letters, as some feeds have them, are sent as a browser would.
    query = f"?{quote(parts.query, safe=_AS_IT_IS)}" if parts.query else ""
    return connection, quote(parts.path or "/", safe=_AS_IT_IS) + query


class _Pinned(http.client.HTTPSConnection):
    """A connection to the address that was checked, with the certificate of the name."""

    def __init__(self, host: str, port: int, address: str, timeout: float, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=timeout, context=context)
        self._address, self._tls = address, context

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def _public(host: str, port: int, url: str, reach: Reach) -> str:
    """One address of `host`; all of them must be public."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"{shown(url)}: the name {host} is not known to the network") from error
    for text in found:
        address = _inner(ipaddress.ip_address(text.partition("%")[0]))
        if not reach.private and (address.is_multicast or not address.is_global):
            raise Unreachable(
                f"{shown(url)}: {host} is not a public address", "a feed may not send us into a private network"
            )
    return sorted(found, key=lambda text: (":" in text, text))[0]


def _inner(address: _Address) -> _Address:
    """The IPv4 address inside an IPv6 one, however it is wrapped."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)
    return address


def _broken(url: str, error: Exception) -> Unreachable:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Unreachable(f"{shown(url)}: its certificate is not accepted: {error.verify_message}")
    cause = "no answer in time" if isinstance(error, TimeoutError) else f"the connection failed: {error or 'closed'}"
    return Unreachable(f"{shown(url)}: {cause}", "check the address and the network, then run the command again")
