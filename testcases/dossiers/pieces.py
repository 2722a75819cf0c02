#!/usr/bin/env python3
"""Writes the small pieces that fill one dossier per DSR: `python3 testcases/dossiers/pieces.py`.

`filling.toml` says which piece answers which proof; the test `a_dossier_of_each_dsr_has_the_expected_verdicts` makes each
dossier as `conforme init` does, fills it, and compares the verdict of every proof with `dsr/<DSR>.toml`.
Everything is synthetic: a national test identity, made-up professionals and establishments with right keys.
"""
import base64, hashlib, os, subprocess, sys, tempfile
import xml.etree.ElementTree as ElementTree

sys.dont_write_bytecode = True
from generate import (FAMILY, FINESS, GIVEN, GIVENS, BIRTH, INS, INS_OID, LOCAL_OID, MASK_PATIENT, MASK_PRO, RPPS, RPPS2, SEX,
                      Document, archive, mail, oru, pdf_a1, pdf_text, png, xdm)

HERE = os.path.dirname(os.path.abspath(__file__))
EVERYONE = ('DESTDMP', 'DESTMSSANTEPS', 'DESTMSSANTEPAT', 'ACK_RECEPTION', 'ACK_LECTURE_MSS')
PATIENT = f'{INS}@patient.mssante.fr'

# --- identities by IHE PAM ---------------------------------------------------------------------------------------------

def adt(event, structure, control, ins, status, extra=()):
    ids = f'IPP00042^^^HOPITAL&{LOCAL_OID}&ISO^PI' + (f'~{ins}^^^ASIP-SANTE-INS-NIR&{INS_OID}&ISO^INS' if ins else '')
    segments = [
        f'MSH|^~\\&|RI|HOPITAL|DPI|HOPITAL|20240304102000||ADT^{event}^{structure}|{control}|P|2.5^FRA^2.11|||||FRA|UNICODE UTF-8|FR||2.11^IHE_FRANCE-2.11-PAM',
        'EVN||20240304102000',
        f'PID|1||{ids}||{FAMILY}^{GIVEN}^{GIVENS}^^^^L||{BIRTH}|{SEX}|||^^^^^^BDL^^51215|||||||DOS0001^^^HOPITAL&{LOCAL_OID}&ISO^AN|||||||||||||N|{status}',
        *extra,
    ]
    return ('\r'.join(segments) + '\r').encode()

CHECKED = ('PV1|1|N', 'ZFD|||Y|N|INSI|20240110|CN')

# --- VIHF --------------------------------------------------------------------------------------------------------------

