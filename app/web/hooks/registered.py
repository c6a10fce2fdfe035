"""The hooks of the providers in the registry."""

from importlib import import_module

from flask import Blueprint

from app.channels.registry import PROVIDERS


def hooks() -> list[Blueprint]:
    """`bp` of `app/web/hooks/<name>.py` for each provider that posts to us.

    Found by its name, so that a provider is listed in one place only.
    """
    modules = [import_module(f"app.web.hooks.{one.name}") for one in PROVIDERS if one.has_hook]
    return [module.bp for module in modules]
