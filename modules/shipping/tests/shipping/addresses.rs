//! The address book, and packages that wait for an entry in it.

use std::sync::Barrier;

use foundation::testing::Backend;
use rstest::rstest;
use shipping::{AddAddress, AddAddressError, AddressId, ConsigneeId, PackageStatus};

use crate::bench::{Bench, address_in};

#[rstest]
fn a_book_shows_its_owners_addresses_and_the_newest_first(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (alice, bob) = (ConsigneeId::generate(), ConsigneeId::generate());
    bench.lives_in(alice, "1 Old Street");
    bench.lives_in(bob, "2 Bob's Street");
    bench.lives_in(alice, "3 New Street");
    let book = bench.read(|reader| bench.shipping.addresses_of(alice, reader));
    let streets: Vec<&str> = book
        .iter()
        .map(|entry| entry.postal.parts().street.as_str())
        .collect();
    assert_eq!(streets, ["3 New Street", "1 Old Street"]);
    assert!(book.iter().all(|entry| entry.consignee == alice));
}

#[rstest]
fn an_address_is_added_once(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let command = AddAddress {
        address: AddressId::generate(),
        consignee: ConsigneeId::generate(),
        postal: address_in("1 Main Street"),
    };
    let add = || {
        bench
            .app
            .transactions()
            .run(|uow| bench.shipping.add_address(command.clone(), uow))
    };
    add().unwrap();
    assert!(matches!(add(), Err(AddAddressError::AlreadyAdded)));
    let book = bench.read(|reader| bench.shipping.addresses_of(command.consignee, reader));
    assert_eq!(book.len(), 1);
}

#[rstest]
fn a_package_goes_to_the_newest_address_and_is_not_redirected_later(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let alice = ConsigneeId::generate();
    bench.lives_in(alice, "1 Old Street");
    bench.lives_in(alice, "2 New Street");
    let package = bench.package_for(alice, "a clock");
    bench.lives_in(alice, "3 Newest Street");
    let package = bench.package(package);
    assert_eq!(package.status, PackageStatus::Created);
    assert_eq!(package.address.unwrap().parts().street, "2 New Street");
}

#[rstest]
fn packages_wait_for_an_address_and_take_the_first_that_comes(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (alice, bob) = (ConsigneeId::generate(), ConsigneeId::generate());
    let waiting = [
        bench.package_for(alice, "a clock"),
        bench.package_for(alice, "a chair"),
    ];
    let of_bob = bench.package_for(bob, "a table");
    assert_eq!(bench.next_for("packer"), None, "nothing can be packed yet");

    bench.lives_in(alice, "1 Main Street");
    for package in waiting {
        let package = bench.package(package);
        assert_eq!(package.status, PackageStatus::Created);
        assert_eq!(package.address.unwrap().parts().street, "1 Main Street");
    }
    assert_eq!(bench.package(of_bob).status, PackageStatus::AwaitingAddress);
    assert_eq!(bench.next_for("packer"), Some(waiting[0]));
}

#[rstest]
fn an_address_and_a_package_at_the_same_moment_find_each_other(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    for round in 0..20 {
        let consignee = ConsigneeId::generate();
        if round % 2 == 0 {
            bench.package_for(consignee, "an earlier package, so that the book exists");
        }
        let start = Barrier::new(2);
        let package = std::thread::scope(|scope| {
            scope.spawn(|| {
                start.wait();
                bench.lives_in(consignee, "1 Main Street");
            });
            start.wait();
            bench.package_for(consignee, "a clock")
        });
        assert_eq!(bench.package(package).status, PackageStatus::Created);
    }
}
