"""Which words are operators, clauses and keywords: the half of the lexer that reads the table of phrases."""

from tasktalk.interpreter.phrases import (
    COMMON_BY_FIRST,
    FLAGS,
    INNER,
    NAMING_CLAUSES,
    NO_CLAUSES,
    PREPOSITIONS,
    Entry,
    Phrases,
    longest,
    word_table,
)
from tasktalk.interpreter.terminals import CLOSERS, OPENERS, WORDISH, Terminals
from tasktalk.interpreter.tokens import Token, words

BINARY_WORDS = word_table(
    ["AND", "OR", "XOR", "MOD", "CONTAINS", "LIKE", "ILIKE", "IN", "STARTS WITH", "ENDS WITH", "NOT IN", "NOT CONTAINS",
     "NOT LIKE", "IS", "IS NOT", "BETWEEN", "NOT BETWEEN"]
)  # fmt: skip
SUFFIX_WORDS = word_table(["IS NULL", "IS NOT NULL", "IS NOTHING", "IS NOT NOTHING", "IS EMPTY", "IS NOT EMPTY"])
SPELLED_WORDS = {"IS": "=", "IS NOT": "<>"}
NOT_AFTER_VARIABLE = words("AND OR XOR MOD IS BETWEEN CONTAINS LIKE STARTS ENDS IN THEN TO STEP DO ELSE GOTO")
CONSTANTS = {"TRUE": True, "FALSE": False, "NULL": None, "NOTHING": None}
OPERAND_STARTS = frozenset(("(", "[", "{", "#{", "${", "-", "*", "@", "!"))
ENDS_TIGHT = frozenset(("+", "&", "=", "==", "<>", "!=", "<", "<=", ">", ">=", "&&", "||", "AS", "AND", "OR", "IN"))
TIGHT_LOOK_AHEAD = 60  # tokens


def is_variable(token: Token, phrases: Phrases) -> bool:
    """Whether a word that stands all alone as an expression is no constant, operator or keyword."""
    upper = token.upper
    is_other = upper in CONSTANTS or upper == "NOT" or upper in phrases.by_first
    return token.type == "word" and not is_other and upper.replace("_", " ") not in phrases.entries


