//! Rows, and the way between them and the domain.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::Failure;
use foundation::database::Moment;

use crate::application::{CustomerView, EmailView};
use crate::domain::{
    Customer, CustomerName, CustomerTimeZone, Email, EmailAddress, EmailState, Language, PlainLine,
    Recipient,
};
use crate::ids::{CustomerId, EmailId};
use crate::schema::{
    customer_relationship_customers as customers, customer_relationship_emails as emails,
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = customers, treat_none_as_default_value = false)]
pub(super) struct CustomerRow {
    id: CustomerId,
    email: String,
    email_key: String,
    name: String,
    language: String,
    time_zone: String,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    created_at: DateTime<Utc>,
}

impl From<&Customer> for CustomerRow {
    fn from(customer: &Customer) -> Self {
        Self {
            id: customer.id,
            email: customer.email.as_str().to_owned(),
            email_key: customer.email.key(),
            name: customer.name.as_str().to_owned(),
            language: customer.language.code().to_owned(),
            time_zone: customer.time_zone.name().to_owned(),
            created_at: customer.created_at,
        }
    }
}

impl CustomerRow {
    pub(super) fn into_customer(self) -> Result<Customer, Failure> {
        Ok(Customer {
            id: self.id,
            email: EmailAddress::parse(&self.email).map_err(Failure::damaged)?,
            name: CustomerName::parse(&self.name).map_err(Failure::damaged)?,
            language: Language::parse(&self.language).map_err(Failure::damaged)?,
            time_zone: CustomerTimeZone::parse(&self.time_zone).map_err(Failure::damaged)?,
            created_at: self.created_at,
        })
    }

    pub(super) fn into_view(self) -> Result<CustomerView, Failure> {
        Ok(CustomerView {
            id: self.id,
            email: self.email,
            name: self.name,
            language: Language::parse(&self.language).map_err(Failure::damaged)?,
            time_zone: self.time_zone,
            created_at: self.created_at,
        })
    }
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = emails, treat_none_as_default_value = false)]
pub(super) struct EmailRow {
    id: EmailId,
    customer: CustomerId,
    kind: String,
    recipient: String,
    recipient_name: String,
    subject: String,
    text_body: String,
    html_body: String,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    queued_at: DateTime<Utc>,
    #[diesel(embed)]
    state: StateColumns,
    version: i64,
}

/// The columns that change as an e-mail comes along.
#[derive(Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = emails, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct StateColumns {
    state: String,
    settled_at: Option<chrono::NaiveDateTime>,
    refusal: Option<String>,
}

impl From<&EmailState> for StateColumns {
    fn from(state: &EmailState) -> Self {
        let (settled_at, refusal) = match state {
            EmailState::Queued => (None, None),
            EmailState::Sent { at } => (Some(at), None),
            EmailState::Refused { at, reason } => (Some(at), Some(reason.clone())),
        };
        Self {
            state: state.as_str().to_owned(),
            settled_at: settled_at.map(DateTime::naive_utc),
            refusal,
        }
    }
}

impl StateColumns {
    fn into_state(self) -> Result<EmailState, Failure> {
        let at = self.settled_at.map(|at| at.and_utc());
        match (self.state.as_str(), at, self.refusal) {
            ("queued", None, None) => Ok(EmailState::Queued),
            ("sent", Some(at), None) => Ok(EmailState::Sent { at }),
            ("refused", Some(at), Some(reason)) => Ok(EmailState::Refused { at, reason }),
            (state, _, _) => Err(Failure::damaged(format!(
                "an e-mail is '{state}', but its other columns say otherwise"
            ))),
        }
    }
}

impl From<&Email> for EmailRow {
    fn from(email: &Email) -> Self {
        Self {
            id: email.id,
            customer: email.customer,
            kind: email.kind.as_str().to_owned(),
            recipient: email.recipient.address.as_str().to_owned(),
            recipient_name: email.recipient.name.as_str().to_owned(),
            subject: email.subject.as_str().to_owned(),
            text_body: email.text.clone(),
            html_body: email.html.clone(),
            queued_at: email.queued_at,
            state: StateColumns::from(&email.state),
            version: email.version,
        }
    }
}

impl EmailRow {
    pub(super) fn into_email(self) -> Result<Email, Failure> {
        Ok(Email {
            id: self.id,
            customer: self.customer,
            kind: self.kind.parse().map_err(Failure::damaged)?,
            recipient: Recipient {
                address: EmailAddress::parse(&self.recipient).map_err(Failure::damaged)?,
                name: CustomerName::parse(&self.recipient_name).map_err(Failure::damaged)?,
            },
            subject: PlainLine::new(&self.subject),
            text: self.text_body,
            html: self.html_body,
            queued_at: self.queued_at,
            state: self.state.into_state()?,
            version: self.version,
        })
    }

    pub(super) fn into_view(self) -> Result<EmailView, Failure> {
        Ok(EmailView {
            id: self.id,
            customer: self.customer,
            kind: self.kind.parse().map_err(Failure::damaged)?,
            recipient: self.recipient,
            recipient_name: self.recipient_name,
            subject: self.subject,
            text: self.text_body,
            html: self.html_body,
            queued_at: self.queued_at,
            state: self.state.into_state()?,
        })
    }
}
