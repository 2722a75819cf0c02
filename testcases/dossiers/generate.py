#!/usr/bin/env python3
"""Writes the two sample dossiers from nothing: `python3 testcases/dossiers/generate.py`.

Everything is synthetic and deterministic. The patient is a national test identity; the professionals, establishments and
organisations are made up, with right keys. `pfi-fautes` is `pfi-conforme` with planted faults, each
named by `pfi-fautes.toml`.
"""
import base64, datetime, hashlib, io, os, shutil, struct, sys, zipfile, zlib

HERE = os.path.dirname(os.path.abspath(__file__))

# --- keys -------------------------------------------------------------------------------------------------------------

def luhn(digits):
    """The digits followed by their Luhn key (RPPS, FINESS)."""
    total = 0
    for rank, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if rank % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)

RPPS = luhn('1010101010')
RPPS2 = luhn('1020202020')
FINESS = luhn('75001234')
INS, INS_OID = '279035121518989', '1.2.250.1.213.1.4.10'
LOCAL_OID = '1.2.250.1.999.1.1'
FAMILY, GIVEN, GIVENS, BIRTH, SEX, COG = 'PAT-TROIS', 'DOMINIQUE', 'DOMINIQUE MARIE-LOUISE', '19790328', 'F', '51215'

# --- small formats -----------------------------------------------------------------------------------------------------

def pdf(objects, id_seed, version='1.4'):
    """A PDF file from its objects, numbered from 1; the first is the catalogue, the last the information dictionary."""
    out = io.BytesIO()
    out.write(f'%PDF-{version}\n%'.encode() + b'\xe2\xe3\xcf\xd3\n')
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f'{number} 0 obj\n'.encode() + body + b'\nendobj\n')
    start = out.tell()
    out.write(f'xref\n0 {len(objects) + 1}\n0000000000 65535 f \n'.encode())
    for place in places:
        out.write(f'{place:010d} 00000 n \n'.encode())
    identity = hashlib.md5(id_seed.encode()).hexdigest()
    out.write(f'trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R /ID [<{identity}> <{identity}>] >>\nstartxref\n{start}\n%%EOF\n'.encode())
    return out.getvalue()

def stream(data, extra=''):
    return f'<< /Length {len(data)} {extra}>>\nstream\n'.encode() + data + b'\nendstream'

def pdf_a1(title, seed=0, claim=True):
    """A page of strokes that claims and keeps PDF/A-1b: no font is used, colour is device independent."""
    xmp = f"""<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>
<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title><rdf:Alt><rdf:li xml:lang='x-default'>{title}</rdf:li></rdf:Alt></dc:title></rdf:Description>
""" + ("<rdf:Description rdf:about='' xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/'><pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>\n" if claim else '') + """</rdf:RDF></x:xmpmeta>
<?xpacket end='w'?>"""
    lines = [f'{60 + 10 * seed} 760 m 535 760 l S'] + [f'60 {720 - 24 * row} m {200 + (row * 97 + seed * 41) % 330} {720 - 24 * row} l S' for row in range(12)]
    content = ('/Gris CS 0.2 SC 4 w\n' + '\n'.join(lines) + '\n').encode()
    return pdf([
        b'<< /Type /Catalog /Pages 2 0 R /Metadata 5 0 R /Lang (fr-FR) >>',
        b'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
        b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /ColorSpace << /Gris [/CalGray << /WhitePoint [0.9505 1 1.089] /Gamma 2.2 >>] >> >> >>',
        stream(content),
        stream(xmp.encode(), '/Type /Metadata /Subtype /XML '),
        b'<< /Title <feff' + title.encode('utf-16-be').hex().encode() + b'> >>',
    ], title + str(seed))

def pdf_text(title, lines):
    """A plain one-page PDF with text in a standard font: a letter, a document; no PDF/A is asked of it."""
    escape = lambda text: text.encode('cp1252', 'replace').replace(b'\\', b'\\\\').replace(b'(', b'\\(').replace(b')', b'\\)')
    content = b'BT /F1 11 Tf 60 780 Td 16 TL\n' + b''.join(b'(' + escape(line) + b") Tj T*\n" for line in [title, ''] + lines) + b'ET\n'
    return pdf([
        b'<< /Type /Catalog /Pages 2 0 R >>',
        b'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
        b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
        stream(content),
        b'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
        b'<< /Title (' + escape(title) + b') >>',
    ], title)

