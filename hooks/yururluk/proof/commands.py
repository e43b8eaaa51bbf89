"""What `verify`, `timestamp` and `evidence` read and say: the answer in words for people, and as JSON for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cryptography import x509

from yururluk.known import published_commit
from yururluk.problems import Problem, Refused, in_order
from yururluk.proof import copied_page as page_proof
from yururluk.proof import evidence as bundles
from yururluk.proof import timestamps, verifying
from yururluk.proof.tokens import moment, read_certificates
from yururluk.publishing.remote import Progress
from yururluk.register import REGISTER_FILE, entry_digest, loads
from yururluk.releases import RELEASE_FILE, WITHDRAWAL_FILE, read_releases
from yururluk.settings import Settings
from yururluk.vcs import open_repository


@dataclass(frozen=True)
class Answer:
    """What a check found: whether all is well, the problems, what to say in words, and the same as plain JSON."""

    problems: tuple[Problem, ...]
    lines: tuple[str, ...]
    content: dict[str, Any]

    @property
    def as_json(self) -> dict[str, Any]:
        """The answer in the form of verify.schema.json."""
        problems = [problem.as_json() for problem in self.problems]
        return {"problems": problems, "ok": not problems, **self.content}


def certificates(file: Path | None) -> tuple[x509.Certificate, ...]:
    """The certificates in a PEM file; none where no file was named. Raises `Refused`."""
    if file is None:
        return ()
    try:
        return read_certificates(file.read_bytes())
    except (ValueError, OSError):
        mend = "give the authority's root certificate in PEM form (-----BEGIN CERTIFICATE-----)."
        raise Refused(
            [Problem("timestamp", str(file), 0, "this file holds no certificates.", mend)]
        ) from None


def verify_site(
    root: Path,
    settings: Settings,
    place: str | None,
    today: date | None,
    against: Path | None,
    tsa_ca: Path | None,
) -> Answer:
    """The answer of `yururluk verify`: as of today in the project's time zone where no day is named."""
    day = today or datetime.now(settings.timezone).date()
    roots = certificates(tsa_ca)
    report = verifying.verify(root, settings, place, verifying.Question(day, against, roots))
    return Answer(
        report.problems, _site_lines(report, against, vouched=bool(roots)), _site_json(report, bool(roots))
    )


def _site_lines(report: verifying.VerifyReport, against: Path | None, *, vouched: bool) -> tuple[str, ...]:
    lines = [
        f"All is as recorded on {report.today}: {count(report.texts, 'text')} in {count(report.releases, 'release')}."
    ]
    if report.aliases:
        lines.append(", ".join(f"/{alias}/ is release {version}" for alias, version in report.aliases) + ".")
    if report.head:
        lines.append(f"The register ends with entry {report.entries}, sha256 {report.head}.")
    if against is not None:
        lines.append(f"It goes on from {against}: nothing in it was rewritten or dropped.")
    for number, token in report.tokens:
        by = f"{token.signer}{'' if vouched else ', for whom nobody vouches here: --tsa-ca FILE'}"
        lines.append(f"Entry {number} has a timestamp of {moment(token.time)} ({by}).")
    return tuple(lines)


def _site_json(report: verifying.VerifyReport, vouched: bool) -> dict[str, Any]:
    return {
        "today": report.today.isoformat(),
        "releases": report.releases,
        "texts": report.texts,
        "aliases": dict(report.aliases),
        "entries": report.entries,
        "head": report.head or None,
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
    report = page_proof.verify_page(page, register)
    entry, document = report.entry, report.document
    lines: tuple[str, ...] = ()
    content: dict[str, Any] = {"page": str(page), "head": report.head, "text": None}
    if entry is not None and document is not None and not report.problems:
        published = entry.published.isoformat(timespec="seconds")
        lines = (
            f'This page shows, word for word, "{report.title}" ({document.locale}) of release {entry.version}:',
            f"published {published}, effective {document.effective}, sha256 {document.sha256}.",
            "Proved are the title, the words of the text, both dates and the digest; nothing else on the page is.",
            f"The register that says so ends with sha256 {report.head}: see that the company's is the same.",
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
) -> str:
    """Get the register's head its timestamp; returns what was done, in a sentence or two."""
    request = timestamps.Request(address, certificates(tsa_ca), push)
    done = timestamps.timestamp(open_repository(root), settings, request, progress)
    what = f"entry {done.entry} of the register (release {done.version})"
    if done.new:
        told = (
            f"Timestamped on {settings.branch}: {what}, at {moment(done.token.time)} by {done.token.signer}."
        )
    else:
        told = f"Nothing to do: {what} has its timestamp of {moment(done.token.time)}."
    return told + (f" Pushed to {settings.remote}." if done.pushed else "")


def evidence(root: Path, settings: Settings, version: str, target: Path) -> str:
    """Write the evidence bundle of a release; returns what it holds, in a sentence."""
    repository = open_repository(root)
    commit = published_commit(repository, settings)
    data = repository.read(commit, REGISTER_FILE)
    if data is None:
        mend = "bring the releases online first: yururluk publish."
        raise Refused([Problem("evidence", settings.branch, 0, f"there is no {REGISTER_FILE} here.", mend)])
    register = loads(data, f"{settings.branch}:{REGISTER_FILE}")
    releases, problems = read_releases(root, settings)
    release = next((found for found in releases if found.version == version), None)
    if release is None:
        own = [problem for problem in problems if problem.path.startswith(f"releases/{version}")]
        known = ", ".join(found.version for found in releases) or "none"
        missing = Problem(
            "version", "", 0, f'there is no release "{version}".', f"the releases are: {known}."
        )
        raise Refused(in_order(own) or [missing])
    folder = root / "releases" / version
    files = {
        name: (folder / name).read_bytes()
        for name in (RELEASE_FILE, WITHDRAWAL_FILE)
        if (folder / name).is_file()
    }
    digests = {entry_digest(raw) for raw in register.raw}
    found = timestamps.published_tokens(repository, commit)
    tokens = {digest: token for digest, token in found.items() if digest in digests}
    bundle = bundles.evidence(release, files, register, tokens)
    bundles.write_evidence(bundle, target)
    return (
        f"Written to {target}: release {version}, {count(bundle.entries, 'entry')} of the register, "
        f"{count(bundle.tokens, 'timestamp')}. How to check it stands in README.txt and OKUYUN.txt inside."
    )


def count(number: int, word: str) -> str:
    """A number and what it counts: 1 entry, 2 entries."""
    plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{number} {word if number == 1 else plural}"
