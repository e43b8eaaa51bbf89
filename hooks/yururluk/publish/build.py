"""How MkDocs is led to build our pages: it is given a folder of Markdown, and each template its view."""

from __future__ import annotations

import contextlib
import logging
import os
import posixpath
import shutil
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import yaml
from jinja2 import BytecodeCache, Environment, TemplateError, TemplateSyntaxError
from jinja2.bccache import Bucket
from lxml import html as lxml_html
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage

from yururluk.core.i18n import language_name, long_date, translator, use_catalogues
from yururluk.core.messages import Problem, Refused, msg
from yururluk.core.model import NEWEST_RENDERING, DocumentType
from yururluk.core.settings import CONFIG_FILE, Settings
from yururluk.lineage.clause_text import headings
from yururluk.lineage.steps import woven_files
from yururluk.publish.material import configure_theme, contents_of, navigation, prepare_templates, tidied
from yururluk.redline import Redline, compare_html
from yururluk.site import page_models as views
from yururluk.site.assets import shared_files
from yururluk.site.page_data import form_of, structured_data, words_of
from yururluk.site.phrases import phrases_in
from yururluk.site.search import search_files
from yururluk.site.urls import CONTENT_SECURITY_POLICY, Urls
from yururluk.text.markdown import EXTENSION_CONFIGS, RULES, rendering
from yururluk.text.page_html import (
    with_anchors,
    with_notes,
    with_old_sides,
    with_own_links,
    with_reachable_tables,
    with_scrolling_tables,
)


