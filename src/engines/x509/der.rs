//! The little DER that signatures need besides what the certificate parser gives.

/// One element.
pub(super) struct Element<'a> {
    /// Its tag.
    pub(super) tag: u8,
    /// Tag, length and content.
    pub(super) whole: &'a [u8],
    /// The content.
    pub(super) content: &'a [u8],
    /// What follows it.
    pub(super) rest: &'a [u8],
}

/// The first element of `bytes`; none when it is cut or its length takes more than four bytes.
pub(super) fn element(bytes: &[u8]) -> Option<Element<'_>> {
    let tag = *bytes.first()?;
    let first = usize::from(*bytes.get(1)?);
    let (head, length) = if first < 0x80 {
        (2, first)
    } else {
        let width = first & 0x7F;
        if width == 0 || width > 4 {
            return None;
        }
        let digits = bytes.get(2..2 + width)?;
        let length = digits
            .iter()
            .fold(0_usize, |length, digit| (length << 8) | usize::from(*digit));
        (2 + width, length)
    };
    let end = head.checked_add(length)?;
    Some(Element {
        tag,
        whole: bytes.get(..end)?,
        content: bytes.get(head..end)?,
        rest: bytes.get(end..)?,
    })
}

/// The elements of `bytes`, one after the other, as long as they can be read.
pub(super) fn elements(bytes: &[u8]) -> impl Iterator<Item = Element<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let next = element(rest)?;
        rest = next.rest;
        Some(next)
    })
}

/// The first element inside the outer one: what is signed.
pub(super) fn first_element(der: &[u8]) -> Option<&[u8]> {
    Some(element(element(der)?.content)?.whole)
}
