"""Whether what is published is what the register says, and what the releases hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from cryptography import x509

from yururluk.core.http_client import shows_as_page
from yururluk.core.messages import Message, Problem, Refused, in_order, msg, quoted
from yururluk.core.model import Release, is_version
from yururluk.core.register import REGISTER_FILE, Publication, Register, entry_digest, loads
from yururluk.core.releases import read_releases
from yururluk.core.settings import Settings
from yururluk.git import open_repository
from yururluk.publish.plan import facts_problems
from yururluk.publish.published_pages import BUILD_FILE
from yururluk.publish.register_update import contradictions, known_history
from yururluk.publish.remote import missing_entries, newest_tag
from yururluk.site.urls import VERSIONS, Urls
from yururluk.verify import page as page_check
from yururluk.verify.expected import Listed, faults_of, made_again, read_versions, wanted_aliases
from yururluk.verify.files import (
    FETCH,
    REBUILD,
    RESTORE,
    UNKNOWN,
    HeldFiles,
    Place,
    Reader,
    fixed,
    held_files,
    place_of,
)
from yururluk.verify.page_shape import shape_fault
from yururluk.verify.timestamps import Token, check_tokens

#: The rule of what contradicts nothing, but cannot be proved here.
UNPROVED = "unproved"


@dataclass(frozen=True)
class Question:
    """What is to be held against what: as of which day, against which kept register, by which authorities' word.

    `roots` are the certificates of timestamp authorities that the asker trusts; with none, timestamps are looked at
    but nobody vouches for them.
    """

    today: date
    kept: Path | None = None
    roots: tuple[x509.Certificate, ...] = ()


@dataclass(frozen=True)
class VerifyReport:
    """What was looked at, and where it is not as recorded.

    `releases` are those of the register; `texts` the pages of their texts that were there to be read; `aliases` the
    addresses such as /yururlukte/ that were held against the releases' own, with the release each leads to; `tokens`
    the timestamps, with the number of the entry that each is over; `head` the digest of the register's last entry.
    `made_again` says whether all pages were made again and are the same; `pages` are the addresses of the texts' pages.
    """

    today: date
    releases: int
    texts: int
    aliases: tuple[tuple[str, str], ...]
    entries: int
    head: str
    problems: tuple[Problem, ...]
    tokens: tuple[tuple[int, Token], ...] = field(default=())
    made_again: bool = False
    pages: tuple[str, ...] = ()


def verify(root: Path, settings: Settings, place: str | None, question: Question) -> VerifyReport:
    """Hold the pages at `place` (a folder, a web address, or None for the pages branch) against the register
    there, and the register against releases/. Raises `Refused` when there is no register to be had."""
    releases, problems = read_releases(root, settings)
    with place_of(root, settings, place) as found:
        report = verify_place(found, releases, settings, question)
        problems += _against_tag(root, found, settings)
        if problems or report.problems:
            return replace(report, problems=tuple(in_order([*problems, *report.problems])))
        again = made_again(root, found, releases, settings, question.today)
        if not again.by_this_program:
            return replace(report, problems=tuple(in_order(_unproved(found, report, settings))))
        problems = [_made_otherwise(found, settings, *fault) for fault in again.faults]
    return replace(report, problems=tuple(in_order(problems)), made_again=not problems)


def _against_tag(root: Path, place: Place, settings: Settings) -> list[Problem]:
    """Where the register lacks what a tag `register/<n>` of the project's repository says was published."""
    try:
        tag = newest_tag(open_repository(root), None)
    except Refused:  # no repository
        return []
    return missing_entries(loads(place.read(REGISTER_FILE) or b""), tag, settings)


def _unproved(place: Place, report: VerifyReport, settings: Settings) -> list[Problem]:
    """Pages that this program would not make: that they agree with the register proves little, for `code` in build.json
    is theirs to choose. Beside that, what on the pages of texts could hide them."""
    fix = msg(
        "run yururluk verify with the version of the program, the templates and the settings that made them; or "
        "publish again and look at what changes: yururluk publish --rebuild, then git diff {branch}~ {branch}.",
        branch=settings.branch,
    )
    message = msg(
        "these pages cannot be made again here: another version of the program, the templates or the settings made "
        "them, or somebody changed them. Nothing else contradicts the register."
    )
    found = [Problem(UNPROVED, f"{place.name}/{BUILD_FILE}", 0, message, fix)]
    for path in report.pages:
        fault = shape_fault((place.read(path) or b"").decode("utf-8", "replace"))
        if fault is not None:
            found.append(Problem(UNPROVED, f"{place.name}/{path}", 0, fault, fix))
    return found


def _made_otherwise(place: Place, settings: Settings, path: str, fault: Message) -> Problem:
    fix = msg(
        "see who changed it (git log -p {branch} -- {path}), then publish again: yururluk publish --rebuild.",
        branch=settings.branch,
        path=path,
    )
    return Problem("verify", f"{place.name}/{path}", 0, fault, fix)


