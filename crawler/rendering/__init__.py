"""Rendering: pages whose content only a script brings are opened in the system's Chromium and read again.

Playwright's own asynchronous interface drives the browser. scrapy-playwright cannot: its download handler demands an
installed Twisted reactor (``verify_installed_reactor() called without an installed reactor`` under
``TWISTED_REACTOR_ENABLED = False``, which this crawl runs on, being asyncio from end to end); it is built on Scrapy's
own HTTP/1.1 handler; and what its pages ask for is let go on by the browser itself (``route.continue_``) or refused,
never answered by us, so that neither the guard against private addresses nor size limits, pace and robots.txt would
hold for what a page's script fetches.

Here Chromium never touches the network. Every request of a page is intercepted and answered by the crawl's own
download handler, or refused (``gate``); names resolve nowhere and the only proxy does not exist (``chromium``). The
page itself is answered from the snapshot, so nothing is fetched twice.
"""
