"""What lies on disk: the drafts in docs/ and the frozen releases in releases/, read whole and held against digests."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from yururluk.core.messages import Message, Problem, Severity, msg, rule
from yururluk.core.model import (
    ASSET_PATTERN,
    DOCUMENT_PATTERN,
    FIRST_RENDERING,
    NEWEST_RENDERING,
    RESERVED_DOCUMENTS,
    DocumentType,
    Release,
    Text,
    Withdrawal,
    is_version,
    version_key,
)
from yururluk.core.schemas import (
    PlacedYaml,
    ReleaseSchema,
    SomeSchema,
    WithdrawalSchema,
    YamlFault,
    read_mapping,
    validated,
)
from yururluk.core.settings import Settings
from yururluk.core.text_file import decode, parse_text

RELEASE_FILE = "release.yml"
WITHDRAWAL_FILE = "withdrawal.yml"
ASSETS = "assets"


@dataclass(frozen=True)
class _File:
    """A file below a folder, or a link to a folder. `inside` is its path in that folder, as far as it is UTF-8."""

    place: str
    inside: str
    is_link: bool
    is_file: bool

    @property
    def name(self) -> str:
        """Its own name."""
        return self.inside.rpartition("/")[2]

    def read(self) -> bytes:
        """Its bytes. Raises OSError."""
        return Path(self.place).read_bytes()


@dataclass(frozen=True)
class Project:
    """Everything on disk: the drafts, the releases in the order of their versions, every fault found, the plain pages,
    which have no versions, and the files below docs/assets/ that a text may refer to, by name."""

    drafts: tuple[Text, ...]
    releases: tuple[Release, ...]
    problems: tuple[Problem, ...]
    pages: tuple[Text, ...] = ()
    assets: Mapping[str, bytes] = field(default_factory=dict)


def read_project(root: Path, settings: Settings) -> Project:
    """Read docs/ and releases/ under `root`."""
    drafts, pages, problems = read_drafts(root, settings)
    releases, release_problems = read_releases(root, settings)
    return Project(drafts, releases, (*problems, *release_problems), pages, draft_assets(root))


def draft_assets(root: Path) -> dict[str, bytes]:
    """The files below docs/assets/ that a text may refer to, by name."""
    return _assets_in(root / "docs")


def frozen_assets(root: Path) -> dict[str, bytes]:
    """The files that the frozen texts refer to, by name: a name stands for the same file in all releases."""
    found: dict[str, bytes] = {}
    for folder in sorted(root.glob("releases/*")):
        found = _assets_in(folder) | found
    return found


def _assets_in(folder: Path) -> dict[str, bytes]:
    files = (file for file in sorted((folder / ASSETS).glob("*")) if file.is_file() and not file.is_symlink())
    return {file.name: file.read_bytes() for file in files if re.fullmatch(ASSET_PATTERN, file.name, re.ASCII)}


def read_drafts(root: Path, settings: Settings) -> tuple[tuple[Text, ...], tuple[Text, ...], list[Problem]]:
    """The drafts and the plain pages in docs/, and every fault in any of them."""
    texts, problems = _texts(root, root / "docs", settings, _files(root / "docs"))
    problems += _no_folder(root / "docs", "docs")
    pages = tuple(text for text in texts if text.front_matter.type is DocumentType.PAGE)
    return tuple(text for text in texts if text not in pages), pages, problems


def read_releases(root: Path, settings: Settings) -> tuple[tuple[Release, ...], list[Problem]]:
    """Every release that can be read, in the order of versions, and every fault in any of them."""
    folder = root / "releases"
    releases: list[Release] = []
    problems = _no_folder(folder, "releases")
    for entry in sorted(folder.iterdir()) if folder.is_dir() else []:
        if entry.name.startswith(".") and entry.is_file():
            continue
        release, found = _release(root, entry, settings)
        problems += found
        if release is not None:
            releases.append(release)
    releases.sort(key=lambda release: (version_key(release.version), release.version))
    for first, second in itertools.pairwise(releases):
        if version_key(first.version) == version_key(second.version):
            problems.append(
                Problem(
                    "version",
                    second.path,
                    second.lines.get("version", 1),
                    msg(
                        'the versions "{version}" and "{version2}" are the same number.',
                        version=first.version,
                        version2=second.version,
                    ),
                    msg(
                        "delete one of releases/{version} and releases/{version2}, or give it a new version.",
                        version=first.version,
                        version2=second.version,
                    ),
                )
            )
    known: dict[str, tuple[Release, str]] = {}
    for release in releases:
        for name, digest in release.assets.items():
            first, wanted = known.setdefault(name, (release, digest))
            if digest != wanted:
                message = msg("release {version} has another file of this name.", version=first.version)
                fix = msg("restore this release from git; another picture needs another name.")
                problems.append(Problem("frozen", f"releases/{release.version}/{ASSETS}/{name}", 0, message, fix))
    return tuple(releases), problems


@rule("version", Severity.ERROR, msg("A release has a version of its own, one to three numbers with dots."))
@rule("withdrawal", Severity.ERROR, msg("A withdrawal has a day on which it can be, and a reason."))
def _release(root: Path, folder: Path, settings: Settings) -> tuple[Release | None, list[Problem]]:
    relative = _relative(root, folder)
    if not folder.is_dir() or folder.is_symlink():
        fix = msg("releases/ holds one folder for each release and nothing else: move it away.")
        return None, [Problem("layout", relative, 0, msg("this does not belong among the releases."), fix)]
    if not is_version(folder.name):
        fix = msg("name the folder by one to three numbers with dots, such as releases/2.1.")
        return None, [Problem("version", relative, 0, msg('"{name}" is not a version.', name=folder.name), fix)]
    path = f"{relative}/{RELEASE_FILE}"
    found, schema, problems = _yaml(folder / RELEASE_FILE, path, ReleaseSchema, msg("release file"))
    files = _files(folder)
    rendering = schema.rendering if schema else FIRST_RENDERING
    texts, text_problems = _texts(root, folder, settings, files, rendering)
    text_problems += [
        Problem("layout", text.path, 0, msg("a page has no versions."), msg("delete it here; pages lie in docs/ only."))
        for text in texts
        if text.front_matter.type is DocumentType.PAGE
    ]
    problems += text_problems
    withdrawal: Withdrawal | None = None
    if (folder / WITHDRAWAL_FILE).exists():
        _, taken_back, faults = _yaml(
            folder / WITHDRAWAL_FILE, f"{relative}/{WITHDRAWAL_FILE}", WithdrawalSchema, msg("withdrawal file")
        )
        problems += faults
        withdrawal = Withdrawal(taken_back.withdrawn, taken_back.reason) if taken_back else None
    if schema is None:
        return None, problems
    if schema.version != folder.name:
        problems.append(
            Problem(
                "version",
                path,
                found.line(("version",)),
                msg(
                    'the release file says version "{version}" in the folder of "{name}".',
                    version=schema.version,
                    name=folder.name,
                ),
                msg('write version: "{name}", or rename the folder.', name=folder.name),
            )
        )
        return None, problems
    problems += _digest_problems(root, folder, files, texts, schema.digests, path, found)
    assets = {
        name.removeprefix(f"{ASSETS}/"): digest.removeprefix("sha256:")
        for name, digest in schema.digests.items()
        if name.startswith(f"{ASSETS}/")
    }
    problems += _asset_problems(relative, texts, assets)
    problems += _incomplete(relative, path, texts, text_problems, settings)
    if withdrawal is not None and schema.published is not None and withdrawal.on < schema.published:
        message = msg(
            "the release is withdrawn as of {on}, before it was published on {published}.",
            on=withdrawal.on,
            published=schema.published,
        )
        fix = msg(
            "write a day from {published} on; or, if it was never online, delete {relative}.",
            published=schema.published,
            relative=relative,
        )
        problems.append(Problem("withdrawal", f"{relative}/{WITHDRAWAL_FILE}", 1, message, fix))
    problems += [
        Problem(
            "schema",
            path,
            found.line(("summary", locale)),
            msg('the summary names the unknown language "{locale}".', locale=locale),
            msg("remove it; the languages are: {languages}.", languages=", ".join(settings.locales)),
        )
        for locale in schema.summary
        if locale not in settings.locales
    ]
    weights = schema.material if isinstance(schema.material, dict) else {}
    release = Release(
        version=schema.version,
        published=schema.published,
        effective=schema.effective,
        material=any(weights.values()) if weights else schema.material is True,
        summary=schema.summary,
        texts=texts,
        withdrawal=withdrawal,
        lines={key[0]: line for key, line in found.lines.items() if len(key) == 1},
        imported=schema.imported is not None,
        material_by_document=weights,
        assets=assets,
    )
    return release, problems


def _asset_problems(relative: str, texts: Sequence[Text], assets: Mapping[str, str]) -> Iterator[Problem]:
    """Files that the texts of a release refer to and that were not frozen with it."""
    for text in texts:
        for name in sorted(text.assets - assets.keys()):
            message = msg("this text refers to {name}, which was not frozen with it.", name=f"{ASSETS}/{name}")
            fix = msg("delete {relative}, and make the release with `yururluk release`.", relative=relative)
            yield Problem("frozen", text.path, 0, message, fix)


@rule("empty-release", Severity.ERROR, msg("A release holds a text."))
def _incomplete(
    relative: str, path: str, texts: Sequence[Text], known: Sequence[Problem], settings: Settings
) -> list[Problem]:
    """A release must hold a text, and each translation the text that it translates. `known` faults say why already."""
    if known:
        return []
    if not texts:
        fix = msg("delete {relative}, and make the release with `yururluk release`.", relative=relative)
        return [Problem("empty-release", path, 0, msg("the release holds no text."), fix)]
    authentic = {text.document for text in texts if text.locale == settings.authentic}
    language = settings.language(settings.authentic)
    return [
        Problem(
            "authentic-text",
            text.path,
            0,
            msg(
                "this translation is alone: the release has no authentic text ({language}) of the document.",
                language=language,
            ),
            msg(
                "delete {relative}, add docs/{authentic}/{document}.md and make the release again.",
                relative=relative,
                authentic=settings.authentic,
                document=text.document,
            ),
        )
        for text in texts
        if text.document not in authentic
    ]


def _yaml(
    file: Path, path: str, schema: type[SomeSchema], what: str
) -> tuple[PlacedYaml, SomeSchema | None, list[Problem]]:
    nothing = PlacedYaml({}, {})
    try:
        data = file.read_bytes()
    except OSError:
        fix = (
            msg("make the release with `yururluk release`, which writes it.")
            if file.name == RELEASE_FILE
            else msg("write it with `yururluk withdraw`.")
        )
        return nothing, None, [Problem("schema", path, 0, msg("the {what} is missing.", what=what), fix)]
    source, problem = decode(data, path)
    if source is None:
        return nothing, None, [problem] if problem else []
    try:
        found = read_mapping(source)
    except YamlFault as fault:
        return (
            nothing,
            None,
            [
                Problem(
                    "schema",
                    path,
                    fault.line,
                    msg("the {what} is {message}.", what=what, message=fault.message),
                    msg("correct this line."),
                )
            ],
        )
    value, problems = validated(schema, found, path, what)
    return found, value, problems


@rule("frozen", Severity.ERROR, msg("A frozen text is what it was when it was frozen."))
def _digest_problems(
    root: Path,
    folder: Path,
    files: Sequence[_File],
    texts: Sequence[Text],
    digests: Mapping[str, str],
    path: str,
    found: PlacedYaml,
) -> list[Problem]:
    """Faults of the freeze: every file of the release must be listed and be what it was when it was frozen."""
    read = {text.name: f"sha256:{text.sha256}" for text in texts}
    relative = _relative(root, folder)
    present = {file.inside: file for file in files if file.inside not in {RELEASE_FILE, WITHDRAWAL_FILE}}
    problems: list[Problem] = []
    for name, digest in sorted(digests.items()):
        line = found.line(("digests", name))
        file = present.get(name)
        if file is None:
            fix = msg(
                "restore {relative}/{name} from git: git checkout <commit> -- {relative}/{name}.",
                relative=relative,
                name=name,
            )
            problems.append(
                Problem("frozen", path, line, msg("the frozen file {name} has been removed.", name=name), fix)
            )
        elif not file.is_link and digest != (read.get(name) or _sha256(file.read())):
            told = _altered(file.read(), digest, relative, name)
            problems.append(Problem("frozen", f"{relative}/{name}", 0, *told))
    for name in sorted(set(present) - set(digests)):
        fix = msg("move it away; a new text belongs in docs/{name} and in a new release.", name=name)
        problems.append(
            Problem(
                "frozen", f"{relative}/{name}", 0, msg("this file was added to the release after it was frozen."), fix
            )
        )
    return problems


def _altered(data: bytes, digest: str, folder: str, name: str) -> tuple[Message, Message]:
    """What was done to a frozen file, and what helps."""
    plain = data.replace(b"\r\n", b"\n")
    if digest in {_sha256(plain), _sha256(plain.replace(b"\n", b"\r\n"))}:
        return msg("only the line ends of this frozen file are others: git turns them here."), msg(
            'make "releases/** -text" the last line of .gitattributes and delete this file; then: '
            "git checkout -- {folder}/{name}.",
            folder=folder,
            name=name,
        )
    return msg("this frozen file was changed after its release."), msg(
        "restore it from git and make the change in docs/{name} instead; a new release then freezes it.", name=name
    )


def _no_folder(folder: Path, name: str) -> list[Problem]:
    """A file, or a link that leads nowhere, in a folder's place: the texts in it would be missing without a word."""
    if folder.is_dir() or not os.path.lexists(folder):
        return []
    fix = msg("put the folder back: git checkout HEAD -- {name}.", name=name)
    return [Problem("layout", name, 0, msg("this is a file, not a folder."), fix)]


