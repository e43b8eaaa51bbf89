"""Each rule on a single text, both ways: what it finds, and what looks like it and is none."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date

import pytest

from tests.helpers.builders import SETTINGS, day, project, release, text
from yururluk.checks import check_project
from yururluk.core.messages import Problem, Severity
from yururluk.core.model import Text
from yururluk.core.text_file import parse_text

#: What a disclosure notice needs, clause by clause; a test takes one away or writes it otherwise.
NOTICE = {
    "tr": {
        "kimlik .kvkk-4a": "Veri sorumlusu Örnek A.Ş. unvanlı şirkettir.",
        "amac .kvkk-4b": "| Amaç | Hukuki sebep |\n| --- | --- |\n| Üyelik | Sözleşmenin ifası (Kanun m.5/2-c) |",
        "aktarim .kvkk-4c": "Verileriniz kargo şirketlerine teslimat amacıyla aktarılır.",
        "yontem .kvkk-4ç": "Verileriniz tamamen otomatik yollarla toplanır.",
        "haklar .kvkk-4d": (
            "- a) İşlenip işlenmediğini öğrenme,\n- b) İşlenmişse bilgi talep etme,\n"
            "- c) İşlenme amacını ve amacına uygun kullanılıp kullanılmadığını öğrenme,\n"
            "- ç) Aktarıldığı üçüncü kişileri bilme,\n- d) Düzeltilmesini isteme,\n- e) Silinmesini isteme,\n"
            "- f) Bildirilmesini isteme,\n- g) Otomatik sistemler vasıtasıyla analize itiraz etme,\n"
            "- ğ) Zararın giderilmesini talep etme"
        ),
        "basvuru .basvuru-5": (
            "Yazılı olarak, KEP adresiyle, güvenli elektronik imza, mobil imza veya kayıtlı e-posta ile başvurun."
        ),
    },
    "en": {
        "kimlik .kvkk-4a": "The data controller is Örnek A.Ş., a company in İstanbul.",
        "amac .kvkk-4b": (
            "| Purpose | Legal ground |\n| --- | --- |\n| Membership | Performance of a contract (Art. 5/2-c) |"
        ),
        "aktarim .kvkk-4c": "Your data are transferred to courier companies for the purpose of delivery.",
        "yontem .kvkk-4ç": "Your data are collected by fully automated means.",
        "haklar .kvkk-4d": (
            "- a) to learn whether your data are processed,\n- b) to request information if so,\n"
            "- c) to learn the purpose and whether they are used in accordance with it,\n"
            "- ç) to know the third parties to whom they are transferred,\n- d) to request rectification,\n"
            "- e) to request erasure,\n- f) to have third parties notified,\n"
            "- g) to object to a result of analysis by automated systems,\n- ğ) to claim compensation"
        ),
        "basvuru .basvuru-5": (
            "Apply in writing, by KEP, secure electronic signature, mobile signature or your registered e-mail."
        ),
    },
}


def notice(locale: str = "tr", **otherwise: str) -> str:
    """The body of a notice in which the clauses named by their ids are others; an empty one is left out."""
    clauses = []
    for number, (head, body) in enumerate(NOTICE[locale].items(), start=1):
        id_ = head.split(" ")[0]
        words = otherwise.get(id_, body)
        if words:
            clauses.append(f"## {number}. {id_.capitalize()} {{#{head}}}\n\n{'' if words == '-' else words}\n")
    return "\n".join(clauses)


def found(*texts: Text) -> list[Problem]:
    return check_project(project(*texts), SETTINGS, today=day(0))


def of_rule(rule: str, body: str, locale: str = "tr", type_: str = "terms") -> list[Problem]:
    return [one for one in found(text(body, locale=locale, type_=type_)) if one.rule == rule]


FIRES = [
    # structure
    (
        "number-gap",
        "tr",
        "terms",
        "## 1. A {#a}\n\nx\n\n## 3. B {#b}\n\nx\n",
        "## 1. A {#a}\n\nx\n\n## 2. B {#b}\n\nx\n",
    ),
    ("number-gap", "tr", "terms", "## 2. A {#a}\n\nx\n", "## 1. A {#a}\n\n### 1.1 B {#b}\n\nx\n\n### 1.2 C {#c}\n"),
    (
        "number-gap",
        "tr",
        "terms",
        "## 1. A {#a}\n\n### 1.2 B {#b}\n",
        "## A {#a}\n\n### 1. X {#x}\n\n## B {#b}\n\n### 2. Y {#y}\n",
    ),
    (
        "number-gap",
        "tr",
        "terms",
        "## 1. A {#a}\n\n## 1. B {#b}\n",
        "## A {#a}\n\n### 1. X {#x}\n\n## B {#b}\n\n### 1. Y {#y}\n",
    ),
    ("reference", "tr", "terms", "## 1. A {#a}\n\nBkz. Madde 7.\n", "## 1. A {#a}\n\nBkz. Madde 1.\n"),
    (
        "reference",
        "tr",
        "terms",
        "## 1. A {#a}\n\n3 numaralı bölümde\n",
        "## 1. A {#a}\n\nKanun’un 9 uncu maddesi uyarınca\n",
    ),
    (
        "reference",
        "tr",
        "terms",
        "## 1. A {#a}\n\nişbu Sözleşme’nin 5. maddesi\n",
        "## 1. A {#a}\n\nTürk Borçlar Kanunu madde 24\n",
    ),
    (
        "reference",
        "en",
        "terms",
        "## 1. A {#a}\n\nSee Section 4.2.\n",
        "## 1. A {#a}\n\nArticle 9 of the Law and section 1\n",
    ),
    ("dead-link", "tr", "terms", "[x](#yok)\n", "## A {#var}\n\n[x](#var)\n"),
    ("dead-link", "tr", "terms", "[x](cerez.md)\n", "[x](gizlilik.md) [y](https://example.com/a.md) [z](/destek/)\n"),
    ("dead-link", "en", "terms", "## What we do\n\n[x](#what-we-did)\n", "## What we do\n\n[x](#what-we-do)\n"),
    ("dead-link", "en", "terms", "[x](../tr/yok.md#a)\n", "<!-- [x](yok.md) --> [m](mailto:a@example.com)\n"),
    ("dead-link", "tr", "terms", "[x](/gizlilik/#yok)\n", "Metin.[^1] [x](#fn:1)\n\n[^1]: Not.\n"),
    ("dead-link", "en", "terms", "[x]({{ site }}/a)\n", "[x](https://example.com)\n"),
    ("dead-link", "tr", "terms", '<a href="#yok">x</a>\n', '<p id="var">x</p>\n\n<a href="#var">x</a>\n'),
    ("dead-link", "tr", "terms", "[x][1]\n\n[1]: yok.md\n", "[x][1]\n\n[1]: https://example.com\n"),
    ("heading-level", "tr", "terms", "## A {#a}\n\n#### B {#b}\n", "## A {#a}\n\n### B {#b}\n\n## C {#c}\n"),
    ("heading-level", "en", "terms", "### A {#a}\n", "## A {#a}\n"),
    ("table-header", "tr", "terms", "| | B |\n| - | - |\n| a | b |\n", "| A | B |\n| - | - |\n| a | |\n"),
    ("table-header", "en", "terms", "<table><tr><td>a</td></tr></table>\n", "<table><tr><th>a</th></tr></table>\n"),
    ("image-alt", "tr", "terms", "![](a.png)\n", "![Şema](a.png)\n"),
    ("image-alt", "en", "terms", '<img src="a.png">\n', '<img src="a.png" alt="Chart"> <img src="b.png" alt="">\n'),
    # what the eye cannot see
    ("bidi-control", "tr", "terms", "Tutar \u202e001 TL\n", "Tutar 100 TL\n"),
    ("bidi-control", "en", "terms", "a \u2067b\u2069\n", "a b\n"),
    ("invisible-character", "tr", "terms", "kişi\u200bsel\n", "kişisel\n"),
    ("invisible-character", "en", "terms", "per\U000e0041sonal\n", "thanks ❤️ and 👩‍💻\n"),
    ("invisible-character", "tr", "terms", "veri\ufeff\n", "veri\n"),
    ("invisible-character", "en", "terms", "a\u3164b\n", "a b\n"),
    ("look-alike", "tr", "terms", "\u0430ydınlatma metni\n", "aydınlatma metni, 10 µm, m², 1ª\n"),
    ("look-alike", "en", "terms", "perso\u03bdal data\n", "personal data; Москва; Ελλάδα; naïve; straße\n"),
    ("look-alike", "tr", "terms", "Örnek \u0410.Ş.\n", "Örnek A.Ş.\n"),
    ("look-alike", "en", "terms", "𝐩ersonal ﬁle\n", "½ of it™, No. 5\n"),
    ("soft-hyphen", "tr", "terms", "kişi\u00adsel\n", "kişi-sel\n"),
    ("soft-hyphen", "en", "terms", "per\u00adsonal\n", "personal\n"),
    ("not-nfc", "tr", "terms", unicodedata.normalize("NFD", "şirket\n"), "şirket\n"),
    ("not-nfc", "en", "terms", "cafe\u0301\n", "café\n"),
    ("turkish-i", "tr", "terms", "KIŞISEL VERİLER\n", "KİŞİSEL VERİLER\n"),
    ("turkish-i", "tr", "terms", "ki\u0307şi\u0307sel\n", "kişisel ısı sınır SINIR ILIMLI\n"),
    ("turkish-i", "tr", "terms", "Ilgili kişi, aydinlatma\n", "İlgili kişi, aydınlatma; DinamikCRM, IP, SMS\n"),
    ("space-run", "tr", "terms", "10\u00a0\u00a0gün\n", "10\u00a0gün\n"),
    ("space-run", "en", "terms", "a \u2003b\n", "a\u2009b\n"),
    # what the law asks
    ("kvkk-consent", "tr", "disclosure-notice", notice(kimlik="Örnek A.Ş. Bunu kabul ediyorum."), notice()),
    (
        "kvkk-consent",
        "tr",
        "disclosure-notice",
        notice(kimlik="Örnek A.Ş. Onaylıyorum, RIZA GÖSTERİYORUM."),
        notice(kimlik="Örnek A.Ş. açık rızanızı ayrıca alır."),
    ),
    (
        "kvkk-consent",
        "en",
        "disclosure-notice",
        notice("en", kimlik="Örnek A.Ş. I hereby agree to it."),
        notice("en", kimlik="Örnek A.Ş. asks for consent elsewhere."),
    ),
    ("kvkk-vague", "tr", "disclosure-notice", notice(aktarim="Kargo vb. şirketlere teslimat amacıyla"), notice()),
    (
        "kvkk-vague",
        "tr",
        "disclosure-notice",
        notice(kimlik="Örnek A.Ş. ad, soyad gibi verileri işler."),
        notice(kimlik="Örnek A.Ş. aşağıdaki gibi, belirtildiği gibi ve kullanılabileceği gibi işler."),
    ),
    (
        "kvkk-vague",
        "tr",
        "disclosure-notice",
        notice(kimlik="Örnek A.Ş. sınırlı olmamak üzere, İLERİDE, muhtemel"),
        notice(kimlik="Örnek A.Ş. ilerideki değil, sınırlı olarak"),
    ),
    (
        "kvkk-vague",
        "en",
        "disclosure-notice",
        notice("en", kimlik="Örnek A.Ş., including but not limited to e-mail, etc."),
        notice("en", kimlik="Örnek A.Ş. and nobody else."),
    ),
    ("kvkk-elements", "tr", "disclosure-notice", "## A {#a}\n\nMetin.\n", notice()),
    ("kvkk-elements", "tr", "disclosure-notice", notice(yontem=""), notice()),
    ("kvkk-elements", "tr", "disclosure-notice", notice(aktarim="-"), notice()),
    (
        "kvkk-elements",
        "en",
        "disclosure-notice",
        notice("en", kimlik="The controller is another company."),
        notice("en"),
    ),
    (
        "kvkk-legal-ground",
        "tr",
        "disclosure-notice",
        notice(amac="| Amaç | Hukuki sebep |\n| --- | --- |\n| Üyelik | – |"),
        notice(),
    ),
    (
        "kvkk-legal-ground",
        "tr",
        "disclosure-notice",
        notice(amac="Verileriniz üyelik için işlenir."),
        notice(amac="Verileriniz meşru menfaat uyarınca üyelik için işlenir."),
    ),
    (
        "kvkk-legal-ground",
        "en",
        "disclosure-notice",
        notice("en", amac="- Membership (Art. 5/2-c)\n- Marketing of goods"),
        notice("en", amac="- Membership (Art. 5/2-c)\n- Marketing, by explicit consent"),
    ),
    (
        "kvkk-transfer",
        "tr",
        "disclosure-notice",
        notice(aktarim="Verileriniz üçüncü kişilere aktarılır."),
        notice(aktarim="Verileriniz kimseye aktarılmaz, aktarılmamaktadır."),
    ),
    (
        "kvkk-transfer",
        "tr",
        "disclosure-notice",
        notice(aktarim="| Alıcı grubu | Amaç |\n| --- | --- |\n| Bankalar | |"),
        notice(aktarim="| Alıcı grubu | Amaç |\n| --- | --- |\n| Bankalar | Ödeme |"),
    ),
    (
        "kvkk-transfer",
        "en",
        "disclosure-notice",
        notice("en", aktarim="| Recipient | Data |\n| --- | --- |\n| Banks | Name |"),
        notice("en"),
    ),
    ("kvkk-method", "tr", "disclosure-notice", notice(yontem="Verileriniz internet sitesinden toplanır."), notice()),
    (
        "kvkk-method",
        "en",
        "disclosure-notice",
        notice("en", yontem="Your data are collected on the site."),
        notice("en"),
    ),
    (
        "kvkk-rights",
        "tr",
        "disclosure-notice",
        notice(haklar="Kanun’un 11 inci maddesindeki haklara sahipsiniz."),
        notice(),
    ),
    (
        "kvkk-rights",
        "en",
        "disclosure-notice",
        notice("en", haklar=NOTICE["en"]["haklar .kvkk-4d"].replace("compensation", "x")),
        notice("en"),
    ),
    (
        "kvkk-other-source",
        "tr",
        "disclosure-notice",
        notice(yontem="Verileriniz iş ortaklarımızdan otomatik yollarla elde edilir."),
        notice(yontem="Veriler iş ortaklarımızdan otomatik yollarla elde edilir; makul bir süre içinde bildirilir."),
    ),
    (
        "kvkk-other-source",
        "en",
        "disclosure-notice",
        notice("en", yontem="Data are obtained automatically from third parties."),
        notice("en"),
    ),
    ("kvkk-application", "tr", "disclosure-notice", notice(basvuru=""), notice()),
    (
        "kvkk-application",
        "tr",
        "disclosure-notice",
        notice(basvuru="Yazılı olarak veya KEP adresiyle başvurun."),
        notice(),
    ),
    (
        "kvkk-application",
        "en",
        "disclosure-notice",
        notice("en", basvuru="Apply to us by e-mail, please."),
        notice("en"),
    ),
    (
        "kvkk-abroad",
        "tr",
        "privacy-policy",
        "Veriler yurt dışındaki sunuculara aktarılır.\n",
        "Veriler, standart sözleşme imzalanarak yurt dışına aktarılır.\n",
    ),
    (
        "kvkk-abroad",
        "tr",
        "disclosure-notice",
        notice(aktarim="Veriler dünyanın herhangi bir yerinde saklanır; bankalara ödeme amacıyla aktarılır."),
        notice(),
    ),
    (
        "kvkk-abroad",
        "tr",
        "privacy-policy",
        "Veriler açık rızanızla yurtdışına aktarılır.\n",
        "Yurt içinde veya yurt dışında aktarıldığı kişileri bilme. Veriler yurt dışına aktarılmaz.\n",
    ),
    (
        "kvkk-abroad",
        "en",
        "privacy-policy",
        "We transfer data abroad.\n",
        "We transfer data abroad on the basis of an adequacy decision.\n",
    ),
    ("kvkk-no-notice", "tr", "privacy-policy", "Kişisel verileriniz işlenir.\n", "Hizmet koşulları.\n"),
    (
        "check-back",
        "tr",
        "privacy-policy",
        "Politikayı düzenli olarak kontrol etmeniz önerilir.\n",
        "Değişiklikleri otuz gün önce e-posta ile bildiririz; siteyi düzenli olarak kontrol edin.\n",
    ),
    (
        "check-back",
        "en",
        "privacy-policy",
        "Please check this page regularly.\n",
        "We review this policy regularly, and we will notify you by e-mail.\n",
    ),
    # gaps
    ("placeholder", "tr", "terms", "Adres: […]\n", "Adres: [İstanbul](https://example.com), [^1]\n\n[^1]: Not.\n"),
    ("placeholder", "tr", "terms", "Telefon: +90 212 XXX XX XX\n", "## XX. Son {#son}\n\nXX. yüzyıl; XXI. yüzyıl\n"),
    ("placeholder", "en", "terms", "TODO: address ____\n", "To do so, see <!-- TODO --> below.\n"),
    ("placeholder", "en", "terms", "[COMPANY NAME] shall\n", "[sic] shall\n"),
]


@pytest.mark.parametrize(
    ("rule", "locale", "type_", "bad", "good"), FIRES, ids=[f"{case[0]}-{case[1]}-{n}" for n, case in enumerate(FIRES)]
)
def test_a_rule_finds_what_it_is_for_and_nothing_else(rule: str, locale: str, type_: str, bad: str, good: str) -> None:
    """The first text has the fault; the second, which looks like it, has not."""
    assert of_rule(rule, bad, locale, type_), "nothing found"
    assert of_rule(rule, good, locale, type_) == []


def test_a_notice_that_says_all_that_the_law_asks_has_no_problem_in_either_language() -> None:
    both = (text(notice(), type_="disclosure-notice"), text(notice("en"), locale="en", type_="disclosure-notice"))
    assert [str(problem) for problem in found(*both)] == []


def test_a_translation_has_its_roles_from_the_authentic_text() -> None:
    """A clause is one clause in all languages; what it is for need be said once."""
    bare = notice("en", haklar="You have rights under article 11.")
    for role in ("kvkk-4a", "kvkk-4b", "kvkk-4c", "kvkk-4ç", "kvkk-4d", "basvuru-5"):
        bare = bare.replace(f" .{role}", "")
    both = (text(notice(), type_="disclosure-notice"), text(bare, locale="en", type_="disclosure-notice"))
    assert [(problem.rule, problem.path) for problem in found(*both) if problem.rule.startswith("kvkk")] == [
        ("kvkk-rights", "docs/en/gizlilik.md")
    ]


def test_without_the_pack_kvkk_a_policy_needs_no_notice_of_it() -> None:
    policy = text("We process your personal data, such as your name.\n", locale="en", type_="privacy-policy")
    told = [
        {problem.rule for problem in check_project(project(policy), settings, today=day(0)) if "kvkk" in problem.rule}
        for settings in (replace(SETTINGS, rules=(), locales=("en",)), replace(SETTINGS, locales=("en",)))
    ]
    assert told == [set(), {"kvkk-no-notice", "kvkk-vague"}]


def test_the_missing_rights_are_named_by_their_letters() -> None:
    rights = NOTICE["tr"]["haklar .kvkk-4d"].replace("Silinmesini", "x").replace("Aktarıldığı üçüncü", "x")
    problem = of_rule("kvkk-rights", notice(haklar=rights), type_="disclosure-notice")[0]
    assert str(problem) == (
        "docs/tr/gizlilik.md:23: of the rights of Kanun m.11/1 these are not here: ç, e.\n"
        "  Fix: add them in the words of the law."
    )


def test_a_row_without_a_ground_is_told_on_its_line() -> None:
    table = "| Amaç | Hukuki sebep |\n| --- | --- |\n| Üyelik | m.5/2-c |\n| Anket | ilgili mevzuat |"
    problems = of_rule("kvkk-legal-ground", notice(amac=table), type_="disclosure-notice")
    assert [(problem.line, problem.severity) for problem in problems] == [(14, Severity.ERROR)]


def test_an_unseen_character_is_told_by_code_point_and_place_once_a_line() -> None:
    problem = of_rule("invisible-character", "veri \u200bve\u200b söz\n")[0]
    assert str(problem) == (
        "docs/tr/gizlilik.md:5:6: the character U+200B ZERO WIDTH SPACE is here, and nobody sees it. "
        "It stands 2 times on this line.\n"
        "  Fix: delete it: place the cursor before column 6 and press Delete once."
    )


def test_a_look_alike_is_told_with_the_word_as_it_should_be() -> None:
    problem = of_rule("look-alike", "Bu \u0430ydınlatma.\n")[0]
    assert str(problem) == (
        'docs/tr/gizlilik.md:5:4: in "\u0430ydınlatma" is what only looks like a plain letter: '
        "U+0430 CYRILLIC SMALL LETTER A.\n"
        '  Fix: type the word again: "aydınlatma".'
    )


def test_a_lost_dot_is_told_with_the_word_in_its_case() -> None:
    assert [problem.fix.split(";")[0] for problem in of_rule("turkish-i", "KIŞISEL VERILERIN Ilgili\n")] == [
        'write "KİŞİSEL"',
        'write "VERİLERİN"',
        'write "İlgili"',
    ]


def test_the_front_matter_is_looked_at_too() -> None:
    source = "---\ntitle: Giz\u200blilik [….]\ntype: terms\n---\nMetin.\n".replace("[….]", "[…]")
    made, _ = parse_text(source.encode(), "docs/tr/gizlilik.md", "gizlilik", "tr")
    assert made is not None
    assert {(problem.rule, problem.line) for problem in found(made)} >= {("invisible-character", 2), ("placeholder", 2)}


def test_a_text_before_june_2024_is_not_held_to_the_law_that_came_later() -> None:
    old = release(
        "1.0", {"g": "Veriler yurt dışına aktarılır.\n"}, published=date(2020, 1, 1), effective=date(2020, 1, 1)
    )
    new = release(
        "2.0", {"g": "Veriler yurt dışına aktarılır.\n"}, published=date(2023, 1, 1), effective=date(2023, 1, 1)
    )
    told = check_project(project(releases=(old, new)), SETTINGS, today=day(0))
    assert [problem.path for problem in told if problem.rule == "kvkk-abroad"] == ["releases/2.0/tr/g.md"]
