//! This module's tables. A test compares this file with the migrated database.

diesel::table! {
    payments_payments (id) {
        id -> foundation::database::Guid,
        payer -> foundation::database::Guid,
        amount_minor -> BigInt,
        currency -> Text,
        description -> Text,
        status -> Text,
        failure -> Nullable<Text>,
        authorisation -> Nullable<Text>,
        capture_before -> Nullable<Timestamp>,
        started_at -> Timestamp,
        charged_at -> Nullable<Timestamp>,
        captured_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    payments_operations (id) {
        id -> foundation::database::Guid,
        payment -> foundation::database::Guid,
        kind -> Text,
        request_hash -> Text,
        token -> Nullable<Text>,
        state -> Text,
        reference -> Nullable<Text>,
        reason -> Nullable<Text>,
        detail -> Nullable<Text>,
        started_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
    }
}

diesel::joinable!(payments_operations -> payments_payments (payment));
diesel::allow_tables_to_appear_in_same_query!(payments_payments, payments_operations);
