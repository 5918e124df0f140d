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

diesel::table! {
    process_earlier_buyers (payment) {
        payment -> foundation::database::Guid,
        process -> foundation::database::Guid,
        customer -> foundation::database::Guid,
        price_minor -> BigInt,
        currency -> Text,
        pay_by -> Timestamp,
    }
}

diesel::joinable!(process_earlier_buyers -> process_paying_for_won_item (process));
diesel::allow_tables_to_appear_in_same_query!(process_paying_for_won_item, process_earlier_buyers);
