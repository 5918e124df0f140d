//! Invoices on paper, read back with `pdftotext`.

use std::process::Command;

use customer_relationship::Language;
use foundation::{Currency, Money};
use payments::{
    BillingId, Correction, Invoice, InvoiceLine, InvoiceNumber, Party, PayerId, PaymentId,
    RefundId, SellerOfRecord,
};
use rstest::rstest;

use super::fonts::Fonts;
use super::invoice::invoice;
use super::label::Label;
use super::sheet::DrawingError;

fn money(currency: &str, units: i64) -> Money {
    Money::from_minor_units(Currency::parse(currency).unwrap(), units).unwrap()
}

fn line(currency: &str, title: &str, parts: [i64; 4]) -> InvoiceLine {
    let [hammer, premium, tax, discount] = parts.map(|units| money(currency, units));
    InvoiceLine {
        payment: PaymentId::generate(),
        title: title.to_owned(),
        hammer,
        premium,
        tax,
        discount,
    }
}

fn lines(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn written(language: &str, lines_of_it: Vec<InvoiceLine>, credit: i64) -> Invoice {
    let currency = lines_of_it[0].hammer.currency();
    let totals = lines_of_it.iter().map(|line| line.total().unwrap());
    let total = totals.fold(Money::zero(currency), |sum, one| {
        sum.checked_add(one).unwrap()
    });
    let credit = Money::from_minor_units(currency, credit).unwrap();
    Invoice {
        number: InvoiceNumber::parse("2026-000042").unwrap(),
        billing: BillingId::generate(),
        payer: PayerId::generate(),
        issued_on: "2026-11-21".parse().unwrap(),
        issued_at: "2026-11-21T10:00:00Z".parse().unwrap(),
        language: language.to_owned(),
        seller: SellerOfRecord {
            party: Party {
                name: "Gavel Auctions".to_owned(),
                address: lines(&["1 Hammer Lane", "Exampleton EX1 2AM", "GB"]),
            },
            registration: "Company 01234567 · VAT GB 123 4567 89".to_owned(),
            contact: "invoices@gavel.example".to_owned(),
        },
        buyer: Party {
            name: "Ada Lovelace".to_owned(),
            address: lines(&["12 Harbour Street", "Bristol BS1 4QA", "GB"]),
        },
        lines: lines_of_it,
        total,
        credit,
        paid: total.checked_sub(credit).unwrap(),
        correction: None,
    }
}

fn korean() -> Invoice {
    let lines_of_it = vec![
        line(
            "KRW",
            "조선 백자 달항아리",
            [12_500_000, 3_125_000, 1_562_500, 0],
        ),
        line(
            "KRW",
            "Brass sextant, 19th century",
            [159_900, 39_975, 19_988, 20_000],
        ),
    ];
    let mut invoice = written("ko", lines_of_it, 0);
    invoice.buyer = Party {
        name: "김하나".to_owned(),
        address: lines(&["세종대로 110", "중구 서울 04524", "KR"]),
    };
    invoice
}

/// What the PDF says, page by page; `None` where nobody can read it.
fn read(pdf: &[u8]) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("document.pdf");
    std::fs::write(&path, pdf).unwrap();
    let Ok(read) = Command::new("pdftotext")
        .args(["-layout", "-enc", "UTF-8"])
        .arg(&path)
        .arg("-")
        .output()
    else {
        println!("skipped: there is no pdftotext (bin/test installs it)");
        return None;
    };
    let complaint = String::from_utf8_lossy(&read.stderr);
    assert!(complaint.is_empty(), "the PDF is broken: {complaint}");
    let text = String::from_utf8(read.stdout).unwrap();
    let pages = text.split('\u{c}').filter(|page| !page.trim().is_empty());
    Some(pages.map(str::to_owned).collect())
}

fn draw(document: &Invoice) -> Vec<u8> {
    let letter = invoice(document).unwrap();
    letter.draw(&Fonts::new(None)).unwrap()
}

#[track_caller]
fn says(page: &str, texts: &[&str]) {
    for text in texts {
        assert!(page.contains(text), "'{text}' is missing in:\n{page}");
    }
}

#[test]
fn an_invoice_says_everything_on_paper() {
    let lines_of_it = vec![
        line("USD", "Brass sextant", [125_000, 31_250, 15_625, 0]),
        line(
            "USD",
            "A pair of Georgian candlesticks, Sheffield plate, with drip pans and the maker’s mark rubbed but legible",
            [1_999, 500, 250, 500],
        ),
    ];
    let Some(pages) = read(&draw(&written("en", lines_of_it, 10_000))) else {
        return;
    };
    assert_eq!(pages.len(), 1);
    says(
        &pages[0],
        &[
            "Invoice",
            "2026-000042",
            "Gavel Auctions",
            "1 Hammer Lane",
            "Ada Lovelace",
            "12 Harbour Street",
            "21 November 2026",
            "Brass sextant",
            "Buyer’s premium",
            "1,250.00",
            "−5.00",
            "1,741.24 USD",
            "Paid with credit",
            "100.00 USD",
            "1,641.24 USD",
            "Page 1 of 1",
            "VAT GB 123 4567 89",
        ],
    );
}

#[test]
fn a_korean_customer_reads_korean() {
    let Some(pages) = read(&draw(&korean())) else {
        return;
    };
    says(
        &pages[0],
        &[
            "거래명세서",
            "김하나",
            "조선 백자 달항아리",
            "낙찰가",
            "구매 수수료",
            "2026년 11월 21일",
            "17,387,363원",
            "Brass sextant",
            "1쪽 중 1쪽",
        ],
    );
}

