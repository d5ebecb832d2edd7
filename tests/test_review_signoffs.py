"""`signoffs = 2`: two different people sign the very same, and one of them says nothing in it."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import pages
import pytest
from browser import Opener, give_sound, reviewing
from cases import GUEST, HOST, good, shown
from shows import SIGNER, ShowDir

from podcast_pipeline import codec
from podcast_pipeline.checks import responsible
from podcast_pipeline.checks.case import Case
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.episode import signoff, validity
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.release import Release, Signature
from podcast_pipeline.model.signature import Signer
from podcast_pipeline.people import eligible
from podcast_pipeline.publish import signing as gate
from podcast_pipeline.review.desk import signing
from podcast_pipeline.site import jsonld, sentences

pytest_plugins = ["shows", "browser"]
OTHER = "example-reviewer"
WAITS = "waits for a second signature: Sam Example, MD may sign"
AT = datetime(2026, 11, 21, tzinfo=UTC)


def two(show: ShowDir) -> Dossier:
    """The show as it is now, with an episode that asks for two signatures."""
    toml = show.folder / "episode.toml"
    if "signoffs" not in toml.read_text("utf-8"):
        toml.write_text(f"signoffs = 2\n{toml.read_text('utf-8')}", "utf-8")
    settings = load_show(show.workspace)
    return Dossier(settings, load_episode(show.workspace, settings, show.slug), show.workspace)


def test_one_signature_waits_for_the_second(signed: ShowDir) -> None:
    """Signed by one: the gate refuses it, status names who may sign; by both it is public, and both are in the record.
    A file with one signature is what it always was."""
    first = (signed.folder / "signoff.json").read_bytes()
    assert "further" not in json.loads(first)
    two(signed)
    assert signed.podcast("publish", signed.slug, code=1).lines[0] == f"{signed.slug}: {WAITS}"
    assert f"built, {WAITS}" in signed.podcast("status", signed.slug).out
    assert WAITS in signed.podcast("signoff", signed.slug, "--by", SIGNER, "--yes").err
    guest = signed.podcast("signoff", signed.slug, "--by", "example-guest", "--yes", code=1)
    assert any("is heard in this episode" in line for line in guest.lines)
    said = signed.podcast("signoff", signed.slug, "--by", OTHER, "--yes", "--role", "physician reviewer")
    assert "everything that will carry the name of Sam Example, MD" in said.out
    assert "signed off by Robin Example and Sam Example, MD; now `podcast build" in said.err
    unbuilt = signed.podcast("publish", signed.slug, code=1)
    assert "not built as it stands now" in unbuilt.lines[0]
    signed.podcast("build")
    assert "is public" in signed.podcast("publish", signed.slug).err
    record = codec.load(Release, signed.root / "feed" / "releases" / f"{signed.slug}.json")
    assert record.signature == signoff.read(signed.folder / "signoff.json")
    assert [signer.by for signer in record.signature.signers] == [SIGNER, OTHER] if record.signature else False
    signed.edit(f"episodes/{signed.slug}/episode.toml", '"A tiny episode"', '"Another one"')
    said = signed.podcast("amend", signed.slug, "--by", SIGNER, "--yes", code=1)
    assert said.lines[0] == f"{signed.slug}: {WAITS}"


def test_both_hold_together(built: ShowDir) -> None:
    """A change voids both and is signed anew by both; each needs its line of the journal and its place in the file; one
    is taken back alone, and signing again replaces one's own."""
    dossier, file, journal = two(built), built.folder / "signoff.json", built.folder / "review.jsonl"
    signing.sign(dossier, SIGNER, "host", AT)
    alone = file.read_bytes()
    assert validity.unsigned(dossier) == (WAITS,)
    with pytest.raises(PodcastError, match="has not signed it"):
        signing.withdraw(dossier, OTHER)
    assert signing.sign(dossier, OTHER, "editor", AT).names == "Robin Example and Sam Example, MD"
    both, lines = file.read_bytes(), journal.read_bytes().splitlines(keepends=True)
    assert validity.unsigned(dossier) == ()
    assert json.loads(both)["statement"] == json.loads(alone)["statement"]
    mine, other = (next(i for i, line in enumerate(lines) if id_.encode() in line and b'"signoff"' in line)
                   for id_ in (SIGNER, OTHER))  # fmt: skip
    for without, named in ((mine, "no line of Robin Example's"), (other, "another sign-off")):
        journal.write_bytes(b"".join(line for place, line in enumerate(lines) if place != without))
        assert any(named in reason for reason in validity.unsigned(dossier))
    journal.write_bytes(b"".join(lines))
    file.write_bytes(alone)
    assert any("another sign-off" in reason for reason in validity.unsigned(dossier))
    file.write_bytes(both.replace(b'"editor"', b'"medical director"'))
    with pytest.raises(PodcastError, match="edited by hand"):
        validity.unsigned(dossier)
    file.write_bytes(both)
    signing.sign(dossier, SIGNER, "producer", AT)
    assert validity.unsigned(dossier) == ()
    again = signoff.read(file)
    assert again is not None
    assert [(signer.by, signer.role) for signer in again.signers] == [(OTHER, "editor"), (SIGNER, "producer")]
    signing.withdraw(dossier, SIGNER)
    assert validity.unsigned(dossier) == ("waits for a second signature: Robin Example may sign",)
    file.rename(file.with_suffix(".lost"))
    assert "says that Sam Example, MD signed" in validity.unsigned(dossier)[0]
    file.with_suffix(".lost").rename(file)
    signing.sign(dossier, SIGNER, "host", AT)
    built.edit(f"episodes/{built.slug}/episode.toml", '"A tiny episode"', '"Another one"')
    changed = two(built)
    assert validity.unsigned(changed) == (
        "the title changed since Sam Example, MD and Robin Example signed on 2026-11-21",
    )
    assert signing.sign(changed, SIGNER, "host", AT).further == ()
    signing.withdraw(changed, SIGNER)
    assert (file.exists(), validity.unsigned(changed)) == (False, (signoff.NOBODY,))


