"""The exported folder: the very bytes that were published, in the place of an earlier export and of nothing else."""

from __future__ import annotations

import os
import stat
import subprocess
import tempfile
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.conftest import Project, Told, run
from yururluk.core.messages import Refused
from yururluk.git import Repository
from yururluk.publish.export import Exported, export, server_of


@pytest.fixture
def pages(tmp_path: Path) -> Repository:
    """A repository whose branch `gh-pages` holds a small site in two states."""
    root = tmp_path / "repository"
    root.mkdir()
    repository = Repository(root)
    repository.run("init", "--quiet", "--initial-branch=gh-pages")
    _commit(repository, {"register.json": b"{}\n", "index.html": b"<p>1</p>\n", "1.0/index.html": b"<p>1</p>\n"})
    return repository


def _commit(repository: Repository, files: dict[str, bytes]) -> None:
    """Make these the files of the branch."""
    repository.run("read-tree", "--empty")
    for path, data in files.items():
        blob = repository.run("hash-object", "-w", "--stdin", data=data).decode().strip()
        repository.run("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    _commit_index(repository)


def _commit_index(repository: Repository) -> None:
    repository.run("commit", "--quiet", "--allow-empty", "-m", "Pages", extra_env=repository.identity())


def _told(folder: Path) -> dict[str, bytes]:
    """What lies in a folder."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _refusal(repository: Repository, folder: Path) -> str:
    with pytest.raises(Refused) as caught:
        export(repository, "gh-pages", folder)
    return str(caught.value)


NEXT = {"register.json": b"{ }\n", "index.html": b"<p>2</p>\n", "2.0/index.html": b"<p>2</p>\n"}


def test_an_export_takes_the_place_of_an_earlier_one(pages: Repository, tmp_path: Path) -> None:
    site = tmp_path / "public/site"
    assert export(pages, "gh-pages", site) == Exported(3, changed=True)
    assert export(pages, "gh-pages", site) == Exported(3, changed=False)
    (site / "index.html").write_text("tampered")
    assert export(pages, "gh-pages", site) == Exported(3, changed=True)
    _commit(pages, NEXT)
    assert export(pages, "gh-pages", site) == Exported(3, changed=True)
    assert _told(site) == NEXT
    assert _names(site.parent) == ["site"], "nothing may be left beside it"


def test_the_command_says_what_it_wrote(published: Project, tmp_path: Path) -> None:
    site = tmp_path / "site"
    count = len(published.published_paths())
    assert published.run("export", str(site)).out == f"The site is in {site} ({count} files).\n"
    assert published.run("export", str(site)).out == f"{site} is up to date ({count} files).\n"
    assert _told(site).keys() == set(published.published_paths())


def test_an_export_that_is_up_to_date_touches_nothing(pages: Repository, tmp_path: Path) -> None:
    export(pages, "gh-pages", tmp_path / "site")
    before = (tmp_path / "site").stat().st_ino, (tmp_path / "site/index.html").stat().st_mtime_ns
    export(pages, "gh-pages", tmp_path / "site")
    assert before == ((tmp_path / "site").stat().st_ino, (tmp_path / "site/index.html").stat().st_mtime_ns)


@pytest.mark.parametrize("foreign", ["photo.jpg", "1.0/notes.txt", ".git/config"])
def test_a_file_that_no_export_wrote_is_never_lost(pages: Repository, tmp_path: Path, foreign: str) -> None:
    site = tmp_path / "site"
    export(pages, "gh-pages", site)
    (site / foreign).parent.mkdir(exist_ok=True)
    (site / foreign).write_text("precious")
    _commit(pages, NEXT)
    before = _told(site)
    assert _refusal(pages, site) == (
        f"{site}: this folder holds files that no export wrote: {foreign}.\n"
        "  Fix: move them away; or name a new folder, or an empty one, or that of an earlier export."
    )
    assert _told(site) == before


def test_three_foreign_files_are_named_and_the_others_counted(published: Project, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    for name in ("a.jpg", "b.jpg", "c.jpg", "d.jpg", "register.json"):
        (mine / name).write_text("{}")
    assert published.run("export", str(mine)) == Told(
        1,
        "",
        f"{mine}: this folder holds files that no export wrote: a.jpg, b.jpg, c.jpg and 1 more.\n"
        "  Fix: move them away; or name a new folder, or an empty one, or that of an earlier export.\n",
    )


def test_another_site_with_an_index_page_of_its_own_is_not_replaced(pages: Repository, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("my home page")
    assert "this folder holds files that no export wrote: index.html.\n" in _refusal(pages, site)
    assert (site / "index.html").read_text() == "my home page"


def test_a_link_inside_the_folder_is_foreign(pages: Repository, tmp_path: Path) -> None:
    """Neither the link nor what it leads to may be written."""
    site = tmp_path / "site"
    export(pages, "gh-pages", site)
    (tmp_path / "elsewhere").mkdir()
    (site / "index.html").unlink()
    (site / "index.html").symlink_to(tmp_path / "elsewhere/page.html")
    (site / "2.0").symlink_to(tmp_path / "elsewhere")
    _commit(pages, NEXT)
    assert "no export wrote: 2.0, index.html.\n" in _refusal(pages, site)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_link_is_followed_to_the_real_folder(pages: Repository, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "disk")
    export(pages, "gh-pages", tmp_path / "site")
    _commit(pages, NEXT)
    export(pages, "gh-pages", tmp_path / "site")
    assert (tmp_path / "site").is_symlink()
    assert _told(tmp_path / "disk") == NEXT
    assert _names(tmp_path) == ["disk", "repository", "site"]


def _fails(monkeypatch: pytest.MonkeyPatch, place: object, name: str, error: OSError) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(place, name, fail)


def _cannot_move(monkeypatch: pytest.MonkeyPatch, site: Path) -> None:
    """As on a mount point: the folder itself cannot be renamed."""
    plain = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self == site:
            raise OSError(16, "Device or resource busy")
        return plain(self, target)

    monkeypatch.setattr(Path, "rename", rename)


@pytest.mark.parametrize("way", ["mount point", "cannot be moved", "nothing may be written beside it"])
def test_a_folder_that_cannot_be_moved_is_written_in_place(
    pages: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    site = tmp_path / "public/site"
    export(pages, "gh-pages", site)
    inode = site.stat().st_ino
    # A file where a folder was, and a folder where a file was.
    _commit(pages, {"register.json": b"1\n", "1.0": b"file\n", "index.html/index.html": b"x\n", "a b/ç.html": b""})
    if way == "mount point":
        monkeypatch.setattr(os.path, "ismount", lambda path: path == site)
    elif way == "cannot be moved":
        _cannot_move(monkeypatch, site)
    else:
        _fails(monkeypatch, tempfile, "mkdtemp", PermissionError(13, "Permission denied"))
    assert export(pages, "gh-pages", site) == Exported(4, changed=True)
    assert _told(site) == {
        "register.json": b"1\n",
        "1.0": b"file\n",
        "index.html/index.html": b"x\n",
        "a b/ç.html": b"",
    }
    assert site.stat().st_ino == inode
    assert _names(site.parent) == ["site"]
    assert export(pages, "gh-pages", site) == Exported(4, changed=False)


def test_an_export_in_place_that_is_cut_off_can_be_taken_up_again(
    pages: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.setattr(os.path, "ismount", lambda path: path == site)
    plain = Path.replace
    with monkeypatch.context() as patch:

        def replace(self: Path, target: Path) -> Path:
            if target.name == "index.html":
                raise OSError(28, "No space left on device")
            return plain(self, target)

        patch.setattr(Path, "replace", replace)
        assert _refusal(pages, site) == (
            f"{site}: the site cannot be written here: No space left on device.\n"
            "  Fix: make sure that the folder is writable and that the disk has room, then export again."
        )
    assert list(_told(site)) == ["register.json"]
    (site / ".yururluk-export-killed").write_text("half a page")
    assert export(pages, "gh-pages", site) == Exported(3, changed=True)
    assert sorted(_told(site)) == ["1.0/index.html", "index.html", "register.json"]


def test_the_old_folder_comes_back_when_the_new_one_cannot_take_its_place(
    pages: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "public/site"
    export(pages, "gh-pages", site)
    before = _told(site)
    _commit(pages, NEXT)
    plain = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if target == site and not self.name.endswith("-old"):
            raise OSError(5, "Input/output error")
        return plain(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    assert _refusal(pages, site) == (
        f"{site}: the site cannot be written here: Input/output error.\n"
        "  Fix: make sure that the folder is writable and that the disk has room, then export again."
    )
    assert _told(site) == before
    assert _names(site.parent) == ["site"]


def test_a_full_disk_leaves_the_old_folder_as_it_was(
    pages: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "public/site"
    export(pages, "gh-pages", site)
    before = _told(site)
    _commit(pages, NEXT)

    _fails(monkeypatch, Path, "write_bytes", OSError(28, "No space left on device"))
    assert "the site cannot be written here: No space left on device.\n" in _refusal(pages, site)
    assert _told(site) == before
    assert _names(site.parent) == ["site"]


def test_a_folder_that_cannot_be_made_is_told(published: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    site = tmp_path / "file/site"
    assert published.run("export", str(site)) == Told(
        1,
        "",
        f"{site}: the site cannot be written here: Not a directory.\n"
        "  Fix: make sure that the folder is writable and that the disk has room, then export again.\n",
    )
    long = tmp_path / ("x" * 300)
    assert published.run("export", str(long)).err.startswith(
        f"{long}: the site cannot be written here: File name too long.\n"
    )


def test_a_folder_that_may_not_be_written_is_left_whole(
    pages: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "public/site"
    export(pages, "gh-pages", site)
    before = _told(site)
    _commit(pages, NEXT)
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != site / "1.0")
    assert f"the folder {site}/1.0 may not be written.\n" in _refusal(pages, site)
    assert _told(site) == before


def test_no_attribute_or_filter_of_this_machine_touches_the_bytes(pages: Repository, tmp_path: Path) -> None:
    attributes = pages.root / ".git/info/attributes"
    attributes.parent.mkdir(exist_ok=True)
    attributes.write_text("*.html text eol=crlf\n*.json filter=shout ident\n")
    pages.run("config", "filter.shout.smudge", "tr a-z A-Z")
    pages.run("config", "core.autocrlf", "true")
    files = {
        "register.json": b'{"a": "$Id$"}\n',
        "index.html": b"a\nb\r\nc\n",
        "empty.html": b"",
        "x.bin": bytes(range(256)),
    }
    commit = pages.root / "plain"
    commit.mkdir()
    pages.run("read-tree", "--empty")
    for path, data in files.items():
        blob = pages.run("hash-object", "-w", "--no-filters", "--stdin", data=data).decode().strip()
        pages.run("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    _commit_index(pages)
    assert export(pages, "gh-pages", tmp_path / "site").changed
    assert _told(tmp_path / "site") == files
    assert not export(pages, "gh-pages", tmp_path / "site").changed


def test_only_files_are_written_and_none_is_executable(pages: Repository, tmp_path: Path) -> None:
    blob = pages.run("hash-object", "-w", "--stdin", data=b"/etc/passwd").decode().strip()
    commit = pages.line("rev-parse", "HEAD")
    for entry in (f"120000,{blob},link", f"100755,{blob},run.html", f"160000,{commit},module"):
        pages.run("update-index", "--add", "--cacheinfo", entry)
    _commit_index(pages)
    assert export(pages, "gh-pages", tmp_path / "site") == Exported(4, changed=True)
    assert sorted(_told(tmp_path / "site")) == ["1.0/index.html", "index.html", "register.json", "run.html"]
    mode = (tmp_path / "site/run.html").stat().st_mode
    assert stat.S_ISREG(mode)
    assert not mode & 0o111
    assert not export(pages, "gh-pages", tmp_path / "site").changed


def test_a_merge_on_the_branch_counts_as_its_past(pages: Repository, tmp_path: Path) -> None:
    """mike makes none, but people do: what either side held was exported."""
    site = tmp_path / "site"
    pages.run("branch", "other")
    _commit(pages, NEXT)
    export(pages, "gh-pages", site)
    tree, ours = pages.line("rev-parse", "other^{tree}"), pages.line("rev-parse", "gh-pages")
    merge = pages.run("commit-tree", tree, "-p", "other", "-p", ours, "-m", "Merge", extra_env=pages.identity())
    pages.run("update-ref", "refs/heads/gh-pages", merge.decode().strip())
    assert export(pages, "gh-pages", site) == Exported(3, changed=True)
    assert sorted(_told(site)) == ["1.0/index.html", "index.html", "register.json"]


def test_a_shallow_clone_exports(pages: Repository, tmp_path: Path) -> None:
    _commit(pages, NEXT)
    subprocess.run(
        ["git", "clone", "--quiet", "--depth=1", f"file://{pages.root}", str(tmp_path / "clone")], check=True
    )
    clone = Repository(tmp_path / "clone")
    assert export(clone, "gh-pages", tmp_path / "site") == Exported(3, changed=True)
    assert not export(clone, "gh-pages", tmp_path / "site").changed


def test_a_lost_object_is_told(pages: Repository, tmp_path: Path) -> None:
    blob = pages.line("rev-parse", "gh-pages:index.html")
    (pages.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert _refusal(pages, tmp_path / "site").startswith(
        f"{tmp_path / 'site'}: git cat-file failed: {blob} is missing\n"
    )
    assert not (tmp_path / "site").exists()


def test_export_before_any_publish_says_what_to_do(project: Project) -> None:
    assert run(project.root, "export", "site") == Told(
        1, "", "there is no branch gh-pages yet.\n  Fix: bring the releases online first: yururluk publish.\n"
    )


def test_a_server_looks_for_what_is_new_between_requests(tmp_path: Path) -> None:
    seen = Event()
    server = server_of(tmp_path, 0, seen.set)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    with server:
        thread.start()
        assert seen.wait(10)
        server.shutdown()
        thread.join()


def test_the_server_names_the_media_types_of_the_api_and_the_methods_that_it_knows(tmp_path: Path) -> None:
    """As schemathesis asks: RFC 6690, RFC 5545, Akoma Ntoso; RFC 9110, 15.5.6."""
    for name in ("1.0.akn.xml", "timemap.link", "takvim.ics", "on.json"):
        (tmp_path / name).write_text("x")
    with server_of(tmp_path, 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        connection = HTTPConnection("127.0.0.1", server.server_port)
        types = {}
        for name in sorted(file.name for file in tmp_path.iterdir()):
            connection.request("GET", f"/{name}")
            answer = connection.getresponse()
            types[name] = answer.getheader("Content-Type")
            answer.read()
        connection.request("POST", "/on.json")
        answer = connection.getresponse()
        server.shutdown()
    assert types == {
        "1.0.akn.xml": "application/akn+xml",
        "on.json": "application/json",
        "takvim.ics": "text/calendar",
        "timemap.link": "application/link-format",
    }
    assert (answer.status, answer.getheader("Allow")) == (405, "GET, HEAD")
