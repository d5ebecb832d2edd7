"""The one parser of strangers' XML: what they may not do, whichever document it is."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from podcast_pipeline import xmltree


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server's address, and what it was asked for."""
    paths: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<!ENTITY told 'fetched'>")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", paths
        server.shutdown()


def test_nothing_is_read_or_fetched(tmp_path: Path, asked: tuple[str, list[str]]) -> None:
    """Entities of files and addresses, and a DTD elsewhere: none of them is opened, none of them is in the tree."""
    secret = tmp_path / "secret"
    secret.write_text("a secret")
    address, paths = asked
    for entity in (f'SYSTEM "{secret.as_uri()}"', f'SYSTEM "{address}/entity"', f'PUBLIC "x" "{address}/public"'):
        data = f"<!DOCTYPE rss [<!ENTITY told {entity}>]><rss>&told;</rss>"
        assert "secret" not in "".join(xmltree.parse(data.encode()).itertext())
    xmltree.parse(f'<!DOCTYPE rss SYSTEM "{address}/dtd"><rss/>'.encode())
    assert paths == []


def test_a_bomb_does_not_grow() -> None:
    """Entities of entities stay what they are: no text of theirs is in the tree."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    data = f'<!DOCTYPE rss [<!ENTITY a0 "ha">{levels}]><rss>&a8;</rss>'
    try:
        root = xmltree.parse(data.encode())
    except xmltree.NotXML:
        return
    assert len("".join(root.itertext())) < 100


@pytest.mark.parametrize("data", [b"", b"<rss>", b"<rss>\n<a></b></rss>", b"text", b"<rss>&none;</rss>", b"\xff\xfe<"])
def test_what_is_no_xml_is_told_with_its_line(data: bytes) -> None:
    """One kind of error, a ValueError, with the line and the reason in words."""
    with pytest.raises(xmltree.NotXML) as caught:
        xmltree.parse(data)
    assert caught.value.line >= 1
    assert caught.value.reason
    assert str(caught.value)


def test_blanks_between_elements_may_be_left_out() -> None:
    """For whoever compares; text beside elements stays."""
    data = b"<rss>\n  <a> x </a>\n</rss>"
    assert xmltree.parse(data).text == "\n  "
    root = xmltree.parse(data, blanks=False)
    assert (root.text, root.find("a").text) == (None, " x ")
