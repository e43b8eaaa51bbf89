"""What an editor sees on the own machine: each draft, and what it would change in the newest release."""

from __future__ import annotations

from collections.abc import Sequence

from yururluk.core.i18n import translator
from yururluk.core.model import Release, Text
from yururluk.core.settings import Settings
from yururluk.site import page_models as views
from yururluk.site.portal_pages import plain_pages
from yururluk.site.urls import Urls


def draft_site(
    drafts: Sequence[Text], newest: Release | None, settings: Settings, plain: Sequence[Text] = ()
) -> views.Site:
    """The drafts' pages, and the `plain` pages without versions. `newest` is the release that the drafts are compared
    with, None before the first."""
    urls = Urls(settings)
    pages: list[views.Page] = []
    version = newest.version if newest else ""
    for locale in settings.locales:
        say = translator(locale)
        own = [text for text in drafts if text.locale == locale]
        links = tuple(
            views.ListedDraft(
                text.front_matter.title, urls.page(locale, text.document), urls.redline("", text.document, locale)
            )
            for text in own
        )
        pages.append(
            views.Page(
                locale, "", say("Drafts"), "draft-home.html", views.DraftHomeView(links, version), urls.alternates("")
            )
        )
        for text in own:
            title = text.front_matter.title
            path = urls.redline_path(text.document)
            old = newest.by_name.get((text.document, locale)) if newest else None
            pages.append(
                views.Page(
                    locale,
                    text.document,
                    title,
                    "draft.html",
                    views.DraftView(text.document, urls.page(locale, path), version),
                    urls.alternates(text.document),
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
                        urls.page(locale, text.document),
                        version if old else "",
                        old.source if old else "",
                        text.source,
                        (old.rendering if old else text.rendering, text.rendering),
                    ),
                    urls.alternates(path),
                )
            )
    return views.Site("", (*pages, *plain_pages(plain, urls)))
