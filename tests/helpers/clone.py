"""A fresh clone of the repository in which `make setup` and `make demo` have run, once for all tests that look at it.

A test module says `pytest_plugins = ["clone"]` and asks for `clone`; what is not committed is not in it. What the lock
file pins is installed once, too, for the clone and for whoever asks for `locked`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import soak

ROOT = Path(__file__).parents[2]
SLUG = "bmj-statement-demo"
NEEDED = ("cat", "env", "expand", "git", "make", "mkdir", "rm", "sed", "sh", "touch", "uname")
"""What the clone finds on its PATH besides python3: no FFmpeg, no Node, no compiler."""


def offline() -> list[str]:
    """What runs a program in a network namespace with nothing but loopback; empty where nobody may make one."""
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-n", "true"], capture_output=True).returncode:
        return []
    up = "import fcntl,socket,struct,os,sys;s=socket.socket();fcntl.ioctl(s,0x8914,struct.pack('16sh',b'lo',0x49));"
    return [unshare, "-n", sys.executable, "-c", f"{up}os.execv(sys.argv[1],sys.argv[1:])"]


class Clone(NamedTuple):
    """A clone of the repository and the environment of somebody who has just got the computer."""

    root: Path
    environment: dict[str, str]

    @property
    def demo(self) -> Path:
        """The show that `make demo` made."""
        return self.root / "build" / "demo"

    @property
    def said(self) -> str:
        """What `make demo` said."""
        return (self.root.parent / "said").read_text("utf-8")

    def run(self, text: str, *before: str) -> subprocess.CompletedProcess[str]:
        """Run shell text in the clone, by the program `before` if there is one."""
        argv = [*before, str(self.root.parent / "bin" / "sh"), "-e", "-c", text]
        return subprocess.run(argv, cwd=self.root, env=self.environment, capture_output=True, text=True, timeout=1800)

    def sh(self, text: str, *before: str) -> str:
        """Run it and return what it said. Fails where it fails."""
        done = self.run(text, *before)
        assert done.returncode == 0, f"{text}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout + done.stderr


@pytest.fixture(scope="session")
def unprepared(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """The clone, in which nothing has run yet."""
    folder = tmp_path_factory.mktemp("fresh")
    (folder / "bin").mkdir()
    (folder / "home").mkdir()
    for name in NEEDED:
        (folder / "bin" / name).symlink_to(shutil.which(name) or pytest.fail(f"{name} is missing"))
    # The real interpreter: a version manager's shim would look for its settings in HOME.
    (folder / "bin" / "python3").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    kept = {n: v for n, v in os.environ.items() if n.startswith(("PIP_", "SSL_CERT")) or n.lower().endswith("_proxy")}
    environment = {**kept, "HOME": str(folder / "home"), "PATH": str(folder / "bin"), "LANG": "C.UTF-8"}
    # Work that nothing here asks about: compiling everything, and keeping what is installed once.
    environment |= {"PIP_NO_COMPILE": "1", "PIP_NO_CACHE_DIR": "1"}
    made = Clone(folder / "clone", environment)
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(made.root)], check=True)
    return made


@pytest.fixture(scope="session")
def locked(unprepared: Clone) -> Path:
    """An environment as the Makefile makes it, with what requirements.lock pins, each file by its hash, and no more."""
    unprepared.sh("make .venv/bin/pip")
    done = unprepared.run(f".venv/bin/pip install --quiet --require-hashes -r {ROOT / 'requirements.lock'}")
    if done.returncode and os.environ.get("CI") != "true":
        pytest.skip(f"no packages to be had: {done.stderr.splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    folder = unprepared.root.parent / "locked"
    shutil.copytree(unprepared.root / ".venv", folder, symlinks=True, copy_function=os.link)
    return folder


@pytest.fixture(scope="session")
def clone(unprepared: Clone, locked: Path) -> Clone:
    """The clone, set up; the demo was made without any network, where that can be had.

    What is pinned is there before `make setup`, which installs the rest; in the long form, nothing. (The environment of
    the tests themselves was installed from nothing, in the newest versions.)
    """
    if soak.LONG:
        shutil.rmtree(unprepared.root / ".venv")
    unprepared.sh("make setup")
    (unprepared.root.parent / "said").write_text(unprepared.sh("make demo", *offline()), "utf-8")
    return unprepared
