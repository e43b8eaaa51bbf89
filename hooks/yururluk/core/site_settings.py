"""Which settings of MkDocs and Material the pages cannot have, and which have no effect: none is ignored in silence.

Every other setting is honoured: colours, logo, icons, features, extra_css, extra_javascript, copyright, social, the
blocks in overrides/, further plugins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from yaml.nodes import MappingNode, Node

from yururluk.core.messages import Message, msg
from yururluk.core.problems import Problem, Severity
from yururluk.core.rules import rule

_FILE: Final = "mkdocs.yml"
_ELSEWHERE: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
#: Extensions of Markdown that the texts are shown with in any case, or that only plain markup of a page could use.
_EXTENSIONS: Final = frozenset(
    {"abbr", "attr_list", "def_list", "footnotes", "md_in_html", "sane_lists", "smarty", "tables", "toc"}
)


@dataclass(frozen=True)
class _Entry:
    """A setting by its path in mkdocs.yml. `applies` says of its value whether `why` and `fix` are to be said."""

    path: str
    applies: Callable[[Any], bool]
    why: Message
    fix: Message


def _set(value: Any) -> bool:
    return value not in (None, False, "", [], {})


def _elsewhere(value: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    names = [one.get("path", "") if isinstance(one, dict) else one for one in values]
    return any(isinstance(name, str) and _ELSEWHERE.match(name) is not None for name in names)


def _instant(value: Any) -> bool:
    return isinstance(value, list) and any(str(one).startswith("navigation.instant") for one in value)


def _other_extensions(value: Any) -> bool:
    names = [next(iter(one)) if isinstance(one, dict) and one else one for one in value or []]
    return any(name not in _EXTENSIONS for name in names)


def _refused() -> Iterator[_Entry]:
    remove = msg("remove it.")
    local = msg("put the file below overrides/assets/, and name it from there.")
    host = msg("this would be asked for from another host, and the pages ask none.")
    yield _Entry(
        "theme.name",
        lambda value: value != "material",
        msg("the pages are made with Material only."),
        msg("write `name: material`."),
    )
    yield _Entry("theme.font", _set, host, msg("write `font: false`; a font of your own goes into extra_css."))
    yield _Entry("theme.logo", _elsewhere, host, local)
    yield _Entry("theme.favicon", _elsewhere, host, local)
    yield _Entry("extra_css", _elsewhere, host, local)
    yield _Entry("extra_javascript", _elsewhere, host, local)
    yield _Entry("extra.analytics", _set, host, remove)
    yield _Entry("extra.consent", _set, msg("there is nothing to agree to: the pages set no cookie."), remove)
    yield _Entry(
        "use_directory_urls", lambda value: value is False, msg("a page's address ends with a slash here."), remove
    )
    yield _Entry("docs_dir", lambda value: value not in (None, "docs"), msg("drafts are read from docs/."), remove)
    yield _Entry(
        "markdown_extensions",
        _other_extensions,
        msg("an extension could change what a frozen text says; texts keep the rules that they were frozen under."),
        msg("keep at most: {names}.", names=", ".join(sorted(_EXTENSIONS))),
    )


def _idle() -> Iterator[_Entry]:
    remove = msg("remove it.")
    for path in ("extra.version", "extra.alternate", "extra.scope"):
        yield _Entry(path, _set, msg("this has no effect: the plugin yururluk sets it for each page."), remove)
    for path in ("theme.static_templates", "extra_templates", "exclude_docs", "draft_docs", "not_in_nav", "nav"):
        yield _Entry(path, _set, msg("this has no effect: which pages there are follows from the releases."), remove)
    yield _Entry(
        "theme.features",
        _instant,
        msg("navigation.instant has no effect: a page and its policy are loaded together."),
        msg("remove it from the list."),
    )
    for path in ("theme.icon.admonition", "theme.icon.annotation", "theme.icon.tag"):
        yield _Entry(path, _set, msg("this has no effect: Material would write a style into each page."), remove)


def site_settings_problems(root: Path) -> list[Problem]:
    """What is to be said of mkdocs.yml under `root`; nothing where it cannot be read, which `read_settings` says."""
    node = _read(root)
    found = [_unsupported(entry, node) for entry in _refused()] + [_without_effect(entry, node) for entry in _idle()]
    found += [_own_search(node)]
    return [problem for problem in found if problem is not None]


def setting(root: Path, path: str) -> tuple[int, Any]:
    """The line of a setting in mkdocs.yml, by its path (`theme.font`), and its value; line 0 where it is not set."""
    return _at(path, _read(root))


def _read(root: Path) -> Node | None:
    try:
        return yaml.compose((root / _FILE).read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return None


@rule("unsupported-setting", Severity.ERROR, msg("No setting asks for what the pages cannot have."))
def _unsupported(entry: _Entry, node: Node | None) -> Problem | None:
    line, value = _at(entry.path, node)
    if not line or not entry.applies(value):
        return None
    message = msg("{setting}: {why}", setting=entry.path, why=entry.why)
    return Problem("unsupported-setting", _FILE, line, message, entry.fix)


@rule("idle-setting", Severity.WARNING, msg("No setting is there without an effect."))
def _without_effect(entry: _Entry, node: Node | None) -> Problem | None:
    line, value = _at(entry.path, node)
    if not line or not entry.applies(value):
        return None
    message = msg("{setting}: {why}", setting=entry.path, why=entry.why)
    return Problem("idle-setting", _FILE, line, message, entry.fix, Severity.WARNING)


def _own_search(node: Node | None) -> Problem | None:
    line, plugins = _at("plugins", node)
    names = {next(iter(one)) if isinstance(one, Mapping) and one else one for one in plugins or []}
    if not names & {"search", "material/search"}:
        return None
    message = msg("plugins: `search` has no effect: the box searches with yururluk's own index, which knows Turkish.")
    return Problem("idle-setting", _FILE, line, message, msg("remove it from the list."), Severity.WARNING)


def _at(path: str, node: Node | None) -> tuple[int, Any]:
    """The line of a setting and its value; line 0 where it is not set."""
    line = 0
    for name in path.split("."):
        if not isinstance(node, MappingNode):
            return 0, None
        found = next(((key, value) for key, value in node.value if key.value == name), None)
        if found is None:
            return 0, None
        line, node = found[0].start_mark.line + 1, found[1]
    return line, _plain(node)


def _plain(node: Node | None) -> Any:
    """A node's value; what names Python objects or the environment counts as set."""
    if node is None:
        return None
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node, deep=True)
    except yaml.YAMLError:
        return node
