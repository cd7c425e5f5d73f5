DELETE "customers", "id = 1"                ' error: unknown-keyword