def png(width, height, seed):
    """A picture with a title bar, boxes and lines: never blank."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            if y < 16: pixel = (40, 70, 120)
            elif (y // 12 + seed) % 3 == 0 and 10 < x < 40 + (y * 7 + seed * 31) % (width - 60): pixel = (60, 60, 60)
            elif x < 6: pixel = (90, 120, 170)
            else: pixel = (245, 245, 240)
            rows += bytes(pixel)
    chunk = lambda kind, data: struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)) + chunk(b'IDAT', zlib.compress(bytes(rows), 9)) + chunk(b'IEND', b'')

def mov(frames, seconds, seed):
    """A QuickTime film whose frames are PNG pictures, `seconds` each."""
    width, height = 320, 200
    samples = [png(width, height, seed + number) for number in range(frames)]
    box = lambda kind, data: struct.pack('>I', len(data) + 8) + kind + data
    full = lambda kind, data, flags=0: box(kind, struct.pack('>I', flags) + data)
    matrix = struct.pack('>9I', 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    scale, duration = 1000, frames * seconds * 1000
    ftyp = box(b'ftyp', b'qt  ' + struct.pack('>I', 0) + b'qt  ')
    mdat = box(b'mdat', b''.join(samples))
    entry = struct.pack('>I', 86) + b'png ' + bytes(6) + struct.pack('>H', 1) + bytes(16) + struct.pack('>HHIIIH', width, height, 0x480000, 0x480000, 0, 1) + bytes(32) + struct.pack('>Hh', 24, -1)
    stbl = box(b'stbl', full(b'stsd', struct.pack('>I', 1) + entry) + full(b'stts', struct.pack('>III', 1, frames, seconds * scale)) + full(b'stsc', struct.pack('>IIII', 1, 1, frames, 1))
               + full(b'stsz', struct.pack('>II', 0, frames) + b''.join(struct.pack('>I', len(sample)) for sample in samples)) + full(b'stco', struct.pack('>II', 1, len(ftyp) + 8)))
    dinf = box(b'dinf', full(b'dref', struct.pack('>I', 1) + full(b'url ', b'', 1)))
    minf = box(b'minf', full(b'vmhd', bytes(8), 1) + dinf + stbl)
    mdia = box(b'mdia', full(b'mdhd', struct.pack('>IIIIHH', 0, 0, scale, duration, 0x55c4, 0)) + full(b'hdlr', bytes(4) + b'vide' + bytes(12) + b'video\0') + minf)
    trak = box(b'trak', full(b'tkhd', struct.pack('>IIIII', 0, 0, 1, 0, duration) + bytes(8) + struct.pack('>HHHH', 0, 0, 0, 0) + matrix + struct.pack('>II', width << 16, height << 16), 3) + mdia)
    mvhd = full(b'mvhd', struct.pack('>IIIIIH', 0, 0, scale, duration, 0x10000, 0x100) + bytes(10) + matrix + bytes(24) + struct.pack('>I', 2))
    return ftyp + mdat + box(b'moov', mvhd + trak)

def archive(files):
    """A zip archive with a fixed date, DOS host, deflated."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w') as zipped:
        for name, data in files:
            info = zipfile.ZipInfo(name, (2024, 3, 4, 10, 0, 0))
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            zipped.writestr(info, data)
    return out.getvalue()

# --- CDA R2 level 1 ----------------------------------------------------------------------------------------------------

HOSPITAL = f"""<id root="1.2.250.1.71.4.2.2" extension="1{FINESS}"/>
        <name>Hôpital d'essai</name>
        <telecom value="tel:0100000000" use="WP"/>
        <addr><houseNumber>1</houseNumber><streetName>rue de l'Essai</streetName><postalCode>75001</postalCode><city>PARIS</city></addr>"""

def person(tag_open, tag_close, extra=''):
    return f"""<id root="1.2.250.1.71.4.2.1" extension="8{RPPS}"/>
      <code code="G15_10/SM26" displayName="Médecin - Qualifié en Médecine Générale (SM)" codeSystem="1.2.250.1.213.1.1.4.5"/>
      <addr><houseNumber>1</houseNumber><streetName>rue de l'Essai</streetName><postalCode>75001</postalCode><city>PARIS</city></addr>
      <telecom value="tel:0100000000" use="WP"/>
      <assignedPerson><name><prefix>MME</prefix><given>Alice</given><family>ESSAI</family></name></assignedPerson>
      <representedOrganization>
        {HOSPITAL}
        <standardIndustryClassCode code="ETABLISSEMENT" displayName="Etablissement de santé" codeSystem="1.2.250.1.213.1.1.4.9"/>
      </representedOrganization>"""

LEVEL_3 = """<structuredBody>
      <component>
        <section>
          <templateId root="1.3.6.1.4.1.19376.1.3.3.2.1"/>
          <code code="18719-5" displayName="Biochimie" codeSystem="2.16.840.1.113883.6.1"/>
          <title>Biochimie</title>
          <text><table><thead><tr><th>Analyse</th><th>Résultat</th><th>Intervalle</th></tr></thead><tbody><tr><td>Glucose</td><td><content ID="glucose">5,1 mmol/L</content></td><td>3,9 - 5,5</td></tr></tbody></table></text>
        </section>
      </component>
    </structuredBody>"""

