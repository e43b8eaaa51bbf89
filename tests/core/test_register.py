"""The register: append-only, chained, and never read as less than it holds."""

from __future__ import annotations

import copy
import hashlib
import json
from datetime import date
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.builders import day, moment
from yururluk.core.messages import Refused
from yururluk.core.register import Register, entry_digest, loads, publication_entry, withdrawal_entry

FIX = (
    "\n  Fix: nothing was published. Restore the register from git (the pages branch keeps every earlier state) "
    "or from any saved copy: yururluk publish --register FILE."
)
DIGEST = "0" * 64


def _publication(version: str, number: int = 0, summary: str = "Özet.") -> dict[str, Any]:
    document = {
        "id": "gizlilik",
        "locale": "tr",
        "sha256": DIGEST,
        "effective": day(number).isoformat(),
        "changed": True,
    }
    return publication_entry(
        version, moment(number), day(number), material=True, summary={"tr": summary}, documents=[document]
    )


def _register(*entries: dict[str, Any]) -> Register:
    found = Register()
    for entry in entries:
        found = found.appended(entry)
    return found


THREE = _register(
    _publication("1.0"), _publication("1.1", 1), withdrawal_entry("1.0", moment(2), day(2), "Yanlış metin.")
)


def _told(content: object) -> str:
    data = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    with pytest.raises(Refused) as refused:
        loads(data)
    return str(refused.value)


def _content(register: Register = THREE) -> Any:
    return json.loads(register.dumps())


def _unreliable(why: str) -> str:
    return f"register.json: the register cannot be relied on: {why}.{FIX}"


@st.composite
def registers(draw: st.DrawFn) -> Register:
    """Registers of a few releases with any summaries, and withdrawals among them."""
    found = Register()
    standing: list[str] = []
    withdrawals: list[bool] = draw(st.lists(st.booleans(), min_size=1, max_size=5))
    for number, withdraws in enumerate(withdrawals):
        if standing and withdraws:
            version = standing.pop(draw(st.integers(0, len(standing) - 1)))
            reason = draw(st.text(st.characters(codec="utf-8"), min_size=1))
            found = found.appended(withdrawal_entry(version, moment(number), day(number), reason))
        else:
            summary = draw(st.text(st.characters(codec="utf-8")))
            found = found.appended(_publication(f"{number}.0", number, summary))
            standing.append(f"{number}.0")
    return found


@given(registers())
def test_what_is_written_is_read_again(register: Register) -> None:
    again = loads(register.dumps())
    assert again == register
    assert again.dumps() == register.dumps()


@given(registers())
def test_each_entry_carries_the_digest_of_the_one_before(register: Register) -> None:
    digests = [None, *(entry_digest(entry) for entry in register.raw)]
    assert [entry.previous for entry in register.entries] == digests[:-1]


@given(registers())
def test_appending_leaves_every_earlier_entry_as_it_was(register: Register) -> None:
    longer = register.appended(_publication("99.0", 9))
    assert longer.raw[:-1] == register.raw
    assert longer.entries[:-1] == register.entries


@given(registers(), st.data())
def test_an_entry_that_was_changed_breaks_the_chain_of_the_next(register: Register, data: st.DataObject) -> None:
    longer = register.appended(_publication("99.0", 9))
    content = _content(longer)
    number = data.draw(st.integers(0, len(register.raw) - 1))
    entry = content["entries"][number]
    if "withdrawn" in entry:
        entry["withdrawn"]["reason"] += "."
    else:
        key = data.draw(st.sampled_from(["summary", "material", "effective", "sha256"]))
        if key == "summary":
            entry["summary"]["tr"] += "."
        elif key == "material":
            entry["material"] = not entry["material"]
        elif key == "effective":
            entry["effective"] = "2031-01-01"
        else:
            entry["documents"][0]["sha256"] = "f" * 64
    version = content["entries"][number + 1]["version"]
    assert _told(content) == _unreliable(
        f"the chain is broken at entry {number + 2} (version {version}): "
        "an entry before it was changed, removed or slipped in"
    )


