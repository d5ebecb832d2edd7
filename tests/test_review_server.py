"""The page's server under attack: every row of the table of what may ask and what is answered. Real sockets."""

from __future__ import annotations

import json
import socket
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from loopbacks import Answer, LoopbackClient, answering
from reviews import HOST, make_show
from shows import TINY

from podcast_pipeline.cli.review import asked
from podcast_pipeline.config.load import load_show
from podcast_pipeline.loopback import server as loopback
from podcast_pipeline.loopback.security import Sessions
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.page import server as review_server
from podcast_pipeline.review.page.api import Api

SOUND = bytes(range(256)) * 40
API = f"/e/{TINY}"


class Client(LoopbackClient):
    """A page of the review, which has seen this opening of the journal."""

    def __init__(self, port: int, sessions: Sessions, desk: Desk) -> None:
        super().__init__(port, sessions)
        self.desk = desk

    def send(self, method: str, path: str, value: Any, leave_out: tuple[str, ...] = (), **headers: str) -> Answer:
        usual = {"X_Opening": self.desk.opening, **headers}
        body = value if isinstance(value, bytes) else {"op": uuid.uuid4().hex, "by": HOST, **value}
        return super().send(method, path, body, leave_out, **usual)

    def put(self, p: str, text: str, rev: int = 1, **more: Any) -> Answer:
        return self.send("PUT", f"{API}/p/{p}", {"text": text, **more}, If_Match=f'"r{rev}"')


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    subject = make_show(tmp_path_factory.mktemp("server") / "show")
    subject.built("review.wav").write_bytes(SOUND)
    desk, sessions = Desk(subject), Sessions()
    listener = loopback.bind(0)
    port = listener.getsockname()[1]
    with answering(review_server.application(Api(desk, sessions, port, tuple, asked)), listener):
        client = Client(port, sessions, desk)
        client.login()
        yield client
    desk.close()


def test_only_this_computer_is_answered(running: Client) -> None:
    """The socket is bound to 127.0.0.1, and there is no option for another address."""
    listener = loopback.bind(0)
    assert listener.getsockname()[0] == "127.0.0.1"
    listener.close()
    with pytest.raises(ConnectionRefusedError):  # this computer under another address
        socket.create_connection(("127.0.0.2", running.port), timeout=120)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "localhost:1", "127.0.0.1:{port}.evil.example", "[::1]:{port}", ""]
)
def test_another_host_name_is_refused(running: Client, host: str) -> None:
    """DNS rebinding: whatever is not exactly our name and port is 421, even with the cookie."""
    answer = running.raw("GET", "/", {"Host": host.format(port=running.port), "Cookie": running.cookie})
    assert answer.status == 421
    assert running.raw("GET", "/", {"Cookie": running.cookie}).status in (400, 421)
    assert running.get("/", Host=f"localhost:{running.port}").status == 200


def test_nobody_without_the_cookie(running: Client) -> None:
    """No cookie, a wrong one, a part of it, it inside another value, under another name: 401 everywhere."""
    name, value = running.cookie.split("=", 1)
    wrong = ["", f"{name}=x", f"{name}={value[:-1]}", f"{name}={value}x", f"other={name}={value}", f"x-{name}={value}"]
    for cookie in wrong:
        for path in ("/", "/review/page/static/main.js", f"{API}/transcript", f"{API}/audio", "/episode"):
            assert running.raw("GET", path, {"Host": running.host, "Cookie": cookie}).status == 401, cookie


def test_a_token_opens_once(running: Client) -> None:
    """The launch address is good for one exchange; used again, or never given out, it is 401."""
    token = running.sessions.token()
    first = running.raw("GET", f"/start/{token}", {"Host": running.host})
    assert (first.status, first.headers["location"]) == (303, "/")
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert f"podcast-review-{running.port}=" in cookie
    for used in (token, token[:-1], "x"):
        assert running.raw("GET", f"/start/{used}", {"Host": running.host}).status == 401


