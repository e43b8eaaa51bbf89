"""What a text says to a reader: its Markdown but for the roles of its clauses, which only `check` looks at."""

from __future__ import annotations

import re

#: By these classes a clause tells `check` what it is for (see `checks.disclosure`); a reader is not concerned.
ROLE = re.compile(r"(?:kvkk|teblig|basvuru)-[0-9]+[a-zçğıöşü]?|gdpr-[a-z]+")
_ROLE_GIVEN = re.compile(rf"[ ]*\.(?:{ROLE.pattern})(?=[\s}}.#])")
_ATTRIBUTE_LIST = re.compile(r"\{[^{}\n]*\}")


def without_roles(markdown: str) -> str:
    """The text without the roles of its clauses: what a reader gets is the same with them and without."""
    return _ATTRIBUTE_LIST.sub(lambda found: _ROLE_GIVEN.sub("", found[0]), markdown)
