SET USER "Ana", "ana at home"          ' error: invalid-email
