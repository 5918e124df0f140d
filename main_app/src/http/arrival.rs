//! When a request has arrived: with its last byte, however slowly that was sent.
//!
//! The gate takes in the body while the handler still asks who sends it, so that the moment of the last byte
//! is the moment when it came, and not the one when somebody wanted to read it.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, Ready, poll_fn, ready};
use std::io;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chrono::{DateTime, Utc};
use foundation::Clock;
use futures_util::{Stream, StreamExt};
use tokio::time::{Sleep, sleep};

use super::errors::{BAD_REQUEST, TOO_SLOW};
use super::problem::Problem;

/// As much of a body is taken in before its reader asks for it: all of any that is read at all.
const AHEAD: usize = 64 * 1024;

/// When the request entered the house; this decides whether a bid is in time. Clones share it.
#[derive(Debug, Clone)]
pub struct ArrivedAt(Rc<Cell<DateTime<Utc>>>);

impl ArrivedAt {
    /// A request of which the head is there.
    pub(super) fn with_its_head(now: DateTime<Utc>) -> Self {
        Self(Rc::new(Cell::new(now)))
    }

    /// When the last byte came of what there is of the request. Whoever reads the body asks after that.
    pub fn at(&self) -> DateTime<Utc> {
        self.0.get()
    }

    /// The stamp of a request.
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let stamp = request.extensions().get().cloned();
        stamp.ok_or_else(Problem::internal)
    }
}

impl FromRequest for ArrivedAt {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

/// A body on its way in: taken in by the gate, read by the handler.
#[derive(Clone)]
pub(super) struct Incoming(Rc<RefCell<Intake>>);

struct Intake {
    payload: Payload,
    /// What came and was not read yet.
    kept: VecDeque<Result<Bytes, PayloadError>>,
    size: usize,
    over: bool,
    /// Whether there was a moment at which the body was not complete.
    waited: bool,
    arrived: ArrivedAt,
    clock: Arc<dyn Clock>,
    limit: Duration,
    limit_is_over: Pin<Box<Sleep>>,
    reader: Option<Waker>,
}

impl Incoming {
    /// Puts itself between a request and its body, which is to be complete within a time.
    pub(super) fn of(
        request: &mut ServiceRequest,
        arrived: ArrivedAt,
        clock: Arc<dyn Clock>,
        limit: Duration,
    ) -> Option<Self> {
        let payload = request.take_payload();
        if matches!(payload, Payload::None) {
            return None;
        }
        let intake = Self::over(payload, arrived, clock, limit);
        request.set_payload(Payload::Stream {
            payload: Box::pin(intake.clone()),
        });
        Some(intake)
    }

    fn over(payload: Payload, arrived: ArrivedAt, clock: Arc<dyn Clock>, limit: Duration) -> Self {
        Self(Rc::new(RefCell::new(Intake {
            payload,
            kept: VecDeque::new(),
            size: 0,
            over: false,
            waited: false,
            arrived,
            clock,
            limit,
            limit_is_over: Box::pin(sleep(limit)),
            reader: None,
        })))
    }

    /// Takes the body in while the request is answered.
    pub(super) async fn while_answered<T>(self, answering: impl Future<Output = T>) -> T {
        let mut answering = pin!(answering);
        poll_fn(|cx| {
            self.0.borrow_mut().take_in(cx);
            answering.as_mut().poll(cx)
        })
        .await
    }
}

impl Intake {
    fn take_in(&mut self, cx: &mut Context<'_>) {
        while !self.over && self.size < AHEAD {
            let Poll::Ready(chunk) = self.poll_payload(cx) else {
                return;
            };
            if let Some(chunk) = chunk {
                self.size += chunk.as_ref().map_or(0, Bytes::len);
                self.kept.push_back(chunk);
            }
            if let Some(reader) = self.reader.take() {
                reader.wake();
            }
        }
    }

