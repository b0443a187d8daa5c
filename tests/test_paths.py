"""Where watui's files live, and who may look at them."""

from pathlib import Path

import pytest

from watui.paths import Paths, private_dir


def test_one_directory_for_everything(tmp_path: Path) -> None:
    paths = Paths.find({"WATUI_HOME": str(tmp_path)})
    for path in (paths.config, paths.state, paths.log, paths.crashes, paths.data):
        assert path.is_relative_to(tmp_path)
    assert list(tmp_path.iterdir()) == []
    chosen = Paths.find({"WATUI_HOME": str(tmp_path), "WATUI_CONFIG": "/etc/x.toml"})
    assert chosen.config == Path("/etc/x.toml")
    assert chosen.state == paths.state


def test_the_platforms_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CONFIG", "STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    paths = Paths.find({})
    assert paths.config.name == "config.toml"
    assert paths.state.name == "state.json"
    assert len({paths.config, paths.state, paths.log, paths.crashes, paths.data}) == 5


def test_each_demo_has_fresh_data(tmp_path: Path) -> None:
    paths = Paths.find({"WATUI_HOME": str(tmp_path / "home")})
    one, other = paths.for_demo(), paths.for_demo()
    assert one.data != other.data
    assert one.config == paths.config
    assert one.state != paths.state
    assert one.data.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700


def test_directories_that_are_there_keep_their_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    private_dir(tmp_path / "new" / "newer")
    assert tmp_path.stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
