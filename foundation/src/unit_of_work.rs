//! One transaction and what belongs to it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::database::{Connection, PooledConnection};
use crate::delivery::outbox::Outbox;
use crate::event_bus::{EventBus, Posting};
use crate::events::{AnyEvent, Origin};
use crate::failure::Failure;

/// How deep synchronous handlers may post further events that are handled synchronously.
const MAX_DEPTH: u8 = 16;

type Callback = Box<dyn FnOnce() + Send>;

/// What may be read outside a transaction: queries take it, and it can do no harm.
pub struct Reader {
    connection: PooledConnection,
    clock: Arc<dyn Clock>,
}

impl Reader {
    pub(crate) fn new(connection: PooledConnection, clock: Arc<dyn Clock>) -> Self {
        Self { connection, clock }
    }

    /// The connection, for the queries in a module's `infrastructure`.
    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// The present moment.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

/// Everything that one use case changes: written in one transaction, told to the event bus in the same
/// transaction, and followed by callbacks once it is committed.
///
/// Only [`Transactions`](crate::Transactions) makes one. The caller of a facade decides what belongs
/// together by passing the same unit of work to several methods.
pub struct UnitOfWork {
    reader: Reader,
    bus: Arc<dyn EventBus>,
    outbox: Outbox,
    callbacks: Vec<Callback>,
    depth: u8,
    locking: bool,
}

impl UnitOfWork {
    pub(crate) fn new(reader: Reader, bus: Arc<dyn EventBus>, locking: bool) -> Self {
        Self {
            reader,
            bus,
            outbox: Outbox::default(),
            callbacks: Vec::new(),
            depth: 0,
            locking,
        }
    }

    /// The transaction's connection, for the repositories in a module's `infrastructure`.
    pub fn connection(&mut self) -> &mut Connection {
        self.reader.connection()
    }

    /// The present moment. After a lock was waited for, ask again.
    pub fn now(&self) -> DateTime<Utc> {
        self.reader.now()
    }

    /// Lends the transaction to a query, which then sees what this unit of work has written: the
    /// deliveries of its events only after a [`flush`](Self::flush).
    pub fn reader(&mut self) -> &mut Reader {
        &mut self.reader
    }

    /// Whether aggregates are to be locked as they are loaded, see
    /// [`Transactions::run_locking`](crate::Transactions::run_locking).
    pub fn locks_rows(&self) -> bool {
        self.locking
    }

    /// Posts an event: its synchronous handlers run now, the others get a delivery each, written just
    /// before the commit.
    pub fn post(&mut self, event: &dyn AnyEvent) -> Result<(), Failure> {
        self.hand_over(Posting {
            event,
            origin: None,
            due_at: None,
        })
    }

    /// Posts the events of an aggregate that was just saved, in their order. Each handler gets the events
    /// of one aggregate in the order of its versions.
    pub fn post_from<'e>(
        &mut self,
        origin: &Origin,
        events: impl IntoIterator<Item = &'e dyn AnyEvent>,
    ) -> Result<(), Failure> {
        for (index, event) in events.into_iter().enumerate() {
            self.hand_over(Posting {
                event,
                origin: Some(origin.numbered(index)),
                due_at: None,
            })?;
        }
        Ok(())
    }

    /// Sets a timer: the event's asynchronous handlers get it at that moment, or soon after.
    pub fn schedule(&mut self, at: DateTime<Utc>, event: &dyn AnyEvent) -> Result<(), Failure> {
        self.hand_over(Posting {
            event,
            origin: None,
            due_at: Some(at),
        })
    }

    /// Writes the deliveries of what was posted so far. The commit does that in any case: only whoever
    /// reads deliveries in the transaction that posts them needs it.
    pub fn flush(&mut self) -> Result<(), Failure> {
        let outbox = std::mem::take(&mut self.outbox);
        outbox.write(self.connection())
    }

    /// Calls back once the transaction is committed, in order, and not at all otherwise. A callback is a
    /// hint, never work: after a crash nobody will call it again.
    pub fn after_commit(&mut self, callback: impl FnOnce() + Send + 'static) {
        self.callbacks.push(Box::new(callback));
    }

    pub(crate) fn outbox(&mut self) -> &mut Outbox {
        &mut self.outbox
    }

    pub(crate) fn take_callbacks(&mut self) -> Vec<Callback> {
        std::mem::take(&mut self.callbacks)
    }

    fn hand_over(&mut self, posting: Posting<'_>) -> Result<(), Failure> {
        if self.depth == MAX_DEPTH {
            return Err(Failure::Defect(format!(
                "'{}' was posted by handlers nested {MAX_DEPTH} deep: two of them answer each other",
                posting.event.name()
            )));
        }
        self.depth += 1;
        let bus = Arc::clone(&self.bus);
        let result = bus.post(posting, self);
        self.depth -= 1;
        result
    }
}
