import { findRootOn, openRootKey } from '../../src/adapters/founding/root-on-medium.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { readCertificate } from '../../src/authority/certificate.ts';
import { fromBase64, toBase64 } from '../../src/core/base64.ts';
import { formatTime } from '../../src/core/time.ts';
import { Refusal } from '../../src/core/refusal.ts';
import { lintCrl } from '../../src/revocation/crl-lint.ts';
import type { RevocationCode } from '../../src/revocation/code.ts';
import { readCrlBody, type CrlBody } from '../../src/revocation/crl.ts';
import { crlLifeSeconds } from '../../src/revocation/lists.ts';
import { Declined, EXIT, type Command, type Text } from '../command.ts';
import { localTime } from '../local-time.ts';
import { askPassphrase, withPrompt } from '../unlock-keys.ts';

interface Prepared {
  readonly number: number;
  /** DER TBSCertList, base64. */
  readonly tbs: string;
  /** DER certificate of the root, base64. */
  readonly root: string;
}

interface Published {
  readonly number: string;
  readonly entries: number;
  readonly thisUpdate: string;
  readonly nextUpdate: string;
}

const QUESTION: Text = {
  es: 'Contraseña de esta memoria (no se ve):',
  en: 'Passphrase of this medium (not shown):',
};

/**
 * What the root is about to sign, read again here: whoever holds the service must not have anything else signed.
 * @throws Refusal `revocation/lint`
 */
function checkedBody(tbs: Uint8Array, certificate: Uint8Array): CrlBody {
  const issuer = readCertificate(certificate);
  const context = { issuer, at: systemClock(), maxLifeSeconds: crlLifeSeconds('raiz', issuer) };
  const [finding] = lintCrl(tbs, context);
  if (!finding) return readCrlBody(tbs);
  const { rule, detail } = finding;
  throw new Refusal<RevocationCode>('revocation/lint', `${rule}: ${detail}`, { rule });
}

export const ceremony: Command = {
  name: 'key ceremony',
  summary: {
    es: 'renueva por un año la lista de la autoridad raíz, con la llave de una de sus memorias',
    en: "renews the root authority's list for a year, with the key on one of its media",
  },
  options: {
    'root-media': {
      type: 'string',
      required: true,
      value: { es: 'CARPETA', en: 'FOLDER' },
      help: { es: 'donde está conectada la memoria', en: 'where the medium is mounted' },
    },
  },
  async run({ given, screen, client }) {
    const service = await client();
    const { tbs: text, root: certificate } = await service.post<Prepared>('/api/v1/staff/revocation/root/prepare', {});
    const tbs = fromBase64(text)!;
    const medium = await findRootOn(given.need('root-media'), fromBase64(certificate)!);
    const { number, entries, nextUpdate } = checkedBody(tbs, medium.certificate);
    screen.note(
      screen.say({
        es: `La raíz firmará su lista ${number}: ${entries.size} anotados, vigente hasta ${localTime(formatTime(nextUpdate))}.`,
        en: `The root will sign its list ${number}: ${entries.size} entries, in force until ${localTime(formatTime(nextUpdate))}.`,
      }),
    );
    const signature = await withPrompt(screen, async (prompt) => {
      // Whoever is on the root's list certifies nobody any more.
      if (entries.size > 0) {
        for (const serial of entries.keys()) screen.note(`  ${serial}`);
        const isMeant = await prompt.confirm({
          es: '¿Firmar la revocación de esas autoridades?',
          en: 'Sign the revocation of these authorities?',
        });
        if (!isMeant) throw new Declined({ es: 'No se firmó nada.', en: 'Nothing was signed.' });
      }
      const signer = await askPassphrase(screen, prompt, (typed) => openRootKey(medium, typed), QUESTION);
      return signer.sign(tbs);
    });
    const body = { signature: toBase64(signature) };
    const published = await service.post<Published>('/api/v1/staff/revocation/root/complete', body);
    if (screen.json) screen.data(published);
    const until = localTime(published.nextUpdate);
    screen.line(
      `${screen.paint('good', '✓')} ${screen.say({
        es: `Lista ${published.number} de la raíz publicada, en vigor hasta ${until}. Guarde la memoria en su caja fuerte.`,
        en: `The root's list ${published.number} is published, in force until ${until}. Put the medium back in its safe.`,
      })}`,
    );
    return EXIT.done;
  },
};
