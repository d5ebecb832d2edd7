"""A show moves to another storage: nothing changes for listeners until all is proven, and it goes on after any end."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import podcastparser
import pytest
import soak
from faults import KILLED, fault, forked, points
from folders import hosted, table, to_folder
from lxml import etree
from shows import BASE, TINY, Made, ShowDir, copied, stamps, tree
from tls import Front

from podcast_pipeline import keys
from podcast_pipeline.config.load import load_show, load_storage
from podcast_pipeline.errors import FeedError, StorageError
from podcast_pipeline.feed import rules
from podcast_pipeline.feed.names import clark
from podcast_pipeline.publish import forwarding, members, names, relocation
from podcast_pipeline.storage.local import LocalStorage

pytest_plugins = ["shows"]
NEXT = "https://next.example.org/show/"
NOW = ("--now", "2026-11-21T12:00:00Z")
APART = (".lock", "moved.json")


def file_of(folder: Path, base: str, where: str = "www", *, serves: bool = False) -> Path:
    path = folder / "next.toml"
    path.write_text(table(base, where, serves=serves), "utf-8")
    return path


def whole(folder: Path, base: str) -> bool:
    """Whether the feed in the folder, if there is one, names nothing that is not there, by an XML parser alone."""
    feed = folder / keys.FEED
    if not feed.exists():
        return False
    for element in etree.fromstring(feed.read_bytes()).iter():
        for text in (*element.attrib.values(), element.text or ""):
            if text.startswith(base) and names.collectable(key := text.removeprefix(base)):
                data = (folder / key).read_bytes()
                assert element.get("length") in (None, str(len(data))), key
                assert key.endswith(".html") or hashlib.sha256(data).hexdigest()[:8] in key, key
    return True


def moved_by_hand(show: ShowDir, where: Path) -> ShowDir:
    """A colleague's copy from before the move, on the same storage."""
    other = copied(show, where)
    shutil.rmtree(other.public)
    other.public.symlink_to(show.public)
    return other


def test_a_bucket_behind_the_same_address(published: ShowDir, tmp_path: Path) -> None:
    """Every byte is there under its key; the settings name the new place, comments kept; the old one is closed."""
    show, www = published, published.root / "www"
    (show.public / "theirs.pdf").write_bytes(b"of somebody else")
    (show.public / "images" / "00000000.png").write_bytes(b"its name says otherwise")
    left = {"theirs.pdf", "images/00000000.png"}
    show.edit("feed/show.toml", "[storage]", "# Where the files go.\n[storage]")
    to, before, feed = file_of(tmp_path, BASE), tree(show.public, *APART), (show.public / keys.FEED).read_bytes()
    colleague = moved_by_hand(show, tmp_path / "colleague")
    plan = show.podcast("storage", "move", "--to", str(to), "--dry-run")
    assert len(plan.out.splitlines()) == len(before) - 1
    assert "1 objects with names that publishing never makes stay where they are" in plan.err
    assert not www.exists()
    said = show.podcast("storage", "copy", "--to", str(to)).err
    assert f"all {len(before) - 2} are there, proven by size and SHA-256" in said
    assert "images/00000000.png: holds other bytes than its name says, and no record names it: it was left" in said
    assert tree(www, *APART) == {key: sha for key, sha in before.items() if key not in left}
    settings = show.workspace.show_toml.read_text("utf-8")
    said = show.podcast("storage", "move", "--to", str(to)).err
    assert said.startswith("0 objects copied; every one is proven")
    assert "let the name of the public address lead to the new storage" in said
    after = show.workspace.show_toml.read_text("utf-8")
    assert after.partition("[storage]")[0] == settings.partition("[storage]")[0]
    assert tomllib.loads(after)["storage"] == tomllib.loads(to.read_text("utf-8"))["storage"]
    assert (www / keys.FEED).read_bytes() == (show.public / keys.FEED).read_bytes() == feed
    assert json.loads((show.public / keys.MOVED).read_bytes()) == {"feed": f"{BASE}feed.xml"}
    assert "nothing was written" in show.podcast("publish").err
    assert "all as recorded" in show.podcast("verify", "--read-data").err
    assert "1 episodes, public now" in show.podcast("rollback").out
    assert "nothing was done" in show.podcast("storage", "move", "--to", str(to)).err
    # Who does not know of the move publishes, restores and copies nothing from the former place.
    stays = stamps(show.public)
    refused = ("publish",), ("publish", "--gc", "--yes"), ("rollback", "00000000", "--yes")
    (tmp_path / "elsewhere.toml").write_text(table(BASE, "elsewhere"), "utf-8")
    moves = ("storage", "copy", "--to", str(to)), ("storage", "move", "--to", str(tmp_path / "elsewhere.toml"))
    for words in (*refused, *moves):
        assert f"the show was moved to {BASE}feed.xml" in colleague.podcast(*words, code=1).err
    assert stamps(show.public) == stays
    # And back again, to the local storage.
    to.write_text(f'[storage]\nbackend = "local"\npublic_base_url = "{BASE}"\n', "utf-8")
    show.podcast("storage", "move", "--to", str(to))
    assert not (show.public / keys.MOVED).exists()
    assert "nothing was written" in show.podcast("publish").err


