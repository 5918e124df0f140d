//! The tables of this module. A test compares this file with the migrated database.

diesel::table! {
    shipping_address_books (consignee) {
        consignee -> foundation::database::Guid,
        version -> BigInt,
    }
}

diesel::table! {
    shipping_addresses (id) {
        id -> foundation::database::Guid,
        consignee -> foundation::database::Guid,
        position -> BigInt,
        postal -> Text,
        added_at -> Timestamp,
    }
}

diesel::table! {
    shipping_packages (id) {
        id -> foundation::database::Guid,
        version -> BigInt,
        consignee -> foundation::database::Guid,
        item -> Text,
        status -> Text,
        postal -> Nullable<Text>,
        packer -> Nullable<Text>,
        leased_until -> Nullable<Timestamp>,
        carrier -> Nullable<Text>,
        tracking_number -> Nullable<Text>,
        created_at -> Timestamp,
        shipped_at -> Nullable<Timestamp>,
        delivered_at -> Nullable<Timestamp>,
        paid_at -> Nullable<Timestamp>,
        sku -> Nullable<Text>,
        quantity -> Nullable<BigInt>,
        batch -> Nullable<Text>,
        expected -> Nullable<Date>,
        choice -> Nullable<Text>,
        slot -> Nullable<foundation::database::Guid>,
        place -> Nullable<Text>,
        collect_from -> Nullable<Timestamp>,
        collect_until -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    shipping_products (sku) {
        sku -> Text,
        version -> BigInt,
        stocked -> Bool,
        numbers -> BigInt,
        consignor -> Nullable<foundation::database::Guid>,
    }
}

diesel::table! {
    shipping_batches (reference) {
        reference -> Text,
        sku -> Text,
        eta -> Nullable<Date>,
        purchased -> BigInt,
        allocated -> BigInt,
        gone -> BigInt,
        added_at -> Timestamp,
    }
}

diesel::table! {
    shipping_lines (order_id, sku) {
        order_id -> foundation::database::Guid,
        sku -> Text,
        batch -> Text,
        quantity -> BigInt,
        number -> BigInt,
        allocated_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    shipping_labels (id) {
        id -> foundation::database::Guid,
        version -> BigInt,
        package -> foundation::database::Guid,
        grams -> BigInt,
        state -> Text,
        shipment -> Nullable<Text>,
        carrier -> Nullable<Text>,
        tracking_number -> Nullable<Text>,
        url -> Nullable<Text>,
        failure -> Nullable<Text>,
        asked_by -> Text,
        asked_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
    }
}
