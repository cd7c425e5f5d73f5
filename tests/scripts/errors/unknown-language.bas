SET LANGUAGE "Klingonish"              ' error: unknown-language
