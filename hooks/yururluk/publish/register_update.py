"""What a publish enters in the register (which releases and withdrawals, as of which moments, with which facts), and
where releases/ is not what the register says was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from yururluk.core.history import History, Published, publish_moment
from yururluk.core.messages import Message, Problem, Severity, msg, rule
from yururluk.core.model import Release, Withdrawal, version_key
from yururluk.core.register import Publication, Register, WithdrawalEntry, publication_entry, withdrawal_entry
from yururluk.core.releases import ASSETS
from yururluk.core.settings import Settings


def moment_of_entry(register: Register, moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which a publish enters something. Within a day, its beginning (`--today`, `check`) must not come
    before what the clock has recorded already."""
    day = moment.astimezone(zone).date()
    return max([moment, *(one.entered for one in register.entries if one.entered.astimezone(zone).date() <= day)])


def waiting_and_ready(
    releases: Sequence[Release], register: Register, moment: datetime, zone: ZoneInfo
) -> tuple[list[Release], list[Release]]:
    """The releases not yet in the register: those whose own day has not come, and the others in their order."""
    day = moment.astimezone(zone).date()
    fresh = [release for release in releases if register.publication(release.version) is None]
    waiting = [release for release in fresh if release.published is not None and release.published > day]
    due = [release for release in fresh if release.published is None or release.published <= day]
    ready = sorted(
        due, key=lambda r: (publish_moment(r.published, zone) if r.published else moment, version_key(r.version))
    )
    return waiting, ready


def extended_register(
    register: Register,
    releases: Sequence[Release],
    ready: Sequence[Release],
    history: History,
    moment: datetime,
    settings: Settings,
) -> tuple[Register, list[str]]:
    """The register with all that this publish enters, and the versions of what it withdraws. Moments never go back."""
    zone = settings.timezone
    past = [release for release in ready if history[release.version].published_on < moment.date()]
    extended, withdrawn = _with_publications(register, releases, past, history, moment, register, settings)
    extended, before = _with_past_withdrawals(
        extended, releases, publish_moment(moment.date(), zone), moment, register, zone
    )
    # What is known to be withdrawn comes before what is published with it: that is held against what is left.
    known = [release for release in releases if register.publication(release.version)]
    extended, now = _with_withdrawals(extended, known, moment, register)
    extended, between = _with_publications(extended, releases, ready[len(past) :], history, moment, register, settings)
    extended, at_last = _with_past_withdrawals(extended, releases, moment, moment, register, zone)
    extended, at_once = _with_withdrawals(extended, releases, moment, register)
    return extended, [*withdrawn, *before, *now, *between, *at_last, *at_once]


def _with_publications(
    register: Register,
    releases: Sequence[Release],
    due: Sequence[Release],
    history: History,
    now: datetime,
    known: Register,
    settings: Settings,
) -> tuple[Register, list[str]]:
    """The register with the releases that are due, and with the withdrawals made elsewhere before each; and the
    versions of what those withdrew. `now` is the moment of the entries; `known` is as in `_with_withdrawals`."""
    withdrawn = []
    for release in due:
        published = history[release.version]
        # In a history made elsewhere, a release that came back with the words of a withdrawn one brought them again.
        register, before = _with_past_withdrawals(register, releases, published.moment, now, known, settings.timezone)
        withdrawn += before
        register = register.appended(_entry(history, published, settings))
    return register, withdrawn


def _to_withdraw(releases: Sequence[Release], register: Register) -> list[tuple[Release, Withdrawal]]:
    """The releases that the register has and whose withdrawal it lacks."""
    return [
        (release, release.withdrawal)
        for release in releases
        if release.withdrawal and register.publication(release.version) and release.version not in register.withdrawals
    ]


def _with_withdrawals(
    register: Register, releases: Sequence[Release], moment: datetime, known: Register
) -> tuple[Register, list[str]]:
    """The register with the withdrawals that it lacks of the releases that it has, and their versions.

    A release that the register knew before can be withdrawn from today on at the earliest: what governed on a
    past day stays as it was. `known` is the register as it was before this publish.
    """
    withdrawn = []
    for release, taken_back in _to_withdraw(releases, register):
        on = _withdrawn_from(release, known, taken_back.on, moment.date())
        entry = withdrawal_entry(release.version, moment, on, taken_back.reason)
        register = register.appended(entry)
        withdrawn.append(release.version)
    return register, withdrawn


def _with_past_withdrawals(
    register: Register, releases: Sequence[Release], until: datetime, now: datetime, known: Register, zone: ZoneInfo
) -> tuple[Register, list[str]]:
    """The register with the withdrawals that were made elsewhere by the moment `until`, each as of the beginning of its
    own day, of releases that came there in the same way; and their versions. `now` and `known` are as in
    `_with_publications`."""
    withdrawn = []
    past = [
        (publish_moment(release.withdrawal.on, zone), release.version, release.withdrawal)
        for release in releases
        if release.withdrawal and _made_elsewhere(release, known) and register.publication(release.version)
    ]
    for moment, version, withdrawal in sorted(past, key=lambda found: found[:2]):
        if moment <= until and version not in register.withdrawals:
            entered = max([moment, *(entry.published.astimezone(zone) for entry in register.entries[-1:])])
            recorded = now if entered < now else None
            entry = withdrawal_entry(version, entered, withdrawal.on, withdrawal.reason, recorded)
            register = register.appended(entry)
            withdrawn.append(version)
    return register, withdrawn


