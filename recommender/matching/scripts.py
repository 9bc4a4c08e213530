"""The scripts of titles and names: those that are not Latin tell which languages a listener saves."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

#: A script's number is its place here, from 1; 0 is Latin, or anything else that is not listed.
#: The first character of any of them decides, as many titles in other scripts add a Latin word or two.
SCRIPTS = {
    "Cyrillic": "\u0400-\u052f",
    "Greek": "\u0370-\u03ff\u1f00-\u1fff",
    "Arabic": "\u0600-\u06ff\u0750-\u077f",
    "Hebrew": "\u0590-\u05ff",
    "Devanagari": "\u0900-\u097f",
    "Thai": "\u0e00-\u0e7f",
    "Hangul": "\uac00-\ud7af\u1100-\u11ff\u3130-\u318f",
    # Han and kana, as a Japanese title may have either.
    "Han": "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff",
}
N_SCRIPTS = len(SCRIPTS) + 1
_SCRIPT = re.compile("|".join(f"([{letters}])" for letters in SCRIPTS.values()))


def find_scripts(texts: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Find the script of each of n texts: (n,), its place in `SCRIPTS` from 1, else 0."""
    scripts = np.zeros(len(texts), dtype=np.uint8)
    for at in [at for at, text in enumerate(texts) if not text.isascii()]:
        scripts[at] = _find_script(texts[at])
    return scripts


def _find_script(text: str) -> int:
    found = _SCRIPT.search(text)
    return found.lastindex or 0 if found else 0