    fn poll_payload(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, PayloadError>>> {
        let polled = self.payload.poll_next_unpin(cx);
        match &polled {
            Poll::Pending => self.waited = true,
            Poll::Ready(Some(Ok(_))) => {}
            Poll::Ready(Some(Err(_))) => self.over = true,
            Poll::Ready(None) => {
                self.over = true;
                if self.waited {
                    self.arrived.0.set(self.clock.now());
                }
            }
        }
        polled
    }

    fn too_slow(&self) -> PayloadError {
        let seconds = self.limit.as_secs();
        let rule = format!("A body must be here {seconds} seconds after its head.");
        PayloadError::Io(io::Error::new(io::ErrorKind::TimedOut, rule))
    }
}

impl Stream for Incoming {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut intake = self.0.borrow_mut();
        if let Some(chunk) = intake.kept.pop_front() {
            intake.size -= chunk.as_ref().map_or(0, Bytes::len);
            return Poll::Ready(Some(chunk));
        }
        if intake.over {
            return Poll::Ready(None);
        }
        let polled = intake.poll_payload(cx);
        if polled.is_pending() {
            if intake.limit_is_over.as_mut().poll(cx).is_ready() {
                intake.over = true;
                return Poll::Ready(Some(Err(intake.too_slow())));
            }
            intake.reader = Some(cx.waker().clone());
        }
        polled
    }
}

/// What is wrong with a body that did not come to its end.
pub(crate) fn broken_off(error: &PayloadError) -> Problem {
    if let PayloadError::Io(error) = error
        && error.kind() == io::ErrorKind::TimedOut
    {
        return Problem::new(TOO_SLOW, error);
    }
    Problem::new(BAD_REQUEST, error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_http::h1;
    use actix_web::rt;
    use chrono::TimeDelta;
    use foundation::testing::FixedClock;

    const CHUNK: &[u8] = b"half of it";

    /// A request whose head is there.
    fn request(clock: &FixedClock, body: h1::Payload) -> (ArrivedAt, Incoming) {
        let arrived = ArrivedAt::with_its_head(clock.now());
        let clock = Arc::new(clock.clone());
        let limit = Duration::from_secs(60);
        let body = Incoming::over(body.into(), arrived.clone(), clock, limit);
        (arrived, body)
    }

    /// Lets whoever else has something to do go on.
    async fn for_a_moment() {
        tokio::task::yield_now().await;
    }

    #[test]
    fn the_last_byte_counts_and_neither_the_head_nor_when_it_is_read() {
        rt::System::new().block_on(async {
            let clock = FixedClock::default();
            let (mut sender, body) = h1::Payload::create(false);
            let (arrived, body) = request(&clock, body);
            let expected = clock.now() + TimeDelta::seconds(2);
            let handler = body.clone();
            let read = body.while_answered(async {
                for_a_moment().await;
                clock.advance(TimeDelta::seconds(1));
                sender.feed_data(Bytes::from_static(CHUNK));
                for_a_moment().await;
                clock.advance(TimeDelta::seconds(1));
                sender.feed_eof();
                for_a_moment().await;
                clock.advance(TimeDelta::hours(1));
                handler.map(Result::unwrap).collect::<Vec<_>>().await
            });
            assert_eq!(read.await, [CHUNK]);
            assert_eq!(arrived.at(), expected);
        });
    }

    #[test]
    fn a_body_that_comes_with_its_head_came_with_its_head() {
        rt::System::new().block_on(async {
            let clock = FixedClock::default();
            let (mut sender, body) = h1::Payload::create(false);
            let (arrived, body) = request(&clock, body);
            let expected = clock.now();
            clock.advance(TimeDelta::seconds(1));
            sender.feed_data(Bytes::from_static(CHUNK));
            sender.feed_eof();
            let handler = body.clone();
            let read = body.while_answered(handler.map(Result::unwrap).collect::<Vec<_>>());
            assert_eq!(read.await, [CHUNK]);
            assert_eq!(arrived.at(), expected);
        });
    }

    #[test]
    fn no_more_is_taken_in_than_is_ever_read() {
        rt::System::new().block_on(async {
            let (mut sender, body) = h1::Payload::create(false);
            let (_, body) = request(&FixedClock::default(), body);
            let piece = Bytes::from(vec![b'x'; AHEAD / 2]);
            for _ in 0..5 {
                sender.feed_data(piece.clone());
            }
            sender.feed_eof();
            let handler = body.clone();
            let read = body.while_answered(async {
                assert_eq!(handler.0.borrow().kept.len(), 2);
                handler
                    .map(|chunk| chunk.unwrap().len())
                    .collect::<Vec<_>>()
                    .await
            });
            assert_eq!(read.await, [AHEAD / 2; 5]);
        });
    }
}
