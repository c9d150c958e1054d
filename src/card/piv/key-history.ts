import { concat, equal, fromUtf8 } from '../../core/bytes.ts';
import { encodeObject, readObjects, valueOf } from '../tlv.ts';
import { malformed } from './answer.ts';
import { PIV_AID } from './application.ts';
import { encodeText, endOfContainer, fixedField, readFields } from './container.ts';

/** How many retired keys of 9D there are (SP 800-73-5 Part 1 §3.3.3 and appendix A). */
export interface KeyHistory {
  readonly withCertificateOnCard: number;
  readonly withCertificateElsewhere: number;
  /** Where the certificates that are not on the card are. */
  readonly url?: string;
}

const TAG = { onCard: 0xc1, elsewhere: 0xc2, url: 0xf3 };
const MOST_RETIRED = 20;
const MOST_URL = 118;

export function encodeKeyHistory(history: KeyHistory): Uint8Array {
  return concat(
    encodeObject(TAG.onCard, Uint8Array.of(history.withCertificateOnCard)),
    encodeObject(TAG.elsewhere, Uint8Array.of(history.withCertificateElsewhere)),
    history.url === undefined ? new Uint8Array() : encodeText(TAG.url, history.url, MOST_URL, 'key-history'),
    endOfContainer(),
  );
}

/** @throws Refusal `card/malformed` */
export function readKeyHistory(bytes: Uint8Array): KeyHistory {
  const what = 'key-history';
  const fields = readFields(bytes, [TAG.onCard, TAG.elsewhere, TAG.url], what);
  const withCertificateOnCard = fixedField(fields, TAG.onCard, 1, what)[0]!;
  const withCertificateElsewhere = fixedField(fields, TAG.elsewhere, 1, what)[0]!;
  if (withCertificateOnCard + withCertificateElsewhere > MOST_RETIRED) malformed(what, 'more than 20 retired keys');
  const url = fields.get(TAG.url);
  if (!url || url.length === 0) return { withCertificateOnCard, withCertificateElsewhere };
  const text = url.length > MOST_URL ? undefined : fromUtf8(url);
  if (text === undefined || !/^[!-~]+$/.test(text)) malformed(what, 'an address that is none');
  return { withCertificateOnCard, withCertificateElsewhere, url: text };
}

/** Which PINs the card knows (SP 800-73-5 Part 1 §3.3.2 and appendix A): the object `7E`. */
export interface Discovery {
  /** Bits of 5F2F, first byte: 40 PIV PIN, 20 global PIN, 10 on-card comparison, 08 virtual contact interface. */
  readonly pinUsage: number;
  /** 10: the PIV PIN is preferred, 20: the global one; 00 where there is only one. */
  readonly preferred: number;
}

export function encodeDiscovery({ pinUsage, preferred }: Discovery): Uint8Array {
  return concat(encodeObject(0x4f, PIV_AID), encodeObject(0x5f2f, Uint8Array.of(pinUsage, preferred)));
}

/** @throws Refusal `card/malformed` */
export function readDiscovery(bytes: Uint8Array): Discovery {
  const what = 'discovery';
  const objects = readObjects(bytes, what);
  const aid = valueOf(objects, 0x4f, what);
  const policy = valueOf(objects, 0x5f2f, what);
  if (objects.length !== 2 || !equal(aid.subarray(0, 9), PIV_AID.subarray(0, 9)) || aid.length !== PIV_AID.length) {
    malformed(what, 'another application');
  }
  if (policy.length !== 2) malformed(what, `a policy of ${policy.length} bytes`);
  return { pinUsage: policy[0]!, preferred: policy[1]! };
}