#[test]
fn sixty_lines_make_pages_with_repeated_headings() {
    let long = "An uncommonly long title of a lot that is described down to the last screw";
    let lines_of_it = (1..=60).map(|number| {
        let title = match number % 7 {
            0 => format!("{number}. {long}, {long}"),
            _ => format!("{number}. Lamp"),
        };
        line("EUR", &title, [1_999, 500, 250, 0])
    });
    let Some(pages) = read(&draw(&written("en", lines_of_it.collect(), 0))) else {
        return;
    };
    assert!(pages.len() > 2, "{}", pages.len());
    for (index, page) in pages.iter().enumerate() {
        let number = format!("Page {} of {}", index + 1, pages.len());
        says(page, &["Hammer price", &number, "2026-000042"]);
    }
    let all = pages.concat();
    says(
        &all,
        &["1. Lamp", "59. Lamp", "60. Lamp", "Total", "1,649.40 EUR"],
    );
    assert_eq!(all.matches("Lamp").count(), 52);
}

#[test]
fn a_credit_note_names_its_invoice_and_its_reason() {
    let mut note = written(
        "en",
        vec![line("KWD", "Brass sextant", [1_234, 309, 154, 0])],
        0,
    );
    note.number = InvoiceNumber::parse("C2026-000007").unwrap();
    note.correction = Some(Correction {
        invoice: InvoiceNumber::parse("2026-000042").unwrap(),
        refund: RefundId::generate(),
        reason: "It arrived with a crack, and the buyer keeps it for a lower price".to_owned(),
    });
    let Some(pages) = read(&draw(&note)) else {
        return;
    };
    says(
        &pages[0],
        &[
            "Credit note",
            "C2026-000007",
            "2026-000042",
            "It arrived with",
            "1.697 KWD",
            "Given back",
        ],
    );
}

#[rstest]
#[case("<script>alert(1)</script>", "<script>alert(1)</script>")]
#[case("lamp \u{202e}gpj.exe\u{202c} end", "lamp gpj.exe end")]
#[case("שלום lamp", "lamp")]
#[case("مرحبا lamp", "lamp")]
#[case("lamp 🏺🔥 two", "two")]
#[case("null\u{0} bell\u{7} lamp", "null bell lamp")]
#[case("(\\) /Type endstream %%EOF", "endstream %%EOF")]
#[case("e\u{301}\u{302}\u{303} lamp", "lamp")]
#[case("हिन्दी ไทย lamp", "lamp")]
fn hostile_titles_do_no_harm(#[case] title: &str, #[case] kept: &str) {
    let endless = "J".repeat(500);
    let lines_of_it = [title, endless.as_str()].map(|title| line("USD", title, [1_999, 0, 0, 0]));
    let mut invoice = written("en", lines_of_it.to_vec(), 0);
    invoice.buyer.name = title.to_owned();
    let Some(pages) = read(&draw(&invoice)) else {
        return;
    };
    let all = pages.concat();
    says(&all, &[kept, "39.98 USD", "Page 1 of 1"]);
    assert_eq!(all.matches('J').count(), 500);
}

#[test]
fn the_largest_amounts_fit_on_the_page() {
    let most = i64::MAX / 4;
    let lines_of_it = vec![line("USD", "A planet", [most, most, most, 100])];
    let Some(pages) = read(&draw(&written("en", lines_of_it, 0))) else {
        return;
    };
    says(
        &pages[0],
        &[
            "A planet",
            "23,058,430,092,136,939.51",
            "69,175,290,276,410,817.53 USD",
        ],
    );
}

#[test]
fn without_a_korean_font_the_answer_says_what_to_install() {
    let empty = tempfile::tempdir().unwrap();
    let fonts = Fonts::new(Some(empty.path().to_owned()));
    let refused = invoice(&korean()).unwrap().draw(&fonts).unwrap_err();
    assert!(matches!(refused, DrawingError::MissingFont(_)));
    assert!(refused.to_string().contains("fonts-noto-cjk"), "{refused}");
    let english = written("en", vec![line("USD", "Lamp 🏺", [1_999, 0, 0, 0])], 0);
    invoice(&english).unwrap().draw(&fonts).unwrap();
}

#[test]
fn a_label_has_room_for_the_longest_address() {
    let long = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch ".repeat(2);
    let address = [
        long.trim(),
        "1 Long Street",
        "Building 2",
        "Anglesey LL61 5UJ",
        "GB",
    ];
    let label = Label {
        language: Language::En,
        from_heading: "From",
        from: lines(&[
            "Gavel Auctions",
            "1 Hammer Lane",
            "Exampleton EX1 2AM",
            "GB",
        ]),
        to_heading: "Ships to",
        to: lines(&address),
        shipment: Some(("Royal Mail".to_owned(), "AB 123 456 789 GB".to_owned())),
        package: "0191f0a0-0000-7000-8000-000000000000".to_owned(),
    };
    let pdf = label.draw(&Fonts::new(None)).unwrap();
    let Some(pages) = read(&pdf) else {
        return;
    };
    assert_eq!(pages.len(), 1);
    let said = [
        "From",
        "Gavel Auctions",
        "Anglesey LL61 5UJ",
        "AB 123 456 789 GB",
        "0191f0a0",
    ];
    says(&pages[0], &said);
}
