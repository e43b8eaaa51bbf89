"""A release's text as an Akoma Ntoso 3.0 document (OASIS LegalDocML), for those who work with laws by machine.

It depends on the frozen text and its entry in the register, never on a later day: it is made once. Each fact is given
once, and none that the IRI of the work gives already: the metadata are a fifth of a short text's file.

Built with lxml alone. Cobalt would add nothing here: its documents begin from a skeleton that carries placeholder
dates, its own name as the source and no `doc` with a preface, all of which would have to be replaced; and it is made
for reading and changing documents in place. The tests validate what is built here against the schema.
"""

from __future__ import annotations

import re
from datetime import date

from babel.core import get_global
from lxml import etree

from yururluk.core.history import History
from yururluk.core.model import Text
from yururluk.core.settings import Settings
from yururluk.site.akn_text import NAMESPACE, BodyWriter, element, language_code, valid_address
from yururluk.site.urls import Urls
from yururluk.text.blocks import Document
from yururluk.text.markdown import slugify

_DOCUMENT_LINK = re.compile(r"^(?P<document>[a-z0-9]+(?:-[a-z0-9]+)*)\.md(?P<anchor>#.*)?$", re.ASCII)
_PREFIXES: dict[str, str] = {None: NAMESPACE}  # type: ignore[dict-item]  # lxml takes None, its stubs do not
_PUBLISHER = "#publisher"


def akoma_ntoso(history: History, version: str, text: Text, document: Document, settings: Settings) -> bytes:
    """The XML of one text of a release. `document` holds its nodes."""
    writer = _Writer(history, version, text, document, settings)
    return etree.tostring(writer.document(), xml_declaration=True, encoding="UTF-8", pretty_print=False) + b"\n"