def verify_place(place: Place, releases: tuple[Release, ...], settings: Settings, question: Question) -> VerifyReport:
    """Hold a site against its register and against the releases."""
    name, read = place.name, place.read
    data = read(REGISTER_FILE)
    if data is None:
        fix = msg("name the folder or the address of a published site.")
        raise Refused([Problem("verify", name, 0, msg("there is no {file} here.", file=REGISTER_FILE), fix)])
    register = loads(data, f"{name}/{REGISTER_FILE}")
    problems = _against_releases(register, releases, settings)
    problems += _future_problems(register, settings, question.today, f"{name}/{REGISTER_FILE}")
    if question.kept is not None:
        kept = loads(question.kept.read_bytes(), str(question.kept))
        problems += history_problems(register, kept, f"{name}/{REGISTER_FILE}", str(question.kept))

    listed, faults = read_versions(read(VERSIONS))
    faults += faults_of(listed, register, settings, question.today)
    problems += [Problem("verify", f"{name}/{VERSIONS}", 0, fault, REBUILD) for fault in faults]

    problems += _unrecorded(register, releases, listed, read, name)
    texts, found = _against_pages(register, releases, settings, read, name)
    problems += found
    aliases, found = _against_aliases(register, listed, settings, read, name)
    problems += found
    tokens, token_faults = check_tokens(place, register, question.roots)
    problems += [Problem("timestamp", f"{name}/{path}", 0, *fault) for path, fault in token_faults]
    wanted = wanted_aliases(register, settings, question.today)
    held = held_files(place)
    problems += _against_files(place, held, problems, dict(aliases), wanted)
    problems += _wrongly_sent(place)
    digests = [entry_digest(entry) for entry in register.raw]
    return VerifyReport(
        question.today,
        len(register.publications),
        texts,
        tuple(aliases),
        len(digests),
        digests[-1] if digests else "",
        tuple(in_order(fixed(problems, place, held))),
        tuple((digests.index(token.digest) + 1, token) for token in tokens),
        pages=tuple(_text_pages(register, settings)),
    )


def _against_releases(register: Register, releases: tuple[Release, ...], settings: Settings) -> list[Problem]:
    problems = contradictions(releases, register, settings.timezone)
    # Without every text of the register there are no facts to compare.
    return problems or facts_problems(known_history(releases, register, settings), register)


def _future_problems(register: Register, settings: Settings, today: date, path: str) -> list[Problem]:
    """Entries of a day that has not come: nobody can have published then."""
    fix = msg("look at the clock of this machine, or say as of which day to look: --today DATE.")
    return [
        Problem(
            "verify",
            path,
            0,
            msg(
                "entry {number} (release {version}) is dated {published}, after {today}.",
                number=number,
                version=entry.version,
                published=_day(entry.entered, settings),
                today=today,
            ),
            fix,
        )
        for number, entry in enumerate(register.entries, start=1)
        if _day(entry.entered, settings) > today
    ]


def _day(moment: datetime, settings: Settings) -> date:
    return moment.astimezone(settings.timezone).date()


def _unrecorded(
    register: Register, releases: Sequence[Release], listed: Sequence[Listed], read: Reader, name: str
) -> list[Problem]:
    """Releases that are online or listed, though the register does not have them."""
    recorded = {entry.version for entry in register.publications}
    in_list = {item.version for item in listed} - recorded
    online = {
        version
        for version in in_list | {release.version for release in releases} - recorded
        if read(f"{version}/index.html") is not None
    }
    places = [
        (
            f"{name}/{version}",
            msg("release {version} is online here, but the register does not have it.", version=version),
        )
        for version in sorted(online)
    ]
    places += [
        (
            f"{name}/{VERSIONS}",
            msg("release {version} is listed here, but the register does not have it.", version=version),
        )
        for version in sorted(in_list)
    ]
    return [Problem("verify", place, 0, message, RESTORE) for place, message in places]


def _text_pages(register: Register, settings: Settings) -> Iterator[str]:
    urls = Urls(settings)
    for entry in register.publications:
        for document in entry.documents:
            yield urls.text(entry.version, document.id, document.locale) + "index.html"


def _against_pages(
    register: Register, releases: tuple[Release, ...], settings: Settings, read: Reader, name: str
) -> tuple[int, list[Problem]]:
    """Each text of the register must have its page, which states its facts and carries its words."""
    texts = {(release.version, text.document, text.locale): text for release in releases for text in release.texts}
    urls = Urls(settings)
    seen = 0
    problems = []
    for entry in register.publications:
        for document in entry.documents:
            path = urls.text(entry.version, document.id, document.locale) + "index.html"
            page = read(path)
            if page is None:
                faults = [msg("this page of a published text is missing.")]
            else:
                seen += 1
                faults = page_check.faults(
                    page,
                    sha256=document.sha256,
                    published=_day(entry.published, settings),
                    effective=document.effective,
                    locale=document.locale,
                    text=texts.get((entry.version, document.id, document.locale)),
                )
            problems += [Problem("verify", f"{name}/{path}", 0, fault, REBUILD) for fault in faults]
    return seen, problems


