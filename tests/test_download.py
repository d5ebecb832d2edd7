"""What others publish is fetched without trust: addresses, redirects, sizes and certificates are checked."""

from __future__ import annotations

import gzip
import hashlib
import os
import resource
import socket
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import web

from podcast_pipeline import download, reach
from podcast_pipeline.download import Unreachable


@pytest.fixture(scope="module")
def host() -> Iterator[web.Web]:
    with web.serve() as found:
        yield found


def _resolve(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
        *("::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
    ],
)
def test_a_private_address_is_never_asked(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Loopback, the local network, the cloud's metadata, and IPv4 wrapped into IPv6: refused before a connection."""
    _resolve(monkeypatch, address)
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("it connected"))
    with pytest.raises(Unreachable, match="not a public address"):
        download.read("https://feeds.example.org/rss")


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that resolves to both could be turned at will."""
    _resolve(monkeypatch, "93.184.216.34", "127.0.0.1")
    with pytest.raises(Unreachable, match="not a public address"):
        download.read("https://feeds.example.org/rss")


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is asked for once: a second answer could be another one."""
    _resolve(monkeypatch, "93.184.216.34")
    asked: list[Any] = []

    def connect(address: Any, *_: Any, **__: Any) -> Any:
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreachable, match="connection failed"):
        download.read("http://feeds.example.org/rss")
    assert asked == [("93.184.216.34", 443)]  # http is asked with encryption


@pytest.mark.parametrize(
    "url", ["ftp://x.example/a", "file:///etc/hostname", "https://", "https://x.example:0x/", "https://x.example/a\nb"]
)
def test_other_schemes_and_broken_addresses_are_refused(url: str) -> None:
    """Only web addresses."""
    with pytest.raises(Unreachable, match="not a web address"):
        download.read(url)


def test_a_password_is_neither_sent_nor_shown() -> None:
    """The message hides user, password and query."""
    with pytest.raises(Unreachable) as caught:
        download.read("https://me:hidden@x.example/rss?token=hidden")
    assert "hidden" not in str(caught.value)
    assert download.shown("https://me:hidden@x.example/rss?token=hidden#hidden") == "https://x.example/rss"


def test_a_body_is_read_through_redirects(host: web.Web) -> None:
    """The last address is told, so that relative links can be resolved."""
    host.files["/feed.xml"] = b"<rss/>"
    host.moved |= {"/a": "/b", "/b": f"{host.url}/feed.xml"}
    assert download.read(f"{host.url}/a", reach=host.reach) == (f"{host.url}/feed.xml", b"<rss/>")


def test_spaces_and_other_letters_are_sent_as_a_browser_does(host: web.Web) -> None:
    """Feeds of hand-made shows have them; what is encoded already stays as it is."""
    host.files |= {"/Folge%203.mp3": b"3", "/R%C3%BCcken.mp3": b"r"}
    assert download.read(f"{host.url}/Folge 3.mp3", reach=host.reach).body == b"3"
    assert download.read(f"{host.url}/Folge%203.mp3", reach=host.reach).body == b"3"
    assert download.read(f"{host.url}/R\u00fccken.mp3?q=\u00e4 b", reach=host.reach).body == b"r"


def test_redirects_end(host: web.Web) -> None:
    """Six in a row are too many, and one to a private address is refused like the first."""
    host.moved["/loop"] = "/loop"
    with pytest.raises(Unreachable, match="more than 5 redirects"):
        download.read(f"{host.url}/loop", reach=host.reach)
    host.moved["/out"] = "ftp://x.example/"
    with pytest.raises(Unreachable, match="not a web address"):
        download.read(f"{host.url}/out", reach=host.reach)


def test_a_body_too_large_is_stopped(host: web.Web) -> None:
    """Also one that unpacks to more than it sends."""
    host.files |= {"/large": bytes(2_000_000), "/bomb": gzip.compress(bytes(50_000_000))}
    host.headers["/bomb"] = {"Content-Encoding": "gzip"}
    for path in ("/large", "/bomb"):
        with pytest.raises(Unreachable, match="more than 1,000,000 bytes"):
            download.read(f"{host.url}{path}", 1_000_000, host.reach)
    assert len(download.read(f"{host.url}/bomb", 60_000_000, host.reach).body) == 50_000_000


def test_an_unknown_certificate_and_an_error_are_one_line(host: web.Web) -> None:
    """No exception of a library reaches the person."""
    with pytest.raises(Unreachable, match="certificate"):
        download.read(f"{host.url}/x", reach=replace(host.reach, context=None))
    with pytest.raises(Unreachable, match="answers 404"):
        download.read(f"{host.url}/none", reach=host.reach)


