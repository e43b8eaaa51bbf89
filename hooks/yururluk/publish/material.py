"""What Material is given for our pages: where templates and shared files are, the navigation, and the contents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files as package_files
from itertools import pairwise
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, pass_context
from jinja2.runtime import Context
from lxml import html as lxml_html
from markupsafe import Markup, escape
from mkdocs.config.config_options import ExtraScriptValue
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Link, Navigation, Section
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils import normalize_url

from yururluk.core.i18n import translator
from yururluk.core.settings import Settings
from yururluk.site import page_models as views
from yururluk.site.urls import Urls

#: How an address in the navigation says that it begins at the site's root, above the release's folder.
ROOT = "root:"
_THEME = Path(str(package_files("yururluk") / "theme"))
_MATERIAL = Path(str(package_files("material") / "templates"))
_BLANKS = re.compile(r"(?<=>)\s*\n\s*(?=<)|\s*(?=\n)|(?<=\n)\s*")
#: Of Material's toggles and their labels (HTML, 4.10.18.7.1 and 6.6.3).
_NOT_HTML = re.compile(r'(?<= id="__drawer") autocomplete="off"|(?<= id="__search") autocomplete="off"| tabindex=""')
#: What a project gets that chose nothing itself.
_FEATURES = ("navigation.sections", "navigation.top", "search.highlight", "search.suggest", "toc.follow")
_SCHEMES = (
    ("(prefers-color-scheme)", "default", "material/brightness-auto"),
    ("(prefers-color-scheme: light)", "default", "material/brightness-7"),
    ("(prefers-color-scheme: dark)", "slate", "material/brightness-4"),
)


def configure_theme(config: MkDocsConfig, settings: Settings, locale: str) -> None:
    """Fill in what the project left open, and leave out what the pages cannot have."""
    theme, say = config.theme, translator(locale)
    theme["language"] = _words_of_material(locale, theme.custom_dir)
    theme["font"] = False  # Material would ask another host for its fonts
    palette = theme.get("palette") or []
    if not palette or (isinstance(palette, list) and "yururluk" in palette[0]):
        names = (say("Switch to light colours"), say("Switch to dark colours"), say("Use the system's colours"))
        theme["palette"] = [
            {"yururluk": True, "media": media, "scheme": scheme, "toggle": {"icon": icon, "name": name}}
            for (media, scheme, icon), name in zip(_SCHEMES, names, strict=True)
        ]
    if not theme.get("features"):
        theme["features"] = list(_FEATURES)
    config.extra.pop(
        "version", None
    )  # the selector of our pages keeps the clause, and needs no sitemap for each release
    config.extra["scope"] = "/"  # so that a choice of colours holds for every release
    if str(config.extra.get("homepage", ROOT)).startswith(ROOT):
        config.extra["homepage"] = ROOT + Urls(settings).page(locale)
    # A project may write HTML there, as in Material.
    config.copyright = Markup(config.copyright or escape(f"© {settings.publisher}"))  # noqa: S704
    # None of MkDocs' files of the theme: the pages share ours at the root. Listing Material's 14,000 would take longer
    # than a page, and MkDocs does it again for each language.
    theme.static_templates = set()
    theme.dirs = [str(theme.custom_dir)] if theme.custom_dir else [str(_THEME)]


def _words_of_material(locale: str, custom_dir: str | None) -> str:
    """The language of Material's own words: the locale's, else its language's (`en` for `en-US`)."""
    folders = [folder / "partials" / "languages" for folder in (Path(custom_dir or _MATERIAL), _MATERIAL)]
    names = (locale, locale.partition("-")[0])
    return next((name for name in names if any((folder / f"{name}.html").is_file() for folder in folders)), "en")


def prepare_templates(env: Environment, config: MkDocsConfig, assets: Mapping[str, tuple[str, bytes]]) -> None:
    """Templates are looked up in the project's overrides, then in ours, then in Material's; `material/…` is Material's
    own, whatever lies above it. Addresses of shared files lead to the site's root."""
    own = [str(config.theme.custom_dir)] if config.theme.custom_dir else []
    env.loader = ChoiceLoader(
        [
            FileSystemLoader([*own, str(_THEME), str(_MATERIAL)]),
            PrefixLoader({"material": FileSystemLoader(str(_MATERIAL))}),
        ]
    )
    env.autoescape = True
    url = _url_filter(assets)
    env.filters["url"] = url
    env.filters["script_tag"] = _script_tag(url)


def _url_filter(assets: Mapping[str, tuple[str, bytes]]) -> Callable[[Context, str], str]:
    @pass_context
    def url(context: Context, value: str) -> str:
        value = str(value)
        root = str(context["root"])
        if value in assets:
            language = f"#{context['locale']}" if "/workers/search." in value else ""
            return root + assets[value][0] + language
        if value.startswith(ROOT):
            return root + value.removeprefix(ROOT) or "./"
        if root.startswith("/") and not value.startswith(("/", "#", "http:", "https:")):
            return root + value  # on 404.html, which is shown under any address
        return normalize_url(value, page=context["page"], base=context["base_url"])

    return url


