"""Addresses of style sheets and scripts with a hash of their content, so that caches keep them."""

import hashlib
import json
from pathlib import Path

from flask import Flask, current_app, url_for


def _hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def init_assets(flask: Flask) -> None:
    """Gives templates `asset('app.css')`. Raises RuntimeError if the assets were never built."""
    folder = Path(str(flask.static_folder))
    manifest_path = folder / "built" / "manifest.json"
    if not manifest_path.exists():
        raise RuntimeError("browser assets are not built; run `make assets`")
    built = {name: f"built/{file}" for name, file in json.loads(manifest_path.read_text()).items()}
    flask.extensions["built_assets"] = built
    own = {
        path.relative_to(folder).as_posix(): _hash_of(path)
        for path in folder.rglob("*.*")
        if "built" not in path.parts
    }

    def asset(name: str) -> str:
        if name in built:
            return url_for("static", filename=built[name])
        return url_for("static", filename=name, v=own[name])

    flask.jinja_env.globals["asset"] = asset


def built_path(name: str) -> str:
    """Path below the static folder of the built asset `name`. Raises KeyError if unknown."""
    built: dict[str, str] = current_app.extensions["built_assets"]
    return built[name]
