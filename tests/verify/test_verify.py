"""What verify finds: each way in which pages, register and releases can come to contradict each other."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.conftest import Project, Told
from yururluk.core.messages import Refused
from yururluk.core.register import entry_digest
from yururluk.git import Repository
from yururluk.publish.export import server_of
from yururluk.verify.expected import read_versions
from yururluk.verify.files import web_address

REBUILD = "\n  Fix: publish again: yururluk publish --rebuild.\n"
RESTORE = (
    "\n  Fix: restore register.json from git (the pages branch keeps every earlier state) or from any saved copy: "
    "yururluk publish --register FILE.\n"
)
EXPORT = "\n  Fix: bring the site from the pages branch again: yururluk export DIR.\n"
UPLOAD = "\n  Fix: bring the site from the pages branch to the server again: yururluk export DIR.\n"
TODAY = ("--today", "2026-11-23")
HEAD = "69771918392fd6d1177ec2809948c50c85342f2c853a6081f4c36fbc79ca89f7"
FINE = (
    "All is as recorded on 2026-11-23: 9 texts in 3 releases.\n"
    "Every file was made again and is the same, byte for byte; each PDF is the one first published, or was "
    "made again, too.\n"
    "/yururlukte/ is release 1.1, /son/ is release 2.0.\n"
    f"The register ends with entry 3, sha256 {HEAD}.\n"
)
POLICY = "gizlilik-politikasi/index.html"

Change = Callable[[Any], object]


@pytest.fixture
def copy(published: Project, site: Path, tmp_path: Path) -> Project:
    """The published project and its exported site, of the test's own."""
    shutil.copytree(published.root, tmp_path / "project", ignore=shutil.ignore_patterns("site"))
    shutil.copytree(site, tmp_path / "project/site")
    return Project(tmp_path / "project")


def _json(project: Project, name: str, change: Change) -> None:
    content = json.loads(project.read(f"site/{name}"))
    change(content)
    project.write(f"site/{name}", json.dumps(content))


def _register(project: Project, change: Change) -> None:
    """Change the register and make its chain whole again, as somebody would who knows how."""

    def rechained(content: Any) -> None:
        change(content["entries"])
        previous = None
        for entry in content["entries"]:
            entry["previous"] = previous
            previous = entry_digest(entry)

    _json(project, "register.json", rechained)


def _told(project: Project) -> str:
    told = project.run("verify", *TODAY, "site")
    assert (told.code, told.err) == (1, "")
    return told.out


def _version(version: str, change: Change) -> Change:
    return lambda content: change(next(item for item in content if item["version"] == version))


