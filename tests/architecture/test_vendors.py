"""A provider of texts and calls has one folder: nothing else in the application names it."""

from pathlib import Path

from app.channels.registry import PROVIDERS

APP = Path(__file__).parents[2] / "app"
CHANNELS, HOOKS = APP / "channels", APP / "web" / "hooks"
READ = (".py", ".html", ".js", ".css", ".po")


def test_every_folder_of_a_provider_is_in_the_registry() -> None:
    folders = {path.parent.name for path in CHANNELS.glob("*/__init__.py")}
    assert folders == {one.name for one in PROVIDERS}


def test_nothing_else_names_a_provider() -> None:
    for provider in PROVIDERS:
        own = (CHANNELS / provider.name, HOOKS / f"{provider.name}.py", CHANNELS / "registry.py")
        named = [
            path.relative_to(APP)
            for path in APP.rglob("*")
            if path.suffix in READ and not any(path.is_relative_to(one) for one in own)
            if provider.name in path.read_text("utf-8").lower()
        ]
        assert named == []


def test_every_provider_has_settings_of_its_own_kind() -> None:
    """Providers are distinguished by it."""
    kinds = [one.settings for one in PROVIDERS]
    assert len(set(kinds)) == len(kinds)
