//! Who listens to what, gathered from the modules of the application.

use std::any::TypeId;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;

use shaku::{Component, HasComponents, Module, ModuleBuildContext};

use crate::delivery::{AsyncRunner, BatchRunner, OutboundRunner, Policy, Runner};
use crate::events::{AnyEvent, Event};
use crate::handlers::{AsyncHandler, BatchHandler, Handler, HandlerResult, OutboundHandler};
use crate::unit_of_work::UnitOfWork;

type React = Box<dyn Fn(&dyn AnyEvent, &mut UnitOfWork) -> HandlerResult + Send + Sync>;
type Concerns = Box<dyn Fn(&dyn AnyEvent) -> bool + Send + Sync>;
type CoalescingKey = Box<dyn Fn(&dyn AnyEvent) -> Option<String> + Send + Sync>;

/// One binding of an event to a handler: what modules multibind as `#[ordered(Subscription)]`.
pub struct Subscription {
    event: &'static str,
    event_type: TypeId,
    binding: TypeId,
    handler: &'static str,
    reaction: Reaction,
}

/// When a handler runs.
pub(crate) enum Reaction {
    /// In the publisher's transaction.
    Now(React),
    /// After the publisher's commit, by a worker.
    Later(Later),
}

/// A reaction that a worker runs.
pub(crate) struct Later {
    pub(crate) name: &'static str,
    pub(crate) policy: Policy,
    pub(crate) concerns: Concerns,
    pub(crate) coalescing_key: CoalescingKey,
    /// How many deliveries share a transaction, for a batch handler.
    pub(crate) batch: Option<usize>,
    pub(crate) runner: Box<dyn Runner>,
}

impl Subscription {
    fn new<E: Event, B: 'static, H: 'static>(reaction: Reaction) -> Box<Self> {
        Box::new(Self {
            event: E::NAME,
            event_type: TypeId::of::<E>(),
            binding: TypeId::of::<B>(),
            handler: std::any::type_name::<H>(),
            reaction,
        })
    }

    pub(crate) fn reaction(&self) -> &Reaction {
        &self.reaction
    }
}

fn typed<E: Event>(event: &dyn AnyEvent) -> &E {
    event
        .as_any()
        .downcast_ref()
        .expect("subscriptions are looked up by the event's name, which belongs to one type")
}

/// Binds the synchronous handler `H` to the event `E`.
pub struct On<E, H>(PhantomData<fn() -> (E, H)>);

/// Binds the asynchronous handler `H` to the event `E`.
pub struct OnAsync<E, H>(PhantomData<fn() -> (E, H)>);

/// Binds the handler `H`, which handles many at once, to the event `E`.
pub struct OnBatch<E, H>(PhantomData<fn() -> (E, H)>);

/// Binds the handler `H`, which talks to the outside, to the event `E`.
pub struct OnOutbound<E, H>(PhantomData<fn() -> (E, H)>);

impl<M, E, H> Component<M> for On<E, H>
where
    M: Module,
    E: Event,
    H: Component<M>,
    H::Interface: Handler<E>,
{
    type Interface = Subscription;
    type Parameters = ();

    fn build(context: &mut ModuleBuildContext<M>, _: ()) -> Box<Subscription> {
        let handler = context.build_component::<H>();
        let react = move |event: &dyn AnyEvent, uow: &mut UnitOfWork| {
            handler.handle(typed::<E>(event), uow)
        };
        Subscription::new::<E, Self, H>(Reaction::Now(Box::new(react)))
    }
}

impl<M, E, H> Component<M> for OnAsync<E, H>
where
    M: Module,
    E: Event,
    H: Component<M>,
    H::Interface: AsyncHandler<E>,
{
    type Interface = Subscription;
    type Parameters = ();

    fn build(context: &mut ModuleBuildContext<M>, _: ()) -> Box<Subscription> {
        let handler = context.build_component::<H>();
        let (concerned, coalescing) = (Arc::clone(&handler), Arc::clone(&handler));
        Subscription::new::<E, Self, H>(Reaction::Later(Later {
            name: handler.name(),
            policy: handler.policy(),
            concerns: Box::new(move |event| concerned.concerns(typed::<E>(event))),
            coalescing_key: Box::new(move |event| coalescing.coalescing_key(typed::<E>(event))),
            batch: None,
            runner: Box::new(AsyncRunner::<E, H::Interface>::new(handler)),
        }))
    }
}

/// A batch keeps other writers waiting: no handler may ask for more.
const LARGEST_BATCH: usize = 1_000;

impl<M, E, H> Component<M> for OnBatch<E, H>
where
    M: Module,
    E: Event,
    H: Component<M>,
    H::Interface: BatchHandler<E>,
{
    type Interface = Subscription;
    type Parameters = ();

    fn build(context: &mut ModuleBuildContext<M>, _: ()) -> Box<Subscription> {
        let handler = context.build_component::<H>();
        let concerned = Arc::clone(&handler);
        Subscription::new::<E, Self, H>(Reaction::Later(Later {
            name: handler.name(),
            policy: handler.policy(),
            concerns: Box::new(move |event| concerned.concerns(typed::<E>(event))),
            coalescing_key: Box::new(|_| None),
            batch: Some(handler.batch().clamp(1, LARGEST_BATCH)),
            runner: Box::new(BatchRunner::<E, H::Interface>::new(handler)),
        }))
    }
}

impl<M, E, H> Component<M> for OnOutbound<E, H>
where
    M: Module,
    E: Event,
    H: Component<M>,
    H::Interface: OutboundHandler<E>,
{
    type Interface = Subscription;
    type Parameters = ();

    fn build(context: &mut ModuleBuildContext<M>, _: ()) -> Box<Subscription> {
        let handler = context.build_component::<H>();
        Subscription::new::<E, Self, H>(Reaction::Later(Later {
            name: handler.name(),
            policy: handler.policy(),
            concerns: Box::new(|_| true),
            coalescing_key: Box::new(|_| None),
            batch: None,
            runner: Box::new(OutboundRunner::<E, H::Interface>::new(handler)),
        }))
    }
}

