//! The form with which a seller puts up a lot.

use actix_web::HttpResponse;
use actix_web::web;
use askama::Template;
use auctions::{
    AuctionId, AuctionTitle, AuctionsFacade, BeginAuction, Bidding, InvalidLotGoods,
    LotDescription, LotGoods, LotTerms, Page, SaleId, SaleView, SalesFacade, SellerId,
};
use chrono::TimeDelta;
use foundation::{Currency, Money};
use serde::Deserialize;
use shipping::{ConsignorId, ShippingFacade, StockView};

use super::filters;
use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::frame::{Frame, Place};
use super::terms_form::{TIME_FORMAT, TypedSoftClose, TypedSteps, utc};
use super::visit::{Then, VisitAs};
use crate::http::identity::Seller;
use crate::http::{FieldErrors, Problem};
use crate::putting_up::put_up;

/// How long a lot runs unless its seller says otherwise.
const USUAL_TIME: TimeDelta = TimeDelta::days(7);

/// As many sales as the form offers, the newest.
const OFFERED_SALES: i64 = 100;

/// As many goods as the form suggests; others of the seller's can be typed in.
const SUGGESTED_GOODS: i64 = 200;

/// Currencies that the forms suggest; every one of ISO 4217 is taken.
const SUGGESTED: [Currency; 5] = [
    Currency::USD,
    Currency::EUR,
    Currency::KRW,
    Currency::JPY,
    Currency::KWD,
];

/// The form, with what was typed. Whatever is left out is as usual.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SellForm {
    /// The new lot's id, made with the empty form: a form that is sent twice makes one lot.
    lot: AuctionId,
    title: String,
    description: String,
    starting_price: String,
    currency: String,
    increment: String,
    ends_at: String,
    #[serde(default)]
    opens_at: String,
    #[serde(default)]
    sale: String,
    #[serde(default)]
    bidding: String,
    #[serde(default)]
    steps: String,
    #[serde(default)]
    table: String,
    #[serde(default)]
    reserve: String,
    #[serde(default)]
    buy_now: String,
    #[serde(default)]
    soft_close: String,
    #[serde(default)]
    window: String,
    #[serde(default)]
    cap: String,
    #[serde(default)]
    sku: String,
    #[serde(default)]
    quantity: String,
}

/// A sale to choose.
struct Choice {
    id: String,
    label: String,
}

#[derive(Template)]
#[template(path = "sell.html")]
struct SellPage {
    frame: Frame,
    form: SellForm,
    errors: Refusal,
    currencies: Vec<(&'static str, String)>,
    sales: Vec<Choice>,
    /// The seller's own.
    goods: Vec<StockView>,
}

/// The sale that a seller came from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct From {
    sale: Option<SaleId>,
}

/// Shows the empty form.
pub(crate) async fn show(
    visit: VisitAs<Seller>,
    from: web::Query<From>,
) -> Result<HttpResponse, Problem> {
    let ends_at = visit.now() + USUAL_TIME;
    let form = SellForm {
        lot: AuctionId::generate(),
        title: String::new(),
        description: String::new(),
        starting_price: String::new(),
        currency: Currency::USD.code().to_owned(),
        increment: String::new(),
        ends_at: ends_at.format(TIME_FORMAT).to_string(),
        opens_at: String::new(),
        sale: from.sale.map(|sale| sale.to_string()).unwrap_or_default(),
        bidding: "plain".to_owned(),
        steps: "usual".to_owned(),
        table: String::new(),
        reserve: String::new(),
        buy_now: String::new(),
        soft_close: "usual".to_owned(),
        window: "2".to_owned(),
        cap: String::new(),
        sku: String::new(),
        quantity: String::new(),
    };
    sell_page(&visit, form, Refusal::none()).await
}

/// Puts the lot up.
pub(crate) async fn send(
    Then(visit, form): Then<VisitAs<Seller>, web::Form<SellForm>>,
) -> Result<HttpResponse, Problem> {
    let form = form.into_inner();
    match begin(&visit, &form).await {
        Ok(()) => {
            let text = "Your lot is up.";
            let address = format!("/lots/{}", form.lot);
            Ok(visit.go_to_with(&address, &Flash::new(Tone::Good, text)))
        }
        Err(problem) => sell_page(&visit, form, Refusal::of(problem)?).await,
    }
}

async fn begin(visit: &VisitAs<Seller>, form: &SellForm) -> Result<(), Problem> {
    let seller = SellerId::from(visit.user().id.uuid());
    let command = form.read(seller)?;
    let auctions = visit.component::<AuctionsFacade>();
    visit
        .write(move |shipping: &ShippingFacade, uow| {
            put_up(&command, "sku", &auctions, shipping, uow)
        })
        .await
}

