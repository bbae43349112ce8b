//! Value added tax identification numbers of the member states of the Union, by form and check digits.
//!
//! Sources: European Commission, *VIES: structure of VAT identification numbers* (forms by member state, also Council
//! Directive 2006/112/EC, Art. 215 for the prefix); the rules for check digits as the tax administrations of the
//! member states publish them; ISO/IEC 7064 for the systems MOD 11,10 and MOD 97-10.

/// Whether a text is a number of a member state, with its prefix (`EL` or `GR` for Greece) and right check digits;
/// `None` for other prefixes, of which nothing is known here.
#[must_use]
pub fn valid(text: &str) -> Option<bool> {
    let clean: Vec<u8> = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | '/'))
        .map(|c| u8::try_from(c.to_ascii_uppercase()).unwrap_or(b'?'))
        .collect();
    let (prefix, number) = clean.split_at_checked(2)?;
    let check = match prefix {
        b"AT" => austria,
        b"BE" => belgium,
        b"BG" => bulgaria,
        b"CY" => cyprus,
        b"CZ" => czechia,
        b"DE" => germany,
        b"DK" => denmark,
        b"EE" => estonia,
        b"EL" | b"GR" => greece,
        b"ES" => spain,
        b"FI" => finland,
        b"FR" => france,
        b"HR" => croatia,
        b"HU" => hungary,
        b"IE" => ireland,
        b"IT" => italy,
        b"LT" => lithuania,
        b"LU" => luxembourg,
        b"LV" => latvia,
        b"MT" => malta,
        b"NL" => netherlands,
        b"PL" => poland,
        b"PT" => portugal,
        b"RO" => romania,
        b"SE" => sweden,
        b"SI" => slovenia,
        b"SK" => slovakia,
        _ => return None,
    };
    Some(check(number).unwrap_or(false))
}

/// The digits of a number that has nothing else, and so many of them.
fn digits(number: &[u8], length: usize) -> Option<Vec<u32>> {
    let all = number.len() == length && number.iter().all(u8::is_ascii_digit);
    all.then(|| number.iter().map(|b| u32::from(b - b'0')).collect())
}

/// Σ weight · digit over the shorter of the two.
fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum()
}

/// The digits as one number.
fn value(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |sum, d| 10 * sum + u64::from(*d))
}

/// Sum of Luhn: from the right, every second digit is doubled, and the digits of the products are added.
fn luhn(digits: &[u32]) -> u32 {
    let double = |d: u32| if d > 4 { 2 * d - 9 } else { 2 * d };
    digits.iter().rev().enumerate().map(|(i, d)| if i % 2 == 1 { double(*d) } else { *d }).sum()
}

/// ISO/IEC 7064, MOD 11,10.
fn mod_11_10(digits: &[u32]) -> Option<bool> {
    let (last, first) = digits.split_last()?;
    let product = first.iter().fold(10, |product, d| {
        let sum = (product + d) % 10;
        2 * if sum == 0 { 10 } else { sum } % 11
    });
    Some((11 - product) % 10 == *last)
}

fn austria(number: &[u8]) -> Option<bool> {
    let d = digits(number.strip_prefix(b"U")?, 8)?;
    let double = |d: u32| if d > 4 { 2 * d - 9 } else { 2 * d };
    let sum: u32 = d.iter().take(7).enumerate().map(|(i, d)| if i % 2 == 1 { double(*d) } else { *d }).sum();
    Some((10 - (sum + 4) % 10) % 10 == d[7])
}

fn belgium(number: &[u8]) -> Option<bool> {
    let d = digits(number, 10)?;
    Some(d[0] < 2 && value(&d[..8]) > 0 && 97 - value(&d[..8]) % 97 == value(&d[8..]))
}

