//! Becoming a customer.

use customer_relationship::{CreateCustomer, CreateCustomerError, CustomerId, EmailAddress};
use foundation::testing::Backend;
use rstest::rstest;

use crate::bench::{Bench, ada};

fn with_address(address: &str) -> CreateCustomer {
    CreateCustomer {
        email: EmailAddress::parse(address).unwrap(),
        ..ada()
    }
}

#[rstest]
fn a_customer_is_found_again_as_created(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let id = bench.hana();
    let read = |id| {
        let customer = |reader: &mut _| bench.customers.customer(id, reader);
        bench.app.transactions().read(customer).unwrap()
    };
    let hana = read(id).unwrap();
    assert_eq!(hana.name, "김하나");
    assert_eq!(hana.email, "hana@example.kr");
    assert_eq!(hana.language.code(), "ko");
    assert_eq!(hana.time_zone, "Asia/Seoul");
    assert_eq!(read(CustomerId::generate()), None);
}

#[rstest]
fn an_address_belongs_to_one_customer_whatever_its_capitals(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values("ada@example.org", "ADA@Example.ORG")] again: &str,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.register(with_address("Ada@example.org")).unwrap();
    let refusal = bench.register(with_address(again)).unwrap_err();
    assert!(
        matches!(refusal, CreateCustomerError::EmailTaken(_)),
        "{refusal}"
    );
    bench.register(with_address("ada.l@example.org")).unwrap();
}

#[rstest]
fn of_many_who_take_one_address_at_once_one_gets_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let bench = &bench;
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let register = |_| scope.spawn(move || bench.register(with_address("ada@example.org")));
        let threads: Vec<_> = (0..4).map(register).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let (created, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(created.len(), 1);
    for outcome in refused {
        let refusal = outcome.unwrap_err();
        assert!(
            matches!(refusal, CreateCustomerError::EmailTaken(_)),
            "{refusal:?}"
        );
    }
}

#[rstest]
fn nobody_becomes_a_customer_twice(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let first = ada();
    bench.register(first.clone()).unwrap();
    let again = CreateCustomer {
        customer: first.customer,
        ..with_address("other@example.org")
    };
    let refusal = bench.register(again).unwrap_err();
    assert!(
        matches!(refusal, CreateCustomerError::AlreadyCustomer(_)),
        "{refusal}"
    );
}

#[rstest]
fn a_name_that_cannot_stand_in_a_header_is_refused(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values("", "  ", "Eve\r\nBcc: all@example.org", "Eve\0")] name: &str,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let refusal = bench.register(CreateCustomer {
        name: name.into(),
        ..ada()
    });
    assert!(matches!(refusal, Err(CreateCustomerError::Name(_))));
}
