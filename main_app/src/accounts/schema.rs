//! The tables of the accounts. A test compares this file with the migrated database.

diesel::table! {
    main_app_users (id) {
        id -> foundation::database::Guid,
        email -> Text,
        name -> Text,
        role -> Text,
        password_hash -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    main_app_credentials (id) {
        id -> foundation::database::Guid,
        user_id -> foundation::database::Guid,
        kind -> Text,
        label -> Text,
        secret_hash -> Text,
        created_at -> Timestamp,
        last_used_at -> Timestamp,
        idle_seconds -> Nullable<BigInt>,
        ends_at -> Timestamp,
    }
}

diesel::table! {
    main_app_attempts (subject) {
        subject -> Text,
        failures -> Integer,
        window_ends_at -> Timestamp,
        locked_until -> Nullable<Timestamp>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(main_app_users, main_app_credentials);
diesel::joinable!(main_app_credentials -> main_app_users (user_id));
