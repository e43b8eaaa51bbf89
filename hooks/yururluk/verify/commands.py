"""What `verify`, `timestamp` and `evidence` read and say: the answer in words for people, and as JSON for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cryptography import x509

from yururluk.core.messages import Message, Problem, Refused, counted, in_order, listed, msg, quoted, together
from yururluk.core.register import REGISTER_FILE, entry_digest, loads
from yururluk.core.releases import frozen_assets, read_releases
from yururluk.core.settings import Settings
from yururluk.git import open_repository
from yururluk.publish.remote import Progress
from yururluk.publish.status import published_commit
from yururluk.verify import evidence as bundles
from yururluk.verify import page as copies
from yururluk.verify import run as verifying
from yururluk.verify import timestamps
from yururluk.verify.timestamps import moment, read_certificates


@dataclass(frozen=True)
class Answer:
    """What a check found: whether all is well, the problems, what to say in words, and the same as plain JSON."""

    problems: tuple[Problem, ...]
    lines: tuple[Message, ...]
    content: dict[str, Any]

    @property
    def state(self) -> str:
        """`ok`; `unproved`, where nothing is wrong but the pages cannot be made again here; or `wrong`."""
        if not self.problems:
            return "ok"
        return "unproved" if all(problem.rule == verifying.UNPROVED for problem in self.problems) else "wrong"

    @property
    def as_json(self) -> dict[str, Any]:
        """The answer in the form of verify.schema.json."""
        problems = [problem.as_json() for problem in self.problems]
        return {"problems": problems, "ok": not problems, "state": self.state, **self.content}


def certificates(file: Path | None) -> tuple[x509.Certificate, ...]:
    """The certificates in a PEM file; none where no file was named. Raises `Refused`."""
    if file is None:
        return ()
    try:
        return read_certificates(file.read_bytes())
    except (ValueError, OSError):
        fix = msg("give the authority's root certificate in PEM form (-----BEGIN CERTIFICATE-----).")
        raise Refused([Problem("timestamp", str(file), 0, msg("this file holds no certificates."), fix)]) from None


def verify_site(
    root: Path, settings: Settings, place: str | None, today: date | None, against: Path | None, tsa_ca: Path | None
) -> Answer:
    """The answer of `yururluk verify`: as of today in the project's time zone where no day is named."""
    day = today or datetime.now(settings.timezone).date()
    roots = certificates(tsa_ca)
    report = verifying.verify(root, settings, place, verifying.Question(day, against, roots))
    lines = _site_lines(report, against, vouched=bool(roots), pdf=settings.pdf)
    return Answer(report.problems, lines, _site_json(report, bool(roots)))


def _site_lines(
    report: verifying.VerifyReport, against: Path | None, *, vouched: bool, pdf: bool
) -> tuple[Message, ...]:
    lines = [
        msg(
            "All is as recorded on {today}: {texts} in {releases}.",
            today=report.today,
            texts=counted(report.texts, msg("1 text"), msg("{count} texts", count=report.texts)),
            releases=counted(report.releases, msg("1 release"), msg("{count} releases", count=report.releases)),
        )
    ]
    if pdf:
        lines.append(
            msg(
                "Every file was made again and is the same, byte for byte; each PDF is the one first published, or was "
                "made again, too."
            )
        )
    else:
        lines.append(msg("Every file was made again and is the same, byte for byte."))
    if report.aliases:
        leads = [
            msg("/{alias}/ is release {version}", alias=alias, version=version) for alias, version in report.aliases
        ]
        lines.append(msg("{aliases}.", aliases=listed(leads)))
    if report.head:
        lines.append(
            msg("The register ends with entry {entries}, sha256 {head}.", entries=report.entries, head=report.head)
        )
    if against is not None:
        lines.append(msg("It goes on from {against}: nothing in it was rewritten or dropped.", against=against))
    for number, token in report.tokens:
        by = msg("{signer}, for whom nobody vouches here: --tsa-ca FILE", signer=token.signer)
        lines.append(
            msg(
                "Entry {number} has a timestamp of {time} ({by}).",
                number=number,
                time=moment(token.time),
                by=token.signer if vouched else by,
            )
        )
    return tuple(lines)


