"""Words that are wrong, with the right ones: the built-in list, and a user's own added to it."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rules.errors import complaints, dotted
from rules.yamlfile import fault, parse

_ENDS = 2

Word = Annotated[str, Field(min_length=2, max_length=40)]


class WordingError(ValueError):
    """A word list that cannot be used: one Chinese line naming file, place and what was expected."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class WrongForm(_Part):
    """One known wrong form; ``unless`` are the words in which the same characters are no fault."""

    wrong: Word
    right: Annotated[str, Field(min_length=1, max_length=80)]
    grade: Literal["serious", "ordinary"] = "ordinary"
    source: str = ""
    unless: list[Word] = []


class Phrase(_Part):
    """A fixed phrase whose slips of typing are wrong forms; ``unless`` are slips that happen to be sound."""

    phrase: Annotated[str, Field(min_length=5, max_length=40)]
    grade: Literal["serious", "ordinary"]
    source: str = ""
    unless: Annotated[list[Word], Field(alias="except")] = []


class Wording(_Part):
    """A list of wrong forms; ``allow`` are those of the built-in list that are not to be looked for."""

    entries: list[WrongForm] = []
    allow: list[Word] = []


def load_wording(extra: Path | None = None) -> list[WrongForm]:
    """Return the built-in wrong forms, a user's own in their place and after them.

    ``extra`` is a YAML file with ``entries`` as in the built-in list, and ``allow``. Raises WordingError for one that
    cannot be used.
    """
    known = _built_in()
    if extra is None:
        return list(known.values())
    own = _read(extra)
    forms = {wrong: form for wrong, form in known.items() if wrong not in own.allow}
    for number, form in enumerate(own.entries, 1):
        if form.wrong == form.right:
            raise WordingError(f"{extra}: entries[{number}]: 正确写法应与错误写法不同，实为 {form.right!r}")
        forms[form.wrong] = form
    return list(forms.values())


@lru_cache(maxsize=1)
def _built_in() -> dict[str, WrongForm]:
    raw = parse((resources.files("rules") / "lexicons" / "wording.yaml").read_text("utf-8"))
    phrases = [Phrase.model_validate(entry) for entry in raw["phrases"]]
    forms = {
        slip: WrongForm(wrong=slip, right=one.phrase, grade=one.grade, source=one.source)
        for one in phrases for slip in slips(one.phrase)
        if slip not in one.unless and not any(slip in other.phrase for other in phrases)
    }
    return forms | {form.wrong: form for form in map(WrongForm.model_validate, raw["entries"])}


def slips(phrase: str) -> list[str]:
    """Return what a phrase becomes by one slip within: a character dropped, written twice, or two changed about.

    Two characters at either end stay for a dropped one, and one for the others: what stands before or behind the
    phrase could make another word with what is left.
    """
    last = len(phrase) - 1
    dropped = [phrase[:at] + phrase[at + 1:] for at in range(_ENDS, last - _ENDS + 1)]
    doubled = [phrase[:at] + phrase[at] + phrase[at:] for at in range(1, last)]
    swapped = [
        phrase[:at] + phrase[at + 1] + phrase[at] + phrase[at + 2:] for at in range(1, last - 1)
    ]
    return [slip for slip in dict.fromkeys([*dropped, *doubled, *swapped]) if slip != phrase]


def _read(path: Path) -> Wording:
    try:
        data: Any = parse(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise WordingError(f"{path}: 没有这个词库文件") from None
    except UnicodeDecodeError:
        raise WordingError(f"{path}: 应为 UTF-8 编码的 YAML 文件") from None
    except OSError as error:
        raise WordingError(f"{path}: 无法读取（{error.strerror}）") from None
    except yaml.YAMLError as error:
        line, problem = fault(error)
        where = f"第 {line} 行" if line else "文件"
        raise WordingError(f"{path}: {where}: YAML 语法错误（{problem or '无法解析'}）") from None
    try:
        return Wording.model_validate(data if data is not None else {})
    except ValidationError as error:
        place, words = next(complaints(error))
        raise WordingError(f"{path}: {dotted(place) or '文件'}: {words}") from None
