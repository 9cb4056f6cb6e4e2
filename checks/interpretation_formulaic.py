"""形式化解读

解读照抄文件原文，或者只罗列文件的小标题，没有讲清背景、依据、目的和举措。

依据
2021 年聊城市、临淄区政务公开工作要点“杜绝简单摘抄文件内容、罗列文件标题的形式化解读”“对政策背景、决策依据、出台
目的、重要举措等进行实质性解读”等。

判定
一、摘抄：解读正文中，落在“与文件原文连续 10 字以上相同”的片段里的字数（不计标点、空格），占解读正文字数的八成以上（引出
正文的话、问答里的提问、表格的条款号不计，连这些一起也占一半以上）；
二、罗列：解读正文七成以上的行就是文件里的小标题；除了四个以上的章节名称、小标题，几乎没有别的话的，以及只有小标题和放在哪份文件上都成立的套话的，提请人工复核；
三、缺要素：规则包点名的要素（背景、依据、目的、举措），从小标题和有含义的句子里一处也找不到的达三项以上，提请人工
复核；规则包没有点名的，背景、依据、目的全无的提请人工复核。
摘抄的语句在本站其他文件里也多有出现、像是通用套话的，摘抄之外自己另写了 300 字以上的，提请人工复核。

不判定
图解、视频、动漫等不以文字为主的解读，正文太短的解读（没有图片、视频、附件，八十字以上而几乎全是原文的除外）；问答、访谈、新闻发布会只看是否摘抄。文件正文读不到的，不判
摘抄。引用原文条款后另有说明的，占比不到八成即不算摘抄；解读之后附文件全文的，只看附文
以前的部分。由脚本填充的解读记“未能核实”。

整改
由起草部门重写：讲清为什么出台、依据什么、解决什么问题、群众和企业怎么办。
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from pydantic import field_validator

import checks.model
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.outlines import headings_alone
from checks.overlaps import RUN, runs_of, share_found
from checks.pairs import Pair, pairs_of
from checks.pictures import own_media
from checks.site import Site
from checks.titles import cited, key, key_of_text
from checks.whole import whole_of
from crawler.snapshot.reader import Page

_LEAST_TEXT, _LEAST_DOCUMENT, _LEAST_HEADINGS = 150, 200, 4
# a text shorter than the least is judged where it is long enough to explain something and is all but wholly copied
_LEAST_COPIED, _ALL_BUT_WHOLLY = 50, 0.8
# so much of the whole must be copied before what frames it is left out; a line this short is a label
_MOSTLY, _LABEL = 0.5, 6
# a heading's words are no fewer; what leads to headings in a sentence; so little beside them explains nothing
_SHORTEST, _LEADS_TO, _LITTLE = 4, 30, 30
_SENTENCE = re.compile(r"[^。；！\n]+")
_HEADING_LENGTH = 40
# a line that begins as a clause and is longer is the clause itself, copied
_CLAUSE_TITLE = 20
_SHOWN = 3
# a text so many times as long as the least needs no count without its marks
_SURELY = 4
# text that stands in documents it does not interpret as well is set phrases, of which so many are looked at
_COMMON, _OTHERS = 0.4, 40
# so many characters of its own are an explanation, however much is quoted beside
_OWN_WORDS = 300
# beside the text lines so long count, and so many characters of them may be the explanation; from what share on
# either is looked for
_SENTENCE_LENGTH, _APART, _SUSPECT = 20, 120, 0.5
_APPENDED = re.compile(
    r"^\W*(?:附[件录]?\d{0,2}[：:]|附[：:]?《|(?:政策|文件|法规)?(?:原文|全文)(?:如下|链接)?[：:]?\W*$|附(?:全文|原文|文件))"
)
_TEMPLATE = re.compile(
    r"^(?:(?:发布|发文|更新|成文)?(?:时间|日期)\s*[：:]|(?:信息|文章|稿件|文字)?来源|(?:发布|发文)(?:机构|单位|机关)\s*[：:]"
    r"|作者\s*[：:]|字[体号]|打印|关闭|分享|上一篇|下一篇|浏览|点击|阅读(?:量|次数)|责任编辑|相关|原文|文件链接|扫一扫|【)"
)


def _element(word: str) -> str | None:
    entries = lexicon("interpretation_quality")["elements"].items()
    return next((str(name) for name, entry in entries if any(sign in word for sign in entry["asked"])), None)


class Parameters(checks.model.Parameters):
    """``parts``: what an interpretation must explain, as the pack words it (政策背景 决策依据 出台目的 重要举措).

    ``copied`` and ``listed``: the shares (0 to 1) of copied text and of lines that are only headings from which an
    interpretation is formulaic. ``least_missing``: so many parts must be explained nowhere.
    """

    parts: tuple[str, ...] = ()
    copied: float = 0.8
    listed: float = 0.7
    least_missing: int = 3

    @field_validator("parts")
    @classmethod
    def _known(cls, parts: tuple[str, ...]) -> tuple[str, ...]:
        for part in parts:
            if _element(part) is None:
                raise ValueError(f"不认识的要素 {part}，应含 背景、依据、目的、举措 之一")
        return parts


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge every interpretation of the site's own documents that is a page of text."""
    result = Result()
    documents: dict[str, list[Pair]] = defaultdict(list)
    for pairs in pairs_of(site, context).values():
        for pair in pairs:
            if pair.page is not None and pair.sure:
                documents[pair.url].append(pair)
    words = lexicon("interpretation_quality")
    for url, pairs in sorted(documents.items()):
        page = site.pages[url]
        if re.search(words["not_text"], page.record.title or "") or _is_void(site, page, pairs):
            continue
        department = site.department_of(page)
        result.examine(department)
        document = max((pair.document for pair in pairs), key=lambda one: len(one.text))
        if page.record.script_shell:
            result.unverified(
                url=url, target=document.url, department=department,
                message=f"解读{cited(page.record.title or url)}由脚本填充，无法判断内容",
            )
        else:
            _judge(site, page, [pair.document for pair in pairs], parameters, result)
    return result