def vihf(user, name, number):
    """A SOAP message with a signed assertion. The key is made for it and thrown away: `openssl` signs."""
    attribute = lambda name, value: f'<saml:Attribute Name="{name}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'
    role = lambda code, system: f'<hl7:Role xmlns:hl7="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" code="{code}" codeSystem="{system}" xsi:type="hl7:CE"/>'
    head = f'<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_essai{number}" IssueInstant="2024-03-04T09:10:00Z" Version="2.0"><saml:Issuer Format="urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName">CN={user},OU=1{FINESS},O=TEST,C=FR</saml:Issuer>'
    tail = (f'<saml:Subject><saml:NameID>{user}</saml:NameID></saml:Subject><saml:Conditions NotBefore="2024-03-04T09:09:00Z" NotOnOrAfter="2024-03-04T10:10:00Z"/>'
            '<saml:AuthnStatement AuthnInstant="2024-03-04T09:00:00Z"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>'
            + attribute('VIHF_Version', '3.0') + attribute('Identifiant_Structure', f'1{FINESS}') + attribute('Secteur_Activite', 'SA01^1.2.250.1.71.4.2.4')
            + attribute('urn:oasis:names:tc:xspa:1.0:subject:subject-id', name) + attribute('Authentification_Mode', 'DIRECTE') + attribute('Ressource_URN', 'urn:dmp')
            + attribute('LPS_Nom', "Logiciel d'essai") + attribute('LPS_Version', '1.0') + attribute('LPS_ID_HOMOLOGATION_DMP', 'ESSAI-1')
            + attribute('urn:oasis:names:tc:xacml:2.0:resource:resource-id', f'{INS}^^^&amp;{INS_OID}&amp;ISO^NH')
            + f'<saml:Attribute Name="urn:oasis:names:tc:xacml:2.0:subject:role"><saml:AttributeValue>{role("10", "1.2.250.1.71.1.2.7")}</saml:AttributeValue><saml:AttributeValue>{role("SM26", "1.2.250.1.71.4.2.5")}</saml:AttributeValue></saml:Attribute>'
            + f'<saml:Attribute Name="urn:oasis:names:tc:xspa:1.0:subject:purposeofuse"><saml:AttributeValue><hl7:PurposeOfUse xmlns:hl7="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" code="normal" codeSystem="1.2.250.1.213.1.1.4.248" displayName="Accès normal" xsi:type="hl7:CE"/></saml:AttributeValue></saml:Attribute>'
            '</saml:AttributeStatement></saml:Assertion>')
    digest = base64.b64encode(hashlib.sha256(ElementTree.canonicalize(head + tail).encode()).digest()).decode()
    signed = (f'<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>'
              f'<ds:Reference URI="#_essai{number}"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>'
              '</ds:SignedInfo>')
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = os.path.join(folder, 'key.pem'), os.path.join(folder, 'certificate.der')
        run = lambda *arguments, **options: subprocess.run(['openssl', *arguments], check=True, capture_output=True, **options).stdout
        # `ca` is what lets the validity begin on a day of ours.
        config = os.path.join(folder, 'ca.cnf')
        with open(config, 'w') as file:
            file.write(f'[ca]\ndefault_ca=own\n[own]\ndatabase={folder}/index\nserial={folder}/serial\nnew_certs_dir={folder}\ndefault_md=sha256\npolicy=any\n[any]\ncountryName=optional\norganizationName=optional\norganizationalUnitName=optional\ncommonName=supplied\n')
        open(os.path.join(folder, 'index'), 'w').close()
        with open(os.path.join(folder, 'serial'), 'w') as file: file.write(f'0{number}')
        run('req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', f'{folder}/request.pem', '-subj', f'/C=FR/O=TEST/OU=1{FINESS}/CN={user}')
        run('ca', '-batch', '-selfsign', '-config', config, '-keyfile', key, '-in', f'{folder}/request.pem', '-out', f'{folder}/certificate.pem', '-startdate', '20240101000000Z', '-enddate', '20340101000000Z', '-notext')
        run('x509', '-in', f'{folder}/certificate.pem', '-outform', 'DER', '-out', certificate)
        value = base64.b64encode(run('dgst', '-sha256', '-sign', key, input=ElementTree.canonicalize(signed).encode())).decode()
        with open(certificate, 'rb') as file: issued = base64.b64encode(file.read()).decode()
    signature = (f'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{signed.replace(" xmlns:ds=" + chr(34) + "http://www.w3.org/2000/09/xmldsig#" + chr(34), "")}'
                 f'<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{issued}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>')
    return ('<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://www.w3.org/2005/08/addressing"><soap:Header><wsa:Action>urn:ihe:iti:2007:RegistryStoredQuery</wsa:Action>'
            '<wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">' + head + signature + tail
            + '</wsse:Security></soap:Header><soap:Body><essai/></soap:Body></soap:Envelope>\n').encode()

# --- statistics of the scenarios -----------------------------------------------------------------------------------------

MONTHS = [f'{2022 + rank // 12}-{rank % 12 + 1:02d}' for rank in range(24)]
CHANNELS = ('DMP', 'MSS pro', 'MSS citoyenne')

def table(header, rows):
    return '\r\n'.join(';'.join(str(cell) for cell in row) for row in [header, *rows]).encode() + b'\r\n'

def attempts():
    return table(['Mois', 'FINESS', 'RPPS', 'Canal', 'Type de document', 'Statut INS', 'Résultat', 'Nombre'],
                 [[month, FINESS, RPPS, channel, code, 'qualifiée', 'réussite', 10] for month in MONTHS for channel in CHANNELS for code in ('11490-0', '34874-8')])

def insi():
    return table(['Mois', 'FINESS', 'Appels INSi', 'Appels INSi réussis', 'Appels INSi en échec', 'Taux de réussite INSi', 'Nouvelles admissions', 'Admissions avec INS qualifiée', "Taux d'INS qualifiées"],
                 [[month, FINESS, 200, 190, 10, '95 %', 300, 240, '80 %'] for month in MONTHS])

def documents(code, dossiers=False):
    header = ['Mois', 'FINESS', 'RPPS', 'Canal', 'Type de document', 'Total', 'INS qualifiée', 'INS non qualifiée'] + (['Nombre de dossiers'] if dossiers else [])
    return table(header, [[month, FINESS, RPPS, channel, code, 10, 9, 1] + ([8] if dossiers else []) for month in MONTHS for channel in CHANNELS])

