' An address that stands first is taken for one.
SET USER "ana@example.com"
TALK useremail, " ", user, " ", username     ' bot: ana@example.com ana@example.com person
