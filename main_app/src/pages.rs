//! The pages: one file per screen, templates beside in `main_app/templates/`.
//!
//! A handler takes a `visit::Visit` or, where not everybody is admitted, a `visit::VisitAs`, asks a
//! facade, and answers with a template or goes on to another page. No rule of the house is decided here.
//!
//! | to read about | open |
//! |---|---|
//! | who visits, and how a page is answered | `visit.rs` |
//! | what surrounds every page | `frame.rs`, `templates/base.html` |
//! | how a refused form comes back | `forms.rs` |
//! | how money and times are written | `filters.rs` |

mod addresses;
mod assets;
mod bill;
mod billing;
mod billing_pay;
mod cashier;
mod checkout;
mod coupons;
mod credit;
mod deliveries;
mod demo_logins;
mod differences;
mod filters;
mod flash;
mod forms;
mod frame;
mod invoices;
mod login;
mod lot;
mod lot_bids;
mod lot_commands;
mod lot_history;
mod lot_sent;
mod lot_view;
mod lot_words;
mod lots;
mod mailbox;
mod membership;
mod my_lots;
mod new_sale;
mod package_view;
mod packing;
mod packing_label;
mod packing_papers;
mod packing_steps;
mod parcels;
mod plate;
mod problem;
mod processes;
mod register;
mod sales;
mod sales_desk;
mod second_chance;
mod sell;
mod slots;
mod statements;
mod stock;
mod stock_goods;
mod terms_form;
mod visit;
mod won;

use actix_web::{HttpRequest, web};

pub use demo_logins::{DEMO_LOGINS, DemoLogin};
pub(crate) use filters::grouped;
pub(crate) use invoices::visible_invoices;

use self::packing_papers as papers;
use crate::http::problem::ProblemBody;

/// Adds the pages to the application.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .app_data(forms::rules())
        .route("/assets/{name}", web::get().to(assets::serve))
        .route("/", web::get().to(lots::show))
        .configure(lots_and_bids)
        .configure(sales_and_registrations)
        .route("/register", web::get().to(register::show))
        .route("/register", web::post().to(register::send))
        .route("/login", web::get().to(login::show))
        .route("/login", web::post().to(login::send))
        .route("/logout", web::post().to(login::leave))
        .route("/sell", web::get().to(sell::show))
        .route("/sell", web::post().to(sell::send))
        .configure(mine)
        .configure(desk)
        .configure(warehouse)
        .configure(cashier_desk)
        .route("/dev/mail", web::get().to(mailbox::list))
        .route("/dev/mail/{id}", web::get().to(mailbox::show))
        .route("/dev/mail/{id}/html", web::get().to(mailbox::html));
}

/// One lot, and what is done with it.
fn lots_and_bids(config: &mut web::ServiceConfig) {
    config
        .route("/lots/{id}", web::get().to(lot::show))
        .route("/lots/{id}/bids", web::post().to(lot_bids::bid))
        .route("/lots/{id}/withdrawals", web::post().to(lot_bids::withdraw))
        .route(
            "/lots/{id}/staff-withdrawals",
            web::post().to(lot_bids::withdraw_by_staff),
        )
        .route(
            "/lots/{id}/buy-now",
            web::get().to(lot_commands::ask_to_buy),
        )
        .route("/lots/{id}/buy-now", web::post().to(lot_commands::buy))
        .route(
            "/lots/{id}/reserve",
            web::post().to(lot_commands::lower_reserve),
        )
        .route("/lots/{id}/cancel", web::post().to(lot_commands::cancel))
        .route("/lots/{id}/end", web::post().to(lot_commands::end))
        .route(
            "/lots/{id}/second-chance",
            web::post().to(second_chance::offer),
        )
        .route(
            "/lots/{id}/second-chance/answer",
            web::post().to(second_chance::answer),
        );
}

/// Sales, and who may bid in them.
fn sales_and_registrations(config: &mut web::ServiceConfig) {
    config
        .route("/sales", web::get().to(sales::list))
        .route("/sales/{id}", web::get().to(sales::show))
        .route("/sales/{id}/registrations", web::post().to(sales::register))
        .route(
            "/sales/{id}/registrations/cancel",
            web::post().to(sales::give_back),
        )
        .route("/desk/sales", web::get().to(sales_desk::list))
        .route("/desk/sales/new", web::get().to(new_sale::show))
        .route("/desk/sales/new", web::post().to(new_sale::send))
        .route("/desk/sales/{id}", web::get().to(sales_desk::registrations))
        .route(
            "/desk/sales/{id}/registrations/{registration}/approve",
            web::post().to(sales_desk::approve),
        )
        .route(
            "/desk/sales/{id}/registrations/{registration}/refuse",
            web::post().to(sales_desk::refuse),
        );
}

