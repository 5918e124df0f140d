//! Events: facts in the past tense, made of ids and values.

use std::any::Any;
use std::fmt::Display;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// A fact that a module tells the others.
///
/// Its JSON is stored until every handler has it, so a field may be added with a default, but never
/// renamed or removed while old events are unfinished.
pub trait Event: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// `"module.event"`: written to the database, unique in the application, never changed.
    const NAME: &'static str;
}

/// Any [`Event`], as the event bus sees it.
pub trait AnyEvent: Send + Sync {
    /// The event's [`Event::NAME`].
    fn name(&self) -> &'static str;
    /// The event as JSON.
    fn payload(&self) -> Result<String, Failure>;
    /// The event itself, for handlers that run at once.
    fn as_any(&self) -> &dyn Any;
}

impl<E: Event> AnyEvent for E {
    fn name(&self) -> &'static str {
        E::NAME
    }

    fn payload(&self) -> Result<String, Failure> {
        serde_json::to_string(self)
            .map_err(|error| Failure::Defect(format!("'{}' is not JSON: {error}", E::NAME)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Which version of which aggregate an event comes from: this orders its deliveries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    aggregate: String,
    sequence: i64,
}

/// Events that one version of an aggregate may have.
const EVENTS_PER_VERSION: i64 = 1_000;

impl Origin {
    /// An aggregate that was just saved: its kind (`"auctions.auction"`), its id, its new version.
    pub fn new(kind: &str, id: impl Display, version: i64) -> Self {
        Self {
            aggregate: format!("{kind}:{id}"),
            sequence: version * EVENTS_PER_VERSION,
        }
    }

    pub(crate) fn numbered(&self, index: usize) -> Self {
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        Self {
            aggregate: self.aggregate.clone(),
            sequence: self.sequence + index.min(EVENTS_PER_VERSION - 1),
        }
    }

    pub(crate) fn aggregate(&self) -> &str {
        &self.aggregate
    }

    pub(crate) fn sequence(&self) -> i64 {
        self.sequence
    }
}
