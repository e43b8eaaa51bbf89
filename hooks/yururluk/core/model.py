"""What the words of the field are made of: versions, texts, releases and their withdrawal, as plain values."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

#: The rules of Markdown of a release file that names none, and those of drafts and new releases (text.markdown.RULES).
FIRST_RENDERING = 1
NEWEST_RENDERING = 2

VERSION_PATTERN = r"^[0-9]+(\.[0-9]+){0,2}$"
_LONGEST_VERSION = 40  # beyond it, no file system or number is safe
DOCUMENT_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"

#: The files that a text may show or link to, below assets/: none that a browser could run.
ASSET_PATTERN = r"[a-z0-9][a-z0-9._-]*\.(?:png|jpe?g|webp|gif|pdf)"
_ASSET_REFERENCE = re.compile(rf"\.\./assets/(?P<name>{ASSET_PATTERN})(?![A-Za-z0-9._-])", re.ASCII)

# Addresses that a document must not take, beside the words of the setting `addresses`: the site's own, or git's.
RESERVED_DOCUMENTS = frozenset({"api", "assets", "index", "pdf", "schemas", "timestamps", "404"})


class DocumentType(StrEnum):
    """What kind of legal text a document is; the rules of law that `check` applies depend on it."""

    PRIVACY_POLICY = "privacy-policy"
    DISCLOSURE_NOTICE = "disclosure-notice"
    COOKIE_POLICY = "cookie-policy"
    TERMS = "terms"
    CONSENT = "consent"
    OTHER = "other"
    #: No legal text: a page of the site, about it or how to reach the company. It has no versions.
    PAGE = "page"


_TYPES: Mapping[str, DocumentType] = {
    "privacy": DocumentType.PRIVACY_POLICY,
    "gizlilik": DocumentType.PRIVACY_POLICY,
    "cookie": DocumentType.COOKIE_POLICY,
    "cerez": DocumentType.COOKIE_POLICY,
    "terms": DocumentType.TERMS,
    "kosul": DocumentType.TERMS,
    "aydinlatma": DocumentType.DISCLOSURE_NOTICE,
    "consent": DocumentType.CONSENT,
    "riza": DocumentType.CONSENT,
}


def type_named(document: str) -> DocumentType:
    """The type that the name of a document suggests; `other` where it suggests none."""
    return next((kind for word, kind in _TYPES.items() if word in document), DocumentType.OTHER)


class Translation(StrEnum):
    """How much of the authentic text a translation covers."""

    COMPLETE = "complete"
    PARTIAL = "partial"


def is_version(label: str) -> bool:
    """Whether `label` may name a release. Aliases, paths and branch names never may."""
    fits = len(label) <= _LONGEST_VERSION and "\n" not in label
    return fits and re.fullmatch(VERSION_PATTERN, label, re.ASCII) is not None


def version_key(version: str) -> tuple[int, int, int]:
    """The order of versions: number by number, a missing number counting as zero."""
    numbers = [int(part) for part in version.split(".")]
    first, second, third = (*numbers, 0, 0)[:3]
    return first, second, third


@dataclass(frozen=True)
class FrontMatter:
    """The facts a text states about itself before its first clause; not part of the text.

    `translates` names, clause by clause, the state of the authentic text that a translation follows; `allow`
    the rules to which an exception was accepted, with the reasons. Neither says anything to a reader, so that
    texts that differ in them alone are the same.
    """

    title: str
    type: DocumentType
    translation: Translation | None = None
    translates: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    allow: tuple[tuple[str, str], ...] = field(default=(), compare=False)


def source_of(data: bytes) -> str:
    """A file's bytes as text, without byte order mark, its line ends folded to line feeds."""
    return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class Text:
    """One document in one language: a file, and what it says.

    `path` is relative to the project; `sha256` digests the file's bytes, in lower-case hexadecimal (FIPS 180-4);
    `body_line` is the line of the file on which the Markdown begins, after the front matter; `data` are its bytes;
    `rendering` is the number of the rules of Markdown by which it is shown.
    """

    document: str
    locale: str
    path: str
    sha256: str
    front_matter: FrontMatter
    body_line: int
    data: bytes = field(repr=False, compare=False)
    rendering: int = NEWEST_RENDERING

    @classmethod
    def of(
        cls,
        document: str,
        locale: str,
        path: str,
        data: bytes,
        front_matter: FrontMatter,
        body_line: int,
        rendering: int = NEWEST_RENDERING,
    ) -> Text:
        """The text of a file whose bytes are at hand."""
        digest = hashlib.sha256(data).hexdigest()
        return cls(document, locale, path, digest, front_matter, body_line, data, rendering)

    @property
    def name(self) -> str:
        """The file's name inside its release, as `digests` lists it: `tr/gizlilik-politikasi.md`."""
        return f"{self.locale}/{self.document}.md"

    @cached_property
    def source(self) -> str:
        """The whole file as text, its line ends folded to line feeds."""
        return source_of(self.data)

    @cached_property
    def body(self) -> str:
        """The Markdown after the front matter."""
        return self.source.split("\n", self.body_line - 1)[-1]

    @cached_property
    def assets(self) -> frozenset[str]:
        """The names of the files below assets/ that it refers to (`../assets/flow.png`)."""
        return frozenset(found["name"] for found in _ASSET_REFERENCE.finditer(self.body))

    @cached_property
    def wording(self) -> str:
        """Digest of what the text says to a reader: texts that differ in the roles of clauses alone say the same."""
        return hashlib.sha256(without_roles(self.body).encode()).hexdigest()


