"""By which words the rules of law know what a clause says, in Turkish and English small letters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

Words = Mapping[str, re.Pattern[str]]


def teblig(article: str) -> str:
    """An article of the communiqué on the duty to inform, as lawyers cite it."""
    return f"Aydınlatma Tebliği m.{article} (RG 10.03.2018/30356)"


def _words(tr: str, en: str) -> Words:
    return {"tr": re.compile(tr), "en": re.compile(en)}


#: Wording that leaves open what is meant (Tebliğ m.5/1-g).
VAGUE: Final = _words(
    r"\bvb\b\.?|\bvs\b\.|\bve\s+(?:benzeri|sair)\b\w*|\bve\s+benzer(?:leri)?\b|\bgibi\b"
    r"|\bsınırlı\s+(?:olmamak|kalmamak)\s+(?:üzere|kaydıyla|şartıyla|koşuluyla)|\bsınırlı\s+olmaksızın"
    r"|\bileride\b|\bmuhtemel\b|\b(?:çeşitli|diğer|benzer|başka)\s+amaç\w*|\bgerekli\s+gör(?:ülen|düğü)\b",
    r"\betc\b\.?|\band\s+(?:so\s+on|the\s+like|similar)\b|\bsuch\s+as\b|\bwithout\s+limitation\b"
    r"|\bincluding,?\s+but\s+not\s+limited\s+to\b|\bnot\s+limited\s+to\b|\bin\s+(?:the\s+)?future\b"
    r"|\b(?:various|other|possible|potential|similar)\s+purposes\b",
)
#: What stands before a "gibi" that compares and opens no list: belirtildiği gibi, aşağıdaki gibi.
COMPARES: Final = re.compile(r"(?:[dt][ıiuü]ğ[ıiuü]\w*|[ae]c[ae]ğ[ıi]\w*|[dt][ae]ki)\s+$")

#: A consent asked for, or taken for given (Tebliğ m.5/1-f).
CONSENT: Final = _words(
    r"\bkabul\s+ed(?:iyorum|erim|iyoruz)\b|\bonay(?:lıyorum|larım|\s+veriyorum)\b"
    r"|\brıza\s+(?:gösteriyorum|veriyorum)\b|\b(?:muvafakat|izin)\s+(?:ediyorum|veriyorum)\b"
    r"|\bkabul\s+etmiş\s+(?:sayıl|olur)\w*|\bkabul,?\s+(?:beyan\s+)?(?:ve\s+)?(?:beyan|taahhüt)\s+ed\w*"
    r"|\b(?:rıza\s+göstermiş|onay\s+vermiş|onaylamış)\s+(?:sayıl|olur)\w*",
    r"\bi\s+(?:hereby\s+)?(?:accept|agree|consent|approve)\b|\bdeemed\s+to\s+have\s+(?:accepted|agreed|consented)\b"
    r"|\bby\s+(?:using|continuing|visiting)\b[^.;]{0,80}\byou\s+(?:accept|agree|consent)\b",
)

#: A condition of processing (Kanun m.5 and m.6).
GROUND: Final = _words(
    r"\bm\.\s*[56]\b|\b[56]\s?['’]?\s?(?:inci|nci|ıncı|ncı|\.)\s*madde|\bmadde\s*[56]\b|\baçık\s+rıza"
    r"|\bmeşru\s+menfaat|\bhuku[ki]\w*\s+yükümlülü|\bsözleşmenin\s+(?:kurulması|ifası)|\bkanunlarda\s+açıkça"
    r"|\bbir\s+hakkın\s+tesisi|\balenileştir|\bfiil[iî]\s+imk[aâ]nsızlık|\baçıkça\s+öngörül",
    r"\bart(?:icle|\.)?\s*[56]\b|\bexplicit\s+consent|\blegitimate\s+interest|\blegal\s+obligation"
    r"|\bperformance\s+of\s+(?:a|the)\s+contract|\bconclusion\s+(?:of|or)\b|\bestablishment,\s+exercise"
    r"|\b(?:provided|laid\s+down|stipulated|prescribed)\s+(?:for\s+)?(?:by|in)\s+(?:the\s+)?laws?\b|\bmade\s+public\b",
)
PURPOSE_COLUMN: Final = _words(r"\bamaç|\bamac", r"\bpurpose")
GROUND_COLUMN: Final = _words(
    r"hukuki\s+(?:sebep|sebebi|dayanak|dayanağı|neden)|işleme\s+şart", r"legal\s+(?:ground|basis|reason)"
)
RECIPIENT_COLUMN: Final = _words(r"\balıcı|aktarılan|kime\b|kimlere", r"\brecipient|\bto\s+whom|third\s+part")

#: A group of recipients that one can name; "third parties" is none.
RECIPIENTS: Final = _words(
    r"\balıcı\s+grub|\biş\s+ortak|\btedarikçi|\bhizmet\s+sağlayıcı|\byüklenici|\biştirak|\bgrup\s+şirket"
    r"|\bbağlı\s+(?:şirket|ortaklık)|\bbanka|\bkargo|\bkurum(?:lar|u|una|larına)|\bkuruluş|\bmahkeme|\bavukat"
    r"|\bdenetçi|\bmüşavir|\bhissedar|\bpay\s+sahip|\bbelediye|\bsigorta",
    r"\brecipient\s+group|\bgroups?\s+of\s+recipient|\bbusiness\s+partner|\bsupplier|\bservice\s+provider"
    r"|\bsubcontractor|\baffiliate|\bgroup\s+compan|\bbanks?\b|\bcourier|\bauthorit|\bcourts?\b|\blawyer|\battorney"
    r"|\bauditor|\badvis[eo]r|\bshareholder|\binsurance",
)
PURPOSE: Final = _words(r"\bama[çc]", r"\bpurpose|\bin\s+order\s+to\b|\bso\s+that\b")
NO_TRANSFER: Final = _words(
    r"(?:aktarıl|paylaşıl)ma(?:z\b|maktadır|yacak)|aktarım(?:ı)?\s+(?:yapılma|söz\s+konusu\s+değil)",
    r"\b(?:not|never)\s+(?:be\s+)?(?:transferred|shared|disclosed|passed)|\bno\s+transfer",
)
METHOD: Final = _words(r"otomatik", r"automat|manual(?:ly)?\b")

#: A transfer abroad, and what it may rest on (Kanun m.9).
ABROAD: Final = _words(
    r"(?<!yurt içinde veya )(?<!yurt içi veya )(?:\byurt\s?dışı|\bülke(?:si|nin)?\s+dışında|\byabancı\s+ülke"
    r"|\bdünyanın\s+herhangi\s+bir\s+yerinde|\bdiğer\s+ülkeler)\w*",
    r"(?<!or )\babroad\b|\boutside\s+(?:of\s+)?(?:the\s+republic\s+of\s+)?(?:türkiye|turkey|(?:the|your)\s+country)"
    r"|\b(?:other|foreign)\s+countr(?:y|ies)\b|\banywhere\s+in\s+the\s+world\b",
)
TRANSFERRED: Final = _words(r"aktar|sunucu|saklan|gönderil|iletil", r"transfer|server|stor(?:e|age)|sen[dt]\b")
BASIS: Final = _words(
    r"yeterlilik\s+karar|uygun\s+güvence|standart\s+sözleşme|bağlayıcı\s+şirket\s+kural|taahhütname|\barız[iî]\b"
    r"|\bm\.\s?9/[146]",
    r"\badequacy|appropriate\s+safeguard|standard\s+contract|binding\s+corporate\s+rules"
    r"|\bwritten\s+undertaking|\bincidental|\boccasional",
)
ONLY_CONSENT: Final = _words(r"açık\s+rıza", r"explicit\s+consent")

#: The rights of Kanun m.11/1, by their letters.
RIGHTS: Final[Mapping[str, Mapping[str, re.Pattern[str]]]] = {
    "tr": {
        "a": re.compile(r"işlenip\s+işlenmediğ"),
        "b": re.compile(r"bilgi\s+(?:talep|iste|edin|al)"),
        "c": re.compile(r"amacına\s+uygun\s+(?:olarak\s+)?kullanıl"),
        "ç": re.compile(r"aktarıldığı\s[^.;\n]{0,60}(?:bilme|öğrenme)|üçüncü\s+(?:kişi|taraf)leri\s+(?:bilme|öğrenme)"),
        "d": re.compile(r"düzeltilme|düzeltme\w*\s+(?:talep|iste)"),
        "e": re.compile(r"silinme|yok\s+edilme"),
        "f": re.compile(r"bildirilme"),
        "g": re.compile(r"otomatik\s+sistem[^;\n]{0,200}itiraz"),
        "ğ": re.compile(r"zarar\w*\s+(?:\w+\s+){0,2}(?:giderilme|tazmin)|tazmin"),
    },
    "en": {
        "a": re.compile(r"\bwhether\b[^;\n]{0,80}\bprocessed\b"),
        "b": re.compile(
            r"\brequest(?:ing)?\s+(?:for\s+)?(?:further\s+)?information\b|\binformation\s+(?:in\s+that|about|thereon)"
        ),
        "c": re.compile(r"\bpurpose[^;\n]{0,160}\b(?:used|accordance|compliance)\b"),
        "ç": re.compile(r"\bthird\s+(?:part(?:y|ies)|persons?)\b[^;\n]{0,80}\b(?:to\s+whom|transferred|disclosed)"),
        "d": re.compile(r"\brectif|\bcorrect(?:ion|ed)\b"),
        "e": re.compile(r"\beras|\bdelet|\bdestr"),
        "f": re.compile(r"\bnotif|\binform(?:ed)?\s+(?:the\s+)?third"),
        "g": re.compile(r"\bobject[^;\n]{0,250}\bautomat|\bautomat[^;\n]{0,250}\bobject"),
        "ğ": re.compile(r"\bcompensat|\bremedy\s+of\s+(?:the\s+)?damage|\bdamages?\s+(?:be\s+)?(?:remed|paid|indemn)"),
    },
}

#: Data from others, and when their subject is told (Tebliğ m.6).
FROM_OTHERS: Final = _words(
    r"(?:üçüncü\s+(?:kişi|taraf)|iş\s+ortak|kamu\s+kurum|başka\s+kaynak|harici\s+kaynak|sosyal\s+medya)\w*"
    r"[dt][ae]n\b[^.;\n]{0,80}(?:elde|toplan|temin|alın)",
    r"(?:obtain|collect|receiv)\w*[^.;\n]{0,80}\bfrom\s+(?:third\s+part|other\s+sources|business\s+partner|our\s+partner"
    r"|public\s+(?:bod|source|auth))",
)
WHEN_TOLD: Final = _words(
    r"makul\s+(?:bir\s+)?süre|ilk\s+iletişim|ilk\s+kez\s+aktar|ilk\s+aktarım",
    r"reasonable\s+(?:time|period)|first\s+(?:contact|communicat)|first\s+(?:transfer|disclos)|transferred\s+for\s+the\s+first",
)

#: The ways of applying (Başvuru Tebliği m.5/1).
CHANNELS: Final[Mapping[str, Mapping[str, re.Pattern[str]]]] = {
    "tr": {
        "yazılı": re.compile(r"\byazılı\b"),
        "KEP": re.compile(r"\bkep\b|kayıtlı\s+elektronik\s+posta"),
        "güvenli elektronik imza": re.compile(r"güvenli\s+(?:elektronik|e-)\s?imza"),
        "mobil imza": re.compile(r"mobil\s+imza"),
        "kayıtlı e-posta": re.compile(r"(?<!kayıtlı )elektronik\s+posta|e-?posta"),
    },
    "en": {
        "in writing": re.compile(r"\bin\s+writing\b|\bwritten\b"),
        "KEP": re.compile(r"\bkep\b|registered\s+(?:electronic\s+mail|e-?mail)"),
        "secure electronic signature": re.compile(r"secure\s+(?:electronic|e-)\s?signature"),
        "mobile signature": re.compile(r"mobile\s+signature"),
        "registered e-mail": re.compile(r"\be-?mail\b"),
    },
}

PERSONAL_DATA: Final = _words(r"kişisel\s+(?:veri|bilgi)", r"personal\s+(?:data|information)")
#: The reader is told to look for changes (WP260 ¶29), and that someone tells of them.
CHECK_BACK: Final = _words(
    r"(?:düzenli|periyodik|belirli|sık|zaman\s+zaman|dönem)[^.;\n]{0,80}"
    r"(?:kontrol\s+e[td]|gözden\s+geçir(?:me|in|il)|ziyaret\s+e[td]|takip\s+e[td]|inceleme(?:niz|li))\w*",
    r"\bcheck\s+back\b|\b(?:you|please|users?|visitors?|members?)\b[^.;\n]{0,60}\b(?:check|review|visit|consult)\s+"
    r"(?:this|our|the|back)\b[^.;\n]{0,80}\b(?:regularly|periodically|frequently|often|from\s+time\s+to\s+time)\b"
    r"|\b(?:you|please|users?|visitors?|members?)\b[^.;\n]{0,60}\b(?:regularly|periodically|frequently)\s+"
    r"(?:check|review|visit|consult)\b",
)
NOTIFIED: Final = _words(
    r"\be-?posta(?:yla|\s+(?:ile|yoluyla|göndererek))|bildiril(?:ir|ecek)|bildirece|bilgilendiril(?:ir|ecek|irsiniz)"
    r"|duyurul(?:ur|acak)[^.\n]{0,40}önce",
    r"\bwe\s+(?:will|shall)\s+(?:also\s+)?(?:notify|inform|tell|e-?mail)|\bnotif(?:y|ied)\s+(?:you|users|by)|\bby\s+e-?mail\b",
)
