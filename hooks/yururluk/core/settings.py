"""What a project has chosen in mkdocs.yml: who publishes, where, in which languages and in which time zone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import yaml
import yaml_env_tag

from yururluk.core.messages import Language, Message, Problem, Refused, Severity, errors, msg, refuse_if_any, rule
from yururluk.core.site_settings import site_settings_problems

CONFIG_FILE = "mkdocs.yml"
_LONGEST_NOTICE = 366  # days
_LOCALE = r"[a-z]{2,3}([-_][A-Za-z]{2,4})?"


@dataclass(frozen=True)
class AddressWords:
    """The words in the site's addresses (DESIGN, "The site's addresses"): five folders and four questions."""

    releases: str
    compare: str
    changes: str
    in_force: str
    newest: str
    date: str
    document: str
    old: str
    new: str

    @property
    def aliases(self) -> tuple[str, str]:
        """The aliases of releases: of the one in force, and of the newest."""
        return self.in_force, self.newest

    @property
    def folders(self) -> frozenset[str]:
        """The folders, none of which a document can take."""
        return frozenset({self.releases, self.compare, self.changes, *self.aliases})


#: By the setting `addresses`, which the first publish fixes.
ADDRESS_WORDS: Mapping[str, AddressWords] = MappingProxyType(
    {
        "tr": AddressWords(
            "surumler", "karsilastir", "degisiklikler", "yururlukte", "son", "tarih", "belge", "eski", "yeni"
        ),
        "en": AddressWords("releases", "compare", "changes", "in-force", "latest", "date", "document", "old", "new"),
    }
)


@dataclass(frozen=True)
class Settings:
    """A project's choices, validated.

    `site_url` is absolute and ends with a slash. `locales` begins with the authentic one; `site_names` and
    `language_names` are by locale. `branch` and `remote` are where the pages live. `pdf` says whether each text gets
    a PDF beside its page. `edit_url` is where the drafts can be edited in a browser, up to and with the slash before
    the language; empty where nobody said. `notice_days` is how many days the company promises between the
    announcement of an important change and the day it binds. `addresses` are the words in the site's addresses.
    `rules` are the packs of rules of law that `check` applies: `kvkk` (6698 sayılı Kanun), `gdpr`.
    `word_reference` is the path of a Word file in the project's folder whose styles the Word files take; or empty.
    """

    site_url: str
    publisher: str
    locales: tuple[str, ...]
    site_names: Mapping[str, str]
    language_names: Mapping[str, str]
    timezone: ZoneInfo
    branch: str
    remote: str
    pdf: bool
    notice_days: int = 0
    edit_url: str = ""
    word_reference: str = ""
    addresses: AddressWords = ADDRESS_WORDS["tr"]
    rules: tuple[str, ...] = ("kvkk",)

    def edit_address(self, document: str, locale: str) -> str:
        """Where a document's draft can be edited in a browser; empty where nobody said."""
        return f"{self.edit_url}{locale}/{document}.md" if self.edit_url else ""

    def language(self, locale: str) -> Language:
        """What a message calls the language of a locale."""
        return Language(locale, self.language_names[locale])

    def with_branch(self, branch: str | None, remote: str | None = None) -> Settings:
        """The settings with another branch or remote, where one was named."""
        return replace(self, branch=branch or self.branch, remote=remote or self.remote)

    @property
    def authentic(self) -> str:
        """The locale whose text prevails."""
        return self.locales[0]


