//! Log lines: for people, or as JSON; each within the span of its request.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::configuration::{LogFormat, LogSection};

/// Begins to log. To be called once, by the command that runs.
pub fn begin(settings: &LogSection) -> Result<(), ParseError> {
    let filter = EnvFilter::try_new(&settings.filter)?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match settings.format {
        LogFormat::Text => lines.with_target(false).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    Ok(())
}
