"""The rules of the redline one by one, each on the smallest text that shows it."""

from __future__ import annotations

import json
import random
import re
import time
from importlib import resources

import jsonschema
import markdown as python_markdown
import pytest

from tests.helpers.redline_contract import problems
from yururluk.redline import compare, compare_html, to_markdown, to_text
from yururluk.redline.blocks import IrregularError, read
from yururluk.redline.key_changes import matters
from yururluk.redline.word_diff import PIECES, Budget, Vocabulary, common
from yururluk.text.markdown import RenderError, clean, render, slugify


def words(text: str) -> list[str]:
    return [word for _, word in PIECES.findall(text)]


# --- Markdown


def test_heading_ids_keep_turkish_letters() -> None:
    """The usual slug drops ı; ours gives every Turkish letter its plain pair."""
    assert slugify("Aydınlatma Metni: İŞBU ıslak çöğüş") == "aydinlatma-metni-isbu-islak-cogus"
    assert slugify("Политика") == "политика"


def test_front_matter_is_no_text() -> None:
    """Neither with a byte order mark nor with carriage returns."""
    plain = render("Metin.")
    assert render("---\ntitle: x\n---\nMetin.") == plain
    assert render("\ufeff---\r\ntitle: x\r\n---\r\nMetin.") == plain
    assert render("---\n---\nMetin.") == plain


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "metin\n{: onclick=alert(1) style=color:red }",
        "<ins data-redline='ins' data-redline-id='a'>x</ins>",
        "<iframe src='https://example.com'></iframe>",
    ],
)
def test_nothing_executes_and_nothing_forges_our_marks(source: str) -> None:
    """No script, handler, style or script address, and no attribute of the redline's own, is let through."""
    html = render(source)
    assert not re.search(r"<script|<iframe|onerror=|onclick=|style=|javascript:|data-redline", html)


def test_clean_is_stable() -> None:
    """What was cleaned once is not changed by cleaning it again."""
    html = render("# A\n\n| a | b |\n|---|---|\n| **x** | [y](z) |\n\nx[^1]\n\n[^1]: y\n")
    assert clean(html) == html


