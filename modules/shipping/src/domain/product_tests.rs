//! The cases of the source text on aggregates, and those that this house adds.

use chrono::{DateTime, NaiveDate, TimeZone, Utc};

use super::batch::OrderLine;
use super::product::{AllocationRefusal, BatchRefusal, DeallocationRefusal, OthersGoods, Product};
use super::stock_names::{BatchReference, Quantity, Sku};
use crate::ids::{ConsignorId, OrderId};
use crate::stock_events::{GoodsEntrusted, StockEvent};

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 12, 0, 0).unwrap()
}

fn sku() -> Sku {
    Sku::parse("RETRO-CLOCK").unwrap()
}

fn named(reference: &str) -> BatchReference {
    BatchReference::parse(reference).unwrap()
}

fn pieces(quantity: i64) -> Quantity {
    Quantity::try_new(quantity).unwrap()
}

fn on(day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, 12, day)
}

fn line(quantity: i64) -> OrderLine {
    OrderLine {
        order: OrderId::generate(),
        sku: sku(),
        quantity: pieces(quantity),
    }
}

/// A product of these batches: reference, pieces, day of arrival.
fn product(batches: &[(&str, i64, Option<NaiveDate>)]) -> Product {
    let mut product = Product::empty(sku());
    for (reference, purchased, eta) in batches {
        product.add_batch(named(reference), pieces(*purchased), *eta, now());
    }
    product
}

fn available(product: &Product, reference: &str) -> i64 {
    let mut batches = product.batches.iter();
    let batch = batches.find(|batch| batch.reference == named(reference));
    batch.unwrap().available()
}

fn batch_of(product: &Product, line: &OrderLine) -> Option<String> {
    let line = product.line_of(line.order)?;
    Some(line.batch.to_string())
}

#[test]
fn prefers_warehouse_batches_to_shipments() {
    let mut product = product(&[("SHIPMENT", 100, on(2)), ("IN-STOCK", 100, None)]);
    product.allocate(&line(10), now()).unwrap();
    assert_eq!(available(&product, "IN-STOCK"), 90);
    assert_eq!(available(&product, "SHIPMENT"), 100);
}

#[test]
fn prefers_the_earliest_eta() {
    let mut product = product(&[
        ("NORMAL", 100, on(3)),
        ("SLOW", 100, on(9)),
        ("SPEEDY", 100, on(2)),
    ]);
    product.allocate(&line(10), now()).unwrap();
    assert_eq!(available(&product, "SPEEDY"), 90);
    assert_eq!(available(&product, "NORMAL"), 100);
    assert_eq!(available(&product, "SLOW"), 100);
}

#[test]
fn returns_the_batch_reference() {
    let mut product = product(&[("SHIPMENT", 100, on(2)), ("IN-STOCK", 100, None)]);
    assert_eq!(product.allocate(&line(10), now()), Ok(named("IN-STOCK")));
}

#[test]
fn out_of_stock() {
    let mut product = product(&[("ONE", 10, None)]);
    product.allocate(&line(10), now()).unwrap();
    let before = product.clone();
    let refused = product.allocate(&line(1), now());
    assert_eq!(refused, Err(AllocationRefusal::OutOfStock));
    assert_eq!(product, before, "a refusal changes nothing");
}

#[test]
fn invalid_sku() {
    let mut clocks = product(&[("ONE", 10, None)]);
    let chairs = OrderLine {
        sku: Sku::parse("EXPENSIVE-CHAIR").unwrap(),
        ..line(1)
    };
    let refused = clocks.allocate(&chairs, now());
    assert_eq!(refused, Err(AllocationRefusal::InvalidSku));
    let refused = Product::empty(sku()).allocate(&line(1), now());
    assert_eq!(
        refused,
        Err(AllocationRefusal::InvalidSku),
        "nobody ever had any"
    );
}

#[test]
fn the_version_grows() {
    let mut product = product(&[("ONE", 10, None)]);
    let before = product.version;
    let line = line(10);
    product.allocate(&line, now()).unwrap();
    assert_eq!(product.version, before + 1);
    product.deallocate(line.order).unwrap();
    assert_eq!(product.version, before + 2);
    product.change_batch(&named("ONE"), 11, None).unwrap();
    assert_eq!(product.version, before + 3);
    product.add_batch(named("TWO"), pieces(1), None, now());
    assert_eq!(product.version, before + 4);
    product.entrust(ConsignorId::generate()).unwrap();
    assert_eq!(product.version, before + 5);
}

#[test]
fn goods_belong_to_whoever_is_named_first() {
    let mut product = product(&[("ONE", 10, None)]);
    product.events.clear();
    let owner = ConsignorId::generate();
    assert_eq!(product.entrust(owner), Ok(()));
    assert_eq!(product.consignor, Some(owner));
    let told = StockEvent::Entrusted(GoodsEntrusted {
        sku: sku().to_string(),
        consignor: owner,
    });
    assert_eq!(product.events, [told]);
    let before = product.clone();
    assert_eq!(product.entrust(owner), Ok(()));
    assert_eq!(product, before, "the same again changes nothing");
}

