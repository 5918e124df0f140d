//! The tables of this module. A test compares this file with the migrated database.

diesel::table! {
    process_paying_for_won_item (id) {
        id -> foundation::database::Guid,
        kind -> Text,
        correlation_key -> Text,
        version -> BigInt,
        state -> Text,
        timer_epoch -> BigInt,
        customer -> foundation::database::Guid,
        payment -> foundation::database::Guid,
        package -> Nullable<foundation::database::Guid>,
        data -> Text,
        started_at -> Timestamp,
        changed_at -> Timestamp,
    }
}
