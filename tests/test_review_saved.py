"""What the page says of what was typed is true: "Saved" stands over text that is in the journal, and nobody's words go.

Each fault is made for real: a full disk, git under the page, a session that is over, a killed server, another person.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import resource
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import soak
from browser import Opener, Server, Tab, reviewing
from reviewpage import SLUG, invited, kinds, lines, server, show, sounding, type_at_end
from reviews import GUEST, TURNS, Editor, make_show, subject_at

from podcast_pipeline import atomic
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.loopback.server import bind, own_port
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.journal import journal
from podcast_pipeline.review.journal.replay import replay

__all__ = ["server", "show", "sounding"]
pytest_plugins = ["browser"]
OWN = re.compile(r"[ab]\d+x")
"""Words that only one person types."""
UNSAVED = '.notice.bad[data-id="unsaved"]'


def port_of(subject: Dossier) -> int:
    return own_port(subject.workspace.episode(subject.slug))


def texts(show: Path, p: str) -> list[str]:
    """Every text that was saved of a paragraph."""
    return [line["text"] for line in lines(show) if line["kind"] == "edit" and line["p"] == p]


def says_unsaved(tab: Tab, why: str) -> None:
    """In red, with the reason, and not once "Saved"; the browser asks before the page is closed."""
    tab.page.wait_for_selector(UNSAVED)
    assert why in tab.page.locator(UNSAVED).inner_text()
    status = tab.page.locator("#status")
    assert status.get_attribute("data-state") == "bad"
    assert status.inner_text().startswith("Not saved")
    red = tab.call("getComputedStyle(document.getElementById('status')).color")
    assert red == tab.call("getComputedStyle(document.querySelector('.notice.bad .rows button')).color")
    assert tab.call("!dispatchEvent(new Event('beforeunload', {cancelable: true}))")


def poll(tab: Tab) -> None:
    tab.call("reviewPage.together.poll()")


def poll_later(tab: Tab) -> None:
    """Ask for what is new without waiting for the answer."""
    tab.call("(reviewPage.together.poll(), 0)")


def put_back(tab: Tab) -> None:
    tab.page.wait_for_selector("dialog[open]")
    assert "Not saved last time" in tab.page.locator("dialog").inner_text()
    tab.page.get_by_role("button", name="Put back").click()


def choose(tab: Tab, button: str) -> None:
    tab.page.wait_for_selector("dialog[open]")
    tab.page.get_by_role("button", name=button).click()


def second_tab(tab: Tab, address: str) -> Tab:
    """Another tab of the same browser."""
    page = tab.page.context.new_page()
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    page.locator('#modes [data-mode="read"]').click()
    return Tab(page)


def test_on_a_full_disk_nothing_is_called_saved(show: Path, open_page: Opener) -> None:
    """No room for the line: red until, after a restart with room, the text is in the journal."""
    if not hasattr(resource, "prlimit"):
        pytest.skip("no prlimit here: the disk of another process cannot be made full")
    path = show / "episodes" / SLUG / "review.jsonl"
    with reviewing(show, SLUG, None) as first:
        tab = open_page(first.start)
        resource.prlimit(first.process.pid, resource.RLIMIT_FSIZE, (path.stat().st_size + 40, resource.RLIM_INFINITY))
        type_at_end(tab, "p1", " Full.")
        says_unsaved(tab, "no room to write")
        type_at_end(tab, "p1", " Still full.")
        tab.page.wait_for_timeout(1500)
        says_unsaved(tab, "no room to write")
        assert texts(show, "p1") == []
        first.kill()
    with reviewing(show, SLUG, None) as second:
        tab.page.goto(second.start)
        put_back(tab)
        tab.wait_saved()
    assert texts(show, "p1") == [f"{TURNS[0][1]} Full. Still full."]


def test_a_text_that_is_too_long_is_red_until_it_is_shorter(server: Server, show: Path, open_page: Opener) -> None:
    """Above 20,000 characters, and above a whole request: refused, kept, said; shortened, it is saved."""
    tab = open_page(server.start)
    for length in (20_001, 2_000_000):
        tab.call(f"reviewPage.surface.put(reviewPage.surface.turns.get('p1'), 'x'.repeat({length}), 0)")
        tab.page.wait_for_timeout(1500)
        tab.until("document.querySelector('#status').dataset.state === 'bad'")
        says_unsaved(tab, "paragraph 1")
    assert texts(show, "p1") == []
    tab.call("reviewPage.surface.put(reviewPage.surface.turns.get('p1'), 'Short enough.', 0)")
    tab.wait_saved()
    assert texts(show, "p1") == ["Short enough."]
    assert tab.page.locator(UNSAVED).count() == 0


def test_a_session_that_is_over_keeps_the_text(server: Server, show: Path, open_page: Opener) -> None:
    """Without its cookie nothing is saved and the page says so; let in again, it saves by itself."""
    tab = open_page(server.start)
    address = invited(tab)
    tab.page.context.clear_cookies()
    type_at_end(tab, "p2", " Kept.")
    says_unsaved(tab, "open the address")
    second_tab(tab, address).page.close()
    poll(tab)
    tab.wait_saved()
    assert texts(show, "p2") == [f"{TURNS[1][1]} Kept."]
    assert tab.page.locator(".notice.bad").count() == 0


def test_a_restart_on_the_episodes_own_port_finds_the_draft(show: Path, open_page: Opener) -> None:
    """Killed while somebody types, started again without --port: the same address; the open tab loads itself anew."""
    with reviewing(show, SLUG, None) as first:
        assert first.port == port_of(subject_at(show))
        tab = open_page(first.start)
        first.kill()
        type_at_end(tab, "p2", " Only typed.")
        tab.page.wait_for_selector('.notice.bad[data-id="offline"]')
        assert tab.page.locator("#status").inner_text().startswith("Not saved")
    with reviewing(show, SLUG, None) as second:
        assert second.port == first.port
        tab.page.wait_for_selector('.notice.bad[data-id="session"]')
        tab.page.route("**/*", lambda route: route.abort())  # or it loads itself anew while the other one looks
        other = second_tab(tab, second.start)
        assert other.page.locator("dialog").count() == 0  # what a living tab has not saved is its own affair
        tab.page.unroute_all()
        put_back(tab)
        tab.wait_saved()
    assert texts(show, "p2") == [f"{TURNS[1][1]} Only typed."]


def test_another_program_on_the_episodes_port_is_said(show: Path, open_page: Opener) -> None:
    """The page opens elsewhere, and says what that means for what was left unsaved; there again, it is offered."""
    with reviewing(show, SLUG, None) as first:
        tab = open_page(first.start)
        first.kill()
        type_at_end(tab, "p1", " Left.")
        tab.page.wait_for_selector('.notice.bad[data-id="offline"]')
    with bind(first.port), reviewing(show, SLUG, None) as elsewhere:
        assert elsewhere.port != first.port
        other = open_page(elsewhere.start)
        said = other.page.locator("#notices").inner_text()
        assert f"Port {first.port} cannot be used" in said
        assert f"what a browser kept unsaved at {first.port} is offered when the page is there again" in said
        assert f"port {first.port} cannot be used" in elsewhere.stop()
    with reviewing(show, SLUG, None) as again:
        tab.page.goto(again.start)
        put_back(tab)
        tab.wait_saved()
    assert texts(show, "p1") == [f"{TURNS[0][1]} Left."]


def test_the_port_is_the_episodes_own(tmp_path: Path) -> None:
    """The same at every start and through a link, another one for another folder or episode, none that systems lend."""
    here, there = make_show(tmp_path / "here"), make_show(tmp_path / "there")
    (tmp_path / "link").symlink_to(tmp_path / "here")
    shutil.copytree(tmp_path / "here" / "episodes" / SLUG, tmp_path / "here" / "episodes" / "002-next")
    ports = [port_of(here), port_of(there), port_of(subject_at(tmp_path / "here", "002-next"))]
    assert port_of(subject_at(tmp_path / "link")) == port_of(subject_at(tmp_path / "here")) == ports[0]
    assert len(set(ports)) == 3
    assert all(20000 <= port < 32000 for port in ports)
    with bind(ports[0]) as taken, pytest.raises(PodcastError, match=f"port {taken.getsockname()[1]} cannot be used"):
        bind(ports[0])


def test_a_journal_of_another_branch_is_never_written_by_an_old_page(show: Path, open_page: Opener) -> None:
    """git replaces the journal below an open page, with other words under the same revision; the server is started
    again, the old tab lives on: it says at once that nothing is saved, and its words go over nobody's."""
    from playwright.sync_api import Error

    git = ["git", "-C", str(show), "-c", "user.name=A", "-c", "user.email=a@example.org"]
    path = show / "episodes" / SLUG / "review.jsonl"
    with reviewing(show, SLUG, None) as first:
        tab = open_page(first.start)
        for words in (["init", "-qb", "one"], ["add", "-A"], ["commit", "-qm", "one"], ["checkout", "-qb", "two"]):
            subprocess.run([*git, *words], check=True)
        type_at_end(tab, "p1", " Of branch two.")
        tab.wait_saved()
        subprocess.run([*git, "commit", "-qam", "two"], check=True)
        subprocess.run([*git, "checkout", "-q", "one"], check=True)
        poll(tab)
        tab.until("document.getElementById('status').dataset.state === 'bad'")
        assert "the journal changed on the disk" in tab.page.locator("#notices").inner_text()
        type_at_end(tab, "p1", " And more.")
        says_unsaved(tab, "changed on the disk")
        first.kill()
    (show / "episodes" / SLUG / ".review.lock").unlink()
    desk = Desk(subject_at(show))
    Editor(desk, GUEST).edit("p1", "Robin's own words.")
    desk.close()
    there = path.read_bytes()
    with reviewing(show, SLUG, None) as second:
        other = tab.page.context.new_page()
        other.goto(second.start)
        with contextlib.suppress(Error):  # the page may know already that the server is another one, and load itself
            tab.call("globalThis.reviewPage?.saver.again('p1')")  # the cookie is good again, the revision exists
        tab.page.wait_for_timeout(300)
        assert path.read_bytes() == there
        put_back(tab)
        tab.page.wait_for_selector("dialog[open]")
        assert "Robin's own words." in tab.page.locator("dialog").inner_text()
        choose(tab, "Keep theirs")
        tab.wait_saved()
        assert tab.text("p1").inner_text() == "Robin's own words."
        other.close()
    assert [line["by"] for line in lines(show) if line["kind"] == "edit"] == [GUEST]


