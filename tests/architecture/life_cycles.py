"""Every life-cycle of the product, found in its domain packages."""

import importlib
import pkgutil
from typing import Any

import app
from app.core.life_cycle import LifeCycle

NO_DOMAIN = ("core", "web", "api", "cli", "jobs", "usecases", "demo", "channels", "translations")


def life_cycles() -> list[LifeCycle[Any]]:
    """All of them, by the name of their table."""
    found: dict[str, LifeCycle[Any]] = {}
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name.split(".")[1] in NO_DOMAIN:
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, LifeCycle):
                found[value.table] = value
    return [found[table] for table in sorted(found)]