/// The modules named under `use` in the application's root module.
pub trait Submodules {
    /// Every subscription of every module, in the order of the modules and of their bindings.
    fn subscriptions(&self) -> Vec<Arc<Subscription>>;
}

impl Submodules for () {
    fn subscriptions(&self) -> Vec<Arc<Subscription>> {
        Vec::new()
    }
}

impl<M: HasComponents<Subscription>> Submodules for Arc<M> {
    fn subscriptions(&self) -> Vec<Arc<Subscription>> {
        self.resolve_all().to_vec()
    }
}

macro_rules! submodules {
    ($($module:ident)+) => {
        impl<$($module: HasComponents<Subscription>),+> Submodules for ($(Arc<$module>,)+) {
            #[expect(non_snake_case, reason = "a type parameter's name names its value here")]
            fn subscriptions(&self) -> Vec<Arc<Subscription>> {
                let ($($module,)+) = self;
                let mut all = Vec::new();
                $(all.extend_from_slice($module.resolve_all());)+
                all
            }
        }
    };
}

submodules!(A B);
submodules!(A B C);
submodules!(A B C D);
submodules!(A B C D E);
submodules!(A B C D E F);
submodules!(A B C D E F G);
submodules!(A B C D E F G H);

/// Says that a module listens to nothing.
#[macro_export]
macro_rules! no_subscriptions {
    ($module:ty) => {
        impl $crate::reexports::shaku::HasComponents<$crate::Subscription> for $module {
            fn build_components(
                _: &mut $crate::reexports::shaku::ModuleBuildContext<Self>,
            ) -> Vec<std::sync::Arc<$crate::Subscription>> {
                Vec::new()
            }

            fn resolve_all(&self) -> &[std::sync::Arc<$crate::Subscription>] {
                &[]
            }
        }
    };
}

/// Every subscription of the application, by event.
#[derive(Default)]
pub struct Subscriptions {
    by_event: HashMap<&'static str, Vec<Arc<Subscription>>>,
    by_handler: HashMap<&'static str, Arc<Subscription>>,
}

impl<M> Component<M> for Subscriptions
where
    M: Module,
    M::Submodules: Submodules,
{
    type Interface = Self;
    type Parameters = ();

    fn build(context: &mut ModuleBuildContext<M>, _: ()) -> Box<Self> {
        match Self::gather(context.submodules().subscriptions()) {
            Ok(subscriptions) => Box::new(subscriptions),
            Err(mistake) => {
                panic!("the application's event handlers do not fit together: {mistake}")
            }
        }
    }
}

/// A mistake in the bindings of the application.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum WiringMistake {
    /// Two asynchronous handlers have one name.
    #[error("'{first}' and '{second}' are both named '{name}'")]
    HandlerNameTaken {
        /// The name.
        name: &'static str,
        /// Type of the one.
        first: &'static str,
        /// Type of the other.
        second: &'static str,
    },
    /// Two event types have one name.
    #[error("'{first}' and '{second}' listen to different events that are both named '{event}'")]
    EventNameTaken {
        /// The name.
        event: &'static str,
        /// Type of the one handler.
        first: &'static str,
        /// Type of the other handler.
        second: &'static str,
    },
    /// One handler is bound to one event twice.
    #[error("'{handler}' is bound to '{event}' twice")]
    BoundTwice {
        /// Type of the handler.
        handler: &'static str,
        /// Name of the event.
        event: &'static str,
    },
    /// A name would not be safe in the database.
    #[error("'{0}' is no name: use small letters, digits, '_' and '.'")]
    UnfitName(&'static str),
}

impl Subscriptions {
    pub(crate) fn gather(all: Vec<Arc<Subscription>>) -> Result<Self, WiringMistake> {
        let mut gathered = Self::default();
        for subscription in all {
            gathered.add(subscription)?;
        }
        Ok(gathered)
    }

    fn add(&mut self, new: Arc<Subscription>) -> Result<(), WiringMistake> {
        let of_event = self.by_event.entry(new.event).or_default();
        for known in of_event.iter() {
            if known.event_type != new.event_type {
                return Err(WiringMistake::EventNameTaken {
                    event: new.event,
                    first: known.handler,
                    second: new.handler,
                });
            }
            if known.binding == new.binding {
                return Err(WiringMistake::BoundTwice {
                    handler: new.handler,
                    event: new.event,
                });
            }
        }
        of_event.push(Arc::clone(&new));
        let Reaction::Later(later) = &new.reaction else {
            return Ok(());
        };
        let name = later.name;
        let fit = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.';
        if name.is_empty() || !name.chars().all(fit) {
            return Err(WiringMistake::UnfitName(name));
        }
        match self.by_handler.insert(name, Arc::clone(&new)) {
            None => Ok(()),
            Some(known) => Err(WiringMistake::HandlerNameTaken {
                name,
                first: known.handler,
                second: new.handler,
            }),
        }
    }

    pub(crate) fn to(&self, event: &str) -> &[Arc<Subscription>] {
        self.by_event.get(event).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn later(&self, handler: &str) -> Option<&Later> {
        match &self.by_handler.get(handler)?.reaction {
            Reaction::Later(later) => Some(later),
            Reaction::Now(_) => None,
        }
    }

    /// Names of all asynchronous handlers, sorted.
    pub fn handler_names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.by_handler.keys().copied().collect();
        names.sort_unstable();
        names
    }
}
