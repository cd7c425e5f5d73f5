CREATE TEMPLATE "Refund" DESCRIPTION "Order {{order}}"
CREATE TASK FROM TEMPLATE "Refund" WITH "#12"  ' error: invalid_variables
