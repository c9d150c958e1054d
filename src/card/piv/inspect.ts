import { isRefusal } from '../../core/refusal.ts';
import type { CardChannel } from '../channel.ts';
import { readCapability, type Capability } from './capability.ts';
import { readCertificate } from './certificate.ts';
import { readChuid, type Chuid } from './chuid.ts';
import { readFacialImage, type FacialImage } from './facial-image.ts';
import { readDiscovery, readKeyHistory, type Discovery, type KeyHistory } from './key-history.ts';
import { findManagementAlgorithm } from './management.ts';
import { certificateObject, readObject, type ObjectName } from './objects.ts';
import { readPinState, readPukTries, type PinState } from './pin.ts';
import { readPrintedInformation, type PrintedInformation } from './printed-information.ts';
import { KEY_REFERENCE, SLOTS, type ManagementAlgorithm, type Slot } from './reference.ts';
import { readSecurityObject, type SecurityObject } from './security-object.ts';
import { readMetadata, readSerial, readVersion, type Metadata, type Version } from './vendor.ts';

/** `locked`: it wants the PIN. `malformed`: not in the form of the standard, or torn by a pull. */
export type Found<What> =
  { readonly state: 'present'; readonly value: What } | { readonly state: 'absent' | 'locked' | 'malformed' };

export interface SlotReport {
  /** DER. */
  readonly certificate: Found<Uint8Array>;
  /** `unknown` on a card that has no metadata: asking would take a signature. */
  readonly key: Metadata | 'none' | 'unknown';
}

/** What is on a card, as it says itself. */
export interface CardReport {
  /** Of the maker; not of every card. */
  readonly version: Version | undefined;
  readonly serial: number | undefined;
  readonly capability: Found<Capability>;
  readonly chuid: Found<Chuid>;
  readonly discovery: Found<Discovery>;
  readonly keyHistory: Found<KeyHistory>;
  readonly printedInformation: Found<PrintedInformation>;
  readonly facialImage: Found<FacialImage>;
  readonly securityObject: Found<SecurityObject>;
  readonly slots: Readonly<Record<Slot, SlotReport>>;
  readonly pin: PinState;
  /** `undefined` where the card does not say. */
  readonly pukTriesLeft: number | undefined;
  readonly managementAlgorithm: ManagementAlgorithm | undefined;
}

/**
 * Reads everything that the card shows, and changes and tries nothing: no secret is sent. The application has been selected. With
 * the PIN verified before, the printed information and the face are read as well.
 * @throws Refusal `card/malformed`, `card/declined` for an answer outside the objects
 */
export async function inspect(channel: CardChannel): Promise<CardReport> {
  const version = await readVersion(channel);
  const serial = await readSerial(channel);
  const read = <What>(name: ObjectName, parse: (bytes: Uint8Array) => What): Promise<Found<What>> =>
    find(channel, name, parse);
  const report = {
    version,
    serial,
    capability: await read('capability', readCapability),
    chuid: await read('chuid', readChuid),
    discovery: await read('discovery', readDiscovery),
    keyHistory: await read('key-history', readKeyHistory),
    printedInformation: await read('printed-information', readPrintedInformation),
    facialImage: await read('facial-image', readFacialImage),
    securityObject: await read('security-object', readSecurityObject),
  };
  const slots: Partial<Record<Slot, SlotReport>> = {};
  let hasMetadata = true;
  for (const slot of SLOTS) {
    const certificate = await read(certificateObject(slot), readCertificate);
    const key: Metadata | 'none' | undefined = hasMetadata
      ? await readMetadata(channel, KEY_REFERENCE[slot])
      : undefined;
    hasMetadata = key !== undefined;
    slots[slot] = { certificate, key: key ?? 'unknown' };
  }
  return {
    ...report,
    slots: slots as Record<Slot, SlotReport>,
    pin: await readPinState(channel),
    pukTriesLeft: await readPukTries(channel),
    managementAlgorithm: await findManagementAlgorithm(channel),
  };
}

async function find<What>(
  channel: CardChannel,
  name: ObjectName,
  parse: (bytes: Uint8Array) => What,
): Promise<Found<What>> {
  try {
    const bytes = await readObject(channel, name);
    return bytes ? { state: 'present', value: parse(bytes) } : { state: 'absent' };
  } catch (error) {
    if (isRefusal(error, 'card/not-allowed')) return { state: 'locked' };
    if (isRefusal(error, 'card/malformed')) return { state: 'malformed' };
    throw error;
  }
}
