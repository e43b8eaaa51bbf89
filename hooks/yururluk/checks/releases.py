"""Whether each release makes sense: its dates, their order and its summary, and that it changes something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from yururluk.checks.documents import front_matter_problems
from yururluk.core.in_force import Candidate, governing
from yururluk.core.messages import Message, Problem, Severity, fault, msg, rule, together
from yururluk.core.model import Release, Text, version_key, without_roles
from yururluk.core.settings import Settings
from yururluk.text.markdown import RenderError

_FAR_AHEAD_YEARS = 5
_DAY = timedelta(days=1)
_SHOWN = 5  # of what an editorial release changes
_WORDS = re.compile(r"\w+")
_COMMENT = re.compile("<!--.*?-->", re.DOTALL)


def release_problems(
    releases: Sequence[Release], settings: Settings, today: date, published: Set[str]
) -> list[Problem]:
    """The faults of the releases. `published` names those that the register has: they stay as they are."""
    problems: list[Problem] = []
    for place, release in enumerate(releases):
        is_published = release.version in published
        # A withdrawn release does not count as the one before: its text may come back as a new release.
        before = next((other for other in reversed(releases[:place]) if other.withdrawal is None), None)
        problems += _summary_problems(release, settings, is_published)
        if not decides_without_change(release.effective, before, releases[:place]):
            problems += _nothing_changed(release, before, is_published)
        if not is_published:
            problems += _date_problems(release, today)
            problems += _too_soon(release, settings, today) if place else []
            problems += _changes_that_matter(release, before, settings)
            problems += _frozen_text_problems(release, settings)
            problems += _unweighed(release, before)
    return problems


def _line(release: Release, *keys: str) -> int:
    return next((release.lines[key] for key in keys if key in release.lines), 1)


@rule("effective-date", Severity.ERROR, msg("A release takes effect on or after its publication."))
@rule("published-date", Severity.ERROR, msg("A release was published on a day on which it can have been."))
def _date_problems(release: Release, today: date) -> Iterator[Problem]:
    if release.published is None and release.effective is not None and release.effective < today:
        message = msg(
            "the effective date {effective} lies before the publication day ({today} at the earliest).",
            effective=release.effective,
            today=today,
        )
        fix = msg(
            "set `effective: on-publication` or a later day; if the text was "
            "already public, add `published:` with the day on which it became so."
        )
        yield fault("effective-date", release.path, _line(release, "effective"), message, fix)
    if release.published is not None and release.published > today:
        message = msg(
            "the publication day {published} lies in the future; the release will go online only then.",
            published=release.published,
        )
        fix = msg("if it may go online at once, remove the line: the first publish then sets the day.")
        line = _line(release, "published")
        yield Problem("published-date", release.path, line, message, fix, Severity.WARNING)
    if release.effective is not None and release.effective.year > today.year + _FAR_AHEAD_YEARS:
        message = msg(
            "the effective date {effective} is more than {years} years away.",
            effective=release.effective,
            years=_FAR_AHEAD_YEARS,
        )
        fix = msg("look at the year again; if it is meant, nothing needs to be done.")
        line = _line(release, "effective")
        yield Problem("effective-date", release.path, line, message, fix, Severity.WARNING)


@rule(
    "notice-days",
    Severity.ERROR,
    msg("An important change is announced as long before it binds as the company promises."),
    source="WP260 rev.01, ¶30–31; yururluk",
)
def _too_soon(release: Release, settings: Settings, today: date) -> list[Problem]:
    """An important change that binds sooner than the company has promised."""
    if not settings.notice_days or not release.material or release.withdrawal is not None:
        return []
    if release.published is not None and release.published < today:
        return []
    announced = release.published or today
    days = ((release.effective or announced) - announced).days
    if days >= settings.notice_days:
        return []
    message = msg(
        "an important change takes effect {days} days after it is announced; {promised} are promised (notice_days).",
        days=max(days, 0),
        promised=settings.notice_days,
    )
    fix = msg(
        "set `effective: {day}` or later, or mark the release editorial if nothing important changes.",
        day=announced + timedelta(days=settings.notice_days),
    )
    return [fault("notice-days", release.path, _line(release, "effective", "material"), message, fix)]


@rule(
    "editorial", Severity.WARNING, msg("A release marked editorial touches no number, date, party, negation or modal.")
)
def _changes_that_matter(release: Release, before: Release | None, settings: Settings) -> Iterator[Problem]:
    """What a court would look at in a release marked editorial; and words or numbers that changed, but that the page
    does not show: a number that a list counts itself, a cell too many."""
    from yururluk.redline import compare_texts  # a tenth of a second, which a project without releases need not wait

    for text in release.texts:
        old = before.by_name.get((text.document, text.locale)) if before else None
        if before is None or old is None or old.body == text.body:
            continue
        try:
            changes = compare_texts(old, text).changes
        except RenderError:
            continue  # `rendering` says so
        matters = [f"{one.old or '∅'} → {one.new or '∅'}" for change in changes for one in change.matters]
        if matters and not release.is_material(text.document) and text.locale == settings.authentic:
            shown = [*matters[:_SHOWN], *(["…"] if len(matters) > _SHOWN else [])]
            message = msg(
                "the release is marked editorial, but in {path} it changes: {changes}.",
                path=text.path,
                changes="; ".join(shown),
            )
            fix = msg("write material: true, or look at each of them and leave it, if none changes what is meant.")
            yield fault("editorial", release.path, _line(release, "material"), message, fix)
        if not changes and _words(old) != _words(text):
            message = msg(
                "{path} has other words or numbers than in release {before}, but its page shows no change.",
                path=text.path,
                before=before.version,
            )
            fix = msg(
                "write them so that the page shows them, then run `yururluk release --again {version}`.",
                version=release.version,
            )
            yield fault("no-change", release.path, _line(release), message, fix)


@rule("material", Severity.ERROR, msg("A release says of each document that it changes whether that is important."))
def _unweighed(release: Release, before: Release | None) -> Iterator[Problem]:
    """Documents that change, and of which `material:` by document says nothing; names of none."""
    weights, old = release.material_by_document, before.by_name if before else {}
    changed = {
        name for name, locale in release.by_name if not _is_same(old.get((name, locale)), release.by_name[name, locale])
    }
    for document in sorted(changed - set(weights) if weights else ()):
        message = msg('material does not say whether the change of "{document}" is important.', document=document)
        fix = msg("add {document}: true, or {document}: false.", document=document)
        yield fault("material", release.path, _line(release, "material"), message, fix)
    for document in sorted(set(weights) - set(release.documents)):
        message = msg('material names "{document}", which is no document of the release.', document=document)
        fix = msg("remove it; the documents are: {documents}.", documents=", ".join(release.documents))
        yield fault("material", release.path, _line(release, "material"), message, fix)


def _is_same(old: Text | None, new: Text) -> bool:
    return old is not None and say_the_same([old], [new])


def _words(text: Text) -> list[str]:
    return _WORDS.findall(_COMMENT.sub("", without_roles(text.body)))


@rule("summary", Severity.ERROR, msg("A release says what changed, in each of its languages."))
def _summary_problems(release: Release, settings: Settings, is_published: bool) -> Iterator[Problem]:
    for locale in settings.locales:
        if locale in release.summary or not any(text.locale == locale for text in release.texts):
            continue
        stops = locale == settings.authentic and not is_published
        severity = Severity.ERROR if stops else Severity.WARNING
        language = settings.language(locale)
        message = msg(
            "the summary of what changed is missing in {language}, in which the release has texts.", language=language
        )
        fix = (
            msg("it was published so and stays so; write the summary of the next release in every language.")
            if is_published
            else msg('add under summary: {locale}: "…", in words a customer understands.', locale=locale)
        )
        yield Problem("summary", release.path, _line(release, "summary"), message, fix, severity)


@rule("no-change", Severity.ERROR, msg("A release changes something."))
def _nothing_changed(release: Release, before: Release | None, is_published: bool) -> list[Problem]:
    if before is None or not say_the_same(before.texts, release.texts):
        return []
    message = msg("nothing changed: the texts are those of release {before}.", before=before.version)
    if is_published:
        fix = msg("it was published so and stays so; nothing needs to be done.")
        return [Problem("no-change", release.path, _line(release), message, fix, Severity.WARNING)]
    fix = msg("delete releases/{version}; make a release when a draft has changed.", version=release.version)
    return [fault("no-change", release.path, _line(release), message, fix)]


def decides_without_change(effective: date | None, before: Release | None, earlier: Sequence[Release]) -> bool:
    """Whether a release matters though its texts are those of the one `before`: of the `earlier` releases one with
    other texts takes effect after that one, and would govern in its place."""
    return any(
        effective is not None
        and before is not None
        and other.withdrawal is None
        and other.effective is not None
        and other.effective <= effective
        and (before.effective is None or before.effective < other.effective)
        and not say_the_same(other.texts, before.texts)
        for other in earlier
    )


def say_the_same(some: Sequence[Text], others: Sequence[Text]) -> bool:
    """Whether two states of all documents are the same to a reader, who sees no line ends and no roles."""
    first, second = ({text.name: (text.front_matter, text.wording) for text in texts} for texts in (some, others))
    return first == second


def _frozen_text_problems(release: Release, settings: Settings) -> list[Problem]:
    """Front matter that would be an error in a draft; before it is published, the release can be made again."""
    found: list[Problem] = []
    for text in release.texts:
        authentic = release.by_name.get((text.document, settings.authentic))
        found += front_matter_problems(text, authentic if authentic is not text else None, settings)
    fix = msg("correct it in docs/, then run `yururluk release --again {version}`.", version=release.version)
    return [replace(problem, fix=fix, severity=Severity.WARNING) for problem in found]


@rule(
    "overtaking", Severity.WARNING, msg("A release does not take effect before an earlier one that is still to come.")
)
def overtaking_problems(
    releases: Sequence[Release], settings: Settings, today: date, published: Mapping[str, date]
) -> list[Problem]:
    """Each release that takes effect before one which is published earlier and still to come.

    By the rule of the latest effective date the earlier one governs from its own day on, without what the later one
    changes; and what it announced for that day, as far as the later one holds it already, binds sooner.

    `published` gives the day of each release that the register has, in its order; the others follow as the next
    publish would enter them. What is decided on the day itself by a third release is no fault.
    """
    problems = []
    for release, starts, overtaken, day, before in _overtaking(releases, settings, today, published):
        early = _bound_early(release, overtaken, before, settings.authentic)
        message = _message(release, starts, overtaken, day, early)
        if _corrects(release, overtaken):
            fix = msg(
                "freeze release {next} with the same correction, effective on {effective}: `yururluk check --fix` does "
                "it.",
                next=next_patch(overtaken.version, releases),
                effective=day,
            )
        else:
            fix = _fix(overtaken, day, early, is_published=release.version in published)
        problems.append(fault("overtaking", release.path, release.lines.get("effective", 1), message, fix))
    return problems


def corrections_due(
    releases: Sequence[Release], settings: Settings, today: date, published: Mapping[str, date]
) -> list[tuple[Release, Release]]:
    """Corrections of the text in force that an upcoming release does not have yet: each, and that release."""
    found = _overtaking(releases, settings, today, published)
    return [(release, overtaken) for release, _, overtaken, _, _ in found if _corrects(release, overtaken)]


def next_patch(version: str, releases: Sequence[Release]) -> str:
    """The first free version after one that differs from it in the third number: 2.0.1 after 2.0."""
    first, second, third = version_key(version)
    taken = {version_key(release.version) for release in releases}
    return next(f"{first}.{second}.{n}" for n in count(third + 1) if (first, second, n) not in taken)


def _corrects(release: Release, overtaken: Release) -> bool:
    """Whether a release was made from a text before the upcoming one: its version is lower, though it is newer."""
    return version_key(release.version) < version_key(overtaken.version)


def _overtaking(
    releases: Sequence[Release], settings: Settings, today: date, published: Mapping[str, date]
) -> Iterator[tuple[Release, date, Release, date, Release | None]]:
    """Each overtaking release and its first day, the one that is overtaken and its day, and the one before that."""
    by_version = {release.version: release for release in releases}
    candidates = _candidates(releases, settings.timezone, today, published)
    for place, later in enumerate(candidates):
        for at, other in enumerate(candidates[:place]):
            day = other.effective
            is_overtaken = day > max(later.binds_from, today) and not later.is_withdrawn(day)
            if not is_overtaken or governing(candidates, day) is not other:
                continue
            release, upcoming = by_version[later.version], by_version[other.version]
            # What a release brought, those after it hold too; a correction is to go into the upcoming one by itself.
            if _corrects(release, upcoming) or governing(candidates, day - _DAY) is later:
                before = next((by_version[c.version] for c in reversed(candidates[:at]) if not c.withdrawn_on), None)
                yield release, later.binds_from, upcoming, day, before


def _candidates(
    releases: Sequence[Release], zone: ZoneInfo, today: date, published: Mapping[str, date]
) -> list[Candidate]:
    """The releases in the order of their publication, those not yet published as if the next days brought them."""
    places = {version: place for place, version in enumerate(published)}
    days = {
        release.version: published.get(release.version) or max(release.published or today, today)
        for release in releases
    }
    if published:  # nothing can be slipped in before what the register has
        latest = max(published.values())
        days |= {version: max(day, latest) for version, day in days.items() if version not in published}
    ordered = sorted(
        releases, key=lambda r: (places.get(r.version, len(places)), days[r.version], version_key(r.version))
    )
    return [
        Candidate(
            release.version,
            datetime.combine(days[release.version], time(), tzinfo=zone),
            days[release.version],
            release.effective or days[release.version],
            rank,
            release.withdrawal.on if release.withdrawal else None,
        )
        for rank, release in enumerate(ordered)
    ]


def _message(release: Release, starts: date, other: Release, day: date, early: Sequence[str]) -> Message:
    overtakes = msg(
        "this release takes effect on {starts}, before release {version} on {effective}.",
        starts=starts,
        version=other.version,
        effective=day,
    )
    sooner = msg(
        "What release {version} announces for that day in {documents} would then bind from {starts}.",
        version=other.version,
        documents=", ".join(early),
        starts=starts,
    )
    again = msg(
        "From {effective} on, release {version} would govern again, without what release {this} changes.",
        effective=day,
        version=other.version,
        this=release.version,
    )
    return together(overtakes, sooner if early else "", again)


def _fix(other: Release, day: date, early: Sequence[str], *, is_published: bool) -> Message:
    if is_published:
        return msg(
            "freeze a release with the changes of both, for that day: "
            "`yururluk release VERSION --effective {effective}`; "
            'or withdraw release {version}: `yururluk withdraw {version} --reason "…"`.',
            effective=day,
            version=other.version,
        )
    if early:
        return msg(
            "make it effective on {effective} or later, or make it without the changes of release {version}.",
            effective=day,
            version=other.version,
        )
    return msg("make it effective on {effective} or later.", effective=day)


def _bound_early(release: Release, other: Release, before: Release | None, authentic: str) -> list[str]:
    """The documents in which a release brings sooner a paragraph that another announces for a later day.

    The other's own text, unchanged, does not count: it keeps the effective date of the release that changed it.
    """
    found = []
    for text in release.texts:
        theirs, known = (one.by_name.get((text.document, authentic)) if one else None for one in (other, before))
        if text.locale == authentic and theirs is not None and theirs.body != text.body:
            brought = _paragraphs(theirs) - (_paragraphs(known) if known else set())
            found += [text.document] if brought & _paragraphs(text) else []
    return sorted(found)


def _paragraphs(text: Text) -> set[str]:
    return {line.strip() for line in text.body.split("\n") if line.strip()}
