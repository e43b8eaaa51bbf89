"""Tests the checker itself: a right redline passes, each wrong one is caught for what is wrong with it."""

from __future__ import annotations

import pytest

from tests.helpers.html_tree import difference, tree
from tests.helpers.redline_contract import accept, least_words, marked_words, problems, reject

INS, DEL = '<ins data-redline="ins">', '<del data-redline="del">'


def pair(kind: str, identity: str = "1") -> str:
    return f'data-redline-pair="{identity}" data-redline-kind="{kind}"'


def moved(old: str, new: str, kind: str = "move") -> tuple[str, str]:
    """Both sides of a pair around blocks."""
    return (f'<del data-redline="del" {pair(kind)}>{old}</del>', f'<ins data-redline="ins" {pair(kind)}>{new}</ins>')


OLD_MOVE, NEW_MOVE = moved("<p>one two</p>", f"<p>one {DEL}two</del>{INS}2</ins></p>")

RIGHT = {
    "nothing changed": ("<p>a</p>", "<p>a</p>", "<p>a</p>"),
    "a word": ("<p>a b c</p>", "<p>a x c</p>", f"<p>a {DEL}b</del>{INS}x</ins> c</p>"),
    "white space between blocks": ("<p>a</p>\n<p>b</p>", "<p>a</p>", f"<p>a</p>{DEL}\n<p>b</p>\n</del>"),
    "a block": ("<p>a</p>", "<p>a</p><h2 id='x'>b</h2>", f"<p>a</p>{INS}<h2 id='x'>b</h2></ins>"),
    "a list item": (
        "<ol><li>a</li></ol>",
        "<ol><li>a</li><li>b</li></ol>",
        f'<ol><li>a</li><li data-redline="ins">{INS}b</ins></li></ol>',
    ),
    "a table row": (
        "<table><tr><td>a</td></tr><tr><td>b</td></tr></table>",
        "<table><tr><td>a</td></tr></table>",
        f'<table><tr><td>a</td></tr><tr data-redline="del"><td>{DEL}b</del></td></tr></table>',
    ),
    "a carried id": (
        '<h2 id="a">A</h2>',
        '<h2 id="a">B</h2>',
        f'{DEL}<h2 data-redline-id="a">A</h2></del>{INS}<h2 id="a">B</h2></ins>',
    ),
    "a mark of the source's": (
        "<p>a <del>b</del> <ins>c</ins></p>",
        "<p>a <del>b</del></p>",
        f"<p>a <del>b</del> {DEL}<ins>c</ins></del></p>",
    ),
    "helps": (
        "<p>a</p>",
        "<p>b</p>",
        (
            f"<p>{DEL}<span data-redline-aid>deleted: </span>a</del>"
            f'<ins data-redline="ins" tabindex="0" data-redline-aid-attr="tabindex">b</ins></p>'
        ),
    ),
    "an added attribute": (
        "<ol><li>a</li><li>b</li></ol>",
        "<ol><li>b</li></ol>",
        (f'<ol><li data-redline="del">{DEL}a</del></li><li value="1" data-redline-aid-attr="value">b</li></ol>'),
    ),
    "a move with a change inside": ("<p>one two</p><p>z</p>", "<p>z</p><p>one 2</p>", f"{OLD_MOVE}<p>z</p>{NEW_MOVE}"),
    "a moved list item with a new one inside": (
        "<ul><li>a<ul><li>b</li></ul></li><li>z</li></ul>",
        "<ul><li>z</li><li>a<ul><li>b</li><li>c</li></ul></li></ul>",
        (
            f'<ul><li data-redline="del" {pair("move")}>{DEL}a<ul><li>b</li></ul></del></li><li>z</li>'
            f'<li data-redline="ins" {pair("move")}>{INS}a<ul><li>b</li>'
            f'<li data-redline="ins">{INS}c</ins></li></ul></ins></li></ul>'
        ),
    ),
    "a link retargeted within a moved paragraph": (
        '<p>a <a href="x">b</a></p><p>z</p>',
        '<p>z</p><p>a <a href="y">b</a></p>',
        moved('<p>a <a href="x">b</a></p>', "")[0]
        + "<p>z</p>"
        + moved(
            "",
            f'<p>a <del data-redline="del" {pair("format", "2")}><a href="x">b</a></del>'
            f'<ins data-redline="ins" {pair("format", "2")}><a href="y">b</a></ins></p>',
        )[1],
    ),
    "a split": (
        "<p>a b</p>",
        "<p>a</p><p>b</p>",
        "".join(moved("<p>a b</p>", "<p>a</p>", "split")) + moved("", "<p>b</p>", "split")[1],
    ),
    "typography": (
        "<p>Kullanıcı'nın</p>",
        "<p>Kullanıcı’nın</p>",
        "<p>" + "".join(moved("Kullanıcı'nın", "Kullanıcı’nın", "typographic")) + "</p>",
    ),
    "a fault of the source's": (
        "<p><ul><li>a</li></ul></p><p id=x></p><p id=x>",
        "<p><ul><li>a</li></ul></p>",
        f"<p><ul><li>a</li></ul></p>{DEL}<p data-redline-id=x></p><p data-redline-id=x></p></del>",
    ),
}