#[test]
fn goods_never_change_hands() {
    let mut product = product(&[("ONE", 10, None)]);
    product.entrust(ConsignorId::generate()).unwrap();
    let before = product.clone();
    assert_eq!(product.entrust(ConsignorId::generate()), Err(OthersGoods));
    assert_eq!(product, before, "a refusal changes nothing");
    product.change_batch(&named("ONE"), 0, None).unwrap();
    let refused = product.entrust(ConsignorId::generate());
    assert_eq!(refused, Err(OthersGoods), "not even when none are left");
}

#[test]
fn allocation_is_idempotent() {
    let mut product = product(&[("ONE", 20, None), ("TWO", 20, None)]);
    let line = line(2);
    let first = product.allocate(&line, now());
    let before = product.clone();
    assert_eq!(product.allocate(&line, now()), first);
    assert_eq!(product, before);
    let more = OrderLine {
        quantity: pieces(3),
        ..line
    };
    let refused = product.allocate(&more, now());
    assert_eq!(
        refused,
        Err(AllocationRefusal::AllocatedOtherwise(pieces(2)))
    );
}

#[test]
fn available_quantity_falls() {
    let mut product = product(&[("ONE", 20, None)]);
    product.allocate(&line(2), now()).unwrap();
    assert_eq!(available(&product, "ONE"), 18);
}

#[test]
fn can_allocate_as_much_as_available() {
    let mut product = product(&[("ONE", 2, None)]);
    assert!(product.allocate(&line(2), now()).is_ok());
    assert_eq!(available(&product, "ONE"), 0);
}

#[test]
fn cannot_allocate_more_than_available() {
    let mut product = product(&[("ONE", 2, None), ("TWO", 2, None)]);
    assert_eq!(
        product.allocate(&line(3), now()),
        Err(AllocationRefusal::OutOfStock),
        "a line is in one batch, whole"
    );
}

#[test]
fn deallocation_only_of_what_is_allocated() {
    let mut product = product(&[("ONE", 20, None)]);
    let (allocated, unknown) = (line(2), line(2));
    product.allocate(&allocated, now()).unwrap();
    let refused = product.deallocate(unknown.order);
    assert_eq!(refused, Err(DeallocationRefusal::NotAllocated));
    assert_eq!(available(&product, "ONE"), 18);
    product.deallocate(allocated.order).unwrap();
    assert_eq!(available(&product, "ONE"), 20);
    let again = product.deallocate(allocated.order);
    assert_eq!(again, Err(DeallocationRefusal::NotAllocated));
    assert_eq!(available(&product, "ONE"), 20);
}

#[test]
fn a_smaller_batch_moves_its_newest_lines_elsewhere() {
    let mut product = product(&[("ONE", 30, None), ("LATER", 10, on(5))]);
    let [oldest, middle, newest] = [line(10), line(10), line(10)];
    for line in [&oldest, &middle, &newest] {
        product.allocate(line, now()).unwrap();
    }
    let without = product.change_batch(&named("ONE"), 10, None).unwrap();
    assert_eq!(batch_of(&product, &oldest).as_deref(), Some("ONE"));
    assert_eq!(
        batch_of(&product, &middle).as_deref(),
        Some("LATER"),
        "the older of the displaced chooses first"
    );
    assert_eq!(batch_of(&product, &newest), None);
    assert_eq!(without, [newest.order]);
    assert_eq!(available(&product, "ONE"), 0);
    assert_eq!(available(&product, "LATER"), 0);
}

#[test]
fn a_batch_cannot_have_had_fewer_pieces_than_have_left() {
    let mut product = product(&[("ONE", 30, None)]);
    let line = line(10);
    product.allocate(&line, now()).unwrap();
    product.finish(line.order, now()).unwrap();
    let change = product.change_batch(&named("ONE"), 9, None);
    assert_eq!(change, Err(BatchRefusal::BelowGone));
    assert_eq!(product.change_batch(&named("ONE"), 10, None), Ok(vec![]));
    let unknown = product.change_batch(&named("TWO"), 10, None);
    assert_eq!(unknown, Err(BatchRefusal::NoSuchBatch));
}

#[test]
fn what_has_left_is_not_promised_again_until_it_comes_back() {
    let mut product = product(&[("ONE", 10, None)]);
    let sold = line(10);
    product.allocate(&sold, now()).unwrap();
    let early = product.take_back(sold.order);
    assert_eq!(early, Err(DeallocationRefusal::NotAllocated));
    product.finish(sold.order, now()).unwrap();
    assert_eq!(
        product.allocate(&sold, now()),
        Ok(named("ONE")),
        "the line is known"
    );
    let refusals = [
        product.deallocate(sold.order),
        product.finish(sold.order, now()),
    ];
    assert_eq!(refusals, [Err(DeallocationRefusal::Gone); 2]);
    assert_eq!(available(&product, "ONE"), 0);
    product.take_back(sold.order).unwrap();
    assert_eq!(available(&product, "ONE"), 10);
    assert!(product.allocate(&line(10), now()).is_ok());
}
