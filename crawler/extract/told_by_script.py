"""Pages with nothing to read whose script alone says that what was asked for is not there (alert and back)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.cms.lexicon import load
from crawler.cms.scripts import unescaped
from crawler.extract.parsed import ParsedPage

_WORDS = load("error_pages")["scripts"]
_THING = f"(?:{'|'.join(_WORDS['things'])})"
_GONE = re.compile("|".join(_WORDS["gone"]).replace("{thing}", _THING))
_DOUBTFUL = re.compile("|".join(_WORDS["doubtful"]).replace("{thing}", _THING))
_OTHERWISE = re.compile(_WORDS["not_gone"])
# a text written on sight, or the box a page opens: the browser's own, or those of the usual libraries
_SIGNS = ("alert", "document.write", ".msg(", ".confirm(", "swal", "Swal", "toast", "dialog", "Dialog")
_TOKEN = re.compile(
    r"(?P<text>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|(?P<comment>(?<!:)//[^\n]*|/\*.*?\*/|<!--)"
    r"|(?P<brace>[{}])"
    r"|(?P<call>(?<![\w.$])(?:(?:window|self|top|parent|layui|jQuery|\$)\s*\.\s*)?"
    r"(?:alert|confirm|swal|Swal\.fire|document\.write(?:ln)?|(?:layer|mini|bootbox|toastr|messager|Modal|art\.dialog|\w{0,20}[dD]ialog)"
    r"\s*\.\s*(?:alert|msg|confirm|error|warning|info|tips|open))\s*\()",
    re.DOTALL,
)
# what a browser runs as soon as it has the page: handlers of loading, functions called where they stand
_AT_ONCE = re.compile(
    r"(?:(?:\$|jQuery)\s*\(|\.\s*ready\s*\(|(?:\bon|\.\s*)load\s*[=(]|setTimeout\s*\("
    r"|addEventListener\s*\(\s*['\"](?:load|DOMContentLoaded)['\"]\s*,|layui\.use\s*\([^(){}]{0,60},|(?:^|[;\s])[!(]\s*)\s*"
    r"(?:function\s*\w{0,40}\s*\([^(){}]{0,60}\)|\(?[\w$]{0,20}\)?\s*=>|\(\s*\)\s*=>)\s*$|\btry\s*$"
)
_LEAVES = re.compile(r"history\s*\.\s*(?:go|back)|\blocation\b|\.\s*close\s*\(|closeWindow")
_WRITTEN = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|[(){]")
_NAME = re.compile(r"\s*([A-Za-z_$][\w$]{0,60})\s*[,)+]")
_MARKUP = re.compile(r"<[^<>]{0,300}>")
_CONTINUED = "),=&|?:(+!"
# with a way out told by the script, the rest of a page is its frame; without one there must be nothing but the words
_FRAME, _NOTHING = 700, 60
_LONGEST_CODE, _LONGEST_ARGUMENT, _LONGEST_WORDING, _BEFORE = 20_000, 600, 120, 160


def told_by_script(page: ParsedPage, text_length: int) -> str | None:
    """Return the words by which a page's script says that what was asked for is not there; None where none does.

    Only what is said whatever the reader does counts: neither the words of a condition nor those of a function that
    waits for an answer or a click. ``text_length`` counts visible characters outside links.
    """
    if text_length > _FRAME or not any(sign in page.html for sign in _SIGNS):
        return None
    bare = text_length <= _NOTHING
    for code in _codes(page):
        if not bare and not _LEAVES.search(code):
            continue
        for words, boxed in _said_at_once(code):
            told = _GONE.search(words) if boxed or bare else None
            if (told or (bare and _DOUBTFUL.search(words))) and not _OTHERWISE.search(words):
                return words[:_LONGEST_WORDING]
    return None


def _codes(page: ParsedPage) -> Iterator[str]:
    for script in page.scripts:
        if script.text and len(script.text) <= _LONGEST_CODE and "json" not in (script.get("type") or ""):
            yield script.text
    for body in page.tree.iter("body"):
        yield body.get("onload") or ""


def _said_at_once(code: str) -> Iterator[tuple[str, bool]]:
    """Yield what a script says as soon as it runs, and whether it says so in a box rather than on the page."""
    open_blocks: list[bool] = []
    for token in _TOKEN.finditer(code):
        if token["brace"] == "{":
            open_blocks.append(bool(_AT_ONCE.search(code[max(0, token.start() - _BEFORE):token.start()])))
        elif token["brace"]:
            del open_blocks[-1:]
        elif token["call"] and all(open_blocks) and _begins_statement(code[:token.start()]):
            yield _argument(code, token.end()), "write" not in token[0]


def _begins_statement(before: str) -> bool:
    """Whether what follows is a statement of its own, not what a condition or an expression goes on with."""
    plain = re.sub(r"<!--|//[^\n]*$|/\*.*?\*/\s*$", "", before[-_BEFORE:]).rstrip(" \t\r\n")
    if not plain or plain[-1] in ";{}":
        return True
    broken = "\n" in before[len(before.rstrip()):]
    return broken and plain[-1] not in _CONTINUED and not re.search(r"\b(?:else|return|do)$", plain)


def _argument(code: str, start: int) -> str:
    """Return the words in a call's arguments: those written there, or those of the variable named there."""
    named = _NAME.match(code, start)
    if named:
        kept = re.search(rf"(?<![\w.$]){re.escape(named[1])}\s*=\s*(\"[^\"\n]*\"|'[^'\n]*')", code)
        return _plain(kept[1][1:-1]) if kept else ""
    depth, words = 1, []
    for token in _WRITTEN.finditer(code, start, start + _LONGEST_ARGUMENT):
        if token[0] in "(){":
            depth += 1 if token[0] == "(" else -1
            if not depth or token[0] == "{":
                break
        else:
            words.append(_plain(token[0][1:-1]))
    # a box has a title and an icon besides its words (alert('提示', '记录不存在', 'info'))
    return next((one for one in words if _GONE.search(one) or _DOUBTFUL.search(one)), "".join(words))


def _plain(words: str) -> str:
    return " ".join(_MARKUP.sub(" ", unescaped(words)).split())
