' HEAR may stand inside of SELECT.
HEAR what AS "name", "town"
SELECT CASE what
  CASE "name"
    HEAR x WITH "Name?"
  CASE ELSE
    HEAR x WITH "Town?"
END SELECT
TALK what, ": ", x
' user: town
' bot: Town?
' user: Faro
' bot: town: Faro
