//! Answers to choose: yes and no, one or several of some, a point on a scale, why there is none.

use crate::{
    app::screens::clinic::control::{Control, ControlId, ControlKind, Pick},
    clinic::{Field, OptionView, Value, WhyMissing},
};

pub(super) fn yes_or_no(field: &Field) -> ControlKind {
    let option = |code: &str, text: &str, value| Pick {
        code: code.to_owned(),
        text: text.to_owned(),
        definition: String::new(),
        chosen: field.value == Some(Value::Boolean(value)),
    };
    ControlKind::Pick {
        options: vec![option("yes", "Yes", true), option("no", "No", false)],
        many: false,
        in_a_row: true,
    }
}

pub(super) fn pick(options: &[OptionView], field: &Field, many: bool) -> ControlKind {
    let chosen = |code: &String| match &field.value {
        Some(Value::Choice(one)) => one == code,
        Some(Value::Choices(several)) => several.contains(code),
        _ => false,
    };
    let short: usize = options.iter().map(|option| option.text.chars().count() + 6).sum();
    let plain = options.iter().all(|option| option.definition.is_empty());
    ControlKind::Pick {
        options: options
            .iter()
            .map(|option| Pick {
                code: option.code.clone(),
                text: option.text.clone(),
                definition: option.definition.clone(),
                chosen: chosen(&option.code),
            })
            .collect(),
        many,
        in_a_row: plain && short <= 50,
    }
}

pub(super) fn scale(min: i64, max: i64, points: &[OptionView], field: &Field) -> ControlKind {
    let named = |number: i64| points.iter().find(|point| point.code == number.to_string());
    let options = (min..=max.min(min.saturating_add(20)))
        .map(|number| Pick {
            code: number.to_string(),
            text: named(number)
                .map_or(number.to_string(), |point| format!("{number} {}", point.text)),
            definition: String::new(),
            chosen: field.value == Some(Value::Integer(number)),
        })
        .collect();
    ControlKind::Pick { options, many: false, in_a_row: true }
}

/// In place of an answer: why there is none.
pub(super) fn why_missing(field: &Field, out: &mut Vec<Control>) {
    let options = WhyMissing::ALL.map(|why| Pick {
        code: why.code().to_owned(),
        text: why.title().to_owned(),
        definition: String::new(),
        chosen: field.value == Some(Value::Missing(why)),
    });
    let kind = ControlKind::Pick { options: options.to_vec(), many: false, in_a_row: true };
    let id = ControlId::WhyMissing(field.slot.clone());
    out.push(Control::new(id, "Or choose why there is no answer", kind).depth(field.depth + 1));
}
