CREATE TEMPLATE "Refund" CHECKLIST ["Ask", 7]  ' error: invalid_checklist
