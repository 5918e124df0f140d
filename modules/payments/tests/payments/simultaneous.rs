//! Many at once.

use std::sync::Barrier;

use foundation::testing::Backend;
use payments::{ChargeOutcome, ChargePaymentError, PaymentId, PaymentStatus};
use rstest::rstest;

use crate::bench::{Bench, states};
use crate::gateway::ScriptedGateway;

#[rstest]
fn of_simultaneous_charges_of_one_payment_only_one_goes_out(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    const ROUNDS: usize = 10;
    let gateway = ScriptedGateway::default();
    let Some(bench) = Bench::with_gateway(backend, gateway.clone()) else {
        return;
    };
    for _ in 0..ROUNDS {
        charge_at_once(&bench, bench.started());
    }
    assert_eq!(gateway.calls(), ["authorise"; ROUNDS]);
    assert_eq!(
        bench.operation_states(),
        states([("authorise", "succeeded"); ROUNDS])
    );
}

fn charge_at_once(bench: &Bench, payment: PaymentId) {
    const TRIES: usize = 4;
    let barrier = Barrier::new(TRIES);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let charge = || {
            barrier.wait();
            bench.charge(payment, "tok_any")
        };
        let threads: Vec<_> = (0..TRIES).map(|_| scope.spawn(charge)).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, _>| thread.join().unwrap();
        threads.into_iter().map(join).collect()
    });
    let mut charged = 0;
    for outcome in outcomes {
        match outcome {
            Ok(ChargeOutcome::Charged) => charged += 1,
            Err(
                ChargePaymentError::InProgress
                | ChargePaymentError::NotPayable {
                    status: PaymentStatus::Charged,
                },
            ) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(charged, 1);
}
