//! Whoever visits a page, and what every page needs.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_TYPE, LOCATION, REFERER};
use actix_web::http::{Method, StatusCode};
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, HttpResponse, ResponseError, web};
use askama::Template;
use auctions::{BiddingDesk, PlaceBid, Verdict};
use chrono::{DateTime, Utc};
use foundation::{Failure, Interface, Reader, UnitOfWork};
use payments::PaymentsFacade;

use super::flash::Flash;
use super::frame::{Frame, Place, Viewer};
use crate::accounts::{SignedIn, User};
use crate::composition::{AppModule, Has};
use crate::http::errors::NOT_ALLOWED;
use crate::http::identity::Requirement;
use crate::http::{House, Problem, Visitor, Work};

/// A visit by anybody.
pub(crate) struct Visit {
    request: HttpRequest,
    house: web::Data<House>,
    pub(crate) work: Work,
    pub(crate) signed_in: Option<SignedIn>,
}

/// A visit by somebody who is logged in and admitted. Others are sent to the login, or told that this is
/// not for them.
pub(crate) struct VisitAs<R> {
    visit: Visit,
    signed_in: SignedIn,
    requirement: PhantomData<R>,
}

/// Two parts of a request, of which the second is only looked at when the first is granted: whoever may not
/// send a form hears that, and not what is wrong with it.
pub(crate) struct Then<A, B>(pub(crate) A, pub(crate) B);

/// The viewer, left with the request for the page that tells what went wrong.
#[derive(Clone)]
struct Known(Option<Viewer>);

impl Visit {
    /// What surrounds a page.
    pub(crate) fn frame(&self, place: Place) -> Frame {
        let viewer = self.signed_in.as_ref().map(|known| viewer(&known.user));
        Frame {
            viewer,
            is_viewer_known: true,
            flash: Flash::of(&self.request),
            now: self.now(),
            is_demo: self.house.is_demo(),
            is_test_gateway: is_test_gateway(&self.house),
            place,
        }
    }

    /// The house's clock.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.house.clock().now()
    }

    /// The house.
    pub(crate) fn house(&self) -> &House {
        &self.house
    }

    /// The request.
    pub(crate) fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// One of the application's components.
    pub(crate) fn component<T: Interface + ?Sized>(&self) -> Arc<T>
    where
        AppModule: Has<T>,
    {
        self.house.component()
    }

    /// Runs a query that needs one component.
    pub(crate) async fn read<C, T>(
        &self,
        query: impl FnOnce(&C, &mut Reader) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Problem>
    where
        C: Interface + ?Sized,
        T: Send + 'static,
        AppModule: Has<C>,
    {
        let component = self.component::<C>();
        self.work
            .read(move |reader| query(&component, reader))
            .await
    }

    /// Runs a use case of one component.
    pub(crate) async fn write<C, T, E>(
        &self,
        mut use_case: impl FnMut(&C, &mut UnitOfWork) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        C: Interface + ?Sized,
        T: Send + 'static,
        E: std::error::Error + From<Failure> + Into<Problem> + Send + 'static,
        AppModule: Has<C>,
    {
        let component = self.component::<C>();
        self.work.write(move |uow| use_case(&component, uow)).await
    }

    /// Places a bid.
    pub(crate) async fn bid(&self, bid: PlaceBid) -> Result<Verdict, Problem> {
        self.work.bid(self.component::<BiddingDesk>(), bid).await
    }

    /// Answers with a page.
    pub(crate) fn page(&self, page: &impl Template) -> Result<HttpResponse, Problem> {
        self.page_with(StatusCode::OK, page)
    }

    /// Answers with a page and a status. A message that waited is shown with it, and gone then.
    pub(crate) fn page_with(
        &self,
        status: StatusCode,
        page: &impl Template,
    ) -> Result<HttpResponse, Problem> {
        let html = page
            .render()
            .map_err(|error| Problem::internal().because(error))?;
        let mut response = HttpResponse::build(status);
        response.insert_header((CONTENT_TYPE, "text/html; charset=utf-8"));
        if Flash::of(&self.request).is_some() {
            response.cookie(Flash::removal());
        }
        Ok(response.body(html))
    }

    /// Goes on to another page, as every form does that did its work.
    pub(crate) fn go_to(&self, address: &str) -> HttpResponse {
        see_other(address)
    }

    /// Goes on to another page, which shows a message.
    pub(crate) fn go_to_with(&self, address: &str, flash: &Flash) -> HttpResponse {
        let mut response = see_other(address);
        let secure = self.house.settings().http.secure_cookies;
        if let Err(error) = response.add_cookie(&flash.cookie(secure)) {
            tracing::warn!(%error, "a message for the next page was lost");
        }
        response
    }
}

impl<R> VisitAs<R> {
    /// Who visits.
    pub(crate) fn user(&self) -> &User {
        &self.signed_in.user
    }
}

impl<R> Deref for VisitAs<R> {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl FromRequest for Visit {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visitor = Visitor::from_request(request, payload);
        let work = Work::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let house = House::of(&request)?;
            let work = work.await?;
            let signed_in = visitor.await?.0;
            let known = signed_in.as_ref().map(|known| viewer(&known.user));
            request.extensions_mut().insert(Known(known));
            Ok(Self {
                request,
                house,
                work,
                signed_in,
            })
        })
    }
}

