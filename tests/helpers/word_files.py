"""Word files for tests: made by our own export, then changed as Word would change them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from yururluk.core.model import DocumentType, FrontMatter, Text
from yururluk.word.exporting import PREFIX, export_docx
from yururluk.word.importing import Imported, import_docx
from yururluk.word.package import open_package, write_package
from yururluk.word.reading import plain

SITE = "https://example.org/"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

#: One text with everything a legal text has, and what its author chose: line ends, attributes, straight quotes.
RICH = """\
# Başlık {#bas}

## 1. Amaç {#amac .kvkk-4b}

Bu metin **çok önemli** bir
metindir; [bağ](https://x.com/a_(b)){target=_blank} ve "tırnak" var.[^1]
Üçüncü satır: [KVKK][k], bkz. [madde](#son "Son madde") ve [sayfa](baska.md#x).

- bir madde
- iki madde
    - iç madde
- üç madde

1. a bent

    a bendinin devamı

2. b bent
3. c bent

| Ad | Süre |
| --- | --- |
| Çerez | 3 ay |
| IP | |

Terim
:   Tanım *bir*

> alıntı metni

<div markdown>
içeride *vurgu* var &amp; 5 < 6
</div>

!!! note "Dikkat"
    Uyarı metni İIıi ĞÜŞÖÇ.

```
kod  satırı
```

***

## 2. Son {#son}

Kapanış  cümlesi budur. ![Logo](logo.png)

[k]: https://kvkk.gov.tr/ "Kurum"

[^1]: Dipnot metni **kalın**.
"""


def text_of(markdown: str, locale: str = "tr") -> Text:
    """A draft of that Markdown."""
    source = f"---\ntitle: Deneme\ntype: terms\n---\n{markdown}"
    front = FrontMatter("Deneme", DocumentType.TERMS)
    return Text.of("deneme", locale, f"docs/{locale}/deneme.md", source.encode(), front, 5)


def exported(markdown: str) -> bytes:
    """The Word file of a draft of that Markdown."""
    return export_docx(text_of(markdown), publisher="Şirket A.Ş.", site=SITE)


def imported(docx: bytes, markdown: str) -> Imported:
    """What a Word file makes of a draft of that Markdown."""
    return import_docx(open_package(docx, "geri.docx"), text_of(markdown), path="geri.docx", site=SITE)


def parts_of(docx: bytes) -> dict[str, bytes]:
    """The parts of a Word file."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_part(docx: bytes, change: Callable[[str], str], part: str = "word/document.xml") -> bytes:
    """The file with one part changed; the change must do something."""
    parts = parts_of(docx)
    before = parts[part].decode()
    after = change(before)
    assert after != before, f"nothing to change in {part}"
    parts[part] = after.encode()
    return write_package(parts)


def with_parts(docx: bytes, more: Mapping[str, str]) -> bytes:
    """The file with more parts."""
    return write_package(parts_of(docx) | {name: content.encode() for name, content in more.items()})


def without_properties(docx: bytes) -> bytes:
    """The file as an editor leaves it that drops what it does not know."""
    return with_part(docx, lambda xml: xml.replace(PREFIX, "other-"), "docProps/custom.xml")


def run_of(words: str) -> str:
    """A run as Word writes it."""
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def inserted(content: str, author: str = "Av. Ayşe", number: int = 900) -> str:
    """Content as tracked insertion."""
    return f'<w:ins w:id="{number}" w:author="{author}" w:date="2026-11-20T09:00:00Z">{content}</w:ins>'


def deleted(content: str, author: str = "Av. Ayşe", number: int = 901) -> str:
    """Content as tracked deletion."""
    content = content.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
    return f'<w:del w:id="{number}" w:author="{author}" w:date="2026-11-20T09:00:00Z">{content}</w:del>'


def words_of(tree: dict[str, Any]) -> str:
    """All words of a document tree, notes where their marks stand."""
    return " ".join(plain(tree["blocks"]).split())


def words_of_html(html: str) -> set[str]:
    """The words of a rendering, however it is laid out."""
    return set(re.findall(r"\w+", re.sub(r"<[^>]*>", " ", html)))
