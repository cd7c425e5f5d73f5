TABLE customers
  name text
  name string(9)                      ' error: duplicate-column
END TABLE
