"""Who imports whom: the contracts hold, each breaks when it should, and start-up loads only what it needs."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

PLANTED = {
    "text knows nothing of watui": ("text.py", "import watui.models"),
    "models are plain values": ("models.py", "import watui.store"),
    "the gateway knows no screen": ("gateway/base.py", "import textual"),
    "decisions do no input or output": ("store.py", "import time"),
    "workers know no screen": ("devices.py", "import watui.app"),
    "messages carry events and nothing else": ("messages.py", "import watui.devices"),
    "panes are told and do not ask": ("panes/thread.py", "import watui.store"),
    "panes do not know each other": ("panes/composer.py", "import watui.panes.status"),
    "the embedded gateway shares nothing with the client": ("demo/options.py", "import watui.text"),
    "only the command line knows the embedded gateway": ("app.py", "import watui.demo.options"),
}


def lint(where: Path) -> str:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache", "--config", where / "pyproject.toml"],
        cwd=where,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(where), "PATH": ""},
        check=False,
    )
    return done.stdout


def test_every_contract_has_a_planted_violation() -> None:
    assert {contract["name"] for contract in CONTRACTS} == set(PLANTED)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_violation_breaks_its_contract(name: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "watui", tmp_path / "watui", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path, line = PLANTED[name]
    planted = tmp_path / "watui" / path
    planted.write_text(planted.read_text().replace('"""\n', f'"""\n\n{line}\n', 1))
    assert f"{name} BROKEN" in lint(tmp_path)


def test_the_embedded_gateway_is_kept_from_every_module_of_the_client() -> None:
    contract = next(each for each in CONTRACTS if each.get("source_modules") == ["watui.demo"])
    modules = {f"watui.{path.stem}" for path in (ROOT / "watui").glob("*.py") if path.stem != "__init__"}
    packages = {f"watui.{path.parent.name}" for path in (ROOT / "watui").glob("*/__init__.py")}
    assert modules | packages - {"watui.demo"} <= set(contract["forbidden_modules"])


def loaded(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_the_screen_is_drawn_without_the_network_libraries() -> None:
    modules = loaded("import watui.app, watui.network")
    assert not modules & {"aiohttp", "socketio", "engineio", "pydantic"}
    assert "textual" in modules


def test_help_needs_neither_textual_nor_the_network_libraries() -> None:
    run = "import contextlib, watui.__main__ as m\nwith contextlib.suppress(SystemExit): m.main(['--help'])"
    assert not loaded(run) & {"textual", "rich", "aiohttp", "socketio", "engineio", "pydantic"}


def test_the_embedded_gateway_needs_nothing_of_the_client() -> None:
    modules = loaded("import watui.demo.cli, watui.demo.gateway")
    assert {m for m in modules if m.startswith("watui.")} == {
        m for m in modules if m.startswith("watui.demo")
    }
    assert "textual" not in modules
