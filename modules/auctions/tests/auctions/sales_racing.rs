//! Many at the registration desk at once.

use std::collections::BTreeSet;
use std::sync::Barrier;

use auctions::{
    Admission, ApproveRegistration, ApproveRegistrationError, BidderId, CancelRegistration,
    CancelRegistrationError, RegisterBidder, RegisterBidderError, Registered, RegistrationStatus,
    SaleId,
};
use foundation::testing::Backend;
use foundation::{Failure, UnitOfWork};
use rstest::rstest;

use crate::sales_bench::{Bench, Told};

/// Runs the work on so many threads that start together, and hands back what each answered.
fn together<T: Send>(threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(threads);
    std::thread::scope(|scope| {
        let (start, work) = (&start, &work);
        let run = |number| {
            scope.spawn(move || {
                start.wait();
                work(number)
            })
        };
        let threads: Vec<_> = (0..threads).map(run).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, T>| thread.join().unwrap();
        threads.into_iter().map(join).collect()
    })
}

/// Asks until the house is not too busy to decide.
fn until_decided<T, E>(
    bench: &Bench,
    locking: bool,
    work: impl Fn(&mut UnitOfWork) -> Result<T, E>,
) -> Result<T, E>
where
    E: std::error::Error + From<Failure> + 'static,
{
    loop {
        let answer = match locking {
            true => bench.transactions().run_locking(&work),
            false => bench.transactions().run(&work),
        };
        match answer {
            Err(error) if !locking && is_too_busy(&error) => {}
            decided => return decided,
        }
    }
}

fn is_too_busy(error: &(dyn std::error::Error + 'static)) -> bool {
    let failure = error.source().and_then(|source| source.downcast_ref());
    matches!(failure, Some(Failure::TooBusy))
}

fn register(
    bench: &Bench,
    locking: bool,
    sale: SaleId,
    bidder: BidderId,
) -> Result<Registered, RegisterBidderError> {
    let command = RegisterBidder { sale, bidder };
    until_decided(bench, locking, |uow| bench.facade.register(command, uow))
}

/// What must be true of every sale: the seats are counted as the registrations say, each number is given
/// once, and nobody holds two seats.
fn assert_sound(bench: &Bench, sale: SaleId) {
    let view = bench.view(sale);
    let all = bench.registrations(sale);
    let live: Vec<_> = all
        .iter()
        .filter(|part| match part.status {
            RegistrationStatus::Pending | RegistrationStatus::Approved => true,
            RegistrationStatus::Refused | RegistrationStatus::Cancelled => false,
        })
        .collect();
    assert_eq!(view.seats_taken, i64::try_from(live.len()).unwrap());
    let seats = view.seats.map(|seats| i64::from(seats.get()));
    assert!(seats.is_none_or(|seats| view.seats_taken <= seats));
    let holders: BTreeSet<BidderId> = live.iter().map(|part| part.bidder).collect();
    assert_eq!(holders.len(), live.len(), "one registration per bidder");
    let given = i64::try_from(all.len()).unwrap();
    let paddles = all.iter().map(|part| part.paddle);
    assert!(paddles.eq(1..=given), "no number twice, none left out");
}

#[rstest]
fn of_many_who_want_the_last_seats_exactly_so_many_get_one(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(false, true)] locking: bool,
    #[values(Admission::Open, Admission::ByApproval)] admission: Admission,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let sale = bench.create(Some(5), admission);
    let answers = together(32, |_| {
        register(&bench, locking, sale, BidderId::generate())
    });
    let seated: Vec<_> = answers
        .iter()
        .filter_map(|answer| answer.as_ref().ok())
        .collect();
    let is_full = |a: &&Result<_, _>| matches!(a, Err(RegisterBidderError::SaleIsFull));
    assert_eq!(seated.len(), 5);
    assert_eq!(answers.iter().filter(is_full).count(), 27, "{answers:?}");
    let paddles: BTreeSet<i64> = seated.iter().map(|registered| registered.paddle).collect();
    assert!(paddles.into_iter().eq(1..=5));
    assert_eq!(bench.registrations(sale).len(), 5);
    assert_sound(&bench, sale);
    assert_eq!(bench.told().len(), 5, "each who got in is told of once");
}

#[rstest]
fn whoever_locks_waits_and_never_has_to_register_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let sale = bench.create(None, Admission::Open);
    together(6, |_| {
        for _ in 0..10 {
            let bidder = BidderId::generate();
            let command = RegisterBidder { sale, bidder };
            let mut register = |uow: &mut UnitOfWork| bench.facade.register(command, uow);
            let once = bench.transactions().run_once(true, &mut register);
            assert!(once.is_ok(), "a lock was not waited for: {once:?}");
        }
    });
    assert_eq!(bench.view(sale).seats_taken, 60);
    assert_sound(&bench, sale);
}

