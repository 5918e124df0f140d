//! The letters in Korean. A title never takes a particle itself, since which one it takes depends on how it
//! ends.

use super::Letter;
use super::forms::Forms;
use crate::application::notices::{
    ArrivedGoods, CancelledLot, FailedPayment, LeftUnsold, LostChance, MissingGoods, NotPaid,
    Notice, OfferedLot, OverbidLot, PaidLot, RefundedLot, RefusedRegistration, SaleRegistration,
    Shipment, UnsoldLot, WithdrawnBids, WonLot,
};

pub(super) fn say(notice: &Notice, forms: &Forms<'_>) -> Letter {
    match notice {
        Notice::Overbid(lot) => overbid(lot, forms),
        Notice::Won(lot) => won(lot, forms),
        Notice::Reminder(lot) => reminder(lot, forms),
        Notice::PaymentSucceeded(lot) => payment_succeeded(lot, forms),
        Notice::PaymentFailed(payment) => payment_failed(payment, forms),
        Notice::NotPaid(lot) => not_paid(lot, forms),
        Notice::OutOfStock(goods) => out_of_stock(goods, forms),
        Notice::GoodsArrived(goods) => goods_arrived(goods, forms),
        Notice::Refunded(lot) => refunded(lot, forms),
        Notice::Shipped(shipment) => shipped(shipment, forms),
        Notice::Unsold(lot) => unsold(lot, forms),
        Notice::BidsWithdrawn(lot) => bids_withdrawn(lot, forms),
        Notice::SecondChance(lot) => second_chance(lot, forms),
        Notice::LeftUnsold(lot) => left_unsold(lot, forms),
        Notice::LotCancelled(lot) => lot_cancelled(lot, forms),
        Notice::OwnLotCancelled(lot) => own_lot_cancelled(lot, forms),
        Notice::RegistrationPending(registration) => registration_pending(registration, forms),
        Notice::RegistrationApproved(registration) => registration_approved(registration, forms),
        Notice::RegistrationRefused(registration) => registration_refused(registration, forms),
    }
}

fn overbid(lot: &OverbidLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    let letter = Letter::about(&format!("더 높은 입찰이 들어왔습니다: {title}"))
        .saying(&format!(
            "“{title}” 물품에 다른 분이 더 높은 금액으로 입찰했습니다."
        ))
        .saying("그 뒤에 다시 입찰하셨다면 따로 하실 일은 없습니다.")
        .stating("현재가", &forms.money(lot.price));
    match lot.open_until {
        Some(end) => letter
            .stating("다음 최저 입찰가", &forms.money(lot.minimum_next))
            .stating("마감", &forms.moment(end))
            .inviting("다시 입찰하기", forms.lot(lot.auction)),
        None => letter.inviting("물품 보기", forms.lot(lot.auction)),
    }
}

fn won(lot: &WonLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    let (letter, price) = if lot.second_chance {
        let letter = Letter::about(&format!("구매가 확정되었습니다: {title}")).saying(&format!(
            "제안을 수락하셔서 “{title}” 물품을 구매하시게 되었습니다."
        ));
        (letter, "구매가")
    } else {
        let letter = Letter::about(&format!("낙찰을 축하합니다: {title}"))
            .saying(&format!("축하합니다! “{title}” 물품을 낙찰받으셨습니다."));
        (letter, "낙찰가")
    };
    let letter = letter.saying("결제가 확인되는 대로 물품을 보내 드립니다.");
    asking_for_payment(letter, price, lot, forms)
}

fn reminder(lot: &WonLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    let letter = Letter::about(&format!("결제를 잊지 마세요: {title}"))
        .saying(&format!(
            "“{title}” 물품의 결제가 아직 확인되지 않았습니다."
        ))
        .saying("기한까지 결제하지 않으시면 구매가 취소됩니다.");
    let price = if lot.to_pay == lot.price {
        "결제 금액"
    } else {
        "낙찰가"
    };
    asking_for_payment(letter, price, lot, forms)
}

fn asking_for_payment(letter: Letter, price: &str, lot: &WonLot, forms: &Forms<'_>) -> Letter {
    let letter = letter.stating(price, &forms.money(lot.price));
    let letter = if lot.to_pay == lot.price {
        letter
    } else {
        letter.stating("결제 금액 (수수료·세금 포함)", &forms.money(lot.to_pay))
    };
    letter
        .stating("결제 기한", &forms.moment(lot.pay_by))
        .inviting("결제하기", forms.won_lots())
}

