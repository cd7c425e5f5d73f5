' What nobody gave is null.
PARAM who, town
TALK who IS NULL AND town IS NULL     ' bot: true
