"""How long a call of REGEX and its kin can be away: `python -m tests.bench.matching`.

Patterns that are hard for the engine, in texts of a mebibyte. Shows what each took at most, and how it ended.
"""

import random
import time

from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.library.matching import all_matches, first_match, replace_matches

SIZE = 1 << 20
CHANCE = random.Random(1)
TEXTS = {
    "a": "a" * SIZE,
    "a, then z": "a" * (SIZE - 1) + "z",
    "a and b": "".join(CHANCE.choices("ab", k=SIZE)),
    "y, then a and b": "y" + "".join(CHANCE.choices("ab", k=SIZE - 1)),
    "a and b, short": "".join(CHANCE.choices("ab", k=60_000)),
    "many languages": "".join(CHANCE.choices("aé漢😀", k=SIZE // 4)),
    "words": " ".join("".join(CHANCE.choices("abcdefgh", k=5)) for _ in range(SIZE // 6)),
}
PATTERNS = [
    "abcdefghijabcdefghij", r"\b\d{4}-\d{2}-\d{2}\b", r"[a-z]+@[a-z]+\.com", r"\w+", "b*", "a.*b|a", "a(?:[^z]*z)?",
    "[a-q][^u-z]{13}x", "(a|b)*a(a|b){12}z", "(a|b)*a(a|b){30}z", "^y|(a|b)*a(a|b){30}z", "(a|b)*a(a|b){100}z",
    "[ab]*a[ab]{300}z", r"\pL{50}z", "((a*)*)*z", "((((((((((a))))))))))*z", "(?:.*a.{20}|.*b.{30})z", ".*a.{14}z",
    "[^z]*a.{10}z", "(x|.)*a.{14}z", r"\pL" * 600, "ab" * 500, "(?i)" + "é" * 900,
]  # fmt: skip


def main() -> None:
    """Prints one line for each pattern, and the worst of all."""
    slowest = 0.0
    for pattern in PATTERNS:
        worst, where, how = 0.0, "", ""
        for name, text in TEXTS.items():
            for function, arguments in ((first_match, ()), (all_matches, ()), (replace_matches, ("x",))):
                started = time.thread_time()
                try:
                    function.body(text, pattern, *arguments)
                    ended = "done"
                except ScriptError as error:
                    ended = error.message
                took = time.thread_time() - started
                if took > worst:
                    worst, where, how = took, f"{function.name} in {name}", ended
        slowest = max(slowest, worst)
        print(f"{pattern[:28]:28} {worst * 1000:6.1f} ms  {where}: {how}", flush=True)
    print(f"the slowest {slowest * 1000:.1f} ms")


if __name__ == "__main__":
    main()
