TALK "invoice.pdf" LIKE "%.pdf"       ' bot: true
TALK "cat" LIKE "c_t"                 ' bot: true
TALK "cart" LIKE "c_t"                ' bot: false