def _made_elsewhere(release: Release, known: Register) -> bool:
    """Whether a release was public before it came here, and is entered only now."""
    return release.published is not None and known.publication(release.version) is None


def _withdrawn_from(release: Release, known: Register, on: date, day: date) -> date:
    """The day from which a withdrawal not yet recorded counts."""
    return on if _made_elsewhere(release, known) else max(on, day)


def known_history(
    releases: Sequence[Release],
    register: Register,
    settings: Settings,
    *,
    fresh: Sequence[Release] = (),
    moment: datetime | None = None,
) -> History:
    """The history that the register tells, followed by `fresh` releases as published at `moment`."""
    by_version = {release.version: release for release in releases}
    zone = settings.timezone
    today = moment.astimezone(zone).date() if moment is not None else None
    past = sum(1 for release in fresh if release.published and today and release.published < today)
    found: list[Published] = []
    for rank, entry in enumerate(register.publications):
        release = by_version.get(entry.version)
        if release is None:
            continue
        published = entry.published.astimezone(zone)
        taken_back = _withdrawal(release, register, len(register.publications) + past, moment, zone)
        recorded = entry.recorded.astimezone(zone) if entry.recorded else None
        found.append(Published(release, published, published.date(), entry.effective, rank, *taken_back, recorded))
    last = [entry.published.astimezone(zone) for entry in register.entries[-1:]]
    moments = []
    for release in fresh:
        if release.published is not None:
            # Of a day that the register has reached, only the rest is left: its moments never go back.
            own = max([publish_moment(release.published, zone), *last])
            if moment is not None and release.published == today and _to_withdraw(releases, register):
                own = max(own, moment.astimezone(zone))  # the withdrawal is entered before it
            moments.append(own)
        elif moment is not None:
            moments.append(moment.astimezone(zone))
        else:
            raise ValueError(f"release {release.version} needs a moment of publication")
    first = len(register.publications)
    for at, (release, published) in enumerate(zip(fresh, moments, strict=True)):
        effective = release.effective or published.date()
        unrecorded = first + len(fresh)
        if release.withdrawal and _made_elsewhere(release, register):
            day = publish_moment(release.withdrawal.on, zone)
            later = (place for place in range(at + 1, len(fresh)) if moments[place] >= day)
            unrecorded = first + next(later, len(fresh))
        taken_back = _withdrawal(release, register, unrecorded, moment, zone)
        recorded = moment.astimezone(zone) if moment is not None and published < moment else None
        found.append(Published(release, published, published.date(), effective, first + at, *taken_back, recorded))
    return History(found, settings.authentic)


def _withdrawal(
    release: Release, register: Register, unrecorded: int, moment: datetime | None, zone: ZoneInfo
) -> tuple[date | None, int | None]:
    """From which day a release is withdrawn, and how many releases the register had when that was entered.

    `unrecorded` is the number that it will have when a withdrawal which it lacks is entered.
    """
    recorded = register.withdrawals.get(release.version)
    if recorded is not None:
        return recorded.withdrawn.on, register.known_when_withdrawn[release.version]
    if release.withdrawal is None:
        return None, None
    on = release.withdrawal.on
    if moment is not None:
        on = _withdrawn_from(release, register, on, moment.astimezone(zone).date())
    return on, unrecorded


def _entry(history: History, published: Published, settings: Settings) -> dict[str, Any]:
    documents = []
    weights = _weights_of(published.release)
    for text in published.release.texts:
        facts = history.facts[published.version, text.document, text.locale]
        documents.append(
            {
                "id": text.document,
                "locale": text.locale,
                "sha256": text.sha256,
                "effective": facts.effective.isoformat(),
                "changed": facts.changed,
                **({"material": weights[text.document]} if text.document in weights else {}),
            }
        )
    return publication_entry(
        published.version,
        published.moment.astimezone(settings.timezone),
        published.effective,
        material=published.release.material,
        summary=published.release.summary,
        documents=documents,
        recorded=published.recorded,
        assets=published.release.assets,
    )


def _weights_of(release: Release) -> dict[str, bool]:
    """Whether each document's change is important, where the release file says so by document."""
    found = release.material_by_document
    return {document: found[document] for document in release.documents if document in found}


def _weight(material: bool, by_document: Mapping[str, bool]) -> str:
    given = ", ".join(f"{name}: {str(value).lower()}" for name, value in sorted(by_document.items()))
    return f"{{{given}}}" if given else str(material).lower()


