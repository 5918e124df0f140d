//! Readers: one request again and again over every connection.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::ensure;

use crate::driver::{Load, Next, drive};
use crate::measure::{Figures, Times, Window};
use crate::wire::Answer;

/// Reads over so many connections until the window is over.
pub fn read(
    address: SocketAddr,
    clients: usize,
    request: &[u8],
    window: Window,
) -> anyhow::Result<Figures> {
    let mut reading = Reading {
        request,
        window,
        times: Vec::new(),
    };
    drive(address, clients, &mut reading)?;
    reading.window.shut(Instant::now());
    let times = Times::new(reading.times);
    Ok(Figures::new(&times, 0, &reading.window))
}

struct Reading<'r> {
    request: &'r [u8],
    window: Window,
    times: Vec<Duration>,
}

impl Load for Reading<'_> {
    fn next(&mut self, _: usize, out: &mut Vec<u8>) -> Next {
        if self.window.is_over(Instant::now()) {
            return Next::Rest;
        }
        out.extend_from_slice(self.request);
        Next::Send
    }

    fn answered(&mut self, _: usize, answer: &Answer<'_>, took: Duration) -> anyhow::Result<()> {
        ensure!(
            answer.status == 200,
            "a read was answered {}",
            answer.status
        );
        if self.window.holds(Instant::now()) {
            self.times.push(took);
        }
        Ok(())
    }

    fn unanswered(&mut self, _: usize) {}
}
