//! Column types that the two databases spell differently.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{self, HasSqlType, SqlType};
use diesel::sqlite::Sqlite;
use uuid::Uuid;

use super::connection::MultiBackend;
use crate::currency::Currency;
use crate::money::{Money, MoneyError};

/// A UUID: `uuid` on PostgreSQL, sixteen bytes on SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, diesel::query_builder::QueryId)]
#[diesel(
    postgres_type(oid = 2950, array_oid = 2951),
    sqlite_type(name = "Binary")
)]
pub struct Guid;

impl HasSqlType<Guid> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<Guid>(lookup)
    }
}

#[doc(hidden)]
pub fn guid_to_postgres(id: &Uuid, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
    ToSql::<sql_types::Uuid, Pg>::to_sql(id, &mut out.reborrow())
}

#[doc(hidden)]
pub fn guid_to_sqlite(id: &Uuid, out: &mut Output<'_, '_, Sqlite>) -> serialize::Result {
    out.set_value(id.as_bytes().to_vec());
    Ok(IsNull::No)
}

#[doc(hidden)]
pub fn guid_from_postgres(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Uuid> {
    FromSql::<sql_types::Uuid, Pg>::from_sql(value)
}

#[doc(hidden)]
pub fn guid_from_sqlite(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Uuid> {
    let bytes = <Vec<u8> as FromSql<sql_types::Binary, Sqlite>>::from_sql(value)?;
    Ok(Uuid::from_slice(&bytes)?)
}

/// Gives a newtype around a UUID its place in a [`Guid`] column.
#[doc(hidden)]
#[macro_export]
macro_rules! guid_column {
    ($name:ident) => {
        const _: () = {
            use diesel::backend::Backend;
            use diesel::deserialize::{FromSql, Result as Read};
            use diesel::serialize::{IsNull, Output, Result as Written, ToSql};
            use $crate::database::{Guid, MultiBackend};
            use $crate::reexports::diesel;

            impl ToSql<Guid, diesel::pg::Pg> for $name {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, diesel::pg::Pg>) -> Written {
                    $crate::database::guid_to_postgres(&self.0, out)
                }
            }
            impl ToSql<Guid, diesel::sqlite::Sqlite> for $name {
                fn to_sql<'b>(
                    &'b self,
                    out: &mut Output<'b, '_, diesel::sqlite::Sqlite>,
                ) -> Written {
                    $crate::database::guid_to_sqlite(&self.0, out)
                }
            }
            impl ToSql<Guid, MultiBackend> for $name {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> Written {
                    out.set_value((Guid, self));
                    Ok(IsNull::No)
                }
            }
            impl FromSql<Guid, diesel::pg::Pg> for $name {
                fn from_sql(value: <diesel::pg::Pg as Backend>::RawValue<'_>) -> Read<Self> {
                    $crate::database::guid_from_postgres(value).map(Self)
                }
            }
            impl FromSql<Guid, diesel::sqlite::Sqlite> for $name {
                fn from_sql(
                    value: <diesel::sqlite::Sqlite as Backend>::RawValue<'_>,
                ) -> Read<Self> {
                    $crate::database::guid_from_sqlite(value).map(Self)
                }
            }
            impl FromSql<Guid, MultiBackend> for $name {
                fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> Read<Self> {
                    value.from_sql::<$name, Guid>()
                }
            }
        };
    };
}

/// A moment in UTC as both databases keep it, in a `Timestamp` column. Row structs show it as a
/// `DateTime<Utc>` through `#[diesel(deserialize_as = Moment, serialize_as = Moment)]`; elsewhere
/// `naive_utc()` and `and_utc()` lead there and back.
#[derive(Debug, Clone, Copy, FromSqlRow, AsExpression)]
#[diesel(sql_type = sql_types::Timestamp)]
pub struct Moment(NaiveDateTime);

impl From<DateTime<Utc>> for Moment {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time.naive_utc())
    }
}

impl From<Moment> for DateTime<Utc> {
    fn from(moment: Moment) -> Self {
        moment.0.and_utc()
    }
}

impl<DB: Backend> ToSql<sql_types::Timestamp, DB> for Moment
where
    NaiveDateTime: ToSql<sql_types::Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<sql_types::Timestamp, DB> for Moment
where
    NaiveDateTime: FromSql<sql_types::Timestamp, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        NaiveDateTime::from_sql(value).map(Self)
    }
}

/// The two columns that hold an amount: minor units and the currency's code.
pub type MoneyColumns = (i64, String);

impl From<Money> for MoneyColumns {
    fn from(money: Money) -> Self {
        (money.minor_units(), money.currency().code().to_owned())
    }
}

impl TryFrom<MoneyColumns> for Money {
    type Error = MoneyError;

    fn try_from((minor_units, code): MoneyColumns) -> Result<Self, MoneyError> {
        Self::from_minor_units(Currency::parse(code.trim_end())?, minor_units)
    }
}
