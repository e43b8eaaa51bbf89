"""Any two releases, put together from the changes in between: always right, and no larger than the changes."""

from __future__ import annotations

import json
from itertools import combinations
from random import Random

import pytest

from tests.builders import day, published, release, text
from tests.html_tree import difference, normal, tree
from tests.redline_contract import accepted, rejected, problems, wrong_sides
from tests.series import pages, series
from yururluk.markdown import render
from yururluk.redline import compare
from yururluk.weave import Series, Weave, blocks_of, pair, redline_of, regions, weave

SEEDS = 40


def woven(*texts: str) -> tuple[Weave, Series]:
    """The texts given, as releases 1.0, 1.1 …"""
    named = tuple((f"1.{at}", one) for at, one in enumerate(texts))
    found = Series("belge", "tr", named, pages(named))
    return weave(found), found