@rule("published-release", Severity.ERROR, msg("The releases are what the register has recorded of them."))
def contradictions(releases: Sequence[Release], register: Register, zone: ZoneInfo) -> list[Problem]:
    """Where what lies in releases/ is not what the register says was published."""
    problems: list[Problem] = []
    by_version = {release.version: release for release in releases}
    for entry in register.publications:
        release = by_version.get(entry.version)
        if release is None:
            problems.append(
                Problem(
                    "published-release",
                    f"releases/{entry.version}",
                    0,
                    msg(
                        "release {version} was published on {entry} and is missing here.",
                        version=entry.version,
                        entry=_day_of(entry, zone),
                    ),
                    msg("restore it from git: git checkout <commit> -- releases/{version}.", version=entry.version),
                )
            )
        else:
            problems += _changed_since(release, entry, register, zone)
    return problems


def _changed_since(release: Release, entry: Publication, register: Register, zone: ZoneInfo) -> list[Problem]:
    problems: list[Problem] = []
    day = _day_of(entry, zone)
    recorded = {f"{document.locale}/{document.id}.md": document.sha256 for document in entry.documents}
    recorded |= {f"{ASSETS}/{name}": digest for name, digest in entry.assets.items()}
    present = {text.name: text.sha256 for text in release.texts}
    present |= {f"{ASSETS}/{name}": digest for name, digest in release.assets.items()}
    for name in sorted(set(recorded) | set(present)):
        if recorded.get(name) != present.get(name):
            what = (
                msg("changed")
                if name in recorded and name in present
                else msg("removed")
                if name in recorded
                else msg("added")
            )
            problems.append(
                Problem(
                    "published-release",
                    f"releases/{release.version}/{name}",
                    0,
                    msg(
                        "this file was {what} after release {version} was published on {day}.",
                        what=what,
                        version=release.version,
                        day=day,
                    ),
                    msg("restore the release from git, and make the change in docs/ for a new release."),
                )
            )

    def differs(key: str, message: Message, fix: Message) -> None:
        line = release.lines.get(key, 1)
        problems.append(Problem("published-release", release.path, line, message, fix))

    stays = msg("what has been published stays as it was.")
    was = msg("release {version} was published on {day}", version=release.version, day=day)
    effective = release.effective or day
    if effective != entry.effective:
        message = msg(
            "the effective date is {effective} here, but {was} with {effective2}.",
            effective=effective,
            was=was,
            effective2=entry.effective,
        )
        differs(
            "effective",
            message,
            msg("write effective: {effective} again; {stays}", effective=entry.effective, stays=stays),
        )
    if release.published is not None and release.published != day:
        message = msg("the publication day is {published} here, but {was}.", published=release.published, was=was)
        differs(
            "published", message, msg("write published: {day} again, or remove the line; {stays}", day=day, stays=stays)
        )
    by_document = {text.id: text.material for text in entry.documents if text.material is not None}
    now, then = _weight(release.material, _weights_of(release)), _weight(entry.material, by_document)
    if now != then:
        message = msg("material is {now} here, but {was} with {then}.", now=now, was=was, then=then)
        differs("material", message, msg("write material: {then} again; {stays}", then=then, stays=stays))
    for locale in sorted(set(release.summary) | set(entry.summary)):
        if release.summary.get(locale) != entry.summary.get(locale):
            message = msg('the summary "{locale}" is not the one with which {was}.', locale=locale, was=was)
            words = entry.summary.get(locale)
            fix = (
                msg('write again: "{words}"', words=words)
                if words
                else msg('remove "{locale}": it was published without', locale=locale)
            )
            differs("summary", message, msg("{fix}; {stays}", fix=fix, stays=stays))
    taken_back = register.withdrawals.get(release.version)
    if taken_back is not None and not _is_recorded_so(release.withdrawal, taken_back, zone):
        problems.append(
            Problem(
                "published-release",
                f"releases/{release.version}/withdrawal.yml",
                0,
                msg(
                    "release {version} was withdrawn as of {on}, with the reason "
                    '"{reason}"; this file is missing or says otherwise.',
                    version=release.version,
                    on=taken_back.withdrawn.on,
                    reason=taken_back.withdrawn.reason,
                ),
                msg("restore it from git; to bring the text back, make a new release."),
            )
        )
    return problems


def _is_recorded_so(withdrawal: Withdrawal | None, recorded: WithdrawalEntry, zone: ZoneInfo) -> bool:
    """Whether the file says what was recorded. A day that had passed was recorded as the day of the record."""
    if withdrawal is None or withdrawal.reason != recorded.withdrawn.reason:
        return False
    recorded_on = recorded.published.astimezone(zone).date()
    return recorded.withdrawn.on in {withdrawal.on, max(withdrawal.on, recorded_on)}


def _day_of(entry: Publication, zone: ZoneInfo) -> date:
    return entry.published.astimezone(zone).date()
