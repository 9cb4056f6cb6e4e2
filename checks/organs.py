"""Organs by their names: whether a text names one, and whether one stands above or outside a site's own."""

from __future__ import annotations

import re
from functools import lru_cache

_ORGAN = re.compile(
    r"(?:政府|办公室|政府办|委员会|管委会|指挥部|工作组|局|委|厅|部|院|处|中心|街道|街道办|办事处|镇|乡|署|行|队|站|所"
    r"|会|办)$"
)
_NOT_ORGANS = re.compile(r"网|报|社$|频道|电视|客户端|公众号|微信|微博|记者|转载|互联网|本站|原创|编辑")
_NATIONAL = re.compile(
    r"^(?:国务院|中共中央|中央|党中央|国家|全国|中华人民共和国|最高人民|中国共产党|中国人民银行|中办|国办)"
    r"|^(?:外交|国防|教育|科技|科学技术|工业和信息化|公安|民政|司法|财政|人力资源社会保障|人力资源和社会保障|自然资源"
    r"|生态环境|住房城乡建设|住房和城乡建设|交通运输|水利|农业农村|商务|文化和旅游|退役军人事务|应急管理)部"
)
_NATIONAL_NUMBER = re.compile(
    r"^(?:国发|国办|国函|国令|中发|中办|厅字|国务院令|主席令|发改|财税|国税|工信部|教育部|人社部|国卫)"
)
# 全县, 我市, 各镇 name none
_PLACE = re.compile(
    r"([\u4e00-\u9fff]{2,8}?)(?<![全我本各该])(省|自治区|特别行政区|自治州|地区|盟|市|自治县|县|区|旗|镇|乡|街道)"
)
# 区城市管理局, 县城市规划… are the district's and the county's own
_OF_CITIES = re.compile(r"[省市县区旗]城市(?=[管规建更综公])")
_BELOW = ("镇", "乡", "街道")
_RANK = {"省": 1, "自治区": 1, "特别行政区": 1, "自治州": 2, "地区": 2, "盟": 2, "市": 2,
         "自治县": 3, "县": 3, "区": 3, "旗": 3}
_SHORT = re.compile(r"^(省|市|县|区|旗)(?:委|政府|人民政府|人大|政协|级|直)")


def looks_like_organ(name: str | None) -> bool:
    """Whether a source's words name an organ (…局 …委 …办公室 …街道), not a newspaper or a site."""
    text = (name or "").strip()
    return 2 <= len(text) <= 40 and bool(_ORGAN.search(text)) and not _NOT_ORGANS.search(text)


def is_national(issuer: str | None, number: str | None = None) -> bool:
    """Whether an issuer, or a document number where there is no issuer, is of the central level."""
    if issuer:
        return bool(_NATIONAL.match(issuer.strip()))
    return bool(number and _NATIONAL_NUMBER.match(number.strip()))


@lru_cache(maxsize=1 << 16)
def is_outside(issuer: str | None, number: str | None, site_name: str) -> bool:
    """Whether a document's issuer is not of the site's own government or below: its pages are reposts.

    Decides by the places named: central organs on a local site, a province or city above the site's county, a
    place the site's name does not hold. Where neither names a place, it is taken for the site's own.
    """
    own = _places(site_name)
    if is_national(issuer, number):
        # 国家税务总局示例县税务局 is the county's own
        local = any(stem in (issuer or "") for stem, _ in own)
        return not local and not _NATIONAL.match(site_name.strip())
    if not issuer or not own:
        return False
    short = _SHORT.match(issuer.strip())
    if short:
        return _RANK[short[1]] < max(_RANK.get(kind, 3) for _, kind in own)
    named = [(stem, kind) for stem, kind in _places(issuer) if kind not in _BELOW]
    if not named:
        return False
    rank, deepest_own = _RANK[named[-1][1]], max(_RANK.get(kind, 3) for _, kind in own)
    if rank != deepest_own:
        # a district's organ on its city's site is below it, whether or not the city is named
        return rank < deepest_own
    return not any(stem in issuer for stem, _ in own)


def without_place(name: str, site_name: str) -> str:
    """Return a name without the site's own place before it: 示例县养犬管理办法 is 养犬管理办法 on the county's site."""
    stems = {words for stem, kind in _places(site_name) for words in (stem + kind, stem)}
    rest = name
    while own := next((stem for stem in sorted(stems, key=len, reverse=True) if rest.startswith(stem)), None):
        rest = rest.removeprefix(own)
    return rest


def _places(name: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    rest = name.strip()
    for word in ("中共", "中国共产党"):
        rest = rest.removeprefix(word)
    while (match := _PLACE.match(rest)) and not _OF_CITIES.match(rest):
        found.append((match[1], match[2]))
        rest = rest[match.end():]
    return found
