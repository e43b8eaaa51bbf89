"""What is left out of style sheets and scripts before they are published: comments, and the parts of Material's sheet
for what no legal text has (code, tabs, cards, blog posts, annotations), which are more than half of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_UNUSED = re.compile(
    r"highlight|tabbed|annotat|arithmatex|mermaid|giscus|keys|key-|task-list|critic|emojione|twemoji|gemoji|linenos|md-code"
    r"|md-clipboard|md-author|md-post|md-blog|md-consent|md-feedback|md-tag|md-pagination|md-meta|md-tooltip|md-progress"
    r"|md-status|md-source-file|md-source__fact|\.grid|\.card|\.filename|\.hll|lightbox|\[dir=rtl\]"
    r"|md-typeset (?:kbd|abbr|\.headerlink|\.(?:note|abstract|info|tip|question|failure|bug|example|quote)\b)"
)
_UNUSED_ICON = re.compile(
    r"--md-(?:annotation|code|clipboard|tag|status|tasklist|author|tooltip|tabbed"
    r"|admonition-icon--(?:note|abstract|info|tip|question|failure|bug|example|quote))"
)
_SLATE = re.compile(r"\[data-md-color-scheme=slate\]((?:\[data-md-color-primary=[a-z-]+\])?)\{([^}]*)\}")
_DECLARATION = re.compile(r'(?:"[^"]*"|[^;"])+')
_SELECTOR = re.compile(r"(?:\([^)]*\)|[^,(])+")


def lean(sheet: str) -> str:
    """Material's minified style sheet without the rules whose every selector is for something unused."""
    kept = []
    for head, body in _rules(sheet):
        if head.startswith(("@media", "@supports")):
            inside = lean(body)
            kept.append(f"{head}{{{inside}}}" if inside else "")
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}" if body else head)
        elif head == ":root":
            used = (one for one in _DECLARATION.findall(body) if not _UNUSED_ICON.match(one))
            kept.append(f":root{{{';'.join(used)}}}")
        else:
            selectors = [one for one in _SELECTOR.findall(head) if not _UNUSED.search(one)]
            kept.append(f"{','.join(selectors)}{{{body}}}" if selectors else "")
    return "".join(kept)


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """The rules of a sheet: what stands before the braces, and within them. Strings may hold braces."""
    place = 0
    while (start := sheet.find("{", place)) >= 0:
        depth, at, quote = 1, start + 1, ""
        while depth:
            sign = sheet[at]
            if quote:
                quote = "" if sign == quote else quote
            elif sign in "\"'":
                quote = sign
            else:
                depth += (sign == "{") - (sign == "}")
            at += 1
        yield sheet[place:start], sheet[start + 1 : at - 1]
        place = at


def dark_before_a_choice(palette: str) -> str:
    """The dark colours of Material's palette where the system is dark: until Material's script has set the scheme, and
    where there is no script, if the project has a dark scheme."""
    unset = "body:not([data-md-color-media]):has([data-md-color-media$='dark)'][data-md-color-scheme=slate])"
    rules = "".join(f"{unset}{primary}{{{body}}}" for primary, body in _SLATE.findall(palette))
    return f"@media screen and (prefers-color-scheme:dark){{{rules}}}"


def without_comments(name: str, source: str) -> str:
    """A style sheet or script of ours without comments and indents."""
    if name.endswith(".css"):
        source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    else:
        source = re.sub(r"^\s*(?://[^\n]*|/\*\*.*?\*/)$", "", source, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"\s*\n\s*", "\n", source).strip() + "\n"
