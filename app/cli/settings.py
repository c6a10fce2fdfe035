"""The settings, or one line that says which is wrong and why."""

import sys
from collections.abc import Mapping
from typing import NoReturn

from config import BadSetting, Config, read_config

BAD_SETTING = 2


def config_or_exit(environ: Mapping[str, str] | None = None) -> Config:
    """The checked settings; ends the process with one line and code 2 when one is bad."""
    try:
        return read_config(environ)
    except BadSetting as error:
        refuse(str(error))


def refuse(why: str) -> NoReturn:
    """Says why the house does not open, in one line, and ends the process."""
    print(" ".join(why.split()), file=sys.stderr, flush=True)
    sys.exit(BAD_SETTING)


def say_ignored(config: Config) -> None:
    """Says which settings have no effect, a line each, and goes on."""
    for why in config.ignored:
        print(why, file=sys.stderr, flush=True)
