"""What should be online: a function of releases, register, moment and settings, which refuses contradictions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.helpers.builders import SETTINGS, ZONE, day, moment, release
from yururluk.core.messages import Refused
from yururluk.core.model import Release, Withdrawal
from yururluk.core.register import Publication, Register, loads
from yururluk.publish.plan import Plan, plan, versions_file, what_publish_would_refuse

FIRST = release("1.0", {"a": "bir"}, published=day(0))
SECOND = release("1.1", {"a": "iki"}, published=day(0), effective=day(2))
BOTH = (FIRST, SECOND)


def _plan(releases: Sequence[Release], at: datetime, register: Register | None = None) -> Plan:
    return plan(releases, register or Register(), at, SETTINGS, "code")


def _refused(releases: Sequence[Release], at: datetime, register: Register) -> str:
    with pytest.raises(Refused) as refused:
        _plan(releases, at, register)
    return str(refused.value)


ONLINE = _plan(BOTH, moment(0)).register


def _aliases(made: Plan) -> dict[str, str]:
    return {alias: folder.version for folder in made.folders for alias in folder.aliases}


def test_the_first_plan_enters_every_release_in_the_order_of_publication() -> None:
    made = _plan(BOTH, moment(0))
    assert made.recorded == ("1.0", "1.1")
    assert [entry.version for entry in made.register.publications] == ["1.0", "1.1"]
    assert _aliases(made) == {"son": "1.1", "yururlukte": "1.0"}


def test_a_release_that_was_public_elsewhere_is_recorded_with_both_moments() -> None:
    taken_back = replace(SECOND, withdrawal=Withdrawal(day(3), "Hata."))
    made = _plan((FIRST, taken_back, release("1.2", {"a": "iki"})), moment(4))
    assert [(entry.version, entry.published, entry.recorded) for entry in made.register.entries] == [
        ("1.0", moment(0, 0), moment(4)),
        ("1.1", moment(0, 0), moment(4)),
        ("1.1", moment(3, 0), moment(4)),
        ("1.2", moment(4), None),
    ]
    assert [published.recorded for published in made.history.releases] == [moment(4), moment(4), None]
    again = _plan((FIRST, taken_back, release("1.2", {"a": "iki"})), moment(5), made.register)
    assert again.register == made.register
    assert again.history.releases == made.history.releases


def test_nothing_is_entered_before_the_moment_of_an_entry_though_what_it_records_is_older() -> None:
    register = _plan(BOTH, moment(4)).register
    assert _plan(BOTH, moment(2), register).register == register
    assert _refused((*BOTH, release("1.2", {"a": "üç"})), moment(2), register) == (
        "the day 2027-01-03 lies before 2027-01-05, the day of the last entry in the register.\n"
        "  Fix: publish as of today, or, where that day was only rehearsed, delete the local branch (git branch -D "
        "gh-pages); to see what was in force on an earlier day: yururluk status --on DATE; "
        "to end a release: yururluk withdraw."
    )
    later = _plan((*BOTH, release("1.2", {"a": "üç"})), moment(4, 0), register).register
    assert later.entries[-1].published == moment(4)


def test_the_second_plan_of_the_same_day_is_the_same_and_enters_nothing() -> None:
    first = _plan(BOTH, moment(0))
    second = _plan(BOTH, moment(0, hour=17), first.register)
    assert (second.recorded, second.withdrawn) == ((), ())
    assert second.register == first.register
    assert second.fingerprints() == first.fingerprints()
    assert versions_file(second.folders) == versions_file(first.folders)


def test_only_what_the_new_day_changes_is_due() -> None:
    before, after = (_plan(BOTH, moment(number), ONLINE) for number in (1, 2))
    changed = [
        new.version
        for old, new in zip(before.folders, after.folders, strict=True)
        if old.fingerprint != new.fingerprint
    ]
    assert changed == ["1.0", "1.1"]
    later = _plan(BOTH, moment(9), ONLINE)
    assert [f.fingerprint for f in later.folders] == [f.fingerprint for f in after.folders]
    assert later.portal_fingerprint == after.portal_fingerprint


def test_a_release_whose_own_day_has_not_come_waits() -> None:
    third = release("2.0", {"a": "üç"}, published=day(5))
    made = _plan((*BOTH, third), moment(1), ONLINE)
    assert (made.waiting, made.recorded) == (("2.0",), ())
    assert [folder.version for folder in made.folders] == ["1.0", "1.1"]
    assert _plan((*BOTH, third), moment(5), ONLINE).recorded == ("2.0",)


def test_before_the_first_day_of_publication_nothing_is_online() -> None:
    made = _plan(BOTH, moment(-1))
    assert (made.waiting, made.folders, made.register) == (("1.0", "1.1"), (), Register())


def test_a_release_without_a_day_is_published_now_and_on_publication_means_today() -> None:
    third = release("2.0", {"a": "üç"})
    made = _plan((*BOTH, third), moment(4, hour=11), ONLINE)
    entry = made.register.publications[-1]
    assert (entry.published, entry.effective) == (moment(4, hour=11), day(4))
    again = _plan((*BOTH, third), moment(9), made.register)
    assert again.register == made.register, "the day of publication is remembered"


def test_the_day_is_that_of_the_time_zone_of_the_settings() -> None:
    """At 22:30 in London it is the next day in Istanbul."""
    late = datetime.fromisoformat("2027-01-02T22:30:00+00:00")
    made = _plan(BOTH, late, ONLINE)
    assert made.day == day(2)
    assert _aliases(made)["yururlukte"] == "1.1"


# Days that go backwards


def test_a_day_before_the_last_entry_of_the_register_is_refused() -> None:
    assert _refused(BOTH, moment(-1), ONLINE) == (
        "the day 2026-12-31 lies before 2027-01-01, the day of the last entry in the register.\n"
        "  Fix: publish as of today, or, where that day was only rehearsed, delete the local branch (git branch -D "
        "gh-pages); to see what was in force on an earlier day: yururluk status --on DATE; "
        "to end a release: yururluk withdraw."
    )


def test_an_earlier_day_after_the_last_entry_is_a_day_like_any_other() -> None:
    there = _plan(BOTH, moment(9), ONLINE)
    back = _plan(BOTH, moment(1), there.register)
    assert back.fingerprints() == _plan(BOTH, moment(1), ONLINE).fingerprints()


def test_a_release_published_as_of_the_day_is_entered_after_what_the_clock_recorded_that_day() -> None:
    """`--today` means the beginning of the day; the register stays oldest first all the same."""
    third = release("2.0", {"a": "üç"})
    fourth = release("2.1", {"a": "dört"})
    noon = _plan((*BOTH, third), moment(4, hour=12), ONLINE)
    made = _plan((*BOTH, third, fourth), moment(4, hour=0), noon.register)
    assert [entry.published for entry in made.register.entries] == [
        moment(0, 0),
        moment(0, 0),
        moment(4, 12),
        moment(4, 12),
    ]
    assert made.history.facts["2.1", "a", "tr"].before == "2.0"


def _held_back(releases: tuple[Release, ...], at: datetime, register: Register) -> str:
    """What is wrong with the one release that is held back; nothing else is."""
    made = _plan(releases, at, register)
    assert made.recorded == ()
    assert made.fingerprints()["folders"].keys() == {entry.version for entry in register.publications}
    return "\n".join(map(str, made.held_back))


def test_a_release_that_is_slipped_in_before_what_was_published_is_held_back() -> None:
    third = _plan((*BOTH, release("2.0", {"a": "üç"})), moment(4), ONLINE).register
    older = release("0.9", {"a": "sıfır"}, published=day(2))
    assert _held_back((older, *BOTH, release("2.0", {"a": "üç"})), moment(5), third) == (
        "releases/0.9/release.yml:2: the publication day 2027-01-03 lies before 2027-01-05, the day of the last "
        "release in the register: what was published cannot be slipped in afterwards.\n"
        "  Fix: remove the line, so that the release is published now."
    )


def test_a_release_with_an_effective_date_before_the_publication_day_is_held_back() -> None:
    third = release("2.0", {"a": "üç"}, effective=day(3))
    assert _held_back((*BOTH, third), moment(4), ONLINE) == (
        "releases/2.0/release.yml:3: the effective date 2027-01-04 lies before the publication day 2027-01-05.\n"
        "  Fix: set `effective: on-publication` or a later day."
    )


def test_a_running_register_takes_no_release_of_a_past_day_that_was_not_brought_in() -> None:
    late = release("2.0", {"a": "üç"}, published=day(3))
    assert _held_back((*BOTH, late), moment(4), ONLINE) == (
        "releases/2.0/release.yml:2: the publication day 2027-01-04 has passed: since the register has begun, a "
        "release is published at the moment at which it goes online.\n"
        "  Fix: remove the line. Only for a text that was public elsewhere on that day, say where it comes from: "
        "imported: {from: …}; the register then holds both moments."
    )
    brought_in = _plan((*BOTH, replace(late, imported=True)), moment(4), ONLINE).register.publications[-1]
    assert (brought_in.published, brought_in.recorded) == (moment(3, 0), moment(4))


# Contradictions between the register and the releases


def test_a_published_release_that_is_missing_is_refused() -> None:
    assert _refused((FIRST,), moment(1), ONLINE) == (
        "releases/1.1: release 1.1 was published on 2027-01-01 and is missing here.\n"
        "  Fix: restore it from git: git checkout <commit> -- releases/1.1."
    )


@pytest.mark.parametrize(
    ("words", "name", "what"),
    [
        ({"a": "başka"}, "tr/a.md", "changed"),
        ({"a": "iki", "a/en": "two"}, "en/a.md", "added"),
        ({"a": "iki", "b": "yeni"}, "tr/b.md", "added"),
    ],
)
def test_a_published_text_that_was_changed_or_added_is_refused(words: dict[str, str], name: str, what: str) -> None:
    other = release("1.1", words, published=day(0), effective=day(2))
    assert _refused((FIRST, other), moment(1), ONLINE) == (
        f"releases/1.1/{name}: this file was {what} after release 1.1 was published on 2027-01-01.\n"
        "  Fix: restore the release from git, and make the change in docs/ for a new release."
    )


def test_a_published_text_that_was_removed_is_refused() -> None:
    both = release("1.0", {"a": "bir", "b": "bir"}, published=day(0))
    register = _plan((both,), moment(0)).register
    assert _refused((FIRST,), moment(1), register) == (
        "releases/1.0/tr/b.md: this file was removed after release 1.0 was published on 2027-01-01.\n"
        "  Fix: restore the release from git, and make the change in docs/ for a new release."
    )


STAYS = "what has been published stays as it was."
WEIGHTS = f"{{{', '.join(f'{document}: true' for document in SECOND.documents)}}}"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            replace(SECOND, effective=day(3)),
            (
                "3: the effective date is 2027-01-04 here, but release 1.1 was published on "
                "2027-01-01 with 2027-01-03.\n"
                f"  Fix: write effective: 2027-01-03 again; {STAYS}"
            ),
        ),
        (
            replace(SECOND, effective=None),
            (
                "3: the effective date is 2027-01-01 here, but release 1.1 was published on "
                "2027-01-01 with 2027-01-03.\n"
                f"  Fix: write effective: 2027-01-03 again; {STAYS}"
            ),
        ),
        (
            replace(SECOND, published=day(1)),
            (
                "2: the publication day is 2027-01-02 here, but release 1.1 was published on 2027-01-01.\n"
                f"  Fix: write published: 2027-01-01 again, or remove the line; {STAYS}"
            ),
        ),
        (
            replace(SECOND, material=False),
            (
                "4: material is false here, but release 1.1 was published on 2027-01-01 with true.\n"
                f"  Fix: write material: true again; {STAYS}"
            ),
        ),
        (
            replace(SECOND, material_by_document=dict.fromkeys(SECOND.documents, True)),
            (
                f"4: material is {WEIGHTS} here, but release 1.1 was published on 2027-01-01 with true.\n"
                f"  Fix: write material: true again; {STAYS}"
            ),
        ),
        (
            replace(SECOND, summary={"tr": "Başka.", "en": "Summary."}),
            (
                '5: the summary "tr" is not the one with which release 1.1 was published on 2027-01-01.\n'
                f'  Fix: write again: "Özet."; {STAYS}'
            ),
        ),
        (
            replace(SECOND, summary={"tr": "Özet.", "en": "Summary.", "de": "Neu."}),
            (
                '5: the summary "de" is not the one with which release 1.1 was published on 2027-01-01.\n'
                f'  Fix: remove "de": it was published without; {STAYS}'
            ),
        ),
    ],
)
def test_what_was_published_stays_as_it_was(changed: Release, told: str) -> None:
    assert _refused((FIRST, changed), moment(1), ONLINE) == f"releases/1.1/release.yml:{told}"


def test_the_line_published_may_be_left_out_once_the_register_has_the_day() -> None:
    assert _plan((FIRST, replace(SECOND, published=None)), moment(1), ONLINE).register == ONLINE


def test_all_contradictions_are_told_at_once() -> None:
    changed = release("1.1", {"a": "başka"}, published=day(0), effective=day(3), material=False)
    with pytest.raises(Refused) as refused:
        _plan((changed,), moment(1), ONLINE)
    assert [(p.path, p.line) for p in refused.value.problems] == [
        ("releases/1.0", 0),
        ("releases/1.1/release.yml", 3),
        ("releases/1.1/release.yml", 4),
        ("releases/1.1/tr/a.md", 0),
    ]


def test_another_authentic_language_contradicts_what_was_recorded() -> None:
    first = release("1.0", {"a": "bir", "a/en": "one"}, published=day(0))
    second = release("1.1", {"a": "iki", "a/en": "one"}, published=day(1))
    register = _plan((first, second), moment(1)).register
    turned = replace(SETTINGS, locales=("en", "tr"))
    with pytest.raises(Refused) as refused:
        plan((first, second), register, moment(2), turned, "code")
    assert str(refused.value) == (
        "releases/1.1/en/a.md: by the register this text takes effect on 2027-01-02, not on 2027-01-01 in release 1.1; "
        "by the releases and settings here it is otherwise.\n"
        "  Fix: restore releases/ and the languages in mkdocs.yml as they were when it was published.\n"
        "releases/1.1/tr/a.md: by the register this text takes effect on 2027-01-02, not on 2027-01-01 in release 1.1; "
        "by the releases and settings here it is otherwise.\n"
        "  Fix: restore releases/ and the languages in mkdocs.yml as they were when it was published."
    )


# Withdrawals


def _withdrawn(of: Release, number: int, reason: str = "Hata.") -> Release:
    return replace(of, withdrawal=Withdrawal(day(number), reason))


def test_a_withdrawal_is_entered_once() -> None:
    made = _plan((FIRST, _withdrawn(SECOND, 3)), moment(3), ONLINE)
    assert made.withdrawn == ("1.1",)
    assert made.register.raw[: len(ONLINE.raw)] == ONLINE.raw
    assert _plan((FIRST, _withdrawn(SECOND, 3)), moment(4), made.register).register == made.register
    assert _aliases(made) == {"son": "1.0", "yururlukte": "1.0"}


@pytest.mark.parametrize("second", [SECOND, _withdrawn(SECOND, 4), _withdrawn(SECOND, 3, "Başka.")])
def test_a_withdrawal_that_was_entered_stays_as_it_was(second: Release) -> None:
    register = _plan((FIRST, _withdrawn(SECOND, 3)), moment(3), ONLINE).register
    assert _refused((FIRST, second), moment(4), register) == (
        'releases/1.1/withdrawal.yml: release 1.1 was withdrawn as of 2027-01-04, with the reason "Hata."; '
        "this file is missing or says otherwise.\n"
        "  Fix: restore it from git; to bring the text back, make a new release."
    )


def test_a_release_published_with_a_withdrawal_is_held_against_what_is_left() -> None:
    third = release("1.2", {"a": "bir"})
    made = _plan((FIRST, _withdrawn(SECOND, 3), third), moment(3), ONLINE)
    assert [entry.version for entry in made.register.entries] == ["1.0", "1.1", "1.1", "1.2"]
    assert isinstance(made.register.entries[-1], Publication)
    assert not made.history.facts["1.2", "a", "tr"].changed
    again = _plan((FIRST, _withdrawn(SECOND, 3), third), moment(9), made.register)
    assert again.register == made.register


def test_a_withdrawal_dated_back_does_not_contradict_what_was_recorded_since() -> None:
    third = release("1.2", {"a": "iki", "b": "yeni"})
    register = _plan((*BOTH, third), moment(5), ONLINE).register
    made = _plan((FIRST, _withdrawn(SECOND, 3), third), moment(6), register)
    assert made.withdrawn == ("1.1",)
    assert made.history.facts["1.2", "a", "tr"].changed_by == "1.1"
    assert made.history.text_in_force("a", day(7)) == "1.2"


@st.composite
def lives(draw: st.DrawFn) -> list[list[Release]]:
    """What lies in releases/ on each of some days: releases come, some are withdrawn, nothing else changes."""
    found: list[list[Release]] = []
    known: list[Release] = []
    for number in range(draw(st.integers(2, 6))):
        known = [
            _withdrawn(one, draw(st.integers(number - 1, number + 1)))
            if one.withdrawal is None and number and draw(st.integers(0, 5)) == 0
            else one
            for one in known
        ]
        if draw(st.integers(0, 3)):
            words = draw(st.dictionaries(st.sampled_from("ab"), st.sampled_from(["bir", "iki"]), min_size=1))
            starts = draw(st.none() | st.integers(number, number + 4))
            effective = None if starts is None else day(starts)
            known = [*known, release(f"1.{len(known)}", words, effective=effective)]
        found.append(known)
    return found


@given(lives(), st.lists(st.booleans(), min_size=6, max_size=6))
@hypothesis_settings(max_examples=25)
def test_the_register_only_grows_is_read_again_and_says_the_same_later(
    days: list[list[Release]], skipped: list[bool]
) -> None:
    register = Register()
    for number, releases in enumerate(days):
        if skipped[number]:
            continue  # a day on which nobody published; what is too late then is another rule
        late = [r for r in releases if r.effective and r.effective < day(number)]
        if any(register.publication(r.version) is None for r in late):
            return
        made = _plan(releases, moment(number), register)
        assert made.register.raw[: len(register.raw)] == register.raw
        assert loads(made.register.dumps()) == made.register
        moments = [entry.published for entry in made.register.entries]
        assert moments == sorted(moments), "oldest first"
        again = _plan(releases, moment(number, hour=23), made.register)
        assert again.register == made.register
        assert again.fingerprints() == made.fingerprints()
        register = made.register


def test_a_history_told_whole_has_its_withdrawals_where_they_happened() -> None:
    """1.2 came back with the words of 1.1, which had been withdrawn: it brought them again, from its own day on."""
    second = _withdrawn(replace(SECOND, published=day(1), effective=None), 3)
    third = release("1.2", {"a": "iki"}, published=day(5))
    made = _plan((FIRST, second, third), moment(9))
    assert [entry.version for entry in made.register.entries] == ["1.0", "1.1", "1.1", "1.2"]
    assert made.register.withdrawals["1.1"].published == datetime.combine(day(3), time.min, tzinfo=ZONE)
    facts = made.history.facts["1.2", "a", "tr"]
    assert (facts.changed, facts.before, facts.effective) == (True, "1.0", day(5))
    assert made.history.text_in_force("a", day(4)) == "1.0"
    assert _plan((FIRST, second, third), moment(10), made.register).register == made.register


@given(lives())
@hypothesis_settings(max_examples=25)
def test_a_history_told_whole_is_recorded_as_if_it_had_been_told_day_by_day(days: list[list[Release]]) -> None:
    register = Register()
    came: dict[str, date] = {}
    for number, releases in enumerate(days):
        register = _plan(releases, moment(number), register).register
        came = {**{one.version: day(number) for one in releases}, **came}
    whole = [
        replace(
            one,
            published=came[one.version],
            withdrawal=one.withdrawal and replace(one.withdrawal, on=register.withdrawals[one.version].withdrawn.on),
        )
        for one in days[-1]
    ]
    at_once = _plan(whole, moment(len(days) - 1, hour=23)).register
    moments = [entry.published for entry in at_once.entries]
    assert moments == sorted(moments), "oldest first"
    assert loads(at_once.dumps()) == at_once
    for told, again in zip(register.publications, at_once.publications, strict=True):
        assert (told.version, told.effective, told.documents) == (again.version, again.effective, again.documents)
    assert _plan(whole, moment(len(days)), at_once).register.raw[: len(at_once.raw)] == at_once.raw


@given(lives(), st.lists(st.booleans(), min_size=6, max_size=6))
@hypothesis_settings(max_examples=25)
def test_moments_never_go_back_where_older_releases_come_along_with_withdrawals(
    days: list[list[Release]], skipped: list[bool]
) -> None:
    """On some days nobody publishes: what came then is entered later, as of its day, beside what is withdrawn now."""
    register = Register()
    came: dict[str, date] = {}
    for number, releases in enumerate(days):
        came = {**{one.version: day(number) for one in releases}, **came}
        if skipped[number]:
            continue
        told = [replace(one, published=came[one.version], imported=True) for one in releases]
        made = _plan(told, moment(number, hour=14), register)
        moments = [entry.published for entry in made.register.entries]
        assert moments == sorted(moments), "oldest first"
        assert loads(made.register.dumps()) == made.register
        again = _plan(told, moment(number, hour=23), made.register)
        assert again.register == made.register
        assert again.fingerprints() == made.fingerprints()
        register = made.register


def test_a_withdrawal_entered_now_comes_after_an_older_release_and_before_one_of_today() -> None:
    """1.1 is withdrawn now; 1.2 was public since the day before, and 1.3 has been since this morning."""
    register = _plan((FIRST, replace(SECOND, effective=None)), moment(3)).register
    releases = (
        FIRST,
        _withdrawn(replace(SECOND, effective=None), 5),
        replace(release("1.2", {"a": "iki"}, published=day(4)), imported=True),
        release("1.3", {"a": "iki"}, published=day(5)),
    )
    made = _plan(releases, moment(5, hour=14), register)
    added = made.register.entries[2:]
    assert [(entry.version, type(entry).__name__) for entry in added] == [
        ("1.2", "Publication"),
        ("1.1", "WithdrawalEntry"),
        ("1.3", "Publication"),
    ]
    assert [entry.published for entry in added] == sorted(entry.published for entry in added)
    assert [entry.published.astimezone(ZONE).date() for entry in added] == [day(4), day(5), day(5)]
    facts = made.history.facts
    assert (facts["1.2", "a", "tr"].changed, facts["1.3", "a", "tr"].changed) == (False, False)
    assert _plan(releases, moment(6), made.register).register == made.register


def test_what_check_says_of_a_new_release_does_not_depend_on_the_hour_of_the_last_publish() -> None:
    first = release("1.0", {"a": "bir", "b": "iki"})
    second = release("1.1", {"a": "başka", "b": "iki"}, effective=day(3))
    register = plan([first], Register(), moment(0) + timedelta(hours=13), SETTINGS, "code").register
    assert what_publish_would_refuse([first, second], register, moment(0), SETTINGS) == []