def _is_void(site: Site, page: Page, pairs: list[Pair]) -> bool:
    """Whether a page says too little to be judged: a list of headings says little, and is judged as one."""
    text = _body(site, page)
    if page.record.script_shell or len(text) >= _SURELY * _LEAST_TEXT or len(key_of_text(text)) >= _LEAST_TEXT:
        return False
    if not page.record.attachments and headings_alone(text):
        return False
    originals = [_whole_text(site, pair.document) for pair in pairs]
    if _headings_share(text, originals) or _is_nothing_but_copied(site, page, text, originals):
        return False
    return bool(page.record.attachments) or next(own_media(site, page), None) is not None or not _is_frame(
        text, originals
    )


def _is_nothing_but_copied(site: Site, page: Page, text: str, originals: list[str]) -> bool:
    """Whether a short page, with no picture, film or file, shows some sentences of its document and no more."""
    pictured = bool(page.record.attachments) or next(own_media(site, page), None) is not None
    if pictured or len(key_of_text(text)) < _LEAST_COPIED:
        return False
    runs = [runs_of(original) for original in originals]
    return _share_copied(text, frozenset().union(*runs)) >= _ALL_BUT_WHOLLY


def _share_copied(text: str, runs: frozenset[str]) -> float:
    """Return what share of a text is copied: of the whole, or of its matter where even the whole is so mostly."""
    whole = share_found(text, runs)
    matter = _matter(text)
    if whole < _MOSTLY or len(key_of_text(matter)) < _LEAST_COPIED:
        return whole
    return max(whole, share_found(matter, runs))


def _matter(text: str) -> str:
    """Return a text without what only frames its matter: the lead (…解读如下：), questions, labels of rows."""
    words = lexicon("interpretation_quality")
    lines = [line.strip() for line in text.splitlines() if len(key(line)) > _LABEL]
    lines = [line for line in lines if not re.search(words["question"], line)]
    while lines and len(lines) > 1 and re.search(words["lead"], lines[0]):
        lines = lines[1:]
    empty, joint = any_of(words["empty"]), re.compile(words["joint"])
    sentences = (sentence for line in lines for sentence in _SENTENCE.findall(line) if not empty.search(sentence))
    return "\n".join(joint.sub("", sentence) for sentence in sentences)