def failures(code):
    return table(['Mois', 'FINESS', 'RPPS', 'Canal', 'Type de document', 'Résultat', 'Nombre'],
                 [[month, FINESS, RPPS, channel, code, result, number] for month in MONTHS for channel in CHANNELS
                  for result, number in (('réussite', 10), *([('échec', 1)] if month == '2022-06' else []))])

# --- the pieces --------------------------------------------------------------------------------------------------------

def log(action, more=''):
    return ''.join(f'2024-03-04T11:{minute:02d}:00+01:00 utilisateur=alice.essai action="{action}" destinataire=bob.temoin@essai.mssante.fr resultat=succes{more}\n' for minute in range(10, 15)).encode()

def pieces():
    report = lambda number, masks=(), level=1: Document(number, '11502-2', "CR d'examens biologiques", f'CR d’examens biologiques n° {number}', '20240306', masks, level=level)
    imaging = lambda number, masks=(): Document(number, '18748-4', "CR d'imagerie", f'CR d’imagerie n° {number}', '20240304', masks)
    letter = Document(60, '11490-0', 'Lettre de liaison', 'Lettre de liaison n° 60', '20240311')
    to_patient = Document(61, '11490-0', 'Lettre de liaison', 'Lettre de liaison n° 61', '20240312')
    chest = imaging(62)
    dated = ['Fait à Paris, le 15/01/2024', "Éditeur d'essai, Logiciel d'essai, version 1.0", 'Alice ESSAI, directrice générale', 'Signé électroniquement par Alice ESSAI']
    return {
        'demonstration.png': png(320, 200, 3),
        'impression.png': png(800, 600, 5),
        'document.pdf': pdf_text('Documentation', ["Logiciel d'essai, version 1.0, 15/01/2024", '1. Objet', '2. Mise en oeuvre', '3. Exploitation']),
        'attestation.pdf': pdf_text('Attestation de conformité', ["Je soussignée atteste sur l'honneur que le Logiciel d'essai, version 1.0, satisfait à l'exigence."] + dated),
        'cnda.pdf': pdf_text("Autorisation du CNDA", ["Numéro d'autorisation : CNDA-2024-000042", "Produit : Logiciel d'essai, version 1.0", 'Profil : DMP, alimentation et consultation', 'Date : 15/01/2024']),
        'reponses.pdf': pdf_text('Réponses', ['Numéro SIRET : 732 829 320 00074', 'Numéro de TVA intracommunautaire : FR44732829320', 'Bibliothèque : openid-client, version 5.6.1', 'Date : 15/01/2024']),
        'test-intrusion.pdf': pdf_text("Formulaire du test d'intrusion", ["Prestataire : Société d'essai, qualifiée PASSI", 'Périmètre : Logiciel d’essai, version 1.0', 'Date du test : 15/01/2024', 'Vulnérabilités critiques : 0', 'Vulnérabilités majeures : 0', 'Signé électroniquement par Alice ESSAI']),
        'configuration.txt': b'tls.minimum = 1.2\ntls.suites = TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\ncertificat.controle.revocation = oui\n',
        'lien-interop.txt': b'https://interop.esante.gouv.fr/evs/report.seam?oid=1.2.3.101\n',
        'lien-mssante.txt': b'https://tests-editeur.espacedeconfiance.mssante.fr/project/MSSante/execution/show/1042\n',
        'journal.log': log('envoi', ' message=<essai-1@essai.mssante.fr>'),
        'import.log': log('import', ' lignes=120 integrees=118 rejetees=2'),
        'tls.log': log('connexion TLSv1.2', ' suite=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'),
        'insi.log': log('appel INSi', ' operation=recherche'),
        'dmp.log': log('transaction TD0.2', ' reponse=DMP-existe') + log('transaction TD0.3', ' reponse=autorisation-deposee').replace(b'T11:', b'T12:'),
        'adt-a28.hl7': adt('A28', 'ADT_A05', 'ADT0001', INS, 'VALI', CHECKED),
        'adt-a31.hl7': adt('A31', 'ADT_A05', 'ADT0002', INS, 'VALI', CHECKED),
        'adt-a31-provisoire.hl7': adt('A31', 'ADT_A05', 'ADT0003', '', 'PROV'),
        'adt-a28-provisoire.hl7': adt('A28', 'ADT_A05', 'ADT0004', '', 'PROV', ('PV1|1|N',)),
        'adt-a47.hl7': adt('A47', 'ADT_A30', 'ADT0005', '""', 'PROV', (f'MRG|{INS}^^^ASIP-SANTE-INS-NIR&{INS_OID}&ISO^INS',)),
        'oru-bio-n1.hl7': oru(report(50), 'BIO0050', EVERYONE),
        'oru-bio-n1-invisible.hl7': oru(report(51, (MASK_PATIENT,)), 'BIO0051', ('DESTDMP', 'DESTMSSANTEPS', 'ACK_RECEPTION', 'INVISIBLE_PATIENT')),
        'oru-bio-n3.hl7': oru(report(52, level=3), 'BIO0052', EVERYONE),
        'oru-bio-n3-invisible.hl7': oru(report(53, (MASK_PATIENT,), 3), 'BIO0053', ('DESTDMP', 'DESTMSSANTEPS', 'ACK_RECEPTION', 'INVISIBLE_PATIENT')),
        'oru-imagerie.hl7': oru(imaging(54), 'IMG0054', EVERYONE),
        'oru-imagerie-masque.hl7': oru(imaging(55, (MASK_PRO,)), 'IMG0055', ('MASQUE_PS', 'DESTDMP', 'DESTMSSANTEPAT', 'ACK_RECEPTION')),
        'cr-bio.xml': report(56, level=3).cda(),
        'IHE_XDM.ZIP': xdm(imaging(57)),
        'compte-rendu.pdf': pdf_a1('CR d’imagerie n° 58', 58),
        'courriel.eml': mail(letter, 60),
        'courriel.pdf': letter.pdf,
        'courriel-patient.eml': mail(to_patient, 61, to=PATIENT),
        'courriel-patient.pdf': to_patient.pdf,
        'courriel-imagerie.eml': mail(chest, 62),
        'courriel-imagerie.pdf': chest.pdf,
        'courriel-reponse.eml': mail(letter, 63, extra='In-Reply-To: <essai-60@essai.mssante.fr>\r\nReferences: <essai-60@essai.mssante.fr>\r\n'),
        'courriel-automatique.eml': mail(letter, 64, extra='Auto-Submitted: auto-generated\r\nReply-To: <alice.essai@essai.mssante.fr>\r\n'),
        'courriel-accuse-demande.eml': mail(letter, 65, extra='Disposition-Notification-To: <alice.essai@essai.mssante.fr>\r\n'),
        'courriel-fin-echange.eml': mail(to_patient, 66, to=PATIENT, extra='X-MSS-MES: FIN\r\n'),
        'accuse-lecture.eml': RECEIPT,
        'tentatives.csv': attempts(),
        'tentatives-tableau.csv': attempts().replace(b'\r\n', b'\n'),
        'insi.csv': insi(),
        'insi-tableau.csv': insi().replace(b'\r\n', b'\n'),
        'documents-bio.csv': documents('11502-2', dossiers=True),
        'documents-img.csv': documents('18748-4'),
        'documents-mdv.csv': documents('11488-4'),
        'echecs-bio.csv': failures('11502-2'),
        'echecs-img.csv': failures('18748-4'),
        'echecs-mdv.csv': failures('11488-4'),
    }

