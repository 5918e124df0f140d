//! The JSON API: one file per resource. Handlers extract, call a facade, and answer.

mod accounts;
mod auctions;
mod bids;
mod billing_body;
mod billings;
mod deliveries;
mod differences;
mod earnings;
mod emails;
mod invoices;
mod labels;
mod lists;
mod lots;
mod money;
mod offers;
mod packages;
mod payment_desk;
mod payments;
mod processes;
mod registrations;
mod sales;
mod second_chances;
mod sessions;
mod shipping;
mod statements;
mod stock;
mod stock_body;
mod stock_files;
mod terms;

use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::problem::ProblemBody;

/// What the routes do not say themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Gavel",
        description = "An online auction house. Amounts are texts with the decimals of their currency, \
                       times are RFC 3339 in UTC, refusals are problem details (RFC 9457), and fields \
                       that are not described here are refused."
    ),
    components(schemas(ProblemBody)),
    tags(
        (name = "accounts", description = "Registration, sessions and API tokens."),
        (name = "auctions", description = "Lots and bids."),
        (name = "sales", description = "Lots sold together, and the paddles of those who may bid on them."),
        (name = "payments", description = "What a winner owes, statements, and payouts to sellers."),
        (name = "shipping", description = "Addresses, packages and the packing desk."),
        (name = "stock", description = "Goods of the warehouse, and what of them is promised to whom; for staff."),
        (name = "processes", description = "Won items on their way, for staff."),
        (name = "operation", description = "Health and deliveries."),
    ),
    modifiers(&Security)
)]
struct Description;

struct Security;

impl utoipa::Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
        components.add_security_scheme("token", SecurityScheme::Http(bearer.build()));
        let cookie = ApiKeyValue::new(crate::http::security::SECURE_COOKIE);
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The beginning of the API's description, to which every route adds itself.
pub(crate) fn description() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

/// Adds the routes under `/api`.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    // Routes are tried in this order: what is asked for most comes first.
    config
        .service(auctions::list)
        .service(auctions::single)
        .service(bids::place)
        .service(auctions::begin)
        .service(auctions::end)
        .service(bids::list)
        .service(bids::withdraw)
        .service(accounts::register)
        .service(accounts::log_in)
        .service(accounts::log_out)
        .service(accounts::me)
        .service(sessions::list_sessions)
        .service(sessions::end_session)
        .service(sessions::list_tokens)
        .service(sessions::create_token)
        .service(sessions::revoke_token)
        .service(auctions::my_lots)
        .service(lots::buy_now)
        .service(lots::cancel)
        .service(lots::lower_reserve)
        .service(lots::log)
        .service(second_chances::offer)
        .service(second_chances::read)
        .service(second_chances::answer)
        .service(bids::my_bids)
        .configure(sales)
        .configure(cashier)
        .configure(ledger)
        .service(invoices::list)
        .service(invoices::single)
        .service(shipping::addresses)
        .service(shipping::add_address)
        .service(shipping::my_packages)
        .service(shipping::packages)
        .service(shipping::next_package)
        .service(shipping::ship)
        .service(shipping::deliver)
        .configure(stock_and_packages)
        .service(processes::my_won_items)
        .service(processes::list)
        .service(processes::push)
        .service(emails::list)
        .service(deliveries::list)
        .service(deliveries::retry)
        .service(deliveries::discard);
}

/// Statements and payouts.
fn ledger(config: &mut ServiceConfig<'_>) {
    config
        .service(statements::mine)
        .service(statements::mine_csv)
        .service(statements::for_staff)
        .service(statements::for_staff_csv)
        .service(earnings::mine)
        .service(earnings::mine_csv)
        .service(earnings::payables)
        .service(earnings::for_staff)
        .service(earnings::for_staff_csv)
        .service(earnings::pay_out);
}

/// Payments, billings of several, and what staff do about them.
fn cashier(config: &mut ServiceConfig<'_>) {
    config
        .service(payments::list)
        .service(payments::single)
        .service(payments::charge)
        .service(billings::quote)
        .service(billings::open)
        .service(billings::list)
        .service(billings::single)
        .service(billings::pay)
        .service(billings::complete)
        .service(billings::cancel)
        .service(billings::read_credit)
        .service(billings::list_slots)
        .service(payment_desk::find)
        .service(payment_desk::history)
        .service(payment_desk::refund)
        .service(offers::list_coupons)
        .service(offers::issue_coupon)
        .service(offers::open_slot)
        .service(offers::read_credit)
        .service(offers::grant_credit)
        .service(differences::list)
        .service(differences::compare)
        .service(differences::resolve);
}

/// Stock, and packages that do not just leave.
fn stock_and_packages(config: &mut ServiceConfig<'_>) {
    config
        .service(packages::choose_mine)
        .service(packages::choose_by_staff)
        .service(packages::collect)
        .service(packages::take_back)
        .service(packages::waiting)
        .service(labels::ask)
        .service(labels::single)
        .service(stock_files::import)
        .service(stock_files::batches)
        .service(stock_files::allocations)
        .service(stock::list)
        .service(stock::my_goods)
        .service(stock::product)
        .service(stock::entrust)
        .service(stock::add_batch)
        .service(stock::change_batch)
        .service(stock::allocate)
        .service(stock::deallocate);
}

/// Sales and registrations.
fn sales(config: &mut ServiceConfig<'_>) {
    config
        .service(sales::list)
        .service(sales::create)
        .service(sales::single)
        .service(sales::lots)
        .service(registrations::register)
        .service(registrations::mine)
        .service(registrations::cancel)
        .service(registrations::list)
        .service(registrations::approve)
        .service(registrations::refuse);
}
