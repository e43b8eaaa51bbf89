"""Texts, releases and settings made in a line, for tests that need no disk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from yururluk.core.history import History, Published
from yururluk.core.model import Release, Text, Withdrawal
from yururluk.core.releases import Project
from yururluk.core.settings import Settings
from yururluk.core.text_file import parse_text

ZONE = ZoneInfo("Europe/Istanbul")
SETTINGS = Settings(
    site_url="https://www.example.com/",
    publisher="Örnek A.Ş.",
    locales=("tr", "en"),
    site_names=MappingProxyType({"tr": "Hukuki Metinler", "en": "Legal Texts"}),
    language_names=MappingProxyType({"tr": "Türkçe", "en": "English"}),
    timezone=ZONE,
    branch="gh-pages",
    remote="origin",
    pdf=False,
)
DAY_ZERO = date(2027, 1, 1)


def day(number: int) -> date:
    """The day so many days after 1 January 2027."""
    return DAY_ZERO + timedelta(days=number)


def moment(number: int, hour: int = 9) -> datetime:
    """A moment of that day in Istanbul."""
    return datetime.combine(day(number), time(hour), tzinfo=ZONE)


def text(
    body: str,
    document: str = "gizlilik",
    locale: str = "tr",
    *,
    folder: str = "docs",
    type_: str = "privacy-policy",
    translation: str | None = "complete",
) -> Text:
    """A text as it is read from its file. `translation` counts for translations only; None leaves it out."""
    lines = ["---", "title: Metin", f"type: {type_}"]
    if locale != "tr" and translation is not None:
        lines.append(f"translation: {translation}")
    source = "\n".join([*lines, "---", body])
    found, problems = parse_text(source.encode(), f"{folder}/{locale}/{document}.md", document, locale)
    assert found is not None, problems
    return found


def release(
    version: str,
    words: Mapping[str, str],
    *,
    published: date | None = None,
    effective: date | None = None,
    withdrawal: Withdrawal | None = None,
    material: bool = True,
    summary: Mapping[str, str] | None = None,
) -> Release:
    """A release of these documents (`gizlilik`, or `gizlilik/en` for a translation), with their words."""
    texts = []
    for name, body in sorted(words.items()):
        document, _, locale = name.partition("/")
        texts.append(text(body, document, locale or "tr", folder=f"releases/{version}"))
    lines = {"version": 1, "published": 2, "effective": 3, "material": 4, "summary": 5}
    return Release(
        version,
        published,
        effective,
        material,
        {"tr": "Özet.", "en": "Summary."} if summary is None else summary,
        tuple(texts),
        withdrawal,
        lines,
    )


def history(*releases: Published) -> History:
    """The history of these releases."""
    return History(releases, "tr")


def published(
    version: str,
    words: Mapping[str, str],
    on: int,
    effective: int,
    *,
    rank: int,
    withdrawn: int | None = None,
    withdrawn_after: int | None = None,
) -> Published:
    """A release that went online on that day."""
    return Published(
        release(version, words),
        moment(on),
        day(on),
        day(effective),
        rank,
        None if withdrawn is None else day(withdrawn),
        withdrawn_after,
    )


def project(*drafts: Text, releases: tuple[Release, ...] = ()) -> Project:
    """A project with these drafts and releases."""
    return Project(drafts, releases, ())


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their path below a folder."""
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
