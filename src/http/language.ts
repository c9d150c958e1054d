import type { Context } from 'hono';

export type Language = 'es' | 'en';

/** The first of our languages that a browser accepts, by its weights; Spanish when it names neither. */
export function acceptedLanguage(header: string | undefined): Language {
  let best: { readonly language: Language; readonly weight: number } | undefined;
  for (const item of (header ?? '').slice(0, 400).split(',')) {
    const [tag = '', ...parameters] = item.trim().toLowerCase().split(';');
    const language = /^(es|en)(?:-|$)/.exec(tag)?.[1] as Language | undefined;
    const weight = Number(parameters.map((one) => /^\s*q=([\d.]+)$/.exec(one)?.[1]).find(Boolean) ?? 1);
    if (language && weight > (best?.weight ?? 0)) best = { language, weight };
  }
  return best?.language ?? 'es';
}

/** `?lang=` decides; else what the browser accepts. */
export function languageOf(c: Context): Language {
  const asked = c.req.query('lang');
  return asked === 'es' || asked === 'en' ? asked : acceptedLanguage(c.req.header('accept-language'));
}
