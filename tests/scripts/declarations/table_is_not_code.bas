TABLE customers
  id integer key
  name string(50)
END TABLE
TALK "top"                            ' bot: top
