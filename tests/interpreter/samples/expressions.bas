x = 1 + 2 * 3 - 4 / 5 \ 6 MOD 7 % 8 ^ 9 ^ 2
x = -2 ^ 2 + NOT a
x = (1 + 2) * -(3 - 4)
x = a AND b OR c XOR NOT d
x = a ?? b ?? c
x = a > 1 ? "many" : a = 1 ? "one" : "none"
x = a?.b.c[1]["k"].d(1, 2).e
x = f(1, g(2), [3, 4], #{a: 5})
x = [1, [2, 3], "four", #{five: 5},]
x = {"a": 1, b: 2, "c d": {e: 3}, f}
x = #{
  first: GET "http://a",  ' a comment in a record
  second: 2
}
x = a IS NULL OR b IS NOT NULL
x = a IN [1, 2] AND b NOT IN c AND d CONTAINS "e" AND f LIKE "%g" AND h STARTS WITH "i" AND j ENDS WITH "k"
x = a == 1 && b != 2 || !c
x = .5 + 1e3 + 1.5e-3 + &HFF + 0x1F
x = TRUE AND FALSE OR NULL
x = "quote "" and \" and \\ and \n and \u00e9 and $5 and ${ and \${a}"
x = "${a.b}${f("x", 1)}${"in ${deep} in"}"
x = 'single'
x = 'it is "so"'
x = "long
text"
x = """
raw "quotes" here
"""
x = a + _
  b +
  c
x = NEW OBJECT
x.y = NEW ARRAY
x.list[2].name = "z"
x = IIF(a, b, c) + LEFT$("abc", 2)
x = FIND "orders", "status=open" WHERE total > 5 ORDER BY total DESC, name LIMIT 3
SAVE "orders" WITH name = "a", total = 5
rows = LLM "sum " + x WITH CONTEXT y OPTIMIZE FOR "speed"
x = SOME UNKNOWN "value", 1 WITH y
list.push(1)
x = a - (b - c) - d / (e / f) + (g & h)
x = (a ^ b) ^ c ^ -d
x = (a ? b : c) ? d : e
x = NOT (a = b) = (c AND d)
x = (a = b) = c
x = -(a + b) * (c ?? d)
x = "a ${f("b ${g("c ${h("d ${i} e")} f")} g")} h"
