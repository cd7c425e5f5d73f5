"""Words of Visual Basic and QBasic that say nothing here: they are left out before a line is read.

`ByVal` before a parameter, `Private` before SUB or DIM, `As String` behind the variable of FOR EACH or CATCH, and whole
statements such as `Option Explicit` and `DEFINT A-Z`.
"""

from tasktalk.interpreter.tokens import Token, words

SCOPES = words("PUBLIC PRIVATE STATIC")
DECLARED = words("SUB FUNCTION DIM CONST") | SCOPES
LETTER_TYPES = words("DEFINT DEFLNG DEFSNG DEFDBL DEFSTR DEFBOOL DEFDATE")
PASSED = words("BYVAL BYREF")
# a line with none of these has no such words
MAY_HOLD = SCOPES | LETTER_TYPES | PASSED | words("OPTION DIM REDIM FOR CATCH THROW DECLARE")


def without_borrowed(tokens: list[Token]) -> list[Token]:
    """The tokens of one logical line without such words; none where nothing is left to do."""
    out: list[Token] = []
    statement: list[Token] = []
    is_changed = False
    for token in [*tokens, None]:
        if token is not None and (token.type != "op" or token.text != ":"):
            statement.append(token)
            continue
        part = _plain(statement)
        is_changed |= part is not statement
        out += part
        if token is not None and (part or not statement):
            out.append(token)
        elif token is None and not part and statement and out:
            out.pop()  # the colon before it
        statement = []
    return out if is_changed else tokens


def _plain(tokens: list[Token]) -> list[Token]:
    """One statement, perhaps behind the number of its line."""
    start = int(bool(tokens) and tokens[0].type == "number")
    said = [token.upper if token.type == "word" else token.text for token in tokens[start:]]
    if not said:
        return tokens
    is_letters = len(said) > 1 and all(len(word) == 1 for word in said[1:]) and said[1].isalpha()
    if said in (["OPTION", "EXPLICIT"], ["OPTION", "BASE", "0"]) or (said[0] in LETTER_TYPES and is_letters):
        return tokens[:start]
    if said[0] == "DECLARE" and said[1:2] in (["SUB"], ["FUNCTION"]):
        return tokens[:start]  # what is declared before it is written says nothing new
    drop: set[int] = set()
    first = 0
    while said[first] in SCOPES and first + 1 < len(said) and said[first + 1] in DECLARED:
        drop.add(first)
        first += 1
    if said[first] in SCOPES and said[first + 2 : first + 3] == ["AS"]:
        scope = tokens[start + first]  # Private total As Integer
        dim = Token("word", "DIM", scope.gap, scope.span, scope.end_pos)
        return [*tokens[: start + first], dim, *tokens[start + first + 1 :]]
    if said[first] in ("SUB", "FUNCTION"):
        drop.update(i for i in range(first + 2, len(said) - 1) if said[i] in PASSED and _is_parameter(said, i))
    elif said[first] in ("DIM", "REDIM") and len(said) > first + 2 and said[first + 1] == "SHARED":
        if tokens[start + first + 2].type == "word" and said[first + 2] != "AS":
            drop.add(first + 1)
    elif said[:2] == ["FOR", "EACH"] and said[3:4] == ["AS"] and said[5:6] == ["IN"]:
        drop.update((3, 4))
    elif said[0] == "FOR" and said[2:3] == ["AS"] and said[4:5] == ["="]:
        drop.update((2, 3))
    elif said[0] == "CATCH" and said[2:3] == ["AS"]:
        drop.update(range(2, len(said)))
    for i, word in enumerate(said[:-3]):
        if word == "THROW" and said[i + 1] == "NEW" and tokens[start + i + 2].type == "word":
            end = i + 3
            while said[end : end + 1] == ["."]:
                end += 2  # System.Exception
            if said[end : end + 1] == ["("]:
                drop.update(range(i + 1, end))
    return [token for i, token in enumerate(tokens) if i - start not in drop] if drop else tokens


def _is_parameter(said: list[str], i: int) -> bool:
    """A parameter begins at that word, and it is not its name."""
    return said[i - 1] in ("(", ",") and said[i + 1] not in (",", ")", "=", "AS")
