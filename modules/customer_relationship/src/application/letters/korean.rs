//! The letters in Korean. A title never takes a particle itself, since which one it takes depends on how it
//! ends.

use super::Letter;
use super::forms::Forms;
use crate::application::notices::{
    FailedPayment, NotPaid, Notice, OverbidLot, PaidLot, Shipment, UnsoldLot, WithdrawnBids, WonLot,
};

pub(super) fn say(notice: &Notice, forms: &Forms<'_>) -> Letter {
    match notice {
        Notice::Overbid(lot) => overbid(lot, forms),
        Notice::Won(lot) => won(lot, forms),
        Notice::Reminder(lot) => reminder(lot, forms),
        Notice::PaymentSucceeded(lot) => payment_succeeded(lot, forms),
        Notice::PaymentFailed(payment) => payment_failed(payment, forms),
        Notice::NotPaid(lot) => not_paid(lot, forms),
        Notice::Shipped(shipment) => shipped(shipment, forms),
        Notice::Unsold(lot) => unsold(lot, forms),
        Notice::BidsWithdrawn(lot) => bids_withdrawn(lot, forms),
    }
}

fn overbid(lot: &OverbidLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("더 높은 입찰이 들어왔습니다: {title}"))
        .saying(&format!(
            "“{title}” 물품에 다른 분이 더 높은 금액으로 입찰했습니다."
        ))
        .stating("현재가", &forms.money(lot.price))
        .stating("다음 최저 입찰가", &forms.money(lot.minimum_next))
        .stating("마감", &forms.moment(lot.ends_at))
        .inviting("다시 입찰하기", forms.lot(lot.auction))
}

fn won(lot: &WonLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("낙찰을 축하합니다: {title}"))
        .saying(&format!("축하합니다! “{title}” 물품을 낙찰받으셨습니다."))
        .saying("결제가 확인되는 대로 물품을 보내 드립니다.")
        .stating("낙찰가", &forms.money(lot.price))
        .stating("결제 기한", &forms.moment(lot.pay_by))
        .inviting("결제하기", forms.won_lots())
}

fn reminder(lot: &WonLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("결제를 잊지 마세요: {title}"))
        .saying(&format!(
            "낙찰받으신 “{title}” 물품의 결제가 아직 확인되지 않았습니다."
        ))
        .saying("기한까지 결제하지 않으시면 낙찰이 취소됩니다.")
        .stating("낙찰가", &forms.money(lot.price))
        .stating("결제 기한", &forms.moment(lot.pay_by))
        .inviting("결제하기", forms.won_lots())
}

fn payment_succeeded(lot: &PaidLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("결제가 완료되었습니다: {title}"))
        .saying(&format!(
            "감사합니다. “{title}” 물품의 결제가 확인되었습니다."
        ))
        .saying("물품을 발송하면 다시 알려 드리겠습니다.")
        .stating("결제 금액", &forms.money(lot.amount))
}

fn payment_failed(payment: &FailedPayment, forms: &Forms<'_>) -> Letter {
    let title = &payment.title;
    Letter::about(&format!("결제에 실패했습니다: {title}"))
        .saying(&format!("“{title}” 물품의 결제가 처리되지 않았습니다."))
        .saying("다시 시도하시거나 다른 카드로 결제해 주세요.")
        .stating("결제 금액", &forms.money(payment.amount))
        .stating("사유", &payment.reason)
        .stating("결제 기한", &forms.moment(payment.pay_by))
        .inviting("다시 결제하기", forms.won_lots())
}

fn not_paid(lot: &NotPaid, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("결제 기한이 지났습니다: {title}"))
        .saying(&format!(
            "“{title}” 물품의 결제가 기한까지 확인되지 않았습니다."
        ))
        .saying("낙찰이 취소되었으니 더 이상 결제하지 마시기 바랍니다.")
        .stating("결제 금액", &forms.money(lot.amount))
}

fn shipped(shipment: &Shipment, forms: &Forms<'_>) -> Letter {
    let title = &shipment.title;
    Letter::about(&format!("물품을 발송했습니다: {title}"))
        .saying(&format!("“{title}” 물품을 보내 드렸습니다."))
        .stating("택배사", &shipment.carrier)
        .stating("운송장 번호", &shipment.tracking_number)
        .inviting("배송 조회하기", forms.parcels())
}

fn unsold(lot: &UnsoldLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("유찰되었습니다: {title}"))
        .saying(&format!(
            "출품하신 “{title}” 물품의 경매가 낙찰자 없이 끝났습니다."
        ))
        .stating("시작가", &forms.money(lot.starting_price))
        .inviting("물품 보기", forms.lot(lot.auction))
}

fn bids_withdrawn(lot: &WithdrawnBids, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    let standing = if lot.leads {
        "현재 고객님이 최고가 입찰자입니다."
    } else {
        "현재 고객님은 최고가 입찰자가 아닙니다."
    };
    let letter = Letter::about(&format!("입찰이 철회되었습니다: {title}"))
        .saying(&format!("“{title}” 물품의 입찰이 철회되었습니다."))
        .saying(standing)
        .stating("현재가", &forms.money(lot.price))
        .stating("다음 최저 입찰가", &forms.money(lot.minimum_next))
        .inviting("물품 보기", forms.lot(lot.auction));
    match &lot.reason {
        Some(reason) => letter.stating("사유", reason),
        None => letter,
    }
}
