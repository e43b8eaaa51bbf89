"""Reading a text: its front matter and its body, and every fault told with its line and its fix."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from yururluk.core.model import DocumentType, Translation
from yururluk.core.schemas import PlacedYaml, YamlFault, read_mapping
from yururluk.core.text_file import parse_text

PATH = "docs/tr/gizlilik.md"
GOOD = "---\ntitle: Gizlilik Politikası\ntype: privacy-policy\n---\n\nMetin.\n"


def _told(source: str | bytes) -> str:
    data = source.encode() if isinstance(source, str) else source
    found, problems = parse_text(data, PATH, "gizlilik", "tr")
    assert found is None
    return "\n".join(str(problem) for problem in problems)


def test_a_text_is_its_front_matter_and_its_body() -> None:
    found, problems = parse_text(GOOD.encode(), PATH, "gizlilik", "tr")
    assert problems == []
    assert found is not None
    assert (found.front_matter.title, found.front_matter.type) == ("Gizlilik Politikası", DocumentType.PRIVACY_POLICY)
    assert (found.body, found.body_line) == ("\nMetin.\n", 5)
    assert found.name == "tr/gizlilik.md"


def test_line_ends_and_a_byte_order_mark_change_the_digest_but_not_the_text() -> None:
    plain, _ = parse_text(GOOD.encode(), PATH, "gizlilik", "tr")
    other, _ = parse_text(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(), PATH, "gizlilik", "tr")
    assert plain is not None
    assert other is not None
    assert (other.body, other.body_line, other.front_matter) == (plain.body, plain.body_line, plain.front_matter)
    assert other.sha256 != plain.sha256


def test_a_missing_key_is_named_with_the_line_to_add() -> None:
    assert _told(GOOD.replace("title: Gizlilik Politikası\n", "")) == (
        'docs/tr/gizlilik.md:2: the front matter lacks "title".\n  Fix: add a line: title: Gizlilik Politikası'
    )


def test_an_unknown_key_is_named_with_the_keys_there_are() -> None:
    assert _told(GOOD.replace("type:", "author: Ayşe\ntype:")) == (
        'docs/tr/gizlilik.md:3: the front matter has an unknown key "author".\n'
        "  Fix: remove it; the keys are: title, type, translation, translates, check."
    )


def test_all_faults_of_the_front_matter_are_told_at_once() -> None:
    assert _told("---\ntype: policy\ntranslation: half\nauthor: Ayşe\n---\n\n \n") == (
        'docs/tr/gizlilik.md:2: the front matter lacks "title".\n'
        "  Fix: add a line: title: Gizlilik Politikası\n"
        "docs/tr/gizlilik.md:2: \"type\" is wrong: \"policy\" is not one of 'privacy-policy', 'disclosure-notice', "
        "'cookie-policy', 'terms', 'consent', 'other' or 'page'.\n"
        "  Fix: write it as type: cookie-policy\n"
        "docs/tr/gizlilik.md:3: \"translation\" is wrong: \"half\" is not one of 'complete' or 'partial'.\n"
        "  Fix: write it as translation: complete\n"
        'docs/tr/gizlilik.md:4: the front matter has an unknown key "author".\n'
        "  Fix: remove it; the keys are: title, type, translation, translates, check.\n"
        "docs/tr/gizlilik.md:6: the document has no text after its front matter.\n"
        "  Fix: write the text, or delete the file."
    )


def test_an_empty_title_is_a_fault() -> None:
    assert _told(GOOD.replace("Gizlilik Politikası", '" "')) == (
        'docs/tr/gizlilik.md:2: "title" is wrong: it is empty.\n  Fix: write it as title: Gizlilik Politikası'
    )


@pytest.mark.parametrize("source", ["", "\n", " \n\t\n", "\ufeff"])
def test_an_empty_file_is_told_as_empty_and_nothing_else(source: str) -> None:
    assert _told(source) == ("docs/tr/gizlilik.md: the file is empty.\n  Fix: write the text, or delete the file.")


@pytest.mark.parametrize("rest", ["", "\n\n", "<!-- Metin yakında. -->\n", "\u00a0\n"])
def test_a_document_without_a_word_after_its_front_matter_is_empty(rest: str) -> None:
    assert _told("---\ntitle: Metin\ntype: other\n---\n" + rest) == (
        "docs/tr/gizlilik.md:5: the document has no text after its front matter.\n"
        "  Fix: write the text, or delete the file."
    )


def test_a_file_without_front_matter_is_told_how_to_begin() -> None:
    assert _told("# Gizlilik\n\nMetin.\n") == (
        "docs/tr/gizlilik.md:1: the file does not begin with front matter.\n"
        "  Fix: begin it with four lines: ---, title: …, type: privacy-policy, ---; `yururluk check --fix` does it. "
        "The types: privacy-policy, disclosure-notice, cookie-policy, terms, consent, other, page."
    )


def test_front_matter_without_an_end_is_told_as_such() -> None:
    assert _told("---\ntitle: Metin\ntype: other\n\nMetin.\n") == (
        "docs/tr/gizlilik.md:1: the front matter, which begins here, does not end.\n"
        "  Fix: add a line --- after its last line."
    )


def test_a_text_that_begins_like_front_matter_is_refused_before_half_of_it_gets_lost() -> None:
    assert _told("---\ntitle: Metin\ntype: other\n---\n---\nBu satırlar kaybolurdu.\n---\nMetin.\n") == (
        "docs/tr/gizlilik.md:5: the text begins with a line --- and would be taken for more front matter.\n"
        "  Fix: write the line as ***, or put words before it."
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_what_windows_calls_unicode_is_told_by_its_name(encoding: str) -> None:
    mark = b"" if encoding == "utf-16" else b"\xfe\xff"
    found, problems = parse_text(mark + "---\ntitle: A\n".encode(encoding), "a.md", "a", "tr")
    assert found is None
    assert [str(problem).splitlines()[0] for problem in problems] == [
        "a.md:1: the file is written in UTF-16, not in UTF-8."
    ]


def test_invalid_utf_8_is_told_with_its_line_and_byte() -> None:
    """As Windows-1254 writes it: the letter ş is one byte, which is none in UTF-8."""
    assert _told(GOOD.encode() + "Başvuru\n".encode("windows-1254")) == (
        "docs/tr/gizlilik.md:7: the file is not valid UTF-8 (byte 0xfe).\n"
        '  Fix: save the file as UTF-8; in an editor: "Save with encoding", UTF-8.'
    )


@pytest.mark.parametrize(
    ("character", "code"), [("\0", "U+0000"), ("\x0c", "U+000C"), ("\x1b", "U+001B"), ("\uffff", "U+FFFF")]
)
def test_a_control_character_is_no_text(character: str, code: str) -> None:
    assert _told(GOOD + "A\r\n" + character) == (
        f"docs/tr/gizlilik.md:8: the file holds the control character {code}, which is no text.\n"
        "  Fix: delete the character, or save the file as plain text."
    )


FIX = "\n  Fix: correct the line; the front matter is what stands between the two `---` at the top of the file."


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "title: Gizlilik: Politika",
            ('2: the front matter is not valid YAML: a value that holds a colon must be in quotes: key: "one: two".'),
        ),
        ('title: "Gizlilik', "4: the front matter is not valid YAML: a quotation mark or a bracket is not closed."),
        ("\ttitle: Gizlilik", "2: the front matter is not valid YAML: a line begins with a tab; use spaces."),
        (
            "Gizlilik",
            ('3: the front matter is not valid YAML: a value that holds a colon must be in quotes: key: "one: two".'),
        ),
        ("title: A\ntitle: B", '3: the front matter is wrong: the key "title" stands twice.'),
        ("title: &a A\nx: *a", "3: the front matter is not valid YAML: write a value, not a reference (*)."),
        ("title: &a [*a]", "2: the front matter is not valid YAML: write a value, not a reference (*)."),
        ('title: "\\ud800"', "2: the front matter is wrong: an escape stands for U+D800, which is no text."),
        ('title: "\\0"', "2: the front matter is wrong: an escape stands for U+0000, which is no text."),
        ("[a, b]: c", "2: the front matter is wrong: a key must be a plain word."),
    ],
)
def test_yaml_that_cannot_be_read_is_told_in_plain_words(line: str, told: str) -> None:
    source = GOOD.replace("title: Gizlilik Politikası", line)
    assert _told(source) == f"docs/tr/gizlilik.md:{told}{FIX}"


def test_a_value_that_is_no_plain_word_is_a_fault() -> None:
    assert _told(GOOD.replace("title: Gizlilik Politikası", "title: [a, b]")) == (
        'docs/tr/gizlilik.md:2: "title" is wrong: it must be words, not a list or further keys.\n'
        "  Fix: write it as title: Gizlilik Politikası"
    )


def test_the_translation_key_is_read() -> None:
    found, _ = parse_text(GOOD.replace("\n---\n", "\ntranslation: partial\n---\n").encode(), PATH, "gizlilik", "en")
    assert found is not None
    assert found.front_matter.translation is Translation.PARTIAL


@given(st.binary(max_size=200))
@example(b"---\n" + b"[" * 5000 + b"\n---\nx")
@example(b'---\na: "\\UFFFFFFFF"\n---\nx')
@example(b"---\n\x85: \xc2\x85\n---\nx")
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    found, problems = parse_text(data, PATH, "gizlilik", "tr")
    assert (found is None) == bool(problems)
    for problem in problems:
        assert 0 <= problem.line <= data.count(b"\n") + data.count(b"\r") + 1
        str(problem).encode()


@given(st.text(st.sampled_from("abk: -#\n\"'[]{}&*!|>%@\t\\u0d8,?"), max_size=60))
def test_no_front_matter_makes_the_reader_fail(head: str) -> None:
    data = f"---\n{head}\n---\nMetin.\n".encode()
    found, problems = parse_text(data, PATH, "gizlilik", "tr")
    assert (found is None) == bool(problems)


def test_each_value_is_read_as_it_was_written_with_the_line_of_its_key() -> None:
    found = read_mapping('version: 1.10\nday: 2026-02-30\nyes: no\nmore:\n  - a\n  - tr: "x"\n', first_line=3)
    assert found.data == {"version": "1.10", "day": "2026-02-30", "yes": "no", "more": ["a", {"tr": "x"}]}
    assert found.line(("day",)) == 4
    assert found.line(("more", "1", "tr")) == 8
    assert found.line(("more", "0")) == 6
    assert found.line(("unknown",)) == 3


def test_nothing_is_an_empty_mapping() -> None:
    assert read_mapping("# nothing\n") == PlacedYaml({}, {(): 1})


@given(st.text(max_size=80) | st.text(st.sampled_from("abk: -#\n\"'[]{}&*!|>%@\t\\u0d8,?"), max_size=80))
@example("[" * 3000)
@example("a: " * 2000)
@example("? " * 2000)
@example("- " * 3000)
@example('"\\UFFFFFFFF": 1')
@example("%YAML 99999999999999999999.1\n---\na: 1")
@example("a: &x [&y [*x, *y]]")
@example("a: !!python/object/apply:os.system [x]")
def test_reading_yaml_never_raises_anything_but_a_yaml_fault(text: str) -> None:
    found = _read(text)
    if isinstance(found, YamlFault):
        assert 1 <= found.line <= text.count("\n") + text.count("\r") + text.count("\x85") + 3
        found.message.encode()
    else:
        assert set(found.lines) >= {(key,) for key in found.data}


def _read(text: str) -> PlacedYaml | YamlFault:
    try:
        return read_mapping(text)
    except YamlFault as fault:
        return fault
