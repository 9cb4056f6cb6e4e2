"""How a page's own styles and scripts hide what stands in it: for links that readers are not to see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Literal
from urllib.parse import unquote

from cssselect import SelectorError
from lxml import etree, html
from lxml.cssselect import CSSSelector

from checks.lexicon import any_of, lexicon

Hidden = Literal["away", "closed", "faint"]

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_MEDIA = re.compile(r"@(?:media|supports|keyframes|-\w+-keyframes|font-face|page)[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"([^{}@;]{1,2000})\{([^{}]{0,4000})\}")
_STATE = re.compile(
    r":(?:hover|focus|focus-within|active|target|checked)|\.(?:active|on|cur|current|show|open|hover|sel\w*)\b"
)
_PSEUDO = re.compile(r"::?[\w-]+(?:\([^)]*\))?")
_FONT = re.compile(r"font-size\s*:\s*([\d.]+)\s*(px|em|rem|pt|%)?|font\s*:[^;]*?([\d.]+)(px|em|rem|pt)", re.IGNORECASE)
_COLOUR = re.compile(r"(?:^|[;{\s])color\s*:\s*([^;!]+)", re.IGNORECASE)
_GROUND = re.compile(r"background(?:-color)?\s*:\s*(#[0-9a-f]{3,8}|rgb[^;)]*\)|[a-z]+)\s*(?:;|!|$)", re.IGNORECASE)
_SIZE = re.compile(r"(?<![-\w])(height|width)\s*:\s*([\d.]+)(?:px)?\s*(?:;|!|$)", re.IGNORECASE)
_GROWS = re.compile(r"min-height|(?<![-\w])height\s*:\s*auto", re.IGNORECASE)
_EXTENT = re.compile(r"(?<![-\w])(?:width|height)\s*:\s*(\d{3,6})(?:\.\d+)?px", re.IGNORECASE)
_SHIFT = re.compile(r"(?:left|top|right|bottom)\s*:\s*-\s*(\d{3,6})", re.IGNORECASE)
_BY_SCRIPT = re.compile(
    r"getElementById\(\s*['\"]([\w-]+)['\"]\s*\)\s*\.style\.(?:display\s*=\s*['\"]none|visibility\s*=\s*['\"]hidden"
    r"|(?:left|top)\s*=\s*['\"]-\d{3,})", re.IGNORECASE,
)
_WRITE = re.compile(r"document\s{0,9}\.\s{0,9}write(?:ln)?\s{0,9}\(", re.IGNORECASE)
_END = re.compile(r"\)\s*(?:;|\n|$|\})|</script", re.IGNORECASE)
_LITERAL = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_CODES = re.compile(r"fromCharCode\s*\(([\d,\s]{3,40000})\)", re.IGNORECASE)
_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\(.)", re.DOTALL)
_NAMED = {"white": "#ffffff", "black": "#000000", "red": "#ff0000", "gray": "#808080", "grey": "#808080"}
_ANCESTORS, _MOST_RULES, _MOST_MATCHED = 8, 3_000, 2_000
# what a hostile page can make us look through
_MOST_WRITES, _LONGEST_WRITE, _LONGEST_SHEET = 20, 8_000, 200_000
_NO_SIZE = re.compile(r"font-size\s*:\s*(?:0(?![.\d])|[12](?:px|pt))", re.IGNORECASE)
_TINY = 1.0
# no line of words can be read in so many pixels; 0 is a closed drawer's height too
_SLIT, _SPECK = 2.0, 2.0


def written(markup: str) -> Iterator[str]:
    """Yield the markup that a page's inline scripts write into it, escapes undone."""
    for match in islice(_WRITE.finditer(markup), _MOST_WRITES):
        rest = markup[match.end():match.end() + _LONGEST_WRITE]
        end = _END.search(rest)
        call = rest[:end.start()] if end is not None else rest
        codes = "".join(_decoded(found[1]) for found in _CODES.finditer(call))
        text = codes + "".join(_plain(one or other) for one, other in _LITERAL.findall(call))
        if "unescape" in call or "decodeURI" in call:
            text = unquote(text)
        if "<" in text:
            yield text


def _decoded(codes: str) -> str:
    return "".join(chr(int(code)) for code in codes.replace(",", " ").split() if int(code) < 0x110000)


def _plain(literal: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)) if match[1] or match[2] else match[3], literal)