def _is_frame(text: str, originals: list[str]) -> bool:
    """Whether a text is but headings of its document and phrases that fit any document."""
    words = lexicon("interpretation_quality")
    heading_line = re.compile(words["heading_line"])
    headed = [
        line.split("。")[0] for original in originals for line in map(str.strip, original.splitlines())
        if heading_line.search(line)
    ]
    own = {name for line in headed if len(line) <= _HEADING_LENGTH and len(name := _unnumbered(line)) >= _SHORTEST}
    if len(own) < _LEAST_HEADINGS or sum(name in key_of_text(text) for name in own) < _LEAST_HEADINGS:
        return False
    slogans, rest = any_of(words["slogans"]), 0
    known = frozenset().union(*map(runs_of, originals))
    for sentence in _SENTENCE.findall(_matter(text)):
        plain = key_of_text(sentence)
        if share_found(sentence, known) >= _ALL_BUT_WHOLLY and not any(name in plain for name in own):
            continue
        bare = plain
        for name in own:
            bare = bare.replace(name, "")
        if bare == plain and not slogans.search(sentence):
            rest += len(plain)
        elif bare != plain:
            rest += max(0, len(bare) - _LEADS_TO)
    return rest <= _LITTLE


@dataclass(frozen=True)
class _Measured:
    """What of an interpretation is copied and what mere headings (shares, 0 to 1), what is missing, how long it is.

    ``apart`` counts the characters of its own that stand on the page beside its text.
    """

    copied: float
    listed: float
    missing: list[str]
    characters: int
    headings: list[str]
    framed: bool = False
    apart: int = 0


# what is measured is the same for all clauses
_MEASURED: WeakKeyDictionary[Site, dict[tuple[str, ...], _Measured]] = WeakKeyDictionary()


