"""The events of MkDocs, handed on: what is built is decided in the package, not here.

MkDocs turns every function whose name begins with `on_` into an event, runs `on_config` once for each
language on the same object, and keeps this module for the life of the process.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from yururluk.publish.build import Build, draft_build

if TYPE_CHECKING:  # the server alone would take as long to load as a page to build
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page
    from mkdocs.utils.templates import TemplateContext

_KEY = "yururluk_build"
_staging: list[Path] = []


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Take the build that was handed over, or make that of the drafts."""
    if _KEY not in config.extra:
        if not _staging:
            _staging.append(Path(tempfile.mkdtemp(prefix="yururluk-drafts-")))
        drafts = draft_build(config, _staging[0])
        drafts.stage()
        config.extra[_KEY] = drafts
        root = Path(config.config_file_path).parent
        config.watch += [str(root / name) for name in ("docs", "releases", "overrides") if (root / name).is_dir()]
    return _current(config).configure(config)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Build our pages only."""
    return _current(config).only_pages(files)


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:  # noqa: ARG001
    """Prepare the templates."""
    return _current(config).prepare(env)


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Spare pages without text what reads text."""
    current = _current(config)
    return current.markdown(markdown, current.page_of(page), config)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Clean the text, or put the redline in its place."""
    current = _current(config)
    return current.content(html, current.page_of(page))


def on_page_context(
    context: TemplateContext,
    page: Page,
    config: MkDocsConfig,
    nav: Navigation,  # noqa: ARG001
) -> TemplateContext:
    """Give the template what the page tells."""
    current = _current(config)
    context.update(current.context(current.page_of(page)))  # type: ignore[typeddict-item]
    return context


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Hand the page over where MkDocs is not to write it."""
    return _current(config).keep(output, page)


def on_post_build(config: MkDocsConfig) -> None:
    """Add the shared files."""
    _current(config).finish(Path(config.site_dir))


def on_serve(server: LiveReloadServer, config: MkDocsConfig, builder: object) -> LiveReloadServer:  # noqa: ARG001
    """The staging folder is written by each build: watching it would rebuild without end."""
    server.unwatch(str(_current(config).docs))
    return server


def on_shutdown() -> None:
    """Leave nothing behind."""
    while _staging:
        shutil.rmtree(_staging.pop(), ignore_errors=True)


def _current(config: MkDocsConfig) -> Build:
    build: Build = config.extra[_KEY]
    return build
