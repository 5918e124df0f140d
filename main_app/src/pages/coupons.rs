//! The coupons that staff issue.

use actix_web::{HttpResponse, web};
use askama::Template;
use foundation::{Currency, Money};
use payments::{
    BasisPoints, CouponCode, CouponId, CouponView, Discount, IssueCoupon, PaymentsFacade,
};
use serde::Deserialize;

use super::filters::{self, spoken};
use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::frame::{Frame, Place};
use super::sell::currencies;
use super::terms_form::utc;
use super::visit::{Then, VisitAs};
use crate::http::identity::Staff;
use crate::http::{FieldErrors, Problem};

const PATH: &str = "/desk/coupons";

/// The form, with what was typed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CouponForm {
    /// The new coupon's id, made with the empty form: a form that is sent twice issues one.
    coupon: CouponId,
    code: String,
    /// `amount` or `share`.
    takes: String,
    worth: String,
    currency: String,
    allowed: String,
    valid_until: String,
}

#[derive(Template)]
#[template(path = "coupons.html")]
struct CouponsPage {
    frame: Frame,
    coupons: Vec<CouponView>,
    form: CouponForm,
    errors: Refusal,
    currencies: Vec<(&'static str, String)>,
}

/// Shows all coupons and the form to issue one.
pub(crate) async fn show(visit: VisitAs<Staff>) -> Result<HttpResponse, Problem> {
    let form = CouponForm {
        coupon: CouponId::generate(),
        code: String::new(),
        takes: "share".to_owned(),
        worth: "10".to_owned(),
        currency: Currency::USD.code().to_owned(),
        allowed: "100".to_owned(),
        valid_until: String::new(),
    };
    coupons_page(&visit, form, Refusal::none()).await
}

/// Issues a coupon.
pub(crate) async fn send(
    Then(visit, form): Then<VisitAs<Staff>, web::Form<CouponForm>>,
) -> Result<HttpResponse, Problem> {
    let form = form.into_inner();
    let issued = match form.read(visit.user().email.clone()) {
        Ok(command) => {
            visit
                .write(move |payments: &PaymentsFacade, uow| {
                    payments.issue_coupon(command.clone(), uow)
                })
                .await
        }
        Err(problem) => Err(problem),
    };
    match issued {
        Ok(()) => Ok(visit.go_to_with(PATH, &Flash::new(Tone::Good, "The coupon can be used."))),
        Err(problem) => coupons_page(&visit, form, Refusal::of(problem)?).await,
    }
}

impl CouponForm {
    fn read(&self, staff: String) -> Result<IssueCoupon, Problem> {
        let mut errors = FieldErrors::default();
        let code = errors.take("code", CouponCode::parse(&self.code));
        let discount = match self.takes.as_str() {
            "amount" => {
                let amount = Money::parse_with_code(self.currency.trim(), self.worth.trim());
                errors.take("worth", amount).map(Discount::Amount)
            }
            _ => errors
                .take("worth", percent(&self.worth))
                .map(Discount::Share),
        };
        let allowed = self.allowed.trim().parse::<u32>();
        let allowed = allowed.map_err(|_| "write a whole number of at least 1");
        let allowed = errors.take("allowed", allowed);
        let ends = self.valid_until.trim();
        let ends = (!ends.is_empty()).then(|| utc(ends));
        let valid_until = errors.take_if_given("valid_until", ends);
        match (code, discount, allowed) {
            (Some(code), Some(discount), Some(allowed)) if errors.is_empty() => Ok(IssueCoupon {
                coupon: self.coupon,
                code,
                discount,
                allowed,
                valid_until,
                staff,
            }),
            _ => Err(errors.into()),
        }
    }
}

/// `12.5` is 1250 basis points.
fn percent(typed: &str) -> Result<BasisPoints, &'static str> {
    const RULE: &str = "write a percentage from 0.01 to 100, with at most two decimals";
    let (whole, decimals) = typed.trim().split_once('.').unwrap_or((typed.trim(), ""));
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || decimals.len() > 2 {
        return Err(RULE);
    }
    if !is_number(whole) || !is_number(decimals) {
        return Err(RULE);
    }
    let hundredths = format!("{whole}{decimals:0<2}");
    let basis_points = hundredths.parse::<u32>().map_err(|_| RULE)?;
    BasisPoints::try_new(basis_points).map_err(|_| RULE)
}

fn worth(discount: &Discount) -> String {
    match discount {
        Discount::Amount(amount) => spoken(amount),
        Discount::Share(share) => share.to_string(),
    }
}

async fn coupons_page(
    visit: &VisitAs<Staff>,
    form: CouponForm,
    errors: Refusal,
) -> Result<HttpResponse, Problem> {
    let coupons = visit
        .read(|payments: &PaymentsFacade, reader| payments.coupons(reader))
        .await?;
    let page = CouponsPage {
        frame: visit.frame(Place::Cashier),
        coupons,
        form,
        errors,
        currencies: currencies(),
    };
    visit.page_with(page.errors.status(), &page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("10", Some(1000))]
    #[case("12.5", Some(1250))]
    #[case(" 0.05 ", Some(5))]
    #[case("100", Some(10_000))]
    #[case("100.01", None)]
    #[case("12.345", None)]
    #[case("-1", None)]
    #[case("ten", None)]
    #[case(".5", None)]
    #[case("", None)]
    fn a_percentage_has_two_decimals(#[case] typed: &str, #[case] taken: Option<u32>) {
        assert_eq!(percent(typed).ok().map(BasisPoints::get), taken);
    }
}
