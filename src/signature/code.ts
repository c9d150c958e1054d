/**
 * Why a document cannot be signed.
 * `certified`: its author allowed no change at all (DocMDP P=1). `locked`: an earlier signature locks the fields that
 * we would have to add to. `field-taken`: the name of the new field is in use. `no-page`: there is no such page.
 * `form-malformed`: its form is not one that we can extend without guessing. `xfa`: its pages come from an XFA form.
 * `too-many`: of so many signatures nobody here judges one more (fact `most`). `not-comparable`: whether an earlier
 * one (fact `field`) still holds would be more to compare than anybody here does. `too-long`: the signature does not fit in the room that was reserved. `malformed`: a signature or what we prepared
 * is not in the form that we make. `not-prepared`: the document holds no signature that waits to be filled in.
 */
export type SignatureCode =
  | 'signature/certified'
  | 'signature/locked'
  | 'signature/field-taken'
  | 'signature/no-page'
  | 'signature/form-malformed'
  | 'signature/xfa'
  | 'signature/too-many'
  | 'signature/not-comparable'
  | 'signature/too-long'
  | 'signature/malformed'
  | 'signature/not-prepared';
