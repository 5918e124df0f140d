//! What is wrong with a form that was sent, and what may be typed into one.

use actix_web::error::UrlencodedError;
use actix_web::http::StatusCode;
use actix_web::web;

use crate::http::Problem;
use crate::http::arrival::broken_off;
use crate::http::errors::INVALID_BODY;

/// The largest form that is looked at.
const LIMIT: usize = 64 * 1024;

/// Why a form was sent back: in a sentence above it, and beside its fields.
#[derive(Debug, Default)]
pub(crate) struct Refusal {
    problem: Option<Problem>,
}

impl Refusal {
    /// A form that nobody has sent yet.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// Takes a problem that the sender can do something about; others are pages of their own.
    pub(crate) fn of(problem: Problem) -> Result<Self, Problem> {
        match problem.kind().status {
            StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::CONFLICT
            | StatusCode::UNPROCESSABLE_ENTITY
            | StatusCode::TOO_MANY_REQUESTS => Ok(Self {
                problem: Some(problem),
            }),
            _ => Err(problem),
        }
    }

    /// The status of a page that shows the form.
    pub(crate) fn status(&self) -> StatusCode {
        let problem = self.problem.as_ref();
        problem.map_or(StatusCode::OK, |problem| problem.kind().status)
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.problem.is_none()
    }

    /// Whether something is wrong with a field.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.errors(field).is_some()
    }

    /// What is wrong with a field.
    pub(crate) fn of_field(&self, field: &str) -> String {
        let errors = self.errors(field).unwrap_or_default();
        let sentences: Vec<String> = errors.iter().map(|error| sentence(error)).collect();
        sentences.join(" ")
    }

    /// What stands above the form.
    pub(crate) fn summary(&self) -> String {
        match &self.problem {
            None => String::new(),
            Some(problem) if problem.errors().is_empty() => sentence(problem.detail()),
            Some(_) => "That did not work. Please correct the marked fields.".to_owned(),
        }
    }

    /// What is wrong, where the form and its fields are not shown again.
    pub(crate) fn explanation(&self) -> String {
        let problem = self.problem.as_ref();
        problem
            .map(|problem| sentence(problem.detail()))
            .unwrap_or_default()
    }

    fn errors(&self, field: &str) -> Option<&[String]> {
        let errors = self.problem.as_ref()?.errors().get(field)?;
        Some(errors)
    }
}

/// Forms with fields that nobody knows, too large, or too slow are refused.
pub(crate) fn rules() -> web::FormConfig {
    web::FormConfig::default()
        .limit(LIMIT)
        .error_handler(|error, _| {
            if let UrlencodedError::Payload(error) = error {
                return broken_off(&error).into();
            }
            Problem::new(INVALID_BODY, error).into()
        })
}

/// An address of this site, for going on after a login. Anything else becomes the first page, so that no
/// link to us leads away from us.
pub(crate) fn own_address(address: &str) -> &str {
    let own = address.starts_with('/')
        && !address.starts_with("//")
        && !address.contains(|c: char| c == '\\' || c.is_control());
    if own { address } else { "/" }
}

/// Errors begin in small letters, as parts of a chain; a person reads a sentence.
pub(crate) fn sentence(error: &str) -> String {
    let mut letters = error.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let mut text: String = first.to_uppercase().chain(letters).collect();
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::FieldErrors;
    use rstest::rstest;

    #[test]
    fn what_is_wrong_with_a_field_stands_beside_it() {
        let mut errors = FieldErrors::default();
        errors.note("title", "a title must not be empty");
        let refusal = Refusal::of(errors.into()).unwrap();
        assert_eq!(refusal.of_field("title"), "A title must not be empty.");
        assert!(!refusal.has("amount"));
        assert!(refusal.summary().contains("marked fields"));
        assert_eq!(refusal.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }

    #[test]
    fn a_mistake_of_the_house_is_not_blamed_on_the_form() {
        assert!(Refusal::of(Problem::internal()).is_err());
        assert!(Refusal::of(Problem::not_found("lot")).is_err());
    }

    #[rstest]
    #[case("/lots/1?a=b", "/lots/1?a=b")]
    #[case("", "/")]
    #[case("//evil.example", "/")]
    #[case("/\\evil.example", "/")]
    #[case("/\t/evil.example", "/")]
    #[case("https://evil.example", "/")]
    fn a_login_leads_on_to_this_site_only(#[case] typed: &str, #[case] taken: &str) {
        assert_eq!(own_address(typed), taken);
    }
}