WRONG = {
    "accept": ("<p>a b</p>", "<p>a c</p>", f"<p>a {DEL}b</del></p>"),
    "reject": ("<p>a b</p>", "<p>a c</p>", f"<p>a {INS}c</ins></p>"),
    "reject: at /p[0]/0: 'x a' is": ("<p>a</p>", "<p>a b</p>", f"<p>x a{INS} b</ins></p>"),
    "accept: at /p[0]/0: 'a\\xa0b' is": ("<p>a b</p>", "<p>a b</p>", "<p>a\u00a0b</p>"),
    "accept: at /p[0]/a[0]": ('<p><a href="x">a</a></p>', '<p><a href="y">a</a></p>', '<p><a href="x">a</a></p>'),
    "empty": ("<h2>a</h2>", "<h3>a</h3>", "<h3>a</h3>"),
    "changes": ("<p>a</p>", "<p>a</p>", f"<p>{DEL}a</del>{INS}a</ins></p>"),
    "parse error: ": ("<p>a</p>", "<p>b</p>", f"<p>{DEL}a</p></del>{INS}<p>b</ins></p>"),
    "misplaced: p within h2": ("<p>a</p>", "<p>b</p>", f"<h2>{DEL}<p>a</p></del>{INS}<p>b</p></ins></h2>"),
    "misplaced: ins in ul": ("<ul></ul>", "<ul><li>a</li></ul>", f"<ul>{INS}<li>a</li></ins></ul>"),
    "misplaced: span in ol": (
        "<ol></ol>",
        "<ol><li>a</li></ol>",
        f'<ol><span data-redline-aid>new</span><li data-redline="ins">{INS}a</ins></li></ol>',
    ),
    "duplicate id: 'x'": (
        '<h2 id="x">a</h2>',
        '<h2 id="x">b</h2>',
        f'{DEL}<h2 id="x">a</h2></del>{INS}<h2 id="x">b</h2></ins>',
    ),
    "attribute: unknown data-redline-note": ("<p>a</p>", "<p>a</p>", '<p data-redline-note="">a</p>'),
    "mark: unknown": ("<p>a</p>", "<p>b</p>", '<p><ins data-redline="new">b</ins></p>'),
    "mark: ins on": ("<p>a</p>", "<p>a</p><p>b</p>", '<p>a</p><p data-redline="ins">b</p>'),
    "mark: del on": ("<p>a</p>", "<p></p>", '<p><ins data-redline="del">a</ins></p>'),
    "holds what no ins wraps: 'b'": (
        "<ul><li>a</li></ul>",
        "<ul><li>a</li><li>b</li></ul>",
        '<ul><li>a</li><li data-redline="ins">b</li></ul>',
    ),
    "nested": ("<p>a</p>", "<p>b</p>", f"<p>{INS}b{DEL}a</del></ins></p>"),
    "carried id": ("<p>a</p>", "<p id='x'>a</p>", "<p data-redline-id='x'>a</p>"),
    "leads nowhere": ("<p>a</p>", "<p>a</p>", '<p>a<a data-redline-aid href="#x">→</a></p>'),
    "has no title": ("<p>a</p>", "<p>a</p>", '<p data-redline-aid-attr="title">a</p>'),
    "has a kind and no pair": (
        "<p>a</p>",
        "<p></p>",
        '<p><del data-redline="del" data-redline-kind="move">a</del></p>',
    ),
    "unknown kind": ("<p>a</p>", "<p>b</p>", "".join(moved("<p>a</p>", "<p>b</p>", "rewritten"))),
    "neither inserted nor deleted": ("<p>a</p>", "<p>a</p>", f"<p {pair('format')}>a</p>"),
    "pair 1: no deleted side": ("<p>a</p>", "<p>a</p><p>b</p>", "<p>a</p>" + moved("", "<p>b</p>")[1]),
    "pair 1: no inserted side": ("<p>a</p><p>b</p>", "<p>a</p>", "<p>a</p>" + moved("<p>b</p>", "")[0]),
    "pair 1: 1 deleted and 2 inserted sides": (
        "<p>a</p>",
        "<p>a</p><p>a</p>",
        "".join(moved("<p>a</p>", "<p>a</p>")) + moved("", "<p>a</p>")[1],
    ),
    "pair 1: of two kinds, format and move": (
        "<p>a</p>",
        "<p>a</p>",
        moved("<p>a</p>", "")[0] + moved("", "<p>a</p>", "format")[1],
    ),
    "pair 1: hidden inside: 'two' became '2'": (
        "<p>one two</p><p>z</p>",
        "<p>z</p><p>one 2</p>",
        moved("<p>one two</p>", "")[0] + "<p>z</p>" + moved("", "<p>one 2</p>")[1],
    ),
    "pair 1: hidden inside: 'b' became 'c'": (
        "<p>a b</p>",
        "<p>a c</p>",
        "".join(moved("<p>a b</p>", "<p>a c</p>", "typographic")),
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_redline_passes(name: str) -> None:
    """Nothing is found wrong with a redline that keeps the contract."""
    assert problems(*RIGHT[name]) == []


@pytest.mark.parametrize("expected", WRONG)
def test_a_wrong_redline_is_caught(expected: str) -> None:
    """Each broken promise is named."""
    assert any(expected in problem for problem in problems(*WRONG[expected])), problems(*WRONG[expected])


def test_the_sides_are_html_again() -> None:
    """Accept and reject give HTML that parses to the same tree once more."""
    html = f'<ul><li data-redline="ins">{INS}a &amp; b</ins></li><li>{DEL}<br>c</del><pre>\n\nd</pre></li></ul>'
    assert accept(html) == "<ul><li>a &amp; b</li><li><pre>\n\nd</pre></li></ul>"
    assert reject(html) == "<ul><li><br>c<pre>\n\nd</pre></li></ul>"


def test_trees_are_equal_whatever_the_white_space() -> None:
    """White space is folded, and dropped at the edges of blocks; between words of running text it counts."""
    assert tree("<ul>\n <li> a\n b </li>\n</ul>") == tree("<ul><li>a b</li></ul>")
    assert difference(tree("<p>a<b>b</b></p>"), tree("<p>a <b>b</b></p>")) == "at /p[0]/0: 'a' is not 'a '"
    assert tree("<pre>a  b</pre>") != tree("<pre>a b</pre>")
    assert tree("<p>a&nbsp;b</p>") != tree("<p>a b</p>")


@pytest.mark.parametrize(
    ("name", "inserted", "deleted"),
    [
        ("a word", 1, 1),
        ("a block", 1, 0),
        ("helps", 1, 1),
        ("a move with a change inside", 1, 1),
        ("a moved list item with a new one inside", 1, 0),
        ("a link retargeted within a moved paragraph", 0, 0),
        ("a split", 0, 0),
        ("typography", 0, 0),
        ("a mark of the source's", 0, 1),
    ],
)
def test_words_are_counted_as_marked(name: str, inserted: int, deleted: int) -> None:
    """Each marked word once; those of a pair only where the new side marks a change of its own."""
    assert marked_words(RIGHT[name][2]) == (inserted, deleted)


def test_the_least_words_are_those_outside_the_longest_common_subsequence() -> None:
    """Blocks end words, marks within a word do not."""
    assert least_words("<p>a b</p><p>c</p>", "<p>a x</p><p>c</p>") == 2
    assert least_words("<p>a</p><p>b</p>", "<p>ab</p>") == 3
    assert least_words("<p>a<b>b</b></p>", "<p>ab</p>") == 0
