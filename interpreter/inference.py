"""What is provable of a script before it runs: shared variables, procedures that can be suspended, and types.

A type is a set of bits, one for each kind of value that a variable may hold; UNSET is the null of a variable before its
first assignment, which only those reads can see that may come before one. The types of list items and record
fields are kept by key for the whole script (`heap`), not for each list; `""` stands for list items, `{}` for a field
whose name is known only at run time, `*` for what may be either. With `infer` off every type is unknown; the compiled
script then means the same and is slower.
"""

from collections import Counter

from tasktalk.interpreter import tree
from tasktalk.interpreter.function import Returns
from tasktalk.interpreter.survey import Survey
from tasktalk.interpreter.tree import MAIN, Expression, Node, Script, Statement, walk
from tasktalk.interpreter.values import numeral

INTEGER, FLOAT, TEXT, BOOLEAN, LIST, RECORD, NULL, DATE, UNSET = (1 << bit for bit in range(9))
NUMBER = INTEGER | FLOAT | BOOLEAN
ANY = 255
COMPARISONS = frozenset(("=", "<>", "<", "<=", ">", ">="))
RESULT_BITS: dict[Returns, int] = {
    "nothing": NULL,
    "any": ANY,
    "item": ANY,
    "argument": ANY,
    "part": TEXT | LIST,
    "text": TEXT,
    "number": INTEGER | FLOAT,
    "integer": INTEGER,
    "boolean": BOOLEAN,
    "date": DATE,
    "list": LIST,
    "record": RECORD,
    "rows": LIST,
}
_CONSTANT_BITS = {int: INTEGER, float: FLOAT, str: TEXT, bool: BOOLEAN, type(None): NULL}
_MOST_ROUNDS = 30  # a type may need as many as there are variables to come round: not worth the time
_CALLS = (tree.CallProcedure, tree.CallKeyword, tree.CallScript)
ERROR_FIELDS = {"code": TEXT, "message": TEXT, "line": INTEGER | NULL, "column": INTEGER | NULL, "keyword": TEXT | NULL}


def heap_key(key: Expression, by: int, of: int) -> str:
    """Under which key of the heap an index expression reads and writes; `by` is the key's type, `of` that of the whole.

    What may be a record has its fields under `{}` even where their names are numbers.
    """
    if isinstance(key, tree.Const) and isinstance(key.value, str) and numeral(key.value) is None:
        return key.value.lower()
    if not of & ~(RECORD | NULL):
        return "{}"
    return "" if not of & RECORD and not by & ~(INTEGER | FLOAT) else "*"


