"""Plants of what is printed under the signer's name: changed after the signature, with the signature, or without it."""

from __future__ import annotations

from planting import GUEST, HOST, NOW, SIGNER, SIGNOFF, Change, Plant, appended, both, edited, episode, person
from shows import ShowDir

from podcast_pipeline.review.journal.acts.signoff import Withdraw
from podcast_pipeline.review.journal.journal import Journal

LIBRARY = "feed/references.json"


def lost(name: str) -> Change:
    """A file of the episode is gone."""
    return lambda show: (show.folder / name).unlink()


def last_line(show: ShowDir) -> None:
    """The journal without its last line, as a merge of two branches may leave it."""
    path = show.folder / "review.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def taken_back(show: ShowDir) -> None:
    """The journal says last that the signature was withdrawn, and the file is there again."""
    journal = Journal(show.folder / "review.jsonl")
    journal.write(journal.next(Withdraw(), SIGNER, NOW))
    journal.close()


PLANTS = (
    Plant("title", episode("Walking and sitting", "Walking cures"), SIGNOFF),
    Plant("summary", episode("and what came of it", "and that all were cured"), SIGNOFF),
    Plant("notes", edited("episodes/001-tiny/notes.md", "did.", "did. It never does harm."), SIGNOFF),
    Plant("claim never does harm", episode("Pain fell by 18 percent in 120", "It cures 100 percent of all"), SIGNOFF),
    Plant("claim is contested no more", episode("contested = true\n", ""), SIGNOFF),
    Plant("certainty of the evidence", episode('grade = "low"', 'grade = "high"'), SIGNOFF),
    Plant("claim at another moment", episode('at = "0:02.5"', 'at = "0:02.6"'), SIGNOFF),
    Plant("disputed paper as support", episode(', relation = "disputes"', ""), SIGNOFF),
    Plant("another table", episode("Table 2", "Table 3"), SIGNOFF),
    Plant("title of a paper", edited(LIBRARY, "Walking compared with sitting", "Walking beats sitting"), SIGNOFF),
    Plant("year of a paper", edited(LIBRARY, "[[2024, 5]]", "[[2025, 5]]"), SIGNOFF),
    Plant("identifier of a paper", edited(LIBRARY, "10.1000/invented.2023", "10.1000/invented.2032"), SIGNOFF),
    Plant("a paper is retracted", edited("feed/appraisals.toml", 'state = "ok"', 'state = "retracted"'), SIGNOFF),
    Plant("level of the evidence", edited("feed/appraisals.toml", 'ocebm2011 = "2"', 'ocebm2011 = "1"'), SIGNOFF),
    Plant("bio", person(GUEST, "an invented guest", "a world-famous surgeon"), SIGNOFF),
    Plant("credentials", person(GUEST, '"MD"', '"MD", "PhD"'), SIGNOFF),
    Plant("institution", person(GUEST, '"Example University"', '"Example Hospital"'), SIGNOFF),
    Plant("relationship", person(GUEST, '"consultant"', '"speaker"'), SIGNOFF),
    Plant("relationship withheld", person(GUEST, ', "disclosure"]', "]"), SIGNOFF),
    Plant("nothing to disclose no more", person(HOST, "none_attested = true", "none_attested = false"), SIGNOFF),
    Plant("an invented person is real", person(HOST, "example = true\n", ""), SIGNOFF),
    Plant("off-label use", episode("that is discussed here is off-label", "is approved"), SIGNOFF),
    Plant("mitigation", episode("who has no relationships, read", "read"), SIGNOFF),
    Plant("credit", episode("0.5 example credits", "50 example credits"), SIGNOFF),
    Plant("objective", episode("Compare walking with sitting", "Prescribe walking to everybody"), SIGNOFF),
    Plant("chapter", episode('title = "The papers"', 'title = "The proof"'), SIGNOFF),
    Plant("no demonstration any more", episode("demonstration = ", "# "), SIGNOFF),
    Plant("day of the recording", episode("recorded = 2026-11-12", "recorded = 2026-11-13"), SIGNOFF),
    Plant("another content class", episode('"clinical"', '"mixed"'), SIGNOFF),
    Plant("day of the next review", episode("review_by = 2027-11-20", "review_by = 2028-11-20"), SIGNOFF),
    Plant("a link to the same on another site", appended(
        "episodes/001-tiny/episode.toml",
        '[[podcasting.link]]\nhref = "https://example.org/video"\ntext = "The video"',
    ), SIGNOFF),
    Plant("one more who is credited", appended(
        "episodes/001-tiny/episode.toml", f'[[person]]\nref = "{SIGNER}"\nrole = "medical editor"\ngroup = "writing"',
    ), SIGNOFF),
    Plant("sign-off file lost", lost("signoff.json"), SIGNOFF),
    Plant("journal lost", lost("review.jsonl"), SIGNOFF),
    Plant("line of the journal lost", last_line, SIGNOFF),
    Plant("taken back in the journal alone", taken_back, SIGNOFF),
    Plant("name in the sign-off", edited("episodes/001-tiny/signoff.json", "Kim Example", "Robin Example"), SIGNOFF),
    Plant("what was signed, in the sign-off", both(
        episode("Walking and sitting", "Walking cures"),
        edited("episodes/001-tiny/signoff.json", "Walking and sitting", "Walking cures"),
    ), SIGNOFF),
)  # fmt: skip