@dataclass(frozen=True)
class Withdrawal:
    """A release taken back: from `on` it governs no longer, though it stays readable."""

    on: date
    reason: str


@dataclass(frozen=True)
class Release:
    """One frozen state of all documents under a version.

    `published` is set only where the release was already public before it came here, `imported` where its history was
    brought in with it; `effective` is None for a release that takes effect on its publication. `material`: whether any
    of its changes is an important one; `material_by_document` says it for each, where the release file does. `assets`
    are the digests (SHA-256) of the pictures and other files that its texts refer to, by name. `lines` tells where in
    the release file a key is.
    """

    version: str
    published: date | None
    effective: date | None
    material: bool
    summary: Mapping[str, str]
    texts: tuple[Text, ...]
    withdrawal: Withdrawal | None = None
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
    imported: bool = False
    assets: Mapping[str, str] = field(default_factory=dict)
    material_by_document: Mapping[str, bool] = field(default_factory=dict)

    def is_material(self, document: str) -> bool:
        """Whether the change of a document is an important one."""
        return self.material_by_document.get(document, self.material)

    @property
    def path(self) -> str:
        """The release file, relative to the project."""
        return f"releases/{self.version}/release.yml"

    @cached_property
    def by_name(self) -> Mapping[tuple[str, str], Text]:
        """The texts by document and locale."""
        return {(text.document, text.locale): text for text in self.texts}

    @cached_property
    def documents(self) -> tuple[str, ...]:
        """The ids of its documents, sorted, each once."""
        return tuple(sorted({text.document for text in self.texts}))


#: By these classes a clause tells `check` what it is for (see `checks.disclosure`); a reader is not concerned.
ROLE = re.compile(r"(?:kvkk|teblig|basvuru)-[0-9]+[a-zçğıöşü]?|gdpr-[a-z]+")
_ROLE_GIVEN = re.compile(rf"[ ]*\.(?:{ROLE.pattern})(?=[\s}}.#])")
_ATTRIBUTE_LIST = re.compile(r"\{[^{}\n]*\}")


def without_roles(markdown: str) -> str:
    """The text without the roles of its clauses: what a reader gets is the same with them and without."""
    return _ATTRIBUTE_LIST.sub(lambda found: _ROLE_GIVEN.sub("", found[0]), markdown)
