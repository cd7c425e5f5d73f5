"""What the channel for e-mail is made of: reading and writing mails, and the mailbox that they come to."""
