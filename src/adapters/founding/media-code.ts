/** What is wrong with the removable media that take the root's key. */
export type MediaCode =
  /** Not a folder that is there (`path`). */
  | 'founding/medium-not-a-folder'
  /** Two of: one medium, the other, the data folder (`path`, `other`) lie on one disk, or one in the other. */
  | 'founding/media-same-disk'
  /** The passphrases of the keys and of the two media are three different ones. */
  | 'founding/passphrase-repeated'
  /** No root of ours on it, or more than one (`path`, `found`). */
  | 'founding/medium-without-root'
  /** The root on it is another installation's (`path`). */
  | 'founding/medium-of-another';

export type MediaOutageCode =
  /** It cannot be written (`path`, `reason`): full, protected, pulled out. */
  | 'founding/medium-unwritable'
  /** What was read back is not what was written (`path`). */
  | 'founding/medium-unreliable';
