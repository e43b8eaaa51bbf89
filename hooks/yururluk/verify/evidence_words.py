"""The instructions in an evidence bundle, in Turkish and in English: how to check it with standard tools only.

Every line that is to be typed is indented by four spaces, and nothing else is. Each check prints a line that ends in
OK, or one with the word FAILED.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Template
from typing import Any

from yururluk.core.register import Publication, WithdrawalEntry
from yururluk.verify.tokens import Token, moment, token_path

TURKISH = "OKUYUN.txt"
ENGLISH = "README.txt"

#: The number of an entry, its digest, and the timestamp over it.
Stamp = tuple[int, str, Token]

_CHAIN = """\
    previous=null
    for entry in entries/*.json; do
      if grep -q "\\"previous\\":$previous[,}]" "$entry"; then echo "$entry: OK"; else echo "$entry: FAILED"; fi
      previous="\\"$(sha256sum < "$entry" | cut -c 1-64)\\""
    done"""

_ENGLISH = Template("""\
EVIDENCE: RELEASE $version
==========================

This folder proves what release $version said, when it was recorded as published ($published) and as
taking effect ($effective). It does not prove that it is still in force: later releases and a later
withdrawal are recorded in later entries of the register.$withdrawn

What is here
------------
texts/        the frozen texts, byte for byte as published
pages/        the same texts as plain web pages, for reading
release/      the release file, as the company keeps it
register.json the public register, up to the last entry that matters here
entries/      each entry of the register in the bytes that its digest is taken of (RFC 8785)
timestamps/   timestamps of an authority over entries (RFC 3161; 5070 sayılı Kanun m.3/h)
SHA256SUMS    the digests of all these files

How to check it
---------------
Needed: a terminal with sha256sum, grep and openssl (any Linux; on Windows: WSL or Git Bash). Unpack the ZIP file
into a folder of its own, go there in the terminal, and copy the indented lines into it, one after the other. OK means
that the check holds; FAILED, that it does not. A digest (SHA-256) is the fingerprint of a file: a file that differs
in a single byte has another.

1. The files arrived whole:

    if sha256sum -c SHA256SUMS > /dev/null 2>&1; then echo "files: OK"; else
    sha256sum -c SHA256SUMS | grep FAILED; echo "files: FAILED"; fi

2. The texts and the dates are those that the register records, in the entry of the release, entries/$number.json. It
   holds the digest of each text, the two dates at the top of this page, and the version:

$texts
$dates

3. The entries hold together. Each names the digest of the one before it ("previous"), so that none can have been
   altered, left out or slipped in without changing every later one:

$chain

   The next command prints the digest of the last entry. Compare it with one that you have from elsewhere: a timestamp
   (see 4), a copy of the register that somebody else keeps, or the register on the company's site (register.json). In a
   register it stands as "previous" in the entry that follows; where none follows yet, the file is the same as the one
   here:

    sha256sum $last

4. $stamps
""")

_ENGLISH_STAMPS = """\
Each timestamp shows that its entry, and every one before it, existed at the moment that the authority put in it,
   whatever the company's own clock said. Get the authority's root certificate from the authority itself, never from
   this folder, and save it here as CA.pem.{several}
   Each command is to print "Verification: OK":

{commands}

   {times}"""

_ENGLISH_NO_STAMPS = """\
There is no timestamp in this bundle: when the entries were written is proved only by copies of the register
   that others hold."""

_TURKISH = Template("""\
DELİL: $version SÜRÜMÜ
======================

Bu klasör, $version sürümünün ne dediğini, hangi anda yayımlanmış ($published) ve hangi gün yürürlüğe girmiş
($effective) olarak kaydedildiğini ispata yarar. Sürümün hâlâ yürürlükte olduğunu göstermez: sonraki sürümler ve
sonradan geri çekme, sicilin sonraki kayıtlarında yer alır.$withdrawn

İçindekiler
-----------
texts/        dondurulmuş metinler; yayımlandıkları hâliyle, baytı baytına
pages/        aynı metinler, okumak için sade web sayfası olarak
release/      şirkette saklandığı hâliyle sürüm dosyası
register.json herkese açık sicil; burada gereken son kayda kadar
entries/      sicilin her kaydı, özetinin alındığı baytlarla (RFC 8785)
timestamps/   kayıtlar için alınmış zaman damgaları (5070 sayılı Kanun m.3/h; RFC 3161)
SHA256SUMS    bütün bu dosyaların özetleri

Nasıl denetlenir
----------------
Gerekenler: sha256sum, grep ve openssl bulunan bir uçbirim (her Linux; Windows'ta WSL veya Git Bash). ZIP dosyasını
ayrı bir klasöre açın, uçbirimde o klasöre geçin ve girintili satırları sırayla uçbirime kopyalayın. OK uygun, FAILED
uygun değil demektir. Özet (SHA-256), bir dosyanın parmak izidir: tek baytı bile farklı olan dosyanın özeti başkadır.

1. Dosyalar eksiksiz ulaşmıştır:

    if sha256sum -c SHA256SUMS > /dev/null 2>&1; then echo "files: OK"; else
    sha256sum -c SHA256SUMS | grep FAILED; echo "files: FAILED"; fi

2. Metinler ve tarihler, sicile kaydedilmiş olanlardır. Sürümün kaydında (entries/$number.json) her metnin özeti, bu
   sayfanın başındaki iki tarih ve sürüm numarası yer alır:

$texts
$dates

3. Kayıtlar birbirine bağlıdır. Her kayıt kendinden öncekinin özetini taşır ("previous"); bu yüzden sonraki kayıtların
   tümü değişmeden hiçbiri değiştirilemez, çıkarılamaz, araya kayıt sokulamaz:

$chain

   Aşağıdaki komut son kaydın özetini yazar. Bunu başka yerden edindiğiniz bir özetle karşılaştırın: bir zaman damgası
   (bkz. 4), sicilin başkasında bulunan bir nüshası veya şirketin sitesindeki sicil (register.json). Sicilde bu özet,
   bir sonraki kaydın "previous" alanında yer alır; henüz sonraki kayıt yoksa oradaki dosya buradakiyle aynıdır:

    sha256sum $last

4. $stamps
""")

_TURKISH_STAMPS = """\
Her zaman damgası, ilgili kaydın ve ondan önceki bütün kayıtların, damgada yazılı anda var olduğunu, şirketin kendi
   saatinden bağımsız olarak gösterir. Zaman damgasını veren hizmet sağlayıcının kök sertifikasını bu klasörden değil,
   hizmet sağlayıcının kendisinden edinin ve buraya CA.pem adıyla kaydedin.{several}
   Her komut "Verification: OK" yazmalıdır:

{commands}

   {times}"""

_TURKISH_NO_STAMPS = """\
Bu dosyada zaman damgası yoktur: kayıtların ne zaman yazıldığı ancak sicilin başkalarındaki nüshalarıyla
   ispatlanabilir."""


_ENGLISH_WITHDRAWN = """
The company withdrew it as of {on}; that was recorded on {published}, in entries/{number:06d}.json."""

_TURKISH_WITHDRAWN = """
Şirket bu sürümü {on} gününden itibaren geri çekmiştir; bu, {published} anında kaydedilmiştir
(entries/{number:06d}.json)."""

_ENGLISH_SEVERAL = """
   Where they are of several authorities, put all their root certificates into CA.pem, one after the other."""

_TURKISH_SEVERAL = """
   Birden çok hizmet sağlayıcının damgası varsa, kök sertifikalarının hepsini CA.pem dosyasına art arda koyun."""


def instructions(
    entry: Publication,
    recorded: Mapping[str, Any],
    number: int,
    texts: Sequence[str],
    stamps: Sequence[Stamp],
    withdrawal: tuple[int, WithdrawalEntry] | None,
    entries: int,
) -> Mapping[str, str]:
    """The two files by name. `recorded` is the release's entry as it stands in the register, `number` its number,
    `texts` are its files (`tr/x.md`), `withdrawal` the entry that takes it back, with its number, `entries` how many
    entries the bundle holds."""
    values = {
        "version": entry.version,
        "published": entry.published.isoformat(timespec="seconds"),
        "effective": entry.effective.isoformat(),
        "number": f"{number:06d}",
        "texts": "\n".join(_text_command(text, number) for text in texts),
        "dates": "\n".join([_dates_command(recorded, number), *_withdrawal_command(withdrawal)]),
        "chain": _CHAIN,
        "last": _entry(entries),
    }
    commands = "\n".join(_token_command(stamp) for stamp in stamps)
    english = _ENGLISH_NO_STAMPS
    turkish = _TURKISH_NO_STAMPS
    several = len({stamp[2].signer for stamp in stamps}) > 1
    if stamps:
        english = _ENGLISH_STAMPS.format(
            commands=commands,
            times=_times(stamps, "Entry {number} existed on {time}."),
            several=_ENGLISH_SEVERAL if several else "",
        )
        turkish = _TURKISH_STAMPS.format(
            commands=commands,
            times=_times(stamps, "{number} numaralı kayıt {time} anında vardı."),
            several=_TURKISH_SEVERAL if several else "",
        )
    return {
        ENGLISH: _ENGLISH.substitute(values, stamps=english, withdrawn=_withdrawn(_ENGLISH_WITHDRAWN, withdrawal)),
        TURKISH: _TURKISH.substitute(values, stamps=turkish, withdrawn=_withdrawn(_TURKISH_WITHDRAWN, withdrawal)),
    }


def _withdrawn(sentence: str, withdrawal: tuple[int, WithdrawalEntry] | None) -> str:
    if withdrawal is None:
        return ""
    number, entry = withdrawal
    return sentence.format(
        on=entry.withdrawn.on.isoformat(),
        published=entry.published.isoformat(timespec="seconds"),
        number=number,
    )


def _entry(number: int) -> str:
    return f"entries/{number:06d}.json"


def _text_command(text: str, number: int) -> str:
    """Finds the text's digest in the entry, beside its language and its name (RFC 8785 sorts the keys)."""
    locale, _, file = text.partition("/")
    document = file.removesuffix(".md")
    digest = f"$(sha256sum < texts/{text} | cut -c 1-64)"
    sought = f'\\"id\\":\\"{document}\\",\\"locale\\":\\"{locale}\\",\\"sha256\\":\\"{digest}\\"'
    return f'    grep -q "{sought}" {_entry(number)} && echo "{text}: OK" || echo "{text}: FAILED"'


def _dates_command(recorded: Mapping[str, Any], number: int) -> str:
    """Finds the dates of the release itself in the entry; those of its documents stand before them, in a list."""
    dates = f'],"effective":"{recorded["effective"]}",.*"published":"{recorded["published"]}"'
    sought = f'{dates},.*"version":"{recorded["version"]}"'
    return f'    grep -q \'{sought}\' {_entry(number)} && echo "dates: OK" || echo "dates: FAILED"'


def _withdrawal_command(withdrawal: tuple[int, WithdrawalEntry] | None) -> list[str]:
    """Finds the version and the day in the entry that takes it back."""
    if withdrawal is None:
        return []
    number, entry = withdrawal
    sought = f'"version":"{entry.version}","withdrawn":{{"on":"{entry.withdrawn.on.isoformat()}"'
    found = f"    grep -q '{sought}' {_entry(number)}"
    return [f'{found} && echo "withdrawal: OK" || echo "withdrawal: FAILED"']


def _token_command(stamp: Stamp) -> str:
    """Asks OpenSSL, with the certificates as they were at the token's own time."""
    number, digest, token = stamp
    seconds = int(token.time.timestamp())
    return f"    openssl ts -verify -data {_entry(number)} -in {token_path(digest)} -CAfile CA.pem -attime {seconds}"


def _times(stamps: Sequence[Stamp], sentence: str) -> str:
    return "\n   ".join(sentence.format(number=number, time=moment(token.time)) for number, _, token in stamps)
