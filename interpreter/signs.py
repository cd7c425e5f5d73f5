"""What signs, numbers and texts are in a line: operators, brackets, and the one `=` that assigns."""

from math import isfinite

from tasktalk.interpreter.errors import Diagnostic
from tasktalk.interpreter.phrases import STRUCTURE_BY_FIRST
from tasktalk.interpreter.terminals import CLOSERS, NO_WORDS, OPENERS, WORDISH, Frame
from tasktalk.interpreter.tokens import Token, words
from tasktalk.interpreter.words import Words

LOOSE_OPERATORS = words("= == < <= > >= => <> != ?? && ||")
BINARY_OPERATORS = words("+ - * / \\ % ^ ** & = == < <= > >= => <> != ?? && ||")
SPELLED = {"==": "=", "!=": "<>", "&&": "AND", "||": "OR", "**": "^", "%": "MOD", "=>": ">="}
COMPARING = words("< <= > >= => <> !=")
ASSIGNING = frozenset(("=", "+=", "-=", "*=", "/="))
PREFIXES = {"!": "NOT", "-": "-", "+": "+"}
MAX_INTEGER, MAX_DIGITS = 2**63 - 1, 20  # whole numbers beyond are floats


class Signs(Words):
    """Takes what is no word."""

    def literal(self, token: Token, terminal: str) -> None:
        if not self.operand_due and self.frames[-1].in_command:
            self.juxtapose()
        if self.operand_due and self.frames[-1].closer == "}" and self.at_key():
            following = self.after(1)
            if following is None or following.text not in (":", "="):
                self.report("missing-value", "this field has no value", token, "write key: value")
            self.emit("KEY", 1)
            return
        self.emit(terminal, 1)
        self.at_start = self.operand_due = False

    def numeral(self, token: Token) -> int | float:
        text = token.text.upper()
        if len(text) < MAX_DIGITS and (text.startswith(("&H", "0X")) or text.isdigit()):
            digits = text[2:]
            value = int(text) if text.isdigit() else int(digits, 16)
            if value <= MAX_INTEGER:
                return value
        if text[0] != "&" and text[1:2] != "X" and isfinite(number := float(text)):
            return number
        self.report("number", "this number is too large", token)
        return 0

    def report(self, code: str, message: str, token: Token, hint: str | None = None) -> None:
        self.diagnostics.append(Diagnostic(code, message, token.span, hint))

    def at_key(self) -> bool:
        """In a record, a word or text before `:` or `=`, or before `,` or `}` right where a key is due."""
        if self.last_type() not in ("LBRACE", "RCOMMA"):
            return False
        following = self.after(1)
        return following is None or following.text in (":", "=", ",", "}", ".")

    def operator(self, token: Token) -> None:
        text, frame = token.text, self.frames[-1]
        if self.i == self.assign_at:  # found already, so it is none of those below
            self.emit("ASSIGN", 1)
            self.at_start, self.operand_due = False, True
        elif text in OPENERS:
            self.open_bracket(token, frame)
        elif text in CLOSERS:
            self.close_bracket(token)
        elif text == ",":
            self.end_inner_commands(frame)
            is_key = frame.closer == "}" and (not frame.in_command or self.key_follows())
            self.emit("RCOMMA" if is_key else "COMMA", 1)
            frame.count += 1
            if is_key:
                frame.leave_command()
            self.argument_start()
        elif text == ";":
            if self.after(1) is None:
                self.i += 1
            else:
                self.emit("SEMI", 1)
                self.argument_start()
        elif text == ":":
            self.colon(frame)
        elif text == "?" and not self.operand_due:
            self.end_value()
            frame.ternaries += 1
            self.emit("QMARK", 1)
            self.operand_due = True
        elif text in (".", "?."):
            self.dot()
        elif text in COMPARING and self.statement == "CASE" and self.last_type() in ("CASE", "COMMA"):
            self.emit("CASEIS", 1, SPELLED.get(text, text))  # CASE > 5, as if IS stood before it
        elif text == "=" and self.statement == "SUB" and not self.operand_due and len(self.frames) == 2:
            self.emit("ASSIGN", 1)
            self.operand_due = True
        elif text == "=" and self.last_type() == "KEY":
            self.emit("COLON", 1)
            self.operand_due = True
        elif text == "=" and not self.operand_due and frame.in_command and "=" in frame.pairs:
            frame.pairs = NO_WORDS
            self.emit("PAIR", 1)
            self.operand_due = True
        elif text == "*" and self.operand_due:
            self.emit("ANY", 1)
            self.operand_due = False
        elif self.is_prefix(token, frame):
            self.emit("PREFIX", 1, PREFIXES[text])
            self.at_start, self.operand_due = False, True
        elif text == "@" and self.operand_due:
            self.i += 1  # @name is name
        elif text in BINARY_OPERATORS:
            if text in LOOSE_OPERATORS:
                self.end_value()
            self.emit("BINARY", 1, SPELLED.get(text, text))
            self.at_start, self.operand_due, frame.tight = False, True, 0
        else:
            self.emit("STRAY", 1)

    def end_inner_commands(self, frame: Frame) -> None:
        """TALK GET TASK STATUS id, x: GET TASK STATUS takes one value, so the comma is TALK's."""
        while not self.operand_due and frame.in_command and not frame.takes_more():
            if not frame.end_inner():
                if frame.closer in (")", "]") and frame.opener != "${":
                    frame.leave_command()
                    self.end_command()
                return
            self.end_command()

    def is_prefix(self, token: Token, frame: Frame) -> bool:
        text = token.text
        if text == "!":
            return self.operand_due or frame.in_command
        return text in ("-", "+") and self.operand_due

    def open_bracket(self, token: Token, frame: Frame) -> None:
        text, due = token.text, self.operand_due
        if not due and text == "{" and self.statement == "IF" and self.after(1) is None:
            self.emit("THEN", 1)
            return
        attached = not token.gap
        if not due and text == "(" and (attached or (self.last_type() == "NAME" and not frame.in_command)):
            self.emit("CALL", 1)
        elif not due and text == "[" and (attached or not frame.in_command):
            self.emit("LSQB", 1)
        elif (
            due
            and text == "("
            and self.last_type() == "COMMAND"
            and (self.is_call() if attached else self.holds_several())
        ):
            self.emit("CALL", 1)
            if frame.is_value and not frame.end_inner():
                frame.leave_command()  # its brackets hold all of it
        else:
            if not due and frame.in_command:
                self.juxtapose()
            self.emit(OPENERS[text], 1)
        self.frames.append(Frame(text, "}" if OPENERS[text] == "LBRACE" else ")"))
        self.at_start, self.operand_due = False, True

    def close_bracket(self, token: Token) -> None:
        if len(self.frames) > 1:
            opener = self.frames.pop()
            self.emit("RPAR" if opener.opener == "${" else CLOSERS[token.text], 1)
        elif self.at_start and token.text == "}":
            self.emit("END", 1, "END IF")
        else:
            self.emit(CLOSERS[token.text], 1)
        self.operand_due = False

    def colon(self, frame: Frame) -> None:
        if self.last_type() == "KEY":
            self.emit("COLON", 1)
            self.operand_due = True
        elif frame.ternaries and not self.operand_due:
            frame.ternaries -= 1
            self.emit("TCOLON", 1)
            self.operand_due = True
        elif len(self.frames) == 1:
            self.emit("SEP", 1)
            self.new_statement()
        else:
            self.emit("STRAY", 1)

    def new_statement(self) -> None:
        frame = self.frames[-1]
        frame.leave_command()
        frame.ternaries = frame.tight = frame.bounds = 0
        self.at_start = self.operand_due = True
        self.statement, self.assign_at = "", -1

    def dot(self) -> None:
        following = self.after(1)
        if following is None or following.type not in ("word", "number"):
            self.emit("STRAY", 1)
            return
        if self.at_start:
            self.find_assignment(self.i + 1)
            self.emit("LEADINGDOT", 1)
        else:
            self.emit("DOT", 1)
        self.emit("NAME", 1)
        self.at_start = self.operand_due = False

    def key_follows(self) -> bool:
        """After this comma comes `key:`, so it parts two fields of a record and not two arguments of a command."""
        first, second = self.after(1), self.after(2)
        if first is None or first.text == "}":
            return True
        return first.type in WORDISH and second is not None and second.text == ":"

    def is_call(self) -> bool:
        """Whether the bracket at hand, attached to a keyword, holds all its arguments: KEYWORD(a, b)."""
        return len(self.out) > 1 or self.closes_last(self.i)

    def holds_several(self) -> bool:
        """The bracket at hand closes at the end of the line and has a comma of its own: TALK (a, b)."""
        depth = 0
        for token in self.tokens[self.i :]:
            text = token.text if token.type == "op" else ""
            depth += (text in OPENERS) - (text in CLOSERS)
            if depth == 1 and text == ",":
                return self.closes_last(self.i)
        return False

    def is_keyword(self, token: Token) -> bool:
        """The word alone begins a statement of the language or a command."""
        return token.upper in STRUCTURE_BY_FIRST or token.upper in self.phrases.entries

    def find_assignment(self, i: int) -> bool:
        """Whether `name.field[i] =` or `name(i) =` starts at token `i`; remembers which `=` assigns."""
        tokens, size, depth, j = self.tokens, len(self.tokens), 0, i + 1
        while j < size:
            token = tokens[j]
            text = token.text if token.type == "op" else ""
            if depth == 0 and text in ASSIGNING:
                self.assign_at = j
                return True
            is_opener = text == "[" or (text == "(" and (depth or not self.is_keyword(tokens[i])))  # IF(a) = 1 is none
            if is_opener and (depth or not token.gap):
                depth += 1
            elif text in ("]", ")") and depth:
                depth -= 1
            elif depth == 0:
                if text not in (".", "?.") or j + 1 >= size or tokens[j + 1].type not in ("word", "number"):
                    return False
                j += 1
            j += 1
        return False
