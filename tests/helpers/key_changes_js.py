"""Writes the patterns of what matters into the comparison's script: `python -m tests.helpers.key_changes_js`.

The browser says what matters in a pair it has put together by the same patterns as the pages; they are kept in one
place, the Python modules, and translated: Unicode classes written out, and the Turkish i in all its forms where
case is ignored.
"""

from __future__ import annotations

import json
import re

from tests.conftest import ROOT
from yururluk.redline import changes
from yururluk.redline import key_changes as matters

SCRIPT = ROOT / "hooks/yururluk/theme/assets/compare.js/6-matters.js"
_BLOCK = re.compile(
    r"(?<=  // Patterns: written by tests/helpers/key_changes_js.py\n).*?(?=\n  // End of patterns)", re.DOTALL
)
_WORD = r"\p{L}\p{N}_"
#: An edge of a word is looked for on its outer side only: on the inner one all these patterns have a word.
_BEGIN, _END = rf"(?<![{_WORD}])", rf"(?![{_WORD}])"


def translated(pattern: re.Pattern[str], *, whole: bool = False) -> list[str]:
    """A pattern as the source and the flags of a JavaScript one."""
    source = pattern.pattern.replace(r"[^\W\d_]", r"[\p{L}\p{Nl}\p{No}]")
    source = re.sub(r"(?:(?<=^)|(?<=\|)|(?<=\())\\b", lambda _: _BEGIN, source).replace(r"\b", _END)
    source = re.sub(r"\[[^\]]*\]|\\w", lambda m: m[0].replace(r"\w", _WORD if m[0][0] == "[" else f"[{_WORD}]"), source)
    source = source.replace(r"\d", r"\p{Nd}")
    flags = "gu"
    if pattern.flags & re.IGNORECASE:
        flags = "giu"
        source = re.sub(r"\\p\{\w+\}|\[(?:[^\]\\]|\\p\{\w+\})*\]|[iı]", _any_i, source)
    return [f"^(?:{source})$" if whole else source, flags]


def _any_i(found: re.Match[str]) -> str:
    part = found[0]
    if part in "iı":
        return "[iıİI]"
    return f"{part[:-1]}iıİI]" if part[0] == "[" and re.search("[iı]", part) else part


def block() -> str:
    """All patterns, as the script holds them."""
    whole = {
        "modal": matters._MODAL,
        "name": matters._NAME,
        "innerCapital": matters._INNER_CAPITAL,
        "negation": matters._NEGATION,
        "without": matters._WITHOUT,
        "whether": matters._WHETHER,
        "object": matters._OBJECT,
        "from": matters._FROM,
        "numbering": changes._NUMBERING,
        "paragraphNumber": changes._PARAGRAPH_NUMBER,
    }
    patterns = {name: translated(pattern, whole=True) for name, pattern in whole.items()}
    patterns |= {"words": translated(matters._WORDS), "leading": translated(changes._LEADING)}
    patterns["paragraphLeading"] = translated(changes._PARAGRAPH_LEADING)
    lists = {"common": matters._COMMON, "roles": matters._ROLES, "nouns": matters._NOUNS}
    lines = [f"  const FACTS = {_json([[kind, *translated(pattern)] for kind, pattern in matters._FACTS])};"]
    lines.append(f"  const PATTERNS = {_json(patterns)};")
    lines.append(f"  const NAMES = {_json({name: sorted(held) for name, held in lists.items()})};")
    return "\n".join(lines)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def written() -> str:
    """The script with the patterns of today."""
    return _BLOCK.sub(lambda _: block(), SCRIPT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    SCRIPT.write_text(written(), encoding="utf-8")
