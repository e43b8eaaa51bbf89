"""The MkDocs plugin: `plugins: [i18n, yururluk]` makes of docs/ the drafts' pages, and of a release its frozen ones.

MkDocs and static-i18n run `on_config` once for each language on the same object. Ours comes after theirs, so that it
sees each language's own settings.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mkdocs.config.config_options import Type
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority

from yururluk.core.i18n import catalogue_problems, use_catalogues
from yururluk.core.messages import ENGLISH, Problem, Refused, msg, refuse_if_any
from yururluk.core.releases import read_project, read_releases
from yururluk.core.settings import OPTIONS, read_settings
from yururluk.core.site_settings import site_settings_problems
from yururluk.publish.build import Build
from yururluk.publish.plan import plan
from yururluk.publish.status import known_register, status
from yururluk.site.assets import shared_files
from yururluk.site.pages import draft_site

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page
    from mkdocs.utils.templates import TemplateContext

_LAST = -110  # after static-i18n, which takes -100 to be last
_log = logging.getLogger("mkdocs.plugins.yururluk")


class YururlukPlugin(BasePlugin):  # type: ignore[type-arg,no-untyped-call]
    """Hands MkDocs' events to the build at hand: that of a publish, of a frozen release, or of the drafts.

    What its options mean, and which values they take, is in `core.settings`, which checks them for every command.
    """

    config_scheme = tuple((option.name, Type(object, default=option.default)) for option in OPTIONS)

    def __init__(self) -> None:
        super().__init__()
        self.build: Build | None = None
        self._staging: Path | None = None
        self._config: MkDocsConfig | None = None  # what the build was made for

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:  # noqa: ARG002
        """Refuse what would replace the published site by drafts."""
        if command == "gh-deploy":
            message = msg("`mkdocs gh-deploy` would replace every published release by the drafts.")
            _refuse([Problem("gh-deploy", "", 0, message, msg("run `yururluk publish`; nothing was deployed."))])

    @event_priority(_LAST)
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Take the build that was handed over, or make that of the release or of the drafts.

        All languages of a build come with one `config`; `mkdocs serve` comes with another after each change.
        """
        if self.build is None or (self._config is not None and self._config is not config):
            self._staging = self._staging or Path(tempfile.mkdtemp(prefix="yururluk-"))
            shutil.rmtree(self._staging)
            self._staging.mkdir()
            version = os.environ.get("MIKE_DOCS_VERSION", "")
            try:
                made = release_build(config, self._staging, version) if version else draft_build(config, self._staging)
                made.stage()
            except Refused as refused:
                _refuse(refused.problems)
            self.build, self._config = made, config
            root = Path(config.config_file_path).parent
            config.watch += [str(root / name) for name in ("docs", "releases", "overrides") if (root / name).is_dir()]
        return self.build.configure(config)

    @event_priority(_LAST)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:  # noqa: ARG002
        """Build our pages only."""
        return self._current.only_pages(files)

    @event_priority(_LAST)
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:  # noqa: ARG002
        """The documents, what the release changed, and the ways on."""
        return self._current.navigation(files)

    @event_priority(_LAST)
    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:  # noqa: ARG002
        """Prepare the templates."""
        return self._current.prepare(env)

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG002
        """Spare pages without text what reads text."""
        return self._current.markdown(markdown, self._current.page_of(page), config)

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG002
        """Clean the text, or put the redline in its place."""
        return self._current.content_of(html, page)

    @event_priority(_LAST)
    def on_page_context(
        self,
        context: TemplateContext,
        *,
        page: Page,
        config: MkDocsConfig,  # noqa: ARG002
        nav: Navigation,  # noqa: ARG002
    ) -> TemplateContext:
        """Give the template what the page says."""
        context.update(self._current.context(self._current.page_of(page)))  # type: ignore[typeddict-item]
        return context

    @event_priority(_LAST)
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:  # noqa: ARG002
        """Hand the page over where MkDocs is not to write it."""
        return self._current.keep(output, page)

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Add the shared files."""
        self._current.finish(Path(config.site_dir))

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: object) -> LiveReloadServer:  # noqa: ARG002
        """The staging folder is written by each build: watching it would rebuild without end."""
        server.unwatch(str(self._current.docs))
        return server

    def on_shutdown(self) -> None:
        """Leave nothing behind."""
        if self._staging is not None:
            shutil.rmtree(self._staging, ignore_errors=True)

    @property
    def _current(self) -> Build:
        if self.build is None:
            raise RuntimeError("MkDocs runs on_config before every other event")
        return self.build


def _refuse(problems: tuple[Problem, ...] | list[Problem]) -> None:
    raise PluginError("\n".join(problem.told(ENGLISH) for problem in problems))


def draft_build(config: MkDocsConfig, staging: Path) -> Build:
    """The build behind a plain `mkdocs serve` or `mkdocs build`: the drafts, and what they would change."""
    root = Path(config.config_file_path).parent
    settings = read_settings(root)
    use_catalogues(root)
    refuse_if_any(catalogue_problems(settings.locales))
    project = read_project(root, settings)
    for problem in [*project.problems, *site_settings_problems(root)]:
        logging.getLogger("mkdocs.yururluk").warning("%s", problem)
    newest = project.releases[-1:]
    in_force = None
    with contextlib.suppress(Refused):  # releases that contradict the register are among the problems
        in_force = status(root, settings, None, datetime.now(settings.timezone).date()).as_json()["in_force"]
    compared = [*newest, *(one for one in project.releases if one.version == in_force and one not in newest)]
    site = draft_site(project.drafts, compared, settings, project.pages)
    assets = {f"../assets/{name}": (f"assets/{name}", data) for name, data in project.assets.items()}
    return Build(site, settings, staging, {**shared_files(root), **assets}, with_assets=True)


def release_build(config: MkDocsConfig, staging: Path, version: str) -> Build:
    """The build of a frozen release, for `mike deploy` and `MIKE_DOCS_VERSION=1.1 mkdocs build`."""
    root = Path(config.config_file_path).parent
    settings = read_settings(root)
    use_catalogues(root)
    refuse_if_any(catalogue_problems(settings.locales))
    releases, _ = read_releases(root, settings)
    wanted = plan(releases, known_register(root, settings), datetime.now(settings.timezone), settings, "")
    folder = next((one for one in wanted.folders if one.version == version), None)
    if folder is None:
        message = msg('there is no release "{version}" to build.', version=version)
        fix = msg("freeze it: yururluk release VERSION; then `yururluk publish` brings it online.")
        raise Refused([Problem("release", "", 0, message, fix)])
    return Build(folder.site, settings, staging, shared_files(root), with_assets=False)