class Sight:
    """What of a page readers see, as its inline styles, its ``<style>`` rules and its inline scripts say."""

    def __init__(self, root: html.HtmlElement) -> None:
        self._given: dict[etree._Element, str] = {}
        self._opened: set[etree._Element] = set()
        self._shut: set[str] = set()
        for element in root.iter("style", "script"):
            text = (element.text or "")[:_LONGEST_SHEET]
            if element.tag == "style":
                self._apply(root, text)
            elif "getElementById" in text:
                self._shut.update(match[1] for match in _BY_SCRIPT.finditer(text))

    def _apply(self, root: html.HtmlElement, sheet: str) -> None:
        words = lexicon("suspicious")
        plain = _MEDIA.sub("", _COMMENT.sub("", sheet))
        sized = ["font"] if _NO_SIZE.search(plain) else []
        hiding, showing = any_of([*words["rules"], *sized]), any_of(words["shown"])
        for number, (selectors, style) in enumerate(_RULE.findall(plain)):
            if number > _MOST_RULES:
                return
            hides, shows = hiding.search(style), showing.search(style)
            if not hides and not shows:
                continue
            for selector in selectors.split(","):
                if shows and _STATE.search(selector):
                    self._opened.update(_matched(root, _STATE.sub("", selector)))
                elif hides and ":" not in selector:
                    for element in _matched(root, selector):
                        self._given[element] = f"{self._given.get(element, '')};{style}"

    def hidden(self, anchor: html.HtmlElement) -> Hidden | None:
        """Return how a link is hidden.

        ``away``: moved out of sight or made too small to see, as no menu is. ``closed``: not shown until something
        opens it, as menus and tabs are too. ``faint``: in the colour of its ground, or its words moved aside.
        """
        chain = [anchor, *list(anchor.iterancestors())[:_ANCESTORS]]
        styles = [
            f"{self._given.get(element, '')};{element.get('style') or ''};{_attributes(element)}" for element in chain
        ]
        if not any(len(style) > 2 for style in styles) and not self._shut:
            return None
        words = lexicon("suspicious")
        away, closed, faint = (any_of(words[name]) for name in ("off_screen", "hidden", "aside"))
        opened = any(element in self._opened for element in chain)
        moved = any(away.search(style) and not _is_strip(style) for style in styles)
        if moved or any(map(_is_tiny, styles)) or _has_no_size(anchor, styles):
            return "closed" if opened else "away"
        if any(closed.search(style) for style in styles) or any(element.get("id") in self._shut for element in chain):
            return "closed"
        if any(faint.search(style) for style in styles) or _has_no_contrast(styles):
            return "faint"
        return None


@lru_cache(maxsize=512)
def _selector(text: str) -> CSSSelector | None:
    try:
        return CSSSelector(text, translator="html")
    except (SelectorError, etree.XPathError, ValueError):
        return None


def _matched(root: html.HtmlElement, selector: str) -> list[etree._Element]:
    bare = _PSEUDO.sub("", selector).strip(" >+~\t\r\n")
    found = _selector(bare) if 0 < len(bare) <= 200 else None
    return list(found(root))[:_MOST_MATCHED] if found is not None else []


def _attributes(element: html.HtmlElement) -> str:
    """Return what attributes and the element itself say of how it is shown, as a style would."""
    if element.tag != "marquee":
        return ""
    sizes = (f"{name}:{element.get(name)}" for name in ("height", "width") if element.get(name))
    pace = (f"{name}={element.get(name)}" for name in ("scrollamount", "scrolldelay") if element.get(name))
    return ";".join((*pace, *sizes, "overflow:hidden;-ticker:1"))


def _is_strip(style: str) -> bool:
    """Whether what is moved aside is the long strip of a slider: part of it is still in sight."""
    shifts, extents = ([int(size) for size in sizes.findall(style)] for sizes in (_SHIFT, _EXTENT))
    return bool(shifts) and bool(extents) and max(shifts) < max(extents)


def _is_tiny(style: str) -> bool:
    """Whether a box is next to nothing, and what exceeds it is cut off; a closed drawer keeps its width.

    Next to nothing: both ways, or a slit that no line of words fits into; of a ticker either way.
    """
    if not re.search(r"overflow\s*:\s*hidden|clip\s*:", style, re.IGNORECASE):
        return False
    sizes = {name.lower(): float(value) for name, value in _SIZE.findall(style) if value.count(".") < 2}
    if "-ticker" in style:
        return bool(sizes) and min(sizes.values()) <= _SLIT
    grows = _GROWS.search(style) is not None
    return (len(sizes) == 2 and max(sizes.values()) <= _TINY) or (not grows and 0 < sizes.get("height", 0) <= _SLIT)


def _has_no_size(anchor: html.HtmlElement, styles: list[str]) -> bool:
    """Whether a link's words have no size: the nearest given is nothing to read, and nothing inside has its own."""
    for style in styles:
        sizes = [
            (float(one or other), unit or other_unit) for one, unit, other, other_unit in _FONT.findall(style)
            if (one or other).count(".") < 2
        ]
        if not sizes:
            continue
        size, unit = sizes[-1]
        if size > (_SPECK if unit.lower() in ("px", "pt") else 0):
            return False
        inner = list(anchor.iterdescendants())
        return not any(
            element.tag in ("img", "svg", "i") or "font" in (element.get("style") or "") or element.tag == "font"
            for element in inner
        )
    return False


def _has_no_contrast(styles: list[str]) -> bool:
    colour = next((_hex(match[1]) for style in styles if (match := _COLOUR.search(style))), None)
    ground = next((_hex(match[1]) for style in styles if (match := _GROUND.search(style))), None)
    return colour is not None and colour == ground


def _hex(colour: str) -> str | None:
    """Return a colour in one form, None where it is none that can be compared."""
    text = colour.strip().lower()
    text = _NAMED.get(text, text)
    numbers = re.fullmatch(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)", text)
    if numbers:
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in numbers.groups())
    if re.fullmatch(r"#[0-9a-f]{3}", text):
        return "#" + "".join(digit * 2 for digit in text[1:])
    return text if re.fullmatch(r"#[0-9a-f]{6}", text) else None
