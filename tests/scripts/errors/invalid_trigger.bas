CREATE AUTOMATION "Never" NOTIFY "ana" SAYING "Hello"  ' error: invalid_trigger
