//! Stock, one step at a time.

use std::error::Error;
use std::sync::{Arc, Mutex};

use diesel::connection::{Connection as _, InstrumentationEvent, SimpleConnection};
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use foundation::testing::Backend;
use foundation::{Clock as _, Failure, UnitOfWork};
use rstest::rstest;
use shipping::{
    AddBatch, AddBatchError, AllocateError, CarrierName, ChangeBatch, ChangeBatchError,
    ConsigneeId, CreatePackage, DeallocateError, OrderLine, PackageId, Quantity, ShipPackage,
    TrackingNumber,
};

use crate::bench::Bench;
use crate::warehouse::{batch, day, line, sku};

#[rstest]
fn a_line_takes_the_best_batch_that_can_hold_all_of_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "later", 100, day(9)).unwrap();
    bench.stocks("CLOCK", "soon", 100, day(2)).unwrap();
    bench.stocks("CLOCK", "here", 5, None).unwrap();
    assert_eq!(bench.allocates(&line("CLOCK", 6)).unwrap(), "SOON");
    assert_eq!(bench.allocates(&line("CLOCK", 5)).unwrap(), "HERE");
    assert_eq!(bench.allocates(&line("CLOCK", 95)).unwrap(), "LATER");
    let left = ["HERE", "SOON", "LATER"].map(|batch| bench.available(batch));
    assert_eq!(left, [0, 94, 5]);
    let told = bench.told();
    assert_eq!(told[3..], ["shipping.line_allocated"; 3]);
}

#[rstest]
fn a_line_that_is_allocated_again_changes_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 10, None).unwrap();
    let clock = line("CLOCK", 2);
    assert_eq!(bench.allocates(&clock).unwrap(), "ONE");
    let version = bench.version("CLOCK");
    assert_eq!(bench.allocates(&clock).unwrap(), "ONE");
    let more = OrderLine {
        quantity: Quantity::try_new(3).unwrap(),
        ..clock.clone()
    };
    let refused = bench.allocates(&more);
    assert!(
        matches!(refused, Err(AllocateError::AllocatedOtherwise(known)) if known == clock.quantity)
    );
    assert_eq!(
        (bench.version("CLOCK"), bench.available("ONE")),
        (version, 8)
    );

    bench.hands_out(&clock).unwrap();
    assert_eq!(bench.allocates(&clock).unwrap(), "ONE", "and it is gone");
    assert_eq!((bench.lines(), bench.available("ONE")), (1, 8));
}

#[rstest]
fn what_cannot_be_done_has_a_name_and_changes_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 2, None).unwrap();
    let version = bench.version("CLOCK");
    let taken = bench.stocks("CHAIR", "one", 2, None);
    assert!(matches!(taken, Err(AddBatchError::BatchReferenceTaken(_))));
    let (clocks, chairs) = (line("CLOCK", 3), line("CHAIR", 1));
    let refused = bench.allocates(&clocks);
    assert!(matches!(refused, Err(AllocateError::OutOfStock(_))));
    let refused = bench.allocates(&chairs);
    assert!(matches!(refused, Err(AllocateError::InvalidSku(_))));
    let refused = bench.deallocates(&clocks);
    assert!(matches!(refused, Err(DeallocateError::NotAllocated(_))));
    let refused = bench.deallocates(&chairs);
    assert!(matches!(refused, Err(DeallocateError::InvalidSku(_))));
    let refused = bench.changes("two", 1, None);
    assert!(matches!(refused, Err(ChangeBatchError::NoSuchBatch(_))));
    assert_eq!((bench.version("CLOCK"), bench.lines()), (version, 0));

    let clock = line("CLOCK", 2);
    bench.allocates(&clock).unwrap();
    bench.hands_out(&clock).unwrap();
    let refusals = [bench.deallocates(&clock), bench.hands_out(&clock)];
    for refused in refusals {
        assert!(matches!(refused, Err(DeallocateError::Gone)));
    }
    let refused = bench.changes("one", 1, None);
    assert!(matches!(refused, Err(ChangeBatchError::BelowGone)));
}

