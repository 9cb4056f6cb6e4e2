"""Made-up pages in the manner of the content systems government sites run on, with what a reader sees on them.

Each entry: name, markup, what must be read (a subset of the label keys; ``attributes`` a subset too). No page is
copied from a real site; the markup imitates how the families build their pages.
"""

from __future__ import annotations

from typing import Any, NamedTuple

URL = "http://www.example.gov.cn/zwgk/tzgg/202406/t20240612_1234.html"


class Made(NamedTuple):
    name: str
    html: str
    wanted: dict[str, Any]
    url: str = URL


def head(title: str, *, article: str = "", date: str = "", source: str = "", column: str = "通知公告") -> str:
    tags = [("SiteName", "示例县人民政府"), ("SiteDomain", "www.example.gov.cn"), ("SiteIDCode", "3700000001"),
            ("ColumnName", column), ("ColumnType", column)]
    if article:
        tags += [("ArticleTitle", article), ("PubDate", date), ("ContentSource", source)]
    lines = "".join(f'<meta name="{name}" content="{value}"/>\n' for name, value in tags)
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"/><title>{title}</title>\n{lines}</head>'


NAV = """<div class="top">今天是：<span id="clock">2026年3月3日 星期二</span> <a href="/login">登录</a> | <a href="/reg">注册</a></div>
<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/xwzx/">新闻中心</a></li><li><a href="/zwgk/">政务公开</a></li>
<li><a href="/zwfw/">政务服务</a></li><li><a href="/hdjl/">互动交流</a></li><li><a href="/fdzdgknr/">法定主动公开内容</a></li></ul></div>"""
FOOT = """<div class="footer"><p><a href="/wzdt/">网站地图</a> | <a href="/lxwm/">联系我们</a> | <a href="/files/guide.pdf">使用手册</a></p>
<p>主办：示例县人民政府　承办：示例县人民政府办公室</p><p>地址：示例县人民路1号　邮编：250000</p>
<p>鲁ICP备05000000号　鲁公网安备37000000000001号　网站标识码：3700000001</p></div></body></html>"""
SIDE = """<div class="rightside"><h3>热点推荐</h3><ul>
<li><a href="/a/1.html">示例县召开全县经济工作会议</a><span>2026-02-27</span></li>
<li><a href="/a/2.html">示例县政务公开工作要点解读</a><span>2026-02-26</span></li></ul></div>"""
TEXT = "<p>为进一步做好相关工作，经县政府研究同意，现将有关事项通知如下，请认真贯彻执行。</p>" * 3