class Document:
    def __init__(self, number, code, display, title, day, masks=(), ins=INS, level=1, replaces=None):
        self.number, self.code, self.display, self.title, self.day, self.masks, self.ins = number, code, display, title, day, masks, ins
        self.level, self.replaces = level, replaces
        self.oid = f'1.2.250.1.999.2.{number}'
        self.pdf = pdf_a1(title, number)

    def cda(self):
        start, stop = f'{self.day}093000+0100', f'{self.day}101500+0100'
        masks = ''.join(f'\n  <confidentialityCode code="{mask}" displayName="{name}" codeSystem="1.2.250.1.213.1.1.4.13"/>' for mask, name in self.masks)
        body = LEVEL_3 if self.level == 3 else f'''<nonXMLBody>
      <text mediaType="application/pdf" representation="B64">{base64.encodebytes(self.pdf).decode()}</text>
    </nonXMLBody>'''
        model = '''<templateId root="1.3.6.1.4.1.19376.1.3.3"/>
  <templateId root="1.2.250.1.213.1.1.1.55" extension="2024.01"/>''' if self.level == 3 else '<templateId root="1.3.6.1.4.1.19376.1.2.20"/>'
        related = f'''
  <relatedDocument typeCode="RPLC"><parentDocument><id root="{self.replaces.oid}"/></parentDocument></relatedDocument>''' if self.replaces else ''
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <realmCode code="FR"/>
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="2.16.840.1.113883.2.8.2.1"/>
  <templateId root="1.2.250.1.213.1.1.1.1"/>
  {model}
  <id root="{self.oid}"/>
  <code code="{self.code}" displayName="{self.display}" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"/>
  <title>{self.title}</title>
  <effectiveTime value="{stop}"/>
  <confidentialityCode code="N" displayName="Normal" codeSystem="2.16.840.1.113883.5.25"/>
  <languageCode code="fr-FR"/>
  <setId root="1.2.250.1.999.3.{self.number}"/>
  <versionNumber value="1"/>
  <recordTarget>
    <patientRole>
      <id root="{INS_OID}" extension="{self.ins}"/>
      <id root="{LOCAL_OID}" extension="IPP00042"/>
      <addr><houseNumber>28</houseNumber><streetName>avenue de l'Essai</streetName><postalCode>75007</postalCode><city>PARIS</city><country>FRANCE</country></addr>
      <telecom value="tel:0100000001" use="H"/>
      <patient>
        <name><family qualifier="BR">{FAMILY}</family><given>{GIVENS}</given><given qualifier="BR">{GIVEN}</given><family qualifier="CL">{FAMILY}</family><given qualifier="CL">{GIVEN}</given></name>
        <administrativeGenderCode code="{SEX}" displayName="Féminin" codeSystem="2.16.840.1.113883.5.1"/>
        <birthTime value="{BIRTH}"/>
        <birthplace><place><addr><county>{COG}</county><city>DOMPREMY</city></addr></place></birthplace>
      </patient>
    </patientRole>
  </recordTarget>
  <author>
    <functionCode code="ATTPHYS" displayName="Référent - Responsable du patient dans la structure de soins" codeSystem="2.16.840.1.113883.5.88"/>
    <time value="{stop}"/>
    <assignedAuthor>
      {person('', '')}
    </assignedAuthor>
  </author>
  <custodian>
    <assignedCustodian>
      <representedCustodianOrganization>
        {HOSPITAL}
      </representedCustodianOrganization>
    </assignedCustodian>
  </custodian>
  <legalAuthenticator>
    <time value="{stop}"/>
    <signatureCode code="S"/>
    <assignedEntity>
      {person('', '')}
    </assignedEntity>
  </legalAuthenticator>{related}
  <documentationOf>
    <serviceEvent classCode="ACT">
      <code code="{self.code}" displayName="{self.display}" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"/>
      <effectiveTime><low value="{start}"/><high value="{stop}"/></effectiveTime>
      <performer typeCode="PRF">
        <assignedEntity>
      {person('', '')}
        </assignedEntity>
      </performer>
    </serviceEvent>
  </documentationOf>
  <componentOf>
    <encompassingEncounter>
      <code code="IMP" displayName="Hospitalisation" codeSystem="2.16.840.1.113883.5.4"/>
      <effectiveTime><low value="{start}"/><high value="{stop}"/></effectiveTime>
      <location>
        <healthCareFacility>
          <code code="SA01" displayName="Etablissement public de santé" codeSystem="1.2.250.1.71.4.2.4"/>
          <location>
            <name>Hôpital d'essai</name>
            <addr><houseNumber>1</houseNumber><streetName>rue de l'Essai</streetName><postalCode>75001</postalCode><city>PARIS</city></addr>
          </location>
        </healthCareFacility>
      </location>
    </encompassingEncounter>
  </componentOf>
  <component>
    {body}
  </component>
