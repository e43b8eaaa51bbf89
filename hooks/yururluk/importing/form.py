"""A published state in the form of a text of this project: front matter, ids for headings, plain Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import yaml

from yururluk.core.i18n import translator
from yururluk.core.messages import Message, Problem, Refused, msg
from yururluk.core.model import source_of, type_named
from yururluk.lineage.clause_text import Clause as TextClause
from yururluk.lineage.clause_text import Content, content_of
from yururluk.lineage.events import match
from yururluk.text.clauses import Clause, find_clauses
from yururluk.text.markdown import slugify

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<head>.*?\n)??---[ \t]*(?:\n|\Z)", re.DOTALL)
_TEMPLATE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->[ \t]*\n?", re.DOTALL)
_LAYOUT = re.compile(r"</?(?:figure|figcaption|section|article|main|header|footer|center|font)\b[^>]*>", re.IGNORECASE)
_PICTURE = re.compile(r"<img\b[^>]*>|!\[(?P<words>[^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)", re.IGNORECASE)
_LINK = re.compile(
    r"(?<!!)\[(?P<words>(?:[^\[\]]|\[[^\]]*\])*)\]"
    r"\((?P<address><[^>\n]*>|[^()\"\n]*?)(?P<title>[ \t]+\"[^\"\n]*\")?[ \t]*\)"
)
_DEFINITION = re.compile(r"(?P<start>^ {0,3}\[[^\]^\n][^\]\n]*\]:[ \t]*)<?(?P<address>[^\s>]+)>?", re.MULTILINE)


@dataclass(frozen=True)
class Formed:
    """A state in form: its whole `source` with front matter, the `content` by clauses, and what was left out."""

    source: str
    content: Content
    left_out: tuple[Message, ...]


def markdown_of(file: Path) -> str:
    """The Markdown of a state: of a Word or HTML file as pandoc reads it. Raises `Refused` where it cannot be read."""
    try:
        if file.suffix.lower() in (".md", ".markdown"):
            return source_of(file.read_bytes())
        import pypandoc  # the extra `word` brings pandoc

        kind = "docx" if file.suffix.lower() == ".docx" else "html"
        arguments = ["--wrap=none", "--track-changes=accept", "--sandbox"]
        return str(pypandoc.convert_file(str(file), "gfm-raw_html", format=kind, extra_args=arguments))
    except UnicodeDecodeError as error:
        fix = msg("save the file in UTF-8.")
        raise Refused([Problem("encoding", str(file), 0, msg("this file is not UTF-8."), fix)]) from error
    except ImportError as error:
        fix = msg('install it: pip install "yururluk[word]"')
        raise Refused([Problem("import", str(file), 0, msg("reading this file needs pandoc."), fix)]) from error
    except (OSError, RuntimeError) as error:
        message = msg("this file cannot be read: {error}.", error=(str(error).strip().splitlines() or [""])[-1])
        raise Refused([Problem("import", str(file), 0, message, msg("save it as Markdown."))]) from error


def formed(
    markdown: str, document: str, *, translation: bool, site: str, before: Formed | None, title: str = ""
) -> Formed:
    """Bring a state into form. `site` is the address that relative links start from; empty where none is known.

    Headings that are the same clause as one of the state `before` get its id, also where their words changed; others
    get one made from their words. Words are never added or changed.
    """
    left_out: list[Message] = []
    head, body = _parted(markdown)
    body = _without_templates(body, left_out)
    own_title, body = _title(body, str(head.get("title") or title or document))
    body = _with_links(body, site, left_out)
    body = body.strip("\n") + "\n"
    content = content_of(body)
    ids = _ids(body, content, before)
    body = _with_ids(body, ids)
    settings = {"title": own_title, "type": type_named(document).value}
    if translation:
        settings["translation"] = "complete"
    front = yaml.safe_dump(settings, allow_unicode=True, sort_keys=False, width=10_000)
    return Formed(f"---\n{front}---\n\n{body}", content_of(body), tuple(left_out))


def _parted(markdown: str) -> tuple[Mapping[str, object], str]:
    found = _FRONT_MATTER.match(markdown)
    if found is None:
        return {}, markdown
    try:
        head = yaml.safe_load(_TEMPLATE.sub("", found["head"] or ""))
    except yaml.YAMLError:
        head = {}
    return (head if isinstance(head, dict) else {}), markdown[found.end() :]


def _without_templates(body: str, left_out: list[Message]) -> str:
    """The body without template tags, comments, layout tags, and pictures, whose files are not part of the text."""

    def drop(found: re.Match[str]) -> str:
        left_out.append(msg("left out: {markup}", markup=" ".join(found[0].split())[:80]))
        return found.groupdict().get("words") or ""

    body = _COMMENT.sub("", body)
    body = _PICTURE.sub(drop, body)
    body = _TEMPLATE.sub(drop, body)
    return _LAYOUT.sub("", body)


def _title(body: str, title: str) -> tuple[str, str]:
    """The title that stood on the page, and the body without it: the page shows the title above the text."""
    first = body.lstrip("\n \t").partition("\n")[0]
    heading = re.fullmatch(r"#[ \t]+(?P<words>.*?)[ \t]*#*[ \t]*", first)
    if heading is None or "](" in first or "`" in first:
        return title, body
    words = re.sub(r"\s*\{[^}]*\}$", "", heading["words"])
    return re.sub(r"[*_]{1,2}", "", words), body.lstrip("\n \t").partition("\n")[2]


def _with_links(body: str, site: str, left_out: list[Message]) -> str:
    """The body with relative links made absolute; without an address to start from only their words are kept."""

    def absolute(found: re.Match[str]) -> str:
        address = found["address"].strip("<> ").replace(" ", "%20")
        if not address or address.startswith("#"):
            return found[0]
        if not address.startswith("//") and not urlsplit(address).scheme:
            if not site:
                left_out.append(msg("the target of a relative link was left out: {address}", address=address[:80]))
                return found["words"]
            address = urljoin(site, address)
        return f"[{found['words']}]({address}{found['title'] or ''})"

    def defined(found: re.Match[str]) -> str:
        address = found["address"]
        relative = not address.startswith(("#", "//")) and not urlsplit(address).scheme
        return found["start"] + (urljoin(site, address) if relative and site else address)

    return _DEFINITION.sub(defined, _LINK.sub(absolute, body))


def _ids(body: str, content: Content, before: Formed | None) -> dict[int, str]:
    """The id of each heading by its line, from 0."""
    clauses = [clause for clause in find_clauses(body) if clause.level]
    kept: dict[int, str] = {}
    if before is not None:
        pairs = match(before.content.clauses, content.clauses)
        kept = {new: before.content.clauses[old].id for new, old in pairs.items() if before.content.clauses[old].stable}
    same = len(clauses) == len(content.clauses)
    taken = {clause.id for clause in clauses if clause.id}
    ids: dict[int, str] = {}
    for place, clause in enumerate(clauses):
        given = clause.id or _free(kept.get(place, "") if same else "", clause, taken)
        taken.add(given)
        ids[clause.line - 1] = given
    return ids


def _free(kept: str, clause: Clause, taken: set[str]) -> str:
    if kept and kept not in taken:
        return kept
    made = slugify(clause.title) or slugify(clause.heading) or "clause"
    return next(name for name in [made, *(f"{made}-{n}" for n in range(2, len(taken) + 3))] if name not in taken)


def _with_ids(body: str, ids: Mapping[int, str]) -> str:
    """The body with ids at its headings, and with links inside the text that lead to them."""
    lines = body.split("\n")
    renamed: dict[str, str] = {}
    for clause in find_clauses(body):
        place = clause.line - 1
        if place in ids and clause.level:
            renamed[_anchor(clause.heading)] = ids[place]
            if not clause.id:
                lines[place] = clause.with_id(ids[place])

    def inside(found: re.Match[str]) -> str:
        wanted = found["address"].strip("<>")
        if not wanted.startswith("#") or wanted[1:] in ids.values():
            return found[0]
        target = renamed.get(wanted[1:].casefold())
        return f"[{found['words']}](#{target}{found['title'] or ''})" if target else found["words"]

    return _LINK.sub(inside, "\n".join(lines))


def _anchor(heading: str) -> str:
    """The anchor that GitHub and most generators make of a heading."""
    words = re.sub(r"[^\w\- ]", "", heading.casefold().strip())
    return words.replace(" ", "-")


def drafted_summary(before: Formed | None, now: Formed, title: str, language: str) -> str:
    """A summary drafted from the changed clauses: a reviewer completes it."""
    say = translator(language)
    if before is None:
        return say("{title}: first known text.").format(title=title)
    old, new = before.content.sections, now.content.sections
    pairs = match(old, new)
    changed = [new[at] for at, was in sorted(pairs.items()) if new[at].blocks != old[was].blocks]
    added = [clause for at, clause in enumerate(new) if at not in pairs and clause.level]
    gone = [clause for at, clause in enumerate(old) if at not in set(pairs.values()) and clause.level]
    sentences = (
        (say("changed: {clauses}"), changed),
        (say("added: {clauses}"), added),
        (say("removed: {clauses}"), gone),
    )
    parts = [words.format(clauses=_named(clauses, say)) for words, clauses in sentences if clauses]
    return (f"{title}: {'; '.join(parts)}." if parts else say("{title}: only its form changed.").format(title=title))[
        :1000
    ]


_MOST_NAMED = 6


def _named(clauses: Sequence[TextClause], say: Callable[[str], str]) -> str:
    headings = [clause.heading or say("the opening") for clause in clauses]
    more = [say("and {count} more").format(count=len(headings) - _MOST_NAMED)] if len(headings) > _MOST_NAMED else []
    return ", ".join([*headings[:_MOST_NAMED], *more])
