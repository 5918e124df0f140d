//! Why a document is not to be had on paper.

use crate::documents::DrawingError;
use crate::http::problem::Problem;

use super::UNAVAILABLE;

impl From<DrawingError> for Problem {
    fn from(error: DrawingError) -> Self {
        match error {
            DrawingError::MissingFont(missing) => {
                let detail = format!("{missing}. The page without \".pdf\" says the same.");
                Self::new(UNAVAILABLE, detail)
            }
            DrawingError::Amount(_) | DrawingError::Defect(_) => Self::internal().because(error),
        }
    }
}
