"""Errors a user can mend: one clear line each, with the exit code that goes with it."""

from __future__ import annotations

DONE, FINDINGS, USAGE, UNINSPECTED, INTERRUPTED = 0, 1, 2, 3, 130


class UserError(Exception):
    """Bad input: the message is the one line shown, naming the file, the key and what was expected."""

    exit_code = USAGE


class UninspectedError(UserError):
    """The site could not be inspected; what was reached is kept."""

    exit_code = UNINSPECTED


class InterruptedCrawlError(UserError):
    """The user stopped the crawl; what was fetched is kept and the next run goes on from there."""

    exit_code = INTERRUPTED


class LedgerUnusableError(UserError):
    """The ledger cannot be reached, read or written, or does not know what it is asked for."""
