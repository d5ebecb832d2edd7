"""The addresses that a name leads to, and whether one is public: what guards requests that others may have written."""

from __future__ import annotations

import ipaddress
import socket

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def of(host: str, port: int) -> tuple[str, ...]:
    """All addresses of `host` as text, IPv4 first. Raises OSError where the network does not know the name."""
    try:
        known = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except UnicodeError as error:
        raise OSError(f"{host}: is no name") from error
    return tuple(sorted(known, key=lambda text: (":" in text, text)))


def is_public(text: str) -> bool:
    """Whether this address is one of the open network, however an IPv4 address is wrapped in it."""
    address = _inner(ipaddress.ip_address(text.partition("%")[0]))
    return address.is_global and not address.is_multicast


def _inner(address: _Address) -> _Address:
    """The IPv4 address inside an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)
    return address
