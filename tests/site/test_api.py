"""The answers for programs: as described, complete, leading somewhere, and never changed once they are out."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.conftest import ROOT, Project
from tests.helpers.builders import SETTINGS, day, moment, release, text
from tests.helpers.golden_api import FOLDER, golden_files
from yururluk.core.in_force import State
from yururluk.core.model import DocumentType, Release, Translation, Withdrawal
from yururluk.core.register import Register
from yururluk.core.settings import read_settings
from yururluk.lineage.clause_text import content_of
from yururluk.publish.plan import Plan, plan
from yururluk.site.search import plain_texts
from yururluk.text.blocks import document_of

API = "api/v1/"


def _files(made: Plan) -> dict[str, bytes]:
    return {path: data for part in made.parts for path, data in part.make().items()}


def _plan(releases: tuple[Release, ...], on: int, register: Register | None = None) -> Plan:
    return plan(releases, register or Register(), moment(on), SETTINGS, "code")


def _answer(made: Plan, path: str) -> Any:
    return json.loads(_files(made)[API + path])


def _schema_name(path: str) -> str:
    name = path.removeprefix(API).removesuffix(".json")
    if "/" not in name:
        return name
    last = name.rpartition("/")[2]
    return last if last in ("in-force", "on", "versions") else "version"


# As described


def _answers(site: Path) -> Iterator[tuple[str, Any]]:
    for file in sorted((site / API).rglob("*.json")):
        path = file.relative_to(site).as_posix()
        if "/schemas/" not in path and path not in (f"{API}openapi.json", f"{API}register.json"):
            yield path, json.loads(file.read_bytes())


def test_every_answer_of_the_published_site_fits_its_schema(site: Path) -> None:
    seen = set()
    for path, answer in _answers(site):
        name = _schema_name(path)
        schema = json.loads((site / API / "schemas" / f"{name}.json").read_bytes())
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema, format_checker=FormatChecker())
        assert [error.message for error in validator.iter_errors(answer)] == [], path
        seen.add(name)
    assert seen == {"index", "documents", "releases", "in-force", "on", "versions", "version"}


def test_an_answer_that_says_more_or_less_does_not_fit_its_schema(site: Path) -> None:
    schema = json.loads((site / API / "schemas/in-force.json").read_bytes())
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    right = json.loads((site / API / "gizlilik-politikasi/in-force.json").read_bytes())
    assert validator.is_valid(right)
    for wrong in ({**right, "more": 1}, {k: v for k, v in right.items() if k != "version"}, {**right, "version": "x"}):
        assert not validator.is_valid(wrong)


def test_the_openapi_description_is_valid_and_has_every_file_and_no_other(site: Path) -> None:
    told = json.loads((site / API / "openapi.json").read_bytes())
    assert told["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(told).validate()
    assert told["servers"] == [{"url": "https://www.dinamikcrm.com/api/v1"}]
    files = {
        "/" + file.relative_to(site / API).as_posix()
        for file in (site / API).rglob("*")
        if file.is_file() and file.parent.name != "schemas" and file.name != "openapi.json"
    }
    described = {
        path: re.compile(
            re.escape(path)
            .replace(r"\{document\}", "[a-z0-9-]+")
            .replace(r"\{version\}", r"[0-9.]+")
            .replace(r"\{locale\}", "[a-z]{2}")
        )
        for path in told["paths"]
    }
    patterns = described.values()
    assert [file for file in files if not any(pattern.fullmatch(file) for pattern in patterns)] == []
    assert [path for path, pattern in described.items() if not any(map(pattern.fullmatch, files))] == []


def test_the_description_names_the_documents_and_versions_of_the_site_and_the_words_of_the_model(site: Path) -> None:
    components = json.loads((site / API / "openapi.json").read_bytes())["components"]
    parameters = components["parameters"]
    documents = json.loads((site / API / "documents.json").read_bytes())["documents"]
    releases = json.loads((site / API / "releases.json").read_bytes())["releases"]
    assert parameters["document"]["schema"]["enum"] == [one["document"] for one in documents]
    assert parameters["version"]["schema"]["enum"] == [one["version"] for one in releases]
    assert parameters["version"]["example"] == releases[-1]["version"]
    assert parameters["locale"]["schema"]["enum"] == ["en"]
    for kind in (DocumentType, State, Translation):
        assert components["schemas"][kind.__name__]["enum"] == [one.value for one in kind if one != "page"]


def test_every_address_in_an_answer_leads_to_a_file_of_the_site(site: Path, published: Project) -> None:
    base = read_settings(published.root).site_url
    for path, answer in [*_answers(site), ("openapi", json.loads((site / API / "openapi.json").read_bytes()))]:
        for address in _addresses(answer):
            if "{" in address or not address.startswith(base) or path == "openapi":
                continue
            target = site / address.removeprefix(base)
            assert (target / "index.html" if address.endswith("/") else target).is_file(), (path, address)


def _addresses(answer: object) -> Iterator[str]:
    if isinstance(answer, str) and answer.startswith("http"):
        yield answer
    elif isinstance(answer, Mapping):
        for value in answer.values():
            yield from _addresses(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from _addresses(value)


def test_the_register_is_the_same_byte_for_byte(site: Path) -> None:
    assert (site / API / "register.json").read_bytes() == (site / "register.json").read_bytes()


def test_the_answers_are_those_that_others_rely_on() -> None:
    """See tests/helpers/golden_api.py; a change here is a change for every program that asks."""
    made = golden_files()
    kept = {file.relative_to(FOLDER).as_posix(): file.read_bytes() for file in FOLDER.rglob("*") if file.is_file()}
    assert sorted(made) == sorted(kept)
    for path, data in made.items():
        assert data.decode() == kept[path].decode(), path


def test_an_answer_has_no_room_between_its_names(site: Path) -> None:
    """Each release adds some that stay for ever."""
    for file in (site / API / "gizlilik-politikasi").glob("*.json"):
        data = file.read_bytes()
        compact = json.dumps(json.loads(data), ensure_ascii=False, separators=(",", ":"))
        assert data == compact.encode() + b"\n", file


# Complete


def test_a_digest_is_that_of_the_frozen_file_and_the_clauses_hold_every_word(site: Path, published: Project) -> None:
    for file in sorted((published.root / "releases").rglob("*.md")):
        version, locale, name = file.parts[-3:]
        answer = json.loads((site / API / name.removesuffix(".md") / f"{version}.json").read_bytes())
        told = answer["texts"][locale]
        assert told["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
        content = content_of(file.read_text(encoding="utf-8"))
        assert [clause["id"] for clause in told["clauses"]] == [clause.id for clause in content.clauses]
        assert [clause["number"] for clause in told["clauses"]] == [c.number for c in content.clauses]
        for clause, wanted in zip(told["clauses"], content.clauses, strict=True):
            marks = re.sub(r"(?m)^\s*(?:•|\w+\.) | \| ", " ", clause["text"])
            assert _letters(marks) == _letters(" ".join(wanted.blocks)), clause["id"]
            assert clause["heading"] == wanted.title


def _letters(words: str) -> str:
    return "".join(letter for letter in words if letter.isalnum())


MIXED = """Giriş<br>ikinci satır[^n].

