r = {Town: "Faro"}
TALK ["town" IN r, "Town" IN r, r CONTAINS "TOWN", "street" IN r]     ' bot: [true, true, true, false]