def test_words_that_come_while_one_types_are_not_overwritten(server: Server, show: Path, open_page: Opener) -> None:
    """Somebody saves the same paragraph between two keys and the page hears of it: the next save asks."""
    one = open_page(server.start)
    two = open_page(invited(one), by=GUEST)
    type_at_end(one, "p1", " Theirs.")
    one.wait_saved()
    mine = json.dumps(f"{TURNS[0][1]} Mine too.")
    two.call(f"(reviewPage.surface.put(reviewPage.surface.turns.get('p1'), {mine}, 0), reviewPage.together.poll())")
    assert two.call("reviewPage.store.paragraphs.get('p1').text").endswith("Theirs.")
    two.page.wait_for_selector("dialog[open]")
    assert "Theirs." in two.page.locator("dialog").inner_text()
    assert texts(show, "p1") == [f"{TURNS[0][1]} Theirs."]
    choose(two, "Keep mine")
    two.wait_saved()
    assert texts(show, "p1")[1:] == [f"{TURNS[0][1]} Mine too."]
    for _ in range(2):  # back to what was chosen over, and no further
        two.page.keyboard.press("Control+z")
        two.page.wait_for_timeout(200)
    two.wait_saved()
    assert two.text("p1").inner_text() == f"{TURNS[0][1]} Theirs."


