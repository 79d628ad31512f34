import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const DAY_MS = 86_400_000;

/** Object identifiers, already encoded. */
const ECDSA_WITH_SHA256 = '06082a8648ce3d040302';
const COMMON_NAME = '0603550403';
const SUBJECT_ALT_NAME = '0603551d11';
const BASIC_CONSTRAINTS = '0603551d13';

/** One element of ASN.1 in DER. */
function der(tag: number, ...contents: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(
    contents.map((each) => (typeof each === 'string' ? Buffer.from(each, 'hex') : each)),
  );
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...contents: readonly (Buffer | string)[]) => der(0x30, ...contents);
const nameOf = (name: string) => sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(name)))));
const timeOf = (time: number) =>
  der(0x17, Buffer.from(`${new Date(time).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
const extension = (id: string, value: Buffer) => sequence(id, der(0x04, value));

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** The certificate is its own authority. */
  readonly caFile: string;
}

/** Makes a key and a certificate for localhost and 127.0.0.1, valid for two days, as PEM files. */
export async function selfSignedCertificate(directory: string, name: string): Promise<CertificateFiles> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const now = Date.now();
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])));
  const isAuthority = sequence(der(0x01, 'ff'));
  const extensions = sequence(extension(SUBJECT_ALT_NAME, names), extension(BASIC_CONSTRAINTS, isAuthority));
  const signed = sequence(
    der(0xa0, der(0x02, '02')),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    sequence(ECDSA_WITH_SHA256),
    nameOf(name),
    sequence(timeOf(now - DAY_MS), timeOf(now + DAY_MS)),
    nameOf(name),
    publicKey,
    der(0xa3, extensions),
  );
  const signature = sign('sha256', signed, createPrivateKey(privateKey));
  const certificate = sequence(signed, sequence(ECDSA_WITH_SHA256), der(0x03, '00', signature));
  const lines = certificate
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n');
  const [certFile, keyFile] = [join(directory, `${name}.pem`), join(directory, `${name}.key`)];
  await writeFile(certFile, `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`);
  await writeFile(keyFile, privateKey, { mode: 0o600 });
  return { certFile, keyFile, caFile: certFile };
}
