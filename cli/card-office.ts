import { hostname, userInfo } from 'node:os';
import { formatTagUid } from '../src/card/ntag424/uid.ts';
import type { CardOffice, Opening } from '../src/card/office.ts';
import { toBase64 } from '../src/core/base64.ts';
import type { Client } from './client.ts';
import {
  readAccessChallenge,
  readCard,
  readCertificateOf,
  readCertificates,
  readChallenge,
  readFound,
  readHolder,
  readManagementKeys,
  readPuk,
  readSigned,
  readTagAssignment,
} from './office-answer.ts';

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

/**
 * The office as a station reaches it: in this process, or in the service through its socket.
 * Every call throws `ApiProblem` when it refuses, and Outage `http/unexpected` for an answer that is not of its form.
 */
export function cardOffice(client: Client): CardOffice {
  const at = (number: string, act: string): string => `/api/v1/staff/cards/${encodeURIComponent(number)}/${act}`;
  const ofSerial = (serial: string, act: string): string =>
    `/api/v1/staff/card-credentials/${encodeURIComponent(serial)}/${act}`;
  return {
    async holder(officialId) {
      return readHolder(await client.get(`/api/v1/staff/card-holders/${encodeURIComponent(officialId)}`));
    },
    async register(request) {
      return readCard(await client.post('/api/v1/staff/cards', request));
    },
    async find(by) {
      return readFound(await client.get(`/api/v1/staff/cards?${new URLSearchParams({ ...by })}`));
    },
    async certificates(number) {
      return readCertificates(await client.get(at(number, 'certificates')));
    },
    async accessChallenge(number, purpose) {
      return readAccessChallenge(await client.post(at(number, 'access-challenge'), { purpose }));
    },
    async managementKey({ number, ...opening }) {
      return readManagementKeys(await client.post(at(number, 'management-key'), told(opening)));
    },
    async puk({ number, ...opening }) {
      return readPuk(await client.post(at(number, 'puk'), told(opening)));
    },
    async replaceKey({ number, ...opening }) {
      await client.post(at(number, 'key-replacement'), told(opening));
    },
    async assignTag(number, uid, request) {
      const asked = { station: stationName(), ...request, uid: formatTagUid(uid) };
      return readTagAssignment(await client.post(at(number, 'tag'), asked));
    },
    async certify({ number, slot, csr }) {
      return readCertificateOf(await client.post(at(number, 'certify'), { slot, csr: toBase64(csr) }));
    },
    async challenge(serial) {
      return readChallenge(await client.post(ofSerial(serial, 'challenge'), {}));
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
      return readSigned(await client.post(at(number, 'content'), { bytes: toBase64(bytes) }));
    },
    async activate({ number, serials, tag }) {
      const request = { serials, ...(tag && { tag: { ...tag, uid: formatTagUid(tag.uid) } }) };
      return readCard(await client.post(at(number, 'activate'), request));
    },
    async end({ number, reason }) {
      return readCard(await client.post(at(number, 'end'), { reason }));
    },
  };
}
