//! Claims on rows that were put there for the purpose.

use std::sync::Arc;

use rstest::rstest;

use super::*;
use crate::testing::{Backend, FixedClock, RecordingEventBus, TestDatabase};
use crate::transactions::Transactions;

struct Claims {
    transactions: Transactions,
    clock: FixedClock,
    _database: TestDatabase,
    claims: Vec<Claim>,
}

impl Claims {
    /// Deliveries under way, claimed at noon.
    fn held(count: usize, backend: Backend) -> Option<Self> {
        let database = TestDatabase::on(backend)?;
        let clock = FixedClock::default();
        let bus = Arc::new(RecordingEventBus::default());
        let transactions =
            Transactions::over(database.database().clone(), bus, Arc::new(clock.clone()));
        let claims: Vec<Claim> = (0..count)
            .map(|number| Claim {
                id: DeliveryId::generate(),
                handler: "test.handler".into(),
                attempt: 1,
                fence: 1 + number as i64 % 2,
                payload: String::new(),
            })
            .collect();
        for claim in &claims {
            let id = match backend {
                Backend::Sqlite => format!("x'{}'", claim.id.uuid().simple()),
                Backend::Postgres => format!("'{}'", claim.id),
            };
            database.tamper(&format!(
                "INSERT INTO foundation_events VALUES ({id}, 'test', '', NULL, 0, '2026-11-21 12:00:00');
                 INSERT INTO foundation_deliveries (id, event_id, handler, sequence, due_at, state,
                     blocks, attempt, rescues, fence, owner, lease_until)
                 VALUES ({id}, {id}, 'test.handler', 0, '2026-11-21 12:00:00', 'running', TRUE, 1, 0,
                     {}, 'worker', '2026-11-21 12:00:30')",
                claim.fence
            ));
        }
        Some(Self {
            transactions,
            clock,
            _database: database,
            claims,
        })
    }

    fn states(&self) -> Vec<String> {
        let states = self.transactions.read(|reader| {
            let query = deliveries::table
                .order(deliveries::id)
                .select(deliveries::state);
            Ok::<_, Failure>(query.load(reader.connection())?)
        });
        states.unwrap()
    }
}

#[rstest]
fn the_leases_of_all_claims_are_renewed_at_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(held) = Claims::held(300, backend) else {
        return;
    };
    held.clock.advance(TimeDelta::seconds(20));
    let renewed = held.transactions.run(|uow| renew(&held.claims, uow));
    assert_eq!(renewed.unwrap().len(), 300);
    held.clock.advance(TimeDelta::seconds(20));
    let rescued = held.transactions.run(rescue_expired);
    assert_eq!(rescued.unwrap(), 0, "no lease has run out");
}

#[rstest]
fn a_claim_that_somebody_else_has_by_now_is_neither_renewed_nor_locked_nor_handed_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(mut held) = Claims::held(2, backend) else {
        return;
    };
    held.claims[0].fence = 0;
    let (locked, renewed) = held
        .transactions
        .run(|uow| {
            let locked = lock(&held.claims, uow)?;
            let locked: Vec<DeliveryId> = locked.iter().map(|claim| claim.id).collect();
            Ok::<_, Failure>((locked, renew(&held.claims, uow)?))
        })
        .unwrap();
    assert_eq!(locked, [held.claims[1].id]);
    assert_eq!(renewed, [held.claims[1].id]);
    let now = held.transactions.clock().now();
    let handed_back = held
        .transactions
        .run(|uow| hand_back(&held.claims, now, uow));
    handed_back.unwrap();
    assert_eq!(held.states(), ["running", "ready"]);
}

#[rstest]
fn what_was_taken_over_by_somebody_else_cannot_be_finished(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(held) = Claims::held(4, backend) else {
        return;
    };
    let all: Vec<&Claim> = held.claims.iter().collect();
    let lost = Claim {
        fence: 0,
        ..held.claims[0].clone()
    };
    let finished = held.transactions.run(|uow| finish(&[&lost], uow));
    assert!(!finished.unwrap());
    let finished = held.transactions.run(|uow| finish(&all, uow));
    assert!(finished.unwrap());
    assert_eq!(held.states(), ["done"; 4]);
}

/// Nobody waits for a transaction under way: neither the renewal of other claims, nor a stop, nor a rescue.
#[test]
fn a_delivery_whose_transaction_is_under_way_is_passed_over() {
    let Some(held) = Claims::held(3, Backend::Postgres) else {
        return;
    };
    let busy = &held.claims[..1];
    let renewed = held.transactions.run(|uow| {
        lock(busy, uow)?;
        let renewed = held.transactions.run(|uow| renew(&held.claims, uow))?;
        let (handed_back, now) = (&held.claims[..2], uow.now());
        held.transactions
            .run(|uow| hand_back(handed_back, now, uow))?;
        held.clock.advance(TimeDelta::minutes(5));
        let rescued = held.transactions.run(rescue_expired)?;
        Ok::<_, Failure>((renewed.len(), rescued))
    });
    assert_eq!(renewed.unwrap(), (2, 1));
    assert_eq!(held.states(), ["running", "ready", "ready"]);
}
