"""What /api/v1/ answers, as static files: pure functions of the history, the day and the settings.

An answer about one release is made of frozen facts only and never changes; the others change on the days on which a
state does. An answer holds all languages, by locale: version and dates are the same for all of them, and a
program that asks for a text must learn which one prevails.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from yururluk.core.history import Published, TextFacts
from yururluk.core.model import Text, Translation
from yururluk.site import api_schemas as models
from yururluk.site.akoma_ntoso import akoma_ntoso
from yururluk.site.page_facts import Assembler
from yururluk.site.plain_text import plain_texts
from yururluk.text.blocks import Document, document_of
from yururluk.text.markdown import RenderError, unrendered


class Api:
    """Makes the answers of one day."""

    def __init__(self, assembler: Assembler) -> None:
        self._assembler = assembler
        self._history = assembler.history
        self._day = assembler.day
        self._settings = assembler.settings
        self._urls = assembler.urls
        self._authentic = assembler.settings.authentic

    # Answers that depend on the day

    def of_the_day(self) -> dict[str, bytes]:
        """Every answer that a day, a release or a withdrawal can change, by its path."""
        found: dict[str, Mapping[str, Any]] = {
            self._urls.answer("documents"): self.documents(),
            self._urls.answer("releases"): self.releases(),
        }
        for document in self._history.documents:
            found[self._urls.answer("in-force", document)] = self.in_force(document)
            found[self._urls.answer("versions", document)] = self.versions(document)
        return {path: answer_bytes(answer) for path, answer in found.items()}

    def documents(self) -> models.Documents:
        """Every document."""
        return models.Documents(documents=[self._document(one) for one in self._history.documents])

    def _document(self, document: str) -> models.ListedDocument:
        newest = self._newest_text(document)
        texts = [locale for locale in self._settings.locales if self._ever_in(document, locale)]
        return models.ListedDocument(
            document=document,
            type=newest.front_matter.type,
            titles={locale: self._assembler.title(document, locale) for locale in texts},
            url=self._url(self._urls.text("", document, self._authentic)),
            version=self._history.text_in_force(document, self._day),
            in_force=self._url(self._urls.answer("in-force", document)),
            versions=self._url(self._urls.answer("versions", document)),
            feeds={locale: self._url(self._urls.feed(locale, document)) for locale in self._settings.locales},
            timemaps={locale: self._url(self._urls.timemap(document, locale)) for locale in texts},
        )

    def _ever_in(self, document: str, locale: str) -> bool:
        return any((document, locale) in p.release.by_name for p in self._history.releases)

    def _newest_text(self, document: str) -> Text:
        newest = next(p for p in reversed(self._history.releases) if document in p.release.documents)
        return newest.release.by_name[document, self._authentic]

    def in_force(self, document: str) -> models.InForce:
        """The text in force, and the one that comes after it."""
        version = self._history.text_in_force(document, self._day)
        periods = self._history.text_periods(document)
        ahead = next((period for period in periods if period.since > self._day), None)
        now = next((p for p in periods if p.since <= self._day and (not p.until or self._day < p.until)), None)
        published = self._history[version] if version else None
        text = published.release.by_name[document, self._authentic] if published else None
        return models.InForce(
            document=document,
            type=(text or self._newest_text(document)).front_matter.type,
            authentic=self._authentic,
            version=version,
            effective=self._effective(published, document) if published else None,
            published=_moment(published) if published else None,
            recorded=_recorded(published) if published else None,
            until=now.until if now else None,
            equivalent_versions=list(self._equivalent(document, version)) if version else [],
            texts=self._texts(published, document) if published else {},
            next=self._next(document, ahead.version, ahead.since) if ahead else None,
        )

    def _next(self, document: str, version: str, since: date) -> models.NextText:
        published = self._history[version]
        return models.NextText(
            version=version,
            effective=since,
            published=_moment(published),
            recorded=_recorded(published),
            material=published.release.material,
            summary=_sorted(published.release.summary),
            texts=self._texts(published, document),
        )

    def _equivalent(self, document: str, version: str) -> Iterator[str]:
        """The releases that reach the same material change of the authentic text by going back over editorial ones."""
        wanted = self._root(document, version)
        for published in self._history.releases:
            if document in published.release.documents and self._root(document, published.version) == wanted:
                yield published.version

    def _root(self, document: str, version: str) -> str:
        facts = self._history.facts[version, document, self._authentic]
        while facts.before is not None and not self._history[facts.changed_by].release.material:
            facts = self._history.facts[facts.before, document, self._authentic]
        return facts.changed_by

    def versions(self, document: str) -> models.DocumentVersions:
        """The document in every release."""
        periods: dict[str, list[models.Interval]] = {}
        for period in self._history.text_periods(document):
            wording = self._facts(period.version, document).changed_by
            periods.setdefault(wording, []).append(models.Interval(since=period.since, until=period.until))
        return models.DocumentVersions(
            document=document,
            type=self._newest_text(document).front_matter.type,
            authentic=self._authentic,
            versions=[
                self._version(published, document, periods)
                for published in self._history.releases
                if document in published.release.documents
            ],
        )

    def _version(
        self, published: Published, document: str, periods: Mapping[str, list[models.Interval]]
    ) -> models.DocumentVersion:
        version = published.version
        facts = self._facts(version, document)
        return models.DocumentVersion(
            version=version,
            published=_moment(published),
            recorded=_recorded(published),
            effective=facts.effective,
            material=published.release.material,
            changed=facts.changed,
            changed_by=facts.changed_by,
            before=facts.before,
            state=self._history.text_standing(version, document, self._day).state,
            in_force=periods.get(facts.changed_by, []),
            withdrawn=_withdrawal(published),
            summary=_sorted(published.release.summary),
            content=self._url(self._urls.answer(version, document)),
            texts=self._texts(published, document),
        )

    def releases(self) -> models.Releases:
        """Every release."""
        in_force = self._history.in_force(self._day)
        newest = self._history.newest(self._day)
        return models.Releases(
            in_force=in_force.version if in_force else None,
            newest=newest.version if newest else None,
            releases=[self._release(published) for published in self._history.releases],
        )

    def _release(self, published: Published) -> models.ListedRelease:
        version = published.version
        return models.ListedRelease(
            version=version,
            published=_moment(published),
            recorded=_recorded(published),
            effective=published.effective,
            material=published.release.material,
            summary=_sorted(published.release.summary),
            state=self._history.standing(version, self._day).state,
            withdrawn=_withdrawal(published),
            url=self._url(self._urls.page(self._authentic, folder=version)),
            documents=[
                models.ReleaseDocument(
                    document=document,
                    effective=self._facts(version, document).effective,
                    changed=self._facts(version, document).changed,
                    changed_by=self._facts(version, document).changed_by,
                    content=self._url(self._urls.answer(version, document)),
                    sha256={text.locale: text.sha256 for text in self._held(published, document)},
                )
                for document in published.release.documents
            ],
        )

    # Answers that never change

    def release_text(self, published: Published, document: str, nodes: Mapping[str, Document]) -> models.ReleaseText:
        """A document in one release, with its words. `nodes` holds its texts by locale."""
        facts = self._facts(published.version, document)
        texts = {}
        for text in self._held(published, document):
            opening, *words = plain_texts(nodes[text.locale])
            texts[text.locale] = models.FullText(
                **self._places(published, text),
                opening=opening,
                clauses=[
                    models.Clause(
                        id=section.id, number=section.number, heading=section.title, level=section.level, text=own
                    )
                    for section, own in zip(nodes[text.locale].sections[1:], words, strict=True)
                ],
            )
        authentic = published.release.by_name[document, self._authentic]
        return models.ReleaseText(
            document=document,
            type=authentic.front_matter.type,
            authentic=self._authentic,
            version=published.version,
            published=_moment(published),
            recorded=_recorded(published),
            effective=facts.effective,
            material=published.release.material,
            changed=facts.changed,
            changed_by=facts.changed_by,
            before=facts.before,
            summary=_sorted(published.release.summary),
            texts=texts,
        )

    def index(self) -> models.Index:
        """Where to begin."""
        authentic = self._authentic
        return models.Index(
            name=self._settings.site_names[authentic],
            publisher=self._settings.publisher,
            site=self._settings.site_url,
            languages=list(self._settings.locales),
            timezone=self._settings.timezone.key,
            documents=self._url(self._urls.answer("documents")),
            releases=self._url(self._urls.answer("releases")),
            register=self._url(self._urls.answer("register")),
            openapi=self._url(self._urls.answer("openapi")),
            in_force=self._url(self._urls.answer("in-force", "{document}")),
            versions=self._url(self._urls.answer("versions", "{document}")),
            content=self._url(self._urls.answer("{version}", "{document}")),
            feeds={locale: self._url(self._urls.feed(locale)) for locale in self._settings.locales},
            schemas={name: self._url(self._urls.schema(name)) for name in models.ANSWERS},
        )

    # Pieces

    def _url(self, path: str) -> str:
        return self._urls.absolute(path)

    def _url_or_none(self, path: str) -> str | None:
        return self._url(path) if path else None

    def _facts(self, version: str, document: str) -> TextFacts:
        """What the history says of the authentic text."""
        return self._history.facts[version, document, self._authentic]

    def _effective(self, published: Published, document: str) -> date:
        return self._facts(published.version, document).effective

    def _held(self, published: Published, document: str) -> list[Text]:
        texts = (published.release.by_name.get((document, locale)) for locale in self._settings.locales)
        return [text for text in texts if text is not None]

    def _texts(self, published: Published, document: str) -> dict[str, models.TextPlaces]:
        return {text.locale: self._places(published, text) for text in self._held(published, document)}

    def _places(self, published: Published, text: Text) -> models.TextPlaces:
        version, document, locale = published.version, text.document, text.locale
        authentic = self._authentic
        facts = self._history.facts[version, document, locale]
        return models.TextPlaces(
            title=text.front_matter.title,
            authentic=locale == authentic,
            translation=None if locale == authentic else text.front_matter.translation or Translation.COMPLETE,
            sha256=text.sha256,
            url=self._url(self._urls.text(version, document, locale)),
            redline=(self._url(self._urls.redline(version, document, locale)) if facts.before else None),
            pdf=self._url_or_none(self._assembler.pdf_address(version, document, locale)),
            redline_pdf=self._url_or_none(self._assembler.redline_pdf_address(version, document, locale)),
            akoma_ntoso=self._url(self._urls.akoma_ntoso(version, document, locale)),
        )


def release_answers(assembler: Assembler, published: Published) -> dict[str, bytes]:
    """What a release holds of each document, by path: its clauses in JSON, and each text in Akoma Ntoso."""
    history, settings = assembler.history, assembler.settings
    api = Api(assembler)
    files = {}
    for document in published.release.documents:
        nodes = {}
        for text in published.release.texts:
            if text.document != document:
                continue
            try:
                nodes[text.locale] = document_of(text.source, text.rendering)
            except RenderError as error:
                raise unrendered(text.path, error) from None
            path = assembler.urls.akoma_ntoso(published.version, document, text.locale)
            files[path] = akoma_ntoso(history, published.version, text, nodes[text.locale], settings)
        answer = api.release_text(published, document, nodes)
        files[assembler.urls.answer(published.version, document)] = answer_bytes(answer)
    return files


def answer_bytes(answer: Mapping[str, Any]) -> bytes:
    """An answer's file: JSON in UTF-8 on one line, since every release adds some and none is ever taken away."""
    return _as_json(answer).encode() + b"\n"


def _day_or_moment(value: object) -> str:
    """A day (ISO 8601) or a moment (RFC 3339) as JSON writes it."""
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is neither a day nor a moment")
    return value.isoformat().replace("+00:00", "Z")


_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_day_or_moment).encode


def _moment(published: Published) -> datetime:
    """When a release went online, to the second, as the register keeps it."""
    return published.moment.replace(microsecond=0)


def _sorted(summary: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(summary.items()))


def _recorded(published: Published) -> datetime | None:
    return published.recorded.replace(microsecond=0) if published.recorded else None


def _withdrawal(published: Published) -> models.Withdrawal | None:
    withdrawal = published.release.withdrawal
    if withdrawal is None or published.withdrawn_on is None:
        return None
    return models.Withdrawal(on=published.withdrawn_on, reason=withdrawal.reason)
