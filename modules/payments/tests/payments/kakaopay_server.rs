//! A server in KakaoPay's place, written from its public description: it keeps transactions, and refuses
//! unknown, missing or malformed fields.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use payments::GatewaySettings;
use serde_json::{Map, Value, json};
use tokio::runtime::{Builder, Runtime};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::kakaopay_fields::{APPROVE, CANCEL, Field, ORDER, READY, fault};

pub const SECRET: &str = "DEV_never_to_be_seen";
pub const CID: &str = "TC0ONETIME";
const TIMEOUT: Duration = Duration::from_secs(2);

/// How the next request to a place goes wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It is carried out, and the answer comes after the client's time-out.
    AnswerIsLost,
    /// It is not carried out: 500.
    Breaks,
    /// A method of payment refuses: 400.
    Declined,
}

struct Transaction {
    order: String,
    user: String,
    total: i64,
    cancelled: i64,
    status: &'static str,
    proof: Option<String>,
    actions: Vec<Value>,
}

#[derive(Default)]
struct Books {
    transactions: HashMap<String, Transaction>,
    troubles: Vec<(&'static str, Trouble)>,
    actions: usize,
}

#[derive(Clone, Default)]
struct Fake(Arc<Mutex<Books>>);

pub struct KakaoPayServer {
    runtime: Runtime,
    server: MockServer,
    fake: Fake,
}

impl KakaoPayServer {
    pub fn start() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let server = runtime.block_on(MockServer::start());
        let fake = Fake::default();
        let mock = Mock::given(any()).respond_with(fake.clone());
        runtime.block_on(mock.mount(&server));
        Self {
            runtime,
            server,
            fake,
        }
    }

    pub fn settings(&self) -> GatewaySettings {
        self.settings_with(SECRET)
    }