def test_a_file_that_broke_off_goes_on(host: web.Web, tmp_path: Path) -> None:
    """Truncated: nothing under its name; the second run asks for the rest only."""
    body = bytes(range(256)) * 4000
    host.files["/a.mp3"], host.short["/a.mp3"] = body, 300_000
    path = tmp_path / "a.mp3"
    with pytest.raises(Unreachable, match=r"broke off|connection failed"):
        download.save(f"{host.url}/a.mp3", path, reach=host.reach)
    assert not path.exists()
    host.asked.clear()
    shares: list[float] = []
    saved = download.save(f"{host.url}/a.mp3", path, reach=host.reach, report=shares.append)
    assert host.asked[0][1].startswith("bytes=")
    assert host.asked[0][1] != "bytes=0-"
    assert path.read_bytes() == body
    assert saved[:2] == (len(body), hashlib.sha256(body).hexdigest())
    assert shares[-1] == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.mp3"]


def test_a_file_that_changed_meanwhile_starts_again(host: web.Web, tmp_path: Path) -> None:
    """Two halves of two files would be neither."""
    host.files["/b.mp3"], host.short["/b.mp3"] = b"a" * 500_000, 100_000
    path = tmp_path / "b.mp3"
    with pytest.raises(Unreachable):
        download.save(f"{host.url}/b.mp3", path, reach=host.reach)
    host.files["/b.mp3"] = b"b" * 400_000
    download.save(f"{host.url}/b.mp3", path, reach=host.reach)
    assert path.read_bytes() == b"b" * 400_000


def test_a_full_disk_is_one_line(host: web.Web, tmp_path: Path) -> None:
    """What was written stays for the next run; the file itself does not appear."""
    host.files["/d.mp3"] = bytes(3_000_000)
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, old[1]))
    try:
        with pytest.raises(Unreachable, match="cannot be written: File too large"):
            download.save(f"{host.url}/d.mp3", tmp_path / "d.mp3", reach=host.reach)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    assert not (tmp_path / "d.mp3").exists()
    download.save(f"{host.url}/d.mp3", tmp_path / "d.mp3", reach=host.reach)
    assert (tmp_path / "d.mp3").read_bytes() == host.files["/d.mp3"]


def test_a_file_too_large_is_refused_before_it_is_fetched(host: web.Web, tmp_path: Path) -> None:
    """Its announced length is looked at first."""
    host.files["/c.mp3"] = bytes(100_000)
    with pytest.raises(Unreachable, match="at most 50,000"):
        download.save(f"{host.url}/c.mp3", tmp_path / "c.mp3", 50_000, host.reach)
    assert not (tmp_path / "c.mp3").exists()


def test_a_redirect_into_the_private_network_is_refused(host: web.Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each hop is checked like the first: a public host may not send us to this computer."""
    original = reach.public

    def public(name: str, port: int, url: str) -> str:
        return "127.0.0.1" if name == "localhost" else original(name, port, url)  # localhost plays a public host

    monkeypatch.setattr(reach, "public", public)
    port = host.url.rsplit(":", 1)[1]
    host.moved["/in"] = f"https://127.0.0.1:{port}/feed.xml"
    host.asked.clear()
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1 is not a public address"):
        download.read(f"{host.url}/in", reach=replace(host.reach, private=False))
    assert [path for path, _ in host.asked] == ["/in"]


def test_what_was_fetched_is_there_after_a_power_cut(
    host: web.Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bytes are on the disk before it gets its name, the name before anybody is told: its mark of an unfinished
    file goes last."""
    calls: list[str] = []
    durable, renamed, removed = os.fsync, os.replace, Path.unlink

    def fsync(handle: int) -> None:
        calls.append(f"fsync {'folder' if stat.S_ISDIR(os.fstat(handle).st_mode) else 'file'}")
        durable(handle)

    def replace_(self: Path, target: Path) -> Path:
        calls.append("rename")
        renamed(self, target)
        return Path(target)

    def unlink(self: Path, missing_ok: bool = False) -> None:
        calls.append(f"remove {self.suffix}")
        removed(self, missing_ok)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace_)
    monkeypatch.setattr(Path, "unlink", unlink)
    host.files["/durable.mp3"] = b"sound" * 100
    download.save(f"{host.url}/durable.mp3", tmp_path / "durable.mp3", reach=host.reach)
    assert calls[-4:] == ["fsync file", "rename", "fsync folder", "remove .etag"]
