import { createHash } from 'node:crypto';
import type { PublicVersionView } from '../../src/http/staff/public-versions.ts';
import type { OficioView } from '../../src/http/staff/views.ts';
import { MAX_FILE_BYTES } from '../../src/verifier/index.ts';
import { EXIT, idempotencyKeyOf, UsageError, type Command, type Text } from '../command.ts';
import { readInput } from '../files.ts';
import { showPublicVersions } from '../reception-words.ts';

const API = '/api/v1/staff/oficios';

export const publicVersion: Command = {
  name: 'oficio public-version',
  summary: {
    es: 'publica la versión pública de un oficio (con partes tachadas), o la retira',
    en: 'publishes the public version of a letter (with parts blacked out), or withdraws it',
  },
  positionals: 'FOLIO [ARCHIVO.pdf]',
  minPositionals: 1,
  maxPositionals: 2,
  options: {
    ground: {
      type: 'string',
      value: { es: 'FUNDAMENTO', en: 'GROUND' },
      help: {
        es: 'norma y resolución del Comité de Transparencia por la que se tachó; se publica: nunca un nombre',
        en: 'norm and resolution of the committee by which parts are blacked out; it is published: never a name',
      },
    },
    'accept-covered': {
      type: 'boolean',
      help: {
        es: 'ya se miró el texto que está debajo de algo pintado, y puede publicarse',
        en: 'somebody looked at the text that lies below something painted, and it may be published',
      },
    },
    withdraw: {
      type: 'boolean',
      help: { es: 'retira la que está publicada', en: 'withdraws the one that is published' },
    },
    reason: {
      type: 'string',
      value: { es: 'MOTIVO', en: 'REASON' },
      help: { es: 'con --withdraw: por qué', en: 'with --withdraw: why' },
    },
    'idempotency-key': {
      type: 'string',
      value: { es: 'TEXTO', en: 'TEXT' },
      help: { es: 'para repetir sin duplicar', en: 'to repeat without doubling' },
    },
  },
  async run({ given, screen, client }) {
    const [name = '', file] = given.positionals;
    const isWithdrawal = given.flag('withdraw');
    if (isWithdrawal === (file !== undefined)) throw new UsageError(EITHER);
    const document = file === undefined ? undefined : await readInput(file, MAX_FILE_BYTES);
    const [ground, reason] = isWithdrawal ? ['', given.need('reason')] : [given.need('ground'), ''];
    const open = await client();
    const letter = (await open.get<OficioView[]>(`${API}?name=${encodeURIComponent(name)}`))[0]!;
    const path = `${API}/${letter.id}/public-versions`;
    let version: PublicVersionView;
    if (document) {
      const acceptCovered = given.flag('accept-covered');
      const digest = createHash('sha256')
        .update(JSON.stringify([letter.id, ground, acceptCovered]))
        .update(document);
      const idempotencyKey = idempotencyKeyOf(given) ?? digest.digest('hex');
      const form = new FormData();
      form.set('request', JSON.stringify({ ground, acceptCovered, idempotencyKey }));
      form.set('document', new File([new Uint8Array(document)], 'version-publica.pdf', { type: 'application/pdf' }));
      version = await open.postForm<PublicVersionView>(path, form);
    } else {
      const all = await open.get<PublicVersionView[]>(path);
      const published = all.find(({ state }) => state === 'current') ?? all.at(-1);
      const own = published?.id ?? '0'.repeat(16);
      version = await open.post<PublicVersionView>(`${path}/${own}/withdraw`, { reason });
    }
    if (screen.json) screen.data({ folio: letter.folio, ...version });
    screen.facts([['Folio', screen.paint('strong', letter.folio)]]);
    showPublicVersions(screen, [version]);
    return EXIT.done;
  },
};

const EITHER: Text = {
  es: 'diga el archivo PDF con --ground FUNDAMENTO; o --withdraw con --reason MOTIVO, sin archivo',
  en: 'give the PDF file with --ground GROUND; or --withdraw with --reason REASON, without a file',
};
