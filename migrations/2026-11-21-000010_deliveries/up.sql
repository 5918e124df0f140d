DROP INDEX foundation_deliveries_claim;
CREATE INDEX foundation_deliveries_claim ON foundation_deliveries (handler, due_at, sequence)
    WHERE state = 'ready';
CREATE INDEX foundation_deliveries_dead ON foundation_deliveries (due_at) WHERE state = 'dead';
CREATE INDEX foundation_events_recorded ON foundation_events (recorded_at);