def _measured(site: Site, page: Page, documents: list[Page]) -> _Measured:
    known = _MEASURED.setdefault(site, {})
    place = (page.url, *(document.url for document in documents))
    if place not in known:
        text = _body(site, page)
        originals = [_whole_text(site, one) for one in documents]
        least = min(_LEAST_DOCUMENT, len(text) // 2)
        runs = frozenset().union(*(runs_of(original) for original in originals if len(original) >= least))
        copied, listed = _share_copied(text, runs), _headings_share(text, originals)
        missing = [] if _is_dialogue(page) else missing_elements(text)
        apart = ""
        if missing or max(copied, listed) >= _SUSPECT:
            apart = "\n".join(line for line in whole_of(site, page).beside(page.text) if len(line) >= _SENTENCE_LENGTH)
        known[place] = _Measured(
            copied, listed, missing and missing_elements(f"{text}\n{apart}"), len(key_of_text(text)),
            headings_alone(text), _is_frame(text, originals),
            round((1 - share_found(apart, runs)) * len(key_of_text(apart))) if apart else 0,
        )
    return known[place]


def _judge(site: Site, page: Page, documents: list[Page], parameters: Parameters, result: Result) -> None:
    document = max(documents, key=lambda one: len(one.text))
    measured = _measured(site, page, documents)
    copied, listed, missing = measured.copied, measured.listed, measured.missing
    of_its_own = (1 - copied) * measured.characters
    common: dict[str, Any] = {
        "url": page.url, "target": document.url, "department": site.department_of(page),
        "evidence": {
            "title": page.record.title, "copied": round(copied, 3), "headings": round(listed, 3), "missing": missing,
            "characters": measured.characters, "run": RUN,
        },
    }
    title = cited(page.record.title or page.url)
    lacking = f"，没有讲{'、'.join(missing)}" if missing else ""
    if copied >= parameters.copied:
        doubt = "，这些语句在别的文件里也多有出现，请复核" if _is_usual(site, _body(site, page), documents) else ""
        if not doubt and measured.apart >= _APART:
            doubt = f"，正文之外另有 {measured.apart} 字，请复核"
        if not doubt and of_its_own >= _OWN_WORDS:
            doubt = f"，另有 {of_its_own:.0f} 字不同，请复核"
        result.fail(**common, confidence="review" if doubt else "certain", message=(
            f"解读{title}照抄文件{cited(document.record.title or document.url)}：正文有 {copied:.0%} "
            f"与原文连续 {RUN} 字以上相同{lacking}{doubt}"
        ))
    elif listed >= parameters.listed:
        pictured = next(own_media(site, page), None) is not None
        doubt = "，页面另有图片或视频，请复核" if pictured else ""
        if not doubt and measured.apart >= _APART:
            doubt = f"，正文之外另有 {measured.apart} 字，请复核"
        result.fail(
            **common, confidence="review" if doubt else "certain",
            message=f"解读{title}只罗列文件的小标题：正文各行有 {listed:.0%} 是原文标题{lacking}{doubt}",
        )
    elif measured.framed:
        result.fail(
            **common, confidence="review",
            message=f"解读{title}只有文件的小标题和放在哪份文件上都成立的话，没有展开{lacking}，请复核",
        )
    elif measured.headings and not page.record.attachments and next(own_media(site, page), None) is None:
        shown = "、".join(f"“{heading}”" for heading in measured.headings[:_SHOWN])
        result.fail(
            **common, confidence="review",
            message=f"解读{title}只罗列小标题，没有展开：正文 {measured.characters} 个字，除 {shown}"
            f" 等 {len(measured.headings)} 个标题外没有说明，请复核",
        )
    elif missing and not _is_dialogue(page):
        _judge_elements(title, missing, parameters, common, result)


def _judge_elements(
    title: str, missing: list[str], parameters: Parameters, common: dict[str, Any], result: Result
) -> None:
    wanted = [part for part in parameters.parts if _element(part) in missing]
    if len(wanted) >= min(parameters.least_missing, len(parameters.parts)) > 0:
        result.fail(
            **common, confidence="review",
            message=f"解读{title}没有讲清{'、'.join(wanted)}（要求讲清{'、'.join(parameters.parts)}），请复核",
        )
    elif not parameters.parts and {"背景", "依据", "目的"} <= set(missing):
        result.fail(
            **common, confidence="review", message=f"解读{title}没有讲背景、依据和目的，请复核是否形式化解读"
        )


def _is_usual(site: Site, text: str, documents: list[Page]) -> bool:
    """Whether much of a text stands in documents it does not speak of, too."""
    own = {document.url for document in documents}
    others = [document for document in site.documents if document.url not in own][:_OTHERS]
    return share_found(text, frozenset().union(*(runs_of(document.text) for document in others))) >= _COMMON


def missing_elements(text: str) -> list[str]:
    """Return which of 背景 依据 目的 举措 an interpretation's text explains nowhere, by headings or by sentences."""
    words = lexicon("interpretation_quality")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    heading_line, clause = re.compile(words["heading_line"]), re.compile(words["clause_line"])
    own = [line for line in lines if len(line) <= _CLAUSE_TITLE or not clause.search(line)]
    headings = [
        line[:_HEADING_LENGTH] for line in own if len(line) <= _HEADING_LENGTH or heading_line.search(line[:12])
    ]
    told = "\n".join(own)
    return [
        str(name) for name, entry in words["elements"].items()
        if not any(any_of(entry["heading"]).search(line) for line in headings)
        and not any_of(entry["sentence"]).search(text) and not any_of(entry["told"]).search(told)
    ]


def _headings_share(text: str, originals: list[str]) -> float:
    """Return what share of an interpretation's lines are headings that stand in its documents' texts as they are."""
    heading_line = re.compile(lexicon("interpretation_quality")["heading_line"])
    headed = [
        line for original in originals for line in map(str.strip, original.splitlines()) if heading_line.search(line)
    ]
    # a heading may open its paragraph: （一）强化资金保障。县财政…
    opened = [*headed, *(line.split("。")[0] for line in headed)]
    own = {_unnumbered(line) for line in opened if len(line) <= _HEADING_LENGTH}
    lines = [_unnumbered(line) for line in text.splitlines() if len(key(line)) >= 4]
    same = [line for line in lines if line in own]
    return len(same) / len(lines) if len(same) >= _LEAST_HEADINGS else 0.0


def _unnumbered(line: str) -> str:
    """Return the key of a line without the number before it: a list's marks are not among its words."""
    return key(re.sub(lexicon("interpretation_quality")["number"], "", line.strip(), count=1))


def _is_dialogue(page: Page) -> bool:
    return bool(re.search(lexicon("interpretation_quality")["dialogue"], page.record.title or ""))


def _whole_text(site: Site, page: Page) -> str:
    """Return what a page and its files say, its title included: a document often is but a file."""
    return "\n".join([page.record.title or "", page.text, *(file.text for file in site.attachment_texts(page)[0])])


def _body(site: Site, page: Page) -> str:
    """Return an interpretation's own text: the document put behind it (附件：…, 政策原文) and its frame left out.

    Where the page says next to nothing, that of its file.
    """
    lines = [line for line in page.text.splitlines() if not _TEMPLATE.match(line.strip())]
    end = next((at for at, line in enumerate(lines) if at and _APPENDED.match(line)), len(lines))
    text = "\n".join(lines[:end])
    if not page.record.attachments or len(key_of_text(text)) >= _LEAST_TEXT:
        return text
    files = [file for file in site.attachment_texts(page)[0] if "解读" in f"{file.title}{file.text[:_HEADING_LENGTH]}"]
    return files[0].text if files else text
