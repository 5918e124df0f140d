//! Lists that are read page by page.

use auctions::Page;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::Problem;
use crate::http::errors::INVALID_QUERY;

const DEFAULT_LIMIT: i64 = 20;
const LIMITS: std::ops::RangeInclusive<i64> = 1..=100;

/// Which part of a list is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// How many entries; 20 if not given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// The `next` of the page before.
    after: Option<Uuid>,
}

impl ListQuery {
    pub(super) fn page(&self) -> Result<Page, Problem> {
        Ok(Page {
            limit: limit(self.limit)?,
            after: self.after,
        })
    }
}

/// How many entries are wanted.
pub(super) fn limit(given: Option<i64>) -> Result<i64, Problem> {
    let limit = given.unwrap_or(DEFAULT_LIMIT);
    if LIMITS.contains(&limit) {
        return Ok(limit);
    }
    let rule = "limit must be from 1 to 100";
    Err(Problem::new(INVALID_QUERY, rule).at("limit", rule))
}

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct List<T> {
    /// The entries.
    pub(super) items: Vec<T>,
    /// What to ask for as `after` to go on; missing at the end of the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<Uuid>,
}

impl<T> List<T> {
    /// A page that may have another after it.
    pub(super) fn page<V>(
        views: Vec<V>,
        page: Page,
        id: impl Fn(&V) -> Uuid,
        show: impl FnMut(V) -> T,
    ) -> Self {
        let full = i64::try_from(views.len()).is_ok_and(|length| length >= page.limit);
        let next = if full { views.last().map(id) } else { None };
        Self {
            items: views.into_iter().map(show).collect(),
            next,
        }
    }

    /// A list that is whole.
    pub(super) fn whole<V>(views: Vec<V>, show: impl FnMut(V) -> T) -> Self {
        Self {
            items: views.into_iter().map(show).collect(),
            next: None,
        }
    }
}
