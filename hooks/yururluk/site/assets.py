"""Which files every page shares and under which name: the name carries the content's digest, so it never goes stale.

They are ours, the project's (below overrides/ and docs/), and the few of Material's that a page asks for; each site has
them once, at its root. Comments are left out of ours, and of Material's sheet the rules for what no legal text has
(code, tabs, cards, blog posts, annotations), which are more than half of it.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from yururluk.core.releases import frozen_assets
from yururluk.core.site_settings import setting

FOLDER = "assets"
_SCRIPT_FOLDER = re.compile(r"(.+?\.js)/")
_OF_MATERIAL = (
    "assets/stylesheets/main.*.min.css",
    "assets/stylesheets/palette.*.min.css",
    "assets/javascripts/bundle.*.min.js",
    "assets/images/favicon.png",
)
_SEARCH_OF_MATERIAL = "assets/javascripts/workers/search.*.min.js"
_KNOWN_PLUGINS = frozenset({"i18n", "yururluk", "search", "material/search", "mike"})
_REFERENCE = re.compile(r"""url\(\s*(["']?)([^"')#?]+)""")
_SOURCE_MAP = re.compile(rb"\n/[/*]# sourceMappingURL=[^\n]*")
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


def shared_files(root: Path) -> Mapping[str, tuple[str, bytes]]:
    """The shared files of the project at `root`, by the name that mkdocs.yml and templates give them
    (`assets/icon.svg`): the path to publish each under, and its bytes.

    A folder whose name ends in ``.js`` is one script, its parts in the order of their names: one request. What a style
    sheet refers to is found under its new name.
    """
    ours = _contents(Path(str(files("yururluk") / "theme")) / FOLDER, f"{FOLDER}/")
    contents = {
        **{name: without_comments(name, data.decode()).encode() for name, data in ours.items()},
        **_contents(root / "overrides"),
        **_contents(root / "docs"),
    }
    found = {name: (_path(name, data), data) for name, data in contents.items() if not name.endswith(".css")}
    for name, data in contents.items():
        if name.endswith(".css"):
            rewritten = _with_new_names(name, data.decode("utf-8"), found).encode()
            found[name] = (_path(name, rewritten), rewritten)
    material = Path(str(files("material") / "templates"))
    for pattern in _OF_MATERIAL:
        for file in sorted(material.glob(pattern)):
            name = file.relative_to(material).as_posix()
            data = _SOURCE_MAP.sub(b"", file.read_bytes())  # the browser's tools would ask for a file that is not there
            if "/palette." in name:
                data += dark_before_a_choice(data.decode()).encode()
            if "/main." in name and not _has_further_plugins(root):
                data = lean(data.decode()).encode()
            plain = re.sub(r"\.[0-9a-f]{8}\.min", "", name)  # its own digest is of the whole file
            found.setdefault(name, (_path(plain, data), data))
    for file in material.glob(_SEARCH_OF_MATERIAL):
        # Material's script starts the worker that the page names: ours, which knows Turkish.
        found[file.relative_to(material).as_posix()] = found[f"{FOLDER}/search.js"]
    for name, data in frozen_assets(root).items():
        found[f"../{FOLDER}/{name}"] = f"{FOLDER}/{name}", data
    return found


def _has_further_plugins(root: Path) -> bool:
    """Whether a plugin might put on the pages what only Material's whole style sheet covers."""
    _, plugins = setting(root, "plugins")
    return bool({next(iter(one)) if isinstance(one, dict) else one for one in plugins or ()} - _KNOWN_PLUGINS)


def _path(name: str, data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()[:10]
    stem, dot, ending = name.removeprefix(f"{FOLDER}/").rpartition(".")
    return f"{FOLDER}/{stem}.{digest}{dot}{ending}"


def _with_new_names(name: str, sheet: str, found: Mapping[str, tuple[str, bytes]]) -> str:
    """A style sheet whose references lead to the files as they are published."""
    own = posixpath.dirname(_path(name, b""))

    def renamed(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), match[2]))
        if target not in found:
            return match[0]
        return f"url({match[1]}{posixpath.relpath(found[target][0], own)}"

    return _REFERENCE.sub(renamed, sheet)


def _contents(folder: Path, prefix: str = "") -> Mapping[str, bytes]:
    found: dict[str, bytes] = {}
    for name, file in _files(folder):
        script = _SCRIPT_FOLDER.match(name)
        whole = prefix + (script[1] if script else name)
        found[whole] = found.get(whole, b"") + file.read_bytes()
    return found


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(folder).as_posix()
        if not is_scratch(name) and not name.endswith((".md", ".html", ".yml", ".yaml")):
            yield name, file


def is_scratch(name: str) -> bool:
    """Whether an editor, the system or Python left a file there for itself."""
    parts = name.split("/")
    hidden = any(part.startswith(".") for part in parts)
    return hidden or "__pycache__" in parts or name.endswith(("~", ".swp"))


# Style sheets and scripts


@cache
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
