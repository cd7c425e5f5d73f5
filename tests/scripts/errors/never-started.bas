ON INSERT OF "customers"
  TALK "new customer"
END ON
TALK "Hello"
