/** Markup that is safe to insert as it is. Only `html` and `raw` make it. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }

  toString(): string {
    return this.markup;
  }
}

export type Insert = string | number | Html | undefined | false | null | readonly Insert[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function insert(value: Insert): string {
  if (value === undefined || value === false || value === null) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map(insert).join('');
  return String(value).replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);
}

/** Markup from a template: everything inserted is escaped unless it is markup already. */
export function html(parts: TemplateStringsArray, ...values: readonly Insert[]): Html {
  let out = parts[0]!;
  for (let i = 0; i < values.length; i++) out += insert(values[i]) + parts[i + 1]!;
  return new Html(out);
}

/** Our own constant markup: never anything that came from outside. */
export function raw(markup: string): Html {
  return new Html(markup);
}
