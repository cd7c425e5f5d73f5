TALK FROMJSON("{")     ' error: invalid-json
