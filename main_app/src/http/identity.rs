//! Who asks: taken from a session cookie or an API token, and what that user may do.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, Utc};

use super::arrival::ArrivedAt;
use super::blocking::Work;
use super::errors::{NOT_ALLOWED, NOT_LOGGED_IN};
use super::house::House;
use super::problem::Problem;
use super::security::session_secret;
use crate::accounts::{Accounts, CredentialKind, KnownCredential, Role, Secret, SignedIn};

/// Which users a handler is for. Its argument [`As<R>`](As) says it, so no handler can forget to ask.
pub trait Requirement: 'static {
    /// Whom it admits, in words: "customers".
    const WHOM: &'static str;

    /// Whether a user of this role is admitted.
    fn admits(role: Role) -> bool;
}

/// Any user.
#[derive(Debug, Clone, Copy)]
pub struct Anybody;

/// Whoever bids, pays and receives parcels: bidders and sellers.
#[derive(Debug, Clone, Copy)]
pub struct Customer;

/// Whoever puts up lots.
#[derive(Debug, Clone, Copy)]
pub struct Seller;

/// Whoever puts up lots, and whoever works for the house.
#[derive(Debug, Clone, Copy)]
pub struct SellerOrStaff;

/// Whoever works for the house.
#[derive(Debug, Clone, Copy)]
pub struct Staff;

impl Requirement for Anybody {
    const WHOM: &'static str = "everybody";

    fn admits(_: Role) -> bool {
        true
    }
}

impl Requirement for Customer {
    const WHOM: &'static str = "customers";

    fn admits(role: Role) -> bool {
        role.is_customer()
    }
}

impl Requirement for Seller {
    const WHOM: &'static str = "sellers";

    fn admits(role: Role) -> bool {
        role.may_sell()
    }
}

impl Requirement for SellerOrStaff {
    const WHOM: &'static str = "sellers and the staff of the house";

    fn admits(role: Role) -> bool {
        role.may_sell() || role.is_staff()
    }
}

impl Requirement for Staff {
    const WHOM: &'static str = "the staff of the house";

    fn admits(role: Role) -> bool {
        role.is_staff()
    }
}

/// A user who is logged in and admitted: 401 for nobody, 403 for others.
#[derive(Debug)]
pub struct As<R> {
    signed_in: SignedIn,
    requirement: PhantomData<R>,
}

impl<R> As<R> {
    /// The user with what was shown.
    pub fn into_inner(self) -> SignedIn {
        self.signed_in
    }
}

impl<R> Deref for As<R> {
    type Target = SignedIn;

    fn deref(&self) -> &SignedIn {
        &self.signed_in
    }
}

impl<R: Requirement> FromRequest for As<R> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let Some(signed_in) = identify(&request).await? else {
                let detail = "Log in, or send an API token as 'Authorization: Bearer …'.";
                return Err(Problem::new(NOT_LOGGED_IN, detail));
            };
            let role = signed_in.user.role;
            if !R::admits(role) {
                let detail = format!("This is for {}; your role is '{role}'.", R::WHOM);
                return Err(Problem::new(NOT_ALLOWED, detail));
            }
            Ok(Self {
                signed_in,
                requirement: PhantomData,
            })
        })
    }
}

/// Whoever visits, logged in or not. A session that is over counts as nobody.
#[derive(Debug)]
pub struct Visitor(pub Option<SignedIn>);

impl FromRequest for Visitor {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { identify(&request).await.map(Self) })
    }
}

/// A credential that a client showed.
enum Shown {
    Nothing,
    Cookie(Secret),
    Token(Secret),
    /// An `Authorization` header that holds no token of ours.
    Unreadable,
}

fn shown(request: &HttpRequest, house: &House) -> Shown {
    if let Some(authorization) = request.headers().get(header::AUTHORIZATION) {
        let secret = authorization.to_str().ok().and_then(|value| {
            let (scheme, secret) = value.split_once(' ')?;
            let bearer = scheme.eq_ignore_ascii_case("bearer");
            Secret::parse(secret.trim()).filter(|_| bearer)
        });
        return secret.map_or(Shown::Unreadable, Shown::Token);
    }
    session_secret(request, house).map_or(Shown::Nothing, Shown::Cookie)
}

/// Looks up who shows the request's credential. A token that is no good is refused and not taken for
/// nobody's, so that a program does not go on unnoticed without its rights.
async fn identify(request: &HttpRequest) -> Result<Option<SignedIn>, Problem> {
    let house = House::of(request)?;
    let (secret, kind) = match shown(request, &house) {
        Shown::Nothing => return Ok(None),
        Shown::Cookie(secret) => (secret, CredentialKind::Session),
        Shown::Token(secret) => (secret, CredentialKind::Token),
        Shown::Unreadable => return Err(bad_token()),
    };
    let now = ArrivedAt::of(request)?.at();
    let known = known_credential(request, &house, secret, now).await?;
    let signed_in = known.as_ref().and_then(|known| known.signed_in(now));
    let (Some(known), Some(signed_in)) = (&known, signed_in.filter(|it| it.kind == kind)) else {
        return match kind {
            CredentialKind::Session => Ok(None),
            CredentialKind::Token => Err(bad_token()),
        };
    };
    if known.takes_note(now) {
        let accounts = house.component::<Accounts>();
        let credential = signed_in.credential;
        Work::of(request)?
            .write(move |uow| accounts.note_use(credential, uow))
            .await?;
    }
    Ok(Some(signed_in.clone()))
}

/// The credential of a secret, from memory or from the database.
async fn known_credential(
    request: &HttpRequest,
    house: &House,
    secret: Secret,
    now: DateTime<Utc>,
) -> Result<Option<Arc<KnownCredential>>, Problem> {
    let accounts = house.component::<Accounts>();
    let remembered = accounts.remembered().clone();
    let work = Work::of(request)?;
    let shown = secret.clone();
    let look_up = || async move {
        let found = work
            .read(move |reader| accounts.credential(&secret, reader))
            .await;
        // A secret that opens nothing is no failure, but nothing to remember either.
        found.map_err(Some)?.map(Arc::new).ok_or(None)
    };
    match remembered.find(&shown, now, look_up).await {
        Ok(known) => Ok(Some(known)),
        Err(None) => Ok(None),
        Err(Some(problem)) => Err(problem),
    }
}

fn bad_token() -> Problem {
    Problem::new(NOT_LOGGED_IN, "The API token is unknown, revoked or over.")
}
