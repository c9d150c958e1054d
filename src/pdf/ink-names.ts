import type { ContentSource, FontMetrics } from './font-metrics.ts';
import { type WhiteRule, whiteRule } from './ink-colour.ts';
import { type PdfDict, type PdfObject, isPdf } from './object.ts';

/** What the names of a resource dictionary (ISO 32000-2 §7.8.3) stand for, each looked up once. */
export class InkNames {
  readonly #source: ContentSource;
  readonly #dict: PdfDict | undefined;
  readonly #categories = new Map<string, PdfDict | undefined>();
  readonly #spaces = new Map<string, WhiteRule>();
  readonly fonts: Map<string, FontMetrics> = new Map();

  constructor(source: ContentSource, resources: PdfObject | undefined) {
    this.#source = source;
    const dict = source.resolve(resources);
    this.#dict = isPdf(dict, 'dict') ? dict : undefined;
  }

  get(category: string, name: string): PdfObject | undefined {
    if (!this.#categories.has(category)) {
      const found = this.#source.resolve(this.#dict?.entries.get(category));
      this.#categories.set(category, isPdf(found, 'dict') ? found : undefined);
    }
    return this.#categories.get(category)?.entries.get(name);
  }

  space(name: string): WhiteRule {
    let rule = this.#spaces.get(name);
    if (rule === undefined) {
      rule = whiteRule(this.#source, name, this.get('ColorSpace', name));
      this.#spaces.set(name, rule);
    }
    return rule;
  }
}
