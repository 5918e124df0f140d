//! Many keep-alive connections on one thread. Each has one request under way at a time, like a person who
//! waits for the answer before bidding again.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::wire::{self, Answer};

/// How long an answer may take before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a connection does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It sends the request that was written.
    Send,
    /// It asks again after this time.
    Wait(Duration),
    /// It has nothing more to do.
    Rest,
}

/// Who sends what, and takes the answers.
pub trait Load {
    /// Writes the connection's next request into `out`.
    fn next(&mut self, connection: usize, out: &mut Vec<u8>) -> Next;

    /// Takes the answer to the connection's last request.
    fn answered(
        &mut self,
        connection: usize,
        answer: &Answer<'_>,
        took: Duration,
    ) -> anyhow::Result<()>;

    /// Is told that no answer came: whether the request had an effect is unknown.
    fn unanswered(&mut self, connection: usize);
}

struct Connection {
    stream: TcpStream,
    sending: Vec<u8>,
    sent: usize,
    received: Vec<u8>,
    asked_at: Option<Instant>,
}

struct Driver<'l, L> {
    address: SocketAddr,
    load: &'l mut L,
    poll: Poll,
    connections: Vec<Connection>,
    wakings: BinaryHeap<Reverse<(Instant, usize)>>,
    under_way: usize,
}

/// Drives the load over so many connections until all of them rest.
pub fn drive(address: SocketAddr, connections: usize, load: &mut impl Load) -> anyhow::Result<()> {
    let mut driver = Driver {
        address,
        load,
        poll: Poll::new()?,
        connections: Vec::with_capacity(connections),
        wakings: BinaryHeap::new(),
        under_way: 0,
    };
    for number in 0..connections {
        let connection = driver.connect(number)?;
        driver.connections.push(connection);
    }
    for number in 0..connections {
        driver.go_on(number)?;
    }
    driver.run()
}

impl<L: Load> Driver<'_, L> {
    fn connect(&self, number: usize) -> anyhow::Result<Connection> {
        let stream = std::net::TcpStream::connect(self.address).context("no connection")?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll
            .registry()
            .register(&mut stream, Token(number), interest)?;
        Ok(Connection {
            stream,
            sending: Vec::with_capacity(1024),
            sent: 0,
            received: Vec::with_capacity(8192),
            asked_at: None,
        })
    }

    fn run(&mut self) -> anyhow::Result<()> {
        let mut events = Events::with_capacity(1024);
        let mut heard_at = Instant::now();
        while self.under_way > 0 || !self.wakings.is_empty() {
            self.poll.poll(&mut events, Some(self.time_to_wait()))?;
            for event in &events {
                let number = event.token().0;
                if event.is_writable() {
                    self.send(number)?;
                }
                if event.is_readable() {
                    heard_at = Instant::now();
                    self.receive(number)?;
                }
            }
            self.wake()?;
            if self.under_way > 0 && heard_at.elapsed() > PATIENCE {
                self.give_up();
                return Ok(());
            }
        }
        Ok(())
    }

    fn time_to_wait(&self) -> Duration {
        match self.wakings.peek() {
            Some(Reverse((at, _))) => at.saturating_duration_since(Instant::now()),
            None => Duration::from_secs(1),
        }
    }

    fn wake(&mut self) -> anyhow::Result<()> {
        while let Some(Reverse((at, number))) = self.wakings.peek().copied() {
            if at > Instant::now() {
                break;
            }
            self.wakings.pop();
            self.go_on(number)?;
        }
        Ok(())
    }

    fn go_on(&mut self, number: usize) -> anyhow::Result<()> {
        let connection = &mut self.connections[number];
        connection.sending.clear();
        match self.load.next(number, &mut connection.sending) {
            Next::Send => {
                connection.sent = 0;
                connection.asked_at = Some(Instant::now());
                self.under_way += 1;
                self.send(number)
            }
            Next::Wait(time) => {
                self.wakings.push(Reverse((Instant::now() + time, number)));
                Ok(())
            }
            Next::Rest => Ok(()),
        }
    }

    fn send(&mut self, number: usize) -> anyhow::Result<()> {
        let connection = &mut self.connections[number];
        while connection.asked_at.is_some() && connection.sent < connection.sending.len() {
            match connection
                .stream
                .write(&connection.sending[connection.sent..])
            {
                Ok(written) => connection.sent += written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return self.reconnect(number),
            }
        }
        Ok(())
    }

    fn receive(&mut self, number: usize) -> anyhow::Result<()> {
        let mut piece = [0; 16384];
        loop {
            let connection = &mut self.connections[number];
            match connection.stream.read(&mut piece) {
                Ok(0) => return self.reconnect(number),
                Ok(length) => {
                    connection.received.extend_from_slice(&piece[..length]);
                    let closes = self.take_answer(number)?;
                    if closes {
                        return self.reconnect(number);
                    }
                    if length < piece.len() {
                        return Ok(());
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return self.reconnect(number),
            }
        }
    }

    /// Hands over the answer if it is complete; says whether the server closes the connection after it.
    fn take_answer(&mut self, number: usize) -> anyhow::Result<bool> {
        let connection = &mut self.connections[number];
        let Some((answer, length)) = wire::parse(&connection.received)? else {
            return Ok(false);
        };
        let asked_at = connection.asked_at.take();
        let took = asked_at.context("an answer came that nobody asked for")?;
        self.under_way -= 1;
        let closes = answer.closes;
        self.load.answered(number, &answer, took.elapsed())?;
        connection.received.drain(..length);
        if !closes {
            self.go_on(number)?;
        }
        Ok(closes)
    }

    /// Opens the connection anew after the server closed it.
    fn reconnect(&mut self, number: usize) -> anyhow::Result<()> {
        if self.connections[number].asked_at.is_some() {
            self.under_way -= 1;
            self.load.unanswered(number);
        }
        self.connections[number] = self.connect(number)?;
        self.go_on(number)
    }

    fn give_up(&mut self) {
        for (number, connection) in self.connections.iter().enumerate() {
            if connection.asked_at.is_some() {
                self.load.unanswered(number);
            }
        }
    }
}
