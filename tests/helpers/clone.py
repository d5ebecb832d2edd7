"""A fresh clone of the repository in which `make setup` and `make demo` have run, once for all tests that look at it.

A test module says `pytest_plugins = ["clone"]` and asks for `clone`; what is not committed is not in it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

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

    def sh(self, text: str, *before: str) -> str:
        """Run shell text in the clone, by the program `before` if there is one; returns what it said."""
        argv = [*before, str(self.root.parent / "bin" / "sh"), "-e", "-c", text]
        done = subprocess.run(argv, cwd=self.root, env=self.environment, capture_output=True, text=True, timeout=1800)
        assert done.returncode == 0, f"{text}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout + done.stderr


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """The clone; the demo was made without any network, where that can be had."""
    folder = tmp_path_factory.mktemp("fresh")
    (folder / "bin").mkdir()
    (folder / "home").mkdir()
    for name in NEEDED:
        (folder / "bin" / name).symlink_to(shutil.which(name) or pytest.fail(f"{name} is missing"))
    # The real interpreter: a version manager's shim would look for its settings in HOME.
    (folder / "bin" / "python3").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    kept = {n: v for n, v in os.environ.items() if n.startswith(("PIP_", "SSL_CERT")) or n.lower().endswith("_proxy")}
    environment = {**kept, "HOME": str(folder / "home"), "PATH": str(folder / "bin"), "LANG": "C.UTF-8"}
    environment["PIP_NO_COMPILE"] = "1"  # a quarter of a minute of work that nothing here asks about
    made = Clone(folder / "clone", environment)
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(made.root)], check=True)
    made.sh("make setup")
    (folder / "said").write_text(made.sh("make demo", *offline()), "utf-8")
    return made
