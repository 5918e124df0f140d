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
        started_at -> Timestamp,
        charged_at -> Nullable<Timestamp>,
        captured_at -> Nullable<Timestamp>,
        version -> BigInt,
        payee -> Nullable<foundation::database::Guid>,
        billing -> Nullable<foundation::database::Guid>,
        premium_basis_points -> Nullable<Integer>,
    }
}

diesel::table! {
    payments_billings (id) {
        id -> foundation::database::Guid,
        payer -> foundation::database::Guid,
        description -> Text,
        status -> Text,
        currency -> Text,
        coupon -> Nullable<foundation::database::Guid>,
        discount_minor -> BigInt,
        credit_minor -> BigInt,
        slot -> Nullable<foundation::database::Guid>,
        amount_due_minor -> BigInt,
        waiting_for -> Nullable<Text>,
        waiting_at -> Nullable<Text>,
        waiting_desktop -> Nullable<Text>,
        waiting_mobile -> Nullable<Text>,
        authorisation -> Nullable<Text>,
        gateway -> Nullable<Text>,
        capture_before -> Nullable<Timestamp>,
        captured_minor -> BigInt,
        captured_at -> Nullable<Timestamp>,
        refunded_minor -> BigInt,
        opened_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    payments_orders (billing, payment) {
        billing -> foundation::database::Guid,
        payment -> foundation::database::Guid,
        hammer_minor -> BigInt,
        premium_minor -> BigInt,
        tax_minor -> BigInt,
        discount_minor -> BigInt,
        live -> Bool,
        commission_minor -> BigInt,
    }
}

diesel::table! {
    payments_refunds (id) {
        id -> foundation::database::Guid,
        billing -> foundation::database::Guid,
        payment -> foundation::database::Guid,
        amount_minor -> BigInt,
        to_gateway_minor -> BigInt,
        to_credit_minor -> BigInt,
        reason -> Text,
        staff -> Text,
        state -> Text,
        failure -> Nullable<Text>,
        asked_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    payments_operations (id) {
        id -> foundation::database::Guid,
        billing -> foundation::database::Guid,
        kind -> Text,
        gateway -> Nullable<Text>,
        about -> Nullable<Text>,
        refund -> Nullable<foundation::database::Guid>,
        amount_minor -> Nullable<BigInt>,
        return_url -> Nullable<Text>,
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

diesel::table! {
    payments_coupons (id) {
        id -> foundation::database::Guid,
        code -> Text,
        amount_minor -> Nullable<BigInt>,
        currency -> Nullable<Text>,
        basis_points -> Nullable<BigInt>,
        allowed -> BigInt,
        held -> BigInt,
        redeemed -> BigInt,
        valid_until -> Nullable<Timestamp>,
        created_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    payments_coupon_claims (coupon, payer) {
        coupon -> foundation::database::Guid,
        payer -> foundation::database::Guid,
        billing -> foundation::database::Guid,
        redeemed -> Bool,
    }
}

diesel::table! {
    payments_credit_accounts (payer, currency) {
        payer -> foundation::database::Guid,
        currency -> Text,
        available_minor -> BigInt,
        held_minor -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    payments_slots (id) {
        id -> foundation::database::Guid,
        place -> Text,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        capacity -> BigInt,
        held -> BigInt,
        confirmed -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    payments_notices (gateway, id) {
        gateway -> Text,
        id -> Text,
        kind -> Text,
        billing -> Nullable<foundation::database::Guid>,
        reference -> Nullable<Text>,
        received_at -> Timestamp,
    }
}

diesel::table! {
    payments_differences (id) {
        id -> foundation::database::Guid,
        billing -> foundation::database::Guid,
        gateway -> Text,
        reference -> Text,
        kind -> Text,
        ours -> Text,
        theirs -> Text,
        found_at -> Timestamp,
        seen_at -> Timestamp,
        resolved_at -> Nullable<Timestamp>,
        resolved_by -> Nullable<Text>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    payments_ledger_transfers (kind, subject) {
        kind -> Text,
        subject -> foundation::database::Guid,
        phase -> Text,
        debit -> Text,
        debit_owner -> Nullable<foundation::database::Guid>,
        credit -> Text,
        credit_owner -> Nullable<foundation::database::Guid>,
        gateway -> Nullable<Text>,
        amount_minor -> BigInt,
        currency -> Text,
        billing -> Nullable<foundation::database::Guid>,
        payment -> Nullable<foundation::database::Guid>,
        note -> Nullable<Text>,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    payments_ledger_resolutions (kind, subject) {
        kind -> Text,
        subject -> foundation::database::Guid,
        phase -> Text,
        outcome -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    payments_payouts (id) {
        id -> foundation::database::Guid,
        payee -> foundation::database::Guid,
        currency -> Text,
        number -> BigInt,
        staff -> Text,
    }
}

diesel::table! {
    payments_comparison_days (day) {
        day -> Text,
    }
}

diesel::table! {
    payments_invoice_series (kind, year) {
        kind -> Text,
        year -> BigInt,
        last -> BigInt,
    }
}

diesel::table! {
    payments_invoices (number) {
        number -> Text,
        kind -> Text,
        year -> BigInt,
        sequence -> BigInt,
        billing -> foundation::database::Guid,
        payer -> foundation::database::Guid,
        issued_on -> Text,
        issued_at -> Timestamp,
        language -> Text,
        seller_name -> Text,
        seller_address -> Text,
        seller_registration -> Text,
        seller_contact -> Text,
        buyer_name -> Text,
        buyer_address -> Text,
        currency -> Text,
        total_minor -> BigInt,
        credit_minor -> BigInt,
        paid_minor -> BigInt,
        corrects -> Nullable<Text>,
        refund -> Nullable<foundation::database::Guid>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    payments_invoice_lines (invoice, position) {
        invoice -> Text,
        position -> BigInt,
        payment -> foundation::database::Guid,
        title -> Text,
        hammer_minor -> BigInt,
        premium_minor -> BigInt,
        tax_minor -> BigInt,
        discount_minor -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    payments_payments,
    payments_billings,
    payments_orders,
    payments_operations,
    payments_ledger_transfers,
    payments_ledger_resolutions,
);
