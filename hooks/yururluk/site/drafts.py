"""What an editor sees on the own machine: each draft, and what it would change in the newest release."""

from __future__ import annotations

from collections.abc import Sequence

from yururluk.core.model import Release, Text
from yururluk.core.settings import Settings
from yururluk.site import page_models as views
from yururluk.site.i18n import translator


def draft_site(drafts: Sequence[Text], newest: Release | None, settings: Settings) -> views.Site:
    """The drafts' pages. `newest` is the release they are held against, None before the first."""
    pages: list[views.Page] = []
    version = newest.version if newest else ""
    for locale in settings.locales:
        say = translator(locale)
        own = [text for text in drafts if text.locale == locale]
        links = tuple(views.Link(_address(locale, text.document, settings), text.front_matter.title) for text in own)
        pages.append(
            views.Page(
                locale,
                "",
                say("Drafts"),
                "draft-home.html",
                views.DraftHomeView(links, version),
                _alternates("", settings),
            )
        )
        for text in own:
            title = text.front_matter.title
            path = f"degisiklikler/{text.document}"
            old = newest.by_name.get((text.document, locale)) if newest else None
            pages.append(
                views.Page(
                    locale,
                    text.document,
                    title,
                    "draft.html",
                    views.DraftView(text.document, _address(locale, path, settings), version),
                    _alternates(text.document, settings),
                    markdown=text.body,
                )
            )
            pages.append(
                views.Page(
                    locale,
                    path,
                    say("Changes: {title}").format(title=title),
                    "draft-redline.html",
                    views.DraftRedlineView(
                        title,
                        _address(locale, text.document, settings),
                        version if old else "",
                        old.source if old else "",
                        text.source,
                    ),
                    _alternates(path, settings),
                )
            )
    return views.Site("", tuple(pages))


def _address(locale: str, path: str, settings: Settings) -> str:
    language = "" if locale == settings.authentic else f"{locale}/"
    return f"{language}{path}/" if path else language


def _alternates(path: str, settings: Settings) -> tuple[tuple[str, str], ...]:
    return tuple((locale, _address(locale, path, settings)) for locale in settings.locales)
