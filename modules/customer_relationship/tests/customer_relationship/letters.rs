//! What the e-mails say, in both languages, and that nobody can make them say something else.

use auctions::{
    AuctionCancelled, AuctionEnded, AuctionId, BidderHasBeenOverbid, BidderId, BidderRegistered,
    BidsWithdrawn, RegistrationId, RegistrationRefused, SaleId, SecondChanceOffered, SellerId,
};
use customer_relationship::{
    ArrivedGoods, CreateCustomer, CustomerId, EmailKind, EmailView, FailedPayment, Language,
    LeftUnsold, LostChance, MissingGoods, NotPaid, PaidLot, RefundedLot, SendEmailError, Shipment,
    WonLot,
};
use foundation::testing::Backend;
use foundation::{Money, UnitOfWork};
use rstest::rstest;

use crate::bench::{Bench, ada, won_lot};

const LOT: &str = "01939a3e-0000-7000-8000-000000000001";

fn money(amount: &str, language: Language) -> Money {
    let code = match language {
        Language::En => "USD",
        Language::Ko => "KRW",
    };
    Money::parse_with_code(code, amount).unwrap()
}

/// Has every e-mail written that the other modules ask for.
fn ask_for_every_email(bench: &Bench, to: CustomerId, title: &str, language: Language) {
    let customers = &bench.customers;
    let title = title.to_owned();
    let amount = money("1250", language);
    let lot = || won_lot_at(&title, amount);
    let everything = |uow: &mut UnitOfWork| {
        customers.send_email_about_winning(to, lot(), uow)?;
        let bought = WonLot {
            second_chance: true,
            ..lot()
        };
        customers.send_email_about_winning(to, bought, uow)?;
        customers.send_payment_reminder(to, lot(), uow)?;
        for awaits_address in [false, true] {
            let paid = PaidLot {
                title: title.clone(),
                amount,
                awaits_address,
            };
            customers.send_email_after_successful_payment(to, paid, uow)?;
        }
        let failed = FailedPayment {
            title: title.clone(),
            amount,
            reason: "insufficient funds".into(),
            pay_by: lot().pay_by,
        };
        customers.send_email_about_failed_payment(to, failed, uow)?;
        let not_paid = NotPaid {
            title: title.clone(),
            amount,
        };
        customers.send_email_about_not_paid(to, not_paid, uow)?;
        let shipment = Shipment {
            title: title.clone(),
            carrier: "CJ Logistics".into(),
            tracking_number: "6897-1234-5678".into(),
        };
        customers.send_email_about_shipment(to, shipment, uow)
    };
    bench.app.transactions().run(everything).unwrap();
    tell_of_goods(bench, to, &title, amount);
    tell_of_every_lost_chance(bench, to, &title);
}

/// Whatever becomes of stocked goods.
fn tell_of_goods(bench: &Bench, to: CustomerId, title: &str, amount: Money) {
    let customers = &bench.customers;
    let everything = |uow: &mut UnitOfWork| {
        for expected in [None, Some("2026-12-09".parse().unwrap())] {
            let goods = MissingGoods {
                title: title.to_owned(),
                expected,
            };
            customers.send_email_about_missing_goods(to, goods, uow)?;
        }
        for is_fetched in [false, true] {
            let goods = ArrivedGoods {
                title: title.to_owned(),
                is_fetched,
            };
            customers.send_email_about_arrived_goods(to, goods, uow)?;
        }
        for amount in [Some(amount), None] {
            let lot = RefundedLot {
                title: title.to_owned(),
                amount,
            };
            customers.send_email_about_refund(to, lot, uow)?;
        }
        Ok::<_, SendEmailError>(())
    };
    bench.app.transactions().run(everything).unwrap();
}

fn tell_of_every_lost_chance(bench: &Bench, to: CustomerId, title: &str) {
    for (winner_did_not_pay, second_chance) in [
        (true, LostChance::NobodyToAsk),
        (true, LostChance::BelowReserve),
        (true, LostChance::Declined),
        (true, LostChance::NotAnswered),
        (false, LostChance::NotPaid),
    ] {
        let lot = LeftUnsold {
            auction: LOT.parse().unwrap(),
            title: title.to_owned(),
            winner_did_not_pay,
            second_chance,
        };
        let told = bench.app.transactions().run(|uow| {
            bench
                .customers
                .send_email_about_lot_left_unsold(to, lot.clone(), uow)
        });
        told.unwrap();
    }
}

fn won_lot_at(title: &str, price: Money) -> WonLot {
    WonLot {
        price,
        to_pay: price,
        ..won_lot(title)
    }
}

/// Posts every event that this module answers with an e-mail.
fn post_every_event(bench: &Bench, to: CustomerId, title: &str, language: Language) {
    let auction: AuctionId = LOT.parse().unwrap();
    let bidder = BidderId::from(to.uuid());
    bench.post(&BidderHasBeenOverbid {
        auction,
        bidder,
        title: title.into(),
        new_price: money("1250", language),
        minimum_next: money("1300", language),
        ends_at: "2026-11-22T12:00:00Z".parse().unwrap(),
    });
    for reserve_met in [None, Some(false)] {
        bench.post(&AuctionEnded {
            auction,
            seller: SellerId::from(to.uuid()),
            title: title.into(),
            winner: None,
            price: money("100", language),
            reserve_met,
        });
    }
    for (leader, reason) in [(Some(bidder), None), (None, Some("stolen card".to_owned()))] {
        bench.post(&BidsWithdrawn {
            auction,
            title: title.into(),
            affected: vec![bidder],
            leader,
            new_price: money("900", language),
            minimum_next: money("950", language),
            reason,
        });
    }
    bench.post(&SecondChanceOffered {
        auction,
        seller: SellerId::generate(),
        title: title.into(),
        bidder,
        price: money("1150", language),
        expires_at: "2026-11-26T12:00:00Z".parse().unwrap(),
    });
    bench.post(&AuctionCancelled {
        auction,
        seller: SellerId::from(to.uuid()),
        title: title.into(),
        bidders: vec![bidder],
        reason: "not walnut".into(),
    });
    post_every_event_of_a_sale(bench, bidder, title);
    bench.deliver_all();
}

