"""What a lawyer does in Word comes back as just that: each edit, by whichever author, saved as Word saves."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

import pytest

from tests.conftest import EXAMPLE
from tests.helpers.word_edits import WordFile, as_word_saves
from tests.helpers.word_files import RICH, exported, imported
from yururluk.text.markdown import body

_FROZEN = EXAMPLE / "releases/2.0/tr"
POLICY = body((_FROZEN / "gizlilik-politikasi.md").read_text(encoding="utf-8"))
#: No empty line below the headings: the author's choice.
CLOSE = re.sub(r"(?m)^(## .*)\n\n", r"\1\n", POLICY)
NOTICE = body((_FROZEN / "aydinlatma-metni.md").read_text(encoding="utf-8"))

#: What is done in Word, the text it is done to, and the text that is wanted back.
Case = tuple[str, Callable[[WordFile], object], str]


def _clause(text: str, heading: str) -> str:
    start = text.index(f"## {heading}")
    end = text.find("\n## ", start + 1)
    return text[start : end + 1 if end >= 0 else len(text)]


def _said(text: str, *replaced: tuple[str, str]) -> str:
    for old, new in replaced:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return text


def _moved(text: str, what: str, before: str) -> str:
    part = _clause(text, what)
    return _said(text.replace(part, ""), (f"## {before}", f"{part}## {before}"))


def _move(what: str, before: str, *, as_move: bool = True) -> Callable[[WordFile], object]:
    return lambda file: file.move(file.clause(what), file.paragraph(before), as_move=as_move)


def _add_clause(after: str, heading: str, words: str) -> Callable[[WordFile], object]:
    def add(file: WordFile) -> None:
        made = file.add_after(file.clause(after)[-1], heading, style="Heading2")
        file.add_after(made, words, style="BodyText")

    return add


def _add_clause_with_list(file: WordFile) -> None:
    item = file.paragraph("Yeterlilik kararı:")
    last = file.add_after(file.clause("7. IP adresleri")[-1], "8. Çerezler", style="Heading2")
    last = file.add_after(last, "Site şunları kullanmaz:", style="BodyText")
    for words in ("çerez;", "piksel."):
        last = file.add_after(last, words, like=item)


def _add_item(after: str) -> Callable[[WordFile], object]:
    return lambda file: file.add_after(file.paragraph(after), "Yeni hâl.", like=file.paragraph(after))


def _all(*edits: Callable[[WordFile], object]) -> Callable[[WordFile], object]:
    return lambda file: [edit(file) for edit in edits]


def _replace(old: str, new: str) -> Callable[[WordFile], object]:
    return lambda file: file.replace(old, new)


def _drop(heading: str) -> Callable[[WordFile], object]:
    return lambda file: file.delete(file.clause(heading))


def _lines_with(text: str, words: str) -> str:
    return "".join(line + "\n" for line in text.split("\n") if words in line)


_ADDRESS = "Site’ye bağlandığınız IP adresi"
_OCCASIONAL = _lines_with(POLICY, "**Arızi aktarım")
_SAFEGUARD = _lines_with(POLICY, "- **Uygun güvence")

CASES: dict[str, Case] = {
    "a clause moved": (POLICY, _move("7. IP adresleri", "5. Anketler"), _moved(POLICY, "7.", "5.")),
    "a clause moved whose heading stands close": (
        CLOSE, _move("7. IP adresleri", "5. Anketler"), _moved(CLOSE, "7.", "5.")),
    "a clause with lists moved": (
        POLICY, _move("8. Verilerin yurt", "5. Anketler"), _moved(POLICY, "8.", "5.")),
    "a clause cut and pasted": (
        POLICY, _move("7. IP adresleri", "5. Anketler", as_move=False), _moved(POLICY, "7.", "5.")),
    "a clause added": (
        POLICY, _add_clause("7. IP adresleri", "8. Çerezler", "Site çerez kullanmaz."),
        _said(POLICY, ("## 8. V", "## 8. Çerezler\n\nSite çerez kullanmaz.\n\n## 8. V"))),
    "a clause added at the end": (
        POLICY, _add_clause("10. Değ", "11. Çerezler", "Site çerez kullanmaz."),
        POLICY + "\n## 11. Çerezler\n\nSite çerez kullanmaz.\n"),
    "a clause with a list added": (
        POLICY, _add_clause_with_list,
        _said(POLICY, ("## 8. V", "## 8. Çerezler\n\nSite şunları kullanmaz:\n\n- çerez;\n- piksel.\n\n## 8. V"))),
    "a clause deleted": (POLICY, _drop("5. Anket"), POLICY.replace(_clause(POLICY, "5."), "")),
    "a clause with lists deleted": (POLICY, _drop("8. Ver"), POLICY.replace(_clause(POLICY, "8."), "")),
    "the last clause deleted": (POLICY, _drop("10. Değ"), POLICY.replace("\n" + _clause(POLICY, "10."), "")),
    "a clause with a table deleted": (NOTICE, _drop("2. İşlenen"), NOTICE.replace(_clause(NOTICE, "2."), "")),
    "a paragraph split": (
        POLICY, lambda file: file.split("Bu kapsamda DinamikCRM"),
        _said(POLICY, (" Bu kapsamda DinamikCRM", "\n\nBu kapsamda DinamikCRM"))),
    "a paragraph split and changed": (
        POLICY,
        _all(lambda file: file.split("Bu kapsamda DinamikCRM"), _replace("özel ve gizli", "gizli")),
        _said(POLICY, (" Bu kapsamda DinamikCRM", "\n\nBu kapsamda DinamikCRM"), ("özel ve gizli", "gizli"))),
    "an item split": (
        POLICY, lambda file: file.split("Süreklilik arz"), _said(POLICY, (" Süreklilik arz", "\n- Süreklilik arz"))),
    "paragraphs merged": (
        NOTICE, lambda file: file.merge("tarafından işlenir"),
        _said(NOTICE, ("tarafından işlenir.\n\nBu", "tarafından işlenir. Bu"))),
    "items merged": (
        POLICY, lambda file: file.merge("yeterlilik kararının bulunması."),
        _said(POLICY, ("bulunması.\n- **Uygun", "bulunması. **Uygun"))),
    "a cell changed": (
        NOTICE, _replace(_ADDRESS, "Site’ye bağlandığınız adres"),
        _said(NOTICE, (_ADDRESS, "Site’ye bağlandığınız adres"))),
    "a row added": (
        NOTICE, lambda file: file.add_row(_ADDRESS, ["Konum | yer", "İliniz"]),
        _said(NOTICE, (f"{_ADDRESS} |\n", f"{_ADDRESS} |\n| Konum \\| yer | İliniz |\n"))),
    "a row added as the first": (
        NOTICE, lambda file: file.add_row("Kapsamı", ["Konum", "İliniz"]),
        _said(NOTICE, ("Kapsamı |\n| --- | --- |\n", "Kapsamı |\n| --- | --- |\n| Konum | İliniz |\n"))),
    "a row deleted": (
        NOTICE, lambda file: file.delete_row(_ADDRESS), _said(NOTICE, (f"| IP adresi | {_ADDRESS} |\n", ""))),
    "a link's words changed": (
        RICH, _replace("KVKK", "6698 sayılı Kanun"), _said(RICH, ("[KVKK]", "[6698 sayılı Kanun]"))),
    "words made bold": (
        POLICY, lambda file: file.format("sır saklama", "b"), _said(POLICY, ("sır saklama", "**sır saklama**"))),
    "words made italic": (
        POLICY, lambda file: file.format("sır saklama", "i"), _said(POLICY, ("sır saklama", "*sır saklama*"))),
    "words changed in three places": (
        POLICY,
        _all(_replace("özel ve gizli", "gizli"), _replace("tespit etmektir", "belirlemektir"),
             _replace("Anketler ve doğrudan", "Anket, doğrudan")),
        _said(POLICY, ("özel ve gizli", "gizli"), ("tespit etmektir", "belirlemektir"),
              ("Anketler ve doğrudan", "Anket, doğrudan"))),
    "a paragraph added": (
        POLICY, lambda file: file.add_after(file.paragraph("IP adresleri, ayrıca"), "Yeni fıkra.", style=""),
        _said(POLICY, ("## 8. V", "Yeni fıkra.\n\n## 8. V"))),
    "an item added": (
        POLICY, _add_item("Yeterlilik kararı:"), _said(POLICY, ("- **Uygun", "- Yeni hâl.\n- **Uygun"))),
    "an item added below another": (
        POLICY, _add_item("ilan edilen standart"),
        _said(POLICY, ("    - DinamikCRM ile", "    - Yeni hâl.\n    - DinamikCRM ile"))),
    "an item added at the end": (
        POLICY, _add_item("Arızi aktarım"), _said(POLICY, (_OCCASIONAL, f"{_OCCASIONAL}- Yeni hâl.\n"))),
    "an item above others deleted": (
        POLICY, lambda file: file.delete([file.paragraph("Uygun güvence:")]), _said(POLICY, (_SAFEGUARD, ""))),
    "an item moved": (
        POLICY,
        lambda file: file.move([file.paragraph("Arızi aktarım")], file.paragraph("Yeterlilik kararı:")),
        _said(POLICY.replace(_OCCASIONAL, ""), ("- **Yeterlilik", f"{_OCCASIONAL}- **Yeterlilik"))),
}  # fmt: skip
WAYS = ((None, False), ("Av. Ayşe", True), (None, True), ("Av. Ayşe", False))


@cache
def _exported(text: str) -> bytes:
    return exported(text)


def _ways(names: Sequence[str]) -> list[object]:
    """Each edit in one way, in turn tracked or not, saved by Word or as we wrote it; the other ways are slow."""
    return [
        pytest.param(name, *way, marks=() if at % len(WAYS) == turn else pytest.mark.slow)
        for at, name in enumerate(names)
        for turn, way in enumerate(WAYS)
    ]


@pytest.mark.parametrize(("name", "author", "saved"), _ways(list(CASES)))
def test_an_edit_in_word_comes_back_as_just_that(name: str, author: str | None, *, saved: bool) -> None:
    markdown, edit, wanted = CASES[name]
    assert wanted != markdown
    file = WordFile(_exported(markdown), author)
    edit(file)
    docx = as_word_saves(file.saved()) if saved else file.saved()
    found = imported(docx, markdown)
    assert found.body == wanted
    assert (found.lost, found.contents.not_taken, found.kept) == ((), (), ())
