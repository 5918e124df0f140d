DROP INDEX foundation_events_recorded;
DROP INDEX foundation_deliveries_dead;
DROP INDEX foundation_deliveries_claim;
CREATE INDEX foundation_deliveries_claim ON foundation_deliveries (due_at) WHERE state = 'ready';
