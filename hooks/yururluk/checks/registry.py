"""Which rules there are: the name, severity, source and one-line meaning of each rule that `check` applies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from yururluk.core.messages import Message, msg
from yururluk.core.problems import Severity


@dataclass(frozen=True)
class Rule:
    """A rule.

    `severity` is the one it has in a draft; a frozen text can only be told of. `source` names the law and its
    article, or the convention, from which the rule follows; `quote` is the sentence itself, where there is
    one. `may_allow` tells whether a text may accept an exception with a reason.
    """

    name: str
    severity: Severity
    source: str
    meaning: Message
    may_allow: bool = False
    quote: str = ""


_ERROR, _WARNING, _NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE
#: The project's own promise, told in README.md.
_OWN: Final = "yururluk"
_WCAG: Final = "WCAG 2.2, {criterion}"
_UNICODE: Final = "Unicode UTS #39, UTR #36"


def _teblig(article: str) -> str:
    """The communiqué on the duty to inform, as lawyers cite it."""
    return f"Aydınlatma Tebliği m.{article} (RG 10.03.2018/30356)"


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its name, in the order in which they are listed."""
    found = [
        *_of_files(),
        *_of_structure(),
        *_of_translations(),
        *_of_the_unseen(),
        *_of_law(),
        *_of_releases(),
    ]
    return {rule.name: rule for rule in found}


def _of_files() -> Iterator[Rule]:
    yield Rule("encoding", _ERROR, "RFC 3629", msg("A file is UTF-8 text without control characters."))
    yield Rule(
        "schema",
        _ERROR,
        _OWN,
        msg("Front matter and release files have the keys they may have, well formed."),
    )
    yield Rule(
        "hostile",
        _ERROR,
        "OWASP XSS Prevention",
        msg("A text holds no script, no foreign element and no address that could act in a browser."),
    )
    yield Rule("rendering", _ERROR, _OWN, msg("A text can be made into a page, and in reasonable time."))
    yield Rule("empty-text", _ERROR, _OWN, msg("A text has words."))
    yield Rule(
        "layout",
        _ERROR,
        _OWN,
        msg("Every file lies where the tool expects it, under a name that can be an address."),
    )
    yield Rule(
        "settings",
        _ERROR,
        _OWN,
        msg("mkdocs.yml names the publisher, the address, the languages and the time zone."),
    )
    yield Rule("check-allow", _ERROR, _OWN, msg("An accepted exception names a rule that there is, and a reason."))
    yield Rule("check-allow-unused", _NOTICE, _OWN, msg("An accepted exception is still needed."))
    yield Rule("authentic-text", _ERROR, _OWN, msg("Every document has its text in the language that prevails."))
    yield Rule("dropped-document", _WARNING, _OWN, msg("A document that was published is still among the drafts."))


def _of_structure() -> Iterator[Rule]:
    yield Rule("clause-id", _ERROR, _OWN, msg("Every heading has an id, so that links to it last."))
    yield Rule("clause-id-twice", _ERROR, _OWN, msg("An id stands once in a text."))
    yield Rule("clause-id-changed", _ERROR, _OWN, msg("A published clause keeps its id."))
    yield Rule("clause-removed", _NOTICE, _OWN, msg("A clause of the newest release is still in the draft."), True)
    yield Rule("number-gap", _WARNING, _OWN, msg("Clauses are numbered without a gap or a repetition."), True)
    yield Rule("reference", _WARNING, _OWN, msg("A clause that the text refers to by its number exists."), True)
    yield Rule("dead-link", _ERROR, _OWN, msg("A link leads to a text and to a clause that exist."), True)
    yield Rule("heading-level", _WARNING, _WCAG.format(criterion="1.3.1"), msg("Headings do not skip a level."), True)
    yield Rule(
        "table-header",
        _WARNING,
        _WCAG.format(criterion="1.3.1"),
        msg("A table has a header in each column."),
        True,
    )
    yield Rule(
        "image-alt",
        _ERROR,
        _WCAG.format(criterion="1.1.1"),
        msg("An image has a text for those who do not see it."),
        True,
    )


