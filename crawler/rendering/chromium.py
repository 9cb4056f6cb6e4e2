"""The system's Chromium: where it is, how it is started so that nothing gets out of it, when it is replaced."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from crawler.rendering.limits import Limits
from crawler.rendering.processes import kill, private_bytes, tree_of

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright

VARIABLE = "XUNJIAN_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_PACKAGE = "没有安装渲染组件，请执行 pip install 'xunjian[browser]'"
NO_CHROMIUM = f"没有找到 Chromium，请安装（如 apt install chromium），或用环境变量 {VARIABLE} 指明其路径"

_CLOSE_SECONDS = 5.0
_START_SECONDS = 30.0
_WATCH_SECONDS = 0.5
_HEAP_MEGABYTES = 512
# Names resolve nowhere and all connections, loopback's too, go to a proxy whose name does not exist: a request that
# escapes interception ends inside the browser. Data channels and QUIC would go past a proxy.
_FLAGS = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-breakpad",
    "--disable-gpu",
    "--dns-prefetch-disable",
    "--no-pings",
    "--no-first-run",
    "--mute-audio",
    f"--js-flags=--max-old-space-size={_HEAP_MEGABYTES}",
)
_NO_PROXY_AT_ALL = {"server": "http://nowhere.invalid:9", "bypass": "<-loopback>"}
# what reaches the network by other ways than a request that can be intercepted
_UNAVAILABLE = """
for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport', 'WebSocketStream',
                    'SharedWorker', 'EventSource'])
  try { Object.defineProperty(globalThis, name, {value: undefined, configurable: false}); } catch (_) {}
"""

logger = logging.getLogger(__name__)


class BrowserGoneError(Exception):
    """The browser broke down or was killed; the message says in Chinese why."""


def find_chromium() -> str | None:
    """Return the path of the system's Chromium, None where there is none; it is never downloaded."""
    named = os.environ.get(VARIABLE)
    if named:
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def why_absent() -> str | None:
    """Return in Chinese what has to be installed before anything can be rendered, None where all is there."""
    if find_spec("playwright") is None:
        return NO_PACKAGE
    return None if find_chromium() else NO_CHROMIUM


@dataclass(eq=False)
class _Instance:
    """One started browser: its mark on the command line, pages served and open."""

    browser: Browser
    mark: str
    served: int = 0
    open: int = 0
    killed: str = ""
    users: set[asyncio.Task[Any]] = field(default_factory=set)
    dropped: set[asyncio.Task[Any]] = field(default_factory=set)


