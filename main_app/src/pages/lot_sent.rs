//! A form of the lot's page that was sent and refused: the page shows it again with what was typed.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use auctions::AuctionId;

use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::lot::{find, lot_page};
use super::visit::Visit;
use crate::http::Problem;

/// The forms on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// To bid.
    Bid,
    /// To lower the reserve.
    Reserve,
    /// To take the lot off.
    Cancel,
    /// Those with nothing but a button, or with nothing that could be marked.
    Button,
}

/// What was sent, and what is wrong with it.
pub(crate) struct Sent {
    form: Form,
    typed: String,
    errors: Refusal,
    none: Refusal,
}

impl Sent {
    /// Nobody has sent anything.
    pub(crate) fn nothing() -> Self {
        Self::refused(Form::Button, String::new(), Refusal::none())
    }

    /// A form with what was typed into its field.
    pub(crate) fn refused(form: Form, typed: String, errors: Refusal) -> Self {
        Self {
            form,
            typed,
            errors,
            none: Refusal::none(),
        }
    }

    /// The status of the page.
    pub(crate) fn status(&self) -> StatusCode {
        self.errors.status()
    }

    /// What stands above all forms.
    pub(crate) fn errors(&self) -> &Refusal {
        &self.errors
    }

    pub(crate) fn bid(&self) -> &Refusal {
        self.errors_of(Form::Bid)
    }

    pub(crate) fn reserve(&self) -> &Refusal {
        self.errors_of(Form::Reserve)
    }

    pub(crate) fn cancel(&self) -> &Refusal {
        self.errors_of(Form::Cancel)
    }

    /// What stands in the form to bid.
    pub(crate) fn typed_bid(&self, offered: &str) -> String {
        self.typed_into(Form::Bid).unwrap_or(offered).to_owned()
    }

    /// What stands in the form to lower the reserve.
    pub(crate) fn typed_reserve(&self) -> &str {
        self.typed_into(Form::Reserve).unwrap_or_default()
    }

    /// What stands in the form to take the lot off.
    pub(crate) fn typed_reason(&self) -> &str {
        self.typed_into(Form::Cancel).unwrap_or_default()
    }

    fn typed_into(&self, form: Form) -> Option<&str> {
        (self.form == form).then_some(&self.typed)
    }

    fn errors_of(&self, form: Form) -> &Refusal {
        if self.form == form {
            &self.errors
        } else {
            &self.none
        }
    }
}

/// Goes back to the lot with what is to be told, or shows its page with the form that was refused.
pub(crate) async fn finish(
    visit: &Visit,
    id: AuctionId,
    told: Result<String, Problem>,
    (form, typed): (Form, String),
) -> Result<HttpResponse, Problem> {
    match told {
        Ok(text) => {
            let address = format!("/lots/{id}");
            Ok(visit.go_to_with(&address, &Flash::new(Tone::Good, text)))
        }
        Err(problem) => {
            let errors = Refusal::of(problem)?;
            let found = find(visit, id).await?;
            lot_page(visit, found, Sent::refused(form, typed, errors))
        }
    }
}
