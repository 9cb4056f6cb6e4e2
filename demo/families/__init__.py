"""The content management systems the demonstration's pages come from, one module each."""

from __future__ import annotations

from demo.families.base import Family
from demo.families.hanweb import Hanweb
from demo.families.jsp import Jsp
from demo.families.trs import Trs
from demo.families.vsb import Vsb

FAMILIES: dict[str, Family] = {family.name: family for family in (Hanweb(), Trs(), Jsp(), Vsb())}
