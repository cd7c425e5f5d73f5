TALK TYPEOF(NULL), " ", TYPEOF(TRUE), " ", TYPEOF(1), " ", TYPEOF("")     ' bot: null boolean number text
TALK TYPEOF(DATEVALUE("2026-07-01")), " ", TYPEOF([]), " ", TYPEOF({})     ' bot: date list record
