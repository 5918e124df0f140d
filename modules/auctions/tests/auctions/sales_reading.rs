//! The queries of sales.

use auctions::{Admission, BidderId, Page, RegistrationStatus, SaleId};
use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use uuid::Uuid;

use crate::sales_bench::{Bench, a_sale};

#[rstest]
fn sales_are_listed_newest_first_in_pages(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let mut expected = Vec::new();
    for number in 0..5 {
        let command = a_sale(bench.now());
        expected.push((bench.now(), command.sale));
        bench.try_create(command).unwrap();
        if number < 2 {
            bench.clock.advance(TimeDelta::seconds(1));
        }
    }
    // Of sales that were created at the same moment, the greater id comes first.
    expected.sort_by(|a, b| b.cmp(a));

    let mut seen = Vec::new();
    let mut page = Page::first(2);
    loop {
        let sales = bench.read(|reader| bench.facade.sales(page, reader));
        let Some(last) = sales.last() else { break };
        assert!(sales.len() <= 2);
        page = page.next(last.id.uuid());
        seen.extend(sales.iter().map(|sale| (sale.created_at, sale.id)));
    }
    assert_eq!(seen, expected);
    let after_nothing = Page::first(9).next(Uuid::nil());
    let nothing = bench.read(|reader| bench.facade.sales(after_nothing, reader));
    assert_eq!(nothing, []);
}

/// The paddles of a sale's registrations of one status or of all, leafed through by twos.
fn paddles(bench: &Bench, sale: SaleId, status: Option<RegistrationStatus>) -> Vec<i64> {
    let mut seen = Vec::new();
    let mut page = Page::first(2);
    loop {
        let list = bench.read(|reader| bench.facade.registrations(sale, status, page, reader));
        let Some(last) = list.last() else {
            return seen;
        };
        assert!(list.len() <= 2);
        page = page.next(last.id.uuid());
        for view in list {
            assert_eq!(view.sale, sale);
            assert!(status.is_none_or(|status| view.status == status));
            seen.push(view.paddle);
        }
    }
}

#[rstest]
fn registrations_are_listed_by_paddle_and_status_in_pages(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let sale = bench.create(None, Admission::ByApproval);
    let other = bench.create(None, Admission::ByApproval);
    let bidders: Vec<BidderId> = (0..9).map(|_| BidderId::generate()).collect();
    let register = |sale| {
        let register = |bidder: &BidderId| bench.register(sale, *bidder).unwrap().registration;
        bidders.iter().map(register).collect::<Vec<_>>()
    };
    let (ids, elsewhere) = (register(sale), register(other));
    for id in &ids[0..3] {
        bench.approve(sale, *id).unwrap();
    }
    for id in &ids[2..5] {
        bench.refuse(sale, *id, "no").unwrap();
    }
    bench.cancel(sale, bidders[8]).unwrap();

    use RegistrationStatus::{Approved, Cancelled, Pending, Refused};
    assert_eq!(paddles(&bench, sale, None), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(paddles(&bench, sale, Some(Approved)), [1, 2]);
    assert_eq!(paddles(&bench, sale, Some(Refused)), [3, 4, 5]);
    assert_eq!(paddles(&bench, sale, Some(Pending)), [6, 7, 8]);
    assert_eq!(paddles(&bench, sale, Some(Cancelled)), [9]);
    assert_eq!(paddles(&bench, SaleId::generate(), None), [0_i64; 0]);

    let foreign = Page::first(9).next(elsewhere[0].uuid());
    let nothing = bench.read(|reader| bench.facade.registrations(sale, None, foreign, reader));
    assert_eq!(nothing, [], "another sale's is no place in this list");
    let decided = Page::first(9).next(ids[2].uuid());
    let after = |status| {
        let list = bench.read(|reader| bench.facade.registrations(sale, status, decided, reader));
        list.iter().map(|view| view.paddle).collect::<Vec<_>>()
    };
    assert_eq!(
        after(Some(Pending)),
        [6, 7, 8],
        "one that was decided meanwhile keeps its place"
    );
}