fn post_every_event_of_a_sale(bench: &Bench, bidder: BidderId, title: &str) {
    let sale: SaleId = LOT.parse().unwrap();
    let registration = RegistrationId::generate();
    for approved in [false, true] {
        bench.post(&BidderRegistered {
            sale,
            registration,
            bidder,
            title: title.into(),
            paddle: 12,
            approved,
        });
    }
    bench.post(&RegistrationRefused {
        sale,
        registration,
        bidder,
        title: title.into(),
        paddle: 12,
        reason: "no deposit".into(),
    });
}

/// Every e-mail that a customer can get, by kind; some kinds say different things.
fn every_email(bench: &Bench, to: CustomerId, title: &str, language: Language) -> Vec<EmailView> {
    ask_for_every_email(bench, to, title, language);
    post_every_event(bench, to, title, language);
    let mut emails = bench.emails();
    emails.sort_by_cached_key(|email| (email.kind.as_str(), email.text.clone()));
    for kind in EmailKind::ALL {
        assert!(emails.iter().any(|email| email.kind == kind), "{kind}");
    }
    emails
}

#[rstest]
fn every_email_is_written_in_the_customers_language_and_forms(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(Language::En, Language::Ko)] language: Language,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (to, title) = match language {
        Language::En => (bench.ada(), "A walnut chair"),
        Language::Ko => (bench.hana(), "호두나무 의자"),
    };
    let emails = every_email(&bench, to, title, language);
    let rule = "=".repeat(72);
    let texts: Vec<String> = emails
        .iter()
        .map(|email| {
            format!(
                "{rule}\n{}\n{}\n\n{}",
                email.kind, email.subject, email.text
            )
        })
        .collect();
    insta::assert_snapshot!(format!("texts_{language}"), texts.join("\n"));
    let won = emails
        .iter()
        .find(|email| email.subject.contains("won") || email.subject.contains("낙찰을"));
    insta::assert_snapshot!(format!("html_{language}"), won.unwrap().html);
}

#[rstest]
fn plain_text_and_html_say_the_same(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let hana = bench.hana();
    for email in every_email(&bench, hana, "호두나무 의자", Language::Ko) {
        assert!(email.html.contains(&email.subject));
        for line in email.text.lines().filter(|line| !line.starts_with("--")) {
            for part in line.split(": ") {
                assert!(email.html.contains(part), "{}: {part}", email.kind);
            }
        }
    }
}

#[rstest]
fn markup_in_names_and_titles_is_shown_and_never_obeyed(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let name = "<b>Eve</b> & \"co\"".to_owned();
    let eve = bench.register(CreateCustomer { name, ..ada() }).unwrap();
    let title = "<script>alert('hi')</script> \" onload=x {{ name }}";
    for email in every_email(&bench, eve, title, Language::En) {
        assert!(!email.html.contains("<script>"), "{}", email.html);
        assert!(!email.html.contains("<b>"), "{}", email.html);
        assert!(email.html.contains("&#60;script&#62;alert(&#39;hi&#39;)"));
        assert!(
            email
                .html
                .contains("&#60;b&#62;Eve&#60;/b&#62; &#38; &#34;co&#34;")
        );
        assert!(email.text.contains(title), "{}", email.text);
        assert!(email.text.starts_with("Hello <b>Eve</b> & \"co\","));
    }
}

#[rstest]
fn line_breaks_in_a_title_add_neither_headers_nor_lines(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let ada = bench.ada();
    let title = "Chair\r\nBcc: eve@example.org\u{2028}\n\nYour account is locked";
    for email in every_email(&bench, ada, title, Language::En) {
        assert!(!email.subject.chars().any(char::is_control));
        let forged = |line: &str| line.starts_with("Bcc") || line.starts_with("Your account");
        assert!(!email.text.lines().any(forged), "{}", email.text);
    }
}

/// A quarter of 1,250 comes to it.
#[rstest]
#[case(Language::En, "To pay, with premium and tax: 1,562.50 USD")]
#[case(Language::Ko, "결제 금액 (수수료·세금 포함): ")]
fn what_comes_to_the_price_is_told_with_it(#[case] language: Language, #[case] line: &str) {
    let bench = Bench::on(Backend::Sqlite).unwrap();
    let to = match language {
        Language::En => bench.ada(),
        Language::Ko => bench.hana(),
    };
    let lot = WonLot {
        to_pay: money("1562.50", Language::En),
        ..won_lot_at("A walnut chair", money("1250", Language::En))
    };
    let told = bench.app.transactions().run(|uow| {
        let customers = &bench.customers;
        customers.send_email_about_winning(to, lot.clone(), uow)?;
        customers.send_payment_reminder(to, lot.clone(), uow)
    });
    told.unwrap();
    let told = bench.emails();
    assert_eq!(told.len(), 2);
    for email in told {
        assert!(email.text.contains(line), "{}", email.text);
        assert!(email.text.contains("1,562.50"), "{}", email.text);
    }
}
