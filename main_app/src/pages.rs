//! The pages: one file per screen, templates beside in `main_app/templates/`.

use actix_web::{HttpRequest, web};

use crate::http::problem::ProblemBody;

/// Adds the pages to the application.
pub fn configure(_config: &mut web::ServiceConfig) {}

/// The page that tells a person what a program reads in `application/problem+json`; `None` leaves the
/// JSON.
pub fn problem_page(_request: &HttpRequest, _problem: &ProblemBody) -> Option<String> {
    None
}
