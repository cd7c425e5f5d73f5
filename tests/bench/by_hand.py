"""The work of the benchmark scripts, as somebody would write it in Python by hand."""

from typing import TypedDict


class Order(TypedDict):
    """One row of LOAD ORDERS."""

    id: int
    customer: str
    total: int
    status: str
    vip: bool


def load_orders() -> list[Order]:
    """200 orders."""
    return [
        {
            "id": 1000 + i,
            "customer": f"Customer{i % 17}",
            "total": (i * 37) % 900,
            "status": "open" if i % 3 else "paid",
            "vip": i % 5 == 0,
        }
        for i in range(200)
    ]


def countdown() -> int:
    x = 1000000
    while x > 0:
        x = x - 1
    return x


def forsum() -> int:
    total = 0
    for i in range(1, 1000001):
        total = total + i * 2
    return total


def fib(n: int) -> int:
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def fib24() -> int:
    return fib(24)


def strbuild() -> int:
    s = ""
    for _i in range(1, 100001):
        s = s + "ab"
    return len(s)


def strnum() -> int:
    s = ""
    for i in range(1, 100001):
        s += "k" + str(i)
    return len(s)


def sieve() -> int:
    flags = [0] * 8193
    count = 0
    for _ in range(10):
        count = 0
        for i in range(8192):
            flags[i] = 1
        for i in range(8192):
            if flags[i] == 1:
                prime = i + i + 3
                k = i + prime
                while k <= 8191:
                    flags[k] = 0
                    k = k + prime
                count = count + 1
    return count


def nested() -> int:
    a = [0] * 201
    b = 0
    for i in range(1, 201):
        for j in range(1, 201):
            if i % 2 == 0:
                if j > i:
                    a[j] = a[j] + 1
                elif j == i:
                    b = b + 3
                else:
                    a[i] = a[i] + j
            elif a[j] > 100 and j < 150:
                b = b + a[j] % 7
            else:
                b = b - 1
    return b


def collatz() -> int:
    best = 0
    for n in range(1, 3001):
        x = n
        c = 0
        while x != 1:
            x = x // 2 if x % 2 == 0 else 3 * x + 1
            c = c + 1
        if c > best:  # noqa: PLR1730  # as one writes it where speed counts
            best = c
    return best


def clamp(x: int, low: int, high: int) -> int:
    if x < low:
        return low
    if x > high:
        return high
    return x


def calls() -> int:
    t = 0
    for i in range(1, 200001):
        t = t + clamp(i, 100, 5000)
    return t


def dyn() -> int:
    a: list[int] = [0] * 101
    t = 0
    for i in range(1, 101):
        a[i] = i
    for k in range(1, 1001):
        for i in range(1, 101):
            t = t + a[i] * 2
            if a[i] == k:
                t = t - 1
            if a[i] < 50:
                t = t + 1
    return t


def shared() -> int:
    s: list[str] = []
    hits = 0

    def report() -> None:
        nonlocal hits
        s.append(".")
        hits += 1

    for i in range(1, 60001):
        s.append("ab")
        if i % 10 == 0:
            report()
        hits += 1
    return len("".join(s)) + hits


def discount(order: Order) -> float:
    if order["total"] > 500 and order["vip"]:
        return order["total"] * 0.1
    if order["total"] > 200:
        return order["total"] * 0.05
    return 0


def bot() -> str:
    shown = 0
    grand = 0.0
    message = ""
    orders = load_orders()
    open_orders: list[Order] = []
    for _ in range(20):
        open_orders, by_customer = [], dict[str, int]()
        for order in orders:
            if order["status"] == "open" and order["total"] > 50:
                open_orders.append(order)  # more is done in the same loop
                grand = grand + order["total"] - discount(order)
                by_customer[order["customer"]] = by_customer.get(order["customer"], 0) + 1
        message = ""
        for order in open_orders:
            if order["customer"].lower() != "nobody":
                message += f"{order['id']}: {order['customer']} {order['total']:,.2f}; "
                shown += 1
    return f"{message} {shown} {grand:,.2f} {len(open_orders)}"


