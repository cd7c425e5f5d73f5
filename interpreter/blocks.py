"""Statements in a row to nested blocks.

Kept out of the grammar so that a wrong or missing end costs one message, at its opener.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from tasktalk.interpreter import nodes
from tasktalk.interpreter.errors import Diagnostic, Span
from tasktalk.interpreter.limits import current
from tasktalk.interpreter.lines import End, InlineIf, Item, Opener, Part


@dataclass(frozen=True, slots=True)
class Shape:
    """How one kind of block is divided and closed; `end` is what we tell authors to write."""

    word: str
    end: str
    closers: tuple[str, ...]
    parts: tuple[str, ...] = ()
    may_stay_open: bool = False


SHAPES = {
    "IF": Shape("IF", "END IF", ("END IF", "ENDIF"), ("ELSEIF", "ELSE")),
    "FOREACH": Shape("FOR EACH", "NEXT", ("NEXT", "END FOR", "ENDFOR", "LOOP")),
    "FOR": Shape("FOR", "NEXT", ("NEXT", "END FOR", "ENDFOR")),
    "WHILE": Shape("WHILE", "END WHILE", ("WEND", "END WHILE", "ENDWHILE", "LOOP")),
    "DO": Shape("DO", "LOOP", ("LOOP",)),
    "SELECT": Shape(
        "SELECT CASE", "END SELECT", ("END SELECT", "END SWITCH", "ENDSWITCH", "END CASE"), ("CASE", "CASEELSE")
    ),
    "SUB": Shape("SUB", "END SUB", ("END SUB", "END FUNCTION")),
    "TRY": Shape("TRY", "END TRY", ("END TRY",), ("CATCH", "FINALLY")),
    "WITH": Shape("WITH", "END WITH", ("END WITH",)),
    "ONEVENT": Shape("ON", "END ON", ("END ON",), (), True),
}
PART_OF = {part: kind for kind, shape in SHAPES.items() for part in shape.parts}
PART_WORDS = {"ELSEIF": "ELSE IF", "CASEELSE": "CASE ELSE"}
OPENERS = {"NEXT": "FOR", "LOOP": "DO"}  # what a closer of several kinds of block closes above all
LAST_PARTS = ("ELSE", "CASEELSE")


@dataclass(slots=True)
class OpenBlock:
    """A block that is open, the list that takes statements now, and the part that it belongs to."""

    opener: Opener
    target: list[nodes.Statement]
    part: str = ""


class Nester:
    """Takes what the lines gave, one by one; `finish` gives the body.

    `check` sees each whole statement first: it reports what is wrong with it, or takes it for something else. `known`
    are the keywords, one of which may begin with END.
    """

    def __init__(
        self,
        diagnostics: list[Diagnostic],
        check: Callable[[nodes.Statement], nodes.Statement | End],
        max_blocks: int | None = None,
        known: Collection[str] = (),
    ) -> None:
        self.diagnostics, self.check, self.known = diagnostics, check, known
        self.max_blocks = current().nesting if max_blocks is None else max_blocks
        self.body: list[nodes.Statement] = []
        self.open: list[OpenBlock] = []
        self.is_too_deep = False
        self.missed_blocks = 0  # ends of blocks that nobody knows and that nothing opens; each costs a look at all
        self.suspects: list[Opener] = []  # openers that were closed by an end further left

    def report(self, code: str, message: str, span: Span, hint: str | None = None, is_error: bool = True) -> None:
        self.diagnostics.append(Diagnostic(code, message, span, hint, "error" if is_error else "warning"))

    @property
    def target(self) -> list[nodes.Statement]:
        return self.open[-1].target if self.open else self.body

    def add(self, item: Item) -> None:
        if isinstance(item, Opener):  # a class pattern takes several times as long as this question
            self.open_block(item)
        elif isinstance(item, Part):
            self.part(item)
        elif isinstance(item, End):
            self.close(item)
        elif isinstance(item, InlineIf):
            self.target.append(self.inline(item))
        elif (command := command_of(item)) is None or not self.closes_unknown(command):
            self.statement(self.check(item))

    def statement(self, checked: nodes.Statement | End) -> None:
        """A whole statement, or the end of a block that was meant by it and counts where such a block is open."""
        if not isinstance(checked, End):
            self.target.append(checked)
        elif self.innermost(lambda kind: checked.word in SHAPES[kind].closers) is not None:
            self.close(checked)

    def inline(self, item: InlineIf) -> nodes.If:
        """An IF on one line; blocks in it are closed on that line."""
        bodies = []
        for items in (item.yes, item.no):
            nester = Nester(self.diagnostics, self.check, self.max_blocks - len(self.open), self.known)
            for inner in items:
                nester.add(inner)
            bodies.append(nester.finish())
        return nodes.If([nodes.Arm(item.condition, bodies[0], item.span)], bodies[1], True, item.span)

    def open_block(self, opener: Opener) -> None:
        if not opener.has_then:
            self.missing_then(opener.span, "IF")
        block = opener.block
        self.target.append(block)
        if isinstance(block, nodes.If):
            target = block.arms[0].body
        else:
            target = [] if isinstance(block, nodes.Select) else block.body
        self.open.append(OpenBlock(opener, target))
        if len(self.open) > self.max_blocks and not self.is_too_deep:
            self.is_too_deep = True
            self.report("too-deep", f"blocks are nested more than {current().nesting} deep", opener.span)

    def missing_then(self, span: Span, word: str) -> None:
        place = Span(span.end_line, span.end_column, span.end_line, span.end_column + 1)
        self.report("missing-then", "THEN is missing here", place, f"the form is: {word} condition THEN")

    def part(self, part: Part) -> None:
        wanted = PART_OF[part.kind]
        shape, word = SHAPES[wanted], PART_WORDS.get(part.kind, part.kind)
        depth = self.innermost(lambda kind: kind == wanted)
        in_select = bool(self.open) and self.open[-1].opener.kind == "SELECT"
        if depth is None or (part.kind == "ELSE" and in_select):
            hint = "in SELECT CASE write CASE ELSE" if in_select else None
            self.report("stray-part", f"this {word} is in no {shape.word}", part.span, hint)
            return
        self.close_above(depth)
        if not part.has_then:
            self.missing_then(part.span, "ELSE IF")
        current = self.open[-1]
        if current.part in LAST_PARTS and wanted != "TRY":
            self.report("stray-part", f"this {word} comes after the last ELSE of its {shape.word}", part.span)
        if wanted == "TRY" and current.part in ("FINALLY", part.kind):
            self.report("stray-part", f"this {word} comes after the {current.part} of its TRY", part.span)
        if wanted == "SELECT" and not current.part and current.target:
            self.report("stray-part", "this stands before the first CASE", current.target[0].span)
        current.part, current.target = part.kind, self.part_body(current.opener, part)

    def part_body(self, opener: Opener, part: Part) -> list[nodes.Statement]:
        """Adds a part to its block; gives the list that takes its statements."""
        body: list[nodes.Statement] = []
        match opener.block:
            case nodes.If() as block if part.condition is not None:
                block.arms.append(nodes.Arm(part.condition, body, part.span))
            case nodes.If() | nodes.Select() as block if part.kind in LAST_PARTS:
                block.otherwise = body
            case nodes.Select() as block:
                block.cases.append(nodes.Case(part.tests or [], body, part.span))
            case nodes.Try() as block if part.kind == "CATCH":
                block.catch, block.variable = body, part.variable
            case nodes.Try() as block:
                block.final = body
        return body

    def close(self, end: End) -> None:
        closer = end.word
        depth = self.innermost(lambda kind: closer in SHAPES[kind].closers)
        if depth is None and closer == "END ON" and self.reopen(end):
            return
        if depth is None and self.open and self.open[-1].opener.span.column == end.span.column:
            opener = self.open.pop().opener  # END IF for NEXT: the author meant this one
            shape = SHAPES[opener.kind]
            hint = f"write {shape.end}: the {shape.word} is in line {opener.span.line}"
            self.report("wrong-end", f"{closer} does not close a {shape.word}", end.span, hint)
            return
        if depth is None:
            closed = (shape.word for shape in SHAPES.values() if closer in shape.closers)
            word = OPENERS.get(closer) or next(closed)
            self.report("stray-end", f"this {closer} closes nothing", end.span, f"there is no open {word} above it")
            return
        self.close_above(depth)
        current = self.open.pop()
        opener, block = current.opener, current.opener.block
        if isinstance(block, nodes.Select) and not current.part and current.target:
            self.report("stray-part", "this stands in no CASE", current.target[0].span)
        if isinstance(block, nodes.For | nodes.ForEach) and end.name is not None and end.name != block.variable:
            message = f"this closes the FOR of {block.variable.name}, not of {end.name.name}"
            self.report("wrong-next", message, end.span, f"write NEXT {block.variable.name}", is_error=False)
        if isinstance(block, nodes.DoLoop):
            block.after_word, block.after = end.until_word, end.until
        elif end.until is not None:
            message = f"LOOP {end.until_word} does not close a {SHAPES[opener.kind].word}"
            self.report("wrong-end", message, end.span, f"write {SHAPES[opener.kind].end}")
        block.span = opener.span.to(end.span)
        if end.span.column < opener.span.column and end.span.line != opener.span.line:
            self.suspects.append(opener)

    def closes_unknown(self, end: nodes.Command) -> bool:
        """END SCHEDULE after a SCHEDULE: a block that the language has not. What stands in it must not run as if it had
        been written without the block, so it is left out, and what is wrong in it says nothing."""
        if end.phrase[:3].upper() != "END" or end.phrase in self.known:
            return False
        words = [*end.phrase.upper().split(), *(clause.word for clause in end.clauses)]
        words += [argument.name.upper() for argument in end.arguments if isinstance(argument, nodes.Name)]
        if len(words) != 2 or words[0] != "END" or self.missed_blocks > current().nesting:
            return False
        targets = [self.body, *(block.target for block in self.open)]
        for depth in range(len(targets) - 1, -1, -1):
            target = targets[depth]
            for i in range(len(target) - 1, -1, -1):
                opener = command_of(target[i])
                if opener is None or words[1] not in opener.phrase.upper().split():
                    continue
                if all(is_inside(block.opener.span, opener.span, end.span) for block in self.open[depth:]):
                    span = opener.span.to(end.span)
                    target[i:] = [nodes.Unknown(opener, words[1], target[i + 1 :], span)]
                    del self.open[depth:]
                    inside = [d for d in self.diagnostics if opener.span[2:] <= d.span[:2] < end.span[:2]]
                    self.diagnostics[:] = [d for d in self.diagnostics if d not in inside]
                    return True
        self.missed_blocks += 1
        return False

    def reopen(self, end: End) -> bool:
        """END ON after an ON that nobody knows (ON FACE DETECTED …): what stands between them is its body."""
        target = self.target
        for i in range(len(target) - 1, -1, -1):
            command = command_of(target[i])
            if command is not None and command.phrase.upper().split()[0] == "ON":
                span = target[i].span.to(end.span)
                said: list[nodes.Argument] = []
                for clause in command.clauses:
                    said += [nodes.Name(clause.word, clause.span), *clause.arguments]
                event = nodes.OnEvent(command.phrase.upper(), [*command.arguments, *said], target[i + 1 :], span)
                target[i:] = [event]
                return True
        return False

    def innermost(self, fits: Callable[[str], bool]) -> int | None:
        for depth in range(len(self.open) - 1, -1, -1):
            if fits(self.open[depth].opener.kind):
                return depth
        return None

    def close_above(self, depth: int) -> None:
        """Blocks inside the one at `depth` were never closed: says so at each opener."""
        while len(self.open) > depth + 1:
            self.unclosed(self.open.pop().opener)

    def unclosed(self, opener: Opener) -> None:
        shape, culprit = SHAPES[opener.kind], opener
        if shape.may_stay_open:
            return
        for suspect in self.suspects:  # an end further left than its opener: the end was meant for another
            if suspect.kind == opener.kind and suspect.span.line > opener.span.line:
                self.suspects.remove(suspect)
                culprit = suspect
                break
        word, end = shape.word, shape.end
        if isinstance(culprit.block, nodes.Procedure):
            word, end = culprit.block.kind, f"END {culprit.block.kind}"
        self.report("unclosed-block", f"this {word} is never closed", culprit.span, f"add {end} after its last line")

    def finish(self) -> list[nodes.Statement]:
        while self.open:
            self.unclosed(self.open.pop().opener)
        return self.body


def command_of(statement: nodes.Statement) -> nodes.Command | None:
    """The command that stands on a line of its own."""
    if isinstance(statement, nodes.Do) and isinstance(statement.value, nodes.Command):
        return statement.value
    return None


def is_inside(inner: Span, opener: Span, end: Span) -> bool:
    """A block that is open stands further right than what would be an opener and its end, so it belongs to them."""
    return opener.column == end.column < inner.column
