"""What the wording of a letter's state says: withdrawn or refused, answered."""

from __future__ import annotations

import re

from checks.letters import SiteLetter

_OUT = re.compile(
    r"撤回|撤销|撤消|撤件|重复|不再另?行?(?:答复|回复)|无效|不予受理|不受理|不予办理|不予回复|作废|退回|退件|不属于受理|不符合受理|已转交|已关闭|已删除"
)
_ANSWERED = re.compile(
    r"(?<![未待没])(?:已|予以|完成)?(?:办结|办毕|办复|答复|回复|回信|回应|解答|反馈|[办处]理完[成毕结]|办完|结案|完结)"
    r"|^已(?:处理|办理|解决|完成)$"
)
_UNANSWERED = re.compile(
    r"未(?:答复|回复|办结|处理|办理|受理)|待(?:答复|回复|办|处理|受理|审|签收|交办)|没有(?:答复|回复)|暂无(?:答复|回复|反馈|办理结果)|暂[无未]$"
    r"|(?:办理|处理|受理|审核|转办|交办|处置|流转|回复|答复)中|正在[办处受核调研]|正由|尚在|还在[办处]|等待(?:办理|处理|答复|回复)|耐心等|将尽快|预计|将于|已(?:受理|转办|交办|签收|接收|收到|提交)"
)


def is_out(entry: SiteLetter) -> bool:
    """Whether a letter was withdrawn, refused, void or a repetition."""
    return bool(_OUT.search(entry.letter.status or ""))


def looks_answered(entry: SiteLetter) -> bool:
    """Whether a letter was answered, by its reply, the day of it, or its state."""
    letter = entry.letter
    if letter.reply or letter.replied:
        return True
    status = letter.status or ""
    return bool(_ANSWERED.search(status)) and not _UNANSWERED.search(status)


def says_unanswered(entry: SiteLetter) -> bool:
    """Whether a letter's state says outright that it waits for its answer."""
    return bool(_UNANSWERED.search(entry.letter.status or ""))