</ClinicalDocument>
""".replace('<confidentialityCode code="N"', '<confidentialityCode code="N"', 1).encode()

    def format(self):
        """The XDS format code, its system and name."""
        if self.level == 3: return 'urn:ihe:lab:xd-lab:2008', '1.2.250.1.213.1.1.4.12', "Compte rendu d'examens de biologie médicale"
        return 'urn:ihe:iti:xds-sd:pdf:2008', '1.2.250.1.213.1.1.4.12', 'Document à corps non structuré en Pdf/A-1'

    def class_code(self):
        return {'18748-4': ('31', 'Imagerie'), '11502-2': ('10', 'Compte rendu')}.get(self.code, ('10', 'Compte rendu'))

# --- XDS metadata and IHE_XDM ------------------------------------------------------------------------------------------

RIM = 'urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0'

def slot(name, *values):
    return f'<Slot name="{name}"><ValueList>' + ''.join(f'<Value>{value}</Value>' for value in values) + '</ValueList></Slot>'

def xcn(): return f'8{RPPS}^ESSAI^Alice^^^^^^&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS'
def xon(): return f"Hôpital d'essai^^^^^&amp;1.2.250.1.71.4.2.2&amp;ISO^IDNST^^^1{FINESS}"
def utc(stamp): # from +0100
    moment = datetime.datetime.strptime(stamp, '%Y%m%d%H%M%S') - datetime.timedelta(hours=1)
    return moment.strftime('%Y%m%d%H%M%S')

def classification(scheme, owner, number, code, system, name):
    return (f'<Classification id="urn:uuid:00000000-0000-4000-8000-{number:012d}" classificationScheme="urn:uuid:{scheme}" classifiedObject="{owner}" nodeRepresentation="{code}">'
            f'{slot("codingScheme", system)}<Name><LocalizedString xml:lang="FR" charset="UTF8" value="{name}"/></Name></Classification>')

def author(scheme, owner, number):
    return (f'<Classification id="urn:uuid:00000000-0000-4000-8000-{number:012d}" classificationScheme="urn:uuid:{scheme}" classifiedObject="{owner}" nodeRepresentation="">'
            + slot('authorInstitution', xon()) + slot('authorPerson', xcn()) + slot('authorRole', 'Référent - Responsable du patient dans la structure de soins')
            + slot('authorSpecialty', 'G15_10/SM26^Médecin - Qualifié en Médecine Générale (SM)^1.2.250.1.213.1.1.4.5') + '</Classification>')

def external(scheme, owner, number, value, name):
    return (f'<ExternalIdentifier id="urn:uuid:00000000-0000-4000-8000-{number:012d}" identificationScheme="urn:uuid:{scheme}" registryObject="{owner}" value="{value}">'
            f'<Name><LocalizedString value="{name}"/></Name></ExternalIdentifier>')

def metadata(document, data, patient=None):
    entry, package = f'urn:uuid:10000000-0000-4000-8000-{document.number:012d}', f'urn:uuid:20000000-0000-4000-8000-{document.number:012d}'
    patient = patient or f'{INS}^^^&amp;{INS_OID}&amp;ISO^NH'
    approved = 'urn:oasis:names:tc:ebxml-regrep:StatusType:Approved'
    class_code, class_name = document.class_code()
    start, stop = utc(document.day + '093000'), utc(document.day + '101500')
    confidentiality = [('N', '2.16.840.1.113883.5.25', 'Normal')] + [(code, '1.2.250.1.213.1.1.4.13', name) for code, name in document.masks]
    title = document.title.replace('&', '&amp;')
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<SubmitObjectsRequest xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"><RegistryObjectList xmlns="{RIM}">
<RegistryPackage id="{package}" status="{approved}">
{slot('submissionTime', utc(document.day + '102000'))}
<Name><LocalizedString xml:lang="FR" charset="UTF8" value="{title}"/></Name>
<Classification id="urn:uuid:00000000-0000-4000-8000-000000000001" classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd" classifiedObject="{package}"/>
{author('a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d', package, 2)}
{classification('aa543740-bdda-424e-8c96-df4873be8500', package, 3, 'SA01', '1.2.250.1.71.4.2.4', 'Etablissement public de santé')}
{external('6b5aea1a-874d-4603-a4bc-96a0a7b38446', package, 4, patient, 'XDSSubmissionSet.patientId')}
{external('554ac39e-e3fe-47fe-b233-965d2a147832', package, 5, f'1.2.250.1.71.4.2.2.1{FINESS}', 'XDSSubmissionSet.sourceId')}
{external('96fdda7c-d067-4183-912e-bf5ee74998a8', package, 6, f'1.2.250.1.999.4.{document.number}', 'XDSSubmissionSet.uniqueId')}
</RegistryPackage>
<ExtrinsicObject id="{entry}" mimeType="text/xml" objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1" status="{approved}">
{slot('hash', hashlib.sha1(data).hexdigest())}{slot('size', len(data))}{slot('URI', 'DOC0001.XML')}
{slot('creationTime', stop)}{slot('languageCode', 'fr-FR')}{slot('legalAuthenticator', xcn())}
{slot('serviceStartTime', start)}{slot('serviceStopTime', stop)}
{slot('sourcePatientId', f'IPP00042^^^&amp;{LOCAL_OID}&amp;ISO^PI')}
{slot('sourcePatientInfo', f'PID-5|{FAMILY}^{GIVEN}^{GIVENS}^^^^L', f'PID-5|{FAMILY}^{GIVEN}^^^^^D', f'PID-7|{BIRTH}', f'PID-8|{SEX}', f'PID-11|^^^^^^BDL^^{COG}')}
<Name><LocalizedString xml:lang="FR" charset="UTF8" value="{title}"/></Name>
{classification('2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4', entry, 10, document.code, '2.16.840.1.113883.6.1', document.display)}
{author('93606bcf-9494-43ec-9b4e-a7748d1a838d', entry, 11)}
{classification('41a5887f-8865-4c09-adf7-e362475b143a', entry, 12, class_code, '1.2.250.1.213.1.1.4.1', class_name)}
{''.join(classification('f4f85eac-e6cb-4883-b524-f2705394840f', entry, 13 + rank, code, system, name) for rank, (code, system, name) in enumerate(confidentiality))}
{classification('a09d5840-386c-46f2-b5ad-9c3699a4309d', entry, 20, *document.format())}
{classification('f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1', entry, 21, 'SA01', '1.2.250.1.71.4.2.4', 'Etablissement public de santé')}
{classification('cccf5598-8b07-4b77-a05e-ae952c785ead', entry, 22, 'ETABLISSEMENT', '1.2.250.1.213.1.1.4.9', 'Etablissement de santé')}
{classification('f0306f51-975f-434e-a61c-c59651d33983', entry, 23, document.code, '2.16.840.1.113883.6.1', document.display)}
{external('58a6f841-87b3-4a3e-92fd-a8ffeff98427', entry, 24, patient, 'XDSDocumentEntry.patientId')}
{external('2e82c1f6-a085-4c72-9da3-8640a32e42ab', entry, 25, document.oid, 'XDSDocumentEntry.uniqueId')}
</ExtrinsicObject>
<Association id="urn:uuid:30000000-0000-4000-8000-{document.number:012d}" associationType="urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember" sourceObject="{package}" targetObject="{entry}">{slot('SubmissionSetStatus', 'Original')}</Association>
</RegistryObjectList></SubmitObjectsRequest>
""".encode()

README = f"""Emetteur :
==========
    . Nom : MME ESSAI Alice
    . Organisme : Hôpital d'essai (1{FINESS})
    . Adresse : 1 rue de l'Essai 75001 PARIS
    . Téléphone : 0100000000

Application de l'émetteur :
===========================
    . Nom : Plateforme d'essai
    . Version : 1.0
    . Editeur : Editeur d'essai

Instructions :
==============
    . Ouvrir INDEX.HTM dans un navigateur.

Arborescence :
==============
    README.TXT
    INDEX.HTM
    IHE_XDM
        SUBSET01
            METADATA.XML
            DOC0001.XML
""".replace('\n', '\r\n').encode()