class Chromium:
    """Hands out fresh browser contexts, one a page, from a browser that is started when first needed.

    A context of its own for every page keeps what one page stores from the next, and closing it ends the page
    whatever its script is doing. The browser is replaced after so many pages, and killed where it holds too much
    memory. Raises BrowserGoneError where it cannot be started.
    """

    def __init__(self, executable: str, limits: Limits, user_agent: str) -> None:
        self._executable = executable
        self._limits = limits
        self._user_agent = user_agent
        self._playwright: Playwright | None = None
        self._instance: _Instance | None = None
        self._all: set[_Instance] = set()
        self._starting = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None
        self.started = False

    @contextlib.asynccontextmanager
    async def context(self) -> AsyncIterator[BrowserContext]:
        """Lend a context for one page; an error of a browser that is gone comes out as BrowserGoneError."""
        from playwright.async_api import Error

        instance = await self._ready()
        user = asyncio.current_task()
        assert user is not None
        instance.served += 1
        instance.open += 1
        instance.users.add(user)
        try:
            context = await asyncio.wait_for(self._context_of(instance), _START_SECONDS)
            try:
                yield context
            finally:
                await self._close_context(instance, context)
        except (Error, TimeoutError) as error:
            if instance.killed or not instance.browser.is_connected():
                raise BrowserGoneError(instance.killed or "浏览器意外退出") from error
            raise
        except asyncio.CancelledError:
            if user not in instance.dropped:
                raise
            user.uncancel()
            raise BrowserGoneError(instance.killed) from None
        finally:
            instance.users.discard(user)
            instance.open -= 1
            if instance is not self._instance and not instance.open:
                await self._close(instance)

    async def _context_of(self, instance: _Instance) -> BrowserContext:
        context = await instance.browser.new_context(
            user_agent=self._user_agent, locale="zh-CN", timezone_id="Asia/Shanghai", service_workers="block",
            accept_downloads=False, ignore_https_errors=True, viewport={"width": 1280, "height": 1600},
        )
        await context.add_init_script(_UNAVAILABLE)
        return context

    async def _close_context(self, instance: _Instance, context: BrowserContext) -> None:
        from playwright.async_api import Error

        if instance.killed:
            return
        try:
            await asyncio.wait_for(context.close(), _CLOSE_SECONDS)
        except (Error, TimeoutError):
            if instance.browser.is_connected():
                self._kill(instance, "页面无法关闭")

    async def _ready(self) -> _Instance:
        async with self._starting:
            instance = self._instance
            if instance is not None and instance.browser.is_connected() and (
                instance.served < self._limits.browser_pages
            ):
                return instance
            if instance is not None:
                self._instance = None
                if not instance.open:
                    await self._close(instance)
            self._instance = await self._start()
            return self._instance

    async def _start(self) -> _Instance:
        from playwright.async_api import Error, async_playwright

        mark = f"--xunjian-rendering={secrets.token_hex(8)}"
        try:
            if self._playwright is None:
                self._playwright = await async_playwright().start()
            as_root = hasattr(os, "geteuid") and os.geteuid() == 0
            async with asyncio.timeout(_START_SECONDS + _CLOSE_SECONDS):
                browser = await self._playwright.chromium.launch(
                    executable_path=self._executable, args=[*_FLAGS, mark], chromium_sandbox=not as_root,
                    proxy=_NO_PROXY_AT_ALL, timeout=_START_SECONDS * 1000,  # type: ignore[arg-type]
                    handle_sigint=False, handle_sigterm=False, handle_sighup=False,
                )
        except (Error, OSError, TimeoutError) as error:
            kill(tree_of(mark))
            words = str(error).strip().splitlines()
            raise BrowserGoneError(f"Chromium 不能启动（{words[0] if words else type(error).__name__}）") from error
        self.started = True
        instance = _Instance(browser, mark)
        self._all.add(instance)
        if self._watching is None:
            self._watching = asyncio.ensure_future(self._watch())
        return instance

    async def _watch(self) -> None:
        """Kill a browser that holds too much memory."""
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            for instance in list(self._all):
                if not instance.open:
                    continue
                held = private_bytes(tree_of(instance.mark))
                if held > self._limits.memory_bytes:
                    self._kill(instance, f"浏览器占用内存超过 {self._limits.memory_bytes // 1_000_000} MB")

    def kill(self, reason: str) -> None:
        """Kill every browser; the pages open in it come out as BrowserGoneError."""
        for instance in list(self._all):
            self._kill(instance, reason)

    def _kill(self, instance: _Instance, reason: str) -> None:
        instance.killed = instance.killed or reason
        kill(tree_of(instance.mark))
        if self._instance is instance:
            self._instance = None
        # what is asked of a browser that is killed meanwhile may never be answered
        while instance.users:
            user = instance.users.pop()
            if user is not asyncio.current_task():
                instance.dropped.add(user)
                user.cancel()

    async def _close(self, instance: _Instance) -> None:
        from playwright.async_api import Error

        self._all.discard(instance)
        with contextlib.suppress(Error, TimeoutError):
            await asyncio.wait_for(instance.browser.close(), _CLOSE_SECONDS)
        kill(tree_of(instance.mark))

    async def close(self) -> None:
        """Close every browser and what drives it."""
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        for instance in list(self._all):
            await self._close(instance)
        if self._playwright is not None:
            playwright, self._playwright = self._playwright, None
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(playwright.stop(), _CLOSE_SECONDS)
