"""Wheel and sdist into the folder named, the same bytes from the same commit: python .ci/dist.py dist

Times come from SOURCE_DATE_EPOCH, else from the last commit. Builders write the clock and the user into an sdist: it is
packed again without. The version's section of CHANGELOG.md becomes build/release-notes.md; without it nothing is built.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from time import gmtime

ROOT = Path(__file__).parent.parent


def epoch() -> int:
    """The time that every file in the packages gets."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return int(os.environ["SOURCE_DATE_EPOCH"])
    asked = ["git", "log", "-1", "--format=%ct"]
    return int(subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def notes() -> str:
    """The section of CHANGELOG.md for this version. Raises SystemExit if there is none."""
    source = (ROOT / "podcast_pipeline" / "__init__.py").read_text("utf-8")
    version = re.search(r'^__version__ = "(.+)"$', source, re.MULTILINE)
    assert version is not None
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    found = re.search(rf"^## {re.escape(version[1])}[ ,].*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if found is None:
        raise SystemExit(f"CHANGELOG.md: no section for {version[1]}: say what people will notice")
    return found[0]


def repack(path: Path, time: int) -> None:
    """The same files under the same names in order of name, with one time, one owner and plain modes."""
    packed = io.BytesIO()
    with tarfile.open(path) as old, tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as new:
        for member in sorted(old.getmembers(), key=lambda one: one.name):
            data = old.extractfile(member) if member.isfile() else None
            member.mtime, member.uid, member.gid, member.uname, member.gname = time, 0, 0, "", ""
            member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            member.pax_headers = {}
            new.addfile(member, data)
    path.write_bytes(gzip.compress(packed.getvalue(), mtime=time))


def repack_wheel(path: Path, time: int) -> None:
    """The same files with one time and plain modes."""
    packed, when = io.BytesIO(), gmtime(time)[:6]
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            plain = zipfile.ZipInfo(member.filename, when)
            plain.compress_type, plain.create_system, plain.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
            new.writestr(plain, old.read(member))
    path.write_bytes(packed.getvalue())


def main(out: Path, *options: str) -> None:
    time, said = epoch(), notes()
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(time)}
    argv = [sys.executable, "-m", "build", "--outdir", str(out), *options, str(ROOT)]
    subprocess.run(argv, check=True, env=environment, stdout=subprocess.DEVNULL)
    for sdist in out.glob("*.tar.gz"):
        repack(sdist, time)
    for wheel in out.glob("*.whl"):
        repack_wheel(wheel, time)
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "release-notes.md").write_text(said, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