@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://evil.example", "https://127.0.0.1:{port}", "http://127.0.0.1:1", "http://localhost:{port}"],
)
def test_writing_needs_our_own_origin(running: Client, origin: str | None) -> None:
    """A foreign or absent Origin on anything that writes is 403."""
    headers = {} if origin is None else {"Origin": origin.format(port=running.port)}
    for method, path in (
        ("PUT", f"{API}/p/p1"),
        ("POST", f"{API}/ops"),
        ("POST", f"{API}/signoff"),
        ("POST", f"{API}/invite"),
        ("POST", f"{API}/heard"),
        ("POST", f"{API}/redact"),
        ("POST", f"{API}/glossary"),
    ):
        answer = running.send(method, path, {}, leave_out=("Origin",) if origin is None else (), **headers)
        assert answer.status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_sites_cannot_ask_through_the_browser(running: Client, site: str) -> None:
    """Sec-Fetch-Site of another site is 403 for every method of the API, reading too."""
    assert running.get(f"{API}/transcript", Sec_Fetch_Site=site).status == 403
    assert running.get(f"{API}/audio", Sec_Fetch_Site=site).status == 403
    assert running.send("POST", f"{API}/ops", {}, Sec_Fetch_Site=site).status == 403
    assert running.get(f"{API}/transcript", Sec_Fetch_Site="same-origin").status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json_is_taken(running: Client, kind: str) -> None:
    """What a form of another site could send is 415."""
    assert running.send("POST", f"{API}/ops", {}, Content_Type=kind).status == 415


def test_an_edit_needs_its_revision(running: Client) -> None:
    """No If-Match: 428; a stale one: 412 with the paragraph as it is; no revision at all: 422."""
    assert running.send("PUT", f"{API}/p/p1", {"text": "Hello."}).status == 428
    assert running.send("PUT", f"{API}/p/p1", {"text": "Hello."}, If_Match="*").status == 422
    done = running.put("p1", "Welcome to our show.")
    assert done.status == 200
    rev = done.json["paragraphs"][0]["rev"]
    stale = running.put("p1", "Mine.", rev=rev - 1)
    assert stale.status == 412
    assert [one["text"] for one in stale.json["paragraphs"]] == ["Welcome to our show."]


def test_another_opening_of_the_journal_is_refused(running: Client) -> None:
    """Revisions of a journal that was opened again, perhaps another one: 409, none at all: 428; nothing is written."""
    seq = running.desk.journal.seq
    requests = [
        ("PUT", f"{API}/p/p3", {"text": "Hello."}), ("POST", f"{API}/ops", {"kind": "check", "ps": {"p3": 1}}),
        ("POST", f"{API}/heard", {"spans": [[0, 9]]}), ("POST", f"{API}/signoff", {}), ("POST", f"{API}/redact", {}),
    ]  # fmt: skip
    for method, path, value in requests:
        assert running.send(method, path, value, If_Match='"r1"', X_Opening="0" * 16).status == 409
        assert running.send(method, path, value, ("X-Opening",), If_Match='"r1"').status == 428
    assert running.desk.journal.seq == seq


def test_the_same_operation_is_answered_again(running: Client) -> None:
    """A retry after a lost reply is 200, not a conflict with oneself, and no second line."""
    rev = running.desk.state.paragraphs["p4"].rev
    first = running.put("p4", "We tried a block.", rev=rev, op="lost-reply")
    seq = running.desk.journal.seq
    again = running.put("p4", "We tried a block.", rev=rev, op="lost-reply")
    assert (first.status, again.status) == (200, 200)
    assert again.json["done"] == first.json["done"]
    assert running.desk.journal.seq == seq


def test_ranges_of_the_audio(running: Client) -> None:
    """Safari's probe, a middle, a suffix, several parts, beyond the end, a stale condition."""
    whole = running.get(f"{API}/audio")
    assert (whole.status, whole.body) == (200, SOUND)
    probe = running.get(f"{API}/audio", Range="bytes=0-1")
    assert (probe.status, probe.body, probe.headers["content-range"]) == (206, SOUND[:2], f"bytes 0-1/{len(SOUND)}")
    assert running.get(f"{API}/audio", Range="bytes=500-").body == SOUND[500:]
    assert running.get(f"{API}/audio", Range="bytes=-7").body == SOUND[-7:]
    several = running.get(f"{API}/audio", Range="bytes=0-1,500-501")
    assert several.status == 206
    assert several.headers["content-type"].startswith("multipart/byteranges")
    assert SOUND[500:502] in several.body
    assert running.get(f"{API}/audio", Range=f"bytes={len(SOUND)}-").status == 416
    stale = running.get(f"{API}/audio", Range="bytes=0-1", If_Range='"another"')
    assert (stale.status, stale.body) == (200, SOUND)
    fresh = running.get(f"{API}/audio", Range="bytes=0-1", If_Range=whole.headers["etag"])
    assert fresh.status == 206


