"""Random scripts that end: every loop and every backward jump has a counter of its own."""

from collections.abc import Sequence

from hypothesis import strategies as st

SHARED = ["a", "b", "s", "items", "rec"]
LOCAL = ["x", "y", "z"]


class Writer:
    """Writes one script, line by line, as `draw` decides."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.lines: list[str] = []
        self.serial = self.budget = 0
        self.loops: list[str] = []
        self.labels: list[str] = []
        self.pending: list[str] = []
        self.procedure: str | None = None
        self.may_jump = False

    def pick(self, items: Sequence[str]) -> str:
        return self.draw(st.sampled_from(items))

    def chance(self, percent: int) -> bool:
        return self.draw(st.integers(0, 99)) < percent

    def new(self, prefix: str) -> str:
        self.serial += 1
        return f"{prefix}{self.serial}"

    def put(self, indent: int, text: str) -> None:
        self.lines.append("  " * indent + text)

    def variable(self) -> str:
        return self.pick(SHARED[:3] + LOCAL)

    # ---- expressions

    def expression(self, depth: int = 0) -> str:
        kind = self.draw(st.integers(0, 18 if depth < 3 else 5))
        if kind <= 1:
            return str(self.draw(st.integers(0, 4)))
        if kind == 2:
            return self.pick(['"t"', '"7"', "2.5", "TRUE", "NULL", '""', "TODAY()", '"2026-01-02"'])
        if kind <= 5:
            return self.variable()
        if kind <= 7:
            return self.arithmetic(depth)
        inner = depth + 1
        if kind == 8:
            return f"({self.expression(inner)} {self.pick(['=', '<>', '<', '>='])} {self.expression(inner)})"
        if kind == 9:
            return f"({self.expression(inner)} {self.pick(['AND', 'OR', '??', 'XOR'])} {self.expression(inner)})"
        if kind == 10:
            return f"IIF({self.expression(inner)}, {self.expression(inner)}, {self.expression(inner)})"
        if kind == 11:
            return self.element(inner)
        if kind == 12:
            return f"fetch({self.expression(inner)})[1]"
        if kind == 13:
            return f'"<${{{self.expression(inner)}}}|${{{self.variable()}}}>"'
        if kind == 14:
            test = self.pick(["IN", "CONTAINS", "LIKE", "STARTS WITH"])
            return f"({self.expression(inner)} {test} {self.expression(3)})"
        if kind == 15:
            return self.pick(
                ["items.slice(0, 1)", "POP([1, a])", "rec.keys()", "rows.name", "rows[0].id", "rows.length"]
            )
        if self.procedure is None or self.chance(30):
            called = self.pick(["f", "g"])
            argument = self.expression(inner)
            return f"{called}({argument})" if self.procedure != "g" else f"fetch({argument})[1]"
        return self.expression(inner)

    def arithmetic(self, depth: int) -> str:
        inner = depth + 1
        if self.chance(60):
            return f"({self.expression(inner)} {self.pick(['+', '&', '-'])} {self.expression(inner)})"
        first = f"LEN({self.expression(inner)})" if self.chance(90) else self.expression(inner)
        second = self.pick(["2", "3", "0 - 2", f"LEN({self.expression(inner)})", self.expression(inner)])
        return f"({first} {self.pick(['-', '*', '+', '/', 'MOD', chr(92)])} ({second}))"

    def element(self, depth: int) -> str:
        index = self.expression(depth) if self.chance(20) else f"LEN({self.expression(depth)})"
        return self.pick(
            [f"LEN({self.expression(depth)})", f"items[{index} MOD 2]", "rec.k", "rec.K", "rec.m", "items.length",
                f"(NOT {self.expression(depth)})", f"({self.expression(depth)} IS NULL)"]
        )  # fmt: skip

    # ---- statements

    def block(self, depth: int, indent: int) -> None:
        for _ in range(self.draw(st.integers(1, 4))):
            if self.budget > 0:
                self.budget -= 1
                self.statement(depth, indent)

    def statement(self, depth: int, indent: int) -> None:
        kinds = ["let", "let", "plus", "append", "talk", "hear", "push", "item", "wait", "throw", "share", "share"]
        if depth < 4:
            kinds += ["if", "for", "each", "while", "do", "try", "try", "select"]
        if self.loops:
            kinds += ["leave", "leave"]
        if self.procedure:
            kinds.append("return")
        if self.may_jump:
            kinds += ["goto", "goto", "mode", "gosub"]
        kind = self.pick(kinds)
        if kind in ("if", "for", "each", "while", "do", "try", "select"):
            getattr(self, kind + "_block")(depth, indent)
        elif kind in ("goto", "mode", "gosub"):
            self.jump(kind, indent)
        else:
            self.put(indent, self.simple(kind))

    def simple(self, kind: str) -> str:
        if kind == "let":
            return f"{self.variable()} = {self.expression()}"
        if kind == "plus":
            return f"{self.variable()} {self.pick(['+=', '-='])} {self.expression(2)}"
        if kind == "append":
            v = self.pick(["s", "z"])
            return f"{v} = {v} + {self.expression(2)} + {self.expression(2)}"
        if kind == "talk":
            return f"TALK {self.expression()}"
        if kind == "hear":
            return self.pick([f"HEAR {self.variable()}", f"{self.variable()} = HEAR AS INTEGER"])
        if kind == "push":
            return self.pick([f"PUSH items, {self.expression(2)}", f"items.push({self.expression(2)})"])
        if kind == "share":
            return self.shared_value()
        if kind == "item":
            place = self.pick(
                [f"items[LEN({self.expression(2)})]", "rec.k", f"rec[{self.expression(2)}]", "rows[0].name"]
            )
            return f"{place} = {self.expression(1)}"
        if kind == "wait":
            return "WAIT 1"
        if kind == "throw":
            return f'IF {self.expression(1)} THEN THROW "e" & {self.expression(2)}'
        if kind == "return":
            return f"IF {self.expression(2)} THEN RETURN {self.expression(1)}"
        return f"IF {self.expression(1)} THEN {self.pick(['EXIT', 'CONTINUE'])} {self.pick(self.loops)}"

    def shared_value(self) -> str:
        """Lists and records under several names, in one another and in themselves, changed while they are walked."""
        v = self.variable()
        return self.pick(
            [f"{v} = items", f"{v} = rec", f"{v} = [items, items, rec]", "rec.list = items", "rec.self = rec",
                f"rec.d = {v}",
                "items.push(items)", "PUSH items, rec", f"items.push([{v}])", "items[0] = rec", "rows[0].name = items",
                "rows[1] = rows[0]", f"{v} = rows", f"{v} = {{list: items, at: NOW()}}", "POP(items)", "SHIFT(items)",
                f"UNSHIFT(items, {v})", f'{v} = DATEADD(NOW(), LEN(s), "days")', "items = SLICE(items, 0, 4)",
                f"CALL f({v})"]
        )  # fmt: skip

    def if_block(self, depth: int, indent: int) -> None:
        self.put(indent, f"IF {self.expression()} THEN")
        self.block(depth + 1, indent + 1)
        if self.chance(50):
            self.put(indent, f"ELSEIF {self.expression()} THEN" if self.chance(40) else "ELSE")
            self.block(depth + 1, indent + 1)
        self.put(indent, "END IF")

    def counted(self, indent: int, head: str) -> None:
        guard = self.new("n")
        self.put(indent, f"{guard} = 0")
        self.put(indent, head)
        self.put(indent + 1, f"{guard} = {guard} + 1")
        self.put(indent + 1, f"IF {guard} > 4 THEN EXIT FOR")

    def for_block(self, depth: int, indent: int) -> None:
        step = self.pick(["", "", " STEP 2", " STEP -1", " STEP 0.5"])
        first, last = ("3", "1") if "-" in step else ("1", self.pick(["2", "3", "LEN(s)", "2.5"]))
        variable = self.pick([*LOCAL, "i", "j", "k", "a"])
        self.counted(indent, f"FOR {variable} = {first} TO {last}{step}")
        self.loop("FOR", depth, indent)
        self.put(indent, "NEXT")

    def each_block(self, depth: int, indent: int) -> None:
        items = self.pick(["items", "[1, 2]", "rec", "items LAST 2", "rows"])
        self.counted(indent, f"FOR EACH {self.pick(LOCAL)} IN {items}")
        self.loop("FOR", depth, indent)
        self.put(indent, "NEXT")

    def while_block(self, depth: int, indent: int) -> None:
        guard = self.new("n")
        self.put(indent, f"{guard} = 0")
        self.put(indent, f"WHILE {guard} < {self.draw(st.integers(1, 3))} AND {self.expression(1)}")
        self.put(indent + 1, f"{guard} = {guard} + 1")
        self.loop("WHILE", depth, indent)
        self.put(indent, "WEND")

    def do_block(self, depth: int, indent: int) -> None:
        guard = self.new("n")
        self.put(indent, f"{guard} = 0")
        self.put(indent, "DO")
        self.put(indent + 1, f"{guard} = {guard} + 1")
        self.loop("DO", depth, indent)
        self.put(indent, f"LOOP UNTIL {guard} > 2 OR {self.expression(1)}")

    def try_block(self, depth: int, indent: int) -> None:
        may_jump, self.may_jump = self.may_jump, False
        self.put(indent, "TRY")
        self.block(depth + 1, indent + 1)
        has_catch = self.chance(75)
        if has_catch:
            self.put(indent, self.pick(["CATCH", "CATCH e", "CATCH x"]))
            self.block(depth + 1, indent + 1)
        if not has_catch or self.chance(40):
            self.put(indent, "FINALLY")
            self.block(depth + 1, indent + 1)
        self.put(indent, "END TRY")
        self.may_jump = may_jump

    def select_block(self, depth: int, indent: int) -> None:
        self.put(indent, f"SELECT CASE {self.expression(1)}")
        self.put(indent, f"CASE {self.expression(2)}, 1 TO 3")
        self.block(depth + 1, indent + 1)
        self.put(indent, "CASE ELSE")
        self.block(depth + 1, indent + 1)
        self.put(indent, "END SELECT")

    def jump(self, kind: str, indent: int) -> None:
        if kind == "mode":
            self.put(indent, self.pick(["ON ERROR RESUME NEXT", "ON ERROR GOTO 0", "ON ERROR GOTO onerr"]))
            return
        guard = self.new("n")
        self.put(indent, f"{guard} = {guard} + 1")
        if kind == "gosub":
            self.put(indent, f"IF {guard} < 4 THEN GOSUB {self.pick(['gs1', 'gs2'])}")
            return
        label = self.pick(self.labels) if self.labels and self.chance(60) else self.new("l")
        self.put(indent, f"IF {guard} < 3 THEN GOTO {label}")
        if label not in self.labels:
            self.pending.append(label)
            if self.chance(50):
                self.put(indent, f"{self.pending.pop()}:")
                self.labels.append(label)

    def loop(self, kind: str, depth: int, indent: int) -> None:
        self.loops.append(kind)
        self.block(depth + 1, indent + 1)
        self.loops.pop()

    # ---- whole bodies

    def body(self, procedure: str | None, *, may_jump: bool) -> None:
        self.procedure, self.may_jump, self.pending, self.labels = procedure, may_jump, [], []
        self.budget = self.draw(st.integers(3, 14))
        indent = 1 if procedure else 0
        while self.budget > 0:
            self.budget -= 1
            self.statement(0, indent)
        if not may_jump:
            return
        for label in self.pending:
            self.put(indent, f"{label}:")
        end = self.new("end")
        self.put(indent, 'TALK "tail ${error} ${err}"')
        self.put(indent, f"GOTO {end}")
        self.may_jump = False
        for label in ("gs1", "gs2"):
            self.put(indent, f"{label}:")
            self.statement(2, indent)
            self.put(indent, "RETURN")
        for line in ("onerr:", "nn = nn + 1", "HEAR x", f"IF nn > 5 THEN GOTO {end}", "RESUME NEXT", f"{end}:"):
            self.put(indent, line)


@st.composite
def scripts(draw: st.DrawFn) -> str:
    """A script with two functions that call each other, HEAR, await, fail and jump."""
    writer = Writer(draw)
    for name in ("g", "f"):
        writer.put(0, f"FUNCTION {name}(p)")
        writer.put(1, "depth = depth + 1")
        writer.put(1, "IF depth > 12 THEN RETURN p")
        if draw(st.booleans()):
            writer.put(1, "LOCAL z")
        writer.body(name, may_jump=draw(st.integers(0, 9)) < 2)
        writer.put(1, f"RETURN {draw(st.sampled_from(['p', 'a', 'items', 's & p']))}")
        writer.put(0, "END FUNCTION")
    writer.put(0, "depth = 0")
    for line in ("a = 1", 'b = "q"', 's = ""', 'items = [1, "2", 3.5]', 'rec = {"k": 4, "items": items}'):
        if draw(st.integers(0, 9)) < 8:
            writer.put(0, line)
    writer.put(0, "rows = FIND 2")
    writer.body(None, may_jump=draw(st.integers(0, 9)) < 3)
    # every name is assigned somewhere, so that none is unknown
    writer.put(0, "IF FALSE THEN x = 0 : y = 0 : z = 0 : a = 0 : b = 0 : s = 0 : items = 0 : rec = 0 : e = 0 : nn = 0")
    guards = [f"n{i} = 0" for i in range(writer.serial + 1)]
    writer.put(0, "IF FALSE THEN " + " : ".join(guards))
    writer.put(0, 'TALK a & "," & b & "," & s & "," & x & "," & y & "," & z & "," & LEN(items) & LEN(rec)')
    writer.put(0, "RETURN [a, b, s, x, y, z, items, rec, rows]")
    return "\n".join(writer.lines) + "\n"
