HEAR x AS SPACESHIP     ' error: unknown-kind