@given(registers(), st.data())
def test_an_entry_that_was_removed_is_missed_unless_it_was_the_last(register: Register, data: st.DataObject) -> None:
    longer = register.appended(_publication("99.0", 9))
    content = _content(longer)
    del content["entries"][data.draw(st.integers(0, len(register.raw) - 1))]
    with pytest.raises(Refused):
        loads(json.dumps(content).encode())


def test_the_order_of_keys_and_the_spaces_of_the_file_do_not_matter_to_the_chain() -> None:
    content = _content()
    content["entries"] = [dict(reversed(entry.items())) for entry in content["entries"]]
    assert loads(json.dumps(content, separators=(",", ":")).encode()).entries == THREE.entries


def test_a_register_that_is_no_json_is_an_error() -> None:
    data = THREE.dumps()[:-20]
    assert _told(data).startswith("register.json: the register cannot be relied on: it is not valid JSON (")
    assert _told(data).endswith(FIX)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"null", b"[]", b'{"entries": []}', b"[" * 100_000, b"1" * 5000, b"NaN"]
)
def test_an_empty_or_foreign_file_is_never_an_empty_register(data: bytes) -> None:
    assert "the register cannot be relied on" in _told(data)


def test_a_key_that_stands_twice_is_an_error() -> None:
    data = THREE.dumps().replace(b'"material":true,', b'"material":true,"material":false,', 1)
    assert _told(data) == _unreliable("it is not valid JSON (a key stands twice)")


@pytest.mark.parametrize(("format_", "told"), [(2, "2"), ("1", '"1"'), (True, "true"), (1.0, "1.0")])
def test_another_format_is_an_error(format_: object, told: str) -> None:
    content = {**_content(), "format": format_}
    assert _told(content) == _unreliable(f"its format is {told}; this program reads format 1")


def test_an_unknown_key_beside_the_entries_is_an_error() -> None:
    assert _told({**_content(), "more": 1}) == _unreliable('it is not of the form {"format": 1, "entries": [...]}')


def test_an_entry_that_stands_twice_is_an_error() -> None:
    content = _content(_register(_publication("1.0")))
    content["entries"].append(copy.deepcopy(content["entries"][0]))
    assert _told(content) == _unreliable(
        "the chain is broken at entry 2 (version 1.0): an entry before it was changed, removed or slipped in"
    )


def test_a_version_that_is_recorded_twice_is_an_error_though_the_chain_holds() -> None:
    with pytest.raises(Refused) as refused:
        _register(_publication("1.0"), _publication("1.0", 1))
    assert str(refused.value) == _unreliable("version 1.0 is recorded twice")


def test_a_withdrawal_of_what_was_never_published_is_an_error() -> None:
    with pytest.raises(Refused) as refused:
        _register(withdrawal_entry("1.0", moment(0), day(0), "Yok."))
    assert str(refused.value) == _unreliable("version 1.0 is withdrawn before it was published")


def test_a_second_withdrawal_is_an_error() -> None:
    with pytest.raises(Refused) as refused:
        THREE.appended(withdrawal_entry("1.0", moment(3), day(3), "Yine."))
    assert str(refused.value) == _unreliable("version 1.0 is withdrawn twice")


def test_an_entry_says_when_it_was_made_only_where_that_is_not_when_it_was_published() -> None:
    register = _register(
        publication_entry("1.0", moment(0), day(0), material=True, summary={}, documents=[], recorded=moment(4)),
        withdrawal_entry("1.0", moment(2), day(2), "Hata.", recorded=moment(4)),
        publication_entry("1.1", moment(4), day(4), material=True, summary={}, documents=[], recorded=moment(4)),
    )
    assert [entry.get("recorded") for entry in register.raw] == ["2027-01-05T09:00:00+03:00"] * 2 + [None]
    assert [entry.entered for entry in register.entries] == [moment(4)] * 3
    assert loads(register.dumps()) == register


