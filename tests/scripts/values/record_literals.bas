r = #{a: 1, "b c": 2, inner: {d: [3],},}
TALK r["b c"], r.inner.d[0]           ' bot: 23
