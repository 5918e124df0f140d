//! Labels from EasyPost: each is bought once, whatever gets lost or comes in between.

use std::sync::Barrier;

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use shipping::{AskForLabel, AskForLabelError, Grams, LabelId, LabelState, PackageStatus};

use crate::bench::Bench;
use crate::fake_easypost::{KEY, Post};

#[rstest]
fn a_label_is_bought_at_the_cheapest_and_the_package_is_shipped(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(post) = Post::on(backend, KEY) else {
        return;
    };
    let package = post.bench.ready_package("a clock");
    let label = LabelId::generate();
    post.asks_as(label, package).unwrap();
    post.asks_as(label, package).unwrap();
    assert!(matches!(
        post.asks(package),
        Err(AskForLabelError::HasLabel)
    ));
    post.bench.app.deliver_due();
    let shipped = post.bench.package(package);
    assert_eq!(shipped.status, PackageStatus::Shipped);
    assert_eq!(
        (
            shipped.carrier.as_deref(),
            shipped.tracking_number.as_deref()
        ),
        (Some("USPS"), Some("9400shp1"))
    );
    let LabelState::Bought(bought) = post.label(package).state else {
        panic!("it is not bought");
    };
    assert_eq!(
        bought.url.as_deref(),
        Some("https://labels.example/shp_1.png")
    );
    let memory = post.memory();
    assert_eq!(
        memory.asked,
        [
            "POST /v2/shipments",
            "GET /v2/shipments/shp_1",
            "POST /v2/shipments/shp_1/buy"
        ]
    );
    let reference = memory.shipments["shp_1"]["reference"].as_str().unwrap();
    assert_eq!(reference, label.to_string());
}

#[rstest]
#[case::of_the_quote(&["shipments"])]
#[case::of_the_purchase(&["buy"])]
#[case::of_both(&["shipments", "buy", "shipments"])]
fn a_lost_answer_buys_no_second_label(
    #[case] lost: &[&'static str],
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(post) = Post::on(backend, KEY) else {
        return;
    };
    let package = post.bench.ready_package("a clock");
    post.asks(package).unwrap();
    post.memory().lost = lost.to_vec();
    post.works();
    assert_eq!(post.bench.package(package).status, PackageStatus::Shipped);
    let memory = post.memory();
    assert_eq!((memory.paid, memory.lost.len()), (1, 0));
}

#[rstest]
fn whoever_is_not_sure_looks_before_buying(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(post) = Post::on(backend, KEY) else {
        return;
    };
    let package = post.bench.ready_package("a clock");
    post.asks(package).unwrap();
    post.memory().lost = vec!["buy"];
    post.memory().sells_twice = true;
    post.works();
    assert_eq!(post.bench.package(package).status, PackageStatus::Shipped);
    assert_eq!(post.memory().paid, 1);
}

#[rstest]
fn a_purchase_that_the_first_look_does_not_show_is_found_by_the_second(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(post) = Post::on(backend, KEY) else {
        return;
    };
    let package = post.bench.ready_package("a clock");
    post.asks(package).unwrap();
    post.memory().lost = vec!["buy"];
    post.memory().late_looks = 1;
    post.works();
    assert_eq!(post.bench.package(package).status, PackageStatus::Shipped);
    let memory = post.memory();
    assert_eq!((memory.paid, memory.late_looks), (1, 0));
}

#[rstest]
fn nothing_is_paid_for_a_package_that_was_cancelled_before(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(post) = Post::on(backend, KEY) else {
        return;
    };
    let package = post.bench.ready_package("a clock");
    post.asks(package).unwrap();
    post.bench.cancels(package).unwrap();
    post.works();
    assert_eq!(post.memory().paid, 0);
    let state = post.label(package).state;
    assert!(
        matches!(&state, LabelState::Failed(why) if why.contains("could not be sent")),
        "{state:?}"
    );
    let unused = "SELECT count(*) AS number FROM foundation_audit";
    assert_eq!(post.bench.number(unused), 0);
}

#[rstest]
fn a_label_that_was_paid_in_vain_is_known_and_written_down_for_staff(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(post) = Post::on(backend, KEY) else {
        return;
    };
    let package = post.bench.ready_package("a clock");
    post.asks(package).unwrap();
    post.memory().lost = vec!["buy"];
    post.bench.app.deliver_due();
    assert_eq!(post.memory().paid, 1, "and nobody in the house knows");
    post.bench.cancels(package).unwrap();
    post.works();
    assert_eq!(post.bench.status(package), PackageStatus::Cancelled);
    let state = post.label(package).state;
    assert!(matches!(state, LabelState::Bought(_)), "{state:?}");
    assert_eq!(post.memory().paid, 1);
    let unused = format!(
        "SELECT count(*) AS number FROM foundation_audit
         WHERE act = 'shipping.unused_label' AND subject = '{package}'
           AND detail = 'USPS 9400shp1 is paid: this package was cancelled'"
    );
    assert_eq!(post.bench.number(&unused), 1);
}

