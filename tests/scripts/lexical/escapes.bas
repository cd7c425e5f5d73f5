TALK "tab\tA\u00e9 \\"                ' bot: tab	Aé \
