"""Random scripts that are right: every statement, operator and literal in every spelling, with comments everywhere."""

from collections.abc import Sequence

from hypothesis import strategies as st

NAMES = [
    "x", "y", "total", "name_2", "customer", "status", "task", "list", "data", "subject", "title", "order", "priority",
    "format", "post", "case_id", "query", "description", "ärger", "item$", "rec",
]  # fmt: skip
OPERATORS = ["+", "-", "*", "/", "\\", "MOD", "%", "^", "**", "&", "=", "==", "<>", "!=", "<", "<=", ">", ">=",
    "AND", "OR", "XOR", "&&", "||", "??", "IN", "NOT IN", "CONTAINS", "NOT CONTAINS", "LIKE", "NOT LIKE", "ILIKE", "STARTS WITH",  # noqa: E501
    "ENDS WITH"]  # fmt: skip
NUMBERS = ["0", "7", "12", "1.5", ".5", "1e3", "2.5E-3", "&HFF", "0x1F", "9223372036854775807", "1e300"]
TEXTS = ['""', '"a"', '"say ""hi"""', '"back \\\\ slash \\n \\t \\u00e9"', '"{a} {{b}} %"',
    '"\\${not}"', '"REM \' // #"', '"é😀"']  # fmt: skip
FUNCTIONS = ["LEN", "UCASE$", "left", "Max", "JOIN", "NOW", "custom", "IIF"]
COMMENTS = ["' why", "' IF x THEN \"", "REM as it is", "// so", "# also", "'", "' bot: hello"]
DOUBLE = """TALK x, "a"|TALK "one"|HEAR x|HEAR x AS INTEGER|HEAR x AS "a", "b"|HEAR x AS MENU "a", y WITH "which?"|
    HEAR x DEFAULT 5 TIMEOUT 3 MINUTES|x = HEAR|x = HEAR "name?"|WAIT 5 SECONDS|SET TASK PRIORITY x, "high"|
    y = GET TASK STATUS x|y = CREATE TASK "Call", "ann" DUE "tomorrow" PRIORITY "high"|COMPLETE TASK x WITH "done"|
    ADD SUGGESTION "yes" AS "Yes"|SET BOT MEMORY "k", y|y = GET BOT MEMORY "k"|PRINT x; y, "z"|PRINT|
    y = FIND "orders", "a=1" WHERE total > 5 ORDER BY total DESC LIMIT 3|SAVE "orders" WITH name = "a", total = 5|
    DIM x(10), y AS INTEGER|CALL go(x, 1)|CALL go|go x, 2|y = CALL "other.bas", x|list.push(x + 1)|TYPING|
    REMEMBER name_2 = "v"|FORGET "k"|y = NEW OBJECT|y = NEW ARRAY|THROW "bad", "code"|x = CREATE_TASK("Call", "bob")|
    FORMAT x, "0.00"|y = "a" + FORMAT NOW() AS "YYYY" + "b"|DATA 1, -2, apples, "x"|RESTORE|READ x, y|
    ASSERT x > 1, "no"|CLEAR ERROR|UNHEARD OF "x", 1 WITH y"""
COMMANDS = [line.strip() for line in DOUBLE.split("|\n") for line in line.split("|")]