@pytest.fixture
def two(published: ShowDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Front, Front]]:
    """The former public address and the next one; the show has a second public feed and one for members."""
    monkeypatch.setenv(members.SECRET, "an example of a secret with enough bytes")
    monkeypatch.setenv(members.FILE, str(tmp_path / "members.csv"))
    with ExitStack() as held:
        fronts = [
            held.enter_context(hosted(published.root / name, tmp_path / f"{name}.pem")) for name in ("public", "www")
        ]
        both = "".join((tmp_path / f"{name}.pem").read_text("utf-8") for name in ("public", "www"))
        (tmp_path / "both.pem").write_text(both, "utf-8")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "both.pem"))
        base = f"{fronts[0].url}/"
        to_folder(published, base)
        with published.workspace.show_toml.open("a", encoding="utf-8") as settings:
            settings.write(f'\n[[feeds]]\nid = "extra"\nurl = "{base}extra.xml"  # for archives\n')
            settings.write(f'\n[[feeds]]\nid = "lit"\naudience = "members"\nurl = "{base}m/lit/{{token}}.xml"\n')
        toml = published.workspace.episode_toml(TINY)
        toml.write_text('feeds = ["main", "extra", "lit"]\n' + toml.read_text("utf-8"), "utf-8")
        published.podcast("build", TINY, "--force")
        published.podcast("feed", "members", "issue", "m-1", "lit")
        published.podcast("publish", TINY)
        yield fronts[0], fronts[1]


def test_another_address(published: ShowDir, two: tuple[Front, Front], tmp_path: Path) -> None:
    """The new feed is proven at its address first; then each former feed sends its subscribers to its own new one."""
    show, (former, new) = published, two
    to = file_of(tmp_path, f"{new.url}/", serves=True)
    feeds = {key for key in tree(show.public) if key.endswith(".xml") and not key.startswith("feeds/")}
    assert len(feeds) == 3
    before = {key: (show.public / key).read_bytes() for key in feeds}
    # The new address does not show the feed: the former feeds stay as they are.
    new.replaced = {"/feed.xml": b"<rss/>"}
    said = show.podcast("storage", "move", "--to", str(to), code=1)
    assert "is damaged" in said.err
    assert {key: (show.public / key).read_bytes() for key in feeds} == before
    new.replaced = {}
    said = show.podcast("storage", "move", "--to", str(to))
    assert f"3 feeds at {former.url}/ send their subscribers to the new address" in said.err
    assert "answer 301 to the new one, for good" in said.err
    for key in feeds:
        old, now = ((show.root / folder / key).read_bytes() for folder in ("public", "www"))
        assert etree.fromstring(old).findtext(f"channel/{clark('itunes:new-feed-url')}") == f"{new.url}/{key}"
        assert re.sub(rb"\s*<itunes:new-feed-url>[^<]*</itunes:new-feed-url>", b"", _plain(old)) == _plain(before[key])
        assert former.url.encode() not in now
        assert b"new-feed-url" not in now
        parsed = feedparser.parse(now)
        assert [link.href for link in parsed.feed.links if link.rel == "self"] == [f"{new.url}/{key}"]
        assert [entry.id for entry in parsed.entries] == [published.release.guid]
    at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    old_feed = (show.public / keys.FEED).read_bytes()
    found = rules.check(old_feed, at, feed_url=f"{former.url}/feed.xml", moved_to=f"{new.url}/feed.xml")
    assert [finding for finding in found if finding.severity == "E"] == []
    (episode,) = podcastparser.parse(f"{former.url}/feed.xml", io.BytesIO(old_feed))["episodes"]
    assert episode["enclosures"][0]["url"].startswith(f"{former.url}/media/")
    assert whole(show.public, f"{former.url}/")
    assert whole(show.root / "www", f"{new.url}/")
    settings = show.workspace.show_toml.read_text("utf-8")
    assert f'url = "{new.url}/extra.xml"  # for archives' in settings
    assert former.url not in settings
    assert "all as recorded" in show.podcast("verify", "--read-data").err
    assert "nothing was written" in show.podcast("publish").err
    assert "nothing was done" in show.podcast("storage", "move", "--to", str(to)).err