MADE: list[Made] = [
    Made("trs-article", head("关于开展春季防火工作的通知_通知公告_示例县人民政府", article="关于开展春季防火工作的通知",
                             date="2024-06-12 09:30", source="县应急局") + f"""<body>{NAV}
<div class="BreadcrumbNav"><img src="i.png"/>当前位置：<a href="../../../" class="CurrChnlCls">首页</a>&nbsp;&gt;&nbsp;<a href="../../" class="CurrChnlCls">政务公开</a>&nbsp;&gt;&nbsp;<a href="../" class="CurrChnlCls">通知公告</a></div>
<div class="xl-main"><h2>关于开展春季防火工作的通知</h2>
<div class="xl-info"><span>发布时间：2024-06-12 09:30</span><span>来源：县应急局</span><span>浏览次数：<em id="hits"></em></span><span>字体：<a>大</a><a>中</a><a>小</a></span></div>
<div class="view TRS_UEDITOR trs_paper_default">{TEXT}<p>附件：<a href="./W020240612345678901234.docx" OLDSRC="W0">1.春季防火责任表.docx</a></p>
<p><a href="./P020240612345678901235.pdf">2.应急联络图</a></p></div>
<div class="xgwd"><b>相关文档：</b><ul></ul></div></div>{SIDE}{FOOT}""",
         {"page_kind": "article", "title": "关于开展春季防火工作的通知", "published": "2024-06-12 09:30",
          "source": "县应急局", "breadcrumb": ["首页", "政务公开", "通知公告"], "related": [], "missing_tags": [],
          "attachments": ["http://www.example.gov.cn/zwgk/tzgg/202406/W020240612345678901234.docx",
                          "http://www.example.gov.cn/zwgk/tzgg/202406/P020240612345678901235.pdf"]}),
    Made("hanweb-infodoc", head("示例县人民政府 通知公告 示例县人民政府关于印发示例县粮食安全工作方案的通知") + f"""<body>{NAV}
<table width="1000" align="center"><tr><td height="30">您当前的位置：<table style="display:inline"><tr><td><a href="/index.html">首页</a></td><td>&gt;</td><td><a href="/col/col1.html">政府信息公开</a></td><td>&gt;</td><td><a href="/col/col2.html">政策文件</a></td></tr></table></td></tr></table>
<div class="xxgk_table"><table class="xxgk_mu" border="1"><tr><td class="bt">索引号：</td><td>11370000004500000A/2024-00123</td><td class="bt">公开方式：</td><td>主动公开</td></tr>
<tr><td class="bt">发布机构：</td><td>示例县人民政府办公室</td><td class="bt">组配分类：</td><td>其他文件</td></tr>
<tr><td class="bt">成文日期：</td><td>2024-05-30</td><td class="bt">有效性：</td><td>有效</td></tr>
<tr><td class="bt">发文字号：</td><td colspan="3">示政发〔2024〕8号</td></tr></table></div>
<div class="art-title">示例县人民政府关于印发示例县粮食安全工作方案的通知</div>
<div class="art-date">发布日期：2024-06-03　访问次数：<span></span>　信息来源：</div>
<div id="zoom">{TEXT}<p style="text-align:right">示例县人民政府</p><p style="text-align:right">2024年5月30日</p><p>（此件公开发布）</p></div>
<div class="xgjd">相关解读：<a href="/art/2024/6/5/art_10_55.html">《示例县粮食安全工作方案》政策解读</a></div>{FOOT}""",
         {"page_kind": "document", "title": "示例县人民政府关于印发示例县粮食安全工作方案的通知", "published": "2024-06-03",
          "source": "示例县人民政府办公室", "breadcrumb": ["首页", "政府信息公开", "政策文件"],
          "attributes": {"index_number": "11370000004500000A/2024-00123", "disclosure": "主动公开", "validity": "有效",
                         "issuer": "示例县人民政府办公室", "signed": "2024-05-30", "document_number": "示政发〔2024〕8号",
                         "body_disclosure_note": "（此件公开发布）", "topic": None},
          "related": [("http://www.example.gov.cn/art/2024/6/5/art_10_55.html", "interpretation")],
          "attachments": [], "missing_tags": ["ArticleTitle", "PubDate", "ContentSource"]}),
    Made("ucap-list-table", head("关于公布行政规范性文件清理结果的通知 | 示例县人民政府", article="关于公布行政规范性文件清理结果的通知",
                                 date="2024-06-20 10:00", source="") + f"""<body>{NAV}
<div class="crumb"><h2>您当前所在位置：</h2><div><a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <span>规范性文件</span></div></div>
<div class="metadata"><ul><li><span>索 引 号</span><em>000014349/2024-00222</em></li><li><span>文　　号</span><em>示政办发〔2024〕12号</em></li>
<li><span>发文机关</span><em>示例县人民政府办公室</em></li><li><span>成文日期</span><em>2024年06月18日</em></li><li><span>公开属性</span><em>主动公开</em></li>
<li><span>主题分类</span><em>综合政务\\其他</em></li><li><span>有 效 性</span><em></em></li></ul></div>
<h1 class="article-title"><ucaptitle>关于公布行政规范性文件清理结果的通知</ucaptitle></h1>
<div class="article-attr"><span class="date">发布日期：<publishtime>2024-06-20 10:00:00</publishtime></span><span class="ly">来源：</span><span class="llcs">访问量：<b>12</b></span></div>
<div class="article-content">{TEXT}</div><div class="fj-a" style="display:none"><p>附件：</p></div>
<div class="article-reldocuments"><h3><span>关联稿件：</span></h3><ul></ul></div>
<div class="prev"><span>上一篇：</span><a href="/b/1.html">关于另一件事的通知</a></div>{FOOT}""",
         {"page_kind": "document", "title": "关于公布行政规范性文件清理结果的通知", "published": "2024-06-20 10:00", "source": None,
          "breadcrumb": ["首页", "政务公开", "规范性文件"], "related": [], "attachments": [],
          "attributes": {"index_number": "000014349/2024-00222", "document_number": "示政办发〔2024〕12号", "signed": "2024-06-18",
                         "issuer": "示例县人民政府办公室", "disclosure": "主动公开", "topic": "综合政务\\其他", "validity": ""},
          "missing_tags": ["ContentSource"]}),
    Made("vsb-boda", f"""<HTML><HEAD><TITLE>我县举办政务公开培训班-示例县教育和体育局</TITLE><META Name="keywords" Content="示例县" />
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8"></HEAD><BODY>{NAV}
<div class="dqwz"><table cellspacing=0 class="winstyle1"><tr><td nowrap><span class="windowstyle">您的位置：</span><a class="linkstyle" href="../../index.htm">首页</a><span class="splitstyle">-&gt;</span><a class="linkstyle" href="../gzdt.htm">工作动态</a><span class="splitstyle">-&gt;</span><span class="style2">正文</span></td></tr></table></div>
<form name="_newscontent_fromname"><div class="content"><h3 align="center">我县举办政务公开培训班</h3>
<p align="center">2023年11月08日 10:12&nbsp; 教体局办公室&nbsp; 点击：[<script>_showDynClickBatch(['1'],['1'],'wbnews',1)</script>]</p>
<div id="vsb_content"><div class="v_news_content">{TEXT}</div></div>
<ul style="list-style-type:none;"><li>附件【<a href="/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=ABC" target="_blank">培训安排表.xlsx</a>】已下载<span>3</span>次</li></ul>
<p align="right"><a href="javascript:close()">【关闭窗口】</a></p></div></form>{FOOT}""",
         {"page_kind": "article", "title": "我县举办政务公开培训班", "published": "2023-11-08 10:12",
          "breadcrumb": ["首页", "工作动态"], "related": [],
          "attachments": ["http://www.example.gov.cn/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=ABC"]}),
    Made("ls-anhui", head("关于2023年度部门决算的公告_示例县人民政府", article="关于2023年度部门决算的公告", date="2024-08-30 16:00",
                          source="示例县财政局", column="财政决算") + f"""<body>{NAV}
<div class="wz">当前位置：<a href="/">首页</a><i>&gt;</i><a href="/public/column/1">示例县财政局</a><i>&gt;</i><a href="/public/column/2">财政决算</a></div>
<div class="table_suoyin"><table><tbody><tr><th>索<span style="padding:0 1em"></span>引<span></span>号：</th><td>113400000/202408-00007</td><th>组配分类：</th><td>财政决算</td></tr>
<tr><th>发布机构：</th><td>示例县财政局</td><th>主题分类：</th><td>财政、金融、审计 / 公民</td></tr>
<tr><th>名<span></span>称：</th><td>关于2023年度部门决算的公告</td><th>文<span></span>号：</th><td>无</td></tr>
<tr><th>发布日期：</th><td>2024-08-30 16:00</td><th>有<span></span>效<span></span>性：</th><td>有效</td></tr><tr><th>废止时间：</th><td>暂无</td><th>关<span></span>键<span></span>词：</th><td></td></tr></tbody></table></div>
<h1 class="newstitle">关于2023年度部门决算的公告</h1>
<div class="newsinfo">发布时间：2024-08-30 16:00　来源：示例县财政局　浏览次数：<span>7</span>　<span>【字体：<a>大</a> <a>中</a> <a>小</a>】</span></div>
<div class="j-fontContent newscontnet"><p>按照要求，现将部门决算予以公告。</p><p><a href="/group1/M00/01/02/abc.pdf" title="2023年度部门决算.pdf">2023年度部门决算.pdf</a></p></div>
<div class="xgzc" style="display:none"><h3>相关文件</h3></div>{FOOT}""",
         {"page_kind": "document", "published": "2024-08-30 16:00", "source": "示例县财政局",
          "breadcrumb": ["首页", "示例县财政局", "财政决算"], "attachments": ["http://www.example.gov.cn/group1/M00/01/02/abc.pdf"],
          "attributes": {"index_number": "113400000/202408-00007", "topic": "财政、金融、审计 / 公民", "issuer": "示例县财政局",
                         "validity": "有效", "disclosure": None}, "related": []}),
    Made("gkmlpt", """<!DOCTYPE html><html><head><meta charset="UTF-8"><title>示例市住房和城乡建设局关于燃气安全检查的通知-示例市住房和城乡建设局网站</title>
<meta name="SiteName" content="示例市住房和城乡建设局网站"><meta name="SiteDomain" content="zjj.example.gov.cn"><meta name="SiteIDCode" content="4400000001">
<meta name="ColumnName" content="通知公告"><meta name="ColumnType" content="政务公开"><meta name="ArticleTitle" content="示例市住房和城乡建设局关于燃气安全检查的通知">
<meta name="PubDate" content="2025-01-06 17:45"><meta name="ContentSource" content="本网"></head><body>
<div id="app"><div class="content-wrapper"><div class="crumbs">位置：<a href="/gkmlpt/index">首页</a> &gt; <a href="/gkmlpt/index#1">政府信息公开目录</a> &gt; <a href="#">通知公告</a></div>
<div class="classify"><table><tr><td class="first label">索引号:</td><td class="second">12440000/2025-00003</td><td class="third label">分类:</td><td class="fourth">住房、通知</td></tr>
<tr><td class="first label">发布机构:</td><td class="second">示例市住房和城乡建设局</td><td class="third label">成文日期:</td><td class="fourth">2025-01-03</td></tr>
<tr><td class="first label">名称:</td><td colspan="3">示例市住房和城乡建设局关于燃气安全检查的通知</td></tr>
<tr><td class="first label">文号:</td><td class="second">示建燃〔2025〕2号</td><td class="third label">发布日期:</td><td class="fourth">2025-01-06</td></tr>
<tr><td class="first label">主题词:</td><td colspan="3"></td></tr></table></div>
<div class="article-content"><p>各有关单位，请严格按照要求开展检查工作，确保燃气安全形势稳定向好。</p></div></div></div>
<script>window._CONFIG = {DETAIL: {"id": 1, "title": "示例市住房和城乡建设局关于燃气安全检查的通知", "is_expired": false, "is_abolished": false, "document_number": "示建燃〔2025〕2号"}}</script></body></html>""",
         {"page_kind": "document", "published": "2025-01-06", "breadcrumb": ["首页", "政府信息公开目录", "通知公告"],
          "source": "示例市住房和城乡建设局",
          "attributes": {"index_number": "12440000/2025-00003", "signed": "2025-01-03", "document_number": "示建燃〔2025〕2号",
                         "validity": "有效"}}),
    Made("asp-tables-gbk", """<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>示例县人民政府网站</title></head>
<body topmargin="0"><table width="778" align="center"><tr><td><a href="index.asp">首页</a> | <a href="news.asp">县内新闻</a> | <a href="gk.asp">政务公开</a> | <a href="bbs.asp">网上信访</a></td></tr></table>
<table width="778" align="center"><tr><td width="180"><a href="news.asp?c=1">县内要闻</a><br><a href="news.asp?c=2">部门动态</a></td>
<td><font color="#ff0000">您现在的位置</font>：<a href="index.asp">示例县政府网</a> &gt;&gt; <a href="news.asp?c=1">县内要闻</a> &gt;&gt; 文章正文
<table width="100%"><tr><td align="center"><font size="4" color="red"><b>县领导深入乡镇调研农业生产</b></font></td></tr>
<tr><td align="center">作者：佚名 &nbsp;&nbsp; 文章来源：县委办 &nbsp;&nbsp; 点击数：<script src="hits.asp"></script> &nbsp;&nbsp; 更新时间：2009-4-7 8:35:12</td></tr>
<tr><td class="content">　　四月五日，县领导一行深入示例镇调研春季农业生产，实地察看了小麦长势和田间管理情况。<br>　　调研组强调，要抓住有利时机，落实管理措施，确保全年粮食丰收，农民持续增收。</td></tr>
<tr><td>上一篇：<a href="show.asp?id=1">县政府召开常务会议</a><br>下一篇：没有了</td></tr></table></td></tr></table>
<table width="778"><tr><td align="center">版权所有 示例县人民政府 &nbsp; 技术支持：县信息中心</td></tr></table></body></html>""",
         {"page_kind": "article", "title": "县领导深入乡镇调研农业生产", "published": "2009-04-07 08:35", "source": "县委办",
          "breadcrumb": ["示例县政府网", "县内要闻"], "attachments": [], "related": []}),
    Made("word-export", """<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta http-equiv=Content-Type content="text/html; charset=unicode">
<meta name=Generator content="Microsoft Word 11"><title>示例区人民政府关于加强河道管理的通告</title><!--[if gte mso 9]><xml><o:DocumentProperties></o:DocumentProperties></xml><![endif]--><style>p{margin:0}</style></head>
<body lang=ZH-CN><div class=Section1><p class=MsoNormal align=center><b><span style='font-size:22pt'>示例区人民政府关于加强河道管理的通告</span></b></p>
<p class=MsoNormal align=center><span>示区政发</span><span lang=EN-US>[2012]15</span><span>号</span></p>
<p class=MsoNormal><span>为加强河道管理，保障防洪安全，根据有关法律法规，结合我区实际，现就有关事项通告如下。</span></p>
<p class=MsoNormal align=right><span>示例区人民政府</span></p><p class=MsoNormal align=right><span>二〇一二年六月二十一日</span></p></div></body></html>""",
         {"page_kind": "document", "title": "示例区人民政府关于加强河道管理的通告", "published": None, "breadcrumb": None,
          "attributes": {"document_number": "示区政发[2012]15号", "signed": "2012-06-21", "issuer": "示例区人民政府"}}),
    Made("date-without-label-beside-views", head("示例市召开优化营商环境大会 - 示例市发展和改革委员会", article="示例市召开优化营商环境大会",
                                                  date="2024-02-19 08:00", source="") + f"""<body>{NAV}
<div class="container"><ol class="breadcrumb"><li><a href="/">首页</a></li><li><a href="/xwzx/">新闻中心</a></li><li class="active">工作动态</li></ol>
<h1>示例市召开优化营商环境大会</h1><p class="info"><i class="icon-clock"></i>2024-02-18 <i class="icon-eye"></i>158 次浏览 <i></i>来源：<a href="http://paper.example.com">示例日报</a></p>
<div class="entry">{TEXT}</div></div>{SIDE}{FOOT}""",
         {"page_kind": "article", "published": "2024-02-18", "source": "示例日报", "breadcrumb": ["首页", "新闻中心", "工作动态"]}),
    Made("english-names-dl", head("关于征求《示例市养犬管理办法（草案）》意见的公告-示例市司法局", article="关于征求《示例市养犬管理办法（草案）》意见的公告",
                                  date="2025-03-01 09:00:00", source="示例市司法局", column="意见征集") + f"""<body>{NAV}
<nav aria-label="breadcrumb"><span>你所在的位置:</span> <a href="/">网站首页</a> / <a href="/hdjl/">互动交流</a> / <a href="/hdjl/yjzj/">意见征集</a></nav>
<article><header><h1>关于征求《示例市养犬管理办法（草案）》意见的公告</h1><time>2025-03-01</time> <span>来源: 示例市司法局</span></header>
<section><p>为规范养犬行为，现向社会公开征求意见。征集时间：2025年3月1日至2025年3月31日。</p>{TEXT}<p>意见反馈：<a href="/hdjl/yjfk/202504/t20250408_2.html">《示例市养犬管理办法》征求意见采纳情况</a></p></section></article>{FOOT}""",
         {"published": "2025-03-01", "source": "示例市司法局", "breadcrumb": ["网站首页", "互动交流", "意见征集"],
          "related": [("http://www.example.gov.cn/hdjl/yjfk/202504/t20250408_2.html", "feedback")]}),
    Made("colophon", head("示例市人民政府办公室关于做好防汛工作的通知", article="示例市人民政府办公室关于做好防汛工作的通知", date="2023-06-01 08:00",
                          source="市政府办公室", column="市政府办文件") + f"""<body>{NAV}<div class="local">当前位置 : <a href="/">首页</a> » <a href="/wj/">市政府办文件</a></div>
<div class="detail"><div class="detail_tit">示例市人民政府办公室<br>关于做好防汛工作的通知</div><div class="detail_time"><span>时间：2023/6/1 8:00:00</span><span>作者：</span><span>稿源：市政府办公室</span></div>
<div class="detail_con"><p style="text-align:center">示政办发〔2023〕<span>19</span>号</p>{TEXT}<p>示例市人民政府办公室</p><p>2023年5月31日</p><p>（信息公开形式：主动公开）</p></div></div>{FOOT}""",
         {"page_kind": "document", "published": "2023-06-01 08:00", "source": "市政府办公室",
          "attributes": {"document_number": "示政办发〔2023〕19号", "signed": "2023-05-31", "issuer": "示例市人民政府办公室",
                         "disclosure": "主动公开", "body_disclosure_note": "（信息公开形式：主动公开）"}}),
    Made("interpretation", head("《示例市养老服务条例》解读 -政策解读 -示例市民政局", article="《示例市养老服务条例》解读", date="2024-10-09 11:11",
                                source="示例市民政局", column="政策解读") + f"""<body>{NAV}<div class="position">所在位置：<a href="/">首页</a>&gt;<a href="/zcjd/">政策解读</a>&gt;</div>
<div class="main"><div class="xq_title">《示例市养老服务条例》解读</div><div class="xq_sub"><span>发布时间：2024年10月09日 11:11</span><span>来源：示例市民政局</span><span>【打印】【关闭】</span></div>
<div class="xq_con">{TEXT}<p>政策原文：<a href="/zcwj/202409/t20240930_1.html">示例市养老服务条例</a></p></div>
<div class="xgxw"><h4>相关新闻</h4><ul><li><a href="/xw/1.html">示例市启动养老服务提升年活动</a></li></ul></div></div>{FOOT}""",
         {"page_kind": "article", "published": "2024-10-09 11:11", "breadcrumb": ["首页", "政策解读"],
          "related": [("http://www.example.gov.cn/zcwj/202409/t20240930_1.html", "document"),
                      ("http://www.example.gov.cn/xw/1.html", "other")]}),
    Made("annual-report", head("示例县自然资源局2023年政府信息公开工作年度报告", article="示例县自然资源局2023年政府信息公开工作年度报告",
                               date="2024-01-19 15:00", source="示例县自然资源局", column="政府信息公开年报") + f"""<body>{NAV}
<div class="weizhi">您所在的位置：<a href="/">首页</a>><a href="/nb/">政府信息公开年报</a>><a href="/nb/2023/">2023年</a></div>
<div class="bt">示例县自然资源局2023年政府信息公开工作年度报告</div><div class="fbsj">信息时间：2024-01-19 15:00 | 阅读次数：33 | 信息来源：示例县自然资源局 | 字体：大 中 小</div>
<div class="nr">{TEXT}<table border="1"><tr><td colspan="4">第二十条第（一）项</td></tr><tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr><tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr></table></div>{FOOT}""",
         {"page_kind": "annual-report", "published": "2024-01-19 15:00", "source": "示例县自然资源局",
          "breadcrumb": ["首页", "政府信息公开年报", "2023年"], "attributes": {"validity": None, "index_number": None}}),
    Made("column", head("通知公告_示例县人民政府") + f"""<body>{NAV}<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <a href="./">通知公告</a></div>
<div class="list"><ul>{"".join(f'<li><a href="./202406/t202406{day:02}_{day}.html" title="关于第{day}号事项的通知公告">关于第{day}号事项的通知公告</a><span>2024-06-{day:02}</span></li>' for day in range(20, 2, -1))}</ul></div>{FOOT}""",
         {"page_kind": "column", "published": None, "breadcrumb": ["首页", "政务公开", "通知公告"], "missing_tags": [], "related": [],
          "attachments": []}, "http://www.example.gov.cn/zwgk/tzgg/"),
    Made("column-searching-form", head("政策文件库_示例县人民政府", column="政策文件库") + f"""<body>{NAV}<div class="crumbs">您的位置：<a href="/">首页</a>&gt;<a href="./">政策文件库</a></div>
<form><table><tr><td>索引号：</td><td><input name="syh"/></td><td>文号：</td><td><input name="wh"/></td></tr><tr><td>发布机构：</td><td><select><option>县政府办</option></select></td><td>有效性：</td><td><select><option>有效</option></select></td></tr></table></form>
<table class="wjk"><tr><th>索引号</th><th>标题</th><th>文号</th><th>成文日期</th></tr>{"".join(f'<tr><td>11370/2024-{n:05}</td><td><a href="/zc/{n}.html">关于印发第{n}号方案的通知</a></td><td>示政发〔2024〕{n}号</td><td>2024-05-{n:02}</td></tr>' for n in range(1, 13))}</table>{FOOT}""",
         {"page_kind": "column", "attributes": {"index_number": None, "document_number": None, "issuer": None, "validity": None}},
         "http://www.example.gov.cn/zcwjk/"),
    Made("news-with-notice-words", head("示例区：404个项目集中开工_要闻_示例市人民政府", article="示例区：404个项目集中开工", date="2024-04-04 04:04",
                                       source="示例日报", column="要闻") + f"""<body>{NAV}<div class="site-path">当前栏目：<a href="/">首页</a> &gt; <a href="/yw/">要闻</a></div><h1>示例区：404个项目集中开工</h1>
<div class="meta">2024-04-04 来源：示例日报</div><div class="con"><p>近日有网友反映“您访问的页面不存在”，对此网站管理部门回应称，已完成修复，页面恢复正常访问。</p>{TEXT}</div>{FOOT}""",
         {"page_kind": "article", "error_page": False, "title": "示例区：404个项目集中开工", "published": "2024-04-04", "source": "示例日报",
          "breadcrumb": ["首页", "要闻"]}),
    Made("event-dates", head("示例市图书馆举办读书会", article="示例市图书馆举办读书会", date="2024-05-06 10:00", source="市图书馆") + f"""<body>{NAV}
<h2 class="tit">示例市图书馆举办读书会</h2><div class="cont"><p>活动时间：2024年4月23日</p><p>活动地点：示例市图书馆</p><p>时间：2024年4月23日上午9:00</p>{TEXT}</div>{FOOT}""",
         {"page_kind": "article", "published": None}),
    Made("header-rows", head("关于下达专项资金的通知", article="关于下达专项资金的通知", date="2024-03-03 10:00", source="示例市财政局") + f"""<body>{NAV}
<table class="gk"><thead><tr><th>索引号</th><th>公开方式</th><th>发布机构</th><th>发文日期</th><th>文号</th></tr></thead><tbody><tr><td>1137/2024-9</td><td>依申请公开</td><td>示例市财政局</td><td>2024年3月1日</td><td>—</td></tr></tbody></table>
<h1>关于下达专项资金的通知</h1><p>发布日期：2024年3月3日</p><div>{TEXT}</div>{FOOT}""",
         {"page_kind": "document", "published": "2024-03-03",
          "attributes": {"index_number": "1137/2024-9", "disclosure": "依申请公开", "issuer": "示例市财政局", "signed": "2024-03-01", "document_number": ""}}),
    Made("script-source", head("全市教育大会召开", article="全市教育大会召开", date="2024-09-10 10:10", source="教育科") + f"""<body>{NAV}
<div class="path"><script>document.write('<a href="/">首页</a>');</script></div><h1>全市教育大会召开</h1><div class="bz"><script>var ly="示例晚报"; if(ly!=""){{document.write("来源："+ly);}}</script><span>发布日期：2024年9月10日</span></div><div>{TEXT}</div>{FOOT}""",
         {"page_kind": "article", "published": "2024-09-10", "source": "示例晚报"}),
    Made("no-tags-town", f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>示例镇开展秋粮收购工作 - 示例镇人民政府</title></head><body>{NAV}
<div class="where">当前位置：<a href="/">首页</a> -&gt; <a href="/xz/">乡镇动态</a> -&gt; 示例镇开展秋粮收购工作</div><div class="wzbt">示例镇开展秋粮收购工作</div>
<div class="wzxx">日期：2024-11-02&nbsp;&nbsp;&nbsp;发布人：示例镇&nbsp;&nbsp;&nbsp;点击量：18</div><div class="wznr">{TEXT}</div>{FOOT}""",
         {"page_kind": "article", "title": "示例镇开展秋粮收购工作", "published": "2024-11-02", "source": "示例镇",
          "breadcrumb": ["首页", "乡镇动态", "示例镇开展秋粮收购工作"],
          "missing_tags": ["SiteName", "SiteDomain", "SiteIDCode", "ColumnName", "ColumnType", "ArticleTitle", "PubDate", "ContentSource"]}),
]

MADE += [
    Made("one-cell-fields", head("省教育厅关于开展督导评估的通知", article="省教育厅关于开展督导评估的通知", date="2023-02-03 15:04", source="省教育厅") + f"""<body>{NAV}
<table><tr><td>当前位置：</td><td><table><tr><td><a href="/">首页</a></td><td><img src="/jt.gif"></td><td><a href="/col/1.html">政务公开</a></td><td><img src="/jt.gif"></td><td><a href="/col/2.html">通知公告</a></td></tr></table></td></tr></table>
<table class="xxgk"><tr><td>索引号: 002482170/2023-02345</td><td>组配分类: 行政规范性文件</td></tr><tr><td>发布机构: 省教育厅</td><td>生成日期: 2023-02-01</td></tr><tr><td>文件编号: </td><td>公开方式: 主动公开</td></tr></table>
<div class="arc-title">省教育厅关于开展督导评估的通知</div><div class="arc-sub">发布时间: 2023-02-03 15:04 &nbsp;来源: 省教育厅 &nbsp;浏览次数: <i></i></div>
<div id="zoom">{TEXT}<p>附件：<a href="/module/download/downfile.jsp?classid=0&filename=be5f0123456789.pdf">督导评估方案.pdf</a></p></div>{FOOT}""",
         {"page_kind": "document", "published": "2023-02-03 15:04", "source": "省教育厅", "breadcrumb": ["首页", "政务公开", "通知公告"],
          "attributes": {"index_number": "002482170/2023-02345", "issuer": "省教育厅", "signed": "2023-02-01", "document_number": "", "disclosure": "主动公开"},
          "attachments": ["http://www.example.gov.cn/module/download/downfile.jsp?classid=0&filename=be5f0123456789.pdf"]}),
    Made("bracketed-fields", head("示例市人民政府关于表彰先进集体的决定_政策文件_示例市人民政府", article="示例市人民政府关于表彰先进集体的决定", date="2024-01-15 10:00", source="市政府办公厅", column="政策文件") + f"""<body>{NAV}
<div class="crumbs">您的位置：<a href="/">首页</a>&nbsp;/&nbsp;<a href="/zhengce/">政策</a>&nbsp;/&nbsp;<a href="/zhengce/wj/">政策文件</a></div>
<div class="doc"><h1>示例市人民政府关于表彰先进集体的决定</h1><ol class="doc-info"><li>[主题分类] <span>综合政务/其他</span></li><li>[发文机构] 示例市人民政府</li><li>[成文日期] 2024-01-12</li><li>[发文字号] 示政发〔2024〕1号</li><li>[废止日期] </li><li>[发布日期] 2024-01-15</li><li>[有效性] 有效</li></ol>
<div class="mainTextBox">{TEXT}</div></div>{FOOT}""",
         {"page_kind": "document", "published": "2024-01-15", "source": "市政府办公厅", "breadcrumb": ["首页", "政策", "政策文件"],
          "attributes": {"topic": "综合政务/其他", "issuer": "示例市人民政府", "signed": "2024-01-12", "document_number": "示政发〔2024〕1号", "validity": "有效", "index_number": None}}),
    Made("icon-crumbs-and-clock", head("示例市一季度经济运行情况", article="示例市一季度经济运行情况", date="2022-10-14 11:00", source="市统计局", column="数据发布") + f"""<body>{NAV}
<p class="sj">2026年3月4日 星期三 晴 12℃</p><div class="bread"><i class="iconfont">&#xe60b;</i> 当前位置: <a href="/">首页</a><i class="iconfont">&#xe602;</i><a href="/sj/">数据</a><i class="iconfont">&#xe602;</i><a href="/sj/fb/">数据发布</a></div>
<div class="zw"><p class="title01">示例市一季度经济运行情况</p><p class="laiyuan">2020-04-20&nbsp;&nbsp;来源：市统计局&nbsp;&nbsp;【字体：<a>大</a>&nbsp;<a>中</a>&nbsp;<a>小</a>】</p><div>{TEXT}<p>2020年1—3月份，全市生产总值同比增长5.0%。</p></div></div>{FOOT}""",
         {"page_kind": "article", "published": "2020-04-20", "source": "市统计局", "breadcrumb": ["首页", "数据", "数据发布"]}),
    Made("markup-in-tags", """<html><head><meta charset="utf-8"><title><h1 style="text-align:center">示例县召开安全生产会议</h1></title><meta content="示例县人民政府" name="SiteName"><meta name="sitedomain" content="https://www.example.gov.cn/"><meta name="SiteIDCode" content="">
<meta name="ArticleTitle" content="<h1 style="text-align:center">示例县召开安全生产会议</h1>"><meta name="pubdate" content="2023-08-19  10∶08"><meta name="contentSource" content="县应急局"></head>"""
         f"""<body>{NAV}<div class="weizhi">首页 &gt; 新闻中心 &gt; 部门动态</div><h1 style="text-align:center">示例县召开安全生产会议</h1><h6>2023年8月19日 10:08 来源：县应急局</h6><div>{TEXT}</div>{FOOT}""",
         {"page_kind": "article", "title": "示例县召开安全生产会议", "published": "2023-08-19 10:08", "published_tag": "2023-08-19 10:08", "source": "县应急局",
          "site_name": "示例县人民政府", "site_domain": "www.example.gov.cn", "site_id_code": None, "breadcrumb": ["首页", "新闻中心", "部门动态"],
          "missing_tags": ["SiteIDCode", "ColumnName", "ColumnType"]}),
    Made("source-and-date-in-cells", head("关于公开招聘工作人员的公告", article="关于公开招聘工作人员的公告", date="2024-07-07 08:00", source="县人社局", column="招考录用") + f"""<body>{NAV}<div class="dh"><ul><li>当前位置</li><li><a href="/">首页</a></li><li><a href="/zk/">招考录用</a></li></ul></div>
<table><tr><td colspan="4" class="biaoti">关于公开招聘工作人员的公告</td></tr><tr><td>发布时间</td><td>2024-07-07</td><td>信息来源</td><td>县人社局</td></tr><tr><td colspan="4" class="neirong">{TEXT}<p>报名时间：2024年7月10日至7月15日。</p><p>附件1：<a href="/u/20240707/gw.xls">岗位表.xls</a></p><p>附件2：<a href="/u/20240707/bm.doc">报名表.doc</a></p></td></tr></table>{FOOT}""",
         {"page_kind": "article", "published": "2024-07-07", "source": "县人社局", "breadcrumb": ["首页", "招考录用"],
          "attachments": ["http://www.example.gov.cn/u/20240707/gw.xls", "http://www.example.gov.cn/u/20240707/bm.doc"]}),
    Made("related-shells", head("示例市出台促进就业措施", article="示例市出台促进就业措施", date="2024-03-05 10:00", source="市人社局") + f"""<body>{NAV}<div class="curr">您现在的位置: <a href="/">首页</a> - <a href="/xw/">新闻</a></div><h2>示例市出台促进就业措施</h2><div class="xx"><b>发布时间：</b>2024-03-05 10:00<b>来源：</b>市人社局<b>作者：</b>办公室</div>
<div class="zw">{TEXT}</div><div class="xggjbox"><p>相关阅读：</p><ul></ul></div><div><b>相关稿件：</b></div><div class="fj"><strong>附件下载：</strong><ul id="fj"></ul></div>
<div class="pagenav"><p>上一篇：<a href="/xw/2.html">示例市就业政策解读</a></p><p>下一篇：<a href="/xw/3.pdf">某文件</a></p></div><div class="list-right"><h3>政策解读</h3><ul><li><a href="/jd/9.html">《示例市就业条例》解读</a></li></ul></div>{FOOT}""",
         {"page_kind": "article", "published": "2024-03-05 10:00", "source": "市人社局", "breadcrumb": ["首页", "新闻"], "related": [], "attachments": []}),
    Made("related-filled", head("示例市促进就业若干措施", article="示例市促进就业若干措施", date="2024-03-05 10:00", source="市人社局") + f"""<body>{NAV}<div class="mbx">当前位置 &gt; <a href="/">首页</a> &gt; <a href="/zc/">政策</a></div><h1>示例市促进就业若干措施</h1><div>发布日期：2024-03-05 来源：市人社局</div>
<div class="zw">{TEXT}</div><div class="glwj"><div class="tt"><span>政策解读</span></div><div class="bd"><ul><li><a href="/jd/1.html" title="一图读懂示例市促进就业若干措施">一图读懂示例市促进…</a></li><li><a href="/jd/2.html">《若干措施》文字解读</a></li></ul></div></div>
<div class="glwj"><div class="tt"><span>相关文件</span></div><div class="bd"><ul><li><a href="/zc/8.html">示例省关于促进就业的实施意见</a></li></ul></div></div>{FOOT}""",
         {"breadcrumb": ["首页", "政策"], "related": [("http://www.example.gov.cn/jd/1.html", "interpretation"), ("http://www.example.gov.cn/jd/2.html", "interpretation"), ("http://www.example.gov.cn/zc/8.html", "document")]}),
    Made("empty-spa-fields", head("示例局发布风险提示", article="示例局发布风险提示", date="2024-08-01 09:00", source="示例局", column="公告") + f"""<body>{NAV}<div class="position">当前位置：<a href="/">首页</a> &gt; <a href="/gg/">公告</a></div>
<div class="row"><div class="col">索 引 号： <span class="ng-binding"></span></div><div class="col">主题分类： <span class="ng-binding">{{{{doc.type}}}}</span></div><div class="col">发文字号： <span></span></div></div>
<div class="Header-title">示例局发布风险提示</div><div class="Header-row"><span>发布时间：2024-08-01</span><span>来源：示例局</span></div><div class="Content">{TEXT}<p>各机构要提高监管有效性，确保工作有效。</p></div>{FOOT}""",
         {"page_kind": "article", "published": "2024-08-01", "source": "示例局", "attributes": {"validity": None, "issuer": None, "disclosure": None}}),
]


class Broken(NamedTuple):
    name: str
    html: str
    error: bool


def chrome(inner: str, title: str = "示例省人民政府门户网站") -> str:
    links = "".join(f'<li><a href="/c{n}/">栏目名称{n}</a></li>' for n in range(80))
    return f'{head(title, column="")}<body>{NAV}<ul class="menu">{links}</ul>{inner}{FOOT}'


BROKEN: list[Broken] = [
    Broken("nginx", "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>GOV/1.0.0</center>\r\n</body>\r\n</html>", True),
    Broken("502", "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>", True),
    Broken("iis-404", "<html><head><title>404 - 找不到文件或目录。</title></head><body><h1>服务器错误</h1><h2>404 - 找不到文件或目录。</h2><h3>您要查找的资源可能已被删除，已更改名称或者暂时不可用。</h3></body></html>", True),
    Broken("tomcat", "<html><head><title>Apache Tomcat/7.0.57 - Error report</title></head><body><h1>HTTP Status 404 - /a/b.jsp</h1><p><b>type</b> Status report</p><p><b>description</b> The requested resource is not available.</p></body></html>", True),
    Broken("spring", "<html><body><h1>Whitelabel Error Page</h1><p>This application has no explicit mapping for /error, so you are seeing this as a fallback.</p><div>There was an unexpected error (type=Not Found, status=404).</div></body></html>", True),
    Broken("asp-net", "<html><head><title>无法找到资源。</title></head><body><h1>“/”应用程序中的服务器错误。</h1><h2>无法找到资源。</h2><b>说明: </b>HTTP 404。您正在查找的资源(或者它的一个依赖项)可能已被移除，或其名称已更改。</body></html>", True),
    Broken("chinese-short", "<html><head><title>提示信息</title></head><body><div>对不起，您要查看的信息不存在或者已经被删除！</div><a href='/'>返回首页</a></body></html>", True),
    Broken("image-only", "<html><head><title>404</title></head><body><a href='/'><img src='/images/404.jpg'/></a></body></html>", True),
    Broken("image-only-no-title", "<html><head><title></title></head><body><div class='box'><img src='images/error_404.png'><a href='/'>返回首页</a></div></body></html>", True),
    Broken("background-image", "<html><head><title>error-404</title><style>.bg{background:url(img/404bg.png)}</style></head><body><div class='bg'><a href='/'>首页</a></div></body></html>", True),
    Broken("portal-chrome", chrome("<div class='err'><h2>抱歉，您访问的页面找不到了</h2><p>5秒后将自动返回首页</p></div>"), True),
    Broken("portal-chrome-titled", chrome("<div class='page404'><img src='/images/404.png'/></div>", "404-示例省人民政府门户网站"), True),
    Broken("portal-tips", chrome("<div class='tips'><p>该页面已被删除或不存在</p></div>", "网站提示 - 示例市商务局"), True),
    Broken("js-alert", "<html><head><title>访问出错</title></head><body><script>setTimeout(function(){location.href='/'},3000)</script><p>哎呀，页面走丢了～</p></body></html>", True),
    Broken("waf", "<html><head><title>访问被拦截！</title></head><body><p>您的请求带有不合法参数，已被网站管理员设置拦截！</p></body></html>", True),
    Broken("403", "<html><head><title>403 Forbidden</title></head><body><h1>Forbidden</h1><p>You don't have permission to access /x on this server.</p></body></html>", True),
    Broken("titled-only", chrome("<div class='con'></div>", "404-示例省人民政府门户网站"), True),
    Broken("error-404-title", "<html><head><title>error-404</title></head><body><p><a href='/'>返回首页</a></p></body></html>", True),
    Broken("json", '{"code":404,"message":"Not Found","path":"/a/b"}', True),
    Broken("blank-to-error-page", "<html><head><script>window.location.href='/404.html'</script></head><body></body></html>", True),
    Broken("frown", "<html><head><title>示例市人民政府</title></head><body><h1>:(</h1><p>抱歉！页面无法访问……</p><p>可能因为：网址有错误，请检查地址是否完整或存在多余字符；网址已失效，可能页面已删除，活动已下线等</p></body></html>", True),
    Broken("closed-site", "<html><head><title>网站已关闭</title></head><body><p>根据上级要求，本网站已停用，请访问示例市人民政府门户网站。</p></body></html>", True),
    Broken("utf-16-home", chrome("".join(f"<li><a href='/n{n}.html'>示例市第{n}条要闻的标题文字</a><span>06-{n:02}</span></li>" for n in range(1, 25)), "示例市人民政府"), False),
    Broken("notice-404", head("示例市财政局关于下达404万元补助资金的通知", column="通知") + f"<body>{NAV}<h1>示例市财政局关于下达404万元补助资金的通知</h1><p>2024-01-02</p>{TEXT}{FOOT}", False),
    Broken("faq-column", head("常见问题_示例市税务局", column="常见问题") + f"<body>{NAV}<div class='dqwz'>当前位置：<a href='/'>首页</a>&gt;<a href='./'>常见问题</a></div>" + "".join(f"<li><a href='/faq/{n}.html'>网页无法打开、找不到页面怎么办（之{n}）</a><span>2024-06-{n:02}</span></li>" for n in range(1, 16)) + FOOT, False),
    Broken("home", chrome("".join(f"<li><a href='/n{n}.html'>示例县第{n}条要闻的标题文字</a><span>2024-06-{n:02}</span></li>" for n in range(1, 25))), False),
    Broken("reply-letter", head("对政协提案第14040218号建议的复函", article="", column="建议提案") + f"<body>{NAV}<h1>对政协提案第14040218号建议的复函</h1><p>发布时间：2024-01-02 来源：县教体局</p>{TEXT}{FOOT}", False),
    Broken("search-page-empty", chrome("<h3>搜索结果</h3><p>共找到 12 条结果</p>" + "".join(f"<li><a href='/n{n}.html'>示例县第{n}条要闻的标题文字</a><span>2024-06-{n:02}</span></li>" for n in range(1, 13))), False),
    Broken("leave-dialog", chrome("<div class='dialog'>您访问的链接即将离开“示例省人民政府门户网站”，是否继续？</div>" + "".join(f"<li><a href='/n{n}.html'>示例县第{n}条要闻的标题文字</a><span>2024-06-{n:02}</span></li>" for n in range(1, 25))), False),
    Broken("untagged-notice", f"<html><head><title>关于网站暂停服务的公告</title></head><body>{NAV}<h1>关于网站暂停服务的公告</h1><p>发布时间：2024-01-01 来源：县政府办</p><p>因系统维护，届时页面无法访问，敬请谅解。</p>{FOOT}", False),
    Broken("article-about-errors", head("关于网站升级维护的公告", article="关于网站升级维护的公告", date="2024-01-01 10:00", source="本站") + f"<body>{NAV}<h1>关于网站升级维护的公告</h1><p>系统升级中，升级期间网站无法访问，敬请谅解。</p>{FOOT}", False),
]