fn bulgaria(number: &[u8]) -> Option<bool> {
    if let Some(d) = digits(number, 9) {
        let first = weighted(&d[..8], &[1, 2, 3, 4, 5, 6, 7, 8]) % 11;
        let check = if first == 10 { weighted(&d[..8], &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10 } else { first };
        return Some(check == d[8]);
    }
    // Natural persons, foreigners, and others.
    let d = digits(number, 10)?;
    let person = weighted(&d[..9], &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10;
    let foreigner = weighted(&d[..9], &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10;
    let other = (11 - weighted(&d[..9], &[4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
    Some([person, foreigner, other].contains(&d[9]))
}

fn cyprus(number: &[u8]) -> Option<bool> {
    const ODD: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let (letter, rest) = number.split_last()?;
    let d = digits(rest, 8)?;
    let sum: u32 = d.iter().enumerate().map(|(i, d)| if i % 2 == 0 { ODD[*d as usize] } else { *d }).sum();
    Some(!rest.starts_with(b"12") && u32::from(*letter) == u32::from(b'A') + sum % 26)
}

fn czechia(number: &[u8]) -> Option<bool> {
    const WEIGHTS: [u32; 7] = [8, 7, 6, 5, 4, 3, 2];
    if let Some(d) = digits(number, 8) {
        let check = (11 - weighted(&d, &WEIGHTS) % 11) % 11;
        return Some(d[0] != 9 && if check == 0 { 1 } else { check % 10 } == d[7]);
    }
    // Birth numbers: 50 is added to the month for women, 20 where numbers of a day run out. Without check digit before 1954.
    let born = |d: &[u32]| {
        let (month, day) = (10 * d[2] + d[3], 10 * d[4] + d[5]);
        (1..=12).contains(&(month % 50 % 20)) && (1..=31).contains(&day)
    };
    if let Some(d) = digits(number, 9) {
        let sum = weighted(&d[1..8], &WEIGHTS) % 11;
        let special = (18 - (10 - sum) % 11) % 10 == d[8];
        return Some(d[0] == 6 && special || born(&d) && value(&d[..2]) < 54);
    }
    let d = digits(number, 10)?;
    Some(born(&d) && value(&d[..9]) % 11 % 10 == u64::from(d[9]))
}

fn germany(number: &[u8]) -> Option<bool> {
    let d = digits(number, 9)?;
    Some(d[0] > 0 && mod_11_10(&d)?)
}

fn denmark(number: &[u8]) -> Option<bool> {
    let d = digits(number, 8)?;
    Some(d[0] > 0 && weighted(&d, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11))
}

fn estonia(number: &[u8]) -> Option<bool> {
    let d = digits(number, 9)?;
    Some(value(&d) > 0 && weighted(&d, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10))
}

fn greece(number: &[u8]) -> Option<bool> {
    let d = digits(number, 9)?;
    Some(value(&d) > 0 && weighted(&d[..8], &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == d[8])
}

fn spain(number: &[u8]) -> Option<bool> {
    const PERSON: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    const ENTITY: &[u8; 10] = b"JABCDEFGHI";
    let letter = |n: u64| PERSON[usize::try_from(n % 23).unwrap_or(0)];
    let (first, last) = (*number.first()?, *number.last()?);
    if let Some(d) = digits(number.get(..8)?, 8) {
        return Some(number.len() == 9 && letter(value(&d)) == last);
    }
    let d = digits(number.get(1..number.len() - 1)?, 7)?;
    let foreigner = |before: u64| Some(letter(before * 10_000_000 + value(&d)) == last);
    match first {
        b'K' | b'L' | b'M' | b'X' => foreigner(0),
        b'Y' => foreigner(1),
        b'Z' => foreigner(2),
        b'A'..=b'H' | b'J' | b'N' | b'P'..=b'S' | b'U'..=b'W' => {
            let check = (10 - luhn(&[&d[..], &[0]].concat()) % 10) % 10;
            let (as_letter, as_digit) = (last == ENTITY[check as usize], u32::from(last) == u32::from(b'0') + check);
            Some(match first {
                b'A' | b'B' | b'E' | b'H' => as_digit,
                b'P' | b'Q' | b'S' => as_letter,
                _ => as_letter || as_digit,
            })
        }
        _ => Some(false),
    }
}

fn finland(number: &[u8]) -> Option<bool> {
    let d = digits(number, 8)?;
    Some(value(&d) > 0 && weighted(&d, &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11))
}

fn france(number: &[u8]) -> Option<bool> {
    const LETTERS: &[u8; 34] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let (key, siren) = number.split_at_checked(2)?;
    let d = digits(siren, 9)?;
    // Monaco has numbers of the same form, which begin with 000.
    if d[..3] != [0, 0, 0] && !luhn(&d).is_multiple_of(10) {
        return Some(false);
    }
    if let Some(key) = digits(key, 2) {
        return Some(value(&d) > 0 && (100 * value(&d) + 12) % 97 == value(&key));
    }
    let place = |b: u8| LETTERS.iter().position(|l| *l == b).and_then(|p| u64::try_from(p).ok());
    let (first, second) = (place(key[0])?, place(key[1])?);
    let check =
        if first < 10 { (24 * first + second).checked_sub(10)? } else { (34 * first + second).checked_sub(100)? };
    Some((value(&d) + 1 + check / 11) % 11 == check % 11)
}

fn croatia(number: &[u8]) -> Option<bool> {
    mod_11_10(&digits(number, 11)?)
}

fn hungary(number: &[u8]) -> Option<bool> {
    let d = digits(number, 8)?;
    Some(value(&d) > 0 && weighted(&d, &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10))
}

fn ireland(number: &[u8]) -> Option<bool> {
    const LETTERS: &[u8; 23] = b"WABCDEFGHIJKLMNOPQRSTUV";
    const WEIGHTS: [u32; 7] = [8, 7, 6, 5, 4, 3, 2];
    let letter = |sum: u32| LETTERS[(sum % 23) as usize];
    if let Some(d) = digits(number.get(..7)?, 7) {
        let check = *number.get(7)?;
        let more = match number.get(8..)? {
            [] => 0,
            [more] => 9 * u32::try_from(LETTERS.iter().position(|l| l == more)?).ok()?,
            _ => return Some(false),
        };
        return Some(letter(weighted(&d, &WEIGHTS) + more) == check);
    }
    // Numbers from before 1991: the second character is a letter or a sign.
    let sign = number[1].is_ascii_uppercase() || matches!(number[1], b'+' | b'*');
    let d = digits(&[&b"0"[..], number.get(2..7)?, number.get(..1)?].concat(), 7)?;
    Some(number.len() == 8 && sign && letter(weighted(&d, &WEIGHTS)) == number[7])
}

fn italy(number: &[u8]) -> Option<bool> {
    let d = digits(number, 11)?;
    let office = value(&d[7..10]);
    let known = (1..=100).contains(&office) || [120, 121, 888, 999].contains(&office);
    Some(value(&d[..7]) > 0 && known && luhn(&d).is_multiple_of(10))
}

fn lithuania(number: &[u8]) -> Option<bool> {
    let d = digits(number, 9).or_else(|| digits(number, 12))?;
    let (last, first) = d.split_last()?;
    let sum = |shift: usize| -> u32 { first.iter().zip((0..9).cycle().skip(shift)).map(|(d, i)| d * (1 + i)).sum() };
    let check = sum(0) % 11;
    let check = if check == 10 { sum(2) % 11 % 10 } else { check };
    Some(first.last() == Some(&1) && check == *last)
}

fn luxembourg(number: &[u8]) -> Option<bool> {
    let d = digits(number, 8)?;
    Some(value(&d) > 0 && value(&d[..6]) % 89 == value(&d[6..]))
}

fn latvia(number: &[u8]) -> Option<bool> {
    let d = digits(number, 11)?;
    if d[0] > 3 {
        return Some(weighted(&d, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3);
    }
    // Personal codes begin with the day of birth, or since 2017 with 32 and without meaning.
    let born = (1..=31).contains(&value(&d[..2])) && (1..=12).contains(&value(&d[2..4]));
    let check = (1 + weighted(&d[..10], &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11 % 10;
    Some(value(&d[..2]) == 32 || born && check == d[10])
}

fn malta(number: &[u8]) -> Option<bool> {
    let d = digits(number, 8)?;
    Some(value(&d) > 0 && weighted(&d, &[3, 4, 6, 7, 8, 9, 10, 1]).is_multiple_of(37))
}

fn netherlands(number: &[u8]) -> Option<bool> {
    let d = digits(number.get(..9)?, 9)?;
    let branch = digits(number.get(10..)?, 2)?;
    if number[9] != b'B' || value(&branch) == 0 || value(&d) == 0 {
        return Some(false);
    }
    let entity = weighted(&d[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == d[8];
    // Sole traders since 2020: MOD 97-10 over all characters, of which letters count from 10.
    let all = [&b"NL"[..], number].concat();
    let rest = all.iter().fold(0_u64, |rest, b| match b {
        b'0'..=b'9' => (10 * rest + u64::from(b - b'0')) % 97,
        _ => (100 * rest + u64::from(b.wrapping_sub(b'A')) + 10) % 97,
    });
    Some(entity || rest == 1)
}

fn poland(number: &[u8]) -> Option<bool> {
    let d = digits(number, 10)?;
    Some(value(&d) > 0 && weighted(&d[..9], &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == d[9])
}

fn portugal(number: &[u8]) -> Option<bool> {
    let d = digits(number, 9)?;
    Some(d[0] > 0 && (11 - weighted(&d[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10 == d[8])
}

fn romania(number: &[u8]) -> Option<bool> {
    if let Some(d) = digits(number, 13) {
        // Natural persons.
        let check = weighted(&d[..12], &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
        return Some(d[0] > 0 && if check == 10 { 1 } else { check } == d[12]);
    }
    let d = digits(number, number.len()).filter(|d| (2..=10).contains(&d.len()))?;
    let (last, first) = d.split_last()?;
    let padded = [&vec![0; 9 - first.len()][..], first].concat();
    Some(d[0] > 0 && 10 * weighted(&padded, &[7, 5, 3, 2, 1, 7, 5, 3, 2]) % 11 % 10 == *last)
}

fn sweden(number: &[u8]) -> Option<bool> {
    let d = digits(number, 12)?;
    Some(value(&d[..10]) > 0 && (1..=94).contains(&value(&d[10..])) && luhn(&d[..10]).is_multiple_of(10))
}

fn slovenia(number: &[u8]) -> Option<bool> {
    let d = digits(number, 8)?;
    let check = 11 - weighted(&d[..7], &[8, 7, 6, 5, 4, 3, 2]) % 11;
    Some(d[0] > 0 && check != 11 && check % 10 == d[7])
}

fn slovakia(number: &[u8]) -> Option<bool> {
    let d = digits(number, 10)?;
    Some(d[0] > 0 && [2, 3, 4, 7, 8, 9].contains(&d[2]) && value(&d).is_multiple_of(11))
}