INDEX = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr">
<head><title>Archive IHE_XDM</title></head>
<body>
<h1>Emetteur : Hôpital d'essai (1{FINESS})</h1>
<p>Voir <a href="README.TXT">README.TXT</a>. Document : <a href="IHE_XDM/SUBSET01/DOC0001.XML">DOC0001.XML</a></p>
</body>
</html>
""".encode()

def xdm(document, data=None, meta=None):
    data = data or document.cda()
    return archive([('README.TXT', README), ('INDEX.HTM', INDEX), ('IHE_XDM/SUBSET01/METADATA.XML', meta or metadata(document, data)), ('IHE_XDM/SUBSET01/DOC0001.XML', data)])

# --- HL7 v2 ------------------------------------------------------------------------------------------------------------

YES_NO = [('MASQUE_PS', 'Masqué aux professionnels de Santé'), ('INVISIBLE_PATIENT', 'Document Non Visible par le patient'),
          ('INVISIBLE_REP_LEGAUX', 'Non visible par les représentants Légaux du patient'), ('CONNEXION_SECRETE', 'Connexion Secrete'),
          ('MODIF_CONF_CODE', 'Modification Confidentiality Code'), ('DESTDMP', 'Destinataire DMP'),
          ('DESTMSSANTEPS', 'Destinataire (Professionnel de Santé, organisation ou BAL applicative)'), ('DESTMSSANTEPAT', 'Destinataire Patient'),
          ('ACK_RECEPTION', 'Accusé de réception'), ('ACK_LECTURE_MSS', 'Accusé de lecture')]

def oru(document, control, flags):
    encoded = base64.b64encode(document.cda()).decode()
    patient = f'PID|1||{INS}^^^ASIP-SANTE-INS-NIR&{INS_OID}&ISO^INS~IPP00042^^^HOPITAL&{LOCAL_OID}&ISO^PI||{FAMILY}^{GIVEN}^{GIVENS}^^^^L||{BIRTH}|{SEX}|||28 avenue de l\'Essai^^PARIS^^75007^FRA^H~^^^^^^BDL^^{COG}|||||||DOS0001^^^HOPITAL&{LOCAL_OID}&ISO^AN||||||||||||||VALI'
    segments = [
        f'MSH|^~\\&|DPI|HOPITAL|PFI|HOPITAL|{document.day}102000+0100||ORU^R01^ORU_R01|{control}|P|2.5|||||FRA|UNICODE UTF-8|||2.1^CISIS_CDA_HL7_V2',
        patient,
        f'PV1|1|I|CARDIO||||||||||||||||SEJ0001^^^HOPITAL&{LOCAL_OID}&ISO^VN|||||||||||||||||||||||||{document.day}080000',
        f'ORC|NW|{control}^DPI|{control}^PFI||||||{document.day}093000|||8{RPPS}^ESSAI^Alice^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS',
        f'OBR|1|{control}^DPI|{control}^PFI|{document.code}^{document.display}^LN|||{document.day}093000|||||||||||||||{document.day}101500|||F',
        f'OBX|1|ED|{document.code}^{document.display}^LN||^TEXT^XML^Base64^{encoded}||||||F|||{document.day}101500',
        f'PRT||UC||SB^Send by^participation|8{RPPS}^ESSAI^Alice^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS|||Hôpital d\'essai^^^^^ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^FINEG^^^{FINESS}',
        f'PRT||UC||RCT^Result Copies To^participation|8{RPPS2}^TEMOIN^Bob^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS||||||||||^^X.400^bob.temoin@essai.mssante.fr',
    ]
    if 'DESTMSSANTEPAT' in flags:
        segments.append(f'PRT||UC||RCT^Result Copies To^participation|{INS}^{FAMILY}^{GIVEN}^^^^^^ASIP-SANTE-INS-NIR&{INS_OID}&ISO^L^^^INS||||||||||^^X.400^{INS}@patient.mssante.fr')
    for rank, (code, label) in enumerate(YES_NO):
        segments.append(f'OBX|{rank + 2}|CE|{code}^{label}^MetaDMPMSS||{"Y" if code in flags else "N"}^^expandedYes-NoIndicator||||||F')
    return ('\r'.join(segments) + '\r').encode()

def ack(control):
    return f'MSH|^~\\&|PFI|HOPITAL|DPI|HOPITAL|20240304102005+0100||ACK^R01^ACK|A{control}|P|2.5|||||FRA|UNICODE UTF-8\rMSA|AA|{control}\r'.encode()

def trace(document, control):
    day = f'{document.day[:4]}-{document.day[4:6]}-{document.day[6:]}'
    return (f'{day}T10:20:00+01:00 INFO message reçu control_id={control} type=ORU^R01 emetteur=DPI utilisateur=dpi-passerelle\n'
            f'{day}T10:20:01+01:00 INFO document extrait id={document.oid} patient={INS} action=integration resultat=succes\n'
            f'{day}T10:20:02+01:00 INFO soumission XDS préparée destinataire=DMP action=alimentation utilisateur=pfi resultat=succes\n'
            f'{day}T10:20:05+01:00 INFO acquittement envoyé MSA-1=AA control_id={control} destinataire=DPI\n').encode()

def bundle(document, control, flags):
    return archive([('message.hl7', oru(document, control, flags)), ('acquittement.hl7', ack(control)), ('trace-integration.log', trace(document, control)),
                    ('soumission-xds.xml', metadata(document, document.cda()))])

# --- MSSanté mail ------------------------------------------------------------------------------------------------------

def wrapped(data):
    return base64.encodebytes(data).decode().replace('\n', '\r\n')

def header_word(text):
    return '=?UTF-8?B?' + base64.b64encode(text.encode()).decode() + '?='

def mail(document, number, archive_bytes=None, subject=None, ins='O', code=None, extra='', pdf_bytes=None, to='bob.temoin@essai.mssante.fr'):
    date = f'{document.day[6:]}/{document.day[4:6]}/{document.day[:4]}'
    birth = f'{BIRTH[6:]}/{BIRTH[4:6]}/{BIRTH[:4]}'
    subject = subject or f'XDM/1.0/DDM+{document.display[:40]} {FAMILY} {GIVEN} {birth}'
    label = ''.join(letter if letter.isascii() and letter.isalnum() else '-' for letter in document.display[:40].replace("'", '-').replace('é', 'e').replace('è', 'e'))
    name = f'{document.day}_{label}_{FAMILY}_{GIVEN}.pdf'
    boundary = f'----essai-{number}'
    moment = datetime.datetime.strptime(document.day, '%Y%m%d').strftime('%a, %d %b %Y') + ' 10:30:00 +0100'
    return f"""Message-ID: <essai-{number}@essai.mssante.fr>\r
