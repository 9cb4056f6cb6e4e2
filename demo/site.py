"""Builds the demonstration site: every answer of every host, and what an inspection should find there."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cached_property
from importlib import resources
from typing import Any
from urllib.parse import quote, unquote

from markupsafe import Markup

from demo import answers, files, mailbox
from demo.addresses import MAILBOX, all_addresses, answer_entries, home_key, loose_files
from demo.county import Column, Organ, data, world
from demo.dates import Clock
from demo.documents import full_text, table_fields
from demo.families import FAMILIES
from demo.families.base import Family, portal_path
from demo.hosts import BROKEN, PORTAL, SERVICE, address
from demo.items import Item, all_items
from demo.model import DemoSite, HostSite, Planted, Response, Trap, path_key
from demo.pages import page_body, paragraphs_html
from demo.render import Box, ListRow, Renderer, meta_tags, shortened

AS_OF = date(2026, 11, 20)
_NAV = ("ylyw", "tzgg", "zfwj", "zcjd", "fdzdgknr", "yjzj", "zxft", "sjfb")
_HOME_BOXES = ("ylyw", "tzgg", "zfwj", "zcjd", "bmdt", "zjdt", "tjxx")
_ORGAN_BOXES = ("gzdt", "tzgg", "zcwj", "zcjd")
_ICONS = ("top", "new", "file", "404", "photo0", "photo1", "photo2", "photo3")


def build(as_of: date = AS_OF) -> DemoSite:
    """Return the demonstration site as of a day: deterministic, every age counted back from that day."""
    builder = _Builder(as_of)
    builder.assets()
    builder.homes()
    builder.columns()
    builder.articles()
    builder.letters()
    builder.special()
    return builder.site()


class _Builder:
    def __init__(self, as_of: date) -> None:
        self.world = world()
        self.clock = Clock.at(as_of, self.world.golden_weeks)
        self.items = all_items(self.world, self.clock)
        self.mail = mailbox.all_letters(self.world, self.clock)
        self.at = all_addresses(self.world, self.clock, self.items, self.mail)
        self.renderer = Renderer(self.world.county, self.at)
        self.portal = self.world.organs["xzf"]
        self.responses: dict[str, dict[str, Response]] = {PORTAL: {}, SERVICE: {}, BROKEN: {}}

    # ------------------------------------------------------------ putting answers in their place

    def put(self, path: str, response: Response, host: str = PORTAL) -> None:
        key = path_key(path)
        if key in self.responses[host]:
            raise ValueError(f"two answers for {host}{key}")
        self.responses[host][key] = response

    def put_page(self, path: str, html: str, family: Family) -> None:
        kind = f"text/html; charset={family.charset}" if family.declared else "text/html"
        self.put(path, Response(200, (("Content-Type", kind),), html.encode(family.charset)))

    def put_file(self, path: str, name: str, body: bytes) -> None:
        kind = files.MEDIA_TYPES[name.rsplit(".", 1)[-1]]
        headers = (("Content-Type", kind),)
        if path.partition("?")[0].rsplit(".", 1)[-1] != name.rsplit(".", 1)[-1]:
            headers += (("Content-Disposition", f"attachment; filename*=UTF-8''{quote(name)}"),)
        self.put(path, Response(200, headers, body))

    def page(self, template: str, origin: str, organ: Organ, **values: Any) -> None:
        family = FAMILIES[organ.family]
        html = self.renderer.page(
            f"{family.name}/{template}.html" if "/" not in template else f"{template}.html", origin, family.link,
            organ=organ, portal=self.at[home_key(self.portal)], home=self.at[home_key(organ)],
            nav=self.nav(organ), **values,
        )
        self.put_page(origin, html, family)

    # ------------------------------------------------------------ what several pages need

    def nav(self, organ: Organ) -> list[tuple[str, str]]:
        if organ.family == "hanweb":
            found = [(self.portal.column(key).name, self.at[f"xzf/{key}"]) for key in _NAV]
            return [*found, ("县长信箱", self.at[MAILBOX])]
        return [(column.name, self.at[column.id]) for column in organ.columns[:4]]

    @cached_property
    def by_column(self) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = defaultdict(list)
        for item in self.items.values():
            found[item.column.id].append(item)
        for rows in found.values():
            rows.sort(key=lambda item: (not item.row.pinned, -item.day.toordinal(), item.key))
        return found

    def row(self, item: Item, *, misled: bool) -> ListRow:
        """One list row; ``misled`` rows go where the list's editor sent them, others to the item itself."""
        key = item.row.href.removeprefix("@") if misled and item.row.href else item.key
        return ListRow(
            url=self.at[key], title=item.title, shown=shortened(item.title),
            date="" if item.row.undated else item.day.isoformat(), serial=item.serial, pinned=item.row.pinned,
            picture=self.picture(item),
        )

    def picture(self, item: Item) -> str | None:
        return None if item.picture is None else address(PORTAL, f"/images/news/{item.picture}.png")

    def box(self, column: Column, count: int) -> Box:
        rows = [self.row(item, misled=False) for item in self.by_column[column.id][:count]]
        return Box(column.name, self.at[column.id], rows)

    def trail(self, organ: Organ, column: Column, *, article: bool) -> list[tuple[str, str | None]]:
        home = "首页" if organ.kind == "county" or organ.family != "hanweb" else organ.name
        found: list[tuple[str, str | None]] = [(home, self.at[home_key(organ)]), (column.section, None)]
        found += [(name, self.at.get("xzf/fdzdgknr") if organ.kind == "county" else None) for name in column.trail]
        return [*found, (column.name, self.at[column.id]), *([("正文", None)] if article else [])]

    def siblings(self, organ: Organ, column: Column) -> list[tuple[str, str]]:
        return [(other.name, self.at[other.id]) for other in organ.columns if other.section == column.section]

    # ------------------------------------------------------------ the pages

    def assets(self) -> None:
        static = resources.files("demo").joinpath("static")
        for entry in sorted(static.iterdir(), key=lambda entry: entry.name):
            suffix = entry.name.rsplit(".", 1)[-1]
            if suffix in ("css", "js"):
                folder = "images/css" if suffix == "css" else "script"
                self.put_file(f"/{folder}/{entry.name}", entry.name, entry.read_bytes())
        for number in range(6):
            self.put_file(f"/images/news/{number}.png", "a.png", files.picture(number))
        for number, name in enumerate(_ICONS):
            self.put_file(f"/images/{name}.png", "a.png", files.picture(number % 6))
        for key in loose_files(self.items):
            name = key.removeprefix("files/")
            self.put_file(f"/{key}", name, files.document(name, name.rsplit(".", 1)[0], ["本文件供演示使用。"]))

    def homes(self) -> None:
        county = self.world.county
        for organ in self.world.organs.values():
            family = FAMILIES[organ.family]
            names = _HOME_BOXES if organ.kind == "county" else _ORGAN_BOXES
            boxes = [self.box(organ.column(key), 6) for key in names if organ.has(key)]
            columns = [(column.name, self.at[column.id]) for column in organ.columns]
            values: dict[str, Any] = {"boxes": boxes, "columns": columns, "meta": meta_tags(county)}
            template, title = "home", organ.name
            if organ.kind == "county":
                values |= self.portal_home()
                title = county.site
            elif organ.family == "hanweb":
                template = "organ"
            path = family.home(organ)
            self.page(template, path, organ, title=title, **values)
            if path.endswith("/"):
                twin = "index.jsp" if family.name == "jsp" else "index.html"
                self.responses[PORTAL][path + twin] = self.responses[PORTAL][path]

    def portal_home(self) -> dict[str, Any]:
        lead = next(item for item in self.items.values() if item.headline)
        slide = next(item for item in self.by_column["xzf/ylyw"] if item.picture is not None)
        organs = self.world.organs.values()

        def named(kind: str) -> list[tuple[str, str]]:
            return [(organ.name, self.at[home_key(organ)]) for organ in organs if organ.kind == kind]

        def section(name: str) -> list[tuple[str, str]]:
            return [(column.name, self.at[column.id]) for column in self.portal.columns if column.section == name]

        return {
            "headline": ListRow(self.at[lead.key], lead.title, lead.headline or lead.title, ""),
            "slide": self.row(slide, misled=False),
            "disclosure": section("政府信息公开"),
            "interaction": [*section("互动交流"), ("县长信箱", self.at[MAILBOX])],
            "departments": named("department"), "towns": named("town"), "service": address(SERVICE, "/"),
        }

    def columns(self) -> None:
        for organ in self.world.organs.values():
            for column in organ.columns:
                if column.page == "letters":
                    continue
                if column.page:
                    self.single_page(organ, column)
                else:
                    self.list_pages(organ, column)

    def column_values(self, organ: Organ, column: Column) -> dict[str, Any]:
        return {
            "column": column, "trail": self.trail(organ, column, article=False),
            "title": f"{column.name}_{organ.name}", "siblings": self.siblings(organ, column),
            "meta": meta_tags(self.world.county, (column.name, column.name)),
        }

    def single_page(self, organ: Organ, column: Column) -> None:
        path = FAMILIES[organ.family].column(organ, column)
        self.page("page", path, organ, body=page_body(column, organ, self.world), **self.column_values(organ, column))

    def list_pages(self, organ: Organ, column: Column) -> None:
        family = FAMILIES[organ.family]
        rows = [self.row(item, misled=True) for item in self.by_column[column.id]]
        pages = max(1, -(-len(rows) // family.rows))
        paths = [family.column(organ, column)]
        paths += [family.further(organ, column, page, pages) for page in range(2, pages + 1)]
        urls = [address(PORTAL, path) for path in paths]
        for page, path in enumerate(paths, 1):
            values = {
                "rows": rows[(page - 1) * family.rows : page * family.rows], "page": page, "pages": pages,
                "page_urls": urls, "total": len(rows), "next": urls[page] if page < pages else None,
            }
            if family.name == "hanweb" and page > 1:
                xml = self.renderer.page("hanweb/rows.xml", path, family.link, column=column, **values)
                self.put(path, Response(200, (("Content-Type", "text/xml; charset=utf-8"),), xml.encode()))
            else:
                self.page("list", path, organ, **values, **self.column_values(organ, column))
            if page == 1 and path.endswith("/"):
                self.responses[PORTAL][path + "index.html"] = self.responses[PORTAL][path]

    def articles(self) -> None:
        for column_items in self.by_column.values():
            for place, item in enumerate(column_items):
                before = column_items[place - 1] if place else None
                after = column_items[place + 1] if place + 1 < len(column_items) else None
                self.article(item, before, after)

    def article(self, item: Item, before: Item | None, after: Item | None) -> None:
        family, column = FAMILIES[item.organ.family], item.column
        attached = [(name, family.file(item, name, place)) for place, name in enumerate(item.files)]
        for name, path in attached:
            lines = [paragraph.text for paragraph in item.paragraphs if paragraph.style != "html"]
            self.put_file(path, name, files.document(name, name.rsplit(".", 1)[0], lines))
        self.page(
            "article", family.article(item), item.organ, column=column, heading=item.title,
            title=f"{item.organ.name} {column.name} {item.title}",
            trail=self.trail(item.organ, column, article=True), day=item.day.isoformat(), source=item.organ.name,
            meta=meta_tags(
                self.world.county, (column.name, column.name),
                (item.title, f"{item.tag_day.isoformat()} 09:{item.serial % 60:02d}", item.organ.name),
            ),
            fields=table_fields(item, self.world), body=paragraphs_html(full_text(item)),
            picture=self.picture(item), serial=item.serial, shell=item.empty_shell,
            files=[(name, address(PORTAL, path)) for name, path in attached],
            related=[
                (label, [(self.items[key].title, self.at[key]) for key in keys]) for label, keys in item.related
            ],
            previous=self.row(before, misled=False) if before else None,
            following=self.row(after, misled=False) if after else None,
        )

    def letters(self) -> None:
        county = [letter for letter in self.mail if letter.box == "county"]
        pages = -(-len(county) // mailbox.ROWS)
        paths = [mailbox.LIST, *(f"{mailbox.LIST}?page={page}" for page in range(2, pages + 1))]
        trail: list[tuple[str, str | None]] = [
            ("首页", self.at[home_key(self.portal)]), ("互动交流", None), ("县长信箱", self.at[MAILBOX]),
        ]
        common = {"meta": meta_tags(self.world.county, ("县长信箱", "咨询投诉"))}
        for page, path in enumerate(paths, 1):
            self.page(
                "mailbox/county_list", path, self.portal, trail=trail, title="县长信箱_云岭县人民政府",
                letters=self.letter_rows(county[(page - 1) * mailbox.ROWS : page * mailbox.ROWS]), page=page,
                pages=pages, page_urls=[address(PORTAL, path) for path in paths], **common,
            )
        for letter in county:
            self.page(
                "mailbox/county_letter", letter.path, self.portal, trail=[*trail, ("信件详情", None)],
                title=f"{letter.title}_县长信箱", letter=letter, list_url=self.at[MAILBOX], **common,
            )
        self.bureau_letters([letter for letter in self.mail if letter.box != "county"])

    def bureau_letters(self, letters: list[mailbox.Letter]) -> None:
        organ = self.world.organs["jytyj"]
        values = self.column_values(organ, organ.column("jzxx"))
        self.page(
            "mailbox/bureau_list", FAMILIES[organ.family].column(organ, organ.column("jzxx")), organ,
            letters=self.letter_rows(letters), **values,
        )
        for letter in letters:
            self.page("mailbox/bureau_letter", letter.path, organ, letter=letter, **values | {"title": letter.title})

    def letter_rows(self, letters: list[mailbox.Letter]) -> list[dict[str, str]]:
        return [
            {
                "number": letter.number, "type": letter.type, "title": letter.title, "sent": letter.sent.isoformat(),
                "unit": letter.unit, "state": letter.state, "url": self.at[letter.key],
            }
            for letter in letters
        ]

    # ------------------------------------------------------------ answers that are no pages of the site

    def special(self) -> None:
        entries = answer_entries(self.clock)
        for entry in entries.values():
            if entry["answer"] == "fallback":
                continue
            if entry["answer"] in ("service-home", "service-guide"):
                self.put(entry["path"], self.service_page(entry, entries), SERVICE)
            else:
                self.put(entry["path"], answers.answer(entry, self.at, self.portal_page), entry["host"])

    def portal_page(self, title: str, words: str, hint: str) -> str:
        return self.renderer.page(
            "errors/portal.html", "/404.html", FAMILIES["hanweb"].link, organ=self.portal, title=title, words=words,
            hint=hint, portal=self.at[home_key(self.portal)], nav=self.nav(self.portal),
            meta=meta_tags(self.world.county),
        )

    def service_page(self, entry: dict[str, Any], entries: dict[str, dict[str, Any]]) -> Response:
        guides = [(other["title"], other["path"]) for other in entries.values() if other["answer"] == "service-guide"]
        html = self.renderer.page(
            "service/page.html", entry["path"], FAMILIES["hanweb"].link, guide=entry.get("title"), guides=guides,
            title=f"{entry.get('title', '首页')}_云岭县政务服务网", day=self.clock.ago(120).isoformat(),
            portal=Markup(self.at[home_key(self.portal)]),
        )
        return Response(200, answers.HTML, html.encode())

    # ------------------------------------------------------------ what is to be found

    def site(self) -> DemoSite:
        facts = data("planted.yaml")
        hosts = {
            PORTAL: HostSite(self.responses[PORTAL], answers.missing(self.portal_page)),
            SERVICE: HostSite(self.responses[SERVICE], answers.to_service_home()),
            BROKEN: HostSite(self.responses[BROKEN], answers.broken_home()),
        }
        planted = [
            Planted(fact["check"], self.named(fact["at"]), self.named(fact["target"]) if "target" in fact else None,
                    fact["note"])
            for fact in facts["planted"] if self.stands(fact)
        ]
        traps = [Trap(fact["check"], self.named(fact["at"]), fact["why"]) for fact in facts["traps"] if self.stands(fact)]
        return DemoSite(self.clock.as_of, hosts, planted, traps, self.at)

    def stands(self, fact: dict[str, str]) -> bool:
        return fact.get("needs") != "golden-week" or self.clock.golden is not None

    def named(self, name: str) -> str:
        """The address a fact names: a key, or an address outside the site as it is written."""
        if name in self.at:
            url = self.at[name]
            path = portal_path(url)
            return address(PORTAL, path_key(path)) if path else url
        if ":" in name:
            return name
        raise KeyError(f"planted.yaml: {unquote(name)} is nothing the site has")
