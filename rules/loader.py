"""Finds, reads and completes packs: the built-in ones by id, a user's own by path, children over parents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from rules.errors import PackError, complaints, place, shown
from rules.inherit import CHILD_KEYS, inherit
from rules.lint import validate
from rules.mend import Mended
from rules.model import Pack
from rules.yamlfile import fault, parse

__all__ = ["PackError", "builtin_pack_ids", "faults", "load_pack", "load_packs", "read_pack"]


def builtin_pack_ids() -> list[str]:
    """Return the ids of the packs that come with the program, sorted."""
    return sorted(file.name[:-5] for file in _folder().iterdir() if file.name.endswith(".yaml"))


def load_packs(names: Sequence[str], base_dir: Path | None = None) -> list[Pack]:
    """Return several packs in the order named, each as ``load_pack`` does; no pack twice."""
    packs = [load_pack(name, base_dir) for name in names]
    for index, pack in enumerate(packs):
        if any(pack.id == other.id for other in packs[:index]):
            raise PackError(f"规则包 {pack.id} 写了两次，packs 中每个规则包应只写一次")
    return packs


def load_pack(name: str | Path, base_dir: Path | None = None) -> Pack:
    """Return one pack with what it extends resolved.

    ``name`` is a built-in id or the path of a YAML file, relative to ``base_dir`` (the working folder when
    None). Raises PackError: one Chinese line naming file, clause and key, and what was expected.
    """
    if str(name) in builtin_pack_ids():
        return _built_in(str(name))
    return read_pack(_own_path(str(name), base_dir))


def read_pack(path: Path) -> Pack:
    """Return the pack of one YAML file with what it extends resolved; raises PackError."""
    return _build(_raw(path), str(path))


def faults(
    name: str, base_dir: Path | None = None, checks: Mapping[str, type[BaseModel]] | None = None
) -> tuple[Pack | None, list[str]]:
    """Return the pack a name or file stands for, None where it cannot be used, and every fault found in it.

    Each line names the file, the clause and the key, and what was expected; ``checks`` as for
    ``lint.validate``. What the model refuses does not hide what else is wrong.
    """
    try:
        built_in = name in builtin_pack_ids()
        path = _folder() / f"{name}.yaml" if built_in else _own_path(name, base_dir)
        where = f"{name}.yaml" if built_in else str(path)
        raw = _complete(path.read_text(encoding="utf-8"), where, None, ()) if built_in else _raw(Path(str(path)))
    except PackError as error:
        return None, error.lines
    try:
        pack = Pack.model_validate(raw)
    except ValidationError as error:
        mended = Mended(raw, error)
        lines = _refusals(raw, where, error)
        if mended.pack is not None:
            lines += [f"{where}：{line}" for line in mended.own(validate(mended.pack, checks))]
        return None, lines
    return pack, [f"{where}：{line}" for line in validate(pack, checks)]


def _raw(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PackError(f"{path}：无法读取（{error.strerror}），应为规则包的 YAML 文件") from error
    except UnicodeDecodeError as error:
        raise PackError(f"{path}：不是 UTF-8 编码，应另存为 UTF-8") from error
    return _complete(text, str(path), path.parent, ())


@lru_cache(maxsize=64)
def _built_in(pack_id: str) -> Pack:
    file = _folder() / f"{pack_id}.yaml"
    raw = _complete(file.read_text(encoding="utf-8"), file.name, None, ())
    return _build(raw, file.name)


def _folder() -> Traversable:
    return resources.files("rules") / "documents"


def _own_path(name: str, base_dir: Path | None) -> Path:
    path = (base_dir or Path()) / name
    if path.suffix in (".yaml", ".yml") or path.is_file():
        return path
    ids = "、".join(builtin_pack_ids())
    raise PackError(f"没有规则包「{shown(name)}」，应为内置规则包（{ids}）之一，或自己的 YAML 文件路径")


def _complete(text: str, where: str, folder: Path | None, seen: tuple[str, ...]) -> dict[str, Any]:
    """Return the raw pack with its parents' parts filled in; ``seen`` are the files on the way here."""
    raw = _mapping(text, where)
    document = raw.get("document")
    parent = document.get("extends") if isinstance(document, dict) else None
    if parent is None:
        for key in CHILD_KEYS:
            if key in raw:
                raise PackError(f"{where}：{key} 只能用于有 document.extends 的规则包")
        return raw
    if str(parent) in seen or str(parent) == where:
        chain = " → ".join((*seen, where, str(parent)))
        raise PackError(f"{where}：document.extends 绕回了自己（{chain}），应改为另一个规则包")
    base = _parent(str(parent), where, folder, (*seen, where))
    _build(base, str(parent))
    return inherit(base, raw, where)


def _parent(name: str, where: str, folder: Path | None, seen: tuple[str, ...]) -> dict[str, Any]:
    if name in builtin_pack_ids():
        file = _folder() / f"{name}.yaml"
        return _complete(file.read_text(encoding="utf-8"), file.name, None, seen)
    if folder is None or not (folder / name).is_file():
        expected = f"内置规则包（{'、'.join(builtin_pack_ids())}）之一，或同一文件夹下的 YAML 文件"
        raise PackError(f"{where}：document.extends 为「{shown(name)}」，应为{expected}")
    path = folder / name
    if str(path) in seen:
        raise PackError(f"{where}：document.extends 绕回了自己（{' → '.join((*seen, str(path)))}）")
    return _complete(path.read_text(encoding="utf-8"), str(path), path.parent, seen)


def _mapping(text: str, where: str) -> dict[str, Any]:
    try:
        raw = parse(text)
    except yaml.YAMLError as error:
        line, problem = fault(error)
        at = f" 第 {line} 行" if line else ""
        raise PackError(f"{where}{at}：不是有效的 YAML（{problem or '格式有误'}）") from error
    if not isinstance(raw, dict):
        raise PackError(f"{where}：应为含 document 和 clauses 的键值表")
    return raw


def _build(raw: dict[str, Any], where: str) -> Pack:
    try:
        return Pack.model_validate(raw)
    except ValidationError as error:
        raise PackError(*_refusals(raw, where, error)) from error


def _refusals(raw: dict[str, Any], where: str, error: ValidationError) -> list[str]:
    return [f"{where}：{place(raw, loc)} {expected}" for loc, expected in complaints(error)]