Date: {moment}\r
From: "MME_Alice_ESSAI_Hopital-d-essai" <alice.essai@essai.mssante.fr>\r
To: <{to}>\r
Subject: {header_word(subject)}\r
X-MSS-INS: {ins}\r
X-MSS-CODECDA: {code or document.code}\r
X-MSS-NIL: ESSAI-PFI-0001\r
{extra}MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary="{boundary}"\r
\r
--{boundary}\r
Content-Type: text/plain; charset=UTF-8\r
Content-Transfer-Encoding: 8bit\r
\r
Bonjour,\r
\r
Veuillez trouver ci-joint un document du {date}.\r
\r
--{boundary}\r
Content-Type: application/zip; name="IHE_XDM.ZIP"\r
Content-Disposition: attachment; filename="IHE_XDM.ZIP"\r
Content-Transfer-Encoding: base64\r
\r
{wrapped(archive_bytes or xdm(document))}--{boundary}\r
Content-Type: application/pdf; name="{name}"\r
Content-Disposition: attachment; filename="{name}"\r
Content-Transfer-Encoding: base64\r
\r
{wrapped(pdf_bytes or document.pdf)}--{boundary}--\r
""".encode()

# --- statistics --------------------------------------------------------------------------------------------------------

def statistics(months=24, failures=0):
    rows = ['Mois;FINESS;RPPS;Canal;Type de document;Statut INS;Résultat;Nombre']
    for rank in range(months):
        month = f'{2022 + rank // 12}-{rank % 12 + 1:02d}'
        for channel in ('DMP', 'MSS pro', 'MSS citoyenne'):
            for code in ('11490-0', '34874-8'):
                rows.append(f'{month};{FINESS};{RPPS};{channel};{code};qualifiée;réussite;10')
    return ('\r\n'.join(rows) + '\r\n').encode()

# --- the dossiers ------------------------------------------------------------------------------------------------------

MANIFEST = """# Sample dossier of conforme: everything in it is synthetic.
format = 1
dsr = "HOP-PFI-Va1"
profiles = ["Général"]

