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


PROGRAMS = {
    f.__name__: f
    for f in (
        countdown, forsum, fib24, strbuild, strnum, sieve, nested, collatz, calls, dyn, shared, bot,
    )
}  # fmt: skip