class _SharedBytecode(BytecodeCache):
    """Compiled templates, kept for the life of the process: MkDocs makes a new environment for every language, and
    compiling takes most of its time. Jinja checks that they are current."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_BYTECODE = _SharedBytecode()


@dataclass
class Build:
    """One run of MkDocs: the site to build, in a staging folder that holds its Markdown. `steps` are the files of the
    steps from wording to wording that are published already, by name, and `code` digests what makes them."""

    site: views.Site
    settings: Settings
    staging: Path
    assets: Mapping[str, tuple[str, bytes]]
    with_assets: bool
    steps: Mapping[str, bytes] = field(default_factory=dict)
    code: str = ""
    made: dict[str, bytes] | None = None
    """Where the pages go, by their path; None lets MkDocs write them into its site_dir."""
    config: MkDocsConfig | None = None

    @property
    def docs(self) -> Path:
        """The folder that MkDocs reads."""
        return self.staging / "docs"

    def stage(self) -> None:
        """Write the Markdown that MkDocs is to read; files that are right already are left alone."""
        wanted = {page.source: _markdown_file(page) for page in self.site.pages}
        folders = {self.docs / above for name in wanted for above in Path(name).parents}
        for folder in sorted(folders):  # not their parents: a staging folder that was taken away stays so
            folder.mkdir(exist_ok=True)
        for name, content in wanted.items():
            file = self.docs / name
            if not file.is_file() or file.read_text(encoding="utf-8") != content:
                file.write_text(content, encoding="utf-8", newline="\n")
        for file in sorted(self.docs.rglob("*.md")):
            if file.relative_to(self.docs).as_posix() not in wanted:
                file.unlink()

    # The events of MkDocs

    def configure(self, config: MkDocsConfig) -> MkDocsConfig:
        """Settle the settings that are ours to decide; called once for each language."""
        config.docs_dir = str(self.docs)
        locale = str(config.theme["language"])
        configure_theme(config, self.settings, locale)
        self.config = config
        config.markdown_extensions = list(RULES[NEWEST_RENDERING])
        config.mdx_configs = {name: dict(options) for name, options in EXTENSION_CONFIGS.items()}
        if self.made is not None:  # `check` is about links, in the reader's language and before anything is frozen
            for kind in ("not_found", "unrecognized_links", "anchors"):
                config.validation.links[kind] = logging.DEBUG
        return config

    def only_pages(self, files: Files) -> Files:
        """Leave out the theme's own style sheets and scripts: no page of ours asks for them."""
        for file in [file for file in files if not file.is_documentation_page()]:
            files.remove(file)
        return files

    def navigation(self, files: Files) -> Navigation:
        """The navigation of the language that is built."""
        return navigation(self.site, files, self.settings)

    def prepare(self, env: Environment) -> Environment:
        """Make the templates safe, and find them."""
        if self.config is None:
            raise RuntimeError("a build is configured before its templates are prepared")
        prepare_templates(env, self.config, self.assets)
        env.bytecode_cache = _BYTECODE
        env.filters["long_date"] = long_date
        return env

    def page_of(self, page: MkDocsPage) -> views.Page:
        """Our page behind one of MkDocs'."""
        return self.site.by_source[page.file.src_uri]

    def content_of(self, html: str, page: MkDocsPage) -> str:
        """The HTML of a page of MkDocs; its contents go to the side, which is hidden where there are none."""
        ours = self.page_of(page)
        shown = self.content(html, ours)
        page.toc = contents_of(shown, ours.title)
        # Beside a redline there are its facts and its legend.
        if not page.toc.items[0].children or self.redline_of(ours):
            page.meta["hide"] = ["toc"]
        return shown

    def content(self, html: str, page: views.Page) -> str:
        """The HTML that the page's template is to lay out."""
        say = translator(page.locale)
        if isinstance(page.view, views.RedlineView | views.DraftRedlineView):
            if isinstance(page.view, views.RedlineView) and page.view.first:
                return ""
            redline = _redline(page.view.old, page.view.new, page.view.rules, page.locale)
            shown = with_reachable_tables(with_own_links(redline.html, "../../", _root(page)))
            return with_old_sides(shown) if isinstance(page.view, views.RedlineView) else shown
        if not html.strip():
            return ""
        # Not `html`: MkDocs takes links to be its own to fix, and a text is shown as it stands.
        if isinstance(page.view, views.TextView):
            shown = rendering(page.view.frozen, page.view.rendering)
        else:
            shown = rendering(f"---\n---\n{page.markdown}")
        linked = with_own_links(shown, "../", _root(page))
        text = with_anchors(with_scrolling_tables(linked, say("Table")), say("Link to: {clause}"))
        if isinstance(page.view, views.TextView):
            return with_notes(text, *phrases_in(page.locale).notes(page.view, _root(page)))
        return text

    def redline_of(self, page: views.Page) -> Redline | None:
        """The redline that the page shows, if it shows one."""
        if not isinstance(page.view, views.RedlineView | views.DraftRedlineView):
            return None
        if isinstance(page.view, views.RedlineView) and page.view.first:
            return None
        return _redline(page.view.old, page.view.new, page.view.rules, page.locale)

    def context(self, page: views.Page) -> dict[str, Any]:
        """What the page's template may use."""
        own = dict(page.alternates)[page.locale]
        # A host shows 404.html under any address: only the way from its own root holds there.
        root = urlsplit(self.settings.site_url).path if page.template == "not-found.html" else _root(page)
        say = translator(page.locale)
        absolute = {"base_url": root} if page.template == "not-found.html" else {}
        return absolute | {
            "site_page": page,
            "view": page.view,
            "_": say,
            "say": say,
            "phrases": phrases_in(page.locale),
            "root": root,
            "here": own,
            "near": partial(_way, own),
            "asset": lambda name: root + self.assets[f"assets/{name}"][0],
            "settings": self.settings,
            "urls": Urls(self.settings),
            "locale": page.locale,
            "structured": structured_data(page, self.settings),
            "policy": CONTENT_SECURITY_POLICY,
            "policies": [link for link in self.site.policies if link[1] != _document_of(page.view)],
            "searched": self.site.searched,
            "headings": headings,
            "redline": self.redline_of(page),
            "frozen_form": partial(_frozen_form, page.view),
            "document_type": partial(_document_type, page.locale),
            "day": lambda day: long_date(day, page.locale),
            "language": lambda locale: language_name(locale, page.locale),
            "translator": translator,
        }

    def markdown(self, markdown: str, page: views.Page, config: MkDocsConfig) -> str:
        """A page's Markdown, as it is. Most pages have none: MkDocs makes a parser for each page, which takes as long
        as laying the page out, and most of that goes into the extensions."""
        rules = page.view.rendering if isinstance(page.view, views.TextView) else NEWEST_RENDERING
        config.markdown_extensions = list(RULES[rules]) if markdown.strip() else []
        return markdown

    def keep(self, output: str, page: MkDocsPage) -> str:
        """Take a page where it is to be handed over; what is left for MkDocs to write is returned."""
        if self.made is None:
            return output
        self.made[page.file.dest_uri] = tidied(output).encode("utf-8", errors="xmlcharrefreplace")
        return ""

    def finish(self, site_dir: Path) -> None:
        """Put the files that belong to pages beside them, and the shared ones where this build is to carry them.

        Called once for each language.
        """
        made: dict[str, bytes] = {} if self.made is None else self.made
        for page in self.site.pages:
            for data_file in page.files:
                if data_file.path not in made:
                    made[data_file.path], steps = woven_files(data_file.basis, self.code, self.steps)
                    made.update((Urls(self.settings).step(name), data) for name, data in steps.items())
        made.update(search_files(self.site))
        if self.with_assets:
            made.update(self.assets.values())
        if self.made is None:
            for name, data in made.items():
                file = site_dir / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)


