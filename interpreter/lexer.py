"""Plain tokens of one logical line to the grammar's terminals: the one place that knows that keywords are contextual.

Three facts decide what a word is: does a statement start here, is an operand due here, and which command or structure
are we inside of. What follows the word decides the rest: `status = …` is a variable, `STATUS "x"` a command.
"""

from functools import cached_property

from tasktalk.interpreter.phrases import INNER, LONE, NO_INNER, STRUCTURE_BY_FIRST, longest
from tasktalk.interpreter.signs import BINARY_OPERATORS, SPELLED, Signs
from tasktalk.interpreter.terminals import NO_WORDS, WORDISH, Frame
from tasktalk.interpreter.tokens import Token
from tasktalk.interpreter.words import CONSTANTS

NAMED = frozenset(("FOR", "FOREACH", "SUB", "CATCH", "NEXT", "WITH", "GOTO"))  # structure that a name follows
ELSES = ("ELSE", "ELSEIF")  # that go on with an IF on one line
NOT_AFTER_STRUCTURE = frozenset((",", "+", "*", "/", ")", "]", "?", "&"))


class Classifier(Signs):
    """One pass over the tokens of one logical line."""

    in_if = False  # behind a THEN on this line

    @cached_property
    def last_jump(self) -> int:
        """Where the last GOTO or GOSUB of the line stands; -1 for none."""
        return max((i for i, token in enumerate(self.tokens) if token.upper in ("GOTO", "GOSUB")), default=-1)

    @staticmethod
    def begins_statement(token: Token) -> bool:
        """Whether what stands behind a number makes it the number of the line."""
        return token.text == ":" or (token.gap and (token.type == "word" or token.text == "?"))

    def run(self) -> list[Token]:
        tokens, size = self.tokens, len(self.tokens)
        first = tokens[0]
        is_number = self.at_start and first.type == "number" and first.text.isdigit()
        if is_number and (size == 1 or self.begins_statement(tokens[1])):
            self.emit("LABEL", 1)  # a classic line number
            self.i += size > 1 and tokens[1].text == ":"
        while self.i < size:
            token = tokens[self.i]
            kind = token.type
            if kind == "op" and token.text == "?" and self.at_start:
                kind, token.type, token.text, token.upper = "word", "word", "PRINT", "PRINT"  # as classic listings do
            if kind == "word":
                self.word(token)
            elif kind == "op":
                self.operator(token)
            elif kind == "string":
                self.literal(token, "STRING")
            elif kind == "number":
                token.value = self.numeral(token)
                self.literal(token, "NUMBER")
            elif kind == "block":
                self.emit("BLOCK", 1)
                self.at_start, self.operand_due = False, True
                self.frames[-1].in_command = True
            else:
                self.emit("BODY", 1)
        return self.out

    def word(self, token: Token) -> None:
        if self.at_start:
            self.statement_word(token)
        elif not self.operand_due:
            self.operator_word(token)
        elif self.frames[-1].closer == "}" and self.at_key():
            self.key()
        else:
            self.operand_word(token)

    def key(self) -> None:
        """A record's key, maybe with dots in it: `a.b: 1`."""
        token = self.emit("KEY", 1)
        while (dot := self.after(0)) is not None and dot.text == "." and (part := self.after(1)) is not None:
            token.text += "." + part.text
            self.i += 2

    def statement_word(self, token: Token) -> None:
        following = self.after(1)
        is_let = following is not None and following.type == "word" and token.upper in ("LET", "CONST", "SET")
        if is_let and self.find_assignment(self.i + 1):
            self.emit("LET", 1, token.upper)
            self.name()
            return
        if is_let and (third := self.after(2)) is not None and third.upper == "AS" and self.is_typed_let():
            self.emit("LET", 1, token.upper)
            self.name()
            self.i += 2
            self.assign_at = self.i
            return
        if self.find_assignment(self.i):
            self.name()
            return
        if following is not None and (following.text in (".", "?.") or (following.text == "[" and not following.gap)):
            self.name()
            return
        terminal, count = longest(STRUCTURE_BY_FIRST, self.tokens, self.i)
        if terminal and self.is_structure(terminal, self.after(count)):
            if self.in_if and self.last_type() == "SEP" and len(self.frames) == 1:
                if token.upper in ELSES:  # IF c THEN a: ELSE b
                    self.out.pop()
                    self.inline_else(token.upper)
                    return
                if (
                    terminal == "END"
                    and token.upper in ("END", "ENDIF")
                    and self.tokens[self.i + count - 1].upper in ("IF", "ENDIF")
                ):
                    self.out.pop()
            self.structure(terminal, count)
        elif following is not None and following.text == ":" and self.is_label(token):
            self.emit("LABEL", 1)
            self.i += 1
        elif not self.command():
            self.name()

    def is_label(self, token: Token) -> bool:
        """The word before a colon at the start of a line is one, but for CLS: and its kin, which are whole commands."""
        if any(before.type != "LABEL" for before in self.out):
            return False
        return self.after(2) is None or not self.is_keyword(token)

    def is_typed_let(self) -> bool:
        """LET x AS INTEGER = 5: the kind says nothing that the value does not."""
        kind, equals = self.after(3), self.after(4)
        return kind is not None and kind.type == "word" and equals is not None and equals.text == "="

    def is_structure(self, terminal: str, following: Token | None) -> bool:
        if terminal == "ON" and self.i > self.last_jump:
            return False
        if following is None:
            return True
        text = following.text
        if terminal == "EXIT" and following.type in WORDISH and following.upper not in ("ELSE", "END"):
            return False  # END FI, EXIT PROGRAM
        if text == ":":  # on its own it is a label, one that is called loop: perhaps
            return not (self.i == 0 and len(self.tokens) == 2) or terminal in ("ELSE", "CASEELSE")
        if text == "(":
            return terminal not in ("CASEELSE", "EXIT", "SELECT") or following.gap
        is_value = text == "-" and terminal == "RETURN"
        return text not in NOT_AFTER_STRUCTURE and (is_value or not (terminal in LONE and text in ("-", "=")))

    def structure(self, terminal: str, count: int) -> None:
        token = self.emit(terminal, count)
        token.value = token.upper
        self.at_start, self.operand_due = False, True
        self.statement = terminal
        following = self.after(0)
        if terminal in ("ELSE", "CASEELSE"):
            self.new_statement()
            if following is not None and following.text == ":":
                self.i += 1
        elif following is not None and following.upper in ELSES and self.in_if and terminal in LONE:
            self.operand_due = False  # IF c THEN RETURN ELSE …
        elif terminal in NAMED and following is not None and following.type in ("word", "number"):
            if terminal == "FOR" and (second := self.after(1)) is not None and second.upper == "IN":
                token.type = self.statement = "FOREACH"
            self.emit("NAME", 1)
            self.operand_due = False
            equals = self.after(0)
            if terminal in ("FOR", "WITH") and equals is not None and equals.text == "=":
                self.assign_at = self.i
        elif terminal in ("DO", "LOOP"):
            self.operand_due = False
        elif terminal == "CASE":
            self.case_is()
        elif terminal == "RETURNWITH":
            self.frames[-1].in_command, self.frames[-1].clause = True, "WITH"
            self.argument_start()

    def case_is(self) -> bool:
        """Takes the IS and the operator of `CASE IS > 5`."""
        word, operator = self.after(0), self.after(1)
        if word is None or word.upper != "IS" or operator is None or operator.text not in BINARY_OPERATORS:
            return False
        self.emit("CASEIS", 2, SPELLED.get(operator.text, operator.text))
        return True

    def name(self) -> None:
        self.emit("NAME", 1)
        self.at_start = self.operand_due = False

    def operand_word(self, token: Token) -> None:
        upper, following = token.upper, self.after(1)
        if self.in_parameters():
            self.name()
            return
        if upper in ELSES and self.in_if and len(self.frames) == 1:
            self.inline_else(upper)
            return
        if upper == "NOT":
            self.emit("PREFIX", 1, "NOT")
            return
        opens = self.after(2)
        is_word_call = following is not None and following.type == "word" and opens is not None and opens.text == "("
        if following is not None and is_word_call and upper in ("FN", "IS"):
            name = self.emit("NAME", 2)  # FN area(2), of DEF FN area(r); IS NUMERIC(x), which is ISNUMERIC(x)
            name.text = upper.lower() + following.text
            self.operand_due = False
            return
        is_attached = following is not None and (
            following.text in (".", "?.") or (following.text in ("(", "[") and not following.gap)
        )
        if is_attached:
            self.name()
        elif upper in CONSTANTS:
            self.emit("CONSTANT", 1, CONSTANTS[upper])
            self.operand_due = False
        elif upper == "THEN" and self.statement in ("IF", "ELSEIF") and len(self.frames) == 1:
            self.then()
        elif upper == "IS" and self.statement == "CASE" and self.case_is():
            pass
        elif not (self.clause_where_operand_due(token, following) or self.command()):
            self.name()

    def in_parameters(self) -> bool:
        """Where the name of a parameter is due: SUB name(a, b AS kind)."""
        return self.statement == "SUB" and self.last_type() in ("CALL", "COMMA", "AS") and len(self.frames) <= 2

    def clause_where_operand_due(self, token: Token, following: Token | None) -> bool:
        """A clause word right after the command, a clause or a comma: it must be one by its own look."""
        frame, last, is_capital = self.frames[-1], self.last_type(), token.text.isupper()
        if not frame.in_command or not (last in ("COMMAND", "CLAUSE") or (last == "COMMA" and is_capital)):
            return False
        takes_none = frame.entry is not None and not frame.entry.takes_values
        if not (takes_none or self.starts_operand(following)):
            return False
        entry = frame.entry
        if entry is not None and following is not None and following.upper in entry.clauses_by_first:
            return False  # what a clause follows is a value or a variable: HEAR day AS DATE, PARAM days AS INTEGER
        if entry is None and not is_capital and self.is_clause(self.i + 1):
            return False  # APPEND body WITH text
        if last == "COMMAND" and entry is not None and not takes_none:
            return self.clause(own_only=True)
        return self.clause(own_only=last == "CLAUSE" and not is_capital)

    def operator_word(self, token: Token) -> None:
        frame, upper = self.frames[-1], token.upper
        inner = INNER.get(self.statement, NO_INNER).get(upper) if len(self.frames) == 1 else None
        if inner == "THEN" and self.statement in ("IF", "ELSEIF"):
            self.then()
        elif self.in_if and upper in ELSES and len(self.frames) == 1:
            self.inline_else(upper)
        elif self.statement == "SUB" and upper == "AS":
            self.emit("AS", 1)
            self.operand_due = True
        elif inner:
            self.emit(inner, 1)
            frame.leave_command()
            self.operand_due = True
            if inner == "GOTO":
                self.jump_targets()
        elif upper == "TO" and self.is_bound(frame):
            self.emit("BINARY", 1, "TO")
            self.operand_due = True
        elif self.ends_inline_if(upper):
            self.emit("END", 2, "END IF")
        elif frame.tight == 1 and upper == "AS":
            self.emit("TIGHTAS", 1)
            frame.tight, self.operand_due = 2, True
        elif frame.in_command and upper == "AS" and "AS" in frame.pairs:
            frame.pairs = NO_WORDS
            self.emit("PAIR", 1)
            self.operand_due = True
        elif frame.in_command and self.may_be_clause(frame, upper) and self.clause():
            pass
        elif self.binary_word():
            frame.tight = 0
        elif frame.in_command:
            if frame.entry is None and self.is_new_clause(token):
                self.emit("CLAUSE", 1, upper)
                frame.clause, frame.count = upper, 1
                self.argument_start()
            else:
                self.juxtapose()
                self.operand_word(token)
        else:
            self.name()

    def is_new_clause(self, token: Token) -> bool:
        """A word in capitals between two values of an unknown command: ADD BOT "b" TOOLS "a, b"."""
        following = self.after(1)
        if following is None or not token.text.isupper() or len(token.text) < 3 or token.upper in CONSTANTS:
            return False
        if not following.gap or following.type not in WORDISH or not self.starts_operand(following):
            return False
        return longest(self.phrases.by_first, self.tokens, self.i)[0] is None and not self.is_clause(self.i + 1)

    def is_bound(self, frame: Frame) -> bool:
        """The TO of `DIM a(1 TO 9)`."""
        around = self.frames[-2].entry if len(self.frames) == 2 else None
        return around is not None and around.phrase == "DIM" and not frame.in_command

    def may_be_clause(self, frame: Frame, upper: str) -> bool:
        if upper == "IN" and frame.entry is not None and not frame.entry.clauses_by_first.get("IN"):
            return False  # a known command without an IN of its own: TALK "a" IN letters
        return upper not in ("AND", "OR") and not (frame.clause == "WHERE" and upper == "IN")

    def ends_inline_if(self, upper: str) -> bool:
        if not self.in_if or upper != "END":
            return False
        following = self.after(1)
        return following is not None and following.upper == "IF"

    def inline_else(self, upper: str) -> None:
        """The ELSE of an IF on one line; ELSEIF is an ELSE with an IF behind it."""
        self.structure("ELSE", 1)
        if upper == "ELSEIF":
            t = self.out[-1]
            self.out.append(Token("IF", "", False, t.span, t.end_pos))
            self.at_start, self.operand_due, self.statement = False, True, "IF"

    def jump_targets(self) -> None:
        while (target := self.after(0)) is not None and target.type in ("word", "number"):
            self.emit("NAME", 1)
            if (comma := self.after(0)) is None or comma.text != ",":
                break
            self.emit("COMMA", 1)

    def then(self) -> None:
        self.in_if = True
        self.emit("THEN", 1)
        self.new_statement()
