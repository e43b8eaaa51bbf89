"""What a court or an auditor is given to prove one release: a file that needs none of our programs to be checked.

The file is a ZIP of plain files: the frozen texts, each as a clean page, too; the register up to the last entry about
the release (its withdrawal, if there was one) or the first one after it that has a timestamp; each entry in the bytes
that are digested (RFC 8785), so that `sha256sum` suffices; the timestamps; and instructions. The same release gives the
same bytes.
"""

from __future__ import annotations

import hashlib
import html
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import rfc8785

from yururluk.core.messages import msg
from yururluk.core.model import Release, Text
from yururluk.core.problems import Problem, Refused
from yururluk.core.register import REGISTER_FILE, Publication, RecordedDocument, Register, entry_digest
from yururluk.site.embedded_source import form_of
from yururluk.site.i18n import language_name, long_date, translator
from yururluk.text.markdown import render
from yururluk.verify.evidence_words import instructions
from yururluk.verify.tokens import read_token, token_path

_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP can hold: no clock may get into the bytes


@dataclass(frozen=True)
class Evidence:
    """The bundle: its bytes, how many entries and timestamps it holds."""

    data: bytes
    files: tuple[str, ...]
    entries: int
    tokens: int


def evidence(
    release: Release, release_files: Mapping[str, bytes], register: Register, tokens: Mapping[str, bytes]
) -> Evidence:
    """The bundle of a published release.

    `release_files` are release.yml and, where there is one, withdrawal.yml, by name; `tokens` the timestamps by their
    entry's digest. Raises `Refused` where the release was not published or is not what was published.
    """
    entry = register.publication(release.version)
    if entry is None:
        fix = msg("publish it first: yururluk publish; there is no proof of what nobody could read.")
        message = msg("release {version} has not been published.", version=release.version)
        raise Refused([Problem("evidence", f"releases/{release.version}", 0, message, fix)])
    texts = _recorded_texts(release, entry)
    digests = [entry_digest(raw) for raw in register.raw]
    own = register.entries.index(entry)
    taken_back = register.withdrawals.get(release.version)
    said = own if taken_back is None else register.entries.index(taken_back)  # all of the register that is about it
    last = next((place for place in range(said, len(digests)) if digests[place] in tokens), said)
    held = {digest: tokens[digest] for digest in digests[: last + 1] if digest in tokens}
    files: dict[str, bytes] = {f"release/{name}": data for name, data in release_files.items()}
    for text, document in texts:
        files[f"texts/{text.name}"] = text.data
        files[f"pages/{text.locale}/{text.document}.html"] = _page(text, document, entry).encode()
    files[REGISTER_FILE] = Register(register.raw[: last + 1], register.entries[: last + 1]).dumps()
    for number, raw in enumerate(register.raw[: last + 1], start=1):
        files[entry_path(number)] = rfc8785.dumps(dict(raw))
    files |= {token_path(digest): data for digest, data in held.items()}
    told = instructions(
        entry,
        register.raw[own],
        own + 1,
        [text.name for text, _ in texts],
        [(digests.index(digest) + 1, digest, read_token(data)) for digest, data in held.items()],
        (said + 1, taken_back) if taken_back is not None else None,
        last + 1,
    )
    files |= {name: words.encode() for name, words in told.items()}
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    files["SHA256SUMS"] = sums.encode()
    return Evidence(_zip(files), tuple(sorted(files)), last + 1, len(held))


def entry_path(number: int) -> str:
    """Where the bytes of an entry stand; the names sort as the entries do."""
    return f"entries/{number:06d}.json"


def write_evidence(bundle: Evidence, target: Path) -> None:
    """Write the file, all of it or nothing."""
    staged = target.with_name(f".{target.name}.part")
    try:
        staged.write_bytes(bundle.data)
        staged.replace(target)
    finally:
        staged.unlink(missing_ok=True)


def _recorded_texts(release: Release, entry: Publication) -> list[tuple[Text, RecordedDocument]]:
    """The texts with what the register has of them; each must be, byte for byte, what was published."""
    found = []
    problems = []
    for document in entry.documents:
        text = release.by_name.get((document.id, document.locale))
        if text is None or text.sha256 != document.sha256:
            path = f"releases/{release.version}/{document.locale}/{document.id}.md"
            message = msg("this is not the text that was published as release {version}.", version=release.version)
            problems.append(Problem("evidence", path, 0, message, msg("restore the file from git.")))
        else:
            found.append((text, document))
    if problems:
        raise Refused(problems)
    return sorted(found, key=lambda pair: pair[0].name)


def _page(text: Text, document: RecordedDocument, entry: Publication) -> str:
    """The text as a page that stands alone: no style, no script, no other file. `verify --page` reads it, too."""
    say = translator(text.locale)
    title = html.escape(text.front_matter.title)
    published = entry.published.date()
    frozen = html.escape(form_of(text.data.decode("utf-8"), "")).replace("\r", "&#13;")
    facts = [
        (say("Version"), html.escape(entry.version)),
        (say("Published"), _time(published.isoformat(), long_date(published, text.locale))),
        (
            say("Effective date"),
            _time(document.effective.isoformat(), long_date(document.effective, text.locale)),
        ),
        (say("Language"), html.escape(language_name(text.locale, text.locale))),
        ("SHA-256", f"<code>{document.sha256}</code>"),
    ]
    rows = "\n".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    return f"""<!doctype html>
<html lang="{text.locale}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} ({html.escape(entry.version)})</title>
</head>
<body>
<article class="document" data-version="{html.escape(entry.version)}">
<h1>{title}</h1>
<dl class="facts">
{rows}
</dl>
<div class="text">
{render(text.source, locale=text.locale, rendering=text.rendering)}
</div>
<data class="frozen" hidden value="{frozen}"></data>
</article>
</body>
</html>
"""


def _time(value: str, words: str) -> str:
    return f'<time datetime="{value}">{html.escape(words)}</time>'


def _zip(files: Mapping[str, bytes]) -> bytes:
    """Stored, not deflated: two versions of zlib may squeeze alike bytes into different ones."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            about = zipfile.ZipInfo(name, _FIRST_MOMENT)
            about.create_system = 3  # Unix, wherever it is made
            about.external_attr = 0o100644 << 16
            archive.writestr(about, data)
    return target.getvalue()
