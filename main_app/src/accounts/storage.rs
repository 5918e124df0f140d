//! The accounts' tables: users and their credentials.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use foundation::database::Moment;
use foundation::{Failure, Reader, UnitOfWork, handed_in};

use super::credentials::{Credential, CredentialId, CredentialKind};
use super::remembered::{KnownCredential, RememberedCredentials};
use super::schema::{main_app_credentials as credentials, main_app_users as users};
use super::secrets::Secret;
use super::settings::AccountsSettings;
use super::users::{Role, User, UserId};

/// Finds and keeps users and their credentials. Whatever takes a user or a credential away, or changes what
/// a user may do, belongs here, and makes [`RememberedCredentials`] forget it after the commit.
pub struct Accounts {
    remembered: RememberedCredentials,
}

handed_in!(Accounts);

#[derive(Queryable, Insertable)]
#[diesel(table_name = users)]
struct UserRow {
    id: UserId,
    email: String,
    name: String,
    role: String,
    password_hash: String,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    created_at: DateTime<Utc>,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = credentials)]
struct CredentialRow {
    id: CredentialId,
    user_id: UserId,
    kind: String,
    label: String,
    secret_hash: String,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    created_at: DateTime<Utc>,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    last_used_at: DateTime<Utc>,
    idle_seconds: Option<i64>,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    ends_at: DateTime<Utc>,
}

impl TryFrom<UserRow> for User {
    type Error = Failure;

    fn try_from(row: UserRow) -> Result<Self, Failure> {
        Ok(Self {
            id: row.id,
            email: row.email,
            name: row.name,
            role: row.role.parse::<Role>().map_err(Failure::damaged)?,
            created_at: row.created_at,
        })
    }
}

impl TryFrom<CredentialRow> for Credential {
    type Error = Failure;

    fn try_from(row: CredentialRow) -> Result<Self, Failure> {
        Ok(Self {
            id: row.id,
            user: row.user_id,
            kind: CredentialKind::parse(&row.kind)
                .ok_or_else(|| Failure::damaged(format!("'{}' is no credential", row.kind)))?,
            label: row.label,
            secret_hash: row.secret_hash,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            idle: row.idle_seconds.map(TimeDelta::seconds),
            ends_at: row.ends_at,
        })
    }
}

impl Accounts {
    /// The accounts of a process, which remembers for as long as the settings say.
    pub fn new(settings: &AccountsSettings) -> Self {
        Self {
            remembered: RememberedCredentials::new(settings),
        }
    }

    /// The credentials that this process saw lately.
    pub fn remembered(&self) -> &RememberedCredentials {
        &self.remembered
    }

    /// Adds a user; `false` when the address is taken.
    pub(super) fn add_user(
        &self,
        user: &User,
        password_hash: &str,
        uow: &mut UnitOfWork,
    ) -> Result<bool, Failure> {
        let same = users::table.filter(users::email.eq(&user.email));
        if diesel::select(diesel::dsl::exists(same)).get_result(uow.connection())? {
            return Ok(false);
        }
        let row = UserRow {
            id: user.id,
            email: user.email.clone(),
            name: user.name.clone(),
            role: user.role.word().to_owned(),
            password_hash: password_hash.to_owned(),
            created_at: user.created_at,
        };
        diesel::insert_into(users::table)
            .values(row)
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        Ok(true)
    }

    /// The user with an address (in small letters) and the kept password hash.
    pub(super) fn user_with_hash(
        &self,
        email: &str,
        reader: &mut Reader,
    ) -> Result<Option<(User, String)>, Failure> {
        let found: Option<UserRow> = users::table
            .filter(users::email.eq(email))
            .first(reader.connection())
            .optional()?;
        let Some(row) = found else { return Ok(None) };
        let hash = row.password_hash.clone();
        Ok(Some((row.try_into()?, hash)))
    }

    /// One user.
    pub fn user(&self, id: UserId, reader: &mut Reader) -> Result<Option<User>, Failure> {
        let row: Option<UserRow> = users::table
            .find(id)
            .first(reader.connection())
            .optional()?;
        row.map(User::try_from).transpose()
    }

