"""The instructions in an evidence bundle, in Turkish and in English: how to check it with standard tools only.

Every line that is to be typed is indented by four spaces, and nothing else is. Each check prints a line that ends in
OK, or one with the word FAILED.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Template

from yururluk.proof.tokens import Token, moment, token_path
from yururluk.register import Publication

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
withdrawal are recorded in later entries of the register.

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
Needed: a terminal with sha256sum, grep and openssl (any Linux; on Windows: WSL or Git Bash). Unpack the file,
go to its folder, and type the lines that are indented.

1. The files arrived whole:

    sha256sum --check --quiet SHA256SUMS && echo "files: OK" || echo "files: FAILED"

2. The texts are those that the register records. Each digest is in the entry of the release, entries/$number.json:

$texts

3. The entries hold together. Each names the digest of the one before it ("previous"), so that none can have been
   altered, left out or slipped in without changing every later one:

$chain

   The last line printed by this command is the digest of the last entry. Compare it with one you have from elsewhere:
   the register on the company's site, a copy kept by somebody else, a timestamp:

    sha256sum $last

4. $stamps
""")

_ENGLISH_STAMPS = """\
An authority's timestamps show that the entries existed at their time, whatever anybody's clock said. Get the
   authority's own root certificate from the authority, never from this folder, and save it as CA.pem here:

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
sonradan geri çekme, sicilin sonraki kayıtlarında yer alır.

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
Gerekenler: sha256sum, grep ve openssl bulunan bir uçbirim (her Linux; Windows'ta WSL veya Git Bash). Dosyayı açın,
klasörüne geçin ve girintili satırları yazın. OK uygun, FAILED uygun değil demektir.

1. Dosyalar eksiksiz ulaşmıştır:

    sha256sum --check --quiet SHA256SUMS && echo "files: OK" || echo "files: FAILED"

2. Metinler, sicile kaydedilmiş olanlardır. Her özet, sürümün kaydında (entries/$number.json) bulunur:

$texts

3. Kayıtlar birbirine bağlıdır. Her kayıt kendinden öncekinin özetini taşır ("previous"); bu yüzden sonraki kayıtların
   tümü değişmeden hiçbiri değiştirilemez, çıkarılamaz, araya kayıt sokulamaz:

$chain

   Aşağıdaki komut son kaydın özetini yazar. Bunu başka yerden edindiğiniz bir özetle karşılaştırın: şirketin
   sitesindeki sicil, başkasının sakladığı bir nüsha, bir zaman damgası:

    sha256sum $last

4. $stamps
""")

_TURKISH_STAMPS = """\
Zaman damgaları, kimsenin saatine bağlı kalmaksızın, kayıtların damganın anında var olduğunu gösterir. Hizmet
   sağlayıcının kök sertifikasını bu klasörden değil kendisinden edinin ve buraya CA.pem adıyla kaydedin:

{commands}

   {times}"""

_TURKISH_NO_STAMPS = """\
Bu dosyada zaman damgası yoktur: kayıtların ne zaman yazıldığı ancak sicilin başkalarındaki nüshalarıyla
   ispatlanabilir."""


def instructions(
    entry: Publication, number: int, texts: Sequence[str], stamps: Sequence[Stamp]
) -> Mapping[str, str]:
    """The two files by name. `number` is that of the release's entry, `texts` are its files (`tr/x.md`)."""
    last = max([number, *(stamp[0] for stamp in stamps)])
    values = {
        "version": entry.version,
        "published": entry.published.isoformat(timespec="seconds"),
        "effective": entry.effective.isoformat(),
        "number": f"{number:06d}",
        "texts": "\n".join(_text_command(text, number) for text in texts),
        "chain": _CHAIN,
        "last": _entry(last),
    }
    commands = "\n".join(_token_command(stamp) for stamp in stamps)
    english = _ENGLISH_NO_STAMPS
    turkish = _TURKISH_NO_STAMPS
    if stamps:
        english = _ENGLISH_STAMPS.format(
            commands=commands, times=_times(stamps, "Entry {number} existed on {time}.")
        )
        turkish = _TURKISH_STAMPS.format(
            commands=commands, times=_times(stamps, "{number} numaralı kayıt {time} anında vardı.")
        )
    return {
        ENGLISH: _ENGLISH.substitute(values, stamps=english),
        TURKISH: _TURKISH.substitute(values, stamps=turkish),
    }


def _entry(number: int) -> str:
    return f"entries/{number:06d}.json"


def _text_command(text: str, number: int) -> str:
    """Finds the text's digest in the entry, beside its language and its name (RFC 8785 sorts the keys)."""
    locale, _, file = text.partition("/")
    document = file.removesuffix(".md")
    digest = f"$(sha256sum < texts/{text} | cut -c 1-64)"
    sought = f'\\"id\\":\\"{document}\\",\\"locale\\":\\"{locale}\\",\\"sha256\\":\\"{digest}\\"'
    return f'    grep -q "{sought}" {_entry(number)} && echo "{text}: OK" || echo "{text}: FAILED"'


def _token_command(stamp: Stamp) -> str:
    """Asks OpenSSL, with the certificates as they were at the token's own time."""
    number, digest, token = stamp
    seconds = int(token.time.timestamp())
    return (
        f"    openssl ts -verify -data {_entry(number)} -in {token_path(digest)} -CAfile CA.pem "
        f"-attime {seconds}"
    )


def _times(stamps: Sequence[Stamp], sentence: str) -> str:
    return "\n   ".join(
        sentence.format(number=number, time=moment(token.time)) for number, _, token in stamps
    )
