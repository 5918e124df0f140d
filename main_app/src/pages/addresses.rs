//! The customer's address book.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use shipping::{
    AddAddress, AddressId, AddressParts, AddressView, ConsigneeId, PostalAddress, ShippingFacade,
};

use super::filters;
use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::frame::{Frame, Place};
use super::visit::{Then, VisitAs};
use crate::http::Problem;
use crate::http::identity::Customer;

/// Countries that the form suggests; every one of ISO 3166 is taken.
const SUGGESTED: [(&str, &str); 20] = [
    ("AT", "Austria"),
    ("AU", "Australia"),
    ("BE", "Belgium"),
    ("BR", "Brazil"),
    ("CA", "Canada"),
    ("CH", "Switzerland"),
    ("CN", "China"),
    ("DE", "Germany"),
    ("ES", "Spain"),
    ("FR", "France"),
    ("GB", "United Kingdom"),
    ("IE", "Ireland"),
    ("IN", "India"),
    ("IT", "Italy"),
    ("JP", "Japan"),
    ("KR", "South Korea"),
    ("NL", "Netherlands"),
    ("PL", "Poland"),
    ("SE", "Sweden"),
    ("US", "United States"),
];

/// The form, with what was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddressForm {
    /// The new address's id, made with the empty form: a form that is sent twice adds one address.
    address: Option<AddressId>,
    recipient: String,
    street: String,
    street2: String,
    city: String,
    region: String,
    postcode: String,
    country: String,
}

#[derive(Template)]
#[template(path = "addresses.html")]
struct AddressesPage {
    frame: Frame,
    form: AddressForm,
    errors: Refusal,
    addresses: Vec<String>,
    countries: &'static [(&'static str, &'static str)],
}

/// Shows the book and the empty form.
pub(crate) async fn show(visit: VisitAs<Customer>) -> Result<HttpResponse, Problem> {
    let form = AddressForm {
        address: Some(AddressId::generate()),
        recipient: visit.user().name.clone(),
        ..AddressForm::default()
    };
    book(&visit, form, Refusal::none()).await
}

/// Adds an address.
pub(crate) async fn send(
    Then(visit, form): Then<VisitAs<Customer>, web::Form<AddressForm>>,
) -> Result<HttpResponse, Problem> {
    let form = form.into_inner();
    match add(&visit, &form).await {
        Ok(()) => {
            let flash = Flash::new(
                Tone::Good,
                "Address added. Your parcels go there from now on.",
            );
            Ok(visit.go_to_with("/my/addresses", &flash))
        }
        Err(problem) => book(&visit, form, Refusal::of(problem)?).await,
    }
}

async fn add(visit: &VisitAs<Customer>, form: &AddressForm) -> Result<(), Problem> {
    let command = AddAddress {
        address: form.address.unwrap_or_else(AddressId::generate),
        consignee: ConsigneeId::from(visit.user().id.uuid()),
        postal: PostalAddress::parse(form.parts())?,
    };
    visit
        .write(move |shipping: &ShippingFacade, uow| shipping.add_address(command.clone(), uow))
        .await
}

impl AddressForm {
    fn parts(&self) -> AddressParts {
        AddressParts {
            recipient: self.recipient.clone(),
            street: self.street.clone(),
            street2: self.street2.clone(),
            city: self.city.clone(),
            region: self.region.clone(),
            postcode: self.postcode.clone(),
            country: self.country.clone(),
        }
    }

    fn id(&self) -> String {
        self.address.map(|id| id.to_string()).unwrap_or_default()
    }
}

async fn book(
    visit: &VisitAs<Customer>,
    form: AddressForm,
    errors: Refusal,
) -> Result<HttpResponse, Problem> {
    let consignee = ConsigneeId::from(visit.user().id.uuid());
    let addresses: Vec<AddressView> = visit
        .read(move |shipping: &ShippingFacade, reader| shipping.addresses_of(consignee, reader))
        .await?;
    let page = AddressesPage {
        frame: visit.frame(Place::Addresses),
        form,
        errors,
        addresses: addresses
            .iter()
            .map(|known| known.postal.lines().join("\n"))
            .collect(),
        countries: &SUGGESTED,
    };
    visit.page_with(page.errors.status(), &page)
}