    pub fn settings_with(&self, secret: &str) -> GatewaySettings {
        GatewaySettings::KakaoPay {
            base_url: self.address(),
            secret_key: secret.to_owned().into(),
            cid: CID.to_owned(),
            timeout: TIMEOUT,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> String {
        self.server.uri()
    }

    /// The payer confirms at KakaoPay, and comes back with what this returns.
    pub fn confirms(&self, tid: &str) -> String {
        let mut books = self.fake.0.lock().unwrap();
        let transaction = books.transactions.get_mut(tid).unwrap();
        let proof = format!("pg{}", &tid[1..]);
        transaction.status = "AUTH_PASSWORD";
        transaction.proof = Some(proof.clone());
        proof
    }

    /// The next request to `ready`, `approve`, `cancel` or `order` goes wrong.
    pub fn troubles(&self, place: &'static str, trouble: Trouble) {
        let mut books = self.fake.0.lock().unwrap();
        books.troubles.push((place, trouble));
    }

    /// Sets a transaction's state, as if something had happened at KakaoPay.
    pub fn becomes(&self, tid: &str, status: &'static str) {
        let mut books = self.fake.0.lock().unwrap();
        books.transactions.get_mut(tid).unwrap().status = status;
    }

    /// Somebody gives money back in KakaoPay's own pages.
    pub fn gives_back_by_hand(&self, tid: &str, amount: i64) {
        let mut books = self.fake.0.lock().unwrap();
        let transaction = books.transactions.get_mut(tid).unwrap();
        transaction.cancelled += amount;
        transaction.status = "PART_CANCEL_PAYMENT";
    }

    /// The name of the only transaction.
    pub fn only_transaction(&self) -> String {
        let books = self.fake.0.lock().unwrap();
        let mut names = books.transactions.keys();
        names.next().unwrap().clone()
    }

    /// How many won of all transactions have been taken and not given back.
    pub fn kept(&self) -> i64 {
        let books = self.fake.0.lock().unwrap();
        let kept = books.transactions.values().map(|one| match one.status {
            "SUCCESS_PAYMENT" | "PART_CANCEL_PAYMENT" | "CANCEL_PAYMENT" => {
                one.total - one.cancelled
            }
            _ => 0,
        });
        kept.sum()
    }

    /// Sends something of the test's own and gives back the status and the body.
    pub fn says_to(&self, place: &str, authorization: &str, body: &Value) -> (u16, Value) {
        let body = body.to_string();
        let mut line = TcpStream::connect(self.server.address()).unwrap();
        write!(
            line,
            "POST /online/v1/payment/{place} HTTP/1.1\r\nHost: kakao\r\nConnection: close\r\n\
             Authorization: {authorization}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap())
    }

    /// The last words of everything that was asked, in order.
    pub fn asked(&self) -> Vec<String> {
        let requests = self.requests().into_iter();
        let last = |request: Request| request.url.path().rsplit('/').next().unwrap().to_owned();
        requests.map(last).collect()
    }

    pub fn requests(&self) -> Vec<Request> {
        let received = self.runtime.block_on(self.server.received_requests());
        received.unwrap()
    }
}

impl Respond for Fake {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let place = request.url.path().strip_prefix("/online/v1/payment/");
        let authorization = request.headers.get("Authorization");
        let key = authorization.and_then(|value| value.to_str().ok());
        if key != Some(format!("SECRET_KEY {SECRET}").as_str()) {
            let key = key.unwrap_or_default();
            return complaint(401, -401, &format!("invalid authorization: {key}"), None);
        }
        let json = request.headers.get("Content-Type");
        if request.method != "POST" || json.is_none_or(|kind| kind != "application/json") {
            return complaint(415, -415, "unsupported media type", None);
        }
        let Ok(Value::Object(body)) = serde_json::from_slice(&request.body) else {
            return complaint(400, -400, "the body is no JSON object", None);
        };
        let mut books = self.0.lock().unwrap();
        match place {
            Some("ready") => books.answer("ready", &READY, &body, Books::ready),
            Some("approve") => books.answer("approve", &APPROVE, &body, Books::approve),
            Some("cancel") => books.answer("cancel", &CANCEL, &body, Books::cancel),
            Some("order") => books.answer("order", &ORDER, &body, |books, body| books.order(body)),
            Some(_) | None => complaint(404, -404, "no such place", None),
        }
    }
}

impl Books {
    fn answer(
        &mut self,
        place: &'static str,
        fields: &[Field],
        body: &Map<String, Value>,
        carry_out: impl FnOnce(&mut Self, &Map<String, Value>) -> ResponseTemplate,
    ) -> ResponseTemplate {
        if let Some(fault) = fault(fields, body) {
            return complaint(400, -400, &fault, None);
        }
        if text(body, "cid") != CID {
            return complaint(400, -401, "unknown cid", None);
        }
        let mut troubles = self.troubles.iter();
        match troubles.position(|(where_to, _)| *where_to == place) {
            None => carry_out(self, body),
            Some(at) => match self.troubles.remove(at).1 {
                Trouble::AnswerIsLost => carry_out(self, body).set_delay(TIMEOUT * 5),
                Trouble::Breaks => complaint(500, -500, "internal error", None),
                Trouble::Declined => {
                    if let Some(transaction) = self.transactions.get_mut(text(body, "tid"))
                        && place == "approve"
                    {
                        transaction.status = "FAIL_PAYMENT";
                    }
                    let why = ("LACK_BALANCE", "the balance is too small");
                    complaint(400, -780, "approval failure!", Some(why))
                }
            },
        }
    }

    fn ready(&mut self, body: &Map<String, Value>) -> ResponseTemplate {
        let tid = format!("T{:019}", self.transactions.len() + 1);
        let transaction = Transaction {
            order: text(body, "partner_order_id").to_owned(),
            user: text(body, "partner_user_id").to_owned(),
            total: number(body, "total_amount"),
            cancelled: 0,
            status: "READY",
            proof: None,
            actions: Vec::new(),
        };
        self.transactions.insert(tid.clone(), transaction);
        ResponseTemplate::new(200).set_body_json(json!({
            "tid": tid,
            "tms_result": false,
            "next_redirect_app_url": format!("https://kakaopay.example/{tid}/app"),
            "next_redirect_mobile_url": format!("https://kakaopay.example/{tid}/mobile"),
            "next_redirect_pc_url": format!("https://kakaopay.example/{tid}/pc"),
            "android_app_scheme": "kakaotalk://kakaopay/pg",
            "ios_app_scheme": "kakaotalk://kakaopay/pg",
            "created_at": "2026-11-21T12:00:00",
        }))
    }

    fn approve(&mut self, body: &Map<String, Value>) -> ResponseTemplate {
        let aid = self.next_action();
        let Some(transaction) = self.transactions.get_mut(text(body, "tid")) else {
            return complaint(400, -721, "unknown tid", None);
        };
        let same = transaction.order == text(body, "partner_order_id")
            && transaction.user == text(body, "partner_user_id")
            && body
                .get("total_amount")
                .is_none_or(|total| total == transaction.total);
        if !same {
            return complaint(400, -400, "not what was prepared", None);
        }
        match transaction.status {
            "AUTH_PASSWORD" => {}
            "SUCCESS_PAYMENT" | "PART_CANCEL_PAYMENT" | "CANCEL_PAYMENT" => {
                return complaint(400, -702, "payment is already done!", None);
            }
            _ => return complaint(400, -701, "the payer has not confirmed", None),
        }
        if transaction.proof.as_deref() != Some(text(body, "pg_token")) {
            return complaint(400, -400, "pg_token does not fit", None);
        }
        transaction.status = "SUCCESS_PAYMENT";
        transaction.act(&aid, "PAYMENT", transaction.total, body);
        let mut answer = transaction.shown(text(body, "tid"));
        answer["aid"] = json!(aid);
        ResponseTemplate::new(200).set_body_json(answer)
    }

    fn cancel(&mut self, body: &Map<String, Value>) -> ResponseTemplate {
        let aid = self.next_action();
        let Some(transaction) = self.transactions.get_mut(text(body, "tid")) else {
            return complaint(400, -721, "unknown tid", None);
        };
        if !matches!(
            transaction.status,
            "SUCCESS_PAYMENT" | "PART_CANCEL_PAYMENT"
        ) {
            return complaint(400, -781, "nothing to cancel", None);
        }
        let left = transaction.total - transaction.cancelled;
        let amount = number(body, "cancel_amount");
        if body
            .get("cancel_available_amount")
            .is_some_and(|known| known != left)
        {
            return complaint(400, -722, "the cancellable amount is another", None);
        }
        if amount == 0 || amount > left {
            return complaint(400, -723, "more than is left", None);
        }
        transaction.cancelled += amount;
        transaction.status = match transaction.cancelled == transaction.total {
            true => "CANCEL_PAYMENT",
            false => "PART_CANCEL_PAYMENT",
        };
        transaction.act(&aid, "CANCEL", amount, body);
        let mut answer = transaction.shown(text(body, "tid"));
        answer["aid"] = json!(aid);
        answer["approved_cancel_amount"] = amounts(amount);
        ResponseTemplate::new(200).set_body_json(answer)
    }

    fn order(&self, body: &Map<String, Value>) -> ResponseTemplate {
        let tid = text(body, "tid");
        match self.transactions.get(tid) {
            Some(transaction) => ResponseTemplate::new(200).set_body_json(transaction.shown(tid)),
            None => complaint(400, -721, "unknown tid", None),
        }
    }

    fn next_action(&mut self) -> String {
        self.actions += 1;
        format!("A{:019}", self.actions)
    }
}

impl Transaction {
    fn act(&mut self, aid: &str, kind: &str, amount: i64, body: &Map<String, Value>) {
        let mut action = json!({
            "aid": aid, "approved_at": "2026-11-21T12:01:00", "amount": amount, "point_amount": 0,
            "discount_amount": 0, "green_deposit": 0, "payment_action_type": kind,
        });
        if let Some(payload) = body.get("payload") {
            action["payload"] = payload.clone();
        }
        self.actions.push(action);
    }

    fn shown(&self, tid: &str) -> Value {
        json!({
            "tid": tid, "cid": CID, "status": self.status, "partner_order_id": self.order,
            "partner_user_id": self.user, "payment_method_type": "MONEY", "item_name": "A lamp",
            "quantity": 1, "amount": amounts(self.total), "canceled_amount": amounts(self.cancelled),
            "cancel_available_amount": amounts(self.total - self.cancelled),
            "created_at": "2026-11-21T12:00:00", "payment_action_details": self.actions,
        })
    }
}

fn amounts(total: i64) -> Value {
    json!({"total": total, "tax_free": 0, "vat": 0, "point": 0, "discount": 0, "green_deposit": 0})
}

fn text<'b>(body: &'b Map<String, Value>, name: &str) -> &'b str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn number(body: &Map<String, Value>, name: &str) -> i64 {
    body.get(name).and_then(Value::as_i64).unwrap_or_default()
}

fn complaint(
    status: u16,
    code: i64,
    message: &str,
    method: Option<(&str, &str)>,
) -> ResponseTemplate {
    let mut body = json!({"error_code": code, "error_message": message});
    if let Some((code, message)) = method {
        body["extras"] = json!({"method_result_code": code, "method_result_message": message});
    }
    ResponseTemplate::new(status).set_body_json(body)
}