#[rstest]
fn a_bidder_who_registers_many_times_at_once_is_registered_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(false, true)] locking: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let sale = bench.create(None, Admission::Open);
    let bidder = BidderId::generate();
    let answers = together(16, |_| register(&bench, locking, sale, bidder));
    let registered = answers.iter().filter(|answer| answer.is_ok());
    assert_eq!(registered.count(), 1);
    let known = |a: &&Result<_, _>| matches!(a, Err(RegisterBidderError::AlreadyRegistered));
    assert_eq!(answers.iter().filter(known).count(), 15, "{answers:?}");
    assert_eq!(bench.registrations(sale).len(), 1);
    assert_sound(&bench, sale);
    assert_eq!(bench.told().len(), 1);
}

#[rstest]
fn a_seat_that_is_given_back_goes_to_exactly_one_of_those_who_want_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(false, true)] locking: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    for _ in 0..3 {
        let sale = bench.create(Some(1), Admission::Open);
        let holder = BidderId::generate();
        bench.register(sale, holder).unwrap();
        let returned_or_taken = together(8, |number| {
            if number % 4 == 0 {
                let command = CancelRegistration {
                    sale,
                    bidder: holder,
                };
                let cancel = |uow: &mut UnitOfWork| bench.facade.cancel(command, uow);
                return match until_decided(&bench, locking, cancel) {
                    Ok(()) => (true, false),
                    Err(CancelRegistrationError::NotRegistered) => (false, false),
                    Err(other) => panic!("{other:?}"),
                };
            }
            let bidder = BidderId::generate();
            match register(&bench, locking, sale, bidder) {
                Ok(_) => (false, true),
                Err(RegisterBidderError::SaleIsFull) => (false, false),
                Err(other) => panic!("{other:?}"),
            }
        });
        let returned = returned_or_taken.iter().filter(|(returned, _)| *returned);
        assert_eq!(returned.count(), 1, "a paddle is given back once");
        let taken = returned_or_taken.iter().filter(|(_, taken)| *taken).count();
        assert!(taken <= 1, "{taken} have taken one seat");
        assert_eq!(bench.view(sale).seats_left(), Some(1 - taken as i64));
        let late = register(&bench, locking, sale, BidderId::generate());
        assert_eq!(late.is_ok(), taken == 0, "a free seat is free");
        assert_sound(&bench, sale);
    }
}

#[rstest]
fn a_refused_bidder_and_a_newcomer_do_not_both_get_the_last_seat(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(false, true)] locking: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    for _ in 0..3 {
        let sale = bench.create(Some(1), Admission::ByApproval);
        let refused = BidderId::generate();
        let registration = bench.register(sale, refused).unwrap().registration;
        bench.refuse(sale, registration, "no").unwrap();
        bench.told();
        let approval = ApproveRegistration {
            sale,
            registration,
            staff: "dora".to_owned(),
        };
        let seated = together(6, |number| {
            if number % 2 == 0 {
                let bidder = BidderId::generate();
                return register(&bench, locking, sale, bidder).is_ok();
            }
            let approve = |uow: &mut UnitOfWork| bench.facade.approve(approval.clone(), uow);
            match until_decided(&bench, locking, approve) {
                Ok(()) => true,
                Err(
                    ApproveRegistrationError::SaleIsFull
                    | ApproveRegistrationError::AlreadyApproved,
                ) => false,
                Err(other) => panic!("{other:?}"),
            }
        });
        assert_eq!(seated.into_iter().filter(|seated| *seated).count(), 1);
        assert_sound(&bench, sale);
        assert_eq!(bench.told().len(), 1);
    }
}

#[rstest]
fn whatever_happens_at_once_the_rules_hold(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(false, true)] locking: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let sale = bench.create(Some(4), Admission::Open);
    let bidders: Vec<BidderId> = (0..6).map(|_| BidderId::generate()).collect();
    let changes: usize = together(8, |number| {
        let steps = (0..10).map(|step| {
            let bidder = bidders[(number * 7 + step * 5) % bidders.len()];
            if (number + step) % 3 == 0 {
                let command = CancelRegistration { sale, bidder };
                let cancel = |uow: &mut UnitOfWork| bench.facade.cancel(command, uow);
                return until_decided(&bench, locking, cancel).is_ok();
            }
            register(&bench, locking, sale, bidder).is_ok()
        });
        steps.filter(|changed| *changed).count()
    })
    .into_iter()
    .sum();
    assert_sound(&bench, sale);
    let told = bench.told();
    assert_eq!(told.len(), changes, "each change is told of once");
    let mut order = told.iter().filter_map(|told| match told {
        Told::Registered(event) => Some(event.paddle),
        Told::Created(_) | Told::Approved(_) | Told::Refused(_) | Told::Cancelled(_) => None,
    });
    assert!(
        order.by_ref().is_sorted(),
        "and in the order in which the paddles were given"
    );
}
