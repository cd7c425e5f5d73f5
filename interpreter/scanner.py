"""Characters to logical lines of plain tokens: comments, continuation, brackets, blocks of text. It knows no keywords.

What it decides, because only the characters can: where a line ends, whether `'` opens a text or a comment, whether a
quote that is open at the line end is a longer text or a mistake. See strings.py for the texts themselves.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from tasktalk.interpreter.errors import Diagnostic, Span, new_span
from tasktalk.interpreter.limits import current
from tasktalk.interpreter.nodes import Comment
from tasktalk.interpreter.strings import ESCAPED_QUOTES, MAX_INTERPOLATION_DEPTH
from tasktalk.interpreter.text_blocks import BLOCK, INDENT, SURE_START, BlockScanner
from tasktalk.interpreter.tokens import Token, words

BLANK = r"[ \t\xa0\r\f\v\x1c-\x1f\x85\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff\xad]"
# n%, x!, y# and z& of classic listings: what follows cannot be an operand, so the sign is no operator
SUFFIX = (
    r"(?:[\#!](?=\()|[%\#!](?=[ \t]*(?:[<>)\]},;:*/\\^']|=(?!=)|\r?\n|$)"
    r"|[ \t]+(?:[-+]|!=|(?:AND|OR|THEN|TO|STEP|MOD|ELSE|GOTO|AS)\b))"
    r"|&(?=[ \t]*(?:=(?!=)|[),;])))"
)
# n%( and z&( may be operators, too: they are names where a line says so
SIGNED = re.compile(
    r"""(?:^[ \t]*|\b(?:SUB|FUNCTION|DIM|REDIM|SHARED|PRESERVE)[ \t]+)
    ([^\W\d]\w*[%&])\((?=[^()\n]*\)[ \t]*(?:=(?!=)|[,']|AS\b|\r?$))""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
TOKEN = re.compile(
    rf"""{BLANK}*+(?:
  (?P<word>[^\W\d]\w*+(?:\$|{SUFFIX}|))
 |(?P<number>0[xX][0-9A-Fa-f]+|&[Hh][0-9A-Fa-f]+|(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?![^\W_])
 |(?P<plain>"[^"\\$\n]*"(?!"))
 |(?P<newline>\r?\n)
 |(?P<quote>["'“”„‟‘’‚‛])
 |(?P<op>(?:\+\+|--)(?={BLANK}*(?:[:'\r\n]|//|ELSE\b|$))|\?\?|\?\.|:=|===|!==|==|<>|!=|<=|>=|=>|&&|\|\||\+=|-=|\*=|/=|\*\*|\#\{{|\$\{{|//|[-+*/^%&=<>!?:;,.(){{}}\[\]@|\\\#~$–−‐‑≤≥≠×÷])
 |(?P<other>\d\w*|\S))""",
    re.VERBOSE,
)
WORD = re.compile(r"[^\W\d]\w*+")
NO_NAMES = words("REM _")  # a comment, and what goes on in the next line
COMMENT_LINE = re.compile(rf"{INDENT}*+(['‘’]|REM(?![\w$])|//|#(?!\{{))[^\n]*", re.IGNORECASE)
COMMENT_SIGNS, BLOCK_SIGNS = frozenset("'‘’rR/#"), frozenset("bBtT")  # that a comment line or a BLOCK begins with
# lines that go on from the one before
LEADING = re.compile(r"[ \t]*+(?:[+&](?![+&=])|(?:AND|OR|WHERE)[ \t]+[\w\"(]|WITH[ \t]+\w+[ \t]+[\w\"])", re.IGNORECASE)
AFTER_TICKS = re.compile(
    r"""[ \t]*(?:$|\r?\n|[-+,)\]}&:;?*=<>.'/!]|//)|[ \t]+(?:[A-Z]{2,}\b|(?i:THEN|AND|OR|XOR|TO|STEP|IN|LIKE|ILIKE
    |CONTAINS|STARTS|ENDS|IS|NOT|BETWEEN|MOD|WITH|AS|DO|GOTO|IF|ELSE|TIMEOUT|DEFAULT)\b)""",
    re.VERBOSE,
)
BENT_QUOTES, BENT_TICKS = "“”„‟", "‘’‚‛"  # as editors make them of \" and '
BENT_QUOTE, BENT_TICK = re.compile(f"[{BENT_QUOTES}]"), re.compile(f"[{BENT_TICKS}]")
TICK = re.compile("'")
PLAIN_QUOTE = re.compile(r'(?<!\\)"')
JOINING = frozenset(("WHERE", "WITH", "SET"))  # in capitals at a line end, behind a command's first argument
NO_JOINING = frozenset(("FOR", "IF", "TALK", "LET"))
CONTINUES = words(", + - * / & = < > <= >= <> != == && || ??")
OPERAND_NEXT = CONTINUES | words("( [ { #{ : ; ? ! ${ += -=")
OPERAND_WORDS = words(
    """TALK HEAR SAVE TEMPLATE RETURN OR AND XOR NOT PRINT IN MOD LIKE CONTAINS CASE IF ELSEIF WHILE UNTIL TO STEP WITH
    AS BETWEEN"""
)
LAST_WORDS = words(
    """THEN ELSE NEXT LOOP WEND DO TRY FINALLY STOP BREAK CONTINUE END EXIT ENDIF ENDFOR ENDWHILE ENDSWITCH TRUE FALSE
    NULL NOTHING SECONDS MINUTES HOURS DAYS OPTIONAL REQUIRED ASC DESC"""
)
TICKS = frozenset(("'", *BENT_TICKS))
CLOSERS = {"(": ")", "[": "]", "{": "}", "#{": "}", "${": "}"}
# signs that a word processor or another language writes, and what they mean here
PLAIN = {
    **dict.fromkeys("–−‐‑", "-"), "≤": "<=", "≥": ">=", "≠": "<>", "×": "*", "÷": "/", ":=": "=", "===": "==",
    "!==": "!=",
}  # fmt: skip
STEPS = {"++": "+=", "--": "-="}  # x++ is x += 1
ORDINARY = words("= , . + - * / : ; < > <= >= <> & ? ^")  # that stand for themselves, whatever is around them
ENDS_OPERAND = frozenset((")", "]", "}"))


class Scanner(BlockScanner):
    """Splits one source; `lines()` gives the tokens of each logical line, never an empty list.

    Comments go to `comments`, findings to `diagnostics`. `was_watched`: the line just given may hold one of the words
    that are `watched`, which are in capitals.
    """

    def __init__(
        self,
        source: str,
        diagnostics: list[Diagnostic],
        line: int = 1,
        column: int = 1,
        depth: int = 0,
        free_text: re.Pattern[str] | None = None,
        watched: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(source, diagnostics, line, column, depth)
        self.free_text = free_text  # lines that end in words without quotes
        self.watched = watched
        self.is_watched = self.was_watched = False
        self.may_sign = "%(" in source or "&(" in source
        self.tokens: list[Token] = []  # of the logical line that is being read
        self.brackets: list[Token] = []  # that are open in it

    def lines(self) -> Iterator[list[Token]]:
        source, match = self.source, TOKEN.match
        pos = 1 if source.startswith("\ufeff") else 0
        fresh = True  # at the start of a line
        while (found := match(source, pos)) is not None:  # else only blanks are left
            kind = found.lastgroup or ""
            start, end = found.span(kind)
            if fresh:
                fresh, sign = False, source[start]
                comment = COMMENT_LINE.match(source, pos) if sign in COMMENT_SIGNS else None
                if comment and not (comment[1] in TICKS and self.end_of_ticks(comment.start(1)) > 0):
                    self.comment(comment.start(1), comment.end())
                    pos = comment.end()
                    continue
                if self.tokens:
                    if SURE_START.match(source, pos):
                        if self.brackets:
                            self.unclosed_bracket()
                        yield self.take()
                elif sign in BLOCK_SIGNS and (raw := BLOCK.match(source, pos)):
                    block, pos = self.text_block(raw)
                    self.was_watched = True  # its first line has been read elsewhere
                    if block:
                        yield block
                        fresh = True
                    continue
                elif self.free_text and kind == "word" and (free := self.free_text.match(source, pos)):
                    pos = self.unquoted(free)
                    continue
            gap = start > pos or start == self.line_start
            pos = end
            if kind == "word":
                pos = self.word(start, end, gap)
            elif kind == "plain":
                token = self.token("string", start, end, gap)
                token.parts = [source[start + 1 : end - 1]]
                self.tokens.append(token)
            elif kind == "newline":
                self.line, self.line_start = self.line + 1, end
                fresh = True
                if self.tokens and not self.brackets and not self.goes_on():
                    yield self.take()
            elif kind == "quote":
                pos = self.quote(start, gap)
            elif kind == "op":
                pos = self.operator(start, end, gap)
            elif kind == "number":
                pos = self.number(start, end, gap)
            else:
                self.strange(self.token(kind, start, end))
                pos = self.end_of_line(start)
        if self.brackets:
            self.unclosed_bracket()
        if self.tokens:
            yield self.take()

    def take(self) -> list[Token]:
        """The logical line that has been read; the next one starts afresh."""
        tokens, self.tokens, self.brackets = self.tokens, [], []
        self.was_watched, self.is_watched = self.is_watched, False
        return tokens

    def comment(self, start: int, end: int) -> None:
        token = self.token("comment", start, start + len(self.source[start:end].rstrip()))
        is_alone = not self.tokens or self.tokens[-1].span.end_line != self.line
        text = "'" + token.text[1:] if token.text[0] in TICKS else token.text
        self.comments.append(Comment(text, is_alone, token.span))

    def comment_to_end(self, start: int) -> int:
        end = self.end_of_line(start)
        self.comment(start, end)
        return end

    # ---- tokens ------------------------------------------------------------------------------------------------------

    def word(self, start: int, end: int, gap: bool) -> int:
        text = self.source[start:end]
        if text == "_" and self.rest_is_blank(end):
            end = self.end_of_line(end)
            if end < len(self.source):
                self.line, self.line_start = self.line + 1, end + 1
                end += 1
            return end
        if self.may_sign and self.source[end : end + 2] in ("%(", "&("):
            signed = self.source[start : end + 1]
            if signed.upper() in self.signed:
                text, end = signed, end + 1
        line, before = self.line, self.line_start - 1
        token = Token("word", text, gap, new_span(Span, (line, start - before, line, end - before)), end)
        if token.upper == "REM" and self.tokens and self.begins_statement():
            return self.comment_to_end(start)
        if token.upper in self.watched:
            self.is_watched = True
        self.tokens.append(token)
        return end

    @cached_property
    def signed(self) -> frozenset[str]:
        """The names of arrays and procedures that end in % or &, in capitals."""
        return frozenset(name.upper() for name in SIGNED.findall(self.source))

    def begins_statement(self) -> bool:
        """Behind a colon, THEN or ELSE, or behind the number that begins a line of a classic listing."""
        last = self.tokens[-1]
        return (
            last.text == ":"
            or last.upper in ("THEN", "ELSE")
            or (len(self.tokens) == 1 and last.type == "number" and last.text.isdigit())
        )

    def number(self, start: int, end: int, gap: bool) -> int:
        if self.source[start] == "&" and self.tokens:
            last = self.tokens[-1]
            if last.type in ("string", "number") or last.text in ENDS_OPERAND or (last.type == "word" and not gap):
                end = start + 1  # a & head, and not the number &HEA
                self.tokens.append(self.token("op", start, end, gap))
                return end
        self.tokens.append(self.token("number", start, end, gap))
        return end

    def quote(self, start: int, gap: bool) -> int:
        sign = self.source[start]
        if sign == '"':
            token = self.string(start, gap)
        elif sign in BENT_QUOTES or (sign in BENT_TICKS and not gap and self.tokens and self.tokens[-1].type == "word"):
            bent = self.bent_quotes(start, gap) if sign in BENT_QUOTES else None
            if bent is None:
                self.strange(self.token("other", start, start + 1))
                return self.end_of_line(start)
            token = bent
        elif self.tokens and self.tokens[-1].text in ("=", ",", "(") and (long := self.long_ticks(start, gap)):
            token = long
        elif (close := self.end_of_ticks(start)) > 0:
            token = self.token("string", start, close + 1, gap)
            token.parts = [token.text[1:-1].replace("''", "'")]
        else:
            return self.comment_to_end(start)
        self.tokens.append(token)
        return token.end_pos

    def bent_quotes(self, start: int, gap: bool) -> Token | None:
        """The text on one line between quotes that an editor has bent, read as if they were straight."""
        close = BENT_QUOTE.search(self.source, start + 1, self.end_of_line(start))
        if close is None:
            return None
        body = self.source[start + 1 : close.start()]
        if body.rfind("${") > body.rfind("}"):
            return None  # “${f(“a”)}”: bent quotes in bent quotes
        straight = body if "${" in body else PLAIN_QUOTE.sub('""', body)
        inner = Scanner(f'"{straight}"', [], self.line, start - self.line_start + 1, self.depth)
        lines = list(inner.lines())
        if len(lines) != 1 or len(lines[0]) != 1 or lines[0][0].type != "string":
            return None
        self.diagnostics.extend(inner.diagnostics)
        token = self.token("string", start, close.end(), gap)
        token.parts = lines[0][0].parts
        return token

    def end_of_ticks(self, start: int) -> int:
        """Where the text ends that the `'` at `start` opens; -1 unless an operand is due and it closes on this line."""
        if not self.tokens:
            return -1
        last = self.tokens[-1]
        if last.type == "op":
            due = last.text in OPERAND_NEXT
        else:
            due = last.type == "word" and (last.text.isupper() or last.upper in OPERAND_WORDS)
            due = due and self.source[start + 1 : start + 2] != " " and not self.is_complete()
        if not due:
            return -1
        is_straight, end = self.source[start] == "'", self.end_of_line(start)
        if is_straight and (close := self.end_of_doubled(start, end)) > 0 and AFTER_TICKS.match(self.source, close + 1):
            return close
        for found in (TICK if is_straight else BENT_TICK).finditer(self.source, start + 1, end):
            if AFTER_TICKS.match(self.source, found.end()):
                return found.start()
            if is_straight:
                break
        return -1

    def end_of_doubled(self, start: int, end: int) -> int:
        """Where `'don''t'` ends; -1 where no `''` is in it."""
        close = self.source.find("'", start + 1, end)
        if close == start + 1 or not self.source.startswith("''", close):
            return -1
        while close > 0 and self.source.startswith("''", close):
            close = self.source.find("'", close + 2, end)
        return close

    def is_complete(self) -> bool:
        """The word at the end takes nothing behind it: END IF, NEXT, x AS INTEGER."""
        last = self.tokens[-1].upper
        before = self.tokens[-2].upper if len(self.tokens) > 1 else ""
        return last in LAST_WORDS or before in ("END", "EXIT", "CONTINUE") or (before == "AS" and last != "MENU")

    def operator(self, start: int, end: int, gap: bool) -> int:
        token = self.token("op", start, end, gap)
        text = token.text
        if text in ORDINARY:
            self.tokens.append(token)
            return end
        if text in PLAIN:
            text = token.text = token.upper = PLAIN[text]
        if text in STEPS:
            token.text = token.upper = STEPS[text]
            one = self.token("number", start, end, False)
            one.text = one.upper = "1"
            self.tokens += [token, one]
            return end
        if gap and self.tokens and (text == "//" or (text == "#" and self.source[end : end + 1] in (" ", "\t"))):
            return self.comment_to_end(start)
        if text in CLOSERS:
            if text == "{" and self.opens_block(end):
                pass
            elif len(self.brackets) >= (most := current().nesting):
                self.report("too-deep", f"brackets are nested more than {most} deep", token)
                self.take()
                return self.end_of_line(start)
            else:
                self.brackets.append(token)
        elif text in ENDS_OPERAND and self.brackets:
            opener = self.brackets.pop()
            closer = CLOSERS[opener.text]
            if closer != text:
                self.report("bracket", f"this {opener.text} is closed by {text}", opener, f"close it with {closer}")
                self.brackets.clear()
        self.tokens.append(token)
        return end

    def opens_block(self, end: int) -> bool:
        """The `{` of `IF c {`: nothing follows it on its line."""
        return not self.brackets and bool(self.tokens) and self.tokens[0].upper == "IF" and self.rest_is_blank(end)

    def strange(self, token: Token) -> None:
        text = token.text
        if text[0].isdigit():
            hint = "a name starts with a letter"
            self.report("number", f"'{text[:30]}' is neither a number nor a name", token, hint)
            return
        if text == "\0":
            message = "there is a NUL here, so this file is no plain text"
            self.report("character", message, token, "save it as text in UTF-8")
            return
        shown = f"'{text}'" if text.isprintable() else f"the character U+{ord(text):04X}"
        hint = "write straight quotes" if text in BENT_QUOTES + BENT_TICKS else "put text between quotes"
        self.report("character", f"{shown} is not part of the language", token, hint)

    def unquoted(self, line: re.Match[str]) -> int:
        """A phrase and the words without quotes behind it; gives where they end."""
        start = line.start("phrase")
        for word in re.finditer(r"\w+", line["phrase"]):
            self.tokens.append(self.token("word", start + word.start(), start + word.end()))
        text = line["text"].rstrip()
        token = self.token("string", line.start("text"), line.start("text") + len(text))
        token.parts = [text]
        self.tokens.append(token)
        return token.end_pos

    # ---- lines -------------------------------------------------------------------------------------------------------

    def goes_on(self) -> bool:
        """Whether the next line belongs to this one: by what ends this one or by what begins that one."""
        tokens = self.tokens
        last = tokens[-1]
        if last.type == "op" and last.text in CONTINUES:
            return not (last.text == "*" and len(tokens) > 1 and tokens[-2].text == ",")  # a list's * is a value
        if last.type == "word" and len(tokens) > 2 and tokens[-2].text not in ("=", "(", ",", "."):
            if last.text in JOINING and tokens[0].upper not in NO_JOINING:
                return True
            if last.upper in ("AND", "OR"):
                return True
        return LEADING.match(self.source, self.line_start) is not None

    def unclosed_bracket(self) -> None:
        opener = self.brackets[-1]
        hint = f"close it with {CLOSERS[opener.text]}"
        self.report("unclosed-bracket", f"this {opener.text} is never closed", opener, hint)

    # ---- parts that are code ---------------------------------------------------------------------------

    def head(self, start: int, end: int, diagnostics: list[Diagnostic]) -> tuple[list[Token], list[Comment]]:
        inner = Scanner(self.source[start:end], diagnostics, self.line, start - self.line_start + 1)
        return [token for tokens in inner.lines() for token in tokens], inner.comments

    def code(self, text: str, line: int, column: int) -> list[Token] | None:
        if self.depth == MAX_INTERPOLATION_DEPTH:
            message = f"texts with ${{…}} are nested more than {MAX_INTERPOLATION_DEPTH} deep"
            self.diagnostics.append(Diagnostic("too-deep", message, Span(line, column, line, column + len(text))))
            return None
        if WORD.fullmatch(text) and text.upper() not in NO_NAMES:  # what most are, and no scanner is needed for it
            return [Token("word", text, column == 1, Span(line, column, line, column + len(text)), len(text))]
        if "\\" in text:  # "${f(\"x\")}": as long as before, so that places stay right
            text = ESCAPED_QUOTES.sub(r' "\1" ', text)
        inner = Scanner(text, [], line, column, self.depth + 1)
        if inner.may_sign:
            inner.signed = self.signed
        lines = list(inner.lines())
        if inner.comments:
            span = inner.comments[0].span
            inner.diagnostics.append(Diagnostic("syntax", "a comment is not expected here", span))
        self.diagnostics.extend(in_interpolation(found) for found in inner.diagnostics)
        return lines[0] if len(lines) == 1 and not inner.diagnostics else None


def in_interpolation(found: Diagnostic) -> Diagnostic:
    """The same finding, said of the `${…}` that it is in."""
    if found.code in ("interpolation", "too-deep"):
        return found
    hint = "write \\${ to say it as it stands"
    return Diagnostic("interpolation", "in ${…}: " + found.message, found.span, hint)
