"""Which settings of MkDocs and Material the pages cannot have, and which have no effect: none is ignored in silence.

Every other setting is honoured: colours, logo, icons, features, extra_css, extra_javascript, copyright, social, the
blocks in overrides/, further plugins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import yaml
from yaml.nodes import MappingNode, Node

from yururluk.core.messages import Message, Problem, Severity, msg, names, rule

_FILE: Final = "mkdocs.yml"
#: Every setting of MkDocs 1.6.
MKDOCS_SETTINGS: Final = names(
    "copyright dev_addr docs_dir draft_docs edit_uri edit_uri_template exclude_docs extra extra_css extra_javascript "
    "extra_templates hooks markdown_extensions mdx_configs nav not_in_nav plugins remote_branch remote_name repo_name "
    "repo_url site_author site_description site_dir site_name site_url strict theme use_directory_urls validation "
    "watch INHERIT"
)
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


def _actions(value: Any) -> bool:
    return isinstance(value, list) and any(str(one).startswith("content.action") for one in value)


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
    yield _Entry("extra.polyfills", _elsewhere, host, local)
    yield _Entry("extra.consent", _set, msg("there is nothing to agree to: the pages set no cookie."), remove)
    yield _Entry("INHERIT", _set, msg("only this file is read."), msg("write those settings here."))
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
    for path in ("extra.version", "extra.alternate", "extra.scope", "theme.locale"):
        yield _Entry(path, _set, msg("this has no effect: the plugin yururluk sets it for each page."), remove)
    yield _Entry("edit_uri_template", _set, msg("this has no effect: the address is made of edit_uri."), remove)
    for path in ("extra.status", "extra.tags", "extra.annotate"):
        yield _Entry(path, _set, msg("this has no effect: no page has marks of that kind."), remove)
    for path in (
        "theme.static_templates",
        "theme.include_search_page",
        "theme.search_index_only",
        "extra_templates",
        "exclude_docs",
        "draft_docs",
        "not_in_nav",
    ):
        yield _Entry(path, _set, msg("this has no effect: which pages there are follows from the releases."), remove)
    yield _Entry(
        "theme.features",
        _actions,
        msg("content.action has no effect: a draft's page has `Propose a change` where edit_uri is set."),
        msg("remove it from the list."),
    )
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
    found += [_own_search(node), _incomplete_navigation(root, node), *_missing_files(root, node), *_unknown(node)]
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


def _missing_files(root: Path, node: Node | None) -> Iterator[Problem]:
    """Files that each page would ask for and that are not there."""
    for path in ("theme.logo", "theme.favicon", "extra_css", "extra_javascript"):
        line, value = _at(path, node)
        for one in value if isinstance(value, list) else [value]:
            name = one.get("path") if isinstance(one, Mapping) else one
            if not isinstance(name, str) or _ELSEWHERE.match(name) or name.startswith("/"):
                continue
            if name != "assets/images/favicon.png" and not any(
                (root / folder / name).is_file() for folder in ("overrides", "docs")
            ):
                message = msg('{setting}: there is no file "{name}" in overrides/.', setting=path, name=name)
                yield Problem("unsupported-setting", _FILE, line, message, msg("put it there, or remove the setting."))


def _incomplete_navigation(root: Path, node: Node | None) -> Problem | None:
    """`nav` has no effect; one that leaves a document out asks for what no site of legal texts may do."""
    line, value = _at("nav", node)
    if not _set(value):
        return None
    named = set(re.findall(r"[\w-]+(?=\.md)", str(value)))
    left_out = sorted({file.stem for file in root.glob("docs/*/*.md")} - named)
    fix = msg("remove it.")
    if left_out:
        message = msg("nav: it leaves out {documents}, and every text has its place.", documents=", ".join(left_out))
        return Problem("unsupported-setting", _FILE, line, message, fix)
    message = msg("nav: this has no effect: which pages there are follows from the releases.")
    return Problem("idle-setting", _FILE, line, message, fix, Severity.WARNING)


def _unknown(node: Node | None) -> Iterator[Problem]:
    """Names that are no settings of MkDocs."""
    for key, _ in node.value if isinstance(node, MappingNode) else []:
        if isinstance(key.value, str) and key.value not in MKDOCS_SETTINGS:
            nearest = get_close_matches(key.value, MKDOCS_SETTINGS, n=1)
            message = msg("{setting}: MkDocs has no such setting.", setting=key.value)
            fix = msg("did you mean {name}?", name=nearest[0]) if nearest else msg("remove it.")
            yield Problem("idle-setting", _FILE, key.start_mark.line + 1, message, fix, Severity.WARNING)


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