/// What belongs to whoever is logged in.
fn mine(config: &mut web::ServiceConfig) {
    config
        .route("/my/bids", web::get().to(my_lots::bids))
        .route("/my/lots", web::get().to(my_lots::lots))
        .route("/my/won", web::get().to(won::list))
        .route("/my/won/{id}", web::get().to(won::show))
        .route("/my/won/{id}/charge", web::post().to(won::pay))
        .route("/my/checkout", web::get().to(checkout::show))
        .route("/my/checkout", web::post().to(checkout::send))
        .route("/my/billings", web::get().to(billing::list))
        .route("/my/billings/{id}", web::get().to(billing::show))
        .route("/my/billings/{id}/cancel", web::post().to(billing::cancel))
        .route("/my/billings/{id}/pay", web::post().to(billing_pay::pay))
        .route(
            "/my/billings/{id}/confirm",
            web::get().to(billing_pay::confirm),
        )
        .route(
            "/my/billings/{id}/return",
            web::get().to(billing_pay::come_back),
        )
        .route("/my/addresses", web::get().to(addresses::show))
        .route("/my/addresses", web::post().to(addresses::send))
        .route("/my/parcels", web::get().to(parcels::show))
        .route("/my/statement", web::get().to(statements::mine))
        .route("/my/earnings", web::get().to(statements::my_earnings))
        .route("/invoices", web::get().to(invoices::list))
        .route("/invoices/{number}.pdf", web::get().to(invoices::pdf))
        .route("/invoices/{number}", web::get().to(invoices::show))
        .route("/my/parcels/{id}/choice", web::post().to(parcels::choose));
}

/// The warehouse: what there is, and what is packed.
fn warehouse(config: &mut web::ServiceConfig) {
    config
        .route("/desk/packing", web::get().to(packing::desk))
        .route("/desk/packing/next", web::post().to(packing::take_next))
        .route("/desk/packing/{id}", web::get().to(packing::show))
        .route("/desk/packing/{id}/ship", web::post().to(packing::ship))
        .route(
            "/desk/packing/{id}/deliver",
            web::post().to(packing_steps::deliver),
        )
        .route(
            "/desk/packing/{id}/return",
            web::post().to(packing_steps::take_back),
        )
        .route(
            "/desk/packing/{id}/collect",
            web::post().to(packing_steps::collect),
        )
        .route(
            "/desk/packing/{id}/label",
            web::post().to(packing_label::ask),
        )
        .route(
            "/desk/packing/{id}/choice",
            web::post().to(packing_steps::choose),
        )
        .route("/packing/{id}/slip.pdf", web::get().to(papers::slip_pdf))
        .route("/packing/{id}/slip", web::get().to(papers::slip))
        .route("/packing/{id}/label.pdf", web::get().to(papers::label_pdf))
        .route("/packing/{id}/label", web::get().to(papers::label))
        .route("/desk/stock", web::get().to(stock::list))
        .route("/desk/stock/batches", web::post().to(stock::add))
        .route("/desk/stock/import", web::post().to(stock::import))
        .route("/desk/stock/{sku}", web::get().to(stock_goods::show))
        .route(
            "/desk/stock/{sku}/consignor",
            web::post().to(stock_goods::entrust),
        )
        .route(
            "/desk/stock/batches/{reference}",
            web::post().to(stock_goods::change),
        );
}

/// What the house's staff work at.
fn desk(config: &mut web::ServiceConfig) {
    config
        .route("/desk/payouts", web::get().to(statements::payouts))
        .route("/desk/sellers/{id}", web::get().to(statements::of_seller))
        .route(
            "/desk/sellers/{id}/payouts",
            web::post().to(statements::pay_out),
        )
        .route(
            "/desk/customers/{id}",
            web::get().to(statements::of_customer),
        )
        .route("/desk/processes", web::get().to(processes::list))
        .route(
            "/desk/processes/{id}/push",
            web::post().to(processes::push_on),
        )
        .route("/desk/deliveries", web::get().to(deliveries::list))
        .route(
            "/desk/deliveries/{id}/retry",
            web::post().to(deliveries::retry),
        )
        .route(
            "/desk/deliveries/{id}/discard",
            web::post().to(deliveries::discard),
        );
}

/// What the house's staff do about payments.
fn cashier_desk(config: &mut web::ServiceConfig) {
    config
        .route("/desk/billings", web::get().to(cashier::list))
        .route("/desk/billings/{id}", web::get().to(cashier::show))
        .route(
            "/desk/billings/{id}/refunds",
            web::post().to(cashier::refund),
        )
        .route("/desk/coupons", web::get().to(coupons::show))
        .route("/desk/coupons", web::post().to(coupons::send))
        .route("/desk/slots", web::get().to(slots::show))
        .route("/desk/slots", web::post().to(slots::send))
        .route("/desk/credit", web::get().to(credit::show))
        .route("/desk/credit", web::post().to(credit::send))
        .route("/desk/differences", web::get().to(differences::list))
        .route(
            "/desk/differences/compare",
            web::post().to(differences::compare),
        )
        .route(
            "/desk/differences/{id}/resolve",
            web::post().to(differences::resolve),
        );
}

/// The page that tells a person what a program reads in `application/problem+json`; `None` leaves the
/// JSON.
pub fn problem_page(request: &HttpRequest, problem: &ProblemBody) -> Option<String> {
    problem::page(request, problem)
}
