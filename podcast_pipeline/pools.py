"""urllib3, and all that we know of it: connections that are kept, one pool for each way, and what its errors mean.

A pool is of one name, port and address. The name is asked for by TLS and its certificate is checked against it; the
address is where the connection goes. Two names at one address, as behind a content network, share nothing.
"""

from __future__ import annotations

import collections
import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, ProtocolError

ERRORS = (HTTPError, http.client.HTTPException, OSError)
"""What sending and reading may raise."""
KEPT = 16
"""Pools that are kept; the one that was not used for longest is closed for a new one."""
SIDE_BY_SIDE = 8
"""Connections of a pool that are kept: as many as ask at once."""
P = TypeVar("P", urllib3.HTTPConnectionPool, urllib3.ProxyManager)
_pools: collections.OrderedDict[tuple[object, ...], Any] = collections.OrderedDict()
_lock = threading.Lock()
_thread = threading.local()
"""`opened`: how many connections this thread has opened."""


class _Plain(HTTPConnection):
    def __init__(self, host: str, port: int | None = None, *, address: str, **options: Any) -> None:
        super().__init__(host, port, **options)
        self._address = address

    def _new_conn(self) -> socket.socket:
        return _connected(self._address, self.port, self.timeout)


class _Secure(HTTPSConnection):
    def __init__(self, host: str, port: int | None = None, *, address: str, **options: Any) -> None:
        super().__init__(host, port, **options)
        self._address = address

    def _new_conn(self) -> socket.socket:
        return _connected(self._address, self.port, self.timeout)


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Secure


class Way(NamedTuple):
    """Straight to a host. `address`: an IP address that was checked, or the name itself."""

    scheme: str
    host: str
    port: int
    address: str


def send(
    way: Way | str,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes | None,
    context: ssl.SSLContext | None,
    silence: float,
) -> urllib3.BaseHTTPResponse:
    """The answer, nothing of its body read or unpacked, no redirect followed. Raises ERRORS.

    `way`: a proxy as the environment names it is sent the whole address as `target`. `context` None: whom this
    computer trusts. `silence` in seconds.
    """
    asked: urllib3.HTTPConnectionPool | urllib3.ProxyManager
    if isinstance(way, Way):
        asked = pool = _direct(way, context)
    else:
        asked = _proxied(way, context)
        pool = asked.connection_from_url(target)

    def opened() -> int:
        return getattr(_thread, "opened", 0) if isinstance(way, Way) else pool.num_connections

    made = opened()

    def once() -> urllib3.BaseHTTPResponse:
        return asked.urlopen(
            method,
            target,
            body=body,
            headers=headers,
            timeout=urllib3.Timeout(connect=silence, read=silence),
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=False,
            enforce_content_length=False,
        )

    try:
        return once()
    except ProtocolError:
        # Servers close kept connections when they like: what changes nothing is then asked again, on a new one.
        if method == "POST" or opened() > made:
            raise
        return once()


def give_back(answer: urllib3.BaseHTTPResponse) -> None:
    """Keep the connection of an answer without a body, or whose body was read to its end."""
    if answer.length_remaining == 0:
        with contextlib.suppress(*ERRORS):
            answer.read1(1, decode_content=False)


def root(error: BaseException) -> BaseException:
    """What was raised first, below what urllib3 made of it."""
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return TimeoutError()
    inner = next((cause for cause in error.args if isinstance(cause, Exception)), error.__cause__)
    return root(inner) if isinstance(error, HTTPError) and inner is not None else error


def meaning(error: BaseException, silence: float) -> str:
    """What such an error means, as the end of a sentence."""
    if isinstance(error, socket.gaierror):
        return "this name is not known to the network"
    if isinstance(error, TimeoutError):
        return f"no answer within {silence:.0f} s"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {error.verify_message}"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there (connection failed: refused)"
    if isinstance(error, ConnectionError | http.client.HTTPException):
        return "the connection broke off, or the answer is no HTTP"
    return f"the connection failed: {error or 'closed'}"


def _direct(way: Way, context: ssl.SSLContext | None) -> urllib3.HTTPConnectionPool:
    scheme, host, port, address = way
    if scheme == "http":
        return _kept(way, lambda: _PlainPool(host, port, maxsize=SIDE_BY_SIDE, address=address))
    return _kept(
        (*way, context),
        lambda: _SecurePool(
            host, port, maxsize=SIDE_BY_SIDE, address=address, ssl_context=context or ssl.create_default_context()
        ),
    )


def _proxied(proxy: str, context: ssl.SSLContext | None) -> urllib3.ProxyManager:
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    user = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}" if parts.username else None
    place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    headers = urllib3.make_headers(proxy_basic_auth=user) if user else None

    def make() -> urllib3.ProxyManager:
        return urllib3.ProxyManager(
            place,
            maxsize=SIDE_BY_SIDE,
            proxy_headers=headers,
            ssl_context=context or ssl.create_default_context(),
        )

    return _kept((proxy, context), make)


def _connected(address: str, port: int, timeout: Any) -> socket.socket:
    _thread.opened = getattr(_thread, "opened", 0) + 1
    stream = socket.create_connection((address, port), timeout)
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return stream


def _kept(key: tuple[object, ...], make: Callable[[], P]) -> P:
    with _lock:
        pool: P = _pools.pop(key, None) or make()
        _pools[key] = pool
        if len(_pools) > KEPT:
            _, oldest = _pools.popitem(last=False)
            oldest.clear() if isinstance(oldest, urllib3.ProxyManager) else oldest.close()
    return pool
