"""What a review leaves in its folder: the comment for the pull request, and each redline as HTML and for Word."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from html import escape
from importlib.util import find_spec
from pathlib import Path

from yururluk.checks.documents import drafts_by_name
from yururluk.core.i18n import language_name, long_date, translator
from yururluk.core.messages import Message, Problem, Refused, Severity, errors, in_language, missing_extra, msg
from yururluk.core.model import Text
from yururluk.core.releases import read_project
from yururluk.core.settings import Settings
from yururluk.git import open_repository
from yururluk.publish.status import StatusReport, status
from yururluk.redline.marks import Labels
from yururluk.redline.reading import Change
from yururluk.review.changes import DRAFTS, Review, ReviewedText, drafts_at, merge_base, review
from yururluk.review.check_command import Wanted, check
from yururluk.review.forge import MARKER
from yururluk.review.redline_command import Compared, stale_clauses_page, standalone_page
from yururluk.site.phrases import phrases_in
from yururluk.text.clauses import Clause, clauses_of
from yururluk.word.exporting import Side, Signed, redline_docx, reference_of

#: A forge refuses a comment of more than 65,536 characters; some are kept for what is added on the way.
LONGEST = 60_000
_LONGEST_CHANGE = 1_200
_LONGEST_MOVED = 160
_MOST_PROBLEMS = 50
# Markdown's own signs; the places where a forge would call people, issues or addresses; what a reader cannot see.
_SIGNS = re.compile(r"[\\`*_{}\[\]#|~>:$]")
_CALLS = re.compile(r"(?<=[@#!&%])(?=\w)|(?<=www)(?=\.)|(?<=gh)(?=-\d)|(?<=\w)(?=@)", re.IGNORECASE)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")

_MARKS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTICE: "ℹ️"}

_Say = Callable[[str], str]


def comment(review: Review, status: StatusReport | None, locale: str) -> str:
    """The comment, at most `LONGEST` characters long; what has no room in it is named.

    Links to files are of the form `[name][files]`: anyone who posts the comment adds where the files are.
    """
    say = translator(locale)
    old = [one for one in review.problems if one.severity is Severity.NOTICE and one.path.startswith("releases/")]
    old += [one for one in review.problems if one.allowed and one not in old]
    problems = [one for one in review.problems if one not in old]
    head = [
        MARKER,
        "## " + say("Proposed change to the legal texts"),
        "",
        _verdict(problems, say),
        *_key_changes(review.texts, say),
        *_releases(review, say, locale),
        *(_problems(problems, review, say, locale) if problems else []),
    ]
    notices = say("Earlier releases and accepted exceptions ({count})").format(count=len(old))
    tail = [
        *(_folded(notices, _problems(old, review, say, locale)) if old else []),
        *(_online(status, say, locale) if status else []),
        *(_folded(say("Files"), _files(review, say)) if review.texts else []),
    ]
    shown, end = "\n".join(head) + "\n", "\n".join(tail) + "\n"
    left_out = []
    for text in review.texts:
        redline = _redline(text, say, locale)
        if len(shown) + len(redline) + len(end) > LONGEST:
            left_out.append(code(text.name))
        else:
            shown += redline
    if left_out:
        message = say("Too long to be shown here: {texts}. The files have the whole redline.")
        shown += f"\n> [!NOTE]\n> {message.format(texts=', '.join(left_out))}\n"
    return shown + end


def _verdict(problems: Sequence[Problem], say: _Say) -> str:
    stopping = len(errors(problems))
    if stopping:
        message = say("❌ {number} must be fixed before this can be merged.")
        number = say("1 problem") if stopping == 1 else say("{count} problems").format(count=stopping)
        return message.format(number=number)
    if problems:
        return say("✅ Ready to merge. Please look at the warnings below.")
    return say("✅ No problems found.")


def _releases(review: Review, say: _Say, locale: str) -> list[str]:
    if not review.releases:
        if not review.texts:
            return ["", say("No text changes.")]
        return ["", say("This makes no release: only drafts change, nothing is published.")]
    lines = ["", "### " + say("Published with the merge"), ""]
    lines += _header(say("Release"), say("Takes effect"), say("Kind"), say("Summary"))
    for release in review.releases:
        day = long_date(release.effective, locale) if release.effective else say("on publication")
        kind = say("material change") if release.material else say("editorial change")
        summary = plain(release.summary.get(locale) or next(iter(release.summary.values()), ""))
        lines.append(f"| {plain(release.version)} | {day} | {kind} | {summary} |")
    return lines


def _problems(problems: Sequence[Problem], review: Review, say: _Say, locale: str) -> list[str]:
    """The problems, the worst first, those of a clause together below its title."""
    ordered = sorted(problems, key=lambda problem: list(Severity).index(problem.severity))
    by_place: dict[str, list[str]] = {}
    for problem in ordered[:_MOST_PROBLEMS]:
        text = review.read.get(problem.path)
        clauses = clauses_of(text) if text else ()
        place = f"{problem.path}:{problem.line}" if problem.line else problem.path
        where = f" {code(place)}" if place else ""
        message, fix = (str(in_language(_titled(part, clauses), locale)) for part in (problem.message, problem.fix))
        answer = plain(problem.allowed) or _with_code(fix)
        line = f"- {_MARKS[problem.severity]}{where} {_with_code(message)}<br>↳ {answer}"
        by_place.setdefault(_place(text, clauses, problem.line, locale), []).append(line)
    lines = [""]
    for title, found in sorted(by_place.items(), key=lambda item: bool(item[0])):  # what is in no text comes first
        lines += [*([f"**{title}**", ""] if title else []), *found, ""]
    if len(ordered) > _MOST_PROBLEMS:
        more = say("… and {count} more; `yururluk check` lists them all.")
        lines.append(f"- {more.format(count=len(ordered) - _MOST_PROBLEMS)}")
    return lines


def _place(text: Text | None, clauses: Sequence[Clause], line: int, locale: str) -> str:
    """The title of a text, and that of the clause which has the line; empty where it is in no text."""
    if text is None:
        return ""
    clause = next((one for one in reversed(clauses) if one.level and one.line <= line), None)
    title = f"{plain(text.front_matter.title)} ({plain(language_name(text.locale, locale))})"
    return f"{title}: {plain(clause.heading)}" if clause else title


def _titled(message: str, clauses: Sequence[Clause]) -> str:
    """A message in which a clause is named by its title, and not by its id."""
    id_ = message.values.get("id") if isinstance(message, Message) else None
    heading = next((one.heading for one in clauses if one.level and one.id == id_), None)
    if not isinstance(message, Message) or id_ is None or heading is None:
        return message
    return Message(message.template, {**message.values, "id": heading})


def _key_changes(texts: Sequence[ReviewedText], say: _Say) -> list[str]:
    """How many changes of each kind there are that a court would look at; each is marked where it is shown. A text that
    is new or goes is to be read whole."""
    changes = (change for text in texts if text.old and text.new for change in text.redline.changes)
    kinds = Counter(matter.kind for change in changes for matter in change.matters)
    if not kinds:
        return []
    counted = ", ".join(f"{_kind(kind, say)} ({count})" for kind, count in sorted(kinds.items()))
    title = say("The changes that matter")
    return ["", f"**{title}:** {counted}"]


def _kind(kind: str, say: _Say) -> str:
    return {
        "date": say("date"),
        "amount": say("amount"),
        "percentage": say("percentage"),
        "duration": say("duration"),
        "reference": say("reference"),
        "number": say("number"),
        "negation": say("negation"),
        "modal": say("modal"),
        "condition": say("condition or limit"),
        "party": say("party"),
    }[kind]


def _online(status: StatusReport, say: _Say, locale: str) -> list[str]:
    title = say("Online on {day}").format(day=long_date(status.day, locale))
    if not status.releases:
        return _folded(title, [say("Nothing has been published yet.")])
    state = phrases_in(locale).state
    rows = [
        f"| {plain(row['version'])} | {state(row['state'])} | {_day(row['effective'], locale)} |"
        for row in status.releases
    ]
    return _folded(title, [*_header(say("Release"), say("State"), say("Takes effect")), *rows])


def _day(written: str, locale: str) -> str:
    return long_date(date.fromisoformat(written), locale)


def _folded(title: str, lines: Sequence[str]) -> list[str]:
    return ["", f"<details><summary>{title}</summary>", "", *lines, "", "</details>"]


def _files(review: Review, say: _Say) -> list[str]:
    lines = [say("To keep, to print and to read in Word; all in one [download][files]:"), ""]
    has_word = not any(problem.rule == "extra" for problem in review.problems)
    for text in review.texts:
        files = [f"redline/{text.name}.html", *([f"word/{text.name}.docx"] if has_word else [])]
        links = ", ".join(f"[{code(file)}][files]" for file in files)
        lines.append(f"- {plain(text.title)} ({plain(text.locale)}): {links}")
    for name in review.stale:
        lines.append("- " + say("For the translator, clause by clause:") + f" [{code(name)}][files]")
    if errors(review.problems):
        # The workflows make a preview of nothing that could not be published.
        return [*lines, "- " + say("A preview of the site comes once it is ready to merge.")]
    lines.append("- " + say("The site as it would be after the merge:") + " [`preview/`][files]")
    return [*lines, "- " + say("The drafts, each with what it would change:") + " [`drafts/`][files]"]


def _redline(text: ReviewedText, say: _Say, locale: str) -> str:
    """The changes of a text in its order, below the titles of their clauses; a moved passage is shown once."""
    summary = text.redline.summary
    words = say("words added: {added}, removed: {removed}").format(
        added=summary.words_added, removed=summary.words_removed
    )
    old, new = _side(text.old, say("draft today")), _side(text.new, say("proposed draft"))
    title = f"{plain(text.title)} ({plain(language_name(text.locale, locale))}): {old} → {new} — {words}"
    lines = ["", f"<details{' open' if len(text.redline.changes) <= 20 else ''}><summary>{title}</summary>", ""]
    labels = Labels(locale)
    if text.redline.coarse:
        lines += [labels["coarse"], ""]
    clause = None
    for change in text.redline.changes:
        if change.clause != clause:
            clause = change.clause
            lines += ["", f"**{plain(clause.title) or say('The words before the first heading')}**", ""]
        lines.append(f"{'  ' if change.within else ''}- {labels[change.kind]}: {_changed(change, say)}")
    if not text.redline.changes:
        lines.append(say("Only the front matter or the layout of the Markdown differs."))
    return "\n".join([*lines, "", "</details>", ""])


def _side(name: str, draft: str) -> str:
    if not name:
        return "∅"
    return draft if name == DRAFTS else plain(name)


def _changed(change: Change, say: _Say) -> str:
    if change.kind == "moved":
        words = [plain(change.new if len(change.new) <= _LONGEST_MOVED else f"{change.new[:_LONGEST_MOVED]} …")]
    elif change.old == change.new:
        words = [_cut(change.new, plain, say)]
    else:
        words = [_cut(text, mark, say) for text, mark in ((change.old, _struck), (change.new, _under)) if text]
    facts = [(one.what, one.old, one.new) for one in change.details]
    facts += [(_kind(one.kind, say), one.old, one.new) for one in change.matters]
    shown = [f"({plain(what)}: {plain(old) or '∅'} → {plain(new) or '∅'})" for what, old, new in facts]
    return " ".join([*words, *shown])


def _cut(text: str, mark: Callable[[str], str], say: _Say) -> str:
    if len(text) <= _LONGEST_CHANGE:
        return mark(text)
    shown = text[:_LONGEST_CHANGE].rsplit(" ", 1)[0]
    return mark(shown) + " … " + say("(cut here; the files have it whole)")


def _header(*names: str) -> list[str]:
    return [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]


def _struck(text: str) -> str:
    return f"<del>{plain(text)}</del>" if text else "∅"


def _under(text: str) -> str:
    return f"<ins>{plain(text)}</ins>" if text else "∅"


def _with_code(text: str) -> str:
    """Text as plain words; what stands between two backticks stays code."""
    parts = " ".join(text.split()).split("`")
    if len(parts) % 2 == 0:
        return plain(text)
    return "".join(code(part) if at % 2 and part else _spaced(part) for at, part in enumerate(parts))


def _spaced(part: str) -> str:
    """Plain words with the white space at their ends, which parts them from code."""
    left, right = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
    return f"{left}{plain(part)}{right}" if part.strip() else part


def code(text: str) -> str:
    """A name as code, on one line; as plain words where it holds a sign that could end the code or a link."""
    shown = _on_one_line(text)
    return plain(text) if re.search(r"[`\\<\[\]]", shown) or not shown else f"`{shown}`"


def _on_one_line(text: str) -> str:
    """Text on one line; line ends of a name, and characters that nobody sees, are shown by their numbers."""
    return _UNSEEN.sub(lambda found: f"(U+{ord(found[0]):04X})", " ".join(text.split(" ")))


def plain(text: str) -> str:
    """Text of the project as plain words of a comment: no markup, no table cell, nobody called by it."""
    called = _CALLS.split(_on_one_line(" ".join(text.split())))
    shown = "<!-- -->".join(
        _SIGNS.sub(lambda sign: f"&#{ord(sign.group())};", escape(part, quote=False)) for part in called
    )
    # No list item, and no line below a heading or between paragraphs.
    return re.sub(r"^(\d{1,9}(?=[.)](?:\s|$))|(?=[=+-]))(.)", lambda found: f"{found[1]}&#{ord(found[2])};", shown)


COMMENT = "comment.md"
_OURS = (COMMENT, "redline", "word", "translation")


def write_review(root: Path, settings: Settings, base: str, folder: Path, locale: str, today: date) -> Review:
    """Compare the work tree with `base` and write what a reviewer needs into `folder`; what an earlier review
    left there is replaced. Raises `Refused` where the texts cannot be compared at all."""
    if locale not in settings.locales:
        known = ", ".join(settings.locales)
        message = msg('there is no language "{locale}" here.', locale=locale)
        raise Refused([Problem("review", "", 0, message, msg("the languages are: {known}.", known=known))])
    problems = check(root, settings, today, Wanted(base))
    made = review(open_repository(root), settings, base, problems)
    for name in _OURS:
        left = folder / name
        if left.is_dir():
            shutil.rmtree(left)
    has_word = find_spec("pypandoc") is not None
    if made.texts and not has_word:
        missing = [replace(one, severity=Severity.NOTICE) for one in missing_extra("word").problems]
        made = replace(made, problems=(*made.problems, *missing))
    for text in made.texts:
        page = standalone_page([_compared(text)], text.locale)
        _write(folder / "redline" / f"{text.name}.html", page.encode())
        if has_word:
            _write(folder / "word" / f"{text.name}.docx", _docx(root, text, settings, today))
    made = replace(made, stale=_stale_pages(root, settings, base))
    for name, page in made.stale.items():
        _write(folder / name, page.encode())
    online = None
    with contextlib.suppress(Refused):  # releases that contradict the register are among the problems
        online = status(root, settings, None, today)
    _write(folder / COMMENT, comment(made, online, locale).encode())
    return made


def _stale_pages(root: Path, settings: Settings, base: str) -> dict[str, str]:
    """The pages for translators, by their names in the folder."""
    project, repository = read_project(root, settings), open_repository(root)
    before = drafts_at(repository, merge_base(repository, base))
    drafts, found = drafts_by_name(project), {}
    for text in project.drafts:
        name = text.document, settings.authentic
        if text.locale == settings.authentic or name not in drafts:
            continue
        released = [release.by_name[name] for release in reversed(project.releases) if name in release.by_name]
        states = [*([before[name]] if name in before else []), *released]
        if page := stale_clauses_page(text, drafts[name], states, project):
            found[f"translation/{text.locale}/{text.document}.html"] = page
    return found


def _docx(root: Path, text: ReviewedText, settings: Settings, today: date) -> bytes:
    """The redline with tracked changes, dated to the day of the review: the texts have no other day yet."""
    compared = _compared(text)
    return redline_docx(
        text.redline,
        title=text.title,
        document=text.document,
        old=Side(compared.old, text.old_sha256),
        new=Side(compared.new, text.new_sha256),
        signed=Signed(settings.publisher, today),
        site=settings.site_url,
        reference=reference_of(root, settings),
    )


def _compared(text: ReviewedText) -> Compared:
    sides = [f"{name} ({text.locale})" if name == DRAFTS else name for name in (text.old, text.new)]
    return Compared(text.title, sides[0] or "∅", sides[1] or "∅", text.old_source, text.new_source, text.redline)


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
