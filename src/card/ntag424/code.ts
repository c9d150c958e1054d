/** Why a tag that phones read (NTAG 424 DNA), or what it answers, is declined. */
export type TagCode =
  /** It is not of the kind NTAG 424 DNA (`found`, in hexadecimal). */
  | 'tag/other-kind'
  /** Its originality signature is not by the maker of the chip (`uid`). */
  | 'tag/not-genuine'
  /** It hides its serial number for ever (random numbers). */
  | 'tag/random-uid'
  /** It was set to another kind of secure messaging (LRP) for ever. */
  | 'tag/lrp'
  /** Its files are not those of a tag from the factory, so that no phone would find the address. */
  | 'tag/not-ndef'
  /** What it holds is not one web address in the form of the NFC Forum (`found`). */
  | 'tag/ndef-malformed'
  /** A web address that does not fit into the tag (`length`, `most`, in bytes). */
  | 'tag/address-too-long'
  /** It holds a key that is neither of the factory nor of this batch (`uid`, `key`). */
  | 'tag/foreign-key'
  /** It says that its keys are of another version than those of its card (`uid`, `key`, `found`, `expected`). */
  | 'tag/other-version'
  /** After too many wrong keys it makes everybody wait. */
  | 'tag/delayed'
  /** It has locked a key after too many wrong ones, or is in LRP mode. */
  | 'tag/key-locked'
  /** Its file may not be changed with the key for that (`uid`). */
  | 'tag/locked'
  /** Its keys are those of this batch, and its address is of another: changed, it would count its taps anew (`uid`). */
  | 'tag/other-address'
  /** It does not prove that it holds the key: another card took its place, or somebody answers for it. */
  | 'tag/not-proven'
  /** It is not the tag that lay there before (`uid`). */
  | 'tag/exchanged'
  /** Written, it does not do what it should (`uid`, `found`). */
  | 'tag/proof-failed';
