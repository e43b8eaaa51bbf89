"""Pictures and other files to which a text refers: frozen with it, shown where it is, and the same for good."""

from __future__ import annotations

import contextlib
import hashlib
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser

from tests.conftest import Project
from yururluk.core.register import REGISTER_FILE
from yururluk.publish.export import server_of

DRAFT = "docs/tr/gizlilik-politikasi.md"
SUMMARY = ("--summary", "tr=Akış şeması eklendi.", "--summary", "en=A chart was added.")


def _png(shade: int) -> bytes:
    """A picture of one grey point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes([0, shade]))) + chunk(b"IEND", b"")


PICTURE = _png(10)
DIGEST = hashlib.sha256(PICTURE).hexdigest()


@pytest.fixture
def illustrated(ready: Project) -> Project:
    """A published project whose drafts show a picture and link to a form."""
    ready.write("docs/assets/akis.png", PICTURE)
    ready.write("docs/assets/basvuru-formu.pdf", b"%PDF-1.7 form")
    for locale in ("tr", "en"):
        ready.write(
            f"docs/{locale}/gizlilik-politikasi.md",
            ready.read(f"docs/{locale}/gizlilik-politikasi.md")
            + "\n![Verilerin akışı](../assets/akis.png)\n\n[Form](../assets/basvuru-formu.pdf)\n",
        )
    ready.commit("Draw")
    return ready


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[str]:
    with server_of(folder, 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_picture_is_frozen_with_the_text_shown_and_proved(illustrated: Project, browser: Browser) -> None:
    told = illustrated.run("release", "2.1", "--editorial", *SUMMARY)
    assert told.code == 0, told.err
    assert (illustrated.root / "releases/2.1/assets/akis.png").read_bytes() == PICTURE
    assert f"assets/akis.png: sha256:{DIGEST}" in illustrated.read("releases/2.1/release.yml")
    illustrated.commit("Release 2.1")
    told = illustrated.run("publish", "--today", "2026-11-24")
    assert told.code == 0, told.err
    entry = json.loads(illustrated.page(REGISTER_FILE))["entries"][-1]
    assert entry["assets"] == {"akis.png": DIGEST, "basvuru-formu.pdf": hashlib.sha256(b"%PDF-1.7 form").hexdigest()}
    told = illustrated.run("verify", "--today", "2026-11-24")
    assert told.code == 0, told.out
    told = illustrated.run("evidence", "2.1", "--output", "delil.zip")
    assert told.code == 0, told.err
    zipfile.ZipFile(illustrated.root / "delil.zip").extractall(illustrated.root / "delil")
    commands = illustrated.read("delil/README.txt").partition("PowerShell")[0]
    typed = "\n".join(line[4:] for line in commands.splitlines() if line.startswith("    "))
    said = subprocess.run(
        ["sh"], input=typed, cwd=illustrated.root / "delil", capture_output=True, text=True, check=False
    )
    assert "assets/2.1/akis.png: OK, entries/000004.json\n" in said.stdout
    assert illustrated.run("export", "site").code == 0
    failed: list[str] = []
    page = browser.new_page()
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    with _served(illustrated.root / "site") as address:
        for path in ("2.1/", "2.1/en/", "2.1/degisiklikler/", "2.1/en/degisiklikler/", "yururlukte/"):
            page.goto(f"{address}{path}gizlilik-politikasi/")
            shown = page.locator('img[alt="Verilerin akışı"]')
            shown.first.scroll_into_view_if_needed()
            assert shown.first.evaluate("one => one.naturalWidth") == 1, path
        for path in ("", "en/"):
            page.goto(f"{address}{path}karsilastir/?belge=gizlilik-politikasi&eski=1.1&yeni=2.1")
            shown = page.locator('#compare-text img[alt="Verilerin akışı"]')
            shown.wait_for()
            assert shown.evaluate("one => one.src") == f"{address}assets/akis.png"
    page.close()
    assert failed == []


def test_drafts_show_a_picture_too(illustrated: Project) -> None:
    command = [str(Path(sys.executable).with_name("mkdocs")), "build", "--quiet", "--site-dir", "draft"]
    subprocess.run(command, cwd=illustrated.root, check=True, capture_output=True)
    assert (illustrated.root / "draft/assets/akis.png").read_bytes() == PICTURE
    assert 'src="../assets/akis.png"' in illustrated.read("draft/gizlilik-politikasi/index.html")
    assert 'src="../../assets/akis.png"' in illustrated.read("draft/en/gizlilik-politikasi/index.html")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (
            "![Akış](../assets/yok.png)",
            "there is no file docs/assets/yok.png.\n  Fix: put it there, or correct the name.",
        ),
        (
            "[Form](../assets/form.svg)",
            (
                'the file "../assets/form.svg" cannot go with a text.\n'
                "  Fix: use PNG, JPEG, WebP, GIF or PDF, under a name of small letters, digits and hyphens."
            ),
        ),
        (
            "![Akış](akis.png)",
            (
                'the image "akis.png" is not beside the page of this text.\n'
                "  Fix: put it into docs/assets/ and write ../assets/ and its name."
            ),
        ),
    ],
)
def test_a_file_that_is_not_there_or_may_not_be_is_named(project: Project, address: str, told: str) -> None:
    project.write(DRAFT, project.read(DRAFT) + f"\n{address}\n")
    answer = project.run("check")
    assert answer.code == 1
    assert told in answer.out


def test_another_picture_needs_another_name(illustrated: Project) -> None:
    assert illustrated.run("release", "2.1", "--editorial", *SUMMARY).code == 0
    illustrated.commit("Release 2.1")
    illustrated.write("docs/assets/akis.png", _png(200))
    answer = illustrated.run("check")
    errors = [
        one for one in json.loads(illustrated.run("check", "--json").out)["problems"] if one["severity"] == "error"
    ]
    assert [one["rule"] for one in errors] == ["asset"]
    assert (
        "docs/assets/akis.png: release 2.1 was frozen with another file of this name.\n"
        "  Fix: give the new file a name of its own, and refer to that.\n"
    ) in answer.out
    illustrated.write("docs/assets/akis-2.png", _png(200))
    illustrated.write("docs/assets/akis.png", PICTURE)
    for locale in ("tr", "en"):
        illustrated.edit(f"docs/{locale}/gizlilik-politikasi.md", "akis.png", "akis-2.png")
    assert illustrated.run("release", "2.2", "--editorial", *SUMMARY).code == 0
    shown = illustrated.run("redline", "2.1", "2.2", "--document", "gizlilik-politikasi", "--format", "html").out
    assert shown.count('data-redline-kind="format"') > 0


def test_a_picture_that_is_too_big_is_refused(illustrated: Project) -> None:
    illustrated.write("docs/assets/akis.png", PICTURE + bytes(2_000_000))
    answer = illustrated.run("release", "2.1", "--editorial", *SUMMARY)
    assert answer.code == 1
    assert (
        "docs/assets/akis.png: this file has 2.0 MB.\n  Fix: make it smaller than 2 MB: pages are read on telephones.\n"
    ) in answer.err


@pytest.mark.parametrize("change", ["altered", "removed", "altered along with its digest"])
def test_a_frozen_picture_that_was_changed_stops_the_publish(illustrated: Project, change: str) -> None:
    assert illustrated.run("release", "2.1", "--editorial", *SUMMARY).code == 0
    illustrated.commit("Release 2.1")
    assert illustrated.run("publish", "--today", "2026-11-24").code == 0
    file = illustrated.root / "releases/2.1/assets/akis.png"
    if change == "removed":
        file.unlink()
    else:
        file.write_bytes(_png(200))
    if "digest" in change:
        illustrated.edit("releases/2.1/release.yml", DIGEST, hashlib.sha256(_png(200)).hexdigest())
    illustrated.commit("Forge")
    answer = illustrated.run("publish", "--today", "2026-11-25")
    assert answer.code == 1
    assert {
        "altered": "releases/2.1/assets/akis.png: this frozen file was changed after its release.",
        "removed": "the frozen file assets/akis.png has been removed.",
        "altered along with its digest": (
            "releases/2.1/assets/akis.png: this file was changed after release 2.1 was published on 2026-11-24."
        ),
    }[change] in answer.err
