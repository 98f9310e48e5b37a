DROP FUNCTION find_ticket(bigint);
DROP MATERIALIZED VIEW account_activity;
DROP VIEW ticket_overview;
DROP TABLE canned_replies, articles;