class Facts:
    """All that is known of a script. `types` is by procedure and name, with "" as the procedure of shared variables."""

    def __init__(self, script: Script, *, infer: bool = True) -> None:
        self.script, self.infer = script, infer
        self.surveys = {name: Survey(procedure) for name, procedure in script.procedures.items()}
        self.unset: dict[str, set[str]] = {}  # names that may be read before they are assigned: they start as null
        self.assigning = Counter(name for found in self.surveys.values() for name in found.assigned)  # how many do
        self.shared = shared_names(script, self.surveys)
        # trees of calls need no loop to be endless
        self.checks_entry = {
            name for name, found in self.surveys.items() if (found.calls and name != MAIN) or found.calls_scripts
        }
        # what may be taken off the stack: it loops, waits, or calls others (calls test the flag)
        self.resumable = {name for name, found in self.surveys.items() if found.is_busy or found.calls}
        self.shared_in = {  # by procedure those that it touches
            name: self.shared & found.variables.keys() - script.procedures[name].own
            for name, found in self.surveys.items()
        }
        self.types: dict[str, dict[str, int]] = {"": dict.fromkeys(self.shared, 0)}
        self.results: dict[str, int] = dict.fromkeys(script.procedures, 0)
        self.heap: dict[str, int] = {}
        self.spells_alike = infer  # no two fields of any record can differ in upper and lower case only
        self._spellings: dict[str, str] = {}
        self._unset_reads: set[int] = set()  # the ids of variables' nodes in the tree
        # an assumption that is made stronger means another round only if something has been concluded from it
        self._changed = False
        self._known_variables: set[str] = set()
        self._is_heap_known = self._are_results_known = False
        self._infer_types()

    # ---- scopes and calls

    def scope(self, procedure: str, name: str) -> str:
        """Where a variable of a procedure lives: the procedure, or "" for the script."""
        return "" if name in self.shared_in[procedure] else procedure

    def is_private(self, procedure: str, name: str) -> bool:
        """No other procedure can read or change the variable."""
        return name not in self.shared_in[procedure]

    def type_of_variable(self, procedure: str, name: str) -> int:
        """The kinds of value that the variable may hold anywhere in the procedure."""
        return self.types[self.scope(procedure, name)][name]

    # ---- types

    def _infer_types(self) -> None:
        for name, found in self.surveys.items():
            self.types[name] = dict.fromkeys(found.variables, 0)
        if not self.infer:
            self._assume_nothing()
            return
        for name, procedure in self.script.procedures.items():
            found = self.surveys[name]
            if found.jumps:
                null, self.unset[name] = NULL, set(found.variables) - set(procedure.parameters)
                self.unset[name] -= self._prefix(procedure.body)
            else:
                null, self.unset[name] = UNSET, found.unset
                self._unset_reads |= found.unset_reads
            for variable in self.unset[name]:
                self.types[self.scope(name, variable)][variable] = null
        handlers = [p for p in self.script.procedures.values() if p.is_handler]
        if self.shared:
            sure = self._prefix(self.script.main.body) if not handlers else set()  # a handler finds nothing assigned
            for variable in self.shared:
                self.types[""][variable] = 0 if variable in sure else NULL
        for parameter in self.script.main.parameters:
            self.types[MAIN][parameter] = LIST
            self._raise_unknown()
        for handler in handlers:
            for parameter in handler.parameters:
                self.types[handler.name][parameter] = ANY
                self._raise_unknown()
        for _ in range(_MOST_ROUNDS):
            self._changed = False
            for name, found in self.surveys.items():
                for node in found.flowing:
                    self._flow(name, node)
            if not self._changed:
                return
        self._assume_nothing()

    def _assume_nothing(self) -> None:
        self.infer = False
        self.types = {scope: dict.fromkeys(names, ANY) for scope, names in self.types.items()}
        self.results = dict.fromkeys(self.results, ANY)

    def _prefix(self, body: list[Statement]) -> set[str]:
        """Variables assigned before anything else can run."""
        sure: set[str] = set()
        for node in body:
            if not isinstance(node, tree.Let) or not isinstance(node.target, tree.Variable):
                break
            inside = list(walk([node.value]))
            if any(isinstance(n, _CALLS) or (isinstance(n, tree.Variable) and n.name not in sure) for n in inside):
                break
            sure.add(node.target.name)
        return sure

    def _raise_type(self, procedure: str, name: str, bits: int) -> None:
        known = self.types[self.scope(procedure, name)]
        if bits & ~known[name]:
            known[name] |= bits
            self._changed = self._changed or name in self._known_variables

    def _raise_heap(self, key: str, bits: int) -> None:
        if bits & ~self.heap.get(key, 0):
            self.heap[key] = self.heap.get(key, 0) | bits
            self._changed = self._changed or self._is_heap_known

    def _raise_result(self, name: str, bits: int) -> None:
        if bits & ~self.results[name]:
            self.results[name] |= bits
            self._changed = self._changed or self._are_results_known

    def _flow(self, name: str, node: Node) -> None:
        if type(node) is tree.Let:
            target = node.target
            if type(target) is tree.Variable:
                self._raise_type(name, target.name, self.type_of(name, node.value))
            elif type(target) is tree.Index:
                self._flow_element(name, target, node.value)
        elif type(node) is tree.CallFunction:
            self._flow_function(name, node)
        elif type(node) is tree.CallKeyword or type(node) is tree.CallScript or type(node) is tree.Predefined:
            self._raise_unknown()
        elif type(node) is tree.For:
            bits = self.type_of(name, node.start) | self.type_of(name, node.step)
            known = bits if not bits & ~(INTEGER | FLOAT) else INTEGER | FLOAT
            self._raise_type(name, node.variable, known)
        elif type(node) is tree.ForEach:
            over = self.type_of(name, node.value)
            key = ("*" if over & ~(RECORD | NULL) else "{}") if over & RECORD else ""
            self._raise_type(name, node.variable, self.element(key))
        elif type(node) is tree.Return:
            self._raise_result(name, self.type_of(name, node.value) if node.value is not None else NULL)
        elif type(node) is tree.Try and node.variable is not None:
            self._raise_type(name, node.variable, RECORD)
            self._raise_error_fields()
        elif type(node) is tree.OnError:
            self._raise_type(name, tree.LAST_ERROR, RECORD)
            self._raise_error_fields()
        elif type(node) is tree.ListOf and not node.leaves:
            for item in node.items:
                self._raise_heap("", self.type_of(name, item))
        elif type(node) is tree.RecordOf:
            for key, item in zip(node.keys, node.items, strict=True):
                self._spell(tree.Const(key, node.span))
                self._raise_heap("{}" if numeral(key) is not None else key.lower(), self.type_of(name, item))
        elif type(node) is tree.CallProcedure:
            called = self.script.procedures[node.name]
            for parameter, argument in zip(called.parameters, node.arguments, strict=True):
                self._raise_type(node.name, parameter, self.type_of(name, argument))
            self._raise_result(node.name, 0 if always_returns(called.body) else NULL)
        elif type(node) is tree.Helper and node.name in ("new_list", "resized"):
            self._raise_heap("", self.type_of(name, node.arguments[0]) | LIST)

    def _flow_element(self, name: str, target: tree.Index, value: Expression) -> None:
        """What goes into a list or record."""
        of = self.type_of(name, target.value)
        key = heap_key(target.key, self.type_of(name, target.key), of)
        self._spell(target.key)
        padding = NULL if key in ("", "*") else 0
        self._raise_heap(key, self.type_of(name, value) | padding)
        if isinstance(target.value, tree.Variable) and of & NULL:
            self._raise_type(name, target.value.name, RECORD | LIST)

    def _flow_function(self, name: str, node: tree.CallFunction) -> None:
        function = node.function
        if function.stores:
            for argument in node.arguments[1:]:
                self._raise_heap("" if function.stores == "item" else "*", self.type_of(name, argument))
        if function.items == "fields":
            self._raise_heap("", self.element("*"))
        elif function.items != "same" and RESULT_BITS[function.returns] & (LIST | RECORD):
            self._raise_heap("", RESULT_BITS[function.items])
            if function.items == "any" and function.returns != "list":
                self._raise_unknown()

    def _spell(self, key: Expression) -> None:
        """Notes under which name a field is written; one known only at run time may be any."""
        if not isinstance(key, tree.Const) or (
            isinstance(key.value, str) and self._spellings.setdefault(key.value.lower(), key.value) != key.value
        ):
            self.spells_alike = False

    def _raise_unknown(self) -> None:
        self.spells_alike = False
        self._raise_heap("", ANY)
        self._raise_heap("*", ANY)

    def _raise_error_fields(self) -> None:
        for key, bits in ERROR_FIELDS.items():
            self._raise_heap(key, bits)

    def element(self, key: str) -> int:
        """What a read of that heap key may give."""
        if not self.infer:
            return ANY
        self._is_heap_known = True
        if key in ("*", "{}"):
            bits = NULL | INTEGER
            for name, part in self.heap.items():
                bits |= part if name or key == "*" else 0
            return bits
        bits = self.heap.get(key, 0) | self.heap.get("*", 0)
        return bits | self.heap.get("{}", 0) | NULL if key else bits

    def type_of(self, name: str, node: Expression) -> int:
        """The kinds of value that the expression may give in that procedure; 0 while nothing is known yet."""
        # a class pattern takes ten times as long as this question, which is asked of every node
        if type(node) is tree.Const:
            return _CONSTANT_BITS[type(node.value)]
        if type(node) is tree.Variable:
            variable = node.name
            self._known_variables.add(variable)
            bits = self.types["" if variable in self.shared_in[name] else name][variable]
            if not bits & UNSET:
                return bits
            return bits & ~UNSET | (NULL if id(node) in self._unset_reads else 0)
        if type(node) is tree.CallKeyword:
            return RESULT_BITS[node.keyword.returns] | NULL
        if type(node) is tree.Binary:
            bits = binary_type(node.operator, self.type_of(name, node.left), self.type_of(name, node.right))
            return bits | FLOAT if bits and is_product(node) else bits
        if type(node) is tree.Logic:
            left = self.type_of(name, node.left)
            return (left & ~NULL if node.operator == "??" else left) | self.type_of(name, node.right)
        if type(node) is tree.Choose:
            return self.type_of(name, node.yes) | self.type_of(name, node.no)
        if type(node) is tree.Not:
            return BOOLEAN
        if type(node) is tree.Index:
            return self._index_type(name, node)
        if type(node) is tree.Interpolation:
            return TEXT
        if type(node) is tree.ListOf:
            return LIST
        if type(node) is tree.RecordOf:
            return RECORD
        if type(node) is tree.Helper:
            return self.type_of(name, node.arguments[0]) if node.name == "portion" else RESULT_BITS[node.returns]
        if type(node) is tree.CallProcedure:
            self._are_results_known = True
            return self.results[node.name]
        if type(node) is tree.CallFunction:
            return self._type_of_call(name, node)
        return ANY

    def _type_of_call(self, name: str, node: tree.CallFunction) -> int:
        returns = node.function.returns
        if returns == "part":
            return TEXT | self.type_of(name, node.arguments[0]) & LIST
        if returns not in ("argument", "item"):
            return RESULT_BITS[returns]
        found = [self.type_of(name, argument) for argument in node.arguments]
        bits = self.element("*") if returns == "item" else 0
        for part in found:
            bits |= part
        if returns == "argument" and not all(part & (NULL | LIST) for part in found):  # a row list without rows is null
            bits &= ~NULL
        return bits

    def _index_type(self, name: str, node: tree.Index) -> int:
        of = self.type_of(name, node.value)
        if not of:
            return 0
        key = heap_key(node.key, self.type_of(name, node.key), of)
        if of & TEXT and isinstance(node.key, tree.Const) and key not in ("", "*", "length"):
            return ANY  # a text that a keyword gave may have fields
        return self.element(key) | of & (NULL | TEXT) | (INTEGER if key == "length" else 0)