class _Writer:
    def __init__(self, history: History, version: str, text: Text, document: Document, settings: Settings) -> None:
        self._published = history[version]
        self._facts = history.facts[version, text.document, text.locale]
        self._first = next(p for p in history.releases if text.document in p.release.documents)
        self._text = text
        self._document = document
        self._settings = settings
        self._urls = Urls(settings)

    def document(self) -> etree._Element:
        """The whole document."""
        root = etree.Element(f"{{{NAMESPACE}}}akomaNtoso", nsmap=_PREFIXES)
        kind = self._text.front_matter.type.value
        doc = element("doc", name=kind, contains="originalVersion" if self._is_first() else "singleVersion")
        root.append(doc)
        doc.append(self._meta())
        preface = element("preface")
        line = element("p")
        title = element("docTitle")
        title.text = self._text.front_matter.title
        line.append(title)
        preface.append(line)
        doc.append(preface)
        body = BodyWriter(self._document, self._way).body()
        body.set("{http://www.w3.org/XML/1998/namespace}lang", self._text.locale.replace("_", "-"))
        doc.append(body)
        return root

    def _is_first(self) -> bool:
        return self._facts.before is None and not self._is_translation()

    def _is_translation(self) -> bool:
        return self._text.locale != self._settings.authentic

    def _way(self, href: str) -> str:
        """A link between documents leads to the other one in the same release."""
        found = _DOCUMENT_LINK.match(href)
        if not found:
            return href
        address = self._urls.text(self._published.version, found["document"], self._text.locale)
        return self._urls.absolute(address) + (found["anchor"] or "")

    # What the document is (Functional Requirements for Bibliographic Records)

    def _work(self) -> str:
        """The document through all its versions: /akn/tr/doc/privacy-policy/…/2026-11-22/gizlilik-politikasi."""
        actor = slugify(self._settings.publisher) or "publisher"
        kind = self._text.front_matter.type.value
        return f"/akn/{self._country()}/doc/{kind}/{actor}/{self._first.published_on}/{self._text.document}"

    def _expression(self, locale: str) -> str:
        """These words: in this language, from this day on, in this version (AKN-NC 1.0, 4.5)."""
        language = language_code(locale, get_global("language_aliases"))
        return f"{self._work()}/{language}@{self._facts.effective},{self._published.version}"

    def _page(self, release: str = "") -> str:
        """Where people read the text: at its lasting address, or in a release."""
        return self._urls.absolute(self._urls.text(release, self._text.document, self._text.locale))

    def _country(self) -> str:
        """The country by whose days the dates count (that of the time zone, CLDR); else the language's own."""
        zone = get_global("zone_territories").get(self._settings.timezone.key)
        likely = str(get_global("likely_subtags").get(re.split("[-_]", self._settings.authentic)[0], ""))
        return str(zone or likely.rpartition("_")[2] or "un").lower()

    def _meta(self) -> etree._Element:
        meta = element("meta")
        published = self._published.published_on
        identification = element("identification", source=_PUBLISHER)
        meta.append(identification)

        work = self._frbr("FRBRWork", self._work(), "/!main", self._first.published_on, "generation")
        self._alias(work, "url", self._page())
        work.append(element("FRBRcountry", value=self._country()))
        work.append(element("FRBRname", value=self._text.document))
        identification.append(work)

        expression = self._frbr(
            "FRBRExpression", self._expression(self._text.locale), "/!main", published, "publication"
        )
        self._alias(expression, "sha256", self._text.sha256)
        self._alias(expression, "url", self._page(self._published.version))
        authoritative = "false" if self._is_translation() else "true"
        expression.append(element("FRBRversionNumber", value=self._published.version))
        expression.append(element("FRBRauthoritative", value=authoritative))
        aliases = get_global("language_aliases")
        expression.append(element("FRBRlanguage", language=language_code(self._text.locale, aliases)))
        if self._is_translation():
            authentic = self._settings.authentic
            expression.append(
                element(
                    "FRBRtranslation",
                    href=valid_address(self._expression(authentic)),
                    fromLanguage=language_code(authentic, aliases),
                    authoritative="false",
                    by=_PUBLISHER,
                )
            )
        identification.append(expression)

        manifestation = self._frbr(
            "FRBRManifestation", self._expression(self._text.locale), "/!main.xml", published, "publication"
        )
        identification.append(manifestation)
        meta.append(self._lifecycle())
        meta.append(self._references())
        return meta

    def _frbr(self, tag: str, uri: str, part: str, day: date, what: str) -> etree._Element:
        made = element(tag)
        made.append(element("FRBRthis", value=uri + part))
        made.append(element("FRBRuri", value=uri + part.removeprefix("/!main")))
        made.append(element("FRBRdate", date=day.isoformat(), name=what))
        made.append(element("FRBRauthor", href=_PUBLISHER))
        return made

    def _alias(self, made: etree._Element, name: str, value: str) -> None:
        made.insert(len(made) - 2, element("FRBRalias", name=name, value=value))

    def _lifecycle(self) -> etree._Element:
        """What is known of the document when this release is published: its beginning, and when these words bind."""
        lifecycle = element("lifecycle", source=_PUBLISHER)
        first = self._first.published_on.isoformat()
        lifecycle.append(element("eventRef", eId="e1", date=first, source="#original", type="generation"))
        day = self._facts.effective.isoformat()
        binds = element("eventRef", eId="e2", date=day, source="#this", refersTo="#entryIntoForce")
        if not self._is_first():
            binds.set("type", "amendment")
        lifecycle.append(binds)
        return lifecycle

    def _references(self) -> etree._Element:
        references = element("references", source=_PUBLISHER)
        first = self._urls.absolute(self._urls.text(self._first.version, self._text.document, self._settings.authentic))
        references.append(element("original", eId="original", href=first, showAs=self._first.version))
        this = self._page(self._published.version)
        references.append(element("passiveRef", eId="this", href=this, showAs=self._published.version))
        references.append(
            element("TLCOrganization", eId="publisher", href=self._settings.site_url, showAs=self._settings.publisher)
        )
        references.append(
            element(
                "TLCConcept",
                eId="entryIntoForce",
                href="/akn/ontology/concept/entry-into-force",
                showAs="Entry into force",
            )
        )
        return references
