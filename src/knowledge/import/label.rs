//! The numbers of lists as they are printed: `3`, `c`, `iii`.

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberForm {
    Decimal,
    /// With a zero before a single digit.
    DecimalZero,
    LowerLetter,
    UpperLetter,
    LowerRoman,
    UpperRoman,
    /// `1st`.
    Ordinal,
    /// Not at all.
    Nothing,
}

impl NumberForm {
    /// The form by its name in a word processor's document; `None` for a bullet.
    pub(super) fn of_word(name: &str) -> Option<Self> {
        Some(match name {
            "bullet" => return None,
            "none" => Self::Nothing,
            "decimalZero" => Self::DecimalZero,
            "lowerLetter" => Self::LowerLetter,
            "upperLetter" => Self::UpperLetter,
            "lowerRoman" => Self::LowerRoman,
            "upperRoman" => Self::UpperRoman,
            "ordinal" => Self::Ordinal,
            _ => Self::Decimal,
        })
    }

    /// The form by the attribute or the style of a list on a page; `None` for a bullet.
    pub(super) fn of_page(name: &str) -> Option<Self> {
        Some(match name {
            "a" | "lower-alpha" | "lower-latin" => Self::LowerLetter,
            "A" | "upper-alpha" | "upper-latin" => Self::UpperLetter,
            "i" | "lower-roman" => Self::LowerRoman,
            "I" | "upper-roman" => Self::UpperRoman,
            "decimal-leading-zero" => Self::DecimalZero,
            "none" => Self::Nothing,
            "disc" | "circle" | "square" => return None,
            _ => Self::Decimal,
        })
    }
}

/// A number in its form. Letters go on with `aa` after `z`.
pub(super) fn number_label(number: u64, form: NumberForm) -> String {
    match form {
        NumberForm::Nothing => String::new(),
        NumberForm::DecimalZero => format!("{number:02}"),
        NumberForm::LowerLetter => letters(number, b'a'),
        NumberForm::UpperLetter => letters(number, b'A'),
        NumberForm::LowerRoman => roman(number).to_lowercase(),
        NumberForm::UpperRoman => roman(number),
        NumberForm::Ordinal => {
            let ending = match (number % 10, number % 100) {
                (_, 11..=13) => "th",
                (1, _) => "st",
                (2, _) => "nd",
                (3, _) => "rd",
                _ => "th",
            };
            format!("{number}{ending}")
        }
        NumberForm::Decimal => number.to_string(),
    }
}

fn letters(number: u64, first: u8) -> String {
    // Nobody reads a label of more letters.
    let Some(before) = number.checked_sub(1).filter(|number| *number < 26 * 8) else {
        return number.to_string();
    };
    let letter = char::from(first + (before % 26) as u8);
    letter.to_string().repeat((before / 26 + 1) as usize)
}

fn roman(number: u64) -> String {
    if number == 0 || number > 3999 {
        return number.to_string();
    }
    let signs = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let (mut left, mut out) = (number, String::new());
    for (value, sign) in signs {
        while left >= value {
            out.push_str(sign);
            left -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_lists_print_them() {
        for (number, form, label) in [
            (28, NumberForm::LowerLetter, "bb"),
            (26, NumberForm::UpperLetter, "Z"),
            (1994, NumberForm::UpperRoman, "MCMXCIV"),
            (4, NumberForm::LowerRoman, "iv"),
            (0, NumberForm::LowerRoman, "0"),
            (7, NumberForm::DecimalZero, "07"),
            (12, NumberForm::Ordinal, "12th"),
            (22, NumberForm::Ordinal, "22nd"),
        ] {
            assert_eq!(number_label(number, form), label);
        }
        assert_eq!(number_label(u64::MAX, NumberForm::LowerLetter), u64::MAX.to_string());
    }
}
