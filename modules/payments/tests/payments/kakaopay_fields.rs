//! The fields of KakaoPay's requests, from its public description: which there are, which must be there, and
//! what each must be.

use serde_json::{Map, Value};

/// What a field must be.
#[derive(Clone, Copy)]
pub enum Form {
    /// Text of up to so many characters.
    Text(usize),
    /// A whole number that is not negative.
    Number,
    /// An address of up to 255 characters.
    Address,
}

/// A field, what it must be, and whether it must be there.
pub type Field = (&'static str, Form, bool);

/// `ready`.
pub const READY: [Field; 14] = [
    ("cid", Form::Text(10), true),
    ("cid_secret", Form::Text(24), false),
    ("partner_order_id", Form::Text(100), true),
    ("partner_user_id", Form::Text(100), true),
    ("item_name", Form::Text(100), true),
    ("item_code", Form::Text(100), false),
    ("quantity", Form::Number, true),
    ("total_amount", Form::Number, true),
    ("tax_free_amount", Form::Number, true),
    ("vat_amount", Form::Number, false),
    ("approval_url", Form::Address, true),
    ("cancel_url", Form::Address, true),
    ("fail_url", Form::Address, true),
    ("payment_method_type", Form::Text(10), false),
];
/// `approve`.
pub const APPROVE: [Field; 8] = [
    ("cid", Form::Text(10), true),
    ("cid_secret", Form::Text(24), false),
    ("tid", Form::Text(20), true),
    ("partner_order_id", Form::Text(100), true),
    ("partner_user_id", Form::Text(100), true),
    ("pg_token", Form::Text(255), true),
    ("payload", Form::Text(200), false),
    ("total_amount", Form::Number, false),
];
/// `cancel`.
pub const CANCEL: [Field; 8] = [
    ("cid", Form::Text(10), true),
    ("cid_secret", Form::Text(24), false),
    ("tid", Form::Text(20), true),
    ("cancel_amount", Form::Number, true),
    ("cancel_tax_free_amount", Form::Number, true),
    ("cancel_vat_amount", Form::Number, false),
    ("cancel_available_amount", Form::Number, false),
    ("payload", Form::Text(200), false),
];
/// `order`.
pub const ORDER: [Field; 3] = [
    ("cid", Form::Text(10), true),
    ("cid_secret", Form::Text(24), false),
    ("tid", Form::Text(20), true),
];

/// What is wrong with a body.
pub fn fault(fields: &[Field], body: &Map<String, Value>) -> Option<String> {
    let unknown = body
        .keys()
        .find(|name| fields.iter().all(|field| field.0 != **name));
    if let Some(name) = unknown {
        return Some(format!("unknown field {name}"));
    }
    fields
        .iter()
        .find_map(|(name, form, required)| match body.get(*name) {
            None => required.then(|| format!("missing field {name}")),
            Some(value) => (!form.fits(value)).then(|| format!("malformed field {name}")),
        })
}

impl Form {
    fn fits(self, value: &Value) -> bool {
        let text = value.as_str();
        match self {
            Self::Text(longest) => {
                text.is_some_and(|text| (1..=longest).contains(&text.chars().count()))
            }
            Self::Number => value.as_i64().is_some_and(|number| number >= 0),
            Self::Address => text.is_some_and(|text| text.len() <= 255 && text.starts_with("http")),
        }
    }
}
