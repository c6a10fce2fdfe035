"""A setting that cannot be used is refused by its name."""

from pathlib import Path

import pytest

from config import BadSetting, read_config
from tests.databases import KEYS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PHONE_REGION", "ZZ"),
        ("PHONE_REGION", "86"),
        ("TILE_URL", "foo"),
        ("TILE_URL", "https://tiles.example/map.png"),
        ("LOG_LEVEL", "loud"),
        ("WEB_WORKERS", "0"),
        ("WEB_WORKERS", "1" * 5000),
        ("PUBLIC_URL", "http://[x"),
        ("TILE_URL", "http://[x/{z}/{x}/{y}"),
        ("DATABASE_URL", "postgresql://u@h:abc/x"),
        ("INSTANCE_DIR", "/dev/null/x"),
        ("INSTANCE_DIR", "/dev/null"),
        ("INSTANCE_DIR", "x\0"),
    ],
)
def test_bad_setting_is_refused(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read_config({**KEYS, "INSTANCE_DIR": str(tmp_path), name: value})
    assert refused.value.name == name


def test_file_of_a_setting_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "port").write_bytes(b"\xff\xfe")
    with pytest.raises(BadSetting, match="PORT_FILE: cannot be read: no text in UTF-8"):
        read_config({"INSTANCE_DIR": str(tmp_path), "PORT_FILE": str(tmp_path / "port")})


def test_good_settings_are_read(tmp_path: Path) -> None:
    tiles = "https://tiles.example/{z}/{x}/{y}.png"
    given = {"PHONE_REGION": "hk", "TILE_URL": tiles, "LOG_LEVEL": "warning"}
    config = read_config({**KEYS, "INSTANCE_DIR": str(tmp_path), **given})
    assert (config.phone_region, config.tile_url, config.log_level) == ("HK", tiles, "WARNING")
