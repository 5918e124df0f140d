//! This module's tables. A test compares this file with the migrated database.

diesel::table! {
    customer_relationship_customers (id) {
        id -> foundation::database::Guid,
        email -> Text,
        email_key -> Text,
        name -> Text,
        language -> Text,
        time_zone -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    customer_relationship_emails (id) {
        id -> foundation::database::Guid,
        customer -> foundation::database::Guid,
        kind -> Text,
        recipient -> Text,
        recipient_name -> Text,
        subject -> Text,
        text_body -> Text,
        html_body -> Text,
        queued_at -> Timestamp,
        state -> Text,
        settled_at -> Nullable<Timestamp>,
        refusal -> Nullable<Text>,
        version -> BigInt,
    }
}
