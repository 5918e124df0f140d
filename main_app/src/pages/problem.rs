//! What people see when something went wrong.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use super::filters;
use super::forms::sentence;
use super::frame::Frame;
use super::visit::{frame_of_problem, login_address};
use crate::http::problem::ProblemBody;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    frame: Frame,
    status: u16,
    heading: String,
    text: String,
    login: Option<String>,
}

/// The page for a refused request; `None` when not even that can be made.
pub(crate) fn page(request: &HttpRequest, problem: &ProblemBody) -> Option<String> {
    let page = ProblemPage {
        frame: frame_of_problem(request)?,
        status: problem.status,
        heading: heading(problem),
        text: sentence(&problem.detail),
        login: login(request, problem.status),
    };
    match page.render() {
        Ok(html) => Some(html),
        Err(error) => {
            tracing::error!(%error, "the page that explains a refusal cannot be made");
            None
        }
    }
}

/// A page that is not there is no refusal, so it is not called one.
fn heading(problem: &ProblemBody) -> String {
    if problem.status == StatusCode::NOT_FOUND.as_u16() {
        return "We cannot find that".to_owned();
    }
    problem.title.clone()
}

fn login(request: &HttpRequest, status: u16) -> Option<String> {
    let wanted = request
        .uri()
        .path_and_query()
        .map_or("/", |address| address.as_str());
    (status == StatusCode::UNAUTHORIZED.as_u16()).then(|| login_address(wanted))
}