    /// Those of these users that there are.
    pub fn users(
        &self,
        ids: impl IntoIterator<Item = UserId>,
        reader: &mut Reader,
    ) -> Result<Vec<User>, Failure> {
        let rows: Vec<UserRow> = users::table
            .filter(users::id.eq_any(ids))
            .load(reader.connection())?;
        rows.into_iter().map(User::try_from).collect()
    }

    /// The user with an address, however its letters are written.
    pub fn user_with_email(
        &self,
        email: &str,
        reader: &mut Reader,
    ) -> Result<Option<User>, Failure> {
        let found = self.user_with_hash(&email.trim().to_lowercase(), reader)?;
        Ok(found.map(|(user, _)| user))
    }

    /// How many users have a role.
    pub fn count(&self, role: Role, reader: &mut Reader) -> Result<i64, Failure> {
        let with_role = users::table.filter(users::role.eq(role.word()));
        Ok(with_role.count().get_result(reader.connection())?)
    }

    /// The credential that has this secret, with its owner, in whatever state it is.
    pub fn credential(
        &self,
        secret: &Secret,
        reader: &mut Reader,
    ) -> Result<Option<KnownCredential>, Failure> {
        let found: Option<(CredentialRow, UserRow)> = credentials::table
            .inner_join(users::table)
            .filter(credentials::secret_hash.eq(secret.hash()))
            .first(reader.connection())
            .optional()?;
        let Some((credential, user)) = found else {
            return Ok(None);
        };
        Ok(Some(KnownCredential::new(
            user.try_into()?,
            credential.try_into()?,
        )))
    }

    /// Writes down that a credential was used now, which keeps a session from ending idle.
    pub fn note_use(&self, id: CredentialId, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let now = uow.now();
        diesel::update(credentials::table.find(id))
            .set(credentials::last_used_at.eq(now.naive_utc()))
            .execute(uow.connection())?;
        Ok(())
    }

    /// Adds a credential, and sweeps out those of the same user that are over.
    pub(super) fn add_credential(
        &self,
        credential: &Credential,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        let now = uow.now();
        let over = credentials::table
            .filter(credentials::user_id.eq(credential.user))
            .filter(credentials::ends_at.le(now.naive_utc()));
        diesel::delete(over).execute(uow.connection())?;
        let row = CredentialRow {
            id: credential.id,
            user_id: credential.user,
            kind: credential.kind.word().to_owned(),
            label: credential.label.clone(),
            secret_hash: credential.secret_hash.clone(),
            created_at: credential.created_at,
            last_used_at: credential.last_used_at,
            idle_seconds: credential.idle.map(|idle| idle.num_seconds()),
            ends_at: credential.ends_at,
        };
        diesel::insert_into(credentials::table)
            .values(row)
            .execute(uow.connection())?;
        Ok(())
    }

    /// A user's good credentials of one kind, the newest first.
    pub fn credentials_of(
        &self,
        user: UserId,
        kind: CredentialKind,
        reader: &mut Reader,
    ) -> Result<Vec<Credential>, Failure> {
        let now = reader.now();
        let rows: Vec<CredentialRow> = credentials::table
            .filter(credentials::user_id.eq(user))
            .filter(credentials::kind.eq(kind.word()))
            .order(credentials::id.desc())
            .load(reader.connection())?;
        let all: Result<Vec<_>, Failure> = rows.into_iter().map(Credential::try_from).collect();
        let good = all?
            .into_iter()
            .filter(|credential| credential.is_good(now));
        Ok(good.collect())
    }

    /// Revokes a user's own credential; `false` when the user has none of that id and kind.
    pub(super) fn revoke(
        &self,
        user: UserId,
        kind: CredentialKind,
        id: CredentialId,
        uow: &mut UnitOfWork,
    ) -> Result<bool, Failure> {
        let own = credentials::table
            .filter(credentials::id.eq(id))
            .filter(credentials::user_id.eq(user))
            .filter(credentials::kind.eq(kind.word()));
        let is_there = diesel::delete(own).execute(uow.connection())? == 1;
        self.remembered.forget_after(uow, id);
        Ok(is_there)
    }

    /// Revokes whatever credential has this secret.
    pub(super) fn revoke_secret(
        &self,
        secret: &Secret,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        let shown = credentials::table.filter(credentials::secret_hash.eq(secret.hash()));
        diesel::delete(shown).execute(uow.connection())?;
        self.remembered.forget_secret_after(uow, secret);
        Ok(())
    }
}
