import { en } from '../verifier-web/texts/en.ts';
import { es } from '../verifier-web/texts/es.ts';
import { isOficioType } from '../src/oficio/type.ts';
import type { Screen } from './screen.ts';

/** What kind of letter it is, as the page calls it; one that this release does not know stands as it is. */
export function letterType(screen: Screen, type: string): string {
  if (!isOficioType(type)) return type;
  return { es, en }[screen.language].types[type];
}
