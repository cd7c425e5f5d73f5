FROBNICATE "x"                        ' error: unknown-keyword