def test_an_untouched_site_is_fine_everywhere(copy: Project) -> None:
    assert copy.run("verify", *TODAY) == Told(0, FINE, "")
    assert copy.run("verify", *TODAY, "site") == Told(0, FINE, "")
    with server_of(copy.root / "site", 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        told = copy.run("verify", *TODAY, f"HTTP://127.0.0.1:{server.server_port}/?a#b")
        server.shutdown()
    assert told == Told(0, FINE, "")


# The register


def test_a_register_cut_short_is_found_by_what_is_online(copy: Project) -> None:
    """Anyone who wants a release to never have been need only drop the register's last entry."""
    _register(copy, lambda entries: entries.pop())
    assert _told(copy) == (
        "site/2.0: release 2.0 is online here, but the register does not have it."
        + EXPORT
        + "site/register.json: this file is not as it was published."
        + EXPORT
        + "site/versions.json: release 2.0 is listed here, but the register does not have it."
        + EXPORT
    )


def test_a_register_cut_short_along_with_versions_json_is_found_by_the_releases(copy: Project) -> None:
    _register(copy, lambda entries: entries.pop())
    _json(copy, "versions.json", lambda listed: listed.pop(0))
    shutil.rmtree(copy.root / "site/son")
    _json(copy, "versions.json", _version("1.1", lambda item: item["aliases"].append("son")))
    shutil.copytree(copy.root / "site/1.1", copy.root / "site/son")
    told = _told(copy)
    assert told.startswith("site/2.0: release 2.0 is online here, but the register does not have it." + EXPORT)
    for file in ("register.json", "versions.json"):
        assert f"site/{file}: this file is not as it was published." in told


def test_a_register_cut_short_is_found_on_the_branch_and_on_the_web(copy: Project) -> None:
    _register(copy, lambda entries: entries.pop())
    repository = Repository(copy.root)
    env = {"GIT_INDEX_FILE": str(copy.root / ".git/other-index"), **repository.identity()}
    data = (copy.root / "site/register.json").read_bytes()
    blob = repository.run("hash-object", "-w", "--stdin", data=data).decode().strip()
    repository.run("read-tree", "gh-pages", extra_env=env)
    repository.run("update-index", "--cacheinfo", f"100644,{blob},register.json", extra_env=env)
    tree = repository.run("write-tree", extra_env=env).decode().strip()
    commit = repository.run("commit-tree", tree, "-m", "Forged", extra_env=env).decode().strip()
    repository.run("update-ref", "refs/heads/gh-pages", commit)
    told = _told(copy)
    on_branch = told.replace("site/", "gh-pages/").replace(EXPORT, RESTORE)
    assert copy.run("verify", *TODAY) == Told(1, on_branch, "")
    with server_of(copy.root / "site", 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        on_web = copy.run("verify", *TODAY, address)
        server.shutdown()
    assert on_web == Told(1, told.replace("site/", f"{address}/").replace(EXPORT, UPLOAD), "")


def test_a_broken_chain_is_refused(copy: Project) -> None:
    _json(copy, "register.json", lambda content: content["entries"].pop(0))
    told = copy.run("verify", *TODAY, "site")
    assert told.code == 1
    assert told.err.startswith(
        "site/register.json: the register cannot be relied on: the chain is broken at entry 1 (version 1.1): "
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda entries: entries[1].update(material=not entries[1]["material"]),
            (
                "releases/1.1/release.yml:4: material is {now} here, but release 1.1 was published on 2026-11-22 "
                "with {then}.\n  Fix: write material: {then} again; what has been published stays as it was.\n"
            ),
        ),
        (
            lambda entries: entries[1]["summary"].update(tr="Hiçbir şey değişmedi."),
            (
                'releases/1.1/release.yml:5: the summary "tr" is not the one with which release 1.1 was published on '
                '2026-11-22.\n  Fix: write again: "Hiçbir şey değişmedi."; what has been published stays as it was.\n'
            ),
        ),
        (
            lambda entries: entries[1].update(effective="2026-11-24"),
            (
                "releases/1.1/release.yml:3: the effective date is 2026-11-23 here, but release 1.1 was published on "
                "2026-11-22 with 2026-11-24.\n"
                "  Fix: write effective: 2026-11-24 again; what has been published stays as it was.\n"
            ),
        ),
        (
            lambda entries: entries[1]["documents"].pop(
                next(n for n, text in enumerate(entries[1]["documents"]) if text["locale"] == "tr")
            ),
            (
                "releases/1.1/tr/{document}.md: this file was added after release 1.1 was published on 2026-11-22.\n"
                "  Fix: restore the release from git, and make the change in docs/ for a new release.\n"
            ),
        ),
        (
            lambda entries: entries[1]["documents"][0].update(changed=not entries[1]["documents"][0]["changed"]),
            (
                "releases/1.1/{locale}/{document}.md: by the register this text {changed} in release 1.1; by the "
                "releases and settings here it is otherwise.\n"
                "  Fix: restore releases/ and the languages in mkdocs.yml as they were when it was published.\n"
            ),
        ),
    ],
)
def test_a_register_that_says_otherwise_than_the_releases_is_found(copy: Project, change: Change, message: str) -> None:
    before = json.loads(copy.read("site/register.json"))["entries"][1]
    _register(copy, change)
    after = json.loads(copy.read("site/register.json"))["entries"][1]
    text = next((text for text in before["documents"] if text not in after["documents"]), before["documents"][0])
    values = {
        "now": str(before["material"]).lower(),
        "then": str(after["material"]).lower(),
        "document": text["id"],
        "locale": text["locale"],
        "changed": "did not change" if text["changed"] else "changed",
    }
    expected = message
    for name, value in values.items():
        expected = expected.replace("{" + name + "}", value)
    told = _told(copy)
    assert expected in told, told


