import { deliveryRowIn, findDeliveryIn } from './adapters/logged/beside-letter.ts';
import type { WitnessLog } from './adapters/logged/first-leaves.ts';
import { loggedReceptionStore } from './adapters/logged/receptions.ts';
import { isNamed, namedBeside } from './adapters/sql/named-beside.ts';
import { sqlPassing } from './adapters/sql/passing.ts';
import { forgetErased, sweepSteps } from './adapters/sql/personal-sweep.ts';
import { sqlDeliveries, sqlReceptions } from './adapters/sql/receptions.ts';
import type { SqliteData } from './adapters/sqlite.ts';
import { composePublicVersions } from './compose-public-versions.ts';
import type { ActingContext } from './access/acting.ts';
import type { Founder } from './access/person.ts';
import type { AccessStore } from './access/store.ts';
import { toHex } from './core/bytes.ts';
import type { Primitives } from './core/primitives.ts';
import { unixSeconds } from './core/time.ts';
import type { DirectoryStore } from './directory/store.ts';
import type { Ledger } from './log/ledger.ts';
import type { FindDelivery } from './oficio/delivery.ts';
import { eraseDetails, type EraseDeps, type ErasureRequest } from './oficio/erase-details.ts';
import { receiveOficio, type ReceiveDeps } from './oficio/receive.ts';
import type { PublicVersionOffice } from './oficio/public-version-store.ts';
import type { ReceptionOffice } from './oficio/reception-store.ts';
import type { OficioStore } from './oficio/store.ts';
import type { PersonalDataOffice } from './personal/office.ts';
import { EXPORT_KEPT_SECONDS } from './personal/retention.ts';
import { sweep, type SweepReport } from './personal/sweep.ts';
import type { Answer } from './verifier/index.ts';

export interface BesideParts extends Omit<ReceiveDeps, 'store' | 'primitives' | 'ledger' | 'oficios'> {
  readonly oficios: Pick<OficioStore, 'find' | 'findDocument'>;
  readonly verdicts: { verifyPdfAside(file: Uint8Array): Promise<Answer> };
  readonly data: SqliteData;
  readonly log: WitnessLog;
  readonly ledger: Ledger;
  readonly acting: ActingContext;
  readonly directory: Pick<DirectoryStore, 'findOfficial'>;
  readonly people: Pick<AccessStore, 'findPerson'>;
  readonly founders: readonly Founder[];
  readonly primitives: Primitives;
}

/** What there is beside letters: whom they are for, and who received them; and until when it is kept. */
export function composeBeside(parts: BesideParts): {
  readonly receptions: ReceptionOffice;
  readonly findDelivery: FindDelivery;
  readonly personal: PersonalDataOffice;
  readonly publicVersions: PublicVersionOffice;
} {
  const { data, log, primitives, acting, clock, random } = parts;
  const { exports, pending } = sqlPassing(data);
  const store = loggedReceptionStore(sqlReceptions(data), log, primitives);
  const rows = sqlDeliveries(data);
  const erasing: EraseDeps = { ...parts, store, findDeliveryRow: deliveryRowIn(rows, log, primitives) };
  const erase = (request: ErasureRequest): ReturnType<typeof eraseDetails> => eraseDetails(erasing, request);
  const steps = sweepSteps({
    data,
    eraseDetails: erase,
    isKnown: async (id) => {
      if (parts.founders.some(({ person }) => person === id)) return true;
      if ((await parts.people.findPerson(id))?.endedLeaf !== undefined) return false;
      const waiting = (await pending.list()).some(({ record }) => record.enrolment.person === id);
      return waiting || (await parts.people.findPerson(id)) !== undefined;
    },
    endedOn: async (id) => (await parts.directory.findOfficial(id))?.record.ended?.on,
  });
  let lastSweep: SweepReport | undefined;
  const receptions: ReceptionOffice = {
    receive: (request) => receiveOficio({ ...parts, store }, request),
    listOf: async (letter) => (await store.listOf(letter)).map(({ record }) => record),
  };
  const findDelivery = findDeliveryIn(rows, log, primitives);
  const { findDocument } = parts.oficios;
  const folioShownBy = async (file: Uint8Array): Promise<string | undefined> => {
    const { subject } = await parts.verdicts.verifyPdfAside(file);
    return subject.kind === 'oficio' ? subject.folio : undefined;
  };
  return {
    publicVersions: composePublicVersions({ ...parts, receptions, findDelivery, findDocument, folioShownBy }),
    receptions,
    findDelivery,
    personal: {
      async erase(request) {
        const done = await erase(request);
        forgetErased(data);
        return done;
      },
      // Whoever looked at what is due: it goes by the rule of the service, in nobody's name.
      sweep: (options) =>
        acting.alone(async () => {
          const report = await sweep(steps, clock(), options);
          if (options.isTrial) return report;
          forgetErased(data);
          lastSweep = report;
          return report;
        }),
      lastSweep: () => lastSweep,
      namedBeside: (name) => namedBeside(data, name),
      isNamed,
      async noteExport({ by, about }) {
        const at = clock();
        const id = toHex(random(16));
        const note = { id, at, expiresAt: unixSeconds(at + EXPORT_KEPT_SECONDS), ...(by && { by }), about };
        await exports.add(note);
        return note;
      },
      listExports: async () => (await exports.list()).map(({ record }) => record).toSorted((a, b) => b.at - a.at),
    },
  };
}
