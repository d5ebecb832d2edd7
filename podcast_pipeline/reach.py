"""Where a request may go, and by which way: public addresses that were looked at, or wherever our own things are.

An address in a foreign feed may point anywhere, also at this computer or its network. So every address that a name
resolves to must be a public one, and the connection goes to the very address that was checked.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, urlsplit

from podcast_pipeline import __version__, addresses
from podcast_pipeline.errors import Unreachable

if TYPE_CHECKING:
    from podcast_pipeline.pools import Way

REDIRECTS = 5
AGENT = f"podcast-pipeline/{__version__}"
_AS_IT_IS = "/%?:@!$&'()*+,;=~-._[]"
_PRIVATE = re.compile(r"(?<=//)[^/?#]*@|[?#].*", re.DOTALL)
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Reach:
    """Where requests may go, how long they may take, and who asks."""

    private: bool = False
    """Any address, as it stands. Else public ones only, encrypted: http is asked as https."""
    context: ssl.SSLContext | None = None
    """Whose certificates are accepted; None: those that this computer accepts."""
    silence: float = 20.0
    """Seconds that a server may be silent."""
    whole: float = 3600.0
    """Seconds in all."""
    redirects: int = REDIRECTS
    proxy: bool = False
    """By the proxy of the environment, but for this computer. A proxy looks names up by itself: for `private` only."""
    agent: str = AGENT

    def __post_init__(self) -> None:
        if self.proxy and not self.private:
            raise ValueError("behind a proxy no address can be checked")

    def way(self, url: str) -> tuple[Way | str, str]:
        """The way to `url`, straight or by a proxy, and what is asked for there. Raises Unreachable."""
        from podcast_pipeline import pools

        parts, host, port = self._parts(url)
        # Spaces and other letters, as some feeds have them, are sent as a browser would.
        query = f"?{quote(parts.query, safe=_AS_IT_IS)}" if parts.query else ""
        target = quote(parts.path or "/", safe=_AS_IT_IS) + query
        if self.proxy and (proxy := _proxy(parts.scheme, host, port)):
            name = f"[{host}]" if ":" in host else host
            return proxy, f"{parts.scheme}://{name}{f':{parts.port}' if parts.port else ''}{target}"
        address = host if self.private else public(host, port, url)
        return pools.Way(parts.scheme, host, port, address), target

    def _parts(self, url: str) -> tuple[SplitResult, str, int]:
        """The address in its parts, with its host in ASCII and its port."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
        except ValueError:
            host = ""
        if not host or parts.scheme not in ("http", "https") or re.search(r"[\x00-\x1f\x7f]", url):
            raise Unreachable(f'"{shown(url)}" is not a web address')
        if "@" in parts.netloc:
            raise Unreachable(
                f"{shown(url)}: addresses with a password are not asked", "download the file, then name it"
            )
        if self.private:
            return parts, host, port or (80 if parts.scheme == "http" else 443)
        # Nothing is asked without encryption; most hosts answer the same address with it.
        return parts._replace(scheme="https"), host, 443 if parts.scheme == "http" else port or 443


def public(host: str, port: int, url: str) -> str:
    """One address of `host`; all of them must be public. Raises Unreachable for `url`."""
    try:
        known = addresses.of(host, port)
    except OSError as error:
        raise Unreachable(f"{shown(url)}: the name {host} is not known to the network") from error
    if not all(map(addresses.is_public, known)):
        raise Unreachable(
            f"{shown(url)}: {host} is not a public address", "a feed may not send us into a private network"
        )
    return known[0]


def shown(url: str) -> str:
    """`url` as it may stand in a message: without user, password and query, which may be secret."""
    return _PRIVATE.sub("", url)


def _proxy(scheme: str, host: str, port: int) -> str:
    """The proxy that the environment names for this host, "" if none. This computer is asked directly."""
    import urllib.request

    if host in _HERE or urllib.request.proxy_bypass(f"{host}:{port}"):
        return ""
    return urllib.request.getproxies().get(scheme, "")
