"""Which faults a single text has by itself: what the eye does not see, gaps, and what the law asks of its type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from yururluk.checks import law_words as words
from yururluk.checks.characters import turkish_words, unseen_problems
from yururluk.checks.disclosure import disclosure_problems
from yururluk.checks.documents import drafts_by_name
from yururluk.checks.faithful import reading_problems
from yururluk.checks.placeholders import gap_problems
from yururluk.checks.reading import reading_of
from yururluk.checks.structure import link_problems, structure_problems
from yururluk.checks.unwanted_words import abroad_problems, check_back_problems, vague_problems
from yururluk.core.messages import Message, listed, msg, together
from yururluk.core.model import DocumentType, Release, Text
from yururluk.core.problems import Problem, Severity
from yururluk.core.releases import Project
from yururluk.core.rules import rule
from yururluk.core.settings import Settings

_POLICIES = frozenset({DocumentType.PRIVACY_POLICY, DocumentType.COOKIE_POLICY})
#: The last of these milder severities that a frozen text's problem can have.
_MILDER = {Severity.ERROR: Severity.WARNING, Severity.WARNING: Severity.WARNING, Severity.NOTICE: Severity.NOTICE}


@dataclass(frozen=True)
class _Set:
    """The texts that a reader meets together: the drafts, or a release."""

    texts: Sequence[Text]
    settings: Settings

    @property
    def lacks_notice(self) -> bool:
        """Whether people in Türkiye are addressed, and no disclosure notice is there for them."""
        notice = any(text.front_matter.type is DocumentType.DISCLOSURE_NOTICE for text in self.texts)
        return "tr" in self.settings.locales and not notice


def draft_text_problems(project: Project, settings: Settings) -> list[Problem]:
    """The faults of each draft by itself."""
    counted = turkish_words(project.drafts)
    by_name = drafts_by_name(project)
    together_ = _Set(project.drafts, settings)
    problems: list[Problem] = []
    for text in project.drafts:
        authentic = by_name.get((text.document, settings.authentic))
        declaring = [authentic] if authentic is not None else []
        problems += structure_problems(text, by_name, authentic=text.locale == settings.authentic)
        problems += reading_problems(text)
        problems += _of_text(text, together_, declaring, counted, None)
    return problems


def page_text_problems(project: Project) -> list[Problem]:
    """The faults of each plain page by itself: it may link to the texts and to other pages."""
    by_name = {(text.document, text.locale): text for text in (*project.drafts, *project.pages)}
    counted = turkish_words(project.pages)
    problems: list[Problem] = []
    for page in project.pages:
        problems += [*link_problems(page, by_name), *reading_problems(page)]
        problems += [*unseen_problems(page, counted), *gap_problems(page)]
    return problems


def release_text_problems(project: Project, settings: Settings, published: Iterable[str]) -> list[Problem]:
    """The faults of each frozen text: warnings as long as the release can be made anew, then notices."""
    online = set(published)
    by_name = drafts_by_name(project)
    problems: list[Problem] = []
    for place, release in enumerate(project.releases):
        counted = turkish_words(release.texts)
        together_ = _Set(release.texts, settings)
        until = _last_day(release, project.releases[place + 1 :])
        is_online = release.version in online or release.published is not None
        for text in release.texts:
            wished = [
                release.by_name.get((text.document, settings.authentic)),
                by_name.get((text.document, settings.authentic)),
            ]
            found = _of_text(text, together_, [one for one in wished if one is not None], counted, until)
            problems += [_frozen(problem, release, is_online) for problem in found]
            if not is_online:  # a release is made of drafts whose links were looked at; one made by hand is not
                dead = link_problems(text, release.by_name)
                problems += [_frozen(problem, release, is_online) for problem in dead]
    return problems


def _last_day(release: Release, later: Sequence[Release]) -> date | None:
    """The day on which a later release with a date of its own took over; None where that cannot be told."""
    if release.withdrawal is not None:
        return release.withdrawal.on
    days = [day for other in later if (day := other.effective or other.published) is not None]
    return min(days, default=None)


def _frozen(problem: Problem, release: Release, is_online: bool) -> Problem:
    if is_online:
        fix = together(msg("it was published so and stays so; fix it in docs/ for the next release:"), problem.fix)
        return replace(problem, severity=Severity.NOTICE, fix=fix)
    fix = together(
        msg("fix it in docs/, delete releases/{version} and make the release again:", version=release.version),
        problem.fix,
    )
    return replace(problem, severity=_MILDER[problem.severity], fix=fix)


def _of_text(
    text: Text, beside: _Set, declaring: Sequence[Text], counted: Counter[str], until: date | None
) -> Iterator[Problem]:
    yield from unseen_problems(text, counted)
    yield from gap_problems(text)
    type_ = text.front_matter.type
    if type_ is DocumentType.DISCLOSURE_NOTICE:
        yield from disclosure_problems(text, declaring, beside.settings)
    if type_ is DocumentType.DISCLOSURE_NOTICE or type_ in _POLICIES:
        yield from abroad_problems(text, until)
        yield from check_back_problems(text)
    if type_ is DocumentType.PRIVACY_POLICY and beside.lacks_notice:
        yield from _alone(text, beside.settings)


@rule(
    "kvkk-no-notice",
    Severity.WARNING,
    msg("Where a privacy policy tells of personal data, there is a disclosure notice."),
    source="6698 sayılı Kanun m.10",
    may_allow=True,
)
def _alone(text: Text, settings: Settings) -> Iterator[Problem]:
    """A privacy policy with no disclosure notice beside it: it alone informs, and what it lacks nobody is told."""
    reading = reading_of(text)
    if text.locale not in words.PERSONAL_DATA or not reading.says(words.PERSONAL_DATA[text.locale]):
        return
    if text.locale == settings.authentic:
        message = msg(
            "no disclosure notice (aydınlatma metni) stands beside this policy, which tells of personal data."
        )
        fix = msg("write one, of type: disclosure-notice; a policy does not stand in for it.")
        yield Problem("kvkk-no-notice", text.path, text.body_line, message, fix, Severity.WARNING)
        lacking = list(_lacking(text))
        if lacking:
            message = msg("informing is left to this policy, and it does not tell: {lacking}.", lacking=listed(lacking))
            fix = msg("tell it in a disclosure notice (Kanun m.10, Tebliğ m.4).")
            yield Problem("kvkk-no-notice", text.path, text.body_line, message, fix, Severity.WARNING)
    yield from vague_problems(text)


def _lacking(text: Text) -> Iterator[Message]:
    """What a notice would have to hold, and of which no word is found in the policy."""
    reading, locale = reading_of(text), text.locale
    if not reading.says(words.GROUND[locale]):
        yield msg("the legal ground of processing (m.10/1-ç)")
    if not reading.says(words.METHOD[locale]):
        yield msg("whether data are collected by automatic means (m.10/1-ç, Tebliğ m.5/1-i)")
    rights = [letter for letter, pattern in words.RIGHTS[locale].items() if not reading.says(pattern)]
    if len(rights) > len(words.RIGHTS[locale]) // 2:
        yield msg("the rights of article 11 (m.10/1-d)")
    channels = [name for name, pattern in words.CHANNELS[locale].items() if reading.says(pattern)]
    if not channels:
        yield msg("how to apply to the controller (Başvuru Tebliği m.5)")
