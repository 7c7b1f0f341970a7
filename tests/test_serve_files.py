"""The files with which a portal is put up: what they name is there, and the program takes it.

No container is started here. Commands are given to the program's own parser, and the units to
`systemd-analyze`, where there is one.
"""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.cli.main import _parser

ROOT = Path(__file__).resolve().parents[1]
SERVE = ROOT / "docs" / "serve"
UNITS = ("grader-serve.service", "grader-backup.service", "grader-backup.timer")


def parsed(words: list[str]) -> Any:
    """Return what the program makes of a command line, which has to be whole."""
    assert words[0].rpartition("/")[2] == "grader"
    options, unknown = _parser(words[1]).parse_known_args(words[1:])
    assert not unknown
    return options


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((SERVE / "compose.yaml").read_text(encoding="utf-8"))
    return found


def command_of(service: dict[str, Any]) -> list[str]:
    words: list[str] = service["command"]
    return words[words.index("grader") :] if "grader" in words else words


def test_commands_are_those_of_the_program(compose: dict[str, Any]) -> None:
    services = compose["services"]
    serve, worker = (parsed(command_of(services[name])) for name in ("portal", "worker"))
    assert serve.gradebook.startswith("postgresql+psycopg://")
    assert ":" not in serve.gradebook.partition("//")[2].partition("@")[0]  # no password in it
    assert serve.isolation == worker.isolation  # the command needs the same level as its workers
    assert str(serve.course) == str(worker.course)
    assert serve.scheduler == worker.scheduler == "tls://scheduler:8786"
    assert services["scheduler"]["command"][:2] == ["dask", "scheduler"]
    assert "--port=8786" in services["scheduler"]["command"]


def test_what_is_named_is_there_and_only_the_proxy_has_a_port(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert [name for name, one in services.items() if "ports" in one] == ["proxy"]
    for name, one in services.items():
        assert set(one.get("networks", ())) <= set(compose["networks"]), name
        assert set(one.get("secrets", ())) <= set(compose["secrets"]), name
        assert set(one.get("depends_on", ())) <= set(services), name
        for volume in one.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source.startswith("./") or source in compose["volumes"], (name, volume)
        assert "image" in one, name
    assert compose["networks"]["back"]["internal"] is True
    assert "front" not in services["database"]["networks"]
    serve = parsed(command_of(services["portal"]))
    [front] = compose["networks"]["front"]["ipam"]["config"]
    assert serve.proxy == [front["subnet"]]
    assert services["database"]["environment"]["POSTGRES_USER"] == "grader"
    for secret in compose["secrets"]:
        assert f"/run/secrets/{secret}" in str(services)


def test_what_runs_submissions_or_answers_people_is_never_root(compose: dict[str, Any]) -> None:
    for name in ("portal", "scheduler", "worker"):
        service = compose["services"][name]
        assert service["cap_drop"] == ["ALL"], name
        assert service["read_only"] is True, name
    lines = (SERVE / "Containerfile").read_text(encoding="utf-8").splitlines()
    steps = [line.split(maxsplit=1) for line in lines if re.match(r"[A-Z]+ ", line)]
    assert steps[0][0] == "FROM"
    user = next(said for step, said in steps if step == "USER")
    assert user != "root"
    assert [step for step, _ in steps].index("USER") < [step for step, _ in steps].index("CMD")


def test_the_image_installs_extras_that_there_are() -> None:
    text = (SERVE / "Containerfile").read_text(encoding="utf-8")
    found = re.search(r"/src\[([\w,]+)\]", text)
    assert found is not None
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(found[1].split(",")) <= set(extras["optional-dependencies"])
    assert "/src/scripts/constraints.txt" in text
    assert (ROOT / "scripts" / "constraints.txt").is_file()


def test_the_proxy_passes_on_to_the_portal_and_keeps_what_is_its_own(
    compose: dict[str, Any],
) -> None:
    text = (SERVE / "Caddyfile").read_text(encoding="utf-8")
    serve = parsed(command_of(compose["services"]["portal"]))
    assert f"reverse_proxy portal:{serve.port}" in text
    assert f"{serve.url.removeprefix('https://')} {{" in text
    assert "/metrics /healthz /readyz" in text
    assert text.count("{") == text.count("}")


def exec_lines(unit: str) -> list[list[str]]:
    """Return what a unit runs, as words; of a shell's line what it runs."""
    lines = (SERVE / unit).read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines:
        if line.startswith("ExecStart="):
            words = shlex.split(line.partition("=")[2].replace("%%", "%"))
            if words[0] == "/bin/sh":
                words = shlex.split(words[2].removeprefix("exec "))
            found.append(words)
    return found


def test_units_run_what_the_program_takes() -> None:
    [serve], [backup] = exec_lines(UNITS[0]), exec_lines(UNITS[1])
    portal, copy = parsed(serve), parsed(backup)
    assert portal.proxy == ["127.0.0.1"]
    assert portal.host == "127.0.0.1"
    assert copy.action == "backup"
    assert copy.gradebook == portal.gradebook


SECTIONS = {".service": {"Unit", "Service"}, ".timer": {"Unit", "Timer"}}


def test_units_are_well_formed(tmp_path: Path) -> None:
    """Each has its sections, no key twice; where there is systemd, it finds no fault, either."""
    for name in UNITS:
        text = (SERVE / name).read_text(encoding="utf-8")
        unit = configparser.RawConfigParser(strict=True, delimiters=("=",))
        # A key that may stand twice, such as Environment, stands once here.
        unit.read_string(text)
        assert SECTIONS[Path(name).suffix] <= set(unit.sections()) <= {
            "Unit", "Service", "Timer", "Install"
        }  # fmt: skip
        text = re.sub(r"^(User|Group)=.*$", "", text, flags=re.MULTILINE)  # nobody of these is here
        (tmp_path / name).write_text(text.replace("/opt/grader/bin/grader", "/bin/true"))
    program = shutil.which("systemd-analyze")
    if program:
        command = [program, "verify", *(str(tmp_path / name) for name in UNITS)]
        checked = subprocess.run(command, capture_output=True, text=True, check=False)
        said = [line for line in checked.stderr.splitlines() if str(tmp_path) in line]
        assert (checked.returncode, said) == (0, [])