def _site_json(report: verifying.VerifyReport, vouched: bool) -> dict[str, Any]:
    return {
        "today": report.today.isoformat(),
        "releases": report.releases,
        "texts": report.texts,
        "aliases": dict(report.aliases),
        "entries": report.entries,
        "head": report.head or None,
        "made_again": report.made_again,
        "timestamps": [
            {
                "entry": number,
                "sha256": token.digest,
                "time": moment(token.time),
                "signer": token.signer,
                "vouched": vouched,
            }
            for number, token in report.tokens
        ],
    }


def verify_page(page: Path, register: Path) -> Answer:
    """The answer of `yururluk verify --page FILE --register FILE`."""
    report = copies.verify_page(page, register)
    entry, document = report.entry, report.document
    lines: tuple[Message, ...] = ()
    content: dict[str, Any] = {"page": str(page), "head": report.head, "text": None}
    if entry is not None and document is not None and not report.problems:
        published = entry.published.isoformat(timespec="seconds")
        lines = (
            msg(
                'This page shows, word for word, "{title}" ({locale}) of release {version}:',
                title=report.title,
                locale=document.locale,
                version=entry.version,
            ),
            msg(
                "published {published}, effective {effective}, sha256 {sha256}.",
                published=published,
                effective=document.effective,
                sha256=document.sha256,
            ),
            msg("Proved are the title, the words of the text, both dates and the digest; nothing else on the page is."),
            msg(
                "The register that says so ends with sha256 {head}: see that the company's is the same.",
                head=report.head,
            ),
        )
        content["text"] = {
            "version": entry.version,
            "id": document.id,
            "locale": document.locale,
            "title": report.title,
            "published": published,
            "effective": document.effective.isoformat(),
            "sha256": document.sha256,
        }
    return Answer(report.problems, lines, content)


def timestamp(
    root: Path, settings: Settings, address: str, tsa_ca: Path | None, push: bool, progress: Progress
) -> Message:
    """Get the register's head its timestamp; returns what was done, in a sentence or two."""
    request = timestamps.Request(address, certificates(tsa_ca), push)
    done = timestamps.timestamp(open_repository(root), settings, request, progress)
    what = msg("entry {entry} of the register (release {version})", entry=done.entry, version=done.version)
    if done.new:
        told = msg(
            "Timestamped on {branch}: {what}, at {time} by {signer}.",
            branch=settings.branch,
            what=what,
            time=moment(done.token.time),
            signer=done.token.signer,
        )
    else:
        told = msg("Nothing to do: {what} has its timestamp of {time}.", what=what, time=moment(done.token.time))
    return together(told, msg("Pushed to {remote}.", remote=settings.remote)) if done.pushed else told


def evidence(root: Path, settings: Settings, version: str, target: Path) -> Message:
    """Write the evidence bundle of a release; returns what it holds, in a sentence."""
    repository = open_repository(root)
    commit = published_commit(repository, settings)
    data = repository.read(commit, REGISTER_FILE)
    if data is None:
        fix = msg("bring the releases online first: yururluk publish.")
        raise Refused(
            [Problem("evidence", settings.branch, 0, msg("there is no {file} here.", file=REGISTER_FILE), fix)]
        )
    register = loads(data, f"{settings.branch}:{REGISTER_FILE}")
    releases, problems = read_releases(root, settings)
    release = next((found for found in releases if found.version == version), None)
    if release is None:
        own = [problem for problem in problems if problem.path.startswith(f"releases/{version}")]
        known = ", ".join(found.version for found in releases) or msg("none")
        missing = Problem(
            "version",
            "",
            0,
            msg('there is no release "{version}".', version=quoted(version)),
            msg("the releases are: {known}.", known=known),
        )
        raise Refused(in_order(own) or [missing])
    digests = {entry_digest(raw) for raw in register.raw}
    found = timestamps.published_tokens(repository, commit)
    tokens = {digest: token for digest, token in found.items() if digest in digests}
    bundle = bundles.evidence(release, register, tokens, frozen_assets(root))
    bundles.write_evidence(bundle, target)
    return msg(
        "Written to {target}: release {version}, {entries} of the register, {tokens}. How to check "
        "it is in README.txt and OKUYUN.txt inside.",
        target=target,
        version=version,
        entries=counted(bundle.entries, msg("1 entry"), msg("{count} entries", count=bundle.entries)),
        tokens=counted(bundle.tokens, msg("1 timestamp"), msg("{count} timestamps", count=bundle.tokens)),
    )