[product]
vendor = "Éditeur d'essai"
name = "Plateforme d'essai"
version = "1.0"
"""

MASK_PRO = ('MASQUE_PS', 'Masqué aux professionnels de santé')
MASK_PATIENT = ('INVISIBLE_PATIENT', 'Non visible par le patient')

def sample():
    imaging = Document(1, '18748-4', "CR d'imagerie", 'CR d’imagerie : radiographie du thorax', '20240304')
    masked = Document(2, '18748-4', "CR d'imagerie", 'CR d’imagerie : échographie', '20240305', (MASK_PRO,))
    lab = [Document(3 + rank, '11502-2', "CR d'examens biologiques", f'CR d’examens biologiques n° {rank + 1}', f'2024030{6 + rank % 3}', (MASK_PATIENT,) if rank % 2 else (), level=3 if rank > 1 else 1) for rank in range(4)]
    letters = [Document(10 + rank, '11490-0', 'Lettre de liaison', f'Lettre de liaison n° {rank + 1}', f'202403{11 + rank}') for rank in range(10)]
    everyone = ('DESTDMP', 'DESTMSSANTEPS', 'DESTMSSANTEPAT', 'ACK_RECEPTION', 'ACK_LECTURE_MSS')
    files = {'dossier.toml': MANIFEST.encode()}
    def put(proof, name, data): files[f'preuves/{proof.replace("/", "_")}/{name}'] = data
    film = iter(range(1, 100))
    for proof in ('DMP/va1.01.01.01', 'DMP/va1.01.01.02', 'INS/va1.16.01.01', 'INS/va1.16.01.02', 'MSS/va1.18.01.01', 'MSS/va1.19.02.01'):
        number = next(film)
        put(proof, f'{proof.replace("/", "_")}.mov', mov(4, 5, number * 5))
    put('DMP/va1.08.01.01', 'homologation-dmp.pdf', pdf_text("Autorisation du CNDA", ["Numéro d'autorisation : CNDA-2024-000042", 'Produit : Plateforme d’essai, version 1.0', 'Profil : DMP, alimentation', 'Date : 15/01/2024']))
    put('INTRA/va1.01.01.01', 'message-1.zip', bundle(imaging, 'IMG0001', everyone))
    put('INTRA/va1.01.01.02', 'message-2.zip', bundle(masked, 'IMG0002', ('MASQUE_PS', 'DESTDMP', 'DESTMSSANTEPAT', 'ACK_RECEPTION')))
    put('INTRA/va1.01.01.03', 'IHE_XDM.ZIP', xdm(imaging))
    put('INTRA/va1.01.01.04', 'compte-rendu.pdf', imaging.pdf)
    for rank, document in enumerate(lab):
        flags = ('DESTDMP', 'DESTMSSANTEPS', 'ACK_RECEPTION') + (('INVISIBLE_PATIENT',) if document.masks else ('DESTMSSANTEPAT',))
        put(f'INTRA/va1.02.01.0{rank + 1}', f'message-{rank + 1}.zip', bundle(document, f'BIO000{rank + 1}', flags))
    put('INTRA/va1.02.01.05', 'IHE_XDM.ZIP', xdm(lab[0]))
    put('INTRA/va1.02.01.06', 'compte-rendu.pdf', lab[0].pdf)
    for proof, text in (('MSS/va1.03.01.01', 'tls.minimum = 1.2\ntls.suites = TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\noperateur.hote = smtp.essai.mssante.fr\n'),
                        ('MSS/va1.31.01.01', 'tls.versions = TLSv1.2\ntls.versions.refusees = SSLv3, TLSv1.0, TLSv1.1\n'),
                        ('MSS/va1.06.01.01', 'autorites.acceptees = AC IGC-SANTE ELEMENTAIRE ORGANISATIONS\nmagasin = /etc/pfi/igc-sante.pem\n'),
                        ('MSS/va1.04.01.01', 'certificat.controle.expiration = oui\ncertificat.controle.revocation = oui\n'),
                        ('MSS/va1.04.01.02', 'if certificate.not_after < now:\n    refuse("certificat expiré")\n')):
        put(proof, 'configuration.txt', f'# {proof} : extrait de la configuration\n{text}'.encode())
    for proof, action in (('MSS/va1.03.01.02', 'connexion TLS'), ('MSS/va1.31.01.02', 'connexion TLSv1.2'), ('MSS/va1.14.01.01', 'envoi')):
        lines = ''.join(f'2024-03-04T11:{minute:02d}:00+01:00 utilisateur=alice.essai action="{action}" destinataire=bob.temoin@essai.mssante.fr message=<essai-{minute}@essai.mssante.fr> resultat=succes preuve={proof}\n' for minute in range(10, 15))
        put(proof, 'journal.log', lines.encode())
    for rank, proof in enumerate(('MSS/va1.12.01.01', 'MSS/va1.08.01.01', 'MSS/va1.11.01.01', 'MSS/va1.09.01.01', 'MSS/va1.19.01.01', 'MSS/va1.16.01.01', 'MSS/va1.15.01.01', 'MSS/va1.17.01.03')):
        extra = {'MSS/va1.08.01.01': 'In-Reply-To: <essai-0@essai.mssante.fr>\r\nReferences: <essai-0@essai.mssante.fr>\r\n',
                 'MSS/va1.09.01.01': 'Auto-Submitted: auto-generated\r\nReply-To: <alice.essai@essai.mssante.fr>\r\n',
                 'MSS/va1.15.01.01': 'Disposition-Notification-To: <alice.essai@essai.mssante.fr>\r\n'}.get(proof, '')
        to = f'{INS}@patient.mssante.fr' if proof in ('MSS/va1.19.01.01', 'MSS/va1.17.03.01', 'MSS/va1.17.01.03') else 'bob.temoin@essai.mssante.fr'
        put(proof, 'message.eml', mail(letters[rank], rank + 1, extra=extra, to=to))
    put('MSS/va1.17.01.02', 'lettre.pdf', letters[7].pdf)
    for proof, oid in (('MSS/va1.13.01.01', '1.2.3.101'), ('MSS/va1.13.01.03', '1.2.3.102'), ('MSS/va1.17.01.01', '1.2.3.103')):
        put(proof, 'lien.txt', f'https://interop.esante.gouv.fr/evs/report.seam?oid={oid}\n'.encode())
    put('MSS/va1.13.01.02', 'documentation.pdf', pdf_text('Annuaire Santé : mode opératoire', ['1. Rechercher le correspondant', '2. Choisir la boîte aux lettres', '3. Envoyer']))
    put('TBB/va1.01.01.01', 'format-des-extractions.pdf', pdf_text('Format des extractions', ['Mois : AAAA-MM', 'FINESS : 9 chiffres', 'RPPS : 11 chiffres', 'Canal : DMP, MSS pro, MSS citoyenne', 'Type de document : code LOINC', 'Statut INS, Résultat, Nombre']))
    put('TBB/va1.01.01.02', 'tableau-de-bord.csv', statistics().replace(b'\r\n', b'\n'))
    put('TBB/va1.01.01.03', 'extraction.csv', statistics())
    return files, imaging, masked, lab, letters

def write(name, files):
    folder = os.path.join(HERE, name)
    shutil.rmtree(folder, ignore_errors=True)
    for path, data in files.items():
        target = os.path.join(folder, *path.split('/'))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, 'wb') as file: file.write(data)

def faulty():
    """`pfi-conforme` with one fault of its kind in most proofs; `pfi-fautes.toml` says which rule must find each."""
    files, imaging, masked, lab, letters = sample()
    path = lambda proof, name: f'preuves/{proof.replace("/", "_")}/{name}'
    def put(proof, name, data): files[path(proof, name)] = data
    def drop(proof, name): return files.pop(path(proof, name))
    everyone = ('DESTDMP', 'DESTMSSANTEPS', 'DESTMSSANTEPAT', 'ACK_RECEPTION', 'ACK_LECTURE_MSS')
    files['dossier.toml'] = MANIFEST.encode() + b"""
