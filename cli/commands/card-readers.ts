import { toHex } from '../../src/core/bytes.ts';
import { expectService } from '../cards/card-service.ts';
import { EXIT, type Command } from '../command.ts';

const YES = { es: 'sí', en: 'yes' };
const NO = { es: 'no', en: 'no' };

export const cardReaders: Command = {
  name: 'card readers',
  summary: {
    es: 'lista los lectores de tarjetas de este equipo, y si tienen una puesta',
    en: 'lists the card readers of this machine, and whether a card is in each',
  },
  async run({ screen, config }) {
    // Loaded when asked for: no other command needs it.
    const { openReaders } = await import('../../hardware/pcsc/readers.ts');
    const readers = await openReaders(config.cardDriver === undefined ? {} : { driver: config.cardDriver });
    try {
      const { driver } = readers;
      await expectService(readers);
      const list = readers.list().map(({ name, hasCard, atr }) => ({ name, hasCard, ...(atr && { atr: toHex(atr) }) }));
      if (screen.json) for (const reader of list) screen.data({ ...reader, driver });
      if (list.length === 0)
        screen.note(screen.say({ es: 'No hay ningún lector conectado.', en: 'No reader is connected.' }));
      else
        screen.table(
          [screen.say({ es: 'LECTOR', en: 'READER' }), screen.say({ es: 'TARJETA', en: 'CARD' }), 'ATR'],
          list.map(({ name, hasCard, atr }) => [name, screen.say(hasCard ? YES : NO), atr ?? '—']),
        );
      screen.note(screen.say({ es: `Biblioteca: ${driver}`, en: `Library: ${driver}` }));
      return EXIT.done;
    } finally {
      readers.close();
    }
  },
};
