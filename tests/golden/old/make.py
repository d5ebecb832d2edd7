"""Makes the old show beside this file, with the version that will be the old one: `python make.py FOLDER`.

Its sound is a second of each synthetic voice of the sample; both people are invented. The first episode is published;
the second is built, reviewed, signed and built again, not published. What is derived goes where git ignores nothing:
`build` is called `built`, `public` `stored`, and review.wav is kept as FLAC, which holds the same samples.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from PIL import Image
from podcast_pipeline.review.subject import Subject

from podcast_pipeline import ffmpeg
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.layout import Workspace
from podcast_pipeline.review.desk.desk import Desk

SAMPLE = Path(__file__).parents[3]
PUBLISHED, SIGNED, HOST, GUEST = "001-published", "002-signed", "example-host", "example-guest"
SPEECH = {"host.mp3": ("0.45", "-ar", "24000", "-b:a", "32k"), "guest.m4a": ("7.55", "-ar", "24000", "-b:a", "32k")}
"""Where each voice begins in the sample, in seconds, and how it was recorded: one file has time stamps of its own."""
LENGTH = "1.1"
SHOW = """\
title = "The Example Podcast"
description = "A show of an earlier version, kept to be read by later ones. Voices are synthetic, people invented."
link = "https://podcast.example.org/"
url = "https://podcast.example.org/feed.xml"
guid = "00000000-0000-5000-8000-00000000901d"
language = "en-us"
author = "Example Society"
categories = ["Health & Fitness > Medicine"]
cover = "feed/cover.png"
explicit = false
copyright = "Example Society"
disclaimer = "This podcast is education, not medical advice; the views are the speakers' own."

[owner]
name = "Podcast office"
email = "podcast@example.org"

[audio]
channels = 1
bitrate = 64
intro = { file = "feed/sounds/tone.mp3", fade_out = "0.3" }
outro = { file = "feed/sounds/tone.mp3", fade_in = "0.2", overlap = "0.2" }

[transcribe]
model = "tiny.en"

[review]
must_check = "warn"

[feed]
ai_content = true
evidence_chapters = true

[storage]
backend = "local"
public_base_url = "https://podcast.example.org/"
"""
EPISODE = """\
guid = "{guid}"
title = "{title}"
demonstration = "This is a demonstration: the voices are synthetic and both speakers are invented."
summary = "A second of each voice of the sample, for tests."
publish_at = 2026-11-20T09:00:00Z
recorded = 2026-11-19
content_class = "clinical"

[[track]]
file = "raw/host.mp3"
person = "example-host"

[[track]]
file = "raw/guest.m4a"
person = "example-guest"
offset = "0:00.9"
gain = -1.5

[[person]]
ref = "example-host"
role = "host"

[[person]]
ref = "example-guest"
role = "guest"

[[chapter]]
start = "0"
title = "Welcome"

[[chapter]]
start = "0:00.9"
title = "The guest"

[[claim]]
id = "article"
at = "0:00.3"
text = "The statement responds to an article."
refs = [{{ id = "ref1" }}]
checked_by = "example-host"
checked = 2026-11-20
{more}"""
CUT = """
[[cut]]
start = "0:00"
end = "0:00.05"
reason = "pause"
"""


def run(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "podcast_pipeline", "-C", str(show), *words], check=True)


def sound(target: Path, *arguments: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [ffmpeg.binary().path, *ffmpeg.QUIET, "-v", "error", *arguments, "-bitexact", str(target)], check=True
    )


def feed() -> None:
    (show / "feed").mkdir(parents=True)
    (show / "feed" / "show.toml").write_text(SHOW, "utf-8")
    shutil.copytree(SAMPLE / "feed" / "people", show / "feed" / "people")
    references = json.loads((SAMPLE / "feed" / "references.json").read_text("utf-8"))[:1]
    (show / "feed" / "references.json").write_text(json.dumps(references, ensure_ascii=False, indent=1) + "\n", "utf-8")
    Image.new("RGB", (1400, 1400), "teal").save(show / "feed" / "cover.png", optimize=True)
    sound(show / "feed" / "sounds" / "tone.mp3", "-f", "lavfi", "-i", "sine=220:r=24000:d=0.7", "-b:a", "32k")


def episode(slug: str, number: int, title: str, more: str = "") -> None:
    folder = show / "episodes" / slug
    for name, (start, *form) in SPEECH.items():
        source = (SAMPLE / "episodes" / "bmj-statement-demo" / "raw" / name).with_suffix(".flac")
        sound(folder / "raw" / name, "-ss", start, "-t", LENGTH, "-i", str(source), *form)
    guid = f"3b1f0b7e-9d0c-4f0e-8a55-6f2f3f6f1a{number:02}"
    (folder / "episode.toml").write_text(EPISODE.format(guid=guid, title=title, more=more), "utf-8")


def review(slug: str, *, parting: bool) -> None:
    """A line of many kinds in the journal, as the page asks for them."""
    workspace = Workspace(show)
    loaded = load_show(workspace)
    subject = Subject(loaded, load_episode(workspace, loaded, slug), workspace)
    with closing(Desk(subject, HOST)) as desk:

        def ask(kind: str, **fields: object) -> None:
            desk.act({"op": f"op{desk.journal.seq}", "by": HOST, "kind": kind, **fields})

        def rev(id_: str) -> int:
            return desk.state.paragraphs[id_].rev

        first, second = desk.state.order[0], desk.state.order[-1]
        if parting:
            # Of an episode that is signed afterwards this version cannot build the texts any more.
            ask("split", p=second, rev=rev(second), at=desk.state.paragraphs[second].text.index(" "))
            new = desk.state.order[-1]
            ask("speaker", ps={new: rev(new)}, speaker=HOST)
            ask("merge", p=second, rev=rev(second), next=new, next_rev=rev(new))
            return
        ask("edit", p=first, rev=rev(first), text=f"{desk.state.paragraphs[first].text} Example.")
        ask("query", p=first, rev=rev(first), text="Is that what was said?")
        ask("resolve", p=first, rev=rev(first))
        ask("speaker", ps={first: rev(first)}, speaker=GUEST)
        ask("speaker", ps={first: rev(first)}, speaker=HOST)
        ask("cut", cuts=[{"start": 1900, "end": 1960, "reason": "content"}])
        ask("check", ps={first: rev(first), second: rev(second)})
        ask("heard", spans=[[0, 1500]])
        desk.project(HOST)


def kept() -> None:
    """What is committed: without what is large, of this computer, or of no use to a reader."""
    shutil.rmtree(show / "build" / PUBLISHED)
    shutil.rmtree(show / "build" / ".locks")
    (show / "build" / ".digests.json").unlink()
    wav = show / "build" / SIGNED / "review.wav"
    sound(wav.with_suffix(".flac"), "-i", str(wav))
    wav.unlink()
    (show / "build").rename(show / "built")
    (show / "public").rename(show / "stored")
    for lock in show.rglob(".review.lock"):
        lock.unlink()


show = Path(sys.argv[1])
feed()
episode(PUBLISHED, 1, "A published episode")
episode(SIGNED, 2, "A signed episode", CUT)
run("build")
run("signoff", PUBLISHED, "--by", HOST, "--role", "example reviewer")
run("build", PUBLISHED)
run("publish", PUBLISHED)
review(PUBLISHED, parting=True)
review(SIGNED, parting=False)
run("build", SIGNED)
run("signoff", SIGNED, "--by", HOST, "--role", "example reviewer")
run("build", SIGNED)
kept()
