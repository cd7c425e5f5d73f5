ASSERT 1 = 2     ' error: assertion
