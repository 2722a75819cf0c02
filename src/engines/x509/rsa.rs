//! RSA signatures, verified with public keys only (RFC 8017): no secret is ever handled here.

use num_bigint::BigUint;

use super::der::element;
use super::signature::{Hash, Signature};

/// Largest modulus and exponent for which a signature is computed, in bits.
const MODULUS_BITS: u64 = 16_384;
const EXPONENT_BITS: u64 = 64;

/// Size of the modulus of a public key; 0 when it cannot be read.
pub(super) fn modulus_bits(key: &[u8]) -> u64 {
    parts(key).map_or(0, |(modulus, _)| modulus.bits())
}

/// Modulus and exponent of a public key; none when either is zero.
fn parts(key: &[u8]) -> Option<(BigUint, BigUint)> {
    let inside = element(key)?.content;
    let modulus = element(inside)?;
    let exponent = element(modulus.rest)?;
    let number = |bytes: &[u8]| Some(BigUint::from_bytes_be(bytes)).filter(|number| number.bits() > 0);
    Some((number(modulus.content)?, number(exponent.content)?))
}

/// The encoded message that the signature opens to, and the bits of the modulus.
fn open(key: &[u8], signature: &[u8]) -> Result<(BigUint, u64), Signature> {
    let Some((modulus, exponent)) = parts(key) else {
        return Err(Signature::Wrong);
    };
    if modulus.bits() > MODULUS_BITS || exponent.bits() > EXPONENT_BITS {
        return Err(Signature::Unverified);
    }
    let value = BigUint::from_bytes_be(signature);
    if value >= modulus {
        return Err(Signature::Wrong);
    }
    Ok((value.modpow(&exponent, &modulus), modulus.bits()))
}

/// RSASSA-PKCS1-v1_5 (8.2.2).
pub(super) fn pkcs1(key: &[u8], hash: Hash, signed: &[u8], signature: &[u8]) -> Signature {
    let (opened, bits) = match open(key, signature) {
        Ok(opened) => opened,
        Err(answer) => return answer,
    };
    let size = usize::try_from(bits.div_ceil(8)).unwrap_or(0);
    let (prefix, digest) = (hash.digest_info(), hash.digest(signed));
    let Some(padding) = size
        .checked_sub(prefix.len() + digest.len() + 3)
        .filter(|padding| *padding >= 8)
    else {
        return Signature::Wrong;
    };
    let mut expected = vec![0x00, 0x01];
    expected.resize(2 + padding, 0xFF);
    expected.push(0x00);
    expected.extend(prefix);
    expected.extend(digest);
    answer(opened == BigUint::from_bytes_be(&expected))
}

/// RSASSA-PSS (8.1.2, 9.1.2) with MGF1 on the same hash.
pub(super) fn pss(key: &[u8], hash: Hash, salt: usize, signed: &[u8], signature: &[u8]) -> Signature {
    let (opened, bits) = match open(key, signature) {
        Ok(opened) => opened,
        Err(answer) => return answer,
    };
    answer(pss_holds(&opened, bits, hash, salt, &hash.digest(signed)).unwrap_or(false))
}

fn pss_holds(opened: &BigUint, bits: u64, hash: Hash, salt: usize, digest: &[u8]) -> Option<bool> {
    let message_bits = usize::try_from(bits.checked_sub(1)?).ok()?;
    let size = message_bits.div_ceil(8);
    let mut encoded = opened.to_bytes_be();
    if encoded.len() > size {
        return None;
    }
    let mut whole = vec![0; size - encoded.len()];
    whole.append(&mut encoded);
    let length = digest.len();
    let masked_length = size.checked_sub(length + 1)?;
    let (masked, rest) = whole.split_at_checked(masked_length)?;
    let (of_message, trailer) = rest.split_at_checked(length)?;
    if trailer != [0xBC] {
        return Some(false);
    }
    let mask = mgf1(of_message, masked_length, hash);
    let mut block: Vec<u8> = masked.iter().zip(mask).map(|(one, other)| one ^ other).collect();
    // The bits beyond those of the message are zero.
    let spare = size * 8 - message_bits;
    if let Some(first) = block.first_mut() {
        *first &= 0xFF_u8.checked_shr(u32::try_from(spare).ok()?)?;
    }
    let zeros = masked_length.checked_sub(salt + 1)?;
    let (padding, with_salt) = block.split_at_checked(zeros)?;
    let (one, salted) = with_salt.split_first()?;
    let mut again = vec![0_u8; 8];
    again.extend(digest);
    again.extend(salted);
    Some(padding.iter().all(|byte| *byte == 0) && *one == 1 && hash.digest(&again) == of_message)
}

/// MGF1 (B.2.1).
fn mgf1(seed: &[u8], length: usize, hash: Hash) -> Vec<u8> {
    let mut mask = Vec::with_capacity(length);
    let mut counter = 0_u32;
    while mask.len() < length {
        mask.extend(hash.digest(&[seed, &counter.to_be_bytes()].concat()));
        counter = counter.saturating_add(1);
    }
    mask.truncate(length);
    mask
}

fn answer(right: bool) -> Signature {
    if right { Signature::Right } else { Signature::Wrong }
}