def test_a_release_that_was_edited_or_deleted_is_found(copy: Project) -> None:
    shutil.rmtree(copy.root / "releases/1.0")
    assert _told(copy) == (
        "releases/1.0: release 1.0 was published on 2026-11-22 and is missing here.\n"
        "  Fix: restore it from git: git checkout <commit> -- releases/1.0.\n"
    )


# versions.json


@pytest.mark.parametrize(
    ("change", "messages"),
    [
        (
            lambda item: item["properties"].update(published="2026-11-21T00:00:00+03:00"),
            [
                (
                    'the moment of publication of release 1.1 is "2026-11-21T00:00:00+03:00"; in the register it is '
                    '"2026-11-22T00:00:00+03:00".'
                )
            ],
        ),
        (
            lambda item: item["properties"].update(effective="2026-11-22"),
            ['the effective date of release 1.1 is "2026-11-22"; in the register it is "2026-11-23".'],
        ),
        (
            lambda item: item["properties"].pop("effective"),
            ['the effective date of release 1.1 is missing; in the register it is "2026-11-23".'],
        ),
        (
            lambda item: item["properties"].update(material=1),
            ['"material" of release 1.1 is 1; in the register it is true.'],
        ),
        (
            lambda item: item["properties"]["digests"].pop("tr/gizlilik-politikasi.md"),
            ["the digest of tr/gizlilik-politikasi in 1.1 is not the register's."],
        ),
        (
            lambda item: item["properties"]["digests"].update({"tr/ek.md": "sha256:0"}),
            ["tr/ek is listed in 1.1, but the register does not have it there."],
        ),
        (
            lambda item: item["properties"].update(status="gone"),
            ['the state of release 1.1 is "gone"; it must be one of: in-force, upcoming, superseded, withdrawn.'],
        ),
        (
            lambda item: item["properties"].update(status="superseded"),
            ['release 1.1 is listed as "superseded"; on 2026-11-23 it is "in-force".'],
        ),
    ],
)
def test_versions_json_must_say_what_the_register_says(copy: Project, change: Change, messages: list[str]) -> None:
    _json(copy, "versions.json", _version("1.1", change))
    assert _told(copy) == "".join(f"site/versions.json: {message}{EXPORT}" for message in messages)


@pytest.mark.parametrize(
    ("change", "messages"),
    [
        (
            lambda item: item["aliases"].clear(),
            ['no release is listed with the alias "yururlukte"; on 2026-11-23 it is that of release 1.1.'],
        ),
        (
            lambda item: item["aliases"].append("../../etc"),
            ['"../../etc" is listed as an alias of release 1.1; there is no such alias.'],
        ),
        (
            lambda item: item["aliases"].append("\ud800"),
            ['"?" is listed as an alias of release 1.1; there is no such alias.'],
        ),
        (lambda item: item.update(aliases="yururlukte"), ["the aliases of release 1.1 are not a list of names."]),
        (lambda item: item.update(properties=None), ["release 1.1 has no properties."]),
        (
            lambda item: item["properties"].update(digests=[1]),
            ["the digest of tr/gizlilik-politikasi in 1.1 is not the register's."],
        ),
        (lambda item: item.update(version=7), ["release 1.1 is in the register, but is not listed here."]),
        (lambda item: item.update(version="2.0"), ["release 2.0 is listed twice."]),
    ],
)
def test_versions_json_of_an_odd_form_is_told_among_what_follows_from_it(
    copy: Project, change: Change, messages: list[str]
) -> None:
    _json(copy, "versions.json", _version("1.1", change))
    told = _told(copy)
    for message in messages:
        assert f"site/versions.json: {message}{EXPORT}" in told, told


