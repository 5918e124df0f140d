//! Single calls of the API, many at once: for preparing and for looking afterwards.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, ensure};
use serde::de::DeserializeOwned;

use crate::driver::{Load, Next, drive};
use crate::wire::{self, Answer, Shown};

/// A kept answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// A cookie that was set.
    pub cookie: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The body of an answer that must have this status.
    pub fn read<T: DeserializeOwned>(&self, status: u16) -> anyhow::Result<T> {
        self.expect(status)?;
        serde_json::from_slice(&self.body).context("the answer is not what it should be")
    }

    /// Insists on a status.
    pub fn expect(&self, status: u16) -> anyhow::Result<()> {
        ensure!(
            self.status == status,
            "the server answered {} instead of {status}: {}",
            self.status,
            String::from_utf8_lossy(&self.body)
        );
        Ok(())
    }
}

/// A GET.
pub fn get(path: &str, shown: Shown<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    wire::get(&mut bytes, path, shown);
    bytes
}

/// A POST.
pub fn post(path: &str, shown: Shown<'_>, body: &serde_json::Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    wire::post(&mut bytes, path, shown, body.to_string().as_bytes());
    bytes
}

/// Sends one request.
pub fn one(address: SocketAddr, request: Vec<u8>) -> anyhow::Result<Reply> {
    let mut replies = all(address, vec![request], 1)?;
    replies.pop().context("there is an answer")
}

/// Sends all requests over so many connections and returns the answers in the order of the requests.
pub fn all(
    address: SocketAddr,
    requests: Vec<Vec<u8>>,
    connections: usize,
) -> anyhow::Result<Vec<Reply>> {
    let connections = connections.min(requests.len()).max(1);
    let mut calls = Calls {
        replies: vec![None; requests.len()],
        waiting: requests.into_iter().enumerate().collect(),
        under_way: vec![0; connections],
    };
    drive(address, connections, &mut calls)?;
    let replies: Option<Vec<Reply>> = calls.replies.into_iter().collect();
    replies.context("the server left a request unanswered")
}

struct Calls {
    waiting: VecDeque<(usize, Vec<u8>)>,
    /// For each connection the number of its request.
    under_way: Vec<usize>,
    replies: Vec<Option<Reply>>,
}

impl Load for Calls {
    fn next(&mut self, connection: usize, out: &mut Vec<u8>) -> Next {
        let Some((number, request)) = self.waiting.pop_front() else {
            return Next::Rest;
        };
        self.under_way[connection] = number;
        out.extend_from_slice(&request);
        Next::Send
    }

    fn answered(
        &mut self,
        connection: usize,
        answer: &Answer<'_>,
        _: Duration,
    ) -> anyhow::Result<()> {
        self.replies[self.under_way[connection]] = Some(Reply {
            status: answer.status,
            cookie: answer.cookie.map(str::to_owned),
            body: answer.body.to_vec(),
        });
        Ok(())
    }

    fn unanswered(&mut self, _: usize) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};

    /// Answers each request with its own path, as `answer` does it; runs until the test ends.
    fn server(answer: fn(&mut TcpStream, &str) -> bool) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                std::thread::spawn(move || {
                    let mut piece = [0; 1024];
                    while let Ok(length @ 1..) = stream.read(&mut piece) {
                        let text = String::from_utf8_lossy(&piece[..length]).into_owned();
                        let path = text.split(' ').nth(1).unwrap_or_default();
                        if !answer(&mut stream, path) {
                            break;
                        }
                    }
                });
            }
        });
        address
    }

    fn ten() -> Vec<Vec<u8>> {
        let request = |number| get(&format!("/{number}"), Shown::Nothing);
        (0..10).map(request).collect()
    }

    fn bodies(replies: Vec<Reply>) -> Vec<String> {
        let text = |reply: Reply| String::from_utf8(reply.body).unwrap();
        replies.into_iter().map(text).collect()
    }

    const EXPECTED: [&str; 10] = ["/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9"];

    #[test]
    fn answers_come_in_the_order_of_the_requests_even_in_pieces() {
        let address = server(|stream, path| {
            for piece in ["HTTP/1.1 200 OK\r\ncontent-", "length: 2\r\n\r\n", path] {
                stream.write_all(piece.as_bytes()).unwrap();
                stream.flush().unwrap();
            }
            true
        });
        assert_eq!(bodies(all(address, ten(), 3).unwrap()), EXPECTED);
    }

    #[test]
    fn a_server_that_closes_after_each_answer_is_asked_on() {
        let address = server(|stream, path| {
            let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n";
            stream
                .write_all(format!("{head}{path}").as_bytes())
                .unwrap();
            false
        });
        assert_eq!(bodies(all(address, ten(), 3).unwrap()), EXPECTED);
    }

    #[test]
    fn a_missing_answer_is_not_overlooked() {
        let address = server(|stream, path| {
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{path}");
            path != "/7" && stream.write_all(answer.as_bytes()).is_ok()
        });
        let error = all(address, ten(), 3).unwrap_err().to_string();
        assert!(error.contains("unanswered"), "{error}");
    }
}
