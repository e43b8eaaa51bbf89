"""What tests are on: a real project in a real git repository, and the real command line."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from filelock import FileLock
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright

from tests.helpers.tsa import Authority, authority, serving
from yururluk import cli
from yururluk.publish.export import server_of
from yururluk.site.assets import shared_files

ROOT = Path(__file__).resolve().parent.parent
THEME = ROOT / "hooks/yururluk/theme"
EXAMPLE = ROOT / "tests/project"  # a small project: not the company's own texts, which a fork replaces

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")

hypothesis_settings.register_profile("suite", derandomize=True, deadline=None, database=None, max_examples=40)
hypothesis_settings.register_profile("thorough", deadline=None, database=None, max_examples=400)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@dataclass(frozen=True)
class Told:
    """What a command answered."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Project:
    """A copy of the example project, committed in a repository of its own."""

    root: Path

    def run(self, *command: str) -> Told:
        """Run `yururluk` as a person would, in this project's folder."""
        return run(self.root, *command)

    def git(self, *command: str) -> str:
        """Run git here and return what it printed."""
        done = subprocess.run(["git", *command], cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, message: str = "Change") -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file of the project."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def read(self, path: str) -> str:
        """Read a file of the project."""
        return (self.root / path).read_text(encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace words in a file; they must be there."""
        text = self.read(path)
        assert old in text, f"{path} does not hold {old!r}"
        self.write(path, text.replace(old, new))

    def edit_template(self, name: str, old: str, new: str) -> None:
        """Give the project a copy of its own of one of the theme's templates, with words replaced."""
        text = (THEME / name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        self.write(f"overrides/{name}", text.replace(old, new))

    def page(self, path: str, branch: str = "gh-pages") -> str:
        """A published file."""
        return self.git("show", f"{branch}:{path}")

    def tree(self, branch: str = "gh-pages") -> str:
        """The name git gives to all that is published."""
        return self.git("rev-parse", f"{branch}^{{tree}}")

    def published_paths(self, branch: str = "gh-pages") -> list[str]:
        """Every published file."""
        return self.git("ls-tree", "-r", "--name-only", branch).splitlines()


def run(folder: Path, *command: str) -> Told:
    """Run `yururluk` in a folder, with its answers caught."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    before = sys.argv
    sys.argv = ["yururluk", *command]
    try:
        with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                cli.main()
            except SystemExit as end:
                code = int(end.code or 0)
    finally:
        sys.argv = before
    return Told(code, out.getvalue(), err.getvalue())


def script(name: str) -> str:
    """A script as the pages get it."""
    return shared_files(ROOT)[f"assets/{name}"][1].decode()


def copy_project(target: Path, *, pdf: bool = False, source: Path = EXAMPLE) -> Project:
    """A fresh copy of the example project, or of another `source`, in a new repository.

    It makes no PDFs unless they are asked for, since most tests publish something and look at something else.
    """
    for name in ("docs", "releases"):
        shutil.copytree(source / name, target / name)
    for name in ("mkdocs.yml", ".gitattributes"):
        shutil.copy(source / name, target)
    shutil.copytree(ROOT / "overrides", target / "overrides")
    shutil.copy(ROOT / ".gitignore", target)
    project = Project(target)
    if not pdf:
        project.edit("mkdocs.yml", "pdf: true", "pdf: false")
    project.git("init", "--quiet", "--initial-branch=main")
    project.git("config", "user.name", "Editör")
    project.git("config", "user.email", "editor@example.org")
    project.commit("Begin")
    return project


@pytest.fixture(scope="session")
def _begun(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that has published nothing. Not to be changed."""
    return copy_project(tmp_path_factory.mktemp("begun") / "project")


@pytest.fixture
def project(_begun: Project, tmp_path: Path) -> Project:
    """A project of the test's own."""
    shutil.copytree(_begun.root, tmp_path / "project")
    return Project(tmp_path / "project")


def _made_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str, name: str, *, pdf: bool) -> Project:
    """The example project published on 23 November 2026, when all three states exist, and its site.

    Where tests run in several processes, they share it: the folder above theirs is the run's own.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / name
    project = Project(folder / "project")
    with FileLock(f"{folder}.lock"):
        if not (folder / "done").exists():
            copy_project(project.root, pdf=pdf)
            for command in (("publish", "--today", "2026-11-23"), ("export", "site")):
                told = project.run(*command)
                assert told.code == 0, told.err
            (folder / "done").touch()
    return project


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Project:
    """The published project, with PDFs. Not to be changed."""
    return _made_once(tmp_path_factory, worker_id, "published", pdf=True)


@pytest.fixture(scope="session")
def _published_without_pdf(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Project:
    return _made_once(tmp_path_factory, worker_id, "published-without-pdf", pdf=False)


@pytest.fixture
def ready(_published_without_pdf: Project, tmp_path: Path) -> Project:
    """The published project, without PDFs, of the test's own."""
    shutil.copytree(_published_without_pdf.root, tmp_path / "project", ignore=shutil.ignore_patterns("site"))
    return Project(tmp_path / "project")


@pytest.fixture(scope="session")
def site(published: Project) -> Path:
    """The same, exported."""
    return published.root / "site"


@pytest.fixture(scope="session")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """A timestamp authority on loopback."""
    with serving(authority(tmp_path_factory.mktemp("tsa"))) as found:
        yield found


@pytest.fixture(scope="session")
def stamped(published: Project, tsa: Authority, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The published project with a timestamp over its last entry, exported. Not to be changed."""
    root = tmp_path_factory.mktemp("stamped") / "project"
    shutil.copytree(published.root, root, ignore=shutil.ignore_patterns("site"))
    project = Project(root)
    told = project.run("timestamp", "--tsa", tsa.address, "--tsa-ca", str(tsa.ca))
    assert told.code == 0, told.err
    assert project.run("export", "site").code == 0
    return project


@pytest.fixture(autouse=True)
def _quiet_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests may matter."""
    values: Mapping[str, str] = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "COLUMNS": "200",
        "LC_ALL": "C.UTF-8",  # the tool speaks English then
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)


@contextlib.contextmanager
def environment(**values: str) -> Iterator[None]:
    """The environment with these values, for a while."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window: Debian's headless shell where it is, which needs a quarter of the time for a page."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, "install Chromium: make tools"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The site as `yururluk serve` shows it."""
    with server_of(site, 0) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()