#[rstest]
fn two_who_ask_at_once_get_one_label(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(post) = Post::on(backend, KEY) else {
        return;
    };
    for round in 1..=10 {
        let package = post.bench.ready_package("a clock");
        let start = Barrier::new(2);
        let ask = || {
            start.wait();
            post.asks(package)
        };
        let answers = std::thread::scope(|scope| {
            let other = scope.spawn(ask);
            [ask(), other.join().unwrap()]
        });
        let refused: Vec<_> = answers.into_iter().filter_map(Result::err).collect();
        assert!(
            matches!(refused[..], [AskForLabelError::HasLabel]),
            "{refused:?}"
        );
        post.bench.app.deliver_due();
        assert_eq!(post.bench.status(package), PackageStatus::Shipped);
        assert_eq!(post.memory().paid, round);
    }
}

#[rstest]
fn a_refusal_is_told_and_another_try_is_possible(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(post) = Post::on(backend, KEY) else {
        return;
    };
    let package = post.bench.ready_package("a clock");
    post.bench
        .database
        .tamper("UPDATE shipping_packages SET postal = replace(postal, 'Seoul', 'Nowhere')");
    post.asks(package).unwrap();
    post.bench.app.deliver_due();
    let LabelState::Failed(why) = post.label(package).state else {
        panic!("it did not fail");
    };
    assert!(why.contains("nobody carries this parcel there"), "{why}");
    assert_eq!(post.bench.package(package).status, PackageStatus::Created);
    post.bench
        .database
        .tamper("UPDATE shipping_packages SET postal = replace(postal, 'Nowhere', 'Seoul')");
    post.asks(package).unwrap();
    post.bench.app.deliver_due();
    assert_eq!(post.bench.package(package).status, PackageStatus::Shipped);
}

#[rstest]
fn what_the_carrier_complains_of_is_told_without_the_key(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(post) = Post::on(backend, KEY) else {
        return;
    };
    let package = post.bench.ready_package("a clock");
    post.memory().refuses = true;
    post.asks(package).unwrap();
    post.bench.app.deliver_due();
    let LabelState::Failed(why) = post.label(package).state else {
        panic!("it did not fail");
    };
    assert!(
        why.contains("ACCOUNT.SUSPENDED") && !why.contains(KEY),
        "{why}"
    );
}

#[rstest]
fn a_wrong_key_is_no_end_and_is_never_shown(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(post) = Post::on(backend, "EZTK_wrong") else {
        return;
    };
    let package = post.bench.ready_package("a clock");
    post.asks(package).unwrap();
    post.bench.app.deliver_due();
    assert_eq!(
        post.label(package).state,
        LabelState::Asked,
        "it is tried again"
    );
    let errors = post.bench.number(
        "SELECT count(*) AS number FROM foundation_deliveries WHERE last_error LIKE '%EZTK%'",
    );
    assert_eq!(errors, 0);
}

#[rstest]
fn the_carrier_says_when_a_parcel_arrived(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(post) = Post::on(backend, KEY) else {
        return;
    };
    let package = post.bench.ready_package("a clock");
    post.asks(package).unwrap();
    post.bench.app.deliver_due();
    let after_hours = |hours: i64| {
        post.bench.clock.advance(TimeDelta::hours(hours));
        post.bench.app.deliver_due();
        post.bench.package(package).status
    };
    for status in ["in_transit", "return_to_sender", "unheard_of"] {
        post.memory().status = status.to_owned();
        assert_eq!(after_hours(7), PackageStatus::Shipped, "{status}");
    }
    post.memory().status = "delivered".to_owned();
    assert_eq!(after_hours(7), PackageStatus::Delivered);
    let asked = post.memory().asked.len();
    assert_eq!(after_hours(100), PackageStatus::Delivered);
    assert_eq!(post.memory().asked.len(), asked, "nobody asks any more");
}

#[rstest]
fn without_a_carrier_that_sells_labels_numbers_are_written_down(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let package = bench.ready_package("a clock");
    assert!(!bench.shipping.sells_labels());
    let command = AskForLabel {
        label: LabelId::generate(),
        package,
        grams: Grams::try_new(1).unwrap(),
        by: "tess".into(),
    };
    let asked: Result<(), AskForLabelError> = bench
        .app
        .transactions()
        .run(|uow| bench.shipping.ask_for_label(command.clone(), uow));
    assert!(matches!(asked, Err(AskForLabelError::NoLabels)));
    bench.ship(package).unwrap();
}
