"""``manage.py backup`` and ``restore``: which database, which secrets, and what is said."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from workbench.launch import backups, cluster
from workbench.launch.errors import LaunchError
from workbench.launch.places import Lock, Places, data_directory
from workbench.launch.postgres import EmbeddedPostgres

WITHOUT_SECRETS = """\
The secrets are not in it. Without the encryption key nobody can read the API keys that teams have
stored: keep {directory} (or ENCRYPTION_KEY) in another safe place, or use --with-secrets."""
WITH_SECRETS = """\
The secrets are in it: whoever has the file can read every stored API key and sign in as anybody.
Keep it as you keep a password."""


def backup(arguments: Sequence[str]) -> int:
    """Save the database into a new file; works while Workbench runs, and while it does not."""
    parser = argparse.ArgumentParser("manage.py backup", description=backup.__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="the file to write, such as a.zip")
    parser.add_argument(
        "--with-secrets", action="store_true", help="put the encryption key and SECRET_KEY in it"
    )
    chosen = parser.parse_args(arguments)
    secrets = _all_secrets() if chosen.with_secrets else {}
    with _database(is_stopped=False) as url:
        backups.backup(url, chosen.file, secrets)
    directory = Places(data_directory()).root / "secrets"
    note = WITH_SECRETS if chosen.with_secrets else WITHOUT_SECRETS.format(directory=directory)
    print(f"Saved {chosen.file} ({chosen.file.stat().st_size:,} bytes).\n{note}")
    return 0


def restore(arguments: Sequence[str]) -> int:
    """Fill the database from a backup; Workbench must be stopped. All of it or nothing."""
    parser = argparse.ArgumentParser("manage.py restore", description=restore.__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="a file made by manage.py backup")
    parser.add_argument(
        "--replace", action="store_true", help="delete what the database holds and other secrets"
    )
    chosen = parser.parse_args(arguments)
    about = backups.read_about(chosen.file)
    secrets = backups.read_secrets(chosen.file)
    _mind_other_secrets(secrets, may_replace=chosen.replace)
    with _database(is_stopped=True) as url:
        backups.restore(url, chosen.file, about, replace=chosen.replace)
    _keep(secrets)
    print(
        f"Restored the backup of {about.made_at} (Workbench {about.version}). "
        "Start Workbench: manage.py up, or manage.py prepare and manage.py serve."
    )
    if not secrets:
        print("The secrets were not in it: the stored API keys need the encryption key of before.")
    return 0


@contextmanager
def _database(*, is_stopped: bool) -> Iterator[str]:
    """The address of the database; the embedded one is started meanwhile unless it runs.

    Raises LaunchError when it must be stopped and runs.
    """
    if url := _setting("DATABASE_URL"):
        yield url
        return
    places = Places(data_directory())
    if is_stopped:
        places.prepare()
    elif not cluster.exists(places.cluster):
        raise LaunchError(f"There is no database in {places.root}, and DATABASE_URL is not set.")
    lock = Lock(
        places.root / "lock",
        "Workbench is running on this data directory (process {pid}). Stop it first.",
    )
    try:
        lock.acquire()
    except LaunchError:
        if is_stopped:
            raise
        yield _running(places)
        return
    try:
        with EmbeddedPostgres(places.root) as postgres:
            yield postgres.url
    finally:
        lock.release()


def _running(places: Places) -> str:
    try:
        return places.database_url.read_text("utf-8").strip()
    except FileNotFoundError:
        raise LaunchError("Workbench is just starting or stopping: try again.") from None


def _all_secrets() -> dict[str, str]:
    found = {name: _secret(name) for name in backups.SECRETS}
    for name, secret in found.items():
        if not secret:
            raise LaunchError(f"{backups.SECRETS[name]} is not set, and there is no file of it.")
    return found


def _secret(name: str) -> str:
    """A secret of this installation, from its setting or its file; empty when there is none."""
    return _setting(backups.SECRETS[name]) or _file_text(_path(name))


def _path(name: str) -> Path:
    return Places(data_directory()).root / "secrets" / name


def _setting(name: str, environ: Mapping[str, str] = os.environ) -> str:
    """The setting ``name``, or what the file that ``NAME_FILE`` names holds."""
    path = environ.get(f"{name}_FILE", "").strip()
    if path and not Path(path).is_file():
        raise LaunchError(f"{name}_FILE names no file: {path}")
    return environ.get(name, "").strip() or (_file_text(Path(path)) if path else "")


def _file_text(path: Path) -> str:
    with suppress(FileNotFoundError):
        return path.read_text("utf-8").strip()
    return ""


def _mind_other_secrets(secrets: Mapping[str, str], *, may_replace: bool) -> None:
    for name, secret in secrets.items():
        variable = backups.SECRETS[name]
        if (set_here := _setting(variable)) and set_here != secret:
            raise LaunchError(
                f"{variable} is set to another secret than the one in the backup: unset it, or set "
                "it to the one from there."
            )
        if _file_text(_path(name)) not in ("", secret) and not may_replace:
            raise LaunchError(
                f"{_path(name)} holds another secret than the backup. With --replace it is kept "
                "beside the new one, under another name."
            )


def _keep(secrets: Mapping[str, str]) -> None:
    """Put the restored secrets into their files; others that were there stay under another name."""
    now = f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}"
    for name, secret in secrets.items():
        path = _path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _file_text(path) == secret:
            continue
        draft = path.with_name(f".{name}.{now}")
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w", encoding="ascii") as writer:
            writer.write(secret + "\n")
            writer.flush()
            os.fsync(writer.fileno())
        if path.exists():
            path.rename(path.with_name(f"{name}.before-{now}"))
        draft.rename(path)