@rule("layout", Severity.ERROR, msg("Every file lies where the tool expects it, under a name that can be an address."))
def _texts(
    root: Path, folder: Path, settings: Settings, files: Sequence[_File], rendering: int = NEWEST_RENDERING
) -> tuple[tuple[Text, ...], list[Problem]]:
    """The texts among the files below `folder`, sorted, and the faults of files that are none."""
    texts: list[Text] = []
    problems: list[Problem] = []
    is_draft = folder == root / "docs"
    outside = _relative(root, folder)
    for file in files:
        inside = file.inside
        relative = f"{outside}/{inside}"
        if inside in {RELEASE_FILE, WITHDRAWAL_FILE} and not is_draft:
            continue
        if is_draft and file.name.startswith("."):
            continue  # what editors and file managers leave behind; MkDocs leaves it out, too
        locale, _, name = inside.partition("/")
        document = name.removesuffix(".md")
        if locale == ASSETS and not file.is_link and (is_draft or re.fullmatch(ASSET_PATTERN, name, re.ASCII)):
            continue
        if file.is_link:
            fix = msg("put the file itself here: a link can be made to point at another text.")
            problems.append(Problem("layout", relative, 0, msg("this is a link, not a file."), fix))
        elif not file.is_file:
            fix = msg("move it away; texts are files.")
            problems.append(Problem("layout", relative, 0, msg("this is no file that can be read."), fix))
        elif locale not in settings.locales or not name.endswith(".md") or "/" in name:
            fix = msg(
                "a text is <language>/<document>.md, with a language of: {languages}.",
                languages=", ".join(settings.locales),
            )
            problems.append(Problem("layout", relative, 0, msg("this file is no text of a document."), fix))
        elif another := _why_no_name(document, settings):
            message = msg('"{document}" cannot name a document.', document=document)
            problems.append(Problem("layout", relative, 0, message, another))
        else:
            text, found = parse_text(file.read(), relative, document, locale, rendering)
            problems += found
            if text is not None:
                texts.append(text)
    return tuple(sorted(texts, key=lambda text: (text.document, settings.locales.index(text.locale)))), problems


