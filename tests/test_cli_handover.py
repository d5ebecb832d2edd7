"""doctor --handover: what the next producer has to have; secrets by name alone."""

from __future__ import annotations

import json
import subprocess

import pytest
from shop import to_s3
from shows import SIGNER, ShowDir

pytest_plugins = ["shows"]
SECRET = "qX4-hush-hush-9Zt"
MEMBERS = """
[[feeds]]
id = "members"
audience = "members"
url = "https://members.example.org/m/members/{token}.xml"
"""


def told(show: ShowDir) -> dict[tuple[str, str], dict[str, str]]:
    said = show.podcast("doctor", "--handover", "--json")
    assert SECRET not in said.out
    return {(row["group"], row["name"]): row for row in json.loads(said.out)["rows"]}


def test_what_the_next_producer_needs(published: ShowDir, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bucket, domains, the names of the secrets, who signed; without git the folder is said to be the only copy."""
    rows = told(published)
    assert rows["show", "repository"]["value"] == "none: this folder is the only copy"
    assert rows["secrets", "none"]["value"] == "nothing is needed"
    signature = published.release.signature
    assert signature is not None
    assert rows["signs", SIGNER]["value"].startswith(signature.name)
    assert rows["signs", SIGNER]["origin"] == f"1 episode, the last on {signature.at.date().isoformat()}"
    assert rows["episodes", "published"]["value"] == "1"

    to_s3(published.root, "https://cdn.example.org/show/", {"bucket": "pods", "endpoint_url": "https://s3.example.org"})
    settings = published.root / "feed" / "show.toml"
    settings.write_text(settings.read_text("utf-8") + MEMBERS, "utf-8")
    monkeypatch.setenv("PODCAST_FEED_SECRET", SECRET)
    monkeypatch.delenv("PODCAST_MEMBERS", raising=False)
    for argv in (["init", "-q"], ["remote", "add", "origin", f"https://me:{SECRET}@git.example.org/show.git"]):
        subprocess.run(["git", "-C", str(published.root), *argv], check=True)
    rows = told(published)
    assert rows["show", "repository"]["value"] == "https://***@git.example.org/show.git"
    assert rows["storage", "bucket"]["value"] == "pods"
    assert rows["storage", "provider"]["value"] == "https://s3.example.org"
    assert "feed members" in rows["domains", "members.example.org"]["value"]
    assert rows["secrets", "PODCAST_FEED_SECRET"]["value"] == "set here"
    assert rows["secrets", "PODCAST_MEMBERS"]["value"] == "not set here"
    assert "AWS_SECRET_ACCESS_KEY" in {name for group, name in rows if group == "secrets"}


def test_one_question_at_a_time(published: ShowDir) -> None:
    said = published.podcast("doctor", "--handover", "--storage", code=1)
    assert "two questions" in said.err