def is_vowel(letter: str) -> bool:
    return letter in "aeiou"


def words() -> str:
    phrase = "The quick brown fox jumps over the lazy dog and runs away"
    vowels = 0
    seen: dict[str, int] = {}
    for _ in range(400):
        for word in phrase.lower().split(" "):
            if len(word) > 3:
                for i in range(len(word)):
                    if is_vowel(word[i]):
                        vowels += 1
            seen[word] = seen.get(word, 0) + 1
    return f"{vowels} {seen['the']} {','.join(seen)}"


class Player(TypedDict):
    """Somebody who plays."""

    name: str
    score: int
    level: int
    log: list[int]


def records() -> str:
    players: list[Player] = [{"name": f"p{i}", "score": 0, "level": 1, "log": []} for i in range(1, 201)]
    for turn in range(1, 61):
        for player in players:
            player["score"] = player["score"] + turn * 3
            if player["score"] > player["level"] * 100:
                player["level"] = player["level"] + 1
                player["log"].append(turn)
    total = 0
    best = players[0]
    for player in players:
        total = total + player["score"] + len(player["log"])
        if player["level"] > best["level"]:
            best = player
    return f"{best['name']} {best['level']} {total}"


def rows() -> str:
    orders = load_orders()
    found: list[Order] = []
    for _ in range(100):
        found = []
        for order in orders:
            if (
                order["status"] == "open"
                and order["customer"] != "Customer3"
                and (order["vip"] or order["total"] >= 400)
            ):
                found.append(order)  # as the script does it
    count = total = 0
    for order in found:
        count = count + 1
        total = total + order["total"]
    return f"{orders[0]['customer']}: {count} of {len(orders)}, {total}"


def hanoi() -> int:
    moves = 0

    def move(n: int, a: str, b: str, c: str) -> None:
        nonlocal moves
        if n == 0:
            return
        move(n - 1, a, c, b)
        moves += 1
        move(n - 1, c, b, a)

    move(14, "left", "right", "middle")
    return moves


def is_free(rows: list[int], row: int, column: int) -> bool:
    for i in range(column):  # noqa: SIM110  # as one writes it where speed counts
        if rows[i] == row or abs(rows[i] - row) == column - i:
            return False
    return True


def place(rows: list[int], column: int, size: int) -> int:
    if column == size:
        return 1
    ways = 0
    for row in range(size):
        if is_free(rows, row, column):
            rows[column] = row
            ways = ways + place(rows, column + 1, size)
    return ways


def queens() -> int:
    return place([0] * 8, 0, 7)


def bubble() -> int:
    items: list[int] = []
    x = 7
    for _ in range(250):
        x = (x * 137 + 11) % 997
        items.append(x)
    swapped = True
    while swapped:
        swapped = False
        for i in range(len(items) - 1):
            if items[i] > items[i + 1]:
                items[i], items[i + 1] = items[i + 1], items[i]
                swapped = True
    return items[0] + items[249]


def primes() -> int:
    count = 0
    for n in range(2, 4001):
        prime = True
        d = 2
        while d * d <= n:
            if n % d == 0:
                prime = False
                break
            d = d + 1
        if prime:
            count = count + 1
    return count


def greet() -> int:
    names = ["Ana", "Ben", "Carla", "Dov"]
    size = 0
    for i in range(1, 20001):
        name = names[i % 4]
        kind = i % 5
        if kind == 0:
            greeting = "Good morning"
        elif kind in (1, 2):
            greeting = "Hello"
        else:
            greeting = "Good evening"
        message = f"{greeting}, {name}! You are number {i}."
        size = size + len(message)
    return size


PROGRAMS = {
    f.__name__: f
    for f in (
        countdown, forsum, fib24, strbuild, strnum, sieve, nested, collatz, calls, dyn, shared, words, records, rows,
        hanoi, queens, bubble, primes, greet, bot,
    )
}  # fmt: skip
