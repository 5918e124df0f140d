//! A message that waits in a cookie for the page after a redirect, and is shown once.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};

const NAME: &str = "gavel_flash";
const LONGEST: usize = 400;

/// What a message means to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// It worked.
    Good,
    /// It did not come out as wished.
    Warn,
    /// It failed.
    Bad,
}

impl Tone {
    /// The class in the stylesheet.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Good, Self::Warn, Self::Bad]
            .into_iter()
            .find(|tone| tone.name() == name)
    }
}

/// The message. It travels through the reader's own browser, so it is shown as text and believed by nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flash {
    pub(crate) tone: Tone,
    pub(crate) text: String,
}

impl Flash {
    pub(crate) fn new(tone: Tone, text: impl Into<String>) -> Self {
        let text = text.into();
        let text = text.chars().take(LONGEST).collect();
        Self { tone, text }
    }

    /// What the request brought.
    pub(crate) fn of(request: &HttpRequest) -> Option<Self> {
        let cookie = request.cookie(NAME)?;
        let (tone, words) = cookie.value().split_once('.')?;
        let bytes = unhex(words)?;
        let text = String::from_utf8(bytes).ok()?;
        Some(Self::new(Tone::parse(tone)?, text))
    }

    /// The cookie that carries it to the next page.
    pub(crate) fn cookie(&self, secure: bool) -> Cookie<'static> {
        let value = format!("{}.{}", self.tone.name(), hex(self.text.as_bytes()));
        let cookie = Cookie::build(NAME, value).max_age(Duration::minutes(1));
        cookie
            .path("/")
            .secure(secure)
            .http_only(true)
            .same_site(SameSite::Lax)
            .finish()
    }

    /// The cookie that takes it away once it was shown.
    pub(crate) fn removal() -> Cookie<'static> {
        let mut cookie = Cookie::build(NAME, "").path("/").finish();
        cookie.make_removal();
        cookie
    }
}

/// Cookie values are ASCII, and the text is any language's: hence hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|value| u8::try_from(value).ok())
        })
        .collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    Some(
        digits
            .chunks_exact(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn a_message_survives_the_redirect_in_any_language() {
        let flash = Flash::new(Tone::Good, "축하합니다: 1,250.00 USD; <b>");
        let request = TestRequest::default()
            .cookie(flash.cookie(true))
            .to_http_request();
        assert_eq!(Flash::of(&request), Some(flash));
    }

    #[test]
    fn a_forged_cookie_is_no_message() {
        for value in ["", "good", "good.zz", "good.abc", "loud.4142", "good.ff"] {
            let request = TestRequest::default()
                .cookie(Cookie::new(NAME, value))
                .to_http_request();
            assert_eq!(Flash::of(&request), None, "{value}");
        }
    }
}
