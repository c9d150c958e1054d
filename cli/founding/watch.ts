import type { Founder, Founding, Seat } from '../../src/access/founding.ts';
import type { FoundingService } from '../../src/founding.ts';
import type { Prompt } from '../cards/prompt.ts';
import type { Text } from '../command.ts';
import type { Screen } from '../screen.ts';
import { terminalQr } from '../terminal-qr.ts';

const ASK: Text = {
  es: 'Escriba «sí» cuando todos hayan comparado sus signos, o el número de una persona para darle otra dirección:',
  en: 'Type "yes" when all have compared their signs, or the number of a person to give them another address:',
};
const NOT_YET: Text = {
  es: 'Todavía no: falta alguna llave, o cambió después de mostrarse. Comparen lo que sigue.',
  en: 'Not yet: a key is missing, or changed after it was shown. Compare what follows.',
};

/** The page of the founders, watched from the terminal until somebody confirms what all have compared. */
export class FoundersWatch {
  readonly #screen: Screen;
  readonly #founding: Founding;
  readonly #service: FoundingService;
  #told: readonly Seat[];
  /** The fingerprints that stand on the terminal to be compared. */
  #shown: readonly string[] = [];

  constructor(screen: Screen, founding: Founding, service: FoundingService) {
    this.#screen = screen;
    this.#founding = founding;
    this.#service = service;
    this.#told = founding.seats;
  }

  /** @throws Declined where somebody stops; UsageError where nobody answers any more */
  async untilConfirmed(prompt: Prompt): Promise<readonly Founder[]> {
    for (const [i] of this.#told.entries()) await this.#invite(i);
    const end = this.#founding.onChange(() => this.#tell());
    try {
      for (;;) {
        const answer = await prompt.ask(ASK);
        const person = Number(answer) - 1;
        if (Number.isInteger(person) && this.#told[person]) {
          this.#founding.inviteAnew(person);
          await this.#invite(person);
        } else if (/^(?:s[ií]|yes)$/i.test(answer)) {
          const founders = this.#founding.close(this.#shown);
          if (founders) return founders;
          this.#screen.note(this.#screen.say(NOT_YET));
          this.#showAll();
        } else {
          this.#showAll();
        }
      }
    } finally {
      end();
    }
  }

  async #invite(i: number): Promise<void> {
    const screen = this.#screen;
    const { name } = this.#founding.seats[i]!;
    const address = this.#service.addresses()[i]!;
    if (screen.json) return screen.data({ event: 'invited', founder: i + 1, name, address });
    screen.line();
    screen.line(screen.paint('strong', `${i + 1}. ${name}`));
    screen.line(`   ${address}`);
    if (process.stdout.isTTY) screen.picture(await terminalQr(address, screen.colour));
  }

  /** What is new since the last time. */
  #tell(): void {
    const screen = this.#screen;
    const seats = this.#founding.seats;
    for (const [i, seat] of seats.entries()) {
      const before = this.#told[i];
      if (seat.fingerprint !== undefined && seat.fingerprint !== before?.fingerprint) {
        if (screen.json) screen.data({ event: 'made', founder: i + 1, name: seat.name, fingerprint: seat.fingerprint });
        else
          screen.note(`\n   ${seat.name}: ${screen.say({ es: 'llave hecha', en: 'key made' })}  ${seat.fingerprint}`);
      } else if (seat.opened && !before?.opened) {
        if (screen.json) screen.data({ event: 'opened', founder: i + 1, name: seat.name });
        else screen.note(`\n   ${seat.name}: ${screen.say({ es: 'abrió su dirección', en: 'opened their address' })}`);
      }
    }
    this.#told = seats;
    if (seats.every(({ fingerprint }) => fingerprint !== undefined)) this.#showAll();
  }

  #showAll(): void {
    const screen = this.#screen;
    const seats = this.#founding.seats;
    this.#shown = seats.map(({ fingerprint }) => fingerprint ?? '');
    if (screen.json) return;
    const none = screen.say({ es: 'aún sin llave', en: 'no key yet' });
    screen.line();
    screen.line(
      screen.say({ es: 'Compare cada quien con su pantalla:', en: 'Let everybody compare with their screen:' }),
    );
    seats.forEach(({ name, fingerprint = none }, i) =>
      screen.line(`  ${i + 1}. ${name}   ${screen.paint('strong', fingerprint)}`),
    );
    screen.note(screen.say(ASK));
  }
}