def _script_tag(url: Callable[[Context, str], str]) -> Callable[[Context, ExtraScriptValue | str], Markup]:
    @pass_context
    def script_tag(context: Context, script: ExtraScriptValue | str) -> Markup:
        kinds = [] if isinstance(script, str) else [name for name in ("defer", "async") if script.get(name)]
        if not isinstance(script, str) and script.type:
            kinds.append(f'type="{escape(script.type)}"')
        attributes = Markup(" ".join(["", *kinds]))  # noqa: S704 - all of it is escaped
        return Markup('<script src="{}"{}></script>').format(url(context, str(script)), attributes)

    return script_tag


def tidied(page: str) -> str:
    """A page without the blank lines and indents around its article, of which Material's templates leave 10 KB, and
    without attributes there that HTML does not know so."""
    before, start, rest = page.strip().partition("<article")
    article, end, after = rest.rpartition("</article>")
    around = (_NOT_HTML.sub("", _BLANKS.sub("", one)) for one in (before, after))
    return f"{next(around)}{start}{article}{end}{next(around)}"


def contents_of(html: str, title: str) -> TableOfContents:
    """The headings of a page that have an id, as far as the third level, for Material's list at the side. They lie
    below the page itself, to which Material's link for the keyboard skips."""
    page = AnchorLink(title, "content", 1)
    page.children = _headings(html) if "<h" in html else []
    return TableOfContents([page])


def _headings(html: str) -> list[AnchorLink]:
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    top: list[AnchorLink] = []
    for heading in root.iter("h1", "h2", "h3"):
        if not heading.get("id"):
            continue
        for own in heading.xpath(".//a[@class='anchor'] | .//*[@data-redline='del'] | .//*[@data-redline-aid]"):
            own.drop_tree()
        link = AnchorLink(" ".join(heading.text_content().split()), heading.get("id"), int(heading.tag[1]))
        siblings = top[-1].children if top and link.level > top[-1].level else top
        siblings.append(link)
    return top


def navigation(site: views.Site, files: Files, settings: Settings) -> Navigation:
    """The navigation of the language whose files these are."""
    pages = [(site.by_source[file.src_uri], file.page) for file in files.documentation_pages() if file.page]
    pages.sort(key=lambda pair: site.pages.index(pair[0]))
    known: dict[str, list[tuple[views.Page, Page]]] = {}
    for ours, page in pages:
        page.previous_page = page.next_page = None
        known.setdefault(_group(ours), []).append((ours, page))
    locale = pages[0][0].locale if pages else settings.authentic
    say, urls = translator(locale), Urls(settings)
    fronts = [page for _, page in known.get("front", [])]
    texts = [page for _, page in known.get("text", [])]
    items: list[StructureItem] = []
    for ours, page in known.get("front", []):
        page.title = ours.title if isinstance(ours.view, views.ReleaseView) else say("Texts in force")
        if isinstance(ours.view, views.DraftHomeView):
            page.title = say("Drafts")
        items.append(page)
        if isinstance(ours.view, views.HomeView):
            links = [Link(row.title, ROOT + row.current.path) for row in ours.view.documents if row.current is not None]
            items += _section(say("Documents"), links)
    items += _section(say("Documents"), texts)
    items += _section(say("What changed"), _titled(known.get("redline", [])))
    items += [page for _, page in known.get("list", [])]
    items += [page for _, page in known.get("plain", [])]
    items += _section(say("History of the clauses"), _titled(known.get("clauses", [])))
    if not any(isinstance(ours.view, views.DraftHomeView) for ours, _ in pages):
        if site.prefix:
            items.append(Link(say("Texts in force"), ROOT + urls.page(locale)))
            items.append(Link(say("All releases"), ROOT + urls.releases(locale)))
            items.append(Link(say("Compare releases"), ROOT + urls.compare(locale)))
        items.append(Link(say("Feed of new releases (Atom)"), ROOT + urls.feed(locale)))
    for before, after in pairwise(texts):
        before.next_page, after.previous_page = after, before
    found = Navigation(items, [page for _, page in pages])
    found.homepage = fronts[0] if fronts else None
    return found


def _group(page: views.Page) -> str:
    view = page.view
    if isinstance(view, views.HomeView | views.ReleaseView | views.DraftHomeView):
        return "front"
    if isinstance(view, views.TextView | views.DraftView):
        return "text"
    if isinstance(view, views.NoTranslationView):
        return "" if "/" in page.path else "text"
    if isinstance(view, views.RedlineView):
        return "redline" if view.stamp.changed and not view.first else ""
    if isinstance(view, views.DraftRedlineView):
        return "redline"
    if isinstance(view, views.ReleasesView | views.CompareView):
        return "list"
    if isinstance(view, views.PlainView):
        return "plain"
    return "clauses" if isinstance(view, views.ClausesView) else ""


def _titled(pairs: Iterable[tuple[views.Page, Page]]) -> list[StructureItem]:
    """Pages about documents, under their documents' names."""
    found: list[StructureItem] = []
    for ours, page in pairs:
        page.title = str(getattr(ours.view, "document_title", ours.title))
        found.append(page)
    return found


def _section(title: str, children: Iterable[Any]) -> list[StructureItem]:
    within: list[StructureItem] = list(children)
    if not within:
        return []
    section = Section(title, within)
    for child in within:
        child.parent = section
    return [section]
