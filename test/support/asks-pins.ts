/** A program that asks for two PINs at its terminal, each a while after it last had an answer, and tells what they were. */
import { setTimeout } from 'node:timers/promises';
import { Prompt } from '../../cli/cards/prompt.ts';
import { Screen } from '../../cli/screen.ts';

const screen = new Screen({
  ...{ language: 'en', json: false, colour: false },
  ...{ out: process.stdout, messages: process.stderr },
});
const prompt = new Prompt(screen);
prompt.hide();
const answers: string[] = [];
for (const name of ['first', 'second']) {
  screen.line(`[before ${name}]`);
  await setTimeout(1_000);
  answers.push(await prompt.askHidden({ es: `${name}:`, en: `${name}:` }));
}
screen.line('[after both]');
await setTimeout(1_000);
await prompt.close();
// Not as they were typed: what is typed must be seen nowhere.
screen.line(`[answers: ${answers.map((answer) => [...answer].reverse().join('')).join(' ')}]`);
