//! Builds small pictures and videos.

/// A PNG of `width` × `height`, RGB, coloured by `colour(x, y)`.
pub fn png(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    let data: Vec<u8> = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .flat_map(|(x, y)| colour(x, y))
        .collect();
    writer.write_image_data(&data).unwrap();
    writer.finish().unwrap();
    bytes
}

/// A screenshot of stripes.
pub fn screenshot() -> Vec<u8> {
    png(320, 200, |x, y| {
        if (x / 9 + y / 5) % 2 == 0 {
            [250, 250, 250]
        } else {
            [20, 40, 90]
        }
    })
}

fn atom(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(content.len() + 8).unwrap().to_be_bytes().to_vec();
    bytes.extend(kind);
    bytes.extend(content);
    bytes
}

/// What an MP4 is made of.
pub struct Mp4 {
    pub milliseconds: u32,
    pub picture: bool,
    pub index: bool,
}

/// An MP4 whose media data are zeros.
pub fn mp4(description: &Mp4) -> Vec<u8> {
    let mut header = vec![0_u8; 100];
    header[12..16].copy_from_slice(&1000_u32.to_be_bytes());
    header[16..20].copy_from_slice(&description.milliseconds.to_be_bytes());
    let mut track_header = vec![0_u8; 84];
    track_header[76..80].copy_from_slice(&(1280_u32 << 16).to_be_bytes());
    track_header[80..84].copy_from_slice(&(720_u32 << 16).to_be_bytes());
    let mut handler = vec![0_u8; 24];
    handler[8..12].copy_from_slice(if description.picture { b"vide" } else { b"soun" });
    let mut entries = vec![0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 16];
    entries.extend(b"avc1");
    entries.extend([0; 8]);
    let table = atom(b"stbl", &atom(b"stsd", &entries));
    let media = [atom(b"hdlr", &handler), atom(b"minf", &table)].concat();
    let track = [atom(b"tkhd", &track_header), atom(b"mdia", &media)].concat();
    let movie = [atom(b"mvhd", &header), atom(b"trak", &track)].concat();
    let mut bytes = atom(b"ftyp", b"isom\0\0\0\0");
    bytes.extend(atom(b"mdat", &[0; 2000]));
    if description.index {
        bytes.extend(atom(b"moov", &movie));
    }
    bytes
}

fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
    let mut bytes = id.to_vec();
    // A length on eight bytes.
    let mut length = (content.len() as u64).to_be_bytes();
    length[0] = 1;
    bytes.extend(length);
    bytes.extend(content);
    bytes
}

/// A WebM as browsers record it: unknown lengths, no duration, clusters every second.
pub fn webm(seconds: u64) -> Vec<u8> {
    let mut bytes = element(&[0x1A, 0x45, 0xDF, 0xA3], &element(&[0x42, 0x82], b"webm"));
    bytes.extend([
        0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    ]);
    bytes.extend(element(
        &[0x15, 0x49, 0xA9, 0x66],
        &element(&[0x2A, 0xD7, 0xB1], &1_000_000_u32.to_be_bytes()),
    ));
    let picture = [
        element(&[0xB0], &640_u16.to_be_bytes()),
        element(&[0xBA], &480_u16.to_be_bytes()),
    ]
    .concat();
    let track = [
        element(&[0x83], &[1]),
        element(&[0x86], b"V_VP9"),
        element(&[0xE0], &picture),
    ]
    .concat();
    bytes.extend(element(&[0x16, 0x54, 0xAE, 0x6B], &element(&[0xAE], &track)));
    for second in 0..=seconds {
        bytes.extend([
            0x1F, 0x43, 0xB6, 0x75, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        ]);
        bytes.extend(element(&[0xE7], &((second * 1000) as u32).to_be_bytes()));
        bytes.extend(element(&[0xA3], &[0x81, 0, 0, 0x80, 1, 2, 3]));
    }
    bytes
}

/// An AVI of `frames` pictures, 25 by second.
pub fn avi(frames: u32) -> Vec<u8> {
    let chunk = |id: &[u8; 4], content: &[u8]| {
        let mut bytes = id.to_vec();
        bytes.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        bytes.extend(content);
        bytes
    };
    let mut header = vec![0_u8; 56];
    header[0..4].copy_from_slice(&40_000_u32.to_le_bytes());
    header[16..20].copy_from_slice(&frames.to_le_bytes());
    header[32..36].copy_from_slice(&800_u32.to_le_bytes());
    header[36..40].copy_from_slice(&600_u32.to_le_bytes());
    let mut stream = b"vidsH264".to_vec();
    stream.extend([0; 48]);
    let headers = [b"hdrl".to_vec(), chunk(b"avih", &header), chunk(b"strh", &stream)].concat();
    let media = [b"movi".to_vec(), chunk(b"00dc", &[0; 64])].concat();
    let body = [b"AVI ".to_vec(), chunk(b"LIST", &headers), chunk(b"LIST", &media)].concat();
    chunk(b"RIFF", &body)
}