def test_an_alias_that_leads_to_another_release_is_found(copy: Project) -> None:
    _json(copy, "versions.json", _version("1.1", lambda item: item["aliases"].clear()))
    _json(copy, "versions.json", _version("1.0", lambda item: item["aliases"].append("yururlukte")))
    shutil.rmtree(copy.root / "site/yururlukte")
    shutil.copytree(copy.root / "site/1.0", copy.root / "site/yururlukte")
    assert _told(copy) == (
        'site/versions.json: "yururlukte" is listed as an alias of release 1.0; on 2026-11-23 it is that '
        "of release 1.1." + EXPORT
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "this file is missing."),
        (b"", "this file is not valid JSON."),
        (b"\xff", "this file is not valid JSON."),
        (b"[" * 100_000, "this file is not valid JSON."),
        (b"{}", "this file is not a list of releases."),
        (b"null", "this file is not a list of releases."),
        (b"[null]", "entry 1 of the list names no version."),
        (b'[{"version": "../x"}]', "entry 1 of the list names no version."),
    ],
)
def test_an_odd_versions_json_is_told(data: bytes | None, message: str) -> None:
    assert read_versions(data) == ([], [message])


def test_a_missing_versions_json_is_told(copy: Project) -> None:
    (copy.root / "site/versions.json").unlink()
    told = _told(copy)
    for message in ("this file is missing.", "release 1.0 is in the register, but is not listed here."):
        assert f"site/versions.json: {message}{EXPORT}" in told
    assert "site/yururlukte: this address is online, but versions.json lists no release with it." + EXPORT in told


# Pages


def test_the_page_under_an_alias_must_be_that_of_its_release(copy: Project) -> None:
    copy.edit(f"site/yururlukte/{POLICY}", "taahhüt etmektedir", "taahhüt etmemektedir")
    assert _told(copy) == f"site/yururlukte/{POLICY}: this page is not that of release 1.1." + EXPORT
    (copy.root / f"site/yururlukte/{POLICY}").unlink()
    assert _told(copy) == f"site/yururlukte/{POLICY}: this page is missing." + EXPORT


def test_an_alias_must_not_hold_a_page_that_its_release_lacks(copy: Project) -> None:
    lacking = "en/aydinlatma-metni/index.html"
    (copy.root / "site/1.1" / lacking).unlink()
    copy.write(f"site/yururlukte/{lacking}", "<p>yeni</p>")
    assert _told(copy) == (
        f"site/1.1/{lacking}: this page of a published text is missing.{EXPORT}"
        f"site/yururlukte/{lacking}: this page does not belong to release 1.1.{EXPORT}"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("taahhüt etmektedir", "taahhüt etmemektedir", "the text on this page is not the text that was published."),
        (
            "<h1>Gizlilik Politikası</h1>",
            "<h1>Çerez Politikası</h1>",
            'the title on this page is "Çerez Politikası"; that of the published text is "Gizlilik Politikası".',
        ),
        (
            "<h1>Gizlilik Politikası</h1>",
            "",
            'the title on this page is missing; that of the published text is "Gizlilik Politikası".',
        ),
        (
            '<dd><time datetime="2026-11-22">22 Kasım 2026</time>',
            '<dd><time datetime="2026-11-21">21 Kasım 2026</time>',
            'the day of publication on this page is 2026-11-21 ("21 Kasım 2026"); in the register it is 2026-11-22.',
        ),
        (
            '<dd><time datetime="2026-11-23">23 Kasım 2026</time>',
            '<dd><time datetime="2026-11-23">1 Kasım 2026</time>',
            'the effective date on this page is 2026-11-23 ("1 Kasım 2026"); in the register it is 2026-11-23.',
        ),
        (
            '<dl class="facts">',
            "<dl>",
            "this page does not state when its text was published and when it takes effect.",
        ),
    ],
)
def test_a_page_must_show_what_was_published(copy: Project, old: str, new: str, message: str) -> None:
    for folder in ("1.1", "yururlukte"):
        copy.edit(f"site/{folder}/{POLICY}", old, new)
    assert _told(copy) == f"site/1.1/{POLICY}: {message}" + EXPORT


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"<!-- -->", "<p>\ud800</p>".encode("utf-8", "surrogatepass")])
def test_a_page_that_cannot_be_read_is_told(copy: Project, data: bytes) -> None:
    for folder in ("1.1", "yururlukte"):
        copy.write(f"site/{folder}/{POLICY}", data)
    told = _told(copy)
    assert f"site/1.1/{POLICY}: this page cannot be read as a web page (HTML in UTF-8).{EXPORT}" in told


