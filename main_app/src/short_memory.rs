//! What was read a moment ago, kept for those who ask for the same again.
//!
//! A [`ShortMemory`] stands in front of a read for speed, never for truth: an answer is given again for a
//! very short time only, and whoever changes what it tells makes this process
//! [`forget`](ShortMemory::forget) it right after the commit. Other processes learn of the change when the
//! time is over. No decision is made from what is remembered.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::OnceCell;

/// An answer, as soon as it is there; nothing when the read failed.
type Answer<V> = Arc<OnceCell<Option<V>>>;

/// Answers by key, each good for a short time. Those who ask for the same at once share one read.
#[derive(Debug)]
pub struct ShortMemory<K, V> {
    time: TimeDelta,
    most: usize,
    generations: Mutex<Generations<K, V>>,
}

/// What was asked lately, and what was asked before that. The older half is dropped as a whole, so that
/// nothing has to be searched for what is over.
#[derive(Debug)]
struct Generations<K, V> {
    young: HashMap<K, Asked<V>>,
    old: HashMap<K, Asked<V>>,
    since: DateTime<Utc>,
}

#[derive(Debug)]
struct Asked<V> {
    /// When somebody asked, which is before the database was read: age counts from here.
    at: DateTime<Utc>,
    answer: Answer<V>,
}

impl<K: Hash + Eq + Clone, V: Clone> ShortMemory<K, V> {
    /// A memory that gives an answer again for a time, and keeps at most twice so many. No time: it
    /// remembers nothing.
    pub fn new(time: TimeDelta, most: usize) -> Self {
        Self {
            time,
            most,
            generations: Mutex::new(Generations {
                young: HashMap::new(),
                old: HashMap::new(),
                since: DateTime::UNIX_EPOCH,
            }),
        }
    }

    /// Whether anything is remembered at all.
    pub fn is_on(&self) -> bool {
        self.time > TimeDelta::zero()
    }

    /// The answer to a question that is asked now: the one given a moment ago, or the one that is being
    /// read, or else what `read` finds. What fails is not remembered, and those who waited for it read for
    /// themselves.
    pub async fn get<E, F>(
        &self,
        key: &K,
        now: DateTime<Utc>,
        read: impl FnOnce() -> F,
    ) -> Result<V, E>
    where
        F: Future<Output = Result<V, E>>,
    {
        if !self.is_on() {
            return read().await;
        }
        let answer = self.answer(key, now);
        if let Some(Some(known)) = answer.get() {
            return Ok(known.clone());
        }
        let (mut read, mut failure) = (Some(read), None);
        let found = answer.get_or_init(|| {
            let read = read.take();
            let failure = &mut failure;
            async move {
                match read?().await {
                    Ok(value) => Some(value),
                    Err(error) => {
                        *failure = Some(error);
                        None
                    }
                }
            }
        });
        let found = found.await.clone();
        if let Some(failure) = failure {
            self.drop_answer(key, &answer);
            return Err(failure);
        }
        match (found, read) {
            (Some(value), _) => Ok(value),
            (None, Some(read)) => read().await,
            (None, None) => unreachable!("a read that found nothing has failed"),
        }
    }

    /// Forgets one answer. Also an answer that is being read now is for those only who asked before.
    pub fn forget(&self, key: &K) {
        let mut kept = self.lock();
        kept.young.remove(key);
        kept.old.remove(key);
    }

    /// Forgets the answers that a change touches, and all that are being read now.
    pub fn forget_if(&self, touched: impl Fn(&V) -> bool) {
        let stays = |_: &K, asked: &mut Asked<V>| match asked.answer.get() {
            Some(Some(value)) => !touched(value),
            Some(None) | None => false,
        };
        let mut kept = self.lock();
        kept.young.retain(stays);
        kept.old.retain(stays);
    }

    /// Forgets everything.
    pub fn forget_all(&self) {
        let mut kept = self.lock();
        kept.young.clear();
        kept.old.clear();
    }

    fn answer(&self, key: &K, now: DateTime<Utc>) -> Answer<V> {
        let mut kept = self.lock();
        let known = kept.young.get(key).or_else(|| kept.old.get(key));
        // A clock that is set back must not make an answer last.
        if let Some(asked) = known.filter(|asked| (now - asked.at).abs() < self.time) {
            return Arc::clone(&asked.answer);
        }
        if kept.young.len() >= self.most || (now - kept.since).abs() >= self.time {
            kept.old = std::mem::take(&mut kept.young);
            kept.since = now;
        }
        let answer = Answer::default();
        let asked = Asked {
            at: now,
            answer: Arc::clone(&answer),
        };
        kept.young.insert(key.clone(), asked);
        answer
    }

    /// Takes one very answer away; another that came in its place stays.
    fn drop_answer(&self, key: &K, answer: &Answer<V>) {
        let mut kept = self.lock();
        let Generations { young, old, .. } = &mut *kept;
        for generation in [young, old] {
            let known = generation.get(key);
            if known.is_some_and(|asked| Arc::ptr_eq(&asked.answer, answer)) {
                generation.remove(key);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Generations<K, V>> {
        self.generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "short_memory/tests.rs"]
mod tests;