def _plain(feed: bytes) -> bytes:
    data: bytes = etree.tostring(etree.fromstring(feed), method="c14n")
    return data


def test_what_stops_a_move(published: ShowDir, tmp_path: Path) -> None:
    """A damaged object, another show's bucket, a feed of others, members without their secret: nothing has changed."""
    show, www = published, published.root / "www"
    to = file_of(tmp_path, NEXT)

    def refused(says: str, file: Path = to) -> None:
        before = {**stamps(show.root / "feed"), **stamps(show.public)}
        assert says in show.podcast("storage", "move", "--to", str(file), code=1).err
        assert {**stamps(show.root / "feed"), **stamps(show.public)} == before
        assert not show.workspace.relocation.exists()
        assert not (show.public / keys.MOVED).exists()

    mp3 = show.public / show.release.enclosure.key
    data = mp3.read_bytes()
    mp3.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    refused(f"{show.release.enclosure.key}: is damaged in public: {len(data):,} bytes with sha256 ")
    mp3.write_bytes(data)
    (www / keys.FEED).write_bytes(b"<rss><channel/></rss>")
    refused("has a feed that the present storage never had")
    (www / keys.FEED).unlink()
    feed = show.public / keys.FEED
    whole_feed = feed.read_bytes()
    feed.write_bytes(whole_feed[:100])
    refused("the public feed is damaged (")
    feed.write_bytes(whole_feed.replace(b"A tiny episode", b"A new title"))
    refused("the public feed has changed since this copy of the show last saw it")
    feed.write_bytes(whole_feed)
    show.workspace.show_toml.write_text(
        show.workspace.show_toml.read_text("utf-8")
        + f'\n[[feeds]]\nid = "lit"\naudience = "members"\nurl = "{BASE}m/lit/{{token}}.xml"\n'
    )
    refused("set PODCAST_FEED_SECRET and PODCAST_MEMBERS")
    bad = tmp_path / "bad.toml"
    bad.write_text('title = "X"\n[storage]\nbackend = "local"\nbucket = "b"\n', "utf-8")
    for says in ("title: only the table [storage] is read here", "storage.public_base_url: is missing"):
        refused(says, bad)


def test_somebody_who_publishes_meanwhile_is_noticed(published: ShowDir, tmp_path: Path) -> None:
    """Before the settings change the feed is looked at again: it must be the one that was copied."""
    show = published
    to = file_of(tmp_path, BASE)
    workspace, feed = show.workspace, show.public / keys.FEED
    settings = load_storage(to)
    between = relocation.ends(load_show(workspace), workspace, settings)
    whole_feed, at = feed.read_bytes(), datetime(2026, 11, 21, 12, tzinfo=UTC)

    def report(_: float) -> None:
        feed.write_bytes(whole_feed + b"<!-- a colleague's -->")

    before = workspace.show_toml.read_text("utf-8")
    with pytest.raises(StorageError, match=r"somebody published while everything was copied|is damaged"):
        relocation.begin(load_show(workspace), workspace, between, settings, to, at, report)
    assert workspace.show_toml.read_text("utf-8") == before
    assert not (show.public / keys.MOVED).exists()
    assert relocation.under_way(workspace) is None


def test_from_a_storage_that_cannot_be_written_any_more(published: ShowDir, tmp_path: Path) -> None:
    """It is read all the same; that other copies of the show cannot be told there is said."""
    show = published
    to_folder(show, BASE, "public")
    show.edit("feed/show.toml", 'folder = "public"', 'folder = "public", serves = false, refuses = true')
    said = show.podcast("storage", "move", "--to", str(file_of(tmp_path, BASE))).err
    assert "the former storage cannot be written, so that other copies of the show are not told: access denied" in said
    assert tree(show.root / "www", *APART) == tree(show.public, *APART)
    assert "nothing was written" in show.podcast("publish").err


def test_a_show_that_was_never_published(raw: ShowDir, tmp_path: Path) -> None:
    """There is nothing to copy; its settings change."""
    said = raw.podcast("storage", "move", "--to", str(file_of(tmp_path, NEXT))).err
    assert "0 objects copied" in said
    assert f'public_base_url = "{NEXT}"' in raw.workspace.show_toml.read_text("utf-8")
    assert "nothing was written" in raw.podcast("publish").err