def test_a_missing_page_is_told_and_not_counted(copy: Project) -> None:
    (copy.root / f"site/1.0/{POLICY}").unlink()
    assert _told(copy) == f"site/1.0/{POLICY}: this page of a published text is missing." + EXPORT
    assert json.loads(copy.run("verify", *TODAY, "site", "--json").out)["texts"] == 8


# Places


@pytest.mark.parametrize(
    "place", ["http://[", "http://", "https://a b/", "http://a:99999/", "http://a..b/", "http://%/"]
)
def test_what_is_no_web_address_is_told(published: Project, place: str) -> None:
    assert published.run("verify", *TODAY, place) == Told(
        1,
        "",
        f"{place}: this is not a web address.\n"
        "  Fix: write it as a browser shows it, such as https://www.example.com/.\n",
    )


def test_an_address_in_any_script_is_sent_in_ascii() -> None:
    assert web_address("https://örnek.com.tr/hukuki metinler/ç/") == (
        "https://xn--rnek-4qa.com.tr/hukuki%20metinler/%C3%A7/"
    )
    assert web_address("http://[::1]:8000/a%20b?x#y") == "http://[::1]:8000/a%20b/"
    with pytest.raises(Refused):
        web_address("http://\ud800/")


def test_a_server_that_is_not_there_is_told(published: Project) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        assert published.run("verify", *TODAY, address) == Told(
            1,
            "",
            f"{address}/register.json: it cannot be reached: Connection refused.\n"
            "  Fix: check the address and the network, then try again.\n",
        )


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"SSH-2.0-OpenSSH\r\n\r\n", "what answers there is not a web server."),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 99\r\n\r\n{", "the server broke off before the end of its answer."),
        (b"HTTP/1.0 503 Busy\r\n\r\n", "the server answers 503."),
        (b"HTTP/1.0 302 Found\r\nLocation: http://[\r\n\r\n", "it cannot be reached: "),
    ],
)
def test_an_odd_answer_is_told(published: Project, answer: bytes, message: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        told = published.run("verify", *TODAY, address)
        thread.join()
    assert (told.code, told.out) == (1, "")
    assert told.err.startswith(f"{address}/register.json: {message}")


def test_a_file_that_cannot_be_read_is_told(copy: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Path.read_bytes

    def read_bytes(self: Path) -> bytes:
        if self.as_posix() == f"site/1.0/{POLICY}":
            raise PermissionError(13, "Permission denied")
        return plain(self)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    assert copy.run("verify", *TODAY, "site") == Told(
        1, "", f"site/1.0/{POLICY}: this file cannot be read: Permission denied.\n  Fix: make it readable.\n"
    )


def test_a_folder_without_a_register_is_no_site(published: Project, tmp_path: Path) -> None:
    fix = "\n  Fix: name the folder or the address of a published site.\n"
    assert published.run("verify", *TODAY, str(tmp_path)) == Told(
        1, "", f"{tmp_path}: there is no register.json here.{fix}"
    )
    assert published.run("verify", *TODAY, "nowhere").err.startswith("nowhere: there is no such folder.\n")


def test_what_git_has_lost_is_told_in_its_words(ready: Project, capfd: pytest.CaptureFixture[str]) -> None:
    """A page whose bytes on this disk are spoilt: git ends in the midst of reading."""
    ready.git("repack", "-adq")
    [pack] = (ready.root / ".git/objects/pack").glob("*.pack")
    pages = ready.git("rev-parse", f"gh-pages:1.0/{POLICY}")
    verified = ready.git("verify-pack", "-v", str(pack.with_suffix(".idx"))).splitlines()
    size, offset = next(map(int, line.split()[3:5]) for line in verified if line.startswith(pages))
    pack.chmod(0o644)
    data = bytearray(pack.read_bytes())
    data[offset + size // 2 : offset + size // 2 + 4] = b"XXXX"
    pack.write_bytes(data)
    told = ready.run("verify", *TODAY)
    assert (told.code, told.out) == (1, "")
    assert told.err.startswith(f"gh-pages/1.0/{POLICY}: git cannot read it: "), told.err
    assert "corrupt" in told.err
    assert told.err.endswith("\n  Fix: do as git says (git fsck), then try again.\n")
    assert capfd.readouterr().err == ""