class Author:
    """Writes one script as `draw` decides; `depth` bounds what is inside of one another."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.serial = 0

    def pick(self, items: Sequence[str]) -> str:
        return self.draw(st.sampled_from(items))

    def chance(self, percent: int) -> bool:
        return self.draw(st.integers(0, 99)) < percent

    def spelled(self, text: str) -> str:
        """Keywords in any case."""
        way = self.draw(st.integers(0, 3))
        return text if way < 2 else text.lower() if way == 2 else text.title()

    # ---- expressions

    def expression(self, depth: int = 0) -> str:
        operand = self.operand(depth)
        for _ in range(self.draw(st.sampled_from([0, 0, 0, 1, 1, 2, 3]))):
            gap = self.pick([" ", " ", " ", "  "])
            operand += f"{gap}{self.spelled(self.pick(OPERATORS))}{gap}{self.operand(depth)}"
        if self.chance(8):
            operand += self.spelled(self.pick([" IS NULL", " IS NOT NULL"]))
        if depth < 3 and self.chance(6):
            operand = f"{operand} ? {self.expression(3)} : {self.expression(3)}"
        return operand

    def operand(self, depth: int) -> str:
        kind = self.draw(st.integers(0, 15 if depth < 3 else 6))
        inner = depth + 1
        if kind <= 1:
            return self.pick(NUMBERS)
        if kind == 2:
            return self.pick(TEXTS)
        if kind == 3:
            return self.spelled(self.pick(["TRUE", "FALSE", "NULL", "NOTHING"]))
        if kind <= 6:
            return self.pick(NAMES)
        if kind == 7:
            return f"({self.expression(inner)})"
        if kind == 8:
            sign = self.pick(["-", "NOT ", "- " if depth else "-", "!" if depth > 1 else "-"])
            return f"{self.spelled(sign)}{self.operand(inner)}"
        if kind == 9:
            return f"{self.pick(FUNCTIONS)}({self.several(inner)})"
        if kind == 10:
            return self.pick(NAMES) + self.path(inner)
        if kind == 11:
            return f"[{self.several(inner)}{self.pick(['', '', ','])}]".replace("[,]", "[]")
        if kind == 12:
            return self.record(inner)
        if kind == 13:
            return self.interpolated(inner)
        if kind == 14:
            return f'(FORMAT {self.pick(NAMES)} AS "0.00")'
        return "(" + self.pick(["GET TASK STATUS x", 'GET BOT MEMORY "k"', 'FIND "a", x']) + ")"

    def several(self, depth: int) -> str:
        if self.chance(5):
            return "'single', 'it is \"so\"'"
        return ", ".join(self.expression(depth) for _ in range(self.draw(st.integers(0, 3))))

    def path(self, depth: int) -> str:
        steps = [
            ".name",
            ".Items",
            "?.safe",
            "[0]",
            f"[{self.expression(depth)}]",
            '["a b"]',
            f".call({self.several(depth)})",
        ]
        return "".join(self.pick(steps) for _ in range(self.draw(st.integers(1, 3))))

    def record(self, depth: int) -> str:
        keys = self.draw(st.lists(st.sampled_from(["a", "b_2", '"c d"', "status", '"e"']), max_size=3, unique=True))
        fields = ", ".join(f"{key}: {self.expression(depth)}" for key in keys)
        return f"{self.pick(['{', '#{'])}{fields}}}"

    def interpolated(self, depth: int) -> str:
        inside = self.pick(
            [self.pick(NAMES), f"{self.pick(NAMES)}.a + 1", f"UCASE({self.pick(NAMES)})", f"{self.pick(NAMES)} * 2"]
        )
        return '"' + self.pick(["", "a ", "{"]) + "${" + inside + "}" + self.pick(["", " b", "$5"]) + '"'

    # ---- statements

    def target(self) -> str:
        name = self.pick(NAMES)
        return name + self.pick(["", "", "", ".name", "[0]", ".items[1].price", f"[{self.pick(NAMES)}]"])

    def simple(self) -> str:
        kind = self.draw(st.integers(0, 9))
        if kind <= 3:
            word = self.pick(["", "", "", "LET ", "SET "])
            sign = self.pick([" = ", " = ", " = ", "=", " += ", " -= "] if not word else [" = "])
            return f"{self.spelled(word)}{self.target()}{sign}{self.expression()}"
        if kind == 4:
            return f"{self.spelled('TALK')} {self.expression()}"
        if kind == 5:
            return f"{self.spelled('RETURN')} {self.expression()}"
        if kind == 6:
            return self.spelled("CONST") + f" {self.pick(NAMES)} = {self.pick(NUMBERS)}"
        return self.pick(COMMANDS)

    def lines(self, depth: int) -> list[str]:
        found: list[str] = []
        for _ in range(self.draw(st.integers(1, 3))):
            found += self.statement(depth)
        return found

    def statement(self, depth: int) -> list[str]:
        kind = self.draw(st.integers(0, 19 if depth < 3 else 6))
        if kind == 0:
            return [self.pick(["", "  ", *COMMENTS])]
        if kind <= 5:
            line = self.simple()
            if self.chance(12) and not line.startswith(("DATA", "UNHEARD")):
                line = f"{line} : {self.simple()}"
            return [self.pick(["", "  ", "\t"]) + line + self.note(line)]
        if kind == 6:
            return [f"IF {self.expression(2)} THEN TALK x ELSE y = 2", f"IF {self.expression(2)} THEN x = 1 : TALK y"][
                : self.draw(st.integers(1, 2))
            ]
        return self.block(kind, depth)

    def note(self, line: str) -> str:
        return "" if line.startswith("DATA") or not self.chance(15) else self.pick(["  ' why", " ' user: hello"])

    def block(self, kind: int, depth: int) -> list[str]:
        inside = self.lines(depth + 1)
        if kind <= 8:
            more = (
                [f"{self.pick(['ELSEIF', 'ELSE IF'])} {self.expression()} THEN", *self.lines(depth + 1)]
                if self.chance(40)
                else []
            )
            last = ["ELSE", *self.lines(depth + 1)] if self.chance(40) else []
            return [
                f"IF {self.expression()} THEN{self.note('')}",
                *inside,
                *more,
                *last,
                self.pick(["END IF", "ENDIF", "end if"]),
            ]
        if kind == 9:
            name = self.pick(["i", "x"])
            step = self.pick(["", " STEP 2", " STEP -1", f" STEP {self.pick(NAMES)}"])
            return [
                f"FOR {name} = {self.expression(2)} TO {self.expression(2)}{step}",
                *inside,
                self.pick(["NEXT", f"NEXT {name}", "END FOR"]),
            ]
        if kind == 10:
            head = self.pick(["FOR EACH x IN ", "FOR x IN ", "for each x in "])
            return [
                f"{head}{self.operand(2)}{self.pick(['', '', ' DO'])}",
                *inside,
                self.pick(["NEXT", "NEXT x", "END FOR"]),
            ]
        if kind == 11:
            return [f"WHILE {self.expression()}{self.pick(['', ' DO'])}", *inside, self.pick(["WEND", "END WHILE"])]
        if kind == 12:
            tests = ["", f" {self.pick(['WHILE', 'UNTIL'])} {self.expression()}"]
            return ["DO" + tests[way := self.draw(st.integers(0, 1))], *inside, "LOOP" + tests[1 - way]]
        if kind == 13:
            return self.choice(depth)
        if kind == 14:
            catch = [self.pick(["CATCH", "CATCH e"]), *self.lines(depth + 1)]
            end = ["FINALLY", *self.lines(depth + 1)] if self.chance(40) else []
            return ["TRY", *inside, *catch, *end, "END TRY"]
        if kind == 15:
            fields = [f"{self.pick(['', '.'])}f{i} = {self.expression(2)}" for i in range(2)]
            return ["WITH rec", *fields, "END WITH"]
        if kind == 16:
            kind_of_text = self.pick(["TALK", "SYSTEM PROMPT"])
            return [f"BEGIN {kind_of_text}", "  Dear ${x},", "", "IF this THEN that ' no", f"END {kind_of_text}"]
        if kind == 17:
            self.serial += 1
            return [
                f"l{self.serial}:",
                self.pick(
                    [f"GOTO l{self.serial}", f"GOSUB l{self.serial}", f"ON x GOTO l{self.serial}, l{self.serial}"]
                ),
            ]
        if kind == 18:
            return [
                self.pick(["ON ERROR RESUME NEXT", "ON ERROR GOTO 0", "EXIT", "END", "STOP", "RESUME NEXT", "RETURN"])
            ]
        return ["x = f(", f"  {self.expression(2)},  ' first", f"  {self.expression(2)}", ")"]

    def choice(self, depth: int) -> list[str]:
        cases: list[str] = []
        for _ in range(self.draw(st.integers(1, 3))):
            head = self.pick(["CASE 1, 2", 'CASE "a"', "CASE 3 TO 9", "CASE IS >= 10", f"CASE {self.operand(3)}"])
            cases += [head, *self.lines(depth + 1)]
        if self.chance(50):
            cases += [self.pick(["CASE ELSE", "DEFAULT"]), *self.lines(depth + 1)]
        word = self.pick(["SELECT CASE|END SELECT", "SWITCH|END SWITCH"]).split("|")
        return [f"{word[0]} {self.expression(2)}", *cases, word[1]]

    def procedure(self) -> list[str]:
        self.serial += 1
        parameters = self.pick(["()", "(a)", "(a, b = 1)", "(a AS TEXT, b AS NUMBER)", ""])
        if self.chance(50):
            return [f"SUB s{self.serial}{parameters}", *self.lines(1), "END SUB"]
        return [
            f"FUNCTION f{self.serial}{parameters or '()'}{self.pick(['', ' AS NUMBER'])}",
            *self.lines(1),
            "END FUNCTION",
        ]

    def declaration(self) -> list[str]:
        one = self.pick(
            ['DESCRIPTION "Looks it up"', 'PARAM city AS STRING LIKE "Faro" DESCRIPTION "where" OPTIONAL', 'PARAM u AS "C", "F"',  # noqa: E501
                "SET SCHEDULE every 5 minutes", 'SET SCHEDULE "0 9 * * *", "daily.bas"', 'ON EVENT "paid"|  TALK "x"|END ON',  # noqa: E501
                'ON INSERT OF "orders"|TALK 1|END ON', "TABLE t ON crm|  id integer|  name string(40)|END TABLE",
                'ON TASK COMPLETED|  TALK "x"|END ON', 'WEBHOOK "in"', "DEF FN sq(x) = x * x"]
        )  # fmt: skip
        return one.split("|")


@st.composite
def right_scripts(draw: st.DrawFn) -> str:
    """A script in which the parser has nothing to find."""
    author = Author(draw)
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.integers(0, 9))
        lines += author.procedure() if kind == 0 else author.declaration() if kind == 1 else author.lines(0)
    ending = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    return ending.join(lines) + draw(st.sampled_from(["", ending]))
