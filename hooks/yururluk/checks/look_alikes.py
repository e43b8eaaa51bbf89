"""Which letters of other scripts look like a Latin one (after Unicode UTS #39, as far as policies are at risk)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_CYRILLIC: Final = "АаВСсЕеНІіЈјКМОоРрЅѕТУуХхһԁԛԝҮүҺЬӏ", "AaBCcEeHIiJjKMOoPpSsTYyXxhdqwYyhbl"
_GREEK: Final = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹαινορυϲϳκτ", "ABEZHIKMNOPTYXCaivopucjkt"
_ARMENIAN: Final = "ՕօՍսհոցԼԱՏ", "OoUuhngLUS"
#: Latin letters of phonetic writing; ə, ɛ and ɔ are letters of living alphabets.
_PHONETIC: Final = "ɡɑɩɪʏɴʀʙɢʜʟᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢ", "gaiiynrbghlacdejkmoptuvwz"


def _table() -> dict[str, str]:
    found: dict[str, str] = {}
    for strange, plain in (_CYRILLIC, _GREEK, _ARMENIAN, _PHONETIC):
        found |= dict(zip(strange, plain, strict=True))
    return found


LOOK_ALIKES: Final[Mapping[str, str]] = MappingProxyType(_table())
