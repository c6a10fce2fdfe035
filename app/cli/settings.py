"""Reads the settings, or prints one line that says which is wrong and why."""

import sys
from collections.abc import Mapping
from typing import NoReturn

from config import BadSetting, Config, read_config

BAD_SETTING = 2


def config_or_exit(environ: Mapping[str, str] | None = None) -> Config:
    """The checked settings; ends the process with one line and code 2 if one is bad."""
    try:
        return read_config(environ)
    except BadSetting as error:
        refuse(str(error))


def refuse(why: str) -> NoReturn:
    """Prints in one line why the product does not start, and ends the process."""
    print(" ".join(why.split()), file=sys.stderr, flush=True)
    sys.exit(BAD_SETTING)


def say_ignored(config: Config) -> None:
    """Prints which settings have no effect, one a line, and continues."""
    for why in config.ignored:
        print(why, file=sys.stderr, flush=True)
