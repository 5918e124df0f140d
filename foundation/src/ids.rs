//! Identifiers: UUIDs of version 7, each kind a type of its own.

use uuid::Uuid;

/// Makes a new identifier. Later ones sort after earlier ones, but say nothing about commit order.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the source of ids that everything else asks"
)]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// Makes a random token of 122 bits that says nothing about when it was made.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the source of ids that everything else asks"
)]
pub fn random_id() -> Uuid {
    Uuid::new_v4()
}

/// Declares an identifier type that mixes with no other.
///
/// ```
/// foundation::typed_id! {
///     /// Identifies a lot.
///     LotId
/// }
/// let lot = LotId::generate();
/// assert_eq!(lot.to_string().parse::<LotId>().unwrap(), lot);
/// ```
#[macro_export]
macro_rules! typed_id {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            $crate::reexports::serde::Serialize,
            $crate::reexports::serde::Deserialize,
            $crate::reexports::diesel::expression::AsExpression,
            $crate::reexports::diesel::deserialize::FromSqlRow,
        )]
        #[serde(crate = "::foundation::reexports::serde", transparent)]
        #[diesel(sql_type = $crate::database::Guid)]
        pub struct $name($crate::reexports::uuid::Uuid);

        impl $name {
            /// Makes a new one.
            pub fn generate() -> Self {
                Self($crate::ids::new_id())
            }

            /// The bare UUID, where it leaves the type's world.
            pub const fn uuid(self) -> $crate::reexports::uuid::Uuid {
                self.0
            }
        }

        impl From<$crate::reexports::uuid::Uuid> for $name {
            fn from(id: $crate::reexports::uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::reexports::uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        $crate::guid_column!($name);
    };
}