impl<R: Requirement> FromRequest for VisitAs<R> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::from_request(request, payload);
        Box::pin(async move {
            let visit = visit.await?;
            let Some(signed_in) = visit.signed_in.clone() else {
                return Err(LogInFirst::then_back_to(&visit.request).into());
            };
            if !R::admits(signed_in.user.role) {
                let detail = format!("This page is for {}.", R::WHOM);
                return Err(Problem::new(NOT_ALLOWED, detail).into());
            }
            Ok(Self {
                visit,
                signed_in,
                requirement: PhantomData,
            })
        })
    }
}

impl<A: FromRequest + 'static, B: FromRequest + 'static> FromRequest for Then<A, B> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let first = A::from_request(request, payload);
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let first = first.await.map_err(Into::into)?;
            let second = B::from_request(&request, &mut payload).await;
            Ok(Self(first, second.map_err(Into::into)?))
        })
    }
}

/// What surrounds the page that tells what went wrong with a request.
pub(super) fn frame_of_problem(request: &HttpRequest) -> Option<Frame> {
    let house = House::of(request).ok()?;
    let known = request.extensions().get::<Known>().cloned();
    Some(Frame {
        is_viewer_known: known.is_some(),
        viewer: known.and_then(|known| known.0),
        flash: None,
        now: house.clock().now(),
        is_demo: house.is_demo(),
        is_test_gateway: is_test_gateway(&house),
        place: Place::Elsewhere,
    })
}

fn is_test_gateway(house: &House) -> bool {
    house.component::<PaymentsFacade>().is_test_gateway()
}

fn viewer(user: &User) -> Viewer {
    Viewer {
        name: user.name.clone(),
        role: user.role,
    }
}

fn see_other(address: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, address))
        .finish()
}

/// Sends a visitor to the login, and from there back to the page they wanted.
#[derive(Debug)]
struct LogInFirst {
    wanted: String,
}

impl LogInFirst {
    /// A form cannot be sent again after the login, so from there it goes back to the form's page.
    fn then_back_to(request: &HttpRequest) -> Self {
        let wanted = if [Method::GET, Method::HEAD].contains(request.method()) {
            request.uri().path_and_query().map(ToString::to_string)
        } else {
            page_of_form(request)
        };
        Self {
            wanted: wanted.unwrap_or_else(|| "/".to_owned()),
        }
    }
}

fn page_of_form(request: &HttpRequest) -> Option<String> {
    let referer = request.headers().get(REFERER)?.to_str().ok()?;
    let (_, rest) = referer.split_once("://")?;
    let path = rest.find('/')?;
    Some(rest[path..].to_owned())
}

impl std::fmt::Display for LogInFirst {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the visitor is not logged in")
    }
}

impl ResponseError for LogInFirst {
    fn status_code(&self) -> StatusCode {
        StatusCode::SEE_OTHER
    }

    fn error_response(&self) -> HttpResponse {
        see_other(&login_address(&self.wanted))
    }
}

/// The login, which leads on to an address of this site.
pub(crate) fn login_address(wanted: &str) -> String {
    match askama::filters::urlencode_strict(wanted) {
        Ok(wanted) => format!("/login?next={wanted}"),
        Err(never) => match never {},
    }
}
