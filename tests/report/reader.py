"""Parse a page as a browser does, and list what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

# From the class to a student and to the instructor's page, and from there back.
PLACE = r"(?:#[A-Za-z0-9_-]+)?"
LINK = (
    rf"(?:\.\./)?[A-Za-z0-9_-]+/index\.html{PLACE}|instructor/[A-Za-z0-9_-]+\.html{PLACE}"
    r"|\.\./index\.html"
)
VOID = {"meta", "input", "wbr", "br", "link", "img"}
ELEMENTS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "script",
    "body",
    "a",
    "svg",
    "defs",
    "pattern",
    "rect",
    "symbol",
    "path",
    "circle",
    "g",
    "use",
    "text",
    "header",
    "div",
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "b",
    "bdi",
    "span",
    "em",
    "i",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "nav",
    "main",
    "section",
    "article",
    "details",
    "summary",
    "figure",
    "figcaption",
    "code",
    "pre",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "small",
    "footer",
    "label",
    "input",
    "output",
    "button",
    "wbr",
    "img",
    "mark",
    "select",
    "option",
    "colgroup",
}
ATTRIBUTES = {
    "lang",
    "src",
    "alt",
    "charset",
    "http-equiv",
    "content",
    "name",
    "class",
    "href",
    "id",
    "width",
    "height",
    "viewbox",
    "aria-hidden",
    "focusable",
    "role",
    "aria-labelledby",
    "aria-describedby",
    "aria-label",
    "tabindex",
    "scope",
    "aria-sort",
    "type",
    "data-kind",
    "data-v",
    "data-o",
    "data-k",
    "data-log",
    "data-n",
    "data-place",
    "data-x",
    "data-y",
    "data-exercise",
    "value",
    "title",
    "hidden",
    "for",
    "autocomplete",
    "spellcheck",
    "d",
    "x",
    "y",
    "cx",
    "cy",
    "r",
    "rx",
    "transform",
    "patternunits",
    "patterntransform",
    "preserveaspectratio",
    "open",
}


@dataclass
class Element:
    """An element with all the text in it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def find(self, tag: str) -> list[Element]:
        """Return all elements of that name below this one."""
        found = [self] if self.tag == tag else []
        for child in self.children:
            found += child.find(tag)
        return found


class Reader(HTMLParser):
    """Parses a page; `problems` lists what a browser or a person would stumble over."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]
        self.problems: list[str] = []
        self.feed(page)
        self.close()
        if len(self._open) > 1:
            self.problems.append(f"never closed: {[e.tag for e in self._open[1:]]}")
        self._check()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        if tag not in ELEMENTS:
            self.problems.append(f"unexpected element {tag}")
        strange = set(element.attributes) - ATTRIBUTES
        if strange or len(attrs) != len(element.attributes):
            self.problems.append(f"unexpected attributes {strange} of {tag}")
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Add an empty element."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if self._open[-1].tag != tag:
            self.problems.append(f"</{tag}> closes {self._open[-1].tag}")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Add text to all open elements."""
        for element in self._open:
            element.text += data

    def handle_comment(self, data: str) -> None:
        """Note a comment: our pages have none."""
        self.problems.append(f"a comment: {data[:40]}")

    def every(self) -> list[Element]:
        """Return all elements in their order."""
        found: list[Element] = []
        waiting = list(reversed(self.root.children))
        while waiting:
            element = waiting.pop()
            found.append(element)
            waiting += reversed(element.children)
        return found

    @property
    def links(self) -> list[str]:
        """The addresses of all links and references."""
        return [e.attributes["href"] for e in self.every() if "href" in e.attributes]

    @property
    def headings(self) -> list[str]:
        """The headings, as in ``h2 The title``."""
        return [
            f"{e.tag} {' '.join(e.text.split())}"
            for e in self.every()
            if re.fullmatch("h[1-6]", e.tag)
        ]

    def _check(self) -> None:
        elements = self.every()
        ids = [e.attributes["id"] for e in elements if "id" in e.attributes]
        if len(ids) != len(set(ids)):
            self.problems.append("an id stands twice")
        for element in elements:
            self._check_references(element, set(ids))
            if element.tag == "svg" and element.attributes.get("aria-hidden") != "true":
                self.problems.append("a picture that a screen reader reads beside its words")
            if element.tag == "figure":
                self._check_figure(element)
            if element.tag == "table" and not element.find("caption"):
                self.problems.append("a table without caption")
            if element.tag == "th" and "scope" not in element.attributes:
                self.problems.append("a th without scope")
        self._check_headings()
        for once in ("main", "title", "h1"):
            count = sum(e.tag == once for e in elements)
            if count != 1:
                self.problems.append(f"{count} {once}")

    def _check_references(self, element: Element, ids: set[str]) -> None:
        names = [element.attributes.get("for", "")]
        for attribute in ("aria-labelledby", "aria-describedby"):
            names += element.attributes.get(attribute, "").split()
        href = element.attributes.get("href", "")
        if href.startswith("#"):
            names.append(href[1:])
        elif href and not re.fullmatch(LINK, href):
            self.problems.append(f"a strange link {href[:60]}")
        source = element.attributes.get("src", "data:image/png;base64,")
        if not source.startswith("data:image/png;base64,"):
            self.problems.append(f"an image from {source[:60]}")
        self.problems += [f"nothing is called {name}" for name in names if name and name not in ids]

    def _check_figure(self, figure: Element) -> None:
        if len(figure.find("figcaption")) != 1:
            self.problems.append("a figure without a name")
        said = [one.text.strip() for one in figure.find("p")]
        if len(said) != len(set(said)):
            self.problems.append("a figure that is described twice")

    def _check_headings(self) -> None:
        levels = [int(one[1]) for one in self.headings]
        for before, after in zip([0, *levels], levels, strict=False):
            if after > before + 1:
                self.problems.append(f"h{after} follows h{before}")