def test_what_is_public_with_one_lacks_the_second_without_being_void(built: ShowDir) -> None:
    """Where the show asks for two later, the form that listeners have goes out again with a warning; what is signed
    anew waits."""
    dossier = two(built)
    signature = signing.sign(dossier, SIGNER, "host", AT)
    public = published(signature)
    assert gate.void(dossier, None, public) == ((), (WAITS,))
    assert gate.void(dossier, None, published(dataclasses.replace(signature, name="Somebody"))) == ((WAITS,), ())


def published(signature: Signature) -> Release:
    return dataclasses.replace(pages.release(pages.show(), pages.episode()), signature=signature)


def case(change: Case | None = None) -> Case:
    base = change or good()
    quiet = {id_: Person(id_, id_.title()) for id_ in ("kim", "lee")}
    twin = {
        "twin": Person("twin", "Kim M", orcid="0000-0002-1694-233X"),
        "kim": Person("kim", "Kim", orcid="0000-0002-1694-233X"),
    }
    return shown(base, people={**base.show.people, **quiet, **twin})


def test_two_are_two_persons_and_one_says_nothing() -> None:
    """Two entries with one ORCID are one person; two who are heard are not enough; the show asks, or the episode."""
    base = case()
    show, episode, text = base.show, dataclasses.replace(base.episode, signoffs=2), base.transcript
    host, guest = HOST.id, GUEST.id
    assert not eligible.missing(show, base.episode, text, [host])
    for signers, missing in (
        ([host], True), (["kim"], True), (["kim", "twin"], True), ([host, guest], True), ([host, "kim"], False),
        (["lee", "kim"], False),
    ):  # fmt: skip
        assert eligible.missing(show, episode, text, signers) == missing, signers
    asked = dataclasses.replace(show, review=dataclasses.replace(show.review, signoffs=2))
    assert eligible.missing(asked, base.episode, text, [host])
    assert guest not in eligible.may_sign_beside(show, episode, text, [host])
    assert {"kim", "lee"} <= set(eligible.may_sign_beside(show, episode, text, [host]))
    assert not {"kim", "twin"} & set(eligible.may_sign_beside(show, episode, text, ["kim"]))
    assert "one says nothing in it" in eligible.why_not_beside(show, episode, text, guest, [host])


def test_both_are_named_wherever_one_is() -> None:
    """The printed line, the structured data, and the checks of who decides."""
    further = Signer("kim", "Kim, MD", "physician reviewer", AT)
    signature = Signature(HOST.id, "Robin, MD", "host", AT, "0", "0", host=True, further=(further,))
    assert sentences.signature_line(signature) == (
        "Signed by the host, Robin, MD (host), 21 November 2026. Reviewed by Kim, MD (physician reviewer), "
        "21 November 2026."
    )
    node = jsonld._page("https://example.org", published(signature))
    assert node["reviewedBy"] == {"@type": "Person", "name": "Kim, MD"}
    node = jsonld._page("https://example.org", published(dataclasses.replace(signature, host=False)))
    assert [person["name"] for person in node["reviewedBy"]] == ["Robin, MD", "Kim, MD"]
    assert "kim" in responsible.in_control(dataclasses.replace(case(), signature=signature))
    assert codec.decode(Signature, json.loads(json.dumps(codec.encode(signature)))) == signature


@pytest.mark.slow
def test_the_page_asks_for_the_second(built: ShowDir, open_page: Opener, tmp_path: Path) -> None:
    """The page says who may sign; each takes back their own alone."""
    dossier = two(built)
    signing.sign(dossier, OTHER, "editor", AT)
    give_sound(built.build, [built.folder / "raw" / f"{name}.flac" for name in ("host", "guest")])
    with reviewing(built.root, built.slug) as running:
        tab = open_page(running.start)
        tab.page.wait_for_selector('.notice.warn[data-id="signed"]')
        assert "waits for a second signature: Robin Example may sign" in tab.page.locator(".notice.warn").inner_text()
        tab.page.get_by_role("button", name="Sign off").click()
        tab.page.wait_for_selector("dialog[open]")
        assert "Everything that will carry your name" in tab.page.locator("dialog").inner_text()
        tab.page.get_by_role("button", name="Sign", exact=True).click()
        tab.page.wait_for_selector('.notice.good[data-id="signed"]')
        tab.page.get_by_role("button", name="Sign off").click()
        tab.page.get_by_role("button", name="Withdraw my signature").click()
        tab.page.wait_for_selector('.notice.warn[data-id="signed"]')
        running.stop()
    signature = signoff.read(built.folder / "signoff.json")
    assert signature is not None
    assert [signer.by for signer in signature.signers] == [OTHER]
