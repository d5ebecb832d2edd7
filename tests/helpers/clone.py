"""A fresh clone of the repository in which `make setup` and `make demo` have run, once for all tests that look at it.

A test module says `pytest_plugins = ["clone"]` and asks for `clone`; what is not committed is not in it. What the
package needs is there once, too, for the clone and for whoever asks for `bare`: what was installed for the tests, of
which nothing else is to be seen; in the long form what the lock file pins, from nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import pytest
import soak
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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


def requirements() -> dict[str, metadata.Distribution]:
    """What pyproject.toml asks for to run and to build the package and its demo, and what that needs, as installed."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = asked["project"]["optional-dependencies"]
    texts = (*asked["build-system"]["requires"], *asked["project"]["dependencies"], *extras["demo"])
    waiting = [(Requirement(text), {""}) for text in texts]
    needed: dict[str, metadata.Distribution] = {}
    seen = set()
    while waiting:
        requirement, of = waiting.pop()
        name, marker = canonicalize_name(requirement.name), requirement.marker
        asking = (name, *sorted(requirement.extras))
        if asking in seen or (marker and not any(marker.evaluate({"extra": extra}) for extra in of)):
            continue
        seen.add(asking)
        installed = needed[name] = metadata.distribution(name)
        waiting += [(Requirement(text), requirement.extras | {""}) for text in installed.requires or ()]
    return needed


def link(folder: Path) -> None:
    """Put links into the folder of an environment's packages to the requirements, in place of what is there of them."""
    for name, installed in requirements().items():
        for old in folder.glob(f"{name.replace('-', '_')}-*.dist-info"):
            shutil.rmtree(old)
        for top in {file.parts[0] for file in installed.files or ()} - {"..", "__pycache__"}:
            place = folder / top
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            place.unlink(missing_ok=True)
            place.symlink_to(str(installed.locate_file(top)))


@pytest.fixture(scope="session")
def bare(unprepared: Clone) -> Path:
    """An environment as the Makefile makes it, with what the package needs and no more.

    In the long form it is what requirements.lock pins, each file by its hash.
    """
    unprepared.sh("make .venv/bin/pip")
    if soak.LONG:
        done = unprepared.run(f".venv/bin/pip install --quiet --require-hashes -r {ROOT / 'requirements.lock'}")
        if done.returncode and os.environ.get("CI") != "true":
            pytest.skip(f"no packages to be had: {done.stderr.splitlines()[-1]}")
        assert done.returncode == 0, done.stderr
    else:
        (packages,) = (unprepared.root / ".venv" / "lib").glob("python*/site-packages")
        link(packages)
    folder = unprepared.root.parent / "bare"
    shutil.copytree(unprepared.root / ".venv", folder, symlinks=True, copy_function=os.link)
    return folder


@pytest.fixture(scope="session")
def clone(unprepared: Clone, bare: Path) -> Clone:
    """The clone, set up; the demo was made without any network, where that can be had.

    What is needed is there before `make setup`, which installs the package; in the long form, nothing. (The environment
    of the tests themselves was installed from nothing, in the newest versions.)
    """
    if soak.LONG:
        shutil.rmtree(unprepared.root / ".venv")
    else:  # pip reads it as the value of the setting that it turns off
        unprepared.environment["PIP_NO_BUILD_ISOLATION"] = "0"
    unprepared.sh("make setup")
    (unprepared.root.parent / "said").write_text(unprepared.sh("make demo", *offline()), "utf-8")
    return unprepared
