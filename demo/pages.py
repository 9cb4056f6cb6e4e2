"""Columns that are one page of their own: guide, duties, leaders, fees, channels, script-filled, in a frame."""

from __future__ import annotations

from markupsafe import Markup, escape

from demo.county import Column, Organ, World

_GUIDE = """
<p>为了更好地提供政府信息公开服务，根据《中华人民共和国政府信息公开条例》，编制本指南。</p>
<p class="head">一、主动公开</p>
<p>（一）信息分类。包括机构职能、政策文件、规划计划、财政信息、重点领域信息等类别。</p>
<p>（二）编排体系。每条信息均有索引号、名称、内容概述、生成日期等著录项，按类别和时间编排。</p>
<p>（三）获取方式。可通过本网站、政务公开专区、档案馆和公共图书馆查阅。</p>
<p class="head">二、依申请公开</p>
<p>公民、法人或者其他组织可通过当面、邮寄、网络等渠道提出申请，本机关自收到申请之日起20个工作日内予以答复，需要延长的，延长期限最长不超过20个工作日。</p>
<p>提供政府信息不收取费用；申请数量、频次明显超过合理范围的，可按国家规定收取信息处理费。</p>
<p class="head">三、工作机构</p>
<p>机构名称：{name}办公室；办公地址：{address}；办公时间：工作日8:30—12:00，14:00—17:30；联系电话：{phone}；传真号码：{phone}；电子信箱：xxgk@yunlingxian.example。</p>
<p class="head">四、监督和救济</p>
<p>认为本机关不依法履行政府信息公开义务的，可以向上一级行政机关或者政府信息公开主管部门投诉、举报，也可以依法申请行政复议或者提起行政诉讼。</p>
"""
_REQUEST = """
<p>公民、法人或者其他组织可以向本机关申请获取政府信息。申请应当包括申请人的姓名或者名称、身份证明、联系方式，所申请政府信息的名称、文号或者便于查询的其他特征性描述，以及形式要求。</p>
<p>受理机构：{name}办公室　受理地址：{address}　联系电话：{phone}</p>
<p>申请方式：当面申请、邮寄申请（信封注明“政府信息公开申请”）、在线申请。</p>
"""
_FEES = """
<p>按照国家和省有关规定，现公布我县行政事业性收费目录执行情况。</p>
<p>一、执行中央、省设立的行政事业性收费项目，收费标准以上级公布的目录清单为准。</p>
<p>二、县级设立的行政事业性收费项目：暂无。</p>
<p>三、涉企行政事业性收费：县级暂无收费项目。如有调整，将及时更新本目录。</p>
"""
_LEADERS = (("林见溪", "县长", "主持县政府全面工作"), ("云开山", "副县长", "协助县长负责财政、发展改革工作"),
            ("苏望舒", "副县长", "负责教育、卫生健康、民政工作"), ("江知远", "副县长", "负责农业农村、水利、林业工作"))


def page_body(column: Column, organ: Organ, world: World) -> Markup:
    """Return the content of a single-page column; links are written ``@key``.

    Raises KeyError for a page kind that is not known.
    """
    writers = {
        "guide": lambda: _filled(_GUIDE, organ), "request": lambda: _filled(_REQUEST, organ),
        "fees": lambda: Markup(_FEES), "duties": lambda: _duties(organ), "leaders": lambda: _leaders(organ),
        "channels": lambda: _channels(world), "script": lambda: Markup(_SCRIPT),
        "iframe": lambda: Markup('<iframe src="@xzf/xzxx" width="100%" height="760" frameborder="0"></iframe>'),
    }
    return writers[column.page or ""]()


def _filled(text: str, organ: Organ) -> Markup:
    return Markup(text).format(name=organ.name, address=organ.address, phone=organ.phone)


def _duties(organ: Organ) -> Markup:
    return Markup(
        "<p>机构名称：{name}</p><p>主要职责：{duty}。</p><p>内设机构：办公室、政策法规股、业务一股、业务二股、行政审批服务股。</p>"
        "<p>办公地址：{address}</p><p>办公时间：工作日8:30—12:00，14:00—17:30</p><p>联系电话：{phone}</p>"
    ).format(name=organ.name, duty=organ.duty, address=organ.address, phone=organ.phone)


def _leaders(organ: Organ) -> Markup:
    people = Markup("").join(
        Markup('<div><img src="/images/photo{}.png" alt="{}"><p><b>{}</b>　{}</p><p>{}</p></div>').format(
            place, name, name, post, work
        )
        for place, (name, post, work) in enumerate(_LEADERS)
    )
    return Markup('<div class="leaders">{}</div>').format(people)


def _channels(world: World) -> Markup:
    portal = world.organs["xzf"]
    rows = Markup("").join(
        Markup('<li><a href="@{}">{}</a></li>').format(column.id, column.name)
        for column in portal.columns if column.section == "政务公开"
    )
    return Markup("<ul class='channels'>{}</ul>").format(rows)


_SCRIPT = """
<div id="dataList" class="jpaas-list"><ul></ul></div>
<script type="text/javascript">
$(function(){ $.get('/api-gateway/jpaas-publish-server/front/page/build/unit?parseType=bulidstatic&webId=1&pageId=1071&rows=15&pageNo=1',
  function(res){ $('#dataList').html(res.data.html); }); });
</script>
"""


def paragraphs_html(paragraphs: list[tuple[str, str]]) -> Markup:
    """Return paragraphs (text, style) as markup: the style is the class, ``html`` stands as it is."""
    parts = []
    for text, style in paragraphs:
        if style == "html":
            parts.append(Markup(text))
        elif style == "body":
            parts.append(Markup("<p>{}</p>").format(text))
        else:
            parts.append(Markup('<p class="{}">{}</p>').format(style, escape(text)))
    return Markup("\n").join(parts)
