"""A temporary PostgreSQL server for the tests."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.http.processes import free_port

# Files here are in memory: what tests make need not survive the machine.
MEMORY = Path("/dev/shm")
# Bytes that must be free there; containers often have less.
ROOM = 4 * 2**30


def in_memory() -> Path | None:
    """A folder whose files are in memory, where there is one with room."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


def _binaries() -> Path:
    """The newest installed server. Fails loudly: `make test-tools` installs it."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise RuntimeError("PostgreSQL's initdb is not installed; run `make test-tools`")
    return Path(on_path).resolve().parent


def _as_owner(command: list[str], folder: Path) -> None:
    """As root, switches to Debian's postgres user, because PostgreSQL refuses to run as root."""
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command} failed: {done.stdout}{done.stderr}")


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[str]:
    """Runs a server; yields its address without a database name.

    `durable`: each commit waits for the disk, as in production. Otherwise its files are in memory
    if they can be: making and dropping a database for each test takes half the time there.
    """
    programs = _binaries()
    place = None if durable else in_memory()
    folder = Path(tempfile.mkdtemp(prefix="diandan-postgres-", dir=place))
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data, port = folder / "data", free_port()
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        f" -c fsync={'on' if durable else 'off'} -c max_connections=300 -c shared_buffers=64MB"
    )
    try:
        made = f"-D {data} -U diandan -A trust --encoding=UTF8 --locale=C.UTF-8 --no-sync"
        _as_owner([str(programs / "initdb"), *made.split()], folder)
        start = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
        _as_owner([*start, "-o", options, "start"], folder)
        yield f"postgresql+psycopg://diandan@127.0.0.1:{port}"
    finally:
        if (data / "postmaster.pid").exists():
            _as_owner(
                [str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"], folder
            )
        shutil.rmtree(folder, ignore_errors=True)
