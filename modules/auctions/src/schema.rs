//! The tables of this module. A test compares this file with the migrated database.

diesel::table! {
    auctions_auctions (id) {
        id -> foundation::database::Guid,
        version -> BigInt,
        seller -> foundation::database::Guid,
        title -> Text,
        description -> Text,
        currency -> Text,
        starting_price_minor -> BigInt,
        increment_minor -> BigInt,
        price_minor -> BigInt,
        leader -> Nullable<foundation::database::Guid>,
        bids -> BigInt,
        last_sequence -> BigInt,
        began_at -> Timestamp,
        ends_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        status -> Text,
    }
}

diesel::table! {
    auctions_bids (id) {
        id -> foundation::database::Guid,
        auction -> foundation::database::Guid,
        sequence -> BigInt,
        bidder -> foundation::database::Guid,
        amount_minor -> BigInt,
        currency -> Text,
        placed_at -> Timestamp,
        withdrawn_at -> Nullable<Timestamp>,
        withdrawn_by -> Nullable<Text>,
        withdrawal_reason -> Nullable<Text>,
    }
}

diesel::table! {
    auctions_registrations (id) {
        id -> foundation::database::Guid,
        sale -> foundation::database::Guid,
        bidder -> foundation::database::Guid,
        paddle -> BigInt,
        status -> Text,
        registered_at -> Timestamp,
        since -> Timestamp,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    auctions_sales (id) {
        id -> foundation::database::Guid,
        version -> BigInt,
        title -> Text,
        currency -> Text,
        created_at -> Timestamp,
        opens_at -> Timestamp,
        buyers_premium_basis_points -> BigInt,
        increments -> Text,
        soft_close_seconds -> Nullable<BigInt>,
        soft_close_cap_seconds -> Nullable<BigInt>,
        admission -> Text,
        seats -> Nullable<BigInt>,
        seats_taken -> BigInt,
        last_paddle -> BigInt,
    }
}

diesel::joinable!(auctions_bids -> auctions_auctions (auction));
diesel::allow_tables_to_appear_in_same_query!(auctions_auctions, auctions_bids);
