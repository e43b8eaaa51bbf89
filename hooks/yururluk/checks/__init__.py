"""What is wrong with the drafts and the releases, all at once and in order: the rules that a legal editor follows.

Nothing here reads a file or a clock. A draft can be fixed, so a fault in it is an error. A release is frozen:
what can no longer be fixed is a warning, and a notice once the release has been published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from yururluk.checks.characters import turkish_words, unseen_problems
from yururluk.checks.documents import (
    asset_problems,
    clause_id_problems,
    document_problems,
    drafts_by_name,
    page_problems,
)
from yururluk.checks.markup import hostile_problems, reading_problems
from yururluk.checks.notices import disclosure_problems, gdpr_problems
from yururluk.checks.reading import LAW_LANGUAGES, front_matter_line, law_words, reading_of, word_lists
from yururluk.checks.releases import overtaking_problems, release_problems
from yururluk.checks.structure import link_problems, structure_problems
from yururluk.checks.translations import translation_problems
from yururluk.checks.wording import abroad_problems, check_back_problems, gap_problems, vague_problems
from yururluk.core.messages import Message, Problem, Severity, fault, in_order, listed, msg, rule, rules, together
from yururluk.core.model import DocumentType, Release, Text
from yururluk.core.releases import Project
from yururluk.core.settings import Settings

__all__ = ["check_project"]

_POLICIES = frozenset({DocumentType.PRIVACY_POLICY, DocumentType.COOKIE_POLICY})


def check_project(
    project: Project, settings: Settings, *, today: date, published: Mapping[str, date] = MappingProxyType({})
) -> list[Problem]:
    """Every problem in the drafts and the releases, in order, each once.

    `today` is the day in the project's time zone; `published` gives the day of publication of each version that
    the register has, in its order.
    """
    problems = [
        *project.problems,
        *page_problems(project, settings),
        *asset_problems(project),
        *document_problems(project, settings),
        *hostile_problems(project, published.keys()),
        *clause_id_problems(project, settings),
        *translation_problems(project, settings),
        *release_problems(project.releases, settings, today, published.keys()),
        *overtaking_problems(project.releases, settings, today, published),
        *_draft_text_problems(project, settings),
        *_page_text_problems(project),
        *_release_text_problems(project, settings, published),
    ]
    texts = [*project.drafts, *project.pages, *(text for release in project.releases for text in release.texts)]
    return in_order(_with_exceptions(problems, {text.path: text for text in texts}))


def _with_exceptions(problems: Iterable[Problem], texts: Mapping[str, Text]) -> Iterator[Problem]:
    """The problems, those that their text accepts with a reason turned into notices; and faults of the exceptions.

    `texts` are by path. Only the text that has a problem can accept it.
    """
    used: set[tuple[str, str]] = set()
    for problem in problems:
        text = texts.get(problem.path)
        reason = dict(text.front_matter.allow).get(problem.rule) if text else None
        if reason is not None and problem.rule in rules() and rules()[problem.rule].may_allow:
            used.add((problem.path, problem.rule))
            problem = replace(problem, severity=Severity.NOTICE, allowed=" ".join(reason.split()))
        yield problem
    for text in texts.values():
        for name, _ in text.front_matter.allow:
            yield from _exception_problems(text, name, (text.path, name) in used)


@rule("check-allow", Severity.ERROR, msg("An accepted exception names a rule that there is, and a reason."))
@rule("check-allow-unused", Severity.NOTICE, msg("An accepted exception is still needed."))
def _exception_problems(text: Text, name: str, is_used: bool) -> list[Problem]:
    line = front_matter_line(text, name)
    known = rules().get(name)
    if known is None:
        message = msg('there is no rule "{name}" to which an exception could be accepted.', name=name)
        fix = msg("correct the name; `yururluk check --rules` lists them all.")
        return [fault("check-allow", text.path, line, message, fix)]
    if not known.may_allow:
        message = msg('the rule "{name}" has no exceptions.', name=name)
        return [fault("check-allow", text.path, line, message, msg("remove the line, and fix what the rule finds."))]
    if not is_used:
        message = msg('the exception to "{name}" is not needed: the rule finds nothing here.', name=name)
        return [fault("check-allow-unused", text.path, line, message, msg("remove the line."))]
    return []


# What is wrong with a single text


def _draft_text_problems(project: Project, settings: Settings) -> list[Problem]:
    """The faults of each draft by itself."""
    counted = turkish_words(project.drafts)
    by_name = drafts_by_name(project)
    problems: list[Problem] = []
    for text in project.drafts:
        authentic = by_name.get((text.document, settings.authentic))
        problems += structure_problems(text, by_name, project.assets, authentic=text is authentic)
        problems += reading_problems(text)
        problems += _of_text(text, project.drafts, [authentic] if authentic else [], settings, counted, None)
    return problems


def _page_text_problems(project: Project) -> list[Problem]:
    """The faults of each plain page by itself: it may link to the texts and to other pages."""
    by_name = {(text.document, text.locale): text for text in (*project.drafts, *project.pages)}
    counted = turkish_words(project.pages)
    problems: list[Problem] = []
    for page in project.pages:
        problems += [*link_problems(page, by_name, project.assets), *reading_problems(page)]
        problems += [*unseen_problems(page, counted), *gap_problems(page)]
    return problems


def _release_text_problems(project: Project, settings: Settings, published: Iterable[str]) -> list[Problem]:
    """The faults of each frozen text: warnings as long as the release can be made again, then notices."""
    online = set(published)
    drafts = drafts_by_name(project)
    problems: list[Problem] = []
    for place, release in enumerate(project.releases):
        counted = turkish_words(release.texts)
        until = _last_day(release, project.releases[place + 1 :])
        is_online = release.version in online or release.published is not None
        for text in release.texts:
            name = text.document, settings.authentic
            declaring = [one for one in (release.by_name.get(name), drafts.get(name)) if one is not None]
            found = list(_of_text(text, release.texts, declaring, settings, counted, until))
            if not is_online:  # the links of the drafts were checked, not those of a release made by hand
                found += link_problems(text, release.by_name, release.assets)
            problems += [_frozen(problem, release, is_online) for problem in found]
    return problems


def _last_day(release: Release, later: Sequence[Release]) -> date | None:
    """The day on which a later release with a date of its own took over; None where that is not known."""
    if release.withdrawal is not None:
        return release.withdrawal.on
    days = [day for other in later if (day := other.effective or other.published) is not None]
    return min(days, default=None)


def _frozen(problem: Problem, release: Release, is_online: bool) -> Problem:
    if is_online:
        fix = together(msg("it was published so and stays so; fix it in docs/ for the next release:"), problem.fix)
        return replace(problem, severity=Severity.NOTICE, fix=fix)
    first = msg("fix it in docs/, then run `yururluk release --again {version}`:", version=release.version)
    severity = Severity.WARNING if problem.severity is Severity.ERROR else problem.severity
    return replace(problem, severity=severity, fix=together(first, problem.fix))


def _of_text(
    text: Text,
    beside: Sequence[Text],
    declaring: Sequence[Text],
    settings: Settings,
    counted: Counter[str],
    until: date | None,
) -> Iterator[Problem]:
    """The faults of a draft or a frozen text.

    `beside` are the texts that a reader meets with it, `declaring` those from which a notice may have its roles,
    `counted` the words of all Turkish ones, and `until` is the last day on which it applied.
    """
    yield from unseen_problems(text, counted)
    yield from gap_problems(text)
    type_ = text.front_matter.type
    if "gdpr" in settings.rules and type_ in {DocumentType.PRIVACY_POLICY, DocumentType.DISCLOSURE_NOTICE}:
        yield from gdpr_problems(text, declaring[0] if declaring else None)
    if "kvkk" not in settings.rules:
        return
    if type_ is DocumentType.DISCLOSURE_NOTICE:
        yield from disclosure_problems(text, declaring, settings)
    if type_ is DocumentType.DISCLOSURE_NOTICE or type_ in _POLICIES:
        yield from abroad_problems(text, until)
        yield from check_back_problems(text)
    has_notice = any(other.front_matter.type is DocumentType.DISCLOSURE_NOTICE for other in beside)
    if type_ is DocumentType.PRIVACY_POLICY and text.locale in LAW_LANGUAGES and not has_notice:
        yield from _without_notice(text, settings)


@rule(
    "kvkk-no-notice",
    Severity.WARNING,
    msg("Where a privacy policy speaks of personal data, there is a disclosure notice."),
    source="6698 sayılı Kanun m.10",
    may_allow=True,
)
def _without_notice(text: Text, settings: Settings) -> Iterator[Problem]:
    """A privacy policy without a disclosure notice beside it: it alone informs, and may lack what a notice says."""
    if not reading_of(text).says(law_words("personal-data", text.locale)):
        return
    if text.locale == settings.authentic:
        message = msg("no disclosure notice (aydınlatma metni) is beside this policy, which speaks of personal data.")
        fix = msg("write one, of type: disclosure-notice; a policy does not replace it.")
        yield fault("kvkk-no-notice", text.path, text.body_line, message, fix)
        if lacking := list(_lacking(text)):
            message = msg("informing is left to this policy, and it does not say: {lacking}.", lacking=listed(lacking))
            fix = msg("say it in a disclosure notice (Kanun m.10, Tebliğ m.4).")
            yield fault("kvkk-no-notice", text.path, text.body_line, message, fix)
    yield from vague_problems(text)


def _lacking(text: Text) -> Iterator[Message]:
    """What a notice would have to hold, and of which no word is found in the policy."""
    reading, locale = reading_of(text), text.locale
    if not reading.says(law_words("ground", locale)):
        yield msg("the legal ground of processing (m.10/1-ç)")
    if not reading.says(law_words("method", locale)):
        yield msg("whether data are collected by automatic means (m.10/1-ç, Tebliğ m.5/1-i)")
    rights, channels = f"rights-{locale}", f"channels-{locale}"
    letters = word_lists("law")[rights]
    if sum(not reading.says(law_words(rights, letter)) for letter in letters) > len(letters) // 2:
        yield msg("the rights of article 11 (m.10/1-d)")
    if not any(reading.says(law_words(channels, name)) for name in word_lists("law")[channels]):
        yield msg("how to apply to the controller (Başvuru Tebliği m.5)")
