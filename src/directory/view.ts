import type { CalendarDay, UnixSeconds } from '../core/time.ts';
import type { Contact } from './contact.ts';
import { mandateAt, type Mandate, type Official, type OfficialId, type Publication } from './official.ts';
import type { UnitCode } from './unit.ts';

/** What the public may see of an official at a moment. */
export interface PublicView {
  readonly id: OfficialId;
  readonly mandate: Mandate;
  readonly publication: Publication;
  /** Absent for a reserved official. */
  readonly name?: string;
  readonly post: string;
  readonly unit: UnitCode;
  readonly validFrom: CalendarDay;
  readonly validUntil?: CalendarDay;
  /** The first day out of office, once it has come. */
  readonly endedOn?: CalendarDay;
  /** The three lists are empty once a mandate is over: a former official may ask for nothing. */
  readonly powers: readonly string[];
  readonly mayAsk: readonly string[];
  readonly neverAsks: readonly string[];
  /** Of a reserved official only the telephone: a mailbox usually spells the name. */
  readonly contact?: Contact;
  /** Pixels and SHA-256 of the thumbnail that is shown; absent for who is reserved or no longer in office. */
  readonly photo?: { readonly width: number; readonly height: number; readonly thumbnailSha256: Uint8Array };
}

/**
 * The one gate between a record and the public. A reserved official has neither name nor photo; of somebody whose
 * mandate is over only the words remain (name, post, since when), because they are what unmasks a former official.
 */
export function publicView(official: Official, at: UnixSeconds): PublicView {
  const { id, name, post, unit, validFrom, validUntil, publication, contact, photo, ended } = official;
  const mandate = mandateAt(official, at);
  const shown = publication.state === 'public';
  const reachable = shown || !contact ? contact : contact.phone === undefined ? undefined : { phone: contact.phone };
  const gone = mandate === 'ended' || mandate === 'expired';
  return {
    id,
    mandate,
    publication,
    ...(shown && { name }),
    post,
    unit,
    validFrom,
    ...(validUntil !== undefined && { validUntil }),
    ...(mandate === 'ended' && ended && { endedOn: ended.on }),
    powers: gone ? [] : official.powers,
    mayAsk: gone ? [] : official.mayAsk,
    neverAsks: gone ? [] : official.neverAsks,
    ...(!gone && reachable && { contact: reachable }),
    ...(!gone &&
      shown &&
      photo && { photo: { width: photo.width, height: photo.height, thumbnailSha256: photo.thumbnailSha256 } }),
  };
}
