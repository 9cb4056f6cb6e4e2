"""Pages whose script alone says that there is nothing, and those whose script says it only in some case."""

from __future__ import annotations

import pytest

from crawler.extract.reading import read_page

GONE = [
    "<script language='javascript'>alert(\"您要访问的信息不存在或已被删除！\");history.go(-1);</script>",
    "<script>alert('该信息不存在！');window.location.href='/';</script>",
    "<html><body><script type='text/javascript'>\n<!--\nalert('没有找到该文章');\nwindow.close();\n//-->\n</script></body></html>",
    "<script>$(function(){layer.msg('您查看的内容已被删除', function(){ history.back(); });});</script>",
    r"<script>window.onload=function(){ alert('\u8be5\u4fe1\u606f\u4e0d\u5b58\u5728'); location='/index.html' }</script>",
    "<script>var msg='对不起，此新闻不存在';alert(msg);history.back();</script>",
    "<body onload=\"alert('信件不存在');history.back()\"></body>",
    "<script>document.write('<h2>您访问的信息不存在</h2>')</script>",
    "<script>alert('文章不存在或未审核')\nhistory.back()</script>",
    "<script>layui.use('layer', function(){ layer.alert('该条数据已删除',{icon:2},function(){location.href='/'})});</script>",
    "<script>$.messager.alert('提示','记录不存在','info',function(){history.back()})</script>",
    "<div class='foot'>主办：某某县人民政府办公室　网站标识码：3700000001　地址：人民路1号　邮编：250000　鲁ICP备05000000号</div>"
    "<script>alert('此文章不存在');location.href='/';</script>",
]
NOT_GONE = [
    "<script>alert('请先登录后查看，信息不存在');location.href='/login'</script>",
    "<script>$.ajax({url:'/x',error:function(){alert('信息不存在');history.back()}})</script>",
    "<script>function check(){alert('信息不存在');history.back()}</script>",
    "<script>if(!id)alert('信息不存在');load(id);location.x</script>",
    "<script>if(!id)\n alert('信息不存在');load(id);location.x</script>",
    "<script>if(!id){alert('该信息不存在');history.back()} load(id)</script>",
    "<script>id||alert('该信息不存在');location.href='/a'</script>",
    "<script>$('#a').click(function(){alert('该信息不存在');history.back()});</script>",
    "<script>console.error('该信息不存在');location.href='/a'</script>",
    "<script>// alert('该信息不存在');\nlocation.href='/a'</script>",
    "<script>alert('本网站已迁移，原页面不存在，请访问新网址');location.href='/a'</script>",
    "<script>document.write('没有找到相关信息')</script>",
    "<script>alert('暂无内容');</script>",
    "<script>alert('没有上一篇文章了，该文章不存在');history.back();</script>",
]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("html", GONE)
def test_a_script_says_that_nothing_is_there(html: str, encoding: str) -> None:
    record = read_page(html.encode(encoding), "http://www.example.gov.cn/show?id=7").record
    assert record.error_page and record.error_wording


@pytest.mark.parametrize("html", NOT_GONE)
def test_a_script_says_so_only_in_some_case_or_says_something_else(html: str) -> None:
    assert not read_page(html.encode(), "http://www.example.gov.cn/show?id=7").record.error_page