def test_an_entry_made_before_what_it_records_is_an_error() -> None:
    content = _content(_register(_publication("1.0", 1)))
    for recorded in ("2027-01-01T09:00:00+03:00", "2027-01-02T09:00:00+03:00"):
        content["entries"][0]["recorded"] = recorded
        assert _told(content) == _unreliable("version 1.0 is recorded before it was published")


def _changed(key: str, value: object) -> Any:
    content = _content(_register(_publication("1.0")))
    content["entries"][0][key] = value
    return content


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (
            _changed("effective", "2026-02-30"),
            'entry 1 is wrong in "effective": 2026-02-30 is not a day of the calendar',
        ),
        (
            _changed("effective", 20270101),
            'entry 1 is wrong in "effective": "20270101" is not a date of the form YYYY-MM-DD',
        ),
        (
            _changed("published", "2027-01-01T09:00:00"),
            (
                'entry 1 is wrong in "published": "2027-01-01T09:00:00" is not a moment of the form '
                "2026-11-22T09:30:00+03:00"
            ),
        ),
        (
            _changed("published", "2027-01-01T25:00:00Z"),
            'entry 1 is wrong in "published": "2027-01-01T25:00:00Z" is not a moment of the calendar',
        ),
        (
            _changed("published", "9999-12-31T23:59:59-12:00"),
            'entry 1 is wrong in "published": "9999-12-31T23:59:59-12:00" is not a moment of the calendar',
        ),
        (
            _changed("published", "0001-01-01T00:00:00+14:00"),
            'entry 1 is wrong in "published": "0001-01-01T00:00:00+14:00" is not a moment of the calendar',
        ),
        (_changed("material", "yes"), 'entry 1 is wrong in "material"'),
        (_changed("version", "../x"), 'entry 1 is wrong in "version"'),
        (_changed("version", "1.0\n"), 'entry 1 is wrong in "version"'),
        (_changed("summary", {"tr": "\ud800"}), "entry 1 holds half of a character, which is no text"),
        (_changed("summary", {"\ud800": "Özet."}), "entry 1 holds half of a character, which is no text"),
        (_changed("note", "x"), 'entry 1 has an unknown key "note"'),
        ({"format": 1, "entries": [{"version": "1.0"}]}, 'entry 1 lacks "published"'),
        ({"format": 1, "entries": ["1.0"]}, "entry 1 is not of the form {...}"),
    ],
)
def test_a_value_that_cannot_be_is_an_error(content: object, why: str) -> None:
    assert _told(json.dumps(content).encode()) == _unreliable(why)


def test_the_day_of_a_moment_is_kept_with_its_offset() -> None:
    data = json.loads(THREE.dumps())
    assert data["entries"][0]["published"] == "2027-01-01T09:00:00+03:00"
    assert THREE.publications[0].effective == date(2027, 1, 1)
    assert list(THREE.withdrawals) == ["1.0"]


_WORDS = st.text(st.characters(exclude_categories=["Cs"]))
_PLAIN_ENTRIES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4),
)


@given(st.dictionaries(_WORDS, _PLAIN_ENTRIES, max_size=5))
def test_the_digest_of_an_entry_is_that_of_its_canonical_form_whatever_it_holds(entry: dict[str, Any]) -> None:
    """RFC 8785, by a library that knows nothing of the register."""
    assert entry_digest(entry) == hashlib.sha256(rfc8785.dumps(entry)).hexdigest()


def test_each_entry_stands_on_a_line_of_its_own_in_the_form_that_the_next_one_digests() -> None:
    """So `sed` and `sha256sum` are enough to follow the chain."""
    lines = THREE.dumps().splitlines()
    assert lines[0] == b'{"format": 1, "entries": ['
    assert lines[-1] == b"]}"
    entries = [line.removesuffix(b",") for line in lines[1:-1]]
    digests = [hashlib.sha256(entry).hexdigest() for entry in entries]
    assert [entry["previous"] for entry in map(json.loads, entries)] == [None, *digests[:-1]]


def test_half_of_a_character_has_no_digest() -> None:
    with pytest.raises(ValueError, match=r"surrogate|UTF-8|utf-8"):
        entry_digest({"reason": "\ud800"})
