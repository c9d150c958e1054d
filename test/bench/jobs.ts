import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, missingJudge, withFolder } from '../support/judges.ts';
import { heavyLetter, sampleLetter } from './inputs.ts';
import type { BenchInstallation } from './installation.ts';
import { Limit } from './limit.ts';
import type { Contestant } from './measure.ts';
import { makeP12 } from './p12.ts';
import { peerLetter, peerSigner } from './peers/letter.ts';
import { signWithLibpdf } from './peers/libpdf.ts';
import { signNaively } from './peers/signpdf-naive.ts';
import { signTuned } from './peers/signpdf-tuned.ts';
import { withoutRegister } from './without-register.ts';

/** Ways of doing one thing, to be measured by turns; ours is the first. */
export interface Job {
  readonly title: string;
  readonly contestants: readonly [Contestant, ...Contestant[]];
}

const PASSPHRASE = 'bench';

/** A new letter each time, with all that belongs to it. */
async function seal(
  { services, signerId }: BenchInstallation,
  document: Uint8Array,
): ReturnType<typeof services.signOficio> {
  const request = { document, signerId, type: 'oficio', amount: 0, subject: 'Informe del viaje de estudios' } as const;
  return services.signOficio(request, randomUUID());
}

/** @throws Error unless pdfsig finds one valid signature over the whole file */
function judge(name: string, pdf: Uint8Array): void {
  withFolder((folder) => {
    const path = join(folder, 'signed.pdf');
    writeFileSync(path, pdf);
    const { text } = ask('pdfsig', ['-nocert', path]);
    const valid = text.includes('Signature is Valid.') && text.includes('Total document signed');
    if (!valid) throw new Error(`${name} did not do the job: ${text}`);
  });
}

export async function signingJob(installation: BenchInstallation): Promise<Job> {
  const pdf = sampleLetter();
  const { oficio, document } = await seal(installation, pdf);
  const letter = peerLetter(installation, pdf, oficio);
  const signer = peerSigner(installation);
  const p12 = makeP12(PASSPHRASE);
  const limit = new Limit();
  const others: readonly Contestant[] = [
    { name: 'Cotejo, without its register', iterations: 200, run: await withoutRegister(installation, pdf, oficio) },
    {
      name: '@signpdf with pdf-lib, naive',
      iterations: 10,
      run: async () => signNaively(letter, p12, PASSPHRASE),
    },
    {
      name: '@signpdf with pdf-lib, same algorithm',
      iterations: 20,
      run: async () => signTuned(letter, signer, 'png'),
    },
    { name: '@signpdf with pdf-lib, tuned', iterations: 40, run: async () => signTuned(letter, signer, 'vectors') },
    { name: '@libpdf/core', iterations: 40, run: async () => signWithLibpdf(letter, signer) },
  ];
  if (!missingJudge('pdfsig')) {
    judge('Cotejo', document);
    for (const { name, run } of others) judge(name, (await run()) as Uint8Array);
  }
  return {
    title: 'Sealing and signing oficio-2-paginas.pdf',
    contestants: [
      { name: 'Cotejo', iterations: 200, run: async () => seal(installation, pdf) },
      ...others,
      { name: 'limit: SHA-256, two signatures, two verified', iterations: 500, run: () => limit.signing(document) },
    ],
  };
}

export async function verifyingJobs(installation: BenchInstallation): Promise<readonly Job[]> {
  const { services } = installation;
  const { oficio, document } = await seal(installation, sampleLetter());
  const limit = new Limit();
  return [
    {
      title: 'Verifying the signed letter',
      contestants: [
        { name: 'Cotejo', iterations: 200, run: async () => services.verifyPdf(document) },
        { name: 'limit: SHA-256, three verified', iterations: 500, run: () => limit.verifying(document) },
      ],
    },
    {
      title: 'Verifying the text of its QR',
      contestants: [
        { name: 'Cotejo', iterations: 300, run: async () => services.verifyTyped(oficio.sealText!) },
        { name: 'limit: two verified', iterations: 500, run: () => limit.verifyingSeal() },
      ],
    },
  ];
}

const LARGE_BYTES = 20_000_000;

/** The same letter with more and more around it: what of our work grows with the file. */
export function sizeJob(installation: BenchInstallation): Job {
  const sizes: readonly [name: string, bytes: number, objects: number, iterations: number][] = [
    ['1 page, 50 kB in 5 objects', 50_000, 5, 100],
    ['1 page, 20 MB in 200 objects', LARGE_BYTES, 200, 3],
    ['1 page, 20 MB in 60,000 objects', LARGE_BYTES, 60_000, 3],
  ];
  const limit = new Limit();
  const contestants = sizes.flatMap(([name, bytes, objects, iterations]): Contestant[] => {
    const pdf = heavyLetter(bytes, objects);
    return [
      { name, iterations, run: async () => seal(installation, pdf) },
      { name: `${name}: limit`, iterations, run: () => limit.signing(pdf) },
    ];
  });
  const [first, ...others] = contestants;
  return { title: 'Sealing and signing larger files', contestants: [first!, ...others] };
}