#: The rules of law that a project can choose.
RULE_PACKS: Final = frozenset({"kvkk", "gdpr"})


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml as MkDocs does, but builds nothing from tags that name Python objects."""


_Loader.add_constructor("!ENV", yaml_env_tag.construct_env_tag)
_Loader.add_multi_constructor("!", lambda _loader, _suffix, _node: None)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda _loader, _suffix, _node: None)


def read_settings(root: Path) -> Settings:
    """Read mkdocs.yml under `root`. Raises `Refused` with every fault that matters to publishing."""
    path = root / CONFIG_FILE
    try:
        config = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        raise Refused(
            [_fault(msg("there is no mkdocs.yml here."), msg("run the command in the project's folder."))]
        ) from None
    except (OSError, ValueError, OverflowError, RecursionError, yaml.YAMLError) as error:
        # ValueError: no UTF-8, or a date that YAML reads by itself and that is none.
        told = " ".join(str(error).split())
        raise Refused(
            [
                _fault(
                    msg("the file cannot be read: {told}.", told=told),
                    msg("correct it; it is YAML, as MkDocs reads it."),
                )
            ]
        ) from error
    refuse_if_any(errors(site_settings_problems(root)))
    return settings_from(config if isinstance(config, dict) else {})


@dataclass(frozen=True)
class Option:
    """An option of the plugin `yururluk` in mkdocs.yml: its default, what it means (for the handbook), which values it
    takes, and how to write one."""

    name: str
    default: Any
    meaning: str
    takes: Callable[[Any], bool]
    fix: Message


def _is_zone(value: Any) -> bool:
    try:
        return bool(ZoneInfo(value))
    except (KeyError, ValueError, OSError, TypeError):
        return False


OPTIONS: Final = (
    Option(
        "publisher",
        "",
        "the company that publishes the texts; required",
        lambda value: bool(str(value or "").strip()),
        msg("name the company: publisher: … A.Ş."),
    ),
    Option(
        "timezone",
        "Europe/Istanbul",
        "the zone in which days begin",
        _is_zone,
        msg("write it as timezone: Europe/Istanbul."),
    ),
    Option(
        "addresses",
        "tr",
        "the words in addresses: `tr` (`/surumler/`, `/yururlukte/`) or `en` (`/releases/`, `/in-force/`); fixed by "
        "the first publish",
        lambda value: value in [*ADDRESS_WORDS],
        msg("write `addresses: tr` (/surumler/, /yururlukte/) or `addresses: en` (/releases/, /in-force/)."),
    ),
    Option(
        "notice_days",
        0,
        "how many days before it binds a material change is announced",
        lambda value: type(value) is int and 0 <= value <= _LONGEST_NOTICE,
        msg("write a number of days up to {most}, such as notice_days: 30, or remove it.", most=_LONGEST_NOTICE),
    ),
    Option(
        "rules",
        None,
        "the rules of law that `check` applies: `kvkk` (6698 sayılı Kanun, Tebliğ), `gdpr` (Articles 13 and 14); "
        "without it `[kvkk]` where Turkish is a language, else `[]`",
        lambda value: value is None or (isinstance(value, list) and set(map(str, value)) <= RULE_PACKS),
        msg("write a list of kvkk and gdpr, such as `rules: [gdpr]`, or `rules: []`."),
    ),
    Option(
        "pdf",
        True,
        "a PDF of each text, and of what each release changed",
        lambda value: isinstance(value, bool),
        msg("write `pdf: true` for a PDF of each text, or `pdf: false`."),
    ),
    Option(
        "word_reference",
        "",
        "a Word file in the project's folder whose styles the Word files take",
        lambda value: isinstance(value, str) and (not value or _is_word_file_below(value)),
        msg("write the path of a .docx in the project's folder, or remove the setting."),
    ),
)


def _own_options(config: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """What mkdocs.yml sets for the plugin, completed by the defaults; what is wrong with it goes to `problems`."""
    given = _plugin_options(config, "yururluk")
    found = {option.name: option.default for option in OPTIONS} | {
        name: value for name, value in given.items() if value is not None
    }
    for option in OPTIONS:
        value = found[option.name]
        if not option.takes(value):
            message = msg('yururluk.{name} cannot be "{value}".', name=option.name, value=value)
            missing = msg("yururluk.{name} is missing.", name=option.name)
            problems.append(_fault(missing if value == "" else message, option.fix))
    for name in sorted(map(str, found.keys() - {option.name for option in OPTIONS})):
        nearest = get_close_matches(name, [option.name for option in OPTIONS], n=1)
        fix = msg("did you mean {name}?", name=nearest[0]) if nearest else msg("remove it.")
        problems.append(_fault(msg("yururluk.{name} is no option of the plugin.", name=name), fix))
    return found


def settings_from(config: Mapping[str, Any]) -> Settings:
    """The settings that a parsed mkdocs.yml holds. Raises `Refused` with every fault."""
    problems: list[Problem] = []
    site_url = str(config.get("site_url") or "")
    if not _is_web_address(site_url):
        message = msg('site_url is "{site_url}", which is no web address.', site_url=site_url)
        problems.append(_fault(message, msg("set site_url: https://… in mkdocs.yml.")))
    own = _own_options(config, problems)
    languages = _languages(config)
    packs = own["rules"]
    if packs is None:
        packs = ["kvkk"] if any(str(one.get("locale")).startswith("tr") for one in languages) else []
    for place, language in enumerate(languages, start=1):
        if not re.fullmatch(_LOCALE, str(language.get("locale"))) or not language.get("name"):
            problems.append(
                _fault(
                    msg("language {place} of the i18n plugin has no locale of the form tr or no name.", place=place),
                    msg("write it as - locale: tr, and below it name: Türkçe."),
                )
            )
    named = [str(language.get("locale")) for language in languages]
    for locale in sorted({locale for locale in named if named.count(locale) > 1}):
        problems.append(
            _fault(
                msg('the i18n plugin names the language "{locale}" twice.', locale=locale), msg("remove one of them.")
            )
        )
    edit_url = _edit_url(str(config.get("repo_url") or ""), config.get("edit_uri"))
    if edit_url and not _is_web_address(edit_url):
        problems.append(
            _fault(
                msg('repo_url and edit_uri give "{edit_url}", which is no web address.', edit_url=edit_url),
                msg("write repo_url: https://…, or leave it out."),
            )
        )
    default = [language for language in languages if language.get("default")]
    if len(default) != 1:
        problems.append(
            _fault(
                msg("the i18n plugin does not name exactly one default language."),
                msg("give the language whose text prevails `default: true`, and no other."),
            )
        )
    if problems:
        raise Refused(problems)
    ordered = default + [language for language in languages if not language.get("default")]
    locales = tuple(str(language["locale"]) for language in ordered)
    return Settings(
        site_url=site_url.rstrip("/") + "/",
        publisher=str(own["publisher"]).strip(),
        locales=locales,
        site_names={
            str(lang["locale"]): str(lang.get("site_name") or config.get("site_name") or "") for lang in ordered
        },
        language_names={str(lang["locale"]): str(lang["name"]) for lang in ordered},
        timezone=ZoneInfo(own["timezone"]),
        branch=str(config.get("remote_branch") or "gh-pages"),
        remote=str(config.get("remote_name") or "origin"),
        notice_days=own["notice_days"],
        pdf=own["pdf"],
        edit_url=edit_url,
        word_reference=own["word_reference"],
        addresses=ADDRESS_WORDS[own["addresses"]],
        rules=tuple(packs),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _is_word_file_below(path: str) -> bool:
    place = PurePosixPath(path)
    return place.suffix.lower() == ".docx" and not place.is_absolute() and ".." not in place.parts


def _edit_url(repo_url: str, edit_uri: object) -> str:
    """Where docs/ is edited, from MkDocs' own settings; `edit_uri` may be left out for the usual forges."""
    if not repo_url:
        return ""
    if edit_uri is None:
        host = urlsplit(repo_url).hostname if _is_web_address(repo_url) else ""
        edit_uri = {"gitlab.com": "-/edit/main/docs/", "bitbucket.org": "src/main/docs/"}.get(
            host or "", "edit/main/docs/"
        )
    if not edit_uri:
        return ""
    return f"{repo_url.rstrip('/')}/{str(edit_uri).strip('/')}/"


def _languages(config: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    languages = _plugin_options(config, "i18n").get("languages")
    return [_mapping(language) for language in languages] if isinstance(languages, list) else []


def _plugin_options(config: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What mkdocs.yml sets for a plugin; MkDocs takes plugins as a list or as a mapping."""
    plugins = config.get("plugins")
    for plugin in plugins if isinstance(plugins, list) else [plugins]:
        if isinstance(plugin, dict) and name in plugin:
            return _mapping(plugin[name])
    return {}


@rule("settings", Severity.ERROR, msg("mkdocs.yml names the publisher, the address, the languages and the time zone."))
def _fault(message: Message, fix: Message) -> Problem:
    return Problem("settings", CONFIG_FILE, 0, message, fix)
