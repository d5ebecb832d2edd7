"""The examples under docs/running/ are what they say: their syntax holds, their commands exist."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import needs

from podcast_pipeline.cli import podcast

RUNNING = Path(__file__).parent.parent / "docs" / "running"


def workflow() -> dict[Any, Any]:
    value: dict[Any, Any] = needs.module("yaml").safe_load((RUNNING / "github-workflow.yml").read_text("utf-8"))
    return value


def test_the_workflow() -> None:
    """Actions are pinned by commit, rights are named per job, OIDC is where publishing is, and nowhere else."""
    value = workflow()
    assert value["permissions"] == {}
    assert set(value[True]) == {"push", "schedule", "workflow_dispatch"}  # YAML 1.1 reads `on` as true
    jobs = value["jobs"]
    assert jobs["build"]["permissions"] == {"contents": "read"}
    assert jobs["publish"]["permissions"] == {"contents": "write", "id-token": "write"}
    assert jobs["publish"]["needs"] == "build"
    for job in jobs.values():
        for step in job["steps"]:
            if "uses" in step:
                assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"])
                assert step["with"].get("persist-credentials") is not True


def commands() -> set[tuple[str, ...]]:
    """Every call of `podcast` in the examples."""
    found = set()
    for path in RUNNING.iterdir():
        text = path.read_text("utf-8").replace("`", "\n")
        for line in re.findall(r"^(?:.*/bin/|.*- run: )?podcast ([a-z-][^\n`]*)$", text, re.MULTILINE):
            found.add(tuple(line.split("#")[0].split()))
    return found


def test_every_command_exists() -> None:
    """Each `podcast ...` of the examples is parsed by the real command, options included."""
    known = commands()
    assert {("publish",), ("build",), ("verify",), ("--wait", "600", "publish")} <= known
    for words in known:
        context = podcast.make_context("podcast", list(words), resilient_parsing=False)
        name, command, rest = podcast.resolve_command(context, [*context._protected_args, *context.args])
        assert command is not None, words
        command.make_context(name, [one for one in rest if one != "EP"], parent=context)


def test_policy_is_json() -> None:
    """The policy in the document parses and does not allow deleting."""
    (text,) = re.findall(r"```json\n(.*?)```", (RUNNING / "README.md").read_text("utf-8"), re.DOTALL)
    actions = [action for one in json.loads(text)["Statement"] for action in one["Action"]]
    assert "s3:PutObject" in actions
    assert not any("Delete" in action for action in actions)


def test_units(tmp_path: Path) -> None:
    """systemd itself finds nothing wrong with the units, and calls the service well closed in."""
    analyze = needs.program("systemd-analyze")
    for name in ("podcast-publish.service", "podcast-publish.timer"):
        text = (RUNNING / name).read_text("utf-8").replace("/srv/podcast/venv/bin/podcast", "/bin/true")
        (tmp_path / name).write_text(text, "utf-8")
    done = subprocess.run(
        [analyze, "verify", *map(str, sorted(tmp_path.iterdir()))], capture_output=True, text=True, timeout=300
    )
    complaints = [line for line in done.stderr.splitlines() if "podcast-publish" in line]
    assert complaints == []
    service = str(tmp_path / "podcast-publish.service")
    argv = [analyze, "security", "--offline=true", "--threshold=50", service]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-500:]


def test_the_container_installs_what_is_locked() -> None:
    """Hashes are asked for, the user is not root, the last word is the command."""
    text = (RUNNING / "Containerfile").read_text("utf-8")
    assert "--require-hashes -r /source/requirements.lock" in text
    assert text.index("USER podcast") < text.index("ENTRYPOINT")
    assert re.search(r'^ENTRYPOINT \["podcast"\]$', text, re.MULTILINE)
