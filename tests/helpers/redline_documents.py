"""Makes legal texts in Markdown by a seed, with everything in them that a redline may stumble over.

A text is a list of blocks that knows its own structure, so that an edit can say what it does ("split this
paragraph") and still leave Markdown. The vocabulary is small: words that come back confuse an alignment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random


def _words(text: str) -> list[str]:
    return text.split(" ")


TURKISH = _words(
    "Kullanıcı Kullanıcı'nın Kullanıcı’ya DinamikCRM DinamikCRM’in Şirket Şirket'in kişisel veri verileri"
    " veriler işlenir işlenebilir saklanır saklanmaz aktarılır aktarılamaz ve veya ile için işbu İŞBU"
    " İstanbul ışık madde maddesi sözleşme hizmet hizmetin bedeli süre içinde gün ay yıl açık rıza olmadan"
    " değildir edebilir eder yürürlük tarihinde KVKK md. e-posta"
)
ENGLISH = _words("the Customer customer's data shall may must not be processed by Service and or within days of notice")
FIGURES = ["5.000 TL", "50.000 TL", "%18", "%20", "30 gün", "1 Ocak 2026", "01.01.2026", "3.000,50 TL", "7/24"]
ODDITIES = _words(
    "¶ § a\u00a0b 10\u00a0000 \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1f9\U0001f1f7"
    " \U0001f44d\U0001f3fd \u0627\u0644\u0639\u0631\u0628\u064a \u05e2\u05d1\u05e8\u05d9 \u200fabc\u200f "
    "e\u0301 is\u0327lem ı\u0307 İ ﬁ x\u00adhyphen zero\u200bwidth &amp; &lt;b&gt; &nbsp; \\* \\_ 2*3*4 a_b_c"
    ' < > “tırnak” "quote"'
    " 'tek' — – … ... \u2028 1\\. \U0001d49c \ufeff H<sub>2</sub>O"
)
TARGETS = _words("https://example.org/ https://example.org/kvkk?a=1&b=2 #odeme /gizlilik/ mailto:kvkk@example.org")


@dataclass
class Block:
    """A piece of a text; ``_lines`` says what its text, number and children mean for each kind."""

    kind: str
    text: str = ""
    number: int = 0
    children: list[Block] = field(default_factory=list)


# --- Markdown out


def markdown(blocks: list[Block]) -> str:
    return "\n\n".join("\n".join(_lines(block)) for block in blocks) + "\n"


def _lines(block: Block) -> list[str]:
    inside = "\n\n".join("\n".join(_lines(child)) for child in block.children).split("\n")
    match block.kind:
        case "heading":
            identity = f" {{#madde-{block.number // 10}}}" if block.number >= 10 else ""
            return ["#" * (block.number % 10) + f" {block.text}{identity}"]
        case "bullets" | "numbers":
            lines = []
            for at, item in enumerate(block.children):
                marker = "-   " if block.kind == "bullets" else f"{block.number + at}.".ljust(4)
                lines += [marker + item.text]
                if item.children:
                    nested = [line for child in item.children for line in ["", *_lines(child)]]
                    lines += [f"    {line}".rstrip() for line in nested] + [""]
            return lines
        case "table":
            rows = [
                "| " + " | ".join(cell.text.replace("|", "/") for cell in row.children) + " |" for row in block.children
            ]
            return [rows[0], "|" + " --- |" * len(block.children[0].children), *rows[1:]]
        case "definitions":
            return [
                line for term in block.children for line in [term.text, *(f":   {d.text}" for d in term.children), ""]
            ]
        case "quote":
            return [f"> {line}".rstrip() for line in inside]
        case "note":
            return [
                f'!!! {("note", "warning")[block.number % 2]} "{block.text}"',
                "",
                *(f"    {line}".rstrip() for line in inside),
            ]
        case "details":
            return ['<details markdown="1">', f"<summary>{block.text}</summary>", "", *inside, "", "</details>"]
        case "footnote":
            return [f"[^{block.number}]: {block.text}"]
        case "code":
            return [f"    {block.text}"]
        case _:
            return [block.text]  # paragraph, raw


# --- making texts


def words(rng: Random, least: int = 2, most: int = 14, odd: float = 0.08) -> str:
    """A sentence or part of one, with emphasis, links and oddities here and there."""
    vocabulary = TURKISH if rng.random() < 0.7 else ENGLISH
    made = []
    for _ in range(rng.randint(least, most)):
        word = rng.choice(vocabulary)
        if rng.random() < odd:
            word = rng.choice(FIGURES if rng.random() < 0.5 else ODDITIES)
        made.append(_dressed(rng, word) if rng.random() < odd else word)
    return " ".join(made) + rng.choice(("", ".", ".", ";", ","))


def _dressed(rng: Random, word: str) -> str:
    return rng.choice(
        (
            f"**{word}**",
            f"*{word}*",
            f"***{word}***",
            f"`{word}`",
            f"[{word}]({rng.choice(TARGETS)})",
            f'[{word} **{word}**]({rng.choice(TARGETS)} "{word}")',
            f"![{word}](/img/{rng.randint(1, 3)}.png)",
            f"<ins>{word}</ins>",
            f"<del>{word}</del>",
            f"^^{word}^^",
            f"~~{word}~~",
            f"{word}[^{rng.randint(1, 3)}]",
            f"{word}  \n{word}",
            f"<{rng.choice(TARGETS[:2])}>",
            f'<span class="x" id="s{rng.randint(1, 3)}">{word}</span>',
        )
    )


def block(rng: Random, depth: int = 0) -> Block:
    """One block of any kind; those with blocks inside are at most three deep."""
    kinds = ["paragraph"] * 5 + ["heading"] * 3 + ["bullets", "numbers", "table", "definitions", "code", "raw", "abbr"]
    if depth < 2:
        kinds += ["bullets", "numbers", "quote", "note", "details", "footnote", "footnote"]
    kind = rng.choice(kinds)
    match kind:
        case "heading":
            identity = rng.choice((0, 10 * rng.randint(1, 9)))
            return Block(kind, words(rng, 1, 5, odd=0.02).replace("\n", " "), rng.randint(1, 4) + identity)
        case "bullets" | "numbers":
            items = [item(rng, depth) for _ in range(rng.randint(1, 5))]
            return Block(kind, number=rng.choice((1, 1, 1, 3)), children=items)
        case "table":
            columns = rng.randint(1, 4)
            return Block(kind, children=[row(rng, columns) for _ in range(rng.randint(1, 5))])
        case "definitions":
            terms = [
                Block(
                    "term", line(rng, 1, 3), children=[Block("definition", line(rng)) for _ in range(rng.randint(1, 2))]
                )
                for _ in range(rng.randint(1, 3))
            ]
            return Block(kind, children=terms)
        case "quote" | "note" | "details":
            inside = [block(rng, depth + 1) for _ in range(rng.randint(1, 3))]
            return Block(kind, rng.choice(TURKISH), rng.randint(0, 1), inside)
        case "footnote":
            return Block(kind, line(rng), rng.randint(1, 3))
        case "code":
            return Block(kind, rng.choice(("x = 1", "a  b", "<b>", "veri  =  1;")))
        case "abbr":
            return Block("raw", f"*[KVKK]: {line(rng, 1, 3)}")
        case "raw":
            return Block(kind, raw(rng))
    return paragraph(rng)


def paragraph(rng: Random) -> Block:
    return Block("paragraph", " ".join(words(rng) for _ in range(rng.randint(1, 4))))


def raw(rng: Random) -> str:
    """HTML in the source, whole or broken, and other things a renderer may stumble over."""
    word = rng.choice(TURKISH)
    return rng.choice(
        (
            "---",
            f'<div class="kutu" id="k{rng.randint(1, 2)}"><p>{word} <b>{word}</b></p></div>',
            f"<p>{word}<ins>{word}</ins> <del>{word}</del></p>",
            f"<table><tr><td colspan=2>{word}</td></tr><tr><td>{word}</td><td></td></tr></table>",
            f"<div>{word} <b>{word}",
            f"</div> {word} <i>",
            f"<ul><li>{word}<li>{word}</ul>",
            f"<!-- {word} -->",
            f"<script>{word}()</script>",
            f'<ins data-redline="ins">{word}</ins> <span data-redline-aid>{word}</span>',
            f"<figure><img src=/a.png alt='{word}'><figcaption>{word}</figcaption></figure>",
            f"<ruby>{word}<rt>{word}</rt></ruby>",
            f"\x01{word}\x7f\x0b",
            "<br>" * rng.randint(1, 3),
        )
    )


def line(rng: Random, least: int = 2, most: int = 9) -> str:
    return words(rng, least, most).replace("\n", " ")


def item(rng: Random, depth: int) -> Block:
    inside = [block(rng, depth + 1) for _ in range(rng.randint(1, 2))] if depth < 2 and rng.random() < 0.25 else []
    return Block("item", line(rng), children=inside)


def row(rng: Random, columns: int) -> Block:
    return Block("row", children=[Block("cell", line(rng, 0, 4).strip()) for _ in range(columns)])


def document(rng: Random, blocks: int = 8) -> list[Block]:
    return [block(rng) for _ in range(rng.randint(0, blocks))]


def policy(rng: Random, length: int) -> list[Block]:
    """An ordinary policy of about ``length`` words: clauses of paragraphs, now and then a list or a table."""
    made: list[Block] = []
    total = 0
    while total < length:
        kind = rng.choice(("paragraph", "paragraph", "paragraph", "numbers", "table"))
        if len(made) % 5 == 0:
            made.append(Block("heading", words(rng, 2, 5, odd=0.0), 2 + 10 * (len(made) + 1)))
        if kind == "paragraph":
            made.append(paragraph(rng))
        elif kind == "numbers":
            made.append(Block(kind, number=1, children=[Block("item", line(rng)) for _ in range(5)]))
        else:
            made.append(Block(kind, children=[row(rng, 3) for _ in range(5)]))
        total += sum(any(map(str.isalnum, word)) for word in markdown(made[-1:]).split())
    return made