#[rstest]
fn a_smaller_batch_lets_its_newest_lines_go(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 30, None).unwrap();
    bench.stocks("CLOCK", "two", 10, day(2)).unwrap();
    let [oldest, middle, newest] = [1, 2, 3].map(|_| line("CLOCK", 10));
    for line in [&oldest, &middle, &newest] {
        assert_eq!(bench.allocates(line).unwrap(), "ONE");
    }
    assert_eq!(bench.changes("one", 10, None).unwrap(), [newest.order]);
    assert_eq!(bench.allocates(&oldest).unwrap(), "ONE");
    assert_eq!(bench.allocates(&middle).unwrap(), "TWO");
    let refused = bench.allocates(&newest);
    assert!(matches!(refused, Err(AllocateError::OutOfStock(_))));
    assert_eq!((bench.lines(), bench.contradictions()), (2, 0));
    assert!(bench.told().contains(&"shipping.line_out_of_stock"));

    bench.deallocates(&oldest).unwrap();
    assert_eq!(bench.allocates(&newest).unwrap(), "ONE");
    assert_eq!(bench.contradictions(), 0);
}

#[rstest]
fn what_comes_back_is_in_its_batch_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 2, None).unwrap();
    let clock = line("CLOCK", 2);
    bench.allocates(&clock).unwrap();
    let early = bench.takes_back(&clock);
    assert!(matches!(early, Err(DeallocateError::NotAllocated(_))));
    bench.hands_out(&clock).unwrap();
    assert_eq!(bench.available("ONE"), 0, "nothing is left of the batch");
    bench.takes_back(&clock).unwrap();
    assert_eq!((bench.available("ONE"), bench.lines()), (2, 0));
    assert_eq!(bench.allocates(&line("CLOCK", 2)).unwrap(), "ONE");
}

/// The statements that some work takes, without those of the transaction.
fn statements_of<T, E>(
    bench: &Bench,
    mut work: impl FnMut(&mut UnitOfWork) -> Result<T, E>,
) -> Vec<String>
where
    E: Error + From<Failure> + 'static,
{
    let statements = Arc::new(Mutex::new(Vec::new()));
    let done = bench.app.transactions().run(|uow| {
        let kept = Arc::clone(&statements);
        let keep = move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                kept.lock().unwrap().push(query.to_string());
            }
        };
        uow.connection().set_instrumentation(keep);
        let done = work(uow);
        uow.connection()
            .set_instrumentation(|_: InstrumentationEvent<'_>| {});
        done
    });
    done.unwrap();
    let statements = statements.lock().unwrap();
    statements.clone()
}

fn statements_of_an_allocation(bench: &Bench) -> Vec<String> {
    let line = line("CLOCK", 1);
    statements_of(bench, |uow| bench.shipping.allocate(&line, uow))
}

/// How SQLite finds the rows of a statement.
fn plan_of(bench: &Bench, statement: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Text)]
        detail: String,
    }
    let (statement, _) = statement.split_once(" -- binds").unwrap();
    let steps: Vec<Step> = bench.read(|reader| {
        let explain = sql_query(format!("EXPLAIN QUERY PLAN {statement}"));
        Ok(explain.load(reader.connection())?)
    });
    steps.into_iter().map(|step| step.detail).collect()
}

