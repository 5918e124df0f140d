//! Just enough HTTP/1.1 for a client that shares the processors with the server it measures: requests are
//! bytes, and of an answer only what somebody reads is parsed.

use std::io::Write;

use anyhow::{Context, bail};

/// More than the server ever sends.
const MOST_HEADERS: usize = 40;

/// Whom a request shows.
#[derive(Debug, Clone, Copy)]
pub enum Shown<'a> {
    /// Nobody.
    Nothing,
    /// An API token.
    Token(&'a str),
    /// A session's cookie, as the server has set it.
    Cookie(&'a str),
}

impl Shown<'_> {
    fn write(self, out: &mut Vec<u8>) {
        match self {
            Self::Nothing => {}
            Self::Token(token) => text(out, &["authorization: Bearer ", token, "\r\n"]),
            Self::Cookie(cookie) => text(out, &["cookie: ", cookie, "\r\n"]),
        }
    }
}

/// Writes a request without a body.
pub fn get(out: &mut Vec<u8>, path: &str, shown: Shown<'_>) {
    text(out, &["GET ", path, " HTTP/1.1\r\nhost: bench\r\n"]);
    shown.write(out);
    text(out, &["\r\n"]);
}

/// Writes a request with a JSON body.
pub fn post(out: &mut Vec<u8>, path: &str, shown: Shown<'_>, body: &[u8]) {
    text(out, &["POST ", path, " HTTP/1.1\r\nhost: bench\r\n"]);
    shown.write(out);
    text(out, &["content-type: application/json\r\n"]);
    write!(out, "content-length: {}\r\n\r\n", body.len()).expect("memory takes every byte");
    out.extend_from_slice(body);
}

fn text(out: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
}

/// An answer, borrowed from the connection's buffer.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// The status code.
    pub status: u16,
    /// After how many seconds to try again.
    pub retry_after: Option<u64>,
    /// A cookie that is set: its name and value.
    pub cookie: Option<&'a str>,
    /// Whether the server closes the connection after it.
    pub closes: bool,
    /// The body.
    pub body: &'a [u8],
}

/// The first answer in the buffer and how many bytes it takes, or nothing while it is incomplete.
pub fn parse(buffer: &[u8]) -> anyhow::Result<Option<(Answer<'_>, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut head = httparse::Response::new(&mut headers);
    let parsed = head.parse(buffer).context("the answer is not HTTP")?;
    let httparse::Status::Complete(begin) = parsed else {
        return Ok(None);
    };
    let mut answer = Answer {
        status: head.code.context("the answer has no status")?,
        retry_after: None,
        cookie: None,
        closes: false,
        body: &[],
    };
    let mut length = None;
    for header in head.headers {
        let value = || std::str::from_utf8(header.value).context("a header is not UTF-8");
        match header.name {
            name if name.eq_ignore_ascii_case("content-length") => {
                length = Some(value()?.parse::<usize>()?);
            }
            name if name.eq_ignore_ascii_case("retry-after") => {
                answer.retry_after = value()?.parse().ok();
            }
            name if name.eq_ignore_ascii_case("set-cookie") => {
                answer.cookie = value()?.split(';').next();
            }
            name if name.eq_ignore_ascii_case("connection") => {
                answer.closes = value()?.eq_ignore_ascii_case("close");
            }
            name if name.eq_ignore_ascii_case("transfer-encoding") => {
                bail!("the answer comes in chunks, which this client does not read");
            }
            _ => {}
        }
    }
    let bodyless = matches!(answer.status, 100..200 | 204 | 304);
    let length = match length {
        Some(length) => length,
        None if bodyless => 0,
        None => bail!("the answer does not say how long it is"),
    };
    let end = begin + length;
    if buffer.len() < end {
        return Ok(None);
    }
    answer.body = &buffer[begin..end];
    Ok(Some((answer, end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const WHOLE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nretry-after: 3\r\n\
        Set-Cookie: __Host-gavel=abc; HttpOnly; Path=/\r\n\r\nok";

    #[test]
    fn an_answer_is_read_with_what_matters() {
        let (answer, length) = parse(WHOLE).unwrap().unwrap();
        assert_eq!(length, WHOLE.len());
        let expected = Answer {
            status: 200,
            retry_after: Some(3),
            cookie: Some("__Host-gavel=abc"),
            closes: false,
            body: b"ok",
        };
        assert_eq!(answer, expected);
    }

    #[test]
    fn every_beginning_of_an_answer_is_incomplete() {
        for length in 0..WHOLE.len() {
            assert!(parse(&WHOLE[..length]).unwrap().is_none(), "{length}");
        }
    }

    #[test]
    fn the_next_answer_is_left_in_the_buffer() {
        let two = [
            WHOLE,
            b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n",
        ]
        .concat();
        let (_, length) = parse(&two).unwrap().unwrap();
        let (second, rest) = parse(&two[length..]).unwrap().unwrap();
        assert_eq!((second.status, second.closes), (204, true));
        assert_eq!(length + rest, two.len());
    }

    #[rstest]
    #[case(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "chunks")]
    #[case(b"HTTP/1.1 200 OK\r\n\r\n", "how long")]
    #[case(b"SMTP ready\r\n\r\n", "not HTTP")]
    fn what_cannot_be_read_is_an_error(#[case] bytes: &[u8], #[case] named: &str) {
        let error = format!("{:#}", parse(bytes).unwrap_err());
        assert!(error.contains(named), "{error}");
    }

    #[test]
    fn requests_carry_their_length_and_who_asks() {
        let mut out = Vec::new();
        post(&mut out, "/api/x", Shown::Token("t"), b"{}");
        get(&mut out, "/y", Shown::Cookie("a=b"));
        let expected = "POST /api/x HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer t\r\n\
            content-type: application/json\r\ncontent-length: 2\r\n\r\n{}\
            GET /y HTTP/1.1\r\nhost: bench\r\ncookie: a=b\r\n\r\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
