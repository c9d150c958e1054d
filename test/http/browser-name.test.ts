import { expect, test } from 'vitest';
import { browserName } from '../../src/http/office/browser-name.ts';

const AGENTS = [
  ['Firefox, Windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0'],
  [
    'Edge, Windows',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0',
  ],
  ['Chrome, Android', 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36'],
  [
    'Safari, iOS',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1',
  ],
  ['Otro programa', 'curl/8.5.0'],
  ['Otro programa', `<script>alert(1)</script>${'x'.repeat(5000)} Firefox/1`],
  ['Otro programa', undefined],
] as const;

test.for(AGENTS)('people know their browser as %s', ([name, agent]) => {
  expect(browserName(agent)).toBe(name);
});