def test_a_check_by_somebody_else_is_no_conflict_of_words(server: Server, show: Path, open_page: Opener) -> None:
    """Another person checks the paragraph in which somebody types: the words are saved, and nobody is asked."""
    one = open_page(server.start)
    two = open_page(invited(one), by=GUEST)
    one.page.locator('[data-id="p1"] .state').click()
    one.until("document.querySelector('[data-id=p1]').dataset.state === 'checked'")
    type_at_end(two, "p1", " Mine.")
    two.wait_saved()
    assert two.page.locator("dialog").count() == 0
    assert texts(show, "p1") == [f"{TURNS[0][1]} Mine."]


def test_escape_decides_nothing(server: Server, show: Path, open_page: Opener) -> None:
    """Escape on the question which text stays: theirs stays in the journal, mine in red on the page, until I choose."""
    one = open_page(server.start)
    two = open_page(invited(one), by=GUEST)
    type_at_end(one, "p1", " Theirs.")
    one.wait_saved()
    type_at_end(two, "p1", " Mine.")
    two.page.wait_for_selector("dialog[open]")
    two.page.keyboard.press("Escape")
    two.until("!document.querySelector('dialog')")
    says_unsaved(two, "changed it while you were typing")
    type_at_end(two, "p1", " Still mine.")
    two.page.wait_for_timeout(1500)
    says_unsaved(two, "changed it while you were typing")
    assert texts(show, "p1") == [f"{TURNS[0][1]} Theirs."]
    two.page.get_by_role("button", name="Sign off").click()
    two.page.wait_for_selector('.notice.bad[data-id="unsigned"]')
    assert two.page.locator("dialog").count() == 0
    two.page.get_by_role("button", name="Choose…").click()
    choose(two, "Keep theirs")
    two.wait_saved()
    assert two.text("p1").inner_text() == f"{TURNS[0][1]} Theirs."
    assert len(texts(show, "p1")) == 1