def _why_no_name(document: str, settings: Settings) -> Message | None:
    """How to fix the name of a document; None where it is one."""
    taken = RESERVED_DOCUMENTS | settings.addresses.folders
    if not re.fullmatch(DOCUMENT_PATTERN, document, re.ASCII) or document in taken:
        return msg("use small letters a-z, digits and hyphens, and no address that the site itself uses.")
    if document in settings.locales:
        return msg("choose another name: this is the address of a language.")
    if is_version(document):
        return msg("begin the name with a letter: a number is the address of a release.")
    return None


def _files(folder: Path) -> list[_File]:
    """Every file below `folder`, and every link to a folder, sorted by path."""
    return sorted(_files_below(os.fspath(folder), ""), key=lambda file: file.place)


def _files_below(place: str, inside: str) -> Iterator[_File]:
    try:
        entries = list(os.scandir(place))
    except OSError:
        return
    for entry in entries:
        name = inside + os.fsencode(entry.name).decode("utf-8", "replace")
        if entry.is_dir(follow_symlinks=False):
            yield from _files_below(entry.path, f"{name}/")
        else:
            yield _File(entry.path, name, entry.is_symlink(), entry.is_file())


def _relative(root: Path, path: Path) -> str:
    """The path inside the project. A name that is not UTF-8 is shown as far as it can be."""
    inside = os.fspath(path.relative_to(root) if root == Path() else path)
    inside = inside.removeprefix(os.fspath(root) + os.sep).replace(os.sep, "/")
    return os.fsencode(inside).decode("utf-8", "replace")


def _sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()