def _document_of(view: views.View) -> str:
    """The document that a page is about; empty where it is about several."""
    stamp = getattr(view, "stamp", view)
    return str(getattr(stamp, "document", ""))


def _root(page: views.Page) -> str:
    """The way from a page to the site's root."""
    return "../" * dict(page.alternates)[page.locale].count("/") or "./"


def _way(here: str, path: str) -> str:
    """The way from the page at `here` to another of its folder: it holds in every copy of the folder."""
    address, mark, clause = path.partition("#")
    return posixpath.relpath(f"/{address}", f"/{here}") + "/" + mark + clause


def _frozen_form(view: views.View, content: str) -> str:
    """What the page of a text carries of its frozen file, beside the words of its content."""
    if not isinstance(view, views.TextView):
        return ""
    return form_of(view.frozen, words_of(lxml_html.fragment_fromstring(content, create_parent="div")))


@lru_cache(maxsize=64)
def _redline(old: str, new: str, rules: tuple[int, int], locale: str) -> Redline:
    """Several pages show the same redline: it is worked out once."""
    return compare_html(rendering(old, rules[0]), rendering(new, rules[1]), locale=locale)


def _document_type(locale: str, kind: str) -> str:
    say = translator(locale)
    names = {
        DocumentType.PRIVACY_POLICY: say("Privacy policy"),
        DocumentType.DISCLOSURE_NOTICE: say("Disclosure notice"),
        DocumentType.COOKIE_POLICY: say("Cookie policy"),
        DocumentType.TERMS: say("Terms"),
        DocumentType.CONSENT: say("Consent text"),
        DocumentType.OTHER: say("Legal text"),
    }
    return names[DocumentType(kind)]


def _markdown_file(page: views.Page) -> str:
    head = yaml.safe_dump(
        {"title": page.title, "template": f"pages/{page.template}"}, allow_unicode=True, sort_keys=False, width=10_000
    )
    return f"---\n{head}---\n{page.markdown}"


def build_site(
    root: Path,
    site: views.Site,
    settings: Settings,
    work: Path,
    *,
    moment: int,
    with_assets: bool,
    steps: Mapping[str, bytes] = MappingProxyType({}),
    code: str = "",
) -> dict[str, bytes]:
    """Build `site` with MkDocs: its files, by their path below `site.prefix`. `moment` is the time, in seconds of the
    epoch, that MkDocs takes for that of the build (SOURCE_DATE_EPOCH, reproducible-builds.org). Temporary files are
    below `work`; `steps` and `code` are as in `Build`."""
    use_catalogues(root)
    staging = Path(tempfile.mkdtemp(prefix="docs-", dir=work))
    made: dict[str, bytes] = {}
    try:
        with _environment(SOURCE_DATE_EPOCH=str(moment)):
            assets = shared_files(root)
            current = Build(site, settings, staging, assets, with_assets, steps, code, made)
            current.stage()
            config = load_config(
                str(root / CONFIG_FILE),
                docs_dir=str(current.docs),
                site_dir=str(staging / "site"),
                site_url=settings.site_url + site.prefix,
            )
            plugin = config.plugins["yururluk"]
            plugin.build = current  # type: ignore[attr-defined]
            config.plugins.on_startup(command="build", dirty=False)
            try:
                build(config)
            except TemplateError as error:
                raise _of_template(root, error) from error
            finally:
                config.plugins.on_shutdown()
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return made


def _of_template(root: Path, error: TemplateError) -> Refused:
    """The refusal of a template that cannot be laid out: a project's own may be older than the program."""
    places = [(frame.filename, frame.lineno or 0) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, TemplateSyntaxError):
        places.append((error.filename or "", error.lineno))
    own = [
        (Path(name).relative_to(root).as_posix(), line)
        for name, line in places
        if Path(name).is_relative_to(root / "overrides")
    ]
    path, line = own[-1] if own else ("overrides", 0)
    message = msg("this template cannot be laid out: {why}.", why=str(error).rstrip("."))
    fix = msg("correct it, or take the one that belongs to this version of the program; nothing was published.")
    return Refused([Problem("template", path, line, message, fix)])


@contextlib.contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Set environment variables, and put them back at the end as they were."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