def test_one_question_is_answered_before_the_next_one_opens(server: Server, show: Path, open_page: Opener) -> None:
    """Two texts of another person, and a question that I am writing: no dialog lies over another one."""
    one = open_page(server.start)
    two = open_page(invited(one), by=GUEST)
    for p in ("p1", "p2"):
        type_at_end(one, p, " Theirs.")
    one.wait_saved()
    type_at_end(two, "p3", "")
    two.page.keyboard.press("Control+Shift+U")
    two.page.wait_for_selector("dialog[open]")
    for p in ("p1", "p2"):
        two.call(f"reviewPage.surface.put(reviewPage.surface.turns.get('{p}'), 'Mine.', null)")
    two.until("reviewPage.saver.failed.size === 2")
    two.page.wait_for_timeout(200)
    for title, button in (("What is the question?", "Cancel"), *2 * [("Two people changed this", "Keep theirs")]):
        two.page.wait_for_selector(f'dialog[open][aria-label="{title}"]')
        assert two.page.locator("dialog").count() == 1
        choose(two, button)
    two.wait_saved()
    assert said_now(show)[:2] == [f"{TURNS[0][1]} Theirs.", f"{TURNS[1][1]} Theirs."]


def test_undo_leaves_what_somebody_else_wrote(server: Server, show: Path, open_page: Opener) -> None:
    """Ctrl+Z over a paragraph that another person corrected since: it stays, and that is said; so for replacing."""
    one = open_page(server.start)
    two = open_page(invited(one), by=GUEST)
    one.page.keyboard.press("Control+h")
    one.page.get_by_label("Find", exact=True).fill("pain")
    one.page.get_by_label("Replace by").fill("ache")
    one.page.get_by_role("button", name="Replace 2").click()
    one.until("document.querySelector('[data-id=p4] .text').textContent.includes('ache')")
    type_at_end(one, "p2", " Indeed.")
    one.wait_saved()
    poll(two)
    two.until("document.querySelector('[data-id=p2] .text').textContent.includes('Indeed')")
    for p in ("p2", "p4"):
        type_at_end(two, p, " Theirs.")
        two.wait_saved()
    poll(one)
    one.page.keyboard.press("Control+z")
    one.page.wait_for_selector('.notice[data-id="kept"]')
    assert "Paragraph 2 was changed by Alex Example" in one.page.locator('.notice[data-id="kept"]').inner_text()
    one.page.keyboard.press("Control+z")
    one.until("document.querySelector('[data-id=p1] .text').textContent.includes('pain')")
    assert "Paragraph 4 was changed by Alex Example" in one.page.locator('.notice[data-id="kept"]').inner_text()
    one.wait_saved()
    assert one.text("p2").inner_text() == f"{TURNS[1][1]} Indeed. Theirs."
    assert one.text("p4").inner_text().endswith("the ache was gone. Theirs.")
    assert [sorted(line["texts"]) for line in lines(show) if line["kind"] == "replace_all"] == [["p1", "p4"], ["p1"]]