class Words(Terminals):
    """Decides on words at places where the kind of the place is known."""

    def starts_operand(self, token: Token | None) -> bool:
        if token is None:
            return False
        return token.text in OPERAND_STARTS or (token.type in WORDISH and token.upper not in NOT_AFTER_VARIABLE)

    def end_value(self) -> None:
        """Ends commands that stand for a value before an operator that compares or binds more loosely."""
        frame = self.frames[-1]
        while not self.operand_due and frame.ends_at_comparison:
            self.end_command()
            if not frame.end_inner():
                frame.leave_command()

    def end_command(self) -> None:
        """A terminal that nobody wrote: no further value belongs to the innermost command."""
        self.out.append(self.unwritten("ENDCOMMAND"))

    def binary_word(self) -> bool:
        """Takes an operator that is a word, if one stands here."""
        suffix, count = longest(SUFFIX_WORDS, self.tokens, self.i)
        if suffix:
            self.end_value()
            is_not = "IS NOT " if "NOT " in suffix else "IS "
            self.emit("SUFFIX", count, is_not + ("EMPTY" if suffix.endswith("EMPTY") else "NULL"))
            return True
        operator, count = longest(BINARY_WORDS, self.tokens, self.i)
        if operator:
            frame = self.frames[-1]
            if operator == "AND" and frame.bounds:
                operator, frame.bounds = "TO", frame.bounds - 1  # of BETWEEN
            elif operator != "MOD":
                self.end_value()
            frame.bounds += operator.endswith("BETWEEN")
            self.emit("BINARY", count, SPELLED_WORDS.get(operator, operator))
            self.operand_due = True
        return operator is not None

    def clause(self, own_only: bool = False) -> bool:
        """Takes a clause word of the command that is open, its own or (unless `own_only`) a common one."""
        frame = self.frames[-1]
        entry = frame.entry
        phrase, count = longest(entry.clauses_by_first if entry else NO_CLAUSES, self.tokens, self.i)
        if phrase is None and not own_only:
            phrase, count = longest(COMMON_BY_FIRST, self.tokens, self.i)
        if phrase is None:
            return False
        following = self.after(count)
        if count > 1 and following is not None and following.text == "=":
            phrase, count = phrase.split()[0], 1  # WITH status = …
            following = self.after(1)
        if following is not None and (
            following.text in (".", "?.") or (following.text in ("(", "[") and not following.gap)
        ):
            return False
        self.emit("CLAUSE", count, phrase)
        frame.clause, frame.count = phrase.rsplit(" ", 1)[-1] if phrase.endswith(" SET") else phrase, 1
        self.argument_start()
        self.operand_due = phrase not in (entry.flags if entry and phrase in entry.clauses else FLAGS)
        return True

    def command(self) -> bool:
        """Takes a keyword, known or not, if one can start here; what follows it must not continue a variable."""
        entry, count = longest(self.phrases.by_first, self.tokens, self.i)
        if count > 1 and entry is not None:
            entry, count = self.shorter(entry, count)
        elif entry is None and "_" in self.tokens[self.i].text:  # CREATE_TASK "t" is CREATE TASK "t"
            entry, count = self.phrases.entries.get(self.tokens[self.i].upper.replace("_", " ")), 1
        if entry is None:
            count = self.unknown()
            if not count:
                return False
        elif not self.can_follow(entry, count):
            return False
        elif self.goes_further(entry, count):
            entry, count = None, self.capitals(count + 1)
        frame = self.frames[-1]
        is_tight = entry is not None and entry.tight and self.is_tight()
        token = self.emit("TIGHT" if is_tight else "COMMAND", count)
        token.value = entry.phrase if entry else token.text
        is_value = not self.at_start
        self.at_start, self.operand_due = False, True
        if is_tight:
            frame.tight = 1
        else:
            frame.enter_command(entry, is_value=is_value)
            self.argument_start()
            self.operand_due = entry is None or not self.is_whole(entry)
        return True

    def is_whole(self, entry: Entry) -> bool:
        """The keyword takes nothing and an operator follows: ERROR MESSAGE IS NULL."""
        if entry.takes_values or entry.clauses or (following := self.after(0)) is None:
            return False
        if following.type == "op":
            return following.text in (
                "+",
                "&",
                "-",
                "*",
                "/",
                "=",
                "<>",
                "<",
                ">",
                "<=",
                ">=",
                "??",
                ",",
                ")",
                "]",
                "}",
            )
        return following.upper in NOT_AFTER_VARIABLE

    def shorter(self, entry: Entry, count: int) -> tuple[Entry | None, int]:
        """A phrase of several words gives way where its later words mean something else."""
        if not self.at_start and len(self.frames) == 1:
            inner = INNER.get(self.statement, ())
            if any(self.tokens[self.i + k].upper in inner for k in range(1, count)):
                return None, 0  # FOR i = post TO 9, and not POST TO
        first = self.phrases.entries.get(self.tokens[self.i].upper)
        if first is not None and entry.takes_values and not entry.bare:
            following = self.after(count)
            if following is None or following.text in ("+", ",", "&", "."):
                return first, 1  # TALK to, and not TALK TO
        return entry, count

    def goes_further(self, entry: Entry, count: int) -> bool:
        """The words go on to a phrase that nobody declared: WAIT FOR EVENT "x" is no WAIT."""
        word, following = self.after(count), self.after(count + 1)
        if word is None or following is None:
            return False
        if entry.is_open and word.type == "word" and word.text.isupper() and self.is_longer(count):
            return True
        if word.text not in PREPOSITIONS or not following.gap:
            return False
        if longest(entry.clauses_by_first, self.tokens, self.i + count)[0] or following.upper in entry.clauses_by_first:
            return False
        return following.type in WORDISH and longest(COMMON_BY_FIRST, self.tokens, self.i + count + 1)[0] is None

    def is_longer(self, count: int) -> bool:
        """Behind `count` words come more that are in capitals, and a value of theirs: GET CUSTOMER HISTORY id."""
        size = self.capitals(count)
        following = self.after(size)
        if size == count or following is None or not following.gap or self.is_clause(self.i + size):
            return False
        return following.type in WORDISH and self.starts_operand(following)

    def can_follow(self, entry: Entry, count: int) -> bool:
        """Whether the tokens at hand are this keyword and not a variable of its name, by what comes after them."""
        following = self.after(count)
        if following is not None and following.type == "op":
            return self.sign_can_follow(entry, count, following)
        if self.at_start or count > 1:
            return True
        if following is None:
            return entry.bare
        if following.upper in NOT_AFTER_VARIABLE or following.upper in ("ASC", "DESC"):
            return False
        negated = self.after(count + 1)
        if following.upper == "NOT" and negated is not None and negated.upper in NOT_AFTER_VARIABLE:
            return False  # status NOT IN list
        if following.type != "word":
            return True
        clause, length = longest(COMMON_BY_FIRST, self.tokens, self.i + count)
        is_clause = clause is not None and self.starts_operand(self.after(count + length))
        return not is_clause or entry.bare or self.tokens[self.i].text.isupper()

    def sign_can_follow(self, entry: Entry, count: int, sign: Token) -> bool:
        """The same of the sign that comes after them."""
        text, at_start = sign.text, self.at_start
        if text in (")", "]", "}", ",", ":", ";"):
            return (at_start and text == ":") or count > 1 or entry.bare
        if text in (".", "?.") or (text == "=" and not at_start):
            return False
        if text == "(":
            return count > 1 or sign.gap or (at_start and not self.closes_last(self.i + count))
        if text == "[":
            return sign.gap
        if text in ("-", "*"):
            behind = self.after(count + 1)
            return sign.gap and behind is not None and not behind.gap
        return text in OPERAND_STARTS or (count > 1 and not at_start)

    def is_clause(self, i: int) -> bool:
        """Whether a clause word stands at token `i`, one of the open command's own or a common one."""
        entry = self.frames[-1].entry
        if longest(COMMON_BY_FIRST, self.tokens, i)[0]:
            return True
        return entry is not None and longest(entry.clauses_by_first, self.tokens, i)[0] is not None

    def unknown(self) -> int:
        """How many words from here make up a keyword that nobody declared; 0 when this is a variable.

        Inside an expression only words in capitals can be one, and never right behind AS, WITH or another argument.
        """
        token, following, at_start = self.tokens[self.i], self.after(1), self.at_start
        shouts = token.text.isupper() and len(token.text) > 1
        if following is None or following.text in (":", ";"):
            return int(at_start)
        starts = self.starts_operand(following) or (at_start and following.type == "word")
        if not following.gap or not (starts or (shouts and self.joins(1))):
            return 0
        if not at_start:
            if following.text in ("-", "*", "[", "(") or not (shouts or self.is_assigned_call(token, following)):
                return 0
            if self.frames[-1].in_command and (self.last_type() in ("CLAUSE", "JUXT") or self.is_clause(self.i + 1)):
                return 0  # HEAR x AS TEXT WITH "…", AS MENU "a": values, not commands
        return self.capitals(1) if shouts or at_start else 1

    def is_assigned_call(self, token: Token, following: Token) -> bool:
        """`x = Get host` and `x = find "table"`: two values in a row are none, so the first must be a keyword."""
        if self.last_type() != "ASSIGN" or longest(COMMON_BY_FIRST, self.tokens, self.i + 1)[0]:
            return False
        return following.type == "string" or (following.type == "word" and token.text[0].isupper())

    def capitals(self, count: int) -> int:
        """How many words the phrase has whose first `count` are sure: it lasts as long as words are in capitals.

        Behind a word in small letters they belong to it only where a value follows: Set HEADER "x".
        """
        shouts = self.tokens[self.i].text.isupper()
        while (word := self.after(count)) is not None and word.type == "word":
            behind = self.after(count + 1)
            if not shouts and (behind is None or not behind.gap or behind.type not in WORDISH):
                break
            if not word.text.isupper() and (shouts or behind is None or behind.type != "string"):
                break
            if (
                len(word.text) == 1
                or word.upper in NOT_AFTER_VARIABLE
                or word.upper == "NOT"
                or word.upper in CONSTANTS
                or longest(COMMON_BY_FIRST, self.tokens, self.i + count)[0]
            ) and not self.joins(count):
                break
            if behind is not None and behind.type == "op":
                if behind.text in (",", "."):
                    break
                if behind.text in ("(", "[") and not behind.gap:
                    is_call = behind.text == "(" and not self.at_start and self.closes_last(self.i + count + 1)
                    if not is_call:
                        break
            count += 1
        return count

    def joins(self, count: int) -> bool:
        """The clause word behind `count` words is part of the phrase: SPEECH TO TEXT path, SEND TEMPLATE to."""
        word, behind = self.after(count), self.after(count + 1)
        if word is None or behind is None or not behind.gap:
            return False
        if word.text in NAMING_CLAUSES:
            return behind.type in WORDISH and longest(COMMON_BY_FIRST, self.tokens, self.i + count + 1)[0] is None
        value = self.after(count + 2)
        if word.text not in PREPOSITIONS or behind.type != "word" or not behind.text.isupper() or len(behind.text) == 1:
            return False
        if longest(COMMON_BY_FIRST, self.tokens, self.i + count + 1)[0] or value is None or not value.gap:
            return False
        return value.type in WORDISH and self.starts_operand(value) and not self.is_clause(self.i + count + 2)

    def closes_last(self, j: int) -> bool:
        """Whether nothing but a field or a further statement follows the bracket that opens at token `j`."""
        depth = 0
        for k in range(j, len(self.tokens)):
            token = self.tokens[k]
            text = token.text if token.type == "op" else ""
            depth += (text in OPENERS) - (text in CLOSERS)
            if depth == 0:
                following = self.tokens[k + 1] if k + 1 < len(self.tokens) else None
                return following is None or following.text in (".", ":", "[")
        return False

    def is_tight(self) -> bool:
        """FORMAT or GET TASK STATUS inside a larger expression, or with AS; as a whole value it is a plain command."""
        depth = 0
        for token in self.tokens[self.i + 1 : self.i + TIGHT_LOOK_AHEAD]:
            if token.text in OPENERS:
                depth += 1
            elif token.text in CLOSERS:
                depth -= 1
                if depth < 0:
                    break
            elif depth == 0 and (token.upper in ENDS_TIGHT or token.text in ENDS_TIGHT):
                return True
            elif depth == 0 and token.text == ",":
                break
        return self.last_type() == "BINARY"
