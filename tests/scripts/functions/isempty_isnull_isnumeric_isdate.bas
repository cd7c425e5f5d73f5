TALK ISEMPTY([]), ISEMPTY(0), " ", ISNULL(NULL), ISNULL("")     ' bot: truefalse truefalse
TALK ISNUMERIC("1e3"), ISNUMERIC("a"), " ", ISDATE("2026-07-01"), ISDATE("July")     ' bot: truefalse truefalse