def test_undo_through_parting_and_joining_still_finds_the_text(server: Server, show: Path, open_page: Opener) -> None:
    """Parted, typed into, all undone, all done again: the new paragraph has another id, and its text comes back."""
    tab = open_page(server.start)
    tab.text("p1").focus()
    tab.page.keyboard.press("Control+Home")
    tab.page.keyboard.press("Control+ArrowRight")
    tab.page.keyboard.press("Enter")
    tab.until("document.querySelectorAll('.turn').length === 5")
    tab.page.keyboard.type("So ")
    tab.wait_saved()
    for _ in range(2):
        tab.page.keyboard.press("Control+z")
        tab.page.wait_for_timeout(300)
    tab.until("document.querySelectorAll('.turn').length === 4")
    assert tab.text("p1").inner_text() == TURNS[0][1]
    for _ in range(2):
        tab.page.keyboard.press("Control+y")
        tab.page.wait_for_timeout(300)
    tab.until("document.querySelectorAll('.turn')[1].querySelector('.text').textContent.startsWith('So ')")
    tab.wait_saved()
    assert kinds(show) == ["split", "edit", "edit", "merge", "split", "edit"]


def test_a_paragraph_joined_away_keeps_the_words_typed_in_it(server: Server, show: Path, open_page: Opener) -> None:
    """Somebody joins the paragraph in which another person types: the words stay in red until that person lets go."""
    one = open_page(server.start)
    two = open_page(invited(one), by=GUEST)
    type_at_end(two, "p2", " Typed meanwhile.")
    one.text("p2").focus()
    one.page.keyboard.press("Control+Home")
    one.page.keyboard.press("Backspace")
    one.page.wait_for_selector("dialog[open]")
    assert "Join what two people say?" in one.page.locator("dialog").inner_text()
    one.page.keyboard.press("Escape")
    one.until("!document.querySelector('dialog')")
    assert one.page.locator(".turn").count() == 4
    one.page.keyboard.press("Backspace")
    choose(one, "Join")
    one.until("document.querySelectorAll('.turn').length === 3")
    two.page.wait_for_selector(UNSAVED)
    two.until("document.querySelectorAll('.turn').length === 3")
    says_unsaved(two, f"{TURNS[1][1]} Typed meanwhile.")
    two.call("(reviewPage.saver.leaving = true, 0)")
    two.page.reload()
    two.page.wait_for_selector("dialog[open]")
    assert "not there any more" in two.page.locator("dialog").inner_text()
    choose(two, "Put back")
    says_unsaved(two, f"{TURNS[1][1]} Typed meanwhile.")
    two.page.get_by_role("button", name="Throw it away").click()
    two.wait_saved()
    assert texts(show, "p2") == []
    two.call("(reviewPage.paragraphs.answered('p2'), 0)")  # a command that has waited until what was typed was saved
    two.until("document.querySelector('#notices').innerText.includes('there is no paragraph p2 any more')")
    two.call("(reviewPage.cutting.toggle({ id: 'p2' }, true), 0)")
    two.until("document.querySelector('#notices').innerText.includes('somebody has joined it to another one')")
    assert all("Failed to load" in words for words in two.complaints)


def test_drafts_put_off_are_red_and_two_tabs_have_their_own(show: Path, open_page: Opener) -> None:
    """Two tabs of one browser leave two texts of a paragraph; Escape keeps both, in red; put back, a person chooses."""
    with reviewing(show, SLUG, None) as first:
        one = open_page(first.start)
        two = second_tab(one, invited(one))
        first.kill()
        for tab, words in ((one, " First."), (two, " Second.")):
            type_at_end(tab, "p1", words)
            tab.page.wait_for_selector('.notice.bad[data-id="offline"]')
            tab.page.wait_for_timeout(300)
        one.page.close()
    with reviewing(show, SLUG, None) as second:
        two.page.goto(second.start)
        two.page.wait_for_selector("dialog[open]")
        said = two.page.locator("dialog").inner_text()
        assert "First." in said
        assert "Second." in said
        two.page.keyboard.press("Escape")
        two.page.wait_for_selector(UNSAVED)
        assert two.page.locator("#status").inner_text().startswith("Not saved: 2 paragraphs")
        two.page.get_by_role("button", name="Show…").click()
        put_back(two)
        choose(two, "Keep mine")
        two.wait_saved()
    assert {text.rsplit(" ", 1)[1] for text in texts(show, "p1")} == {"First.", "Second."}


