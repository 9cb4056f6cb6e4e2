"""Numbers that tell who a natural person is: how they are known for such, and how they are shown covered."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from checks.lexicon import lexicon

IDENTITY = re.compile(
    r"(?<![0-9A-Za-z*＊])[1-9]\d{5}(?:(?:19|20)\d{9}|[ -](?:19|20)\d{6}[ -]\d{3})[0-9Xx]"
    # a disabled person's certificate has the number with kind and grade behind it
    r"(?:[1-7][1-4](?:[Bb]\d)?)?(?![0-9A-Za-z*＊])"
)
CARD = re.compile(
    r"(?<![0-9A-Za-z*＊.])\d{16,19}(?![0-9A-Za-z*＊.])"
    r"|(?<!\d)(?<!\d[ -])\d{4}(?:([ -])\d{4})(?:\1\d{4}){2}(?:\1\d{1,3})?(?![ -]?\d)"
)
MOBILE = re.compile(r"(?<![0-9A-Za-z*＊])1[3-9]\d{9}(?![0-9A-Za-z*＊])")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S*")
# what none of this stands in holds no number to cover, and none to be written in plain digits
_SUSPECT = re.compile(r"[０-９Ｘｘ]|\d{6}|\d{4}[ -]\d{4}")
_GAPS = re.compile(r"[ -]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_NARROW = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789Xx")


def narrowed(text: str) -> str:
    """Return a text with full-width digits as plain ones; every place stays where it is."""
    return text.translate(_NARROW)


def plain(number: str) -> str:
    """Return a number without the gaps it is written with."""
    return _GAPS.sub("", number)


def born(number: str) -> date | None:
    """Return the day of birth that 18 characters name as a citizen's identity number; None where they are none.

    Region, day of birth and check character must all hold (GB 11643). What a disabled person's certificate has behind
    them is left out of account.
    """
    if len(number) < 18 or len(number) == 19 or int(number[:2]) not in lexicon("personal-information")["regions"]:
        return None
    try:
        day = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return day if day.year >= 1900 and _CHECKS[total % 11] == number[17].upper() else None


def is_card(number: str) -> bool:
    """Whether digits pass the check of bank cards (Luhn) and begin as cards do."""
    if not number.startswith(tuple(lexicon("personal-information")["bank_prefixes"])) or len(set(number)) < 4:
        return False
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def masked(number: str) -> str:
    """Return a number with all but its first three and last two characters covered."""
    bare = plain(number)
    return bare[:3] + "*" * (len(bare) - 5) + bare[-2:]


def masked_text(text: str) -> str:
    """Return a text with identity, card and mobile numbers covered; web addresses stay as they are."""
    if not _SUSPECT.search(text) or not any(character.isdigit() for character in text):
        return text
    parts, at = [], 0
    for address in _ADDRESS.finditer(text):
        parts += [_covered(text[at:address.start()]), address[0]]
        at = address.end()
    return "".join((*parts, _covered(text[at:])))


def _covered(text: str) -> str:
    if not _SUSPECT.search(text):
        return text
    text = IDENTITY.sub(lambda match: masked(match[0]) if born(plain(match[0])) else match[0], narrowed(text))
    text = CARD.sub(lambda match: masked(match[0]) if is_card(plain(match[0])) else match[0], text)
    return MOBILE.sub(lambda match: masked(match[0]), text)


def masked_values(value: Any) -> Any:
    """Return plain JSON values with the numbers in their texts covered."""
    if isinstance(value, str):
        return masked_text(value)
    if isinstance(value, list | tuple):
        return [masked_values(inner) for inner in value]
    if isinstance(value, dict):
        return {name: masked_values(inner) for name, inner in value.items()}
    return value
