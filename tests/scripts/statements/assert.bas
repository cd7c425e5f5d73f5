ASSERT 1 = 1
ASSERT 1 = 2, "no"                    ' error: assertion
