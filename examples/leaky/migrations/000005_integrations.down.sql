DROP TABLE exports, satisfaction_ratings, ticket_transfers, call_recordings, webhook_deliveries, webhooks;