/// What a step of a package or of goods costs does not grow with the packages, batches and lines of the past.
#[test]
fn no_step_looks_through_all_that_ever_was() {
    let bench = Bench::on(Backend::Sqlite).unwrap();
    let shipping = &bench.shipping;
    bench.stocks("CLOCK", "one", 10, None).unwrap();
    let [shipped, cancelled] = [bench.sells("CLOCK", 1), bench.sells("CLOCK", 1)];
    let sale = CreatePackage {
        package: PackageId::generate(),
        consignee: ConsigneeId::generate(),
        item: "a clock".into(),
        paid_at: bench.clock.now(),
        goods: Some((sku("CLOCK"), Quantity::ONE)),
        collection: None,
    };
    let arrival = AddBatch {
        reference: batch("two"),
        sku: sku("CLOCK"),
        purchased: Quantity::ONE,
        eta: None,
        consignor: None,
    };
    let smaller = ChangeBatch {
        reference: batch("one"),
        purchased: 1,
        eta: None,
    };
    let departure = ShipPackage {
        package: shipped,
        carrier: CarrierName::parse("Korea Post").unwrap(),
        tracking_number: TrackingNumber::parse("6123-4567").unwrap(),
    };
    let steps = [
        statements_of(&bench, |uow| shipping.create_package(sale.clone(), uow)),
        statements_of(&bench, |uow| shipping.add_batch(arrival.clone(), uow)),
        statements_of(&bench, |uow| shipping.cancel(cancelled, uow)),
        statements_of(&bench, |uow| shipping.change_batch(&smaller, uow)),
        statements_of(&bench, |uow| shipping.ship(departure.clone(), uow)),
        statements_of(&bench, |uow| shipping.take_back(shipped, uow)),
        statements_of(&bench, |uow| shipping.label_of(shipped, uow.reader())),
    ];
    for statement in steps.iter().flatten() {
        if statement.starts_with("INSERT") {
            continue;
        }
        let plan = plan_of(&bench, statement);
        let scans = plan.iter().any(|step| step.starts_with("SCAN"));
        let of_the_past = plan
            .iter()
            .any(|step| step.contains("shipping_batches_of_product"));
        assert!(!scans && !of_the_past, "{statement}: {plan:?}");
    }
}

#[rstest]
fn a_product_is_loaded_with_one_statement_per_table_whatever_it_holds(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "first", 1_000, None).unwrap();
    let few = statements_of_an_allocation(&bench);
    for number in 0..60 {
        let eta = day(1 + number % 20);
        bench
            .stocks("CLOCK", &format!("b-{number}"), 10, eta)
            .unwrap();
    }
    for _ in 0..60 {
        bench.allocates(&line("CLOCK", 2)).unwrap();
    }
    let many = statements_of_an_allocation(&bench);
    // Loading: product, lines, batches. Whether the order is a package. Saving: product, batch, line.
    assert_eq!((many.len(), few.len()), (7, 7), "{many:#?}");
    let updates = many.iter().filter(|text| text.starts_with("UPDATE"));
    for update in updates {
        let (_, set) = update.split_once("SET").unwrap();
        let (set, _) = set.split_once("WHERE").unwrap();
        // What others refer to is never written anew: SQLite would look through all of them.
        assert!(
            !set.contains("sku") && !set.contains("reference"),
            "{update}"
        );
    }
}

#[rstest]
#[case("UPDATE shipping_batches SET allocated = 11")]
#[case("UPDATE shipping_batches SET allocated = 10, gone = 1")]
#[case("UPDATE shipping_batches SET purchased = 1")]
#[case("UPDATE shipping_batches SET allocated = -1")]
#[case("UPDATE shipping_lines SET quantity = 0")]
#[case(
    "INSERT INTO shipping_lines SELECT order_id, sku, batch, 1, 2, allocated_at, NULL FROM shipping_lines"
)]
#[case("UPDATE shipping_lines SET batch = 'NONE'")]
fn the_database_itself_refuses_to_promise_what_is_not_there(
    #[case] statement: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 10, None).unwrap();
    bench.allocates(&line("CLOCK", 2)).unwrap();
    let done: Result<(), Failure> = bench
        .app
        .transactions()
        .run(|uow| Ok(uow.connection().batch_execute(statement)?));
    assert!(matches!(done, Err(Failure::Database(_))), "{done:?}");
}
