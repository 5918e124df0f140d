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
        sale -> Nullable<foundation::database::Guid>,
        bidding -> Text,
        increments -> Text,
        reserve_minor -> Nullable<BigInt>,
        reserve_since -> Nullable<BigInt>,
        reserve_met -> Bool,
        buy_now_minor -> Nullable<BigInt>,
        window_seconds -> Nullable<BigInt>,
        latest_end -> Nullable<Timestamp>,
        leader_maximum_minor -> Nullable<BigInt>,
        runner_up -> Nullable<foundation::database::Guid>,
        runner_up_maximum_minor -> Nullable<BigInt>,
        cancelled -> Bool,
        log_length -> BigInt,
        log_hash -> Nullable<Binary>,
        log_secret -> Nullable<Binary>,
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
        number -> Nullable<BigInt>,
        price_minor -> BigInt,
    }
}

diesel::table! {
    auctions_log (auction, line) {
        auction -> foundation::database::Guid,
        line -> BigInt,
        entry -> Text,
        hash -> Binary,
        amount_minor -> Nullable<BigInt>,
        bidder -> Nullable<foundation::database::Guid>,
        idempotency_key -> Nullable<Text>,
    }
}

diesel::table! {
    auctions_offers (auction, number) {
        auction -> foundation::database::Guid,
        number -> BigInt,
        bidder -> foundation::database::Guid,
        price_minor -> BigInt,
        made_at -> Timestamp,
        expires_at -> Timestamp,
        state -> Text,
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
diesel::joinable!(auctions_offers -> auctions_auctions (auction));
diesel::allow_tables_to_appear_in_same_query!(auctions_auctions, auctions_bids, auctions_offers);
diesel::allow_tables_to_appear_in_same_query!(auctions_auctions, auctions_sales);

diesel::table! {
    auctions_goods (auction) {
        auction -> foundation::database::Guid,
        sku -> Text,
        quantity -> BigInt,
    }
}