fn payment_succeeded(lot: &PaidLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    let letter = Letter::about(&format!("결제가 완료되었습니다: {title}"))
        .saying(&format!(
            "감사합니다. “{title}” 물품의 결제가 확인되었습니다."
        ))
        .stating("결제 금액", &forms.money(lot.amount))
        .pointing("거래명세서 보기", forms.invoices());
    if lot.awaits_address {
        letter
            .saying("배송받으실 주소가 아직 등록되지 않았습니다. 주소를 등록하시면 물품을 보내 드립니다.")
            .inviting("주소 등록하기", forms.addresses())
    } else {
        letter
            .saying("물품을 발송하면 다시 알려 드리겠습니다.")
            .inviting("배송 조회하기", forms.parcels())
    }
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
        .saying("구매가 취소되었으니 더 이상 결제하지 마시기 바랍니다.")
        .stating("결제 금액", &forms.money(lot.amount))
}

fn out_of_stock(goods: &MissingGoods, forms: &Forms<'_>) -> Letter {
    let title = &goods.title;
    let letter = match goods.expected {
        Some(day) => Letter::about(&format!("입고를 기다리고 있습니다: {title}"))
            .saying(&format!(
                "고객님 몫의 “{title}” 물품이 확보되었으나 아직 입고되지 않았습니다."
            ))
            .stating("입고 예정일", &forms.day(day)),
        None => Letter::about(&format!("재고가 없습니다: {title}"))
            .saying(&format!(
                "죄송합니다. 결제하신 “{title}” 물품의 재고가 현재 부족합니다."
            ))
            .saying("기다리시면 결제하신 순서가 그대로 유지됩니다."),
    };
    letter
        .saying(
            "입고를 기다리시거나 결제 금액을 모두 환불받으실 수 있습니다. 따로 선택하지 않으시면 입고를 기다리겠습니다.",
        )
        .inviting("대기 또는 환불 선택하기", forms.parcels())
}

fn goods_arrived(goods: &ArrivedGoods, forms: &Forms<'_>) -> Letter {
    let title = &goods.title;
    let letter = Letter::about(&format!("물품이 입고되었습니다: {title}"))
        .saying(&format!("기다려 주신 “{title}” 물품이 입고되었습니다."));
    let letter = match goods.is_fetched {
        true => letter.saying("선택하신 시간에 찾아가실 수 있습니다."),
        false => letter.saying("물품을 발송하면 다시 알려 드리겠습니다."),
    };
    letter.inviting("배송 조회하기", forms.parcels())
}

fn refunded(lot: &RefundedLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    let letter = Letter::about(&format!("결제 금액을 환불해 드립니다: {title}"))
        .saying(&format!(
            "“{title}” 물품은 재고가 없어 보내 드리지 못합니다."
        ))
        .saying("결제하신 금액을 환불해 드립니다.")
        .pointing("거래명세서 보기", forms.invoices());
    match lot.amount {
        Some(amount) => letter.stating("환불 금액", &forms.money(amount)),
        None => letter,
    }
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
    let price = forms.money(lot.price);
    let letter = if lot.missed_reserve {
        Letter::about(&format!("내정가가 충족되지 않았습니다: {title}"))
            .saying(&format!(
                "출품하신 “{title}” 물품의 경매가 끝났습니다. 내정가가 충족되지 않아 유찰되었습니다."
            ))
            .stating("종료 시 가격", &price)
    } else {
        Letter::about(&format!("유찰되었습니다: {title}"))
            .saying(&format!(
                "출품하신 “{title}” 물품의 경매가 낙찰자 없이 끝났습니다."
            ))
            .stating("시작가", &price)
    };
    letter.inviting("물품 보기", forms.lot(lot.auction))
}

fn bids_withdrawn(lot: &WithdrawnBids, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    let letter = if lot.leads {
        Letter::about(&format!("최고가 입찰자가 되셨습니다: {title}")).saying(&format!(
            "“{title}” 물품의 다른 입찰이 철회되어 현재 고객님이 최고가 입찰자입니다."
        ))
    } else {
        Letter::about(&format!("고객님의 입찰이 철회되었습니다: {title}")).saying(&format!(
            "“{title}” 물품에 대한 고객님의 입찰이 철회되었습니다. 현재 고객님은 최고가 입찰자가 아닙니다."
        ))
    };
    let letter = letter
        .stating("현재가", &forms.money(lot.price))
        .stating("다음 최저 입찰가", &forms.money(lot.minimum_next))
        .inviting("물품 보기", forms.lot(lot.auction));
    match &lot.reason {
        Some(reason) => letter.stating("사유", reason),
        None => letter,
    }
}

