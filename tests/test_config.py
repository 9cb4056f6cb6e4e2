"""Configuration: every mistake is one line with file, key and what was expected."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.config import load_config, parse_config, restore_config
from app.errors import UserError

SITE = '[site]\nname = "示例县人民政府"\nstart = ["http://127.0.0.1:8000/"]\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_documented_example_is_read(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, SITE + """
hosts = ["127.0.0.1:8000"]
timezone = "Asia/Shanghai"
[inspection]
packs = ["linzi-2021", "national-2019"]
as_of = 2026-11-20
plan_year = 2026
[crawl]
concurrency = 8
delay_seconds = 0.25
max_pages = 200000
obey_robots = true
check_external_links = true
render_javascript = "auto"
calendar = "holidays-2027.csv"
[[departments]]
name = "区教育和体育局"
match_url = ["/jtj/"]
match_source = ["教育和体育局", "教体局"]
[[columns]]
url = "http://127.0.0.1:8000/zwgk/tzgg/"
name = "通知公告"
type = "notices"
department = "区政府办公室"
"""))
    assert config.as_of() == date(2026, 11, 20)
    assert config.calendar_path() == tmp_path / "holidays-2027.csv"
    assert config.departments[0].match_source == ["教育和体育局", "教体局"]
    assert restore_config(config.to_json(), "snapshot") == config


def test_words_of_ones_own_lie_beside_the_configuration(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, SITE + '[inspection]\nwording = "my-words.yaml"\n'))
    assert config.wording_path() == tmp_path / "my-words.yaml"
    assert load_config(write(tmp_path, SITE)).wording_path() is None


def test_hosts_default_to_the_start(tmp_path: Path) -> None:
    assert load_config(write(tmp_path, SITE)).site.hosts == ["127.0.0.1:8000"]


@pytest.mark.parametrize(("text", "key", "expected"), [
    (SITE + "[crawl]\nconcurency = 3", "crawl.concurency", "未知的键"),
    (SITE + "[crawling]\nconcurrency = 3", "crawling", "未知的键"),
    (SITE + '[crawl]\nconcurrency = "8"', "crawl.concurrency", "应为整数"),
    (SITE + "[crawl]\nconcurrency = 0", "crawl.concurrency", "应 ≥ 1"),
    (SITE + "[crawl]\ndelay_seconds = -1", "crawl.delay_seconds", "应 ≥ 0"),
    (SITE + '[crawl]\nobey_robots = "yes"', "crawl.obey_robots", "应为 true 或 false"),
    (SITE + '[crawl]\nrender_javascript = "maybe"', "crawl.render_javascript", "'never'、'auto' 或 'always' 之一"),
    (SITE + '[inspection]\nas_of = "2026-11-20"', "inspection.as_of", "应为日期"),
    (SITE + "[inspection]\nas_of = 2026-11-20T00:00:00", "inspection.as_of", "应为日期"),
    (SITE + '[inspection]\npacks = "linzi-2021"', "inspection.packs", "应为列表"),
    (SITE + "[inspection]\npacks = []", "inspection.packs", "至少要有一项"),
    (SITE + '[[columns]]\nurl = "http://127.0.0.1:8000/a/"\ntype = "gossip"', "columns[1].type", "应为"),
    (SITE + '[[departments]]\nmatch_url = ["/a/"]', "departments[1].name", "缺少这个必填键"),
    ("crawl = 3\n" + SITE, "crawl", "应为一节"),
    ("", "site", "缺少这个必填键"),
    ('[site]\nname = "甲"\nstart = ["www.example.gov.cn"]', "site.start", "应为 http:// 或 https:// 开头的网址"),
    ('[site]\nname = "甲"\nstart = ["http://a.gov.cn/"]\nhosts = ["b.gov.cn"]', "site", "缺 a.gov.cn"),
    ('[site]\nname = "甲"\nstart = ["http://a.gov.cn/"]\nhosts = ["http://a.gov.cn"]', "site.hosts", "应为主机名"),
    (SITE + 'timezone = "Mars/Olympus"', "site.timezone", "应为时区名"),
    (SITE + 'base_dir = "x"', "site.base_dir", "未知的键"),
    ("base_dir = '/'\n" + SITE, "base_dir", "未知的键"),
    (SITE + "[crawl", "", "TOML 语法错误"),
])
def test_a_mistake_is_one_line(tmp_path: Path, text: str, key: str, expected: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(UserError) as error:
        load_config(path)
    line = str(error.value)
    assert line.startswith(f"{path}: {key}")
    assert expected in line
    assert "\n" not in line
    assert error.value.exit_code == 2


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, expected in ((tmp_path / "absent.toml", "没有这个配置文件"), (tmp_path, "实为文件夹")):
        with pytest.raises(UserError, match=expected):
            load_config(path)
    garbled = tmp_path / "gbk.toml"
    garbled.write_bytes("名称 = '示例'".encode("gbk"))
    with pytest.raises(UserError, match="UTF-8"):
        load_config(garbled)


def test_a_dictionary_is_checked_alike() -> None:
    with pytest.raises(UserError, match=r"^demo: site\.name: 应为字符串"):
        parse_config({"site": {"name": 5, "start": ["http://a.gov.cn/"]}}, "demo")


def test_the_ledgers_database_takes_its_password_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = load_config(write(tmp_path, SITE + '[ledger]\nurl = "postgresql://xunjian:${LEDGER_WORD}@db:5432/xunjian"\n'))
    monkeypatch.setenv("LEDGER_WORD", "p@ss/w:rd?#")
    assert config.ledger_url() == "postgresql://xunjian:p%40ss%2Fw%3Ard%3F%23@db:5432/xunjian"
    assert "p@ss" not in str(config.to_json()) and restore_config(config.to_json(), "snapshot") == config
    monkeypatch.delenv("LEDGER_WORD")
    with pytest.raises(UserError, match="环境变量 LEDGER_WORD 没有设置"):
        config.ledger_url()
    whole = load_config(write(tmp_path, SITE + '[ledger]\nurl = "${LEDGER_URL}"\n'))
    monkeypatch.setenv("LEDGER_URL", "postgresql://xunjian:secret@db/xunjian")
    assert whole.ledger_url() == "postgresql://xunjian:secret@db/xunjian"
    assert load_config(write(tmp_path, SITE)).ledger_url() is None


@pytest.mark.parametrize(("url", "expected"), [
    ("postgresql://xunjian:hunter2@db/xunjian", "口令不要写进配置"),
    ("postgresql://xunjian:hun/ter@2@db/xunjian", "口令不要写进配置"),
    ("postgresql://db/xunjian?password=hunter2", "口令不要写进配置"),
    ("mysql://db/xunjian", "应为 postgresql://"),
    ("ledger.sqlite", "应为 postgresql://"),
    ("", "不能为空"),
])
def test_an_address_of_the_ledger_that_cannot_be_used(tmp_path: Path, url: str, expected: str) -> None:
    with pytest.raises(UserError) as raised:
        load_config(write(tmp_path, SITE + f'[ledger]\nurl = "{url}"\n'))
    assert "ledger.url" in str(raised.value) and expected in str(raised.value)
    assert "hun" not in str(raised.value) and "\n" not in str(raised.value)
