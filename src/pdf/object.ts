/** An object of ISO 32000-2 §7.3. Numbers, booleans and null are JavaScript's own. */
export type PdfObject = null | boolean | number | PdfName | PdfString | PdfRef | PdfArray | PdfDict | PdfStream;

/** `name` holds the bytes after `#xx` is undone, one character a byte. */
export interface PdfName {
  readonly type: 'name';
  readonly name: string;
}

export interface PdfString {
  readonly type: 'string';
  readonly bytes: Uint8Array;
  /** Written between `<` and `>`. */
  readonly hex: boolean;
}

export interface PdfRef {
  readonly type: 'ref';
  readonly number: number;
  readonly generation: number;
}

export interface PdfArray {
  readonly type: 'array';
  readonly items: readonly PdfObject[];
}

export interface PdfDict {
  readonly type: 'dict';
  readonly entries: ReadonlyMap<string, PdfObject>;
}

/** `data` is what stands in the file between `stream` and `endstream`, still filtered. */
export interface PdfStream {
  readonly type: 'stream';
  readonly dict: PdfDict;
  readonly data: Uint8Array;
}

export function pdfName(name: string): PdfName {
  return { type: 'name', name };
}

export function pdfString(bytes: Uint8Array, hex: boolean = false): PdfString {
  return { type: 'string', bytes, hex };
}

export function pdfRef(number: number, generation: number = 0): PdfRef {
  return { type: 'ref', number, generation };
}

export function pdfArray(...items: readonly PdfObject[]): PdfArray {
  return { type: 'array', items };
}

/** A dictionary from its entries; `undefined` leaves an entry out. */
export function pdfDict(entries: Readonly<Record<string, PdfObject | undefined>>): PdfDict {
  const map = new Map<string, PdfObject>();
  for (const [key, value] of Object.entries(entries)) if (value !== undefined) map.set(key, value);
  return { type: 'dict', entries: map };
}

/** `dict` with these entries set; `undefined` removes one. */
export function withEntries(dict: PdfDict, entries: Readonly<Record<string, PdfObject | undefined>>): PdfDict {
  const map = new Map(dict.entries);
  for (const [key, value] of Object.entries(entries)) {
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
  return { type: 'dict', entries: map };
}

/** Whether `object` is of `type`, narrowed. */
export function isPdf<Type extends 'name' | 'string' | 'ref' | 'array' | 'dict' | 'stream'>(
  object: PdfObject | undefined,
  type: Type,
): object is Extract<PdfObject, { type: Type }> {
  return typeof object === 'object' && object !== null && object.type === type;
}

/** Whether `object` is the name `/name`. */
export function isName(object: PdfObject | undefined, name: string): boolean {
  return isPdf(object, 'name') && object.name === name;
}

/** Whether both are references to one object. */
export function isSameRef(object: PdfObject | undefined, other: PdfObject | undefined): boolean {
  return (
    isPdf(object, 'ref') &&
    isPdf(other, 'ref') &&
    object.number === other.number &&
    object.generation === other.generation
  );
}