def _against_aliases(
    register: Register, listed: Sequence[Listed], settings: Settings, read: Reader, name: str
) -> tuple[list[tuple[str, str]], list[Problem]]:
    """What stands under an alias must be, byte for byte, what stands under the release that it is listed with."""
    holders = {alias: item.version for item in listed for alias in item.aliases}
    seen = []
    problems = []
    for alias in settings.addresses.aliases:
        version = holders.get(alias)
        if version is None or not is_version(version):
            if read(f"{alias}/index.html") is not None:
                message = msg("this address is online, but {file} lists no release with it.", file=VERSIONS)
                problems.append(Problem("verify", f"{name}/{alias}", 0, message, REBUILD))
            continue
        seen.append((alias, version))
        for page in _pages(register, settings):
            own, copy = read(f"{version}/{page}"), read(f"{alias}/{page}")
            if own == copy:
                continue
            message = (
                msg("this page is missing.")
                if copy is None
                else msg("this page is not that of release {version}.", version=version)
                if own is not None
                else msg("this page does not belong to release {version}.", version=version)
            )
            problems.append(Problem("verify", f"{name}/{alias}/{page}", 0, message, REBUILD))
    return seen, problems


def _wrongly_sent(place: Place) -> list[Problem]:
    """Pages that a server sends so that a browser does not show them as they are, told once for each kind."""
    kinds: dict[str, list[str]] = {}
    for path, kind in place.types.items():
        if path.endswith(".html") and not shows_as_page(kind):
            kinds.setdefault(kind, []).append(path)
    fix = msg("have the server send pages as text/html; charset=utf-8.")
    problems = []
    for kind, paths in kinds.items():
        told = quoted(kind) or msg("a file of no kind")
        message = (
            msg("the server sends this page as {kind}: browsers do not show it as it is.", kind=told)
            if len(paths) == 1
            else msg(
                "the server sends this page and {count} more as {kind}: browsers do not show them as they are.",
                count=len(paths) - 1,
                kind=told,
            )
        )
        problems.append(Problem("verify", f"{place.name}/{min(paths)}", 0, message, fix))
    return problems


def _pages(register: Register, settings: Settings) -> Iterator[str]:
    """The addresses that the pages of any text, and of a release itself, have inside a release's folder."""
    documents = sorted({document.id for entry in register.publications for document in entry.documents})
    for locale in settings.locales:
        for document in ["", *documents]:
            yield Urls(settings).page(locale, document) + "index.html"


def _against_files(
    place: Place, held: HeldFiles, told: Sequence[Problem], aliases: Mapping[str, str], wanted: Mapping[str, str]
) -> list[Problem]:
    """Every file must be as it was written.

    What a better word has been said of is not told again; nor is a page under an alias that is at fault under its
    release, nor an alias that leads to the wrong release as a whole.
    """
    known = {problem.path.removeprefix(f"{place.name}/") for problem in told}
    also = known | {path for path, _ in held.faults}
    found = []
    for path, fault in held.faults:
        folder, _, rest = path.partition("/")
        version = aliases.get(folder)
        if path in known or folder in known:
            continue
        if version is not None and (version != wanted.get(folder) or f"{version}/{rest}" in also):
            continue
        fix = RESTORE if path == REGISTER_FILE else FETCH if fault == UNKNOWN else REBUILD
        found.append(Problem("verify", f"{place.name}/{path}", 0, fault, fix))
    return found


_ASK = msg(
    "ask those who publish what became of it. The kept copy is proof as it is; with a "
    "timestamp over its last entry, also of when it was so."
)


def history_problems(register: Register, kept: Register, path: str, kept_path: str) -> list[Problem]:
    """The first place at which the register parts from the kept one. An entry after the kept ones is no fault."""
    for number, (now, then) in enumerate(zip(register.raw, kept.raw, strict=False), start=1):
        if now != then:
            what = _entry_of(kept, number)
            message = msg(
                "the history was rewritten: entry {number} is not the one in {kept_path}, which is "
                "{what}. It and all after it were made again.",
                number=number,
                kept_path=kept_path,
                what=what,
            )
            return [Problem("history", path, 0, message, _ASK)]
    lost = range(len(register.raw) + 1, len(kept.raw) + 1)
    return [
        Problem(
            "history",
            path,
            0,
            msg(
                "the history was cut short: entry {number} of {kept_path} is missing here: {told}.",
                number=number,
                kept_path=kept_path,
                told=_entry_of(kept, number),
            ),
            _ASK,
        )
        for number in lost
    ]


def _entry_of(register: Register, number: int) -> Message:
    entry = register.entries[number - 1]
    moment = entry.published.isoformat(timespec="seconds")
    digest = entry_digest(register.raw[number - 1])
    if isinstance(entry, Publication):
        return msg(
            "the publication of release {version} at {moment} (sha256 {digest})",
            version=entry.version,
            moment=moment,
            digest=digest,
        )
    return msg(
        "the withdrawal of release {version} at {moment} (sha256 {digest})",
        version=entry.version,
        moment=moment,
        digest=digest,
    )
