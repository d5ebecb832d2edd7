"""Every page of docs/how-to, and those of incidents and of intake, works as it is printed, or is noticed."""

from __future__ import annotations

import os
from pathlib import Path

import howto
import pytest
from howto import Block
from shows import ShowDir

pytest_plugins = ["shows"]


@pytest.mark.slow
@pytest.mark.parametrize("page", howto.PAGES, ids=lambda page: page.stem)
def test_a_page_works_as_it_is_printed(page: Path, signed: ShowDir) -> None:
    """Its files are written into a copy of the package and of a show, and its commands say what stands behind them."""
    howto.carry_out(page, signed)


def test_what_a_block_does_to_its_file(tmp_path: Path) -> None:
    """Written, added to, put behind a line, put in the place of one."""

    def write(first: str, text: str) -> str:
        return howto.write(Block("page.md:1", "python", f"{first}\n{text}"), tmp_path).read_text("utf-8")

    assert write("# file: a/b.py", "one\ntwo\n") == "one\ntwo\n"
    assert write('# file: a/b.py, after "one"', "and\n") == "one\nand\ntwo\n"
    assert write('# file: a/b.py, in place of "two"', "three\n") == "one\nand\nthree\n"
    assert write("# file: a/b.py, at the end", "end\n") == "one\nand\nthree\n\nend\n"


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (Block("p.md:1", "python", "print()\n"), "does not say `# file"),
        (Block("p.md:1", "toml", '# file: a.toml, in place of "x"\ny\n'), "'x' stands in 2 lines"),
        (Block("p.md:1", "sh", "echo\n"), "a block of ```sh is not tried"),
        (Block("p.md:1", "console", "echo\n"), "a command begins with"),
        (Block("p.md:1", "console", "$ false\n"), "p.md:1: false"),
        (Block("p.md:1", "console", "$ echo one; echo two\ntwo\n...\none\n"), "does not say, or not there: one"),
    ],
)
def test_a_wrong_page_is_noticed(tmp_path: Path, block: Block, said: str) -> None:
    """A block without a file, a line that is not the only one, a command that fails or says something else."""
    (tmp_path / "a.toml").write_text("x = 1\nxx = 2\n", "utf-8")
    with pytest.raises(AssertionError, match=said):
        howto.carry_out_block(block, tmp_path, dict(os.environ))
