TABLE customers
  name                                ' error: invalid-column
END TABLE