def test_large_requests_are_refused(running: Client) -> None:
    """More than a megabyte, announced or sent, and more than 20,000 characters: 413."""
    assert running.send("POST", f"{API}/ops", b" " * (1 << 20) + b"{}  ").status == 413
    rev = running.desk.state.paragraphs["p2"].rev
    assert running.put("p2", "x" * 20_001, rev=rev).status == 413


@pytest.mark.parametrize(
    "path",
    [
        "/e/other/transcript", "/e/..%2f001-tiny/transcript", "/e/../review/page/static/main.js",
        "/review/page/static/../server.py",
        "/review/page/static/..%2fserver.py",
        "/loopback/static/%2e%2e/server.py", "/%2e%2e/%2e%2e/etc/passwd", "/loopback/static/none.js",
        f"{API}/../x", "/e/001-tiny%00/transcript", "//etc/passwd",
    ],
)  # fmt: skip
def test_nothing_comes_from_a_path(running: Client, path: str) -> None:
    """Another episode, a way out of the folder, an encoded one: 404."""
    assert running.get(path).status == 404


@pytest.mark.parametrize("id_", ["P1", "p1%2f..", "-p", "p" * 65, "p_1", "%2e%2e", "nobody"])
def test_ids_are_checked(running: Client, id_: str) -> None:
    """An id that is none, or names no paragraph, writes nothing: 404 or 422."""
    seq = running.desk.journal.seq
    assert running.put(id_, "Hello.").status in (404, 422)
    assert running.desk.journal.seq == seq


def test_reading_changes_no_file(running: Client) -> None:
    """Every GET leaves every byte and every time stamp in the show as it was."""
    root = running.desk.subject.workspace.root
    running.desk.project()

    def stamps() -> dict[str, tuple[int, int]]:
        return {str(p): (p.stat().st_size, p.stat().st_mtime_ns) for p in sorted(root.rglob("*")) if p.is_file()}

    before = stamps()
    names = ("transcript", "changes?since=0", "offers", f"verdict?by={HOST}", "audio", "final", "peaks")
    statuses = [running.get(f"{API}/{name}").status for name in names]
    assert statuses == [200, 200, 200, 200, 200, 404, 404]
    assert running.get("/").status == running.get("/episode").status == 200
    assert stamps() == before


def test_every_answer_carries_the_same_protection(running: Client) -> None:
    """CSP, nosniff, no referrer, same origin on all answers, errors too; never a CORS header; text is not stored."""
    answers = [
        running.get("/"), running.get("/review/page/static/main.js"), running.get(f"{API}/transcript"),
        running.get(f"{API}/audio"),
        running.get("/none"), running.get("/", Host="evil.example"), running.raw("GET", "/", {"Host": running.host}),
        running.send("POST", f"{API}/ops", {}), running.send("OPTIONS", f"{API}/ops", {}),
    ]  # fmt: skip
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "require-trusted-types-for 'script'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert running.get(f"{API}/transcript").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "body",
    [
        b'{"op":"x","by":"example-host","text":"a","colour":1}', b'{"op":"x","by":"example-host","text":"\\u0007"}',
        b'{"op":"x","by":"example-host","text":"a \\ud800 b"}', b'{"op":"x","by":"../x","text":"a"}',
        b'{"op":"x","text":"a"}',
        b'{"op":"x","by":"example-host"}', b'{"op":"x","by":"example-host","text":5}', b"[]", b"{", b"\xff", b"",
    ],
)  # fmt: skip
def test_wrong_bodies_are_refused_in_words(running: Client, body: bytes) -> None:
    """Unknown fields, control characters, half characters, no person, no JSON: 422 with a reason, nothing written."""
    rev, seq = running.desk.state.paragraphs["p2"].rev, running.desk.journal.seq
    answer = running.send("PUT", f"{API}/p/p2", body, If_Match=f'"r{rev}"')
    assert answer.status == 422
    assert answer.json["error"]
    assert running.desk.journal.seq == seq


