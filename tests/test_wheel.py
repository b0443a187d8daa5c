"""The wheel as its user gets it: built, installed outside the checkout, and run from there."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.pty import Terminal
from watui import __version__

ROOT = Path(__file__).parent.parent
A_CHAT = "Alice Bergmann"

pytestmark = pytest.mark.xdist_group("wheel")


@dataclass
class Installed:
    """The wheel, and an environment outside the checkout that it was installed into."""

    wheel: Path
    bin: Path
    cwd: Path
    env: dict[str, str]

    def run(self, *argv: str) -> str:
        """Run a program of the environment and give what it wrote."""
        return _run([str(self.bin / argv[0]), *argv[1:]], self.cwd, self.env)


def _run(argv: Sequence[str], cwd: Path, env: dict[str, str]) -> str:
    done = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, f"{argv}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build and install without a network: the tools and what watui needs are the running environment's."""
    home = tmp_path_factory.mktemp("wheel")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("WATUI", "PYTHON"))}
    env |= {"WATUI_HOME": str(home / "watui"), "TERM": "xterm-256color"}
    dist, venv = home / "dist", home / "venv"
    _run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(dist), str(ROOT)],
        home,
        env,
    )
    (wheel,) = dist.glob("*.whl")
    _run([sys.executable, "-m", "venv", "--without-pip", str(venv)], home, env)
    python = str(venv / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    _run([*pip, "install", "--quiet", "--no-index", "--no-deps", "--no-compile", str(wheel)], home, env)
    # As a plain path: the .pth files in there, such as the one that leads to the checkout, do not count.
    here = sysconfig.get_paths()
    there = sysconfig.get_paths(vars={"base": str(venv), "platbase": str(venv)})
    (Path(there["purelib"]) / "dependencies.pth").write_text(f"{here['purelib']}\n{here['platlib']}\n")
    return Installed(wheel, venv / "bin", home, env)


def test_the_wheel_holds_more_than_code(installed: Installed) -> None:
    names = set(zipfile.ZipFile(installed.wheel).namelist())
    scripts = {f"watui/demo/scripts/{path.name}" for path in (ROOT / "watui/demo/scripts").glob("*.txt")}
    assert scripts
    assert names >= {"watui/watui.tcss", "watui/py.typed", *scripts}
    assert not {name for name in names if not name.startswith(("watui/", "watui-"))}


def test_the_installed_watui_is_the_wheels(installed: Installed) -> None:
    where = Path(installed.run("python", "-c", "import watui; print(watui.__file__)").strip())
    assert where.is_relative_to(installed.bin.parent)
    assert not where.is_relative_to(ROOT)
    assert installed.run("watui", "--version").strip() == f"watui {__version__}"


def test_the_demo_starts_from_the_wheel(installed: Installed) -> None:
    argv = [str(installed.bin / "watui"), "--demo"]
    with Terminal(argv, cols=100, rows=30, env=installed.env, cwd=installed.cwd) as terminal:
        terminal.until(A_CHAT, timeout=20)
        terminal.send("\x11")
        assert terminal.wait_exit() == 0