fn second_chance(lot: &OfferedLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("구매 기회가 다시 왔습니다: {title}"))
        .saying(&format!(
            "“{title}” 물품을 고객님의 최고 입찰가에 구매하실 수 있습니다."
        ))
        .saying("수락하시기 전에는 구매가 이루어지지 않습니다. 답하지 않으시면 제안은 기한에 자동으로 끝납니다.")
        .stating("가격", &forms.money(lot.price))
        .stating("답변 기한", &forms.moment(lot.answer_by))
        .inviting("제안에 답하기", forms.second_chance(lot.auction))
}

fn left_unsold(lot: &LeftUnsold, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    let auction = if lot.winner_did_not_pay {
        format!("출품하신 “{title}” 물품의 낙찰자가 기한까지 결제하지 않았습니다.")
    } else {
        format!("출품하신 “{title}” 물품이 경매에서 낙찰되지 않았습니다.")
    };
    let second_chance = match lot.second_chance {
        LostChance::NobodyToAsk => "구매를 제안할 다른 입찰자가 없습니다.",
        LostChance::BelowReserve => {
            "다음으로 높은 입찰가가 최저 낙찰가에 미치지 못하여 다른 입찰자에게 구매를 제안하지 않았습니다."
        }
        LostChance::Declined => "입찰자 한 분께 구매를 제안했으나 거절했습니다.",
        LostChance::NotAnswered => "입찰자 한 분께 구매를 제안했으나 기한까지 답이 없었습니다.",
        LostChance::NotPaid => {
            "입찰자 한 분이 구매 제안을 수락했으나 기한까지 결제하지 않았습니다."
        }
    };
    Letter::about(&format!("판매되지 않았습니다: {title}"))
        .saying(&auction)
        .saying(second_chance)
        .saying("따라서 물품은 판매되지 않았습니다. 다시 출품하실 수 있습니다.")
        .inviting("물품 보기", forms.lot(lot.auction))
}

fn lot_cancelled(lot: &CancelledLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("경매가 취소되었습니다: {title}"))
        .saying(&format!(
            "입찰하신 “{title}” 물품의 경매가 마감 전에 취소되었습니다."
        ))
        .saying("물품은 판매되지 않으며, 결제하실 금액은 없습니다.")
        .stating("사유", &lot.reason)
        .inviting("물품 보기", forms.lot(lot.auction))
}

fn own_lot_cancelled(lot: &CancelledLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("출품하신 경매가 취소되었습니다: {title}"))
        .saying(&format!(
            "출품하신 “{title}” 물품의 경매가 마감 전에 취소되어 모든 입찰이 무효가 되었습니다."
        ))
        .stating("사유", &lot.reason)
        .inviting("물품 보기", forms.lot(lot.auction))
}

fn registration_pending(registration: &SaleRegistration, forms: &Forms<'_>) -> Letter {
    let title = &registration.title;
    Letter::about(&format!("경매 등록을 접수했습니다: {title}"))
        .saying(&format!("“{title}” 경매에 등록하셨습니다."))
        .saying("등록이 승인되면 입찰하실 수 있습니다. 승인되면 다시 알려 드리겠습니다.")
        .stating("패들 번호", &registration.paddle.to_string())
        .inviting("경매 보기", forms.sale(registration.sale))
}

fn registration_approved(registration: &SaleRegistration, forms: &Forms<'_>) -> Letter {
    let title = &registration.title;
    Letter::about(&format!("입찰하실 수 있습니다: {title}"))
        .saying(&format!(
            "“{title}” 경매의 등록이 승인되었습니다. 이 경매의 모든 물품에 입찰하실 수 있습니다."
        ))
        .stating("패들 번호", &registration.paddle.to_string())
        .inviting("경매 보기", forms.sale(registration.sale))
}

fn registration_refused(registration: &RefusedRegistration, forms: &Forms<'_>) -> Letter {
    let title = &registration.title;
    Letter::about(&format!("경매 등록이 승인되지 않았습니다: {title}"))
        .saying(&format!(
            "“{title}” 경매의 등록이 승인되지 않아 이 경매에 입찰하실 수 없습니다."
        ))
        .stating("사유", &registration.reason)
        .inviting("경매 보기", forms.sale(registration.sale))
}