def test_a_question_that_was_refused_is_asked_again(server: Server, show: Path, open_page: Opener) -> None:
    """The words of a question are not lost with a refusal: the box comes back with them and the reason."""
    tab = open_page(server.start)
    path = show / "episodes" / SLUG / "review.jsonl"
    tab.text("p2").focus()
    tab.page.keyboard.press("Control+Shift+U")
    tab.page.get_by_role("textbox", name="Question").fill("300 or 30?")
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data)
    tab.page.get_by_role("button", name="Ask").click()
    tab.until("document.querySelector('dialog .stop')?.textContent.includes('changed on the disk')")
    assert tab.page.get_by_role("textbox", name="Question").input_value() == "300 or 30?"


def test_the_text_of_another_branch_is_not_overwritten(tmp_path: Path) -> None:
    """Journal and transcript.json replaced by git: leaving the page writes neither, not even a text of long ago."""
    one = Desk(make_show(tmp_path / "show"))
    one.project()
    Editor(one).edit("p1", "Something else.")
    one.project()
    Editor(one).edit("p1", TURNS[0][1])  # a text that was written before
    path, written = one.subject.journal, one.subject.transcript_json
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data)
    there = written.read_bytes()
    with pytest.raises(journal.JournalChanged):
        one.project()
    assert written.read_bytes() == there
    one.close()


