//! Structs as components, without a trait of one implementation.

/// Makes a struct a component under its own type; its fields are the components it stands on.
///
/// ```ignore
/// injectable!(PaymentsFacade { payments: dyn Payments, gateway: dyn PaymentGateway });
/// injectable!(dyn Payments: DieselPayments {});   // a component behind a port
/// ```
#[macro_export]
macro_rules! injectable {
    (dyn $port:path : $name:ident { $($field:ident : $part:ty),* $(,)? }) => {
        $crate::injectable!(@impl $name, dyn $port, { $($field : $part),* });
    };
    ($name:ident { $($field:ident : $part:ty),* $(,)? }) => {
        $crate::injectable!(@impl $name, $name, { $($field : $part),* });
    };
    (@impl $name:ident, $interface:ty, { $($field:ident : $part:ty),* }) => {
        impl<M> $crate::reexports::shaku::Component<M> for $name
        where
            M: $crate::reexports::shaku::Module
                $(+ $crate::reexports::shaku::HasComponent<$part>)*,
        {
            type Interface = $interface;
            type Parameters = ();

            fn build(
                _context: &mut $crate::reexports::shaku::ModuleBuildContext<M>,
                _: (),
            ) -> Box<$interface> {
                Box::new($name {
                    $($field: <M as $crate::reexports::shaku::HasComponent<$part>>
                        ::build_component(_context)),*
                })
            }
        }
    };
}

/// Makes a struct a component under its own type that is handed in, ready made, when its module is built
/// (`with_component_override` or `with_component_parameters`).
#[macro_export]
macro_rules! handed_in {
    (dyn $port:path : $name:ident) => {
        $crate::handed_in!(@impl $name, dyn $port);
    };
    ($name:ident) => {
        $crate::handed_in!(@impl $name, $name);
    };
    (@impl $name:ident, $interface:ty) => {
        impl<M: $crate::reexports::shaku::Module> $crate::reexports::shaku::Component<M> for $name {
            type Interface = $interface;
            type Parameters = $crate::injectable::HandedIn<$name>;

            fn build(
                _: &mut $crate::reexports::shaku::ModuleBuildContext<M>,
                value: Self::Parameters,
            ) -> Box<$interface> {
                Box::new(value.take())
            }
        }
    };
}

/// A component that exists before its module does.
pub struct HandedIn<T>(Option<T>);

impl<T> From<T> for HandedIn<T> {
    fn from(value: T) -> Self {
        Self(Some(value))
    }
}

impl<T> Default for HandedIn<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> HandedIn<T> {
    #[doc(hidden)]
    pub fn take(self) -> T {
        self.0.unwrap_or_else(|| {
            panic!(
                "{} was not handed to the module that contains it",
                std::any::type_name::<T>()
            )
        })
    }
}