def shared_names(script: Script, surveys: dict[str, Survey]) -> set[str]:
    """The script's variables that some procedure touches; all others stay fast locals."""
    touched: set[str] = set()
    for name, procedure in script.procedures.items():
        if name != MAIN:
            touched |= surveys[name].variables.keys() - procedure.own
    return touched & surveys[MAIN].variables.keys()


def always_returns(body: list[Statement]) -> bool:
    """The end of the body is never reached."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, tree.If):
        return always_returns(last.then) and always_returns(last.otherwise)
    return isinstance(last, tree.Return | tree.Throw | tree.Stop)


def is_product(node: tree.Binary) -> bool:
    """A product of two values known only at run time: what can leave 64 bits in a few rounds of a loop."""
    return node.operator == "*" and not isinstance(node.left, tree.Const) and not isinstance(node.right, tree.Const)


def binary_type(operator: str, a: int, b: int) -> int:
    """What an operator may give for operands of these types."""
    if operator in COMPARISONS:
        return BOOLEAN
    if operator == "&":
        return TEXT
    if not a or not b:
        return 0
    if operator == "+":
        return _plus_type(a, b)
    if operator in ("/", "^"):
        return INTEGER | FLOAT
    result = _arithmetic(a, b)
    if operator == "-" and a & DATE:
        result |= DATE | INTEGER | FLOAT
    if operator == "-" and b & DATE:
        result |= INTEGER | FLOAT
    return result


def _plus_type(a: int, b: int) -> int:
    counts = NUMBER | NULL
    result = _arithmetic(a & counts, b & counts) if a & counts and b & counts else 0
    if (a & DATE and b & counts) or (b & DATE and a & counts):
        result |= DATE
    if a & LIST and b & LIST:
        result |= LIST
    if (a | b) & (TEXT | RECORD | LIST) or (a & DATE and b & DATE):
        result |= TEXT
    return result


def _arithmetic(a: int, b: int) -> int:
    """Integers that leave 64 bits stay integers until they are shown, stored by a product, or leave the script."""
    whole, broken = INTEGER | BOOLEAN | NULL, ANY & ~(INTEGER | BOOLEAN | NULL)
    result = FLOAT if (a | b) & broken else 0
    return result | (INTEGER if a & (whole | TEXT) and b & (whole | TEXT) else 0) or INTEGER