def test_an_answer_is_given_only_when_the_line_is_in_the_file_of_that_name(tmp_path: Path) -> None:
    """git replaces the journal between the look and the write: the line went elsewhere, so it is not acknowledged."""
    one = Desk(make_show(tmp_path / "show"))
    path, inner = one.subject.journal, atomic.sync

    def replaced(file: int) -> None:
        inner(file)
        data = path.read_bytes()
        path.unlink()
        path.write_bytes(data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(atomic, "sync", replaced)
        with pytest.raises(journal.JournalChanged):
            Editor(one).edit("p1", "Gone.")
    assert one.state.paragraphs["p1"].text == TURNS[0][1]
    one.close()


def part(tab: Tab, id_: str, words: int) -> None:
    """Enter behind so many words of a paragraph."""
    turns = tab.page.locator(".turn").count()
    tab.text(id_).focus()
    tab.page.keyboard.press("Control+Home")
    for _ in range(words):
        tab.page.keyboard.press("Control+ArrowRight")
    tab.page.keyboard.press("Enter")
    tab.until(f"document.querySelectorAll('.turn').length === {turns + 1}")


def said_now(show: Path) -> list[str]:
    """The text of every paragraph, as the journal has it."""
    return [p.text for p in replay(journal.read(show / "episodes" / SLUG / "review.jsonl")).listed()]


def test_mine_is_not_kept_over_a_paragraph_that_was_parted(server: Server, show: Path, open_page: Opener) -> None:
    """Somebody parts the paragraph in which another person types: no button doubles the words; both are shown."""
    one = open_page(server.start)
    two = open_page(invited(one), by=GUEST)
    part(one, "p1", 4)
    type_at_end(two, "p1", " Mine.")
    two.page.wait_for_selector("dialog[open]")
    dialog = two.page.locator("dialog")
    assert "parted this paragraph (now 1 and 2)" in dialog.inner_text()
    assert dialog.locator("ins").all_inner_texts() == ["Mine."]
    assert dialog.get_by_role("button", name="Keep mine").count() == 0
    field = dialog.get_by_label("Both together")
    first, second, *_ = said_now(show)
    assert field.input_value() == first
    field.fill(f"{first} Mine.")
    dialog.get_by_role("button", name="Save this text").click()
    two.wait_saved()
    assert said_now(show)[:3] == [f"{first} Mine.", second, TURNS[1][1]]
    assert f"{first} {second}" == TURNS[0][1]


def test_mine_is_not_kept_over_a_paragraph_that_was_joined(server: Server, show: Path, open_page: Opener) -> None:
    """Somebody joins the next paragraph to the one in which another person types: its words cannot be typed over."""
    one = open_page(server.start)
    two = open_page(invited(one), by=GUEST)
    type_at_end(two, "p1", " Mine.")
    one.text("p2").focus()
    one.page.keyboard.press("Control+Home")
    one.page.keyboard.press("Backspace")
    choose(one, "Join")
    two.page.wait_for_selector("dialog[open]")
    dialog = two.page.locator("dialog")
    assert "joined this paragraph with another one" in dialog.inner_text()
    assert dialog.get_by_role("button", name="Keep mine").count() == 0
    two.page.keyboard.press("Escape")
    says_unsaved(two, "changed it while you were typing")
    two.page.get_by_role("button", name="Choose…").click()
    choose(two, "Keep theirs")
    two.wait_saved()
    assert said_now(show) == [f"{TURNS[0][1]} {TURNS[1][1]}", TURNS[2][1], TURNS[3][1]]


def test_a_choice_for_a_paragraph_that_is_joined_away_meanwhile_keeps_the_words(
    server: Server, show: Path, open_page: Opener
) -> None:
    """While somebody is asked which text stays, somebody joins the paragraph away: what was chosen stays in red."""
    one = open_page(server.start)
    two = open_page(invited(one), by=GUEST)
    type_at_end(one, "p2", " Theirs.")
    one.wait_saved()
    type_at_end(two, "p2", " Mine.")
    two.page.wait_for_selector("dialog[open]")
    one.call("(reviewPage.paragraphs.merge({id: 'p2', by: -1}), 0)")
    choose(one, "Join")
    one.until("document.querySelectorAll('.turn').length === 3")
    poll(two)
    two.until("document.querySelectorAll('.turn').length === 3")
    choose(two, "Keep mine")
    two.call("(reviewPage.saver.emit('state'), 0)")
    says_unsaved(two, f"{TURNS[1][1]} Mine.")
    assert all("Failed to load" in words for words in two.complaints)
    assert said_now(show)[0] == f"{TURNS[0][1]} {TURNS[1][1]} Theirs."


def test_an_answer_that_comes_late_takes_no_paragraph_away(server: Server, show: Path, open_page: Opener) -> None:
    """The page asks what is new, parts a paragraph, and only then hears of the order before: the new one stays."""
    one = open_page(server.start)
    two = open_page(invited(one), by=GUEST)
    part(two, "p3", 2)
    held = []

    def hold(route: Any) -> None:
        held.append((route, route.fetch()))

    one.page.route("**/changes?*", hold)
    poll_later(one)
    while not held:
        one.page.wait_for_timeout(25)
    one.call("(reviewPage.paragraphs.split({id: 'p1', at: 20}), 0)")
    one.until("document.querySelectorAll('.turn').length === 6")
    route, response = held[0]
    route.fulfill(response=response)
    one.until("!reviewPage.together.polling")
    one.page.wait_for_timeout(200)
    assert one.page.locator(".turn .text").all_inner_texts() == said_now(show)
    assert len(said_now(show)) == 6


class Typist:
    """A person at a page who types words that nobody else types, undoes them, parts and joins paragraphs, and combines
    both in a conflict."""

    def __init__(self, tab: Tab, name: str, undone: set[str]) -> None:
        """`undone` are the words that their own author took back: a page hears of it late."""
        self.tab, self.name, self.undone, self.count = tab, name, undone, 0

    def words(self) -> set[str]:
        """Everybody's own words that this page shows, in the text or in red."""
        return set(OWN.findall(self.tab.call("document.getElementById('main').innerText")))

    def shown(self) -> set[str]:
        return self.words() | set(OWN.findall(self.tab.call("document.getElementById('notices').innerText")))

    def act(self, kind: str, where: int) -> None:
        self.settle()
        before = self.shown()
        turn = f"[...reviewPage.surface.turns.values()][{where} % reviewPage.surface.turns.size]"
        if kind == "type":
            self.count += 1
            word = f"{self.name}{self.count}x"
            put = f"turn => reviewPage.surface.put(turn, turn.text.textContent.trim() + ' {word}', 0)"
            self.tab.call(f"({put})({turn})")
        elif kind == "part":
            self.tab.call(
                f"(({{id, text}}) => {{ const at = text.textContent.indexOf(' ', {where} * 5);"
                f" if (at > 0) reviewPage.paragraphs.split({{id, at}}); }})({turn})"
            )
        elif kind == "join":
            self.tab.call(f"(reviewPage.paragraphs.merge({{id: ({turn}).id, by: {1 if where % 2 else -1}}}), 0)")
        elif kind in ("undo", "redo"):
            self.tab.call(f"(reviewPage.history.{kind}(), 0)")
        elif kind == "poll":
            poll_later(self.tab)
        elif kind == "save":
            self.tab.call("(reviewPage.saver.flush(), 0)")
        self.settle()
        if kind == "undo":
            gone = before - self.shown() - self.undone
            assert all(word.startswith(self.name) for word in gone), f"undo took {gone}"
            self.undone |= gone
        elif kind == "redo":
            self.undone -= {word for word in self.shown() if word.startswith(self.name)}

    def settle(self) -> None:
        """Joins what two people say; in a conflict both texts are kept, each word once."""
        for _ in range(20):
            self.tab.page.wait_for_timeout(60)
            asked = self.tab.page.locator("dialog[open]")
            if not asked.count():
                return
            said = asked.last
            if said.get_attribute("aria-label") == "Join what two people say?":
                said.get_by_role("button", name="Join").click()
                continue
            field = said.get_by_label("Both together")
            mine = said.get_by_role("button", name="Keep mine").count()  # else the field holds theirs
            other = " ".join(said.locator(f".diff {'del' if mine else 'ins'}").all_inner_texts())
            there = field.input_value()
            if mine:
                said.locator("summary", has_text="Combine").click()
            more = [word for word in dict.fromkeys(OWN.findall(other)) if word not in OWN.findall(there)]
            field.fill(" ".join([there, *more]))
            said.get_by_role("button", name="Save this text").click()
        raise AssertionError("conflict after conflict")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8, soak.examples(9, 38)))