RECEIPT = """Message-ID: <essai-67@essai.mssante.fr>
Date: Mon, 11 Mar 2024 11:00:00 +0100
From: "M_Bob_TEMOIN_Cabinet-d-essai" <bob.temoin@essai.mssante.fr>
To: <alice.essai@essai.mssante.fr>
Subject: Lu : XDM/1.0/DDM+Lettre de liaison PAT-TROIS DOMINIQUE 28/03/1979
In-Reply-To: <essai-65@essai.mssante.fr>
X-MSS-NIL: ESSAI-PFI-0001
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="limite"

--limite
Content-Type: text/plain; charset=UTF-8

Message lu.
--limite
Content-Type: message/disposition-notification

Final-Recipient: rfc822;bob.temoin@essai.mssante.fr
Original-Message-ID: <essai-65@essai.mssante.fr>
Disposition: manual-action/MDN-sent-manually; displayed

--limite--
""".replace('\n', '\r\n').encode()

if __name__ == '__main__':
    folder = os.path.join(HERE, 'pieces')
    os.makedirs(folder, exist_ok=True)
    made = pieces()
    # Signed once: a new key would change them at every run.
    for number, user, name in ((1, '8' + RPPS, 'ESSAI Alice'), (2, '8' + RPPS2, 'TEMOIN Bob')):
        if not os.path.exists(os.path.join(folder, f'soap-{number}.xml')): made[f'soap-{number}.xml'] = vihf(user, name, number)
    for name, data in made.items():
        with open(os.path.join(folder, name), 'wb') as file: file.write(data)
    print(len(os.listdir(folder)), 'pieces')
