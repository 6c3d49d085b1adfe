import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** What a TLS server needs, as PEM. */
export type Identity = { readonly key: string; readonly cert: string };

/**
 * A certificate authority nobody has heard of, made for one test: no key lies about in the repository, nothing expires,
 * and no openssl is needed. X.509 as RFC 5280 has it, written out by hand.
 */
export class Authority {
  /** The authority's own certificate, as PEM: what NODE_EXTRA_CA_CERTS is to name. */
  public readonly certificate: string;
  private readonly name: Buffer;
  private readonly key: KeyObject;
  private serial = 1;

  public constructor(name: string) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.name = distinguishedName(name);
    this.key = privateKey;
    this.certificate = this.certify(this.name, publicKey, [BASIC_CONSTRAINTS_CA, KEY_USAGE_SIGN]);
  }

  /** An identity for the server with these host names. */
  public issue(...hosts: readonly string[]): Identity {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const names = sequence(...hosts.map((host) => der(0x82, Buffer.from(host))));
    const cert = this.certify(distinguishedName(hosts[0]!), publicKey, [
      sequence(SUBJECT_ALT_NAME, der(OCTETS, names)),
    ]);
    return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert };
  }

  private certify(subject: Buffer, publicKey: KeyObject, extensions: readonly Buffer[]): string {
    const signed = sequence(
      der(0xa0, integer(2)),
      integer(this.serial++),
      sequence(ECDSA_WITH_SHA256),
      this.name,
      sequence(time(-DAY), time(DAY)),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      der(0xa3, sequence(...extensions)),
    );
    const signature = sign('sha256', signed, this.key);
    const certificate = sequence(signed, sequence(ECDSA_WITH_SHA256), der(BITS, Buffer.from([0]), signature));
    const lines = certificate.toString('base64').match(/.{1,64}/g)!;
    return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
  }
}

const DAY = 86_400_000;
const [BOOLEAN, INTEGER, BITS, OCTETS, UTF8, UTC_TIME, SEQUENCE, SET] = [1, 2, 3, 4, 0x0c, 0x17, 0x30, 0x31] as const;

/** A value in DER: tag, length, content. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const length = body.length < 0x80 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...content: readonly Buffer[]): Buffer => der(SEQUENCE, ...content);
const integer = (value: number): Buffer => der(INTEGER, Buffer.from([value]));
const oid = (hex: string): Buffer => der(6, Buffer.from(hex, 'hex'));

/** yyMMddHHmmssZ, so many milliseconds from now. */
function time(offset: number): Buffer {
  const digits = new Date(Date.now() + offset).toISOString().replace(/\D/g, '');
  return der(UTC_TIME, Buffer.from(`${digits.slice(2, 14)}Z`));
}

const ECDSA_WITH_SHA256 = oid('2a8648ce3d040302');
const SUBJECT_ALT_NAME = oid('551d11');
const TRUE = der(BOOLEAN, Buffer.from([0xff]));
const BASIC_CONSTRAINTS_CA = sequence(oid('551d13'), TRUE, der(OCTETS, sequence(TRUE)));
const KEY_USAGE_SIGN = sequence(oid('551d0f'), TRUE, der(OCTETS, der(BITS, Buffer.from([2, 4]))));

function distinguishedName(name: string): Buffer {
  return sequence(der(SET, sequence(oid('550403'), der(UTF8, Buffer.from(name)))));
}
