import type { Text } from '../command.ts';
import type { FoundingStep } from '../../src/adapters/founding/found.ts';
import { localTime } from '../local-time.ts';
import { formatTime, unixSeconds, type UnixSeconds } from '../../src/core/time.ts';
import { OFFLINE_ROOT_LIST_DAYS } from '../../src/revocation/lists.ts';

/** What will be done and what it takes, before anybody begins. */
export const BEFORE: Text = {
  es: `Se va a fundar una instalación REAL. Lo que firme vale.

Qué se necesita, todo hoy:
  · dos personas fundadoras o más, cada una con un dispositivo suyo (huella, rostro o NIP), aquí o al teléfono
  · la dirección https definitiva, con su certificado, que ya llegue a este equipo (COTEJO_LISTEN)
  · dos memorias que se puedan sacar, y dos cajas fuertes en lugares distintos
  · papel para tres contraseñas: la de las llaves del servicio y la de cada memoria

Qué se hará: cada persona hace su llave de acceso en su dirección; las comparan y usted confirma; se hacen las llaves, la autoridad raíz (que queda SÓLO en las dos memorias), las autoridades y el acta de fundación. Toma unos 20 minutos. Si se detiene antes del final, no queda nada.`,
  en: `A REAL installation is about to be founded. What it signs counts.

What it takes, all of it today:
  · two founders or more, each with a device of their own (finger, face or PIN), here or on the telephone
  · the final https address, with its certificate, leading to this machine already (COTEJO_LISTEN)
  · two removable media, and two safes in different places
  · paper for three passphrases: of the service's keys and of each medium

What will be done: everybody makes a passkey at their address; they compare them and you confirm; then the keys, the root authority (which stays on the two media ALONE), the authorities and the charter are made. It takes some 20 minutes. Whoever stops before the end leaves nothing.`,
};

/** Progress of the ceremony. */
export const STEPS: Readonly<Record<FoundingStep, Text>> = {
  keys: { es: 'Haciendo y cifrando las llaves…', en: 'Making and encrypting the keys…' },
  media: {
    es: 'Escribiendo la raíz en las dos memorias, y leyéndola de vuelta…',
    en: 'Writing the root to both media, and reading it back…',
  },
  authorities: {
    es: 'Firmando autoridades, acta y lista de la raíz…',
    en: 'Signing authorities, charter and the root’s list…',
  },
  placing: { es: 'Terminando…', en: 'Finishing…' },
};

const WARNED_DAYS = 60;

/** What remains to be done, in order. */
export function afterwards(rootKeyId: string, at: UnixSeconds): Text {
  const due = localTime(formatTime(unixSeconds(at + (OFFLINE_ROOT_LIST_DAYS - WARNED_DAYS) * 86_400)));
  return {
    es: `Ahora, en este orden:
  1. Dé de alta a otra persona que pueda abrir las llaves: ./cotejo key custodian add "NOMBRE"
  2. Respalde después las llaves en otro disco: ./cotejo key backup --to CARPETA, y pruébelo con la contraseña de cada una: ./cotejo key check-backup CARPETA
  3. Saque las dos memorias (raíz ${rootKeyId}) y guárdelas en dos cajas fuertes; las contraseñas, en papel, en otro lugar
  4. Sirva: ./cotejo serve (después de cada reinicio pide la contraseña; docs/es/fundacion.md)
  5. Antes del ${due}: traiga una memoria y renueve la lista de la raíz: ./cotejo key ceremony --root-media CARPETA
  6. Las personas fundadoras entran en la dirección de la institución, /oficina, con su dispositivo: ahí invitan y aprueban a las primeras personas (docs/es/oficina.md)`,
    en: `Now, in this order:
  1. Add another person who can open the keys: ./cotejo key custodian add "NAME"
  2. Then back the keys up to another disk: ./cotejo key backup --to FOLDER, and try it with the passphrase of each: ./cotejo key check-backup FOLDER
  3. Take the two media out (root ${rootKeyId}) and put them in two safes; the passphrases, on paper, elsewhere
  4. Serve: ./cotejo serve (after each restart it asks for the passphrase; docs/production.md)
  5. Before ${due}: bring one medium and renew the root's list: ./cotejo key ceremony --root-media FOLDER
  6. The founders log in at the institution's address, /oficina, with their devices: there they invite and approve the first people (docs/production.md)`,
  };
}

/** What lies beside the root's key, for whoever finds the medium in years. */
export function mediumReadMe(institution: string, origin: string, keyId: string, at: UnixSeconds): string {
  return `Autoridad raíz de ${institution}
${origin}
Fundada el ${localTime(formatTime(at))}. Llave ${keyId}.

Esta memoria guarda, cifrada, la llave de la autoridad raíz. Hay otra igual en otro lugar.
Guárdela en una caja fuerte. Su contraseña está en papel, en otro sitio.

Sólo se usa para renovar una vez al año la lista de la raíz, en el equipo del servicio:
  ./cotejo key ceremony --root-media CARPETA

No copie estos archivos a ningún equipo. Si la memoria se pierde, la contraseña la protege:
avise a quien administra el sistema y haga otra copia a partir de la memoria que queda.

raiz.key.pem  la llave, cifrada      unlock.json  lo que la contraseña abre
raiz.cer      su certificado         carta.cbor   el acta de fundación, firmada por ella
`;
}