def test_the_transcript_is_packed_and_known_again(running: Client) -> None:
    """gzip where the browser takes it, 304 where it has it, and the text of the show inside."""
    import gzip

    packed = running.get(f"{API}/transcript", Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    view = json.loads(gzip.decompress(packed.body))
    assert view["title"] == "A tiny episode"
    assert running.get(f"{API}/transcript", If_None_Match=packed.headers["etag"]).status == 304


def test_two_clients_see_each_others_changes(running: Client) -> None:
    """What one saves, the other finds with `changes?since=`: the paragraph, its items, the status; no more."""
    other = Client(running.port, running.sessions, running.desk)
    url = running.send("POST", f"{API}/invite", {}).json["url"]
    answer = other.raw("GET", url.partition(str(running.port))[2], {"Host": other.host})
    other.cookie = answer.headers["set-cookie"].split(";")[0]
    seq = running.get(f"{API}/changes?since=0").json["seq"]
    rev = running.desk.state.paragraphs["p3"].rev
    assert other.put("p3", "So what did you try after that?", rev=rev).status == 200
    view = running.get(f"{API}/changes?since={seq}").json
    assert [one["id"] for one in view["paragraphs"]] == ["p3"]
    assert "order" not in view


def test_a_word_goes_into_the_glossary(running: Client) -> None:
    """What was put right becomes a [[word]] of feed/terms.toml with what was heard; comments stay, twice is once."""
    path = running.desk.subject.workspace.terms
    path.write_text("# Ours.\n[[term]]\navoid = ['x']\nprefer = 'y'\n", "utf-8")
    for heard in ("polar wave", "Polarwave", "polar waif", "polar wave"):
        assert running.send("POST", f"{API}/glossary", {"text": "Polarwave", "heard": heard}).json == {
            "text": "Polarwave"
        }
    assert path.read_text("utf-8").startswith("# Ours.\n[[term]]")
    (word,) = load_show(running.desk.subject.workspace).terms.words
    assert (word.text, word.sounds) == ("Polarwave", ("polar wave", "polar waif"))
    path.unlink()
    for wrong in (
        {"text": "", "heard": "x"},
        {"text": "a\u0000", "heard": "x"},
        {"text": "x"},
        {"text": 1, "heard": "x"},
    ):
        assert running.send("POST", f"{API}/glossary", wrong).status == 422
    assert not path.exists()


def test_a_sign_off_needs_the_content_that_was_read(running: Client) -> None:
    """Digests of another sound or text are 409, with everything that stands in the way, and so is a title that somebody
    changed while it was read; nothing is signed."""
    answer = running.send(
        "POST", f"{API}/signoff", {"role": "", "audio_sha256": "0" * 64, "transcript_sha256": "0" * 64}
    )
    assert answer.status == 409
    verdict = running.get(f"{API}/verdict?by={HOST}").json
    digests = ("audio_sha256", "transcript_sha256", "statement_sha256")
    body = {"role": "", **{name: verdict[name] for name in digests}}
    refused = running.send("POST", f"{API}/signoff", body)
    assert refused.status == 409
    assert any("not built yet" in error for error in refused.json["errors"])
    assert ["title", [["", "A tiny episode"]]] in verdict["read"]
    sealed = [line for line in verdict["asked"] if "by `podcast check 001-tiny --seal --by" in line]
    assert any("GAT02" in line and "claim[article].checked_by" in line for line in sealed)
    subject = running.desk.subject
    toml = subject.workspace.episode_toml(subject.slug)
    toml.write_text(toml.read_text("utf-8").replace("A tiny episode", "Another one"), "utf-8")
    refused = running.send("POST", f"{API}/signoff", body)
    assert (refused.status, refused.json["error"]) == (
        409,
        "the rest of what is printed changed while you were reading",
    )
    assert ["title", [["", "Another one"]]] in refused.json["read"]
    assert not running.desk.subject.signoff_json.exists()


def test_a_changed_journal_is_said_with_503(tmp_path: Path) -> None:
    """When git changed the journal, each save is 503 with the reason, and nothing more is written."""
    desk = Desk(make_show(tmp_path / "show"))
    listener = loopback.bind(0)
    port = listener.getsockname()[1]
    sessions = Sessions()
    app = review_server.application(Api(desk, sessions, port))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    client = Client(port, sessions, desk)
    client.login()
    path = desk.subject.journal
    copy = path.read_bytes()
    path.unlink()
    path.write_bytes(copy)
    answer = client.put("p1", "Hello.")
    assert answer.status == 503
    assert "changed on the disk" in answer.json["error"]
    assert "changed on the disk" in client.get(f"{API}/changes?since=0").json["status"]["fault"]
    assert path.read_bytes() == copy
    server.should_exit = True
    thread.join()
    desk.close()