## Madde 3 – Başlık *eğik*

> Alıntı
>
> ## Alıntıdaki başlık

3. üç
4. dört
    - iç

Terim
:   Tanım

```
kod  satırı
```

| A | B |
| --- | --- |
| bir<br>iki | üç |

[^n]: Notun sözü.
"""


def test_plain_text_reads_as_the_page_shows_it() -> None:
    outline = document_of(text(MIXED).source)
    opening, words = plain_texts(outline)
    assert opening == "Giriş\nikinci satır[1].\n[1] Notun sözü."
    _, only = outline.sections
    assert (only.number, only.printed, only.title) == ("3", "Madde 3 –", "Başlık eğik")
    assert words.split("\n") == [
        "> Alıntı",
        "> Alıntıdaki başlık",
        "3. üç",
        "4. dört",
        "  • iç",
        "Terim",
        "  Tanım",
        "kod  satırı",
        "A | B",
        "bir / iki | üç",
    ]


def test_a_footnote_that_nothing_refers_to_is_not_lost() -> None:
    assert plain_texts(document_of(text("## A\n\n[^2]: Yetim.").source)) == ["", "[2] Yetim."]
    assert plain_texts(document_of(text("[^2]: Yetim.").source)) == ["[2] Yetim."]


# What is in force

FIRST = release("1.0", {"a": "bir"}, published=day(0))
EDITORIAL = release("1.1", {"a": "bir."}, published=day(1), material=False)
LATER = release("2.0", {"a": "iki"}, published=day(2), effective=day(9))


def test_the_text_in_force_and_the_one_to_come_are_told_with_their_days() -> None:
    told = _answer(_plan((FIRST, EDITORIAL, LATER), 3), "a/in-force.json")
    assert (told["version"], told["effective"], told["until"]) == ("1.1", "2027-01-02", "2027-01-10")
    assert (told["next"]["version"], told["next"]["effective"], told["next"]["material"]) == ("2.0", "2027-01-10", True)
    told = _answer(_plan((FIRST, EDITORIAL, LATER), 9), "a/in-force.json")
    assert (told["version"], told["until"], told["next"]) == ("2.0", None, None)


def test_before_the_first_text_binds_and_after_the_document_ends_none_is_in_force() -> None:
    ahead = release("1.0", {"a": "bir"}, published=day(0), effective=day(5))
    told = _answer(_plan((ahead,), 1), "a/in-force.json")
    assert (told["version"], told["effective"], told["texts"], told["equivalent_versions"]) == (None, None, {}, [])
    assert told["next"]["version"] == "1.0"
    without = release("2.0", {"b": "iki"}, published=day(2))
    made = _plan((FIRST, without), 3)
    assert _answer(made, "a/in-force.json")["version"] is None
    (only,) = _answer(made, "a/versions.json")["versions"]
    assert only["in_force"] == [{"since": "2027-01-01", "until": "2027-01-03"}]
    assert [one["version"] for one in _answer(made, "documents.json")["documents"]] == [None, "2.0"]


def test_one_answer_says_which_text_is_in_force_on_which_day() -> None:
    found = _answer(_plan((FIRST, EDITORIAL, LATER), 3), "a/on.json")
    assert (found["document"], found["authentic"], found["timezone"]) == ("a", "tr", "Europe/Istanbul")
    assert [(one["since"], one["until"], one["version"]) for one in found["periods"]] == [
        ("2027-01-01", "2027-01-02", "1.0"),
        ("2027-01-02", "2027-01-10", "1.1"),
        ("2027-01-10", None, "2.0"),
    ]
    assert found["periods"][2]["url"] == "https://www.example.com/2.0/a/"
    assert found["periods"][2]["sha256"] == {"tr": hashlib.sha256(LATER.texts[0].data).hexdigest()}


def test_an_editorial_change_keeps_a_consent_and_a_material_one_does_not() -> None:
    releases = (FIRST, EDITORIAL, LATER)
    assert _answer(_plan(releases, 3), "a/in-force.json")["equivalent_versions"] == ["1.0", "1.1"]
    assert _answer(_plan(releases, 9), "a/in-force.json")["equivalent_versions"] == ["2.0"]


def test_a_release_that_leaves_the_document_alone_keeps_a_consent_whatever_else_it_changes() -> None:
    other = release("2.0", {"a": "bir", "b": "yeni"}, published=day(2))
    told = _answer(_plan((FIRST, other), 3), "a/in-force.json")
    assert (told["version"], told["effective"]) == ("2.0", "2027-01-01")
    assert told["equivalent_versions"] == ["1.0", "2.0"]


def test_a_withdrawn_release_is_told_with_its_reason_and_the_text_before_it_binds_again() -> None:
    taken = release("2.0", {"a": "iki"}, published=day(2), withdrawal=Withdrawal(day(4), "Yanlış metin."))
    made = _plan((FIRST, taken), 5)
    assert _answer(made, "a/in-force.json")["version"] == "1.0"
    first, second = _answer(made, "a/versions.json")["versions"]
    assert first["in_force"] == [{"since": "2027-01-01", "until": "2027-01-03"}, {"since": "2027-01-05", "until": None}]
    assert (second["state"], second["withdrawn"]) == ("withdrawn", {"on": "2027-01-05", "reason": "Yanlış metin."})
    assert [one["state"] for one in _answer(made, "releases.json")["releases"]] == ["in-force", "withdrawn"]


def test_a_language_that_a_release_lacks_is_not_told_of_it() -> None:
    translated = release("1.1", {"a": "bir", "a/en": "one"}, published=day(1))
    made = _plan((FIRST, translated), 1)
    assert sorted(_answer(made, "a/1.0.json")["texts"]) == ["tr"]
    assert sorted(_answer(made, "a/1.1.json")["texts"]) == ["en", "tr"]
    assert f"{API}a/1.0.en.akn.xml" not in _files(made)
    only = _plan((FIRST,), 1)
    assert sorted(_answer(only, "documents.json")["documents"][0]["timemaps"]) == ["tr"]


def test_a_pdf_is_named_only_where_the_site_has_them() -> None:
    releases = (
        release("1.0", {"a": "bir"}, published=day(0)),
        release("1.1", {"a": "iki", "a/en": "two"}, published=day(1)),
    )
    texts = _answer(_plan(releases, 1), "a/1.1.json")["texts"]
    assert {one[name] for one in texts.values() for name in ("pdf", "redline_pdf")} == {None}
    made = plan(releases, Register(), moment(1), replace(SETTINGS, pdf=True), "code")
    part = next(part for part in made.parts if part.name == "texts/1.1")
    texts = json.loads(part.make()[f"{API}a/1.1.json"])["texts"]
    base = "https://www.example.com/"
    assert texts["tr"]["pdf"] == f"{base}pdf/1.1/a.pdf"
    assert texts["tr"]["redline_pdf"] == f"{base}pdf/1.1/degisiklikler/a.pdf"
    assert (texts["en"]["pdf"], texts["en"]["redline_pdf"]) == (f"{base}pdf/1.1/en/a.pdf", None)
    named = {base + path for part in made.parts if part.name.startswith("pdf/1.1") for path in part.make()}
    assert {texts[one][name] for one in texts for name in ("pdf", "redline_pdf")} == named | {None}


# Never changed, and made once


def test_what_a_release_says_never_changes_and_is_not_made_again() -> None:
    """Neither by a later release or a withdrawal, nor by the day."""
    first = _plan((FIRST,), 0)
    taken = release("2.0", {"a": "iki", "b": "x"}, published=day(2), withdrawal=Withdrawal(day(4), "Neden."))
    kept = {part.name: part for part in first.parts if part.name.startswith("texts/")}
    assert list(kept) == ["texts/1.0"]
    for on in (1, 5, 400):
        later = _plan((FIRST, EDITORIAL, taken), on, first.register)
        same = next(part for part in later.parts if part.name == "texts/1.0")
        assert same.fingerprint == kept["texts/1.0"].fingerprint
        assert not same.is_made
        assert same.make() == kept["texts/1.0"].make()


def test_a_part_of_a_second_in_the_moment_of_publication_is_not_told() -> None:
    """The register keeps whole seconds: read from it, the answer would be another."""
    now = release("1.0", {"a": "bir"})
    at = moment(0).replace(microsecond=123456)
    first = plan((now,), Register(), at, SETTINGS, "code")
    second = plan((now,), first.register, moment(1), SETTINGS, "code")
    for path, data in _files(first).items():
        if path.startswith(API) or "feed" in path:
            assert _files(second)[path] == data, path


def test_a_day_on_which_nothing_changes_makes_no_answer_anew() -> None:
    first = _plan((FIRST, LATER), 3)
    second = _plan((FIRST, LATER), 4, first.register)
    assert [part.fingerprint for part in first.parts] == [part.fingerprint for part in second.parts]


# Hostile


@pytest.mark.parametrize("name", ["schemas", "pdf", "api"])
def test_a_document_cannot_take_an_address_of_the_files_for_programs(project: Project, name: str) -> None:
    project.write(f"docs/tr/{name}.md", "---\ntitle: X\ntype: other\n---\nMetin.\n")
    told = project.run("check")
    assert told.code == 1
    assert f"docs/tr/{name}.md" in told.out + told.err


# The example of the handbook


def test_the_example_in_the_handbook_asks_again_only_after_a_material_change() -> None:
    page = (ROOT / "handbook/docs/api.md").read_text(encoding="utf-8")
    example, *_ = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    answers = [_answer(_plan((FIRST, EDITORIAL, LATER), on), "a/in-force.json") for on in (0, 3, 9)]
    world: dict[str, Any] = {"__name__": "example"}
    exec(compile(example, "api.md", "exec"), world)  # noqa: S102 - our own handbook
    stored = world["consent_record"]("user-1", answers[0], "tr")
    assert stored["version"] == "1.0"
    assert stored["sha256"] == hashlib.sha256(FIRST.texts[0].data).hexdigest()
    assert [world["must_ask_again"](stored, answer) for answer in answers] == [False, False, True]
