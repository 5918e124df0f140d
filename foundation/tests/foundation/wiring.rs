//! Mistakes in the wiring are found when the application is built, with both sides named.

use std::sync::Arc;

use foundation::testing::{Backend, FixedClock, TestDatabase};
use foundation::{
    AsyncHandler, Event, HandlerResult, OnAsync, Subscription, UnitOfWork, application_of,
    injectable, no_subscriptions,
};
use rstest::rstest;
use serde::{Deserialize, Serialize};
use shaku::module;

#[derive(Serialize, Deserialize)]
pub struct Ping {}

impl Event for Ping {
    const NAME: &'static str = "test.ping";
}

#[derive(Serialize, Deserialize)]
pub struct OtherPing {}

impl Event for OtherPing {
    const NAME: &'static str = "test.ping";
}

/// Posts itself again: a circle.
#[derive(Serialize, Deserialize)]
pub struct Echo {}

impl Event for Echo {
    const NAME: &'static str = "test.echo";
}

macro_rules! handler {
    ($name:ident, $event:ident, $text:literal) => {
        pub struct $name {}
        injectable!($name {});
        impl AsyncHandler<$event> for $name {
            fn name(&self) -> &'static str {
                $text
            }
            fn handle(&self, _: &$event, _: &mut UnitOfWork) -> HandlerResult {
                Ok(())
            }
        }
    };
}

handler!(One, Ping, "test.one");
handler!(AlsoOne, Ping, "test.one");
handler!(OfOther, OtherPing, "test.of_other");
handler!(Unfit, Ping, "Test One");

pub struct EchoesBack {}
injectable!(EchoesBack {});
impl foundation::Handler<Echo> for EchoesBack {
    fn handle(&self, _: &Echo, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(uow.post(&Echo {})?)
    }
}

module! { pub SameNameModule { components = [
    #[ordered(Subscription)] OnAsync<Ping, One>,
    #[ordered(Subscription)] OnAsync<Ping, AlsoOne>,
], providers = [] } }
module! { pub SameEventModule { components = [
    #[ordered(Subscription)] OnAsync<Ping, One>,
    #[ordered(Subscription)] OnAsync<OtherPing, OfOther>,
], providers = [] } }
module! { pub UnfitModule { components = [#[ordered(Subscription)] OnAsync<Ping, Unfit>], providers = [] } }
module! { pub EchoModule { components = [#[ordered(Subscription)] foundation::On<Echo, EchoesBack>], providers = [] } }
module! { pub TwiceModule { components = [
    #[ordered(Subscription)] OnAsync<Ping, One>,
    #[ordered(Subscription)] OnAsync<Ping, One>,
], providers = [] } }
module! { pub DeafModule { components = [One], providers = [] } }
no_subscriptions!(DeafModule);

application_of!(SameNameApp: SameNameModule);
application_of!(SameEventApp: SameEventModule);
application_of!(UnfitApp: UnfitModule);
application_of!(TwiceApp: TwiceModule);
application_of!(EchoApp: EchoModule, DeafModule);

fn mistake(build: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let panic = std::panic::catch_unwind(build).unwrap_err();
    *panic.downcast::<String>().unwrap()
}

macro_rules! built {
    ($app:ident, $modules:expr) => {
        mistake(|| {
            let database = TestDatabase::on(Backend::Sqlite).unwrap();
            $app::start(&database, &FixedClock::default(), $modules);
        })
    };
}

#[test]
fn two_handlers_of_one_name_are_named() {
    let mistake = built!(SameNameApp, Arc::new(SameNameModule::builder().build()));
    assert!(
        mistake.contains("::One'") && mistake.contains("::AlsoOne'"),
        "{mistake}"
    );
    assert!(mistake.contains("both named 'test.one'"), "{mistake}");
}

#[test]
fn two_events_of_one_name_are_found() {
    let mistake = built!(SameEventApp, Arc::new(SameEventModule::builder().build()));
    assert!(mistake.contains("both named 'test.ping'"), "{mistake}");
}

#[test]
fn a_handler_name_that_the_database_could_misread_is_refused() {
    let mistake = built!(UnfitApp, Arc::new(UnfitModule::builder().build()));
    assert!(mistake.contains("'Test One' is no name"), "{mistake}");
}

#[test]
fn a_binding_that_is_listed_twice_is_found() {
    let mistake = built!(TwiceApp, Arc::new(TwiceModule::builder().build()));
    assert!(
        mistake.contains("::One' is bound to 'test.ping' twice"),
        "{mistake}"
    );
}

#[rstest]
fn handlers_that_answer_each_other_for_ever_are_stopped(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(database) = TestDatabase::on(backend) else {
        return;
    };
    let modules = (
        Arc::new(EchoModule::builder().build()),
        Arc::new(DeafModule::builder().build()),
    );
    let app = EchoApp::start(&database, &FixedClock::default(), modules);
    let posted = app.transactions().run(|uow| uow.post(&Echo {}));
    let error = anyhow::Error::new(posted.unwrap_err());
    let root = error.chain().last().unwrap().to_string();
    assert!(root.contains("nested 16 deep"), "{root}");
}
