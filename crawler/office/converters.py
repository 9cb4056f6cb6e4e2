"""Programs that turn old Word files into what we read: LibreOffice, or antiword and catdoc for the text alone."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from crawler.office.contents import FileFaultError

SECONDS = 45.0
# LibreOffice maps far more than it uses
_ADDRESS_BYTES = 6 * 1024**3
_OUTPUT_BYTES = 64 * 1024 * 1024
_OFFICE = ("soffice", "libreoffice")
_MAC_OFFICE = Path("/Applications/LibreOffice.app/Contents/MacOS/soffice")
# no macros, no links followed, nothing loaded from elsewhere
_SECURITY = "Office.Common/Security/Scripting"
_SETTINGS = (
    (_SECURITY, "MacroSecurityLevel", "3"), (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "DisableActiveContent", "true"), (_SECURITY, "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "2"), ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"), ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"), ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def find_office() -> str | None:
    """Return LibreOffice's program, None where it is not installed."""
    found = next((path for name in _OFFICE if (path := shutil.which(name))), None)
    return found or (str(_MAC_OFFICE) if _MAC_OFFICE.is_file() else None)


def to_docx(program: str, data: bytes, suffix: str) -> bytes:
    """Return an old Word file as .docx; raises FileFaultError where LibreOffice gives none in time."""
    with tempfile.TemporaryDirectory(prefix="xunjian-") as folder:
        root = Path(folder)
        source = root / f"in.{suffix}"
        source.write_bytes(data)
        profile = root / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_profile(), "utf-8")
        _run([
            program, "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo",
            f"-env:UserInstallation={(root / 'profile').as_uri()}", "--convert-to", "docx", "--outdir", folder,
            str(source),
        ], root)
        result = root / "in.docx"
        if not result.is_file():
            raise FileFaultError("unreadable", "LibreOffice 打不开此文件")
        return result.read_bytes()


def _profile() -> str:
    """Return the settings LibreOffice starts with, in its own form."""
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    return f'<?xml version="1.0"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'


def to_text(data: bytes) -> str | None:
    """Return an old Word file's text by antiword or catdoc; None where neither is installed or reads it."""
    commands = (("antiword", ["-m", "UTF-8.txt", "-w", "0"]), ("catdoc", ["-d", "utf-8", "-w"]))
    with tempfile.TemporaryDirectory(prefix="xunjian-") as folder:
        source = Path(folder) / "in.doc"
        source.write_bytes(data)
        for name, options in commands:
            program = shutil.which(name)
            if program:
                text = _run([program, *options, str(source)], Path(folder)).decode("utf-8", "replace")
                if text.strip():
                    # antiword draws its tables
                    return text.replace("|", "\t") if name == "antiword" else text
    return None


def _run(command: list[str], folder: Path) -> bytes:
    """Run a program by itself, its output cut; raises FileFaultError where it is not done in time.

    In namespaces of its own it ends, with whatever it started, when this process or its group does.
    """
    alone = _alone()
    output = folder / "output"
    environment = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")},
        "HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp",
        "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9",
    }
    with output.open("wb") as sink, subprocess.Popen(
        [*alone, *command], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=sink,
        stderr=subprocess.DEVNULL, process_group=None if alone else 0, preexec_fn=_limit,
    ) as process:
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            raise FileFaultError("timeout", f"转换旧版 Word 文件超过 {SECONDS:.0f} 秒，未读取") from None
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                (os.kill if alone else os.killpg)(process.pid, signal.SIGKILL)
    with output.open("rb") as source:
        return source.read(_OUTPUT_BYTES)


def _limit() -> None:
    """Give the program its own bounds in place of those of the process that starts it."""
    import resource

    for which, amount in (
        (resource.RLIMIT_AS, _ADDRESS_BYTES), (resource.RLIMIT_CPU, int(SECONDS)),
        (resource.RLIMIT_FSIZE, _OUTPUT_BYTES), (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(which)
        wanted = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(which, (wanted, hard))


@cache
def _alone() -> tuple[str, ...]:
    """Return what to put before a command to run it apart, without a network; empty where that cannot be had."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    command = (unshare, "--map-root-user", "--net", "--pid", "--fork", "--kill-child")
    tried = subprocess.run([*command, "true"], capture_output=True, timeout=10, check=False)
    return command if tried.returncode == 0 else ()
