//! What staff offer: coupons, collection times and credit.

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use payments::{
    BasisPoints, CouponCode, CouponView, Discount, GrantCredit, IssueCoupon, OpenSlot, PayerId,
    PaymentsFacade, SlotId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::billing_body::{CreditResponse, SlotResponse};
use super::lists::List;
use super::money::MoneyBody;
use crate::accounts::Accounts;
use crate::composition::Inject;
use crate::http::identity::Staff;
use crate::http::problem::ProblemBody;
use crate::http::{As, FieldErrors, House, Json, Problem, Work};
use crate::looking_up;

/// Issues a coupon, which takes off an amount or a share.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct IssueCouponRequest {
    /// The coupon's id, a UUID of your choice: sending the same request twice issues one coupon.
    id: Uuid,
    /// What customers type in: 3 to 32 letters, digits or dashes.
    #[schema(example = "WELCOME-10", min_length = 3, max_length = 32)]
    code: String,
    /// The amount that it takes off.
    amount: Option<MoneyBody>,
    /// Or the share, in ten-thousandths: 1000 is a tenth.
    #[schema(example = 1000, minimum = 1, maximum = 10000)]
    basis_points: Option<u32>,
    /// How many customers may use it, each once.
    #[schema(example = 100, minimum = 1)]
    allowed: u32,
    /// Until when, if not for ever.
    valid_until: Option<DateTime<Utc>>,
}

impl IssueCouponRequest {
    fn command(self, staff: String) -> Result<IssueCoupon, Problem> {
        let mut errors = FieldErrors::default();
        let code = errors.take("code", CouponCode::parse(&self.code));
        let amount = errors.take_if_given("amount", self.amount.as_ref().map(MoneyBody::parse));
        let share = self.basis_points.map(BasisPoints::try_new);
        let share = errors.take_if_given("basis_points", share);
        if self.amount.is_some() == self.basis_points.is_some() {
            errors.note("amount", "say either an amount or basis_points");
        }
        let discount = amount.map(Discount::Amount).or(share.map(Discount::Share));
        match (code, discount) {
            (Some(code), Some(discount)) if errors.is_empty() => Ok(IssueCoupon {
                coupon: self.id.into(),
                code,
                discount,
                allowed: self.allowed,
                valid_until: self.valid_until,
                staff,
            }),
            _ => Err(errors.into()),
        }
    }
}

/// A coupon.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Coupon)]
struct CouponResponse {
    /// Identifies it.
    id: Uuid,
    /// What customers type in.
    #[schema(example = "WELCOME-10")]
    code: String,
    /// The amount that it takes off.
    amount: Option<MoneyBody>,
    /// Or the share, in ten-thousandths.
    basis_points: Option<u32>,
    /// How many customers may use it.
    allowed: i64,
    /// Uses kept for open billings.
    held: i64,
    /// Uses made.
    redeemed: i64,
    /// Until when.
    valid_until: Option<DateTime<Utc>>,
}

impl From<CouponView> for CouponResponse {
    fn from(view: CouponView) -> Self {
        let (amount, basis_points) = match view.discount {
            Discount::Amount(amount) => (Some(amount.into()), None),
            Discount::Share(share) => (None, Some(share.get())),
        };
        Self {
            id: view.id.uuid(),
            code: view.code.to_string(),
            amount,
            basis_points,
            allowed: view.allowed,
            held: view.held,
            redeemed: view.redeemed,
            valid_until: view.valid_until,
        }
    }
}

/// Opens a collection time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OpenSlotRequest {
    /// The collection time's id, a UUID of your choice.
    id: Uuid,
    /// Where.
    #[schema(example = "the ramp", min_length = 1, max_length = 200)]
    place: String,
    /// From when; in the future.
    starts_at: DateTime<Utc>,
    /// Until when.
    ends_at: DateTime<Utc>,
    /// For how many customers.
    #[schema(example = 4, minimum = 1)]
    capacity: u32,
}

/// Gives a customer credit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GrantCreditRequest {
    /// How much.
    amount: MoneyBody,
    /// Why. It stays in the audit log.
    #[schema(example = "The parcel came late.", min_length = 1, max_length = 500)]
    reason: String,
    /// The account's `version` that you have seen, 0 where there was no account: a request that is sent twice
    /// counts once. Without it, credit is given whatever has happened meanwhile.
    version: Option<i64>,
}