[[proof]]
id = "INS/va1.16.01.09"
files = ["captures/*.png"]
"""
    drop('DMP/va1.01.01.02', 'DMP_va1.01.01.02.mov')                                              # missing
    files['preuves/INS_va1.16.1.02/demonstration.mov'] = drop('INS/va1.16.01.02', 'INS_va1.16.01.02.mov')  # misspelt folder
    put('MSS/va1.14.01.01', 'journal.log', b'')                                                   # empty file
    film = files[path('INS/va1.16.01.01', 'INS_va1.16.01.01.mov')]
    put('INS/va1.16.01.01', 'INS_va1.16.01.01.mov', film[:len(film) // 2])                        # cut film
    put('DMP/va1.01.01.01', 'DMP_va1.01.01.01.mov', b'capture a faire')                           # a text in the place of a film
    authorisation = files[path('DMP/va1.08.01.01', 'homologation-dmp.pdf')]
    put('DMP/va1.08.01.01', 'homologation-dmp.pdf', authorisation[:300])                          # cut PDF
    message = oru(imaging, 'IMG0001', everyone)
    put('INTRA/va1.01.01.01', 'message-1.zip', archive([('message.hl7', message.replace(f'PID|1||{INS}'.encode(), b'PID|1||279035121518900')), ('trace-integration.log', trace(imaging, 'IMG0001'))]))  # INS key in PID-3
    put('INTRA/va1.01.01.02', 'message-2.zip', archive([('message.hl7', oru(masked, 'IMG0002', ('MASQUE_PS', 'DESTDMP')).replace(b'|P|2.5|', b'|P|2.6|')), ('trace-integration.log', trace(masked, 'IMG0002'))]))  # wrong HL7 version
    data = imaging.cda()
    put('INTRA/va1.01.01.03', 'IHE_XDM.ZIP', xdm(imaging, data, metadata(imaging, data + b' ')))   # hash and size
    put('INTRA/va1.01.01.04', 'compte-rendu.pdf', pdf_a1(imaging.title, 1, claim=False))           # no PDF/A claim
    put('INTRA/va1.02.01.01', 'message-1.zip', archive([('message.hl7', oru(lab[0], 'BIO0001', everyone)), ('soumission-xds.xml', b'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "b">]>\n<SubmitObjectsRequest xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0">&a;</SubmitObjectsRequest>')]))  # DTD
    put('INTRA/va1.02.01.02', 'message-2.zip', archive([('message.hl7', oru(lab[1], 'BIO0002', ('DESTDMP', 'DESTMSSANTEPS', 'INVISIBLE_PATIENT'))), ('../../etc/trace.log', trace(lab[1], 'BIO0002'))]))  # climbing name
    put('INTRA/va1.02.01.03', 'message-3.zip', archive([('message.hl7', oru(lab[2], 'BIO0003', everyone).replace(b'\rOBR|', b'\robr|'))]))  # segment name
    put('INTRA/va1.02.01.04', 'message-4.zip', archive([('message.hl7', oru(lab[3], 'BIO0004', ('DESTDMP', 'DESTMSSANTEPS', 'DESTMSSANTEPAT', 'INVISIBLE_PATIENT')))]))  # hidden from the patient, sent to them
    data = lab[0].cda()
    put('INTRA/va1.02.01.05', 'IHE_XDM.ZIP', archive([('README.TXT', README), ('IHE_XDM/SUBSET01/METADATA.XML', metadata(lab[0], data, f'260058815400244^^^&amp;{INS_OID}&amp;ISO^NH')), ('IHE_XDM/SUBSET01/DOC0001.XML', data)]))  # no INDEX.HTM, another patient
    put('MSS/va1.12.01.01', 'message.eml', mail(letters[0], 1).replace(b'Message-ID: <essai-1@essai.mssante.fr>\r\n', b''))  # no Message-ID
    put('MSS/va1.08.01.01', 'message.eml', mail(letters[1], 2, subject='Lettre de liaison'))       # subject
    put('MSS/va1.11.01.01', 'message.eml', mail(letters[2], 3, ins='N'))                           # X-MSS-INS
    put('MSS/va1.09.01.01', 'message.eml', mail(letters[3], 4, code='11502-2'))                    # X-MSS-CODECDA
    put('MSS/va1.16.01.01', 'message.eml', mail(letters[5], 6, pdf_bytes=pdf_a1('Un autre document', 42)))  # the PDF is another document
    put('MSS/va1.15.01.01', 'message.eml', mail(letters[6], 7, archive_bytes=b'PK\x03\x04 not an archive'))  # broken archive
    put('MSS/va1.17.01.01', 'lien.txt', b'voir avec le support\n')                                # no link
    rows = statistics().decode().split('\r\n')
    put('TBB/va1.01.01.03', 'extraction.csv', '\r\n'.join([rows[0], rows[1][:-2] + '-10', rows[2], rows[2]] + rows[3:]).encode())  # negative, duplicate
    put('TBB/va1.01.01.02', 'tableau-de-bord.csv', statistics().replace(FINESS.encode(), FINESS[:-1].encode()))  # FINESS of 8 digits
    files['notes/brouillon.txt'] = b'a reprendre\n'                                               # serves no proof
    return files

if __name__ == '__main__':
    for name, files in (('pfi-conforme', sample()[0]), ('pfi-fautes', faulty())):
        write(name, files)
        print(name, len(files), 'files,', sum(map(len, files.values())), 'bytes')
