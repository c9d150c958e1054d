import { isName, isPdf, type PdfDict, type PdfObject, type PdfRef } from '../pdf/object.ts';
import type { ChangeKind } from './change.ts';

/** What an object of a later save is for. */
export type SaveRole =
  | ('trailer' | 'object-stream' | 'catalog' | 'information' | 'metadata' | 'words')
  | ('decoding' | 'extensions' | 'extension' | 'characteristics' | 'lock' | 'transform' | 'build')
  | ('form' | 'defaults' | 'fields' | 'field' | 'kids' | 'widget' | 'value' | 'signature' | 'references' | 'reference')
  | ('page' | 'annotations' | 'store' | 'related' | 'related-entry' | 'evidence' | 'blob')
  | ('appearances' | 'states' | 'drawing' | 'resources' | 'fonts' | 'font' | 'font-part' | 'encodings')
  | ('drawables' | 'image' | 'parameter-sets' | 'parameters' | 'mask' | 'paints' | 'paint');

/** What a walk through a save knows of the objects around. */
export interface Surroundings {
  /** Whether the value, or the object that it refers to, is of that role's form; `before` is what stood there. */
  readonly is: (value: PdfObject, role: SaveRole, before?: PdfObject) => boolean;
  readonly resolve: (value: PdfObject) => PdfObject;
  readonly isPage: (value: PdfObject) => boolean;
  readonly isRoot: (value: PdfObject) => boolean;
  /** Whether nothing had that number before the save. */
  readonly isNew: (value: PdfRef) => boolean;
  /** Whether it is an annotation that the save did not bring, or a widget of a field that was looked at. */
  readonly isAnnotation: (value: PdfObject) => boolean;
}

/** Whether a value has the form; `before` is what stood there before the save. */
export type ValueForm = (value: PdfObject, around: Surroundings, before?: PdfObject) => boolean;

/** What an object of a role may look like. Keys whose values are as they were before are not asked about. */
export interface RoleForm {
  /** How a fault of it is told. */
  readonly kind: ChangeKind;
  readonly keys?: Readonly<Record<string, ValueForm>>;
  /** Of a dictionary of names. */
  readonly others?: ValueForm;
  /** Of an array. */
  readonly items?: ValueForm;
  /** Of what is no dictionary, stream or array. */
  readonly simple?: ValueForm;
  /** Of what a save brings: whether its entries go together. */
  readonly together?: (dict: PdfDict, around: Surroundings) => boolean;
  /** Absent where it is none. */
  readonly stream?: 'only' | 'also';
  /** A save may bring further entries of one that was there, but none of its own. */
  readonly isKept?: boolean;
  /** What a save gives the role to, it brings or changes itself. */
  readonly isOwn?: boolean;
  /** A save may bring one, but change none that was there. */
  readonly isFixed?: boolean;
  /** Nothing that a later save may replace hangs from one that was there. */
  readonly isLeaf?: boolean;
}

/** A string. */
export const text: ValueForm = (value) => isPdf(value, 'string');
/** A name. */
export const name: ValueForm = (value) => isPdf(value, 'name');
/** `true` or `false`. */
export const flag: ValueForm = (value) => typeof value === 'boolean';
/** A number. */
export const number: ValueForm = (value) => typeof value === 'number';
/** A whole number. */
export const whole: ValueForm = (value) => Number.isInteger(value);
/** One of these names. */
export const named =
  (...names: readonly string[]): ValueForm =>
  (value) =>
    names.some((one) => isName(value, one));
/** An array in its place: of so many, or of any number. */
export const many =
  (item: ValueForm, count?: number): ValueForm =>
  (value, around) =>
    isPdf(value, 'array') &&
    (count === undefined || value.items.length === count) &&
    value.items.every((one) => item(one, around));
/** Of one of these forms. */
export const either =
  (...forms: readonly ValueForm[]): ValueForm =>
  (value, around, before) =>
    forms.some((form) => form(value, around, before));
/** Of that role, in its place or in an object of its own. */
export const as =
  (role: SaveRole): ValueForm =>
  (value, around, before) =>
    around.is(value, role, before);
/** An object of its own. */
export const own =
  (role: SaveRole): ValueForm =>
  (value, around) =>
    isPdf(value, 'ref') && around.is(value, role);
/** Where the keys of nested values are those of the role as well. */
export const within = (role: SaveRole): ValueForm => either((value) => isPlain(value), as(role));
/** A dictionary, array or stream. */
export const compound =
  (role: SaveRole): ValueForm =>
  (value, around, before) =>
    !isPlain(around.resolve(value)) && around.is(value, role, before);
/** An array of such values, in its place or an object of its own. */
export const list =
  (role: SaveRole): ValueForm =>
  (value, around, before) =>
    isPdf(around.resolve(value), 'array') && around.is(value, role, before);
/** A number, name, string or word. */
export const isPlain = (value: PdfObject): boolean =>
  typeof value !== 'object' || value === null || value.type === 'name' || value.type === 'string';
/** Nothing. */
export const none: ValueForm = (value) => value === null;
