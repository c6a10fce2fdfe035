"""Keys are read from settings or files; only an explicit call makes one."""

import threading
from pathlib import Path

import pytest

from app.core.key_files import BadKey, FoundKey, make_key_file, new_key, read_keys
from config import read_config


def read(folder: Path, **settings: str) -> tuple[FoundKey, ...]:
    return read_keys(lambda name: settings.get(name, ""), folder)


def test_reading_makes_nothing(tmp_path: Path) -> None:
    config = read_config({"INSTANCE_DIR": str(tmp_path)})
    assert config.keys == () and config.secret_key == b"" and config.push.key == b""
    assert list(tmp_path.iterdir()) == []


def test_files_are_read_by_their_number(tmp_path: Path) -> None:
    made = [make_key_file(tmp_path, "data", number) for number in (1, 10, 2)]
    (tmp_path / "data_key.old").write_text("no key")
    found = read(tmp_path)
    assert [one.key for one in found] == [made[0].key, made[2].key, made[1].key]
    assert [Path(one.source).name for one in found] == ["data_key", "data_key.2", "data_key.10"]
    assert (tmp_path / "data_key").stat().st_mode & 0o777 == 0o600


def test_settings_come_before_files(tmp_path: Path) -> None:
    make_key_file(tmp_path, "data")
    one, two = new_key(), new_key()
    assert [k.source for k in read(tmp_path, DATA_KEY=one)] == ["DATA_KEY"]
    assert [k.source for k in read(tmp_path, DATA_KEYS=f"{one}, {two}")] == ["DATA_KEYS"] * 2
    assert [k.purpose for k in read(tmp_path, TRAIL_KEYS=one)] == ["data", "trail"]


def test_same_key_twice_is_refused(tmp_path: Path) -> None:
    one = new_key()
    with pytest.raises(BadKey, match="DATA_KEYS: holds the same key twice"):
        read(tmp_path, DATA_KEYS=f"{one},{one}")


@pytest.mark.parametrize("content", ["", "short", "é", "A" * 40])
def test_what_is_no_key_is_named(content: str, tmp_path: Path) -> None:
    (tmp_path / "trail_key").write_text(content)
    with pytest.raises(BadKey, match=r"TRAIL_KEY: .*trail_key"):
        read(tmp_path)


def test_many_at_once_get_the_same_key(tmp_path: Path) -> None:
    made: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: made.append(make_key_file(tmp_path, "data").key))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8 and len(set(made)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["data_key"]