def test_two_people_in_any_order_lose_and_double_no_word(
    server: Server, show: Path, open_page: Opener, seed: int
) -> None:
    """Typing, parting, joining, undoing, hearing of the other or not: every word stays until its own author undoes it,
    and what was there before stays once."""
    draw = random.Random(seed)
    one = open_page(server.start)
    undone: set[str] = set()
    people = [Typist(one, "a", undone), Typist(open_page(invited(one), by=GUEST), "b", undone)]
    acts = ["type"] * 5 + ["part", "part", "join", "join", "undo", "undo", "redo", "poll", "poll", "save"]
    done = []
    for _ in range(soak.examples(24, 80)):
        person, kind, where = draw.choice(people), draw.choice(acts), draw.randrange(8)
        done.append(f"{person.name} {kind} {where}")
        person.act(kind, where)
    for _ in range(3):
        for person in people:
            person.settle()
            person.tab.call("(reviewPage.saver.flush(), 0)")
            person.tab.page.wait_for_timeout(1500)
            person.settle()
            poll_later(person.tab)
            person.settle()
    stay = {f"{p.name}{n + 1}x" for p in people for n in range(p.count)} - undone
    saved = " ".join(p.text for p in replay(journal.read(show / "episodes" / SLUG / "review.jsonl")).listed()).split()
    red = " ".join(person.tab.page.locator("#notices").inner_text() for person in people)
    lost = sorted(word for word in stay if word not in saved and word not in OWN.findall(red))
    assert not lost, f"lost: {lost}; {done}; {saved}; {red}"
    before = Counter(word for _, text in TURNS for word in text.split())
    assert Counter(word for word in saved if not OWN.fullmatch(word)) == before, done
    assert all(count == 1 for word, count in Counter(saved).items() if OWN.fullmatch(word)), (saved, done)
    assert all("Failed to load" in words for person in people for words in person.tab.complaints)  # conflicts alone
