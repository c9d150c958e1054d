import { hostname, userInfo } from 'node:os';
import type { Card } from '../src/card/card.ts';
import type { TagKeys } from '../src/card/ntag424/keys.ts';
import { formatTagUid } from '../src/card/ntag424/uid.ts';
import type { CardCertificate, CardOffice, Opening } from '../src/card/office.ts';
import { fromBase64, toBase64 } from '../src/core/base64.ts';
import type {
  AccessChallengeView,
  CardCertificateView,
  CardHolderView,
  ManagementKeysView,
  TagAssignmentView,
} from '../src/http/staff/card-views.ts';
import type { Client } from './client.ts';

/** Bytes as the staff API writes them. */
function bytesOf(base64: string): Uint8Array {
  const bytes = fromBase64(base64);
  if (!bytes) throw new TypeError('the service answers with bytes that are none');
  return bytes;
}

function certificateOf({ certificate, ...rest }: CardCertificateView): CardCertificate {
  return { ...rest, certificate: bytesOf(certificate) };
}

const MOST_CHARACTERS = 100;

/** What this machine is called, and who is at it. */
function stationName(): string {
  try {
    return `${userInfo().username}@${hostname()}`.slice(0, MOST_CHARACTERS);
  } catch {
    // An account without a name.
    return hostname().slice(0, MOST_CHARACTERS);
  }
}

function told({ proof, station = stationName() }: Omit<Opening, 'number'>): Readonly<Record<string, unknown>> {
  const { challenge, signature } = proof ?? {};
  return {
    station,
    ...(challenge && signature && { proof: { challenge: toBase64(challenge), signature: toBase64(signature) } }),
  };
}

/** The office as a station reaches it: in this process, or in the service through its socket. Every call throws `ApiProblem` when it refuses. */
export function cardOffice(client: Client): CardOffice {
  const at = (number: string, act: string): string => `/api/v1/staff/cards/${encodeURIComponent(number)}/${act}`;
  const ofSerial = (serial: string, act: string): string =>
    `/api/v1/staff/card-credentials/${encodeURIComponent(serial)}/${act}`;
  return {
    async holder(officialId) {
      const path = `/api/v1/staff/card-holders/${encodeURIComponent(officialId)}`;
      const { photo, ...holder } = await client.get<CardHolderView>(path);
      return { ...holder, ...(photo !== undefined && { photo: bytesOf(photo) }) };
    },
    register: (request) => client.post<Card>('/api/v1/staff/cards', request),
    async find(by) {
      const query = new URLSearchParams({ ...by });
      const { card } = await client.get<{ readonly card: Card | null }>(`/api/v1/staff/cards?${query}`);
      return card ?? undefined;
    },
    async certificates(number) {
      return (await client.get<readonly CardCertificateView[]>(at(number, 'certificates'))).map(certificateOf);
    },
    async accessChallenge(number, secret) {
      const asked = await client.post<AccessChallengeView>(at(number, 'access-challenge'), { secret });
      const { challenge, certificate } = asked;
      if (challenge === undefined || certificate === undefined) return undefined;
      return { challenge: bytesOf(challenge), certificate: bytesOf(certificate) };
    },
    async managementKey({ number, ...opening }) {
      const { managementKeys } = await client.post<ManagementKeysView>(at(number, 'management-key'), told(opening));
      return (algorithm) => bytesOf(managementKeys[algorithm]);
    },
    async puk({ number, ...opening }) {
      return (await client.post<{ readonly puk: string }>(at(number, 'puk'), told(opening))).puk;
    },
    async assignTag(number, uid) {
      const { keys, ...rest } = await client.post<TagAssignmentView>(at(number, 'tag'), { uid: formatTagUid(uid) });
      return { ...rest, keys: keys.map(bytesOf) as unknown as TagKeys };
    },
    async certify({ number, slot, csr }) {
      return certificateOf(await client.post(at(number, 'certify'), { slot, csr: toBase64(csr) }));
    },
    async challenge(serial) {
      return bytesOf((await client.post<{ readonly challenge: string }>(ofSerial(serial, 'challenge'), {})).challenge);
    },
    async prove({ serial, challenge, signature }) {
      await client.post(ofSerial(serial, 'prove'), {
        challenge: toBase64(challenge),
        signature: toBase64(signature),
      });
    },
    async discard(serial) {
      await client.post(ofSerial(serial, 'discard'), {});
    },
    async signContent({ number, bytes }) {
      const request = { bytes: toBase64(bytes) };
      return bytesOf((await client.post<{ readonly signed: string }>(at(number, 'content'), request)).signed);
    },
    activate: ({ number, serials, tag }) =>
      client.post<Card>(at(number, 'activate'), {
        serials,
        ...(tag && { tag: { uid: formatTagUid(tag.uid), counter: tag.counter } }),
      }),
    end: ({ number, reason }) => client.post<Card>(at(number, 'end'), { reason }),
  };
}
