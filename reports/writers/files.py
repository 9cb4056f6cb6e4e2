"""Puts a set of files in place together: made aside first, so that an interruption leaves the old ones."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_STAGE = ".report-"
_NAME_BYTES = 120


@contextmanager
def put_together(home: Path, folders: Iterable[str] = ()) -> Iterator[Path]:
    """Yield an empty folder; what is written there moves into ``home`` when the block ends well.

    Each file replaces its predecessor in one step; files of ``folders`` not written again are removed.
    Raises OSError where the home refuses.
    """
    home.mkdir(parents=True, exist_ok=True)
    for left in home.glob(f"{_STAGE}*"):
        shutil.rmtree(left, ignore_errors=True)
    stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=home))
    try:
        yield stage
        written = sorted(path.relative_to(stage) for path in stage.rglob("*") if path.is_file())
        for path in written:
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            (stage / path).replace(home / path)
        kept = {home / path for path in written}
        for folder in folders:
            for old in (home / folder).rglob("*"):
                if old not in kept and old.is_file():
                    old.unlink()
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def file_stems(names: Iterable[str]) -> dict[str, str]:
    """Return for each name a file name without ending that every system takes.

    A name stands as it is where it can; one that had to change, or differs from another only by case, ends
    in a short digest of itself, so that no two share a file and a name keeps its file over runs.
    """
    wanted = {name: _safe(name) for name in dict.fromkeys(names)}
    shared = Counter(stem.casefold() for stem in wanted.values())
    return {
        name: stem if stem == name and shared[stem.casefold()] == 1 else f"{stem}-{_digest(name)}"
        for name, stem in wanted.items()
    }


def _safe(name: str) -> str:
    text = unicodedata.normalize("NFC", name)
    text = "".join("_" if unicodedata.category(c)[0] in "CZ" else c for c in text)
    text = re.sub(r"[\\/:*?\"<>|#%&'`$!{}@+=]", "_", text).strip("._ ")
    text = text.encode("utf-8", "replace")[:_NAME_BYTES].decode("utf-8", "ignore")
    if re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d|index)(\..*)?", text):
        text = f"_{text}"
    return text or "_"


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
