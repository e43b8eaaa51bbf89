"""The commands as an editor and CI use them: what they answer, and with which exit code."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from threading import Thread

import jsonschema
import pytest

from tests.conftest import ROOT, Project, Told, environment, run
from yururluk.publish.export import server_of

SUMMARIES = ("--summary", "tr=Düzeltme.", "--summary", "en=Correction.")


def _change(project: Project) -> None:
    project.edit("docs/tr/gizlilik-politikasi.md", "IP adresleri, ayrıca", "IP adresleri ayrıca")


def test_every_command_explains_itself(tmp_path: Path) -> None:
    told = run(tmp_path, "--help")
    assert told.code == 0
    for command in ("status", "check", "release", "redline", "publish", "withdraw", "export", "serve", "verify"):
        assert f"  {command} " in told.out
        assert run(tmp_path, command, "--help").code == 0


@pytest.mark.parametrize("port", ["-1", "65536", "99999999", "abc"])
def test_a_port_that_is_none_is_a_wrong_call(tmp_path: Path, port: str) -> None:
    told = run(tmp_path, "serve", "--port", port)
    assert told.code == 2
    assert "--port" in told.err


def test_a_wrong_call_exits_2(project: Project) -> None:
    assert project.run("publish", "--today", "2026-02-30").code == 2
    assert project.run("redline", "1.0").code == 2
    assert project.run("no-such-command").code == 2


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("01.03.2027", "2027-03-01"),
        ("1.3.2027", "2027-03-01"),
        ("1 Mart 2027", "2027-03-01"),
        ("March 1, 2027", "2027-03-01"),
        ("1 Mar 2027", "2027-03-01"),
        ("2027/03/01", "2027-03-01"),
        ("31/03/2027", "2027-03-31"),
        ("01/03/2027", "2027-03-01 / 2027-01-03"),
    ],
)
def test_a_day_as_people_write_it_is_answered_with_the_form_to_write(project: Project, written: str, days: str) -> None:
    message = f'"{written}" is not a date of the form YYYY-MM-DD: write {days}'
    assert message in project.run("status", "--on", written).err
    assert f"{message}.\n" in project.run("release", "2.1", "--effective", written).err
    project.edit("releases/2.0/release.yml", "effective: 2027-01-01", f"effective: {written}")
    assert f'releases/2.0/release.yml:3: "effective" is wrong: {message}.\n' in project.run("check").out


def test_help_is_in_the_readers_language(project: Project) -> None:
    with environment(LC_ALL="tr_TR.UTF-8"):
        told = project.run("withdraw", "--help")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("Kullanım: yururluk withdraw [OPTIONS] VERSION\n\n  VERSION sürümünü geri çeker: ")
    assert "  --reason TEXT   Gerekçe, okuyucu için bir cümle.  [required]\n" in told.out
    assert "Seçenekler:" in told.out
    assert project.run("withdraw", "--lang", "tr", "--help").out == told.out
    assert project.run("withdraw", "--help").out.startswith("Usage: yururluk withdraw [OPTIONS] VERSION\n")


@pytest.mark.parametrize(
    ("command", "english", "turkish"),
    [
        (("release",), "'VERSION' is missing.", "'VERSION' eksik."),
        (("nosuch",), 'there is no command "nosuch".', '"nosuch" diye bir komut yok.'),
        (("publish", "--foo"), "there is no option --foo.", "--foo diye bir seçenek yok."),
        (
            ("publish", "--pus"),
            "there is no option --pus. Is --push meant?",
            "--pus diye bir seçenek yok. --push mi demek istediniz?",
        ),
        (("status", "x"), "there is one word too many: x.", "fazladan sözcük var: x."),
        (
            ("redline", "1", "2", "--format", "x"),
            "'--format': choose one of: html, json, text, markdown, docx, pdf.",
            "'--format': şunlardan birini seçin: html, json, text, markdown, docx, pdf.",
        ),
        (
            ("publish", "--register", "no"),
            "'--register': there is no such file or folder.",
            "'--register': böyle bir dosya veya klasör yok.",
        ),
    ],
)  # fmt: skip
def test_a_wrong_call_is_answered_in_the_readers_language(
    project: Project, command: tuple[str, ...], english: str, turkish: str
) -> None:
    told = project.run(*command)
    assert (told.code, told.out, told.err.splitlines()[-1]) == (2, "", english)
    with environment(LC_ALL="tr_TR.UTF-8"):
        assert project.run(*command).err.splitlines()[-1] == turkish


def test_status_tells_what_is_in_force_on_a_day_before_anything_is_published_here(project: Project) -> None:
    told = project.run("status", "--on", "2026-12-01", "--json")
    assert told.code == 0
    answer = json.loads(told.out)
    assert (answer["in_force"], answer["upcoming"], answer["superseded"]) == ("1.1", ["2.0"], ["1.0"])
    assert answer["documents"] == [
        {"document": "aydinlatma-metni", "in_force": "1.1"},
        {"document": "gizlilik-politikasi", "in_force": "1.1"},
    ]
    assert [(row["version"], row["in_force"]) for row in answer["releases"]] == [
        ("2.0", [["2027-01-01", None]]),
        ("1.1", [["2026-11-23", "2026-12-31"]]),
        ("1.0", [["2026-11-22", "2026-11-22"]]),
    ]
    table = project.run("status", "--on", "2026-12-01").out
    assert "│ first day in force │ last day in force │" in table.replace("┃", "│")
    assert "│ 1.1     │ in force   │ 2026-11-22 │ 2026-11-23 │ 2026-11-23         │ 2026-12-31        │" in table
    assert json.loads(project.run("status", "--on", "2026-11-21", "--json").out)["in_force"] is None


def test_check_finds_nothing_wrong_with_our_own_texts(project: Project) -> None:
    told = project.run("check", "--json")
    answer = json.loads(told.out)
    assert told.code == 0, answer
    assert answer["ok"]


def test_check_against_a_base_finds_a_release_that_was_edited(project: Project) -> None:
    project.edit("releases/1.0/release.yml", "material: true", "material: false")
    told = project.run("check", "--base", "HEAD")
    assert told.code == 1
    assert (
        "releases/1.0/release.yml: this file of a release was changed since HEAD.\n"
        "  Fix: restore it: git checkout HEAD -- releases/1.0/release.yml; "
        "a new text belongs in docs/ and in a new release.\n"
    ) in told.out
    assert project.run("check", "--base", "nowhere").err == (
        'there is no commit "nowhere" here.\n'
        "  Fix: name a commit or a branch that this clone has; CI must fetch it first.\n"
    )


@pytest.mark.parametrize("version", ["../x", ".git", "latest", "1.0 ", "", "1.2.3.4", "v1", "١.٠", "1.0\n"])
def test_release_refuses_what_is_no_version(project: Project, version: str) -> None:
    _change(project)
    told = project.run("release", version, "--editorial", *SUMMARIES)
    shown = version.replace("\n", r"\x0a")  # so that no name can forge a line of the answer
    assert told == Told(
        1, "", f'"{shown}" is not a version.\n  Fix: use one to three numbers with dots, such as 2.1.\n'
    )
    assert project.git("status", "--porcelain") == "M docs/tr/gizlilik-politikasi.md"


def test_release_without_changes_is_refused(project: Project) -> None:
    told = project.run("release", "2.1", "--editorial", *SUMMARIES)
    assert told == Told(
        1,
        "",
        "docs: the drafts are the same as release 2.0: there is nothing to release.\n  Fix: change a draft first.\n",
    )


def test_release_says_all_that_is_missing_at_once(project: Project) -> None:
    _change(project)
    told = project.run("release", "2.0")
    assert told.err == (
        "it is not said whether the change is material.\n"
        "  Fix: add --material for an important change, or --editorial for wording only.\n"
        "the summary is missing in English.\n"
        '  Fix: say what changed, for the customer: --summary en="…".\n'
        "the summary is missing in Turkish.\n"
        '  Fix: say what changed, for the customer: --summary tr="…".\n'
        "releases/2.0: this release exists already.\n"
        "  Fix: give it another version; or, if it is not published: `yururluk release --again 2.0`.\n"
    )


def test_release_of_an_impossible_date_in_a_release_file_names_the_line(project: Project) -> None:
    project.edit("releases/2.0/release.yml", "effective: 2027-01-01", "effective: 2026-02-30")
    told = project.run("check")
    assert told.code == 1
    assert (
        'releases/2.0/release.yml:3: "effective" is wrong: 2026-02-30 is not a day of the calendar.\n'
        "  Fix: write it as effective: on-publication, or effective: 2027-01-01\n"
    ) in told.out


def test_release_freezes_the_drafts_byte_for_byte(project: Project) -> None:
    _change(project)
    told = project.run(
        "release", "2.1", "--today", "2026-11-24", "--effective", "2027-03-01", "--editorial", *SUMMARIES
    )
    assert told.code == 0, told.err
    for draft in sorted((project.root / "docs").rglob("*.md")):
        frozen = project.root / "releases/2.1" / draft.relative_to(project.root / "docs")
        assert frozen.read_bytes() == draft.read_bytes()
    assert project.read("releases/2.1/release.yml").startswith(
        'version: "2.1"\neffective: 2027-03-01\nmaterial: false\nrendering: 2\n'
        "summary:\n  tr: Düzeltme.\n  en: Correction.\ndigests:\n"
    )
    assert project.run("check", "--today", "2026-11-24").code == 0


def test_release_prints_what_check_has_to_say(project: Project) -> None:
    project.edit("docs/tr/gizlilik-politikasi.md", "IP adresleri, ayrıca", "IP adresleri 30 gün boyunca, ayrıca")
    project.edit("docs/en/gizlilik-politikasi.md", "IP addresses", "for 30 days IP addresses")
    told = project.run("release", "2.1", "--today", "2026-11-24", "--editorial", *SUMMARIES)
    assert told.code == 0, told.err
    assert (
        "releases/2.1/release.yml:3: warning: the release is marked editorial, but in "
        "releases/2.1/tr/gizlilik-politikasi.md it changes: ∅ → 30 gün"
    ) in told.out
    assert "before release 2.0 on 2027-01-01" in told.out
    assert told.out.endswith(
        "Until it is published, `yururluk release --again 2.1` freezes it again.\n"
        "Next: git add releases/2.1, commit, and `yururluk publish`.\n"
    )


def test_a_document_without_a_draft_ends_only_where_that_is_said(project: Project) -> None:
    for locale in ("tr", "en"):
        (project.root / f"docs/{locale}/aydinlatma-metni.md").unlink()
    assert project.run("release", "2.1", "--material", *SUMMARIES) == Told(
        1,
        "",
        "docs/tr/aydinlatma-metni.md: release 2.0 has this document, and the drafts have it no longer.\n"
        "  Fix: copy releases/2.0/tr/aydinlatma-metni.md back here; if it is to end: --end aydinlatma-metni.\n",
    )
    assert project.run("release", "2.1", "--material", *SUMMARIES, "--end", "aydinlatma-metni", "--end", "x").err == (
        '"x" is no document that ends with this release.\n  Fix: the documents without a draft: aydinlatma-metni.\n'
    )
    assert project.run("release", "2.1", "--material", *SUMMARIES, "--end", "aydinlatma-metni").code == 0


def test_a_release_that_is_not_published_is_frozen_again(project: Project) -> None:
    _change(project)
    assert project.run("release", "2.1", "--editorial", "--effective", "2027-03-01", *SUMMARIES).code == 0
    before = project.read("releases/2.1/release.yml")
    project.edit("docs/tr/gizlilik-politikasi.md", "temas kurmak", "iletişim kurmak")
    told = project.run("release", "--again", "2.1", "--summary", "tr=Yeni.")
    assert told.code == 0, told.err
    after = project.read("releases/2.1/release.yml")
    assert after.split("digests")[0] == before.replace("tr: Düzeltme.", "tr: Yeni.").split("digests")[0]
    assert "iletişim kurmak" in project.read("releases/2.1/tr/gizlilik-politikasi.md")
    assert project.run("release", "--again", "2.0").err == (
        "releases/2.0: release 2.0 is published, and stays as it is.\n  Fix: give the change a version of its own.\n"
    )
    assert project.run("release", "--again", "3.0").err == (
        'there is no release "3.0".\n  Fix: the releases are: 1.0, 1.1, 2.0, 2.1.\n'
    )


def test_a_correction_of_the_text_in_force_goes_into_the_upcoming_release_too(ready: Project) -> None:
    _change(ready)
    summaries = ("--editorial", *SUMMARIES, "--today", "2026-11-24")
    assert ready.run("release", "2.0.1", "--from", "1.1", *summaries).err == (
        "a correction of release 1.1 comes before release 2.0.\n  Fix: give it the version 1.1.1.\n"
    )
    told = ready.run("release", "1.1.1", "--from", "1.1", *summaries)
    assert told.code == 0, told.err
    due = (
        "From 2027-01-01 on, release 2.0 would govern again, without what release 1.1.1 changes.\n"
        "  Fix: freeze release 2.0.1 with the same correction, effective on 2027-01-01: `yururluk check --fix` "
        "does it.\n"
    )
    assert due in told.out
    fixed = ready.run("check", "--fix", "--today", "2026-11-24")
    assert (fixed.code, fixed.err, due in fixed.out) == (
        0,
        "Frozen as releases/2.0.1, which has the correction too. Commit it.\n",
        False,
    )
    changed = set(_lines(ready, "docs")) ^ set(_lines(ready, "releases/2.0"))
    for old, new in (("1.1", "1.1.1"), ("2.0", "2.0.1")):
        assert set(_lines(ready, f"releases/{old}")) ^ set(_lines(ready, f"releases/{new}")) == changed
    assert "effective: 2027-01-01\nmaterial: true\n" in ready.read("releases/2.0.1/release.yml")
    assert ready.run("check", "--fix", "--today", "2026-11-24").err == ""
    assert "only the wording" not in ready.run("notice", "2.0.1", "--locale", "en", "--today", "2026-11-24").out


def test_a_release_says_of_each_document_whether_its_change_is_important(ready: Project) -> None:
    _change(ready)
    ready.edit("docs/tr/aydinlatma-metni.md", "kısmen otomatik yollarla", "kısmen otomatik yollar ile")
    given = ("--material-only", "aydinlatma-metni", *SUMMARIES, "--today", "2026-11-24")
    assert ready.run("release", "2.1", "--material-only", "yok", *SUMMARIES).err == (
        'there is no draft of a document "yok".\n  Fix: the documents are: aydinlatma-metni, gizlilik-politikasi.\n'
    )
    assert ready.run("release", "2.1", "--effective", "2027-02-01", *given).code == 0
    weights = "material:\n  aydinlatma-metni: true\n  gizlilik-politikasi: false\n"
    assert weights in ready.read("releases/2.1/release.yml")
    ready.run("release", "2.1", "--again", "--today", "2026-11-24")
    assert weights in ready.read("releases/2.1/release.yml")
    ready.edit("releases/2.1/release.yml", "gizlilik-politikasi: false", "cerez: false")
    assert (
        'releases/2.1/release.yml:3: material does not say whether the change of "gizlilik-politikasi" is important.\n'
        "  Fix: add gizlilik-politikasi: true, or gizlilik-politikasi: false.\n"
    ) in (told := ready.run("check", "--today", "2026-11-24").out)
    assert (
        'releases/2.1/release.yml:3: material names "cerez", which is no document of the release.\n'
        "  Fix: remove it; the documents are: aydinlatma-metni, gizlilik-politikasi.\n"
    ) in told
    ready.edit("releases/2.1/release.yml", "cerez: false", "gizlilik-politikasi: false")
    ready.commit()
    assert ready.run("publish", "--today", "2026-11-24").code == 0
    entry = json.loads(ready.git("show", "gh-pages:register.json"))["entries"][-1]
    assert (entry["material"], {text["id"]: text["material"] for text in entry["documents"]}) == (
        True,
        {"aydinlatma-metni": True, "gizlilik-politikasi": False},
    )
    answer = json.loads(ready.git("show", "gh-pages:api/v1/gizlilik-politikasi/2.1.json"))
    assert (answer["version"], answer["material"]) == ("2.1", False)


def test_a_correction_names_the_releases_that_can_be_frozen_again_with_it(ready: Project) -> None:
    ready.edit("docs/tr/gizlilik-politikasi.md", "temas kurmak", "iletişim kurmak")
    given = ("--editorial", *SUMMARIES, "--today", "2026-11-24")
    assert ready.run("release", "3.0", "--effective", "2027-03-01", *given).code == 0
    _change(ready)
    told = ready.run("release", "1.1.1", "--from", "1.1", *given)
    assert told.code == 0, told.err
    assert "Release 3.0 has no such correction yet: `yururluk release --again 3.0`.\n" in told.out


def test_a_correction_of_a_passage_that_the_upcoming_release_changes_is_refused(project: Project) -> None:
    path = "docs/tr/gizlilik-politikasi.md"
    passage = next(line for line in _lines(project, "docs") if line not in _lines(project, "releases/1.1"))
    project.edit(path, passage, passage + " Ek.")
    assert project.run("release", "1.1.1", "--from", "1.1", "--editorial", *SUMMARIES).err == (
        f"{path}: the correction is of a passage that has other words in releases/1.1/tr/gizlilik-politikasi.md.\n"
        "  Fix: put releases/1.1/tr/gizlilik-politikasi.md with the correction into docs/, freeze it so, and restore "
        "docs/ afterwards.\n"
    )


def _lines(project: Project, folder: str) -> list[str]:
    text = project.read(f"{folder}/tr/gizlilik-politikasi.md").partition("\n---\n")[2]
    return [line for line in text.split("\n") if line and not line.startswith("#")]


def test_redline_shows_what_changed_in_text_and_html(project: Project) -> None:
    told = project.run("redline", "1.1", "2.0", "--document", "gizlilik-politikasi")
    assert told.code == 0
    assert told.out.startswith("gizlilik-politikasi: 1.1 → 2.0\n")
    assert "{+" in told.out
    assert "[-Şirket-] {+DinamikCRM+}" in told.out
    assert "\x1b" not in told.out, "no colours in a pipe"
    html = project.run("redline", "1.1", "docs", "--locale", "en", "--format", "html").out
    assert html.startswith("<!doctype html>")
    assert "http://" not in html
    assert "https://" not in html


def test_redline_as_json_follows_the_published_schema(project: Project) -> None:
    schema = json.loads((ROOT / "hooks/yururluk/redline/redline.schema.json").read_text(encoding="utf-8"))
    told = project.run("redline", "1.1", "2.0", "--format", "json")
    assert (told.code, told.err) == (0, "")
    answer = json.loads(told.out)
    assert [(one["document"], one["old"], one["new"]) for one in answer] == [
        ("aydinlatma-metni", "1.1", "2.0"),
        ("gizlilik-politikasi", "1.1", "2.0"),
    ]
    for one in answer:
        jsonschema.validate(one["redline"], schema)
        assert one["redline"]["changes"]


def test_redline_as_markdown_is_critic_markup_of_both_texts(project: Project) -> None:
    told = project.run("redline", "1.1", "2.0", "--document", "gizlilik-politikasi", "--format", "markdown")
    assert told.code == 0
    assert "{--Şirket,--}{++DinamikCRM,++}" in told.out


def test_redline_of_two_files(project: Project) -> None:
    project.write("a.md", "Süre 10 gündür.\n")
    project.write("b.md", "Süre 15 gündür.\n")
    told = project.run("redline", "a.md", "b.md")
    assert told.out == "b: a.md → b.md\n\n  Değişti: [-10-] {+15+}\n"
    assert project.run("redline", "a.md", "a.md").out == "a: a.md → a.md\n\nNo changes.\n"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("9.9", "docs", 'there is no release "9.9".\n  Fix: the releases are: 1.0, 1.1, 2.0.\n'),
        (
            "1.0",
            "missing.md",
            (
                "missing.md: this cannot be read: No such file or directory.\n"
                "  Fix: name a version such as 1.1, `docs` for the drafts, or a Markdown file.\n"
            ),
        ),
        (
            "1.0",
            "latin.md",
            (
                "latin.md:2: the file is not valid UTF-8 (byte 0xfc).\n"
                '  Fix: save the file as UTF-8; in an editor: "Save with encoding", UTF-8.\n'
            ),
        ),
    ],
)
def test_redline_says_which_side_cannot_be_had(project: Project, old: str, new: str, message: str) -> None:
    project.write("latin.md", "ilk\nyürürlük".encode("latin-1"))
    assert project.run("redline", old, new) == Told(1, "", message)


def test_redline_writes_to_a_file(project: Project) -> None:
    told = project.run("redline", "1.1", "2.0", "--format", "html", "-o", "out.html")
    assert (told.code, told.out) == (0, "")
    assert project.read("out.html").startswith("<!doctype html>")


def test_the_served_site_has_its_own_404(site: Path) -> None:
    with server_of(site, 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        with urllib.request.urlopen(f"{base}/1.1/") as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{base}/1.1/yok/")
        assert caught.value.code == 404
        assert b"<html" in caught.value.read()
        caught.value.close()
        server.shutdown()


def test_a_port_in_use_is_told(published: Project, site: Path) -> None:
    with server_of(site, 0) as server:
        told = published.run("serve", "--port", str(server.server_port))
    assert told.code == 1
    assert told.err.startswith(f"port {server.server_port} cannot be used: Address already in use.\n")


def test_withdraw_of_an_unknown_release_names_the_known_ones(project: Project) -> None:
    assert project.run("withdraw", "7.0", "--reason", "x") == Told(
        1, "", 'there is no release "7.0".\n  Fix: the releases are: 1.0, 1.1, 2.0.\n'
    )


def test_every_command_speaks_the_language_asked_for(project: Project) -> None:
    """Answers, refusals, wrong calls and what the machine refuses alike; --lang goes before the environment."""
    told = project.run("status", "--on", "2026-12-01", "--lang", "tr")
    assert told.out.startswith("2026-12-01 itibarıyla")
    assert "gizlilik-politikasi: 1.1 sürümü yürürlükte\n" in told.out
    told = project.run("withdraw", "7.0", "--reason", "x", "--lang", "tr")
    assert told.err == "“7.0” numaralı bir sürüm yok.\n  Çözüm: sürümler: 1.0, 1.1, 2.0.\n"
    told = project.run("verify", "--page", "mkdocs.yml", "--lang", "tr")
    assert told.code == 2
    assert "--page ve --register birlikte kullanılır." in told.err
    told = project.run("redline", "1.1", "2.0", "--lang", "tr", "--format", "html", "-o", "no-folder/out.html")
    assert told.code == 1
    assert told.err.endswith("  Çözüm: diske ve izinlere bakın, sonra yeniden deneyin.\n")
