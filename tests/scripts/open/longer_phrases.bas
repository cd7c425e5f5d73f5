id = 7
x = GET CUSTOMER HISTORY id           ' error: unknown-keyword
y = GET ATTENDANT STATUS id           ' error: unknown-keyword
