"""A small site whose answers for programs are in tests/golden/api, to be read: what others rely on.

`python -m tests.helpers.golden_api` writes them. Within v1 a name may be added; none may go or change its meaning.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.helpers.builders import SETTINGS, day, moment, release
from yururluk.core.model import Release
from yururluk.core.register import Register
from yururluk.publish.plan import Plan, plan

FOLDER = Path(__file__).parents[1] / "golden" / "api"

_FIRST = """Bu metin “Site” için geçerlidir.[^1]

## 1. Kapsam {#kapsam}

Kişisel veriler [şu](https://www.example.com/a?b=1&c=2) amaçlarla işlenir:

1. **üyelik**,
2. destek.

### 1.1 Süre

| Veri | Süre |
| --- | --- |
| IP adresi | 2 yıl |

[^1]: Eski adı “Portal”.
"""
RELEASES: tuple[Release, ...] = (
    release("1.0", {"gizlilik": _FIRST}, published=day(0), summary={"tr": "İlk metin.", "en": "First text."}),
    release(
        "1.1",
        {"gizlilik": _FIRST.replace("2 yıl", "iki yıl"), "gizlilik/en": "## 1. Scope {#kapsam}\n\nWords."},
        published=day(10),
        effective=day(20),
        material=False,
        summary={"tr": "Sayılar yazıyla yazıldı.", "en": "Numbers in words."},
    ),
)


def golden_plan() -> Plan:
    """What is published on 15 January 2027, when 1.1 is announced and 1.0 in force."""
    return plan(RELEASES, Register(), moment(14), SETTINGS, "code")


def golden_files() -> dict[str, bytes]:
    """Every file for programs, by path, JSON laid out to be read; but the description, which only puts the schemas
    together."""
    parts = [part for part in golden_plan().parts if part.name not in ("machine", "record")]
    files = {path: data for part in parts for path, data in part.make().items()}
    del files["api/v1/openapi.json"]
    return {path: _laid_out(data) if path.endswith(".json") else data for path, data in files.items()}


def _laid_out(data: bytes) -> bytes:
    return (json.dumps(json.loads(data), ensure_ascii=False, indent=2) + "\n").encode()


if __name__ == "__main__":
    for name, content in golden_files().items():
        file = FOLDER / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