def _of_translations() -> Iterator[Rule]:
    yield Rule("missing-translation", _ERROR, _OWN, msg("A document that had a translation keeps it."))
    yield Rule(
        "translation",
        _ERROR,
        _OWN,
        msg("A translation states whether it is complete; the authentic text does not."),
    )
    yield Rule("type", _ERROR, _OWN, msg("A document is of one type in all languages."))
    yield Rule("clause-missing", _ERROR, _OWN, msg("A complete translation has every clause."))
    yield Rule("clause-extra", _ERROR, _OWN, msg("A translation has no clause of its own."))
    yield Rule(
        "clause-order",
        _ERROR,
        _OWN,
        msg("The clauses of a translation stand in the order of the authentic text."),
    )
    yield Rule("clause-number", _WARNING, _OWN, msg("A clause has the same number in all languages."), True)
    yield Rule(
        "translation-stale",
        _WARNING,
        _OWN,
        msg("A translated clause is not older than the clause that it translates."),
        True,
    )
    yield Rule(
        "translation-figures",
        _ERROR,
        _OWN,
        msg("Numbers, periods, dates and amounts are the same in all languages."),
        True,
    )
    yield Rule("translation-links", _WARNING, _OWN, msg("A clause has the same links in all languages."), True)
    yield Rule("translation-terms", _WARNING, _OWN, msg("A clause defines as many terms in each language."), True)


def _of_the_unseen() -> Iterator[Rule]:
    yield Rule("invisible-character", _ERROR, _UNICODE, msg("A text holds no character that nobody sees."), True)
    yield Rule(
        "bidi-control",
        _ERROR,
        "Unicode UAX #9",
        msg("A text holds no character that turns the reading direction."),
        True,
    )
    yield Rule("look-alike", _ERROR, _UNICODE, msg("No letter of another script passes for a Latin one."), True)
    yield Rule(
        "soft-hyphen",
        _WARNING,
        _UNICODE,
        msg("A text holds no soft hyphen, which splits words for search and comparison."),
        True,
    )
    yield Rule(
        "not-nfc",
        _WARNING,
        "Unicode UAX #15",
        msg("Letters with marks are written as one character (NFC)."),
        True,
    )
    yield Rule("turkish-i", _WARNING, "TDK", msg("İ, I, i and ı were not mixed up by a change of case."), True)
    yield Rule("space-run", _WARNING, _UNICODE, msg("No row of hard or odd spaces stands between words."), True)
    yield Rule("invisible-change", _ERROR, _UNICODE, msg("A change brings nothing that a reviewer cannot see."))


def _of_law() -> Iterator[Rule]:
    yield Rule(
        "kvkk-elements",
        _ERROR,
        _teblig("4") + "; 6698 sayılı Kanun m.10/1",
        msg("A disclosure notice holds the five elements, each in a clause that is not empty."),
        True,
        "Bu yükümlülük yerine getirilirken veri sorumluları veya yetkilendirdiği kişilerce yapılacak "
        "bilgilendirmenin asgari olarak aşağıdaki konuları içermesi gerekmektedir",
    )
    yield Rule(
        "kvkk-consent",
        _ERROR,
        _teblig("5/1-f"),
        msg("A disclosure notice asks for no consent: informing and consenting are done apart."),
        True,
        "Kişisel veri işleme faaliyetinin açık rıza şartına dayalı olarak gerçekleştirilmesi halinde, aydınlatma "
        "yükümlülüğü ve açık rızanın alınması işlemlerinin ayrı ayrı yerine getirilmesi gerekmektedir.",
    )
    yield Rule(
        "kvkk-vague",
        _WARNING,
        _teblig("5/1-g"),
        msg("A disclosure notice has no general or vague wording."),
        True,
        "Aydınlatma yükümlülüğü yerine getirilirken, genel nitelikte ve muğlak ifadelere yer verilmemelidir.",
    )
    yield Rule(
        "kvkk-legal-ground",
        _ERROR,
        _teblig("5/1-h") + "; 6698 sayılı Kanun m.5, m.6",
        msg("Each purpose has the condition of article 5 or 6 on which it rests."),
        True,
        "Aydınlatma yükümlülüğünün yerine getirilmesi esnasında hukuki sebebin açıkça belirtilmesi gerekmektedir.",
    )
    yield Rule(
        "kvkk-transfer",
        _ERROR,
        _teblig("5/1-ı") + "; 6698 sayılı Kanun m.8",
        msg("A transfer names its purpose and the groups of recipients."),
        True,
        "Aydınlatma yükümlülüğü kapsamında, kişisel verilerin aktarılma amacı ve aktarılacak alıcı grupları "
        "belirtilmelidir.",
    )
    yield Rule(
        "kvkk-method",
        _ERROR,
        _teblig("5/1-i"),
        msg("The way of collecting says whether it is automatic, wholly or partly, or not."),
        True,
        "Aydınlatma yükümlülüğü kapsamında kişisel verilerin, tamamen veya kısmen otomatik yollarla ya da veri kayıt "
        "sisteminin parçası olmak kaydıyla otomatik olmayan yöntemlerden hangisiyle elde edildiği açık bir şekilde "
        "belirtilmelidir.",
    )
    yield Rule(
        "kvkk-abroad",
        _WARNING,
        "6698 sayılı Kanun m.9 (7499 sayılı Kanunla değişik; 1.6.2024)",
        msg("A transfer abroad names its basis: adequacy, an appropriate safeguard, or an incidental case."),
        True,
    )
    yield Rule(
        "kvkk-rights",
        _ERROR,
        "6698 sayılı Kanun m.11/1-a…ğ, m.10/1-d",
        msg("The nine rights of the data subject are all there."),
        True,
    )
    yield Rule(
        "kvkk-other-source",
        _WARNING,
        _teblig("6"),
        msg("Where data come from others, the notice says when the data subject is informed."),
        True,
        "Kişisel verilerin ilgili kişiden elde edilmemesi halinde",
    )
    yield Rule(
        "kvkk-application",
        _WARNING,
        "Veri Sorumlusuna Başvuru Tebliği m.5/1 (RG 10.03.2018/30356); 6698 sayılı Kanun m.13",
        msg("The notice names the ways of applying to the controller."),
        True,
        "İlgili kişi, Kanunun 11 inci maddesinde belirtilen hakları kapsamında taleplerini, yazılı olarak veya kayıtlı "
        "elektronik posta (KEP) adresi, güvenli elektronik imza, mobil imza ya da ilgili kişi tarafından veri "
        "sorumlusuna daha önce bildirilen ve veri sorumlusunun sisteminde kayıtlı bulunan elektronik posta adresini "
        "kullanmak suretiyle veya başvuru amacına yönelik geliştirilmiş bir yazılım ya da uygulama vasıtasıyla veri "
        "sorumlusuna iletir.",
    )
    yield Rule(
        "kvkk-no-notice",
        _WARNING,
        "6698 sayılı Kanun m.10",
        msg("Where a privacy policy tells of personal data, there is a disclosure notice."),
        True,
    )
    yield Rule(
        "check-back",
        _WARNING,
        "WP260 rev.01, ¶29 (GDPR m.5/1-a)",
        msg("A policy does not leave it to the reader to look for changes."),
        True,
        "References in the privacy statement/notice to the effect that the data subject should regularly check the "
        "privacy statement/notice for changes or updates are considered not only insufficient but also unfair in the "
        "context of Article 5.1(a).",
    )


