"""Content as markup: columns that are one page of their own (``templates/pages``), and items' paragraphs."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from demo.county import Column, Organ, World
from demo.prose import Paragraph
from demo.render import environment


def page_body(column: Column, organ: Organ, world: World) -> Markup:
    """Return the content of a single-page column; links are written ``@key``.

    Raises jinja2.TemplateNotFound for a page kind without template.
    """
    columns = world.organs["xzf"].columns
    return Markup(
        environment()
        .get_template(f"pages/{column.page}.html")
        .render(
            organ=organ,
            channels=[other for other in columns if other.section == "政务公开"],
            fields=[other for other in columns if other.section == "重点领域"],
            texts=column.text,
            lacks=column.lacks,
        )
    )


def paragraphs_html(paragraphs: Sequence[Paragraph]) -> Markup:
    """Return paragraphs as markup: the style is the class, ``html`` stands as it is."""
    parts = []
    for text, style in paragraphs:
        if style == "html":
            parts.append(Markup(text))
        elif style == "body":
            parts.append(Markup("<p>{}</p>").format(text))
        else:
            parts.append(Markup('<p class="{}">{}</p>').format(style, escape(text)))
    return Markup("\n").join(parts)