def test_what_others_published_to_the_former_storage_meanwhile(published: ShowDir) -> None:
    """An episode that the new feed has not stops the change of the former feed; once it is there, the feed changes."""
    feed = published.public / keys.FEED
    data, guid = feed.read_bytes(), published.release.guid
    storage = LocalStorage(load_show(published.workspace).storage, published.workspace)
    feed.write_bytes(data.replace(guid.encode(), b"of-a-colleague"))
    at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    sha256 = hashlib.sha256(data).hexdigest()
    with pytest.raises(FeedError, match="somebody has published to the former storage"):
        forwarding.forward(storage, [keys.FEED], NEXT, sha256, frozenset({guid}), at)
    both = frozenset({guid, "of-a-colleague"})
    assert forwarding.forward(storage, [keys.FEED], NEXT, sha256, both, at) == 1
    assert forwarding.forward(storage, [keys.FEED], NEXT, sha256, both, at) == 0
    assert feedparser.parse(feed.read_bytes()).feed["itunes_new-feed-url"] == f"{NEXT}feed.xml"


def test_copied_days_before(published: ShowDir, tmp_path: Path) -> None:
    """What was published after the copy comes along, also where the address is another one; and so it goes back."""
    to = file_of(tmp_path, NEXT)
    published.podcast("storage", "copy", "--to", str(to))
    published.podcast("correct", TINY, "--note", "A word.", "--by", "example-host")
    published.podcast("publish")
    published.podcast("storage", "move", "--to", str(to))
    assert "A word." in (published.root / "www" / keys.FEED).read_text("utf-8")
    assert whole(published.root / "www", NEXT)
    published.podcast("correct", TINY, "--note", "Another word.", "--by", "example-host")
    published.podcast("publish")
    to.write_text(f'[storage]\nbackend = "local"\npublic_base_url = "{BASE}"\n', "utf-8")
    published.podcast("storage", "move", "--to", str(to))
    assert "Another word." in (published.public / keys.FEED).read_text("utf-8")
    assert "nothing was written" in published.podcast("publish").err


@pytest.mark.parametrize("base", [BASE, NEXT], ids=["the same address", "another address"])
def test_killed_at_any_point_it_goes_on(made: Made, tmp_path: Path, base: str) -> None:
    """The former feed stays whole, the new one is whole once it is there; the same command ends what is left."""
    start = copied(made("published"), tmp_path / "start")
    words = ("storage", "move", "--to", str(file_of(tmp_path, base)), *NOW)
    done = copied(start, tmp_path / "done")
    steps = points(done, words)
    wanted, feed = _everything(done), (start.public / keys.FEED).read_bytes()
    assert whole(done.root / "www", base)
    chosen = sorted({round(index) for index in _spread(len(steps), soak.examples(4, len(steps)))})
    # That the former storage cannot be marked is said, and holds nothing up.
    broken = next(number for number in chosen[len(chosen) // 2 :] if not steps[number - 1].endswith(keys.MOVED))
    for kind, number in [("kill", number) for number in chosen] + [("EIO", broken)]:
        place = f"{kind} at {number}, {steps[number - 1]}"
        show = copied(start, tmp_path / "hurt")
        said = forked(show, words, fault(kind, steps, number))
        assert said.code == KILLED if kind == "kill" else said.code in (0, 1), f"{place}: {said.err}"
        assert "Traceback" not in said.err
        assert (show.public / keys.FEED).read_bytes() == feed, place
        assert whole(show.public, BASE), place
        if (show.root / "www" / keys.FEED).exists():
            assert whole(show.root / "www", base), place
        again = forked(show, words)
        assert again.code == 0, f"{place}: run again: {again.err}"
        assert _everything(show) == wanted, place
        before = stamps(show.root / "feed") | stamps(show.root / "www") | stamps(show.public)
        assert "nothing was done" in forked(show, words).err, place
        assert stamps(show.root / "feed") | stamps(show.root / "www") | stamps(show.public) == before, place
        shutil.rmtree(show.root)


def _everything(show: ShowDir) -> dict[str, str]:
    found = tree(show.root, ".lock", ".transferred", ".digests", ".stored", ".records", ".tmp")
    # That a page was about to change may stay written down until it changes again: it is that page.
    seen = json.loads((show.root / "feed" / "publication.json").read_text("utf-8"))
    found["feed/publication.json"] = json.dumps({**seen, "pages": {}, "proven": ""})
    assert [name for name in found if "transfer-" in name] == []
    assert "build/.relocation.json" not in found
    return found


def _spread(count: int, chosen: int) -> list[float]:
    return [1 + (count - 1) * index / max(1, chosen - 1) for index in range(chosen)]