impl SellForm {
    /// Takes the fields for what they mean, or says everything that is wrong with them at once.
    fn read(&self, seller: SellerId) -> Result<BeginAuction, Problem> {
        let mut errors = FieldErrors::default();
        let title = errors.take("title", AuctionTitle::parse(&self.title));
        let description = errors.take("description", LotDescription::parse(&self.description));
        let currency = errors.take("currency", Currency::parse(self.currency.trim()));
        let starting_price = currency.and_then(|currency| {
            let amount = Money::parse(currency, self.starting_price.trim());
            errors.take("starting_price", amount)
        });
        let ends_at = errors.take("ends_at", utc(&self.ends_at));
        let terms = self.terms(currency, &mut errors);
        match (title, description, starting_price, ends_at) {
            (Some(title), Some(description), Some(starting_price), Some(ends_at))
                if errors.is_empty() =>
            {
                Ok(BeginAuction {
                    auction: self.lot,
                    seller,
                    title,
                    description,
                    starting_price,
                    ends_at,
                    terms,
                })
            }
            _ => Err(errors.into()),
        }
    }

    /// What was chosen beyond price and end. Where something is wrong, it is noted.
    fn terms(&self, currency: Option<Currency>, errors: &mut FieldErrors) -> LotTerms {
        let mut money = |field, typed: &str| match (typed.trim(), currency) {
            ("", _) | (_, None) => None,
            (typed, Some(currency)) => errors.take(field, Money::parse(currency, typed)),
        };
        let (reserve, buy_now) = (
            money("reserve", &self.reserve),
            money("buy_now", &self.buy_now),
        );
        let given = |typed: &str| Some(typed.trim().to_owned()).filter(|typed| !typed.is_empty());
        let sale = given(&self.sale).map(|id| {
            let id = id.parse::<SaleId>();
            id.map_err(|_| "choose one of the sales")
        });
        let opens_at = given(&self.opens_at).map(|typed| utc(&typed));
        LotTerms {
            sale: errors.take_if_given("sale", sale),
            opens_at: errors.take_if_given("opens_at", opens_at),
            bidding: self.bidding(errors),
            increments: self.steps().read(currency, errors),
            reserve,
            buy_now,
            soft_close: self.soft_close().read(errors),
            goods: self.goods(errors),
        }
    }

    /// What the lot takes from the stock; a single piece unless another number is given.
    fn goods(&self, errors: &mut FieldErrors) -> Option<LotGoods> {
        let (sku, typed) = (self.sku.trim(), self.quantity.trim());
        if sku.is_empty() {
            if !typed.is_empty() {
                errors.note("sku", "say which goods, or leave the number of pieces out");
            }
            return None;
        }
        let quantity = match typed {
            "" => 1,
            typed => typed.parse().unwrap_or_default(),
        };
        match LotGoods::parse(sku, quantity) {
            Ok(goods) => Some(goods),
            Err(rule @ InvalidLotGoods::Sku) => {
                errors.note("sku", rule);
                None
            }
            Err(rule @ InvalidLotGoods::Quantity) => {
                errors.note("quantity", rule);
                None
            }
        }
    }

    fn bidding(&self, errors: &mut FieldErrors) -> Bidding {
        match self.bidding.as_str() {
            "" | "plain" => Bidding::Plain,
            "proxy" => Bidding::Proxy,
            _ => {
                errors.note("bidding", "choose how bids are taken");
                Bidding::Plain
            }
        }
    }

    fn steps(&self) -> TypedSteps<'_> {
        TypedSteps {
            choice: &self.steps,
            fixed: &self.increment,
            table: &self.table,
        }
    }

    fn soft_close(&self) -> TypedSoftClose<'_> {
        TypedSoftClose {
            choice: &self.soft_close,
            window: &self.window,
            cap: &self.cap,
        }
    }
}

/// Suggested currencies with their names.
pub(crate) fn currencies() -> Vec<(&'static str, String)> {
    let named = |currency: &Currency| (currency.code(), currency.name().to_owned());
    SUGGESTED.iter().map(named).collect()
}

async fn sell_page(
    visit: &VisitAs<Seller>,
    form: SellForm,
    errors: Refusal,
) -> Result<HttpResponse, Problem> {
    let page = Page::first(OFFERED_SALES);
    let seller = ConsignorId::from(visit.user().id.uuid());
    let shipping = visit.component::<ShippingFacade>();
    let (sales, goods) = visit
        .read(move |sales: &SalesFacade, reader| {
            let goods = shipping.goods_of(seller, None, SUGGESTED_GOODS, reader)?;
            Ok((sales.sales(page, reader)?, goods))
        })
        .await?;
    let page = SellPage {
        frame: visit.frame(Place::Sell),
        form,
        errors,
        currencies: currencies(),
        sales: sales.iter().map(Choice::of).collect(),
        goods,
    };
    visit.page_with(page.errors.status(), &page)
}

impl SellPage {
    /// Whoever has no goods here is not asked for them, unless something was typed that has to be mended.
    fn asks_for_goods(&self) -> bool {
        !(self.goods.is_empty() && self.form.sku.is_empty() && self.form.quantity.is_empty())
    }
}

impl Choice {
    fn of(sale: &SaleView) -> Self {
        let (title, currency) = (&sale.title, sale.currency);
        let opens = sale.opens_at.format("%-d %b %Y, %H:%M UTC");
        Self {
            id: sale.id.to_string(),
            label: format!("{title} ({currency}, opens {opens})"),
        }
    }
}