/// All coupons, the newest first.
#[utoipa::path(operation_id = "list_coupons", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The coupons.", body = List<CouponResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/coupons")]
async fn list_coupons(
    _staff: As<Staff>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<web::Json<List<CouponResponse>>, Problem> {
    let views = work.read(move |reader| payments.coupons(reader));
    Ok(web::Json(List::whole(views.await?, CouponResponse::from)))
}

/// Issues a coupon.
#[utoipa::path(operation_id = "issue_coupon", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 201, description = "The coupon.", body = CouponResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/coupons")]
async fn issue_coupon(
    body: Json<IssueCouponRequest>,
    staff: As<Staff>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let command = body.read().await?.command(staff.user.email.clone())?;
    let issued = work.write(move |uow| {
        payments.issue_coupon(command.clone(), uow)?;
        let coupons = payments.coupons(uow.reader())?;
        let mut coupons = coupons.into_iter();
        let issued = coupons.find(|view| view.id == command.coupon);
        Ok::<_, payments::IssueCouponError>(issued)
    });
    let issued = issued.await?.ok_or_else(Problem::internal)?;
    Ok(HttpResponse::Created().json(CouponResponse::from(issued)))
}

/// Opens a time at which customers collect what they bought.
#[utoipa::path(operation_id = "open_slot", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 201, description = "The collection time.", body = SlotResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/slots")]
async fn open_slot(
    body: Json<OpenSlotRequest>,
    staff: As<Staff>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.read().await?;
    let slot = SlotId::from(body.id);
    let command = OpenSlot {
        slot,
        place: body.place,
        starts_at: body.starts_at,
        ends_at: body.ends_at,
        capacity: body.capacity,
        staff: staff.user.email.clone(),
    };
    let opened = work.write(move |uow| {
        payments.open_slot(command.clone(), uow)?;
        Ok::<_, payments::OpenSlotError>(payments.single_slot(slot, uow.reader())?)
    });
    let opened = opened.await?.ok_or_else(Problem::internal)?;
    Ok(HttpResponse::Created().json(SlotResponse::from(opened)))
}

/// A customer's credit, in each currency.
#[utoipa::path(operation_id = "read_credit_of_customer", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The credit.", body = List<CreditResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/customers/{id}/credit")]
async fn read_credit(
    id: web::Path<Uuid>,
    _staff: As<Staff>,
    house: web::Data<House>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<web::Json<List<CreditResponse>>, Problem> {
    let accounts = house.component::<Accounts>();
    let found = work.read(move |reader| {
        let customer = looking_up::customer(&id.to_string(), &accounts, reader)?;
        let customer = customer.ok_or_else(|| Problem::not_found("customer"))?;
        Ok::<_, Problem>(payments.credit_of(PayerId::from(customer.id.uuid()), reader)?)
    });
    Ok(web::Json(List::whole(found.await?, CreditResponse::from)))
}

/// Gives a customer credit.
#[utoipa::path(operation_id = "grant_credit", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 201, description = "The customer's credit.", body = List<CreditResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/customers/{id}/credit")]
async fn grant_credit(
    id: web::Path<Uuid>,
    body: Json<GrantCreditRequest>,
    staff: As<Staff>,
    house: web::Data<House>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.read().await?;
    let mut errors = FieldErrors::default();
    let amount = errors.take("amount", body.amount.parse());
    let command = GrantCredit {
        owner: PayerId::from(*id),
        amount: amount.ok_or(errors)?,
        seen: body.version,
        reason: body.reason,
        staff: staff.user.email.clone(),
    };
    let (payments, accounts) = (house.component::<PaymentsFacade>(), house.component());
    let granted = work.write(move |uow| {
        let customer = looking_up::customer(&id.to_string(), &accounts, uow.reader())?;
        customer.ok_or_else(|| Problem::not_found("customer"))?;
        payments.grant_credit(command.clone(), uow)?;
        Ok::<_, Problem>(payments.credit_of(command.owner, uow.reader())?)
    });
    let credit = List::whole(granted.await?, CreditResponse::from);
    Ok(HttpResponse::Created().json(credit))
}
