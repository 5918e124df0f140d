DROP TABLE foundation_audit;
DROP TABLE foundation_commits;
DROP TABLE foundation_locks;
DROP TABLE foundation_deliveries;
DROP TABLE foundation_events;
