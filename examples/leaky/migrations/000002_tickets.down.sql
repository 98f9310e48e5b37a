DROP TABLE ticket_tags, tags, attachments, ticket_messages, tickets, customers;
DROP TYPE ticket_state;
