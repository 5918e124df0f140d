//! The life of a package.

use foundation::Clock as _;
use foundation::testing::Backend;
use rstest::rstest;
use shipping::{
    ConsigneeId, CreatePackage, CreatePackageError, DeliverPackageError, PackageId, PackageStatus,
    ShipPackageError,
};

use crate::bench::Bench;

#[rstest]
fn a_package_is_created_shipped_and_delivered(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let id = bench.ready_package("a clock");
    let created = bench.package(id);
    assert_eq!(
        (created.status, created.item.as_str()),
        (PackageStatus::Created, "a clock")
    );

    bench.ship(id).unwrap();
    let shipped = bench.package(id);
    assert_eq!(shipped.status, PackageStatus::Shipped);
    assert_eq!(shipped.carrier.as_deref(), Some("Korea Post"));
    assert_eq!(shipped.tracking_number.as_deref(), Some("6123-4567"));
    assert!(shipped.shipped_at.is_some());

    let deliver = || {
        bench
            .app
            .transactions()
            .run(|uow| bench.shipping.deliver(id, uow))
    };
    deliver().unwrap();
    let delivered = bench.package(id);
    assert_eq!(delivered.status, PackageStatus::Delivered);
    assert_eq!(delivered.address, created.address);
    assert!(matches!(
        deliver(),
        Err(DeliverPackageError::AlreadyDelivered)
    ));
    assert!(matches!(
        bench.ship(id),
        Err(ShipPackageError::PackageAlreadyShipped)
    ));
    let told = [
        "shipping.package_created",
        "shipping.package_shipped",
        "shipping.package_delivered",
    ];
    assert_eq!(bench.told(), told);
}

#[rstest]
fn a_package_is_shipped_once(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let id = bench.ready_package("a clock");
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| bench.ship(id));
        (bench.ship(id), other.join().unwrap())
    });
    let again = if one.is_ok() { other } else { one };
    assert!(
        matches!(again, Err(ShipPackageError::PackageAlreadyShipped)),
        "{again:?}"
    );
    let shipped = bench
        .told()
        .into_iter()
        .filter(|name| *name == "shipping.package_shipped");
    // The loser of a race has posted too, in a transaction that was rolled back.
    assert!(shipped.count() <= 2);
    assert_eq!(bench.package(id).status, PackageStatus::Shipped);
}

#[rstest]
fn what_cannot_be_done_is_refused_and_changes_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let unknown = PackageId::generate();
    let deliver = |id| {
        bench
            .app
            .transactions()
            .run(|uow| bench.shipping.deliver(id, uow))
    };
    assert!(matches!(
        bench.ship(unknown),
        Err(ShipPackageError::NotFound)
    ));
    assert!(matches!(
        deliver(unknown),
        Err(DeliverPackageError::NotFound)
    ));
    assert!(
        bench
            .read(|reader| bench.shipping.package(unknown, reader))
            .is_none()
    );

    let waiting = bench.package_for(ConsigneeId::generate(), "a chair");
    assert!(matches!(
        bench.ship(waiting),
        Err(ShipPackageError::AwaitsAddress)
    ));
    let ready = bench.ready_package("a clock");
    assert!(matches!(
        deliver(ready),
        Err(DeliverPackageError::NotShipped)
    ));
    assert_eq!(
        bench.package(waiting).status,
        PackageStatus::AwaitingAddress
    );
    assert_eq!(bench.package(ready).status, PackageStatus::Created);

    let again = CreatePackage {
        package: ready,
        consignee: ConsigneeId::generate(),
        item: "something else".into(),
        paid_at: bench.clock.now(),
        goods: None,
        collection: None,
    };
    let created = bench
        .app
        .transactions()
        .run(|uow| bench.shipping.create_package(again.clone(), uow));
    assert!(matches!(created, Err(CreatePackageError::AlreadyCreated)));
    assert_eq!(bench.package(ready).item, "a clock");
}

#[rstest]
fn packages_are_listed_by_consignee_and_by_status(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let alice = ConsigneeId::generate();
    bench.lives_in(alice, "1 Main Street");
    let first = bench.package_for(alice, "a clock");
    let second = bench.package_for(alice, "a chair");
    let other = bench.ready_package("a table");
    bench.ship(first).unwrap();

    let ids = |packages: Vec<shipping::PackageView>| -> Vec<PackageId> {
        packages.into_iter().map(|package| package.id).collect()
    };
    let of_alice = bench.read(|reader| bench.shipping.packages_of(alice, reader));
    assert_eq!(ids(of_alice), [second, first]);
    let list =
        |status, limit| ids(bench.read(|reader| bench.shipping.packages(status, limit, reader)));
    assert_eq!(list(None, 10), [first, second, other]);
    assert_eq!(list(None, 2), [first, second]);
    assert_eq!(list(Some(PackageStatus::Created), 10), [second, other]);
    assert_eq!(list(Some(PackageStatus::Shipped), 10), [first]);
}
