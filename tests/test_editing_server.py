"""The desk's server under attack: the same table as the review page's, on its own routes. Real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from loopbacks import LoopbackClient, answering
from reviews import make_show
from shows import TINY

from podcast_pipeline.editing import server
from podcast_pipeline.editing.api import DeskApi
from podcast_pipeline.editing.episodes import Episodes
from podcast_pipeline.editing.reviews import Reviews
from podcast_pipeline.layout import Workspace
from podcast_pipeline.loopback import server as loopback
from podcast_pipeline.loopback.security import Sessions

API = f"/e/{TINY}"
READS = ("/show", "/board", f"{API}/proposals", f"{API}/episode", f"{API}/recording", f"{API}/audio", f"{API}/peaks")
WRITES = (f"{API}/edit", f"{API}/review", "/invite")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    subject = make_show(tmp_path_factory.mktemp("desk") / "show")
    subject.built("review.wav").write_bytes(bytes(range(256)))
    return subject.workspace.root


@pytest.fixture(scope="module")
def running(root: Path) -> Iterator[LoopbackClient]:
    sessions, listener = Sessions(), loopback.bind(0)
    port = listener.getsockname()[1]
    episodes = Episodes(Workspace(root))
    api = DeskApi(episodes, Reviews(episodes), sessions, port, lambda link: f"<style>p {{}}</style>{link(TINY)}")
    with answering(server.application(api), listener):
        client = LoopbackClient(port, sessions)
        client.login()
        yield client


def test_who_may_ask(running: LoopbackClient) -> None:
    """Another host name 421; no cookie or the review's 401; another site 403; a form 415; no origin 403: everywhere."""
    assert running.cookie.startswith(f"podcast-desk-{running.port}=")
    for path in ("/", "/editing/static/main.js", *READS):
        assert running.get(path, Host="evil.example").status == 421
        for cookie in ("", running.cookie[:-1], running.cookie.replace("desk", "review")):
            assert running.get(path, Cookie=cookie).status == 401
    for path in READS:
        assert running.get(path, Sec_Fetch_Site="cross-site").status == 403
        assert running.get(path, Sec_Fetch_Site="same-site").status == 403
    for path in WRITES:
        assert running.send("POST", path, {}, leave_out=("Origin",)).status == 403
        assert running.send("POST", path, {}, Origin="http://evil.example").status == 403
        assert running.send("POST", path, {}, Content_Type="text/plain").status == 415
        assert running.get(path).status == 405


def test_nothing_comes_from_a_path_and_reading_changes_nothing(running: LoopbackClient, root: Path) -> None:
    """Ways out of the show are 404; every GET leaves every file and its time as it was; each answer is sealed."""
    paths = ("/e/other/episode", "/e/..%2f/episode", "/e/%2e%2e/audio", f"{API}/../show", "/e/001-tiny%00/episode")
    for path in (*paths, "/editing/static/../api.py", "/editing/static/%2e%2e/api.py", "//etc/passwd"):
        assert running.get(path).status == 404, path
    stamps = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    answers = [running.get(path) for path in ("/", *READS)]
    assert [answer.status for answer in answers] == [200, 200, 200, 200, 200, 200, 200, 404]
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == stamps
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 's")
        assert "unsafe" not in policy
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert running.get(f"{API}/episode", If_None_Match=answers[4].headers["etag"]).status == 304


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[]", 422), (b"{", 422), (b" " * (1 << 20) + b"{}", 413), (b'{"op":"x","kind":"set","colour":1}', 422),
        (b'{"op":"x","kind":"burn","array":"chapter"}', 422), (b'{"op":"x","kind":"add","array":"track"}', 422),
        (b'{"op":"x","kind":"add","array":""}', 422), (b'{"op":"x","kind":"set","values":{"guid":"x"}}', 422),
        (b'{"op":"x","kind":"set","entry":{},"values":{"title":"a \\ud800 b"}}', 422),
        (b'{"op":"x","kind":"set","entry":{},"values":{"title":1.5}}', 422),
        (b'{"op":"x","kind":"set","entry":{},"values":{"title":"' + b"x" * 5001 + b'"}}', 413),
        (b'{"kind":"set"}', 422), (b'{"op":"x","kind":["set"],"array":{}}', 422),
    ],
)  # fmt: skip
def test_wrong_requests_are_refused_in_words(running: LoopbackClient, root: Path, body: bytes, status: int) -> None:
    """Whatever is not exactly as agreed is refused, and writes nothing."""
    before = (root / "episodes" / TINY / "episode.toml").read_bytes()
    answer = running.send("POST", f"{API}/edit", body)
    assert (answer.status, bool(answer.json["error"])) == (status, True)
    assert (root / "episodes" / TINY / "episode.toml").read_bytes() == before