def _of_releases() -> Iterator[Rule]:
    yield Rule("placeholder", _ERROR, _OWN, msg("A text has no gap that was to be filled in."), True)
    yield Rule("version", _ERROR, _OWN, msg("A release has a version of its own, one to three numbers with dots."))
    yield Rule("frozen", _ERROR, _OWN, msg("A frozen text is what it was when it was frozen."))
    yield Rule("empty-release", _ERROR, _OWN, msg("A release holds a text."))
    yield Rule("withdrawal", _ERROR, _OWN, msg("A withdrawal has a day on which it can be, and a reason."))
    yield Rule("effective-date", _ERROR, _OWN, msg("A release takes effect on or after its publication."))
    yield Rule("published-date", _ERROR, _OWN, msg("A release was published on a day on which it can have been."))
    yield Rule(
        "notice-days",
        _ERROR,
        "WP260 rev.01, ¶30–31; yururluk",
        msg("An important change is announced as long before it binds as the company promises."),
    )
    yield Rule("summary", _ERROR, _OWN, msg("A release says what changed, in each of its languages."))
    yield Rule("no-change", _ERROR, _OWN, msg("A release changes something."))
    yield Rule(
        "overtaking",
        _WARNING,
        _OWN,
        msg("A release does not take effect before an earlier one that is still to come."),
    )
    yield Rule(
        "editorial",
        _WARNING,
        _OWN,
        msg("A release marked editorial touches no number, date, party, negation or modal."),
    )
    yield Rule("frozen-text", _NOTICE, _OWN, msg("What a published text lacks is known."))
    yield Rule("published-release", _ERROR, _OWN, msg("The releases are what the register has recorded of them."))
    yield Rule(
        "mixed-change",
        _WARNING,
        _OWN,
        msg("A pull request changes either texts or the code that publishes them."),
    )
    yield Rule("document-deleted", _WARNING, _OWN, msg("A pull request deletes no document unnoticed."))
    yield Rule("document-renamed", _WARNING, _OWN, msg("A pull request renames no document unnoticed."))
    yield Rule("base", _ERROR, _OWN, msg("The commit to compare with can be found."))
