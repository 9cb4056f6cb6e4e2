"""The peers: how each is asked to follow every link of the site, and whether it is on this machine."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Peer:
    """A crawler to be measured: ``command`` makes its arguments from the start address and a scratch folder."""

    name: str
    says: str
    program: str
    command: Callable[[str, str, Path], list[str]]

    def path(self) -> str | None:
        """The program, None where it is absent."""
        return sys.executable if self.program == "python" else shutil.which(self.program)


def _linkchecker(program: str, start: str, scratch: Path) -> list[str]:
    config = scratch / "linkcheckerrc"
    config.write_text("[checking]\nmaxrequestspersecond=100000\nrobotstxt=0\n[output]\nwarnings=0\n")
    # it gives up root's rights before it reads its configuration
    scratch.chmod(0o755)
    return [program, "-f", str(config), "--recursion-level=-1", "--no-status", "--no-warnings", start]


PEERS = [
    Peer("muffet", "muffet -c 16 (links only)", "muffet",
         lambda program, start, scratch: [program, "-c", "16", start]),
    Peer("wget", "wget --spider -r (no source of a dead link)", "wget", lambda program, start, scratch: [
        program, "--spider", "-r", "-l", "inf", "-p", "-nd", "-nv", "-e", "robots=off", "-P", str(scratch), start]),
    Peer("linkinator", "linkinator --recurse (links only)", "linkinator",
         lambda program, start, scratch: [program, start, "--recurse", "--verbosity", "error", "--timeout", "30000"]),
    Peer("linkchecker", "linkchecker, throttle off (links only)", "linkchecker", _linkchecker),
    Peer("scrapy", "Scrapy as it comes, LinkExtractor (links only)", "python",
         lambda program, start, scratch: [program, "-m", "benchmarks.stock", start]),
]