def test_a_failing_converter_is_tried_afresh_and_then_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python-Markdown has stumbled over its own state; the second failure is reported with its cause."""
    calls = 0

    def convert(_self: python_markdown.Markdown, _text: str) -> str:
        nonlocal calls
        calls += 1
        raise RuntimeError("OrderedDict mutated during iteration")

    monkeypatch.setattr(python_markdown.Markdown, "convert", convert)
    with pytest.raises(RenderError, match="RuntimeError: OrderedDict mutated during iteration"):
        render("x")
    assert calls == 2


# --- words


@pytest.mark.parametrize(
    "text",
    [
        "Kullanıcı'nın",
        "DinamikCRM’in",
        "5.000 TL",
        "5.000 TL'yi",
        "22.11.2026",
        "2026-11-22",
        "1 Ocak 2026",
        "January 1, 2026",
        "%20",
        "20%",
        "$5.00",
        "e-posta",
        "a@b.co",
        "www.dinamikcrm.com",
        "s\u0327ey",
    ],
)
def test_is_one_word(text: str) -> None:
    """Names with their suffix, amounts, dates, percentages and addresses are never cut."""
    assert words(text) == [text]


def test_words_that_look_alike_share_a_code() -> None:
    """Apostrophes and Unicode forms do not make another word; letters do, İ and I among them."""
    vocabulary = Vocabulary()
    assert vocabulary.code("Kullanıcı'nın") == vocabulary.code("Kullanıcı’nın")
    assert vocabulary.code("şey") == vocabulary.code("s\u0327ey")
    assert len({vocabulary.code(letter) for letter in "İIıi"}) == 4


def slow_common(left: str, right: str) -> int:
    """The length of the longest common subsequence by the textbook table: the oracle."""
    row = [0] * (len(right) + 1)
    for one in left:
        before = 0
        for at, other in enumerate(right, 1):
            before, row[at] = row[at], before + 1 if one == other else max(row[at], row[at - 1])
    return row[-1]


@pytest.mark.parametrize("seed", range(30))
def test_common_words_are_the_longest_there_are(seed: int) -> None:
    """The fast comparison finds as much as the slow one; without budget less, but what it finds is so."""
    rng = random.Random(seed)
    left, right = ("".join(rng.choices("abcdef", k=rng.randrange(40))) for _ in range(2))
    assert sum(run.size for run in common(left, right, Budget())) == slow_common(left, right)
    for budget in (Budget(), Budget(0)):
        at = to = 0
        for run in common(left, right, budget):
            assert run.a >= at
            assert run.b >= to
            assert left[run.a : run.a + run.size] == right[run.b : run.b + run.size]
            at, to = run.a + run.size, run.b + run.size


# --- reading


@pytest.mark.parametrize("html", ["<p>a</b></p>", "<p>a", "</p>", "<p>1 < 2</p>", "<P>a</P>", "<p>a<p>b"])
def test_any_html_can_be_compared(html: str) -> None:
    """What is not regular is put in order first, as a browser would."""
    redline = compare_html(html, "<p>başka</p>")
    assert "".join(redline.accepted_html().split()) == "<p>başka</p>"
    assert 'data-redline="del"' in redline.html


def test_too_deep_nesting_is_coarse_and_right() -> None:
    """A text that no reader could follow ends in a coarse redline with a notice."""
    old, new = ("<em>" * 400 + word + "</em>" * 400 for word in ("eski", "yeni"))
    with pytest.raises(IrregularError, match="nested too deep"):
        read(old)
    redline = compare_html(f"<p>{old}</p>", f"<p>{new}</p>")
    assert redline.coarse
    assert "redline-notice" in redline.html
    assert redline.accepted_html() == f"<p>{new}</p>"
    assert redline.rejected_html() == f"<p>{old}</p>"


def test_many_blocks_are_compared_whole() -> None:
    """Above the bound only whole blocks are compared: coarse, marked as such, right."""
    old = "\n".join(f"<p>eski {at}</p>" for at in range(20_100))
    new = "\n".join(f"<p>yeni {at}</p>" for at in range(20_100))
    redline = compare_html(old, new)
    assert redline.coarse
    assert redline.accepted_html() == new
    assert redline.rejected_html() == old


def test_ids_stay_unique() -> None:
    """A deleted element carries its id under another name, and gets it back when the change is rejected."""
    redline = compare("## Amaç {#a}\n\nMetin.", "### Amaç {#a}\n\nMetin.")
    assert redline.html.count(' id="a"') == 1
    assert ' data-redline-id="a"' in redline.html
    assert '<h2 id="a">' in redline.rejected_html()


# --- what matters


@pytest.mark.parametrize(
    ("old", "new", "after", "expected"),
    [
        ("30", "15", "gün içinde", [("duration", "30 gün", "15 gün")]),
        ("thirty", "sixty", "days", [("duration", "thirty days", "sixty days")]),
        ("5.000 TL", "50.000 TL", "", [("amount", "5.000 TL", "50.000 TL")]),
        ("%20", "%25", "", [("percentage", "%20", "%25")]),
        ("1 Ocak 2026", "2 Ocak 2026", "", [("date", "1 Ocak 2026", "2 Ocak 2026")]),
        ("aktarabilir", "aktarır", "", [("modal", "aktarabilir", "aktarır")]),
        ("may", "shall", "", [("modal", "may", "shall")]),
        ("", "not", "", [("negation", "", "not")]),
        ("geçerlidir", "geçerli değildir", "", [("negation", "geçerlidir", "geçerli değildir")]),
        ("DinamikCRM", "Dinamik360 Yazılım A.Ş.", "", [("party", "DinamikCRM", "Dinamik360 Yazılım A.Ş")]),
        ("hızlı", "yavaş", "", []),
        ("paylaşmayacaktır", "paylaşabilir", "", [("negation", "paylaşmayacaktır", "paylaşabilir")]),
        ("en az üç kişi", "en fazla üç kişi", "", [("condition", "en az", "en fazla")]),
        ("", "derhal", "bildirilir", [("condition", "", "derhal")]),
        ("gecikmeksizin", "makul sürede", "bildirilir", [("condition", "gecikmeksizin", "makul")]),
        ("rızası kaydıyla", "hariç", "", [("condition", "kaydıyla", "hariç")]),
        (
            "promptly",
            "no later than 30 days",
            "",
            [("condition", "promptly", "no later than"), ("duration", "", "30 days")],
        ),
        ("subject to", "provided that", "", [("condition", "subject to", "provided that")]),
        (
            "unverzüglich",
            "spätestens nach 14 Tagen",
            "",
            [("condition", "unverzüglich", "spätestens"), ("duration", "", "14 Tagen")],
        ),
        ("darf nicht", "darf", "", [("negation", "nicht", "")]),
        ("5 TL ve 30 gün", "10 TL ve 15 gün", "", [("amount", "5 TL", "10 TL"), ("duration", "30 gün", "15 gün")]),
        ("30 gün ve 5 TL", "15 gün ve 10 TL", "", [("duration", "30 gün", "15 gün"), ("amount", "5 TL", "10 TL")]),
        ("m.9/1", "m.9/6-d", "uyarınca", [("reference", "m.9/1", "m.9/6-d")]),
        ("9 uncu", "10 uncu", "maddesi", [("reference", "9 uncu madde", "10 uncu madde")]),
        ("1’inci", "2’nci", "fıkra", [("reference", "1’inci fıkra", "2’nci fıkra")]),
        ("6698", "7499", "sayılı Kanun", [("reference", "6698 sayılı", "7499 sayılı")]),
        ("Article 6(1)(b)", "Article 6(1)(f)", "", [("reference", "Article 6(1)(b)", "Article 6(1)(f)")]),
        ("Madde 7", "Madde 8", "uyarınca", [("reference", "Madde 7", "Madde 8")]),
        ("§ 3", "§ 4", "", [("reference", "§ 3", "§ 4")]),
    ],
)
def test_what_matters_is_told(old: str, new: str, after: str, expected: list[tuple[str, str, str]]) -> None:
    """Numbers with their unit, modals, negations and names, as old → new; other words do not matter first."""
    found = matters(old, new, before="veriler", after=after)
    assert [(matter.kind, matter.old, matter.new) for matter in found] == expected


@pytest.mark.parametrize(
    "text",
    [
        *("on beş gün", "30 (otuz) gün", "otuz (30) gün", "iki yıllık", "3 aylık", "bir ayda", "12 aydan", "altı ayın"),
        *("iki haftaya", "30 iş günü", "beş iş gününde", "24 saatlik", "10 dakikadır", "bir günlüğüne", "15gün"),
        *("twenty-one days", "30-day", "two business days", "one-year", "12 months"),
    ],
)
def test_is_a_duration(text: str) -> None:
    """A number, in figures or words, with a unit of time and its endings, told whole."""
    found = matters("", f"x {text} y")
    assert [(matter.kind, matter.new) for matter in found] == [("duration", text)]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "onaylanan",
            "onayı",
            "onay",
            "yüzyıl",
            "biraylar",
            "iki ayrı",
            "bir ayna",
            "iki aynı",
            "bir ayar",
            "bir güncel",
        ),
        *("bir gündem", "iki güneş", "iki yıldız", "bir yılan", "bir aydın", "birinci gün", "bir kullanıcı", "binaya"),
        *("on business days", "on days", "one secondary", "one daylight", "two yearbooks", "Ramazan", "sözleşmeden"),
        *("temeli", "temelidir", "aylık", "yıllık", "maybe"),
    ],
)
def test_is_nothing_that_matters(text: str) -> None:
    """A number word inside another word, or before a word that only begins like a unit, is no duration."""
    assert matters("", f"ve {text} ve") == ()


@pytest.mark.parametrize("heading", ["1. Amaç", "9. Bağlantılar", "Madde 3 - Amaç", "10.2 Amaç", "IV. Amaç", "a) Amaç"])
def test_the_number_of_a_new_heading_is_no_matter(heading: str) -> None:
    """Neither where a heading comes before old words, nor where a clause comes or goes whole, or moves."""
    rest = "Bu metin verilerin nasıl işlendiğini ve nerede saklandığını anlatır."
    olds = [rest, "Başka bir söz.", f"## {heading}\n\n{rest}\n\nBaşka bir söz.", ""]
    news = [f"## {heading}\n\n{rest}", f"Başka bir söz.\n\n## {heading}\n\n{rest}"]
    for old in olds:
        for new in news:
            assert compare(old, new).summary.matters == ()
            assert compare(new, old).summary.matters == ()


def test_summary_tells_each_clause() -> None:
    """Per clause what happened, with the id to link to and the words added and removed."""
    old = "## 1. Amaç {#amac}\n\nVeriler 30 gün saklanır.\n\n## 2. Aktarım {#aktarim}\n\nVeriler aktarılmaz."
    new = (
        "## 1. Amaç {#amac}\n\nVeriler 15 gün saklanır.\n\n## 2. Yeni {#yeni}\n\nYeni kural.\n\n"
        "## 3. Aktarım {#aktarim}\n\nVeriler aktarılmaz."
    )
    summary = compare(old, new).summary
    assert [(clause.clause.id, clause.what) for clause in summary.clauses] == [
        ("amac", ("changed",)),
        ("yeni", ("added",)),
        ("aktarim", ("renumbered",)),
    ]
    assert (summary.clauses[0].words_added, summary.clauses[0].words_removed) == (1, 1)
    assert [(clause.id, matter.old, matter.new) for clause, matter in summary.matters] == [("amac", "30 gün", "15 gün")]


_RULE = "Bu metin verilerin nasıl işlendiğini ve nerede saklandığını anlatır."
_OTHER = "Şirket başvuruları otuz gün içinde sonuçlandırır ve yanıtlar."
_HEADING = "## 1. Amaç {#amac}"
_SECOND = "## 2. Başvuru {#basvuru}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([_RULE, _OTHER], [_HEADING, _RULE, _OTHER], [("amac", "headed")]),
        ([_RULE, _OTHER], [_HEADING, _RULE, _SECOND, _OTHER], [("amac", "headed"), ("basvuru", "headed")]),
        ([_HEADING, _RULE, _OTHER], [_HEADING, _RULE, _SECOND, _OTHER], [("basvuru", "headed")]),
        ([_HEADING, _RULE], [_HEADING, _RULE, _SECOND, _OTHER], [("basvuru", "added")]),
        ([_SECOND, _RULE], [_HEADING, _SECOND, _RULE], [("amac", "added")]),
        ([_RULE], [_HEADING, _RULE.replace("anlatır", "açıklar")], [("amac", "headed"), ("amac", "changed")]),
    ],
)
def test_a_heading_put_before_old_words_is_no_new_clause(
    old: list[str], new: list[str], expected: list[tuple[str, str]]
) -> None:
    """The clause is headed, not added; the other way round unheaded, not removed. New words make a new clause."""
    back = {"headed": "unheaded", "added": "removed"}
    there, here = "\n\n".join(old), "\n\n".join(new)
    summary = compare(there, here).summary
    assert [(clause.clause.id, what) for clause in summary.clauses for what in clause.what] == expected
    told = {clause.clause.id: clause.what for clause in compare(here, there).summary.clauses}
    for name, what in expected:
        if what in back:
            assert told[name] == (back[what],)


def test_a_number_after_an_unchanged_paragraph_is_renumbering_too() -> None:
    """What stands before a change counts only within its block: the paragraph before the heading does not."""
    changes = compare("Bir söz.\n\n## 3. Son {#son}\n\nYaz.", "Bir söz.\n\n## 2. Son {#son}\n\nYaz.").changes
    assert [(change.kind, change.matters) for change in changes] == [("renumbered", ())]
    changes = compare("Süre en çok 30\n\ngün gibi.", "Süre en çok 20\n\ngün gibi.").changes
    assert [matter.kind for change in changes for matter in change.matters] == ["number"]


def test_a_deleted_cell_stands_beside_its_new_one_in_a_moved_row() -> None:
    """What a cell lost is shown in that cell, not at the end of the one before."""
    rows = [
        f"| {_RULE} | 1 |\n",
        f"| {_OTHER} | 2 |\n",
        "| Site kayıtları kanun gereği iki yıl süreyle güvenli biçimde korunur | 3 |\n",
    ]
    head = "| a | b |\n|---|---|\n"
    html = compare(head + "".join(rows), head + "".join([*rows[1:], rows[0].replace("1", "9")])).html
    assert '<del data-redline="del">1</del><ins data-redline="ins">9</ins>' in html


def test_a_new_item_inside_a_moved_one_carries_the_mark() -> None:
    """The item carries it and its content is wrapped, as anywhere; it is told as added within the pair."""
    old = f"- bas\n- {_RULE}\n    - {_OTHER}\n- {_OTHER} Her gün.\n- son"
    new = f"- bas\n- {_OTHER} Her gün.\n- {_RULE}\n    - {_OTHER}\n    - **yeni** madde\n- son"
    redline = compare(old, new)
    item = '<li data-redline="ins"><ins data-redline="ins"><strong>yeni</strong> madde</ins></li>'
    assert item in redline.html
    assert [(c.kind, c.new) for c in redline.changes if c.within] == [("added", "yeni madde")]
    assert redline.accepted_html().split() == render(new).split()
    assert redline.rejected_html().split() == render(old).split()


def test_a_paragraph_is_not_split_by_a_heading_before_other_words() -> None:
    """A new clause that only shares common words with the paragraph before it is new, not a part of it."""
    new = f"{_RULE}\n\n{_SECOND}\n\nBu metin ve ekleri yalnız Türkçe yayımlanır, çevirileri bağlamaz."
    html = compare(f"{_RULE} Veriler silinir ve metin saklanır.", new).html
    assert 'data-redline-kind="split"' not in html


def test_a_paragraph_split_by_headings_counts_only_what_is_new() -> None:
    """Its parts are a pair, whatever number of headings came between; the headings are insertions."""
    new = f"{_RULE}\n\n# Kısım\n\n{_SECOND}\n\n{_OTHER}\n\n## 3. Son\n\nVeriler sonra tümüyle silinir."
    summary = compare(f"{_RULE} {_OTHER} Veriler sonra tümüyle silinir.", new).summary
    assert (summary.words_added, summary.words_removed) == (5, 0)
    back = compare(new, f"{_RULE} {_OTHER} Veriler sonra tümüyle silinir.").summary
    assert (back.words_added, back.words_removed) == (0, 5)


def test_the_notes_of_a_text_are_no_words_of_its_last_clause() -> None:
    """A clause that is added as the last is new, though all the notes are shown below it."""
    old = f"## Süre\n\n{_RULE}[^1]\n\n[^1]: Bkz. 6102 sayılı Kanun m. 850 ve devamı; ayrıca m. 875."
    new = old.replace("[^1]\n\n", "[^1]\n\n## Yürürlük\n\nYayımı tarihinde yürürlüğe girer.\n\n")
    summary = compare(old, new).summary
    assert [(one.clause.title, one.what) for one in summary.clauses] == [("Yürürlük", ("added",))]


def test_a_paragraph_divided_without_a_changed_word_changes_its_form_only() -> None:
    """A summary that calls it changed would contradict one that says that no words changed."""
    summary = compare(f"# Süre\n\n{_RULE} {_OTHER}", f"# Süre\n\n{_RULE}\n\n{_OTHER}").summary
    assert [clause.what for clause in summary.clauses] == [("formatting",)]
    edited = f"# Süre\n\n{_RULE} Yeni söz.\n\n{_OTHER}"
    both = compare(f"# Süre\n\n{_RULE} {_OTHER}", edited).summary
    assert [clause.what for clause in both.clauses] == [("changed", "formatting")]


# --- formats


def test_json_follows_its_schema() -> None:
    """The published schema describes what is written."""
    schema = json.loads(resources.files("yururluk.redline").joinpath("redline.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    written = json.loads(compare("# A\n\nbir **iki** üç 5 gün", "# A\n\nbir iki dört 6 gün\n\nbeş").to_json())
    jsonschema.validate(written, schema)
    assert written["changes"][0]["number"] == 1


def test_text_is_plain_in_a_pipe_and_coloured_on_request() -> None:
    """A change to a line, under its clause."""
    redline = compare("## Süre {#sure}\n\nVeriler 30 gün saklanır.", "## Süre {#sure}\n\nVeriler 15 gün saklanır.")
    assert to_text(redline) == "Süre #sure\n  Değişti: [-30-] {+15+}\n"
    assert "\x1b[" in to_text(redline, color=True)
    assert to_text(compare("a", "a")) == ""


@pytest.mark.parametrize("seed", range(10))
def test_both_texts_can_be_read_out_of_critic_markup(seed: int) -> None:
    """Taking the insertions and leaving the deletions gives the new text, and the other way round the old."""
    rng = random.Random(seed)
    old, new = ("".join(rng.choices(["a ", "b ", "\n", "\n\n", "c", "- d"], k=20)) for _ in range(2))
    critic = to_markdown(old, new)
    took = re.sub(r"\{\+\+(.*?)\+\+\}", r"\1", re.sub(r"\{--.*?--\}", "", critic, flags=re.S), flags=re.S)
    left = re.sub(r"\{--(.*?)--\}", r"\1", re.sub(r"\{\+\+.*?\+\+\}", "", critic, flags=re.S), flags=re.S)
    assert (took, left) == (new, old)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Şirket", "DinamikCRM", [("party", "Şirket", "DinamikCRM")]),
        ("Company", "Customer", [("party", "Company", "Customer")]),
        ("Veriler", "Bilgiler", []),
    ],
)
def test_at_the_head_of_a_sentence_a_party_is_a_role_or_a_name_with_an_inner_capital(
    old: str, new: str, expected: list[tuple[str, str, str]]
) -> None:
    """Every first word has a capital there; it alone makes no name."""
    assert [(matter.kind, matter.old, matter.new) for matter in matters(old, new)] == expected


def test_items_that_only_have_another_number_are_told_in_one_line() -> None:
    """An item put into a numbered list renumbers those after it: told as one stretch, and no word is marked."""
    items = [f"madde metni {n * 11}" for n in range(1, 10)]
    longer = [*items[:3], "yeni bir madde geldi", *items[3:]]
    redline = compare(*("".join(f"{n}. {item}\n" for n, item in enumerate(some, 1)) for some in (items, longer)))
    assert [(change.kind, change.old, change.new) for change in redline.changes] == [
        ("added", "", "yeni bir madde geldi"),
        ("renumbered", "4–9", "5–10"),
    ]
    assert redline.summary.clauses[0].items == (("4–9", "5–10"),)
    assert redline.summary.words_added == 4


@pytest.mark.parametrize(
    ("opening", "told"),
    [
        ("<ol>", [("2–3", "3–4")]),
        ('<ol start="4">', [("5–6", "6–7")]),
        ('<ol type="a">', [("b–c", "c–d")]),
        ('<ol type="I">', [("II–III", "III–IV")]),
        ("<ul>", []),
    ],
)
def test_items_are_numbered_as_the_reader_sees_them(opening: str, told: list[tuple[str, str]]) -> None:
    """Their start and their kind of number count; a list without numbers has no renumbered items."""
    end = f"</{opening[1:3]}>"
    items = "<li>ilk bent</li>\n{}<li>öteki bent</li>\n<li>son bent</li>\n"
    old, new = (f"{opening}\n{items.format(more)}{end}" for more in ("", "<li>araya giren</li>\n"))
    found = [change for change in compare_html(old, new).changes if change.kind == "renumbered"]
    assert [(change.old, change.new) for change in found] == told


def test_a_column_that_changes_places_is_moved() -> None:
    """Its cells are pairs, and what changed in one of them is marked inside; the other columns stay unmarked."""
    old = "| Veri | Amaç | Süre |\n|---|---|---|\n| Ad | Üyelik kaydı | 10 yıl |\n"
    new = "| Süre | Veri | Amaç |\n|---|---|---|\n| 12 yıl | Ad | Üyelik kaydı |\n"
    changes = compare(old, new).changes
    assert [(change.kind, change.old, change.new) for change in changes] == [
        ("moved", "Süre", "Süre"),
        ("moved", "10 yıl", "12 yıl"),
        ("replaced", "10", "12"),
    ]


@pytest.mark.parametrize(
    ("text", "negates"),
    [
        ("uygulamadan çıkış", False),
        ("kuralları uygulamadan", True),
        ("uygulamadan önce", False),
        ("alınmadan önce", False),
        ("onay alınmadan", True),
        ("sistemden silinir", False),
        ("yapılan ödemeden kesilir", False),
        ("bedelini ödemeden", True),
        ("haber vermeden", True),
        ("bildirmeden itibaren", False),
        ("işlenip işlenmediğini öğrenme", False),
        ("verilerin işlenmediğini", True),
        ("UYGULAMADAN çıkış", False),
    ],
)
def test_a_turkish_ablative_is_no_negation(text: str, negates: bool) -> None:
    """-madan after a verb is "without"; after a noun, and before words that govern the ablative, it is "from"."""
    assert any(matter.kind == "negation" for matter in matters("", text)) == negates


def test_what_matters_in_a_long_passage_is_found_in_time_that_grows_with_its_length() -> None:
    """Twenty thousand words and as many figures on either side: a second, where each against each took minutes."""
    old, new = " ".join(f"a 1{at}" for at in range(20_000)), " ".join(f"b 3{at}" for at in range(20_000))
    before = time.process_time()
    found = matters(old, new)
    assert time.process_time() - before < 8
    assert len(found) > 19_000


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<svg viewBox="0 0 1 1"><text>eski</text></svg>', '<svg viewBox="0 0 1 1"><text>yeni</text></svg>'),
        ('<svg><path d="M0"/></svg>', '<svg><path d="M1"/></svg>'),
        (
            '<svg><linearGradient id="g"><stop offset="0"/></linearGradient></svg>',
            '<svg><linearGradient id="g"><stop offset="1"/></linearGradient></svg>',
        ),
        ("<math><mi>x</mi></math>\u00a0", "<math><mi>y</mi></math>\u00a0"),
    ],
)
def test_a_change_inside_a_drawing_is_seen(old: str, new: str) -> None:
    """A drawing or a formula is one piece: nothing in it is dropped, and both sides come out whole."""
    old, new = f"<p>önce {old} sonra</p>", f"<p>önce {new} sonra</p>"
    redline = compare_html(old, new)
    assert redline.changes
    assert problems(old, new, redline.html) == []
    assert redline.rejected_html() != redline.accepted_html()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<i>yürürlük<p></p></i>", "<i>\n<p>yürürlük</p></i>"),
        ("<i>yürürlük<p>süre</p></i>", "<i>\nyürürlük<p>süre uzar</p></i>"),
        ("<i>\nyürürlük<p>süre</p></i>", "<i>yürürlük<p>süre uzar</p></i>"),
        ("<b><p>süre</p>yürürlük\n</b>", "<b><p>süre uzar</p>yürürlük</b>"),
        ("<b><p>süre</p>yürürlük</b>son", "<b><p>süre</p>yürürlük\n</b>son"),
        ("<b>yürürlük<p>süre</p></b>", "<b>yürürlük<p>süre</p>\n</b>"),
        ("<li>x</li><a>\n</a><a>açık<p></p></a>", "<p>k</p>\n<p>açık</p>"),
        ("<b><p>hak</p>yürürlük<p>süre</p></b>", "<b>\n<p>hak</p>\nyürürlük<p>süre</p></b>"),
    ],
)
def test_white_space_at_the_edge_of_an_inline_element_that_holds_blocks_belongs_to_its_side(old: str, new: str) -> None:
    for before, after in ((old, new), (new, old)):
        assert problems(before, after, compare_html(before, after).html) == []


def test_nothing_moves_into_or_out_of_a_link_that_holds_blocks() -> None:
    """The links between the two ends of a move would stand in a link, which no browser reads so."""
    one = "<p>Kişisel veriler kanunda öngörülen süre boyunca saklanır ve sonra silinir.</p>"
    old = f'{one}<b><a href="x.md">kullanıcı<p>hak</p></a></b>'
    new = f'<b><a href="x.md">kullanıcı<p>hak</p>{one}</a></b>'
    for before, after in ((old, new), (new, old)):
        html = compare_html(before, after).html
        assert problems(before, after, html) == []
        assert "move" not in html


@pytest.mark.parametrize(
    "cell",
    [
        "<th><li></li></th>",
        "<td><li>süre</li>\n<li>hak</li></td>",
        "<td>süre<li>hak <b>ve</b><dd>son</dd></li>son <p>x</p></td>",
        "<td><p>x</p><li>bir<ul><li>iki</li></ul></li></td><td>üç</td>",
    ],
)
def test_an_item_without_its_list_in_a_cell_carries_the_mark_itself(cell: str) -> None:
    old, new = "<table><tbody></tbody></table>", f"<table><tbody><tr>{cell}</tr></tbody></table>"
    for before, after in ((old, new), (new, old)):
        assert problems(before, after, compare_html(before, after).html) == []


def test_what_stands_in_brackets_keeps_to_them() -> None:
    """A period told with its words beside the figures is written as the text writes it."""
    redline = compare("Veriler 90 (doksan) gün saklanır.", "Veriler 180 (yüz seksen) gün saklanır.")
    expected = [("duration", "90 (doksan) gün", "180 (yüz seksen) gün")]
    assert [(one.kind, one.old, one.new) for _, one in redline.summary.matters] == expected
    assert [one.new for one in matters("otuz", "kırk", "bildirimden 30 (", ") gün sonra")] == ["30 (kırk) gün"]


def test_another_typed_number_of_a_paragraph_is_renumbering() -> None:
    """Sub-clauses that are numbered by hand are renumbered like headings; their numbers are no figures."""
    old = "1.1. Hizmet sunulur.\n\n1.2. Ücret ödenir.\n\n1.3) Süre bir takvim yılıdır."
    new = "1.1. Hizmet sunulur.\n\n1.2. Taraflar bildirim yapar.\n\n1.3. Ücret ödenir.\n\n1.4) Süre bir takvim yılıdır."
    redline = compare(old, new)
    assert [(one.old, one.new) for one in redline.changes if one.kind == "renumbered"] == [
        ("1.2", "1.3"),
        ("1.3", "1.4"),
    ]
    assert redline.summary.matters == ()
    assert redline.summary.clauses[0].items == (("1.2", "1.3"), ("1.3", "1.4"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("30 gün içinde ödenir.", "15 gün içinde ödenir."),
        ("1.5 GB alan verilir.", "2.5 GB alan verilir."),
        ("1.250 kişiye açıktır.", "1.500 kişiye açıktır."),
        ("Oran 1.5. Kalan kısım aynıdır.", "Oran 2.5. Kalan kısım aynıdır."),
        ("01.02.2024 günü başlar.", "01.03.2024 günü başlar."),
        ("5.1. maddede sayılan hâller saklıdır.", "6.1. maddede sayılan hâller saklıdır."),
    ],
)
def test_a_figure_at_the_beginning_of_a_paragraph_matters(old: str, new: str) -> None:
    """Only what is surely the number of a paragraph is taken for one."""
    redline = compare(old, new)
    assert [one.kind for one in redline.changes] == ["replaced"]
    assert len(redline.summary.matters) == 1


@pytest.mark.parametrize(("word", "is_modal"), [("yetkilidir", True), ("yetkili", True), ("yetkililerinin", False)])
def test_a_person_in_charge_is_no_power(word: str, is_modal: bool) -> None:
    assert [one.kind for one in matters("", word)] == (["modal"] if is_modal else [])


def test_one_small_word_alone_is_not_kept_between_two_changes() -> None:
    """Where nothing else is common either, a lonely "ve" is shown as part of the change."""
    row = "<table><tbody><tr><td>Sunucu</td><td>{}</td></tr></tbody></table>"
    html = compare_html(row.format("Bulut altyapısı ve veri barındırma"), row.format("Yapay zekâ ve çıkarım")).html
    assert "</ins> ve <del" not in html


def test_the_choices_of_a_select_hold_no_mark() -> None:
    """A browser drops every element from an option: a select that came or changed is marked whole."""
    select = "<select><option>kırmızı iki</option><option>mavi</option></select>"
    came = "<ul><li>Seçin: kırmızı iki son</li></ul>", f"<ul><li><p>Seçin: kırmızı {select} son</p></li></ul>"
    stayed = f"<ul><li>Seçin: {select} ilk</li></ul>", f"<ul><li><p>Seçin: {select} son</p></li></ul>"
    text = f"<p>Bu maddede kullanıcıya ait verilerin hangi yolla işlendiği anlatılır {select}</p>"
    between = "<p>Arada kalan söz.</p>\n<p>Son.</p>"
    moved = f"{text}\n{between}", f"{between}\n{text.replace('Bu', 'Yeni')}"
    for old, new in (came, stayed, moved):
        redline = compare_html(old, new)
        assert select in redline.html
        assert problems(old, new, redline.html) == []
        assert not re.search(r"<option>[^/]*data-redline", redline.html)
