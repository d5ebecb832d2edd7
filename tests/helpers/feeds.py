"""Shows and releases of three sizes for the tests of the feed: small, rich (every element we write), and 300 items."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from podcast_pipeline import keys
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.podcasting import (
    Alternate,
    Chat,
    ContentLink,
    EpisodeExtras,
    Location,
    Picture,
    RemoteItem,
    ServiceBlock,
    ShowExtras,
    Social,
    Soundbite,
    Trailer,
    Txt,
    UpdateFrequency,
)
from podcast_pipeline.model.release import Asset, Release, ReleasePerson, Signature
from podcast_pipeline.model.show import Announce, FeedSettings, Funding, Owner, Show, StorageSettings

SRI = "sha384-" + "A" * 64
NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
BASE = "https://podcast.example.org/"
URL = "https://podcast.example.org/feed.xml"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def asset(key: str, size: int) -> Asset:
    sha8 = keys.sha8(key)
    return Asset(key, size, keys.headers(key).mime, sha8 + digest(key)[len(sha8) :])


COVER = asset("images/0a1b2c3d.jpg", 400_000)

SMALL = Show(
    title="The Example Podcast",
    description="Conversations about spine & pain medicine, p < 0.05 included.",
    link="https://www.example.org/podcast",
    url=URL,
    guid="9b024349-ccf0-5f69-a609-6b82873eab3c",
    language="en",
    author="Example Society",
    categories=(("Health & Fitness", "Medicine"),),
    cover="cover.jpg",
    storage=StorageSettings(public_base_url=BASE),
)
RICH = Show(
    title=SMALL.title,
    description=SMALL.description,
    link=SMALL.link,
    url=URL,
    guid=SMALL.guid,
    language="en-us",
    author="Example Society",
    categories=(("Health & Fitness", "Medicine"), ("Science", "Life Sciences"), ("Technology",)),
    cover="cover.jpg",
    storage=StorageSettings(public_base_url="https://podcast.example.org"),
    owner=Owner("Example Society", "podcast@example.org"),
    copyright="Example Society",
    license="cc-by-nc-nd-4.0",
    funding=Funding("https://www.example.org/join", "Support the society"),
    license_url="https://creativecommons.org/licenses/by-nc-nd/4.0/",
    feed=FeedSettings(locked=True, kind="serial", ai_content=True),
    announce=Announce(websub="https://hub.example.org/", podping=False),
    extras=ShowExtras(
        locations=(Location("San Diego, California", "creator", "geo:32.7,-117.2", "R253832", "US"),),
        texts=(Txt("code & more", "verify"),),
        pictures=(Picture("https://podcast.example.org/wide.jpg", "A banner", "social", "16/9", 1920, 1080),),
        chat=Chat("chat.example.org", "matrix", "@podcast:chat.example.org", "#podcast:chat.example.org"),
        podroll=(
            RemoteItem(
                "917393e3-1b1e-5cef-ace4-edaa54e1f810", "https://other.example.org/feed.xml", title="Another Podcast"
            ),
        ),
        publisher=RemoteItem("9b024349-ccf0-5f69-a609-6b82873eab3c", "https://www.example.org/publisher.xml"),
        trailers=(
            Trailer(
                "https://podcast.example.org/trailer.mp3",
                "What this show is about",
                datetime(2026, 1, 1, 9, tzinfo=UTC),
                1_234_567,
                "audio/mpeg",
                3,
            ),
        ),
        schedule=UpdateFrequency(
            "Every second Tuesday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", datetime(2026, 1, 6, tzinfo=UTC)
        ),
        blocked=(ServiceBlock("amazon"), ServiceBlock("", "no")),
    ),
)


def small_release(number: int = 1, /, **changes: object) -> Release:
    """An episode with nothing but what every episode has; `number` makes guid, slug, date and enclosure unique."""
    slug = f"{number:03}-example"
    values: dict[str, object] = {
        "slug": slug,
        "guid": f"guid-{number:04}",
        "title": f"A question about topic {chr(65 + number % 26)}",
        "publish_at": datetime(2026, 1, 5, 9, 30, tzinfo=UTC) + timedelta(days=number),
        "description": "What the trial showed, and what it did not.",
        "notes": "<p>What the trial showed, and what it did not.</p>",
        "enclosure": asset(keys.media(slug, digest(slug), "mp3"), 1_900_000 + number),
        "duration": 118_500 + number,
        "audio_sha256": digest(slug),
        "signature": Signature("alex", "Alex Example, MD", "editor", datetime(2026, 1, 4, tzinfo=UTC), "a", "b"),
        "transcripts": (),
        "language": "en",
    }
    return Release(**(values | changes))  # type: ignore[arg-type]


def rich_release(number: int = 42) -> Release:
    """An episode that makes every element of an item appear, with text that is hard to carry."""
    slug, sha = f"{number:03}-rich", digest(f"rich {number}")
    return small_release(
        number,
        slug=slug,
        title="Ümlauts & <angles>: does “p < 0.05” matter?",
        description="Disclosures first: none & nothing < hidden.\nSecond line — “quoted”, 背痛.",
        notes=(
            "<p>Disclosures first: none &amp; nothing &lt; hidden, ]]&gt; and ]]> too.</p>"
            "<h3>Timeline</h3><p>00:00:00 Welcome<br>00:00:12 The trial &amp; its limits<br>00:01:03 What to do</p>"
            '<ul><li><a href="https://doi.org/10.1000/example">A reference</a></li></ul>'
        ),
        enclosure=asset(keys.media(slug, sha, "mp3"), 2_345_678),
        duration=119_500,
        updated_at=datetime(2026, 5, 1, 8, tzinfo=UTC),
        transcripts=(
            asset(keys.transcript(slug, sha, "vtt"), 900),
            asset(keys.transcript(slug, sha, "json"), 901),
            asset(keys.transcript(slug, sha, "html"), 902),
            asset(keys.transcript(slug, sha, "srt"), 903),
        ),
        language="en",
        chapters=(
            Chapter(0, "Welcome"),
            Chapter(12_700, "The trial & its limits", "clinical", "https://www.example.org/trial?a=1&b=2"),
            Chapter(63_004, "What to do"),
        ),
        chapters_file=asset(keys.chapters(slug, sha), 300),
        people=(
            ReleasePerson(
                "alex",
                "Alex Example, MD, FIPP",
                "host",
                "cast",
                href="https://www.example.org/alex",
                image=asset("images/aaaabbbb.jpg", 30_000),
            ),
            ReleasePerson("robin", "Robin Example, PhD", "guest", "cast"),
            ReleasePerson("sam", "Sam Example", "fact checker", "writing"),
        ),
        number=number,
        season=3,
        kind="bonus",
        explicit=True,
        image=asset("images/ccccdddd.png", 200_000),
        extras=EpisodeExtras(
            locations=(Location("Berlin, Germany", "subject", country="DE"),),
            texts=(Txt("about this episode"),),
            pictures=(Picture("https://podcast.example.org/tall.jpg", aspect_ratio="9/16"),),
            chat=Chat("irc.example.org", "irc"),
            soundbites=(Soundbite(12_700, 45_000, "Why & how"), Soundbite(60_000, 20_500)),
            social=(
                Social("activitypub", "https://social.example.org/@podcast/1", "@podcast", priority=1),
                Social("disabled"),
            ),
            links=(ContentLink("https://video.example.org/watch/1", "Watch it"),),
            alternates=(
                Alternate(asset(keys.media(slug, sha, "mp3"), 2_345_678), "Standard", SRI, default=True),
                Alternate(asset(keys.media(slug, sha, "opus"), 500_000), "Small", SRI, bitrate=32_000, codecs="opus"),
                Alternate(asset(keys.media(slug, sha, "mp4"), 9_500_000), "Video", "", height=720),
            ),
        ),
    )


def many_releases(count: int = 300) -> tuple[Release, ...]:
    return tuple(small_release(number) for number in range(1, count + 1))
