//! Foundation's tables. A test compares this file with the migrated database.

diesel::table! {
    foundation_events (id) {
        id -> crate::database::Guid,
        name -> Text,
        payload -> Text,
        aggregate -> Nullable<Text>,
        sequence -> BigInt,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    foundation_deliveries (id) {
        id -> crate::database::Guid,
        event_id -> crate::database::Guid,
        handler -> Text,
        ordering_key -> Nullable<Text>,
        sequence -> BigInt,
        coalescing_key -> Nullable<Text>,
        due_at -> Timestamp,
        state -> Text,
        blocks -> Bool,
        attempt -> Integer,
        rescues -> Integer,
        fence -> BigInt,
        owner -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        finished_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    foundation_locks (name) {
        name -> Text,
        owner -> crate::database::Guid,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    foundation_commits (id) {
        id -> crate::database::Guid,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    foundation_audit (id) {
        id -> crate::database::Guid,
        at -> Timestamp,
        actor -> Text,
        act -> Text,
        subject -> Text,
        detail -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(foundation_events, foundation_deliveries);
diesel::joinable!(foundation_deliveries -> foundation_events (event_id));
